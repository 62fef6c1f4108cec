"""A project's own regular expressions, used only where they cannot run away."""

from __future__ import annotations

import re
import warnings
from typing import TYPE_CHECKING

from tagward.sources.files import Faulty

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tagward.model.places import Place

MAX_PATTERN = 1000
MAX_TEXT = 1 << 18
MAX_OPEN = 12
_REPEATS = {"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"}
_FEW = 8
_CLASSES = {"CATEGORY_DIGIT": r"\d", "CATEGORY_WORD": r"\w", "CATEGORY_SPACE": r"\s"}


def compiled(pattern: str, place: Place, flags: int = 0) -> re.Pattern[str]:
    """Compile a project's pattern.

    Python's engine backtracks and cannot be stopped, so nested repeats whose parts overlap are refused: what they
    match is left to the build.

    Raises:
        Faulty: it is no regular expression, or one that may take for ever.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = re._parser.parse(pattern, flags)  # type: ignore[attr-defined]  # noqa: SLF001  # see _runs_away
            found = re.compile(pattern, flags)
    except (re.error, RecursionError, OverflowError, ValueError, MemoryError) as failure:
        raise Faulty(place, f"it is no regular expression: {failure}") from None
    if len(pattern) > MAX_PATTERN or _opens(tree) > MAX_OPEN or _runs_away(tree):
        raise Faulty(place, "this regular expression may take for ever, so only the build decides")
    return found


def search(pattern: re.Pattern[str], text: str, place: Place) -> re.Match[str] | None:
    """Search a text of moderate length.

    Raises:
        Faulty: the text is too long for a project's own pattern.
    """
    if len(text) > MAX_TEXT:
        raise Faulty(place, f"it has {len(text)} characters, too many for a search")
    return pattern.search(text)


def _items(node: object) -> Sequence[tuple[object, object]]:
    return node if not isinstance(node, tuple) and hasattr(node, "__getitem__") else ()  # type: ignore[return-value]


def _children(argument: object) -> list[object]:
    """The subpatterns in an instruction's argument."""
    if isinstance(argument, list | tuple):
        return [child for part in argument for child in _children(part)]
    return [argument] if type(argument).__name__ == "SubPattern" else []


def _opens(tree: object) -> int:
    count = 0
    for operation, argument in _items(tree):
        count += str(operation) in _REPEATS and isinstance(argument, tuple) and int(argument[1]) > _FEW
        count += sum(map(_opens, _children(argument)))
    return count


def _runs_away(tree: object) -> bool:
    for operation, argument in _items(tree):
        children = _children(argument)
        repeats = str(operation) in _REPEATS and isinstance(argument, tuple) and int(argument[1]) > _FEW
        if repeats and any(_varies(child) and not _separated(child) for child in children):
            return True
        if any(map(_runs_away, children)):
            return True
    return False


def _varies(tree: object) -> bool:
    """Whether a repeated part may match in more than one length or way."""
    return any(
        str(operation) in _REPEATS or str(operation) == "BRANCH" or any(map(_varies, _children(argument)))
        for operation, argument in _items(tree)
    )


def _separated(tree: object) -> bool:
    """Whether a repeated part begins with a character that nothing repeated in it can match: a dot, then digits."""
    items = list(_items(tree))
    while len(items) == 1 and str(items[0][0]) == "SUBPATTERN":
        items = [item for child in _children(items[0][1]) for item in _items(child)]
    if not items or str(items[0][0]) != "LITERAL" or not isinstance(items[0][1], int):
        return False
    first = chr(items[0][1])
    return all(_excludes(item, first) for item in items[1:])


def _excludes(item: tuple[object, object], character: str) -> bool:
    operation, argument = item
    if str(operation) in _REPEATS:
        inner = [part for child in _children(argument) for part in _items(child)]
        return len(inner) == 1 and _excludes(inner[0], character)
    if str(operation) == "LITERAL":
        return argument != ord(character)
    if str(operation) == "IN" and isinstance(argument, list):
        return not any(_may_match(part, character) for part in argument)
    return False


def _may_match(part: tuple[object, object], character: str) -> bool:
    operation, argument = str(part[0]), part[1]
    if operation == "LITERAL":
        return argument == ord(character)
    if operation == "RANGE" and isinstance(argument, tuple):
        return int(argument[0]) <= ord(character) <= int(argument[1])
    if operation == "CATEGORY":
        shorthand = _CLASSES.get(str(argument))
        return shorthand is None or re.match(shorthand, character) is not None
    return True
