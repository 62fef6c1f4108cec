"""G2, what the workflows may and do: each flaw as it stands in a file, at its line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tagward import __version__
from tagward.checks._check import Skip, check
from tagward.checks._setup import at, by_file, callers, publishers, publishing, stated_tagwards, steps
from tagward.model.findings import Finding
from tagward.model.inspection import Inspection

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from tagward.model.inspection import WorkflowSeen
    from tagward.model.workflow import Job, Step, Workflow

_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_CACHES = re.compile(r"(?i)(^|/)cache(/|$)|rust-cache|sccache")
_BUILDS = re.compile(
    r"(?m)\b(?:python3?\s+-I?\s*-?m\s+build|pyproject-build|uv\s+build|(?:poetry|hatch|pdm|flit)\s+build)\b"
)
_IDENTIFIED = re.compile(
    r"(?i)attest|sigstore|cosign|pypi-publish|build-and-inspect|credentials|/auth@|login@|\bpublish\b"
)
"""What an identity is good for besides an upload to PyPI: to sign, TestPyPI, the clouds."""
_EXPRESSION = re.compile(r"\$\{\{.*?\}\}", re.DOTALL)
_OWN_TEXT = re.compile(
    r"\$\{\{\s*((?:matrix|runner|strategy|job)\.[\w.-]+|github\.(?:workspace|sha|run_id|run_number|run_attempt"
    r"|repository|repository_owner|server_url|api_url|job|event_name|ref_type))\s*\}\}"
)
"""What GitHub or the workflow itself makes, and nobody else."""
_COMPARES = re.compile(r"sha256sum\s+(?:-c|--check)|tagward\s+publish\b|shasum\s.*-c|hash-file|--require-hashes")
_SKIPPING = re.compile(r"--skip-existing\b|--check-url\b")


@check("G211", Inspection, fix="begin with permissions: {} and give each job what it needs", warns=True)
def permissions_too_wide(inspection: Inspection) -> Iterator[Finding]:
    """Every token of the workflow that publishes has the least permissions

    Whatever runs in a job has them too, and id-token: write is the right to publish.
    """
    for seen, workflow in publishers(inspection):
        if workflow.permissions is None and any(job.permissions is None for job in workflow.jobs):
            yield Finding(f"{seen.path} states no permissions, so that those of the repository hold", at(seen, 1))
        for permissions, line, who in _stated(workflow):
            if permissions.get("*") == "write":
                yield Finding(f"{who} of {seen.path} may write everything", at(seen, line))
            elif permissions.get("id-token") == "write" and _idle(seen, workflow, who):
                yield Finding(f"{who} may ask for an identity, and does not publish", at(seen, line))


@check("G212", Inspection, fix="give the job an environment, as environment: pypi, with reviewers", warns=True)
def environment_missing(inspection: Inspection) -> Iterator[Finding]:
    """The job that publishes has an environment

    Without one nobody is asked, every branch may publish, and a token lies where each workflow reads it.
    """
    for seen, job in publishing(inspection):
        if not job.environment and not job.calls:
            yield Finding(f"the job {job.id} publishes without an environment", at(seen, job.line))


@check("G213", Inspection, fix="leave the cache out of the workflow that publishes", warns=True)
def cache_used(inspection: Inspection) -> Iterator[Finding]:
    """Nothing comes from a cache

    Runs of other branches write caches too, so that what is released may be made of their files.
    """
    yield from by_file(_cache_used(inspection))


def _cache_used(inspection: Inspection) -> Iterator[Finding]:
    for seen, job, step in steps(inspection):
        name = step.uses.partition("@")[0]
        word = step.inputs.get("cache") or step.inputs.get("enable-cache") or ""
        if _CACHES.search(name) or word.lower() not in {"", "false", "no", "never"}:
            yield Finding(f"the job {job.id} uses a cache: {step.uses or step.title}", at(seen, step.line))


@check("G214", Inspection, fix="add persist-credentials: false to the step", warns=True)
def credentials_kept(inspection: Inspection) -> Iterator[Finding]:
    """A checkout keeps no credentials

    The token of the job would lie in the working tree, where the build and every dependency read it.
    """
    yield from by_file(_credentials_kept(inspection))


def _credentials_kept(inspection: Inspection) -> Iterator[Finding]:
    for seen, job, step in steps(inspection):
        if step.uses.startswith("actions/checkout@") and step.inputs.get("persist-credentials", "").lower() != "false":
            yield Finding(f"the checkout of {job.id} keeps its credentials", at(seen, step.line))


@check(
    "G215",
    Inspection,
    fix="name the commit and the version as a comment, as uses: owner/name@<40 digits> # v7",
    warns=True,
)
def action_not_pinned(inspection: Inspection) -> Iterator[Finding]:
    """Actions are pinned by commit

    A tag of an action can be moved onto other code, as happened to the tags of trivy-action and changed-files.
    """
    for seen, workflow in publishers(inspection):
        used = [(step.uses, step.line) for job in workflow.jobs for step in job.steps]
        used += [(job.calls, job.line) for job in workflow.jobs]
        loose = [(uses, line) for uses, line in used if _is_loose(uses)]
        if loose:
            names = ", ".join(dict.fromkeys(uses for uses, _ in loose))
            yield Finding(f"not pinned by commit: {names}", at(seen, loose[0][1]))


@check("G216", Inspection, fix='hand the value over by env: and write "$NAME" in the script')
def expression_in_script(inspection: Inspection) -> Iterator[Finding]:
    """No expression with a text from outside stands in a script

    What it gives becomes part of the script before the shell reads it, and the name of a tag or a branch is a
    stranger's text.
    """
    _require_workflows(inspection)
    yield from by_file(
        Finding(f"`{what}` stands in a script of the job {job.id}", at(seen, step.line))
        for seen in inspection.workflows
        for job in (seen.workflow.jobs if seen.workflow else ())
        for step in job.steps
        for what in _EXPRESSION.findall(step.run)
        if not _OWN_TEXT.fullmatch(what)
    )


@check("G217", Inspection, fix="set cancel-in-progress: false, with a group for each tag", warns=True)
def publication_cancelled(inspection: Inspection) -> Iterator[Finding]:
    """A newer run never cancels one that publishes

    A newer run would end the older one between two files, and PyPI has half of a release.
    """
    for seen, workflow in publishers(inspection):
        groups = [workflow.concurrency, *(workflow.job(up.job).concurrency for up in seen.uploads)]
        if any(group and group.cancel != "false" for group in groups):
            yield Finding(
                f"a newer run cancels the one that publishes in {seen.path}",
                at(seen, _line(seen, "cancel-in-progress")),
            )


@check("G218", Inspection, fix="take it out: the same bytes are never refused, and other bytes must be")
def existing_skipped(inspection: Inspection) -> Iterator[Finding]:
    """An upload skips nothing

    Names alone are compared, so that a forgotten bump, or other bytes under the same name, pass as a success.
    """
    yield from by_file(_existing_skipped(inspection))


def _existing_skipped(inspection: Inspection) -> Iterator[Finding]:
    for seen, job, step in steps(inspection):
        set_so = step.inputs.get("skip-existing", step.inputs.get("skip_existing", "false")).lower() == "true"
        if set_so or _SKIPPING.search(step.run):
            yield Finding(f"the job {job.id} skips files that the index has", at(seen, step.line))


@check("G219", Inspection, fix="put the job into the workflow that the release starts")
def publisher_called(inspection: Inspection) -> Iterator[Finding]:
    """The job that publishes stands in the workflow that the release starts

    PyPI does not support Trusted Publishing from a workflow that another one calls, and refuses it from another
    repository.
    """
    for seen, workflow in publishers(inspection):
        for upload in seen.uploads:
            if upload.step is None:
                yield Finding(
                    f"the job {upload.job} publishes by a workflow elsewhere: {upload.what}", at(seen, upload.line)
                )
        if workflow.trigger("workflow_call") and any(upload.step is not None for upload in seen.uploads):
            yield Finding(
                f"{seen.path} publishes when another workflow calls it", at(seen, _line(seen, "workflow_call"))
            )


@check("G220", Inspection, fix="build in a job of its own, and hand the files over as an artifact", warns=True)
def publisher_builds(inspection: Inspection) -> Iterator[Finding]:
    """The job that publishes runs no code of the project

    Every build requirement and every test would run where the token or the identity is.
    """
    for seen, job in publishing(inspection):
        checkout = next((step for step in job.steps if step.uses.startswith("actions/checkout@")), None)
        builds = next((step for step in job.steps if _BUILDS.search(step.run)), None)
        step = builds or checkout
        if step:
            does = "builds" if builds else "checks the project out"
            yield Finding(f"the job {job.id} {does} and publishes", at(seen, step.line))


@check(
    "G221",
    Inspection,
    fix="compare before the upload: sha256sum --check with digests that came as a job output",
    warns=True,
)
def digests_not_compared(inspection: Inspection) -> Iterator[Finding]:
    """What is uploaded is compared with what was judged

    Between two jobs the files lie where others can write, and nobody would see that they are other files.
    """
    if not any(_taken(job) for _, job in publishing(inspection)):
        raise Skip("no artifact is handed over")
    for seen, job in publishing(inspection):
        taken = _taken(job)
        if taken and not any(_COMPARES.search(step.run) for step in job.steps):
            yield Finding(f"the job {job.id} uploads an artifact that it does not compare", at(seen, taken[0].line))


def _taken(job: Job) -> list[Step]:
    return [step for step in job.steps if step.uses.startswith("actions/download-artifact@")]


@check("G222", Inspection, fix="name the same version everywhere: tagward init", warns=True)
def tagward_differs(inspection: Inspection) -> Generator[Finding, None, str]:
    """The workflow runs the tagward that you have

    Two versions may judge differently, so that a tag passes here and is refused there.
    """
    stated = stated_tagwards(inspection)
    for one, place in stated.items():
        if one != __version__:
            yield Finding(f"{place.path} installs tagward {one}, and here is {__version__}", place)
    if not stated:
        raise Skip("it names no version of tagward")
    return f"the workflow installs tagward {__version__}, as here"


@check("G223", Inspection, fix="let the gate run before the upload: tagward init", warns=True)
def gate_not_repeated(inspection: Inspection) -> Iterator[Finding]:
    """The workflow judges the tag again

    A local gate can be skipped, and tags made on GitHub's page never pass it.
    """
    for seen, workflow in publishers(inspection):
        whole = [workflow, *(one.workflow for one in callers(inspection, [seen]) if one.workflow)]
        judged = any(
            re.search(r"\btagward\s+check\b", step.run) or re.search(r"/tagward@", step.uses) or step.uses == "./"
            for one in whole
            for job in one.jobs
            for step in job.steps
        )
        if not judged:
            yield Finding(f"{seen.path} publishes without `tagward check`", at(seen, seen.uploads[0].line))


@check("G224", Inspection, fix="add fetch-depth: 0 to the checkout")
def history_missing(inspection: Inspection) -> Iterator[Finding]:
    """A job that builds sees the tags that make the version

    The backend takes the version from git's tags, and a shallow checkout has none.
    """
    dynamic = [one for one in inspection.projects if one.workspace.source.declaration is None]
    if not any("tags" in one.workspace.source.reason for one in dynamic):
        raise Skip("the version does not come from git's tags")
    for seen, workflow in publishers(inspection):
        for job in workflow.jobs:
            if any(_BUILDS.search(step.run) or "tagward check" in step.run for step in job.steps):
                for step in job.steps:
                    if step.uses.startswith("actions/checkout@") and step.inputs.get("fetch-depth") != "0":
                        yield Finding(f"the checkout of {job.id} has no history", at(seen, step.line))


@check("G225", Inspection, fix='quote it, as python-version: "3.10"')
def python_is_a_number(inspection: Inspection) -> Iterator[Finding]:
    """Versions of Python are quoted

    Without quotes 3.10 is the number 3.1, and the job runs on another Python or on none.
    """
    _require_workflows(inspection)
    for seen in inspection.workflows:
        for number, line in enumerate(seen.text.splitlines(), 1):
            if re.match(r"\s*(?:- )?python(?:-version)?:\s*\[?[^#'\"\n]*(?<![\d.'\"])3\.\d*0\s*(?:[,\]#]|$)", line):
                yield Finding(f"{line.strip()} is a number, and loses its last digit", at(seen, number))


def _require_workflows(inspection: Inspection) -> None:
    if not inspection.workflows:
        raise Skip("there is no workflow")


def _stated(workflow: Workflow) -> Iterator[tuple[dict[str, str], int, str]]:
    if workflow.permissions is not None:
        yield dict(workflow.permissions), 1, "the workflow"
    for job in workflow.jobs:
        if job.permissions is not None:
            yield dict(job.permissions), job.line, f"the job {job.id}"


def _idle(seen: WorkflowSeen, workflow: Workflow, who: str) -> bool:
    """Whether an identity is of no use: nothing in the job is known to want one, and no workflow is called."""
    if who == "the workflow":
        return len(workflow.jobs) > 1
    job = workflow.job(who.removeprefix("the job "))
    uses = any(_IDENTIFIED.search(f"{step.uses}\n{step.run}") for step in job.steps)
    return not (uses or job.calls or job.id in {upload.job for upload in seen.uploads})


def _is_loose(uses: str) -> bool:
    """Whether what is used may change without a change here; what stands in the repository itself may not."""
    if not uses or uses.startswith(("./", "docker://")):
        return "@sha256:" not in uses if uses.startswith("docker://") else False
    return not _COMMIT.fullmatch(uses.partition("@")[2])


def _line(seen: WorkflowSeen, word: str) -> int:
    return next((number for number, line in enumerate(seen.text.splitlines(), 1) if word in line), 1)


CHECKS = (
    permissions_too_wide,
    environment_missing,
    cache_used,
    credentials_kept,
    action_not_pinned,
    expression_in_script,
    publication_cancelled,
    existing_skipped,
    publisher_called,
    publisher_builds,
    digests_not_compared,
    tagward_differs,
    gate_not_repeated,
    history_missing,
    python_is_a_number,
)
