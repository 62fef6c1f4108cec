"""INI, JSON and YAML as values, with the place of each."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tagward.model.places import Place, place_at
from tagward.sources.files import Faulty, File

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MAX_CANDIDATES = 100
_SENTINEL = "tagward-looks-here"


@dataclass(frozen=True, slots=True)
class Ini(File):
    """An INI file: its sections, each a mapping from lower-case options to values."""

    sections: Mapping[str, Mapping[str, str]]

    def get(self, section: str, option: str) -> str | None:
        """The value of an option; None where there is none."""
        return self.sections.get(section, {}).get(option)

    def place(self, section: str, option: str) -> Place:
        """Where the value of an option stands; the file as a whole where it begins on a later line."""
        value = (self.get(section, option) or "").split("\n", 1)[0]
        header = re.search(rf"^\[{re.escape(section)}\]", self.text, re.MULTILINE)
        if header is None or not value:
            return Place(self.path)
        ends = re.compile(r"^\[", re.MULTILINE).search(self.text, header.end())
        line = re.compile(rf"^{re.escape(option)}[ \t]*[=:][ \t]*{re.escape(value)}", re.MULTILINE | re.IGNORECASE)
        found = line.search(self.text, header.end(), ends.start() if ends else len(self.text))
        return place_at(self.path, self.text, found.end() - len(value), found.end()) if found else Place(self.path)


@dataclass(frozen=True, slots=True)
class Json(File):
    """A JSON file and its value, an object."""

    value: Mapping[str, object]

    def get(self, *keys: str | int) -> object:
        """What stands under `keys`; None where nothing does."""
        return _under(self.value, keys)

    def place(self, *keys: str | int) -> Place:
        """Where the string under `keys` stands."""
        import json  # noqa: PLC0415  # see Files.json

        spots = re.compile(rf'"{re.escape(str(keys[-1]))}"\s*:\s*"(?P<value>(?:[^"\\]|\\.)*)"')
        for count, spot in enumerate(spots.finditer(self.text)):
            start, end = spot.span("value")
            changed = _load(json.loads, f"{self.text[:start]}{_SENTINEL}{self.text[end:]}".removeprefix("\ufeff"))
            if _under(changed, keys) == _SENTINEL:
                return place_at(self.path, self.text, start, end)
            if count == MAX_CANDIDATES:
                break
        return Place(self.path)


@dataclass(frozen=True, slots=True)
class Yaml(File):
    """A YAML file: the scalars of its top mapping as they are written, each with its span in the text."""

    scalars: Mapping[str, tuple[str, int, int]]
    nested: Mapping[str, Mapping[str, tuple[str, int, int]]]

    def find(self, *keys: str) -> tuple[str, Place] | None:
        """The scalar under one key, or under a key in a mapping of the top, and its place."""
        level = self.scalars if len(keys) == 1 else self.nested.get(keys[0], {})
        found = level.get(keys[-1])
        if found is None:
            return None
        value, start, end = found
        quoted = int(self.text[start : start + 1] in {"'", '"'})
        return value, place_at(self.path, self.text, start + quoted, max(start + quoted + 1, end - quoted))


def parse_ini(file: File) -> Ini:
    """Read INI text as setuptools does, without interpolation.

    Raises:
        Faulty: it is no INI text.
    """
    from configparser import ConfigParser, Error  # noqa: PLC0415  # see Files.ini

    parser = ConfigParser(interpolation=None)
    try:
        parser.read_string(file.text.replace("\r\n", "\n"), file.path)
    except (Error, ValueError, RecursionError, MemoryError) as failure:
        errors = getattr(failure, "errors", None)
        line = errors[0][0] if errors else getattr(failure, "lineno", None) or 0
        raise Faulty(Place(file.path, line), f"it is no INI file: {str(failure).splitlines()[0]}") from None
    return Ini(file.path, file.text, {name: dict(parser.items(name)) for name in parser.sections()})


def parse_json(file: File) -> Json:
    """Read JSON text whose value is an object; a byte-order mark is let pass, as JavaScript tools do.

    Raises:
        Faulty: it is no such text.
    """
    import json  # noqa: PLC0415  # see Files.json

    try:
        value = json.loads(file.text.removeprefix("\ufeff"))
    except json.JSONDecodeError as failure:
        raise Faulty(Place(file.path, failure.lineno, failure.colno), f"it is no JSON: {failure.msg}") from None
    except (RecursionError, ValueError, MemoryError) as failure:
        raise Faulty(Place(file.path), f"it is no JSON that can be read: {type(failure).__name__}") from None
    if not isinstance(value, dict):
        raise Faulty(Place(file.path), "its value is no object")
    return Json(file.path, file.text, value)


def parse_yaml(file: File) -> Yaml:
    """Read YAML text whose top is a mapping; scalars stay the text they are, so that 1.10 is not 1.1.

    Raises:
        Faulty: it is no such text.
    """
    import yaml  # noqa: PLC0415  # see Files.yaml

    try:
        # The loader in C is faster, and crashes the process on deep nesting (PyYAML 6.0.3, measured).
        top = yaml.compose(file.text, Loader=yaml.BaseLoader)
    except yaml.YAMLError as failure:
        mark = getattr(failure, "problem_mark", None)
        place = Place(file.path, mark.line + 1, mark.column + 1) if mark else Place(file.path)
        raise Faulty(place, f"it is no YAML: {getattr(failure, 'problem', None) or 'not readable'}") from None
    except (RecursionError, ValueError, MemoryError) as failure:
        raise Faulty(Place(file.path), f"it is no YAML that can be read: {type(failure).__name__}") from None
    if not isinstance(top, yaml.MappingNode):
        raise Faulty(Place(file.path), "its top is no mapping")
    nested = {
        key.value: _scalars(value.value)
        for key, value in top.value
        if isinstance(key, yaml.ScalarNode) and isinstance(value, yaml.MappingNode)
    }
    return Yaml(file.path, file.text, _scalars(top.value), nested)


def _scalars(pairs: Sequence[tuple[object, object]]) -> dict[str, tuple[str, int, int]]:
    found: dict[str, tuple[str, int, int]] = {}
    for key, node in pairs:
        name, value, start, end = (
            getattr(key, "value", None),
            getattr(node, "value", None),
            getattr(node, "start_mark", None),
            getattr(node, "end_mark", None),
        )
        # A key of several parts is no name, and as a text it may be larger than all memory.
        if isinstance(name, str) and isinstance(value, str) and start is not None and end is not None:
            found[name] = (value, int(start.index), int(end.index))
    return found


def _load(loads: object, text: str) -> object:
    try:
        return loads(text) if callable(loads) else None
    except (RecursionError, ValueError, MemoryError):
        return None


def _under(value: object, keys: Sequence[str | int]) -> object:
    for key in keys:
        if isinstance(value, dict) and isinstance(key, str):
            value = value.get(key)
        elif isinstance(value, list) and isinstance(key, int) and key < len(value):
            value = value[key]
        else:
            return None
    return value
