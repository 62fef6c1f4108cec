"""Sdists and wheels: what their names and metadata say, from the one pass over them (`tagward.tools.artifacts`)."""

from __future__ import annotations

import configparser
import hashlib
import tarfile
import zipfile
from typing import TYPE_CHECKING

from packaging.metadata import parse_email
from packaging.utils import InvalidSdistFilename, InvalidWheelFilename, parse_sdist_filename, parse_wheel_filename

from tagward.acceptance.forms import FILE_NAMES, metadata_member
from tagward.model.artifact import MemberKind
from tagward.model.distributions import Distribution, Kind
from tagward.tools.artifacts import content_digest_of, read_artifact

if TYPE_CHECKING:
    from pathlib import Path

    from packaging.metadata import RawMetadata

    from tagward.model.artifact import Artifact
    from tagward.tools.artifacts import Visit


class Unreadable(Exception):
    """The archive is no distribution that can be read."""


def read_distribution(path: Path, visit: Visit | None = None) -> Distribution:
    """Read one archive: what its name says, what its metadata says, and which files are inside.

    File names follow the binary and source distribution formats of the Python packaging specifications; the metadata
    is `METADATA` in the `.dist-info` folder of a wheel, and `PKG-INFO` in the top folder of an sdist.

    Args:
        path: the archive.
        visit: see `tagward.tools.artifacts.read_artifact`.

    Raises:
        CannotJudge: the disk does not give the file.
    """
    kind = Kind.WHEEL if path.suffix == ".whl" else Kind.SDIST
    artifact = read_artifact(path, visit)
    try:
        project, version = _named(path.name, kind)
        metadata = _metadata(artifact)
        scripts = _entry_points(artifact) if kind is Kind.WHEEL else {}
        raw, _ = parse_email(metadata)
    except (Unreadable, ValueError, RecursionError) as failure:
        fault = str(failure) or type(failure).__name__
        return Distribution(path, kind, artifact.size, artifact.sha256, "", "", fault=fault, artifact=artifact)
    return Distribution(
        path,
        kind,
        artifact.size,
        artifact.sha256,
        project,
        version,
        name=raw.get("name", ""),
        metadata_version=raw.get("version", ""),
        requires_python=raw.get("requires_python", ""),
        requires=tuple(raw.get("requires_dist", [])),
        extras=tuple(raw.get("provides_extra", [])),
        classifiers=tuple(raw.get("classifiers", [])),
        import_names=tuple(raw.get("import_names", [])),
        members=tuple(one.name for one in artifact.members if one.kind is not MemberKind.DIRECTORY),
        entry_points=scripts,
        metadata=_fields(raw),
        artifact=artifact,
    )


def _fields(raw: RawMetadata) -> dict[str, tuple[str, ...]]:
    """The fields by their names in a file; a description is told by its length and its digest."""
    found: dict[str, tuple[str, ...]] = {}
    for name, value in raw.items():
        label = "-".join(word.capitalize() for word in FILE_NAMES.get(name, name.replace("_", "-")).split("-"))
        if name == "description":
            digest = hashlib.sha256(str(value).encode("utf-8", "surrogateescape")).hexdigest()
            found[label] = (f"{len(str(value)):,} characters (sha256 {digest[:12]})",)
        elif isinstance(value, dict):
            found[label] = tuple(f"{key}, {one}" for key, one in value.items())
        else:
            found[label] = tuple(map(str, value)) if isinstance(value, list) else (str(value),)
    return found


def content_digest(path: Path) -> str:
    """The sha256 of the names and contents of all files inside, without times, order and compression, as hexadecimal.

    Two builds of one commit by the same tools agree in it, even where the bytes of the archives differ.

    Raises:
        CannotJudge: the disk does not give the file.
        zipfile.BadZipFile, tarfile.TarError: the archive cannot be read.
    """
    artifact = read_artifact(path)
    try:
        return content_digest_of(artifact)
    except ValueError as failure:
        raise (zipfile.BadZipFile if artifact.is_zip else tarfile.TarError)(str(failure)) from None


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


def _metadata(artifact: Artifact) -> bytes:
    if artifact.fault:
        raise Unreadable(artifact.fault)
    member, reason = metadata_member(artifact)
    if reason:
        raise Unreadable(reason)
    return _text(artifact, member)


def _text(artifact: Artifact, name: str) -> bytes:
    member = next(one for one in artifact.members if one.name == name)
    if member.fault:
        raise Unreadable(f"{name}: {member.fault}")
    if name not in artifact.documents:
        raise Unreadable(f"{name} is too large to be read")
    return artifact.documents[name]


def read_entry_points(data: bytes) -> configparser.ConfigParser:
    """The groups of an `entry_points.txt` (entry points specification, "File format").

    Raises:
        configparser.Error, UnicodeDecodeError: it is none.
    """
    parser = configparser.ConfigParser(delimiters=("=",), interpolation=None, strict=False)
    parser.optionxform = str  # type: ignore[assignment, method-assign]  # names of entry points keep their case
    parser.read_string(data.decode())
    return parser


def _entry_points(artifact: Artifact) -> dict[str, str]:
    """The console and GUI scripts (entry points specification, "File format")."""
    name = metadata_member(artifact)[0].removesuffix("METADATA") + "entry_points.txt"
    if name not in artifact.names:
        return {}
    try:
        parser = read_entry_points(_text(artifact, name))
    except (configparser.Error, UnicodeDecodeError) as failure:
        raise Unreadable(f"entry_points.txt: {failure}") from None
    groups = [group for group in ("console_scripts", "gui_scripts") if parser.has_section(group)]
    return {name: target for group in groups for name, target in parser.items(group)}
