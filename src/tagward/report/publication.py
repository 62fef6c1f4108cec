"""A publication as people read it, line by line, and as one JSON document."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, TextIO

from tagward.model.publication import FileState, Moment, Outcome, Publication, Standing, Step
from tagward.report.words import Style, plural, printable, size

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tagward.report.live import Live

SCHEMA_VERSION = 1
SAYS = {
    FileState.ABSENT: "absent",
    FileState.SAME: "there, the same bytes",
    FileState.DIFFERENT: "there, OTHER BYTES",
    FileState.UNKNOWN: "not known",
}
_LOUD = 2
LONG = 2000


@dataclass(frozen=True, slots=True)
class PublicationReport:
    """Writes a publication to one stream.

    Attributes:
        stream: where to.
        style: colours and glyphs.
        quiet: 0 everything, 1 problems only, 2 nothing.
        live: the line that tells what is being done.
    """

    stream: TextIO
    style: Style
    quiet: int
    live: Live

    def begin(self, publication: Publication) -> None:
        """The first line."""
        files, name = plural(len(publication.standings), "file"), _release(publication)
        self._line(f"tagward: publishing {name} to {printable(publication.index)}, {files}")

    def authorized(self, source: str, warnings: tuple[str, ...]) -> None:
        """What uploads are authorized with."""
        self._mark("✓", "good", "token", source)
        for warning in warnings:
            self._line(f"  ! {printable(warning)}", loud=True)

    def step(self, step: Step) -> None:
        """The line of one step; an upload is shown while it lasts."""
        self.live.rest()
        publication, file = step.publication, printable(step.file)
        match step.moment:
            case Moment.LOOKED:
                self._looked(publication)
            case Moment.SENDING:
                self.live.work("upload", file)
            case Moment.ANSWERED:
                self._answered(publication.standing(step.file), step.note)
            case Moment.WAITING:
                why = f": {printable(step.note)}" if step.note and not step.file else ""
                self._line(f"      the index is asked again in {step.seconds:.0f} s{why}")
            case Moment.SHOWN if publication.sent:
                shown = plural(len(publication.there), "digest")
                self._mark("✓", "good", "index", f"{printable(publication.index)} shows {shown} of the receipt")
            case Moment.COPIED:
                self._mark("✓", "good", "copy", f"{file} downloaded again, the same bytes")
            case Moment.SHOWN | Moment.SETTLED:
                pass

    def close(self, publication: Publication, following: str) -> None:
        """What came of it, what is on the index now, and the one thing to do next."""
        self.live.rest()
        if publication.outcome is Outcome.COMPLETE:
            self._complete(publication)
            return
        self._line("", loud=True)
        word = self.style.paint("error", "bad")
        for number, reason in enumerate(publication.reasons):
            head = f"{word}: " if number == 0 else "       "
            self._line(head + self.style.text(printable(reason, LONG)), loud=True, plain=True)
        self._listed("index", [_standing(standing) for standing in publication.standings])
        self._listed("else", [f"{printable(one.file)}  not in the receipt" for one in publication.others])
        if publication.outcome is Outcome.UNFINISHED:
            self._listed("read", [printable(publication.read)])
        self._listed("fix", [following] if following else [])
        self._verdict("✗", "bad", _failure(publication))

    def _looked(self, publication: Publication) -> None:
        there, files = len(publication.there), len(publication.standings)
        name = printable(publication.index)
        if publication.of(FileState.UNKNOWN):
            self._mark("?", "warn", "index", f"{name} did not answer")
        elif not there and not publication.of(FileState.DIFFERENT):
            self._mark("✓", "good", "index", f"{name} has nothing of these files yet")
        else:
            self._mark("✓", "good", "index", f"{name} has {there} of {plural(files, 'file')} already, the same bytes")
        for one in publication.others:
            self._line(f"  ! {printable(one.file)} is on {name}, and not in the receipt", loud=True)
        for standing in publication.there:
            if standing.shelved and standing.shelved.yanked is not None:
                self._line(f"  ! {printable(standing.file)} is yanked: {printable(standing.shelved.yanked)}", loud=True)

    def _answered(self, standing: Standing, note: str) -> None:
        accepted = standing.answer and standing.answer.status and standing.answer.status < 300  # noqa: PLR2004  # 2xx
        if accepted:
            self._mark("✓", "good", "upload", f"{printable(standing.file)} ({size(standing.sealed.size)})")
        else:
            self._mark("!", "warn", "upload", f"{printable(standing.file)}: {printable(note)}")

    def _complete(self, publication: Publication) -> None:
        name, index = _release(publication), printable(publication.index)
        for standing in publication.standings:
            self._line(f"      {standing.sealed.sha256}  {printable(standing.file)}")
        files = plural(len(publication.standings), "file")
        if publication.sent:
            self._verdict("✓", "good", f"{name} is on {index}: {files}, every digest as in the receipt")
        else:
            self._verdict(
                "✓", "good", f"{name} is already published, nothing to do: {files} on {index}, the same bytes"
            )

    def _listed(self, name: str, lines: list[str]) -> None:
        for number, line in enumerate(lines):
            head = f"   = {f'{name}:':<6} " if number == 0 else " " * 12
            self._line(head + line, loud=True)

    def _mark(self, glyph: str, colour: str, name: str, text: str) -> None:
        mark = self.style.paint(self.style.mark(glyph), colour)
        self._line(f"  {mark} {name:<9} {self.style.text(text)}", plain=True)

    def _verdict(self, glyph: str, colour: str, text: str) -> None:
        mark = self.style.paint(self.style.mark(glyph).rstrip(), colour)
        self._line(f"{mark} {self.style.text(text)}", loud=colour == "bad", plain=True)

    def _line(self, text: str, *, loud: bool = False, plain: bool = False) -> None:
        if self.quiet < (_LOUD if loud else 1):
            self.stream.write((text if plain else self.style.text(text)) + "\n")
            self.stream.flush()


def document(publication: Publication, following: str, context: Mapping[str, object]) -> str:
    """The publication as JSON: what `--format json` prints, and what stands in the journal.

    Args:
        publication: as far as it is.
        following: the one thing to do next.
        context: what the door knows besides: `tool`, times, what is being sent.
    """
    return json.dumps(
        {
            "schema_version": SCHEMA_VERSION,
            **context,
            "outcome": publication.outcome.value,
            "exit_code": publication.outcome.exit_code,
            "settled": publication.settled,
            "project": publication.project,
            "version": publication.version,
            "tag": printable(publication.tag),
            "index": publication.index,
            "upload": publication.upload,
            "read": publication.read,
            "sent": publication.sent,
            "files": [_file(standing) for standing in publication.standings],
            "others": [{"file": printable(one.file), "sha256": one.sha256} for one in publication.others],
            "copied": publication.copied,
            "reasons": [printable(reason, LONG) for reason in publication.reasons],
            "next": following,
        },
        indent=2,
    )


def _file(standing: Standing) -> dict[str, object]:
    answer, shelved = standing.answer, standing.shelved
    return {
        "file": standing.file,
        "sha256": standing.sealed.sha256,
        "size": standing.sealed.size,
        "state": standing.state.value,
        "there_before": standing.before,
        "posts": standing.posts,
        "answer": answer and {"status": answer.status, "reason": printable(answer.reason)},
        "url": shelved and printable(shelved.url),
    }


def _standing(standing: Standing) -> str:
    posted = f", sent {plural(standing.posts, 'time')}" if standing.posts else ""
    return f"{printable(standing.file)}  {SAYS[standing.state]}{posted}"


def _failure(publication: Publication) -> str:
    name, index = _release(publication), printable(publication.index)
    there, files = len(publication.there), plural(len(publication.standings), "file")
    now = f"{there} of {files} on {index}"
    nothing = "" if publication.sent else ". Nothing was sent."
    match publication.outcome:
        case Outcome.MISMATCH:
            return f"not published: the files are not those of the receipt{nothing}"
        case Outcome.REFUSED:
            return f"{index} refused {name}: {now}{nothing}"
        case Outcome.CONFLICT:
            return f"{name} is in conflict with what {index} has{nothing}"
        case Outcome.CLOSED:
            return f"{name} is closed on {index}: {now}{nothing}"
        case Outcome.INTERRUPTED:
            return f"interrupted: {now} as far as was seen{nothing}"
        case Outcome.UNFINISHED | Outcome.COMPLETE:
            return f"{name} is not complete: {now} as far as was seen{nothing}"


def _release(publication: Publication) -> str:
    return printable(f"{publication.project} {publication.version}")
