"""The second state: the files of the commit, as anyone else would get them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tagward.model.candidate import Candidate
    from tagward.model.places import Place
    from tagward.model.versions import Declaration, VersionSource


@dataclass(frozen=True, slots=True)
class Fault:
    """A file that cannot be read as what it is."""

    place: Place
    message: str


@dataclass(frozen=True, slots=True)
class Workspace:
    """The tree of the tagged commit, and what it says of itself.

    Attributes:
        root: the exported files; None where nothing was exported (the fast checks read git's objects).
        pyproject: the content of pyproject.toml; empty without one.
        project: the name of the project; empty where it is not static.
        source: where the build takes the version from.
        declarations: every other place that states a version.
        faults: files that could not be read.
        notes: what a reader of the verdict should know about the export.
    """

    candidate: Candidate
    root: Path | None
    pyproject: Mapping[str, object]
    project: str
    source: VersionSource
    declarations: tuple[Declaration, ...] = ()
    faults: tuple[Fault, ...] = ()
    notes: tuple[str, ...] = ()
