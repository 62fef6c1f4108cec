"""What an expression of setup.py stands in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import ast
    from collections.abc import Sequence
    from contextlib import AbstractContextManager

    from tagward.sources.python import Module
    from tagward.sources.values import Function, Namespace, Text


class Scope(Protocol):
    """What an expression stands in: names, files, and how functions are called."""

    module: Module

    def step(self) -> None:
        """Count a step; the reading ends after too many."""

    def lookup(self, name: str) -> object:
        """The value of a name."""

    def bind(self, target: ast.expr, value: object) -> None:
        """Give a value to a target."""

    def inner(self) -> AbstractContextManager[None]:
        """What is bound inside is forgotten after it."""

    def member(self, dotted: str) -> object:
        """What a dotted name of an own module stands for; a `Dotted` for others."""

    def load(self, path: str) -> Namespace:
        """The names of the module in a file of the project."""

    def content(self, path: str) -> Text:
        """The content of a file of the project."""

    def call(self, function: Function, arguments: Sequence[object], named: dict[str, object]) -> object:
        """Read a function of the code with these arguments."""

    def call_dotted(self, name: str, arguments: Sequence[object], named: dict[str, object]) -> object:
        """Read a call of something imported or built in."""
