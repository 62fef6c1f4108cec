"""A GitHub workflow as read: every text that may hold an expression is still a text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Input:
    """What a person may say who starts the workflow by hand.

    Attributes:
        kind: `string`, `boolean` or `choice`.
        default: as written; empty without one.
        options: what `choice` chooses from.
    """

    name: str
    kind: str
    required: bool
    default: str
    options: tuple[str, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Trigger:
    """One event under `on:`.

    Attributes:
        event: its name.
        filters: what narrows it down, by key, as `types`, `tags`, `branches`; a key that is absent narrows nothing.
        inputs: those of `workflow_dispatch`.
        line: where it stands, from 1.
    """

    event: str
    filters: Mapping[str, tuple[str, ...]]
    inputs: tuple[Input, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Concurrency:
    """Which runs exclude each other; `cancel` is text, because it may be an expression."""

    group: str
    cancel: str


@dataclass(frozen=True, slots=True)
class Defaults:
    """What holds for every `run` that does not say otherwise."""

    interpreter: str = ""
    folder: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One step: it either runs a script or uses an action. Texts may hold expressions, which are not evaluated yet.

    Attributes:
        id: by which later steps refer to it; empty without one.
        condition: the text of `if`; empty without one.
        run: the script; empty for an action.
        interpreter: `shell`: what reads the script; empty for the default.
        uses: the action as written, without the comment behind it; empty for a script.
        inputs: `with`.
        folder: `working-directory`.
        minutes: `timeout-minutes`.
        tolerant: `continue-on-error`.
        line: where it begins, from 1.
    """

    id: str
    name: str
    condition: str
    run: str
    interpreter: str
    folder: str
    uses: str
    inputs: Mapping[str, str]
    env: Mapping[str, str]
    minutes: str
    tolerant: str
    line: int

    @property
    def title(self) -> str:
        """Its name, or what GitHub shows in place of one."""
        return self.name or f"Run {self.uses or self.run.strip().partition(chr(10))[0]}"


@dataclass(frozen=True, slots=True)
class Matrix:
    """Over what a job is repeated.

    Attributes:
        axes: the values of each axis, or the text of one expression that gives a list of them.
        fail_fast: `fail-fast`.
    """

    axes: Mapping[str, str | tuple[str, ...]]
    fail_fast: str


@dataclass(frozen=True, slots=True)
class Job:
    """One job.

    Attributes:
        id: its key under `jobs:`.
        name: `name`, or the id.
        permissions: what its token may; None where the job does not say, and the workflow's own hold.
        environment, address: `environment`: its name and its `url`; empty without one.
        matrix: None for a job that runs once.
        calls: the workflow that runs in place of steps; empty without one.
    """

    id: str
    name: str
    needs: tuple[str, ...]
    condition: str
    runs_on: str
    permissions: Mapping[str, str] | None
    environment: str
    address: str
    concurrency: Concurrency | None
    outputs: Mapping[str, str]
    env: Mapping[str, str]
    defaults: Defaults
    matrix: Matrix | None
    minutes: str
    steps: tuple[Step, ...]
    line: int
    calls: str = ""


@dataclass(frozen=True, slots=True)
class Workflow:
    """A whole workflow; `origin` is what to call its file in an error."""

    origin: str
    name: str
    triggers: tuple[Trigger, ...]
    permissions: Mapping[str, str] | None
    concurrency: Concurrency | None
    env: Mapping[str, str]
    defaults: Defaults
    jobs: tuple[Job, ...]

    def trigger(self, event: str) -> Trigger | None:
        """What it says of an event; None where the event does not start it."""
        return next((trigger for trigger in self.triggers if trigger.event == event), None)

    def job(self, name: str) -> Job:
        """The job of that id, which is one of its own."""
        return next(job for job in self.jobs if job.id == name)
