"""What the tests that push have in common: the whole repository compared before and after."""

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
    assert "Traceback (most recent call last)" not in done.stderr.partition("error[")[0]
    assert traces(project.remote) == there
    assert traces(project.root) == before
    return done.stderr


def accepted(project: Project, *words: str, stdout: str = "", **environ: str) -> str:
    """Push what must go out, which changes nothing but what git knows of the remote; return what was said."""
    before = _without_remotes(traces(project.root))
    done = project.push(*words, **environ)
    assert (done.returncode, done.stdout) == (0, stdout), done.stderr
    assert "✗" not in done.stderr
    assert _without_remotes(traces(project.root)) == before
    return done.stderr


def _without_remotes(found: dict[str, str]) -> dict[str, str]:
    return {path: what for path, what in found.items() if "/remotes" not in path and not path.startswith(".git/logs")}


def set_rules(project: Project, *lines: str) -> str:
    """Write `[tool.tagward]` and commit it."""
    text = (project.root / "pyproject.toml").read_text(encoding="utf-8")
    project.write("pyproject.toml", f"{text}\n[tool.tagward]\n" + "\n".join(lines) + "\n")
    return project.commit("rules")


def head(project: Project, revision: str = "HEAD") -> str:
    """The object that a revision names."""
    return git("rev-parse", "--verify", revision, cwd=project.root).stdout.strip()
