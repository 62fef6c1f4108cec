"""The workflows that we write, where something was there before: half an upload, the same release, another one."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from conftest import PYPROJECT, git
from fault_index import PASSWORD, FaultIndex, serving
from small_release import write_wheel
from test_workflows import REPOSITORY, Stage, stage

from tagward.model.workflow_run import Event, Outcome, Run
from tagward.tools.runner import run_workflow
from tagward.workflows.reading import read_workflow
from tagward.workflows.render import RELEASE, TEST, Choices, Publish, Trigger, render

if TYPE_CHECKING:
    from pathlib import Path

    from tagward.model.workflow_run import StepResult

__all__ = ["stage"]
pytestmark = pytest.mark.e2e
SUCCESS, FAILURE, SKIPPED = Outcome.SUCCESS, Outcome.FAILURE, Outcome.SKIPPED
BOTH = ["demo-1.0.0-py3-none-any.whl", "demo-1.0.0.tar.gz"]


def _jobs(run: Run) -> dict[str, Outcome]:
    return {job.job: job.outcome for job in run.jobs}


def _logs(run: Run) -> str:
    """What the steps that failed said, for whoever reads a failing test."""
    return "\n".join(f"{job.job}: {step.log}" for job in run.jobs for step in job.steps if step.outcome is FAILURE)


def _failed(run: Run, job: str) -> StepResult:
    return next(step for step in run.one(job).steps if step.outcome is FAILURE)


def _dispatch(
    stage: Stage,
    workflow: str,
    inputs: dict[str, str],
    ref: str = "refs/heads/main",
) -> Run:
    """Start a workflow by hand."""
    sha = git("rev-parse", "main", cwd=stage.project.root).stdout.strip()
    tokens = {"PYPI_API_TOKEN": stage.index.password}
    ground = replace(stage.ground, environments={"pypi": tokens, "testpypi": {}})
    chosen = read_workflow(render(workflow, Choices(REPOSITORY)), workflow)
    return run_workflow(chosen, Event.dispatch(ref, sha, REPOSITORY, inputs), ground)


def test_a_release_with_the_wrong_mark_ends_at_the_gate(stage: Stage) -> None:
    event = stage.event
    marked = Event.release("v1.0.0", event.sha, REPOSITORY, prerelease=True)
    workflow = read_workflow(render(RELEASE, Choices(REPOSITORY)), RELEASE)

    run = run_workflow(workflow, marked, stage.ground)

    assert _jobs(run) == {"gate": FAILURE, "test": SKIPPED, "publish": SKIPPED, "verify": SKIPPED}
    (annotation,) = [one for one in run.one("gate").step("gate").annotations if one.level == "error"]
    assert annotation.title == "T011 prerelease-mark-wrong"
    assert "was refused: T011" in run.one("gate").step("gate").summary
    assert stage.published() == []


def test_a_wrong_secret_publishes_nothing_and_the_right_one_afterwards_everything(stage: Stage) -> None:
    wrong = stage.run(token="pypi-not-the-secret-of-this-index")  # noqa: S106  # it opens nothing

    step = _failed(wrong, "publish")
    assert step.name == "Publish"
    assert "Invalid or non-existent authentication" in step.log
    assert "not-the-secret" not in step.log
    assert stage.published() == []

    assert _jobs(stage.run(wrong))["verify"] is SUCCESS
    assert stage.published() == BOTH


def test_half_an_upload_is_completed_by_running_the_failed_jobs_again(stage: Stage) -> None:
    with serving(FaultIndex(posts=["ok", "403"])) as index:
        ground = replace(stage.ground, variables={**stage.ground.variables, "TWINE_REPOSITORY_URL": index.upload})
        there = replace(stage, ground=ground)

        half = there.run(token=PASSWORD)
        assert _failed(half, "publish").name == "Publish"
        assert list(index.files) == BOTH[:1]

        done = there.run(half, token=PASSWORD)
        assert _jobs(done)["verify"] is SUCCESS
        assert sorted(index.files) == BOTH
        assert index.uploads() == [BOTH[0], BOTH[1], BOTH[1]]
        assert [job.attempt for job in done.of("gate")] == [1]


def test_the_same_release_again_is_no_fault_where_the_bytes_are_the_same(stage: Stage) -> None:
    assert _jobs(stage.run())["verify"] is SUCCESS
    before = {name: (stage.files / name).read_bytes() for name in stage.published()}

    again = replace(stage, ground=replace(stage.ground, folder=stage.ground.folder.with_name("again"))).run()

    assert set(_jobs(again).values()) == {SUCCESS}, _logs(again)
    assert "already" in again.one("publish").step("Publish").log
    assert {name: (stage.files / name).read_bytes() for name in stage.published()} == before


def test_a_file_of_that_name_with_other_bytes_is_refused_before_anything_is_sent(stage: Stage, tmp_path: Path) -> None:
    other = write_wheel(tmp_path / "other", code="other = True\n")
    (stage.files / BOTH[0]).write_bytes(other.read_bytes())

    run = stage.run()

    assert FAILURE in set(_jobs(run).values())
    assert stage.published() == BOTH[:1]
    assert (stage.files / BOTH[0]).read_bytes() == other.read_bytes()


def test_started_by_hand_with_a_tag_it_completes_a_release(stage: Stage) -> None:
    run = _dispatch(stage, RELEASE, {"tag": "v1.0.0"})

    assert set(_jobs(run).values()) == {SUCCESS}, _logs(run)
    assert stage.published() == BOTH


@pytest.mark.parametrize(("ref", "tag"), [("refs/heads/other", "v1.0.0"), ("refs/tags/v1.0.0", "v1.0.0")])
def test_started_by_hand_from_elsewhere_it_does_nothing(ref: str, tag: str, stage: Stage) -> None:
    run = _dispatch(stage, RELEASE, {"tag": tag}, ref)

    assert set(_jobs(run).values()) == {SKIPPED}
    assert stage.published() == []


def test_the_test_workflow_judges_the_commit_and_publishes_nothing(stage: Stage) -> None:
    stage.project.write("pyproject.toml", PYPROJECT.format(version="1.1.0"))
    stage.project.write("src/demo/__init__.py", '__version__ = "1.1.0"\n')
    stage.project.commit()
    git("push", "-q", "origin", "main", cwd=stage.project.root)

    run = _dispatch(stage, TEST, {})

    jobs = _jobs(run)
    assert (jobs["gate"], jobs["test"], jobs["testpypi"]) == (SUCCESS, SUCCESS, SKIPPED)
    assert run.one("gate").outputs["tag"] == "v1.1.0"
    assert stage.published() == []


def test_the_test_workflow_uploads_where_that_is_asked_for_with_the_secret_of_that_environment(stage: Stage) -> None:
    run = _dispatch(stage, TEST, {"upload": "true"})

    step = _failed(run, "testpypi")
    assert step.name == "Publish"
    assert "TWINE_PASSWORD is empty" in step.log
    assert stage.published() == []


def test_a_pushed_tag_starts_it_where_that_was_chosen(stage: Stage) -> None:
    workflow = read_workflow(render(RELEASE, Choices(REPOSITORY, trigger=Trigger.TAG)), RELEASE)
    event = Event.push("refs/tags/v1.0.0", stage.event.sha, REPOSITORY)
    ground = replace(stage.ground, environments={"pypi": {"PYPI_API_TOKEN": stage.index.password}})

    assert set(_jobs(run_workflow(workflow, event, ground)).values()) == {SUCCESS}
    assert stage.published() == BOTH


def test_a_tag_that_moved_after_the_release_was_announced_ends_at_the_gate(stage: Stage) -> None:
    event = stage.event
    stage.project.write("more.txt", "x")
    stage.project.commit()
    git("tag", "-f", "-a", "-m", "moved", "v1.0.0", cwd=stage.project.root)
    git("push", "-q", "-f", "origin", "main", "v1.0.0", cwd=stage.project.root)
    workflow = read_workflow(render(RELEASE, Choices(REPOSITORY)), RELEASE)

    run = run_workflow(workflow, event, stage.ground)

    assert _jobs(run)["gate"] is FAILURE
    assert re.search(r"error(\x1b\[0m)?\[T012\]|T012", run.one("gate").step("gate").log)
    assert stage.published() == []


def test_trusted_publishing_needs_no_secret_and_hands_the_judged_files_to_the_action(stage: Stage) -> None:
    from tagward.tools.runner_use import Answer, Use  # noqa: PLC0415  # this test alone stands in for the action

    seen: list[list[str]] = []

    def publish(use: Use) -> Answer:
        folder = use.workspace / use.inputs["packages-dir"]
        seen.append(sorted(path.name for path in folder.iterdir()))
        for path in folder.iterdir():
            (stage.files / path.name).write_bytes(path.read_bytes())
        return Answer("published")

    workflow = read_workflow(render(RELEASE, Choices(REPOSITORY, publish=Publish.TRUSTED)), RELEASE)
    ground = replace(stage.ground, actions={"pypa/gh-action-pypi-publish": publish})

    run = run_workflow(workflow, stage.event, ground)

    assert set(_jobs(run).values()) == {SUCCESS}, _logs(run)
    assert seen == [BOTH]
