"""The choices of the release workflows: asked for, read from the workflow that is there, or the default."""

from __future__ import annotations

import difflib
import itertools
import re
from typing import TYPE_CHECKING

from tagward.plans.tags import patterns
from tagward.workflows.render import RELEASE, Choices, Publish, Trigger, render

if TYPE_CHECKING:
    from tagward.model.setup import Setup, Wanted

WORKFLOWS = ".github/workflows"
DEFAULT_PYTHON = "3.11"
MARK = re.compile(r"^# Written by tagward (?P<version>\S+)\.", re.MULTILINE)
_PIN = re.compile(r"(uses: \S+?)@[0-9a-f]{40}(?: # \S+)?")
_PYTHON = re.compile(r'python-version: "(3\.\d+)"')


def choices(setup: Setup, wanted: Wanted) -> Choices:
    """What the workflows are made of: what was asked for, else what the workflow in place says, else the default.

    A workflow of ours says it by likeness: of all that could have been written, the one that differs in fewest lines.
    """
    data = setup.files.get(f"{WORKFLOWS}/{RELEASE}", b"")
    text = data.decode(errors="replace") if MARK.search(data.decode(errors="replace")) else ""
    stated = _PYTHON.search(text)
    python = wanted.python or (stated[1] if stated else DEFAULT_PYTHON)
    possible = [
        Choices(
            repository=setup.remote.slug if setup.remote else "",
            publish=publish,
            trigger=trigger,
            patterns=patterns(setup),
            testpypi=testpypi,
            testpypi_address=setup.testpypi,
            python=python,
        )
        for publish, trigger, testpypi in itertools.product(
            [Publish(wanted.publish)] if wanted.publish else Publish,
            [Trigger(wanted.trigger)] if wanted.trigger else Trigger,
            [False, True] if wanted.testpypi is None else [wanted.testpypi],
        )
    ]
    if not text or len(possible) == 1:
        return possible[0]
    lines = _compared(text).splitlines()
    return min(possible, key=lambda one: _distance(lines, _compared(render(RELEASE, one)).splitlines()))


def _distance(one: list[str], other: list[str]) -> int:
    return sum(line[0] in "+-" for line in difflib.ndiff(one, other))


def _compared(text: str) -> str:
    """A workflow without what differs by rights: the pins, which Dependabot moves, and the line ends of a checkout."""
    return _PIN.sub(r"\1", text.replace("\r\n", "\n"))


def same(text: str, other: str) -> bool:
    """Whether a workflow is the other one, up to what differs by rights."""
    return _compared(text) == _compared(other)
