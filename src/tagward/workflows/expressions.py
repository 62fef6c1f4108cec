"""GitHub's expressions evaluated: the part of them that release workflows use, and nothing else.

The rules are those of GitHub's documentation, "Evaluate expressions in workflows and actions"; where it is silent,
those of the runner (actions/runner, `DTExpressions2`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tagward.errors import ConfigError
from tagward.workflows.functions import FUNCTIONS
from tagward.workflows.syntax import (
    MAX_LENGTH,
    STATUS,
    Call,
    Comparison,
    Context,
    Literal,
    Logic,
    Node,
    Not,
    Path,
    parse,
    walk,
)
from tagward.workflows.values import Exact, equal, number_of, ordered, text_of, truth

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagward.model.workflow_run import Value

_ORDER = {"<": (-1,), "<=": (-1, 0), ">": (1,), ">=": (1, 0)}


@dataclass(frozen=True, slots=True)
class Scope:
    """What an expression may ask.

    Attributes:
        contexts: by name; one that is not here is an error, a property that is not in it is nothing.
        status: what the status functions say; empty where they may not be asked.
    """

    contexts: Mapping[str, Value]
    status: Mapping[str, bool] = field(default_factory=dict)


def evaluate(node: Node, scope: Scope) -> Value:  # noqa: C901, PLR0911  # one case for each kind of node
    """What an expression gives.

    Raises:
        ConfigError: it asks for a context that is not there.
        CannotEvaluate: the values are not fit for it, as text that is no JSON for `fromJSON`.
    """
    match node:
        case Literal(value):
            return value
        case Context(name):
            return _context(name, scope)
        case Call(name, arguments):
            if name in STATUS:
                return _status(name, scope)
            return FUNCTIONS[name].call([evaluate(argument, scope) for argument in arguments])
        case Path(start, keys):
            owner = evaluate(start, scope)
            for key in keys:
                owner = _property(owner, evaluate(key, scope))
            return owner
        case Not(operand):
            return not truth(evaluate(operand, scope))
        case Comparison(first, rest):
            left = evaluate(first, scope)
            for sign, other in rest:
                left = _compared(left, sign, evaluate(other, scope))
            return left
        case Logic():
            return _logic(node, scope)


def pieces(text: str) -> Iterator[str | Node]:
    """What a text is made of: plain parts, and the expressions between `${{` and `}}`.

    Raises:
        ConfigError: an expression is not closed, or is none.
    """
    if len(text) > MAX_LENGTH:
        raise ConfigError(f"a text with expressions is longer than {MAX_LENGTH} characters")
    at = 0
    while (start := text.find("${{", at)) >= 0:
        if start > at:
            yield text[at:start]
        end = _end(text, start + 3)
        yield parse(text[start + 3 : end])
        at = end + 2
    if at < len(text):
        yield text[at:]


def interpolate(text: str, scope: Scope) -> str:
    """The text with what its expressions give in their place.

    Raises:
        ConfigError, CannotEvaluate: as `evaluate`.
    """
    return "".join(piece if isinstance(piece, str) else text_of(evaluate(piece, scope)) for piece in pieces(text))


def value(text: str, scope: Scope) -> Value:
    """What a text gives that may be one single expression, and then has its type; otherwise it is a text.

    Raises:
        ConfigError, CannotEvaluate: as `evaluate`.
    """
    found = list(pieces(text.strip()))
    if len(found) == 1 and not isinstance(found[0], str):
        return evaluate(found[0], scope)
    return interpolate(text, scope)


def condition(text: str) -> Node:
    """The expression of an `if`, with or without `${{ }}` around the whole of it.

    `success()` is put before it unless it asks for the status itself (documentation, "Status check functions").

    Raises:
        ConfigError: it is none, or a text with expressions in it, which GitHub takes for true, whatever they say.
    """
    if not text.strip():
        return Call("success", ())
    if "${{" in text:
        found = list(pieces(text.strip()))
        if len(found) != 1 or isinstance(found[0], str):
            raise ConfigError(
                "text beside ${{ }} makes this condition a text, which is always true",
                fixes=("leave the ${{ }} away: a condition is an expression already",),
            )
        node = found[0]
    else:
        node = parse(text)
    asks = any(isinstance(part, Call) and part.name in STATUS for part in walk(node))
    return node if asks else Logic("&&", (Call("success", ()), node))


def holds(text: str, scope: Scope) -> bool:
    """Whether the condition of an `if` is true.

    Raises:
        ConfigError, CannotEvaluate: as `evaluate`.
    """
    return truth(evaluate(condition(text), scope))


def _end(text: str, at: int) -> int:
    """Where the `}}` of an expression is; one inside of a text does not count."""
    quoted = False
    while at < len(text):
        if text[at] == "'":
            quoted = not quoted
        elif not quoted and text.startswith("}}", at):
            return at
        at += 1
    raise ConfigError("an expression is not closed with }}")


def _context(name: str, scope: Scope) -> Value:
    if name not in scope.contexts:
        raise ConfigError(f"`{name}` is not known here")
    return scope.contexts[name]


def _logic(node: Logic, scope: Scope) -> Value:
    """The first operand that settles it, or the last."""
    found: Value = None
    for operand in node.operands:
        found = evaluate(operand, scope)
        if truth(found) is (node.sign == "||"):
            break
    return found


def _status(name: str, scope: Scope) -> bool:
    if name not in scope.status:
        raise ConfigError(f"`{name}()` can be asked in an `if` only")
    return scope.status[name]


def _property(owner: Value, key: Value) -> Value:
    """One property; nothing where there is none, as GitHub has it.

    Names of properties are the same in capitals and small letters, but for variables of the environment.
    """
    if isinstance(owner, list):
        index = number_of(key)
        return owner[int(index)] if 0 <= index < len(owner) else None
    if not isinstance(owner, Mapping) or isinstance(key, list | Mapping):
        return None
    name = text_of(key)
    if name in owner or isinstance(owner, Exact):
        return owner.get(name)
    return next((found for other, found in owner.items() if other.lower() == name.lower()), None)


def _compared(left: Value, sign: str, right: Value) -> bool:
    if sign in {"==", "!="}:
        return equal(left, right) is (sign == "==")
    return ordered(left, right) in _ORDER[sign]
