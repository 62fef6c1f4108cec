"""The statements of setup.py, followed as far as they are certain; what a branch may change in two ways is unknown."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from tagward.sources.evaluate import evaluate
from tagward.sources.reading import MAX_STEPS, Names, Returned, Stopped
from tagward.sources.values import UNKNOWN, Dotted, Function, Opened, Raised, Unsure, iterated, truth

if TYPE_CHECKING:
    from collections.abc import Iterable


class _Loop(Exception):
    """`break` or `continue`."""

    def __init__(self, *, ends: bool) -> None:
        super().__init__()
        self.ends = ends


class _UnclearLoopError(Exception):
    """A loop may end here, or may go on."""


class Reader(Names):
    """Follows the statements of one script of the project."""

    local: dict[str, object] | None
    names: dict[str, object]

    def run(self, body: Iterable[ast.stmt]) -> None:
        """Follow statements in order."""
        for statement in body:
            self.step()
            handler = getattr(self, f"_{type(statement).__name__.lower()}", None)
            try:
                if handler:
                    handler(statement)
                else:
                    self._forget(statement)
            except Unsure:
                self._forget(statement)

    def _forget(self, statement: ast.stmt) -> None:
        """What a statement binds, and what it may have changed, is unknown from here on."""
        self.unsure += 1
        scope = self.names if self.local is None else self.local
        for node in ast.walk(statement):
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                scope[node.name] = UNKNOWN
            if isinstance(node, ast.Name):
                stored = not isinstance(node.ctx, ast.Load)
                if stored or isinstance(scope.get(node.id), dict | list):
                    scope[node.id] = UNKNOWN
            if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == "setup":
                self.calls.append({"version": UNKNOWN})

    def _expr(self, node: ast.Expr) -> None:
        evaluate(node.value, self)

    def _assign(self, node: ast.Assign) -> None:
        try:
            value = evaluate(node.value, self)
        except Unsure:
            # One unknown entry does not make the whole mapping unknown.
            if not all(isinstance(target, ast.Subscript) for target in node.targets):
                raise
            value = UNKNOWN
        for target in node.targets:
            self.bind(target, value)

    def _annassign(self, node: ast.AnnAssign) -> None:
        if node.value:
            self.bind(node.target, evaluate(node.value, self))

    def _augassign(self, node: ast.AugAssign) -> None:
        target = (
            ast.copy_location(ast.Name(node.target.id, ast.Load()), node) if isinstance(node.target, ast.Name) else None
        )
        if target is None:
            raise Unsure
        self.bind(node.target, evaluate(ast.copy_location(ast.BinOp(target, node.op, node.value), node), self))

    def _functiondef(self, node: ast.FunctionDef) -> None:
        scope = self.names if self.local is None else self.local
        scope[node.name] = UNKNOWN if node.decorator_list else Function(node, self.module, self.names)

    def _classdef(self, node: ast.ClassDef) -> None:
        (self.names if self.local is None else self.local)[node.name] = UNKNOWN

    def _import(self, node: ast.Import) -> None:
        for alias in node.names:
            top = alias.name if alias.asname else alias.name.split(".")[0]
            (self.names if self.local is None else self.local)[alias.asname or top] = Dotted(top)

    def _importfrom(self, node: ast.ImportFrom) -> None:
        scope = self.names if self.local is None else self.local
        base = node.module or ""
        if node.level:
            folder = self.module.path.removeprefix(self.files.folder + "/").split("/")[: -node.level]
            base = ".".join([*folder, *([base] if base else [])])
        for alias in node.names:
            if alias.name != "*":
                scope[alias.asname or alias.name] = Dotted(f"{base}.{alias.name}")

    def _return(self, node: ast.Return) -> None:
        try:
            value = evaluate(node.value, self) if node.value else None
        except Unsure:
            value = UNKNOWN
        raise Returned(value)

    def _pass(self, node: ast.Pass) -> None:
        """Nothing."""

    _assert = _pass

    def _global(self, node: ast.Global | ast.Nonlocal) -> None:
        # Names of outer scopes are not followed into functions that change them.
        for name in node.names:
            self.names[name] = UNKNOWN

    _nonlocal = _global

    def _raise(self, _node: ast.Raise) -> None:
        raise Raised

    def _break(self, _node: ast.Break) -> None:
        raise _Loop(ends=True)

    def _continue(self, _node: ast.Continue) -> None:
        raise _Loop(ends=False)

    def _if(self, node: ast.If) -> None:
        try:
            chosen = node.body if truth(evaluate(node.test, self)) else node.orelse
        except Unsure:
            self._both(node.body, node.orelse)
        else:
            self.run(chosen)

    def _both(self, first: list[ast.stmt], second: list[ast.stmt]) -> None:
        """Follow two ways from here; a way that ends leaves the other, and where they differ nothing is known."""
        before = self._copied()
        one = self._ended(first)
        after = self._copied()
        self._restore(before)
        other = self._ended(second)
        if isinstance(one, _Loop) != isinstance(other, _Loop):
            raise _UnclearLoopError
        if one and other:
            self._set_aside(one)
            raise other
        self._set_aside(one or other)
        if other:
            self._restore(after)
        elif not one:
            self._merge(after)

    def _set_aside(self, end: Exception | None) -> None:
        """Remember how a way ended that may have been taken: what it returned, or that it raised."""
        if isinstance(end, Returned):
            self.pending.append(end.value)
        if isinstance(end, Raised):
            self.unsure += 1

    def _ended(self, body: list[ast.stmt]) -> Exception | None:
        try:
            self.run(body)
        except (Returned, _Loop, Raised, Stopped) as end:
            if self._steps > MAX_STEPS:
                raise
            return end
        return None

    def _copied(self) -> list[dict[str, object]]:
        return [{key: _copy(value) for key, value in names.items()} for names in (self.names, self.local or {})]

    def _restore(self, copied: list[dict[str, object]]) -> None:
        for names, copy in zip((self.names, self.local), copied, strict=True):
            if names is not None:
                names.clear()
                names.update({key: _copy(value) for key, value in copy.items()})

    def _merge(self, other: list[dict[str, object]]) -> None:
        for names, copy in zip((self.names, self.local), other, strict=True):
            if names is not None:
                for key in {*names, *copy}:
                    names[key] = _merged(names.get(key, UNKNOWN), copy.get(key, UNKNOWN))

    def _for(self, node: ast.For) -> None:
        for item in iterated(evaluate(node.iter, self)):
            self.bind(node.target, item)
            try:
                self.run(node.body)
            except _Loop as loop:
                if loop.ends:
                    return
            except _UnclearLoopError:
                raise Unsure from None
        self.run(node.orelse)

    def _with(self, node: ast.With) -> None:
        for item in node.items:
            try:
                value = evaluate(item.context_expr, self)
            except Unsure:
                value = UNKNOWN
            if item.optional_vars is not None:
                self.bind(item.optional_vars, value if isinstance(value, Opened) else UNKNOWN)
        self.run(node.body)

    def _try(self, node: ast.Try) -> None:
        before, unsure = self._copied(), self.unsure
        raised = False
        try:
            self.run(node.body)
            self.run(node.orelse)
        except Raised:
            raised = True
        if raised and len(node.handlers) == 1:
            self.run(node.handlers[0].body)
        elif raised:
            raise Unsure
        elif self.unsure != unsure and node.handlers:
            for handler in node.handlers:
                after = self._copied()
                self._restore(before)
                end = self._ended(handler.body)
                self._set_aside(end)
                if end:
                    self._restore(after)
                else:
                    self._merge(after)
        self.run(node.finalbody)


def _copy(value: object) -> object:
    return dict(value) if isinstance(value, dict) else list(value) if isinstance(value, list) else value


def _same(one: object, other: object) -> bool:
    if isinstance(one, Function) and isinstance(other, Function):
        return one.node is other.node
    return type(one) is type(other) and one == other


def _merged(one: object, other: object) -> object:
    if (
        isinstance(one, Dotted)
        and isinstance(other, Dotted)
        and one.name.rpartition(".")[2] == other.name.rpartition(".")[2]
    ):
        return one
    if isinstance(one, dict) and isinstance(other, dict):
        return {key: _merged(one.get(key, UNKNOWN), other.get(key, UNKNOWN)) for key in {*one, *other}}
    return one if _same(one, other) else UNKNOWN
