"""A wrong tag is refused when git makes it, and nothing else that git does with refs is disturbed."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from conftest import PYPROJECT, Project, git, tagward
from push_support import traces

if TYPE_CHECKING:
    from pathlib import Path

WRITES_DOWN = "#!/bin/sh\necho \"$*\" >> '{log}'\ncat >> '{log}'\n[ ! -e '{log}.fails' ]\n"


@pytest.fixture
def watched(project: Project) -> Project:
    """A project at 1.0.0 whose tags are looked at when they are made."""
    done = tagward("install", "--at-tag", cwd=project.root)
    assert done.returncode == 0, done.stderr
    assert "reference-transaction" in done.stderr
    return project


def tags(root: Path) -> set[str]:
    return set(git("tag", cwd=root).stdout.split())


def counted(project: Project) -> Path:
    """Let the hook start something that writes down each start in place of Python, and say where."""
    log, hook = project.root.parent / "starts", project.root / ".git/hooks/reference-transaction"
    python = project.root.parent / "python"
    python.write_text(f"#!/bin/sh\necho start >> '{log}'\n", encoding="utf-8")
    python.chmod(0o755)
    lines = [f"py='{python}'" if line.startswith("py='") else line for line in hook.read_text().splitlines()]
    hook.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return log


@pytest.mark.parametrize("words", [("-a", "-m", "x"), (), ("-f",)])
def test_a_wrong_tag_is_not_made(watched: Project, words: tuple[str, ...]) -> None:
    before = traces(watched.root)

    done = git("tag", *words, "v1.0.1", cwd=watched.root, check=False)

    assert done.returncode
    assert "error[V001]: Version mismatch: git tag (1.0.1) != pyproject.toml (1.0.0)" in done.stderr
    assert "git tag -d" not in done.stderr
    assert tags(watched.root) == set()
    assert {path for path in traces(watched.root) if "/objects/" not in path} == {
        path for path in before if "/objects/" not in path
    }


def test_a_right_tag_is_made_without_a_word(watched: Project) -> None:
    done = git("tag", "-a", "v1.0.0", "-m", "x", cwd=watched.root)

    assert (done.stdout, done.stderr) == ("", "")
    assert tags(watched.root) == {"v1.0.0"}


def test_a_name_that_only_looks_like_a_release_is_refused(watched: Project) -> None:
    done = git("tag", "v1.0.O", cwd=watched.root, check=False)

    assert "error[T101]" in done.stderr
    assert tags(watched.root) == set()


def test_the_tag_of_another_commit_is_judged_by_that_commit(watched: Project) -> None:
    first = git("rev-parse", "HEAD", cwd=watched.root).stdout.strip()
    watched.write("pyproject.toml", PYPROJECT.format(version="2.0.0"))
    watched.write("src/demo/__init__.py", '__version__ = "2.0.0"\n')
    watched.commit()

    assert git("tag", "v2.0.0", first, cwd=watched.root, check=False).returncode
    git("tag", "v1.0.0", first, cwd=watched.root)
    git("tag", "v2.0.0", cwd=watched.root)
    assert tags(watched.root) == {"v1.0.0", "v2.0.0"}


def test_a_tag_that_moves_to_a_wrong_commit_stays(watched: Project) -> None:
    git("tag", "v1.0.0", cwd=watched.root)
    there = git("rev-parse", "v1.0.0", cwd=watched.root).stdout
    watched.write("pyproject.toml", PYPROJECT.format(version="2.0.0"))
    watched.commit()

    assert git("tag", "-f", "v1.0.0", cwd=watched.root, check=False).returncode
    assert git("rev-parse", "v1.0.0", cwd=watched.root).stdout == there


@pytest.mark.parametrize(
    "words", [("-c", "user.name=A B", "tag"), ("-C", ".", "tag"), ("--no-pager", "tag"), ("release",)]
)
def test_however_git_is_told_to_tag(watched: Project, words: tuple[str, ...]) -> None:
    git("config", "alias.release", "tag -a -m x", cwd=watched.root)

    done = git(*words, "v1.0.1", cwd=watched.root, check=False)

    assert done.returncode
    assert "V001" in done.stderr


def test_in_a_linked_worktree_and_from_below(watched: Project) -> None:
    git("worktree", "add", "-q", "../other", cwd=watched.root)

    for place in (watched.root.parent / "other", watched.root / "src"):
        assert "V001" in git("tag", "v1.0.1", cwd=place, check=False).stderr
        git("tag", "v1.0.0", cwd=place)
        git("tag", "-d", "v1.0.0", cwd=place)
    assert tags(watched.root) == set()


def test_fetch_pull_clone_and_deletion_start_nothing(watched: Project) -> None:
    other = watched.root.parent / "other"
    git("push", "-q", "--no-verify", "origin", "main", cwd=watched.root)
    git("clone", "-q", str(watched.remote), str(other), cwd=watched.root)
    for name in ("v9.0.0", "v9.1.0"):
        git("commit", "-q", "--allow-empty", "-m", name, cwd=other)
        git("tag", "-a", "-m", "x", name, cwd=other)
    git("push", "-q", "--no-verify", "origin", "HEAD", "--tags", cwd=other)
    starts = counted(watched)

    git("fetch", "-q", "origin", "refs/tags/v9.0.0:refs/tags/v9.0.0", cwd=watched.root)
    git("pull", "-q", "--tags", "origin", "main", cwd=watched.root)
    assert tags(watched.root) == {"v9.0.0", "v9.1.0"}
    git("tag", "-d", "v9.0.0", cwd=watched.root)
    git("update-ref", "-d", "refs/tags/v9.1.0", cwd=watched.root)
    git("branch", "release-1.0", cwd=watched.root)
    git("symbolic-ref", "refs/heads/alias", "refs/heads/main", cwd=watched.root)
    git("commit", "-q", "--allow-empty", "-m", "more", cwd=watched.root)
    git("tag", "nightly", cwd=watched.root)
    git("pack-refs", "--all", cwd=watched.root)
    git("clone", "-q", str(watched.root), str(watched.root.parent / "third"), cwd=watched.root)

    assert not starts.exists()
    git("tag", "v1.0.0", cwd=watched.root)
    assert starts.read_text() == "start\n"


def test_a_push_into_the_repository_is_not_disturbed(watched: Project) -> None:
    other = watched.root.parent / "other"
    git("clone", "-q", str(watched.root), str(other), cwd=watched.root)
    git("tag", "v9.0.0", cwd=other)

    git("push", "-q", "origin", "v9.0.0", cwd=other)

    assert tags(watched.root) == {"v9.0.0"}


@pytest.mark.parametrize("broken", ["no python", "no configuration"])
def test_what_cannot_be_looked_at_is_made_and_said(watched: Project, broken: str) -> None:
    if broken == "no python":
        counted(watched)
        (watched.root.parent / "python").unlink()
    else:
        watched.write("pyproject.toml", PYPROJECT.format(version="1.0.0") + "\n[tool.tagward]\nno-such-key = 1\n")
        watched.commit()

    done = git("tag", "v1.0.0", cwd=watched.root)

    assert "nobody looked at" in done.stderr
    assert "Traceback" not in done.stderr
    assert tags(watched.root) == {"v1.0.0"}


def test_a_hook_that_was_there_runs_first_and_comes_back(project: Project) -> None:
    log, hook = project.root.parent / "log", project.root / ".git/hooks/reference-transaction"
    hook.write_text(WRITES_DOWN.format(log=log), encoding="utf-8")
    hook.chmod(0o751)
    before = traces(project.root / ".git/hooks")
    assert tagward("install", "--at-tag", cwd=project.root).returncode == 0
    assert tagward("install", "--at-tag", cwd=project.root).returncode == 0  # nothing is done twice

    assert git("tag", "v1.0.1", cwd=project.root, check=False).returncode
    git("tag", "v1.0.0", cwd=project.root)
    said = log.read_text(encoding="utf-8")
    assert "refs/tags/v1.0.1" in said
    assert "committed" in said
    assert "aborted" in said

    (project.root.parent / "log.fails").touch()
    assert git("tag", "nightly", cwd=project.root, check=False).returncode
    (project.root.parent / "log.fails").unlink()
    git("tag", "-d", "v1.0.0", cwd=project.root)
    log.unlink()
    assert tagward("uninstall", cwd=project.root).returncode == 0
    assert traces(project.root / ".git/hooks") == before
    assert not (project.root / ".git/tagward").exists()


def test_uninstall_leaves_nothing(project: Project) -> None:
    before = traces(project.root)
    for words in (("install", "--at-tag"), ("uninstall",)):
        assert tagward(*words, cwd=project.root).returncode == 0

    assert traces(project.root) == before


def test_hooks_of_somebody_else_are_left_alone(project: Project) -> None:
    git("config", "core.hooksPath", "their-hooks", cwd=project.root)
    before = traces(project.root)

    done = tagward("install", "--at-tag", cwd=project.root)

    assert done.returncode == 2
    assert "core.hooksPath (local) is their-hooks" in done.stderr
    assert traces(project.root) == before


@pytest.mark.parametrize("shell", ["dash", "bash", "busybox"])
def test_the_shim_in_every_shell(watched: Project, shell: str) -> None:
    path = shutil.which(shell)
    if path is None:
        pytest.skip(f"no {shell} here")
    hook = watched.root / ".git/hooks/reference-transaction"
    first, rest = hook.read_text(encoding="utf-8").split("\n", 1)
    assert first == "#!/bin/sh"
    hook.write_text(f"#!{path}{' sh' if shell == 'busybox' else ''}\n{rest}", encoding="utf-8")

    assert "V001" in git("tag", "v1.0.1", cwd=watched.root, check=False).stderr
    git("tag", "v1.0.0", cwd=watched.root)
    git("update-ref", "refs/tags/v9.0.0", "HEAD", cwd=watched.root)
    assert tags(watched.root) == {"v1.0.0", "v9.0.0"}
