"""An index on this machine alone: pypiserver on 127.0.0.1, which answers uploads as PyPI does, and ends with us."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
import signal
import socket
import sys
import threading
import time
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tagward.errors import CannotJudge
from tagward.tools.environ import scratch_env
from tagward.tools.run import run
from tagward.tools.scratch import scratch

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

HOST = "127.0.0.1"
USER = "__token__"
JOB = "TAGWARD_LOCAL_INDEX"
"""The variable that hands the child its work; the password would be readable by everybody on its command line."""

START_SECONDS = 30.0
END_SECONDS = 5.0
_PAUSE = 0.05
_MAX_GREETING = 1000


@dataclass(frozen=True, slots=True)
class LocalIndex:
    """Where the index is, while it is there.

    Attributes:
        upload: the address that twine uploads to.
        simple: the root of its simple index (PEP 503 and, where asked for, PEP 691).
        username: the user name that uploads need.
        password: the password that uploads need, made for this one run.
    """

    upload: str
    simple: str
    username: str
    password: str


@dataclass(frozen=True, slots=True)
class Upload:
    """One file as a client sends it (PyPI's documentation, "Upload API").

    Attributes:
        file: the file name.
        content: the bytes.
        fields: the text fields of the form, each with all its values; core metadata is among them.
    """

    file: str
    content: bytes
    fields: Mapping[str, tuple[str, ...]]

    def field(self, name: str) -> str:
        """The first value of a field; empty without one."""
        return next(iter(self.fields.get(name, ())), "")

    @property
    def sha256(self) -> str:
        """The hexadecimal digest of the bytes."""
        return hashlib.sha256(self.content).hexdigest()

    @property
    def blake2(self) -> str:
        """The hexadecimal digest that PyPI calls blake2_256."""
        return hashlib.blake2b(self.content, digest_size=32).hexdigest()


@contextmanager
def local_index(folder: Path) -> Iterator[LocalIndex]:
    """Serve a folder as an index, to this machine alone, until the end of the block.

    What is in the folder is what the index has: a file's time of modification is its upload time, a file that is
    removed was deleted from the index and its name stays taken, and a file `.NAME.yanked` yanks NAME for the reason
    in it.

    The server is a process of its own that holds a connection to us and ends when that breaks: the kernel closes it
    whatever ends us, SIGKILL included.

    Args:
        folder: holds the files; made where it is not there.

    Raises:
        CannotJudge: the server did not start.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with scratch("index") as place, closing(socket.create_server((HOST, 0))) as door:
        password = f"pypi-{secrets.token_urlsafe(48)}"
        greeting = secrets.token_urlsafe(24)
        job = {
            "folder": str(folder.resolve()),
            "parent": door.getsockname()[1],
            "greeting": greeting,
            "username": USER,
            "password": password,
        }
        server = _Server(place, job)
        try:
            server.start()
            port = server.port(door, greeting)
            base = f"http://{HOST}:{port}"
            yield LocalIndex(f"{base}/legacy/", f"{base}/simple/", USER, password)
        finally:
            server.stop()


class _Server:
    """The child process, and the connection that it lives by."""

    def __init__(self, place: Path, job: Mapping[str, object]) -> None:
        home = place / "home"
        home.mkdir()
        self._log = place / "index.log"
        self._environment = {**scratch_env(home), JOB: json.dumps(job)}
        self._connection: socket.socket | None = None
        self._pid = 0
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def port(self, door: socket.socket, greeting: str) -> int:
        """Wait for the child to say where it listens; whoever cannot give our greeting back is not our child."""
        door.settimeout(_PAUSE)
        end = time.monotonic() + START_SECONDS
        while self._thread.is_alive() and time.monotonic() < end:
            with contextlib.suppress(TimeoutError):
                connection, _ = door.accept()
                said = _said(connection)
                if secrets.compare_digest(str(said.get("greeting", "")), greeting):
                    self._connection, self._pid = connection, int(str(said["pid"]))
                    return int(str(said["port"]))
                connection.close()
        raise CannotJudge("the local index did not start", why=self._last_words())

    def stop(self) -> None:
        """Let go of the child, which ends it, and see that it is gone."""
        if self._connection:
            self._connection.close()
        if self._thread.ident is None:
            return
        self._thread.join(END_SECONDS)
        if self._thread.is_alive() and self._pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._pid, getattr(signal, "SIGKILL", signal.SIGTERM))  # it was stopped, and hears nothing
            self._thread.join(END_SECONDS)

    def _run(self) -> None:
        words = [sys.executable, "-I", "-m", "tagward.tools._localindex"]
        try:
            run(words, env=self._environment, cwd=self._log.parent, log=self._log, check=False)
        except CannotJudge as failure:
            self._log.write_text(str(failure), encoding="utf-8")

    def _last_words(self) -> str:
        if not self._log.is_file():
            return ""
        lines = self._log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        return lines[-1] if lines else f"it said nothing within {START_SECONDS:.0f} s"


def _said(connection: socket.socket) -> dict[str, object]:
    """The one line of JSON that a child begins with; nothing where it is none."""
    connection.settimeout(START_SECONDS)
    try:
        with connection.makefile("rb") as stream:
            found = json.loads(stream.readline(_MAX_GREETING))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
