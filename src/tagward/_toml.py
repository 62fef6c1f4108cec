"""TOML as values, and the place of a key in its text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import tomli

from tagward.model.places import Place, place_at

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MAX_BYTES = 1 << 20
MAX_CANDIDATES = 200
_SENTINEL = "tagward-looks-here"
_STRING = r'"""[\s\S]*?"""|' + r"'''[\s\S]*?'''|" + r'"(?:[^"\\\n]|\\.)*"|' + r"'[^'\n]*'"


class TomlError(ValueError):
    """The text is no TOML that tagward reads.

    Attributes:
        line: from 1; 0 where the fault has no place.
        column: from 1; 0 where the fault has no place.
    """

    def __init__(self, message: str, line: int = 0, column: int = 0) -> None:
        super().__init__(message)
        self.line = line
        self.column = column


def decode(data: bytes, limit: int = MAX_BYTES) -> str:
    """Decode the bytes of a TOML file, which is always UTF-8 without a byte-order mark (TOML 1.0, "Spec").

    Raises:
        TomlError: it is larger than `limit` bytes, or no such text.
    """
    if len(data) > limit:
        raise TomlError(f"it has {len(data)} bytes, and more than {limit} are not read")
    if data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        raise TomlError("it begins with a byte-order mark, which TOML does not allow", 1, 1)
    try:
        return data.decode()
    except UnicodeDecodeError as failure:
        line = data.count(b"\n", 0, failure.start) + 1
        column = failure.start - (data.rfind(b"\n", 0, failure.start) + 1) + 1
        raise TomlError(f"byte 0x{data[failure.start]:02x} is no UTF-8", line, column) from None


def parse(text: str) -> dict[str, object]:
    """Read TOML text.

    Raises:
        TomlError: it is no TOML, or nested or sized beyond what can be read.
    """
    try:
        return tomli.loads(text)
    except tomli.TOMLDecodeError as failure:
        raise TomlError(failure.msg, failure.lineno, failure.colno) from None
    except (RecursionError, ValueError, MemoryError) as failure:
        raise TomlError(str(failure) or type(failure).__name__) from None


def table(value: Mapping[str, object], *keys: str) -> dict[str, object]:
    """The table under `keys`, empty where there is none or something else stands there."""
    found: object = value
    for key in keys:
        found = found.get(key) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else {}


def locate(path: str, text: str, keys: Sequence[str | int]) -> Place:
    """The place of the string value under `keys` (names, and indices of arrays of tables) in TOML `text`.

    No second TOML parser decides this: each spot where the last key is given a string is tried, by putting another
    string there and asking tomli whether the value under `keys` has become that string. The inside of the quotes is
    the place. The file as a whole is the answer where no spot is the one (a value inside a multi-line construct).
    """
    name = re.escape(str(keys[-1]))
    spots = re.compile(rf"""(?:^|[.{{,]|\s)["']?{name}["']?[ \t]*=[ \t]*(?P<value>{_STRING})""", re.MULTILINE)
    header = text.find(f"[{'.'.join(str(key) for key in keys[:-1] if isinstance(key, str))}]")
    found = list(spots.finditer(text))
    found.sort(key=lambda spot: (spot.start() < header, spot.start()))
    for spot in found[:MAX_CANDIDATES]:
        start, end = spot.span("value")
        try:
            changed = parse(f'{text[:start]}"{_SENTINEL}"{text[end:]}')
        except TomlError:
            continue
        if _get(changed, keys) == _SENTINEL:
            quotes = 3 if text.startswith(('"""', "'''"), start) else 1
            return place_at(path, text, start + quotes, end - quotes)
    return Place(path)


def _get(value: object, keys: Sequence[str | int]) -> object:
    for key in keys:
        try:
            value = value[key]  # type: ignore[index]  # whatever cannot be indexed is caught
        except (KeyError, IndexError, TypeError):
            return None
    return value
