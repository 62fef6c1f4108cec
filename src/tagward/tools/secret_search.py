"""The search for secrets, in the tracked files of the commit and in the archives that were made of it."""

from __future__ import annotations

import stat
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tagward.model.secrets import TREE, Search, Sighting
from tagward.secrets.gather import gather
from tagward.secrets.paths import HEAD, is_named, is_sample, judge_named
from tagward.secrets.scanner import WINDOW, Scanner

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from tagward.model.artifact import Member
    from tagward.model.secrets import Hit

BUDGET = 512 << 20
"""The most bytes of one tree or archive that are searched: some fifteen seconds."""


@dataclass(slots=True)
class _Reading:
    """One file that is being read."""

    path: str
    scanner: Scanner
    head: bytes = b""

    def __call__(self, chunk: bytes) -> None:
        self.scanner.feed(chunk)
        if len(self.head) < HEAD:
            self.head += chunk[: HEAD - len(self.head)]

    def finish(self) -> tuple[Hit, ...]:
        named = judge_named(self.path, self.head) if is_named(self.path) else ()
        return (*named, *self.scanner.finish())


@dataclass(slots=True)
class SecretSearch:
    """The search of one tree or archive.

    Attributes:
        origin: the file name of the archive; `TREE` for the commit.
        known: see `tagward.secrets.scanner.Scanner`; the searches of one release share it.
        budget: bytes that may still be read.
    """

    origin: str = TREE
    known: dict[bytes, tuple[Hit, ...]] = field(default_factory=dict)
    budget: int = BUDGET
    sightings: list[Sighting] = field(default_factory=list)
    skipped: dict[str, str] = field(default_factory=dict)
    files: int = 0
    _reading: _Reading | None = None

    def visit(self, member: Member) -> Callable[[bytes], None] | None:
        """See `tagward.tools.artifacts.read_artifact`."""
        self.end()
        return self._begin(member.name, member.size)

    def read(self, root: Path, paths: Iterable[str]) -> SecretSearch:
        """Read the given files of a folder; symbolic links are no content, and what cannot be read is told."""
        for path in paths:
            try:
                self._read(root / path, path)
            except (OSError, ValueError) as failure:
                self._reading = None
                self._skip(path, f"it cannot be read: {getattr(failure, 'strerror', None) or failure}")
        return self

    def end(self) -> None:
        """The last file was read to its end."""
        reading, self._reading = self._reading, None
        if reading:
            # The top folder of an sdist is named for the release, and says nothing of what is in it.
            inner = reading.path.partition("/")[2] if self.origin.endswith(".tar.gz") else reading.path
            sample = is_sample(inner)
            self.sightings += [Sighting(hit, self.origin, reading.path, sample) for hit in reading.finish()]

    def _begin(self, path: str, size: int) -> _Reading | None:
        if size > self.budget:
            self._skip(path, f"it has {size} bytes, and {self.budget} were left to search")
            return None
        self.budget -= size
        self.files += 1
        self._reading = _Reading(path, Scanner(self.known))
        return self._reading

    def _read(self, file: Path, path: str) -> None:
        status = file.lstat()
        if not stat.S_ISREG(status.st_mode):
            return
        sink = self._begin(path, status.st_size)
        if sink:
            with file.open("rb") as content:
                while chunk := content.read(WINDOW):
                    sink(chunk)
            self.end()

    def _skip(self, path: str, reason: str) -> None:
        self.skipped[f"{path} in {self.origin}" if self.origin else path] = reason


def outcome(searches: Iterable[SecretSearch], allowed: Mapping[str, str]) -> Search:
    """What several searches came to together.

    Args:
        searches: that of the tree, and those of the archives.
        allowed: the reason for which a project lets a secret be, by its digest.
    """
    done = list(searches)
    for one in done:
        one.end()
    skipped = {path: reason for one in done for path, reason in one.skipped.items()}
    secrets = gather((sighting for one in done for sighting in one.sightings), allowed)
    return Search(secrets, sum(one.files for one in done), skipped)
