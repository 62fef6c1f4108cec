"""The files of one project as text, tables or syntax trees; what is wrong with one is said with its place."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar, TypeVarTuple

from tagward import _toml
from tagward.model.places import Fault, Place
from tagward.model.versions import Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable

    from tagward.model.versions import Tree
    from tagward.sources.formats import Ini, Json, Yaml
    from tagward.sources.python import Module

MAX_CONFIG = 1 << 20
MAX_PYTHON = 2 << 20
MAX_LOCK = 20 << 20
MAX_YAML = 1 << 17
MAX_KEPT = 1 << 14
MOST_KEPT = 64
Parsed = TypeVar("Parsed")
Ts = TypeVarTuple("Ts")


class Faulty(Exception):  # the fault is the tree's, not ours
    """A file is there but says nothing that can be used; `fault` says why."""

    def __init__(self, place: Place, message: str) -> None:
        super().__init__(f"{place}: {message}")
        self.fault = Fault(place, message)


class NoVersion(Faulty):
    """Nothing states a version, and nothing makes one."""


@dataclass(frozen=True, slots=True)
class File:
    """A text file: its path from the root of the repository, and its content with the line ends it has."""

    path: str
    text: str


@dataclass(frozen=True, slots=True)
class Toml(File):
    """A TOML file and its value."""

    value: dict[str, object]

    def table(self, *keys: str) -> dict[str, object]:
        """The table under `keys`; empty where there is none."""
        return _toml.table(self.value, *keys)

    def place(self, *keys: str | int) -> Place:
        """Where the string under `keys` stands."""
        return _simple_place(self, keys) or _toml.locate(self.path, self.text, keys)

    def string(self, *keys: str) -> str | None:
        """The string under `keys`; None where there is nothing.

        Raises:
            Faulty: something else than a string stands there.
        """
        value = self.table(*keys[:-1]).get(keys[-1])
        if value is None or isinstance(value, str):
            return value
        raise Faulty(Place(self.path), f"`{'.'.join(keys)}` must be a string, not {type(value).__name__}")


class Files:
    """The files of the project in `folder` of a tree, each parsed once.

    Names are relative to that folder and may leave it, but not the repository.
    """

    def __init__(self, tree: Tree, folder: str = "") -> None:
        self._tree = tree
        self.folder = posixpath.normpath(folder) if folder else "."
        self._read: dict[str, bytes | None] = {}
        self._tomls: dict[str, Toml | None] = {}
        self._modules: dict[str, Module | None] = {}
        self._names: frozenset[str] | None = None
        self.notes: dict[str, object] = {}

    def path(self, name: str) -> str:
        """The path of `name` from the root of the repository.

        Raises:
            Faulty: it leads out of the repository.
        """
        joined = posixpath.normpath(posixpath.join(self.folder, name))
        if joined.startswith(("/", "../")) or joined == ".." or "\0" in joined:
            raise Faulty(Place(name[:200]), "this path leads out of the repository")
        return joined

    @property
    def names(self) -> frozenset[str]:
        """Every tracked file in the folder, relative to it."""
        if self._names is None:
            prefix = "" if self.folder == "." else self.folder + "/"
            self._names = frozenset(p[len(prefix) :] for p in self._tree.paths() if p.startswith(prefix))
        return self._names

    def bytes(self, name: str, limit: int = MAX_CONFIG) -> tuple[str, bytes] | None:
        """The path and content of a file; None where there is none.

        Raises:
            Faulty: it cannot or must not be read.
        """
        path = self.path(name)
        if path not in self._read:
            try:
                self._read[path] = self._tree.read(path)
            except Unreadable as failure:
                raise Faulty(Place(path), str(failure) or "it cannot be read") from None
        data = self._read[path]
        if data is not None and len(data) > limit:
            raise Faulty(Place(path), f"it has {len(data)} bytes, and more than {limit} are not read")
        return None if data is None else (path, data)

    def text(self, name: str, limit: int = MAX_CONFIG) -> File | None:
        """A UTF-8 text file; None where there is none.

        Raises:
            Faulty: it cannot be read, or is no UTF-8.
        """
        found = self.bytes(name, limit)
        if found is None:
            return None
        path, data = found
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            raise Faulty(Place(path, 1, 1), "it is UTF-16, not UTF-8")
        try:
            return File(path, data.decode())
        except UnicodeDecodeError as failure:
            line = data.count(b"\n", 0, failure.start) + 1
            raise Faulty(Place(path, line), f"byte 0x{data[failure.start]:02x} is no UTF-8") from None

    def toml(self, name: str, limit: int = MAX_CONFIG) -> Toml | None:
        """A TOML file; None where there is none.

        Raises:
            Faulty: it cannot be read, or is no TOML.
        """
        path = self.path(name)
        if path not in self._tomls:
            found = self.bytes(name, limit)
            self._tomls[path] = None if found is None else _remembered(_parse_toml, *found)
        return self._tomls[path]

    def module(self, name: str) -> Module | None:
        """A Python source file as a syntax tree; None where there is none.

        Raises:
            Faulty: it cannot be read, or is no Python of this day.
        """
        from tagward.sources.python import parse  # noqa: PLC0415  # a static project needs no syntax tree

        path = self.path(name)
        if path not in self._modules:
            found = self.bytes(name, MAX_PYTHON)
            self._modules[path] = None if found is None else _remembered(parse, *found)
        return self._modules[path]

    def ini(self, name: str) -> Ini | None:
        """An INI file; None where there is none.

        Raises:
            Faulty: it cannot be read, or is no INI file.
        """
        from tagward.sources.formats import parse_ini  # noqa: PLC0415  # most projects have none

        file = self.text(name)
        return None if file is None else _remembered(parse_ini, file)

    def json(self, name: str) -> Json | None:
        """A JSON file; None where there is none.

        Raises:
            Faulty: it cannot be read, or is no JSON.
        """
        from tagward.sources.formats import parse_json  # noqa: PLC0415  # most projects have none

        file = self.text(name)
        return None if file is None else parse_json(file)

    def yaml(self, name: str) -> Yaml | None:
        """A YAML file whose top is a mapping; None where there is none.

        Raises:
            Faulty: it cannot be read, or is no YAML.
        """
        from tagward.sources.formats import parse_yaml  # noqa: PLC0415  # most projects have none

        file = self.text(name, MAX_YAML)
        return None if file is None else parse_yaml(file)


def _parse_toml(path: str, data: bytes) -> Toml:
    try:
        text = _toml.decode(data)
        return Toml(path, text, _toml.parse(text))
    except _toml.TomlError as failure:
        raise Faulty(Place(path, failure.line, failure.column), f"it is no TOML: {failure}") from None


def _remembered(parse: Callable[[*Ts], Parsed], *content: *Ts) -> Parsed:
    """What `parse` makes of some content; the files of a thousand tags are mostly equal, and small ones are kept."""
    size = max(
        len(part.text) if isinstance(part, File) else len(part) if isinstance(part, bytes) else 0 for part in content
    )
    if size > MAX_KEPT:
        return parse(*content)
    key = (parse, content)
    if key not in _kept:
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        _kept[key] = parse(*content)
    return _kept[key]  # type: ignore[return-value]  # the key holds the function that made it


_kept: dict[object, object] = {}


def _simple_place(file: Toml, keys: tuple[str | int, ...]) -> Place | None:
    # The general way parses the file again for each candidate; a plain table with plain lines needs only one look.
    import re  # noqa: PLC0415  # loaded anyway by tomli

    from tagward.model.places import place_at  # noqa: PLC0415

    if not all(isinstance(key, str) for key in keys) or '"""' in file.text or "'''" in file.text:
        return None
    header = re.escape(".".join(str(key) for key in keys[:-1]))
    value = _value(file.value, keys)
    sections = list(re.finditer(rf"^\[{header}\][ \t]*(?:#.*)?\r?$", file.text, re.MULTILINE))
    if len(sections) != 1 or not isinstance(value, str):
        return None
    ends = re.compile(r"^[ \t]*\[", re.MULTILINE).search(file.text, sections[0].end())
    # Without the value in it, since a pattern for each of ten thousand versions would be the costliest part of them.
    line = re.compile(rf"""^{re.escape(str(keys[-1]))}[ \t]*=[ \t]*(["'])""", re.MULTILINE)
    end = ends.start() if ends else len(file.text)
    for found in line.finditer(file.text, sections[0].end(), end):
        if file.text.startswith(value + found[1], found.end(), end):
            return place_at(file.path, file.text, found.end(), found.end() + len(value))
    return None


def _value(value: object, keys: tuple[str | int, ...]) -> object:
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value
