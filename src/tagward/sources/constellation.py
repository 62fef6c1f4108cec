"""Everything a tree says about one project's version, read in one go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tagward.sources.bumpers import read_bumpers
from tagward.sources.changelog import read_changelog
from tagward.sources.files import Files
from tagward.sources.mirrors import read_mirrors
from tagward.sources.names import read_name
from tagward.sources.packages import read_packages
from tagward.sources.shipped import read_shipped
from tagward.sources.source import read_source

if TYPE_CHECKING:
    from tagward.model.changelog import Changelog
    from tagward.model.places import Fault
    from tagward.model.versions import Declaration, Tree, VersionSource


@dataclass(frozen=True, slots=True)
class Constellation:
    """What a tree says about the version of the project in one folder.

    Attributes:
        source: where the build takes it from.
        name: the project's name, where it is written down.
        packages: the import packages that the wheel would ship.
        declarations: every other place that states the version, each once.
        changelog: the changelog, where there is one.
        faults: what could not be read, beside the source.
    """

    source: VersionSource
    name: str | None
    packages: tuple[str, ...]
    declarations: tuple[Declaration, ...]
    changelog: Changelog | None
    faults: tuple[Fault, ...]


def survey(tree: Tree, folder: str = "") -> Constellation:
    """Read everything that the project in `folder` says about its version."""
    files = Files(tree, folder)
    faults: list[Fault] = []
    source = read_source(files)
    name = read_name(files)
    declarations = read_declarations(files, source, name, faults)
    changelog = read_changelog(files, faults)
    return Constellation(
        source, name, read_packages(files, name), declarations, changelog, tuple(dict.fromkeys(faults))
    )


def read_declarations(
    files: Files, source: VersionSource, name: str | None, faults: list[Fault]
) -> tuple[Declaration, ...]:
    """Every place but the source that states the version; what feeds the build is not listed again."""
    seen = {str(source.declaration.place)} if source.declaration else set()
    found: list[Declaration] = []
    for readers in (
        read_shipped(files, source, name, faults),
        read_mirrors(files, name, faults),
        read_bumpers(files, faults),
    ):
        for declaration in readers:
            if str(declaration.place) not in seen:
                seen.add(str(declaration.place))
                found.append(declaration)
    return tuple(found)
