"""What the import of one module runs: its import statements, and its uses of what only some Pythons have."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_KEPT_BACK = (ast.If, ast.IfExp, ast.BoolOp, ast.Try, ast.TryStar, ast.Match, ast.While)


@dataclass(frozen=True, slots=True)
class Imported:
    """One name of an import statement.

    Attributes:
        module: absolute; of `from a import b` the `a`.
        name: of `from a import b` the `b`; empty for `import a`.
        node: where.
        bound: what it is called in the module.
    """

    module: str
    name: str
    node: ast.stmt
    bound: str


@dataclass(slots=True)
class Statements:
    """The imports of one module.

    Attributes:
        package: the package that relative imports begin at, as parts.
        certain: those that run whenever the module is imported, and whose failure is its failure.
        careful: those that may not run: under a condition, where a failure is caught, or in a function.
    """

    package: tuple[str, ...]
    certain: list[Imported] = field(default_factory=list)
    careful: list[Imported] = field(default_factory=list)

    def read(self, body: Iterable[ast.stmt], *, certain: bool = True) -> Statements:
        """Go through statements in order; what only type checkers read is left out."""
        for node in body:
            match node:
                case ast.Import() | ast.ImportFrom():
                    (self.certain if certain else self.careful).extend(self._imported(node))
                case ast.If():
                    read_by_all = not _names(node.test) & {"TYPE_CHECKING"}
                    self.read([*(node.body if read_by_all else ()), *node.orelse], certain=False)
                case ast.Try() | ast.TryStar():
                    self.read([*node.body, *node.orelse], certain=certain and not node.handlers)
                    self.read((one for handler in node.handlers for one in handler.body), certain=False)
                    self.read(node.finalbody, certain=certain)
                case ast.With():
                    guards = any(_names(item.context_expr) & {"suppress"} for item in node.items)
                    self.read(node.body, certain=certain and not guards)
                case ast.ClassDef():
                    self.read(node.body, certain=certain)
                case ast.For() | ast.While() | ast.FunctionDef() | ast.AsyncFunctionDef():
                    self.read([*node.body, *getattr(node, "orelse", ())], certain=False)
                case _:
                    pass
        return self

    def _imported(self, node: ast.Import | ast.ImportFrom) -> Iterator[Imported]:
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Imported(alias.name, "", node, alias.asname or alias.name)
            return
        above = self.package[: len(self.package) - node.level + 1] if node.level else ()
        module = ".".join([*above, *([node.module] if node.module else [])])
        for alias in node.names:
            yield Imported(module, alias.name, node, alias.asname or alias.name)


def uses(tree: ast.AST, modules: dict[str, str]) -> Iterator[tuple[str, str, ast.Attribute]]:
    """Attributes of modules that are read outside every condition, as module, attribute and node.

    Args:
        tree: of the module.
        modules: what imported modules are called there, and their true names.
    """
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, _KEPT_BACK):
            continue
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
            dotted = _dotted(node.value)
            if dotted in modules:
                yield modules[dotted], node.attr, node
        waiting += ast.iter_child_nodes(node)


def _dotted(node: ast.expr) -> str:
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else ""


def _names(node: ast.expr) -> set[str]:
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name)} | {
        one.attr for one in ast.walk(node) if isinstance(one, ast.Attribute)
    }
