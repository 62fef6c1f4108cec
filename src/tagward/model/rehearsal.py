"""What a rehearsal shows: steps, each with what it proved or why it did not."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Leg(StrEnum):
    """Where on its way from the developer to the user a release is."""

    LAPTOP = "laptop"
    REMOTE = "remote"
    WORKFLOW = "workflow"
    INDEX = "index"
    PIP = "pip"


@dataclass(frozen=True, slots=True)
class Step:
    """One step.

    Attributes:
        name: a word: `push`, `refuse`.
        what: what it proved, as a sentence.
        passed: whether it came out as it must; a refusal that did not happen has failed.
        seconds: how long it took.
        said: what the programs printed.
        leg: where on its way the release was.
    """

    name: str
    what: str
    passed: bool
    seconds: float
    said: str = ""
    leg: Leg = Leg.LAPTOP


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """A whole rehearsal.

    Attributes:
        project: its name.
        version: what was released on throwaway ground.
        tag: the tag of that release.
        commit: the commit of the user that it began from; empty for the built-in project.
        steps: in order; the last one is the failed one, where one failed.
        commands: how the same is done for real, one line each.
    """

    project: str
    version: str
    tag: str
    commit: str
    steps: tuple[Step, ...]
    commands: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether every step came out as it must."""
        return bool(self.steps) and all(step.passed for step in self.steps)

    @property
    def refusals(self) -> int:
        """How many steps proved that something is refused."""
        return sum(step.passed and step.name == "refuse" for step in self.steps)

    @property
    def seconds(self) -> float:
        """How long all of it took."""
        return sum(step.seconds for step in self.steps)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one push or commit on throwaway ground.

    Attributes:
        accepted: whether it went through.
        said: what was printed on standard error.
        refs: the refs of the remote afterwards.
    """

    accepted: bool
    said: str
    refs: frozenset[str] = frozenset()
