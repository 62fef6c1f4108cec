"""Many tags at once: judged by what git's objects and the index say of them, so that only new releases are built."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from tagward.checks import Selection
from tagward.cli._static import static_record
from tagward.model.index_state import Answer
from tagward.model.record import Settled, Swept
from tagward.model.workspace import Workspace
from tagward.survey import glance
from tagward.tools.census import Census
from tagward.tools.tags import CHUNK

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from packaging.version import Version

    from tagward.model.candidate import Candidate
    from tagward.model.findings import Result
    from tagward.model.index_state import IndexState
    from tagward.model.record import TagRecord
    from tagward.survey import Glance
    from tagward.tools.git import GitRepository
    from tagward.tools.index_state import Inquiry
    from tagward.tools.tags import RepositoryTags

SHOWN = 10
"""So many of the tags that are refused are told in full; of more, name and codes."""


@dataclass(slots=True)
class Sweep:
    """Sorts the release tags of a push, one commit after the other, and keeps no more of each than its name.

    A tag whose release the index has starts no publication. It is judged by everything that needs no build: itself, the
    version that its commit states, and what the index has. Where PyPI would still take files for its version, or nobody
    says when its files came and it is the newest one, it counts as new, so that a build compares the bytes.

    Attributes:
        tags: the objects of the tags.
        candidates: those of the push.
        inquiry: the question to the index, asked once for each project.
        limit: how many are built.
        all_or_none: build nothing where more than that are new, because a push of which one tag is not checked stops.
    """

    repository: GitRepository
    tags: RepositoryTags
    candidates: Sequence[Candidate]
    inquiry: Inquiry
    limit: int
    all_or_none: bool
    new: list[Candidate] = field(default_factory=list)
    refused: list[TagRecord] = field(default_factory=list)
    _refused_new: dict[str, TagRecord | str] = field(default_factory=dict)
    _more: list[tuple[str, str]] = field(default_factory=list)
    _settled: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    _warned: int = 0
    _states: dict[tuple[str, str], dict[Version, IndexState]] = field(default_factory=dict)
    _silent: IndexState | None = None

    def run(self) -> tuple[tuple[Candidate, ...], Swept]:
        """The tags to build, in the order of the push, and what there is to say of all the others.

        Raises:
            ConfigError: the rules of a commit are wrong.
            CannotJudge: git cannot read the repository.
        """
        self.inquiry.prepare()
        for start in range(0, len(self.candidates), CHUNK):
            for candidate, seen in self._glances(self.candidates[start : start + CHUNK]):
                self._sort(candidate, seen)
        sound = self.new
        if len(self.new) > self.limit:
            sound = [one for one in self.new if one.tag.name not in self._refused_new]
            for name, said in self._refused_new.items():
                self._refuse(name, said)
        newest = sorted(sound, key=lambda one: one.version, reverse=True)
        most = 0 if self.all_or_none and len(sound) > self.limit else self.limit
        built = {one.tag.name for one in newest[:most]}
        left = tuple(one.tag.name for one in newest[most:])
        settled = tuple(Settled(*key, tuple(names)) for key, names in self._settled.items())
        swept = Swept(settled, tuple(self._more), left, self.limit, self._warned)
        return tuple(one for one in self.new if one.tag.name in built), swept

    def _glances(self, candidates: Sequence[Candidate]) -> Iterator[tuple[Candidate, Glance | None]]:
        census: Census[str, Glance] = Census(self.repository, glance)
        found = census.ask([(one.tag.commit, one.folder) for one in candidates if one.tag.commit])
        for one in candidates:
            yield one, found.get((one.tag.commit, one.folder))

    def _sort(self, candidate: Candidate, seen: Glance | None) -> None:
        state = self._ask(seen.project, candidate) if seen and seen.project else None
        settled = state is not None and state.settled(candidate.version)
        if not settled:
            self.new.append(candidate)
        if not settled and len(self.candidates) <= self.limit:
            return
        # What compares it with other releases is for one that is still to come.
        alone = replace(candidate, others=(), usual="")
        record = static_record(alone, _results(alone, seen, replace(state, versions=()) if state else None))
        if not settled:
            if record.errors or record.broke:
                self._refused_new[record.name] = self._short(record)
        elif record.errors or record.broke:
            self._refuse(record.name, self._short(record))
        elif state:
            self._warned += bool(record.warnings)
            self._settled.setdefault((state.index, state.project), []).append(record.name)

    def _short(self, record: TagRecord) -> TagRecord | str:
        """The record while there are few; else the codes of what is wrong."""
        if len(self.refused) + len(self._refused_new) < SHOWN:
            return record
        codes = [told.check.code for told in record.errors] + [result.check.code for result in record.broke]
        return " ".join(dict.fromkeys(codes))

    def _refuse(self, name: str, said: TagRecord | str) -> None:
        if isinstance(said, str):
            self._more.append((name, said))
        else:
            self.refused.append(said)

    def _ask(self, project: str, candidate: Candidate) -> IndexState | None:
        if self._silent:
            return self._silent
        key = (project, candidate.folder)
        if key not in self._states:
            versions = {one.version for one in self.candidates if one.folder == candidate.folder}
            self._states[key] = self.inquiry.ask_all(project, versions)
        state = self._states[key][candidate.version]
        if state.answer in {Answer.SILENT, Answer.UNASKED}:
            self._silent = state  # it would keep each further project waiting as long
        return replace(state, committed=self.tags.committed(candidate.tag.oid))


def _results(candidate: Candidate, seen: Glance | None, state: IndexState | None) -> Iterator[Result]:
    selection = Selection.of(candidate.config)
    blocked = False
    for result in selection.ask(candidate):
        blocked = blocked or result.status.blocks
        yield result
    if seen and not blocked:
        yield from selection.ask(
            Workspace(candidate, None, {}, seen.project, seen.source, faults=seen.faults, index=state)
        )
