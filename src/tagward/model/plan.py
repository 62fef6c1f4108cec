"""What a command would write."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Write:
    """A file, as it is and as it shall be.

    Attributes:
        path: relative to the root of the repository, with forward slashes.
        before: its content now; empty for a file that is not there.
        after: its content afterwards.
        new: the file is not there, and must not be there when it is written.
    """

    path: str
    before: bytes
    after: bytes
    new: bool = False


@dataclass(frozen=True, slots=True)
class BumpPlan:
    """The files that set a version, and what nobody but a person can do.

    Attributes:
        writes: the files, each once, in the order of their names.
        set: what is set, as `what in place`.
        left: what is left as it is, each with its reason.
    """

    writes: tuple[Write, ...]
    set: tuple[str, ...]
    left: tuple[str, ...]


class Command(StrEnum):
    """What `init` runs besides writing files, as a user would type it."""

    PRE_COMMIT = "pre-commit install"
    TAGWARD = "tagward install"


@dataclass(frozen=True, slots=True)
class Edit:
    """A file to write.

    Attributes:
        write: its contents.
        what: what it is for, in one line.
    """

    write: Write
    what: str


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that is not written, because that would undo what somebody did.

    Attributes:
        write: what would be written if it were forced.
        why: what stands in the way, as a sentence.
    """

    write: Write
    why: str


@dataclass(frozen=True, slots=True)
class Run:
    """A command to run after the files are written.

    Attributes:
        command: which.
        what: what it changes, in one line.
    """

    command: Command
    what: str


@dataclass(frozen=True, slots=True)
class Task:
    """What only a person can do.

    Attributes:
        title: what, and where.
        lines: what to enter, to paste or to run there, to the letter.
    """

    title: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class InitPlan:
    """How a project is set up.

    Attributes:
        found: what the plan stands on, in a few words each.
        edits: the files, in the order in which they are told.
        kept: files that differ from what would be written, and stay as they are.
        runs: the commands, in their order.
        missing: tasks without which the set-up is not complete on this machine or in this repository.
        notes: what a reader of the plan should know.
        once: what is left to do once, on GitHub and on PyPI, which cannot be seen from here.
        then: the commands that come next.
    """

    found: tuple[str, ...]
    edits: tuple[Edit, ...] = ()
    kept: tuple[Kept, ...] = ()
    runs: tuple[Run, ...] = ()
    missing: tuple[Task, ...] = ()
    notes: tuple[str, ...] = ()
    once: tuple[Task, ...] = ()
    then: tuple[str, ...] = ()

    @property
    def writes(self) -> tuple[Write, ...]:
        """The files to write."""
        return tuple(edit.write for edit in self.edits)

    @property
    def changes(self) -> bool:
        """Whether there is anything to do."""
        return bool(self.edits or self.runs)
