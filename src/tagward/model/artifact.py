"""What one pass over one archive gives."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tagward.model.places import Place


RULES_DATE = "2026-08-21"
"""The day as of which PyPI's rules are known. It adds about one a month, and a verdict is worth no more than this."""


class MemberKind(StrEnum):
    """What an archive says one of its members is."""

    FILE = "file"
    DIRECTORY = "directory"
    SYMLINK = "symlink"
    HARDLINK = "hardlink"
    DEVICE = "device"
    FIFO = "fifo"
    OTHER = "other"


class RefusalKind(StrEnum):
    """What comes of breaking a rule.

    Attributes:
        REFUSE: PyPI answers 400 with the sentence.
        CRASH: PyPI answers 500, and the file is not stored.
        MAIL: PyPI takes the file and writes to the people of the project.
        OURS: PyPI takes the file, and those who install it are harmed.
        WARN: PyPI takes the file, and something newer or stricter will not.
        BROKE: the rule could not be judged; the sentence says why.
    """

    REFUSE = "refuse"
    CRASH = "crash"
    MAIL = "mail"
    OURS = "ours"
    WARN = "warn"
    BROKE = "broke"


@dataclass(frozen=True, slots=True)
class Member:
    """One member of an archive, as the archive describes it; nothing of it was ever written to disk.

    Attributes:
        name: exactly as Python's `zipfile` and `tarfile` give it; a directory of a zip ends in `/`.
        size: bytes unpacked, as declared; for a file that was read (`sha256` is set) as counted.
        packed: compressed bytes in a zip; the same as `size` in a tar, which compresses the archive as a whole.
        mode: the twelve Unix permission bits, with setuid, setgid and sticky; 0 where a zip says none.
        target: where a link leads, as written.
        sha256: hexadecimal digest of the content of a file, and of a symlink of a zip; empty where it was not read.
        fault: why its content cannot be read; empty where it can, or where there is none.
        sparse: a file of a tar with holes.
    """

    name: str
    kind: MemberKind
    size: int
    packed: int = 0
    mode: int = 0
    target: str = ""
    sha256: str = ""
    fault: str = ""
    sparse: bool = False


@dataclass(frozen=True, slots=True)
class Refusal:
    """One rule of `tagward.acceptance.rules` that a file breaks.

    Attributes:
        rule: the id of the rule, as `U-ZIP-TRAILING`; rules of our own begin with `O-`.
        code: the check that tells it.
        sentence: what PyPI answers, in its own words; our own sentence where PyPI answers nothing.
        since: when PyPI began to enforce it, as `2026-04-06`; empty where that is long ago.
        detail: what is wrong and what should be, one clause.
        member: the member of the archive that breaks it.
        field: the metadata field that breaks it, as `Project-URL`.
        value: the value of the field.
        fix: a cure for this very case, to paste; empty where that of the check says it all.
        place: where in the commit it comes from; None where that is not known.
    """

    rule: str
    code: str
    kind: RefusalKind
    sentence: str
    since: str = ""
    detail: str = ""
    member: str = ""
    field: str = ""
    value: str = ""
    fix: str = ""
    place: Place | None = None


class Rendered(StrEnum):
    """What came of rendering a description as PyPI does."""

    SHOWN = "shown"
    NOTHING = "nothing"
    CRASHED = "crashed"
    UNFINISHED = "unfinished"


@dataclass(frozen=True, slots=True)
class Described:
    """The word of PyPI's renderer on a description.

    Attributes:
        outcome: shown; nothing came of it, which PyPI refuses; the renderer died of it; or it took more time or memory
            than we give it.
        said: its complaints, one a line.
        html: what is shown, without anything that is fetched, named or styled; empty where nothing is, or too much.
    """

    outcome: Rendered
    said: str = ""
    html: str = ""


@dataclass(frozen=True, slots=True)
class Artifact:
    """An archive, read once.

    Attributes:
        file: its file name.
        size: bytes.
        sha256: hexadecimal digest of its bytes.
        members: in the order of the archive: of the central directory of a zip, of the headers of a tar.
        documents: the bytes of small texts by exact member name: everything directly in a `.dist-info` folder at the
            top, and `PKG-INFO` and `pyproject.toml` in a top folder.
        refusals: what reading the archive itself brought up: framing, broken and forbidden content.
        fault: why it could not be read, or not to its end; empty where it could.
    """

    file: str
    size: int
    sha256: str
    members: tuple[Member, ...] = ()
    documents: Mapping[str, bytes] = field(default_factory=dict)
    refusals: tuple[Refusal, ...] = ()
    fault: str = ""

    @property
    def is_zip(self) -> bool:
        """Whether its name says that it is a zip, as PyPI reads names: in this very case."""
        return self.file.endswith((".whl", ".zip"))

    @property
    def is_wheel(self) -> bool:
        """Whether its name says that it is a wheel."""
        return self.file.endswith(".whl")

    @property
    def names(self) -> frozenset[str]:
        """The names of all members."""
        return frozenset(member.name for member in self.members)
