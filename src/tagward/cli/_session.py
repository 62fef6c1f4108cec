"""One run of the gate, whatever door it came through: tags in, a record out, told as it happens."""

from __future__ import annotations

import importlib
import os
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from tagward.checks import Selection
from tagward.cli._commits import Commits
from tagward.cli._judging import Judging
from tagward.cli._recall import asked, beside
from tagward.cli._static import strangers_told
from tagward.discover import Discovery, discover
from tagward.judge import judge
from tagward.model.receipt import Receipt, differences
from tagward.model.record import Record, Swept
from tagward.model.refs import TAGS
from tagward.report.words import printable
from tagward.tools.delivery import delivery, hand_over, keep_locally, keep_report, known_receipt
from tagward.tools.index_state import Inquiry
from tagward.tools.memory import Memory, tool_versions
from tagward.tools.notes import are_elsewhere, notes, shown
from tagward.tools.signals import deadline
from tagward.tools.tags import RepositoryTags, message_of
from tagward.tools.workshop import LocalWorkshop

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from pathlib import Path

    from tagward.model.candidate import Candidate
    from tagward.model.github import Job
    from tagward.model.record import TagRecord
    from tagward.model.refs import PushedRef
    from tagward.report.record import Recorder
    from tagward.report.text import TextReport
    from tagward.tools.git import GitRepository
    from tagward.tools.run import Started

Limit = tuple[float | None, float | None]
"""The time limit of a run in seconds, and what is left of it; None, None without one."""

REPORT = "tagward.report.html"
MANY_TAGS = 3
"""GitHub creates no event for tags when more than three are pushed at once (GitHub documentation, "push" event)."""


