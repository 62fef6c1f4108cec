"""Methods of the values that setup.py reads its version with: strings, paths, files, mappings, matches."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tagward.model.places import Place
from tagward.sources.files import Faulty
from tagward.sources.regex import MAX_TEXT, compiled, search
from tagward.sources.values import (
    Loader,
    Match,
    Method,
    Opened,
    PathValue,
    Raised,
    Text,
    Unsure,
    iterated,
    simple_fields,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tagward.sources.scope import Scope

_KEPT = {"decode", "encode", "resolve", "absolute", "expanduser", "__str__", "as_posix"}
_PLAIN_METHODS = {
    "startswith",
    "endswith",
    "lower",
    "upper",
    "find",
    "rfind",
    "index",
    "count",
    "isdigit",
    "replace",
    "isalpha",
}
_SPLITS = {"split", "rsplit", "splitlines", "partition", "rpartition"}
_STRIPS = {"strip", "lstrip", "rstrip", "removeprefix", "removesuffix"}


def concatenated(parts: list[object]) -> object:
    """Pieces of text put together; one piece keeps its place.

    Raises:
        Unsure: a piece is no text or number.
    """
    filled = [part for part in parts if part != ""]
    if not all(isinstance(part, str | int) for part in filled):
        raise Unsure
    return filled[0] if len(filled) == 1 and isinstance(filled[0], str) else "".join(map(str, filled))


def hashable(value: object) -> object:
    """A key of a mapping.

    Raises:
        Unsure: it is of another kind than keys commonly are.
    """
    if isinstance(value, str | int | bytes | re.Pattern):
        return str(value) if isinstance(value, str) else value
    raise Unsure


def unsure() -> object:
    """Only running the code would tell, as an expression."""
    raise Unsure


def call_method(  # noqa: C901, PLR0911  # one for each kind of value
    method: Method, arguments: list[object], named: dict[str, object], scope: Scope
) -> object:
    """Call a method of a value.

    Raises:
        Unsure: it is none that setup scripts read a version with.
        Raised: the call would raise.
    """
    owner, name = method.owner, method.name
    if name in _KEPT and isinstance(owner, str | PathValue):
        return owner
    if isinstance(owner, str):
        return _string_method(owner, name, arguments, named)
    if isinstance(owner, PathValue):
        return _path_method(owner, name, arguments, scope)
    if isinstance(owner, Opened):
        return _file_method(owner, name)
    if isinstance(owner, re.Pattern):
        return apply_regex(name, owner, arguments)
    if isinstance(owner, Match):
        return _match_method(owner, name, arguments)
    if isinstance(owner, Loader) and name == "load_module":
        return scope.load(owner.path)
    if isinstance(owner, dict):
        return _dict_method(owner, name, arguments, named)
    if isinstance(owner, list) and name == "append" and len(arguments) == 1:
        owner.append(arguments[0])
        return None
    if owner is None:
        raise Raised
    raise Unsure


def _string_method(owner: str, name: str, arguments: list[object], named: dict[str, object]) -> object:
    if name == "join" and len(arguments) == 1:
        parts = [str(part) if isinstance(part, str) else unsure() for part in iterated(arguments[0])]
        return owner.join(str(part) for part in parts)
    if name == "format":
        return _formatted(owner, arguments, named)
    if not all(isinstance(argument, str | int | None) for argument in arguments) or named:
        raise Unsure
    try:
        if name in _STRIPS | _PLAIN_METHODS | _SPLITS:
            value: object = getattr(str(owner), name)(*arguments)
        else:
            raise Unsure
    except (TypeError, ValueError):
        raise Raised from None
    if name in _STRIPS and isinstance(value, str) and isinstance(owner, Text):
        begins = len(owner) - len(value) if name in {"lstrip", "removeprefix"} else str(owner).find(value)
        return owner.part(begins, begins + len(value))
    if name in _SPLITS and isinstance(owner, Text) and isinstance(value, list | tuple):
        return owner.parts([str(part) for part in value])
    return value


def _formatted(template: str, arguments: list[object], named: dict[str, object]) -> object:
    parts: list[object] = []
    for index, (piece, field) in enumerate(simple_fields(template)):
        parts.append(piece)
        if field == "\0":
            break
        try:
            parts.append(named[field] if field and not field.isdigit() else arguments[int(field or index)])
        except (KeyError, IndexError):
            raise Raised from None
    return concatenated(parts)


def _path_method(owner: PathValue, name: str, arguments: list[object], scope: Scope) -> object:
    if name == "joinpath" and all(isinstance(argument, str) for argument in arguments):
        return owner.joined(*(str(argument) for argument in arguments))
    if name in {"read_text", "read_bytes"}:
        return scope.content(owner.path)
    if name == "open":
        return Opened(scope.content(owner.path))
    raise Unsure


def _file_method(owner: Opened, name: str) -> object:
    if name == "close":
        return None
    if name not in {"read", "readlines", "readline"}:
        raise Unsure
    if name == "read":
        return owner.take()
    lines = iterated(owner)
    return lines if name == "readlines" else lines[0] if lines else ""


def _match_method(owner: Match, name: str, arguments: list[object]) -> object:
    keys = [argument for argument in arguments if isinstance(argument, int | str)]
    if name == "group" and len(keys) == len(arguments) <= 1:
        return owner.group(*keys)
    if name == "groups" and not arguments:
        return tuple(owner.group(index + 1) for index in range(owner.match.re.groups))
    if name == "groupdict" and not arguments:
        return {key: owner.group(key) for key in owner.match.groupdict()}
    raise Unsure


def _dict_method(owner: dict[object, object], name: str, arguments: list[object], named: dict[str, object]) -> object:
    if name == "get" and arguments:
        return owner.get(hashable(arguments[0]), arguments[1] if len(arguments) > 1 else None)
    if name == "update":
        for argument in arguments:
            owner.update(pairs(argument))
        owner.update(named)
        return None
    if name == "pop" and arguments:
        return owner.pop(hashable(arguments[0]), arguments[1] if len(arguments) > 1 else None)
    if name == "copy":
        return dict(owner)
    if name == "items":
        return list(owner.items())
    raise Unsure


def pairs(value: object) -> dict[object, object]:
    """A mapping, or what a sequence of pairs makes one.

    Raises:
        Unsure: it is neither.
    """
    if isinstance(value, dict):
        return value
    entries = iterated(value)
    if not all(isinstance(entry, tuple | list) and len(entry) == 2 for entry in entries):  # noqa: PLR2004  # key and value
        raise Unsure
    return {hashable(iterated(entry)[0]): iterated(entry)[1] for entry in entries}


def apply_regex(name: str, pattern: re.Pattern[str], arguments: Sequence[object]) -> object:
    """A function of `re`, or a method of a pattern, on one string.

    Raises:
        Unsure: it is another one, or the string is too long.
    """
    subject = arguments[0] if arguments else None
    if not isinstance(subject, str) or len(arguments) != 1:
        raise Unsure
    try:
        if name == "findall":
            search(pattern, "", Place(""))
            found = [Match(match, subject) for match in pattern.finditer(subject[:MAX_TEXT])]
            if pattern.groups > 1:
                return [tuple(match.group(index + 1) for index in range(pattern.groups)) for match in found]
            return [match.group(pattern.groups) for match in found]
        if name in {"search", "match", "fullmatch"}:
            match = (
                search(pattern, subject, Place("")) if name == "search" else getattr(pattern, name)(subject[:MAX_TEXT])
            )
            return Match(match, subject) if match else None
    except Faulty:
        raise Unsure from None
    raise Unsure


def regex_of(pattern: object, flags: object) -> re.Pattern[str]:
    """Compile a pattern of the code.

    Raises:
        Unsure: it is not known, or might take for ever.
    """
    if isinstance(pattern, re.Pattern):
        return pattern
    if not isinstance(pattern, str) or not isinstance(flags, int):
        raise Unsure
    try:
        return compiled(str(pattern), Place(""), int(flags))
    except Faulty:
        raise Unsure from None
