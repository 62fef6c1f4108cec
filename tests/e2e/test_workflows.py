"""The workflows that we write, run from end to end: real scripts, a real index, and what may come between."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest
from conftest import PYPROJECT, Project, git

from tagward.model.workflow_run import Event, Outcome, Run
from tagward.tools.localindex import LocalIndex, local_index
from tagward.tools.runner import run_workflow
from tagward.tools.runner_use import Ground
from tagward.workflows.reading import read_workflow
from tagward.workflows.render import RELEASE, Choices, render
from tagward.workflows.triggers import starts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tagward.model.workflow_run import StepResult

pytestmark = pytest.mark.e2e
MAJOR, MINOR = sys.version_info[:2]
REPOSITORY = "o/demo"
WORKFLOW = read_workflow(render(RELEASE, Choices(REPOSITORY)), RELEASE)
SUCCESS, FAILURE, SKIPPED = Outcome.SUCCESS, Outcome.FAILURE, Outcome.SKIPPED


@dataclass
class Stage:
    """A project on a hub of its own, an index, and the ground between them."""

    project: Project
    index: LocalIndex
    files: Path
    ground: Ground

    @property
    def event(self) -> Event:
        """The release of v1.0.0, as it is published on GitHub."""
        sha = git("rev-parse", "v1.0.0^{commit}", cwd=self.project.root).stdout.strip()
        return Event.release("v1.0.0", sha, REPOSITORY)

    def run(self, earlier: Run | None = None, *, token: str | None = None, before: Callable[[], object] = list) -> Run:
        """Run the workflow for the release; `before` happens right before the job that publishes."""
        token = self.index.password if token is None else token

        def between(job: str, _artifacts: Path) -> None:
            if job == "publish":
                before()

        ground = replace(self.ground, environments={"pypi": {"PYPI_API_TOKEN": token}}, between=between)
        return run_workflow(WORKFLOW, self.event, ground, earlier=earlier)

    def published(self) -> list[str]:
        """The files on the index."""
        return sorted(path.name for path in self.files.glob("demo*"))


@pytest.fixture
def stage(tmp_path: Path, project: Project) -> Iterator[Stage]:
    remote = tmp_path / "hub" / REPOSITORY
    remote.parent.mkdir(parents=True)
    project.remote.rename(remote)
    git("remote", "set-url", "origin", str(remote), cwd=project.root)
    only_here = f'requires-python = ">={MAJOR}.{MINOR},<{MAJOR}.{MINOR + 1}"\n'
    project.write("pyproject.toml", PYPROJECT.format(version="1.0.0") + only_here)
    project.commit()
    project.tag("v1.0.0")
    git("push", "-q", "origin", "main", "v1.0.0", cwd=project.root)
    with local_index(tmp_path / "index") as index:
        variables = {"TWINE_REPOSITORY_URL": index.upload, "TAGWARD_INDEX": index.simple}
        ground = Ground(tmp_path / "run", f"file://{tmp_path}/hub", variables)
        yield Stage(project, index, tmp_path / "index", ground)


def _outcomes(run: Run) -> list[tuple[str, Outcome, int]]:
    return [(job.job, job.outcome, job.attempt) for job in run.jobs]


def _failed(run: Run, job: str) -> StepResult:
    return next(step for step in run.one(job).steps if step.outcome is FAILURE)


def test_a_release_goes_out_whole_or_not_at_all_and_can_be_taken_up_where_it_failed(stage: Stage) -> None:
    wheel = stage.ground.folder / "artifacts/judged/dist/demo-1.0.0-py3-none-any.whl"

    def tamper() -> None:
        judged.append(wheel.read_bytes())
        wheel.write_bytes(judged[0] + b"\0")

    def move() -> None:
        git("tag", "-f", "-a", "-m", "moved", "v1.0.0", "v1.0.0^{}", cwd=stage.project.root)
        git("push", "-q", "-f", "origin", "v1.0.0", cwd=stage.project.root)

    judged: list[bytes] = []
    before = git("rev-parse", "v1.0.0", cwd=stage.project.root).stdout.strip()

    tampered = stage.run(before=tamper)
    wheel.write_bytes(judged[0])
    assert _outcomes(tampered) == [
        ("gate", SUCCESS, 1),
        ("test", SUCCESS, 1),
        ("publish", FAILURE, 1),
        ("verify", SKIPPED, 1),
    ]
    assert _failed(tampered, "publish").name == "The judged bytes, and no others"

    moved = stage.run(tampered, before=move)
    git("push", "-q", "-f", "origin", f"{before}:refs/tags/v1.0.0", cwd=stage.project.root)
    git("update-ref", "refs/tags/v1.0.0", before, cwd=stage.project.root)
    assert [one.title for one in _failed(moved, "publish").annotations] == ["tag moved"]

    unset = stage.run(moved, token="")
    assert _failed(unset, "publish").name == "Publish"
    assert stage.published() == []

    done = stage.run(unset)
    assert _outcomes(done) == [
        ("gate", SUCCESS, 1),
        ("test", SUCCESS, 1),
        ("publish", SUCCESS, 4),
        ("verify", SUCCESS, 4),
    ]
    assert stage.published() == ["demo-1.0.0-py3-none-any.whl", "demo-1.0.0.tar.gz"]
    assert "Ready" in (stage.ground.folder / "artifacts/report/report.html").read_text(encoding="utf-8")
    assert (stage.files / wheel.name).read_bytes() == judged[0]


def test_a_wrong_version_ends_at_the_gate(stage: Stage) -> None:
    stage.project.write("pyproject.toml", PYPROJECT.format(version="1.0.1"))
    stage.project.commit()
    git("tag", "-f", "-a", "-m", "wrong", "v1.0.0", cwd=stage.project.root)
    git("push", "-q", "-f", "origin", "v1.0.0", cwd=stage.project.root)

    run = stage.run()

    assert [job.outcome for job in run.jobs] == [FAILURE, SKIPPED, SKIPPED, SKIPPED]
    assert "V001" in _failed(run, "gate").log
    artifacts = stage.ground.folder / "artifacts"
    assert [path.relative_to(artifacts).as_posix() for path in artifacts.rglob("*.*")] == ["report/report.html"]
    assert "Version mismatch" in (artifacts / "report" / "report.html").read_text(encoding="utf-8")
    assert stage.published() == []


@pytest.mark.parametrize("action", ["created", "edited", "prereleased", "deleted", "released"])
def test_only_a_published_release_starts_it(action: str) -> None:
    assert not starts(WORKFLOW, Event.release("v1.0.0", "0" * 40, REPOSITORY, action=action))


def test_a_fork_releases_nothing(stage: Stage) -> None:
    remote = stage.project.root.parent / "hub" / REPOSITORY
    remote.parent.with_name("fork").mkdir()
    remote.rename(remote.parent.with_name("fork") / "demo")
    run = run_workflow(WORKFLOW, replace(stage.event, repository="fork/demo"), stage.ground)

    assert {job.outcome for job in run.jobs} == {SKIPPED}
