"""Projects that benchmarks measure on: made anew in a temporary folder, with caches of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

PYPROJECT = """\
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "bench-demo"
version = "1.0.0"
description = "A demo"
readme = "README.md"
"""
BIN = Path(sys.executable).parent


@dataclass(frozen=True, slots=True)
class Ground:
    """A repository, and the environment of everything that runs in it."""

    root: Path
    env: dict[str, str]

    @property
    def folder(self) -> Path:
        """Where further repositories may stand."""
        return self.root.parent

    def run(self, *words: str | Path, cwd: Path | None = None, data: bytes = b"", status: int = 0) -> str:
        """Run a program to its end; it must exit with this status. What it printed is returned."""
        done = subprocess.run(words, cwd=cwd or self.root, env=self.env, input=data, capture_output=True, check=False)
        if done.returncode != status:
            raise SystemExit(f"{' '.join(map(str, words))}\n{(done.stdout + done.stderr).decode()}")
        return done.stdout.decode(errors="replace")

    def remote(self, name: str) -> Path:
        """A bare remote of that name."""
        path = self.folder / f"{name}.git"
        self.run("git", "init", "-q", "--bare", path, cwd=self.folder)
        self.run("git", "remote", "add", name, path)
        return path

    def imported(self, name: str, stream: Iterable[bytes]) -> Ground:
        """Another repository beside this one, of what git-fast-import(1) reads, with `main` checked out nowhere."""
        root = self.folder / name
        self.run("git", "init", "-q", "-b", "main", root, cwd=self.folder)
        words = ["git", "fast-import", "--quiet"]
        # Never all of it at once: what is measured later would count this process's memory as its own (getrusage(2)).
        with subprocess.Popen(words, cwd=root, env=self.env, stdin=subprocess.PIPE) as process:
            assert process.stdin is not None
            process.stdin.writelines(stream)
        assert process.returncode == 0, words
        return replace(self, root=root)


def make_ground(folder: Path) -> Ground:
    """A small hatchling project that is a repository with the tag v1.0.0."""
    home, root = folder / "home", folder / "project"
    home.mkdir()
    who = {f"GIT_{role}_{what}": "bench@localhost" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    caches = {"PIP_CACHE_DIR": str(folder / "pip"), "UV_CACHE_DIR": str(folder / "uv"), "UV_LINK_MODE": "copy"}
    env = {
        **{name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"},
        **who,
        **caches,
        "HOME": str(home),
        "TMPDIR": str(folder),
        "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
        "GIT_CONFIG_NOSYSTEM": "1",
    }
    write_project(root, "bench-demo")
    ground = Ground(root, env)
    ground.run("git", "init", "-q", "-b", "main", ".")
    commit(ground)
    ground.run("git", "tag", "-a", "-m", "v1.0.0", "v1.0.0")
    return ground


def write_project(root: Path, name: str) -> None:
    """The files of a small project."""
    package = root / "src" / name.replace("-", "_")
    package.mkdir(parents=True)
    (package / "__init__.py").write_text('__version__ = "1.0.0"\n')
    (root / "README.md").write_text("# Demo\n\nA small project.\n")
    (root / "pyproject.toml").write_text(PYPROJECT.replace("bench-demo", name))


def commit(ground: Ground) -> None:
    """Commit everything."""
    ground.run("git", "add", ".")
    ground.run("git", "commit", "-qm", "all of it")


def tagged_commit(number: int, *, body: str = PYPROJECT, annotated: bool = False) -> bytes:
    """A commit with its tag v0.NUMBER.0, as git-fast-import(1) reads it."""
    text = body.replace('"1.0.0"', f'"0.{number}.0"')
    when = f"B <b@localhost> {1_700_000_000 + number} +0000"
    tag = (
        f"tag v0.{number}.0\nfrom refs/heads/main\ntagger {when}\ndata 1\nx\n"
        if annotated
        else f"reset refs/tags/v0.{number}.0\nfrom refs/heads/main\n\n"
    )
    head = f"commit refs/heads/main\ncommitter {when}\ndata 1\nx\n"
    return f"{head}M 644 inline pyproject.toml\ndata {len(text)}\n{text}\n{tag}".encode()
