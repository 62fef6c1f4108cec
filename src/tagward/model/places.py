"""Where something stands."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a text file of the release, or the file as a whole.

    Attributes:
        path: relative to the root of the repository, with forward slashes; or the file name of a distribution.
        line: from 1; 0 where the file as a whole is meant.
        column: from 1, in characters; 0 where the line as a whole is meant.
        width: number of characters to underline.
        quote: the line itself, without its line end; empty where there is none to show.
    """

    path: str
    line: int = 0
    column: int = 0
    width: int = 0
    quote: str = ""

    def __str__(self) -> str:
        return ":".join([self.path, *(str(number) for number in (self.line, self.column) if number)])


@dataclass(frozen=True, slots=True)
class Fault:
    """Something in the tree that keeps a version from being read.

    Attributes:
        place: the file, and where in it if that is known.
        message: what is wrong there, as a clause.
    """

    place: Place
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


def place_at(path: str, text: str, start: int, end: int) -> Place:
    """The place of `text[start:end]` in the file `path` whose content is `text`."""
    line = text.count("\n", 0, start) + 1
    begins = text.rfind("\n", 0, start) + 1
    ends = text.find("\n", start)
    quote = text[begins : len(text) if ends < 0 else ends].rstrip("\r")
    width = max(1, min(end, begins + len(quote)) - start)
    return Place(path, line, start - begins + 1, width, quote)


def line_at(path: str, text: str, line: int) -> Place:
    """A whole line of the file `path` whose content is `text`, without what makes it an item of a YAML list."""
    lines = text.splitlines()
    if not 0 < line <= len(lines):
        return Place(path)
    quote = lines[line - 1]
    bare = quote.lstrip().removeprefix("- ")
    return Place(path, line, len(quote) - len(bare) + 1, max(1, len(bare.rstrip())), quote)
