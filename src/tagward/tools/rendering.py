"""Renders descriptions as PyPI does, in a process with limits on its time and memory."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tagward.acceptance.description import rendered_as
from tagward.model.artifact import Described, Rendered
from tagward.tools.run import Started, TimeExceeded

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tagward.model.artifact import Artifact

SECONDS = 30
MEMORY = 2 << 30
MAX_CHARACTERS = 16 << 20
_SCRIPT = Path(__file__).with_name("_render.py")


@dataclass(frozen=True, slots=True)
class Question:
    """Descriptions that are being rendered.

    Attributes:
        sources: renderer and text of each file; None where it has none, or none that is rendered.
        process: the renderer.
    """

    sources: tuple[tuple[str, str] | None, ...]
    process: Started

    def answers(self) -> tuple[Described | None, ...]:
        """What PyPI's renderer makes of each; texts that are the same are rendered once."""
        asked = _different(self.sources)
        answers = dict(zip(asked, _rendered(self.process, len(asked)), strict=True))
        return tuple(answers[source] if source else None for source in self.sources)


def start(env: Mapping[str, str], expected: str = "") -> Started:
    """Begin to import a renderer.

    Args:
        env: the variables of the process.
        expected: the content type that will probably be asked for.
    """
    return Started([sys.executable, "-I", _SCRIPT, str(SECONDS), str(MEMORY), expected], env=env)


def ask(artifacts: Sequence[Artifact], process: Started) -> Question:
    """Let the descriptions of these files be rendered, beside whatever is done next."""
    sources = tuple(_source(artifact) for artifact in artifacts)
    process.send(json.dumps(_different(sources)).encode())
    return Question(sources, process)


def describe(artifacts: Sequence[Artifact], env: Mapping[str, str]) -> tuple[Described | None, ...]:
    """What PyPI's renderer makes of the description of each file; None where it has none, or none that is rendered.

    Raises:
        CommandFailed: the process could not be started.
    """
    return ask(artifacts, start(env)).answers()


def _different(sources: Sequence[tuple[str, str] | None]) -> list[tuple[str, str]]:
    return list(dict.fromkeys(source for source in sources if source))


def _source(artifact: Artifact) -> tuple[str, str] | None:
    from tagward.acceptance.forms import FormError, form_of  # noqa: PLC0415  # not needed to start the renderer

    try:
        form = form_of(artifact)
    except FormError:
        return None
    kind = rendered_as(form) if form else ""
    return (kind, form.text("description")) if form and kind else None


def _rendered(process: Started, count: int) -> list[Described]:
    reason = ""
    try:
        done = process.finish(2 * SECONDS)
        said = done.text
        reason = (
            f"it takes more than {SECONDS} s, or {MEMORY >> 30} GiB of memory" if done.status < 0 else _last(done.error)
        )
    except TimeExceeded as failure:
        said, reason = failure.output, f"it takes more than {SECONDS} s"
    answers = [Described(Rendered(outcome), text, page) for outcome, text, page in map(json.loads, said.splitlines())]
    return answers + [Described(Rendered.UNFINISHED, reason)] * (count - len(answers))


def _last(said: str) -> str:
    return (said.strip().splitlines() or ["the renderer ended without a word"])[-1]
