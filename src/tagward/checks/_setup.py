"""The workflows that publish, their jobs and steps, as several checks of a set-up ask for them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tagward.checks._check import Skip
from tagward.model.names import tagwards_in
from tagward.model.places import line_at

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tagward.model.findings import Finding
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


def stated_tagwards(inspection: Inspection) -> dict[str, Place]:
    """The versions of tagward that the workflows that publish install, each where it stands first."""
    stated: dict[str, Place] = {}
    for seen, _, step in steps(inspection):
        for one in tagwards_in(step.run):
            stated.setdefault(one, at(seen, step.line))
    return stated


def by_file(faults: Iterable[Finding]) -> Iterator[Finding]:
    """One finding for a file, at the first place, however often it does the same."""
    files: dict[str, list[Finding]] = {}
    for one in faults:
        files.setdefault(one.place.path if one.place else "", []).append(one)
    for first, *others in files.values():
        yield replace(first, message=f"{first.message}, and {len(others)} more" if others else first.message)


def callers(inspection: Inspection, called: Sequence[WorkflowSeen]) -> list[WorkflowSeen]:
    """The workflows that call one of these themselves."""
    paths = {one.path for one in called}
    return [
        one
        for one in inspection.workflows
        if one.workflow and any(job.calls.removeprefix("./") in paths for job in one.workflow.jobs)
    ]


def at(seen: WorkflowSeen, line: int) -> Place:
    """A line of a workflow."""
    return line_at(seen.path, seen.text, line)
