"""What a command would write."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Write:
    """A file, as it is and as it shall be.

    Attributes:
        path: relative to the root of the repository, with forward slashes.
        before: its content now.
        after: its content afterwards.
    """

    path: str
    before: bytes
    after: bytes


@dataclass(frozen=True, slots=True)
class BumpPlan:
    """The files that set a version, and what nobody but a person can do.

    Attributes:
        writes: the files, each once, in the order of their names.
        set: what is set, as `what in place`.
        left: what is left as it is, each with its reason.
    """

    writes: tuple[Write, ...]
    set: tuple[str, ...]
    left: tuple[str, ...]
