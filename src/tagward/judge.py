"""From a candidate to a verdict: the states in order, and no further than the first that must not ship."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Protocol

from tagward import errors
from tagward.model.distributions import Distributions
from tagward.model.events import Began, Checked, Judged, Notify, Reached, silence
from tagward.model.findings import Result, Trouble, Verdict
from tagward.model.installation import Installation

if TYPE_CHECKING:
    from collections.abc import Generator
    from contextlib import AbstractContextManager

    from tagward.checks import Selection
    from tagward.model.candidate import Candidate
    from tagward.model.distributions import Distribution
    from tagward.model.receipt import Sealed
    from tagward.model.states import State
    from tagward.model.workspace import Workspace


class Workshop(Protocol):
    """Where the side effects live: it brings a candidate from one state to the next."""

    def export(self, candidate: Candidate) -> AbstractContextManager[Workspace]:
        """The files of the commit, in a place of their own that goes with the context."""

    def build(self, workspace: Workspace) -> Distributions:
        """The sdist and the wheel, or why there are none."""

    def install(self, distributions: Distributions) -> AbstractContextManager[Installation]:
        """A fresh environment with the wheel, which goes with the context."""

    def deliver(self, distributions: Distributions) -> tuple[Sealed, ...]:
        """Hand over the files of a release that passed every state; they are still those that were judged."""


def states(candidate: Candidate, workshop: Workshop) -> Generator[State, None, None]:
    """The states of a release, each made only when it is asked for."""
    yield candidate
    with workshop.export(candidate) as workspace:
        yield workspace
        distributions = workshop.build(workspace)
        yield distributions
        with workshop.install(distributions) as installation:
            yield installation


def judge(candidate: Candidate, workshop: Workshop, checks: Selection, notify: Notify = silence) -> Verdict:
    """Ask every check of each state; the first state with a blocking result is the last.

    Raises:
        ConfigError: the configuration is wrong; trouble of any other kind becomes part of the verdict.
    """
    results: list[Result] = []
    files: tuple[Distribution, ...] = ()
    trouble = None
    released: Installation | None = None
    sealed: tuple[Sealed, ...] = ()
    notify(Began(candidate))
    try:
        with closing(states(candidate, workshop)) as passing:
            for state in passing:
                if isinstance(state, Distributions):
                    files = state.files
                notify(Reached(state))
                for result in checks.ask(state):
                    results.append(result)
                    notify(Checked(result))
                if any(result.status.blocks for result in results):
                    break
                if isinstance(state, Installation):
                    released, sealed = state, workshop.deliver(state.distributions)
    except errors.CannotJudge as failure:
        trouble = Trouble(str(failure), failure.why, failure.fixes, failure.log)
    verdict = Verdict(candidate, tuple(results), files, trouble, released, sealed)
    notify(Judged(verdict))
    return verdict
