"""An index as it is asked: which one is meant, what its page says, and what it hands out."""

from __future__ import annotations

import hashlib
import json
import os
import threading
from contextlib import contextmanager
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from packaging.utils import canonicalize_name
from packaging.version import Version
from twine import utils

from tagward.errors import CannotJudge, ConfigError
from tagward.model.publication import Shelved
from tagward.tools.index import Index, Limits, download, index_of, release_files
from tagward.tools.pages import JSON, Page, PageUnreadable, parse_page

if TYPE_CHECKING:
    from collections.abc import Iterator

A, B = "a" * 64, "b" * 64
SHORT = Limits(connect=2.0, read=0.5, page=1.0, copy=1.0, page_bytes=5000, file_bytes=5000)


@dataclass(frozen=True)
class Said:
    """One answer."""

    body: bytes = b""
    kind: str = "text/html"
    status: int = 200
    location: str = ""


class Served:
    """Answers by path, on loopback; what is not there is a 404."""

    def __init__(self) -> None:
        self.answers: dict[str, Said] = {}
        self.asked: list[tuple[str, str]] = []
        self.address = ""

    @property
    def index(self) -> Index:
        """The index that is served."""
        return Index("here", f"{self.address}/legacy/", f"{self.address}/simple/")

    def page(self, body: str, kind: str = "text/html") -> None:
        """What the page of the project `demo` says."""
        self.answers["/simple/demo/"] = Said(body.encode(), kind)

    def files(self, version: str = "1.0") -> tuple[Shelved, ...]:
        """The files of a release of `Demo`."""
        return release_files(self.index, "Demo", version, SHORT)


