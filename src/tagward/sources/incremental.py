"""Incremental: `__version__ = Version("name", 21, 3, 0, release_candidate=1)` in the package's `_version.py`."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from tagward.model.places import Place
from tagward.sources.files import Faulty
from tagward.sources.names import toml_name
from tagward.sources.project import feeds
from tagward.sources.python import assignments, literal, module_files

if TYPE_CHECKING:
    from tagward.model.versions import Declaration
    from tagward.sources.project import Project

_PARTS = 4
_SUFFIXES = (("prerelease", ".rc"), ("release_candidate", ".rc"), ("post", ".post"), ("dev", ".dev"))


def incremental_version(project: Project) -> Declaration | str:
    """The version of a project that uses incremental, spelled as `incremental.Version.public` does.

    Raises:
        Faulty: there is no such module.
    """
    stated = project.pyproject.table("tool", "incremental").get("name")
    name = stated if isinstance(stated, str) else toml_name(project.pyproject) or ""
    package = name.lower().replace("-", "_")
    for candidate in dict.fromkeys([name, package]):
        for path in module_files(f"{candidate}._version", ("src", "")):
            module = project.files.module(path)
            for target, node in assignments(module) if module else ():
                text = version_text(node) if target == "__version__" else None
                if module and text:
                    return feeds("__version__", text, module.place(node))
            if module:
                return f"{path} computes `__version__`, so incremental runs it"
    raise Faulty(Place(project.pyproject.path), f"incremental finds no {package}/_version.py")


def version_text(node: ast.expr) -> str | None:
    """The version that a call of `incremental.Version` makes; None where it is no call of plain numbers."""
    if not isinstance(node, ast.Call) or len(node.args) != _PARTS:
        return None
    if getattr(node.func, "id", getattr(node.func, "attr", "")) != "Version":
        return None
    numbers = [literal(argument) for argument in node.args[1:]]
    named = {keyword.arg: literal(keyword.value) for keyword in node.keywords}
    if not all(isinstance(number, int) for number in [*numbers, *named.values()]):
        return None
    text = ".".join(map(str, numbers))
    return text + "".join(f"{suffix}{named[key]}" for key, suffix in _SUFFIXES if key in named)
