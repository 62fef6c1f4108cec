"""From events to records: stamps what happens with a clock, and tells a listener when a group of checks is complete."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tagward.model.artifact import RULES_DATE
from tagward.model.candidate import Candidate, Stranger
from tagward.model.change import Change, change_since
from tagward.model.distributions import Distributions, Kind
from tagward.model.events import Began, Checked, Entered, Event, Judged, Reached, Working
from tagward.model.findings import Result, Status, Verdict
from tagward.model.index_state import Answer
from tagward.model.installation import Installation
from tagward.model.record import GROUPS, Span, Stage, TagRecord, Told
from tagward.model.versions import Role
from tagward.model.workspace import Workspace
from tagward.report.words import plural, size

if TYPE_CHECKING:
    from collections.abc import Callable

    from tagward.model.states import Subject

_WORST = (Status.FAILED, Status.BROKE, Status.WARNED, Status.PASSED, Status.IGNORED, Status.SKIPPED)
_REACHED = {
    Candidate: ("tag",),
    Workspace: ("source", "index"),
    Distributions: ("build", "contents", "upload"),
    Installation: ("install",),
}
MAX_NAMED = 3


def _hear_nothing(*what: object) -> None:
    del what


@dataclass(slots=True)
class Recorder:
    """Listens to the judging of one candidate after the other, and keeps what it hears.

    Attributes:
        clock: seconds, from any beginning.
        group_of: the group under which a code is shown.
        on_stage: called with each stage as soon as all its checks were asked.
        on_working: called with what is being done.
    """

    clock: Callable[[], float]
    group_of: Callable[[str], str]
    on_begin: Callable[[Candidate], None] = _hear_nothing
    on_stage: Callable[[Stage], None] = _hear_nothing
    on_working: Callable[[str, str], None] = _hear_nothing
    records: list[TagRecord] = field(default_factory=list)
    _began: float = 0.0
    _since: float = 0.0
    _group: str = "tag"
    _what: str = ""
    _spans: dict[str, list[Span]] = field(default_factory=dict)
    _results: list[Result] = field(default_factory=list)
    _states: list[Subject] = field(default_factory=list)
    _stages: list[Stage] = field(default_factory=list)

    def __call__(self, event: Event) -> None:
        """Hear an event."""
        match event:
            case Began(candidate):
                self._began = self._since = self.clock()
                self._group, self._what, self._spans = "tag", "", {}
                self._results, self._states, self._stages = [], [], []
                self.on_begin(candidate)
            case Working(group, what):
                self._close()
                self._count(group, what)
                self.on_working(group, what)
            case Entered(what):
                self._count(self._group, what)
            case Reached(state):
                self._close()
                self._count("source" if isinstance(state, Workspace) else _REACHED[type(state)][-1])
                self._states.append(state)
            case Checked(result):
                self._results.append(result)
            case Judged(verdict):
                self._close()
                self._count("")
                self.records.append(self._record(verdict))

    def _count(self, group: str, what: str = "") -> None:
        """Charge the time since the last call to the group that it belongs to, and begin with another."""
        now = self.clock()
        spans = self._spans.setdefault(self._group, [])
        if now > self._since:
            spans.append(Span(self._what, self._since - self._began, now - self._since))
        self._since, self._group, self._what = now, group, what

    def _close(self) -> None:
        """Tell the groups of the state reached last, once its checks were asked."""
        done = {stage.name for stage in self._stages}
        for state in self._states[-1:]:
            for name in _REACHED[type(state)]:
                results = [result for result in self._results if self.group_of(result.check.code) == name]
                if name not in done and results:
                    self._count(self._group)
                    spans = tuple(self._spans.get(name, ()))
                    seconds = sum(span.seconds for span in spans)
                    stage = Stage(name, _worst(results), seconds, self._note(name, results), spans)
                    self._stages.append(stage)
                    self.on_stage(stage)

    def _note(self, name: str, results: list[Result]) -> str:
        errors = sum(len(result.findings) or 1 for result in results if result.status.blocks)
        warnings = sum(len(result.findings) for result in results if result.status is Status.WARNED)
        counts = [plural(count, noun) for count, noun in ((errors, "problem"), (warnings, "warning")) if count]
        if errors:
            return ", ".join(counts)
        seen = _seen(name, self._states[-1])
        return ", ".join([seen, *counts]) if seen else ", ".join(counts)

    def _record(self, verdict: Verdict) -> TagRecord:
        candidate = verdict.candidate
        distributions = next((state for state in self._states if isinstance(state, Distributions)), None)
        installation = next((state for state in self._states if isinstance(state, Installation)), None)
        reached = {stage.name for stage in self._stages}
        ahead = tuple(Stage(name, None) for name in GROUPS if name not in reached)
        notes = [note for state in self._states for note in _notes(state)]
        told = tuple(
            Told(result.check, finding, result.status, self.group_of(result.check.code))
            for result in verdict.results
            for finding in result.findings
        )
        return TagRecord(
            candidate.tag.name,
            str(candidate.version),
            candidate.tag.commit,
            verdict.outcome,
            (*self._stages, *ahead),
            tuple(sorted(told, key=lambda one: not one.status.blocks)),
            {result.check.code: result.status.value for result in verdict.results},
            {result.check.code: result.reason for result in verdict.results if result.status is Status.IGNORED},
            {result.check.code: result.reason for result in verdict.results if result.status is Status.SKIPPED},
            tuple(result for result in verdict.results if result.status is Status.BROKE),
            verdict.trouble,
            verdict.files,
            tuple(notes),
            self.clock() - self._began,
            before=distributions.before if distributions else None,
            change=_change(distributions) if distributions else None,
            project=next((name for state in self._states if (name := _project(state))), ""),
            unshipped=distributions.contents.unshipped if distributions and distributions.contents else (),
            builders=distributions.builders if distributions else {},
            python=installation.python if installation else "",
        )


def _project(state: Subject) -> str:
    match state:
        case Workspace(project=project):
            return project
        case Distributions(files=files):
            return next((file.name for file in files if file.name), "")
        case _:
            return ""


def _notes(state: Subject) -> list[str]:
    """What a reader should know and no check refuses."""
    match state:
        case Workspace():
            return _workspace_notes(state)
        case Distributions():
            return _distributions_notes(state)
        case _:
            return []


def _distributions_notes(distributions: Distributions) -> list[str]:
    """Secrets that are allowed, and files that the index has already."""
    search, index = distributions.search, distributions.index
    notes = (
        [f"{one.what} in {one.sightings[0]} is allowed: {one.allowed}" for one in search.secrets if one.allowed]
        if search
        else []
    )
    digests = {file.sha256 for file in distributions.files}
    there = [one.file for one in index.files if one.sha256 in digests] if index else []
    return [
        *notes,
        *change_notes(_change(distributions)),
        *([f"{index.index} has the same bytes already: {', '.join(there)}"] if index and there else []),
    ]


def _change(distributions: Distributions) -> Change | None:
    """What changed since the release before; None where it is not known."""
    wheels = distributions.of(Kind.WHEEL)
    return change_since(distributions.before, wheels[0]) if wheels else None


def change_notes(change: Change | None) -> list[str]:
    """What ships for the first time, and what a stolen release would need first: names to import and to run."""
    if change is None:
        return []
    told = (
        ("new in this release", change.new),
        ("gone from this release", change.gone),
        ("new to import", change.modules),
        ("new scripts", change.scripts),
    )
    return [f"{what}: {_some(list(names))}" for what, names in told if names]


def _workspace_notes(workspace: Workspace) -> list[str]:
    """Notes on the export, and text that names the version before."""
    shown = [f"{one.place} still names {one.text}" for one in workspace.mentions[:MAX_NAMED]]
    rest = len(workspace.mentions) - MAX_NAMED
    return [*workspace.notes, *shown, *([f"and {plural(rest, 'other place')} still name it"] if rest > 0 else [])]


def _worst(results: list[Result]) -> Status:
    statuses = {result.status for result in results}
    return next(status for status in _WORST if status in statuses)


def _seen(name: str, state: Subject) -> str:
    """What was seen in a group that has nothing against the release."""
    match state:
        case Candidate(tag=tag):
            if tag.pretended:
                return f"judged as if it were tagged {tag.name}"
            kind = f"{'annotated' if tag.annotated else 'lightweight'}{', signed' if tag.signed else ''}"
            return f"{kind}, of the form {state.form}" if state.form else kind
        case Workspace():
            return _versions_seen(state) if name == "source" else _index_seen(state)
        case Distributions():
            return _distributions_seen(name, state)
        case Installation():
            used = [
                *(f"import {loaded.name}" for loaded in state.imports),
                *(f"command {script.name}" for script in state.scripts),
            ]
            return f"fresh Python {state.python}: {_some(used)}"
        case Stranger():
            return ""


def _distributions_seen(name: str, distributions: Distributions) -> str:
    if name == "contents":
        return _contents_seen(distributions)
    files = ", ".join(f"{file.kind} {size(file.size)}" for file in distributions.files)
    built = f"{files} ({distributions.backend})" if distributions.backend else files
    return built if name == "build" else f"twine check; PyPI's rules as of {RULES_DATE}"


def _contents_seen(distributions: Distributions) -> str:
    count = plural(len(distributions.files[-1].members) if distributions.files else 0, "file")
    change, before = _change(distributions), distributions.before
    if change:
        return f"{count}: {len(change.new)} new, {len(change.gone)} gone since {change.since}"
    if before is None:
        return f"{count} in the wheel"
    return f"{count} in the wheel, {'the first release' if before.first else 'compared with nothing'}"


def _versions_seen(workspace: Workspace) -> str:
    source, version = workspace.source, workspace.candidate.version
    if source.declaration is None:
        return f"{source.reason or 'the build decides'}"
    agreeing = [one.place.path for one in workspace.declarations if one.version == version and one.role is Role.SHIPPED]
    places = list(dict.fromkeys([source.declaration.place.path, *(path.rpartition("/")[2] for path in agreeing)]))
    return f"{version} in {_some(places)}"


def _index_seen(workspace: Workspace) -> str:
    state, version = workspace.index, workspace.candidate.version
    if state is None:
        return "not asked" if workspace.project else "only the build knows the name of the project"
    if state.answer in {Answer.SILENT, Answer.UNASKED}:
        return f"not asked: {state.reason}"
    if state.answer is Answer.ABSENT:
        return f"{state.project} is a new name on {state.index}"
    if state.files:
        return f"{state.index} has {plural(len(state.files), 'file')} of {version} already"
    return f"{version} is free on {state.index}"


def _some(words: list[str]) -> str:
    rest = len(words) - MAX_NAMED
    return ", ".join(words[:MAX_NAMED]) + (f" and {rest} more" if rest > 0 else "")
