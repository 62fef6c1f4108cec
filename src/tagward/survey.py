"""From a tree of files to what it says of itself: its rules, its name, its versions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagward import _toml
from tagward.errors import ConfigError
from tagward.model.config import Config
from tagward.model.places import Place
from tagward.model.versions import Unreadable
from tagward.model.workspace import Fault, Workspace
from tagward.sources import find_declarations, find_project_name, find_source

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tagward.model.candidate import Candidate
    from tagward.model.versions import Tree

PYPROJECT = "pyproject.toml"


def rules(tree: Tree, where: str) -> Config:
    """The rules in the pyproject.toml of a tree; the defaults where it has none, or none that can be read.

    A file that cannot be read is a fault of the release, which V004 tells; it does not keep its tags from being known.

    Args:
        tree: the files.
        where: what to call them in an error.

    Raises:
        ConfigError: `[tool.tagward]` is wrong.
    """
    table, faults = read_pyproject(tree)
    tool = table.get("tool")
    own = tool.get("tagward", {}) if isinstance(tool, dict) else {}
    if faults:
        return Config()
    if not isinstance(own, dict):
        raise ConfigError(f"{where}: [tool.tagward] must be a table")
    return Config.of(own, where)


def read_pyproject(tree: Tree) -> tuple[dict[str, object], tuple[Fault, ...]]:
    """The content of pyproject.toml, empty without one, and why it cannot be read."""
    try:
        data = tree.read(PYPROJECT)
    except Unreadable as failure:
        return {}, (Fault(Place(PYPROJECT), str(failure)),)
    if data is None:
        return {}, ()
    try:
        return _toml.parse(_toml.decode(data)), ()
    except _toml.TomlError as failure:
        lines = data.decode(errors="replace").splitlines()
        quote = lines[failure.line - 1] if 0 < failure.line <= len(lines) else ""
        return {}, (Fault(Place(PYPROJECT, failure.line, failure.column, 1, quote), str(failure)),)


def survey(candidate: Candidate, tree: Tree, root: Path | None = None, notes: Sequence[str] = ()) -> Workspace:
    """Read everything static that the checks of a workspace ask about; no code of the project is run."""
    pyproject, faults = read_pyproject(tree)
    return Workspace(
        candidate,
        root,
        pyproject,
        find_project_name(tree) or "",
        find_source(tree),
        find_declarations(tree),
        faults,
        tuple(notes),
    )
