"""Poetry 1 and 2, and the two plug-ins that compute the version with dunamai."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tagward.model.places import Place, place_at
from tagward.sources.files import Faulty
from tagward.sources.project import FROM_TAGS, feeds
from tagward.sources.regex import compiled, search

if TYPE_CHECKING:
    from tagward.model.versions import Declaration
    from tagward.sources.project import Project

POETRY_DYNAMIC = ("tool", "poetry-dynamic-versioning")
UV_DYNAMIC = ("tool", "uv-dynamic-versioning")


def poetry_version(project: Project) -> Declaration | str:
    """The version that poetry-core builds where `[project]` has none: that of its own table.

    poetry-dynamic-versioning replaces it where it is enabled; the number in the file is a placeholder then.

    Raises:
        Faulty: there is none, or something else than a string.
    """
    file = project.pyproject
    if file.table(*POETRY_DYNAMIC).get("enable") is True:
        return dunamai_version(project, POETRY_DYNAMIC, "poetry-dynamic-versioning")
    if "poetry-version-plugin" in file.table("tool") or file.table("tool", "poetry-version-plugin"):
        return "poetry-version-plugin computes it"
    version = file.string("tool", "poetry", "version")
    if version is None:
        raise Faulty(Place(file.path), "neither `project.version` nor `tool.poetry.version` is there")
    return feeds("tool.poetry.version", version, file.place("tool", "poetry", "version"))


def uv_dynamic_version(project: Project) -> Declaration | str:
    """The version of the hatch plug-in uv-dynamic-versioning.

    Raises:
        Faulty: the file it is to be read from is wrong.
    """
    return dunamai_version(project, UV_DYNAMIC, "uv-dynamic-versioning")


def dunamai_version(project: Project, keys: tuple[str, ...], plugin: str) -> Declaration | str:
    """The version out of the file that `from-file` names; without one the tags decide.

    Raises:
        Faulty: the file or the pattern is wrong.
    """
    file = project.pyproject
    table = file.table(*keys, "from-file")
    source = table.get("source")
    if not isinstance(source, str):
        return f"{plugin}{FROM_TAGS}"
    asked = file.place(*keys, "from-file", "source")
    text = project.files.text(source)
    if text is None:
        raise Faulty(asked, f"there is no file {source}")
    pattern = table.get("pattern")
    if isinstance(pattern, str):
        found = search(compiled(pattern, file.place(*keys, "from-file", "pattern")), text.text, Place(text.path))
        if found is None or not found.re.groups:
            raise Faulty(Place(text.path), f"the pattern of {asked} finds no version in it")
        span = found.span("base") if "base" in found.groupdict() else found.span(1)
    else:
        found = re.search(r"\S+(?:.*\S)?", text.text)
        if found is None:
            raise Faulty(Place(text.path), "it is empty")
        span = found.span()
    return feeds(source, text.text[slice(*span)].removeprefix("v"), place_at(text.path, text.text, *span))
