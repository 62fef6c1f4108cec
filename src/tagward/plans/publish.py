"""What is to be uploaded and in which order, what an answer of the index means, and what may safely be done next."""

from __future__ import annotations

import re
from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING

from packaging.utils import InvalidSdistFilename, InvalidWheelFilename, parse_sdist_filename, parse_wheel_filename
from packaging.version import InvalidVersion, Version

from tagward.model.names import normalize
from tagward.model.publication import Answer, FileState, Outcome, Publication, Standing, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tagward.model.publication import Patience, Shelved
    from tagward.model.receipt import Receipt, Sealed

DAY = 86400.0
CLOSING_DAYS = 13
"""PyPI takes no new file for a release whose first file is older than 14 days; a day is kept as a margin."""

TRANSIENT = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS})
TAKEN = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.CONFLICT})
ACCOUNT = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})
SAME_COMMAND = "run the same command again: it sends what is missing, and nothing else"
NEW_VERSION = "release again under a new version: tagward bump VERSION, then tag it; file names are never free again"
MAX_SAID = 400
_EXISTS = re.compile(r"already exist", re.IGNORECASE)
_LIMIT = re.compile(r"limit|too large", re.IGNORECASE)
_MARKUP = re.compile(r"<(?:head|style|script)\b.*?</(?:head|style|script)>|<[^>]*>", re.DOTALL | re.IGNORECASE)


def mismatches(receipt: Receipt, given: Mapping[str, str]) -> tuple[str, ...]:
    """In what the files at hand are not those of the receipt; empty where they are exactly those.

    Args:
        receipt: of the release.
        given: the sha256 of every file at hand, by its name.
    """
    sealed = receipt.digests
    said = [f"{file} is not in the receipt" for file in given if file not in sealed]
    said += [f"{file} stands in the receipt, and was not given" for file in sealed if file not in given]
    said += [
        f"{file} is not the file that was judged: its sha256 is {given[file]}, and the receipt has {digest}"
        for file, digest in sealed.items()
        if given.get(file, digest) != digest
    ]
    said += [
        f"{file} is no sdist or wheel of {receipt.project} {receipt.version}, which the receipt is of"
        for file in sealed
        if _release(file) != (normalize(receipt.project), _version(receipt.version))
    ]
    bad = [code for code, status in receipt.checks.items() if status in {"failed", "broke"}]
    return (*said, *([f"the receipt is not of a release that passed: {', '.join(bad)}"] if bad else []))


def in_order(files: Sequence[Sealed]) -> tuple[Sealed, ...]:
    """The files as they are sent: wheels of platforms, then the wheel for all of them, the sdist last.

    While a release is half there, an sdist alone would make pip build from source for everybody, and a wheel for
    another platform leaves pip with the version before.
    """
    return tuple(sorted(files, key=lambda sealed: (_rank(sealed.file), sealed.file)))


def compared(publication: Publication, shelved: Sequence[Shelved]) -> Publication:
    """The same publication, after the index has shown what it has of the release."""
    by_name: dict[str, list[Shelved]] = {}
    for one in shelved:
        by_name.setdefault(one.file, []).append(one)
    standings = tuple(
        replace(standing, state=_state(standing, by_name.get(standing.file, [])), shelved=_last(by_name, standing.file))
        for standing in publication.standings
    )
    own = {standing.file for standing in standings}
    return replace(publication, standings=standings, others=tuple(one for one in shelved if one.file not in own))


def begun(publication: Publication) -> Publication:
    """The same, with a note of what was there before anything was sent."""
    standings = tuple(replace(one, before=one.state is FileState.SAME) for one in publication.standings)
    return replace(publication, standings=standings)


def unseen(publication: Publication) -> Publication:
    """The same after the index has not answered: what was seen there stays, everything else is unknown."""
    standings = tuple(
        standing if standing.state is FileState.SAME else replace(standing, state=FileState.UNKNOWN)
        for standing in publication.standings
    )
    return replace(publication, standings=standings)


def hindered(publication: Publication, now: float) -> Publication:
    """The same, settled where nothing may be sent any more: a name holds other bytes, or the release is closed.

    Args:
        publication: as the index showed it just now.
        now: seconds since the epoch.
    """
    publication = in_conflict(publication)
    shelved = [*publication.others, *(one.shelved for one in publication.standings if one.shelved)]
    first = min((one.uploaded for one in shelved if one.uploaded is not None), default=now)
    if publication.settled or not publication.of(FileState.ABSENT) or now - first <= CLOSING_DAYS * DAY:
        return publication
    missing = ", ".join(standing.file for standing in publication.of(FileState.ABSENT))
    return publication.came_to(
        Outcome.CLOSED,
        f"the first file of this release is {int((now - first) // DAY)} days old, and {missing} is missing:"
        " an index takes no new file for a release older than 14 days",
    )


def in_conflict(publication: Publication) -> Publication:
    """The same, settled where the index has other bytes under one of our names."""
    wrong = publication.of(FileState.DIFFERENT)
    if not wrong:
        return publication
    return publication.came_to(
        Outcome.CONFLICT,
        *(
            f"the index has {one.file} with other bytes: sha256 {one.shelved.sha256 if one.shelved else ''} there,"
            f" {one.sealed.sha256} in the receipt"
            for one in wrong
        ),
    )


