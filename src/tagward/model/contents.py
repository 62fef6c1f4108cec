"""What the commit has, held against what was built of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class LostKind(StrEnum):
    """What a tracked file is that the wheel lacks.

    Attributes:
        MODULE: code of Python.
        DATA: what code reads when it runs.
        MARKER: `py.typed` (PEP 561).
    """

    MODULE = "module"
    DATA = "data"
    MARKER = "marker"


@dataclass(frozen=True, slots=True)
class Lost:
    """A tracked file in a package of the wheel that the wheel lacks.

    Attributes:
        path: in the repository.
        packed: whether the sdist has it; where it has not, the wheel cannot.
    """

    path: str
    kind: LostKind
    packed: bool


@dataclass(frozen=True, slots=True)
class Text:
    """A text file of the commit: its path in the repository, and its content."""

    path: str
    content: str


@dataclass(frozen=True, slots=True)
class Contents:
    """The commit against the archives.

    Attributes:
        packages: the project's own import packages, as paths in the repository, that the wheel lacks altogether.
        lost: files in packages that the wheel has, which it lacks.
        unpacked: files of the project's folder that every sdist needs and this one lacks, as paths in the repository.
        unshipped: all files of the project's folder that the sdist lacks, as paths in the repository, sorted.
        readme: the file that the description is made of; None where that is not known.
        differing: how the wheel built from the commit itself differs from the one built from the sdist, one clause for
            each file; None where it was not built.
    """

    packages: tuple[str, ...] = ()
    lost: tuple[Lost, ...] = ()
    unpacked: tuple[str, ...] = ()
    unshipped: tuple[str, ...] = ()
    readme: Text | None = None
    differing: tuple[str, ...] | None = None
