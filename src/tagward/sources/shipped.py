"""What the shipped wheel says of its version: literals in the project's own import packages."""

from __future__ import annotations

import posixpath
from dataclasses import replace
from typing import TYPE_CHECKING

from tagward.model.versions import Declaration, Role, parse_version
from tagward.sources.files import Faulty
from tagward.sources.generated import generated_files
from tagward.sources.packages import is_named, read_packages
from tagward.sources.python import Found, as_version, assignments, follow, literal, rebound

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterator

    from tagward.model.places import Fault
    from tagward.model.versions import VersionSource
    from tagward.sources.files import Files
    from tagward.sources.python import Module

VERSION_MODULES = ("__init__", "_version", "version", "__version__", "__about__", "_about", "about")
NAMES = ("__version__", "VERSION", "version")
TUPLES = ("version_info", "__version_info__", "VERSION_INFO", "VERSION")
_STAGES = {"alpha": "a", "beta": "b", "candidate": "rc", "rc": "rc", "a": "a", "b": "b"}
_FULL = 3


def read_shipped(files: Files, source: VersionSource, name: str | None, faults: list[Fault]) -> Iterator[Declaration]:
    """Literal versions in the main modules of the import packages, without the one that feeds the build."""
    seen = {str(source.declaration.place)} if source.declaration else set()
    generated = frozenset[str]() if source.declaration else generated_files(files)
    for package in own_packages(files, name):
        for path in _modules(package):
            try:
                stated = [found for found in _stated(files, path) if not _placeholder(found.text, source)]
            except Faulty as failure:
                faults.append(failure.fault)
                continue
            for found in _own(source, stated):
                if str(found.place) not in seen:
                    seen.add(str(found.place))
                    anew = found.place.path in generated
                    yield (
                        replace(found, what=f"{found.what} (written anew by the build)", role=Role.READ)
                        if anew
                        else found
                    )


def _own(source: VersionSource, stated: list[Declaration]) -> list[Declaration]:
    """The statements of a module with the weight each has.

    A module that states several different versions has one of its own: that which feeds the build, or the most usual
    name. The others, and tuples that stand alone, may be compatibility constants (`version_info` of a database driver
    names another driver's version), so they are only read.
    """
    # Text stands in its line as it is, a tuple does not.
    texts = [found for found in stated if found.what not in TUPLES or found.text in found.place.quote]
    feeding = source.declaration
    here = feeding is not None and any(found.place.path == feeding.place.path for found in stated)
    agreeing = feeding is not None and any(found.version == feeding.version for found in stated)
    main = feeding if here or agreeing else texts[0] if texts else None
    return [found if main and found.version == main.version else replace(found, role=Role.READ) for found in stated]


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


def _stated(files: Files, path: str) -> Iterator[Declaration]:
    module = files.module(path)
    if module is None:
        return
    whole = posixpath.basename(path) == "__init__.py"
    for name in NAMES[:2] if whole else NAMES:
        found = _plain(module, name)
        if found is None and whole and not rebound(module, name):
            found = follow(files, path, name)
        if found and isinstance(literal(found.node), str):
            yield Declaration(name, found.text, found.place, Role.SHIPPED)
    for name in TUPLES:
        node = _only(module, name)
        text = _from_tuple(literal(node)) if node is not None else None
        if text and node is not None:
            yield Declaration(name, text, module.place(node), Role.SHIPPED)


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
    if not rest or rest[0] in {"final", None, ""}:
        return release
    stage = _STAGES.get(rest[0]) if isinstance(rest[0], str) else None
    if stage and len(rest) == 2 and isinstance(rest[1], int):  # noqa: PLR2004  # stage and serial
        return f"{release}{stage}{rest[1]}"
    return None
