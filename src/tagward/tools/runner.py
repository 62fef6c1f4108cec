"""Runs a GitHub workflow on this machine: jobs in the order of their needs, real scripts, stand-ins for the actions.

It does what GitHub's documentation says of jobs, steps, their files and their variables. What differs: tokens open
nothing, so that there are no permissions and no approvals; `concurrency` holds nothing back; jobs run one after the
other; what a step leaves running ends with the step. Secrets are masked in results, and not in the files of the ground.
"""

from __future__ import annotations

import secrets
from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING

from tagward.errors import ConfigError
from tagward.model.workflow_run import JobResult, Outcome, Run, combined
from tagward.tools.runner_actions import STAND_INS
from tagward.tools.runner_artifacts import Artifacts
from tagward.tools.runner_job import Running, Setting
from tagward.workflows.expressions import Scope, holds, interpolate, value
from tagward.workflows.pins import PINS
from tagward.workflows.triggers import inputs_of, starts
from tagward.workflows.values import CannotEvaluate, text_of, truth

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tagward.model.workflow import Job, Matrix, Step, Workflow
    from tagward.model.workflow_run import Event, Value
    from tagward.tools.runner_use import Action, Ground

MAX_COMBINATIONS = 256
"""Of one matrix (GitHub's own limit)."""


def run_workflow(workflow: Workflow, event: Event, ground: Ground, *, earlier: Run | None = None) -> Run:
    """Run a workflow for an event, as GitHub would.

    Args:
        workflow: the workflow.
        event: what starts it.
        ground: where it runs, and with which secrets.
        earlier: the attempt before this one, as when somebody presses "Re-run failed jobs": jobs that failed run again
            with all that need them, and the others keep what they gave; the ground must be the same.

    Raises:
        ConfigError: the event does not start the workflow, it uses an action that is not in the table or not as it is
            there, an input is missing, no job failed earlier, or the ground holds this attempt already. Nothing has
            run then.
        CannotJudge: the machine failed.
    """
    actions = {**STAND_INS, **ground.actions}
    for job in workflow.jobs:
        for step in job.steps:
            check_use(workflow.origin, step, actions)
    if not starts(workflow, event):
        raise ConfigError(f"{workflow.origin} is not started by this event ({event.name} of {event.ref})")
    setting = Setting(
        workflow,
        event,
        ground,
        inputs_of(workflow, event),
        number=earlier.number if earlier else secrets.randbelow(10**9) + 10**10,
        attempt=earlier.attempt + 1 if earlier else 1,
        token=f"ghs_{secrets.token_hex(18)}",
        artifacts=Artifacts(ground.folder / "artifacts"),
        actions=actions,
    )
    if any((ground.folder / "jobs").glob(f"{setting.attempt}-*")):
        raise ConfigError(f"{ground.folder} holds attempt {setting.attempt} of a run already")
    setting.artifacts.folder.mkdir(parents=True, exist_ok=True)
    kept = _kept(workflow, earlier) if earlier else ()
    results: list[JobResult] = []
    for job in in_order(workflow):
        results += _Jobs(setting, job, tuple(results), kept).run()
    return Run(setting.number, setting.attempt, tuple(results))


def check_use(origin: str, step: Step, actions: Mapping[str, Action]) -> None:
    """Hold what a step uses against the table of pins, and against what can be carried out here.

    Raises:
        ConfigError: it is not in the table, at another commit, with an input that the table does not have, or nothing
            stands in for it.
    """
    if not step.uses:
        return
    where = f"{origin}:{step.line}: "
    name, _, ref = step.uses.partition("@")
    if name not in PINS:
        raise ConfigError(f"{where}tagward does not know the action {step.uses}")
    pin = PINS[name]
    if ref != pin.commit:
        raise ConfigError(f"{where}{name} is used at {ref or 'no commit'}, and tagward knows it at {pin.commit}")
    if unknown := sorted(set(step.inputs) - pin.inputs):
        raise ConfigError(f"{where}{name} is given `{unknown[0]}`, which tagward does not know")
    if name not in actions:
        raise ConfigError(f"{where}nothing stands in for {name} on this machine")


def in_order(workflow: Workflow) -> Iterator[Job]:
    """The jobs, every one after those that it needs, and otherwise as they are written."""
    waiting, done = list(workflow.jobs), set[str]()
    while waiting:
        job = next(job for job in waiting if done.issuperset(job.needs))
        waiting.remove(job)
        done.add(job.id)
        yield job


def ancestors(workflow: Workflow, name: str) -> set[str]:
    """All jobs that a job waits for, also by way of others."""
    direct = set(workflow.job(name).needs)
    return direct.union(*(ancestors(workflow, need) for need in direct))


def _kept(workflow: Workflow, earlier: Run) -> tuple[JobResult, ...]:
    """What stays of the attempt before: nothing that failed, and nothing that stands on it."""
    bad = {result.job for result in earlier.jobs if result.outcome in {Outcome.FAILURE, Outcome.CANCELLED}}
    if not bad:
        raise ConfigError("no job failed, so that there is none to run again")
    sound = [result for result in earlier.jobs if not ancestors(workflow, result.job) & bad]
    return tuple(result for result in sound if result.job not in bad or result.outcome is Outcome.SUCCESS)


