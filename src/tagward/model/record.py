"""What every rendering draws: a run, tag by tag, stage by stage."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tagward.model.findings import Outcome, Status

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tagward.model.change import Change, Release
    from tagward.model.config import Config
    from tagward.model.distributions import Distribution
    from tagward.model.findings import CheckInfo, Finding, Result, Trouble
    from tagward.model.receipt import Receipt

GROUPS = ("tag", "source", "index", "build", "contents", "upload", "install")


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time in which one thing was done.

    Attributes:
        what: as a clause; empty where it has no name of its own.
        began: seconds since the judging of the tag began.
        seconds: how long it took.
    """

    what: str
    began: float
    seconds: float


@dataclass(frozen=True, slots=True)
class Stage:
    """One group of checks, in the order of the work.

    Attributes:
        status: the worst outcome of its checks; None where it was not reached.
        seconds: how long what it needs took.
        note: what was seen, or how many problems.
        spans: when that was, in order; a stage may wait for another one in between.
    """

    name: str
    status: Status | None
    seconds: float = 0.0
    note: str = ""
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """A finding with the check that made it."""

    check: CheckInfo
    finding: Finding
    status: Status
    group: str


@dataclass(frozen=True, slots=True)
class TagRecord:
    """All that is known of one tag.

    Attributes:
        remembered: seconds since the verdict was reached, where it was remembered; None where it was reached now.
        checks: the outcome of every check, by its code.
        ignored: the reasons of what was ignored, by code.
        skipped: the reasons of what was skipped, by code.
        broke: how checks of ours broke.
        notes: what a reader should know besides.
        receipt: what was judged; None where it did not pass, or was remembered.
        compared: how the receipt of another gate, and what the tag's message states, differ from what was judged.
        rules: the rules of its commit.
        logs: what tools said, by the name of the log; None where nobody asked for it.
        before: the release before, or why it is not known; None where nobody asked for it.
        change: what is new and what is gone since then; None where that is not known.
        project: its name, as the source or what was built of it spells it; empty where neither says.
        unshipped: files of the project's folder in git that the sdist lacks.
        builders: versions of what the build environments held, by name.
        python: the version of the Python that the wheel was installed for; empty where it was not.
    """

    name: str
    version: str
    commit: str
    outcome: Outcome
    stages: tuple[Stage, ...] = ()
    told: tuple[Told, ...] = ()
    checks: Mapping[str, str] | None = None
    ignored: Mapping[str, str] | None = None
    skipped: Mapping[str, str] | None = None
    broke: tuple[Result, ...] = ()
    trouble: Trouble | None = None
    files: tuple[Distribution, ...] = ()
    notes: tuple[str, ...] = ()
    seconds: float = 0.0
    remembered: float | None = None
    receipt: Receipt | None = None
    compared: tuple[str, ...] = ()
    rules: Config | None = None
    logs: Mapping[str, str] | None = None
    before: Release | None = None
    change: Change | None = None
    project: str = ""
    unshipped: tuple[str, ...] = ()
    builders: Mapping[str, str] = field(default_factory=dict)
    python: str = ""

    @property
    def errors(self) -> tuple[Told, ...]:
        """What refuses it."""
        return tuple(told for told in self.told if told.status.blocks)

    @property
    def warnings(self) -> tuple[Told, ...]:
        """What is told and does not refuse it."""
        return tuple(told for told in self.told if not told.status.blocks)


@dataclass(frozen=True, slots=True)
class Settled:
    """Tags of a project whose releases an index has: they start no publication, and were not built."""

    index: str
    project: str
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Swept:
    """What was said of many tags at once, without a build.

    Attributes:
        settled: tags whose releases are out, and nothing static speaks against them.
        refused: tags that are refused, beside those that are told in full, with the codes.
        left: tags that would start a publication and were not built, the newest first: they are not checked.
        limit: how many may be built.
        warned: how many of the settled ones have warnings.
    """

    settled: tuple[Settled, ...] = ()
    refused: tuple[tuple[str, str], ...] = ()
    left: tuple[str, ...] = ()
    limit: int = 0
    warned: int = 0

    @property
    def count(self) -> int:
        """How many tags it speaks of."""
        return sum(len(one.tags) for one in self.settled) + len(self.refused) + len(self.left)


@dataclass(frozen=True, slots=True)
class Record:
    """A whole run.

    Attributes:
        door: the command that was run.
        strangers: findings on tags that bring no candidate, by the tag's name.
        others: the names of tags that are no release tags, with the forms that release tags have.
        notices: sentences on the push as a whole.
        swept: tags of which nothing but this is known.
        started: seconds since the epoch.
    """

    door: str
    tags: tuple[TagRecord, ...]
    strangers: tuple[tuple[str, Told], ...] = ()
    others: tuple[tuple[str, str], ...] = ()
    notices: tuple[str, ...] = ()
    started: float = 0.0
    seconds: float = 0.0
    swept: Swept = Swept()

    @property
    def exit_code(self) -> int:
        """1 if something was refused, else 3 if something was not checked, else 0."""
        outcomes = {tag.outcome for tag in self.tags}
        refused = self.swept.refused or Outcome.REFUSED in outcomes
        if refused or any(told.status.blocks for _, told in self.strangers):
            return 1
        return 3 if self.swept.left or Outcome.NOT_CHECKED in outcomes else 0

    @property
    def outcome(self) -> Outcome:
        """The same in a word."""
        return {0: Outcome.PASSED, 1: Outcome.REFUSED}.get(self.exit_code, Outcome.NOT_CHECKED)
