"""From the text of a workflow to its value: a closed part of GitHub's workflow language, and never a guess.

The keys are those of GitHub's documentation, "Workflow syntax for GitHub Actions". One that is not known here is an
error even where GitHub knows it, because whoever reads the value would take the workflow for what it is not.
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, TypeVar

from tagward.errors import ConfigError
from tagward.model.workflow import Concurrency, Defaults, Input, Job, Matrix, Step, Trigger, Workflow
from tagward.workflows.availability import check_texts
from tagward.workflows.documents import Mapping, Node, Scalar, Sequence, as_text, is_text, read

if TYPE_CHECKING:
    from collections.abc import Iterable

_TOP = ("name", "run-name", "on", "permissions", "concurrency", "env", "defaults", "jobs")
_FILTERS = {
    "release": ("types",),
    "push": ("branches", "tags"),
    "pull_request": ("branches", "types"),
    "schedule": (),
    "workflow_dispatch": (),
}
_INPUT = ("description", "required", "default", "type", "options")
_KINDS = ("string", "boolean", "choice")
_JOB = (
    "name",
    "needs",
    "if",
    "runs-on",
    "permissions",
    "environment",
    "concurrency",
    "outputs",
    "env",
    "defaults",
    "strategy",
    "timeout-minutes",
    "steps",
)
_STEP = (
    "name",
    "id",
    "if",
    "run",
    "shell",
    "working-directory",
    "uses",
    "with",
    "env",
    "timeout-minutes",
    "continue-on-error",
)
_FOR_RUN, _FOR_USES = ("shell", "working-directory"), ("with",)
_SCOPES = (
    "actions",
    "artifact-metadata",
    "attestations",
    "checks",
    "contents",
    "deployments",
    "discussions",
    "id-token",
    "issues",
    "models",
    "packages",
    "pages",
    "pull-requests",
    "security-events",
    "statuses",
)
_LEVELS = ("read", "write", "none")
SHELLS = ("bash", "sh", "python")
_T = TypeVar("_T", Scalar, Sequence, Mapping)


def read_workflow(text: str | bytes, origin: str) -> Workflow:
    """Read a workflow.

    Args:
        text: all of it; bytes must be UTF-8.
        origin: what to call it in an error, as its path.

    Raises:
        ConfigError: it is none, or holds what is not known here; the message begins with file and line.
    """
    reader = _Reader(origin)
    found = reader.mapping(read(text, origin), "a workflow", _TOP)
    reader.must(found, "on", "jobs")
    entries = found.entries
    workflow = Workflow(
        origin=origin,
        name=reader.text(entries.get("name")) or origin,
        triggers=tuple(reader.triggers(entries["on"])),
        permissions=reader.permissions(entries.get("permissions")),
        concurrency=reader.concurrency(entries.get("concurrency")),
        env=reader.texts(entries.get("env"), "env"),
        defaults=reader.defaults(entries.get("defaults")),
        jobs=tuple(reader.jobs(entries["jobs"])),
    )
    _no_circle(workflow)
    check_texts(workflow)
    return workflow


def _no_circle(workflow: Workflow) -> None:
    """Refuse jobs that wait for each other."""
    done: set[str] = set()
    while waiting := [job for job in workflow.jobs if job.id not in done]:
        ready = {job.id for job in waiting if done.issuperset(job.needs)}
        if not ready:
            raise ConfigError(f"{workflow.origin}:{waiting[0].line}: the job {waiting[0].id} waits for itself")
        done |= ready


class _Reader:
    """Reads nodes, and knows what to call the file when one is wrong."""

    def __init__(self, origin: str) -> None:
        self.origin = origin

    def wrong(self, line: int, message: str, *fixes: str) -> ConfigError:
        return ConfigError(f"{self.origin}:{line}: {message}", fixes=fixes)

    # Nodes.

    def of(self, kind: type[_T], node: Node, what: str) -> _T:
        if not isinstance(node, kind):
            words = {Scalar: "a text", Sequence: "a list", Mapping: "a mapping"}
            raise self.wrong(node.line, f"{what} must be {words[kind]}")
        return node

    def mapping(self, node: Node, what: str, known: Iterable[str] = ()) -> Mapping:
        """A mapping; with `known`, of these keys only."""
        found = self.of(Mapping, node, what)
        for key in found.entries:
            if known and key not in known:
                near = difflib.get_close_matches(key, list(known), 1)
                hint = f"; did you mean `{near[0]}`?" if near else ""
                raise self.wrong(found.lines[key], f"tagward does not know `{key}` in {what}{hint}")
        return found

    def must(self, found: Mapping, *keys: str) -> None:
        for key in keys:
            if key not in found.entries:
                raise self.wrong(found.line, f"`{key}` is missing")

    def text(self, node: Node | None) -> str:
        return "" if node is None else as_text(self.of(Scalar, node, "this"), self.origin)

    def texts(self, node: Node | None, what: str) -> dict[str, str]:
        """A mapping of texts; nothing is an empty one."""
        if node is None or (isinstance(node, Scalar) and node.empty):
            return {}
        return {key: self.text(one) for key, one in self.mapping(node, what).entries.items()}

    def several(self, node: Node | None) -> tuple[str, ...]:
        """A list of texts, or one of them."""
        if node is None:
            return ()
        return tuple(self.text(one) for one in node.items) if isinstance(node, Sequence) else (self.text(node),)

    def one_of(self, node: Node | None, what: str, known: tuple[str, ...], default: str) -> str:
        word = self.text(node) or default
        if node is not None and word not in known:
            raise self.wrong(node.line, f"{what} is `{word}`, and must be {', '.join(known)}")
        return word

    # What starts it.

    def triggers(self, node: Node) -> Iterable[Trigger]:
        if not isinstance(node, Mapping):
            entries: dict[str, Node] = {name: Scalar("", plain=True, line=node.line) for name in self.several(node)}
            node = Mapping(entries, dict.fromkeys(entries, node.line), node.line)
        for event, about in self.mapping(node, "on", _FILTERS).entries.items():
            yield self.trigger(event, about, node.lines[event])

    def trigger(self, event: str, node: Node, line: int) -> Trigger:
        if isinstance(node, Scalar) and node.empty:
            return Trigger(event, {}, (), line)
        if event == "schedule":
            for item in self.of(Sequence, node, event).items:
                self.mapping(item, "schedule", ("cron",))
            return Trigger(event, {}, (), line)
        known = ("inputs",) if event == "workflow_dispatch" else _FILTERS[event]
        entries = self.mapping(node, event, known).entries
        filters = {key: self.several(one) for key, one in entries.items() if key != "inputs"}
        return Trigger(event, filters, tuple(self.inputs(entries.get("inputs"))), line)

    def inputs(self, node: Node | None) -> Iterable[Input]:
        if node is None:
            return
        found = self.mapping(node, "inputs")
        for name, one in found.entries.items():
            about = self.mapping(one, f"the input {name}", _INPUT).entries
            required = self.one_of(about.get("required"), "required", ("true", "false"), "false")
            yield Input(
                name,
                self.one_of(about.get("type"), "type", _KINDS, "string"),
                required == "true",
                self.text(about.get("default")),
                self.several(about.get("options")),
                found.lines[name],
            )

    # What stands at the top and in jobs.

    def permissions(self, node: Node | None) -> dict[str, str] | None:
        if node is None:
            return None
        entries = self.mapping(node, "permissions", _SCOPES).entries
        return {scope: self.one_of(level, scope, _LEVELS, "") for scope, level in entries.items()}

    def concurrency(self, node: Node | None) -> Concurrency | None:
        if node is None:
            return None
        if isinstance(node, Scalar):
            return Concurrency(self.text(node), "false")
        entries = self.mapping(node, "concurrency", ("group", "cancel-in-progress")).entries
        return Concurrency(self.text(entries.get("group")), self.text(entries.get("cancel-in-progress")) or "false")

    def defaults(self, node: Node | None) -> Defaults:
        if node is None:
            return Defaults()
        run = self.mapping(node, "defaults", ("run",)).entries.get("run")
        if run is None:
            return Defaults()
        entries = self.mapping(run, "run", ("shell", "working-directory")).entries
        shell = self.one_of(entries.get("shell"), "shell", SHELLS, "")
        return Defaults(shell, self.text(entries.get("working-directory")))

    # Jobs.

    def jobs(self, node: Node) -> Iterable[Job]:
        found = self.mapping(node, "jobs")
        for name, one in found.entries.items():
            job = self.job(name, self.mapping(one, f"the job {name}", _JOB), found.lines[name])
            for need in job.needs:
                if need not in found.entries or need == name:
                    raise self.wrong(job.line, f"the job {name} needs `{need}`, and there is no such other job")
            yield job

    def job(self, name: str, found: Mapping, line: int) -> Job:
        self.must(found, "runs-on", "steps")
        entries = found.entries
        environment, address = self.environment(entries.get("environment"))
        return Job(
            id=name,
            name=self.text(entries.get("name")) or name,
            needs=self.several(entries.get("needs")),
            condition=self.text(entries.get("if")),
            runs_on=self.text(entries["runs-on"]),
            permissions=self.permissions(entries.get("permissions")),
            environment=environment,
            address=address,
            concurrency=self.concurrency(entries.get("concurrency")),
            outputs=self.texts(entries.get("outputs"), "outputs"),
            env=self.texts(entries.get("env"), "env"),
            defaults=self.defaults(entries.get("defaults")),
            matrix=self.strategy(entries.get("strategy")),
            minutes=self.text(entries.get("timeout-minutes")),
            steps=self.steps(entries["steps"]),
            line=line,
        )

    def environment(self, node: Node | None) -> tuple[str, str]:
        if node is None or isinstance(node, Scalar):
            return self.text(node), ""
        entries = self.mapping(node, "environment", ("name", "url")).entries
        return self.text(entries.get("name")), self.text(entries.get("url"))

    def strategy(self, node: Node | None) -> Matrix | None:
        if node is None:
            return None
        found = self.mapping(node, "strategy", ("matrix", "fail-fast"))
        self.must(found, "matrix")
        entries = found.entries
        axes: dict[str, str | tuple[str, ...]] = {}
        for axis, values in self.mapping(entries["matrix"], "matrix").entries.items():
            if axis in {"include", "exclude"}:
                raise self.wrong(values.line, f"tagward does not know `{axis}` in a matrix")
            axes[axis] = self.axis(values) if isinstance(values, Sequence) else self.text(values)
        return Matrix(axes, self.text(entries.get("fail-fast")) or "true")

    def axis(self, node: Sequence) -> tuple[str, ...]:
        """The values of an axis, all of them texts: a number or a truth value would behave otherwise in a condition."""
        for one in node.items:
            if not is_text(self.of(Scalar, one, "this")):
                raise self.wrong(one.line, "the values of a matrix must be texts: put quotes around them")
        return self.several(node)

    def steps(self, node: Node) -> tuple[Step, ...]:
        steps = tuple(self.step(one) for one in self.of(Sequence, node, "steps").items)
        names = [step.id for step in steps if step.id]
        for step in steps:
            if step.id and names.count(step.id) > 1:
                raise self.wrong(step.line, f"two steps have the id `{step.id}`")
        return steps

    def step(self, node: Node) -> Step:
        found = self.mapping(node, "a step", _STEP)
        entries = found.entries
        if ("run" in entries) is ("uses" in entries):
            raise self.wrong(found.line, "a step has either `run` or `uses`")
        for key in _FOR_USES if "run" in entries else _FOR_RUN:
            if key in entries:
                raise self.wrong(found.lines[key], f"`{key}` means nothing in such a step")
        return Step(
            id=self.text(entries.get("id")),
            name=self.text(entries.get("name")),
            condition=self.text(entries.get("if")),
            run=self.text(entries.get("run")),
            interpreter=self.one_of(entries.get("shell"), "shell", SHELLS, ""),
            folder=self.text(entries.get("working-directory")),
            uses=self.text(entries.get("uses")),
            inputs=self.texts(entries.get("with"), "with"),
            env=self.texts(entries.get("env"), "env"),
            minutes=self.text(entries.get("timeout-minutes")),
            tolerant=self.text(entries.get("continue-on-error")) or "false",
            line=found.line,
        )
