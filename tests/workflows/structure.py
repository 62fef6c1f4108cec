"""What must be so in every workflow of ours, and in those that release: each fault as one sentence."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tagward.tools.runner import ancestors
from tagward.workflows.documents import Mapping, Node, Scalar, Sequence, read
from tagward.workflows.pins import PINS
from tagward.workflows.syntax import STATUS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagward.model.workflow import Job, Step, Workflow

RETENTION = 30
PUBLISHER = "pypa/gh-action-pypi-publish"
_USES = re.compile(r"(?m)^\s*(?:- )?uses:\s*(?P<what>.*?)\s*$")
_STATUS = re.compile(rf"\b(?:{'|'.join(sorted(STATUS))})\s*\(")
_PROJECT_CODE = re.compile(r"pip install\s+(?:\S+\s+)*(?:-e\b|--editable|\.(?:\s|\[|$)|git\+)")
_EXPRESSION = "${{"


def common(workflow: Workflow, text: str) -> list[str]:
    """The faults that no workflow may have, whatever it is for."""
    return [
        *_top(workflow),
        *uses_faults(text),
        *(fault for job in workflow.jobs for fault in _job(job)),
        *(fault for job in workflow.jobs for step in job.steps for fault in _step(job, step)),
        *python_faults(read(text, workflow.origin)),
    ]


def releasing(workflow: Workflow) -> list[str]:
    """The faults that a workflow may not have that releases."""
    return [
        *_started(workflow),
        *_graph(workflow),
        *_gate(workflow),
        *(one for job in workflow.jobs for one in (*_publishing(workflow, job), *_taken_over(job))),
    ]


def uses_faults(text: str) -> Iterator[str]:
    """Every `uses:` is a line of the table of pins, with its version as comment."""
    for found in _USES.finditer(text):
        name = found["what"].partition("@")[0]
        if name not in PINS or found["what"] != str(PINS[name]):
            yield f"the pin `{found['what']}` is not in the table"


def python_faults(node: Node) -> Iterator[str]:
    """A version of Python is quoted: without quotes 3.10 is the number 3.1."""
    if isinstance(node, Sequence):
        for one in node.items:
            yield from python_faults(one)
    elif isinstance(node, Mapping):
        for key, one in node.entries.items():
            if key in {"python", "python-version"}:
                scalars = one.items if isinstance(one, Sequence) else (one,)
                for scalar in scalars:
                    if isinstance(scalar, Scalar) and scalar.plain and not scalar.text.startswith(_EXPRESSION):
                        yield f"{key} {scalar.text} is not quoted"
            else:
                yield from python_faults(one)


def _top(workflow: Workflow) -> Iterator[str]:
    if workflow.permissions != {}:
        yield "the workflow does not begin with no permissions"
    if workflow.concurrency is None:
        yield "the workflow has no concurrency"
    if any("secrets." in text for text in workflow.env.values()):
        yield "a secret is given to all jobs"


def _job(job: Job) -> Iterator[str]:
    if job.permissions is None:
        yield f"{job.id} does not say its permissions"
    if not job.minutes:
        yield f"{job.id} has no time limit"
    if not job.environment and any("secrets." in text for text in _texts(job)):
        yield f"{job.id} has a secret and no environment"
    publishes = any(step.uses.startswith(PUBLISHER) for step in job.steps)
    if ("id-token" in (job.permissions or {})) is not publishes:
        yield f"{job.id} may ask for an identity without publishing with one, or publishes and may not"
    writes = {scope for scope, level in (job.permissions or {}).items() if level == "write"}
    if writes - {"id-token"}:
        yield f"{job.id} may write"


def _texts(job: Job) -> Iterator[str]:
    yield from job.env.values()
    for step in job.steps:
        yield from (step.run, *step.env.values(), *step.inputs.values())


def _step(job: Job, step: Step) -> Iterator[str]:
    name = step.uses.partition("@")[0]
    if _EXPRESSION in step.run:
        yield f"{job.id}: an expression stands in the script of `{step.title}`"
    if name in PINS and (unknown := set(step.inputs) - PINS[name].inputs):
        yield f"{job.id}: {name} has no input {min(unknown)}"
    if name == "actions/checkout" and step.inputs.get("persist-credentials") != "false":
        yield f"{job.id}: the checkout keeps its credentials"
    if name == "actions/upload-artifact":
        if int(step.inputs.get("retention-days", "0")) < RETENTION:
            yield f"{job.id}: the artifact is gone before failed jobs can be run again"
        if step.inputs.get("if-no-files-found") != "error":
            yield f"{job.id}: an artifact without files is no error"
    if "cache" in name or "cache" in step.inputs:
        yield f"{job.id} uses a cache"
    if step.tolerant != "false":
        yield f"{job.id}: a failure of `{step.title}` does not count"


def _started(workflow: Workflow) -> Iterator[str]:
    events = {trigger.event for trigger in workflow.triggers}
    if events not in ({"release", "workflow_dispatch"}, {"push", "workflow_dispatch"}, {"workflow_dispatch"}):
        yield f"the workflow is started by {', '.join(sorted(events))}"
    for trigger in workflow.triggers:
        if trigger.event == "release" and trigger.filters.get("types") != ("published",):
            yield "a release that is not published starts the workflow"
        if trigger.event == "push" and set(trigger.filters) != {"tags"}:
            yield "a push of a branch starts the workflow"
    group = workflow.concurrency
    if group and (group.cancel != "false" or _EXPRESSION not in group.group):
        yield "a run that may be uploading can be cancelled, or waits for that of another tag"


def _graph(workflow: Workflow) -> Iterator[str]:
    jobs = {job.id for job in workflow.jobs}
    wanted = {"gate": set[str](), "test": {"gate"}, "testpypi": {"gate", "test"}, "verify": {"gate", "publish"}}
    wanted["publish"] = {"gate", "test"} | (jobs & {"testpypi"})
    for job in workflow.jobs:
        if set(job.needs) != wanted.get(job.id):
            yield f"{job.id} needs {', '.join(job.needs) or 'nothing'}"
        if _STATUS.search(job.condition):
            yield f"{job.id} may run although a job before it did not succeed"
        if not job.runs_on.startswith("ubuntu-"):
            yield f"{job.id} runs on {job.runs_on}"
    uploads = [step for job in workflow.jobs for step in job.steps if "upload-artifact" in step.uses]
    if [step.inputs.get("name") for step in uploads] != ["judged", "report"]:
        yield "not just one artifact is handed over, beside the report"
        return
    judged, report = uploads
    if judged.inputs.get("path", "").split() != ["dist", "receipt.json"] or judged.condition:
        yield "what is handed over is not what was judged"
    if report.inputs.get("path") != "report.html" or report.condition != "${{ !cancelled() }}":
        yield "a gate that refuses leaves no report"


def _gate(workflow: Workflow) -> Iterator[str]:
    gate = workflow.job("gate")
    checkout = next((step for step in gate.steps if step.uses.startswith("actions/checkout@")), None)
    if checkout is None or checkout.inputs.get("fetch-depth") != "0":
        yield "the gate does not see the history"
    guarded = [
        job
        for job in (gate, *_publishers(workflow))
        if "github.repository ==" in job.condition or ".fork" in job.condition
    ]
    if not guarded:
        yield "a fork would release"
    if workflow.trigger("release") and not all(
        "event.action == 'published'" in job.condition for job in _main(workflow)
    ):
        yield "a release that is not published would be published"


def _main(workflow: Workflow) -> list[Job]:
    return [job for job in workflow.jobs if job.id in {"gate", "publish"}]


def _publishers(workflow: Workflow) -> list[Job]:
    return [job for job in workflow.jobs if job.environment]


def _publishing(workflow: Workflow, job: Job) -> Iterator[str]:
    uploads = any("tagward publish" in step.run or step.uses.startswith(PUBLISHER) for step in job.steps)
    if uploads is not bool(job.environment):
        yield f"{job.id} uploads without an environment, or has one for nothing"
    if not uploads:
        return
    chain = [job, *(workflow.job(name) for name in ancestors(workflow, job.id))]
    if not any("needs.gate.outputs.ok == 'true'" in one.condition for one in chain):
        yield f"{job.id} uploads what the gate did not pass"
    for step in job.steps:
        if step.uses.startswith("actions/checkout@"):
            yield f"{job.id} checks out the project"
        if _PROJECT_CODE.search(step.run):
            yield f"{job.id} installs the project from its source"
        if (
            step.uses.startswith(PUBLISHER)
            and "repository-url" in step.inputs
            and step.inputs.get("attestations") != "false"
        ):
            yield f"{job.id} signs what goes to a test index"
    if job.id == "publish" and not any("git ls-remote" in step.run for step in job.steps):
        yield "publish does not ask whether the tag has moved"


def _taken_over(job: Job) -> Iterator[str]:
    taken = [number for number, step in enumerate(job.steps) if "download-artifact" in step.uses]
    checked = [number for number, step in enumerate(job.steps) if "sha256sum --check --strict" in step.run]
    if checked != [number + 1 for number in taken]:
        yield f"{job.id} does not compare the digests right after it takes the artifact over"
