"""The stages of a run as a waterfall: what was done when, and how long it took."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from tagward.model.findings import Status
from tagward.report.html.fill import fill, joined, section

if TYPE_CHECKING:
    from tagward.model.record import Span, Stage, TagRecord

MARKS = {
    Status.PASSED: ("✓", "good", "passed"),
    Status.WARNED: ("!", "warn", "warned"),
    Status.FAILED: ("✗", "bad", "failed"),
    Status.BROKE: ("✗", "bad", "broke"),
    Status.SKIPPED: ("–", "dim", "skipped"),
    Status.IGNORED: ("–", "dim", "ignored"),
}
TICKS = 4
LEAST = 0.4
"""Percent of the width that the shortest bar has."""


def waterfall(tag: TagRecord) -> Markup:
    """All stages, those that were not reached included; nothing where there were none."""
    if not tag.stages:
        return Markup("")
    end = max((span.began + span.seconds for stage in tag.stages for span in stage.spans), default=0.0)
    rows = [_row(stage, end) for stage in tag.stages if stage.status]
    ahead = [stage.name for stage in tag.stages if stage.status is None]
    if ahead:
        names = ", ".join(ahead)
        rows.append(fill('<li class="dim ahead"><p><span class="mark">–</span>{}: not reached</p></li>', names))
    return section("Stages", fill('<div class="fall">{}<ol>{}</ol></div>', _axis(end), joined(rows)))


def _axis(end: float) -> Markup:
    """Round numbers of seconds along the top; the words of each stage say the same."""
    step = _step(end)
    if not step:
        return Markup("")
    ticks = [
        fill('<span style="left:{}%">{} s</span>', f"{100 * number * step / end:.2f}", f"{number * step:g}")
        for number in range(int(end / step) + 1)
        if number * step < 0.94 * end
    ]
    return fill('<p class="axis" aria-hidden="true">{}</p>', joined(ticks))


def _step(end: float) -> float:
    """A round number of seconds that leaves about four ticks; 0 where there is no time to show."""
    if end <= 0:
        return 0.0
    size = 0.001
    while True:
        for factor in (1, 2, 5):
            if end / (size * factor) <= TICKS + 1:
                return size * factor
        size *= 10


def _row(stage: Stage, end: float) -> Markup:
    mark, kind, word = MARKS[stage.status or Status.SKIPPED]
    bars = joined([_bar(span, end, kind) for span in stage.spans]) if end else Markup("")
    return fill(
        '<li class="{0}"><p class="name"><span class="mark" aria-hidden="true">{1}</span>{2}'
        '<span class="unseen">: {3}</span></p>'
        '<div class="track" aria-hidden="true">{4}</div><p class="time">{5}</p><p class="said">{6}</p></li>',
        kind,
        mark,
        stage.name,
        word,
        bars,
        f"{stage.seconds:.1f} s",
        stage.note,
    )


def _bar(span: Span, end: float, kind: str) -> Markup:
    width = max(100 * span.seconds / end, LEAST)
    left = min(100 * span.began / end, 100 - width)
    return fill(
        '<span class="bar {}" style="left:{}%;width:{}%" title="{}"><i></i><b>{}</b></span>',
        kind,
        f"{left:.2f}",
        f"{width:.2f}",
        f"{span.what or 'checks'}, {span.seconds:.1f} s",
        span.what if " " not in span.what else "",
    )
