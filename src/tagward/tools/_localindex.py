"""The server of `tagward.tools.localindex`, in a process of its own: pypiserver, and in front of it PyPI's answers.

pypiserver stores the files and serves them and the HTML pages. What it does not do as PyPI does stands here: the
answers to uploads, by its rules as of `RULES_DATE`, and the JSON pages of PEP 691. Its web framework keeps its settings
in module globals and imports what Python deprecates, so that it is never imported into the process of a command.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import socketserver
import threading
import time
from base64 import b64decode
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from secrets import compare_digest
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, TypeAlias
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from packaging.utils import (
    InvalidSdistFilename,
    InvalidWheelFilename,
    canonicalize_name,
    parse_sdist_filename,
    parse_wheel_filename,
)
from packaging.version import InvalidVersion, Version

from tagward.acceptance.rules import first
from tagward.acceptance.upload import judge
from tagward.model.artifact import RefusalKind
from tagward.tools.archives import read_distribution
from tagward.tools.localindex import HOST, JOB, Upload
from tagward.tools.rendering import describe

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from tagward.model.distributions import Distribution

JSON = "application/vnd.pypi.simple.v1+json"
DAYS = 14
NO_AUTHENTICATION = "Invalid or non-existent authentication information."
_JSON_TYPES = (JSON, "application/vnd.pypi.simple.latest+json")
_HTML_TYPES = ("text/html", "application/vnd.pypi.simple.v1+html", "text/*", "*/*")
_FORM = ((":action", "file_upload", "Unknown action."), ("protocol_version", "1", "Unknown protocol version."))
_TAKEN = ".names"
_Body: TypeAlias = "Iterable[bytes]"
Refused: TypeAlias = tuple[HTTPStatus, str]


@dataclass(frozen=True, slots=True)
class Stored:
    """A file that the index has."""

    path: Path
    project: str
    version: Version
    sdist: bool

    @property
    def uploaded(self) -> float:
        return self.path.stat().st_mtime

    @property
    def yanked(self) -> str | bool:
        mark = self.path.with_name(f".{self.path.name}.yanked")
        return (mark.read_text(encoding="utf-8").strip() or True) if mark.is_file() else False


def _stored(path: Path) -> Stored | None:
    try:
        if path.suffix == ".whl":
            project, version, _, _ = parse_wheel_filename(path.name)
        else:
            project, version = parse_sdist_filename(path.name)
    except (InvalidWheelFilename, InvalidSdistFilename):
        return None
    return Stored(path, project, version, path.suffix != ".whl")


@dataclass(frozen=True, slots=True)
class Shelf:
    """The folder of the index."""

    folder: Path

    def files(self) -> Iterator[Stored]:
        for path in sorted(self.folder.iterdir()):
            if not path.name.startswith(".") and path.is_file() and (found := _stored(path)):
                yield found

    def taken(self) -> set[str]:
        """Every name that was ever used here, of files that were deleted too."""
        ledger = self.folder / _TAKEN
        before = ledger.read_text(encoding="utf-8").split() if ledger.is_file() else []
        return {*before, *(one.path.name for one in self.files())}

    def remember(self) -> None:
        (self.folder / _TAKEN).write_text("\n".join(sorted(self.taken())) + "\n", encoding="utf-8")

    def has(self, upload: Upload) -> bool:
        """Whether exactly these bytes are here under this name: PyPI then answers 200, and does nothing."""
        path = self.folder / upload.file
        return upload.file in {one.path.name for one in self.files()} and path.read_bytes() == upload.content

    def refusal(self, upload: Upload) -> str | None:
        """What PyPI says of an upload, by what the index has already; in PyPI's order (`warehouse`, `forklift`)."""
        files = list(self.files())
        if any(one.path.name == upload.file or one.path.read_bytes() == upload.content for one in files):
            return f"File already exists ({upload.file!r}, with blake2_256 hash {upload.blake2!r})."
        if upload.file in self.taken():
            return "This filename was previously used by a file that has since been deleted. Use a different version."
        new = _stored(self.folder / upload.file)
        release = [one for one in files if new and (one.project, one.version) == (new.project, new.version)]
        if release and time.time() - min(one.uploaded for one in release) > DAYS * 86400:
            return f"Uploading new files to releases older than {DAYS} days is not allowed."
        if new and new.sdist and any(one.sdist for one in release):
            return "Only one sdist may be uploaded per release."
        return None

    def page(self, project: str) -> dict[str, object] | None:
        """The page of a project as PEP 691 has it, with the sizes and times of PEP 700; None where there is none."""
        files = [one for one in self.files() if one.project == project]
        if not files:
            return None
        return {
            "meta": {"api-version": "1.1"},
            "name": project,
            "versions": sorted({str(one.version) for one in files}),
            "files": [_entry(one) for one in files],
        }


