"""The functions of the standard library that setup scripts read their version with, and what they would answer."""

from __future__ import annotations

import ast
import posixpath
import re
from typing import TYPE_CHECKING

from tagward.sources.methods import apply_regex, pairs, regex_of
from tagward.sources.python import literal
from tagward.sources.values import Dotted, Loader, Opened, PathValue, Raised, Text, Unsure, iterated, placed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tagward.sources.scope import Scope

_SAME_PATH = {
    "os.path.abspath",
    "os.path.realpath",
    "os.path.normpath",
    "os.path.expanduser",
    "os.fspath",
    "distutils.util.convert_path",
}
_FLAGS = {
    f"re.{name}": flag
    for short, flag in re.RegexFlag.__members__.items()
    for name in (short, flag.name)
    if short != "DEBUG" and name != "DEBUG"
}


def call_known(name: str, arguments: Sequence[object], named: dict[str, object], scope: Scope) -> object:  # noqa: PLR0911  # one for each family
    """The answer of a harmless function.

    Raises:
        Unsure: it is none of these.
        Raised: it would raise.
    """
    if name in {"open", "io.open", "codecs.open"} and arguments:
        return Opened(scope.content(_path(arguments[0])))
    if name.startswith("os.path.") or name in _SAME_PATH or name in {"os.getcwd", "os.curdir"}:
        return _os(name, arguments)
    if name in {"pathlib.Path", "Path", "pathlib.PurePath"}:
        return PathValue(posixpath.normpath(posixpath.join("", *(map(_path, arguments)))) if arguments else ".")
    if name.startswith("re."):
        return _regex(name, arguments, named)
    if name in {"ast.literal_eval", "literal_eval"} and isinstance(arguments[0], str):
        return _literal(arguments[0])
    if name == "compile" and arguments and isinstance(arguments[0], Text):
        return arguments[0]
    if name.startswith(("importlib.", "imp.", "__import__")):
        return _import(name, arguments, scope)
    handler = _PLAIN.get(name)
    if handler is None:
        raise Unsure
    try:
        return handler(*arguments, **named)
    except (TypeError, ValueError, IndexError, KeyError):
        raise Raised from None


def _import(name: str, arguments: Sequence[object], scope: Scope) -> object:
    values = [str(value) if isinstance(value, str) else value for value in arguments]
    match name.rpartition(".")[2], values:
        case (("import_module" | "__import__"), [str(dotted), *_]):
            return Dotted(dotted)
        case (("SourceFileLoader" | "spec_from_file_location"), [_, path]):
            return Loader(_path(path))
        case "module_from_spec", [Loader(path)]:
            return scope.load(path)
        case "load_source", [_, path, *_]:
            return scope.load(_path(path))
        case _:
            raise Unsure


def _path(value: object) -> str:
    if isinstance(value, PathValue):
        return value.path
    if isinstance(value, str):
        return str(value)
    raise Unsure


def _os(name: str, arguments: Sequence[object]) -> object:  # noqa: PLR0911  # one for each function
    if name == "os.getcwd":
        return "."
    paths = [_path(argument) for argument in arguments]
    if not paths:
        raise Unsure
    match name.rpartition(".")[2]:
        case "join":
            return posixpath.join(*paths)
        case "dirname":
            return posixpath.dirname(paths[0])
        case "basename":
            return posixpath.basename(paths[0])
        case "split":
            return posixpath.split(paths[0])
        case "splitext":
            return posixpath.splitext(paths[0])
        case _:
            pass
    if name in _SAME_PATH:
        return paths[0]
    raise Unsure


def _regex(name: str, arguments: Sequence[object], named: dict[str, object]) -> object:
    values = list(arguments)
    function = name.removeprefix("re.")
    flags = named.get("flags", values[1 if function == "compile" else 2 :][:1])
    pattern = regex_of(values[0] if values else None, _flags(flags))
    return pattern if function == "compile" else apply_regex(function, pattern, values[1:2])


def _flags(value: object) -> int:
    if isinstance(value, list):
        return _flags(value[0]) if value else 0
    if isinstance(value, Dotted) and value.name in _FLAGS:
        return int(_FLAGS[value.name])
    if isinstance(value, int):
        return value
    raise Unsure


def _literal(text: str) -> object:
    stripped = text.strip()
    try:
        value = literal(ast.parse(stripped, mode="eval").body)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise Raised from None
    return placed(text, value) if isinstance(value, str) else value


def _str(value: object = "") -> object:
    if isinstance(value, str):
        return value
    if isinstance(value, PathValue):
        return value.path
    if isinstance(value, int | float):
        return str(value)
    raise Unsure


def _next(value: object, *default: object) -> object:
    items = iterated(value)
    return items[0] if items else default[0]


def _dict(*arguments: object, **named: object) -> object:
    found: dict[object, object] = {}
    for argument in arguments:
        found.update(pairs(argument))
    return found | dict(named)


def _mapped(function: object, values: object) -> object:
    if isinstance(function, Dotted) and function.name in {"str", "int"}:
        return [(_str if function.name == "str" else _int)(value) for value in iterated(values)]
    raise Unsure


def _int(value: object) -> object:
    if isinstance(value, str | int):
        return int(value)
    raise Unsure


def _len(value: object) -> object:
    return len(iterated(value))


_PLAIN: dict[str, Callable[..., object]] = {
    "str": _str,
    "int": _int,
    "len": _len,
    "next": _next,
    "iter": lambda value: value,
    "list": lambda *value: iterated(value[0]) if value else [],
    "tuple": lambda *value: tuple(iterated(value[0])) if value else (),
    "dict": _dict,
    "map": _mapped,
    "print": lambda *_, **__: None,
    "distutils.version.StrictVersion": _str,
    "distutils.version.LooseVersion": _str,
    "sys.path.insert": lambda *_: None,
    "sys.path.append": lambda *_: None,
    "os.chdir": lambda *_: None,
    "reversed": lambda value: iterated(value)[::-1],
}
