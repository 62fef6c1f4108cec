"""Build environments that are kept: each is one file, named for what it was made of and for what is in it.

A build never gets at what is kept: every build unpacks a copy of its own into a fresh virtual environment. What is kept
is read before any code of a project runs, as the installer left it, and a file that is not what its name says is thrown
away. So nothing is locked: several gates read, write and sweep at the same time.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import io
import json
import marshal
import os
import re
import stat
import struct
import sys
import sysconfig
import tarfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tagward.tools.halves import half_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

VARIABLE = "TAGWARD_CACHE"
"""The folder to keep things in, where it is another than the user's cache folder."""

FORMAT = 1
MAX_BYTES = 32 << 20
"""The largest environment that is kept, unpacked."""
MOST_BYTES = 256 << 20
"""The most that all of them may take."""
SECONDS = 30 * 24 * 3600
"""An environment that was not used for so long goes."""

_NAME = re.compile(r"[0-9a-f]{64}")
_PLACES = {"PIP_CACHE_DIR", "UV_CACHE_DIR", "COLUMNS"}
"""Settings that say where, not what."""


@dataclass(slots=True)
class Files:
    """What an installer has put into an environment.

    Attributes:
        contents: by path, relative to the environment.
        programs: the paths of those that can be run.
        time: when all of them were modified, in whole seconds: bytecode names the time of its source.
    """

    contents: dict[str, bytes] = field(default_factory=dict)
    programs: set[str] = field(default_factory=set)
    time: int = 0

    def compile(self, names: Iterable[str]) -> None:
        """Add bytecode, as the import system writes it (PEP 552).

        Args:
            names: paths of files of bytecode; those whose source is not here are left out.
        """
        for name in set(names) - set(self.contents):
            try:
                source = importlib.util.source_from_cache(name)
                code = compile(self.contents[source], source, "exec", dont_inherit=True)
            except (KeyError, ValueError, SyntaxError, RecursionError, NotImplementedError):
                continue
            self.contents[name] = self._head(source) + marshal.dumps(code)

    def take(self, environment: Path) -> None:
        """Add the bytecode that there is, while nothing but these very files has run in the environment."""
        for name in paths_in(environment) - set(self.contents):
            with contextlib.suppress(KeyError, ValueError, NotImplementedError, OSError):
                head = self._head(importlib.util.source_from_cache(name))
                data = (environment / name).read_bytes()
                if data.startswith(head):
                    self.contents[name] = data

    def _head(self, source: str) -> bytes:
        """How the bytecode of a source begins."""
        numbers = struct.pack("<III", 0, self.time & 0xFFFFFFFF, len(self.contents[source]) & 0xFFFFFFFF)
        return importlib.util.MAGIC_NUMBER + numbers


def cache_folder() -> Path:
    """The cache folder of this user."""
    import platformdirs  # noqa: PLC0415  # only a gate that builds needs it

    return Path(os.environ.get(VARIABLE) or platformdirs.user_cache_dir("tagward", appauthor=False)).absolute()


def read_files(environment: Path, before: set[str]) -> Files | None:
    """The files of an environment; None where there is more than plain files, or more than is kept.

    Args:
        environment: the folder.
        before: the paths of the files that were there before the installer ran.
    """
    found = Files(time=int(time.time()))
    left = MAX_BYTES
    for path in sorted(paths_in(environment) - before):
        file = environment / path
        status = file.lstat()
        left -= status.st_size
        if not stat.S_ISREG(status.st_mode) or left < 0:
            return None
        found.contents[path] = file.read_bytes()
        os.utime(file, (found.time, found.time))
        if status.st_mode & stat.S_IXUSR:
            found.programs.add(path)
    return found


def paths_in(folder: Path) -> set[str]:
    """The relative paths of all that is no folder below a folder; links are not followed."""
    found, waiting = set(), [""]
    while waiting:
        above = waiting.pop()
        with os.scandir(folder / above) as entries:
            for entry in entries:
                path = f"{above}{entry.name}"
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(f"{path}/")
                else:
                    found.add(path)
    return found


