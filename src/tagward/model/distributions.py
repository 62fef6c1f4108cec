"""The third state: the sdist and the wheel that would be uploaded."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tagward.model.artifact import Artifact, Described, Refusal
    from tagward.model.change import Release
    from tagward.model.contents import Contents
    from tagward.model.index_state import IndexState
    from tagward.model.places import Place
    from tagward.model.secrets import Search
    from tagward.model.workspace import Workspace


class Kind(StrEnum):
    """What a distribution is."""

    SDIST = "sdist"
    WHEEL = "wheel"


@dataclass(frozen=True, slots=True)
class Distribution:
    """One archive, read and never extracted.

    Attributes:
        path: where it lies.
        file: its file name.
        size: bytes.
        sha256: hexadecimal digest of the bytes.
        project: the name in the file name, as written; empty where the file name is none of a distribution.
        version: the version in the file name, as written.
        name: `Name` of the metadata inside (METADATA or PKG-INFO).
        metadata_version: `Version` of the metadata inside.
        requires_python: `Requires-Python` of the metadata inside.
        requires: `Requires-Dist` of the metadata inside.
        extras: `Provides-Extra` of the metadata inside.
        classifiers: `Classifier` of the metadata inside.
        members: the names of all files inside.
        metadata: the fields of the metadata inside, by `Field-Name`; of the description how long it is, and a digest.
        fault: why it cannot be read; empty where it can.
        artifact: all that the one pass over it gave; None where nothing was read.
        refusals: what PyPI's rules say of it, in PyPI's order; None where nobody asked.
        described: what PyPI's renderer makes of its description; None where nobody asked, or it has none.
    """

    path: Path
    kind: Kind
    size: int
    sha256: str
    project: str
    version: str
    name: str = ""
    metadata_version: str = ""
    requires_python: str = ""
    requires: tuple[str, ...] = ()
    extras: tuple[str, ...] = ()
    classifiers: tuple[str, ...] = ()
    import_names: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    entry_points: Mapping[str, str] | None = None
    fault: str = ""
    artifact: Artifact | None = None
    refusals: tuple[Refusal, ...] | None = None
    metadata: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    described: Described | None = None

    @property
    def file(self) -> str:
        """The file name."""
        return self.path.name


@dataclass(frozen=True, slots=True)
class BuildFailure:
    """Why nothing, or not everything, was built.

    Attributes:
        reason: the sentence that says it, from the tool's own words.
        stage: `sdist` or `wheel`.
        excerpt: the lines of the log that matter, at most fifteen.
        above: how many lines of the log stand above them.
        place: where in the commit, if the log says.
        notes: what explains it: files that are on disk but not in the commit.
        log: the file with everything.
    """

    reason: str
    stage: str = "sdist"
    excerpt: tuple[str, ...] = ()
    above: int = 0
    place: Place | None = None
    notes: tuple[str, ...] = ()
    fixes: tuple[str, ...] = ()
    log: str = ""


@dataclass(frozen=True, slots=True)
class Rendering:
    """What twine says of one file: its errors and its warnings."""

    file: str
    errors: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Distributions:
    """What was built from a workspace.

    Attributes:
        files: sdist first, then wheels.
        failure: why something is missing; None where all was built.
        twine: what `twine check` says, one entry for each file.
        backend: name and version of the build backend, as far as known.
        builders: versions of what the build environments held, by name.
        search: what the search for secrets came to, in the commit and in these files; None where nobody searched.
        index: what the index has; None where nobody asked.
        contents: the commit against these files; None where nobody compared them.
        before: the release before this one; None where nobody asked for it.
    """

    workspace: Workspace
    files: tuple[Distribution, ...]
    failure: BuildFailure | None = None
    twine: tuple[Rendering, ...] = ()
    backend: str = ""
    builders: Mapping[str, str] = field(default_factory=dict)
    search: Search | None = None
    index: IndexState | None = None
    contents: Contents | None = None
    before: Release | None = None

    def of(self, kind: Kind) -> tuple[Distribution, ...]:
        """The files of one kind."""
        return tuple(file for file in self.files if file.kind is kind)
