"""What uploads to PyPI in a workflow that tagward did not write."""

from __future__ import annotations

import contextlib
import re
from types import MappingProxyType
from typing import TYPE_CHECKING

from tagward import _yaml

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tagward.model.workflow import Step

_ACTIONS = re.compile(
    r"(?i)(pypa/gh-action-pypi-publish|casperdcl/deploy-pypi|etils-actions/pypi-auto-publish|jrubics/poetry-publish)@"
)
_MATURIN = re.compile(r"(?i)(pyo3/maturin-action)@")
_COMMANDS = re.compile(
    r"(?m)^(?![^\S\n]*#).*?\b(?P<what>twine\s+upload|(?:uv|poetry|hatch|pdm|flit|maturin|tagward)\s+publish|maturin\s+upload)\b"
    r"(?P<words>(?:[^\n]*\\\n)*[^\n]*)"
)
_REUSABLE = re.compile(r"[^./][^@]*/\.github/workflows/[^@]+@.+")
_PUBLISHES = re.compile(r"(?i)pypi|publish")
_TEST_INDEX = re.compile(r"(?i)test[._-]?pypi")


def uploads(workflow: bytes) -> tuple[str, ...]:
    """What uploads to PyPI in a workflow, each once; a step that names TestPyPI is none.

    A file that is no YAML is searched line by line: rather one publisher too many than two that both publish.
    """
    text = workflow.decode(errors="replace")
    lines: Iterable[Mapping[object, object]] = (
        {"uses": line.partition("uses:")[2].strip()} for line in text.splitlines()
    )
    steps: Iterable[Mapping[object, object]] = [{"run": text}, *lines]
    with contextlib.suppress(_yaml.YamlError):
        steps = list(_steps(_yaml.load(text)))
    return tuple(dict.fromkeys(what for step in steps for what in step_uploads(step)))


def _steps(workflow: object) -> Iterable[Mapping[object, object]]:
    """The steps of a workflow or of an action of several steps, and its jobs that call a workflow elsewhere."""
    if not isinstance(workflow, dict):
        return
    jobs = workflow.get("jobs")
    for job in (*(jobs.values() if isinstance(jobs, dict) else ()), workflow.get("runs")):
        if isinstance(job, dict):
            yield job
            steps = job.get("steps")
            yield from (step for step in steps if isinstance(step, dict)) if isinstance(steps, list) else ()


def step_uploads(step: Mapping[object, object]) -> Iterable[str]:
    """What uploads to PyPI in one step, or in a job that calls a workflow elsewhere."""
    uses, said = _text(step.get("uses")), _words(step, "with", "env")
    testing = _TEST_INDEX.search(said) or _testpypi_host() in said
    settings = step.get("with")
    released = isinstance(settings, dict) and settings.get("command") in {"publish", "upload"}
    action = _ACTIONS.match(uses) or (_MATURIN.match(uses) if released else None)
    if action and not testing:
        yield action[1]
    # Nobody can look into a workflow that is called from elsewhere; what it is called, and handed, has to do.
    called = f"{uses} {_words(step, 'with', 'secrets')}"
    if _REUSABLE.fullmatch(uses) and _PUBLISHES.search(_TEST_INDEX.sub("", called)):
        yield uses.partition("@")[0]
    for command in _COMMANDS.finditer(_text(step.get("run"))):
        words = command["words"]
        if not (testing or _TEST_INDEX.search(words) or _testpypi_host() in words):
            yield " ".join(command["what"].split())


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _words(step: Mapping[object, object], *keys: str) -> str:
    """The names and values of some tables of a step; a value of several parts, which aliases can blow up, is none."""
    tables = (step.get(key) for key in keys)
    pairs = (pair for table in tables if isinstance(table, dict) for pair in table.items())
    return " ".join(f"{name}: {value}" for name, value in pairs if not isinstance(value, dict | list))


def publishes(step: Step) -> bool:
    """Whether a step uploads to PyPI."""
    return any(step_uploads(as_written(step)))


def tries_testpypi(step: Step) -> bool:
    """Whether a step uploads to TestPyPI."""
    written = as_written(step)
    said = str(written)
    to_test = _TEST_INDEX.search(said) or _testpypi_host() in said
    return bool(
        to_test and (_ACTIONS.match(step.uses) or _COMMANDS.search(step.run)) and not any(step_uploads(written))
    )


def as_written(step: Step, env: Mapping[str, str] = MappingProxyType({})) -> dict[object, object]:
    """A step as YAML has it, with the environment of its job besides its own."""
    return {"uses": step.uses, "run": step.run, "with": dict(step.inputs), "env": {**env, **step.env}}


def testpypi_address() -> str:
    """Where uploads to TestPyPI go."""
    from twine.utils import TEST_REPOSITORY  # noqa: PLC0415  # twine is large

    return str(TEST_REPOSITORY)


def _testpypi_host() -> str:
    from urllib.parse import urlsplit  # noqa: PLC0415  # see testpypi_address

    return urlsplit(testpypi_address()).hostname or ""
