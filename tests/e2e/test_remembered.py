"""What passed is remembered, for the same tag object and the same tools, and nothing else is."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import pytest
from conftest import Project, git, tagward
from push_support import accepted, refused
from support import backend, release, rules

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.e2e

SERVER = """\
#!{python}
import pathlib, subprocess, sys, time
started, dropped = pathlib.Path({started!r}), pathlib.Path({dropped!r})
answer = subprocess.Popen(["sh", "-c", "exec " + sys.argv[-1]])
while not dropped.exists() and answer.poll() is None:
    if started.exists():
        answer.kill()
        dropped.touch()
    time.sleep(0.01)
sys.exit(answer.wait())
"""
"""Stands for ssh: the first connection is dropped as soon as a build has started, the next one holds."""
WAIT = """\
import pathlib, time
while not pathlib.Path({dropped!r}).exists():
    time.sleep(0.01)
"""
"""What the build waits for, so that no gate is through before its connection is gone."""
BROKEN = ["{", "[]", "[" * 100_000]


@pytest.fixture
def counted(guarded: Project, tmp_path: Path) -> Project:
    """A guarded project at v1.0.0 that writes down each of its builds."""
    backend(guarded, sdist=f"open({str(tmp_path / 'builds')!r}, 'a').write('x')")
    release(guarded)
    return guarded


def builds(project: Project) -> int:
    """How often it was built."""
    record = project.root.parent / "builds"
    return len(record.read_text(encoding="utf-8")) if record.exists() else 0


def memory(project: Project) -> Path:
    """The one file of the memory."""
    (file,) = (project.root / ".git/tagward/passed").iterdir()
    return file


def test_the_second_push_to_another_remote_is_remembered(counted: Project, tmp_path: Path) -> None:
    git("init", "-q", "--bare", "second.git", cwd=tmp_path)
    accepted(counted, "v1.0.0")

    done = git("push", str(tmp_path / "second.git"), "v1.0.0", cwd=counted.root)

    assert "✓ v1.0.0 is ready, remembered from " in done.stderr
    assert "(tagward check v1.0.0 --again repeats it)" in done.stderr
    assert (builds(counted), git("tag", cwd=tmp_path / "second.git").stdout) == (1, "v1.0.0\n")


def test_check_fills_the_memory_and_again_does_not_use_it(counted: Project) -> None:
    assert tagward("check", "v1.0.0", cwd=counted.root).returncode == 0
    assert "remembered" in tagward("check", "v1.0.0", cwd=counted.root).stderr
    assert "remembered" not in tagward("check", "--again", "v1.0.0", cwd=counted.root).stderr

    assert "remembered" in accepted(counted, "v1.0.0")
    assert builds(counted) == 2


def test_a_worktree_remembers_what_another_one_passed(counted: Project, tmp_path: Path) -> None:
    git("worktree", "add", "-q", str(tmp_path / "linked"), cwd=counted.root)
    accepted(Project(tmp_path / "linked", counted.remote), "--dry-run", "v1.0.0")

    assert "remembered" in accepted(counted, "v1.0.0")


def test_76_other_rules_are_another_release(counted: Project) -> None:
    accepted(counted, "--dry-run", "v1.0.0")
    rules(counted, "commands = [\"python -c 'raise SystemExit(1)'\"]")
    counted.commit()
    counted.tag("v1.0.0", "-f")

    assert "error[X008]" in refused(counted, "v1.0.0")


def test_another_tag_object_on_the_same_commit_is_judged_anew(counted: Project) -> None:
    accepted(counted, "--dry-run", "v1.0.0")
    git("tag", "-f", "-a", "-m", "other words", "v1.0.0", cwd=counted.root)

    assert "remembered" not in accepted(counted, "v1.0.0")
    assert builds(counted) == 2


def test_another_name_for_the_same_object_is_judged_anew(counted: Project) -> None:
    accepted(counted, "--dry-run", "v1.0.0")

    assert "error[T004]" in refused(counted, "v1.0.0:refs/tags/1.0.0")


def test_a_remembered_tag_that_would_move_on_the_remote_is_refused(counted: Project) -> None:
    accepted(counted, "--dry-run", "v1.0.0")
    counted.push("--no-verify", "HEAD~1:refs/tags/v1.0.0")

    assert "error[T002]" in refused(counted, "--force", "v1.0.0")


def test_a_refusal_is_not_remembered(counted: Project) -> None:
    counted.tag("v2.0.0")

    for _ in range(2):
        assert "error[V001]" in refused(counted, "v2.0.0")
    assert not (counted.root / ".git/tagward/passed").exists()


def test_a_memory_that_cannot_be_read_is_no_memory(counted: Project) -> None:
    accepted(counted, "--dry-run", "v1.0.0")

    for content in BROKEN:
        memory(counted).write_text(content, encoding="utf-8")
        assert "remembered" not in accepted(counted, "--dry-run", "v1.0.0"), content
    assert builds(counted) == 1 + len(BROKEN)


def test_a_memory_of_something_else_is_no_memory(counted: Project) -> None:
    accepted(counted, "--dry-run", "v1.0.0")
    record = json.loads(memory(counted).read_text(encoding="utf-8"))

    changes: list[dict[str, object]] = [{"verdict": "refused"}, {"at": 1}, {"key": {}}]
    for change in changes:
        memory(counted).write_text(json.dumps({**record, **change}), encoding="utf-8")
        assert "remembered" not in accepted(counted, "--dry-run", "v1.0.0"), change


def test_75_a_connection_that_was_dropped_is_made_good_by_the_second_push(guarded: Project, tmp_path: Path) -> None:
    started, dropped = str(tmp_path / "builds"), str(tmp_path / "dropped")
    backend(guarded, sdist=f"open({started!r}, 'a').write('x')\n{WAIT.format(dropped=dropped)}")
    release(guarded)
    server = tmp_path / "server"
    server.write_text(SERVER.format(python=sys.executable, started=started, dropped=dropped), encoding="utf-8")
    server.chmod(0o755)
    address = f"ssh://somewhere{guarded.remote}"

    ssh = {"GIT_SSH_COMMAND": str(server), "GIT_SSH_VARIANT": "ssh"}
    first = git("push", address, "v1.0.0", cwd=guarded.root, check=False, **ssh)
    assert first.returncode != 0
    assert guarded.on_remote() == set()

    second = git("push", address, "v1.0.0", cwd=guarded.root, check=False, **ssh)
    assert second.returncode == 0, second.stderr
    assert "remembered" in second.stderr
    assert (guarded.on_remote(), builds(guarded)) == ({"refs/tags/v1.0.0"}, 1)
