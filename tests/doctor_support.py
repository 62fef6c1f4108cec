"""A repository in which nothing is wrong, and an index that knows its release; tests plant faults in both.

The test modules import this before pytest loads it as a plugin, hence: PYTEST_DONT_REWRITE.
"""

from __future__ import annotations

import json
import shutil
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

from conftest import Project, git, make_project, tagward

from tagward import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

RELEASE = ".github/workflows/pypi-release.yml"
SLUG = "acme/demo"
METADATA = """requires-python = ">=3.11"
license = "MIT"
classifiers = ["Programming Language :: Python :: 3.11"]
"""
TRUSTED = {"kind": "GitHub", "repository": SLUG, "workflow": "pypi-release.yml", "environment": "pypi"}
NEW, AGED = "2026-11-28T12:00:00Z", "2026-01-02T12:00:00Z"


@dataclass
class Shelf:
    """What the index says of one project; a test changes it.

    Attributes:
        files: by name: when it was uploaded, and why it was yanked (None: it was not).
        publisher: who uploaded the newest release; None where nothing is attested.
        status: what every question is answered with.
        tagward: whether it has the tagward that is tested.
    """

    root: str = ""
    project: str = "demo"
    files: dict[str, tuple[str, str | None]] = field(default_factory=dict)
    publisher: dict[str, str] | None = field(default_factory=lambda: dict(TRUSTED))
    status: int = 200
    tagward: bool = True
    asked: list[str] = field(default_factory=list)

    def page(self) -> dict[str, object]:
        """The simple page (PEP 691)."""
        files = [
            {"filename": name, "url": f"/{name}", "hashes": {"sha256": "0" * 64}, "upload-time": when}
            | ({} if yanked is None else {"yanked": yanked or True})
            for name, (when, yanked) in self.files.items()
        ]
        return {"meta": {"api-version": "1.1"}, "name": self.project, "versions": [], "files": files}

    def release(self, version: str, when: str = NEW, yanked: str | None = None) -> None:
        """A release of an sdist and a wheel."""
        for name in (f"{self.project}-{version}.tar.gz", f"{self.project}-{version}-py3-none-any.whl"):
            self.files[name] = (when, yanked)


@contextmanager
def serving(shelf: Shelf) -> Iterator[Shelf]:
    """Answer as an index does, on this machine."""

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            shelf.asked.append(self.path)
            found: dict[str, object] | None = None
            names = [f"tagward-{version}.tar.gz" for version in (__version__, "0.0.9")]
            if self.path == f"/simple/{shelf.project}/" and shelf.files:
                found = shelf.page()
            elif self.path == "/simple/tagward/" and shelf.tagward:
                found = Shelf(project="tagward", files=dict.fromkeys(names, (AGED, None))).page()
            elif self.path.startswith("/integrity/") and shelf.publisher:
                found = {"version": 1, "attestation_bundles": [{"publisher": shelf.publisher, "attestations": []}]}
            body = json.dumps(found or {}).encode()
            self.send_response(shelf.status if found or shelf.status != 200 else 404)
            self.send_header("Content-Type", "application/vnd.pypi.simple.v1+json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name that http.server uses
            del format, args

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    shelf.root = f"http://127.0.0.1:{server.server_address[1]}/simple/"
    try:
        yield shelf
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)


def sound_project(folder: Path) -> Project:
    """A project that is set up by `init`, whose release 1.0.0 is tagged, pushed and rehearsed."""
    project = make_project(folder)
    text = (project.root / "pyproject.toml").read_text()
    project.write("pyproject.toml", text.replace('readme = "README.md"\n', f'readme = "README.md"\n{METADATA}'))
    project.write("LICENSE", "MIT License\n\nPermission is hereby granted, free of charge.\n")
    project.write("CHANGELOG.md", "# Changelog\n\n## 1.0.0 - 2026-11-22\n\n- The first release.\n")
    git("remote", "add", "upstream", f"git@github.com:{SLUG}.git", cwd=project.root)
    done = tagward("init", "--yes", "--publish", "trusted", cwd=project.root)
    assert done.returncode == 0, done.stderr
    project.commit("Guard releases")
    project.tag("v1.0.0")
    pushed = project.push("--no-verify", "main", "v1.0.0")
    assert pushed.returncode == 0, pushed.stderr
    rehearsed(project)
    return project


def rehearsed(project: Project, **note: object) -> None:
    """The note of a rehearsal of HEAD."""
    head = git("rev-parse", "HEAD", cwd=project.root).stdout.strip()
    state = project.root / ".git" / "tagward"
    state.mkdir(exist_ok=True)
    (state / "rehearsal.json").write_text(json.dumps({"commit": head, "passed": True, **note}))


def copied(sound: Project, folder: Path) -> Project:
    """The same once more, so that a fault can be planted in it."""
    shutil.copytree(sound.root, folder / "project", symlinks=True)
    shutil.copytree(sound.remote, folder / "remote.git", symlinks=True)
    project = Project(folder / "project", folder / "remote.git")
    git("remote", "set-url", "origin", str(project.remote), cwd=project.root)
    return project
