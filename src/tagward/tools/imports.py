"""The shipped code, read and not run: what it imports, and which Pythons could run it."""

from __future__ import annotations

import ast
import re
import sys
import time
import warnings
import zipfile
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from tagward.model.installation import Borrowed, Misfit, Study
from tagward.model.places import Place
from tagward.tools._statements import Imported, Statements, uses
from tagward.tools._stdlib import GONE, MODULES, NAMES
from tagward.tools.modules import ASIDE, modules_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from tagward.model.distributions import Distribution
    from tagward.tools.requirements import Shelf

READ_SECONDS = 5.0
MAX_BYTES = 2 << 20
OLDEST, NEWEST = 7, 14
"""The minor numbers of Python 3 of which something is known (`ast.parse`, and `tagward.tools._stdlib`)."""

_PATCHES = 40
_SINCE = re.compile(r"(?P<what>.+?) (?:is|are) only supported in Python 3\.(?P<minor>\d+) and greater")
_NODES: dict[str, type[ast.Match | ast.TryStar | ast.With]] = {
    "Pattern matching": ast.Match,
    "Exception groups": ast.TryStar,
    "Parenthesized context managers": ast.With,
}
"""What the parser complains of only at its end."""

_VERSION_ASKED = re.compile(r"\b(?:version_info|hexversion|hasattr)\b")
_BACKPORTS = {"distutils": "setuptools", "cgi": "legacy-cgi", "cgitb": "legacy-cgi"}


@dataclass(slots=True)
class _Module:
    """One file of the wheel that could be parsed.

    Attributes:
        since: the syntax that the lowest allowed Python does not know, its minor number, and where; None without any.
    """

    name: str
    member: str
    text: str
    tree: ast.Module
    since: tuple[str, int, int] | None

    def statements(self) -> Statements:
        """Its imports."""
        parts = tuple(self.name.split("."))
        package = parts if self.member.endswith("/__init__.py") else parts[:-1]
        return Statements(package).read(self.tree.body)

    def place(self, node: ast.stmt | ast.expr) -> Place:
        """Where a node stands."""
        line = self.line(node.lineno)
        column = len(line.encode()[: node.col_offset].decode(errors="replace"))
        width = (node.end_col_offset or 0) - node.col_offset if node.end_lineno == node.lineno else len(line) - column
        return Place(self.member, node.lineno, column + 1, max(1, width), line)

    def line(self, number: int) -> str:
        """A line of its text."""
        lines = self.text.splitlines()
        return lines[number - 1] if 0 < number <= len(lines) else ""


@dataclass(frozen=True)
class _Code:
    """The modules of the wheel by name, and how they import each other."""

    modules: Mapping[str, _Module]
    statements: Mapping[str, Statements]

    @cached_property
    def own(self) -> frozenset[str]:
        """The first parts of the names of its modules."""
        return frozenset(name.partition(".")[0] for name in self.modules)

    def reached(self, roots: Iterable[str]) -> set[str]:
        """The modules that are certainly imported with the roots."""
        found: set[str] = set()
        waiting = [name for root in roots for name in _with_parents(root)]
        while waiting:
            name = waiting.pop()
            if name in self.modules and name not in found:
                found.add(name)
                waiting += [target for one in self.statements[name].certain for target in _targets(one)]
        return found

    def careful(self) -> set[str]:
        """The modules that others import, but only under conditions."""
        certain = {name for said in self.statements.values() for one in said.certain for name in _targets(one)}
        careful = {name for said in self.statements.values() for one in said.careful for name in _targets(one)}
        return careful - certain


def study(wheel: Distribution, roots: Iterable[str], shelf: Shelf) -> Study:
    """Read the Python files of a wheel.

    Args:
        wheel: the wheel.
        roots: the modules that its users import, or start as scripts.
        shelf: what is installed with it, and without its extras.
    """
    lowest = lowest_python(wheel.requires_python)
    modules, untried = _parsed(wheel, lowest or sys.version_info.minor)
    code = _Code(modules, {name: module.statements() for name, module in modules.items()})
    reached, careful = code.reached(roots), code.careful()
    judged = [
        module
        for name, module in modules.items()
        if name in reached or not (name in careful or ASIDE & set(name.split(".")))
    ]
    return Study(
        f"3.{lowest}" if lowest else "",
        tuple(_borrowed(judged, code, shelf)),
        tuple(_misfits(judged, code, reached, wheel.requires_python, shelf)) if lowest else (),
        untried,
    )


def lowest_python(requires_python: str) -> int:
    """The minor number of the lowest Python 3 that may install the release, no lower than `OLDEST`; 0: no bound is set.

    `Requires-Python` may begin within a minor version (`>=3.9.2`), so that each is tried with its patch releases.
    """
    if not requires_python.strip():
        return 0
    return next((minor for minor in range(OLDEST, NEWEST + 1) if _allows(requires_python, minor)), 0)


@cache
def _allows(requires_python: str, minor: int) -> bool:
    try:
        specifiers = SpecifierSet(requires_python)
    except InvalidSpecifier:
        return False
    return any(specifiers.contains(f"3.{minor}.{patch}") for patch in range(_PATCHES))


