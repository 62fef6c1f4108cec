"""The release before, from an index on this machine, and from what was kept of it."""

from __future__ import annotations

import hashlib
import io
import json
import threading
import zipfile
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest
from packaging.version import Version

from tagward.errors import CannotJudge
from tagward.model.index_state import Answer, IndexState
from tagward.model.publication import Shelved
from tagward.tools.previous import Lookup, choose_wheel, find_previous, version_before

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

INFO = "demo-1.3.0.dist-info"
WHEEL = "demo-1.3.0-py3-none-any.whl"


def wheel(*names: str) -> bytes:
    """A wheel of demo 1.3.0 with a script."""
    files = dict.fromkeys(names, "x = 1\n")
    files[f"{INFO}/METADATA"] = "Metadata-Version: 2.1\nName: demo\nVersion: 1.3.0\n"
    files[f"{INFO}/WHEEL"] = "Wheel-Version: 1.0\nTag: py3-none-any\n"
    files[f"{INFO}/entry_points.txt"] = "[console_scripts]\ndemo = demo:main\n"
    files[f"{INFO}/RECORD"] = ""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return data.getvalue()


@contextmanager
def serving(files: dict[str, bytes], digests: dict[str, str] | None = None) -> Iterator[tuple[str, list[str]]]:
    """An index with the project `demo`: its root, and the paths that were asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            name = self.path.rpartition("/")[2]
            body, kind = files.get(name, b""), "application/octet-stream"
            if self.path == "/simple/demo/":
                listed = [
                    {
                        "filename": one,
                        "url": f"/files/{one}",
                        "size": len(data),
                        "hashes": {"sha256": (digests or {}).get(one) or hashlib.sha256(data).hexdigest()},
                    }
                    for one, data in files.items()
                ]
                page = {"meta": {"api-version": "1.1"}, "name": "demo", "files": listed}
                body, kind = json.dumps(page).encode(), "application/vnd.pypi.simple.v1+json"
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name that http.server uses
            del format, args

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/simple/", asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)


def state(read: str, *versions: str, answer: Answer = Answer.HERE) -> IndexState:
    """What the index has."""
    return IndexState(answer, "here", read, "demo", versions=tuple(Version(one) for one in versions))


def test_the_release_before_is_read_once_and_kept(tmp_path: Path) -> None:
    cache = tmp_path / "git" / "tagward" / "before"
    cache.parent.mkdir(parents=True)
    files = {WHEEL: wheel("demo/__init__.py"), "demo-1.3.0.tar.gz": b"x" * 1000}

    with serving(files) as (read, asked):
        first = find_previous(state(read, "1.2", "1.3.0"), Version("1.4"), tmp_path, cache)
        count = len(asked)
        again = find_previous(state(read, "1.2", "1.3.0"), Version("1.4"), tmp_path, cache)

    assert (first.version, first.wheel, first.scripts) == ("1.3.0", WHEEL, ("demo",))
    assert set(first.members) >= {"demo/__init__.py", ".dist-info/METADATA"}
    assert first.metadata["Name"] == ("demo",)
    assert first.sizes == {"sdist": 1000, "wheel": len(files[WHEEL])}
    assert again == first
    assert len(asked) == count == 2


def test_what_was_kept_and_is_damaged_is_asked_again(tmp_path: Path) -> None:
    cache = tmp_path / "git" / "tagward" / "before"
    cache.parent.mkdir(parents=True)
    with serving({WHEEL: wheel("demo/__init__.py")}) as (read, asked):
        first = find_previous(state(read, "1.3.0"), Version("1.4"), tmp_path, cache)
        for file in cache.iterdir():
            file.write_text('{"version": 1', encoding="utf-8")
        assert find_previous(state(read, "1.3.0"), Version("1.4"), tmp_path, cache) == first
        assert len(asked) == 4


def test_other_bytes_than_the_page_states_are_not_read(tmp_path: Path) -> None:
    with (
        serving({WHEEL: wheel("demo/__init__.py")}, {WHEEL: "0" * 64}) as (read, _),
        pytest.raises(CannotJudge, match="sha256"),
    ):
        find_previous(state(read, "1.3.0"), Version("1.4"), tmp_path)


def test_a_release_without_a_wheel_still_tells_its_size(tmp_path: Path) -> None:
    with serving({"demo-1.3.0.tar.gz": b"x" * 1000}) as (read, _):
        found = find_previous(state(read, "1.3.0"), Version("1.4"), tmp_path)

    assert (found.wheel, found.sizes) == ("", {"sdist": 1000})
    assert found.reason == "1.3.0 has no wheel for this machine"


@pytest.mark.parametrize("answer", [Answer.SILENT, Answer.UNASKED])
def test_an_index_that_does_not_answer_is_a_reason_and_no_error(answer: Answer, tmp_path: Path) -> None:
    found = Lookup(state("", answer=answer), Version("1.4"), tmp_path).start().wait()

    assert (found.first, found.wheel, found.reason) == (False, "", "the index was not asked")


def test_an_index_that_is_gone_is_a_reason_and_no_error(tmp_path: Path) -> None:
    with serving({}) as (read, _):
        pass

    found = Lookup(state(read, "1.3.0"), Version("1.4"), tmp_path).start().wait()

    assert "here did not answer" in found.reason


def test_a_project_without_a_release_has_none_before(tmp_path: Path) -> None:
    assert find_previous(state("", "2.0"), Version("1.4"), tmp_path).first
    assert find_previous(state("", answer=Answer.ABSENT), Version("1.4"), tmp_path).first


@pytest.mark.parametrize(
    ("versions", "version", "before"),
    [
        ("1.0 1.1 2.0rc1", "2.0", "1.1"),
        ("1.0 1.1 2.0rc1", "2.0rc2", "2.0rc1"),
        ("1.0 3.0", "2.0", "1.0"),
        ("1.0a1 1.0a2", "1.0", "1.0a2"),
    ],
)
def test_the_version_before_is_the_one_that_users_come_from(versions: str, version: str, before: str) -> None:
    assert version_before([Version(one) for one in versions.split()], Version(version)) == Version(before)


def test_the_wheel_is_the_one_that_pip_would_take_here() -> None:
    names = ["demo-1-py3-none-win_amd64.whl", "demo-1-py3-none-any.whl", "demo-1-py2-none-any.whl", "demo-1.tar.gz"]
    files = [Shelved(name, "0" * 64, 1, None, None, "") for name in names]

    chosen = choose_wheel(files)

    assert chosen
    assert chosen.file == "demo-1-py3-none-any.whl"
    assert choose_wheel(files[:1]) is None
    assert choose_wheel([Shelved("demo-1-py3-none-any./../x.whl", "0" * 64, 1, None, None, "")]) is None
