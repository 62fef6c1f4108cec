"""The run as people read it: a line for each stage as it happens, problems in full, the verdict last."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING, TextIO

from tagward.model.findings import Outcome, Status, Trouble
from tagward.report.words import Style, ago, plural, printable

if TYPE_CHECKING:
    from tagward.model.candidate import Candidate
    from tagward.model.places import Place
    from tagward.model.record import Record, Stage, Swept, TagRecord, Told

WIDTH = 80
NARROW = 60
NAME = 9
INDENT = 11
MIN_ROOM = 20
PROSE = {"why", "note"}
MAX_QUOTE = 160
MAX_OTHERS = 10
MARKS = {
    Status.PASSED: ("✓", "good"),
    Status.WARNED: ("!", "warn"),
    Status.FAILED: ("✗", "bad"),
    Status.BROKE: ("✗", "bad"),
    Status.SKIPPED: ("–", "dim"),
    Status.UNSEEN: ("?", "warn"),
    Status.IGNORED: ("–", "dim"),
}


@dataclass(frozen=True, slots=True)
class TextReport:
    """Writes a run to one stream.

    Attributes:
        stream: where to.
        style: colours and glyphs.
        width: columns.
        quiet: 0 everything, 1 problems only, 2 nothing.
        pushing: whether a push waits for the verdict.
    """

    stream: TextIO
    style: Style
    width: int = WIDTH
    quiet: int = 0
    pushing: bool = False

    def begin(self, candidate: Candidate) -> None:
        """The first line on a tag."""
        name, short = printable(candidate.tag.name), (candidate.tag.commit or candidate.tag.oid)[:7]
        where = " before it leaves this machine" if self.pushing else ""
        self._line(f"tagward: checking {name}{f' ({short})' if short else ''}{where}", loud=False)

    def stage(self, stage: Stage) -> None:
        """The line of one stage."""
        if stage.status is None:
            return
        glyph, colour = MARKS[stage.status]
        head = f"  {self.style.mark(glyph)} {stage.name:<{NAME}} "
        seconds = f"{stage.seconds:.1f} s"
        room = max(10, min(self.width, WIDTH) - len(head) - len(seconds) - 2)
        note = printable(stage.note)
        note = note if len(note) <= room else note[: room - 1] + "…"
        body = self.style.text(f"{stage.name:<{NAME}} {note:<{room}}  {seconds}")
        self._line(f"  {self.style.paint(self.style.mark(glyph), colour)} {body}", loud=False, plain=True)

    def tag(self, record: TagRecord) -> None:
        """Everything on one tag below its stages, its verdict last."""
        if record.remembered is not None:
            self._remembered(record)
            return
        self._not_reached(record)
        for note in record.notes:
            self._line(f"      {printable(note)}", loud=False)
        for difference in record.compared:
            self._line(f"      {printable(difference)}", loud=False)
        for code, reason in (record.ignored or {}).items():
            self._line(f"  – {code} is ignored: {printable(reason)}", loud=False)
        for number, told in enumerate(record.told):
            self._problem(told)
            if number == 0 and told.status.blocks:
                self._line(f"   = more: tagward explain {told.check.code}")
        for result in record.broke:
            self._line(
                f"error: {result.check.code} broke ({printable(result.reason)}), so {printable(record.name)} was not"
                " fully checked; please report it"
            )
        if record.trouble:
            self.trouble(f"{printable(record.name)} was not checked: {record.trouble.message}", record.trouble)
        if record.outcome is Outcome.PASSED:
            self._line("", loud=False)
            self._verdict("good", f"✓ {printable(record.name)} {_passed(record)}")

    def close(self, record: Record) -> None:
        """What concerns the run as a whole, and the last line."""
        for name, form in record.others[:MAX_OTHERS]:
            self._line(f'  – {printable(name)} is not a release tag (tag = "{form}"): not checked', loud=False)
        if len(record.others) > MAX_OTHERS:
            rest = plural(len(record.others) - MAX_OTHERS, "more tag")
            self._line(f"  – {rest} of this push are no release tags: not checked", loud=False)
        for _, told in record.strangers:
            self._problem(told)
        for notice in record.notices:
            self._line(f"  ! {notice}")
        if record.exit_code:
            self._line("")
            self._verdict("bad", self._refusal(record))

    def kept_elsewhere(self, folder: str) -> None:
        """Nothing is written into the repository."""
        self._line(
            f"  ! nothing can be kept in this repository: receipts, passes and reports are in {printable(folder)}",
            loud=False,
        )

    def sweep(self, count: int) -> None:
        """The first line on many tags."""
        where = " before they leave this machine" if self.pushing else ""
        self._line(f"tagward: looking at {count:,} release tags{where}", loud=False)

    def swept(self, swept: Swept) -> None:
        """What there is to say of tags that were judged without a build: counts, and the names of the bad ones."""
        for one in swept.settled:
            are = plural(len(one.tags), "tag") + (" is" if len(one.tags) == 1 else " are")
            first, last = printable(one.tags[0]), printable(one.tags[-1])
            names = first if len(one.tags) == 1 else f"{first} to {last}"
            self._line(
                f"  – {are} out on {one.index} already ({one.project}, {names}): not built, as no publication starts",
                loud=False,
            )
        if swept.warned:
            self._line(f"  ! {plural(swept.warned, 'of these tag')} with warnings: tagward check TAG tells", loud=False)
        if swept.refused:
            shown = ", ".join(f"{printable(name)} ({codes})" for name, codes in swept.refused[:MAX_OTHERS])
            rest = len(swept.refused) - MAX_OTHERS
            self._line(f"  ✗ refused as well: {shown}{f' and {rest:,} more' if rest > 0 else ''}")
        if swept.left:
            self._left(swept)

    def _left(self, swept: Swept) -> None:
        names = ", ".join(printable(name) for name in swept.left[:3])
        rest = len(swept.left) - 3
        more = " would" if self.pushing else " more would"
        said = f"{len(swept.left):,} release tag{'s' * (len(swept.left) > 1)}{more} start a publication and"
        what = f"no more than {swept.limit} are built in one {'push' if self.pushing else 'run'}"
        tags = " ".join(printable(name) for name in swept.left[: swept.limit])
        self.trouble(
            f"{said} {'was' if len(swept.left) == 1 else 'were'} not checked, as {what}: "
            f"{names}{f' and {rest:,} more' if rest > 0 else ''}",
            Trouble(
                "",
                "each one is built and installed, and servers drop a connection that waits for long",
                (
                    f"tagward check {tags}",
                    "what has passed is remembered: check the others likewise, then push",
                    f"or all in one run: tagward check --max-builds {len(swept.left)} TAG …",
                    "or set max-builds in [tool.tagward]",
                ),
            ),
        )

    def trouble(self, message: str, trouble: Trouble) -> None:
        """An error that is no finding: what, why, and the way out."""
        self._line("")
        self._line(f"{self.style.paint('error', 'bad')}: {self.style.text(printable(message))}", plain=True)
        self._details("why", (trouble.why,) if trouble.why else ())
        self._details("fix", trouble.fixes)
        self._details("log", (trouble.log,) if trouble.log else ())

    def _remembered(self, record: TagRecord) -> None:
        since, name = ago(record.remembered or 0.0), printable(record.name)
        self._verdict(
            "good",
            f"✓ {name} is ready, remembered from {since} at {record.commit[:7]}"
            f" (tagward check {name} --again repeats it)",
        )

    def _not_reached(self, record: TagRecord) -> None:
        ahead = [stage.name for stage in record.stages if stage.status is None]
        stopped = next((stage.name for stage in record.stages if stage.status and stage.status.blocks), "")
        if ahead and stopped:
            self._line(f"  – {', '.join(ahead)}: not reached, the {stopped} must be right first", loud=False)
        elif ahead and record.outcome is not Outcome.PASSED:
            self._line(f"  – {', '.join(ahead)}: not reached", loud=False)

    def _problem(self, told: Told) -> None:
        finding, blocks = told.finding, told.status.blocks
        if not blocks and self.quiet:
            return
        word, colour = ("error", "bad") if blocks else ("warning", "warn")
        self._line("")
        message = self.style.text(printable(finding.message))
        self._line(f"{self.style.paint(f'{word}[{told.check.code}]', colour)}: {message}", plain=True)
        if finding.place:
            self._place(finding.place, finding.label)
        for line in finding.excerpt:
            self._line(f"   |  {printable(line)}")
        self._details("why", (finding.why or told.check.why,))
        self._details("note", finding.notes)
        self._details("fix", finding.fixes or (told.check.fix,))
        self._details("log", (finding.log,) if finding.log else ())

    def _place(self, place: Place, label: str) -> None:
        self._line(f"  --> {printable(str(place))}")
        if not place.quote or not place.line:
            return
        start = max(0, place.column - 1)
        quote = place.quote.replace("\t", " ")
        if len(quote) > MAX_QUOTE:
            self._line(f"   |  {printable(quote[start : start + MAX_QUOTE])}")
            return
        margin = " " * len(str(place.line))
        shown = printable(quote)
        self._line(f" {margin} |")
        self._line(f" {place.line} | {shown}")
        if place.column and shown == quote:
            under = "^" * max(1, min(place.width, len(quote) - start))
            self._line(f" {margin} | {' ' * start}{under}{f' {printable(label)}' if label else ''}")
        self._line(f" {margin} |")

    def _details(self, name: str, lines: tuple[str, ...]) -> None:
        """Labelled lines; prose is wrapped, while what is to be pasted stays whole."""
        shown = [printable(line, 2000) for line in lines]
        if name in PROSE:
            shown = [part for line in shown for part in self._wrapped(line)]
        for number, line in enumerate(shown):
            head = f"   = {f'{name}:':<5} " if number == 0 else " " * INDENT
            self._line(head + line)

    def _wrapped(self, line: str) -> list[str]:
        room = min(self.width, WIDTH) - INDENT
        return textwrap.wrap(line, max(room, MIN_ROOM), break_long_words=False, break_on_hyphens=False) or [""]

    def _refusal(self, record: Record) -> str:
        bad = [tag for tag in record.tags if tag.outcome is not Outcome.PASSED]
        wrong = {name for name, told in record.strangers if told.status.blocks}
        sent = ". Nothing was sent." if self.pushing else "."
        what = "push stopped" if self.pushing else "refused"
        swept = record.swept
        if record.outcome is Outcome.NOT_CHECKED:
            names = ", ".join(printable(tag.name) for tag in bad)
            if swept.left:
                names += (" and " if bad else "") + f"{len(swept.left):,} release tag" + "s" * (len(swept.left) > 1)
            head = "push stopped: " if self.pushing else ""
            were = "was" if len(bad) + len(swept.left) == 1 else "were"
            return f"✗ {head}{names} {were} not checked (this says nothing about the release)"
        if len(record.tags) + len(wrong) + swept.count > 1:
            count = len(bad) + len(wrong) + len(swept.refused)
            said = [f"{printable(tag.name)} ({_error_codes(tag) or 'not checked'})" for tag in bad]
            said += [f"{printable(name)} ({told.check.code})" for name, told in record.strangers if told.status.blocks]
            said += [f"{printable(name)} ({codes})" for name, codes in swept.refused[:MAX_OTHERS]]
            total = len(record.tags) + len(wrong) + swept.count
            left = f"; {len(swept.left):,} not checked" if swept.left else ""
            return f"✗ {what}: {count:,} of {total:,} tags refused: {', '.join(said[:MAX_OTHERS])}{left}{sent}"
        if wrong:
            name, told = next((name, told) for name, told in record.strangers if told.status.blocks)
            return f"✗ {what}: 1 problem with {printable(name)} ({told.check.code}){sent}"
        tag = bad[0]
        counts = [plural(len(tag.errors), "problem")] + [plural(len(tag.warnings), "warning")] * bool(tag.warnings)
        return f"✗ {what}: {', '.join(counts)} in {printable(tag.name)} ({_codes(tag)}){sent}"

    def _verdict(self, colour: str, text: str) -> None:
        if self.quiet < (1 if colour == "good" else 2):
            glyph, rest = text[0], text[1:]
            self.stream.write(self.style.paint(self.style.mark(glyph).rstrip(), colour) + self.style.text(rest) + "\n")
            self.stream.flush()

    def _line(self, text: str, *, loud: bool = True, plain: bool = False) -> None:
        if self.quiet < (2 if loud else 1):
            self.stream.write((text if plain else self.style.text(text)) + "\n")
            self.stream.flush()


def _passed(record: TagRecord) -> str:
    asked = plural(sum(status in {"passed", "warned"} for status in (record.checks or {}).values()), "check")
    if not record.stages:
        return f"is consistent, {asked}"
    if not record.commit:
        return f"has nothing against it in its files, {asked}"
    return f"is ready, {asked} in {record.seconds:.1f} s"


def _error_codes(tag: TagRecord) -> str:
    return " ".join(dict.fromkeys(told.check.code for told in tag.errors))


def _codes(tag: TagRecord) -> str:
    warnings = " ".join(dict.fromkeys(told.check.code for told in tag.warnings))
    return ", ".join(part for part in (_error_codes(tag), warnings) if part)
