"""The workflows that publish, their jobs and steps, as several checks of a set-up ask for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagward.checks._check import Skip
from tagward.model.places import line_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagward.model.inspection import Inspection, WorkflowSeen
    from tagward.model.places import Place
    from tagward.model.workflow import Job, Step, Workflow


def publishers(inspection: Inspection) -> list[tuple[WorkflowSeen, Workflow]]:
    """The workflows that publish.

    Raises:
        Skip: there is none.
    """
    found = [(seen, seen.workflow) for seen in inspection.publishers if seen.workflow]
    if not found:
        raise Skip("no workflow publishes")
    return found


def publishing(inspection: Inspection) -> Iterator[tuple[WorkflowSeen, Job]]:
    """The jobs that publish."""
    for seen, workflow in publishers(inspection):
        yield from ((seen, workflow.job(name)) for name in dict.fromkeys(upload.job for upload in seen.uploads))


def steps(inspection: Inspection) -> Iterator[tuple[WorkflowSeen, Job, Step]]:
    """Every step of the workflows that publish."""
    for seen, workflow in publishers(inspection):
        yield from ((seen, job, step) for job in workflow.jobs for step in job.steps)


def at(seen: WorkflowSeen, line: int) -> Place:
    """A line of a workflow."""
    return line_at(seen.path, seen.text, line)