@contextmanager
def serve(served: Served) -> Iterator[Served]:
    """Serve until the end of the block."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            served.asked.append((self.path, self.headers.get("Accept", "")))
            said = served.answers.get(self.path, Said(status=404))
            self.send_response(said.status)
            self.send_header("Content-Type", said.kind)
            if said.location:
                self.send_header("Location", said.location)
            self.send_header("Content-Length", str(len(said.body)))
            self.end_headers()
            self.wfile.write(said.body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name that http.server uses
            del format, args

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)


@pytest.fixture
def served() -> Iterator[Served]:
    """An index on loopback with nothing in it."""
    with serve(Served()) as one:
        yield one


def document(**more: object) -> str:
    """The page of `demo` in JSON, with one file."""
    file = {
        "filename": "demo-1.0.tar.gz",
        "url": "../../files/demo-1.0.tar.gz",
        "hashes": {"sha256": A},
        "size": 7,
        "upload-time": "2026-01-02T03:04:05.5Z",
        "yanked": "broken",
        **more,
    }
    return json.dumps({"meta": {"api-version": "1.1"}, "name": "demo", "files": [file]})


def test_pypi_and_testpypi_are_those_of_twine_and_pip(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "https://mirror.example.org/simple")

    pypi, testpypi = index_of("pypi"), index_of("testpypi")

    assert pypi == Index("PyPI", utils.DEFAULT_REPOSITORY, "https://mirror.example.org/simple/")
    assert (testpypi.name, testpypi.upload) == ("TestPyPI", utils.TEST_REPOSITORY)
    assert urlsplit(testpypi.read)[:3] == (*urlsplit(utils.TEST_REPOSITORY)[:2], "/simple/")
    assert index_of(None) == pypi
    assert index_of(utils.DEFAULT_REPOSITORY.rstrip("/")) == pypi
    assert index_of(utils.TEST_REPOSITORY) == testpypi


def test_without_any_setting_pip_reads_its_own_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PIP_INDEX_URL", raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)

    read = index_of("pypi").read

    assert read.startswith("https://")
    assert read.endswith("/simple/")


def test_the_order_is_that_of_twine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWINE_REPOSITORY", "testpypi")
    assert index_of(None).name == "TestPyPI"

    monkeypatch.setenv("TWINE_REPOSITORY_URL", "https://index.example.org/upload/")
    assert index_of(None).upload == "https://index.example.org/upload/"
    assert index_of("testpypi").name == "TestPyPI"


@pytest.mark.parametrize(
    ("upload", "read"),
    [
        ("https://index.example.org/legacy/", "https://index.example.org/simple/"),
        ("https://index.example.org/legacy", "https://index.example.org/simple/"),
        ("https://index.example.org/team/pypi/", "https://index.example.org/team/pypi/simple/"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080/simple/"),
        ("http://[::1]:8080/", "http://[::1]:8080/simple/"),
        ("http://localhost/", "http://localhost/simple/"),
    ],
)
def test_an_address_is_read_beside_it(upload: str, read: str) -> None:
    assert index_of(upload) == Index(upload, upload, read)
    assert index_of(upload, "https://read.example.org/x").read == "https://read.example.org/x/"


def test_a_section_of_pypirc_is_an_index() -> None:
    (Path.home() / ".pypirc").write_text(
        "[distutils]\nindex-servers = company\n[company]\nrepository = https://index.example.org/legacy/\n",
        encoding="utf-8",
    )

    assert index_of("company").upload == "https://index.example.org/legacy/"


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        ("nowhere", "'nowhere' is no index"),
        ("http://index.example.org/", "is not https"),
        ("http://127.0.0.1.example.org/", "is not https"),
        ("ftp://index.example.org/", "is no web address"),
        ("https://", "is no web address"),
        ("https://index.example.org:99999/", "is no web address"),
        ("https://index.example.org/a b", "is no web address"),
        ("https://index.example.org/?x=1", "more than a path"),
        ("https://me:s3cret@index.example.org/", "carries a user name or a password"),
        ("https://s3cret@index.example.org/", "carries a user name or a password"),
    ],
)
def test_nonsense_and_danger_are_refused_without_telling_a_secret(choice: str, words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        index_of(choice)

    assert words in str(caught.value)
    assert "s3cret" not in f"{caught.value} {caught.value.why} {caught.value.fixes}"


def test_it_is_no_pip_of_the_project_that_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pip.py").write_text("open('run', 'w')")
    monkeypatch.chdir(tmp_path)

    assert index_of("pypi").read.startswith("https://")
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("read", ["http://index.example.org/simple", "https://me:s3cret@index.example.org/simple"])
def test_what_is_read_must_be_as_safe(read: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigError, match="--read-index"):
        index_of("testpypi", read)
    monkeypatch.setenv("PIP_INDEX_URL", read)
    with pytest.raises(ConfigError, match="the index that pip is configured to read") as caught:
        index_of("pypi")
    assert "s3cret" not in str(caught.value)


def test_a_json_page(served: Served) -> None:
    served.page(document(), JSON)

    [found] = served.files()

    url = f"{served.address}/files/demo-1.0.tar.gz"
    assert found == Shelved("demo-1.0.tar.gz", A, 7, 1767323045.5, "broken", url)
    [(path, accept)] = served.asked
    assert path == "/simple/demo/"
    assert accept.startswith(JSON)
    assert "q=" in accept


def test_an_html_page(served: Served) -> None:
    served.page(
        '<!DOCTYPE html><html><head><meta name="pypi:repository-version" content="1.0"></head><body>'
        f'<a href="../../files/demo-1.0.tar.gz#sha256={A}" data-yanked="">demo-1.0.tar.gz</a>'
        f"<A HREF='/files/demo-1.0-py3-none-any.whl#sha256={B.upper()}'>demo-1.0-py3-none-any.whl</A>"
        f'<a href="/files/demo-2.0.tar.gz#sha256={A}">demo-2.0.tar.gz</a></body></html>'
    )

    files = served.files()

    place = f"{served.address}/files/"
    assert files == (
        Shelved("demo-1.0.tar.gz", A, None, None, "", f"{place}demo-1.0.tar.gz"),
        Shelved("demo-1.0-py3-none-any.whl", B, None, None, None, f"{place}demo-1.0-py3-none-any.whl"),
    )


def test_a_project_that_is_not_there_has_no_files(served: Served) -> None:
    assert served.files() == ()


def test_files_belong_to_a_release_by_name_and_version_in_any_spelling() -> None:
    names = {
        "acme_demo-1.0.tar.gz": True,
        "Acme.Demo-1.0.0-py3-none-any.whl": True,
        "acme_demo-1.0-1-py3-none-any.whl": True,
        "acme-demo-1.0.zip": True,
        "acme_demo-1.0.post1.tar.gz": False,
        "acme_demo-1.0rc1.tar.gz": False,
        "acme_demo_extra-1.0.tar.gz": False,
        "acme_demo-1.0.exe": False,
        "acme_demo-1.0-py3-none-any.whl.asc": False,
        "acme_demo-1.0": False,
        "x": False,
    }
    files = [{"filename": name, "url": name, "hashes": {"sha256": A}} for name in names]
    body = json.dumps({"meta": {"api-version": "1.0"}, "name": "Acme.Demo", "files": files}).encode()

    found = parse_page(Page("https://x/", JSON, body), canonicalize_name("acme-demo"), Version("1.0"))

    assert [one.file for one in found] == [name for name, belongs in names.items() if belongs]
    assert {(one.size, one.uploaded, one.yanked) for one in found} == {(None, None, None)}


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        pytest.param("{", JSON, id="JSON that is cut off"),
        pytest.param("[]", JSON, id="a list"),
        pytest.param("null", JSON, id="nothing"),
        pytest.param("[" * 100_000, JSON, id="too deep"),
        pytest.param('{"meta": {"api-version": "1.0"}, "name": "demo"}', JSON, id="no files"),
        pytest.param('{"meta": {"api-version": "2.0"}, "name": "demo", "files": []}', JSON, id="another interface"),
        pytest.param('{"meta": {"api-version": "1.0"}, "name": "other", "files": []}', JSON, id="another project"),
        pytest.param(document(hashes={}), JSON, id="no sha256"),
        pytest.param(document(hashes={"sha256": "abc"}), JSON, id="a sha256 that is none"),
        pytest.param(document(hashes=None), JSON, id="no hashes"),
        pytest.param(document(size="many"), JSON, id="a size that is none"),
        pytest.param(document(size=float("inf")), JSON, id="a size without end"),
        pytest.param(document(**{"upload-time": "yesterday"}), JSON, id="a time that is none"),
        pytest.param(document(url=None, filename=None, **{"upload-time": 5}), JSON, id="a number for a time"),
        pytest.param('<a href="demo-1.0.tar.gz">x</a>', "text/html", id="HTML without a digest"),
        pytest.param('<a href="demo-1.0.tar.gz#md5=abc">x</a>', "text/html", id="HTML with md5"),
        pytest.param('<a href="http://[/demo-1.0.tar.gz">x</a>', "text/html", id="HTML with a bad address"),
        pytest.param(
            '<meta name="pypi:repository-version" content="2.0">', "text/html", id="HTML of another interface"
        ),
        pytest.param("<a href='demo-1.0.tar.gz'", "text/html", id="HTML that was cut off"),
        *(pytest.param(piece * 100_000, "text/html", id=f"many {piece}") for piece in ("<a ", '<a "', "<!--x>", "</")),
        pytest.param("<![x[ a", "text/html", id="HTML that ends in an assertion of its parser"),
        pytest.param("\udcff", "text/html", id="no UTF-8"),
        pytest.param(document(), "application/json", id="another type"),
        pytest.param("", "", id="no type"),
    ],
)
def test_what_cannot_be_understood_is_not_taken_for_an_empty_page(body: str, kind: str) -> None:
    page = Page("https://x/simple/demo/", kind, body.encode("utf-8", "surrogateescape"))

    with pytest.raises(PageUnreadable):
        parse_page(page, canonicalize_name("demo"), Version("1.0"))


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (Said(status=500), "it answered 500"),
        (Said(status=403), "it answered 403"),
        (Said(status=204), "it answered 204"),
        (Said(b"x" * 6000), "longer than 5000 bytes"),
        (Said(b"no page", "text/plain"), "neither JSON nor HTML"),
        (Said(status=302, location="http://127.0.0.2/simple/demo/"), "redirects to another address"),
        (Said(status=302, location="https://127.0.0.1/"), "redirects to another address"),
        (Said(status=302, location="http://me:s3cret@example.org/"), "redirects to another address"),
        (Said(status=302, location="/simple/demo/"), "redirects again and again"),
    ],
)
def test_an_index_that_does_not_answer_as_it_should_is_not_known(served: Served, said: Said, words: str) -> None:
    served.answers["/simple/demo/"] = said

    with pytest.raises(CannotJudge, match=words) as caught:
        served.files()

    assert "s3cret" not in str(caught.value)


def test_a_redirect_on_the_same_host_is_followed(served: Served) -> None:
    served.answers["/simple/demo/"] = Said(status=301, location="/elsewhere/demo/")
    served.answers["/elsewhere/demo/"] = Said(document().encode(), JSON)

    assert served.files()[0].url == f"{served.address}/files/demo-1.0.tar.gz"


def test_an_index_that_is_not_there_is_not_known(served: Served) -> None:
    gone = replace(served.index, read="http://127.0.0.1:1/simple/")

    with pytest.raises(CannotJudge, match="did not answer") as caught:
        release_files(gone, "demo", "1.0", SHORT)

    assert "Connection refused" in str(caught.value)


def test_a_proxy_is_not_asked_for_this_machine(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    served.page(document(), JSON)

    assert len(served.files()) == 1


def test_a_download_appears_whole_and_with_its_digest(served: Served, tmp_path: Path) -> None:
    served.answers["/f"] = Said(b"content", "application/octet-stream")
    digest = hashlib.sha256(b"content").hexdigest()
    good = Shelved("f", digest, 7, None, None, f"{served.address}/f")

    download(served.index, good, tmp_path / "f", SHORT)

    assert (tmp_path / "f").read_bytes() == b"content"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"sha256": A}, "its page states"),
        ({"size": "3"}, "longer than 3 bytes"),
        ({"url": "{address}/nothing"}, "it answered 404"),
        ({"url": "{address}/moved"}, "redirects to another address"),
        ({"url": "http://files.example.org/f"}, "is not https"),
        ({"url": "https://me:s3cret@files.example.org/f"}, "carries a user name"),
        ({"url": "file:///f"}, "is no web address"),
        ({"url": "http://127.0.0.1:1/f"}, "Connection refused"),
    ],
)
def test_what_is_not_the_file_is_not_left_there(
    served: Served, tmp_path: Path, change: dict[str, str], words: str
) -> None:
    served.answers |= {"/f": Said(b"content"), "/moved": Said(status=302, location="http://127.0.0.2/f")}
    good = Shelved("f", hashlib.sha256(b"content").hexdigest(), 7, None, None, f"{served.address}/f")
    bad = Shelved(
        "f",
        str(change.get("sha256", good.sha256)),
        int(change.get("size", 7)),
        None,
        None,
        change.get("url", good.url).format(address=served.address),
    )

    with pytest.raises(CannotJudge, match=words) as caught:
        download(served.index, bad, tmp_path / "f", SHORT)

    assert list(tmp_path.iterdir()) == []
    assert "s3cret" not in str(caught.value)
