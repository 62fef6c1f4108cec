"""The rehearsal as people read it: a numbered line for each step, and what a failed one said."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from tagward.report.words import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tagward.model.rehearsal import Step
    from tagward.report.words import Style

WIDTH = 80
LAST_LINES = 30


def step_line(number: int, step: Step, style: Style) -> str:
    """The line of one step."""
    glyph, colour = ("✓", "good") if step.passed else ("✗", "bad")
    seconds = f"{step.seconds:.1f} s"
    head = f" {number:>2} {style.mark(glyph)} {step.name:<8} "
    text = style.text(f"{step.name:<8} {step.what:<{max(10, WIDTH - len(head) - len(seconds) - 2)}}  {seconds}")
    return f" {number:>2} {style.paint(style.mark(glyph), colour)} {text}"


def closing(steps: Sequence[Step], style: Style, stream: TextIO) -> None:
    """The verdict on the whole, with the words of the step that failed."""
    last = steps[-1]
    seconds = sum(step.seconds for step in steps)
    if last.passed:
        refusals = sum(step.name == "refuse" for step in steps)
        text = f" the gate works here: {len(steps)} steps, {refusals} of them refusals, in {seconds:.1f} s"
        stream.write(style.paint(style.mark("✓").strip(), "good") + style.text(text) + "\n")
        return
    stream.writelines(f"   |  {printable(line)}\n" for line in last.said.splitlines()[-LAST_LINES:])
    text = f" step {len(steps)} did not come out as it must: {last.what}"
    stream.write(style.paint(style.mark("✗").strip(), "bad") + style.text(text) + "\n")
