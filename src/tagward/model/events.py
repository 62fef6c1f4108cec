"""What happens while a tag is judged, for whoever wants to show it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tagward.model.candidate import Candidate
    from tagward.model.findings import Result, Verdict
    from tagward.model.states import Subject


@dataclass(frozen=True, slots=True)
class Began:
    """The judging of a candidate begins."""

    candidate: Candidate


@dataclass(frozen=True, slots=True)
class Working:
    """Something that takes a while begins; `group` is the group of checks that waits for it."""

    group: str
    what: str


@dataclass(frozen=True, slots=True)
class Entered:
    """The next part of the work that is being done begins."""

    what: str


@dataclass(frozen=True, slots=True)
class Reached:
    """A state was reached."""

    state: Subject


@dataclass(frozen=True, slots=True)
class Checked:
    """A check was asked of the state reached last."""

    result: Result


@dataclass(frozen=True, slots=True)
class Judged:
    """The judging of a candidate ended."""

    verdict: Verdict


Event = Began | Working | Entered | Reached | Checked | Judged
Notify = Callable[[Event], None]


def silence(event: Event) -> None:
    """Listen to nothing."""
    del event
