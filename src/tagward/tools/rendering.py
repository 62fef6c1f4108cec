"""Renders descriptions as PyPI does, in a process with limits on its time and memory."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tagward.acceptance.description import rendered_as
from tagward.acceptance.forms import FormError, form_of
from tagward.model.artifact import Described, Rendered
from tagward.tools.run import TimeExceeded, run

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tagward.model.artifact import Artifact

SECONDS = 30
MEMORY = 2 << 30
MAX_CHARACTERS = 16 << 20
_SCRIPT = Path(__file__).with_name("_render.py")


def describe(artifacts: Sequence[Artifact], env: Mapping[str, str]) -> tuple[Described | None, ...]:
    """What PyPI's renderer makes of the description of each file; None where it has none, or none that is rendered.

    Texts that are the same, as those of an sdist and its wheel, are rendered once.

    Raises:
        CommandFailed: the process could not be started.
    """
    sources = [_source(artifact) for artifact in artifacts]
    asked = list(dict.fromkeys(source for source in sources if source))
    answers = dict(zip(asked, _rendered(asked, env), strict=True))
    return tuple(answers[source] if source else None for source in sources)


def _source(artifact: Artifact) -> tuple[str, str] | None:
    try:
        form = form_of(artifact)
    except FormError:
        return None
    kind = rendered_as(form) if form else ""
    return (kind, form.text("description")) if form and kind else None


def _rendered(asked: Sequence[tuple[str, str]], env: Mapping[str, str]) -> list[Described]:
    if not asked:
        return []
    argv: list[str | Path] = [sys.executable, "-I", _SCRIPT, str(SECONDS), str(MEMORY)]
    reason = ""
    try:
        done = run(argv, env=env, stdin=json.dumps(asked).encode(), timeout=2 * SECONDS, check=False)
        said = done.text
        reason = (
            f"it takes more than {SECONDS} s, or {MEMORY >> 30} GiB of memory" if done.status < 0 else _last(done.error)
        )
    except TimeExceeded as failure:
        said, reason = failure.output, f"it takes more than {SECONDS} s"
    answers = [Described(Rendered(outcome), text, page) for outcome, text, page in map(json.loads, said.splitlines())]
    return answers + [Described(Rendered.UNFINISHED, reason)] * (len(asked) - len(answers))


def _last(said: str) -> str:
    return (said.strip().splitlines() or ["the renderer ended without a word"])[-1]
