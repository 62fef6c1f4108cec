"""How GitHub's expressions are written: from text to nodes, with nothing evaluated.

The grammar is that of GitHub's documentation, "Evaluate expressions in workflows and actions". Whatever is not known
here is an error and never a guess: object filters, `join`, `hashFiles` and `case` among it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tagward.errors import ConfigError
from tagward.workflows.functions import FUNCTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagward.model.workflow_run import Value

MAX_LENGTH = 21_000
"""Characters of one text with expressions (GitHub's own limit)."""
MAX_DEPTH = 50
"""Levels of parentheses and calls (GitHub's own limit)."""
STATUS = frozenset({"success", "failure", "always", "cancelled"})
_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')"
    r"|(?P<number>[-+]?(?:0x[0-9a-fA-F]+|0o[0-7]+|(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)(?![\w.-]))"
    r"|(?P<name>[a-zA-Z_][a-zA-Z0-9_-]*)"
    r"|(?P<sign>&&|\|\||[=!<>]=|[!<>()\[\],.]))",
    re.ASCII,
)
_MAX_INTEGER = 0x7FFFFFFF


@dataclass(frozen=True, slots=True)
class Literal:
    """A value as written."""

    value: Value


@dataclass(frozen=True, slots=True)
class Context:
    """The name of a context, in small letters."""

    name: str


