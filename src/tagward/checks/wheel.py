"""D1: what a wheel puts where it is installed."""

from __future__ import annotations

import base64
import csv
import re
from collections import defaultdict
from email.parser import BytesParser
from typing import TYPE_CHECKING

from packaging.utils import InvalidWheelFilename, parse_wheel_filename

from tagward.acceptance.records import folder_of
from tagward.checks._archives import readable, some
from tagward.checks._check import Skip, check
from tagward.model.artifact import MemberKind
from tagward.model.change import in_site
from tagward.model.contents import LostKind
from tagward.model.distributions import Distributions, Kind
from tagward.model.findings import Finding
from tagward.model.names import normalize
from tagward.model.places import Place

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from email.message import Message

    from tagward.model.artifact import Artifact
    from tagward.model.contents import Contents, Lost

FOREIGN = frozenset({
    "test", "tests", "doc", "docs", "example", "examples", "benchmark", "benchmarks", "build", "dist", "setup", "src",
    "conftest", "noxfile", "scripts",
})  # fmt: skip
"""Names at the top of site-packages that belong to no project, and that many projects have in their repository."""
UNIMPORTABLE = (".md", ".rst", ".txt", ".toml", ".cfg", ".ini", ".lock", ".in", ".yml", ".yaml", ".json")
STRONG = frozenset({"sha256", "sha384", "sha512"})
TYPED = "Typing :: Typed"
_EXTENSION = re.compile(r"\.(?:cpython-[^/]*|cp\d+-[^/]*|abi3)\.so$|\.pyd$")
_ANY = "any"


@check("D101", Distributions, fix="tell the backend which packages the wheel has")
def foreign_top_level(distributions: Distributions) -> Iterator[Finding]:
    """The wheel puts nothing at the top of site-packages that belongs to no project

    It would overwrite or shadow what every other project ships under this name.
    """
    for file, artifact in readable(distributions, Kind.WHEEL):
        own = {normalize(file.name), normalize(file.project), *map(normalize, file.import_names)}
        tops: dict[str, list[str]] = defaultdict(list)
        for path in in_site(artifact.names):
            head, slash, _ = path.partition("/")
            name = head if slash else head.removesuffix(".py") if head.endswith(".py") else ""
            if name.lower() in FOREIGN and normalize(name) not in own and not path.endswith("/"):
                tops[head].append(path)
        for head, paths in sorted(tops.items()):
            kind = "module" if head.endswith(".py") else "package" if f"{head}/__init__.py" in paths else "folder"
            yield Finding(
                f'the wheel carries the top-level {kind} "{head}"',
                Place(file.file),
                notes=(f"it holds {some(sorted(paths))}",) if kind != "module" else (),
                why=f'it would overwrite or shadow every other project\'s "{head}" in site-packages',
                fixes=_packages_fix(distributions),
            )


def _packages_fix(distributions: Distributions) -> tuple[str, ...]:
    return {
        "hatchling": ("pyproject.toml:  [tool.hatch.build.targets.wheel]", '                 packages = ["src/…"]'),
        "setuptools": ("pyproject.toml:  [tool.setuptools.packages.find]", '                 include = ["…*"]'),
        "poetry-core": ("pyproject.toml:  [tool.poetry]", '                 packages = [{ include = "…" }]'),
    }.get(distributions.workspace.source.backend, ())


@check("D102", Distributions, fix="build the wheel anew: it was changed after it was made", essential=True)
def record_mismatch(distributions: Distributions) -> Iterator[Finding]:
    """RECORD states the digest and size that every file of the wheel has

    Installers that compare them refuse the wheel (binary distribution format, "The .dist-info directory"). What RECORD
    does not list at all, U016 tells.
    """
    for file, artifact in readable(distributions, Kind.WHEEL):
        rows = _record(artifact)
        wrong, bare, weak = [], [], []
        info = folder_of(artifact.file)
        free = {f"{info}/RECORD", f"{info}/RECORD.jws", f"{info}/RECORD.p7s"}
        for member in artifact.members:
            if member.kind is not MemberKind.FILE or member.name in free or member.name not in rows or member.fault:
                continue
            stated, size = rows[member.name]
            algorithm, _, digest = stated.partition("=")
            if not stated:
                bare.append(member.name)
            elif algorithm not in STRONG:
                weak.append(member.name)
            elif (algorithm == "sha256" and digest.rstrip("=") != _encoded(member.sha256)) or (
                size and size != str(member.size)
            ):
                wrong.append(member.name)
        for names, what in (
            (wrong, "other contents than RECORD states"),
            (bare, "no digest in RECORD"),
            (weak, "a digest in RECORD that is none of SHA-2"),
        ):
            if names:
                yield Finding(f"{file.file} has files with {what}: {some(names)}", Place(file.file))


