"""Many tags at once: judged by what git's objects and the index say of them, so that only new releases are built."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, cast

from tagward.checks import Selection
from tagward.cli._static import static_record
from tagward.errors import CannotJudge
from tagward.model.findings import Status
from tagward.model.index_state import Answer
from tagward.model.record import Settled, Swept, TagRecord
from tagward.model.workspace import Workspace
from tagward.survey import glance
from tagward.tools.census import Census
from tagward.tools.crew import Done, Lost, cores, in_processes
from tagward.tools.tags import CHUNK

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from packaging.version import Version

    from tagward.model.candidate import Candidate
    from tagward.model.findings import Result
    from tagward.model.index_state import IndexState
    from tagward.survey import Glance
    from tagward.tools.git import GitRepository
    from tagward.tools.index_state import Inquiry
    from tagward.tools.tags import RepositoryTags

AT_ONCE = 8
"""So many projects are asked for at the same time."""
SHOWN = 10
"""So many of the tags that are refused are told in full; of more, name and codes."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """What was found out about one tag.

    Attributes:
        home: the index and the project where its release is settled; None where it starts a publication.
        warned: there is something to say of it that refuses nothing.
        fault: what refuses it, or only the codes.
    """

    home: tuple[str, str] | None
    warned: bool = False
    fault: TagRecord | str | None = None


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
        for candidate, seen in zip(self.candidates, self._all_seen(), strict=True):
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

    def _all_seen(self) -> Iterator[_Seen]:
        """What is found out about each tag, in order; after some, as many at once as there are processors."""
        # The first ones ask the index, whose answer all processes then have.
        yield from self._seen(0)
        more = range(CHUNK, len(self.candidates), CHUNK)
        self.inquiry.settle()
        jobs = min(cores(), len(more)) if threading.active_count() == 1 else 1  # see tagward.cli._judging
        if jobs < 2:  # noqa: PLR2004
            for start in more:
                yield from self._seen(start)
            return

        def look(number: int, say: Callable[[object], None]) -> None:
            say(list(self._seen(more[number])))

        for said in in_processes(len(more), jobs, look, lambda: None):
            if isinstance(said, Lost):
                raise CannotJudge(f"reading the tags broke off: {said.reason.strip().rpartition(chr(10))[2]}")
            if not isinstance(said, Done):
                yield from cast("list[_Seen]", said)

    def _seen(self, start: int) -> Iterator[_Seen]:
        chunk = self.candidates[start : start + CHUNK]
        census: Census[str, Glance] = Census(self.repository, glance)
        found = census.ask([(one.tag.commit, one.folder) for one in chunk if one.tag.commit])
        glances = [(one, found.get((one.tag.commit, one.folder))) for one in chunk]
        self._ask(glances)
        shown = 0
        for one, glanced in glances:
            seen = self._look(one, glanced)
            if isinstance(seen.fault, TagRecord):
                shown += 1
                seen = replace(seen, fault=_codes(seen.fault)) if shown > SHOWN else seen
            yield seen

    def _look(self, candidate: Candidate, seen: Glance | None) -> _Seen:
        state = self._state(candidate, seen)
        home = (state.index, state.project) if state is not None and state.settled(candidate.version) else None
        if home is None and len(self.candidates) <= self.limit:
            return _Seen(home)
        # What compares it with other releases is for one that is still to come.
        alone = replace(candidate, others=(), usual="")
        results = tuple(_results(alone, seen, replace(state, versions=()) if state else None))
        if all(result.status in _NOTHING_TO_SAY for result in results):
            return _Seen(home)
        record = static_record(alone, results)
        fault = record if record.errors or record.broke else None
        return _Seen(home, bool(record.warnings), fault)

    def _sort(self, candidate: Candidate, seen: _Seen) -> None:
        name, fault = candidate.tag.name, seen.fault
        if isinstance(fault, TagRecord) and len(self.refused) + len(self._refused_new) >= SHOWN:
            fault = _codes(fault)
        if seen.home is None:
            self.new.append(candidate)
            if fault:
                self._refused_new[name] = fault
        elif fault:
            self._refuse(name, fault)
        else:
            self._warned += seen.warned
            self._settled.setdefault(seen.home, []).append(name)

    def _refuse(self, name: str, said: TagRecord | str) -> None:
        if isinstance(said, str):
            self._more.append((name, said))
        else:
            self.refused.append(said)

    def _ask(self, found: Iterable[tuple[Candidate, Glance | None]]) -> None:
        """Ask the index for every project of which it has not been asked, for several at once."""
        known = {(seen.project, one.folder) for one, seen in found if seen and seen.project} - self._states.keys()
        waiting = sorted(known)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            while waiting and not self._silent:
                batch, waiting = waiting[:AT_ONCE], waiting[AT_ONCE:]
                for key, states in zip(batch, pool.map(self._states_of, batch), strict=True):
                    self._states[key] = states
                    state = next(iter(states.values()))
                    if state.answer in {Answer.SILENT, Answer.UNASKED}:
                        self._silent = state  # it would keep all the others waiting as long

    def _states_of(self, key: tuple[str, str]) -> dict[Version, IndexState]:
        project, folder = key
        return self.inquiry.ask_all(project, {one.version for one in self.candidates if one.folder == folder})

    def _state(self, candidate: Candidate, seen: Glance | None) -> IndexState | None:
        if seen is None or not seen.project:
            return None
        states = self._states.get((seen.project, candidate.folder))
        state = states[candidate.version] if states else self._silent
        return replace(state, committed=self.tags.committed(candidate.tag.oid)) if state else None


_NOTHING_TO_SAY = {Status.PASSED, Status.SKIPPED, Status.IGNORED}


def _codes(record: TagRecord) -> str:
    """The codes of what refuses it."""
    codes = [told.check.code for told in record.errors] + [result.check.code for result in record.broke]
    return " ".join(dict.fromkeys(codes))


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
