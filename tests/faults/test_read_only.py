"""A repository that cannot be written to, or is somebody else's, is judged all the same."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from conftest import git, tagward
from push_support import traces

from tagward.tools import notes
from tagward.tools.memory import Memory

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conftest import Project

CHECK = (sys.executable, "-I", "-m", "tagward", "check", "v1.0.0")
SENTENCE = "  ! nothing can be kept in this repository: receipts, passes and reports are in ~/.local/state/tagward/"
pytestmark = pytest.mark.e2e


@pytest.fixture
def frozen(project: Project) -> Iterator[tuple[Project, list[str]]]:
    """A release in a repository that cannot be written to, and the words before a command that make it so."""
    project.tag("v1.0.0")
    if os.geteuid():
        folders = [project.root, *(path for path in project.root.rglob("*") if path.is_dir())]
        for path in folders:
            path.chmod(0o555)
        yield project, []
        for path in folders:
            path.chmod(0o755)
        return
    mount = f'mount --bind "{project.root}" "{project.root}" && mount -o remount,ro,bind "{project.root}"'
    words = ["unshare", "--mount", "sh", "-c", f'{mount} && cd . && cd "{project.root}" && exec "$@"', "sh"]
    done = subprocess.run([*words, "true"], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"no mounts of its own here: {done.stderr.strip()}")
    yield project, words


def _run(project: Project, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(words, cwd=project.root, capture_output=True, text=True, check=False, timeout=300)


def _state() -> Path:
    (folder,) = (Path(os.environ["HOME"]) / ".local/state/tagward").iterdir()
    return folder


def test_a_repository_mounted_read_only_is_judged_and_its_notes_are_kept_with_the_user(
    frozen: tuple[Project, list[str]],
) -> None:
    project, words = frozen
    before = traces(project.root)
    no_write = _run(project, *words, "sh", "-c", "echo x > .git/x")
    assert no_write.returncode, "it can be written to"

    first = _run(project, *words, *CHECK)
    second = _run(project, *words, *CHECK)

    assert first.returncode == 0, first.stderr
    assert [line for line in first.stderr.splitlines() if line.startswith(SENTENCE)] != []
    assert "remembered" in second.stderr
    assert traces(project.root) == before
    assert not (project.root / ".git/tagward").exists()
    assert sorted(path.name for path in _state().iterdir()) == ["last", "passed", "receipts"]
    assert stat.S_IMODE(_state().stat().st_mode) == 0o700
    assert (_state() / "receipts/v1.0.0.json").is_file()
    assert (_state() / "last/report.html").is_file()


def test_a_push_from_it_is_judged_too(frozen: tuple[Project, list[str]], tmp_path: Path) -> None:
    project, words = frozen
    hook = tmp_path / "hooks"
    hook.mkdir()
    shutil.copy(Path(__file__).parents[2] / "hooks/pre-push", hook)

    push = ("git", "-c", f"core.hooksPath={hook}", "push", "--porcelain", str(project.remote), "v1.0.0")
    done = _run(project, *words, *push)

    assert done.returncode == 0, done.stderr
    assert "✓ v1.0.0" in done.stderr
    assert project.on_remote() == {"refs/tags/v1.0.0"}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_nothing_is_written_into_a_repository_of_another_owner(project: Project) -> None:
    project.tag("v1.0.0")
    subprocess.run(["chown", "-R", "65534:65534", project.root], check=True)
    git("config", "--global", "--add", "safe.directory", str(project.root), cwd=project.root.parent)
    before = traces(project.root)

    done = tagward("check", "v1.0.0", cwd=project.root)

    assert done.returncode == 0, done.stderr
    assert SENTENCE in done.stderr
    assert traces(project.root) == before
    assert not (project.root / ".git/tagward").exists()


def test_notes_are_kept_in_a_folder_of_this_user_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setattr(notes, "_is_writable", lambda *_: False)
    memory = Memory.of(tmp_path / "a" / ".git")
    assert memory.folder != Memory.of(tmp_path / "b" / ".git").folder

    assert memory.keep("v1", "a" * 40, {})
    assert memory.recall("v1", "a" * 40) is not None
    memory.folder.parent.chmod(0o777)

    assert not memory.keep("v1", "a" * 40, {})


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_a_pass_that_somebody_else_wrote_down_is_not_believed(tmp_path: Path) -> None:
    memory = Memory(tmp_path / "passed", 1_000_000.0)
    assert memory.keep("v1", "a" * 40, {})
    (file,) = memory.folder.iterdir()
    os.chown(file, 65534, 65534)

    assert memory.recall("v1", "a" * 40) is None