def key_of(resolved: str, uv: Path, settings: Mapping[str, str]) -> str:
    """The name of an environment: a digest of everything that it depends on.

    Args:
        resolved: the names, versions and digests of everything that goes into it.
        uv: what installs it.
        settings: what pip's configuration says.
    """
    parts = {
        "format": FORMAT,
        "resolved": resolved,
        "settings": {name: value for name, value in settings.items() if name not in _PLACES},
        "uv": _program(uv),
        "python": [sys.version, sys.implementation.cache_tag, sys.base_prefix, _program(Path(sys.executable))],
        "platform": [sysconfig.get_platform(), *os.uname()[::4]],
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _program(path: Path) -> list[str | int]:
    whole = path.resolve()
    status = whole.stat()
    return [str(whole), status.st_size, status.st_mtime_ns]


@dataclass(frozen=True, slots=True)
class Kept:
    """The folder of what is kept.

    Attributes:
        folder: it is ours alone.
    """

    folder: Path

    @classmethod
    def of(cls, cache: str) -> Kept | None:
        """That of a cache folder; None where there is none, or none that nobody else can write to."""
        folder = Path(cache) / "environments"
        try:
            if not cache:
                return None
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            return cls(folder) if all(map(_is_ours, (folder.parent, folder))) else None
        except OSError:
            return None

    def unpack(self, key: str, environment: Path) -> bool:
        """Fill a fresh environment; False where there is nothing whole of that name, and nothing has been written."""
        for path in self._entries(key):
            with contextlib.suppress(OSError, tarfile.TarError):
                data = path.read_bytes()
                if hashlib.sha256(data).hexdigest() == path.stem.rpartition("-")[2]:
                    os.utime(path)
                    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
                        members = archive.getmembers()
                    if all(member.isreg() and _stays(member.name) for member in members):
                        _write(environment, members, data)
                        return True
            _forget(path)
        return False

    def last(self, asked: str) -> str:
        """The name that a question had for its answer the last time; empty where nobody knows.

        It says what to begin with, and never what is right.
        """
        with contextlib.suppress(OSError, UnicodeDecodeError):
            name = self._answer(asked).read_text(encoding="ascii")
            return name if _NAME.fullmatch(name) else ""
        return ""

    def expect(self, asked: str, key: str) -> None:
        """Remember the answer to a question; see `last`."""
        if key:
            self._put(self._answer(asked), key.encode())

    def _answer(self, asked: str) -> Path:
        return self.folder / f"{asked}.last"

    def keep(self, key: str, files: Files) -> None:
        """Write down an environment, whole or not at all, and sweep; a disk that does not take it is no trouble."""
        data = io.BytesIO()
        with tarfile.open(fileobj=data, mode="w", format=tarfile.PAX_FORMAT) as archive:
            for path, content in sorted(files.contents.items()):
                member = tarfile.TarInfo(path)
                member.size, member.mtime = len(content), files.time
                member.mode = 0o755 if path in files.programs else 0o644
                archive.addfile(member, io.BytesIO(content))
        whole = data.getvalue()
        self._put(self.folder / f"{key}-{hashlib.sha256(whole).hexdigest()}.tar", whole)

    def _put(self, path: Path, data: bytes) -> None:
        half = half_of(path)
        try:
            half.write_bytes(data)
            half.replace(path)
            self._sweep()
        except OSError:
            _forget(half)

    def _entries(self, key: str) -> list[Path]:
        return [path for path in self.folder.glob(f"{key}-*.tar") if _is_ours(path)]

    def _sweep(self) -> None:
        left = MOST_BYTES
        for used, size, path in sorted(self._sizes(), reverse=True):
            left -= size
            if left < 0 or time.time() - used > SECONDS:
                _forget(path)

    def _sizes(self) -> Iterator[tuple[float, int, Path]]:
        for path in self.folder.iterdir():
            with contextlib.suppress(OSError):
                status = path.lstat()
                yield status.st_mtime, status.st_size, path


def _stays(name: str) -> bool:
    return name.isprintable() and not {"", ".", ".."} & set(name.split("/"))


def _write(environment: Path, members: list[tarfile.TarInfo], data: bytes) -> None:
    """Write plain files that are known to stay below the environment; tarfile takes four times as long."""
    for folder in sorted({member.name.rpartition("/")[0] for member in members}):
        (environment / folder).mkdir(parents=True, exist_ok=True)
    for member in members:
        path = f"{environment}/{member.name}"
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, member.mode & 0o777)
        with os.fdopen(handle, "wb") as file:
            file.write(data[member.offset_data : member.offset_data + member.size])
        os.utime(path, (member.mtime, member.mtime))


def _is_ours(path: Path) -> bool:
    status = path.lstat()
    kind = stat.S_ISDIR(status.st_mode) or stat.S_ISREG(status.st_mode)
    return kind and status.st_uid == os.geteuid() and not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def _forget(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink()
