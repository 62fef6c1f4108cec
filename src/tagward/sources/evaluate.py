"""Expressions of setup.py, read for the few forms that state a version; everything else is unsure, nothing is run."""

from __future__ import annotations

import ast
import operator
import posixpath
import re
from typing import TYPE_CHECKING

from tagward.sources.methods import call_method, concatenated, hashable, unsure
from tagward.sources.python import literal
from tagward.sources.values import (
    MAX_STRING,
    UNKNOWN,
    Dotted,
    Function,
    Match,
    Method,
    Namespace,
    PathValue,
    Raised,
    Text,
    Unknown,
    Unsure,
    certain,
    iterated,
    truth,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from tagward.sources.scope import Scope


_COMPARE: dict[type[ast.cmpop], Callable[[object, object], object]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
}
MAX_LINE = 1000


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
    return concatenated(parts)


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
            found[hashable(evaluate(key, scope))] = _or_unknown(value, scope)
    return found


def _binary(node: ast.BinOp, scope: Scope) -> object:
    left, right = evaluate(node.left, scope), evaluate(node.right, scope)
    if isinstance(node.op, ast.Div) and isinstance(left, PathValue) and isinstance(right, str):
        return left.joined(right)
    if isinstance(node.op, ast.Add):
        if isinstance(left, str) and isinstance(right, str):
            return concatenated([left, right])
        if isinstance(left, list | tuple) and type(left) is type(right):
            return [*left, *right] if isinstance(left, list) and isinstance(right, list) else (*left, *iterated(right))
    if isinstance(node.op, ast.Mod) and isinstance(left, str):
        return _percent(left, right)
    if (
        isinstance(node.op, ast.Mult)
        and isinstance(left, str)
        and isinstance(right, int)
        and len(left) * right < MAX_LINE
    ):
        return str(left) * right
    if isinstance(left, int) and isinstance(right, int) and isinstance(node.op, ast.Add | ast.Sub):
        return left + right if isinstance(node.op, ast.Add) else left - right
    raise Unsure


def _percent(template: str, value: object) -> object:
    fields = re.findall(r"%(?:\(\w+\))?.", template)
    keys = [match[1] for match in (re.fullmatch(r"%(?:\((\w+)\))?[sd]", field) for field in fields) if match]
    if len(keys) != len(fields):
        raise Unsure
    try:
        used = (
            [value[key] for key in keys]
            if isinstance(value, dict)
            else list(value if isinstance(value, tuple) else (value,))
        )
    except KeyError:
        raise Raised from None
    if not all(isinstance(part, str | int) for part in used):
        raise Unsure
    if template == "%s" and len(used) == 1:
        return used[0]
    try:
        return template % (value if isinstance(value, dict) else tuple(used))
    except (TypeError, ValueError):
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
    if len(node.ops) != 1:
        raise Unsure
    left, right = certain(evaluate(node.left, scope)), certain(evaluate(node.comparators[0], scope))
    kind = node.ops[0]
    if isinstance(kind, ast.In | ast.NotIn) and isinstance(right, str | list | tuple | dict):
        if isinstance(right, str) and not isinstance(left, str):
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
    items = iterated(evaluate(generator.iter, scope))
    found: list[object] = []
    with scope.inner():
        for item in items:
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
        return value.group(key) if isinstance(key, int | str) else unsure()
    try:
        return value[key] if isinstance(value, dict | list | tuple | str) else unsure()  # type: ignore[index,call-overload]
    except (KeyError, IndexError, TypeError):
        raise Raised from None


def _attribute(node: ast.Attribute, scope: Scope) -> object:
    owner = evaluate(node.value, scope)
    if isinstance(owner, Dotted):
        return scope.member(f"{owner.name}.{node.attr}")
    if isinstance(owner, PathValue) and node.attr == "parent":
        return owner.joined("..") if owner.path in {".", ""} else PathValue(posixpath.dirname(owner.path) or ".")
    if isinstance(owner, Namespace):
        return owner.names.get(node.attr, UNKNOWN)
    return Method(owner, node.attr)


def _call(node: ast.Call, scope: Scope) -> object:
    function = _or_unknown(node.func, scope)
    if not isinstance(function, Function) and getattr(node.func, "id", getattr(node.func, "attr", "")) == "setup":
        return scope.call_dotted("setup", (), _named(node, scope, lenient=True))
    lenient = isinstance(function, Function) or function == Dotted("dict")
    lenient = lenient or (isinstance(function, Method) and function.name == "update")
    arguments: list[object] = []
    for argument in node.args:
        if isinstance(argument, ast.Starred):
            arguments.extend(iterated(evaluate(argument.value, scope)))
        else:
            arguments.append(
                _or_unknown(argument, scope) if isinstance(function, Function) else evaluate(argument, scope)
            )
    named = _named(node, scope, lenient=lenient)
    if isinstance(function, Function):
        return scope.call(function, arguments, named)
    if isinstance(function, Dotted):
        return scope.call_dotted(function.name, arguments, named)
    if isinstance(function, Method):
        return call_method(function, arguments, named, scope)
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
