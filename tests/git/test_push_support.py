"""What the tests of the push stand on: every trace that a push could leave, and proof that each would be seen."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from conftest import Project, git

if TYPE_CHECKING:
    from pathlib import Path


def traces(folder: Path) -> dict[str, str]:
    """Every file, link and folder with its mode and content; what tagward itself keeps in `.git/tagward` aside."""
    ours = folder / ".git" / "tagward"
    found = (path for path in folder.rglob("*") if ours not in (path, *path.parents))
    return {str(path.relative_to(folder)): f"{path.lstat().st_mode:o} {_content(path)}" for path in found}


def _content(path: Path) -> str:
    if path.is_symlink():
        return f"-> {path.readlink()}"
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def refused(project: Project, *words: str, stdout: str = "", **environ: str) -> str:
    """Push and hold what every refusal must hold; return what it said. `stdout` is what another hook says there."""
    before, there = traces(project.root), traces(project.remote)
    done = project.push(*words, **environ)
    assert (done.returncode, done.stdout) == (1, stdout), done.stderr
    assert "✗ push stopped" in done.stderr or done.stderr.startswith("error: "), done.stderr
    assert "Traceback" not in done.stderr
    assert traces(project.remote) == there
    assert traces(project.root) == before
    return done.stderr


def accepted(project: Project, *words: str, stdout: str = "", **environ: str) -> str:
    """Push what must go out; return what was said."""
    done = project.push(*words, **environ)
    assert (done.returncode, done.stdout) == (0, stdout), done.stderr
    assert "✗" not in done.stderr
    return done.stderr


def set_rules(project: Project, *lines: str) -> str:
    """Write `[tool.tagward]` and commit it."""
    text = (project.root / "pyproject.toml").read_text(encoding="utf-8")
    project.write("pyproject.toml", f"{text}\n[tool.tagward]\n" + "\n".join(lines) + "\n")
    return project.commit("rules")


def head(project: Project, revision: str = "HEAD") -> str:
    """The object that a revision names."""
    return git("rev-parse", "--verify", revision, cwd=project.root).stdout.strip()


def test_a_changed_file_is_seen(project: Project) -> None:
    before = traces(project.root)

    project.write("README.md", "# Other\n")

    assert traces(project.root) != before


def test_a_changed_mode_is_seen(project: Project) -> None:
    before = traces(project.root)

    (project.root / ".git/HEAD").chmod(0o600)

    assert traces(project.root) != before


def test_a_new_empty_folder_is_seen(project: Project) -> None:
    before = traces(project.root)

    (project.root / ".git/worktrees").mkdir()

    assert traces(project.root) != before


def test_a_folder_of_our_own_is_not(project: Project) -> None:
    before = traces(project.root)

    project.write(".git/tagward/passed/x.json", "{}")

    assert traces(project.root) == before
