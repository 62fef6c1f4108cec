"""What an event would start: which jobs run, which do not, and of which nobody can say so beforehand.

Sources, of GitHub's documentation: "Events that trigger workflows" (create, push, release, workflow_dispatch),
"Workflow syntax" (`on`, `jobs.<job_id>.needs`, `jobs.<job_id>.if`), "Skipping workflow runs", "Triggering a workflow
from a workflow", "Evaluate expressions in workflows and actions".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING

from tagward.errors import ConfigError
from tagward.model.workflow_run import HEADS, TAGS, Event
from tagward.workflows.expressions import Scope, condition, evaluate
from tagward.workflows.syntax import STATUS, Call, Context, Literal, Logic, Node, Not, Path, walk
from tagward.workflows.triggers import starts
from tagward.workflows.values import CannotEvaluate, truth

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tagward.model.workflow import Workflow
    from tagward.model.workflow_run import Value

MOST_TAGS = 3
"""A push of more tags than this makes no events (documentation, push and create)."""
NO_SHA = "0" * 40
_SKIPPING = re.compile(r"\[(skip ci|ci skip|no ci|skip actions|actions skip)\]|\n\n(.*\n)*skip-checks:\s*true\s*$")
_ELSEWHERE = frozenset(
    {
        "release",
        "inputs",
        "pull_request",
        "issue",
        "comment",
        "workflow_run",
        "client_payload",
        "deployment",
        "schedule",
    }
)
"""What the payload of another event has, so that here it is nothing."""
_WITHOUT_ACTION = frozenset({"push", "create", "workflow_dispatch", "schedule"})


class Will(StrEnum):
    """Whether something runs."""

    NO = "no"
    MAYBE = "maybe"
    YES = "yes"


class _Unknown(Exception):  # no error: it depends on what nobody knows yet
    """What an expression gives depends on the run."""


def pushed(refs: Sequence[str], repository: str, *, message: str = "", branch: str = "main") -> tuple[Event, ...]:
    """The events of one push of these refs, in full.

    Args:
        refs: all new there.
        repository: `owner/name`.
        message: that of the newest commit, which may ask for no run of `push`.
        branch: the default branch.
    """
    tags = [ref for ref in refs if ref.startswith(TAGS)]
    told = [ref for ref in refs if ref not in tags or len(tags) <= MOST_TAGS]
    pushes = [] if _SKIPPING.search(message) else [Event.push(ref, NO_SHA, repository, branch=branch) for ref in told]
    return (*pushes, *(_created(ref, repository, branch) for ref in told))


def released(
    tag: str, repository: str, *, prerelease: bool = False, draft: bool = False, branch: str = "main"
) -> tuple[Event, ...]:
    """The events of a GitHub release that is made public; those of its tag, where that is new, come besides.

    Args:
        tag: the name of its tag.
        repository: `owner/name`.
        prerelease: what the box on the web page says.
        draft: it was a draft before, which fires neither `created` nor `prereleased`.
        branch: the default branch.
    """
    actions = ["published"]
    actions += [] if draft else ["created"]
    actions += (["prereleased"] if not draft else []) if prerelease else ["released"]
    return tuple(
        Event.release(tag, NO_SHA, repository, action=action, prerelease=prerelease, branch=branch)
        for action in actions
    )


def by_token(events: Sequence[Event]) -> tuple[Event, ...]:
    """Those of the events that start runs where the token of a workflow caused them."""
    return tuple(event for event in events if event.name in {"workflow_dispatch", "repository_dispatch"})


def other(name: str, repository: str, branch: str = "main") -> Event:
    """An event that has nothing to do with releases, as a pull request or the clock."""
    payload: dict[str, Value] = {"action": "opened" if name.startswith("pull_request") else None}
    return Event(name, HEADS + branch, NO_SHA, repository, payload)


def jobs(workflow: Workflow, event: Event) -> dict[str, Will]:
    """The jobs of a workflow, and whether an event makes them run.

    Raises:
        ConfigError: a filter is none, so that GitHub runs nothing.
    """
    if not starts(workflow, event):
        return dict.fromkeys((job.id for job in workflow.jobs), Will.NO)
    found: dict[str, Will] = {}
    waiting = list(workflow.jobs)
    while ready := [job for job in waiting if all(need in found for need in job.needs)]:
        for job in ready:
            before = [found[need] for need in job.needs]
            own = holds(job.condition, event)
            regardless = _asks_status(job.condition)
            found[job.id] = own if regardless else _least(own, *before)
        waiting = [job for job in waiting if job not in ready]
    return found | dict.fromkeys((job.id for job in waiting), Will.NO)  # GitHub refuses jobs that wait for themselves


def holds(text: str, event: Event) -> Will:
    """Whether a condition is true in a run of this event in which nothing failed."""
    try:
        found = _truth(condition(text), event)
    except (ConfigError, CannotEvaluate):
        return Will.MAYBE  # more than is known here
    return Will.MAYBE if found is None else Will.YES if found else Will.NO


def _created(ref: str, repository: str, branch: str) -> Event:
    name = ref.removeprefix(TAGS).removeprefix(HEADS)
    payload: dict[str, Value] = {"ref": name, "ref_type": "tag" if ref.startswith(TAGS) else "branch"}
    about = Event.push(ref, NO_SHA, repository, branch=branch).payload
    return Event("create", ref, NO_SHA, repository, {**about, **payload})


def _least(*answers: Will) -> Will:
    return next((one for one in Will if one in answers), Will.YES)


def _asks_status(text: str) -> bool:
    """Whether the condition itself says what happens after jobs that did not run."""
    try:
        return any(isinstance(part, Call) and part.name in STATUS - {"success"} for part in walk(condition(text)))
    except ConfigError:
        return False


def _truth(node: Node, event: Event) -> bool | None:
    """Whether an expression is true; None where that is not known. What settles it need not know the rest."""
    match node:
        case Logic(sign, operands):
            answers = [_truth(operand, event) for operand in operands]
            settles = sign == "||"
            if settles in answers:
                return settles
            return None if None in answers else not settles
        case Not(operand):
            found = _truth(operand, event)
            return None if found is None else not found
        case _:
            try:
                return truth(_value(node, event))
            except _Unknown:
                return None


def _value(node: Node, event: Event) -> Value:
    for part in _outermost(node):
        _require_known(part, event)
    return evaluate(
        node, Scope(_contexts(event), {"success": True, "always": True, "failure": False, "cancelled": False})
    )


def _outermost(node: Node) -> Iterator[Node]:
    """The contexts with all their properties, and not the parts of them."""
    parts = list(walk(node))
    starts_of_paths = {id(part.start) for part in parts if isinstance(part, Path)}
    for part in parts:
        if isinstance(part.start if isinstance(part, Path) else part, Context) and id(part) not in starts_of_paths:
            yield part


def _require_known(node: Node, event: Event) -> None:
    start, keys = (node.start, node.keys) if isinstance(node, Path) else (node, ())
    name = start.name if isinstance(start, Context) else ""
    if name == "inputs":
        if event.name != "workflow_dispatch":
            return  # nothing, whatever is asked
        found: Value = dict(event.inputs)
    elif name == "github":
        found = _contexts(event)["github"]
    else:
        raise _Unknown
    words = [key.value if isinstance(key, Literal) else None for key in keys]
    if name == "github" and len(words) > 1 and words[0] == "event" and words[1] not in event.payload:
        if words[1] in _ELSEWHERE or (words[1] == "action" and event.name in _WITHOUT_ACTION):
            return
        raise _Unknown
    for word in words:
        if not isinstance(word, str):
            raise _Unknown
        if not isinstance(found, Mapping):
            return
        there = next((key for key in found if key.lower() == word.lower()), None)
        if there is None:
            raise _Unknown
        found = found[there]


def _contexts(event: Event) -> dict[str, Value]:
    owner = event.repository.partition("/")[0]
    known: dict[str, Value] = {
        "event_name": event.name,
        "event": event.payload,
        "ref": event.ref,
        "ref_name": event.ref_name,
        "ref_type": event.ref_type,
        "repository": event.repository,
        "repository_owner": owner,
    }
    return {"github": known, "inputs": dict(event.inputs)}
