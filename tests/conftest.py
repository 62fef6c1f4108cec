"""What every test stands on: nothing of the machine leaks in, nothing of the test leaks out."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browser import IN_CI, Browser, absent, browser
from hypothesis import settings

import tagward as tagward_package

if TYPE_CHECKING:
    from collections.abc import Iterator

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A shell without job control starts what runs in its background like that, and what tests start would inherit it.
    signal.signal(signal.SIGINT, signal.default_int_handler)

settings.register_profile("tagward", deadline=None)  # a machine under load is no fault
settings.load_profile("tagward")

WHO = {
    "GIT_AUTHOR_NAME": "A Maintainer",
    "GIT_AUTHOR_EMAIL": "maintainer@example.org",
    "GIT_AUTHOR_DATE": "2026-11-22T12:00:00+0000",
    "GIT_COMMITTER_NAME": "A Maintainer",
    "GIT_COMMITTER_EMAIL": "maintainer@example.org",
    "GIT_COMMITTER_DATE": "2026-11-22T12:00:00+0000",
}
BACKEND = (Path(tagward_package.__file__).parent / "sandbox" / "backend.py").read_text(encoding="utf-8")
"""The backend of the sandbox: it needs nothing, and reads name, version, readme, scripts and dependencies."""
PYPROJECT = """[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]

[project]
name = "demo"
version = "{version}"
description = "A demo"
readme = "README.md"
"""


class _Knowing(BaseHTTPRequestHandler):
    """Has every project, and no release of any (PEP 691)."""

    def do_GET(self) -> None:
        name = self.path.strip("/").rpartition("/")[2]
        body = json.dumps({"meta": {"api-version": "1.1"}, "name": name, "versions": [], "files": []}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/vnd.pypi.simple.v1+json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name that http.server uses
        del format, args


@pytest.fixture(scope="session")
def index_without_releases() -> Iterator[str]:
    """The root of an index on this machine, which the gate of the tests asks in place of a real one."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Knowing)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/simple/"
    server.shutdown()
    server.server_close()
    thread.join(10)


@pytest.fixture(autouse=True)
def no_leaks(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch, index_without_releases: str
) -> Iterator[None]:
    """No variable, home folder or configuration of the machine reaches a test."""
    home = tmp_path_factory.mktemp("home")
    for name in list(os.environ):
        if name.startswith(("GIT_", "TAGWARD_", "PRE_COMMIT", "GITHUB_", "XDG_")) and name != "TAGWARD_TEST_GIT":
            monkeypatch.delenv(name)
    for name in ("CI", "FORCE_COLOR", "NO_COLOR", "PYTHONPATH", "VIRTUAL_ENV", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    scratch = tmp_path_factory.mktemp("scratch")
    settings = {
        **WHO,
        "HOME": str(home),
        "TMPDIR": str(scratch),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": str(home / "gitconfig"),
        "TERM": "dumb",
        "TAGWARD_INDEX": index_without_releases,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    (home / "gitconfig").write_text('[init]\n\tdefaultBranch = main\n[protocol "file"]\n\tallow = always\n')
    monkeypatch.setattr("tempfile.tempdir", None)
    yield
    left = [path.name for path in scratch.iterdir() if path.name.startswith("tagward-") and path.is_dir()]
    assert not left, f"left behind: {left}"


def git(*words: str, cwd: Path, check: bool = True, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run git as a user would."""
    done = subprocess.run(
        ["git", *words],
        cwd=cwd,
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        errors="surrogateescape",
        check=False,
        timeout=120,
    )
    assert not check or done.returncode == 0, done.stderr
    return done


def tagward(*words: str, cwd: Path, stdin: bytes = b"", **environ: str) -> subprocess.CompletedProcess[str]:
    """Run tagward as a user would, from the environment of the tests."""
    return subprocess.run(
        [sys.executable, "-I", "-m", "tagward", *words],
        cwd=cwd,
        env={**os.environ, **environ},
        input=stdin.decode("utf-8", "surrogateescape"),
        capture_output=True,
        text=True,
        errors="surrogateescape",
        check=False,
        timeout=300,
    )


@dataclass(frozen=True)
class Project:
    """A repository with a small project in it that builds without the network, and a bare remote."""

    root: Path
    remote: Path

    def write(self, path: str, text: str) -> None:
        """Write a file of the working tree."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="")

    def commit(self, message: str = "change") -> str:
        """Commit everything and return the commit's id."""
        git("add", "-A", cwd=self.root)
        git("commit", "--no-verify", "-qm", message, cwd=self.root)
        return git("rev-parse", "HEAD", cwd=self.root).stdout.strip()

    def tag(self, name: str, *words: str) -> None:
        """Make an annotated tag."""
        git("tag", "-a", name, "-m", name, *words, cwd=self.root)

    def push(self, *words: str, **environ: str) -> subprocess.CompletedProcess[str]:
        """Push to the bare remote, whatever comes of it."""
        return git("push", "origin", *words, cwd=self.root, check=False, **environ)

    def on_remote(self) -> set[str]:
        """The refs of the remote."""
        listing = git("for-each-ref", "--format=%(refname)", cwd=self.remote).stdout
        return set(listing.split())


def make_project(folder: Path, version: str = "1.0.0") -> Project:
    """A project of version `version`, committed and not pushed."""
    root, remote = folder / "project", folder / "remote.git"
    root.mkdir(parents=True)
    git("init", "-q", str(root), cwd=folder)
    git("init", "-q", "--bare", str(remote), cwd=folder)
    git("remote", "add", "origin", str(remote), cwd=root)
    project = Project(root, remote)
    project.write("pyproject.toml", PYPROJECT.format(version=version))
    project.write("backend.py", BACKEND)
    project.write("README.md", "# Demo\n")
    project.write("src/demo/__init__.py", f'"""A demo."""\n\n__version__ = "{version}"\n')
    project.commit("first")
    return project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project at 1.0.0 without our hook."""
    return make_project(tmp_path)


@pytest.fixture
def guarded(project: Project) -> Project:
    """The same with our hook, put in by our own install."""
    done = tagward("install", cwd=project.root)
    assert done.returncode == 0, done.stderr
    return project


@pytest.fixture(scope="session")
def window() -> Iterator[Browser]:
    """The browser; where there is none, the tests are skipped, and in CI they fail."""
    missing = absent()
    if missing and IN_CI:
        pytest.fail(f"{missing} must be there in CI")
    if missing:
        pytest.skip(f"no {missing} on PATH")
    with browser() as one:
        yield one
