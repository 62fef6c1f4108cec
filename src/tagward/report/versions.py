"""Versions as tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagward.report.words import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tagward.model.listing import PlaceRow, TagRow
    from tagward.report.words import Style

MAX_COLUMN = 60


def place_table(rows: Sequence[PlaceRow], style: Style) -> str:
    """The places that state a version: where, what it says, what it is for, whether it agrees."""
    marks = {True: "✓", False: "✗", None: "–"}
    cells = [(row.says or "–", row.where, row.what, row.role) for row in rows]
    lines = _columns(("says", "where", "what", "what for"), cells)
    head, *body = lines
    shown = [f"{' ' * len(style.mark('✓'))} {style.text(head)}"]
    shown += [f"{style.mark(marks[row.agrees])} {style.text(line)}" for row, line in zip(rows, body, strict=True)]
    return "\n".join(line.rstrip() for line in shown)


def tag_table(rows: Sequence[TagRow], style: Style) -> str:
    """The tags of a repository: what each releases, and what its commit says."""
    cells = [
        (row.match.value, row.tag, row.version or "–", row.declared or "–", row.backend or "–", row.where or row.what)
        for row in rows
    ]
    lines = _columns(("match", "tag", "version", "declared", "backend", "where"), cells)
    return style.text("\n".join(line.rstrip() for line in lines))


def _columns(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> list[str]:
    table = [head, *([printable(cell, MAX_COLUMN * 2) for cell in row] for row in rows)]
    widths = [min(MAX_COLUMN, max(len(row[number]) for row in table)) for number in range(len(head))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in table]
