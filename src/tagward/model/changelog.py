"""A changelog, as the headings of its releases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from packaging.version import Version

    from tagward.model.places import Place


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of one release.

    Attributes:
        version: the version it names.
        text: the version as written there.
        place: where that stands.
        unreleased: whether the heading says that this version is not out yet.
    """

    version: Version
    text: str
    place: Place
    unreleased: bool = False


@dataclass(frozen=True, slots=True)
class Changelog:
    """What a project's changelog says of its releases.

    Attributes:
        path: the file.
        headings: the releases, in the order of the file.
        unreleased: the heading of what is not released yet; None where there is none.
        pending: how many entries stand under that heading.
        fragments: files that towncrier would still put into the changelog.
    """

    path: str
    headings: tuple[Heading, ...]
    unreleased: Place | None = None
    pending: int = 0
    fragments: tuple[str, ...] = ()
