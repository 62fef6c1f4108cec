"""A plan before it is carried out: what is new, edited, run and kept, with the difference to the letter."""

from __future__ import annotations

import difflib
import re
import textwrap
from typing import TYPE_CHECKING

from tagward.report.words import plural, printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tagward.model.plan import InitPlan, Kept, Task, Write
    from tagward.report.words import Style

LEGEND = 64
"""The column of the legend, as far as the heading leaves room."""
WIDTH = 120
MIN_ROOM = 30
WIDEST = 2000
_LINE = re.compile(rb"[^\n]*\n|[^\n]+\Z")
NO_END = b"\n\\ No newline at end of file\n"


def patch(writes: Iterable[Write]) -> bytes:
    """The writes as a patch that `git apply` takes (diff-generate-patch(7))."""
    return b"".join(line for write in writes for line in _diff(write))


def _diff(write: Write) -> Iterator[bytes]:
    name = write.path.encode()
    before, after = (_LINE.findall(data) for data in (write.before, write.after))
    origin = b"/dev/null" if write.new else b"a/" + name
    for line in difflib.diff_bytes(difflib.unified_diff, before, after, origin, b"b/" + name):
        yield line if line.endswith(b"\n") else line + NO_END


def shown_patch(writes: Iterable[Write], style: Style) -> str:
    """The same for people: coloured, and with nothing in it that a terminal would obey."""
    colours = {"+": "good", "-": "bad", "@": "dim"}
    lines = (printable(line.decode(errors="surrogateescape"), WIDEST) for line in patch(writes).split(b"\n")[:-1])
    return "".join(f"{_painted(style.text(line), colours.get(line[:1]), style)}\n" for line in lines)


def _painted(line: str, colour: str | None, style: Style) -> str:
    return style.paint(line, colour) if colour else line


def plan_text(plan: InitPlan, style: Style, *, dry_run: bool = False, width: int = WIDTH) -> str:
    """What was found, what will be done, what is kept, and what to know; a dry run marks what would write."""
    lines = [f"Found  {' · '.join(printable(word) for word in plan.found)}"]
    if plan.changes:
        lines += ["", *_steps(plan, width, dry_run=dry_run)]
    text = "".join(f"{style.text(line)}\n" for line in lines)
    text += "".join(_kept(kept, style) for kept in plan.kept)
    return text + "".join(f"{style.text(f'! {printable(note)}')}\n" for note in plan.notes)


def _steps(plan: InitPlan, width: int, *, dry_run: bool) -> Iterator[str]:
    write, run = ("! ", "! ") if dry_run else ("", "$ ")
    legend = "(! would write: + new, ~ edits; $ ran)" if dry_run else "(+ new, ~ edits, $ runs)"
    rows = [(f"{write}{'+' if edit.write.new else '~'} {edit.write.path}", edit.what) for edit in plan.edits]
    rows += [(f"{run}{one.command}", one.what) for one in plan.runs]
    if dry_run and any(edit.write.path.startswith(".pre-commit") for edit in plan.edits):
        rows.append(("$ pre-commit validate-config", "it reads the file as it would be"))
    heading, column = "Would do" if dry_run else "Will do", max(len(head) for head, _ in rows)
    wide = max(4 + column + len(printable(what)) for _, what in rows) <= width
    yield heading.ljust(LEGEND - 1 if wide else len(heading) + 2) + legend
    for head, what in rows:
        if wide:
            yield f"  {head.ljust(column)}  {printable(what)}"
        else:
            yield f"  {head}"
            yield from (f"      {line}" for line in textwrap.wrap(printable(what), max(width - 6, MIN_ROOM)))


def _kept(kept: Kept, style: Style) -> str:
    """Why a file is kept, and what is different; of a file that is not there only why."""
    mark = style.paint(style.mark("✗"), "bad")
    head = f"{mark} {kept.write.path} is {'not written' if kept.write.new else 'kept'}: {printable(kept.why)}\n"
    if kept.write.new:
        return head + "  tagward init --force writes it\n"
    return head + "  tagward init --force writes:\n" + shown_patch((kept.write,), style)


def done_text(plan: InitPlan, style: Style) -> str:
    """What was done."""
    parts = [f"{plural(len(plan.edits), 'file')} written"] if plan.edits else []
    parts += [f"{plural(len(plan.runs), 'hook')} installed"] if plan.runs else []
    mark = style.paint(style.mark("✓"), "good")
    return f"{mark} {style.text(', '.join(parts))}. Nothing was committed.\n"


def nothing_text(plan: InitPlan, style: Style) -> str:
    """That there is nothing to do, or nothing that a tool may do."""
    if plan.kept or plan.missing:
        return "Nothing was written.\n"
    return f"{style.paint(style.mark('✓'), 'good')} Nothing to do, everything is in place.\n"


def tasks_text(heading: str, tasks: Sequence[Task], style: Style) -> str:
    """What only people can do, to the letter."""
    if not tasks:
        return ""
    lines = [heading]
    for task in tasks:
        lines += [f"  {printable(task.title)}", *(f"      {printable(line)}" for line in task.lines)]
    return "".join(f"{style.text(line)}\n" for line in lines)


def then_text(commands: Sequence[str], style: Style) -> str:
    """The commands that come next."""
    return "".join(f"{style.text(line)}\n" for line in ("Then:", *(f"  {printable(one)}" for one in commands)))
