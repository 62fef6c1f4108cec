"""How git has called the hook; it imports little, because every push of a tag asks."""

from __future__ import annotations

from pathlib import Path

from tagward.tools.environ import source_env
from tagward.tools.run import run

HOOK = "pre-push"
NAME = "tagward-tags"
"""Of our hook in git's configuration."""
CONFIG = "config"
"""The role of that one, see `tagward.model.hooks.Role`, whose module says more than a push needs."""


def another_hook_answers(role: str) -> bool:
    """Whether this hook has nothing to say, because git also starts the one of the configuration, or was told not to.

    Both are installed, since one machine has several gits; git starts every hook it knows, the file last
    (git-hook(1)), and only since 2.54 can it list them.
    """
    return role != CONFIG and any(line.rpartition("\t")[2] == NAME for line in listed(Path.cwd()))


def listed(where: Path) -> list[str]:
    """The hooks that git would start for a push, one line each (git-hook(1)); none where it cannot say."""
    return run(["git", "hook", "list", HOOK], env=source_env(), cwd=where, check=False, brief=True).text.splitlines()
