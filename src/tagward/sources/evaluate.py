"""Expressions of setup.py, read for the few forms that state a version; everything else is unsure, nothing is run."""

from __future__ import annotations

import ast
import operator
import posixpath
import re
from typing import TYPE_CHECKING, Protocol

from tagward.model.places import Place
from tagward.sources.files import Faulty
from tagward.sources.python import literal
from tagward.sources.regex import compiled, search
from tagward.sources.values import (
    MAX_STRING,
    UNKNOWN,
    Dotted,
    Function,
    Match,
    Method,
    Opened,
    PathValue,
    Raised,
    Text,
    Unknown,
    Unsure,
    iterated,
    simple_fields,
    truth,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tagward.sources.python import Module

_COMPARE: dict[type[ast.cmpop], Callable[[object, object], object]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
}
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


class Scope(Protocol):
    """What an expression stands in: names, files, and how functions are called."""

    module: Module

    def step(self) -> None:
        """Count a step; the reading ends after too many."""

    def lookup(self, name: str) -> object:
        """The value of a name."""

    def bind(self, target: ast.expr, value: object) -> None:
        """Give a value to a target."""

    def member(self, dotted: str) -> object:
        """What a dotted name of an own module stands for; a `Dotted` for others."""

    def content(self, path: str) -> Text:
        """The content of a file of the project."""

    def call(self, function: Function, arguments: Sequence[object], named: dict[str, object]) -> object:
        """Read a function of the code with these arguments."""

    def call_dotted(self, name: str, arguments: Sequence[object], named: dict[str, object]) -> object:
        """Read a call of something imported or built in."""


def evaluate(node: ast.expr, scope: Scope) -> object:
    """The value of an expression.

    Raises:
        Unsure: only running the code would tell.
        Raised: the code would raise here.
    """
    scope.step()
    handler = _HANDLERS.get(type(node))
    if handler is None:
        raise Unsure
    value = handler(node, scope)
    if isinstance(value, Unknown) or (isinstance(value, str) and len(value) > MAX_STRING):
        raise Unsure
    return value


def _constant(node: ast.Constant, scope: Scope) -> object:
    if isinstance(node.value, str):
        start, end = scope.module.span(node)
        if scope.module.text[start:end] == node.value:
            return Text.at(node.value, scope.module.path, scope.module.text, start)
    return node.value


def _name(node: ast.Name, scope: Scope) -> object:
    return scope.lookup(node.id)


def _joined(node: ast.JoinedStr, scope: Scope) -> object:
    parts: list[object] = []
    for value in node.values:
        if isinstance(value, ast.FormattedValue):
            if value.format_spec or value.conversion not in {-1, ord("s")}:
                raise Unsure
            parts.append(evaluate(value.value, scope))
        else:
            parts.append(literal(value))
    return _concatenated(parts)


def _concatenated(parts: list[object]) -> object:
    filled = [part for part in parts if part != ""]
    if not all(isinstance(part, str | int) for part in filled):
        raise Unsure
    return filled[0] if len(filled) == 1 and isinstance(filled[0], str) else "".join(map(str, filled))


def _sequence(node: ast.Tuple | ast.List, scope: Scope) -> object:
    values = [_or_unknown(item, scope) for item in node.elts]
    return tuple(values) if isinstance(node, ast.Tuple) else values


def _or_unknown(node: ast.expr, scope: Scope) -> object:
    try:
        return evaluate(node, scope)
    except Unsure:
        return UNKNOWN


def _dict(node: ast.Dict, scope: Scope) -> object:
    found: dict[object, object] = {}
    for key, value in zip(node.keys, node.values, strict=True):
        if key is None:
            more = evaluate(value, scope)
            if not isinstance(more, dict):
                raise Unsure
            found.update(more)
        else:
            found[_hashable(evaluate(key, scope))] = _or_unknown(value, scope)
    return found


def _hashable(value: object) -> object:
    if isinstance(value, str | int | bytes):
        return str(value) if isinstance(value, str) else value
    raise Unsure


def _binary(node: ast.BinOp, scope: Scope) -> object:
    left, right = evaluate(node.left, scope), evaluate(node.right, scope)
    if isinstance(node.op, ast.Div) and isinstance(left, PathValue) and isinstance(right, str):
        return left.joined(right)
    if isinstance(node.op, ast.Add):
        if isinstance(left, str) and isinstance(right, str):
            return _concatenated([left, right])
        if isinstance(left, list | tuple) and type(left) is type(right):
            return [*left, *right] if isinstance(left, list) and isinstance(right, list) else (*left, *iterated(right))
    if isinstance(node.op, ast.Mod) and isinstance(left, str):
        return _percent(left, right)
    raise Unsure


def _percent(template: str, value: object) -> object:
    fields = re.findall(r"%(?:\(\w+\))?.", template)
    if not all(re.fullmatch(r"%(\(\w+\))?[sd]", field) for field in fields):
        raise Unsure
    values = list(value) if isinstance(value, tuple) else [value]
    if isinstance(value, dict):
        values = list(value.values())
    elif not all(isinstance(part, str | int) for part in values):
        raise Unsure
    if template == "%s" and len(values) == 1:
        return values[0]
    try:
        return template % value if isinstance(value, dict) else template % tuple(values)
    except (TypeError, ValueError, KeyError):
        raise Raised from None


def _boolean(node: ast.BoolOp, scope: Scope) -> object:
    value: object = None
    for part in node.values:
        value = evaluate(part, scope)
        if truth(value) != isinstance(node.op, ast.And):
            return value
    return value


def _not(node: ast.UnaryOp, scope: Scope) -> object:
    value = evaluate(node.operand, scope)
    if isinstance(node.op, ast.Not):
        return not truth(value)
    if isinstance(node.op, ast.USub) and isinstance(value, int):
        return -value
    raise Unsure


def _comparison(node: ast.Compare, scope: Scope) -> object:
    left = evaluate(node.left, scope)
    if len(node.ops) != 1:
        raise Unsure
    right, kind = evaluate(node.comparators[0], scope), node.ops[0]
    if any(isinstance(side, Dotted | Method | Opened) for side in (left, right)):
        raise Unsure
    if isinstance(kind, ast.In | ast.NotIn) and isinstance(right, str | list | tuple | dict):
        if isinstance(right, str) != isinstance(left, str) and isinstance(right, str):
            raise Unsure
        return (left in right) == isinstance(kind, ast.In)
    compare = _COMPARE.get(type(kind))
    if compare is None:
        raise Unsure
    return bool(compare(left, right))


def _either(node: ast.IfExp, scope: Scope) -> object:
    return evaluate(node.body if truth(evaluate(node.test, scope)) else node.orelse, scope)


def _comprehension(node: ast.ListComp | ast.GeneratorExp, scope: Scope) -> object:
    if len(node.generators) != 1:
        raise Unsure
    generator = node.generators[0]
    found: list[object] = []
    for item in iterated(evaluate(generator.iter, scope)):
        scope.bind(generator.target, item)
        if all(truth(evaluate(test, scope)) for test in generator.ifs):
            found.append(evaluate(node.elt, scope))
    return found


def _subscript(node: ast.Subscript, scope: Scope) -> object:
    value = evaluate(node.value, scope)
    if isinstance(node.slice, ast.Slice):
        bounds = [evaluate(bound, scope) if bound else None for bound in (node.slice.lower, node.slice.upper)]
        if node.slice.step or not all(isinstance(bound, int | None) for bound in bounds):
            raise Unsure
        if not isinstance(value, str | list | tuple):
            raise Unsure
        start, end, _ = slice(*bounds).indices(len(value))
        return value.part(start, max(start, end)) if isinstance(value, Text) else value[start:end]
    key = evaluate(node.slice, scope)
    if isinstance(value, Match):
        return value.group(key) if isinstance(key, int | str) else _unsure()
    try:
        return value[key] if isinstance(value, dict | list | tuple | str) else _unsure()  # type: ignore[index,call-overload]
    except (KeyError, IndexError, TypeError):
        raise Raised from None


def _unsure() -> object:
    raise Unsure


def _attribute(node: ast.Attribute, scope: Scope) -> object:
    owner = evaluate(node.value, scope)
    if isinstance(owner, Dotted):
        return scope.member(f"{owner.name}.{node.attr}")
    if isinstance(owner, PathValue) and node.attr == "parent":
        return owner.joined("..") if owner.path in {".", ""} else PathValue(posixpath.dirname(owner.path) or ".")
    return Method(owner, node.attr)


def _call(node: ast.Call, scope: Scope) -> object:
    function = evaluate(node.func, scope)
    if isinstance(function, Dotted) and function.name.rpartition(".")[2] == "setup":
        return scope.call_dotted("setup", (), _named(node, scope, lenient=True))
    lenient = isinstance(function, Function) or function == Dotted("dict")
    lenient = lenient or (isinstance(function, Method) and function.name == "update")
    arguments: list[object] = []
    for argument in node.args:
        if isinstance(argument, ast.Starred):
            arguments.extend(iterated(evaluate(argument.value, scope)))
        else:
            arguments.append(_or_unknown(argument, scope) if isinstance(function, Function) else evaluate(argument, scope))
    named = _named(node, scope, lenient=lenient)
    if isinstance(function, Function):
        return scope.call(function, arguments, named)
    if isinstance(function, Dotted):
        return scope.call_dotted(function.name, arguments, named)
    if isinstance(function, Method):
        return _method(function, arguments, named, scope)
    raise Unsure


def _named(node: ast.Call, scope: Scope, *, lenient: bool) -> dict[str, object]:
    found: dict[str, object] = {}
    opaque = False
    for keyword in node.keywords:
        value = _or_unknown(keyword.value, scope) if lenient else evaluate(keyword.value, scope)
        if keyword.arg is not None:
            found[keyword.arg] = value
        elif isinstance(value, dict):
            found.update({str(key): entry for key, entry in value.items()})
        else:
            opaque = True
    if opaque and "version" not in found:
        # Python refuses a keyword given twice, so an unknown mapping matters only where no version is given beside it.
        found["version"] = UNKNOWN
    return found


def _method(method: Method, arguments: list[object], named: dict[str, object], scope: Scope) -> object:
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
        parts = [str(part) if isinstance(part, str) else _unsure() for part in iterated(arguments[0])]
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
    return _concatenated(parts)


def _path_method(owner: PathValue, name: str, arguments: list[object], scope: Scope) -> object:
    if name == "joinpath" and all(isinstance(argument, str) for argument in arguments):
        return owner.joined(*(str(argument) for argument in arguments))
    if name in {"read_text", "read_bytes"}:
        return scope.content(owner.path)
    if name == "open":
        return Opened(scope.content(owner.path))
    raise Unsure


def _file_method(owner: Opened, name: str) -> object:
    if name == "read":
        return owner.content
    if name == "readlines":
        return iterated(owner)
    if name == "readline":
        lines = iterated(owner)
        return lines[0] if lines else ""
    if name == "close":
        return None
    raise Unsure


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
        return owner.get(_hashable(arguments[0]), arguments[1] if len(arguments) > 1 else None)
    if name == "update":
        for argument in arguments:
            owner.update(argument if isinstance(argument, dict) else _unsure_dict())
        owner.update(named)
        return None
    if name == "pop" and arguments:
        return owner.pop(_hashable(arguments[0]), arguments[1] if len(arguments) > 1 else None)
    if name == "copy":
        return dict(owner)
    if name == "items":
        return list(owner.items())
    raise Unsure


def _unsure_dict() -> dict[object, object]:
    raise Unsure


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
            found = [Match(match, subject) for match in pattern.finditer(subject[: 1 << 18])]
            return [match.group(min(1, pattern.groups)) for match in found] if pattern.groups <= 1 else _unsure()
        if name in {"search", "match", "fullmatch"}:
            match = (
                search(pattern, subject, Place("")) if name == "search" else getattr(pattern, name)(subject[: 1 << 18])
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


_HANDLERS: dict[type[ast.expr], Callable[..., object]] = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.JoinedStr: _joined,
    ast.Tuple: _sequence,
    ast.List: _sequence,
    ast.Dict: _dict,
    ast.BinOp: _binary,
    ast.BoolOp: _boolean,
    ast.UnaryOp: _not,
    ast.Compare: _comparison,
    ast.IfExp: _either,
    ast.ListComp: _comprehension,
    ast.GeneratorExp: _comprehension,
    ast.Subscript: _subscript,
    ast.Attribute: _attribute,
    ast.Call: _call,
}
