"""The rehearsal as people read it, and as a document."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, TextIO

from tagward.report.words import plural, printable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tagward.model.rehearsal import Rehearsal, Scene, Step
    from tagward.report.words import Style

SCHEMA_VERSION = 1
WIDTH = 80
LAST_LINES = 30
MAX_SAID = 20_000


def heading(scene: Scene, style: Style, *, uncommitted: int) -> str:
    """What is about to happen."""
    begins = f", from your HEAD {scene.commit[:7]}" if scene.commit else ""
    lines = [f"Rehearsal of {printable(scene.project)} {scene.version}, tag {printable(scene.tag)}{begins}"]
    lines.append("on throwaway ground: nothing is published, and nothing leaves this machine")
    lines += [f"  – {printable(note)}" for note in scene.notes]
    if uncommitted:
        lines.append(f"  – {plural(uncommitted, 'uncommitted change')} in the working tree: not part of it")
    return "".join(style.text(line) + "\n" for line in lines)


def step_line(number: int, step: Step, style: Style) -> str:
    """The line of one step, and in what it differed from the real thing."""
    glyph, colour = ("–", "dim") if step.skipped else ("✓", "good") if step.passed else ("✗", "bad")
    seconds = "" if step.skipped else f"{step.seconds:.1f} s"
    head = f" {number:>2} {style.mark(glyph)} {step.name:<8} "
    what = printable(step.what)
    text = style.text(f"{step.name:<8} {what:<{max(10, WIDTH - len(head) - len(seconds) - 2)}}  {seconds}".rstrip())
    line = f" {number:>2} {style.paint(style.mark(glyph), colour)} {text}\n"
    return line + "".join(style.text(f"{'':<{len(head)}}{printable(note)}") + "\n" for note in step.notes)


def closing(rehearsal: Rehearsal, style: Style, stream: TextIO, *, report: str) -> None:
    """The verdict on the whole, with the words of the step that failed, or with the commands of the real release."""
    last = rehearsal.steps[-1]
    if not rehearsal.passed:
        stream.writelines(f"   |  {printable(line)}\n" for line in last.said.rstrip().splitlines()[-LAST_LINES:])
    if report:
        stream.write(style.text(f"  report: {printable(report)}") + "\n")
    count = len(rehearsal.steps)
    if rehearsal.passed:
        mark, colour = "✓", "good"
        text = (
            f" the whole path works: {count} steps, {rehearsal.refusals} of them refusals, in {rehearsal.seconds:.1f} s"
        )
        stream.write(style.text("  the same for real:") + "\n")
        stream.writelines(f"    {printable(command)}\n" for command in rehearsal.commands)
    else:
        mark, colour = "✗", "bad"
        what = "got through" if last.name == "refuse" else "failed"
        text = f" step {count} {what}: {printable(last.what)}"
    stream.write(style.paint(style.mark(mark).strip(), colour) + style.text(text) + "\n")


def document(rehearsal: Rehearsal, context: Mapping[str, object]) -> str:
    """The rehearsal as JSON, with a stable order of keys."""
    said = {
        "schema_version": SCHEMA_VERSION,
        **context,
        "passed": rehearsal.passed,
        "project": rehearsal.project,
        "version": rehearsal.version,
        "tag": rehearsal.tag,
        "commit": rehearsal.commit,
        "seconds": round(rehearsal.seconds, 3),
        "refusals": rehearsal.refusals,
        "steps": [_step(step) for step in rehearsal.steps],
        "commands": list(rehearsal.commands),
    }
    return json.dumps(said, indent=2, ensure_ascii=True) + "\n"


def _step(step: Step) -> dict[str, object]:
    status = "skipped" if step.skipped else "passed" if step.passed else "failed"
    return {
        "name": step.name,
        "what": step.what,
        "leg": step.leg.value,
        "status": status,
        "seconds": round(step.seconds, 3),
        "notes": list(step.notes),
        "said": "" if step.passed else step.said[-MAX_SAID:],
    }