def answered(publication: Publication, file: str, answer: Answer) -> Publication:
    """The same, after a file was sent and this came back."""
    return _with(publication, replace(publication.standing(file), answer=answer))


def sending(publication: Publication, file: str) -> Publication:
    """The same, with one more upload of a file."""
    standing = publication.standing(file)
    return _with(publication, replace(standing, posts=standing.posts + 1, answer=None))


def verdict_on(answer: Answer) -> Verdict:
    """What an answer means.

    Doubtful is everything after which the file may be there, or may be taken when it is sent again: no answer, a server
    in trouble, and "already exists", which an index may say of the bytes that it took a moment ago.
    """
    if answer.status is None:
        return Verdict.REFUSED if answer.refused or answer.unreadable else Verdict.DOUBTFUL
    if HTTPStatus.OK <= answer.status < HTTPStatus.MULTIPLE_CHOICES:
        return Verdict.ACCEPTED
    if answer.status in TRANSIENT or answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR or is_taken(answer):
        return Verdict.DOUBTFUL
    return Verdict.REFUSED


def is_taken(answer: Answer) -> bool:
    """Whether the index says that it has a file of this name already."""
    return answer.status in TAKEN and bool(_EXISTS.search(f"{answer.reason} {answer.text}"))


def pause_after(answer: Answer | None, attempt: int, patience: Patience) -> float:
    """Seconds until the next attempt: twice as long each time, and no shorter than the index asks for, up to a limit.

    Args:
        answer: what came back; None where it was no upload.
        attempt: how many attempts there were before this one.
        patience: the first pause and the longest.
    """
    asked = answer.retry_after if answer and answer.retry_after else 0.0
    return min(patience.longest, max(asked, patience.pause * 2.0 ** min(attempt, 16)))


def said(answer: Answer) -> str:
    """The answer of an index in its own words: PyPI writes its reason into the status line, others into the body."""
    if answer.status is None:
        return " ".join(answer.reason.split())[:MAX_SAID]
    phrase = " ".join(answer.reason.split())
    if not phrase or phrase.lower() in _phrases():
        body = " ".join(_MARKUP.sub(" ", answer.text).split())
        phrase = f"{phrase}: {body}" if phrase and body else phrase or body
    return f"{answer.status} {phrase}".strip()[:MAX_SAID]


def next_step(publication: Publication) -> str:
    """The one thing that may safely be done now; empty where nothing is left to do."""
    match publication.outcome:
        case Outcome.COMPLETE:
            return ""
        case Outcome.CONFLICT | Outcome.CLOSED:
            return NEW_VERSION
        case Outcome.MISMATCH:
            return "tagward check TAG --receipt RECEIPT --dist FOLDER makes files and receipt anew, in one run"
        case Outcome.UNFINISHED | Outcome.INTERRUPTED:
            return SAME_COMMAND
        case Outcome.REFUSED:
            return _after_refusal([one.answer for one in publication.standings if one.answer])


def _after_refusal(answers: list[Answer]) -> str:
    refusals = [answer for answer in answers if verdict_on(answer) is not Verdict.ACCEPTED]
    first = _repair(refusals[-1]) if refusals else ""
    return f"{first}, then {SAME_COMMAND}" if first else NEW_VERSION


def _repair(answer: Answer) -> str:
    """What lets the same bytes through after a refusal; empty where nothing does, and only other files can."""
    words, status = said(answer), answer.status or 0
    if answer.unreadable:
        return ""
    if answer.refused:
        return "set the publisher right in the settings of the index" if "publisher" in words else "set that right"
    if status in ACCOUNT:
        return "give it a token that may upload to this project (TWINE_PASSWORD)"
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        return "name the address that the index has now with --index"
    if status == HTTPStatus.NOT_FOUND:
        return "name an index that takes uploads with --index"
    return "ask the index for a higher limit" if _LIMIT.search(words) else ""


def _state(standing: Standing, found: Sequence[Shelved]) -> FileState:
    if not found:
        return FileState.ABSENT
    same = all(one.sha256 == standing.sealed.sha256 for one in found)
    return FileState.SAME if same else FileState.DIFFERENT


def _last(by_name: Mapping[str, Sequence[Shelved]], file: str) -> Shelved | None:
    found = by_name.get(file, ())
    return found[-1] if found else None


def _with(publication: Publication, standing: Standing) -> Publication:
    standings = tuple(standing if one.file == standing.file else one for one in publication.standings)
    return replace(publication, standings=standings)


def _rank(file: str) -> int:
    if not file.endswith(".whl"):
        return 2
    try:
        tags = parse_wheel_filename(file)[3]
    except InvalidWheelFilename:
        return 1
    return 1 if all(tag.platform == "any" for tag in tags) else 0


def _release(file: str) -> tuple[str, Version] | None:
    try:
        if file.endswith(".whl"):
            name, version, *_ = parse_wheel_filename(file)
        else:
            name, version = parse_sdist_filename(file)
    except (InvalidWheelFilename, InvalidSdistFilename):
        return None
    return name, version


def _version(text: str) -> Version | None:
    try:
        return Version(text)
    except InvalidVersion:
        return None


def _phrases() -> frozenset[str]:
    return frozenset(status.phrase.lower() for status in HTTPStatus)
