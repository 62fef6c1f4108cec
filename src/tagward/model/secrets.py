"""Secrets where they do not belong: what was sighted, and what was made of it. No value of a secret is ever kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

TREE = ""
"""The origin of what stands in a tracked file of the commit."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A secret in one file.

    Attributes:
        code: the check that tells it, where it stands in the way of a release.
        what: what it is, as "a PyPI token".
        sha256: hexadecimal digest of the secret; of the whole content, where the file as such is one.
        shown: its first characters, twelve at most; empty where not even those are told.
        line: from 1; 0 where the file as a whole is meant.
        certain: its structure proves that it is real, and not only like one.
        note: what explains the doubt, or the certainty.
    """

    code: str
    what: str
    sha256: str
    shown: str = ""
    line: int = 0
    certain: bool = True
    note: str = ""


@dataclass(frozen=True, slots=True)
class Sighting:
    """A hit, and where.

    Attributes:
        origin: the file name of the distribution; `TREE` for a tracked file of the commit.
        path: the path in the repository, or the exact name of the member.
        sample: the path is that of tests, documentation or examples.
    """

    hit: Hit
    origin: str
    path: str
    sample: bool = False

    def __str__(self) -> str:
        where = f"{self.path}:{self.hit.line}" if self.hit.line else self.path
        return f"{where} in {self.origin}" if self.origin else where


@dataclass(frozen=True, slots=True)
class Secret:
    """One secret, however often it stands in the release.

    Attributes:
        code: the check that tells it.
        sightings: the tracked files first.
        allowed: the reason for which the project lets it be; empty where it does not.
    """

    code: str
    what: str
    sha256: str
    shown: str
    sightings: tuple[Sighting, ...]
    note: str = ""
    allowed: str = ""


@dataclass(frozen=True, slots=True)
class Search:
    """What a search for secrets came to.

    Attributes:
        secrets: each once.
        files: how many files were read.
        skipped: the files that were not, or not to their end, with the reason.
    """

    secrets: tuple[Secret, ...]
    files: int
    skipped: Mapping[str, str]
