"""A publication: what an index has of a release, what it answered, and what came of it all."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tagward.model.receipt import Sealed


@dataclass(frozen=True, slots=True)
class Shelved:
    """A file as the simple page of an index lists it (PEP 503, PEP 691, PEP 700).

    Attributes:
        file: the file name.
        sha256: hexadecimal digest that the index states.
        size: bytes; None where the index does not say.
        uploaded: when, in seconds since the epoch; None where the index does not say.
        yanked: the reason why it was taken back (PEP 592), empty where none is given; None where it was not.
        url: where it can be downloaded.
    """

    file: str
    sha256: str
    size: int | None
    uploaded: float | None
    yanked: str | None
    url: str


class FileState(StrEnum):
    """What an index has under the name of a file."""

    ABSENT = "absent"
    SAME = "same"
    DIFFERENT = "different"
    UNKNOWN = "unknown"


class Outcome(StrEnum):
    """What came of a publication, in one word."""

    COMPLETE = "complete"
    REFUSED = "refused"
    CONFLICT = "conflict"
    CLOSED = "closed"
    MISMATCH = "mismatch"
    UNFINISHED = "unfinished"
    INTERRUPTED = "interrupted"

    @property
    def exit_code(self) -> int:
        """0 complete, 3 unfinished, 130 interrupted, and 1 where this release cannot be completed as it is."""
        return {Outcome.COMPLETE: 0, Outcome.UNFINISHED: 3, Outcome.INTERRUPTED: 130}.get(self, 1)


class Verdict(StrEnum):
    """What one upload came to."""

    ACCEPTED = "accepted"
    DOUBTFUL = "doubtful"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back when a file was sent.

    Attributes:
        status: the HTTP status; None where no answer came.
        reason: the reason phrase of the status line, in which PyPI says why; or what kept an answer from coming.
        text: the beginning of the answer's body.
        retry_after: seconds that the index asks to wait; None where it does not.
        refused: nothing was sent, because the index does not take the identity of this job (Trusted Publishing).
        unreadable: nothing was sent, because twine cannot read the file.
    """

    status: int | None = None
    reason: str = ""
    text: str = ""
    retry_after: float | None = None
    refused: bool = False
    unreadable: bool = False


@dataclass(frozen=True, slots=True)
class Credential:
    """What uploads are authorized with, without the secret itself.

    Attributes:
        source: where it comes from: a variable, ~/.pypirc, the keyring, Trusted Publishing.
        warnings: what is not as it should be, without being in the way.
    """

    source: str
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to try.

    Attributes:
        attempts: how often one file is sent, and how often the index is asked when it does not answer.
        pause: seconds before the second attempt; each further one waits twice as long.
        longest: the most seconds of one pause, whatever the index asks for.
        wait: seconds until the index must show what it has accepted.
    """

    attempts: int = 5
    pause: float = 2.0
    longest: float = 60.0
    wait: float = 120.0


@dataclass(frozen=True, slots=True)
class Standing:
    """One file of the receipt and its place on the index.

    Attributes:
        shelved: how the index listed it last; None where it did not.
        before: it was there when the run began.
        posts: how often it was sent in this run.
        answer: the last answer to that; None where it was not sent.
    """

    sealed: Sealed
    state: FileState = FileState.UNKNOWN
    shelved: Shelved | None = None
    before: bool = False
    posts: int = 0
    answer: Answer | None = None

    @property
    def file(self) -> str:
        """The file name."""
        return self.sealed.file


@dataclass(frozen=True, slots=True)
class Publication:
    """Where a publication stands.

    Attributes:
        project: the normalized name.
        version: in canonical form.
        tag: the tag of the receipt.
        index: the name of the index, for messages.
        upload: the address that files are sent to.
        read: the simple index that is asked what is there.
        standings: the files of the receipt, in the order in which they are sent.
        others: what the index has of this release besides.
        outcome: unfinished until it is settled; so whatever ends the process, the journal tells the truth.
        settled: whether there is nothing more to be done in this run.
        reasons: why, in sentences; what the index said is quoted.
        copied: the file that was downloaded and compared; empty where none was.
    """

    project: str
    version: str
    tag: str
    index: str
    upload: str
    read: str
    standings: tuple[Standing, ...]
    others: tuple[Shelved, ...] = ()
    outcome: Outcome = Outcome.UNFINISHED
    settled: bool = False
    reasons: tuple[str, ...] = ()
    copied: str = ""

    @property
    def sent(self) -> bool:
        """Whether anything was sent in this run."""
        return any(standing.posts for standing in self.standings)

    @property
    def there(self) -> tuple[Standing, ...]:
        """The files that the index has with the right bytes."""
        return self.of(FileState.SAME)

    def of(self, state: FileState) -> tuple[Standing, ...]:
        """The files in one state."""
        return tuple(standing for standing in self.standings if standing.state is state)

    def standing(self, file: str) -> Standing:
        """One file, by its name."""
        return next(standing for standing in self.standings if standing.file == file)

    def came_to(self, outcome: Outcome, *reasons: str) -> Publication:
        """The same, with what came of it."""
        return replace(self, outcome=outcome, reasons=reasons, settled=True)


class Moment(StrEnum):
    """A point in a publication at which something is told, and written into the journal."""

    LOOKED = "looked"
    SENDING = "sending"
    ANSWERED = "answered"
    WAITING = "waiting"
    SHOWN = "shown"
    COPIED = "copied"
    SETTLED = "settled"


@dataclass(frozen=True, slots=True)
class Step:
    """One point in a publication.

    Attributes:
        file: which file it is about; empty where it is about all.
        note: what is to be said besides: why we wait, what was answered.
        seconds: how long we wait.
    """

    moment: Moment
    publication: Publication
    file: str = ""
    note: str = ""
    seconds: float = 0.0
