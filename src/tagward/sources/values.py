"""What an expression of setup.py may be while it is read: strings that know where they stand, paths, files, names."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterator

    from tagward.sources.python import Module

MAX_STRING = 1 << 21


class Unsure(Exception):  # no error: the reading ends here
    """Only running the code would tell."""


class Raised(Exception):  # no error of ours
    """The code itself would raise here."""


class Unknown:
    """A value that only running the code would tell."""


UNKNOWN = Unknown()


class Text(str):
    """A string that stands in a file: at `start` of `source`, the content of the file `path`."""

    __slots__ = ("path", "source", "start")
    path: str
    source: str
    start: int

    @classmethod
    def at(cls, value: str, path: str, source: str, start: int) -> Text:
        """A string with its place."""
        text = cls(value)
        text.path, text.source, text.start = path, source, start
        return text

    def part(self, start: int, end: int) -> Text:
        """The part between two offsets."""
        begins = self.start + start
        return Text.at(self.source[begins : self.start + end], self.path, self.source, begins)

    def parts(self, values: list[str]) -> list[str]:
        """The same `values`, which stand in this order in the string, with their places."""
        found: list[str] = []
        whole, cursor = str(self), 0
        for value in values:
            begins = whole.find(value, cursor)
            found.append(self.part(begins, begins + len(value)))
            cursor = begins + len(value)
        return found


def placed(origin: object, value: str) -> str:
    """`value`, which is a part of `origin`, with its place where that is certain."""
    if isinstance(origin, Text) and value and origin.count(value) == 1:
        begins = str(origin).find(value)
        return origin.part(begins, begins + len(value))
    return value


@dataclass(frozen=True, slots=True)
class Dotted:
    """A name of a module or of something in it: `os.path.join`."""

    name: str


@dataclass(frozen=True, slots=True)
class Method:
    """A method of a value, about to be called."""

    owner: object
    name: str


@dataclass(frozen=True, slots=True)
class PathValue:
    """A path, relative to the folder of setup.py."""

    path: str

    def joined(self, *parts: str) -> PathValue:
        """The path with `parts` appended."""
        return PathValue(posixpath.normpath(posixpath.join(self.path, *parts)))


@dataclass(slots=True)
class Opened:
    """An open text file, which is read once: what a second reading gives depends on the first."""

    content: Text
    used: bool = False

    def take(self) -> Text:
        """The content.

        Raises:
            Unsure: it was read before.
        """
        if self.used:
            raise Unsure
        self.used = True
        return self.content


@dataclass(frozen=True, slots=True)
class Match:
    """What a regular expression found in a string."""

    match: re.Match[str]
    origin: object

    def group(self, key: int | str = 0) -> object:
        """A group, with its place.

        Raises:
            Raised: there is no such group.
        """
        try:
            value, span = self.match[key], self.match.span(key)
        except (IndexError, KeyError):
            raise Raised from None
        return self.origin.part(*span) if isinstance(self.origin, Text) and isinstance(value, str) else value


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """A function of the code, with the module and names it was defined among."""

    node: ast.FunctionDef
    module: Module
    names: dict[str, object]


@dataclass(frozen=True, slots=True, eq=False)
class Namespace:
    """A module read from a file that the code loads by its path."""

    names: dict[str, object]


@dataclass(frozen=True, slots=True)
class Loader:
    """What would load the module in a file."""

    path: str


def iterated(value: object) -> list[object]:
    """The items of a value that can be looped over.

    Raises:
        Unsure: it is none, or holds something unknown.
    """
    if isinstance(value, Opened):
        content = value.take()
        return list(content.parts(str(content).splitlines(keepends=True)))
    if isinstance(value, list | tuple | dict):
        return list(value)
    if isinstance(value, str):
        return list(value)
    raise Unsure


def certain(value: object) -> object:
    """The value itself.

    Raises:
        Unsure: it is, or holds, something that only running the code would tell.
    """
    if isinstance(value, Unknown | Dotted | Method | Opened):
        raise Unsure
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ():
        certain(part)
    return value


def truth(value: object) -> bool:
    """Whether a value counts as true.

    Raises:
        Unsure: that depends on something unknown.
    """
    if isinstance(value, Unknown | Dotted | Method):
        raise Unsure
    return bool(value)


def simple_fields(template: str) -> Iterator[tuple[str, str]]:
    """Literal pieces and field names of a format template without conversions or widths.

    Raises:
        Unsure: it has such.
    """
    cursor = 0
    for field in re.finditer(r"\{(\w*)\}|\{\{|\}\}|[{}]", template):
        if field[0] in {"{", "}", "{{", "}}"}:
            raise Unsure
        yield template[cursor : field.start()], field[1]
        cursor = field.end()
    yield template[cursor:], "\0"
