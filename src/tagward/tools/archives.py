"""Read sdists and wheels through their member lists; nothing is ever extracted."""

from __future__ import annotations

import configparser
import hashlib
import tarfile
import zipfile
from typing import IO, TYPE_CHECKING

from packaging.metadata import parse_email
from packaging.utils import InvalidSdistFilename, InvalidWheelFilename, parse_sdist_filename, parse_wheel_filename

from tagward.model.distributions import Distribution, Kind

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MAX_METADATA = 16 << 20
MAX_MEMBERS = 100_000
CHUNK = 1 << 20


class Unreadable(Exception):
    """The archive is no distribution that can be read."""


def read_distribution(path: Path) -> Distribution:
    """Read one archive: what its name says, what its metadata says, and which files are inside.

    File names follow the binary and source distribution formats of the Python packaging specifications; the metadata
    is `METADATA` in the `.dist-info` folder of a wheel, and `PKG-INFO` in the top folder of an sdist.
    """
    kind = Kind.WHEEL if path.suffix == ".whl" else Kind.SDIST
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    size = path.stat().st_size
    try:
        project, version = _named(path.name, kind)
        members, metadata, scripts = _read_wheel(path) if kind is Kind.WHEEL else _read_sdist(path)
        raw, _ = parse_email(metadata)
    except (Unreadable, zipfile.BadZipFile, tarfile.TarError, EOFError, OSError, ValueError, RuntimeError) as failure:
        return Distribution(path, kind, size, sha256, "", "", fault=str(failure) or type(failure).__name__)
    return Distribution(
        path,
        kind,
        size,
        sha256,
        project,
        version,
        name=raw.get("name", ""),
        metadata_version=raw.get("version", ""),
        requires_python=raw.get("requires_python", ""),
        extras=tuple(raw.get("provides_extra", [])),
        classifiers=tuple(raw.get("classifiers", [])),
        import_names=tuple(raw.get("import_names", [])),
        members=members,
        entry_points=scripts,
    )


def content_digest(path: Path) -> str:
    """The sha256 of the names and contents of all files inside, without times, order and compression, as hexadecimal.

    Two builds of one commit by the same tools agree in it, even where the bytes of the archives differ.

    Raises:
        OSError, zipfile.BadZipFile, tarfile.TarError, EOFError: the archive cannot be read.
    """
    digests = []
    if path.suffix == ".whl":
        with zipfile.ZipFile(path) as wheel:
            for info in wheel.infolist():
                with wheel.open(info) as member:
                    digests.append((info.filename, _digest(member)))
    else:
        with tarfile.open(path) as sdist:
            for item in sdist:
                content = sdist.extractfile(item) if item.isfile() else None
                digests.append((item.name, _digest(content) if content else item.linkname))
    lines = (f"{name}\0{digest}\n".encode("utf-8", "surrogateescape") for name, digest in sorted(digests))
    return hashlib.sha256(b"".join(lines)).hexdigest()


def _digest(stream: IO[bytes]) -> str:
    sha256 = hashlib.sha256()
    while chunk := stream.read(CHUNK):
        sha256.update(chunk)
    return sha256.hexdigest()


def _named(name: str, kind: Kind) -> tuple[str, str]:
    try:
        if kind is Kind.WHEEL:
            parse_wheel_filename(name)
            project, version = name.split("-")[:2]
        else:
            parse_sdist_filename(name)
            project, _, version = name.removesuffix(".tar.gz").removesuffix(".zip").rpartition("-")
    except (InvalidWheelFilename, InvalidSdistFilename) as failure:
        raise Unreadable(str(failure)) from None
    return project, version


def _read_wheel(path: Path) -> tuple[tuple[str, ...], bytes, dict[str, str]]:
    with zipfile.ZipFile(path) as archive:
        infos = archive.infolist()
        _bounded(len(infos))
        names = tuple(info.filename for info in infos if not info.is_dir())
        folder = _one("*.dist-info/METADATA", names, lambda name: name.endswith(".dist-info/METADATA"), depth=1)
        metadata = _member(archive, folder)
        points = folder.removesuffix("METADATA") + "entry_points.txt"
        scripts = _scripts(_member(archive, points)) if points in names else {}
    return names, metadata, scripts


def _member(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as member:
        data = member.read(MAX_METADATA + 1)
    if len(data) > MAX_METADATA:
        raise Unreadable(f"{name} is larger than {MAX_METADATA} bytes")
    return data


def _read_sdist(path: Path) -> tuple[tuple[str, ...], bytes, dict[str, str]]:
    with tarfile.open(path) as archive:
        names: list[str] = []
        metadata = None
        for member in archive:
            _bounded(len(names))
            if member.isdir():
                continue
            names.append(member.name)
            if member.name.endswith("/PKG-INFO") and member.name.count("/") == 1 and member.isfile():
                file = archive.extractfile(member)
                metadata = file.read(MAX_METADATA) if file else b""
    if metadata is None:
        raise Unreadable("no PKG-INFO in its top folder")
    return tuple(names), metadata, {}


def _one(what: str, names: tuple[str, ...], fits: Callable[[str], bool], depth: int) -> str:
    found = [name for name in names if fits(name) and name.count("/") == depth]
    if len(found) != 1:
        raise Unreadable(f"{len(found)} files {what}, and not one")
    return found[0]


def _bounded(count: int) -> None:
    if count > MAX_MEMBERS:
        raise Unreadable(f"more than {MAX_MEMBERS} files inside")


def _scripts(data: bytes) -> dict[str, str]:
    """The console and GUI scripts (entry points specification, "File format")."""
    parser = configparser.ConfigParser(delimiters=("=",), interpolation=None, strict=False)
    parser.optionxform = str  # type: ignore[assignment, method-assign]  # names of entry points keep their case
    try:
        parser.read_string(data.decode())
    except (configparser.Error, UnicodeDecodeError) as failure:
        raise Unreadable(f"entry_points.txt: {failure}") from None
    groups = [group for group in ("console_scripts", "gui_scripts") if parser.has_section(group)]
    return {name: target for group in groups for name, target in parser.items(group)}
