"""Which folder of a repository holds the project that the label of a tag names."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from tagward.model.names import normalize
from tagward.sources.files import Files
from tagward.sources.names import read_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tagward.model.versions import Tree

_FILES = ("pyproject.toml", "setup.cfg", "setup.py")
_ASIDE = {"tests", "test", "testing", "docs", "doc", "examples", "example", "node_modules", "vendor", "_vendor"}
MAX_DEPTH = 4
MAX_PROJECTS = 200


def find_folder(tree: Tree, label: str) -> str | None:
    """The folder of the project that a label names; empty for the root, None where no project has that name.

    A label is a project's name, or the part of it behind the name of the project at the root: `core` for `acme-core`
    in a repository whose root is `acme`.
    """
    wanted = normalize(label)
    own = normalize(_name(tree, ""))
    if wanted == own:
        return ""
    folders = sorted(project_folders(tree), key=lambda folder: (_leaf(folder) != wanted, folder.count("/"), folder))
    for folder in folders[:MAX_PROJECTS]:
        name = normalize(_name(tree, folder))
        if name and name in {wanted, f"{own}-{wanted}" if own else wanted}:
            return folder
    return None


def project_folders(tree: Tree) -> Iterable[str]:
    """Every folder below the root that holds a project, without those of tests, examples and copies of others."""
    folders = {posixpath.dirname(path) for path in tree.paths() if posixpath.basename(path) in _FILES}
    return {
        folder
        for folder in folders
        if folder and folder.count("/") < MAX_DEPTH and not _ASIDE & set(folder.lower().split("/"))
    }


def _name(tree: Tree, folder: str) -> str:
    return read_name(Files(tree, folder)) or ""


def _leaf(folder: str) -> str:
    return normalize(posixpath.basename(folder))
