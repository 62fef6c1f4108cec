"""The names that a script of the project stands among: its own, those of modules it imports, and of functions."""

from __future__ import annotations

import ast
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tagward.sources.builtin import call_known
from tagward.sources.evaluate import evaluate
from tagward.sources.files import MAX_PYTHON, Faulty
from tagward.sources.python import Module, module_files, parse_part
from tagward.sources.values import (
    UNKNOWN,
    Dotted,
    Function,
    Namespace,
    PathValue,
    Raised,
    Text,
    Unknown,
    Unsure,
    iterated,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tagward.sources.files import Files

MAX_STEPS = 100_000
MAX_DEPTH = 12
# Never taken from the project's own tree: what they hold is not the project's version, even where it develops them.
_TOOLS = {"setuptools", "distutils", "pkg_resources"}


class Stopped(Exception):  # the code ends here, or the reading does
    """Nothing after this point is read."""


class Returned(Exception):
    """`return`, with the value."""

    def __init__(self, value: object) -> None:
        super().__init__()
        self.value = value


class Names:
    """What one script of the project knows; `calls` are the arguments of each `setup()` it comes to.

    Nothing of the project runs: expressions are looked at one by one, and only a short list of harmless functions of
    the standard library is known.
    """

    def __init__(self, files: Files) -> None:
        self.files = files
        self.calls: list[dict[str, object]] = []
        self.names: dict[str, object] = {}
        self.local: dict[str, object] | None = None
        self.unsure = 0
        self.pending: list[object] = []
        self._steps = 0
        self._depth = 0
        self._modules: dict[str, dict[str, object] | None] = {}
        self.module = Module("", "", (), (0,))

    # Scope, for expressions.

    def step(self) -> None:
        """Count a step; too many end the reading."""
        self._steps += 1
        if self._steps > MAX_STEPS:
            raise Stopped

    def lookup(self, name: str) -> object:
        """A local, global or built-in name."""
        scope = self.local if self.local is not None and name in self.local else self.names
        value = scope.get(name, Dotted(name))
        # What an own module imports is read only where it is used.
        return self.member(value.name) if isinstance(value, Dotted) and "." in value.name else value

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
        else:
            raise Unsure

    @contextmanager
    def inner(self) -> Iterator[None]:
        """What is bound inside is forgotten after it, as in a comprehension."""
        kept = self.local
        self.local = dict(kept or {})
        try:
            yield
        finally:
            self.local = kept

    def member(self, dotted: str) -> object:
        """A name of a module of the project, read like the script itself; the dotted name for others."""
        module, _, attribute = dotted.rpartition(".")
        if dotted.partition(".")[0] in _TOOLS:
            return Dotted(dotted)
        names = self._imported(module)
        if names is None:
            return Dotted(dotted)
        if attribute in names:
            return names[attribute]
        return Dotted(dotted) if self._imported(dotted) is not None else UNKNOWN

    def load(self, path: str) -> Namespace:
        """The names of the module in a file of the project."""
        try:
            module = self.files.module(path)
        except Faulty:
            raise Unsure from None
        if module is None:
            raise Raised
        names: dict[str, object] = {}
        self._run_module(module, names)
        return Namespace(names)

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
        if self._depth >= MAX_DEPTH or spec.kwarg or spec.kwonlyargs:
            raise Unsure
        names = [argument.arg for argument in (*spec.posonlyargs, *spec.args)]
        values = dict(
            zip(names[len(names) - len(spec.defaults) :], [evaluate(d, self) for d in spec.defaults], strict=True)
        )
        values.update(zip(names, arguments, strict=False))
        values.update(named)
        if set(values) != set(names) or (len(arguments) > len(names) and not spec.vararg):
            raise Raised
        if spec.vararg:
            values[spec.vararg.arg] = tuple(arguments[len(names) :])
        return self._inside(function, values)

    def _inside(self, function: Function, values: dict[str, object]) -> object:
        if any(isinstance(node, ast.Yield | ast.YieldFrom) for node in ast.walk(function.node)):
            raise Unsure
        kept, pending = (self.local, self.module, self.names), self.pending
        self.local, self.module, self.names, self.pending = values, function.module, function.names, []
        self._depth += 1
        value: object = None
        try:
            self.run(function.node.body)
        except Returned as returned:
            value = returned.value
        finally:
            self._depth -= 1
            self.local, self.module, self.names = kept
            others, self.pending = self.pending, pending
        if isinstance(value, Unknown) or any(type(other) is not type(value) or other != value for other in others):
            raise Unsure
        return value

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
            return self._evaluated(_snippet(source, "eval"))
        names: dict[str, object] = {} if name == "runpy.run_path" else (spaces[-1] if spaces else self.names)
        self._run_module(_snippet(source, "exec"), names)
        return names if name == "runpy.run_path" else None

    def _evaluated(self, snippet: Module) -> object:
        kept, self.module = self.module, snippet
        try:
            return evaluate(snippet.body[0].value, self) if isinstance(snippet.body[0], ast.Expr) else UNKNOWN
        finally:
            self.module = kept

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
        self._modules[dotted] = None
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

    def run(self, body: Iterable[ast.stmt]) -> None:
        """Follow statements in order."""
        raise NotImplementedError


def _snippet(source: Text, mode: str) -> Module:
    """Source text that stands in a larger file, as a module whose places are those of the file."""
    try:
        return parse_part(source.path, source.source, source.start, source.start + len(source), mode)
    except Faulty:
        raise Unsure from None
