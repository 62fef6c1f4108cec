"""What a project states of itself besides its version: whichever of pyproject.toml, setup.cfg and setup.py says it."""

from __future__ import annotations

import fnmatch
import posixpath
import re
from typing import TYPE_CHECKING

from tagward.model.inspection import Metadata
from tagward.model.versions import Unreadable
from tagward.sources.files import Faulty, Files
from tagward.sources.project import PYPROJECT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tagward.model.versions import Tree
    from tagward.sources.formats import Ini

_LICENCE = re.compile(r"(licen[cs]e|copying)[^/]*|licenses/.*", re.IGNORECASE)
_CONFIG = {"description": "description", "long_description": "readme", "license": "license"}


def read_metadata(tree: Tree, folder: str = "") -> Metadata | None:
    """What the project in a folder states; None where only a run of its setup.py knows."""
    files = Files(tree, folder)
    try:
        pyproject = files.toml(PYPROJECT)
    except Faulty:
        pyproject = None
    table = pyproject.value if pyproject else {}
    system = _sub(table, "build-system")
    builds = isinstance(system.get("build-backend"), str) or bool(system.get("requires"))
    licences = tuple(sorted(_licences(tree, folder)))
    project, poetry = _sub(table, "project"), _sub(_sub(table, "tool"), "poetry")
    if project:
        dynamic = project.get("dynamic")
        names = {*project, *(map(str, dynamic) if isinstance(dynamic, list) else ())}
        return _of_table(tree, folder, project, frozenset(names), licences, builds=builds)
    if poetry:
        names = set(poetry) | ({"requires-python"} if "python" in _sub(poetry, "dependencies") else set())
        return _of_table(tree, folder, poetry, frozenset(names), licences, builds=builds)
    try:
        config = files.ini("setup.cfg")
        script = files.bytes("setup.py")
    except Faulty:
        return None
    if config and config.get("metadata", "name"):
        return _of_config(config, licences, builds=builds)
    return None if script is not None else Metadata(files.path(PYPROJECT), frozenset(), build_system=builds)


def _sub(table: Mapping[str, object], key: str) -> dict[str, object]:
    found = table.get(key)
    return found if isinstance(found, dict) else {}


def _of_table(  # one value for each thing that is read
    tree: Tree,
    folder: str,
    table: dict[str, object],
    stated: frozenset[str],
    licences: tuple[str, ...],
    *,
    builds: bool,
) -> Metadata:
    classifiers, licence = table.get("classifiers"), table.get("license")
    text = licence if isinstance(licence, str) else _sub(table, "license").get("text")
    return Metadata(
        where=posixpath.join(folder, PYPROJECT),
        stated=stated,
        missing_files=tuple(_missing(tree, folder, table)),
        requires_python=str(table.get("requires-python") or _sub(table, "dependencies").get("python") or ""),
        classifiers=tuple(map(str, classifiers)) if isinstance(classifiers, list) else (),
        license_text=text if isinstance(text, str) else "",
        license_files=licences,
        build_system=builds,
    )


def _missing(tree: Tree, folder: str, table: dict[str, object]) -> Iterator[tuple[str, str]]:
    """Files that are named and not there (PEP 621 `readme`, PEP 639 `license-files`)."""
    paths = frozenset(tree.paths())
    readme, licence = table.get("readme"), _sub(table, "license").get("file")
    named = [readme] if isinstance(readme, str) else [_sub(table, "readme").get("file")]
    named += readme if isinstance(readme, list) else []
    for field, name in (*(("readme", one) for one in named), ("license", licence)):
        if isinstance(name, str) and not _is_there(tree, posixpath.normpath(posixpath.join(folder, name))):
            yield field, name
    patterns = table.get("license-files")
    for pattern in patterns if isinstance(patterns, list) else ():
        if isinstance(pattern, str) and not any(
            fnmatch.fnmatchcase(path, posixpath.normpath(posixpath.join(folder, pattern)).replace("**/", "*"))
            for path in paths
        ):
            yield "license-files", pattern


def _is_there(tree: Tree, path: str) -> bool:
    try:
        return tree.read(path) is not None
    except Unreadable:  # it leads out of the repository, as far as the build goes
        return False


def _of_config(config: Ini, licences: tuple[str, ...], *, builds: bool) -> Metadata:
    stated = {name for key, name in _CONFIG.items() if config.get("metadata", key)}
    stated |= {"name"} | ({"requires-python"} if config.get("options", "python_requires") else set())
    classifiers = (config.get("metadata", "classifiers") or "").splitlines()
    return Metadata(
        where="setup.cfg",
        stated=frozenset(stated),
        requires_python=config.get("options", "python_requires") or "",
        classifiers=tuple(line.strip() for line in classifiers if line.strip()),
        license_text=config.get("metadata", "license") or "",
        license_files=licences,
        build_system=builds,
    )


def _licences(tree: Tree, folder: str) -> Iterator[str]:
    start = f"{folder}/" if folder else ""
    return (path for path in tree.paths() if path.startswith(start) and _LICENCE.fullmatch(path[len(start) :]))