class _Jobs:
    """One job with all its combinations."""

    def __init__(self, setting: Setting, job: Job, before: tuple[JobResult, ...], kept: tuple[JobResult, ...]) -> None:
        self.setting = setting
        self.job = job
        self.kept = [result for result in kept if result.job == job.id]
        self.outcomes = {need: _outcome(before, need) for need in ancestors(setting.workflow, job.id)}
        self.needs: dict[str, Value] = {
            need: {"result": self.outcomes[need].value, "outputs": _outputs(before, need)} for need in job.needs
        }

    def run(self) -> list[JobResult]:
        """Run what is to run; what is kept from an earlier attempt stays as it was."""
        if any(result.outcome is Outcome.SKIPPED for result in self.kept):
            return self.kept
        scope = self._scope()
        try:
            if not holds(self.job.condition, scope):
                return [self._not_run(Outcome.SKIPPED, self._why_skipped())]
            combinations = list(_combinations(self.job.matrix, scope))
            fail_fast = self.job.matrix is None or truth(_word(value(self.job.matrix.fail_fast, scope)))
        except CannotEvaluate as fault:
            return [self._not_run(Outcome.FAILURE, str(fault))]
        results: list[JobResult] = []
        for number, matrix in enumerate(combinations):
            failed = any(result.outcome is Outcome.FAILURE for result in results)
            if failed and fail_fast:
                results.append(self._not_run(Outcome.CANCELLED, "another combination failed", matrix))
            else:
                results.append(self._earlier(matrix) or self._run(number, matrix))
        return results

    def _run(self, number: int, matrix: Mapping[str, Value]) -> JobResult:
        setting = self.setting
        setting.ground.between(self.job.id, setting.artifacts.folder)
        folder = setting.ground.folder / "jobs" / f"{setting.attempt}-{self.job.id}-{number}"
        result = Running(setting, self.job, folder, self.needs, matrix).run()
        if matrix and "matrix." not in self.job.name:  # GitHub puts the combination behind a name that does not tell it
            result = replace(result, name=f"{result.name} ({', '.join(map(text_of, matrix.values()))})")
        return result

    def _earlier(self, matrix: Mapping[str, Value]) -> JobResult | None:
        return next((result for result in self.kept if dict(result.matrix) == dict(matrix)), None)

    def _scope(self) -> Scope:
        contexts: dict[str, Value] = {
            "github": self.setting.github(self.job.id),
            "inputs": self.setting.inputs,
            "needs": self.needs,
        }
        outcomes = set(self.outcomes.values())
        status = {
            "success": outcomes <= {Outcome.SUCCESS},
            "failure": Outcome.FAILURE in outcomes,
            "always": True,
            "cancelled": Outcome.CANCELLED in outcomes,
        }
        return Scope(contexts, status)

    def _why_skipped(self) -> str:
        lacking = [need for need, outcome in self.outcomes.items() if outcome is not Outcome.SUCCESS]
        return f"{min(lacking)} did not succeed" if lacking else "its condition does not hold"

    def _not_run(self, outcome: Outcome, reason: str, matrix: Mapping[str, Value] | None = None) -> JobResult:
        job = self.job
        return JobResult(job.id, job.name, matrix or {}, outcome, reason=reason, attempt=self.setting.attempt)


def _outcome(results: tuple[JobResult, ...], job: str) -> Outcome:
    return combined(result.outcome for result in results if result.job == job)


def _outputs(results: tuple[JobResult, ...], job: str) -> dict[str, Value]:
    """The outputs of a job; of several combinations the last one's count."""
    outputs: dict[str, Value] = {}
    for result in results:
        if result.job == job:
            outputs |= result.outputs
    return outputs


def _combinations(matrix: Matrix | None, scope: Scope) -> Iterator[dict[str, Value]]:
    if matrix is None:
        yield {}
        return
    axes = {axis: _axis(axis, values, scope) for axis, values in matrix.axes.items()}
    size = 1
    for values in axes.values():
        size *= len(values)
    if size > MAX_COMBINATIONS:
        raise CannotEvaluate(f"the matrix has {size} combinations, and GitHub takes {MAX_COMBINATIONS}")
    for chosen in product(*axes.values()):
        yield dict(zip(axes, chosen, strict=True))


def _axis(axis: str, values: str | tuple[str, ...], scope: Scope) -> list[Value]:
    found = value(values, scope) if isinstance(values, str) else [interpolate(text, scope) for text in values]
    if not isinstance(found, list) or not found:
        raise CannotEvaluate(f"the matrix has no values for {axis}")
    return list(found)


def _word(found: Value) -> Value:
    if isinstance(found, str) and found not in {"true", "false"}:
        raise CannotEvaluate(f"fail-fast is {found}, and must be true or false")
    return found == "true" if isinstance(found, str) else found
