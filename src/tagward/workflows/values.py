"""How GitHub turns the values of expressions into each other, and compares them.

GitHub's documentation, "Evaluate expressions in workflows and actions", operators and functions; the form of numbers as
text is that of actions/runner (`G15` of .NET).
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

from tagward.errors import ConfigError
from tagward.model.workflow_run import Value

MAX_TEXT = 1 << 20
"""Characters that one expression may give; GitHub's own limit is about the same, in bytes."""
_DECIMAL = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?", re.ASCII)
_HEXADECIMAL = re.compile(r"0x[0-9a-fA-F]{1,8}", re.ASCII)
_OCTAL = re.compile(r"0o[0-7]{1,11}", re.ASCII)


class CannotEvaluate(ConfigError):
    """The expression is well written, but the values that it met are not fit for it; on GitHub the job fails then."""


class Exact(dict[str, Value]):
    """A context whose names are not the same in capitals and small letters: the variables of the environment."""


def truth(value: Value) -> bool:
    """Whether a condition takes a value for true: all but false, 0, NaN, nothing and the empty text."""
    if isinstance(value, list | Mapping):
        return True
    return bool(value) and not (isinstance(value, float) and math.isnan(value))


def text_of(value: Value) -> str:
    """A value as text; arrays and objects are not converted, only named."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case str():
            return value
        case int() | float():
            return _written(float(value))
        case list():
            return "Array"
        case _:
            return "Object"


def number_of(value: Value) -> float:
    """A value as number; NaN for whatever is none."""
    match value:
        case None:
            return 0.0
        case bool() | int() | float():
            return float(value)
        case str():
            return _parsed(value)
        case _:
            return math.nan


def equal(left: Value, right: Value) -> bool:
    """Loose equality: texts without regard to capitals, different types as numbers, objects only with themselves."""
    if isinstance(left, str) and isinstance(right, str):
        return folded(left) == folded(right)
    if isinstance(left, list | Mapping) or isinstance(right, list | Mapping):
        return left is right
    return number_of(left) == number_of(right)


def ordered(left: Value, right: Value) -> int | None:
    """-1, 0 or 1 as the left is less, equal or greater; None where they have no order, and every question is false."""
    if isinstance(left, str) and isinstance(right, str):
        # .NET compares code units of UTF-16, and big-endian bytes have the same order.
        ours, theirs = (folded(text).encode("utf-16-be", "surrogatepass") for text in (left, right))
        return (ours > theirs) - (ours < theirs)
    if isinstance(left, list | Mapping) or isinstance(right, list | Mapping):
        return 0 if left is right else None
    first, second = number_of(left), number_of(right)
    return None if math.isnan(first) or math.isnan(second) else (first > second) - (first < second)


def folded(text: str) -> str:
    """A text as it is compared: character by character in capitals, and no other equivalence (`OrdinalIgnoreCase`)."""
    return "".join(upper if len(upper := character.upper()) == 1 else character for character in text)


def _written(number: float) -> str:
    if math.isnan(number):
        return "NaN"
    if math.isinf(number):
        return "Infinity" if number > 0 else "-Infinity"
    return f"{number:.15G}"


def _parsed(text: str) -> float:
    text = text.strip()
    if not text:
        return 0.0
    if _DECIMAL.fullmatch(text):
        return float(text)
    if _HEXADECIMAL.fullmatch(text) or _OCTAL.fullmatch(text):
        whole = int(text, 0)
        return float(whole if whole < 1 << 31 else whole - (1 << 32)) if whole < 1 << 32 else math.nan
    return {"Infinity": math.inf, "-Infinity": -math.inf}.get(text, math.nan)
