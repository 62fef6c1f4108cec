"""The functions of GitHub's expressions that are known here (documentation, "Evaluate expressions", functions)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tagward.workflows.values import MAX_TEXT, CannotEvaluate, equal, folded, text_of

if TYPE_CHECKING:
    from tagward.model.workflow_run import Value

_MANY = 256
_EXACT = 1e15
_FIELD = re.compile(r"\{\{|\}\}|\{(?P<index>\d{1,3})\}|[{}]", re.ASCII)


@dataclass(frozen=True, slots=True)
class Function:
    """A function.

    Attributes:
        counts: the least and the largest number of values it takes.
        call: what it does.
    """

    counts: tuple[int, int]
    call: Callable[[list[Value]], Value]


def _contains(values: list[Value]) -> bool:
    search, item = values
    if isinstance(search, list):
        return any(equal(one, item) for one in search)
    if isinstance(search, Mapping) or isinstance(item, list | Mapping):
        return False
    return folded(text_of(item)) in folded(text_of(search))


def _starts_with(values: list[Value]) -> bool:
    text, start = (folded(text_of(one)) for one in values)
    return not _any_collection(values) and text.startswith(start)


def _ends_with(values: list[Value]) -> bool:
    text, end = (folded(text_of(one)) for one in values)
    return not _any_collection(values) and text.endswith(end)


def _format(values: list[Value]) -> str:
    pattern, texts = text_of(values[0]), [text_of(one) for one in values[1:]]
    size = 0

    def put(found: re.Match[str]) -> str:
        nonlocal size
        if found[0] in {"{{", "}}"}:
            return found[0][0]
        if found["index"] is None or int(found["index"]) >= len(texts):
            raise CannotEvaluate(f"`{pattern[:80]}` is no pattern for {len(texts)} values")
        text = texts[int(found["index"])]
        size += len(text)
        if size > MAX_TEXT:
            raise CannotEvaluate(f"an expression gives more than {MAX_TEXT} characters")
        return text

    return _FIELD.sub(put, pattern)


def _from_json(values: list[Value]) -> Value:
    text = text_of(values[0])
    if len(text) > MAX_TEXT:
        raise CannotEvaluate(f"fromJSON is given more than {MAX_TEXT} characters")
    try:
        found: Value = json.loads(text, parse_int=float, parse_constant=_no_number)
    except (ValueError, RecursionError, MemoryError) as failure:
        raise CannotEvaluate(f"fromJSON cannot read {text[:80]!r}: {failure}") from None
    return found


def _to_json(values: list[Value]) -> str:
    try:
        text = json.dumps(_whole(values[0]), indent=2, ensure_ascii=False, allow_nan=False)
    except (ValueError, TypeError, RecursionError, MemoryError) as failure:
        raise CannotEvaluate(f"toJSON cannot write this: {type(failure).__name__}") from None
    if len(text) > MAX_TEXT:
        raise CannotEvaluate(f"an expression gives more than {MAX_TEXT} characters")
    return text


def _whole(value: Value) -> object:
    """The same with whole numbers as such: GitHub writes 3, and not 3.0."""
    match value:
        case float():
            return int(value) if value.is_integer() and abs(value) < _EXACT else value
        case list():
            return [_whole(one) for one in value]
        case Mapping():
            return {key: _whole(one) for key, one in value.items()}
        case _:
            return value


def _no_number(word: str) -> float:
    raise ValueError(f"{word} is no JSON")


def _any_collection(values: list[Value]) -> bool:
    return any(isinstance(one, list | Mapping) for one in values)


FUNCTIONS = {
    "contains": Function((2, 2), _contains),
    "startswith": Function((2, 2), _starts_with),
    "endswith": Function((2, 2), _ends_with),
    "format": Function((2, _MANY), _format),
    "tojson": Function((1, 1), _to_json),
    "fromjson": Function((1, 1), _from_json),
}
"""By name in small letters: GitHub does not tell capitals in names of functions."""
