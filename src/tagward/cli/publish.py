"""`tagward publish DIST… --receipt R`: upload what was judged, and only that, until the index shows every digest."""

from __future__ import annotations

import sys
import time
from argparse import SUPPRESS, ArgumentTypeError
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tagward import __version__
from tagward.cli._output import add_output_arguments, text_report
from tagward.model.publication import Moment, Outcome, Patience, Publication, Standing, Step
from tagward.plans.publish import in_order, mismatches, next_step
from tagward.publication import publish
from tagward.report.live import Live
from tagward.report.publication import PublicationReport, document
from tagward.tools.delivery import read_receipt
from tagward.tools.index import DEFAULT_LIMITS, Limits, choice_of, index_of, is_address
from tagward.tools.journal import Journal
from tagward.tools.scratch import scratch
from tagward.tools.upload import ANSWER_SECONDS, Account, IndexShelf, gather

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterator

    from tagward.model.receipt import Receipt

DEFAULTS = Patience()


def add_arguments(parser: ArgumentParser) -> None:
    """The words of this command."""
    parser.add_argument("dists", nargs="+", type=Path, metavar="DIST", help="the files to upload, all of the receipt")
    parser.add_argument("--receipt", type=Path, required=True, metavar="R", help="what `tagward check --receipt` wrote")
    parser.add_argument(
        "--index", metavar="I", help="pypi, testpypi, an address or a section of ~/.pypirc (default: as twine has it)"
    )
    parser.add_argument("--read-index", metavar="URL", help="the simple index to read (default: the one beside it)")
    parser.add_argument(
        "--attempts", type=_count, default=DEFAULTS.attempts, metavar="N", help="how often (default: %(default)s)"
    )
    parser.add_argument(
        "--wait",
        type=_seconds,
        default=DEFAULTS.wait,
        metavar="S",
        help="how long the index may lag behind (default: %(default).0f s)",
    )
    parser.add_argument("--journal", type=Path, metavar="FILE", help="(default: publish.json beside the receipt)")
    parser.add_argument(
        "--format", choices=("text", "json"), default="text", help="json: one document on standard output"
    )
    # How soon it is tried again and given up, for rehearsals and tests; nobody else has a reason to change it.
    parser.add_argument("--pause", type=_seconds, default=DEFAULTS.pause, help=SUPPRESS)
    parser.add_argument("--timeout", type=_seconds, help=SUPPRESS)
    parser.add_argument("--deadline", type=_seconds, help=SUPPRESS)
    add_output_arguments(parser)


def run(options: Namespace) -> int:
    """Publish; the exit code is that of the outcome."""
    receipt = read_receipt(options.receipt)
    choice = choice_of(options.index)
    index = index_of(choice, options.read_index)
    standings = tuple(Standing(sealed) for sealed in in_order(receipt.files))
    publication = Publication(
        receipt.project, receipt.version, receipt.tag, index.name, index.upload, index.read, standings
    )
    teller = _teller(options)
    teller.begin(publication)
    with scratch("publish") as folder:
        account = Account(index, "" if is_address(choice) else choice, folder)
        try:
            for step in _steps(publication, receipt, account, options, teller):
                publication = step.publication
                teller.step(step)
        except KeyboardInterrupt:
            publication = publication.came_to(Outcome.INTERRUPTED, "interrupted: what is not there yet is not sent")
        finally:
            teller.report.live.rest()
    return teller.close(publication)


@dataclass(frozen=True, slots=True)
class _Teller:
    """Tells every step to whoever watches, once it stands in the journal."""

    report: PublicationReport
    journal: Journal
    started: str
    as_json: bool

    def begin(self, publication: Publication) -> None:
        """Nothing is known yet; and a journal that cannot be written is found out before anything is sent."""
        self.journal.write(self._document(publication))
        self.report.begin(publication)

    def step(self, step: Step) -> None:
        """What happens now, or just happened."""
        self.journal.write(self._document(step.publication, moment=step.moment.value, file=step.file))
        self.report.step(step)

    def close(self, publication: Publication) -> int:
        """What came of it; returns its exit code."""
        said = self._document(publication)
        self.journal.write(said)
        self.report.close(publication, next_step(publication))
        if self.as_json:
            sys.stdout.write(said)
        return publication.outcome.exit_code

    def _document(self, publication: Publication, **more: object) -> str:
        tool = {"name": "tagward", "version": __version__}
        context = {"tool": tool, "door": "publish", "started": self.started, **more}
        return document(publication, next_step(publication), context) + "\n"


def _teller(options: Namespace) -> _Teller:
    text = text_report(options)
    live = Live(text.stream, shown=not options.no_progress and not text.quiet)
    return _Teller(
        PublicationReport(text.stream, text.style, text.quiet, live),
        Journal(options.journal or options.receipt.with_name("publish.json")),
        datetime.now(UTC).isoformat(timespec="seconds"),
        options.format == "json",
    )


def _steps(
    publication: Publication, receipt: Receipt, account: Account, options: Namespace, teller: _Teller
) -> Iterator[Step]:
    """Compare the files with the receipt, look at the credential, and only then begin."""
    files = account.home / "files"
    files.mkdir()
    wrong = mismatches(receipt, gather(options.dists, files))
    if wrong:
        yield Step(Moment.SETTLED, publication.came_to(Outcome.MISMATCH, *wrong))
        return
    credential = account.credential()
    teller.report.authorized(credential.source, credential.warnings)
    patience = Patience(options.attempts, options.pause, wait=options.wait)
    limits, answer = DEFAULT_LIMITS, ANSWER_SECONDS
    if options.timeout is not None:
        limits, answer = Limits(*(options.timeout,) * 4), options.timeout
    shelf = IndexShelf(account, receipt.project, receipt.version, files, limits, options.deadline, answer)
    yield from publish(publication, shelf, patience, time.time())


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ArgumentTypeError("at least 1")
    return number


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 <= seconds < 86400:  # noqa: PLR2004  # a day; it also keeps nan and inf out
        raise ArgumentTypeError("a number of seconds, less than a day")
    return seconds
