"""What a tree of files says about the version of the project in it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from packaging.version import InvalidVersion, Version

if TYPE_CHECKING:
    from collections.abc import Collection

    from tagward.model.places import Place

MAX_VERSION_LENGTH = 250


class Unreadable(Exception):
    """A file of the tree is there but must not or cannot be read: too large, a link out of the tree, not text."""


class Tree(Protocol):
    """The files of one commit, of the index or of a folder, read and never run."""

    def read(self, path: str) -> bytes | None:
        """The content of the file at `path` (relative, forward slashes); None where there is no such file.

        Raises:
            Unreadable: there is such a file, but it is too large or a link that leads out of the tree.
        """

    def paths(self) -> Collection[str]:
        """Every tracked file, as relative paths with forward slashes."""


class Role(StrEnum):
    """How much a declared version matters (classes of version sources)."""

    FEEDS = "feeds"
    """The build takes the version from here: a mismatch refuses."""
    SHIPPED = "shipped"
    """Users of the wheel read it: a mismatch refuses."""
    READ = "read"
    """People or other tools read it in the repository: a mismatch warns, and refuses under `strict`."""
    ADVISORY = "advisory"
    """Told, never refused."""


@dataclass(frozen=True, slots=True)
class Declaration:
    """One place that states a version.

    Attributes:
        what: the name of what states it, as its users know it: `project.version`, `__version__`.
        text: the version as written.
        place: where it is written.
        role: how much it matters.
    """

    what: str
    text: str
    place: Place
    role: Role

    @property
    def version(self) -> Version | None:
        """The version as a PEP 440 value; None where the text is none."""
        return parse_version(self.text)


@dataclass(frozen=True, slots=True)
class VersionSource:
    """Where the build takes the version from.

    Attributes:
        backend: the build backend as people call it (`hatchling`, `setuptools`); empty without one.
        declaration: the static value; None where only the build decides.
        reason: why only the build decides, as a sentence; empty where `declaration` is set.
        missing: whether no build can find a version, because nothing states one and nothing makes one.
    """

    backend: str
    declaration: Declaration | None
    reason: str = ""
    missing: bool = False


def parse_version(text: str) -> Version | None:
    """Read plain ASCII text as a PEP 440 version; None where it is none.

    `packaging` alone would accept surrounding white space of any script, so anything but ASCII is refused here.
    """
    if not text.isascii() or text != text.strip() or len(text) > MAX_VERSION_LENGTH:
        return None
    try:
        return Version(text)
    except (InvalidVersion, ValueError):
        return None
