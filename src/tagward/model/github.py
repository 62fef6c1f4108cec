"""A job on GitHub, as a gate there needs to know it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from tagward.model.candidate import Announcement


@dataclass(frozen=True, slots=True)
class Job:
    """Where a job runs and what it can write to (GitHub documentation, "Variables reference").

    Attributes:
        repository: `owner/name`; empty where it is not known.
        server: the address of GitHub.
        announced: the release or tag that started the workflow; None where something else did.
        outputs: the file for the outputs of this step; None where there is none.
        summary: the file for the summary of this step; None where there is none.
    """

    repository: str = ""
    server: str = ""
    announced: Announcement | None = None
    outputs: Path | None = None
    summary: Path | None = None
