"""One job of a rehearsed workflow: an empty folder, a fresh home, and its steps in order."""

from __future__ import annotations

import json
import platform
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tagward.model.workflow_run import (
    Annotation,
    Event,
    JobResult,
    Outcome,
    StepResult,
)
from tagward.tools.environ import GUARD, scratch_env
from tagward.tools.runner_step import Ended, Files, Script, prepended, run_script
from tagward.tools.runner_use import Action, Ground, Use
from tagward.workflows.commands import masked, spoken
from tagward.workflows.expressions import Scope, holds, interpolate, value
from tagward.workflows.values import CannotEvaluate, Exact, number_of, truth

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tagward.model.workflow import Job, Step, Workflow
    from tagward.model.workflow_run import Value
    from tagward.tools.runner_artifacts import Artifacts

NOWHERE = "http://127.0.0.1:1/"
"""Where uploads go unless the ground names an index: nobody answers there, and certainly not PyPI."""

DEFAULT_MINUTES = 360.0
GRACE_MINUTES = 5.0
"""What steps with `always()` get once the time of the job is over."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What all jobs of a run have in common.

    Attributes:
        inputs: the context of that name.
        token: what `github.token` is; it opens nothing.
        actions: the stand-ins by `owner/name`.
    """

    workflow: Workflow
    event: Event
    ground: Ground
    inputs: Mapping[str, Value]
    number: int
    attempt: int
    token: str
    artifacts: Artifacts
    actions: Mapping[str, Action]

    def github(self, job: str) -> dict[str, Value]:
        """The context `github`, without what only a running job has."""
        event = self.event
        return {
            "actor": event.actor,
            "event": event.payload,
            "event_name": event.name,
            "job": job,
            "ref": event.ref,
            "ref_name": event.ref_name,
            "ref_type": event.ref_type,
            "repository": event.repository,
            "repository_owner": event.repository.partition("/")[0],
            "run_attempt": str(self.attempt),
            "run_id": str(self.number),
            "run_number": "1",
            "server_url": self.ground.server,
            "sha": event.sha,
            "token": self.token,
            "workflow": self.workflow.name,
        }


