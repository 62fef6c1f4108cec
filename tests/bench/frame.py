"""What every benchmark shares: sides measured in turn in one run, and rows of their medians."""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

HEAD = "| what | by hand, or without | tagward | |\n|---|---|---|---|"
"""Of the table in Markdown that the rows make."""
MILLISECONDS_BELOW = 0.2


@dataclass(frozen=True, slots=True)
class Row:
    """One comparison.

    Attributes:
        what: both sides in words, what a user would do instead first; empty sides are left out.
        base: what a user would do instead; None where there is nothing to compare with.
        ours: what tagward costs.
        said: what the figures say about the target.
        unit: `s`, or `MiB`.
        series: the line of the plot that it is a point of; empty for none.
        size: where on that line: how many tags, files or projects.
    """

    what: str
    base: float | None
    ours: float
    said: str = ""
    unit: str = "s"
    series: str = ""
    size: int = 0

    @property
    def ratio(self) -> float:
        """Ours against the other side."""
        return self.ours / self.base if self.base else float("nan")

    @property
    def more(self) -> float:
        """What ours costs more, in milliseconds."""
        return (self.ours - (self.base or 0.0)) * 1000

    def line(self) -> str:
        """The row of the Markdown table."""
        last = self.said or (f"{self.ratio:.2f} ×, {self.more:+.0f} ms" if self.base else "")
        return f"| {self.what} | {self._shown(self.base)} | {self._shown(self.ours)} | {last} |"

    def _shown(self, value: float | None) -> str:
        if value is None:
            return "–"
        if self.unit != "s":
            return f"{value:.0f} {self.unit}"
        return f"{value * 1000:.1f} ms" if value < MILLISECONDS_BELOW else f"{value:.2f} s"


def paired(rounds: int, *acts: Callable[[], object]) -> list[float]:
    """The median seconds of each act, taken in turn, so that a busy moment of the machine meets them all."""
    return [statistics.median(taken) for taken in timed(rounds, *acts)]


def timed(rounds: int, *acts: Callable[[], object]) -> Sequence[list[float]]:
    """The seconds of each act and round."""
    seconds: list[list[float]] = [[] for _ in acts]
    for _ in range(rounds):
        for act, taken in zip(acts, seconds, strict=True):
            began = time.perf_counter()
            act()
            taken.append(time.perf_counter() - began)
    return seconds