@dataclass(frozen=True, slots=True)
class Call:
    """A function, in small letters, and what it is given."""

    name: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Path:
    """Properties of properties; what stands between dots is a literal."""

    start: Node
    keys: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite."""

    operand: Node


@dataclass(frozen=True, slots=True)
class Comparison:
    """`a == b != c`, from left to right."""

    first: Node
    rest: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class Logic:
    """`a && b && c` or `a || b || c`; it gives one of its operands, as JavaScript does."""

    sign: str
    operands: tuple[Node, ...]


Node = Literal | Context | Call | Path | Not | Comparison | Logic


def parse(text: str) -> Node:
    """Read one expression, without `${{` and `}}`.

    Raises:
        ConfigError: it is none, or more than is known here.
    """
    if len(text) > MAX_LENGTH:
        raise ConfigError(f"an expression is longer than {MAX_LENGTH} characters")
    parser = _Parser(text, list(_tokens(text)))
    node = parser.either()
    if parser.tokens[parser.at] != _END:
        raise parser.unexpected()
    return node


def walk(node: Node) -> Iterator[Node]:
    """The expression and all expressions inside it."""
    yield node
    match node:
        case Call(_, inner) | Logic(_, inner):
            parts: tuple[Node, ...] = inner
        case Path(start, keys):
            parts = (start, *keys)
        case Not(operand):
            parts = (operand,)
        case Comparison(first, rest):
            parts = (first, *(other for _, other in rest))
        case _:
            parts = ()
    for part in parts:
        yield from walk(part)


def asked(node: Node) -> Iterator[tuple[str, ...]]:
    """The contexts that an expression asks, each with the properties that are written out, as `needs`, `gate`."""
    for part in walk(node):
        if isinstance(part, Path) and isinstance(part.start, Context):
            keys = []
            for key in part.keys:
                if not isinstance(key, Literal) or not isinstance(key.value, str):
                    break
                keys.append(key.value)
            yield (part.start.name, *keys)
        elif isinstance(part, Context):
            yield (part.name,)


# From text to nodes.

_END = ("end", "")


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    text = text.rstrip()
    at = 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if not found:
            raise ConfigError(f"`{text}` is no expression that is known here: it cannot be read from `{text[at:]}` on")
        at = found.end()
        yield str(found.lastgroup), found[str(found.lastgroup)]
    yield _END


@dataclass(slots=True)
class _Parser:
    """Recursive descent, from what binds least to what binds most."""

    text: str
    tokens: list[tuple[str, str]]
    at: int = 0
    depth: int = 0

    def unexpected(self) -> ConfigError:
        kind, word = self.tokens[self.at]
        there = f"`{word}` stands where it cannot" if kind != "end" else "it ends too early"
        return ConfigError(f"`{self.text.strip()}` is no expression that is known here: {there}")

    def take(self, *signs: str) -> str:
        """The next token, if it is one of these signs; empty otherwise."""
        kind, word = self.tokens[self.at]
        if kind == "sign" and word in signs:
            self.at += 1
            return word
        return ""

    def must(self, sign: str) -> None:
        if not self.take(sign):
            raise self.unexpected()

    def either(self) -> Node:
        operands = [self.both()]
        while self.take("||"):
            operands.append(self.both())
        return operands[0] if len(operands) == 1 else Logic("||", tuple(operands))

    def both(self) -> Node:
        operands = [self.equality()]
        while self.take("&&"):
            operands.append(self.equality())
        return operands[0] if len(operands) == 1 else Logic("&&", tuple(operands))

    def equality(self) -> Node:
        first, rest = self.order(), []
        while sign := self.take("==", "!="):
            rest.append((sign, self.order()))
        return Comparison(first, tuple(rest)) if rest else first

    def order(self) -> Node:
        first, rest = self.opposite(), []
        while sign := self.take("<", "<=", ">", ">="):
            rest.append((sign, self.opposite()))
        return Comparison(first, tuple(rest)) if rest else first

    def opposite(self) -> Node:
        if not self.take("!"):
            return self.path()
        with _Deeper(self):
            return Not(self.opposite())

    def path(self) -> Node:
        start = self.start()
        keys: list[Node] = []
        while sign := self.take(".", "["):
            if isinstance(start, Literal):
                raise self.unexpected()
            if sign == ".":
                kind, word = self.tokens[self.at]
                if kind != "name":
                    raise self.unexpected()
                self.at += 1
                keys.append(Literal(word))
            else:
                with _Deeper(self):
                    keys.append(self.either())
                self.must("]")
        return Path(start, tuple(keys)) if keys else start

    def start(self) -> Node:
        kind, word = self.tokens[self.at]
        if self.take("("):
            with _Deeper(self):
                inner = self.either()
            self.must(")")
            return inner
        if kind not in {"text", "number", "name"}:
            raise self.unexpected()
        self.at += 1
        if kind == "text":
            return Literal(word[1:-1].replace("''", "'"))
        if kind == "number":
            return Literal(_number(word))
        if self.take("("):
            return self.call(word)
        literals: dict[str, Value] = {"true": True, "false": False, "null": None}
        return Literal(literals[word]) if word in literals else Context(word.lower())

    def call(self, word: str) -> Node:
        name = word.lower()
        arguments: list[Node] = []
        with _Deeper(self):
            while not self.take(")"):
                if arguments:
                    self.must(",")
                arguments.append(self.either())
        least, most = (0, 0) if name in STATUS else FUNCTIONS[name].counts if name in FUNCTIONS else (1, 0)
        if name not in STATUS and name not in FUNCTIONS:
            raise ConfigError(f"the function `{word}` is not known here")
        if not least <= len(arguments) <= most:
            raise ConfigError(f"`{word}` does not take {len(arguments)} values")
        return Call(name, tuple(arguments))


class _Deeper:
    """One level further in; too many are refused before Python's own stack ends."""

    def __init__(self, parser: _Parser) -> None:
        self.parser = parser

    def __enter__(self) -> None:
        self.parser.depth += 1
        if self.parser.depth > MAX_DEPTH:
            raise ConfigError(f"an expression goes more than {MAX_DEPTH} levels deep")

    def __exit__(self, *_: object) -> None:
        self.parser.depth -= 1


def _number(word: str) -> float:
    if word[:2] in {"0x", "0o"}:
        whole = int(word, 0)
        if whole > _MAX_INTEGER:
            raise ConfigError(f"`{word}` is larger than a number of this form can be")
        return float(whole)
    return float(word)
