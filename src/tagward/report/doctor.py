"""What `doctor` found, for people, as JSON and as markdown."""

from __future__ import annotations

import json
import textwrap
from typing import TYPE_CHECKING

from tagward.model.checkup import FIXABLE
from tagward.model.findings import Status
from tagward.report.marked import as_code, escaped
from tagward.report.text import MARKS
from tagward.report.words import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagward.model.checkup import Checkup
    from tagward.model.findings import Finding, Result
    from tagward.report.words import Style

SCHEMA_VERSION = 1
INDENT = 10
MIN_ROOM = 30
LONGEST = 1000
_EMOJI = {Status.PASSED: "✅", Status.WARNED: "⚠️", Status.FAILED: "❌", Status.BROKE: "❌", Status.UNSEEN: "❔"}
_WRONG = (Status.FAILED, Status.BROKE, Status.WARNED)


def text(checkup: Checkup, style: Style, *, version: str, width: int, quiet: int = 0) -> str:
    """The screen: a line for each check that applies, more where something is wrong, and the count.

    Args:
        checkup: what was found.
        style: how the stream is written to.
        version: tagward's own.
        width: columns.
        quiet: 1 leaves out what is in order, 2 everything.
    """
    if quiet > 1:
        return ""
    lines = [style.text(f"tagward {version} on {printable(checkup.project)}")]
    for group, results in checkup.groups.items():
        shown = [one for one in results if one.status is not Status.SKIPPED and (not quiet or one.status in _WRONG)]
        if shown:
            lines.append(style.paint(group.capitalize(), "bold"))
            lines += [line for one in shown for line in _result(one, style, width)]
    lines += ["", *_conclusion(checkup, style, width)]
    return "\n".join(lines) + "\n"


def _result(result: Result, style: Style, width: int) -> Iterator[str]:
    glyph, colour = MARKS[result.status]
    mark = style.paint(style.mark(glyph), colour)
    head = f"  {mark} {result.check.code}  "
    indent = INDENT + (3 if style.ascii else 0)
    if not result.findings:
        yield from _wrapped(head, _said(result), style, width, indent)
        return
    for finding in result.findings:
        yield from _wrapped(head, finding.message, style, width, indent)
        if finding.place:
            yield f"{' ' * indent}--> {style.text(printable(str(finding.place)))}"
        for note in finding.notes:
            yield from _wrapped(f"{' ' * indent}note: ", note, style, width, indent + 6)
        if result.status is Status.FAILED:
            yield from _wrapped(f"{' ' * indent}why: ", finding.why or result.check.why, style, width, indent + 5)
        for number, fix in enumerate(finding.fixes or (result.check.fix,)):
            lead = "fix: " if number == 0 else "     "
            yield f"{' ' * indent}{lead}{style.text(printable(fix, LONGEST))}"
        yield from (f"{' ' * indent}|  {style.text(printable(line))}" for line in finding.excerpt)


def _said(result: Result) -> str:
    if result.status is Status.BROKE:
        return f"{result.check.title}: the check broke ({result.reason}); please report it"
    if result.status is Status.IGNORED:
        return f"ignored: {result.reason}"
    return result.reason or result.check.title


def _wrapped(head: str, said: str, style: Style, width: int, indent: int) -> Iterator[str]:
    room = max(width - indent, MIN_ROOM)
    parts = textwrap.wrap(printable(said, LONGEST), room, break_long_words=False, break_on_hyphens=False) or [""]
    for number, part in enumerate(parts):
        yield (head if number == 0 else " " * indent) + style.text(part)


def _conclusion(checkup: Checkup, style: Style, width: int) -> Iterator[str]:
    broken = len(list(checkup.of(Status.FAILED, Status.BROKE)))
    warned = len(list(checkup.of(Status.WARNED)))
    unseen = len(list(checkup.of(Status.UNSEEN)))
    passed = len(list(checkup.of(Status.PASSED)))
    for silence in checkup.silences:
        yield from _wrapped("! did not answer: ", silence, style, width, 4)
    glyph, colour = ("✗", "bad") if broken else ("?", "warn") if checkup.exit_code else ("✓", "good")
    counts = [f"{broken} to repair"] if broken else []
    counts += [f"{warned} to look at"] if warned else []
    counts += [f"{unseen} cannot be seen from here"] if unseen else []
    counts += [f"{passed} in order"]
    said = f"{', '.join(counts)}."
    yield from _wrapped(f"{style.paint(style.mark(glyph).rstrip(), colour)} ", said, style, width, 2)
    if fixable := [one.check.code for one in checkup.of(*_WRONG) if one.check.code in FIXABLE]:
        yield style.text(f"  tagward doctor --fix  repairs {', '.join(fixable)}; it shows its plan first")
    spare = [one.check.code for one in checkup.of(Status.WARNED, Status.FAILED) if not one.check.essential]
    if spare:
        yield "  to accept one for good:"
        yield f'    [tool.tagward.ignore] {spare[0]} = "the reason"'


def document(checkup: Checkup, version: str) -> str:
    """The same as JSON: every check, also those that do not apply."""
    return json.dumps(
        {
            "schema_version": SCHEMA_VERSION,
            "tool": {"name": "tagward", "version": version},
            "door": "doctor",
            "project": printable(checkup.project),
            "exit_code": checkup.exit_code,
            "did_not_answer": [printable(one, LONGEST) for one in checkup.silences],
            "groups": {group: [_as_json(one) for one in results] for group, results in checkup.groups.items()},
        },
        indent=2,
    )


def _as_json(result: Result) -> dict[str, object]:
    return {
        "code": result.check.code,
        "name": result.check.name,
        "title": result.check.title,
        "status": result.status.value,
        "reason": printable(result.reason, LONGEST),
        "findings": [_finding_as_json(result, one) for one in result.findings],
    }


def _finding_as_json(result: Result, finding: Finding) -> dict[str, object]:
    place = finding.place
    return {
        "message": printable(finding.message, LONGEST),
        "file": printable(place.path) if place else None,
        "line": place.line or None if place else None,
        "column": place.column or None if place else None,
        "why": finding.why or result.check.why,
        "notes": [printable(note, LONGEST) for note in finding.notes],
        "fixes": [printable(fix, LONGEST) for fix in finding.fixes or (result.check.fix,)],
    }


def markdown(checkup: Checkup, version: str) -> str:
    """The same as a table of markdown, for an issue or a job summary."""
    lines = [f"## tagward {version} on {escaped(checkup.project)}", ""]
    for group, results in checkup.groups.items():
        shown = [one for one in results if one.status in _EMOJI]
        if not shown:
            continue
        lines += [f"### {group.capitalize()}", "", "| | code | | what to do |", "|-|-|-|-|"]
        lines += [row for one in shown for row in _rows(one)]
        lines.append("")
    lines += [f"- did not answer: {escaped(one)}" for one in checkup.silences]
    return "\n".join(lines).rstrip("\n") + "\n"


def _rows(result: Result) -> Iterator[str]:
    mark = f"| {_EMOJI[result.status]} | {result.check.code} |"
    if not result.findings:
        yield f"{mark} {escaped(_said(result))} | |"
    for one in result.findings:
        place = f" {as_code(str(one.place))}" if one.place else ""
        fixes = "<br>".join(as_code(fix) for fix in one.fixes) or escaped(result.check.fix)
        yield f"{mark} {escaped(one.message)}{place} | {fixes} |"
