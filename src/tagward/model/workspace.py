"""The second state: the files of the commit, as anyone else would get them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tagward.model.candidate import Candidate
    from tagward.model.changelog import Changelog
    from tagward.model.index_state import IndexState
    from tagward.model.places import Fault
    from tagward.model.prediction import Prediction, TagAtCommit
    from tagward.model.versions import Declaration, VersionSource


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
        prediction: what the backend will make of the tags on the commit; None where no tag decides the version.
        changelog: the changelog; None where there is none, or none is wanted.
        tags: every tag on the commit, with the pushed one under the name that the remote will know.
        mentions: where tracked text still names the version before, the likeliest to matter first.
        side_faults: files beside the source that could not be read.
        index: what the index has of the project; None where nobody asked, or its name is not static.
    """

    candidate: Candidate
    root: Path | None
    pyproject: Mapping[str, object]
    project: str
    source: VersionSource
    declarations: tuple[Declaration, ...] = ()
    faults: tuple[Fault, ...] = ()
    notes: tuple[str, ...] = ()
    prediction: Prediction | None = None
    changelog: Changelog | None = None
    side_faults: tuple[Fault, ...] = ()
    tags: tuple[TagAtCommit, ...] = ()
    mentions: tuple[Declaration, ...] = ()
    index: IndexState | None = None