def _entry(one: Stored) -> dict[str, object]:
    upload = Upload(one.path.name, one.path.read_bytes(), {})
    when = datetime.fromtimestamp(one.uploaded, UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    return {
        "filename": upload.file,
        "url": f"../../packages/{upload.file}",
        "hashes": {"sha256": upload.sha256},
        "size": len(upload.content),
        "upload-time": when,
        "yanked": one.yanked,
    }


def malformed(upload: Upload) -> str | None:
    """What PyPI says of an upload that fits no index: its form, its name, and digests that are not of its bytes."""
    for name, wanted, reason in _FORM:
        if upload.field(name) != wanted:
            return reason
    if not upload.file:
        return "Upload payload does not have a file."
    if _stored(Path(upload.file)) is None or Path(upload.file).name != upload.file or upload.file.startswith("."):
        return "Invalid file extension: Use .tar.gz, .whl or .zip extension."
    stated = {"sha256_digest": upload.sha256, "blake2_256_digest": upload.blake2}
    if not any(upload.field(name) for name in stated):
        return "Error: Include at least one message digest."
    if any(upload.field(name).lower() not in {"", digest} for name, digest in stated.items()):
        return "The digest supplied does not match a digest calculated from the uploaded file."
    return None


def refused(upload: Upload) -> Refused | None:
    """What PyPI says of the file itself: of one that is not what its form says, and by all of PyPI's rules."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / upload.file
        path.write_bytes(upload.content)
        found = read_distribution(path)
        artifact = found.artifact
        described = describe([artifact], os.environ)[0] if artifact and not found.fault else None
    if found.fault or artifact is None:
        return HTTPStatus.BAD_REQUEST, f"Invalid distribution file. {found.fault}"
    if reason := _misnamed(upload, found):
        return HTTPStatus.BAD_REQUEST, reason
    refusals = judge(artifact, described)
    if refusal := first(refusals):
        crash = refusal.kind is RefusalKind.CRASH
        return HTTPStatus.INTERNAL_SERVER_ERROR if crash else HTTPStatus.BAD_REQUEST, refusal.sentence
    broke = next((one for one in refusals if one.kind is RefusalKind.BROKE), None)
    return (HTTPStatus.INTERNAL_SERVER_ERROR, f"tagward could not judge it: {broke.sentence}") if broke else None


def _misnamed(upload: Upload, found: Distribution) -> str | None:
    """What PyPI says of a distribution of another project or version than it is said to be."""
    named = _stored(Path(upload.file))
    for name in (found.name, upload.field("name")):
        if named is None or canonicalize_name(name) != named.project:
            return f"Start filename for {name!r} with {canonicalize_name(name).replace('-', '_')!r}."
    for version in (found.metadata_version, upload.field("version")):
        if named is None or _version(version) != named.version:
            return f"Version in filename should be {version!r} not {named and str(named.version)!r}."
    return None


def _version(text: str) -> Version | None:
    try:
        return Version(text)
    except InvalidVersion:
        return None


class Front:
    """The WSGI application: PyPI's answers first, then pypiserver's."""

    def __init__(self, folder: Path, username: str, password: str) -> None:
        from pypiserver import app  # noqa: PLC0415  # half a second, in which the connection is watched already

        self._shelf = Shelf(folder)
        self._credentials = f"{username}:{password}".encode()
        self._one_at_a_time = threading.Lock()
        self._pypiserver: WSGIApplication = app(
            roots=[folder],
            authenticate=["update"],
            auther=lambda user, secret: compare_digest(f"{user}:{secret}".encode(), self._credentials),
            disable_fallback=True,  # its default sends clients for what it has not to PyPI
            overwrite=False,
            hash_algo="sha256",
            backend_arg="simple-dir",
        )

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> _Body:
        path = environ.get("PATH_INFO", "")
        if environ["REQUEST_METHOD"] == "POST":
            return self._upload(environ, start_response)
        if path.startswith("/simple/"):
            with self._one_at_a_time:  # a page names no file that is half written
                return self._page(path, environ, start_response)
        return self._pypiserver(environ, start_response)

    def _page(self, path: str, environ: WSGIEnvironment, start_response: StartResponse) -> _Body:
        project = path.removeprefix("/simple/").rstrip("/")
        page = self._shelf.page(project) if path.endswith("/") and _wants_json(environ.get("HTTP_ACCEPT", "")) else None
        if page is None:
            return self._pypiserver(environ, start_response)
        body = json.dumps(page).encode()
        start_response("200 OK", [("Content-Type", JSON), ("Content-Length", str(len(body))), ("Vary", "Accept")])
        return [body]

    def _upload(self, environ: WSGIEnvironment, start_response: StartResponse) -> _Body:
        upload = _read(environ)  # to its end, even to be refused: otherwise the client meets a reset, and no answer
        if environ.get("PATH_INFO") not in {"/", "/legacy/"}:
            return _answer(start_response, HTTPStatus.NOT_FOUND, "Not Found")
        if not self._known(environ.get("HTTP_AUTHORIZATION", "")):
            return _answer(start_response, HTTPStatus.FORBIDDEN, NO_AUTHENTICATION)
        with self._one_at_a_time:
            if reason := malformed(upload):
                return _answer(start_response, HTTPStatus.BAD_REQUEST, reason)
            if self._shelf.has(upload):
                return _answer(start_response, HTTPStatus.OK, "")
            if refusal := self._refusal(upload):
                return _answer(start_response, *refusal)
            environ["PATH_INFO"] = "/"
            body = list(self._pypiserver(environ, start_response))
            self._shelf.remember()
            return body

    def _refusal(self, upload: Upload) -> Refused | None:
        reason = self._shelf.refusal(upload)
        return (HTTPStatus.BAD_REQUEST, reason) if reason else refused(upload)

    def _known(self, authorization: str) -> bool:
        kind, _, encoded = authorization.partition(" ")
        try:
            said = b64decode(encoded, validate=True)
        except ValueError:
            return False
        return kind.lower() == "basic" and compare_digest(said, self._credentials)


def _read(environ: WSGIEnvironment) -> Upload:
    """The form of a request, through pypiserver's own framework, which keeps what it has read for pypiserver."""
    from pypiserver.bottle_wrapper import Request  # noqa: PLC0415  # see Front

    request = Request(environ)
    fields = {name: tuple(request.forms.getall(name)) for name in request.forms}
    content = request.files.get("content")
    if content is None:
        return Upload("", b"", fields)
    data: bytes = content.file.read()
    content.file.seek(0)
    return Upload(str(content.raw_filename), data, fields)


def _answer(start_response: StartResponse, status: HTTPStatus, reason: str) -> _Body:
    """An answer whose reason stands in the status line, where PyPI puts it and twine reads it."""
    line = "".join(character if " " <= character <= "~" else "?" for character in reason) or status.phrase
    body = reason.encode()
    start_response(f"{status.value} {line}", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
    return [body]


def _wants_json(accept: str) -> bool:
    """Whether a client would rather have JSON than HTML (PEP 691, "Version + Format Selection")."""
    best = {True: 0.0, False: 0.0}
    for part in accept.split(","):
        kind, *parameters = (word.strip() for word in part.split(";"))
        weight = 1.0
        for parameter in parameters:
            if parameter.startswith("q="):
                with contextlib.suppress(ValueError):
                    weight = float(parameter[2:])
        if kind in (*_JSON_TYPES, *_HTML_TYPES):
            best[kind in _JSON_TYPES] = max(best[kind in _JSON_TYPES], weight)
    return best[True] > 0 and best[True] >= best[False]


class _Handler(WSGIRequestHandler):
    timeout = 60


class _Server(socketserver.ThreadingMixIn, WSGIServer):
    """The server of the standard library, with a thread for each request.

    On loopback, for a handful of clients, it does all that is needed, and nothing is installed for it. Threads, because
    a client that keeps a connection open without asking anything, as pip's pool does, would hold up all others.
    """

    daemon_threads = True
    request_queue_size = 64

    def server_bind(self) -> None:
        """Bind without `socket.getfqdn`, which asks a name server for the name of 127.0.0.1."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = HOST, self.server_address[1]
        self.setup_environ()


def _live_by(connection: socket.socket) -> None:
    """End at once when the connection breaks: then whoever started us has let go, or is gone."""
    with contextlib.suppress(OSError):
        while connection.recv(1):
            pass
    os._exit(0)


def main() -> None:
    """Serve until the connection to whoever started us breaks."""
    job = json.loads(os.environ.pop(JOB))
    connection = socket.create_connection((HOST, job["parent"]))
    threading.Thread(target=_live_by, args=(connection,), daemon=True).start()
    application = Front(Path(job["folder"]), job["username"], job["password"])
    with _Server((HOST, 0), _Handler) as server:
        server.set_app(application)
        said = {"greeting": job["greeting"], "pid": os.getpid(), "port": server.server_port}
        connection.sendall(json.dumps(said).encode() + b"\n")
        server.serve_forever()


if __name__ == "__main__":
    main()
