"""What stands at a repository's pre-push hook now, and whether anything may be changed there."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from tagward.errors import CannotJudge, ConfigError
from tagward.model.hooks import HooksPath, Standing
from tagward.tools.environ import source_env
from tagward.tools.hook_call import HOOK, NAME
from tagward.tools.hook_file import owner_of
from tagward.tools.run import run

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tagward.tools.run import Completed

LEGACY = "pre-push.legacy"
CHAINED = "pre-push.tagward-chained"
AT_TAG = "reference-transaction"
AT_TAG_CHAINED = "reference-transaction.tagward-chained"
DISPLACED = "pre-push.old"
"""Where lefthook puts the hook that it found (its internal/command/install.go), and never runs it again."""
SECTION = f"hook.{NAME}"
OLDEST_GIT = (2, 32)


def git(where: Path, *words: str) -> Completed:
    """Ask git, whatever it answers."""
    return run(["git", *words], env=source_env(), cwd=where, check=False)


def look(where: Path) -> Standing:
    """Find out who stands at the hook of the repository that a folder belongs to.

    Raises:
        ConfigError: it belongs to none.
        CannotJudge: git does not answer, or is too old.
    """
    version = _version(where)
    common = Path(_asked(where, "rev-parse", "--path-format=absolute", "--git-common-dir"))
    hooks = common / "hooks"
    return Standing(
        common=common,
        top=_top(where),
        git=version,
        hooks_path=_hooks_path(where),
        linked_hooks=hooks.resolve() if hooks.is_symlink() else None,
        current=owner_of(hooks / HOOK),
        legacy=owner_of(hooks / LEGACY),
        chained=os.path.lexists(hooks / CHAINED),
        at_tag=owner_of(hooks / AT_TAG),
        at_tag_chained=os.path.lexists(hooks / AT_TAG_CHAINED),
    )


def _version(where: Path) -> tuple[int, int]:
    answer = git(where, "version").text
    numbers = re.search(r"(\d+)\.(\d+)", answer)
    version = (int(numbers[1]), int(numbers[2])) if numbers else (0, 0)
    if version < OLDEST_GIT:
        raise CannotJudge(
            f"git is too old: {answer.strip() or 'it does not tell its version'}",
            fixes=("install git 2.32 or newer",),
        )
    return version


def _asked(where: Path, *words: str) -> str:
    done = git(where, *words)
    if not done.status:
        return done.text.removesuffix("\n")
    reason = done.error.strip().removeprefix("fatal: ")
    if "not a git repository" in reason:
        raise ConfigError(
            "this folder belongs to no git repository", fixes=("cd into the project first, or: git init",)
        )
    raise CannotJudge(f"git does not answer here: {reason}")


def _top(where: Path) -> Path | None:
    done = git(where, "rev-parse", "--path-format=absolute", "--show-toplevel")
    return None if done.status else Path(done.text.removesuffix("\n"))


def _hooks_path(where: Path) -> HooksPath | None:
    # Asked before anything else about hooks: with an empty value `rev-parse --git-path hooks` itself fails.
    done = git(where, "config", "-z", "--show-scope", "--type=path", "--get", "core.hooksPath")
    if done.status:
        return None
    scope, value = done.text.removesuffix("\0").split("\0", 1)
    return HooksPath(value, scope)


def hold_changeable(standing: Standing, folders: Iterable[Path]) -> None:
    """Make sure, before anything is changed, that everything can be.

    Args:
        standing: the repository.
        folders: where files will come, go or change their names; those not there yet will be made.

    Raises:
        CannotJudge: somebody else's repository, a lock on the configuration, a folder that is closed or none.
    """
    if standing.common.stat().st_uid != os.geteuid():
        raise CannotJudge(
            f"{standing.common} belongs to another user",
            why="files that you make there could get in its owner's way",
            fixes=("run this as the owner of the repository",),
        )
    if (standing.common / "config.lock").exists():
        raise CannotJudge(
            f"the repository's configuration is locked: {standing.common / 'config.lock'}",
            fixes=("wait for the other git command, or delete the lock if none runs; then again",),
        )
    if standing.state.is_symlink() or (standing.state.exists() and not standing.state.is_dir()):
        raise CannotJudge(f"{standing.state} is in the way", fixes=("move it away, then again",))
    for folder in (standing.common, *folders):
        there = next(place for place in (folder, *folder.parents) if place.exists())
        if os.statvfs(there).f_flag & os.ST_RDONLY:
            raise CannotJudge(f"{there} cannot be written to: Read-only file system")
        if not os.access(there, os.W_OK | os.X_OK):
            raise CannotJudge(f"{there} cannot be written to", fixes=("repair its permissions, then again",))
