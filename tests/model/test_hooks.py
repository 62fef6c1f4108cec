"""Where the hook of a repository stands, by the git on PATH."""

from __future__ import annotations

from pathlib import Path

from tagward.model.hooks import Configure, Owner, Role, Standing, Write
from tagward.tools.hook_plan import plan

STANDING = Standing(Path("g"), Path(), (2, 39), None, None, Owner.NOBODY, Owner.NOBODY, chained=False)
NEWER = Standing(Path("g"), Path(), (2, 54), None, None, Owner.NOBODY, Owner.NOBODY, chained=False)


def test_a_git_without_hooks_of_the_configuration_gets_a_file() -> None:
    steps = plan(STANDING).steps

    assert not STANDING.has_config_hooks
    assert steps == (Write(Path("g/hooks/pre-push"), Role.HOOKDIR),)


def test_a_newer_git_is_told_in_its_configuration_what_to_start() -> None:
    steps = plan(NEWER).steps

    assert NEWER.has_config_hooks
    assert steps[0] == Write(Path("g/tagward/pre-push"), Role.CONFIG)
    assert [step.key.rpartition(".")[2] for step in steps if isinstance(step, Configure)] == ["command", "event"]
