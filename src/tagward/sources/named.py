"""Places that the project names itself: `version-files` in [tool.tagward], as `path` or `path:name`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tagward.model.places import Place, place_at
from tagward.model.versions import Declaration, Role
from tagward.sources.files import Faulty

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tagward.model.places import Fault
    from tagward.sources.files import Files

_TEXT = re.compile(r"""\S+""")


def read_named(files: Files, entries: Sequence[str], faults: list[Fault]) -> Iterator[Declaration]:
    """The version at each place; a place that states none is a fault, since the project says that it does."""
    for entry in entries:
        path, _, name = entry.partition(":")
        try:
            yield _read(files, path, name)
        except Faulty as failure:
            faults.append(failure.fault)


def _read(files: Files, path: str, name: str) -> Declaration:
    found = _structured(files, path, name) or _plain(files, path, name)
    if found is None:
        raise Faulty(Place(files.path(path)), f"version-files names it, but it states no {name or 'version'}")
    text, place = found
    return Declaration(name or path.rpartition("/")[2], text, place, Role.SHIPPED)


def _structured(files: Files, path: str, name: str) -> tuple[str, Place] | None:
    keys = tuple((name or "version").split("."))
    if path.endswith(".toml"):
        toml = files.toml(path)
        value = toml.string(*keys) if toml else None
        return (value, toml.place(*keys)) if toml and value is not None else None
    if path.endswith(".json"):
        json = files.json(path)
        stated = json.get(*keys) if json else None
        return (stated, json.place(*keys)) if json and isinstance(stated, str) else None
    if path.endswith((".yaml", ".yml", ".cff")) and len(keys) <= 2:  # noqa: PLR2004  # the reader goes two levels down
        yaml = files.yaml(path)
        return yaml.find(*keys) if yaml else None
    return None


def _plain(files: Files, path: str, name: str) -> tuple[str, Place] | None:
    """What is assigned to a name at the beginning of a line, or the whole text of a file that holds a word alone."""
    file = files.text(path)
    if file is None:
        raise Faulty(Place(files.path(path)), "version-files names it, but the commit does not hold it")
    if path.endswith(".py") or name:
        word = re.escape(name or "__version__")
        line = re.compile(rf"""^[ \t]*{word}[ \t]*(?::[^=\n]*)?[:=][ \t]*["']?(?P<value>[^\s"',;]+)""", re.MULTILINE)
        found = line.search(file.text)
        return (found["value"], place_at(file.path, file.text, *found.span("value"))) if found else None
    words = list(_TEXT.finditer(file.text))
    return (words[0][0], place_at(file.path, file.text, *words[0].span())) if len(words) == 1 else None
