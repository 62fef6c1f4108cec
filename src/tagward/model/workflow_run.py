"""The event that starts a workflow, and what came of the run."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Value: TypeAlias = "str | float | bool | list[Value] | Mapping[str, Value] | None"
"""What an expression can give (GitHub documentation, "Evaluate expressions", literals); every number is a float."""

NOTHING: Mapping[str, str] = MappingProxyType({})
TAGS, HEADS = "refs/tags/", "refs/heads/"


@dataclass(frozen=True, slots=True)
class Event:
    """What happened on GitHub.

    Attributes:
        name: `release`, `push`, `workflow_dispatch`.
        ref: the full ref that the run is for: of a release and a tag push the tag, of a dispatch the chosen branch.
        sha: the commit.
        repository: `owner/name`.
        payload: what the event says (GitHub documentation, "Webhook events and payloads"); only the fields that a
            release workflow asks for.
        inputs: of a dispatch, as they were typed.
        actor: who caused it.
    """

    name: str
    ref: str
    sha: str
    repository: str
    payload: Mapping[str, Value]
    inputs: Mapping[str, str] = field(default_factory=dict)
    actor: str = "rehearsal"

    @property
    def ref_name(self) -> str:
        """The short name of the branch or tag."""
        return self.ref.removeprefix(TAGS).removeprefix(HEADS)

    @property
    def ref_type(self) -> str:
        """`branch` or `tag`."""
        return "tag" if self.ref.startswith(TAGS) else "branch"

    @classmethod
    def release(
        cls,
        tag: str,
        sha: str,
        repository: str,
        *,
        action: str = "published",
        prerelease: bool = False,
        branch: str = "main",
        fork: bool = False,
    ) -> Event:
        """A GitHub release; its ref is the tag (GitHub documentation, "Events that trigger workflows", release).

        Args:
            tag: the name of its tag.
            sha: the commit of the tag.
            repository: `owner/name`.
            action: `published`, `created`, `prereleased`, ….
            prerelease: what the box on the web page says.
            branch: the default branch of the repository.
            fork: whether the repository is one.
        """
        about: dict[str, Value] = {"tag_name": tag, "prerelease": prerelease, "draft": False, "name": tag}
        payload: dict[str, Value] = {"action": action, "release": about, "repository": _about(repository, branch, fork)}
        return cls("release", TAGS + tag, sha, repository, payload)

    @classmethod
    def push(cls, ref: str, sha: str, repository: str, *, branch: str = "main", fork: bool = False) -> Event:
        """A push of one ref, in full."""
        payload: dict[str, Value] = {"ref": ref, "after": sha, "repository": _about(repository, branch, fork)}
        return cls("push", ref, sha, repository, payload)

    @classmethod
    def dispatch(
        cls,
        ref: str,
        sha: str,
        repository: str,
        inputs: Mapping[str, str] = NOTHING,
        *,
        branch: str = "main",
        fork: bool = False,
    ) -> Event:
        """A start by hand, on a ref that a person has chosen."""
        payload: dict[str, Value] = {"ref": ref, "inputs": dict(inputs), "repository": _about(repository, branch, fork)}
        return cls("workflow_dispatch", ref, sha, repository, payload, inputs)


def _about(repository: str, branch: str, fork: bool) -> Mapping[str, Value]:  # noqa: FBT001  # a fact, not a switch
    owner, _, name = repository.partition("/")
    return {
        "full_name": repository,
        "name": name,
        "owner": {"login": owner},
        "default_branch": branch,
        "fork": fork,
    }


class Outcome(StrEnum):
    """What became of a job or a step."""

    SUCCESS = "success"
    FAILURE = "failure"
    CANCELLED = "cancelled"
    SKIPPED = "skipped"


def combined(outcomes: Iterable[Outcome]) -> Outcome:
    """What several runs of one job, or the jobs of a run, come to together.

    The worst counts: failure, then cancelled, then success; all skipped is skipped.
    """
    there = set(outcomes)
    return next((one for one in (Outcome.FAILURE, Outcome.CANCELLED, Outcome.SUCCESS) if one in there), Outcome.SKIPPED)


@dataclass(frozen=True, slots=True)
class Annotation:
    """What a step wants to be seen: `::error file=…,line=…,title=…::message`.

    Attributes:
        level: `error`, `warning` or `notice`.
        properties: the rest, by key.
    """

    level: str
    message: str
    properties: Mapping[str, str]

    @property
    def title(self) -> str:
        """Its headline; empty without one."""
        return self.properties.get("title", "")


@dataclass(frozen=True, slots=True)
class StepResult:
    """What became of one step.

    Attributes:
        id: its id; empty without one.
        outcome: what it did; conclusion: what that counts for, which differs under `continue-on-error`.
        status: the exit status of its script, negative for a signal; None where none ran to its end.
        seconds: how long it took.
        log: what it printed, both streams in order, secrets masked.
        summary: what it wrote for the summary of the job, as markdown, secrets masked.
        outputs: what later steps may read.
        notes: in what the rehearsal differs from GitHub here, as sentences.
    """

    id: str
    name: str
    outcome: Outcome
    conclusion: Outcome
    status: int | None = None
    seconds: float = 0.0
    log: str = ""
    annotations: tuple[Annotation, ...] = ()
    summary: str = ""
    outputs: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class JobResult:
    """What became of one run of a job.

    Attributes:
        job: its id.
        name: its name, evaluated.
        matrix: the combination it ran for; empty without a matrix.
        outcome: what became of it.
        outputs: what jobs that need it may read.
        steps: in order; empty where it did not run.
        seconds: how long it took.
        reason: why it did not run, or why its own settings made it fail, as a sentence; mostly empty.
        attempt: in which attempt of the run it ran, from 1.
    """

    job: str
    name: str
    matrix: Mapping[str, Value]
    outcome: Outcome
    outputs: Mapping[str, str] = field(default_factory=dict)
    steps: tuple[StepResult, ...] = ()
    seconds: float = 0.0
    reason: str = ""
    attempt: int = 1

    def step(self, name: str) -> StepResult:
        """The step of that name or id; it is there."""
        return next(step for step in self.steps if name in {step.name, step.id})


@dataclass(frozen=True, slots=True)
class Run:
    """What became of a workflow.

    Attributes:
        number: the id of the run, which stays in every attempt.
        attempt: from 1.
        jobs: in the order in which they came; a job with a matrix stands once for each combination.
    """

    number: int
    attempt: int
    jobs: tuple[JobResult, ...] = ()

    @property
    def outcome(self) -> Outcome:
        """What GitHub shows beside the run: one failed job makes it fail, a skipped one does not."""
        return combined(job.outcome for job in self.jobs)

    def of(self, job: str) -> tuple[JobResult, ...]:
        """The runs of one job."""
        return tuple(result for result in self.jobs if result.job == job)

    def one(self, job: str) -> JobResult:
        """The run of a job that ran once."""
        (result,) = self.of(job)
        return result
