"""The first state of a release: a pushed tag that names a version; and pushed tags that name none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from packaging.version import Version

    from tagward.model.config import Config
    from tagward.model.refs import Tag


@dataclass(frozen=True, slots=True)
class Candidate:
    """One tag that names one version of one project, with the rules of the commit it names."""

    tag: Tag
    version: Version
    config: Config


@dataclass(frozen=True, slots=True)
class Stranger:
    """A pushed tag ref that brings no candidate.

    Attributes:
        tag: its name on the remote.
        formats: the forms that release tags of this project have.
        deletes: the push takes the tag away.
        releases: it is the name of a release.
        allowed: the project allows that its release tags are deleted.
    """

    tag: str
    formats: tuple[str, ...]
    deletes: bool = False
    releases: bool = False
    allowed: bool = False
