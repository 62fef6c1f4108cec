"""What the places of a tree, or the tags of a repository, say of versions, as rows."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from tagward.model.versions import parse_version


class Match(StrEnum):
    """Whether a tag and the project in its commit agree."""

    YES = "yes"
    NO = "no"
    DYNAMIC = "dynamic"
    """Only the build decides."""
    NONE = "none"
    """The tag releases no project in its commit, or what states the version cannot be read."""


@dataclass(frozen=True, slots=True)
class TagRow:
    """One tag of the repository.

    Attributes:
        tag: its name.
        version: the version that the name states; empty where it states none.
        folder: where the project stands; empty for the root.
        backend: the build backend; empty without one.
        what: what states the version; or why only the build decides.
        where: the place of it; empty where there is none.
        declared: the version as written there; empty where only the build decides.
        match: whether they agree.
    """

    tag: str
    version: str = ""
    folder: str = ""
    backend: str = ""
    what: str = ""
    where: str = ""
    declared: str = ""
    match: Match = Match.NONE


def matched(version: str, declared: str) -> Match:
    """Whether two spellings are one version; NONE where one of them is none."""
    first, second = parse_version(version), parse_version(declared)
    if first is None or second is None:
        return Match.NONE
    return Match.YES if first == second else Match.NO


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """One place that states a version.

    Attributes:
        where: the place.
        what: the name of what states it.
        says: the version as written; empty where only the build decides.
        role: `feeds the build`, `shipped`, `read`; or why only the build decides.
        agrees: whether it is the version that is asked for; None where nobody can say.
    """

    where: str
    what: str
    says: str
    role: str
    agrees: bool | None
