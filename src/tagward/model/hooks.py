"""Who stands at a repository's pre-push hook, and what changes when tagward's own comes or goes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class Role(StrEnum):
    """By which way git starts the shim."""

    CONFIG = "config"
    """As a hook of the configuration (git-hook(1), since git 2.54)."""
    HOOKDIR = "hookdir"
    """As the file `pre-push` of the hooks directory (githooks(5))."""
    AT_TAG = "at-tag"
    """As the file `reference-transaction` there, when a tag is about to be made."""


class Owner(StrEnum):
    """Whose a file of the hooks directory is, told by its content."""

    NOBODY = "nobody"
    TAGWARD = "tagward"
    PRE_COMMIT = "pre-commit"
    PREK = "prek"
    LEFTHOOK = "lefthook"
    OTHER = "another tool"
    FOLDER = "a folder"

    @property
    def keeps_legacy(self) -> bool:
        """Whether it runs the hook that was there before it, as `pre-push.legacy`."""
        return self in {Owner.PRE_COMMIT, Owner.PREK}


@dataclass(frozen=True, slots=True)
class HooksPath:
    """What `core.hooksPath` says (git-config(1)): with it git never looks into the repository's own hooks directory.

    Attributes:
        value: as written; empty is a value too, and makes git look for `/pre-push`.
        scope: the configuration that says it: `system`, `global`, `local`, `worktree` or `command`.
    """

    value: str
    scope: str


@dataclass(frozen=True, slots=True)
class Standing:
    """The hook of a repository as it is now.

    Attributes:
        common: the common git directory, which linked worktrees share.
        top: the top of the worktree; None in a bare repository.
        git: the version of the git on PATH.
        hooks_path: what `core.hooksPath` says; None where it is not set.
        linked_hooks: where the hooks directory leads to, if it is a symbolic link; None where it is not.
        current: whose `pre-push` is.
        legacy: whose `pre-push.legacy` is, which pre-commit and prek run before their own hooks.
        chained: whether a hook that tagward moved aside is there.
        at_tag: whose `reference-transaction` is.
        at_tag_chained: whether one that tagward moved aside is there.
    """

    common: Path
    top: Path | None
    git: tuple[int, int]
    hooks_path: HooksPath | None
    linked_hooks: Path | None
    current: Owner
    legacy: Owner
    chained: bool
    at_tag: Owner = Owner.NOBODY
    at_tag_chained: bool = False

    @property
    def has_config_hooks(self) -> bool:
        """Whether this git runs hooks of the configuration."""
        return self.git >= (2, 54)

    @property
    def state(self) -> Path:
        """Where tagward keeps what belongs to this repository."""
        return self.common / "tagward"

    @property
    def config_shim(self) -> Path:
        """The shim that the configuration's hook starts."""
        return self.state / "pre-push"

    @property
    def hooks(self) -> Path:
        """The repository's own hooks directory."""
        return self.common / "hooks"

    @property
    def foreign_hooks(self) -> bool:
        """Whether git takes its hook files from a place that is not this repository's own, so nothing is put there."""
        return self.hooks_path is not None or self.linked_hooks is not None


@dataclass(frozen=True, slots=True)
class Write:
    """Put the shim at a path, for a role, and with the name of the hook beside it that it runs first."""

    path: Path
    role: Role
    chain: str = ""


@dataclass(frozen=True, slots=True)
class Move:
    """Give a file of the hooks directory another name, content and mode untouched."""

    source: Path
    target: Path


@dataclass(frozen=True, slots=True)
class Remove:
    """Delete a file of ours."""

    path: Path


@dataclass(frozen=True, slots=True)
class Configure:
    """Set a value in the repository's configuration."""

    key: str
    value: str


Step = Write | Move | Remove | Configure


@dataclass(frozen=True, slots=True)
class Advice:
    """What only the owner of a repository can do.

    Attributes:
        reason: why tagward does not do it.
        where: the file, or the command, that is meant.
        lines: what to add there, or to run, to the letter.
    """

    reason: str
    where: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HookPlan:
    """What an `install` does, or did.

    Attributes:
        steps: what is missing yet, in its order; nothing where all is in place.
        protected: whether release tags are judged afterwards, with the git on PATH.
        advice: what is left to people.
    """

    steps: tuple[Step, ...]
    protected: bool
    advice: tuple[Advice, ...] = ()


@dataclass(frozen=True, slots=True)
class HookRemoval:
    """What an `uninstall` did.

    Attributes:
        removed: files and folders of ours that are gone.
        restored: hooks that stand again where they stood before.
        configured: whether the configuration had a hook of ours.
        left: what stays, each as a sentence.
    """

    removed: tuple[Path, ...]
    restored: tuple[Path, ...]
    configured: bool
    left: tuple[str, ...]
