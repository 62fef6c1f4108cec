"""What a stand-in for an action is given and gives back, and the ground that a rehearsed workflow runs on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tagward.tools.runner_python import Interpreter, linked_python

if TYPE_CHECKING:
    from tagward.model.workflow import Step
    from tagward.model.workflow_run import Event
    from tagward.tools.runner_artifacts import Artifacts

Pythons = Callable[[str, Path, Mapping[str, str]], Interpreter]
"""From a version as `3.12`, a folder that is not there yet, and an environment, to a Python in that folder."""


@dataclass(frozen=True, slots=True)
class Use:
    """One use of an action.

    Attributes:
        inputs: `with`, evaluated.
        event: what the run is for.
        remote: the address of the repository.
        workspace: the working folder of the job.
        folder: a folder of this step's own, for what it makes outside the workspace.
        env: the whole environment that its processes get.
        artifacts: those of the run.
        pythons: how a Python is made.
    """

    inputs: Mapping[str, str]
    event: Event
    remote: str
    workspace: Path
    folder: Path
    env: Mapping[str, str]
    artifacts: Artifacts
    pythons: Pythons


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of it.

    Attributes:
        said: what stands in the log.
        failed: whether the step failed.
        outputs: those of the step.
        path: folders that later steps search first.
        variables: what later steps find in their environment.
        notes: in what the stand-in differed from the action, as sentences.
    """

    said: str
    failed: bool = False
    outputs: Mapping[str, str] = field(default_factory=dict)
    path: tuple[Path, ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


Action = Callable[[Use], Answer]


def nothing(_job: str, _artifacts: Path) -> None:
    """Between two jobs nothing happens."""


def carried_out(_step: Step) -> str:
    """Every step is carried out."""
    return ""


@dataclass(frozen=True, slots=True)
class Ground:
    """Where a workflow runs, and what stands in for GitHub.

    Attributes:
        folder: everything is written below it; it is made if it is not there. A second attempt takes the same one.
        server: `GITHUB_SERVER_URL`; the repository is at `<server>/<owner>/<name>`, for git, as `file:///scratch/hub`.
        variables: the environment of every step has them besides, as pip's settings; a workflow can override them.
        secrets: those of the repository.
        environments: the secrets of each environment, which only jobs in that environment get.
        pythons: what `actions/setup-python` puts in place.
        actions: further stand-ins, or other ones, by `owner/name`.
        passed_over: why a step is not carried out, which then counts as a success; empty for all that are.
        between: called before each job with its id and the folder of the artifacts, so that a test can tamper.
    """

    folder: Path
    server: str
    variables: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)
    environments: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    pythons: Pythons = linked_python
    actions: Mapping[str, Action] = field(default_factory=dict)
    passed_over: Callable[[Step], str] = carried_out
    between: Callable[[str, Path], None] = nothing
