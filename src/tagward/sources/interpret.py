"""The statements of setup.py, followed as far as they are certain; what a branch may change in two ways is unknown."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from tagward.sources.builtin import call_known
from tagward.sources.evaluate import evaluate
from tagward.sources.files import MAX_PYTHON, Faulty
from tagward.sources.python import Module, module_files
from tagward.sources.values import (
    UNKNOWN,
    Dotted,
    Function,
    Opened,
    PathValue,
    Raised,
    Text,
    Unknown,
    Unsure,
    iterated,
    truth,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tagward.sources.files import Files

MAX_STEPS = 100_000
MAX_DEPTH = 12


class Stopped(Exception):  # noqa: N818  # the code ends here, or the reading does
    """Nothing after this point is read."""


class _Returned(Exception):  # noqa: N818
    def __init__(self, value: object) -> None:
        super().__init__()
        self.value = value


class _Loop(Exception):  # noqa: N818
    """`break` or `continue`."""

    def __init__(self, *, ends: bool) -> None:
        super().__init__()
        self.ends = ends


class Reader:
    """Reads one script of the project; `calls` are the arguments of each call of `setup()` it comes to.

    Nothing of the project runs: expressions are looked at one by one, and only a short list of harmless functions of the
    standard library is known.
    """

    def __init__(self, files: Files) -> None:
        self.files = files
        self.calls: list[dict[str, object]] = []
        self.names: dict[str, object] = {}
        self.local: dict[str, object] | None = None
        self.unsure = 0
        self._steps = 0
        self._depth = 0
        self._modules: dict[str, dict[str, object]] = {}
        self.module = Module("", "", (), (0,))

    # Scope, for expressions.

    def step(self) -> None:
        """Count a step; too many end the reading."""
        self._steps += 1
        if self._steps > MAX_STEPS:
            raise Stopped

    def lookup(self, name: str) -> object:
        """A local, global or built-in name."""
        if self.local is not None and name in self.local:
            return self.local[name]
        if name in self.names:
            return self.names[name]
        return Dotted(name)

    def bind(self, target: ast.expr, value: object) -> None:
        """Give a value to a name, to several, or to an entry of a mapping."""
        scope = self.names if self.local is None else self.local
        if isinstance(target, ast.Name):
            scope[target.id] = value
        elif isinstance(target, ast.Tuple | ast.List):
            values = iterated(value) if not isinstance(value, Unknown) else [UNKNOWN] * len(target.elts)
            for part, entry in zip(target.elts, values, strict=False):
                self.bind(part, entry)
        elif isinstance(target, ast.Subscript) and not isinstance(target.slice, ast.Slice):
            owner, key = evaluate(target.value, self), evaluate(target.slice, self)
            if not isinstance(owner, dict) or not isinstance(key, str | int):
                raise Unsure
            owner[str(key) if isinstance(key, str) else key] = value

    def member(self, dotted: str) -> object:
        """A name of a module of the project, read like the script itself; the dotted name for others."""
        module, _, attribute = dotted.rpartition(".")
        names = self._imported(module)
        if names is None:
            return Dotted(dotted)
        if attribute in names:
            return names[attribute]
        return Dotted(dotted) if self._imported(dotted) is not None else UNKNOWN

    def content(self, path: str) -> Text:
        """A text file of the project; a missing one raises in the code too."""
        try:
            file = self.files.text(path, MAX_PYTHON)
        except Faulty:
            raise Unsure from None
        if file is None:
            raise Raised
        text = file.text.replace("\r\n", "\n") if "\r\n" in file.text else file.text
        return Text.at(text, file.path, text, 0)

    def call(self, function: Function, arguments: Sequence[object], named: dict[str, object]) -> object:
        """Follow a function of the script."""
        spec = function.node.args
        if self._depth >= MAX_DEPTH or spec.vararg or spec.kwarg or spec.kwonlyargs:
            raise Unsure
        names = [argument.arg for argument in (*spec.posonlyargs, *spec.args)]
        values = dict(zip(names[len(names) - len(spec.defaults) :], [evaluate(d, self) for d in spec.defaults], strict=True))
        values.update(zip(names, arguments, strict=False))
        values.update(named)
        if set(values) != set(names) or len(arguments) > len(names):
            raise Raised
        return self._inside(function, values)

    def _inside(self, function: Function, values: dict[str, object]) -> object:
        kept = self.local, self.module, self.names
        self.local, self.module, self.names = values, function.module, function.names
        self._depth += 1
        try:
            self.run(function.node.body)
        except _Returned as returned:
            if isinstance(returned.value, Unknown):
                raise Unsure from None
            return returned.value
        finally:
            self._depth -= 1
            self.local, self.module, self.names = kept
        return None

    def call_dotted(self, name: str, arguments: Sequence[object], named: dict[str, object]) -> object:
        """Read a call of `setup()`, `exec()` or of a harmless function."""
        if name == "setup":
            self.calls.append(named)
            return None
        if name in {"exec", "execfile", "runpy.run_path", "eval"}:
            return self._execute(name, arguments)
        if name in {"sys.exit", "exit", "quit", "os._exit"}:
            raise Stopped
        if name in {"globals", "locals", "vars"} and not arguments:
            return self.names if name == "globals" or self.local is None else self.local
        return call_known(name, arguments, named, self)

    # Modules and scripts read in the same way.

    def _execute(self, name: str, arguments: Sequence[object]) -> object:
        source = arguments[0] if arguments else None
        if name in {"execfile", "runpy.run_path"}:
            path = source.path if isinstance(source, PathValue) else source
            source = self.content(path) if isinstance(path, str) else None
        spaces = [value for value in arguments[1:] if isinstance(value, dict)]
        if not isinstance(source, Text) or len(spaces) != len(arguments) - 1:
            raise Unsure
        if name == "eval":
            return evaluate(_snippet(source, "eval").body[0].value, self)  # type: ignore[attr-defined]
        names: dict[str, object] = {} if name == "runpy.run_path" else (spaces[-1] if spaces else self.names)
        self._run_module(_snippet(source, "exec"), names)
        return names if name == "runpy.run_path" else None

    def _imported(self, dotted: str) -> dict[str, object] | None:
        if dotted in self._modules:
            return self._modules[dotted]
        for path in module_files(dotted, ("",)):
            try:
                module = self.files.module(path)
            except Faulty:
                raise Unsure from None
            if module is not None:
                names: dict[str, object] = {}
                self._modules[dotted] = names
                self._run_module(module, names)
                return names
        return None

    def _run_module(self, module: Module, names: dict[str, object]) -> None:
        kept = self.local, self.module, self.names
        if self._depth >= MAX_DEPTH:
            raise Unsure
        self._depth += 1
        self.local, self.module, self.names = None, module, names
        if names is not kept[2]:
            names.setdefault("__file__", module.path)
            names.setdefault("__name__", "")
        try:
            self.run(module.body)
        finally:
            self._depth -= 1
            self.local, self.module, self.names = kept

    # Statements.

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
        value = evaluate(node.value, self)
        for target in node.targets:
            self.bind(target, value)

    def _annassign(self, node: ast.AnnAssign) -> None:
        if node.value:
            self.bind(node.target, evaluate(node.value, self))

    def _augassign(self, node: ast.AugAssign) -> None:
        target = ast.copy_location(ast.Name(node.target.id, ast.Load()), node) if isinstance(node.target, ast.Name) else None
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
                scope[alias.asname or alias.name] = self.member(f"{base}.{alias.name}")

    def _return(self, node: ast.Return) -> None:
        try:
            value = evaluate(node.value, self) if node.value else None
        except Unsure:
            value = UNKNOWN
        raise _Returned(value)

    def _pass(self, node: ast.Pass) -> None:
        """Nothing."""

    _assert = _global = _delete = _nonlocal = _pass

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
        ends = [self._ended(first)]
        after = self._copied()
        self._restore(before)
        ends.append(self._ended(second))
        if isinstance(ends[0], _Returned) or isinstance(ends[1], _Returned):
            same = isinstance(ends[0], _Returned) and isinstance(ends[1], _Returned) and ends[0].value == ends[1].value
            raise ends[0] if same and ends[0] else _Returned(UNKNOWN)
        if ends[0] and ends[1]:
            raise ends[0]
        if ends[1]:
            self._restore(after)
        elif not ends[0]:
            self._merge(after)

    def _ended(self, body: list[ast.stmt]) -> Exception | None:
        try:
            self.run(body)
        except (_Returned, _Loop, Raised, Stopped) as end:
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
            after = self._copied()
            self._restore(before)
            if self._ended(node.handlers[0].body):
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
    if isinstance(one, dict) and isinstance(other, dict):
        return {key: _merged(one.get(key, UNKNOWN), other.get(key, UNKNOWN)) for key in {*one, *other}}
    return one if _same(one, other) else UNKNOWN


def _snippet(source: Text, mode: str) -> Module:
    """Source text that stands in a larger file, as a module whose places are those of the file."""
    from tagward.sources.python import parse_part  # noqa: PLC0415

    try:
        return parse_part(source.path, source.source, source.start, source.start + len(source), mode)
    except Faulty:
        raise Unsure from None
