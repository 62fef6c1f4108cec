"""Flit: the string assigned to `__version__` in the module that is shipped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagward.model.places import Place
from tagward.sources.files import Faulty
from tagward.sources.names import toml_name
from tagward.sources.project import feeds
from tagward.sources.python import assignments, literal, module_files

if TYPE_CHECKING:
    from tagward.model.versions import Declaration
    from tagward.sources.project import Project


def flit_module(project: Project) -> str | None:
    """The import name that flit ships: `[tool.flit.module]`, the old metadata table, or the project's name."""
    tool = project.pyproject.table("tool", "flit")
    for table in ("module", "metadata"):
        part = tool.get(table)
        name = part.get("name" if table == "module" else "module") if isinstance(part, dict) else None
        if isinstance(name, str) and name:
            return name
    name = toml_name(project.pyproject)
    return name.replace("-", "_") if name else None


def flit_version(project: Project) -> Declaration | str:
    """The version that flit reads from the syntax tree; anything but a plain string makes it import the module.

    Raises:
        Faulty: there is no module, or no version in it.
    """
    name = flit_module(project)
    for path in module_files(name or "", ("", "src")):
        module = project.files.module(path) if name else None
        if module is None:
            continue
        values = [node for target, node in assignments(module) if target == "__version__"]
        for node in values:
            text = literal(node)
            if isinstance(text, str):
                return feeds("__version__", text, module.place(node))
        return f"{path} computes `__version__`, so flit imports it"
    raise Faulty(Place(project.pyproject.path), f"there is no module {name}")