def _record(artifact: Artifact) -> dict[str, tuple[str, str]]:
    """Digest and size of the files that RECORD lists; nothing where it cannot be read, which U016 tells."""
    data = artifact.documents.get(f"{folder_of(artifact.file)}/RECORD", b"")
    try:
        rows = list(csv.reader(data.decode().splitlines()))
    except (UnicodeDecodeError, csv.Error) as failure:
        raise Skip(f"RECORD cannot be read: {failure}") from None
    return {row[0]: (row[1] if len(row) > 1 else "", row[2] if len(row) > 2 else "") for row in rows if row}  # noqa: PLR2004  # path, digest, size


def _encoded(digest: str) -> str:
    return base64.urlsafe_b64encode(bytes.fromhex(digest)).decode().rstrip("=")


def _wheel_file(artifact: Artifact) -> Message:
    data = artifact.documents.get(f"{folder_of(artifact.file)}/WHEEL")
    if data is None:
        raise Skip("there is no WHEEL that can be read, which U015 tells")
    return BytesParser().parsebytes(data, headersonly=True)


@check("D103", Distributions, fix="build with a backend that makes wheels of version 1.0", essential=True)
def wheel_version_unknown(distributions: Distributions) -> Iterator[Finding]:
    """The wheel is of a format that installers know

    pip refuses a wheel whose Wheel-Version has another major number than 1, or none (binary distribution format).
    """
    for file, artifact in readable(distributions, Kind.WHEEL):
        version = str(_wheel_file(artifact).get("Wheel-Version", "")).strip()
        if not re.fullmatch(r"1\.\d+", version):
            yield Finding(f"{file.file} says Wheel-Version {version or '(none)'}, and not 1.0", Place(file.file))


@check("D104", Distributions, fix="retag it with `wheel tags`, which changes both", warns=True)
def wheel_tags_disagree(distributions: Distributions) -> Iterator[Finding]:
    """The tags inside the wheel are those of its file name

    Installers choose by the file name, while tools that rename or repack wheels believe what is inside.
    """
    for file, artifact in readable(distributions, Kind.WHEEL):
        inside = {str(tag).strip() for tag in _wheel_file(artifact).get_all("Tag", [])}
        try:
            outside = {str(tag) for tag in parse_wheel_filename(file.file)[3]}
        except InvalidWheelFilename as failure:
            raise Skip(f"U003 tells it: {failure}") from None
        single = {part for tag in inside for part in _expanded(tag)}
        if single != outside:
            yield Finding(
                f"{file.file} says it is {some(sorted(inside)) or 'nothing'} inside",
                Place(file.file),
                notes=(f"its name says {some(sorted(outside))}",),
            )


def _expanded(tag: str) -> Iterable[str]:
    from packaging.tags import parse_tag  # noqa: PLC0415  # a whole module for one function

    try:
        return [str(one) for one in parse_tag(tag)]
    except ValueError:
        return [tag]


@check("D105", Distributions, fix="build a wheel for the platform, or leave the compiled module out", warns=True)
def compiled_for_any(distributions: Distributions) -> Iterator[Finding]:
    """A wheel for every platform holds no compiled module

    It installs everywhere, and imports on the machine alone that it was built on.
    """
    for file, artifact in readable(distributions, Kind.WHEEL):
        if file.file.endswith(f"-{_ANY}.whl"):
            found = [path for path in in_site(artifact.names) if _EXTENSION.search(path)]
            if found:
                yield Finding(f"{file.file} is for any platform and holds {some(sorted(found))}", Place(file.file))


