"""YAML as workflows use it, with line numbers: no aliases, no tags, no key twice, no scalar that becomes another.

PyYAML's events are taken, not its values: it follows YAML 1.1, where the key `on` is the value true.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import yaml

from tagward.errors import ConfigError
from tagward.workflows.values import number_of, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_BYTES = 1 << 20
MAX_DEPTH = 20
_BOM = "\ufeff"
# YAML 1.2, core schema (section 10.3.2), which is GitHub's.
_EMPTY = {"", "~", "null", "Null", "NULL"}
_TRUTH = {word: word.lower() for word in ("true", "True", "TRUE", "false", "False", "FALSE")}
_NUMBER = re.compile(
    r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+|[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", re.ASCII
)
_ENDLESS = {
    **{sign + word: f"{sign.strip('+')}Infinity" for sign in ("", "+", "-") for word in (".inf", ".Inf", ".INF")},
    **dict.fromkeys((".nan", ".NaN", ".NAN"), "NaN"),
}


@dataclass(frozen=True, slots=True)
class Scalar:
    """A single value.

    Attributes:
        text: as written.
        plain: neither quoted nor a block, so that it may be a number, true or nothing.
        line: from 1.
    """

    text: str
    plain: bool
    line: int

    @property
    def empty(self) -> bool:
        """Whether it is nothing."""
        return self.plain and self.text in _EMPTY


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list."""

    items: tuple[Node, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys and values; `lines` are those of the keys."""

    entries: dict[str, Node]
    lines: dict[str, int]
    line: int


Node = Scalar | Sequence | Mapping


def read(text: str | bytes, origin: str) -> Node:
    """Read one document.

    Args:
        text: all of it; bytes must be UTF-8.
        origin: what to call it in an error, as its path.

    Raises:
        ConfigError: it is no YAML, or YAML that GitHub does not take, or more than a workflow needs.
    """
    plain = _decoded(text, origin)
    try:
        # Not the loader in C, which is faster, but not there everywhere, and has other words for the same faults.
        return _Builder(origin, yaml.parse(plain, Loader=yaml.BaseLoader)).document()
    except yaml.MarkedYAMLError as failure:
        mark = failure.problem_mark or failure.context_mark
        line = mark.line + 1 if mark else 1
        raise ConfigError(f"{origin}:{line}: this is no YAML: {failure.problem or failure.context}") from None
    except (yaml.YAMLError, ValueError, RecursionError, MemoryError) as failure:
        raise ConfigError(f"{origin}: this is no YAML: {str(failure).splitlines()[0]}") from None


def as_text(scalar: Scalar, origin: str) -> str:
    """A scalar as it reaches a step, where every value is a text.

    Raises:
        ConfigError: it is a number or a truth value that becomes another text than the one that is written.
    """
    if not scalar.plain:
        return scalar.text
    if scalar.text in _EMPTY:
        return ""
    becomes = _TRUTH.get(scalar.text) or _number(scalar.text)
    if becomes and becomes != scalar.text:
        raise ConfigError(
            f"{origin}:{scalar.line}: {scalar.text} reaches the step as {becomes}",
            why="without quotes it is a number or a truth value, and no text",
            fixes=(f'"{scalar.text}"',),
        )
    return scalar.text


def is_text(scalar: Scalar) -> bool:
    """Whether YAML takes a scalar for a text: it is quoted, or neither number nor truth value nor nothing."""
    return not scalar.plain or not (scalar.text in _EMPTY or scalar.text in _TRUTH or _number(scalar.text))


def _number(word: str) -> str:
    """The text that a number becomes on its way to a step; empty for what is no number."""
    if word in _ENDLESS:
        return _ENDLESS[word]
    return text_of(number_of(word)) if _NUMBER.fullmatch(word) else ""


def _decoded(text: str | bytes, origin: str) -> str:
    if len(text) > MAX_BYTES:
        raise ConfigError(f"{origin} is larger than {MAX_BYTES} bytes, which no workflow is")
    if isinstance(text, bytes):
        try:
            text = text.decode("utf-8")
        except UnicodeDecodeError as failure:
            line = failure.object.count(b"\n", 0, failure.start) + 1
            raise ConfigError(f"{origin}:{line}: this is not UTF-8") from None
    if text.startswith(_BOM):
        raise ConfigError(
            f"{origin}:1: the file begins with a byte-order mark", fixes=("save it as UTF-8 without one",)
        )
    return text


class _Builder:
    """From events to nodes; their depth is held, so that Python's own stack does not end first."""

    def __init__(self, origin: str, events: Iterator[yaml.Event]) -> None:
        self.origin = origin
        self.events = events
        self.depth = 0

    def document(self) -> Node:
        """The one document that there is."""
        found = [
            event for event in (next(self.events), next(self.events)) if isinstance(event, yaml.DocumentStartEvent)
        ]
        if not found:
            raise ConfigError(f"{self.origin} is empty")
        root = self.node(next(self.events))
        next(self.events)
        if not isinstance(more := next(self.events), yaml.StreamEndEvent):
            raise self.fault(more, "a second document begins here")
        return root

    def node(self, event: yaml.Event) -> Node:
        """What begins with an event."""
        line = _line(event)
        if getattr(event, "anchor", None):  # an alias names one too
            raise self.fault(event, "tagward reads no anchors and no aliases", "write the value out")
        if getattr(event, "tag", None):
            raise self.fault(event, "tagward reads no tags", "leave the tag away")
        if isinstance(event, yaml.ScalarEvent):
            return Scalar(event.value, event.implicit[0], line)
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.fault(event, f"this is more than {MAX_DEPTH} levels deep")
        node = self.sequence(line) if isinstance(event, yaml.SequenceStartEvent) else self.mapping(line)
        self.depth -= 1
        return node

    def sequence(self, line: int) -> Sequence:
        """The items up to the end of the list."""
        items = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            items.append(self.node(event))
        return Sequence(tuple(items), line)

    def mapping(self, line: int) -> Mapping:
        """The keys and values up to the end of the mapping."""
        entries: dict[str, Node] = {}
        lines: dict[str, int] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            key = self.node(event)
            if not isinstance(key, Scalar):
                raise self.fault(event, "a key is no text")
            if key.text in entries:
                raise self.fault(event, f"the key `{key.text}` stands here a second time", "leave one of them")
            lines[key.text] = key.line
            entries[key.text] = self.node(next(self.events))
        return Mapping(entries, lines, line)

    def fault(self, event: yaml.Event, message: str, *fixes: str) -> ConfigError:
        """What is wrong, and where."""
        return ConfigError(f"{self.origin}:{_line(event)}: {message}", fixes=fixes)


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1