@dataclass(slots=True)
class Running:
    """A job while it runs.

    Attributes:
        folder: everything of it is below.
        needs, matrix: the contexts of these names.
    """

    setting: Setting
    job: Job
    folder: Path
    needs: Mapping[str, Value]
    matrix: Mapping[str, Value]
    outcome: Outcome = Outcome.SUCCESS
    env: dict[str, str] = field(default_factory=dict)
    path: tuple[str, ...] = ()
    steps: dict[str, Value] = field(default_factory=dict)
    secrets: dict[str, Value] = field(default_factory=dict)
    masks: list[str] = field(default_factory=list)
    deadline: float = 0.0

    @property
    def workspace(self) -> Path:
        """`GITHUB_WORKSPACE`."""
        return self.folder / "workspace"

    @property
    def temp(self) -> Path:
        """`RUNNER_TEMP`."""
        return self.folder / "temp"

    def run(self) -> JobResult:
        """Run the steps, and give what came of the job."""
        began = time.monotonic()
        try:
            name = self._prepare()
        except CannotEvaluate as fault:
            return self._result(Outcome.FAILURE, self.job.name, began, reason=str(fault))
        results = tuple(self._step(number, step) for number, step in enumerate(self.job.steps))
        try:
            outputs, withheld = self._outputs()
        except CannotEvaluate as fault:
            return self._result(Outcome.FAILURE, name, began, steps=results, reason=str(fault))
        return self._result(self.outcome, name, began, steps=results, outputs=outputs, reason=withheld)

    # Before and after the steps.

    def _prepare(self) -> str:
        """Make the folders and evaluate what stands above the steps; the name of the job comes back."""
        for folder in (self.workspace, self.temp, self.folder / "home"):
            folder.mkdir(parents=True)
        scope = self._scope()
        if not interpolate(self.job.runs_on, scope).startswith("ubuntu-"):
            raise CannotEvaluate(f"tagward runs jobs of ubuntu only, not of {interpolate(self.job.runs_on, scope)}")
        ground = self.setting.ground
        environment = interpolate(self.job.environment, scope)
        secrets = {**ground.secrets, **ground.environments.get(environment, {}), "GITHUB_TOKEN": self.setting.token}
        self.secrets.update(secrets)
        self.masks += secrets.values()
        self.deadline = time.monotonic() + self._minutes(self.job.minutes, DEFAULT_MINUTES) * 60
        for texts in (self.setting.workflow.env, self.job.env):
            self.env |= {key: interpolate(text, self._scope()) for key, text in texts.items()}
        return interpolate(self.job.name, scope)

    def _outputs(self) -> tuple[dict[str, str], str]:
        """The outputs of the job; one that holds a secret does not leave it, as on GitHub."""
        scope = self._scope()
        outputs = {name: interpolate(text, scope) for name, text in self.job.outputs.items()}
        withheld = [name for name, text in outputs.items() if masked(text, self.masks) != text]
        reason = f"the output {', '.join(withheld)} holds a secret and was left out" if withheld else ""
        return {name: text for name, text in outputs.items() if name not in withheld}, reason

    def _result(
        self,
        outcome: Outcome,
        name: str,
        began: float,
        *,
        steps: tuple[StepResult, ...] = (),
        outputs: Mapping[str, str] | None = None,
        reason: str = "",
    ) -> JobResult:
        return JobResult(
            self.job.id,
            name,
            self.matrix,
            outcome,
            outputs or {},
            steps,
            time.monotonic() - began,
            reason,
            self.setting.attempt,
        )

    # One step.

    def _step(self, number: int, step: Step) -> StepResult:
        began = time.monotonic()
        name = step.title
        try:
            variables = {**self.env, **{key: interpolate(text, self._scope()) for key, text in step.env.items()}}
            scope = self._scope(variables)
            if not holds(step.condition, scope):
                return self._skipped(step)
            name = interpolate(step.title, scope)
            if reason := self.setting.ground.passed_over(step):
                return self._finished(
                    step, name, Ended(f"{reason}\n", failed=False, notes=(reason,)), tolerant=False, began=began
                )
            tolerant = truth(_boolean(value(step.tolerant, scope)))
            ended = self._carried_out(number, step, scope, variables)
        except CannotEvaluate as fault:
            tolerant, ended = False, Ended(f"Error: {fault}\n", failed=True)
        return self._finished(step, name, ended, tolerant=tolerant, began=began)

    def _carried_out(self, number: int, step: Step, scope: Scope, variables: Mapping[str, str]) -> Ended:
        files = Files(self.folder / "steps" / str(number))
        env = self._environment(step, variables, files)
        left = self.deadline - time.monotonic()
        if self.outcome is Outcome.CANCELLED:
            left = GRACE_MINUTES * 60
        seconds = max(0.0, min(left, self._minutes(step.minutes, DEFAULT_MINUTES, scope) * 60))
        if step.uses:
            return self._used(step, scope, env, files)
        defaults = (self.job.defaults, self.setting.workflow.defaults)
        reader = step.interpreter or next((one.interpreter for one in defaults if one.interpreter), "")
        folder = step.folder or next((one.folder for one in defaults if one.folder), "")
        script = Script(interpolate(step.run, scope), reader, self.workspace / interpolate(folder, scope), seconds)
        return run_script(script, env, files)

    def _used(self, step: Step, scope: Scope, env: Mapping[str, str], files: Files) -> Ended:
        setting = self.setting
        inputs = {key: interpolate(text, scope) for key, text in step.inputs.items()}
        remote = f"{setting.ground.server}/{setting.event.repository}"
        pythons = setting.ground.pythons
        use = Use(inputs, setting.event, remote, self.workspace, files.folder, env, setting.artifacts, pythons)
        answer = setting.actions[step.uses.partition("@")[0]](use)
        return Ended(
            f"{answer.said}\n",
            answer.failed,
            outputs=answer.outputs,
            variables=answer.variables,
            path=tuple(str(folder) for folder in answer.path),
            notes=answer.notes,
        )

    def _skipped(self, step: Step) -> StepResult:
        self._remember(step, {}, Outcome.SKIPPED, Outcome.SKIPPED)
        return StepResult(step.id, step.title, Outcome.SKIPPED, Outcome.SKIPPED)

    def _finished(self, step: Step, name: str, ended: Ended, *, tolerant: bool, began: float) -> StepResult:
        over = ended.late and time.monotonic() >= self.deadline
        outcome = Outcome.CANCELLED if over else Outcome.FAILURE if ended.failed else Outcome.SUCCESS
        conclusion = Outcome.SUCCESS if tolerant and outcome is Outcome.FAILURE else outcome
        if conclusion is not Outcome.SUCCESS and self.outcome is Outcome.SUCCESS:
            self.outcome = conclusion
        said = spoken(ended.log)
        self.masks += said.masks
        self.env |= ended.variables or {}
        self.path += ended.path
        outputs = dict(ended.outputs or {})
        self._remember(step, outputs, outcome, conclusion)
        return StepResult(
            step.id,
            masked(name, self.masks),
            outcome,
            conclusion,
            ended.status,
            time.monotonic() - began,
            masked(ended.log, self.masks),
            tuple(self._hidden(annotation) for annotation in said.annotations),
            masked(ended.summary, self.masks),
            outputs,
            ended.notes,
        )

    def _hidden(self, annotation: Annotation) -> Annotation:
        properties = {key: masked(text, self.masks) for key, text in annotation.properties.items()}
        return Annotation(annotation.level, masked(annotation.message, self.masks), properties)

    def _remember(self, step: Step, outputs: Mapping[str, str], outcome: Outcome, conclusion: Outcome) -> None:
        if step.id:
            self.steps[step.id] = {"outputs": dict(outputs), "outcome": outcome.value, "conclusion": conclusion.value}

    # What a step is given.

    def _scope(self, variables: Mapping[str, str] | None = None) -> Scope:
        contexts: dict[str, Value] = {
            "github": self._github(),
            "inputs": self.setting.inputs,
            "needs": self.needs,
            "matrix": self.matrix,
            "secrets": self.secrets,
            "env": Exact(variables if variables is not None else self.env),
            "steps": self.steps,
            "job": {"status": self.outcome.value},
            "runner": {name.removeprefix("RUNNER_").lower(): text for name, text in self._runner().items()},
        }
        failed, over = self.outcome is Outcome.FAILURE, self.outcome is Outcome.CANCELLED
        return Scope(
            contexts, {"success": not failed and not over, "failure": failed, "always": True, "cancelled": over}
        )

    def _github(self) -> dict[str, Value]:
        places = {"workspace": str(self.workspace), "event_path": str(self.folder / "event.json")}
        return {**self.setting.github(self.job.id), **places}

    def _runner(self) -> dict[str, str]:
        return {
            "RUNNER_OS": "Linux",
            "RUNNER_ARCH": {"x86_64": "X64", "aarch64": "ARM64"}.get(platform.machine(), platform.machine()),
            "RUNNER_NAME": "tagward",
            "RUNNER_TEMP": str(self.temp),
            "RUNNER_TOOL_CACHE": str(self.folder / "tools"),
        }

    def _environment(self, step: Step, variables: Mapping[str, str], files: Files) -> dict[str, str]:
        """The whole environment of a step: what the machine must give, what the workflow says, and GitHub's own."""
        base = scratch_env(self.folder / "home")
        del base[GUARD]  # a workflow runs tagward itself, which would refuse to run inside of itself
        texts = {key: text for key, text in self._github().items() if isinstance(text, str) and key != "token"}
        own = {f"GITHUB_{key.upper()}": text for key, text in texts.items()}
        event = self.folder / "event.json"
        event.write_text(json.dumps(self.setting.event.payload, default=dict), encoding="utf-8")
        env = {
            **base,
            "TWINE_REPOSITORY_URL": NOWHERE,
            "TAGWARD_INDEX": NOWHERE,
            **self.setting.ground.variables,
            **variables,
        }
        env["PATH"] = prepended(env["PATH"], self.path)
        return {
            **env,
            **own,
            **self._runner(),
            **files.create(),
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_ACTION": step.id or "__run",
        }

    def _minutes(self, text: str, default: float, scope: Scope | None = None) -> float:
        if not text:
            return default
        minutes = number_of(value(text, scope or self._scope()))
        if not 0 < minutes < float("inf"):
            raise CannotEvaluate(f"timeout-minutes is {text}, and must be a number above 0")
        return minutes


def _boolean(found: Value) -> Value:
    if isinstance(found, str) and found not in {"true", "false"}:
        raise CannotEvaluate(f"continue-on-error is {found}, and must be true or false")
    return found == "true" if isinstance(found, str) else found
