"""A rehearsal: the way of the release from the developer to the user, and every step on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from tagward.model.rehearsal import Leg
from tagward.report.html.fill import fill, fold, joined, lines, section
from tagward.report.words import plural

if TYPE_CHECKING:
    from tagward.model.rehearsal import Rehearsal, Step

PLACES = {
    Leg.LAPTOP: "your machine",
    Leg.REMOTE: "the remote",
    Leg.WORKFLOW: "the workflow",
    Leg.INDEX: "the index",
    Leg.PIP: "pip install",
}
MAX_SAID = 200


def panel(rehearsal: Rehearsal) -> Markup:
    """The way, the steps, and how the same is done for real."""
    way = fill('<ol class="way">{}</ol>', joined([_leg(leg, rehearsal.steps) for leg in Leg]))
    steps = fill('<ol class="steps">{}</ol>', joined([_step(step) for step in rehearsal.steps]))
    real = (
        fill("<h3>The same for real</h3><pre>{}</pre>", lines(list(rehearsal.commands)))
        if rehearsal.commands and rehearsal.passed
        else Markup("")
    )
    note = f"{plural(len(rehearsal.steps), 'step')}, {plural(rehearsal.refusals, 'refusal')}, {rehearsal.seconds:.1f} s"
    return section("The way of the release", joined([way, steps, real]), note=note)


def _leg(leg: Leg, steps: tuple[Step, ...]) -> Markup:
    own = [step for step in steps if step.leg is leg]
    mark, kind, word = _came_out([step for step in own if not step.skipped])
    word = "not reached" if not own else word
    told = f"{sum(step.seconds for step in own):.1f} s, {plural(len(own), 'step')}" if own else word
    return fill(
        '<li class="{}"><span class="mark" aria-hidden="true">{}</span><b>{}</b><span class="unseen">: {}, </span>'
        "<span>{}</span></li>",
        kind,
        mark,
        PLACES[leg],
        word,
        told,
    )


def _came_out(steps: list[Step]) -> tuple[str, str, str]:
    """The mark, the class and the word for steps that were taken."""
    if not steps:
        return "–", "dim", "skipped"
    return ("✓", "good", "passed") if all(step.passed for step in steps) else ("✗", "bad", "failed")


def _step(step: Step) -> Markup:
    mark, kind, word = _came_out([] if step.skipped else [step])
    text = step.said.splitlines()
    left = len(text) - MAX_SAID
    head = [f"({left} lines are left out here)"] if left > 0 else []
    body = fill('<pre class="log">{}</pre>', lines([*head, *text[-MAX_SAID:]])) if text else Markup("")
    notes = joined([fill('<p class="note">{}</p>', note) for note in step.notes])
    told = fold(Markup("what was said"), body, opened=not step.passed) if body else Markup("")
    return fill(
        '<li class="{}"><p><span class="mark" aria-hidden="true">{}</span><b>{}</b><span class="unseen"> {}</span> '
        '{} <span class="time">{}</span></p>{}{}</li>',
        kind,
        mark,
        step.name,
        word,
        step.what,
        "" if step.skipped else f"{step.seconds:.1f} s",
        notes,
        told,
    )
