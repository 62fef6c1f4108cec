"""Hatchling: `[tool.hatch.version]` or hatch.toml, and the sources that plugins bring."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tagward.model.places import Place
from tagward.sources.files import Faulty, Toml
from tagward.sources.project import FROM_TAGS, feeds
from tagward.sources.python import follow
from tagward.sources.regex import compiled, search

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagward.model.versions import Declaration
    from tagward.sources.project import Project

# Of hatchling.version.core, where no `pattern` is set.
DEFAULT_PATTERN = r"""(?i)^(__version__|VERSION) *= *(['"])v?(?P<version>.+?)\2"""


def hatch_tables(project: Project) -> Iterator[tuple[Toml, tuple[str, ...]]]:
    """The files that configure hatch, the winning one first, each with the keys that lead to its hatch table."""
    own = project.files.toml("hatch.toml")
    if own:
        yield own, ()
    yield project.pyproject, ("tool", "hatch")


def hatch_setting(project: Project, *keys: str) -> tuple[Toml, tuple[str, ...]] | None:
    """The file and full keys of a hatch table; a top-level key of hatch.toml hides the one in pyproject.toml."""
    for file, prefix in hatch_tables(project):
        if keys[0] in file.table(*prefix):
            return file, (*prefix, *keys)
    return None


def hatch_version(project: Project) -> Declaration | str:  # noqa: PLR0911  # one for each source
    """The version source of hatchling (hatch documentation, "Versioning").

    Raises:
        Faulty: a file or setting it leads to is wrong.
    """
    found = hatch_setting(project, "version")
    if found is None:
        if "hooks" in project.pyproject.table("tool", "hatch", "metadata"):
            return "a metadata hook of hatch sets it"
        raise Faulty(Place(project.pyproject.path), "the version is dynamic, but `tool.hatch.version` is missing")
    file, keys = found
    source = file.string(*keys, "source") or "regex"
    match source:
        case "regex":
            return _regex(project, file, keys)
        case "code":
            return _code(project, file, keys)
        case "env":
            return f"hatch reads it from the environment variable {file.string(*keys, 'variable')}"
        case "vcs":
            return f"hatch-vcs{FROM_TAGS}"
        case "nodejs":
            return _nodejs(project, file, keys)
        case "uv-dynamic-versioning":
            from tagward.sources.poetry import uv_dynamic_version  # noqa: PLC0415  # rare

            return uv_dynamic_version(project)
        case "versioningit":
            return f"versioningit{FROM_TAGS}"
        case _:
            return f"the hatch plugin `{source[:80]}` decides it"


def _regex(project: Project, file: Toml, keys: tuple[str, ...]) -> Declaration | str:
    path = file.string(*keys, "path")
    if not path:
        raise Faulty(Place(file.path), f"`{'.'.join(keys)}` has no path")
    pattern = file.table(*keys).get("pattern")
    if isinstance(pattern, str) and pattern:
        regex = compiled(pattern, file.place(*keys, "pattern"), re.MULTILINE)
    else:
        regex = re.compile(DEFAULT_PATTERN, re.MULTILINE)
    return matched(project, path, regex, "version", file.place(*keys, "path"))


def matched(project: Project, path: str, regex: re.Pattern[str], group: str | int, asked: Place) -> Declaration:
    """The first match of `regex` in the file `path` that the setting at `asked` names.

    Raises:
        Faulty: there is no such file, match or group.
    """
    text = project.files.text(path)
    if text is None:
        raise Faulty(asked, f"there is no file {path}")
    found = search(regex, text.text, Place(text.path))
    if found is None:
        raise Faulty(Place(text.path), f"the pattern of {asked} finds no version in it")
    if isinstance(group, str) and group not in found.groupdict():
        raise Faulty(asked, f"the pattern has no group `{group}`")
    from tagward.model.places import place_at  # noqa: PLC0415

    return feeds("__version__", found[group] or "", place_at(text.path, text.text, *found.span(group)))


def _code(project: Project, file: Toml, keys: tuple[str, ...]) -> Declaration | str:
    path, expression = file.string(*keys, "path"), file.string(*keys, "expression") or "__version__"
    if not path:
        raise Faulty(Place(file.path), f"`{'.'.join(keys)}` has no path")
    if expression.isidentifier():
        found = follow(project.files, path, expression)
        if found:
            return feeds(expression, found.text, found.place)
    return f"hatch runs {path} and evaluates `{expression[:80]}`"


def _nodejs(project: Project, file: Toml, keys: tuple[str, ...]) -> Declaration | str:
    path = file.string(*keys, "path") or "package.json"
    package = project.files.json(path)
    version = package.get("version") if package else None
    if package is None or not isinstance(version, str):
        raise Faulty(Place(project.files.path(path)), "hatch-nodejs-version finds no version in it")
    return feeds("package.json version", version, package.place("version"))
