"""One more entry in a list of a YAML file, as text: no other byte changes, and what is not plain is left alone."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import yaml

from tagward import _yaml

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Node = str | Mapping[str, "Node"] | tuple["Node", ...]
"""What an entry is made of; text is YAML already, so that `[a, b]` is a list and `false` is no text."""


@dataclass(frozen=True, slots=True)
class Indentation:
    """How a file writes its lists.

    Attributes:
        dash: the column of the dashes.
        gap: from a dash to what stands behind it.
        inner: from the key of a list to the dashes of that list.
        step: from the key of a mapping to the keys in it.
    """

    dash: int = 2
    gap: int = 2
    inner: int = 2
    step: int = 2


@dataclass(frozen=True, slots=True)
class _List:
    """A block sequence under a key at the top: how it is indented, where its items begin, where the last one ends."""

    indentation: Indentation
    starts: tuple[int, ...]
    end: int


def eol_of(text: str) -> str:
    """The line end that most lines of a text have."""
    return "\r\n" if text.count("\r\n") * 2 > text.count("\n") else "\n"


def lines_of(item: Mapping[str, Node], indentation: Indentation = Indentation()) -> list[str]:
    """An entry of a list, as lines."""
    return list(_item(item, indentation.dash, indentation))


def inserted(text: str, key: str, item: Mapping[str, Node]) -> tuple[str, int] | None:
    """The text with one more entry at the end of the list under a key at the top, and the line of that entry.

    None where the file cannot be read, or where the result, read again, is not the old value with exactly this entry
    more: the list is in flow style or not there, or an alias, a tag or a second document stands in the way.
    """
    try:
        before = _yaml.load(text)
        found = _find(text, key)
        if found is None or not isinstance(before, dict):
            return None
        after, line = _spliced(text, found, item)
        wanted = {**before, key: [*before[key], value_of(item)]}
        return (after, line) if _yaml.load(after) == wanted else None
    except (ValueError, TypeError):
        return None


def value_of(item: Mapping[str, Node]) -> object:
    """What `_yaml` makes of an entry."""
    (value,) = cast("list[object]", _yaml.load("\n".join(lines_of(item))))
    return value


def _item(item: Mapping[str, Node], column: int, indentation: Indentation) -> Iterator[str]:
    for number, line in enumerate(_mapping(item, column + indentation.gap, indentation)):
        yield line if number else " " * column + "-" + line[column + 1 :]


def _mapping(mapping: Mapping[str, Node], column: int, indentation: Indentation) -> Iterator[str]:
    for key, value in mapping.items():
        head = f"{' ' * column}{key}:"
        if isinstance(value, str):
            yield f"{head} {value}"
            continue
        yield head
        if isinstance(value, Mapping):
            yield from _mapping(value, column + indentation.step, indentation)
        else:
            for part in value:
                assert isinstance(part, Mapping)  # noqa: S101  # our entries hold lists of mappings alone
                yield from _item(part, column + indentation.inner, indentation)


def _find(text: str, key: str) -> _List | None:
    """The list under a key at the top, by the events that PyYAML reads; the last of equal keys counts, as it does."""
    events = list(yaml.parse(text, Loader=yaml.SafeLoader))
    top = next((number for number, event in enumerate(events) if isinstance(event, yaml.CollectionStartEvent)), None)
    if top is None or not isinstance(events[top], yaml.MappingStartEvent):
        return None
    # The keys and values of the top stand in turns; what is inside of them stands deeper.
    parts = [top + 1 + number for number, (depth, event) in enumerate(_within(events[top:])) if _begins(depth, event)]
    found = None
    for name, value in zip(parts[::2], parts[1::2], strict=True):
        one, other = events[name], events[value]
        if isinstance(one, yaml.ScalarEvent) and one.value == key:
            block = isinstance(other, yaml.SequenceStartEvent) and not other.flow_style
            found = _measured(events[value:]) if block else None
    return found


def _begins(depth: int, event: yaml.Event) -> bool:
    return depth == 1 and not isinstance(event, yaml.CollectionEndEvent)


def _within(events: Sequence[yaml.Event]) -> Iterator[tuple[int, yaml.Event]]:
    """What a collection holds, with its depth in it; begin and end of a collection have the same."""
    depth = 0
    for event in events:
        if isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
            if not depth:
                return
        if depth:
            yield depth, event
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1


def _measured(events: Sequence[yaml.Event]) -> _List | None:
    """What the events of a block sequence say of its indentation, and where its content ends.

    Marks of block ends lie behind comments and empty lines, so that only scalars, aliases and brackets count.
    """
    held = list(_within(events))
    items = [event for depth, event in held if _begins(depth, event)]
    first = next((one for one in items if isinstance(one, yaml.MappingStartEvent) and not one.flow_style), None)
    if first is None:
        return None
    dash = _column(events[0])
    gap = _column(first) - dash
    inner = step = min(gap, 2)
    for (depth, before), (other, event) in itertools.pairwise(held):
        if depth == other and isinstance(before, yaml.ScalarEvent):
            distance = _column(event) - _column(before)
            if isinstance(event, yaml.SequenceStartEvent) and not event.flow_style:
                inner = distance
            elif isinstance(event, yaml.MappingStartEvent) and not event.flow_style:
                step = distance
    ends = [_end(event) for _, event in held if _end(event) > _start(event)]
    return _List(Indentation(dash, gap, inner, step), tuple(map(_start, items)), max(ends))


def _column(event: yaml.Event) -> int:
    assert event.start_mark is not None  # noqa: S101  # the parser marks every event
    return event.start_mark.column


def _start(event: yaml.Event) -> int:
    assert event.start_mark is not None  # noqa: S101  # see _column
    return event.start_mark.index


def _end(event: yaml.Event) -> int:
    assert event.end_mark is not None  # noqa: S101  # see _column
    return event.end_mark.index


def _spliced(text: str, found: _List, item: Mapping[str, Node]) -> tuple[str, int]:
    eol = eol_of(text)
    # A block scalar ends where a line begins, everything else within a line, which a comment may follow.
    place = found.end if text[: found.end].endswith("\n") else _next_line(text, found.end)
    while _belongs(text[place : _next_line(text, place)], found.indentation.dash):
        place = _next_line(text, place)
    head = "" if text[:place].endswith("\n") else eol
    apart = eol if _stands_apart(text, found) else ""
    before = text[:place] + head + apart
    addition = "".join(line + eol for line in lines_of(item, found.indentation))
    return before + addition + text[place:], before.count("\n") + 1


def _next_line(text: str, place: int) -> int:
    end = text.find("\n", place)
    return len(text) if end < 0 else end + 1


def _belongs(line: str, dash: int) -> bool:
    """Whether a comment is one of the last entry, because it is indented deeper than the dashes."""
    return line.lstrip(" ").startswith("#") and len(line) - len(line.lstrip(" ")) > dash


def _stands_apart(text: str, found: _List) -> bool:
    """Whether the last entry of several is set off from the one before it by an empty line."""
    if len(found.starts) < 2:  # noqa: PLR2004  # a pair
        return False
    above = text[: found.starts[-1]].splitlines()[:-1]
    while above and above[-1].lstrip().startswith("#"):
        above.pop()
    return bool(above) and not above[-1].strip()
