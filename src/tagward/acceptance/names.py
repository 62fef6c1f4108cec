"""File names: their characters, their extension, and what they have to say by the metadata beside them."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from packaging.utils import (
    InvalidSdistFilename,
    InvalidWheelFilename,
    canonicalize_name,
    parse_sdist_filename,
    parse_wheel_filename,
)
from packaging.version import InvalidVersion, Version

from tagward.acceptance import platforms
from tagward.acceptance.rules import refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagward.acceptance.forms import Form
    from tagward.model.artifact import Refusal

MAX_NAME = 255 - len(".metadata")
MEGABYTE = 1 << 20
LIMIT = 100 * MEGABYTE
"""PyPI's limit for a file where the project has no larger one of its own."""
_EXTENSION = re.compile(r".+?(?P<extension>\.(tar\.gz|zip|whl))", re.IGNORECASE)
_SDIST = ".tar.gz"
_FORBIDDEN = frozenset(map(chr, [*range(0x20), 0x7F]))


def judge_file(file: str, size: int, project: str) -> Iterator[Refusal]:
    """The name of a file by itself, and its size in bytes."""
    if not _FORBIDDEN.isdisjoint(file):
        yield refusal("U-FILE-CTRL", value=file)
    if "/" in file or "\\" in file:
        yield refusal("U-FILE-SLASH", value=file)
    found = _EXTENSION.fullmatch(file)
    if found is None:
        yield refusal("U-FILE-EXT", value=file)
    elif found["extension"] not in {".whl", _SDIST, ".zip"}:
        kind = "bdist_wheel" if found["extension"].lower() == ".whl" else "sdist"
        fix = f"mv {file} {file[: -len(found['extension'])]}{found['extension'].lower()}"
        yield refusal("U-FILE-EXT-TYPE", value=found["extension"], said=kind, fix=fix)
    if size > LIMIT:
        detail = f"it has {size / MEGABYTE:.1f} MB"
        yield refusal("U-FILE-SIZE", value=project, said=str(LIMIT // MEGABYTE), detail=detail)


def judge_sdist(file: str, form: Form) -> Iterator[Refusal]:
    """The name of an sdist (PEP 625) against the metadata in it."""
    try:
        found, _ = parse_sdist_filename(file)
    except InvalidSdistFilename as failure:
        yield refusal("U-SDIST-NAME-PARSE", value=file, detail=str(failure))
        return
    version = version_of(form)
    if version is None or not form.text("name"):
        return
    project = canonicalize_name(form.text("name"))
    escaped = project.replace("-", "_")
    if version.is_postrelease and found != project and file.count("-") > 1:
        found = canonicalize_name(file.rpartition("-")[0].rpartition("-")[0])  # demo-1.0-1: a hyphen in the version
    if found != project:
        yield refusal("U-SDIST-NAME-PROJECT", value=form.text("name"), said=escaped)
        return
    wanted = f"{escaped}-{version}{_SDIST}"
    if file != wanted:
        fix = "build with a backend that follows PEP 625: setuptools>=69.3, hatchling>=1.12, flit_core>=3.9"
        yield refusal("U-SDIST-NAME", value=file, said=wanted, fix=fix)


def judge_wheel(file: str, form: Form | None) -> Iterator[Refusal]:
    """The name of a wheel (binary distribution format) by itself, and against the metadata in it."""
    try:
        name, version, _, tags = parse_wheel_filename(file)
    except (InvalidWheelFilename, InvalidVersion) as failure:
        if file.removesuffix(".whl").count("-") < 2:  # noqa: PLR2004  # a name, a version, and the rest
            yield refusal("U-ARCH-WHEEL-PARTS", value=file)
        yield refusal("U-WHEEL-NAME-PARSE", value=file, said=str(failure))
        return
    for tag in sorted({tag.platform for tag in tags}):
        if not platforms.is_taken(tag):
            yield refusal("U-WHEEL-PLATFORM", file=file, value=tag, fix=platforms.advice(tag))
    if form and form.text("name"):
        yield from _wheel_against(file, name, version, form)
    if len(file.encode("utf-8", "surrogateescape")) > MAX_NAME:
        detail = f"it has {len(file)} characters, and {MAX_NAME} leave room for .metadata"
        yield refusal("U-WHEEL-NAME-LENGTH", file=file, detail=detail)


def _wheel_against(file: str, name: str, version: Version, form: Form) -> Iterator[Refusal]:
    project = canonicalize_name(form.text("name"))
    escaped = project.replace("-", "_")
    given = file.partition("-")[0]
    if name != project:
        yield refusal("U-WHEEL-NAME-PROJECT", value=form.text("name"), said=escaped)
    elif given != escaped:
        fix = "build with a backend that normalises names: setuptools>=75.8.1, hatchling, flit_core>=3.9"
        yield refusal("U-WHEEL-NAME", file=file, value=given, said=escaped, fix=fix)
    stated = version_of(form)
    if stated is not None and stated != version:
        yield refusal("U-WHEEL-VERSION", value=str(version), said=str(stated))


def version_of(form: Form) -> Version | None:
    """The version in the metadata; None where that is none."""
    try:
        return Version(form.text("version"))
    except (InvalidVersion, ValueError):
        return None


def standard_library_name(name: str) -> bool:
    """Whether PyPI keeps the name of a new project for a module of the standard library of any Python since 2.6.

    PyPI compares normalised names (PEP 503) without hyphens at their ends, and of a dotted module every leading part.
    It asks only when it makes a project, so that this is nothing to tell a project that is there.
    """
    return canonicalize_name(name) in _standard_library()


@cache
def _standard_library() -> frozenset[str]:
    from stdlib_list import short_versions, stdlib_list  # noqa: PLC0415  # only a first release asks

    modules = {module for version in short_versions for module in stdlib_list(version)}
    parts = {module.rsplit(".", cut)[0] for module in modules for cut in range(module.count(".") + 1)}
    return frozenset(canonicalize_name(part.strip("-_.")) for part in parts)
