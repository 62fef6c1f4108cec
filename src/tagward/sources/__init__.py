"""What a tree of files says about the version of the project in it, read without running anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagward.sources.files import Fault, Files
from tagward.sources.names import read_name
from tagward.sources.packages import read_packages
from tagward.sources.shipped import read_shipped
from tagward.sources.source import read_source

if TYPE_CHECKING:
    from tagward.model.versions import Declaration, Tree, VersionSource

__all__ = ["Fault", "find_declarations", "find_import_packages", "find_project_name", "find_source"]


def find_source(tree: Tree, folder: str = "") -> VersionSource:
    """Where the build of the project in `folder` takes the version from."""
    return read_source(Files(tree, folder))


def find_project_name(tree: Tree, folder: str = "") -> str | None:
    """The name of the project in `folder`, where it is written down."""
    return read_name(Files(tree, folder))


def find_import_packages(tree: Tree, folder: str = "", name: str | None = None) -> tuple[str, ...]:
    """Paths of the import packages and single modules that the wheel of the project in `folder` would ship."""
    files = Files(tree, folder)
    return read_packages(files, name or read_name(files))


def find_declarations(tree: Tree, folder: str = "") -> tuple[Declaration, ...]:
    """What users and other tools read of the version of the project in `folder`, without what feeds the build."""
    files = Files(tree, folder)
    faults: list[Fault] = []
    source = read_source(files)
    name = read_name(files)
    return tuple(read_shipped(files, source, name, faults))
