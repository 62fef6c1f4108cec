"""A release before it is carried out, and the lines of what became of it."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from tagward.report.text import MIN_ROOM, NAME, WIDTH
from tagward.report.words import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagward.model.release import ReleaseFacts, ReleasePlan, Step
    from tagward.report.text import TextReport
    from tagward.report.words import Style

LEGEND = "($ ran, and only reads; ! would be run)"


def show_plan(plan: ReleasePlan, report: TextReport) -> None:
    """The whole plan: what was seen, what would be done, and what stands in the way."""
    write = report.stream.write
    width = min(report.width, WIDTH)
    if not report.quiet:
        heading(plan.facts, report)
        write(report.style.text(f"{LEGEND:>{width}}".rstrip()) + "\n")
        for step in plan.steps:
            write("".join(f"{line}\n" for line in _row(step, report.style, width)))
        show_notes(plan, report)
    say_what_is_wrong(plan, report)
    if report.quiet:
        return
    if not plan.wrong:
        write(report.style.text(f"Nothing was changed. This does it: {printable(plan.command)}") + "\n")


def heading(facts: ReleaseFacts, report: TextReport) -> None:
    """What is released, from where to where."""
    change = f"{facts.stated} → {facts.version}" if facts.stated not in {"", str(facts.version)} else str(facts.version)
    where = f"{facts.working.branch or 'no branch'} → {facts.remote.name}"
    if facts.hub:
        where += f" ({facts.hub.repository.slug})"
    line = f"Release of {facts.project} {change}, tag {facts.tag}, {where}"
    report.stream.write(
        "".join(f"{report.style.text(part)}\n" for part in textwrap.wrap(printable(line), report.width))
    )


def show_notes(plan: ReleasePlan, report: TextReport) -> None:
    """What a reader should know besides."""
    for note in plan.notes:
        lines = textwrap.wrap(printable(note), max(min(report.width, WIDTH) - 4, MIN_ROOM), break_long_words=False)
        mark = report.style.mark("–")
        report.stream.write(
            "".join(
                report.style.text(f"  {mark if not at else ' ' * len(mark)} {line}") + "\n"
                for at, line in enumerate(lines)
            )
        )


def say_what_is_wrong(plan: ReleasePlan, report: TextReport) -> None:
    """Everything that stands in the way, and that nothing was changed."""
    for trouble in plan.wrong:
        report.trouble(trouble.message, trouble)
    if plan.wrong:
        count = len(plan.wrong)
        end(report, f"{count} {'thing stands' if count == 1 else 'things stand'} in the way. Nothing was changed.", "✗")


def end(report: TextReport, sentence: str, mark: str) -> None:
    """The last line."""
    if report.quiet < (1 if mark == "✓" else 2):
        colour = {"✓": "good", "✗": "bad"}.get(mark, "warn")
        painted = report.style.paint(report.style.mark(mark).strip(), colour)
        report.stream.write(f"{painted} {report.style.text(printable(sentence))}\n")


def say(report: TextReport, *lines: str) -> None:
    """Lines that are to be pasted, or read, as they stand."""
    if report.quiet < 2:  # noqa: PLR2004  # -qq: nothing at all
        report.stream.write("".join(f"{report.style.text(printable(line, 2000))}\n" for line in lines))
        report.stream.flush()


def _row(step: Step, style: Style, width: int) -> Iterator[str]:
    mark, colour = ("!", "warn") if step.acts else ("$", "dim")
    if step.wrong or step.unseen:
        mark, colour = ("✗", "bad") if step.wrong else ("?", "warn")
    head = f"  {style.paint(style.mark(mark), colour)} {step.name:<{NAME}} "
    room = max(width - len(f"  {style.mark(mark)} {'':<{NAME}} "), MIN_ROOM)
    for line in textwrap.wrap(printable(step.what), room, break_long_words=False, break_on_hyphens=False) or [""]:
        yield head + style.text(line)
        head = " " * (width - room)
