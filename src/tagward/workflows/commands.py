"""What steps say to the runner: lines such as `::error::` in what they print, and the files named in `GITHUB_…`.

GitHub's documentation, "Workflow commands for GitHub Actions"; where it is silent, actions/runner (`ActionCommand`,
`FileCommandManager`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tagward.model.workflow_run import Annotation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LEVELS = frozenset({"error", "warning", "notice"})
_ESCAPES = (("%0D", "\r"), ("%0A", "\n"))
_PROPERTY_ESCAPES = (*_ESCAPES, ("%3A", ":"), ("%2C", ","))
HIDDEN = "***"
_LINE_END = re.compile(r"\r\n|\r|\n")


class Malformed(ValueError):
    """A file of values is none; GitHub lets the step fail."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """What a step said in what it printed.

    Attributes:
        annotations: in order.
        masks: what it wants to be hidden from now on.
    """

    annotations: tuple[Annotation, ...]
    masks: tuple[str, ...]


def spoken(log: str) -> Spoken:
    """Read the commands in what a step printed; none between `::stop-commands::word` and `::word::`."""
    annotations, masks, resumed_by = [], [], ""
    for name, properties, message in _commands(log):
        if resumed_by:
            resumed_by = "" if name == resumed_by.lower() else resumed_by
        elif name == "stop-commands":
            resumed_by = message
        elif name == "add-mask" and message:
            masks.append(message)
        elif name in LEVELS:
            annotations.append(Annotation(name, message, properties))
    return Spoken(tuple(annotations), tuple(masks))


def file_values(text: str) -> dict[str, str]:
    """The names and values in the file of `GITHUB_OUTPUT` or `GITHUB_ENV`: `name=value`, or `name<<END` and lines.

    Raises:
        Malformed: a line is neither, or the lines of a value have no end.
    """
    values: dict[str, str] = {}
    lines = iter(text.replace("\r\n", "\n").split("\n"))
    for line in lines:
        if not line:
            continue
        name, sign, rest = _divided(line)
        if not sign or not name:
            raise Malformed(f"Invalid format '{line}'")
        values[name] = rest if sign == "=" else "\n".join(_until(rest, lines))
    return values


def masked(text: str, secrets: Iterable[str]) -> str:
    """The text with every secret in it hidden, and with every line of a secret that has several."""
    words = {word for secret in secrets for word in (secret, *_LINE_END.split(secret)) if word.strip()}
    for word in sorted(words, key=len, reverse=True):
        text = text.replace(word, HIDDEN)
    return text


def _commands(log: str) -> Iterator[tuple[str, dict[str, str], str]]:
    for line in _LINE_END.split(log):
        head, sign, message = line.lstrip().removeprefix("::").partition("::")
        if not line.lstrip().startswith("::") or not sign:
            continue
        name, _, rest = head.partition(" ")
        yield name.lower(), _properties(rest), _unescaped(message, _ESCAPES)


def _properties(text: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in text.split(","))
    return {key.strip().lower(): _unescaped(value, _PROPERTY_ESCAPES) for key, sign, value in pairs if sign and value}


def _unescaped(text: str, escapes: Iterable[tuple[str, str]]) -> str:
    for escape, character in escapes:
        text = text.replace(escape, character)
    return text.replace("%25", "%")


def _divided(line: str) -> tuple[str, str, str]:
    """A line at its first `=` or `<<`, whichever comes first."""
    sign = min((sign for sign in ("=", "<<") if sign in line), key=line.index, default="")
    return line.partition(sign) if sign else (line, "", "")


def _until(end: str, lines: Iterator[str]) -> Iterator[str]:
    if not end:
        raise Malformed("Invalid format: a value has no word for its end")
    for line in lines:
        if line == end:
            return
        yield line
    raise Malformed(f"Invalid value. Matching delimiter not found '{end}'")
