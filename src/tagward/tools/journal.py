"""A file that tells where a publication stands: whole at every moment, and on the disk before anything is sent."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tagward.errors import CannotJudge
from tagward.tools.halves import half_of

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Journal:
    """One file, written over and over."""

    path: Path

    def write(self, text: str) -> None:
        """Replace the file: written, synchronized, then renamed, so that a crash leaves the old one or the new one.

        Raises:
            CannotJudge: it cannot be written.
        """
        half = half_of(self.path)
        try:
            with half.open("w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            half.replace(self.path)
        except OSError as failure:
            with contextlib.suppress(OSError):
                half.unlink(missing_ok=True)
            raise CannotJudge(
                f"the journal {self.path} cannot be written: {failure.strerror or failure}",
                why="after a crash nobody could tell what was being sent",
                fixes=("name another place with --journal FILE, and run the same command again",),
            ) from failure
