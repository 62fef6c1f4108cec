"""What the shipped wheel says of its version: literals in the project's own import packages."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from tagward.model.versions import Declaration, Role, parse_version
from tagward.sources.files import Faulty
from tagward.sources.packages import is_named, read_packages
from tagward.sources.python import Found, as_version, assignments, follow, literal, rebound

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterator

    from tagward.model.versions import VersionSource
    from tagward.sources.files import Fault, Files
    from tagward.sources.python import Module

VERSION_MODULES = ("__init__", "_version", "version", "__version__", "__about__", "_about", "about")
NAMES = ("__version__", "VERSION", "version")
TUPLES = ("version_info", "__version_info__", "VERSION_INFO", "VERSION")
_STAGES = {"alpha": "a", "beta": "b", "candidate": "rc", "rc": "rc", "a": "a", "b": "b"}
_FULL = 3


def read_shipped(files: Files, source: VersionSource, name: str | None, faults: list[Fault]) -> Iterator[Declaration]:
    """Literal versions in the main modules of the import packages, without the one that feeds the build."""
    feeding = source.declaration.place if source.declaration else None
    seen = {str(feeding)} if feeding else set()
    for package in own_packages(files, name):
        for path in _modules(package):
            try:
                found = list(_stated(files, path))
            except Faulty as failure:
                faults.append(failure.fault)
                continue
            for what, text, module, node in found:
                place = module.place(node)
                if str(place) not in seen and not _placeholder(text, source):
                    seen.add(str(place))
                    yield Declaration(what, text, place, Role.SHIPPED)


def own_packages(files: Files, name: str | None) -> list[str]:
    """The packages whose version is the project's: those that bear its name, or the only one there is."""
    packages = [posixpath.relpath(path, files.folder) for path in read_packages(files, name)]
    named = [path for path in packages if is_named(path, name)]
    public = [path for path in packages if not posixpath.basename(path).startswith("_")]
    return named or (public if len(public) == 1 else [])


def _modules(package: str) -> list[str]:
    return [package] if package.endswith(".py") else [f"{package}/{module}.py" for module in VERSION_MODULES]


def _placeholder(text: str, source: VersionSource) -> bool:
    version = parse_version(text)
    if version is None:
        # A fallback such as "unknown": no version is claimed.
        return not any(character.isdigit() for character in text)
    return source.declaration is None and not any(version.release)


def _stated(files: Files, path: str) -> Iterator[tuple[str, str, Module, ast.expr]]:
    module = files.module(path)
    if module is None:
        return
    whole = posixpath.basename(path) == "__init__.py"
    for name in NAMES[:2] if whole else NAMES:
        found = _plain(module, name) or (follow(files, path, name) if whole else None)
        if found:
            yield name, found.text, found.module, found.node
            break
    for name in TUPLES:
        node = _only(module, name)
        text = _from_tuple(literal(node)) if node is not None else None
        if text and node is not None:
            yield name, text, module, node


def _only(module: Module, name: str) -> ast.expr | None:
    """The value of a name that plain assignments alone bind; the last one holds."""
    values = [value for target, value in assignments(module) if target == name]
    return values[-1] if values and not rebound(module, name) else None


def _plain(module: Module, name: str) -> Found | None:
    node = _only(module, name)
    value = literal(node) if node is not None else None
    text = as_version(value) if isinstance(value, str) else None
    return Found(text, module, node) if text and node is not None else None


def _from_tuple(value: object) -> str | None:
    """A version out of a whole tuple, as in `sys.version_info`; a shorter one may name a series only."""
    if not isinstance(value, tuple) or len(value) < _FULL or not all(isinstance(part, int) for part in value[:_FULL]):
        return None
    release, rest = ".".join(map(str, value[:_FULL])), value[_FULL:]
    if not rest or rest[0] == "final":
        return release
    stage = _STAGES.get(rest[0]) if isinstance(rest[0], str) else None
    if stage and len(rest) == 2 and isinstance(rest[1], int):  # noqa: PLR2004  # stage and serial
        return f"{release}{stage}{rest[1]}"
    return None