@dataclass(frozen=True, slots=True)
class Session:
    """One run.

    Attributes:
        door: the command.
        limited: the time limit of the configuration holds, for all tags together.
        job: the job on GitHub that this is part of; receipts of earlier gates are compared there.
        dist: the folder for the distributions of a release that passes.
        pretended: the tags are not there yet.
        deep: the wheel is built a second time, from the commit itself.
        over_ssh: a connection waits that a server may drop.
        max_builds: how many releases are built; None: as the configuration says.
        ahead: see `tagward.tools.ahead`; ended with the run, whether it was of use or not.
    """

    repository: GitRepository
    report: TextReport
    door: str
    limited: bool = False
    progress: bool = True
    job: Job | None = None
    dist: Path | None = None
    pretended: bool = False
    deep: bool = False
    over_ssh: bool = False
    max_builds: int | None = None
    ahead: list[Started] = field(default_factory=list)

    def run(self, refs: Sequence[PushedRef], known: Mapping[PushedRef, TagRecord]) -> Record:
        """Judge every release tag among the refs of a push, branches included, that is not known to have passed.

        Raises:
            ConfigError: a configuration is wrong.
            CannotJudge: the repository cannot be read.
        """
        try:
            return self._run(refs, known)
        finally:
            for one in self.ahead:
                one.stop()

    def _run(self, refs: Sequence[PushedRef], known: Mapping[PushedRef, TagRecord]) -> Record:
        started, began, parent = time.time(), time.monotonic(), os.getppid()
        fresh_refs = [ref for ref in refs if ref not in known]
        oids = [ref.local_oid for ref in fresh_refs if ref.tag is not None and not ref.deletes]
        tags_there = RepositoryTags.of(self.repository, oids)
        rules = Commits(self.repository)
        rules.read(one.commit for one in tags_there.found.values() if one.commit)
        found = discover(fresh_refs, tags_there, rules)
        inquiry = Inquiry(must_answer=self.job is not None)
        building, swept = found.candidates, Swept()
        refused: tuple[TagRecord, ...] = ()
        if len(building) > 1 and not self.job:
            building, swept, refused = self._swept(found.candidates, tags_there, inquiry)
        for candidate in building:
            Selection.of(candidate.config)  # a wrong configuration ends the run, and not one of its processes
        dressed = [self._dressed(candidate) for candidate in building]
        judged = Judging(self, dressed, inquiry, began, parent).run()
        records = {record.name: record for record in (*refused, *judged)}
        tags = []
        for ref in refs:
            if ref in known:
                tags.append(known[ref])
                self.report.tag(known[ref])
            elif ref.tag in records and not ref.deletes:
                tags.append(records[ref.tag])
        told = tuple(strangers_told(found.strangers))
        record = Record(
            self.door,
            tuple(tags),
            told,
            tuple(_others(found, {name for name, _ in told})),
            (*self._moved(refs, records), *(_notices(len(tags) + swept.count) if self.report.pushing else ())),
            started,
            time.monotonic() - began,
            swept,
        )
        if found.candidates and not self.job and are_elsewhere(self.repository.common_dir):
            self.report.kept_elsewhere(shown(notes(self.repository.common_dir)))
        self.report.close(record)
        if found.candidates:
            render = importlib.import_module(REPORT).render  # only what was judged has something to show
            keep_report(self.repository.common_dir, render(record))
        return record

    def _swept(
        self, candidates: Sequence[Candidate], tags: RepositoryTags, inquiry: Inquiry
    ) -> tuple[tuple[Candidate, ...], Swept, tuple[TagRecord, ...]]:
        """The tags to build; what there is to say of the others, and those that are refused without a build."""
        from tagward.cli._sweep import Sweep  # noqa: PLC0415  # most pushes have one tag

        limit = self.max_builds or min(candidate.config.max_builds for candidate in candidates)
        sweep = Sweep(self.repository, tags, candidates, inquiry, limit, all_or_none=self.limited)
        building, swept = sweep.run()
        if swept.count or sweep.refused:
            self.report.sweep(len(candidates))
        for record in sweep.refused:
            self.report.tag(record)
        self.report.swept(swept)
        return building, swept, tuple(sweep.refused)

    def _moved(self, refs: Sequence[PushedRef], judged: Collection[str]) -> Iterator[str]:
        """The tags that are not where they were when they were judged: git sends the object that it announced."""
        known = [ref for ref in refs if ref.tag in judged and ref.local_ref.startswith(TAGS) and not self.pretended]
        if known:
            now = self.repository.refs_now(ref.local_ref for ref in known)
            for ref in known:
                if now.get(ref.local_ref) != ref.local_oid:
                    name = printable(ref.local_ref.removeprefix(TAGS))
                    became = "is at another object now" if ref.local_ref in now else "is no more"
                    what = "sent" if self.report.pushing else "judged"
                    yield f"{name} {became}: what is {what} is {ref.local_oid[:7]}, as it was"

    def _dressed(self, candidate: Candidate) -> Candidate:
        """The candidate with what only this door knows of it."""
        announced = self.job.announced if self.job else None
        if announced and announced.tag == candidate.tag.name:
            candidate = replace(candidate, announced=announced)
        if self.pretended:
            # A tag that is made for a release is annotated.
            name = candidate.tag.name
            candidate = replace(candidate, tag=replace(candidate.tag, pretended=True, annotated=True, headers=(name,)))
        return candidate

    def judge(self, candidate: Candidate, inquiry: Inquiry, recorder: Recorder, limit: Limit) -> TagRecord:
        """Judge one candidate, and remember it if it passes."""
        logs = notes(self.repository.common_dir) / "last"
        keeps = self.job is None  # a workflow trusts nothing that was made before it
        with delivery(self.dist) as waiting, deadline(*limit):
            workshop = LocalWorkshop(
                self.repository,
                logs,
                recorder,
                waiting,
                inquiry,
                deep=self.deep,
                keeps=keeps,
                ahead=self.ahead,
                later=(REPORT,),
            )
            verdict = judge(candidate, workshop, Selection.of(candidate.config), recorder)
            if waiting and self.dist and verdict.sealed:
                hand_over(waiting, self.dist, verdict.sealed)
        receipt = Receipt.of(verdict, tool_versions(), time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()))
        record = replace(
            recorder.records[-1],
            receipt=receipt,
            compared=(*self._compared(receipt), *self._against_the_tag(receipt)),
            logs=workshop.read_logs(candidate.tag),
        )
        if receipt and not self.pretended:
            keep_locally(self.repository.common_dir, receipt)
            # V001 has nothing to compare exactly where the version is not written down, so that tags may make it.
            others = beside(self.repository, record.commit) if "V001" in (record.skipped or {}) else None
            state = verdict.released.distributions.index if verdict.released else None
            question = asked(state, {file.file: file.sha256 for file in verdict.files})
            kept = {"version": record.version, "commit": record.commit, "beside": others, "index": question}
            Memory.of(self.repository.common_dir).keep(record.name, candidate.tag.oid, kept)
        return record

    def _compared(self, receipt: Receipt | None) -> tuple[str, ...]:
        """How the receipt that an earlier gate left differs; it is never more than compared."""
        earlier = known_receipt(self.repository.common_dir, receipt.tag) if receipt and self.job else None
        found = differences(receipt, earlier) if receipt and earlier else ()
        return tuple(f"against the receipt of the gate before: {difference}" for difference in found)

    def _against_the_tag(self, receipt: Receipt | None) -> tuple[str, ...]:
        """How what was built here differs from what the tag's message says was judged where the tag was made.

        Another machine may build other bytes from one commit for good reasons. So a difference is told and explained,
        and refuses nothing; and agreement permits nothing, because anybody may write a message.
        """
        from tagward.model.tagmessage import stated  # noqa: PLC0415  # only what passed has anything to compare

        message = message_of(self.repository, receipt.oid) if receipt and receipt.oid != receipt.commit else ""
        there = stated(message, receipt) if receipt and message else None
        if receipt is None or there is None:
            return ()
        found = differences(receipt, there)
        if not found:
            return ("the message of the tag states the digests of these very files",)
        return tuple(f"against the message of the tag: {difference}" for difference in found)


def _others(found: Discovery, told: Collection[str]) -> Iterator[tuple[str, str]]:
    """The tags that are no releases and of which no check has spoken, with the forms that releases have."""
    for stranger in found.strangers:
        if not stranger.releases and stranger.tag not in told:
            yield stranger.tag, " or ".join(stranger.forms)


def _notices(count: int) -> tuple[str, ...]:
    if count <= MANY_TAGS:
        return ()
    said = f"{count:,} release tags in one push: GitHub starts no workflow for the tags of a push with more than"
    return (f"{said} {MANY_TAGS}; push them one by one if a workflow waits for them",)
