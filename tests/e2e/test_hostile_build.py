"""A build that reaches for the user's repository: whatever it changes of what git runs, the release has not passed."""

from __future__ import annotations

import pytest
from conftest import Project, git, tagward
from support import backend, release, write_line

pytestmark = pytest.mark.e2e
ATTACKS = {
    "a new hook": (".git/hooks/post-checkout", "'#!/bin/sh' + chr(10)"),
    "our own hook": (".git/hooks/pre-push", "'#!/bin/sh' + chr(10)"),
    "the configuration": (".git/config", "'[core]' + chr(10) + chr(9) + 'pager = evil' + chr(10)"),
    "attributes": (".git/info/attributes", "'* filter=evil' + chr(10)"),
}


@pytest.mark.parametrize(("path", "text"), ATTACKS.values(), ids=ATTACKS)
def test_a_build_that_changes_what_git_runs_has_not_passed(guarded: Project, path: str, text: str) -> None:
    file = guarded.root / path
    file.parent.mkdir(exist_ok=True)
    backend(guarded, wheel=write_line(file, text))
    release(guarded)
    given = guarded.root.parent / "dist"

    done = tagward("check", "v1.0.0", "--dist", str(given), cwd=guarded.root)

    assert done.returncode == 3, done.stderr
    assert f"error: v1.0.0 was not checked: {file} was changed while code of the project ran\n" in done.stderr
    assert not given.exists()
    assert not (guarded.root / ".git/tagward/passed").exists()


def test_where_hooks_are_elsewhere_those_are_looked_after(guarded: Project) -> None:
    hooks = guarded.root.parent / "hooks"
    hooks.mkdir()
    git("config", "core.hooksPath", str(hooks), cwd=guarded.root)
    backend(guarded, sdist=write_line(hooks / "pre-commit", "'#!/bin/sh' + chr(10)"))
    release(guarded)

    done = tagward("check", "v1.0.0", cwd=guarded.root)

    assert (done.returncode, f"{hooks}/pre-commit was changed" in done.stderr) == (3, True), done.stderr