@check("D106", Distributions, fix="tell the backend which packages the wheel has")
def package_missing(distributions: Distributions) -> Iterator[Finding]:
    """The wheel has the project's import package

    Whoever installs the release could not import it.
    """
    contents = _contents(distributions)
    wheel = distributions.of(Kind.WHEEL)[0]
    if not contents.packages:
        return
    empty = not in_site(wheel.members)
    what = "is empty: it has nothing" if empty else "has nothing"
    yield Finding(
        f"the wheel {what} of {some(contents.packages)}", Place(wheel.file), fixes=_packages_fix(distributions)
    )


def _contents(distributions: Distributions) -> Contents:
    if distributions.contents is None:
        raise Skip("the commit was not compared with what was built")
    return distributions.contents


@check("D107", Distributions, fix="add it to what the backend packs, or exclude it there by name", warns=True)
def module_left_out(distributions: Distributions) -> Iterator[Finding]:
    """The wheel has every module of its packages that git has

    It works from a checkout, and the import fails after an installation.
    """
    lost = [one for one in _contents(distributions).lost if one.kind is LostKind.MODULE]
    return _lost(lost, "module", "modules")


@check("D108", Distributions, fix="declare it as package data, or exclude it there by name", warns=True)
def data_left_out(distributions: Distributions) -> Iterator[Finding]:
    """The wheel has the data files of its packages that git has

    Code that opens them works from a checkout, and fails after an installation.
    """
    lost = [one for one in _contents(distributions).lost if one.kind is LostKind.DATA]
    return _lost(lost, "data file", "data files")


def _lost(lost: list[Lost], one: str, many: str) -> Iterator[Finding]:
    """One finding for what the sdist lacks already, whose cause is another, and one for what only the wheel lacks."""
    for packed, where in ((False, "the sdist lacks it already, and the wheel is built from the sdist"), (True, "")):
        paths = [found.path for found in lost if found.packed is packed]
        if paths:
            noun = one if len(paths) == 1 else f"{len(paths)} {many}"
            yield Finding(
                f"the wheel lacks {'the ' if len(paths) == 1 else ''}{noun} {some(paths)}",
                Place(paths[0]),
                notes=(where,) if where else (),
            )


@check("D109", Distributions, fix='declare it as package data, as package-data = { "*" = ["py.typed"] }')
def typed_marker_lost(distributions: Distributions) -> Iterator[Finding]:
    """py.typed is in the wheel where it is in git

    Without it type checkers ignore every annotation of the package (PEP 561).
    """
    lost = [one for one in _contents(distributions).lost if one.kind is LostKind.MARKER]
    return _lost(lost, "marker", "markers")


@check("D110", Distributions, fix="add an empty py.typed to the package, or take the classifier away", warns=True)
def typed_promise_broken(distributions: Distributions) -> Iterator[Finding]:
    """A wheel that promises types has py.typed

    Type checkers believe the file and not the classifier (PEP 561).
    """
    lost = distributions.contents.lost if distributions.contents else ()
    for file, artifact in readable(distributions, Kind.WHEEL):
        if TYPED not in file.classifiers:
            continue
        paths = in_site(artifact.names)
        # A package of stubs needs no marker, and a single module can have none.
        stubs = any(path.partition("/")[0].endswith("-stubs") for path in paths)
        packages = any(path.endswith("/__init__.py") for path in paths)
        marked = any(path.endswith("/py.typed") for path in paths)
        told = any(one.kind is LostKind.MARKER for one in lost)
        if packages and not (stubs or marked or told):
            yield Finding(f'{file.file} says "{TYPED}" and has no py.typed', Place(file.file))


@check("D111", Distributions, fix="move it into the package, or leave it out", warns=True)
def top_level_text(distributions: Distributions) -> Iterator[Finding]:
    """Nothing but code lies at the top of site-packages

    Two projects that do so overwrite each other's files.
    """
    for file, artifact in readable(distributions, Kind.WHEEL):
        found = [path for path in in_site(artifact.names) if "/" not in path and path.lower().endswith(UNIMPORTABLE)]
        if found:
            yield Finding(f"{file.file} puts {some(sorted(found))} at the top of site-packages", Place(file.file))


CHECKS = (
    foreign_top_level,
    record_mismatch,
    wheel_version_unknown,
    wheel_tags_disagree,
    compiled_for_any,
    package_missing,
    module_left_out,
    data_left_out,
    typed_marker_lost,
    typed_promise_broken,
    top_level_text,
)
