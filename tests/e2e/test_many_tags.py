"""A push of many tags: what is out is not built, what is new is, and nothing passes in silence."""

from __future__ import annotations

import json
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest
from conftest import PYPROJECT, Project, git, tagward
from push_support import accepted, refused, set_rules

from tagward.tools.tags import CHUNK

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.e2e
DAY = 86_400.0
COMMITTED = "2026-01-01T12:00:00+0000"


class Shelf(BaseHTTPRequestHandler):
    """An index that has wheels of the project "demo" (PEP 691, PEP 700), and counts how often it is asked for them."""

    uploaded: dict[str, float | None]
    asked: int

    def do_GET(self) -> None:
        kind = type(self)
        kind.asked += self.path == "/simple/demo/"
        files = [
            {
                "filename": f"demo-{version}-py3-none-any.whl",
                "url": f"/files/demo-{version}-py3-none-any.whl",
                "hashes": {"sha256": "0" * 64},
                **({} if when is None else {"upload-time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(when))}),
            }
            for version, when in kind.uploaded.items()
        ]
        found = self.path.startswith("/simple/")
        body = json.dumps({"meta": {"api-version": "1.1"}, "name": "demo", "files": files}).encode() if found else b""
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", "application/vnd.pypi.simple.v1+json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name that http.server uses
        del format, args


@pytest.fixture
def shelf(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Shelf]]:
    kind = type("Mine", (Shelf,), {"uploaded": {}, "asked": 0})
    server = ThreadingHTTPServer(("127.0.0.1", 0), kind)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    monkeypatch.setenv("TAGWARD_INDEX", f"http://127.0.0.1:{server.server_address[1]}/simple/")
    monkeypatch.setenv("GIT_COMMITTER_DATE", COMMITTED)
    yield kind
    server.shutdown()
    server.server_close()
    thread.join(10)


def released(project: Project, *versions: str, stated: str = "") -> None:
    """A commit and an annotated tag for each version; `stated`: what the commits say instead."""
    for version in versions:
        project.write("pyproject.toml", PYPROJECT.format(version=stated or version))
        project.write("src/demo/__init__.py", f'"""A demo."""\n\n__version__ = "{stated or version}"\n')
        project.write("README.md", f"# Demo {version}\n")
        project.commit(version)
        project.tag(f"v{version}")


def test_what_is_out_is_told_and_not_built(guarded: Project, shelf: type[Shelf]) -> None:
    old = [f"0.{number}" for number in range(1, 8)]
    released(guarded, *old, "1.0")
    shelf.uploaded = dict.fromkeys(old, time.time() - 30 * DAY)
    git("push", "-q", "--no-verify", "origin", "main", cwd=guarded.root)

    said = accepted(guarded, "--tags")

    assert "7 tags are out on 127.0.0.1" in said
    assert "(demo, v0.1 to v0.7): not built, as no publication starts" in said
    assert said.count("building") == 0
    assert said.count("✓ build") == 1
    assert "✓ v1.0 is ready" in said
    assert "v0.3 is ready" not in said
    assert shelf.asked == 2  # once for all tags; the one that is built is compared with the release before
    assert {f"refs/tags/v{version}" for version in (*old, "1.0")} <= guarded.on_remote()


def test_what_is_out_is_judged_all_the_same(guarded: Project, shelf: type[Shelf]) -> None:
    released(guarded, "0.1", "0.2")
    released(guarded, "0.3", stated="0.2")
    shelf.uploaded = {"0.1": time.time() - 30 * DAY, "0.2": 0.0, "0.3": time.time() - 30 * DAY}

    said = refused(guarded, "--tags")

    assert "error[V001]: Version mismatch: git tag (0.3) != pyproject.toml (0.2)" in said
    assert "error[I001]: 0.2 is on 127.0.0.1" in said
    assert "✗ push stopped: 2 of 3 tags refused: v0.2 (I001), v0.3 (V001). Nothing was sent." in said


@pytest.mark.parametrize("when", [-DAY, None])
def test_a_release_that_may_be_on_its_way_is_built(guarded: Project, shelf: type[Shelf], when: float | None) -> None:
    released(guarded, "0.1", "0.2")
    shelf.uploaded = {"0.1": time.time() - 30 * DAY, "0.2": None if when is None else time.time() + when}

    said = refused(guarded, "--tags")

    assert "1 tag is out on 127.0.0.1" in said
    assert "error[I101]" in said


def test_more_than_may_be_built_stop_a_push_and_are_counted(guarded: Project, shelf: type[Shelf]) -> None:
    set_rules(guarded, "max-builds = 2")
    rules = (guarded.root / "pyproject.toml").read_text(encoding="utf-8").partition("[tool.tagward]")[2]
    for version in ("0.1", "0.2", "0.3", "0.4"):
        text = PYPROJECT.format(version=version) + f"\n[tool.tagward]{rules}"
        guarded.write("pyproject.toml", text)
        guarded.write("src/demo/__init__.py", f'"""A demo."""\n\n__version__ = "{version}"\n')
        guarded.commit(version)
        guarded.tag(f"v{version}")
    shelf.uploaded = {"0.1": time.time() - 30 * DAY}

    said = refused(guarded, "--tags")
    assert "error: 3 release tags would start a publication and were not checked, as no more than 2 are built" in said
    assert "✗ push stopped: 3 release tags were not checked" in said
    assert "✓ build" not in said

    first = tagward("check", *(f"v0.{number}" for number in range(1, 5)), cwd=guarded.root)
    assert first.returncode == 3
    assert "v0.4 is ready" in first.stderr
    assert "v0.3 is ready" in first.stderr
    assert "error: 1 release tag more would start a publication and was not checked" in first.stderr

    # What has passed is remembered, so that the next push goes on from there.
    said = accepted(guarded, "--tags")
    assert said.count("✓ build") == 1
    assert "v0.2 is ready" in said
    assert "v0.4 is ready, remembered" in said


def test_the_number_can_be_given(guarded: Project) -> None:
    released(guarded, "0.1", "0.2", "0.3")

    done = tagward("check", "--max-builds", "1", "v0.1", "v0.2", "v0.3", "--format", "json", cwd=guarded.root)

    told = json.loads(done.stdout)
    assert done.returncode == 3
    assert told["not_built"] == ["v0.2", "v0.1"]
    assert [tag["name"] for tag in told["tags"]] == ["v0.3"]
    assert told["verdict"] == "not-checked"
    assert tagward("check", "--max-builds", "0", "v0.1", cwd=guarded.root).returncode == 2


def test_thousands_of_bad_ones_are_counted(guarded: Project) -> None:
    names = "".join(f"create refs/tags/v7.{number} HEAD\n" for number in range(2000))
    subprocess.run(["git", "update-ref", "--stdin"], cwd=guarded.root, input=names.encode(), check=True)

    said = refused(guarded, "--tags")

    assert "✗ refused as well: " in said
    assert "and 1,980 more" in said
    assert "✗ push stopped: 2,000 of 2,000 tags refused: " in said
    assert len(said.splitlines()) < 300


def test_tags_that_are_read_side_by_side_are_told_as_one_after_the_other(guarded: Project, shelf: type[Shelf]) -> None:
    count = 3 * CHUNK + 1
    bad = [number for number in range(count) if number % CHUNK == 7]
    lines = []
    for number in range(count):
        text = PYPROJECT.format(version=f"0.{number + (number in bad)}")
        lines.append(
            f"commit refs/heads/main\ncommitter D <d@localhost> {number + 1700000000} +0000\ndata 0\n"
            f"M 100644 inline pyproject.toml\ndata {len(text)}\n{text}\n"
            f"tag v0.{number}\nfrom refs/heads/main\ntagger D <d@localhost> 1700000000 +0000\ndata 0\n"
        )
    made = "".join(lines).encode()
    subprocess.run(["git", "fast-import", "--quiet", "--force"], cwd=guarded.root, input=made, check=True)
    shelf.uploaded = {f"0.{number}": time.time() - 30 * DAY for number in range(count)}

    said = refused(guarded, "--tags")

    assert said.count("error[V001]") == len(bad) == 3
    places = [said.index(f"tag v0.{number} ") for number in sorted(bad, key=str)]  # git names refs in this order
    assert places == sorted(places)
    assert f"{count - len(bad):,}" in said
    assert shelf.asked == 1
