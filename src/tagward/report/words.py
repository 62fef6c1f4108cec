"""Marks, sizes, times, colours, and text from outside made harmless."""

from __future__ import annotations

import os
import sys
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Mapping

_INVISIBLE = {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}
_ASCII = {"✓": "ok", "✗": "FAIL", "–": "skip", "→": "->", "…": "...", "“": '"', "”": '"', "’": "'", "·": "-"}
_COLOURS = {"good": "32", "bad": "31", "warn": "33", "dim": "2", "bold": "1"}
KILO = 1000
UNDECODABLE = range(0xDC80, 0xDD00)
"""Bytes that are no UTF-8, as Python decodes file names (PEP 383)."""


def printable(text: str, limit: int = 400) -> str:
    """Text from outside as it may reach a terminal: one line, nothing invisible, nothing that is not Unicode.

    Control, format (bidirectional and zero-width) and private characters and undecodable bytes are shown as escapes,
    and so is every space that is not U+0020.
    """
    if text.isascii() and text.isprintable():
        return text if len(text) <= limit else text[:limit] + "…"
    shown = "".join(_visible(character) for character in text[: limit + 1])
    return shown if len(text) <= limit else shown[:limit] + "…"


def _visible(character: str) -> str:
    if " " <= character <= "~":
        return character
    code = ord(character)
    if code in UNDECODABLE:
        return f"\\x{code - UNDECODABLE.start + 0x80:02x}"
    category = unicodedata.category(character)
    if category in _INVISIBLE or category in {"Zs", "Cn"}:
        return character.encode("unicode_escape", "surrogatepass").decode("ascii")
    return character


@dataclass(frozen=True, slots=True)
class Style:
    """How a stream is written to: with colours or without, with all of Unicode or in ASCII."""

    colour: bool = False
    ascii: bool = False

    def mark(self, glyph: str) -> str:
        """A mark, padded to the width of its column."""
        return _ASCII.get(glyph, glyph).ljust(4) if self.ascii else glyph

    def text(self, text: str) -> str:
        """Our own text as the stream can show it."""
        if not self.ascii:
            return text
        for glyph, plain in _ASCII.items():
            text = text.replace(glyph, plain)
        return text.encode("ascii", "backslashreplace").decode("ascii")

    def paint(self, text: str, colour: str) -> str:
        """The text in a colour of ours, where the stream takes colours."""
        return f"\x1b[{_COLOURS[colour]}m{text}\x1b[0m" if self.colour else text


def style_of(stream: TextIO, colour: str = "auto", environ: Mapping[str, str] = os.environ) -> Style:
    """How to write to a stream: `--color`, then NO_COLOR, FORCE_COLOR, TERM=dumb, then what the stream is."""
    encoding = (getattr(stream, "encoding", None) or "ascii").lower().replace("-", "")
    return Style(_wants_colour(stream, colour, environ), ascii=not encoding.startswith("utf"))


def _wants_colour(stream: TextIO, colour: str, environ: Mapping[str, str]) -> bool:
    if colour != "auto":
        return colour == "always"
    if environ.get("NO_COLOR"):
        return False
    if environ.get("FORCE_COLOR") or environ.get("GITHUB_ACTIONS") == "true":
        return True
    return environ.get("TERM") != "dumb" and stream.isatty()


def settle(stream: TextIO) -> None:
    """Make a stream survive whatever is written to it: what it cannot encode is replaced."""
    if hasattr(stream, "reconfigure"):
        stream.reconfigure(errors="replace")


def animated(stream: TextIO, environ: Mapping[str, str] = os.environ) -> bool:
    """Whether a line that changes may be shown: a terminal, and nobody who records it."""
    recorded = any(environ.get(name) for name in ("CI", "PRE_COMMIT", "GITHUB_ACTIONS"))
    return not recorded and environ.get("TERM") != "dumb" and stream.isatty()


def size(count: int) -> str:
    """A number of bytes for people, in decimal units."""
    if count < KILO:
        return f"{count} B"
    if count < KILO * KILO:
        return f"{count / KILO:.1f} kB"
    return f"{count / KILO / KILO:.1f} MB"


def ago(seconds: float) -> str:
    """How long ago, in the largest unit that says enough."""
    for unit, length in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= length:
            return f"{int(seconds // length)} {unit} ago"
    return f"{int(seconds)} s ago"


def plural(count: int, noun: str) -> str:
    """A count and its noun."""
    return f"{count} {noun}" if count == 1 else f"{count:,} {noun}s"


def stderr() -> TextIO:
    """Where everything for people goes."""
    return sys.stderr
