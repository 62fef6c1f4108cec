"""The first state of a release: a pushed tag that names a version; and pushed tags that name none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from packaging.version import Version

    from tagward.model.config import Config
    from tagward.model.refs import Tag


@dataclass(frozen=True, slots=True)
class Announcement:
    """What GitHub said when it started the workflow (its documentation, "Events that trigger workflows").

    Attributes:
        tag: the tag that it was about.
        oid: what the tag led to then: a commit, or a tag object.
        prerelease: whether the GitHub release is marked as a pre-release; None where there is no release.
    """

    tag: str
    oid: str
    prerelease: bool | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """One tag that names one version of one project, with the rules of the commit it names.

    Attributes:
        tag: the tag.
        version: the version that its name states.
        config: the rules.
        folder: where the project stands in the repository; empty for its root.
        text: the version as the name of the tag spells it.
        form: the form of the tag's name.
        usual: the form that most of the project's release tags have; empty where there are no others.
        others: the versions of the project's other release tags, ascending.
        on_branch: whether a branch of the remote holds the commit, or will after this push; None where nobody can know.
        announced: what GitHub said of this tag; None outside its workflows.
    """

    tag: Tag
    version: Version
    config: Config
    folder: str = ""
    text: str = ""
    form: str = ""
    usual: str = ""
    others: tuple[Version, ...] = ()
    on_branch: bool | None = None
    announced: Announcement | None = None


@dataclass(frozen=True, slots=True)
class Stranger:
    """A pushed tag ref that brings no candidate.

    Attributes:
        tag: its name on the remote.
        forms: the forms that release tags of this project have.
        deletes: the push takes the tag away.
        releases: it is the name of a release.
        allowed: the project allows that its release tags are deleted.
        ignored: the project says that tags of this name are no releases.
    """

    tag: str
    forms: tuple[str, ...]
    deletes: bool = False
    releases: bool = False
    allowed: bool = False
    ignored: bool = False
