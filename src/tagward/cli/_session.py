"""One run of the gate, whatever door it came through: tags in, a record out, told as it happens."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tagward.checks import Selection, checks_of, group_of
from tagward.cli._commits import Commits
from tagward.cli._recall import asked, beside
from tagward.discover import Discovery, discover
from tagward.errors import CannotJudge
from tagward.judge import judge
from tagward.model.receipt import Receipt, differences
from tagward.model.record import Record, Told
from tagward.report.live import Live
from tagward.report.record import Recorder
from tagward.report.words import plural
from tagward.tools.delivery import delivery, keep_locally, keep_report, known_receipt
from tagward.tools.index_state import Inquiry
from tagward.tools.memory import Memory, tool_versions
from tagward.tools.signals import deadline
from tagward.tools.tags import RepositoryTags
from tagward.tools.workshop import LocalWorkshop

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from pathlib import Path

    from tagward.model.candidate import Candidate
    from tagward.model.github import Job
    from tagward.model.record import Stage, TagRecord
    from tagward.model.refs import PushedRef
    from tagward.report.text import TextReport
    from tagward.tools.git import GitRepository

MANY_TAGS = 3
"""GitHub creates no event for tags when more than three are pushed at once (GitHub documentation, "push" event)."""


@dataclass(frozen=True, slots=True)
class Session:
    """One run.

    Attributes:
        door: the command.
        limited: the time limit of the configuration holds.
        job: the job on GitHub that this is part of; receipts of earlier gates are compared there.
        dist: the folder for the distributions of a release that passes.
        pretended: the tags are not there yet.
        deep: the wheel is built a second time, from the commit itself.
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

    def run(self, refs: Sequence[PushedRef], known: Mapping[PushedRef, TagRecord]) -> Record:
        """Judge every release tag among the refs of a push, branches included, that is not known to have passed.

        Raises:
            ConfigError: a configuration is wrong.
            CannotJudge: the repository cannot be read, or there are too many releases at once.
        """
        started, began = time.time(), time.monotonic()
        memory = Memory.of(self.repository.common_dir)
        fresh_refs = [ref for ref in refs if ref not in known]
        oids = [ref.local_oid for ref in fresh_refs if ref.tag is not None and not ref.deletes]
        tags_there = RepositoryTags.of(self.repository, oids)
        rules = Commits(self.repository)
        rules.read(commit for commit in tags_there.commits.values() if commit)
        found = discover(fresh_refs, tags_there, rules)
        _bounded(found.candidates)
        fresh = iter([self._judge(self._dressed(candidate), memory) for candidate in found.candidates])
        tags = []
        names = {candidate.tag.name for candidate in found.candidates}
        for ref in refs:
            if ref in known:
                tags.append(known[ref])
                self.report.tag(known[ref])
            elif ref.tag in names and not ref.deletes:
                tags.append(next(fresh))
        told = tuple(_told(found))
        record = Record(
            self.door,
            tuple(tags),
            told,
            tuple(_others(found, {name for name, _ in told})),
            _notices(len(tags)) if self.report.pushing else (),
            started,
            time.monotonic() - began,
        )
        self.report.close(record)
        if found.candidates:
            from tagward.report.html import render  # noqa: PLC0415  # only what was judged has something to show

            keep_report(self.repository.common_dir, render(record))
        return record

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

    def _judge(self, candidate: Candidate, memory: Memory) -> TagRecord:
        live = Live(self.report.stream, shown=self.progress and not self.report.quiet)

        def stage(done: Stage) -> None:
            live.rest()
            self.report.stage(done)

        recorder = Recorder(time.monotonic, group_of, self.report.begin, stage, live.work)
        logs = self.repository.common_dir / "tagward" / "last"
        try:
            with delivery(self.dist) as waiting, deadline(candidate.config.timeout if self.limited else None):
                inquiry = Inquiry(must_answer=self.job is not None)
                keeps = self.job is None  # a workflow trusts nothing that was made before it
                workshop = LocalWorkshop(self.repository, logs, recorder, waiting, inquiry, deep=self.deep, keeps=keeps)
                verdict = judge(candidate, workshop, Selection.of(candidate.config), recorder)
        finally:
            live.rest()
        receipt = Receipt.of(verdict, tool_versions(), time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()))
        record = replace(
            recorder.records[-1],
            receipt=receipt,
            rules=candidate.config,
            compared=self._compared(receipt),
            logs=workshop.read_logs(candidate.tag),
        )
        self.report.tag(record)
        if receipt and not self.pretended:
            keep_locally(self.repository.common_dir, receipt)
            # V001 has nothing to compare exactly where the version is not written down, so that tags may make it.
            others = beside(self.repository, record.commit) if "V001" in (record.skipped or {}) else None
            state = verdict.released.distributions.index if verdict.released else None
            question = asked(state, {file.file: file.sha256 for file in verdict.files})
            kept = {"version": record.version, "commit": record.commit, "beside": others, "index": question}
            memory.keep(record.name, candidate.tag.oid, kept)
        return record

    def _compared(self, receipt: Receipt | None) -> tuple[str, ...]:
        """How the receipt that an earlier gate left differs; it is never more than compared."""
        earlier = known_receipt(self.repository.common_dir, receipt.tag) if receipt and self.job else None
        return differences(receipt, earlier) if receipt and earlier else ()


def _bounded(candidates: tuple[Candidate, ...]) -> None:
    limit = min((candidate.config.max_builds for candidate in candidates), default=0)
    if len(candidates) > limit:
        names = ", ".join(candidate.tag.name for candidate in candidates[:limit])
        raise CannotJudge(
            f"{len(candidates)} release tags at once, and no more than {limit} are built in one go: {names} …",
            why="each one is built and installed, and servers drop a connection that waits for long",
            fixes=(
                f"push at most {limit} of them at a time",
                "or set max-builds in [tool.tagward]",
                "or judge them first, a few at a time (tagward check TAG …): what has passed is remembered",
            ),
        )


def _others(found: Discovery, told: Collection[str]) -> Iterator[tuple[str, str]]:
    """The tags that are no releases and of which no check has spoken, with the forms that releases have."""
    for stranger in found.strangers:
        if not stranger.releases and stranger.tag not in told:
            yield stranger.tag, " or ".join(stranger.forms)


def _told(found: Discovery) -> list[tuple[str, Told]]:
    told = []
    for stranger in found.strangers:
        for check in checks_of("Stranger"):
            result = check(stranger)
            told += [(stranger.tag, Told(result.check, finding, result.status, "tag")) for finding in result.findings]
    return told


def _notices(count: int) -> tuple[str, ...]:
    if count <= MANY_TAGS:
        return ()
    said = (
        f"{plural(count, 'release tag')} in one push: GitHub starts no workflow for the tags of a push with more than"
    )
    return (f"{said} {MANY_TAGS}; push them one by one if a workflow waits for them",)
