"""One release, as `tagward release` carries it out: what was seen, and the steps that are left."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from tagward.model.refs import HEADS

if TYPE_CHECKING:
    from packaging.version import Version

    from tagward.model.findings import Trouble
    from tagward.model.index_state import IndexState
    from tagward.model.plan import BumpPlan
    from tagward.model.setup import Remote


@dataclass(frozen=True, slots=True)
class RemoteSeen:
    """What the remote that the branch is pushed to has of a release.

    Attributes:
        name: as git knows it.
        branch: the full name of the branch there.
        tip: the commit that the branch is at there; empty where it is not there.
        tag: the object that the release's tag is at there; empty where it is not there.
        commit: the commit that the tag leads to there.
        behind: how many commits of it are not in HEAD.
        ahead: how many commits of HEAD are not in it.
    """

    name: str
    branch: str
    tip: str = ""
    tag: str = ""
    commit: str = ""
    behind: int = 0
    ahead: int = 0


@dataclass(frozen=True, slots=True)
class WorkingState:
    """What stands checked out.

    Attributes:
        head: the commit.
        branch: the short name of the branch; empty where none is checked out.
        changes: the tracked files that differ from the commit.
        untracked: how many files and folders git does not know, ignored ones aside.
        underway: what was begun and not finished, as "a merge"; empty where nothing was.
    """

    head: str
    branch: str
    changes: tuple[str, ...] = ()
    untracked: int = 0
    underway: str = ""


@dataclass(frozen=True, slots=True)
class CommitHabits:
    """How commits and tags are made in the repository.

    Attributes:
        subject: of the commit that the release makes.
        hooks: the commit hooks that it goes through, by name.
        signs: whether tags are signed.
    """

    subject: str
    hooks: tuple[str, ...] = ()
    signs: bool = False


@dataclass(frozen=True, slots=True)
class Hub:
    """GitHub, as far as the release has to do with it.

    Attributes:
        repository: there.
        workflow: the path of the workflow that the release starts; empty where none is.
        event: what starts it, as `release` or `push`.
        gh: whether `gh` is there and logged in.
        silence: why it is not used.
    """

    repository: Remote
    workflow: str = ""
    event: str = ""
    gh: bool = False
    silence: str = ""

    @property
    def starts(self) -> bool:
        """Whether the workflow starts without anybody doing more."""
        return bool(self.workflow) and (self.gh or self.event != "release")


@dataclass(frozen=True, slots=True)
class ReleaseFacts:
    """Everything that a release is planned on; all of it was only read.

    Attributes:
        project: the name, as the project spells it.
        stated: the version that HEAD states; empty where only a build knows it.
        folder: where the project stands; empty for the root.
        tag_here: the object that the tag is at in this repository; empty where it is not there.
        judged: the object of that name that a gate on this machine let pass last.
        bump: what sets the version.
        index: what the index said; None where it was not asked.
        hub: None where the remote is no repository on GitHub.
    """

    project: str
    version: Version
    tag: str
    stated: str
    folder: str
    working: WorkingState
    remote: RemoteSeen
    tag_here: str
    judged: str
    bump: BumpPlan
    habits: CommitHabits
    index: IndexState | None = None
    hub: Hub | None = None

    @property
    def sent(self) -> bool:
        """Whether the very tag that was judged here is on the remote, so that a release only has to go on."""
        return bool(self.remote.tag) and self.judged == self.remote.tag and self.tag_here in {"", self.remote.tag}

    @property
    def branch_there(self) -> str:
        """The short name of the branch on the remote."""
        return self.remote.branch.removeprefix(HEADS)


class Doing(StrEnum):
    """The steps of a release, by the names that its screens show."""

    CLEAN = "clean"
    REMOTE = "remote"
    FREE = "version"
    INDEX = "index"
    BUMP = "bump"
    COMMIT = "commit"
    GATE = "gate"
    TAG = "tag"
    PUSH = "push"
    LOCAL = "local"
    RELEASE = "release"
    RUN = "workflow"
    VERIFY = "verify"


@dataclass(frozen=True, slots=True)
class Step:
    """One step.

    Attributes:
        what: what was seen, or what would be done.
        wrong: what stands in the way; None where nothing does.
        acts: whether it changes anything.
        unseen: whether it could not be looked at.
    """

    name: Doing
    what: str
    wrong: Trouble | None = None
    acts: bool = False
    unseen: bool = False


@dataclass(frozen=True, slots=True)
class ReleasePlan:
    """What a release takes.

    Attributes:
        steps: in their order; those that only read have been taken.
        notes: what a reader should know besides.
        command: the command that carries it out.
    """

    facts: ReleaseFacts
    steps: tuple[Step, ...]
    notes: tuple[str, ...]
    command: str

    @property
    def wrong(self) -> tuple[Trouble, ...]:
        """Everything that stands in the way."""
        return tuple(step.wrong for step in self.steps if step.wrong)
