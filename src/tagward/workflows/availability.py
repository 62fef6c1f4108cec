"""Which contexts an expression may ask where, and whether what it asks of this workflow is there.

The table is that of GitHub's documentation, "Contexts", context availability. On GitHub, what is asked of a job that is
not needed, of a step that does not exist or of a misspelt property is nothing, and no error; so it is refused here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagward.errors import ConfigError
from tagward.workflows.expressions import condition, pieces
from tagward.workflows.syntax import STATUS, Call, asked, walk

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tagward.model.workflow import Job, Step, Workflow
    from tagward.workflows.syntax import Node

_EARLY = frozenset({"github", "inputs"})
_JOB_IF = _EARLY | {"needs"}
_JOB = _JOB_IF | {"matrix"}
_JOB_ENV = _JOB | {"secrets"}
_STEP_IF = _JOB | {"job", "runner", "env", "steps"}
_STEP = _STEP_IF | {"secrets"}
GITHUB = frozenset(
    {
        "actor",
        "event",
        "event_name",
        "event_path",
        "job",
        "ref",
        "ref_name",
        "ref_type",
        "repository",
        "repository_owner",
        "run_attempt",
        "run_id",
        "run_number",
        "server_url",
        "sha",
        "token",
        "workflow",
        "workspace",
    }
)
"""The properties of `github` that the runner of tagward sets as GitHub does."""
RUNNER = frozenset({"arch", "name", "os", "temp", "tool_cache"})
STEP = frozenset({"outputs", "outcome", "conclusion"})


def check_texts(workflow: Workflow) -> None:
    """Hold every expression of a workflow against what it may ask where it stands.

    Raises:
        ConfigError: one cannot be read, or asks for something that is not there; the message begins with file and line.
    """
    for line, text, allowed, job, before in _texts(workflow):
        try:
            for node in pieces(text):
                if not isinstance(node, str):
                    _check(node, allowed, workflow, job, before)
        except ConfigError as failure:
            raise ConfigError(f"{workflow.origin}:{line}: {failure}", fixes=failure.fixes) from None
    for line, text, allowed, job, before in _conditions(workflow):
        try:
            _check(condition(text), allowed, workflow, job, before, status=True)
        except ConfigError as failure:
            raise ConfigError(f"{workflow.origin}:{line}: {failure}", fixes=failure.fixes) from None


_Text = tuple[int, str, frozenset[str], "Job | None", "tuple[Step, ...]"]


def _texts(workflow: Workflow) -> Iterator[_Text]:
    """Every text that may hold expressions: its line, what it may ask, its job, and the steps before it."""
    group = workflow.concurrency
    for text in (group.group, group.cancel) if group else ():
        yield 1, text, _EARLY, None, ()
    for text in workflow.env.values():
        yield 1, text, _EARLY | {"secrets"}, None, ()
    for job in workflow.jobs:
        yield from _job_texts(job)
        for number, step in enumerate(job.steps):
            fields = (step.name, step.run, step.folder, step.minutes, step.tolerant)
            for text in (*fields, *step.inputs.values(), *step.env.values()):
                yield step.line, text, _STEP, job, job.steps[:number]


def _job_texts(job: Job) -> Iterator[_Text]:
    group = (job.concurrency.group, job.concurrency.cancel) if job.concurrency else ()
    for text in (job.name, job.runs_on, job.environment, job.minutes, job.defaults.folder, *group):
        yield job.line, text, _JOB, job, ()
    for text in job.env.values():
        yield job.line, text, _JOB_ENV, job, ()
    for text in (*job.outputs.values(), job.address):
        yield job.line, text, _STEP, job, job.steps
    for text in _axes(job):
        yield job.line, text, _JOB_IF, job, ()


def _axes(job: Job) -> Iterator[str]:
    if job.matrix:
        yield job.matrix.fail_fast
        for values in job.matrix.axes.values():
            yield from (values,) if isinstance(values, str) else values


def _conditions(workflow: Workflow) -> Iterator[_Text]:
    for job in workflow.jobs:
        yield job.line, job.condition, _JOB_IF, job, ()
        for number, step in enumerate(job.steps):
            yield step.line, step.condition, _STEP_IF, job, job.steps[:number]


def _check(
    node: Node,
    allowed: frozenset[str],
    workflow: Workflow,
    job: Job | None,
    before: tuple[Step, ...],
    *,
    status: bool = False,
) -> None:
    for part in walk(node):
        if isinstance(part, Call) and part.name in STATUS and not status:
            raise ConfigError(f"`{part.name}()` can be asked in an `if` only")
    for path in asked(node):
        if path[0] not in allowed:
            raise ConfigError(f"`{path[0]}` cannot be asked here")
        if fault := _absent(path, workflow, job, before):
            raise ConfigError(f"`{'.'.join(path)}`: {fault}")


def _absent(path: tuple[str, ...], workflow: Workflow, job: Job | None, before: tuple[Step, ...]) -> str:
    """Why what is asked can never be there; empty where it can."""
    context, *rest = path
    if not rest:
        return ""
    if context == "needs":
        return _absent_need(rest, workflow, job)
    dispatch = workflow.trigger("workflow_dispatch")
    known: dict[str, tuple[Iterable[str], str]] = {
        "github": (GITHUB, "property"),
        "runner": (RUNNER, "property"),
        "job": ({"status"}, "property"),
        "inputs": ((one.name for one in dispatch.inputs) if dispatch else (), "input of this workflow"),
        "matrix": (job.matrix.axes if job and job.matrix else (), "axis of this matrix"),
        "steps": ((step.id for step in before), "step before this one"),
    }
    if context not in known:
        return ""
    fault = _unknown(rest[0], *known[context])
    if not fault and context == "steps" and len(rest) > 1:
        fault = _unknown(rest[1], STEP, "property")
    return fault


def _absent_need(path: list[str], workflow: Workflow, job: Job | None) -> str:
    name, *rest = path
    if fault := _unknown(name, job.needs if job else (), "job that this one needs"):
        return fault
    match rest:
        case ("outputs", output, *_):
            outputs = next((one.outputs for one in workflow.jobs if one.id.lower() == name.lower()), {})
            return _unknown(output, outputs, f"output of the job {name}")
        case (other, *_):
            return _unknown(other, {"result", "outputs"}, "property")
        case _:
            return ""


def _unknown(name: str, known: Iterable[str], what: str) -> str:
    return "" if name.lower() in {one.lower() for one in known} else f"there is no such {what}"
