"""What a package index has of a project, when a release of it is judged."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from packaging.version import Version

    from tagward.model.publication import Shelved

DAY = 86_400.0
CLOSES = 14 * DAY
"""A release takes new files for so long after its first one (PyPI, since 2026-07-08)."""

CLOSED = frozenset({"archived", "quarantined"})
"""What a project may be that takes no release: an upload is refused, at least that of a workflow (PEP 792)."""

SKEW = DAY
"""So much may the clock of a developer be wrong, or that of a server."""


class Answer(StrEnum):
    """What came of asking.

    Attributes:
        HERE: the index has the project.
        ABSENT: it has none of this name.
        SILENT: it did not answer, or not in a way that can be understood.
        UNASKED: there is no index to ask.
    """

    HERE = "here"
    ABSENT = "absent"
    SILENT = "silent"
    UNASKED = "unasked"


@dataclass(frozen=True, slots=True)
class IndexState:
    """What the index said.

    Attributes:
        index: its name for messages, as "PyPI".
        read: the root of its simple index; empty where none was asked.
        project: the normalized name that was asked for.
        reason: why there is no answer.
        status: of the project (PEP 792): `active`, `archived`, `quarantined`, `deprecated`; as the index writes it.
        status_reason: what the index says of the status.
        versions: those that have files, ascending; what is no version by PEP 440 is left out.
        files: those of the version that is released.
        lookalikes: projects that exist and whose names are the same to PyPI's eye; asked for a new name alone.
        now: when it was asked, in seconds since the epoch.
        committed: when the commit of the release was made, in seconds since the epoch; None where that is not known.
    """

    answer: Answer
    index: str
    read: str
    project: str
    reason: str = ""
    status: str = "active"
    status_reason: str = ""
    versions: tuple[Version, ...] = ()
    files: tuple[Shelved, ...] = ()
    lookalikes: tuple[str, ...] = ()
    now: float = 0.0
    committed: float | None = None

    @property
    def first_upload(self) -> float | None:
        """When the first file of the version came, in seconds since the epoch; None where nobody says, or none is."""
        return min((file.uploaded for file in self.files if file.uploaded is not None), default=None)

    def settled(self, version: Version) -> bool:
        """Whether the release is out and takes no file any more, so that its tag can start no publication.

        Where the index does not say when files came, the newest version on it may still be on its way.
        """
        if not self.files:
            return False
        return self.closed if self.first_upload is not None else version < max(self.versions, default=version)

    @property
    def older_than_commit(self) -> bool:
        """Whether files of the version were there before the commit was made, which they so cannot be made of."""
        first = self.first_upload
        return first is not None and self.committed is not None and first < self.committed - SKEW

    @property
    def closed(self) -> bool:
        """Whether PyPI takes no new file for the version any more."""
        first = self.first_upload
        return first is not None and self.now - first > CLOSES
