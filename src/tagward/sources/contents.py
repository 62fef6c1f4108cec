"""Which tracked files a wheel should have and has not, told from names alone.

Nobody says where in the tree a wheel comes from: layouts, settings and hooks differ. But most files of a package keep
their path below its root, so that the files that are in both show where the root is. Where they do not, nothing is
said.
"""

from __future__ import annotations

import fnmatch
import posixpath
from collections import Counter
from typing import TYPE_CHECKING

from tagward.model.contents import LostKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

MARKER = "py.typed"
PROBING = frozenset({
    "test", "tests", "testing", "testdata", "test_data", "_tests", "_testing", "unittests", "conftest.py", "doc",
    "docs", "example", "examples", "benchmark", "benchmarks", "fuzz", "vendoring", "node_modules", "__pycache__",
})  # fmt: skip
"""What is left out of wheels on purpose, by the name of a folder or file."""
DATA = frozenset({
    ".json", ".yaml", ".yml", ".toml", ".ini", ".cfg", ".csv", ".tsv", ".html", ".htm", ".xml", ".xsd", ".xsl", ".dtd",
    ".jinja", ".jinja2", ".j2", ".tmpl", ".tpl", ".template", ".mako", ".css", ".js", ".mjs", ".sql", ".mo", ".svg",
    ".png", ".gif", ".jpg", ".ico", ".ttf", ".woff", ".woff2", ".pem", ".graphql", ".gz", ".zip", ".pkl", ".npy",
    ".npz", ".lark", ".dat", ".db", ".sqlite", ".tcss", ".qss", ".ui", ".lua", ".txt", ".pyi",
})  # fmt: skip
"""Ends of names of what code reads when it runs."""
UNREAD = (
    "readme*", "changelog*", "changes*", "license*", "licence*", "copying*", "notice*", "authors*", "contributing*",
    "requirements*", "makefile*", "cmakelists.txt", "meson.build", "meson_options.txt", "meson.options", "package.json",
    "package-lock.json", "tsconfig*.json", "*.config.js", "*.in", ".*", "pyproject.toml", "setup.py", "setup.cfg",
    "test_*.py", "*_test.py", "tests.py", "build.py", "_build.py", "cffi_build*.py", "_cffi_build*.py", "build_*.py",
    "_build_*.py", "generate*.py", "_generate*.py", "gen_*.py", "codegen*.py",
)  # fmt: skip
"""What stands beside code and is not meant to be shipped, as patterns of file names in small letters."""
_COMPILED = (".so", ".pyd")
MIN_SHARED = 2
"""So many files have to be in both before a root is believed where more than one fits."""


def lost_files(
    tracked: Iterable[str], members: Iterable[str], excluded: Iterable[str] = ()
) -> Iterator[tuple[str, LostKind]]:
    """The tracked files that lie in a package of the wheel and are not in the wheel.

    Args:
        tracked: paths in the project's folder.
        members: paths in site-packages of what the wheel installs there.
        excluded: patterns of what the project leaves out on purpose.
    """
    names, shipped = frozenset(tracked), frozenset(members)
    compiled = {_stem(path) for path in shipped if path.endswith(_COMPILED)}
    patterns = tuple(excluded)
    for package in sorted(_packages(shipped)):
        root = _root(package, names, shipped)
        if root is None:
            continue
        start = f"{root}{package}/"
        inside = sorted(path for path in names if path.startswith(start))
        for path in inside:
            installed = path[len(root) :]
            kind = _kind(installed, package)
            if (
                kind
                and installed not in shipped
                and _stem(installed) not in compiled
                and not _is_excluded(path, installed, patterns)
            ):
                yield path, kind


def _packages(shipped: frozenset[str]) -> set[str]:
    """The outermost folders that hold code directly: below a namespace package (PEP 420) others may stand."""
    folders = {posixpath.dirname(path) for path in shipped if path.endswith((".py", ".pyi", *_COMPILED))} - {""}
    return {folder for folder in folders if not any(above in folders for above in _above(folder))}


def _above(folder: str) -> Iterator[str]:
    while folder := posixpath.dirname(folder):
        yield folder


def _root(package: str, names: frozenset[str], shipped: frozenset[str]) -> str | None:
    """What stands before a package's path in the tree; None where nobody can tell."""
    code = [path for path in shipped if path.startswith(package + "/") and path.endswith((".py", ".pyi"))]
    wanted = frozenset(code)
    votes: Counter[str] = Counter()
    ends = {posixpath.basename(path) for path in wanted}
    for name in names:
        if posixpath.basename(name) not in ends:
            continue
        at = f"/{name}".find(f"/{package}/")
        if at >= 0 and name[at:] in wanted:
            votes[name[:at]] += 1
    if not votes:
        return None
    (root, count), *others = votes.most_common(2)
    if others and (others[0][1] == count or count < MIN_SHARED):
        return None
    return root if 2 * count >= len(code) else None


def _kind(path: str, package: str) -> LostKind | None:
    inner = path[len(package) + 1 :].lower().split("/")
    name = inner[-1]
    if PROBING.intersection(inner) or any(part.startswith(".") for part in inner):
        return None
    if name == MARKER:
        return LostKind.MARKER
    if any(fnmatch.fnmatchcase(name, pattern) for pattern in UNREAD):
        return None
    if name.endswith(".py"):
        return LostKind.MODULE
    return LostKind.DATA if posixpath.splitext(name)[1] in DATA else None


def _stem(path: str) -> str:
    folder, name = posixpath.split(path)
    return f"{folder}/{name.partition('.')[0]}"


def _is_excluded(path: str, installed: str, patterns: tuple[str, ...]) -> bool:
    """Whether a pattern fits a path, a folder above it, its name, or its module, as one of the backends reads it."""
    dotted = posixpath.splitext(installed)[0].replace("/", ".")
    forms = [path, installed, posixpath.basename(path), dotted, *_above(path), *_above(installed)]
    forms += [posixpath.basename(folder) for folder in (*_above(path), *_above(installed))]
    forms += [folder.replace("/", ".") for folder in _above(installed)]
    return any(fnmatch.fnmatchcase(form, pattern) for form in forms for pattern in patterns)


def exclusions(tool: Mapping[str, object]) -> frozenset[str]:
    """Every pattern under a key that says `exclude` in the tables of the build backends, whatever its backend.

    Args:
        tool: the table `[tool]` of pyproject.toml.
    """
    tables = ("hatch", "poetry", "pdm", "flit", "setuptools", "uv", "scikit-build", "maturin", "meson-python")
    return frozenset(
        pattern.strip("/").removeprefix("**/").removesuffix("/**").removesuffix("/*").strip("/") or pattern
        for name in tables
        for pattern in _patterns(tool.get(name), inside=False)
    )


def _patterns(value: object, *, inside: bool, depth: int = 8) -> Iterator[str]:
    if isinstance(value, str) and inside:
        yield value
    elif isinstance(value, dict) and depth:
        for key, inner in value.items():
            wanted = inside or "exclude" in str(key)
            yield from _patterns(inner, inside=wanted and key != "format", depth=depth - 1)
    elif isinstance(value, list) and depth:
        for inner in value:
            if inside or isinstance(inner, dict):
                yield from _patterns(inner, inside=inside, depth=depth - 1)
