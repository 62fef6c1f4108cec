"""Python source as a syntax tree: top-level literals with their places, and names followed through the project."""

from __future__ import annotations

import ast
import io
import re
import tokenize
import warnings
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from tagward.model.places import Place, place_at
from tagward.sources.files import Faulty

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagward.sources.files import Files

MAX_HOPS = 4
MAX_SHORT = 100_000
MAX_TOKENS = 100_000
_QUOTES = re.compile(r"""[A-Za-z]{0,2}("{3}|'{3}|"|')""")
_TOKEN = re.compile(r"\w+|[^\w\s]")
_LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Module:
    """A Python source file.

    Attributes:
        path: from the root of the repository.
        text: its content.
        body: its top-level statements.
        starts: the offset of each line in `text`, as the syntax tree counts lines.
    """

    path: str
    text: str
    body: tuple[ast.stmt, ...]
    starts: tuple[int, ...]

    def span(self, node: ast.expr) -> tuple[int, int]:
        """The offsets of an expression in the text; of the inside of its quotes where it is one plain string."""
        start = self._offset(node.lineno, node.col_offset)
        end = self._offset(node.end_lineno or node.lineno, node.end_col_offset or node.col_offset)
        quotes = _QUOTES.match(self.text, start, end)
        if quotes and isinstance(node, ast.Constant) and isinstance(node.value, str):
            inner = (quotes.end(), end - len(quotes[1]))
            if self.text[slice(*inner)] == node.value:
                return inner
        return start, end

    def place(self, node: ast.expr) -> Place:
        """Where an expression stands."""
        return place_at(self.path, self.text, *self.span(node))

    def _offset(self, line: int, column: int) -> int:
        start = self.starts[line - 1]
        end = self.starts[line] if line < len(self.starts) else len(self.text)
        # Columns of a syntax tree count UTF-8 bytes.
        return start + len(self.text[start:end].encode()[:column].decode(errors="ignore"))


def parse(path: str, data: bytes) -> Module:
    """Read Python source, whose encoding its first lines may name (PEP 263).

    Raises:
        Faulty: it is no Python that this interpreter reads.
    """
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        text = data.decode(encoding)
    except (SyntaxError, ValueError, LookupError) as failure:
        raise Faulty(Place(path, 1), f"it is no Python source: {failure}") from None
    return parse_part(path, text, 0, len(text), "exec")


def parse_part(path: str, text: str, start: int, end: int, mode: str) -> Module:
    """Read the part of `text` between two offsets as statements (`exec`) or as one expression (`eval`).

    Raises:
        Faulty: it is no Python that this interpreter reads.
    """
    source = text[start:end]
    # A syntax tree takes about 800 bytes for each token (Python 3.11, measured).
    if len(source) > MAX_SHORT and sum(1 for _ in islice(_TOKEN.finditer(source), MAX_TOKENS + 1)) > MAX_TOKENS:
        raise Faulty(Place(path), "it is too much code to be read for a version")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(source, mode=mode)
    except SyntaxError as failure:
        place = Place(path, max(0, failure.lineno or 0), max(0, failure.offset or 0))
        raise Faulty(place, f"it is no Python source: {failure.msg}") from None
    except (ValueError, RecursionError, MemoryError) as failure:
        raise Faulty(Place(path), f"it is no Python source that can be read: {type(failure).__name__}") from None
    body = (
        tree.body if isinstance(tree, ast.Module) else [ast.Expr(tree.body)] if isinstance(tree, ast.Expression) else []
    )
    starts = (start, *(found.end() for found in _LINE_END.finditer(text, start, end)))
    return Module(path, text, tuple(body), starts)


def assignments(module: Module) -> Iterator[tuple[str, ast.expr]]:
    """Names and values of the top-level assignments, as setuptools reads them (`setuptools.config.expand`)."""
    for statement in module.body:
        if isinstance(statement, ast.Assign):
            yield from ((name.id, statement.value) for name in statement.targets if isinstance(name, ast.Name))
        elif isinstance(statement, ast.AnnAssign) and statement.value and isinstance(statement.target, ast.Name):
            yield statement.target.id, statement.value


def rebound(module: Module, name: str) -> bool:
    """Whether anything but plain top-level assignments binds `name`: a branch, an augmented assignment, a loop."""
    plain = {id(target) for node in module.body if isinstance(node, ast.Assign) for target in node.targets}
    plain |= {id(node.target) for node in module.body if isinstance(node, ast.AnnAssign)}
    for statement in module.body:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        for node in ast.walk(statement):
            if (
                isinstance(node, ast.Name)
                and node.id == name
                and isinstance(node.ctx, ast.Store)
                and id(node) not in plain
            ):
                return True
    return False


def literal(node: ast.expr) -> object:
    """The value of a literal; None where it is none (or is the literal None)."""
    try:
        value: object = ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return None
    return value


def as_version(value: object) -> str | None:
    """A version as text, out of a string or of a tuple joined by dots (setuptools, `attr`); None for anything else."""
    if isinstance(value, str):
        return value
    if isinstance(value, tuple | list) and value and all(isinstance(part, int | str) for part in value):
        return ".".join(map(str, value))
    return None


@dataclass(frozen=True, slots=True)
class Found:
    """A version in Python source, and the module and expression that state it."""

    text: str
    module: Module
    node: ast.expr

    @property
    def place(self) -> Place:
        """Where it stands."""
        return self.module.place(self.node)


def follow(files: Files, name: str, attribute: str, hops: int = MAX_HOPS) -> Found | None:
    """The literal that `attribute` of the module file `name` has, through assignments and imports of own modules.

    The first top-level assignment decides, as in setuptools. None where it is no literal in the end.

    Raises:
        Faulty: a module on the way cannot be read.
    """
    module = files.module(name)
    if module is None or hops == 0:
        return None
    for target, value in assignments(module):
        if target == attribute:
            text = as_version(literal(value))
            if text is not None:
                return Found(text, module, value)
            if isinstance(value, ast.Name) and value.id != attribute:
                return follow(files, name, value.id, hops - 1)
            return None
    return _imported(files, name, module, attribute, hops)


def _imported(files: Files, name: str, module: Module, attribute: str, hops: int) -> Found | None:
    for statement in module.body:
        if not isinstance(statement, ast.ImportFrom):
            continue
        for alias in statement.names:
            if (alias.asname or alias.name) == attribute:
                for target in _targets(name, statement):
                    found = follow(files, target, alias.name, hops - 1)
                    if found:
                        return found
    return None


def _targets(name: str, statement: ast.ImportFrom) -> Iterator[str]:
    """Files that a `from … import` in the file `name` may mean, relative ones and those of the same top package."""
    parts = (statement.module or "").split(".") if statement.module else []
    folders = name.split("/")[:-1]
    if statement.level:
        bases = [folders[: len(folders) - statement.level + 1]]
    else:
        bases = [folders[:index] for index, folder in enumerate(folders) if parts and folder == parts[0]]
    for base in bases:
        stem = "/".join([*base, *parts])
        yield from (f"{stem}.py", f"{stem}/__init__.py") if parts else (f"{stem}/__init__.py",)


def module_files(dotted: str, roots: tuple[str, ...] = ("", "src")) -> Iterator[str]:
    """The files that may hold the module `dotted`, below each of `roots`."""
    stem = dotted.replace(".", "/")
    for root in roots:
        base = f"{root}/{stem}" if root else stem
        yield f"{base}/__init__.py"
        yield f"{base}.py"
