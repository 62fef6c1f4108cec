"""Where a release stands: its tag here and on the remote, its files on the index, and how it installs from there."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tagward.model.installation import Loaded
    from tagward.model.publication import Shelved
    from tagward.model.receipt import Sealed

COULD_NOT = 3


class Answer(StrEnum):
    """What came of a question for a tag."""

    HERE = "here"
    ABSENT = "absent"
    SILENT = "silent"
    UNASKED = "unasked"


@dataclass(frozen=True, slots=True)
class TagSeen:
    """A tag in one place.

    Attributes:
        oid: the object that it names: a tag object, or a commit.
        commit: the commit that it leads to.
        annotated: whether it is a tag object.
        signed: whether that carries a signature; of a remote's tag nobody can say.
        trouble: why there was no answer, or no question.
    """

    answer: Answer
    oid: str = ""
    commit: str = ""
    annotated: bool = False
    signed: bool = False
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Basis:
    """What the files of the release have to be.

    Attributes:
        origin: where that is known from, for people.
        path: the receipt that was named; empty where none was.
        exact: the very bytes must be on the index. Otherwise another build of the same commit may be there, as the
            workflow makes one, and the files inside must be the same.
        oid: the object that the tag named.
        imports: the import packages that were tried.
    """

    origin: str
    files: tuple[Sealed, ...]
    oid: str = ""
    commit: str = ""
    path: str = ""
    exact: bool = False
    imports: tuple[str, ...] = ()


class Match(StrEnum):
    """How a file on the index compares with what it has to be."""

    SAME = "same"
    REBUILT = "same-contents"
    DIFFERENT = "different"
    MISSING = "missing"
    UNJUDGED = "unjudged"
    UNCOMPARED = "uncompared"


@dataclass(frozen=True, slots=True)
class FileSeen:
    """A file of the release.

    Attributes:
        match: how it compares.
        shelved: as the index has it; None where it has not.
        sealed: as it has to be; None where that is not known.
    """

    file: str
    match: Match
    shelved: Shelved | None = None
    sealed: Sealed | None = None


@dataclass(frozen=True, slots=True)
class Trial:
    """An installation from the index in a fresh environment.

    Attributes:
        python: the version of its interpreter.
        trouble: what kept it from being tried; this says nothing about the release.
        failure: why the release cannot be installed or used; empty where it can.
        version: what `importlib.metadata.version` says.
        imports: what was imported.
        excerpt: the last lines of pip, of an installation that did not come about.
    """

    python: str
    trouble: str = ""
    failure: str = ""
    version: str = ""
    imports: tuple[Loaded, ...] = ()
    excerpt: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """Everything that is known of where a release stands.

    Attributes:
        project: its normalized name.
        version: in canonical form.
        tag: the name of its tag; the one that it would have where there is none.
        index: the name of the index.
        words: the options of the command line that chose the index, to be said again in a command.
        local: the tag in this repository.
        remote: the tag on `origin`.
        basis: what the files have to be; None where nothing says.
        files: those that the index has, and those that it should have.
        silence: why the index could not be asked; empty where it answered.
        age: seconds since the first file was uploaded; None where there is none, or the index does not say.
        trial: None where nothing was installed.
    """

    project: str
    version: str
    tag: str
    index: str
    words: tuple[str, ...] = ()
    local: TagSeen = TagSeen(Answer.UNASKED)
    remote: TagSeen = TagSeen(Answer.UNASKED)
    basis: Basis | None = None
    files: tuple[FileSeen, ...] = ()
    silence: str = ""
    age: float | None = None
    trial: Trial | None = None

    @property
    def published(self) -> tuple[FileSeen, ...]:
        """The files that the index has."""
        return tuple(file for file in self.files if file.shelved)

    def of(self, *matches: Match) -> tuple[FileSeen, ...]:
        """The files that compare so."""
        return tuple(file for file in self.files if file.match in matches)


class Condition(StrEnum):
    """Where a release stands, in one word."""

    PUBLISHED = "published"
    UNCOMPARED = "published-uncompared"
    BROKEN = "published-but-broken"
    OTHER_BYTES = "published-with-other-bytes"
    WITHOUT_TAG = "published-without-tag"
    YANKED = "yanked"
    HALF = "half-published"
    TOO_LATE = "half-published-too-late"
    TAG_MOVED = "tag-moved"
    TAG_ONLY = "tag-only"
    LOCAL_TAG_ONLY = "local-tag-only"
    NOTHING = "nothing"
    UNKNOWN = "unknown"

    @property
    def exit_code(self) -> int:
        """0 published and sound, 3 where that could not be known, 1 everything else that is known."""
        return {Condition.PUBLISHED: 0, Condition.UNCOMPARED: COULD_NOT, Condition.UNKNOWN: COULD_NOT}.get(self, 1)


@dataclass(frozen=True, slots=True)
class NextStep:
    """What a standing means.

    Attributes:
        sentence: it, for people.
        notes: what to know or to do besides, by hand.
        command: the one safe next command; empty where nothing is left to do.
    """

    condition: Condition
    sentence: str
    notes: tuple[str, ...] = ()
    command: str = ""
