"""A package index on 127.0.0.1 that answers each request as a script says, and by default as PyPI does."""

from __future__ import annotations

import hashlib
import json
import socket
import struct
import threading
import time
from base64 import b64decode, b64encode
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from packaging.utils import canonicalize_name, parse_sdist_filename, parse_wheel_filename

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

USER, PASSWORD = "__token__", "pypi-this-is-the-secret-of-the-test"
JSON = "application/vnd.pypi.simple.v1+json"
HANG_SECONDS = 120.0
"""Longer than any test waits for anything; it ends with the index."""


def sha256(content: bytes) -> str:
    """The hexadecimal digest."""
    return hashlib.sha256(content).hexdigest()


def basic(password: str) -> str:
    """The header of somebody who knows the password."""
    return "Basic " + b64encode(f"{USER}:{password}".encode()).decode()


def spread(file: str) -> tuple[str, str]:
    """The project and the version in a file name."""
    name, version = parse_wheel_filename(file)[:2] if file.endswith(".whl") else parse_sdist_filename(file)
    return name, str(version)


@dataclass
class FaultIndex:
    """An index.

    Attributes:
        posts: one word for each upload, in order; then `ok`.
        pages: one word for each question for a page, in order; then `ok`.
        copies: one word for each download, in order; then `ok`.
        lag: how many questions for a page pass until a file that was stored is shown.
        html: there is no JSON.
        files: what it has, by name.
        ages: the age of a file in days, by name.
        deleted: names that were used and deleted.
        seen: every request: its word and the file.
        stored: every upload that was taken: its name and the digest of its bytes.
    """

    posts: list[str] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)
    copies: list[str] = field(default_factory=list)
    lag: int = 0
    html: bool = False
    files: dict[str, bytes] = field(default_factory=dict)
    ages: dict[str, float] = field(default_factory=dict)
    deleted: set[str] = field(default_factory=set)
    seen: list[tuple[str, str]] = field(default_factory=list)
    stored: list[tuple[str, str]] = field(default_factory=list)
    address: str = ""
    closing: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)
    hidden: dict[str, int] = field(default_factory=dict)

    @property
    def upload(self) -> str:
        """Where files are sent."""
        return f"{self.address}/legacy/"

    def environ(self) -> dict[str, str]:
        """The credential that it wants."""
        return {"TWINE_USERNAME": USER, "TWINE_PASSWORD": PASSWORD}

    def accepts(self, authorization: str) -> bool:
        """Whether an upload may come in (RFC 7617)."""
        return authorization == basic(PASSWORD)

    def has(self, *paths: Path) -> bool:
        """Whether it has all of these files with these bytes."""
        return all(self.files.get(path.name) == path.read_bytes() for path in paths)

    def uploads(self) -> list[str]:
        """The names of the files that were sent, in order."""
        return [file for word, file in self.seen if word == "POST"]

    def add(self, path: Path, content: bytes | None = None, *, days: float = 0.0) -> None:
        """Have a file from the beginning."""
        self.files[path.name] = path.read_bytes() if content is None else content
        self.ages[path.name] = days

    def word(self, script: list[str]) -> str:
        """The next word of a script."""
        with self.lock:
            return script.pop(0) if script else "ok"

    def refusal(self, file: str, content: bytes) -> str:
        """The sentence with which PyPI would refuse a file; empty where it takes it."""
        if file in self.files:
            same = self.files[file] == content
            return "" if same else f"File already exists ('{file}', with blake2_256 hash 'abc'). See /help/ for more."
        if file in self.deleted:
            return "This filename was previously used by a file that has since been deleted. Use a different version."
        if any(age > 14 for age in self.ages.values()):
            return "Uploading new files to releases older than 14 days is not allowed."
        if file.endswith(".tar.gz") and any(name.endswith(".tar.gz") for name in self.files):
            return "Only one sdist may be uploaded per release."
        return ""

    def store(self, file: str, content: bytes) -> str:
        """Take a file, or say why not."""
        with self.lock:
            if refusal := self.refusal(file, content):
                return refusal
            if file not in self.files:
                self.files[file] = content
                self.hidden[file] = self.lag
            self.stored.append((file, sha256(content)))
            return ""

    def listed(self, project: str) -> list[str]:
        """The names that a page shows now."""
        with self.lock:
            shown = [name for name in self.files if not self.hidden.get(name) and spread(name)[0] == project]
            self.hidden = {name: max(0, left - 1) for name, left in self.hidden.items()}
            return shown


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    @property
    def index(self) -> FaultIndex:
        return self.server.index

    def do_POST(self) -> None:
        word = self.index.word(self.index.posts)
        if word == "reset-before":
            self.index.seen.append(("POST", "?"))
            self._reset()
            return
        if word == "reset-in-body":
            self.index.seen.append(("POST", "?"))
            self.rfile.read(100)
            self._reset()
            return
        file, content = self._form()
        self.index.seen.append(("POST", file))
        if not self.index.accepts(self.headers.get("Authorization", "")):
            self._answer(403, "Invalid or non-existent authentication information.")
            return
        self._post(word, file, content)

    def _post(self, word: str, file: str, content: bytes) -> None:
        if self._broken_off(word, file, content):
            self.close_connection = True
        elif word in {"ok", "slow"}:
            time.sleep(0.3 if word == "slow" else 0)
            refusal = self.index.store(file, content)
            self._answer(400 if refusal else 200, refusal)
        elif word == "other":
            self.index.files[file] = content + b"somebody else was faster"
            self._answer(400, f"File already exists ('{file}', with blake2_256 hash 'abc').")
        elif word == "echo":
            given = self.headers["Authorization"]
            self._answer(400, f"You said {given} {b64decode(given.removeprefix('Basic '))!r}")
        elif word == "lost":
            self._answer(200, "")
        else:
            head, _, rest = word.partition(" ")
            status, _, stored = head.partition("-")
            if stored:
                self.index.store(file, content)
            self._scripted(int(status), rest)

    def _broken_off(self, word: str, file: str, content: bytes) -> bool:
        """Whether the script wants no whole answer, which is then what happened."""
        if word not in {"hang", "hang-stored", "drip", "reset", "garbage", "cut"}:
            return False
        if word in {"hang-stored", "reset", "cut"}:
            self.index.store(file, content)
        if word.startswith("hang"):
            self.index.closing.wait(HANG_SECONDS)
        elif word == "drip":
            self._drip()
        elif word == "reset":
            self._reset()
        elif word == "garbage":
            self.wfile.write(b"SSH-2.0-OpenSSH_9.2\r\n")
        else:
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n<html>")
        return True

    def _scripted(self, status: int, rest: str) -> None:
        headers = {}
        if rest.startswith("retry="):
            headers["Retry-After"] = rest.removeprefix("retry=")
        if 300 <= status < 400:
            headers["Location"] = rest or f"{self.index.address}/elsewhere/"
        self._answer(status, "" if headers else rest, headers)

    def do_GET(self) -> None:
        path = unquote(urlsplit(self.path).path)
        if path.startswith("/files/"):
            self._copy(path.removeprefix("/files/"))
        elif path.startswith("/simple/"):
            self._page(path.removeprefix("/simple/").rstrip("/"))
        else:
            self._answer(404, "")

    def _copy(self, file: str) -> None:
        self.index.seen.append(("COPY", file))
        word = self.index.word(self.index.copies)
        content = self.index.files.get(file)
        if word == "hang":
            self.index.closing.wait(HANG_SECONDS)
            self.close_connection = True
        elif word == "other":
            self._send(200, "OK", b"x" * len(content or b""), {"Content-Type": "application/octet-stream"})
        elif word == "ok" and content is not None:
            self._send(200, "OK", content, {"Content-Type": "application/octet-stream"})
        else:
            self._answer(int(word) if word.isdecimal() else 404, "")

    def _page(self, project: str) -> None:
        self.index.seen.append(("PAGE", project))
        word = self.index.word(self.index.pages)
        if word == "hang":
            self.index.closing.wait(HANG_SECONDS)
            self.close_connection = True
        elif word == "drip":
            self._drip()
        elif word == "reset":
            self._reset()
        elif word.startswith("redirect "):
            self._answer(302, "", {"Location": word.removeprefix("redirect ")})
        elif word.isdecimal():
            self._answer(int(word), "")
        elif project != canonicalize_name(project):
            self._answer(301, "", {"Location": f"/simple/{canonicalize_name(project)}/"})
        else:
            self._listing(project, word)

    def _listing(self, project: str, word: str) -> None:
        names = self.index.listed(project)
        if not names and not self.index.files:
            self._answer(404, "")
            return
        wants_json = JSON in self.headers.get("Accept", "") and not self.index.html
        body = self._json(project, names) if wants_json else self._html(names)
        kind = JSON if wants_json else "text/html; charset=utf-8"
        if word == "garbage":
            body = b"<html><body>Sign in to the hotel's network" if wants_json else b"\xff\xfe\x00"
        if word == "type":
            kind = "text/plain"
        if word == "stranger":
            body = body.replace(f'"name": "{project}"'.encode(), b'"name": "another"')
        if word == "newer":
            body = body.replace(b'"api-version": "1.0"', b'"api-version": "2.0"')
        if word == "cut":
            self.wfile.write(
                b"HTTP/1.1 200 OK\r\nContent-Type: " + kind.encode() + b"\r\nContent-Length: 99999\r\n\r\n"
            )
            self.wfile.write(body[: len(body) // 2])
            self.close_connection = True
            return
        self._send(200, "OK", body, {"Content-Type": kind})

    def _json(self, project: str, names: list[str]) -> bytes:
        files = [
            {
                "filename": name,
                "url": f"{self.index.address}/files/{name}",
                "hashes": {"sha256": sha256(self.index.files[name])},
                "size": len(self.index.files[name]),
                "upload-time": self._time(name),
                "yanked": False,
            }
            for name in names
        ]
        return json.dumps({"meta": {"api-version": "1.0"}, "name": project, "files": files}).encode()

    def _time(self, name: str) -> str:
        at = datetime.fromtimestamp(time.time() - 86400 * self.index.ages.get(name, 0.0), UTC)
        return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")

    def _html(self, names: list[str]) -> bytes:
        links = [f'<a href="../../files/{name}#sha256={sha256(self.index.files[name])}">{name}</a>' for name in names]
        return f"<!DOCTYPE html><html><body>{'<br>'.join(links)}</body></html>".encode()

    def _form(self) -> tuple[str, bytes]:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        head = f"Content-Type: {self.headers['Content-Type']}\r\n\r\n".encode()
        for part in message_from_bytes(head + body).walk():
            if part.get_param("name", header="content-disposition") == "content":
                content = part.get_payload(decode=True)
                assert isinstance(content, bytes)
                return str(part.get_filename()), content
        raise AssertionError("no file was sent")

    def _answer(self, status: int, reason: str, headers: dict[str, str] | None = None) -> None:
        known = status in HTTPStatus._value2member_map_
        said = f"{status} {reason or (HTTPStatus(status).phrase if known else '')}"
        body = f"<html><head><title>{said}</title></head><body><h1>{said}</h1></body></html>".encode()
        self._send(status, reason, body, {"Content-Type": "text/html", **(headers or {})})

    def _send(self, status: int, reason: str, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status, reason or None)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _drip(self) -> None:
        """A byte now and then, so that no time-out of a socket ever passes."""
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
        while not self.index.closing.wait(0.05):
            self.wfile.write(b" ")
        self.close_connection = True

    def _reset(self) -> None:
        """Let the peer see a reset, not an end (socket(7), SO_LINGER)."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name that http.server uses
        del format, args

    def finish(self) -> None:
        try:
            super().finish()
        except (OSError, ValueError):
            self.close_connection = True  # the peer was reset, or has gone


class Server(ThreadingHTTPServer):
    index: FaultIndex

    def handle_error(self, request: object, client_address: object) -> None:
        """Peers that go away in the middle are what these tests are about."""
        del request, client_address


@contextmanager
def serving(index: FaultIndex, handler: type[Handler] = Handler) -> Iterator[FaultIndex]:
    """Serve an index on a port of the system's choice until the end of the block."""
    server = Server(("127.0.0.1", 0), handler)
    server.index = index
    index.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield index
    finally:
        index.closing.set()
        server.shutdown()
        server.server_close()
        thread.join(10)
