"""The candidates that are built: judged one after the other or side by side, and told in their order."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from tagward.checks import group_of
from tagward.model.findings import Outcome, Trouble
from tagward.model.record import Stage, TagRecord
from tagward.report.live import Live
from tagward.report.record import Recorder
from tagward.report.words import printable
from tagward.tools.crew import Done, Lost, cores, in_processes
from tagward.tools.signals import follow_parent, out_of_time

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tagward.cli._session import Session
    from tagward.model.candidate import Candidate
    from tagward.tools.index_state import Inquiry

WARN_SECONDS, WARN_SHARE = 120.0, 0.4
"""A push over SSH is told after so long, or after this share of its time, that its connection may be dropped."""


@dataclass(frozen=True, slots=True)
class _Begun:
    """A candidate is being judged."""


@dataclass(frozen=True, slots=True)
class _Working:
    """What is being done."""

    group: str
    what: str


@dataclass(slots=True)
class Judging:
    """Judges candidates, and keeps their records.

    Attributes:
        began: when the run began, by the monotonic clock.
        parent: the process that started this one then.
    """

    session: Session
    candidates: Sequence[Candidate]
    inquiry: Inquiry
    began: float
    parent: int
    records: list[TagRecord] = field(default_factory=list)
    _live: Live = field(init=False)

    def run(self) -> list[TagRecord]:
        """Judge them, as many at once as there are processors."""
        if not self.candidates:
            return []
        session = self.session
        self._live = Live(session.report.stream, shown=session.progress and not session.report.quiet)
        self.inquiry.settle()
        # A question that the index has not answered may still have its thread, and a fork would inherit its locks.
        jobs = min(cores(), len(self.candidates)) if threading.active_count() == 1 else 1
        try:
            if jobs == 1:
                self._prepare()
                for number in range(len(self.candidates)):
                    self._judge(number, partial(self._hear, number))
            else:
                self._side_by_side(jobs)
        finally:
            self._live.close()
        return self.records

    @property
    def _limit(self) -> float | None:
        """Seconds for all of it; None without a limit."""
        return min(one.config.timeout for one in self.candidates) if self.session.limited else None

    def _prepare(self) -> None:
        """Begin what has a thread of its own."""
        if self.session.limited:
            follow_parent(self.parent)
        if self.session.over_ssh and self._limit:
            names = " ".join(printable(one.tag.name) for one in self.candidates[:3])
            seconds = min(WARN_SECONDS, WARN_SHARE * self._limit)
            self._live.remind(
                max(0.0, seconds + self.began - time.monotonic()),
                f"! {seconds:.0f} s used; a server may drop an idle SSH push. tagward check {names} beforehand makes"
                " the push instant",
            )

    def _side_by_side(self, jobs: int) -> None:
        number = 0
        for said in in_processes(len(self.candidates), jobs, self._judge, self._prepare):
            if isinstance(said, Lost):
                reason = said.reason.strip().rpartition("\n")[2]
                self._hear(number, _unjudged(self.candidates[number], Trouble(f"judging it broke off: {reason}")))
            elif not isinstance(said, Done):
                self._hear(number, said)
            number += isinstance(said, Done | Lost)

    def _judge(self, number: int, say: Callable[[object], None]) -> None:
        """Judge one candidate and say what happens; its record comes last, without the rules, which its side knows."""
        candidate, limit = self.candidates[number], self._limit
        left = None if limit is None else self.began + limit - time.monotonic()
        if limit is not None and left is not None and left <= 0:
            over = out_of_time(limit)
            say(_Begun())
            say(_unjudged(candidate, Trouble(str(over), over.why, over.fixes)))
            return
        recorder = Recorder(
            time.monotonic, group_of, lambda _: say(_Begun()), say, lambda group, what: say(_Working(group, what))
        )
        say(replace(self.session.judge(candidate, self.inquiry, recorder, (limit, left)), rules=None))

    def _hear(self, number: int, said: object) -> None:
        candidate, report = self.candidates[number], self.session.report
        match said:
            case _Begun():
                report.begin(candidate)
            case _Working(group, what):
                self._live.work(group, what)
            case Stage():
                self._live.rest()
                report.stage(said)
            case TagRecord():
                self._live.rest()
                record = replace(said, rules=candidate.config)
                self.records.append(record)
                report.tag(record)
            case _:
                raise TypeError(said)


def _unjudged(candidate: Candidate, trouble: Trouble) -> TagRecord:
    tag = candidate.tag
    return TagRecord(tag.name, str(candidate.version), tag.commit, Outcome.NOT_CHECKED, trouble=trouble)
