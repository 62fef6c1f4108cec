"""What a tree of files says about the version of the project in it, read without running anything.

Every function here reads a `Tree` and returns values. Nothing of the project is imported or executed, and bad input
never raises: it becomes the `reason` of the source, or a `Fault`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagward.model.places import Fault
from tagward.sources.files import Files
from tagward.sources.names import read_name
from tagward.sources.source import read_source

if TYPE_CHECKING:
    from tagward.model.changelog import Changelog
    from tagward.model.versions import Declaration, Tree, VersionSource
    from tagward.sources.constellation import Constellation

__all__ = [
    "Fault",
    "find_changelog",
    "find_declarations",
    "find_faults",
    "find_import_packages",
    "find_mentions",
    "find_project_name",
    "find_source",
    "survey",
]

# Only what reads a static version is imported here: `check --fast` pays for every module.


def find_source(tree: Tree, folder: str = "") -> VersionSource:
    """Where the build of the project in `folder` takes the version from."""
    return read_source(Files(tree, folder))


def find_project_name(tree: Tree, folder: str = "") -> str | None:
    """The name of the project in `folder`, where it is written down."""
    return read_name(Files(tree, folder))


def find_import_packages(tree: Tree, folder: str = "", name: str | None = None) -> tuple[str, ...]:
    """Paths of the import packages and single modules that the wheel of the project in `folder` would ship."""
    from tagward.sources.packages import read_packages  # noqa: PLC0415

    files = Files(tree, folder)
    return read_packages(files, name or read_name(files))


def survey(tree: Tree, folder: str = "") -> Constellation:
    """Everything that the project in `folder` says about its version, each file read once."""
    from tagward.sources.constellation import survey as read  # noqa: PLC0415

    return read(tree, folder)


def find_declarations(tree: Tree, folder: str = "") -> tuple[Declaration, ...]:
    """What users and other tools read of the version of the project in `folder`, without what feeds the build."""
    return survey(tree, folder).declarations


def find_changelog(tree: Tree, folder: str = "") -> Changelog | None:
    """The changelog of the project in `folder`."""
    from tagward.sources.changelog import read_changelog  # noqa: PLC0415

    return read_changelog(Files(tree, folder), [])


def find_faults(tree: Tree, folder: str = "") -> tuple[Fault, ...]:
    """What could not be read beside the source, each once."""
    return survey(tree, folder).faults


def find_mentions(tree: Tree, previous: str, folder: str = "") -> tuple[Declaration, ...]:
    """Where tracked text of the project still names the version `previous`, the likeliest to matter first."""
    from tagward.sources.mentions import read_mentions  # noqa: PLC0415

    return read_mentions(tree, previous, folder)
