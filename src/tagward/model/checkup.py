"""What `doctor` has to say: the results by group, and what could not be seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tagward.model.findings import Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tagward.model.findings import Result

FIXABLE = frozenset({"G101", "G103", "G105", "G201"})
"""What the plan of `init` repairs, where nothing stands in its way."""


@dataclass(frozen=True, slots=True)
class Checkup:
    """One look at a project.

    Attributes:
        project: its name and what it is, for the first line.
        groups: the results, by the group they belong to, in the order of the screen.
        silences: what was asked and did not answer.
    """

    project: str
    groups: Mapping[str, tuple[Result, ...]]
    silences: tuple[str, ...] = ()

    def of(self, *statuses: Status) -> Iterator[Result]:
        """The results with one of these outcomes."""
        return (one for results in self.groups.values() for one in results if one.status in statuses)

    @property
    def exit_code(self) -> int:
        """1 where something is broken, else 3 where something that had to be asked did not answer, else 0."""
        if any(self.of(Status.FAILED)):
            return 1
        return 3 if self.silences or any(self.of(Status.BROKE)) else 0
