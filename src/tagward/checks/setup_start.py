"""G2, what starts a release on GitHub: the tags of this project do, once, and nothing else does.

The rules are those of `tagward.workflows.outlook`, from GitHub's documentation.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tagward.checks._check import Skip, Unseen, check
from tagward.checks._setup import callers
from tagward.errors import ConfigError
from tagward.model.findings import Finding
from tagward.model.inspection import Inspection, WorkflowSeen
from tagward.model.places import Place, line_at
from tagward.model.workflow_run import HEADS, TAGS, Event
from tagward.workflows.outlook import NO_SHA, Will, holds, jobs, other, pushed, released

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator, Sequence

    from tagward.model.inspection import Upload

_FOLDER = ".github/workflows"
_RELEASES = re.compile(
    r"(?i)(softprops/action-gh-release|ncipollo/release-action|actions/create-release|marvinpinto/action-automatic-releases"
    r"|(googleapis|google-github-actions)/release-please-action|python-semantic-release/python-semantic-release)@"
)
_MAKES = re.compile(r"\bgh\s+release\s+create\b|\bgit\s+push\b[^\n]*(--tags|--follow-tags|refs/tags/)")
_OF_TAGS = frozenset({"release", "push", "create"})
_IDLE = ("nightly", "latest")
"""Tags that release nothing."""
_OUTSIDE = ("pull_request", "pull_request_target", "schedule", "issue_comment", "workflow_run")


@check("G201", Inspection, fix="let tagward write one: tagward init")
def nothing_publishes(inspection: Inspection) -> Generator[Finding, None, str]:
    """A workflow publishes the releases

    A release would be made by hand, from whatever stands in somebody's working tree.
    """
    if not inspection.publishers and inspection.remote is None:
        raise Skip("no remote is on GitHub")
    if not inspection.publishers:
        broken = [one.path for one in inspection.workflows if one.fault]
        if broken:
            raise Unseen(f"{', '.join(broken)} cannot be read")
        yield Finding(f"no workflow in {_FOLDER} uploads to PyPI")
    said = (
        f"{one.path}, by {', '.join(dict.fromkeys(up.what for up in one.uploads))}" for one in inspection.publishers
    )
    return f"releases are published by {'; '.join(said)}"


@check("G202", Inspection, fix="repair the file: GitHub shows what it is missing in the Actions tab")
def workflow_unreadable(inspection: Inspection) -> Iterator[Finding]:
    """Every workflow can be read

    GitHub starts nothing of a file that it cannot read, and tells only the Actions tab.
    """
    if not inspection.workflows:
        raise Skip("there is no workflow")
    beyond = []
    for one in inspection.workflows:
        if one.fault and one.fault.startswith("tagward reads no"):
            beyond.append(f"{one.path}: {one.fault}")
        elif one.fault:
            yield Finding(f"{one.path} is no workflow: {one.fault}", one.fault_place)
    if beyond:
        raise Unseen("; ".join(beyond))


@check("G203", Inspection, fix="let the filter match the tags of the project, or start on: release: types: [published]")
def release_starts_nothing(inspection: Inspection) -> Generator[Finding, None, str]:
    """The tags of this project start the workflow that publishes

    The tag would be public, and nothing would follow it: no run, and no error either.
    """
    publishers = _require_publishers(inspection)
    if not any(_events_of(one) & _OF_TAGS for one in (*publishers, *callers(inspection, publishers))):
        return f"nothing but a start by hand: {'; '.join(_heard(one) for one in publishers)}"
    ways: list[str] = []
    for project in inspection.projects:
        for tag in project.samples[:2]:
            found = list(_ways(inspection, tag, publishers))
            ways += found
            if not found:
                yield Finding(
                    f"neither a push of the tag {tag} nor its GitHub release starts a job that publishes",
                    _trigger_place(publishers),
                    notes=tuple(_heard(one) for one in publishers),
                )
                break
    return "; ".join(dict.fromkeys(ways))


@check("G204", Inspection, fix="start it by one of them, on: release: types: [published] or on: push: tags:")
def release_starts_twice(inspection: Inspection) -> Iterator[Finding]:
    """One release starts one publication

    Two runs would upload the same version, and the slower one fails, possibly between two files.
    """
    publishers = _require_publishers(inspection)
    for project in inspection.projects[:1]:
        tag = project.samples[0]
        events = (*pushed([TAGS + tag], _slug(inspection)), *released(tag, _slug(inspection)))
        runs = [
            (seen, event) for seen in publishers for event in events if _will(inspection, seen, event) is not Will.NO
        ]
        if len(runs) > 1:
            said = ", ".join(f"{_event(event)} ({seen.path})" for seen, event in runs)
            yield Finding(f"a release of {tag} publishes {len(runs)} times: {said}", _trigger_place([runs[0][0]]))


@check("G205", Inspection, fix="narrow the trigger to the tags of the project, as push: tags: and a pattern of them")
def anything_publishes(inspection: Inspection) -> Iterator[Finding]:
    """Nothing but a release publishes

    A push that nobody meant as a release, or a stranger's pull request, would put a version on PyPI for ever.
    """
    publishers, slug = _require_publishers(inspection), _slug(inspection)
    events = [*pushed([HEADS + inspection.branch], slug), *(other(name, slug, inspection.branch) for name in _OUTSIDE)]
    for seen in publishers:
        if started := _surely(inspection, seen, events):
            yield Finding(f"{seen.path} publishes on {', '.join(started)}", _trigger_place([seen]))


@check("G210", Inspection, fix="let the filter name the project's own form of tags, as v[0-9]*", warns=True)
def idle_tag_publishes(inspection: Inspection) -> Iterator[Finding]:
    """A tag that is no release publishes nothing

    A version that is made of tags takes its number from whatever the tag is called: a tag with a date in it released
    the version 22 of a project.
    """
    publishers = _require_publishers(inspection)
    tags = [TAGS + tag for tag in _IDLE if inspection.config.version_in(tag) is None]
    events = [event for tag in tags for event in pushed([tag], _slug(inspection))]
    for seen in publishers:
        started = _surely(inspection, seen, events)
        if started and not _surely(inspection, seen, pushed([HEADS + inspection.branch], _slug(inspection))):
            yield Finding(f"{seen.path} publishes on {', '.join(started)}", _trigger_place([seen]))


@check("G206", Inspection, fix="ask for a tag as an input, and check out that", warns=True)
def dispatch_publishes(inspection: Inspection) -> Iterator[Finding]:
    """A start by hand names the tag that it publishes

    It runs on the branch that is chosen, and would publish what stands there, tagged or not.
    """
    by_hand = [
        one for one in _require_publishers(inspection) if one.workflow and one.workflow.trigger("workflow_dispatch")
    ]
    if not by_hand:
        raise Skip("nobody can start it by hand")
    for seen in by_hand:
        event = Event.dispatch(HEADS + inspection.branch, NO_SHA, _slug(inspection), branch=inspection.branch)
        if _will(inspection, seen, event) is Will.YES and "inputs." not in seen.text:
            yield Finding(f"{seen.path}, started by hand, publishes the branch", _trigger_place([seen], event.name))


@check("G207", Inspection, fix="commit the workflow before the tag is made")
def workflow_not_committed(inspection: Inspection) -> Iterator[Finding]:
    """The workflow that publishes is committed as it stands here

    GitHub runs the file of the tagged commit, and knows nothing of your working tree.
    """
    for seen in _require_publishers(inspection):
        if not seen.committed:
            yield Finding(f"{seen.path} is not committed as it stands here", Place(seen.path))


@check("G208", Inspection, fix="nothing has to be done for that tag; the next one has the workflow", warns=True)
def tagged_workflow_missing(inspection: Inspection) -> Generator[Finding, None, str]:
    """The newest release tag holds a workflow that its release starts

    A run uses the file at the tag, so that what was repaired since does not help that release.
    """
    tagged = inspection.tagged
    if tagged is None:
        raise Skip("there is no release tag yet")
    _require_publishers(inspection)
    publishers = [one for one in tagged.workflows if one.uploads]
    if not publishers:
        yield Finding(f"{tagged.name} holds no workflow that publishes")
    elif any(_events_of(one) & _OF_TAGS for one in publishers) and not list(
        _ways(inspection, tagged.name, publishers, tagged.workflows)
    ):
        yield Finding(f"neither a push of {tagged.name} nor its release starts what publishes in it")
    started = any(_events_of(one) & _OF_TAGS for one in publishers)
    return f"{tagged.name} holds the workflow{', and its release starts it' if started else ''}"


@check("G209", Inspection, fix="make it with the token of an App, or call the workflow: gh workflow run", warns=True)
def release_made_by_workflow(inspection: Inspection) -> Iterator[Finding]:
    """What makes the tag or the GitHub release may start workflows

    What GITHUB_TOKEN causes starts no run, so that the release is public and nobody publishes it.
    """
    waiting = [one for one in _require_publishers(inspection) if _events_of(one) & _OF_TAGS]
    for seen in inspection.workflows if waiting else ():
        for job in seen.workflow.jobs if seen.workflow else ():
            for step in job.steps:
                if _RELEASES.match(step.uses) or _MAKES.search(step.run):
                    told = "\n".join([*job.env.values(), *step.env.values(), *step.inputs.values()])
                    if seen not in waiting and not re.search(r"secrets\.(?!GITHUB_TOKEN\b)|outputs\.token", told):
                        yield Finding(
                            f"the job {job.id} makes tags or releases with GITHUB_TOKEN, and {waiting[0].path} waits"
                            " for them in vain",
                            Place(seen.path, step.line),
                        )


def _events_of(seen: WorkflowSeen) -> set[str]:
    return {trigger.event for trigger in seen.workflow.triggers} if seen.workflow else set()


def _require_publishers(inspection: Inspection) -> Sequence[WorkflowSeen]:
    if not inspection.publishers:
        raise Skip("no workflow publishes")
    return inspection.publishers


def _ways(
    inspection: Inspection, tag: str, publishers: Iterable[WorkflowSeen], among: Sequence[WorkflowSeen] = ()
) -> Iterator[str]:
    """How a tag reaches the index."""
    events = (*pushed([TAGS + tag], _slug(inspection)), *released(tag, _slug(inspection)))
    for seen in publishers:
        for event in events:
            if _will(inspection, seen, event, among) is not Will.NO:
                started = dict.fromkeys(upload.job for upload in seen.uploads)
                yield f"{_event(event)} starts {', '.join(started)}"


def _will(inspection: Inspection, seen: WorkflowSeen, event: Event, among: Sequence[WorkflowSeen] = ()) -> Will:
    """Whether an event makes a workflow upload."""
    others = among or inspection.workflows
    answers = [_uploaded(seen, upload, event, others) for upload in seen.uploads]
    return next((one for one in (Will.YES, Will.MAYBE) if one in answers), Will.NO)


def _uploaded(seen: WorkflowSeen, upload: Upload, event: Event, others: Sequence[WorkflowSeen]) -> Will:
    workflow = seen.workflow
    assert workflow is not None  # noqa: S101  # only what could be read has uploads
    try:
        answers = [jobs(workflow, event)[upload.job]]
        if workflow.trigger("workflow_call"):
            answers.append(_called(seen, event, others))
            answers = [max(answers, key=list(Will).index)]
    except ConfigError:
        return Will.NO  # GitHub refuses the filter, and runs nothing
    if upload.step is not None:
        answers.append(holds(workflow.job(upload.job).steps[upload.step].condition, event))
    return next(one for one in Will if one in answers)


def _called(seen: WorkflowSeen, event: Event, others: Sequence[WorkflowSeen]) -> Will:
    """Whether a job elsewhere calls this workflow."""
    callers = [one.workflow for one in others if one.workflow and one.path != seen.path]
    answers = [
        jobs(caller, event)[job.id]
        for caller in callers
        for job in caller.jobs
        if job.calls.removeprefix("./") == seen.path
    ]
    return max(answers, key=list(Will).index, default=Will.NO)


def _slug(inspection: Inspection) -> str:
    return inspection.remote.slug if inspection.remote else "owner/name"


def _event(event: Event) -> str:
    if event.name == "release":
        return f"release {event.payload['action']}"
    if event.name in {"push", "create"}:
        return f"{event.name} of the {event.ref_type} {event.ref_name}"
    return event.name


def _surely(inspection: Inspection, seen: WorkflowSeen, events: Sequence[Event]) -> list[str]:
    """Those of the events that make a workflow upload, whatever comes of its jobs."""
    return list(dict.fromkeys(_event(event) for event in events if _will(inspection, seen, event) is Will.YES))


def _heard(seen: WorkflowSeen) -> str:
    """What starts a workflow, in a few words."""
    workflow = seen.workflow
    assert workflow is not None  # noqa: S101  # see _uploaded
    said = []
    for trigger in workflow.triggers:
        filters = ", ".join(f"{key} {' '.join(words)}" for key, words in trigger.filters.items())
        said.append(f"{trigger.event} ({filters})" if filters else trigger.event)
    return f"{seen.path} starts on {', '.join(said) or 'nothing'}"


def _trigger_place(publishers: Sequence[WorkflowSeen], event: str = "") -> Place:
    seen = publishers[0]
    triggers = seen.workflow.triggers if seen.workflow else ()
    line = next((one.line for one in triggers if not event or one.event == event), 0)
    return line_at(seen.path, seen.text, line)


CHECKS = (
    nothing_publishes,
    workflow_unreadable,
    release_starts_nothing,
    release_starts_twice,
    anything_publishes,
    idle_tag_publishes,
    dispatch_publishes,
    workflow_not_committed,
    tagged_workflow_missing,
    release_made_by_workflow,
)
