"""A release goes to an index: upload until the index shows every digest, and never believe an answer alone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from tagward.errors import CannotJudge
from tagward.model.publication import FileState, Moment, Outcome, Publication, Step, Verdict
from tagward.plans.publish import (
    answered,
    begun,
    compared,
    hindered,
    in_conflict,
    is_taken,
    pause_after,
    said,
    sending,
    unseen,
    verdict_on,
)

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence

    from tagward.model.publication import Answer, Patience, Shelved
    from tagward.model.receipt import Sealed


class Shelf(Protocol):
    """An index as one release sees it."""

    def look(self) -> tuple[Shelved, ...]:
        """What it has of the release; raises CannotJudge where it does not answer."""

    def send(self, sealed: Sealed) -> Answer:
        """Upload one file, once."""

    def fetch(self, shelved: Shelved) -> None:
        """Download one file and compare it with its digest; raises CannotJudge where that does not come out."""

    def rest(self, seconds: float) -> None:
        """Wait at least as long, and a little longer by chance, so that many do not come back at once."""

    def clock(self) -> float:
        """Seconds since some moment."""


def publish(publication: Publication, shelf: Shelf, patience: Patience, now: float) -> Iterator[Step]:
    """Bring a release to an index, step by step; the last step is the settled one.

    A step is yielded before every upload and after it, so that whoever listens can write it down first. Nothing of an
    earlier run is believed: what is there is asked anew, so that the same call resumes whatever was broken off.

    Args:
        publication: the files in the order in which they are to be sent, and nothing known of them.
        shelf: the index.
        patience: how long to try.
        now: seconds since the epoch.
    """
    publication = yield from _publish(publication, shelf, patience, now)
    yield Step(Moment.SETTLED, publication)


def _publish(
    publication: Publication, shelf: Shelf, patience: Patience, now: float
) -> Generator[Step, None, Publication]:
    publication = begun((yield from _look(publication, shelf, patience)))
    yield Step(Moment.LOOKED, publication)
    if not publication.settled:
        publication = hindered(publication, now)
    for file in [standing.file for standing in publication.of(FileState.ABSENT)]:
        if publication.settled:
            return publication
        if publication.standing(file).state is not FileState.SAME:
            publication = yield from _upload(publication, file, shelf, patience)
    if not publication.settled:
        publication = yield from _await(publication, shelf, patience, _files(publication))
    if not publication.settled:
        publication = yield from _copy(publication, shelf, patience)
    return publication


def _look(publication: Publication, shelf: Shelf, patience: Patience) -> Generator[Step, None, Publication]:
    """Ask the index what it has; settled as unfinished where it does not answer however often it is asked."""
    reason = ""
    for attempt in range(max(1, patience.attempts)):
        if attempt:
            yield from _rest(publication, shelf, pause_after(None, attempt - 1, patience), reason)
        try:
            return compared(publication, shelf.look())
        except CannotJudge as failure:
            reason = str(failure)
    return unseen(publication).came_to(Outcome.UNFINISHED, reason)


def _upload(
    publication: Publication, file: str, shelf: Shelf, patience: Patience
) -> Generator[Step, None, Publication]:
    """Send one file until it is taken, refused, or seen on the index."""
    for attempt in range(max(1, patience.attempts)):
        publication = sending(publication, file)
        yield Step(Moment.SENDING, publication, file)
        answer = shelf.send(publication.standing(file).sealed)
        publication = answered(publication, file, answer)
        yield Step(Moment.ANSWERED, publication, file, said(answer))
        match verdict_on(answer):
            case Verdict.ACCEPTED:
                return publication
            case Verdict.REFUSED:
                return (yield from _refused(publication, file, shelf, patience))
            case Verdict.DOUBTFUL:
                yield from _rest(publication, shelf, pause_after(answer, attempt, patience), said(answer), file)
        # The answer says nothing of what the index has: it may have stored the file before it failed.
        publication = in_conflict((yield from _look(publication, shelf, patience)))
        if publication.settled or publication.standing(file).state is FileState.SAME:
            return publication
    publication = yield from _await(publication, shelf, patience, (file,))
    if publication.outcome is Outcome.UNFINISHED and publication.settled:
        return _given_up(publication, file)
    return publication


def _refused(
    publication: Publication, file: str, shelf: Shelf, patience: Patience
) -> Generator[Step, None, Publication]:
    """After a refusal for good: the index is asked once more, because another run may have sent the same file."""
    reason = _refusal(publication, file)
    publication = in_conflict((yield from _look(publication, shelf, patience)))
    if publication.outcome is Outcome.CONFLICT or publication.standing(file).state is FileState.SAME:
        return publication
    return publication.came_to(Outcome.REFUSED, reason)


def _given_up(publication: Publication, file: str) -> Publication:
    standing = publication.standing(file)
    if standing.answer and is_taken(standing.answer):
        return publication.came_to(
            Outcome.REFUSED, _refusal(publication, file), f"and the page of the release does not list {file}"
        )
    times = "once" if standing.posts == 1 else f"{standing.posts} times"
    last = said(standing.answer) if standing.answer else ""
    return publication.came_to(
        Outcome.UNFINISHED, f"{file} was sent {times}, and is not there; the last answer: {last}"
    )


def _refusal(publication: Publication, file: str) -> str:
    answer = publication.standing(file).answer
    return f"{file} was refused: {said(answer) if answer else ''}"


def _await(
    publication: Publication, shelf: Shelf, patience: Patience, files: Sequence[str]
) -> Generator[Step, None, Publication]:
    """Ask until the index shows files with their digests; its pages lag behind what it has taken."""
    end, attempt = shelf.clock() + patience.wait, 0
    while True:
        publication, reason = _glance(publication, shelf, files)
        if publication.settled:
            return publication
        if not reason:
            yield Step(Moment.SHOWN, publication)
            return publication
        left = end - shelf.clock()
        if left <= 0 and attempt:  # one slow question is not yet an answer
            return publication.came_to(Outcome.UNFINISHED, f"{reason} (it was asked for {patience.wait:.0f} s)")
        pause = min(pause_after(None, attempt, patience), max(left, patience.pause))
        yield from _rest(publication, shelf, pause, reason)
        attempt += 1


def _glance(publication: Publication, shelf: Shelf, files: Sequence[str]) -> tuple[Publication, str]:
    """What one question to the index shows, and why it is not enough; empty where it is."""
    try:
        publication = in_conflict(compared(publication, shelf.look()))
    except CannotJudge as failure:
        return unseen(publication), str(failure)
    missing = [file for file in files if publication.standing(file).state is not FileState.SAME]
    return publication, f"the index does not show {', '.join(missing)} yet" if missing else ""


def _copy(publication: Publication, shelf: Shelf, patience: Patience) -> Generator[Step, None, Publication]:
    """Download the smallest file: the page states digests, and only a copy shows that files have them."""
    smallest = min(publication.standings, key=lambda standing: standing.sealed.size)
    reason = ""
    for attempt in range(max(1, patience.attempts)):
        if attempt:
            yield from _rest(publication, shelf, pause_after(None, attempt - 1, patience), reason)
        try:
            if smallest.shelved:
                shelf.fetch(smallest.shelved)
        except CannotJudge as failure:
            reason = str(failure)
        else:
            publication = replace(publication, copied=smallest.file)
            yield Step(Moment.COPIED, publication, smallest.file)
            return publication.came_to(Outcome.COMPLETE)
    return publication.came_to(
        Outcome.UNFINISHED, f"every digest is on the index, but no copy could be taken: {reason}"
    )


def _rest(
    publication: Publication, shelf: Shelf, seconds: float, note: str, file: str = ""
) -> Generator[Step, None, None]:
    yield Step(Moment.WAITING, publication, file, note, seconds)
    shelf.rest(seconds)


def _files(publication: Publication) -> tuple[str, ...]:
    return tuple(standing.file for standing in publication.standings)