def _parsed(wheel: Distribution, lowest: int) -> tuple[dict[str, _Module], str]:
    end = time.monotonic() + READ_SECONDS
    found: dict[str, _Module] = {}
    members = modules_of(wheel.members)
    with zipfile.ZipFile(wheel.path) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the project's code, as invalid escapes
        for name, member in members.items():
            if time.monotonic() > end:
                return found, f"{len(members) - len(found)} of {len(members)} modules were not read, {name} the first"
            if archive.getinfo(member).file_size <= MAX_BYTES:
                module = _parse(name, member, archive.read(member), lowest)
                found |= {name: module} if module else {}
    return found, ""


def _parse(name: str, member: str, data: bytes, lowest: int) -> _Module | None:
    """One module; None where no Python that we have could read it, which importing it tells."""
    try:
        text = data.decode("utf-8-sig")
        try:
            return _Module(name, member, text, ast.parse(text, feature_version=(3, lowest)), None)
        except SyntaxError as failure:
            tree = ast.parse(text)
            return _Module(name, member, text, tree, _since(failure, text, tree, lowest))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _since(failure: SyntaxError, text: str, tree: ast.Module, lowest: int) -> tuple[str, int, int]:
    match = _SINCE.match(failure.msg)
    if match:
        kind = _NODES.get(match["what"])
        told = failure.lineno or 0
        lines = [node.lineno for node in ast.walk(tree) if kind and isinstance(node, kind) and node.lineno <= told]
        return match["what"], int(match["minor"]), max(lines, default=told)
    for minor in range(lowest + 1, sys.version_info.minor):
        try:
            ast.parse(text, feature_version=(3, minor))
        except SyntaxError:
            continue
        return "this syntax", minor, failure.lineno or 0
    return "this syntax", sys.version_info.minor, failure.lineno or 0


def _borrowed(modules: Iterable[_Module], code: _Code, shelf: Shelf) -> Iterator[Borrowed]:
    foreign: dict[str, tuple[_Module, Imported]] = {}
    for module in modules:
        for one in code.statements[module.name].certain:
            top = one.module.partition(".")[0]
            if top and top not in code.own and top not in sys.stdlib_module_names:
                foreign.setdefault(top, (module, one))
    if not foreign:
        return
    owners, declared = shelf.owners(), shelf.declared() | {shelf.project}
    for top, (module, one) in foreign.items():
        bringing = owners.get(top, set())
        if bringing and not bringing & declared:
            yield Borrowed(top, tuple(sorted(bringing)), module.place(one.node))


def _misfits(
    modules: Iterable[_Module], code: _Code, reached: set[str], requires_python: str, shelf: Shelf
) -> Iterator[Misfit]:
    lowest = lowest_python(requires_python)
    declared = shelf.declared() | {shelf.project}
    for module in modules:
        certain = module.name in reached
        if module.since:
            what, minor, line = module.since
            place = Place(module.member, line, quote=module.line(line))
            yield Misfit(what, f"3.{minor}", place, certain=certain, syntax=True)
            continue
        statements = code.statements[module.name]
        for what, minor, node in _younger(module, statements, lowest):
            yield Misfit(what, f"3.{minor}", module.place(node), certain=certain)
        for one in statements.certain:
            top = one.module.partition(".")[0]
            backports = {_BACKPORTS.get(top, ""), f"standard-{top}"}
            if top in GONE and not backports & declared and _allowed_from(requires_python, GONE[top]):
                yield Misfit(top, f"3.{GONE[top]}", module.place(one.node), gone=True, certain=certain)


def _younger(module: _Module, statements: Statements, lowest: int) -> Iterator[tuple[str, int, ast.stmt | ast.expr]]:
    """Modules and names of the standard library that the lowest Python does not have."""
    for one in statements.certain:
        name = f"{one.module}.{one.name}" if f"{one.module}.{one.name}" in MODULES else one.module
        known = next((above for above in reversed(_with_parents(name)) if above in MODULES), "")
        if known and MODULES[known] > lowest:
            yield known, MODULES[known], one.node
        elif NAMES.get((one.module, one.name), 0) > lowest:
            yield f"{one.module}.{one.name}", NAMES[one.module, one.name], one.node
    younger = {key: minor for key, minor in NAMES.items() if minor > lowest}
    bound = {one.bound: one.module for one in statements.certain if not one.name}
    bound = {name: true for name, true in bound.items() if any(true == owner for owner, _ in younger)}
    if not bound or _VERSION_ASKED.search(module.text):
        return
    if not any(f".{name}" in module.text for owner, name in younger if owner in bound.values()):
        return
    if "annotations" in {one.name for one in statements.certain if one.module == "__future__"}:
        bound.pop("typing", None)  # annotations are not evaluated then, and hardly anything else uses it
    for owner, name, node in uses(module.tree, bound):
        if (owner, name) in younger:
            yield f"{owner}.{name}", younger[owner, name], node


def _allowed_from(requires_python: str, minor: int) -> bool:
    return any(_allows(requires_python, one) for one in range(minor, NEWEST + 1))


def _targets(one: Imported) -> list[str]:
    return _with_parents(f"{one.module}.{one.name}" if one.name else one.module)


def _with_parents(name: str) -> list[str]:
    """The module and the packages above it, which are imported before it."""
    parts = name.split(".")
    return [".".join(parts[: depth + 1]) for depth in range(len(parts))]
