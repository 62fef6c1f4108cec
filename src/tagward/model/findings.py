"""What checks say: findings, results, and the verdict on a tag."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tagward.model.candidate import Candidate
    from tagward.model.distributions import Distribution
    from tagward.model.installation import Installation
    from tagward.model.places import Place
    from tagward.model.receipt import Sealed


class Status(StrEnum):
    """The outcome of a check."""

    PASSED = "passed"
    WARNED = "warned"
    FAILED = "failed"
    SKIPPED = "skipped"
    UNSEEN = "unseen"
    """It cannot be known from here; only `doctor` looks at such things."""
    IGNORED = "ignored"
    BROKE = "broke"

    @property
    def blocks(self) -> bool:
        """Whether a release with this outcome may not go out: what could not be judged has not passed."""
        return self in {Status.FAILED, Status.BROKE}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong.

    Attributes:
        message: what is and what should be, one sentence without a full stop, both values in it.
        place: where; None where it has no place.
        label: a word on the underlined text of the place.
        why: what would happen to this release; empty: the reason of the check itself.
        notes: facts that explain it.
        fixes: commands to paste, in order; empty: the cure of the check itself.
        excerpt: lines of a log that show it.
        log: the file with everything.
    """

    message: str
    place: Place | None = None
    label: str = ""
    why: str = ""
    notes: tuple[str, ...] = ()
    fixes: tuple[str, ...] = ()
    excerpt: tuple[str, ...] = ()
    log: str = ""


@dataclass(frozen=True, slots=True)
class CheckInfo:
    """What a check says of itself; see `tagward.checks`."""

    code: str
    name: str
    subject: str
    title: str
    why: str
    fix: str
    warns: bool
    essential: bool


@dataclass(frozen=True, slots=True)
class Result:
    """A check's word on one subject.

    Attributes:
        reason: why it was skipped, unseen or ignored, or how it broke; of what passed, what was seen, where it says.
    """

    check: CheckInfo
    status: Status
    findings: tuple[Finding, ...] = ()
    reason: str = ""


class Outcome(StrEnum):
    """The verdict in one word."""

    PASSED = "passed"
    REFUSED = "refused"
    NOT_CHECKED = "not-checked"


@dataclass(frozen=True, slots=True)
class Trouble:
    """What kept a tag from being judged, as a value (see `tagward.errors`)."""

    message: str
    why: str = ""
    fixes: tuple[str, ...] = ()
    log: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """All that was said of one candidate.

    Attributes:
        files: the distributions that were judged; empty where nothing was built.
        trouble: what kept the rest from being judged.
        released: the last state, where the candidate passed them all.
        sealed: the same files as they were handed over then.
    """

    candidate: Candidate
    results: tuple[Result, ...]
    files: tuple[Distribution, ...] = ()
    trouble: Trouble | None = None
    released: Installation | None = None
    sealed: tuple[Sealed, ...] = ()

    @property
    def outcome(self) -> Outcome:
        """Refused if a check failed; else not checked if one broke or there was trouble; else passed."""
        statuses = {result.status for result in self.results}
        if Status.FAILED in statuses:
            return Outcome.REFUSED
        if Status.BROKE in statuses or self.trouble or not self.results:
            return Outcome.NOT_CHECKED
        return Outcome.PASSED
