"""What others answer, which may be anything: indexes, other programs, and the project's own code."""

from __future__ import annotations

import json

ODD = (
    *(ValueError, LookupError, TypeError, AttributeError, ArithmeticError),
    *(AssertionError, RecursionError, MemoryError),
)
"""What comes of JSON of another shape or depth, of a size of `Infinity`, and of HTML that `html.parser` gives up on."""


def answers_in(data: bytes) -> list[dict[str, object]]:
    """The answers of `_probe.py`, a line each, up to the first that is none: project code runs beside it."""
    found: list[dict[str, object]] = []
    for line in data.split(b"\n")[:-1]:
        try:
            answer = json.loads(line)
        except (ValueError, RecursionError):
            break
        if not isinstance(answer, dict) or not _is_told(answer) or not _is_told(answer.get("effect", {})):
            break
        found.append(answer)
    return found


def _is_told(said: object) -> bool:
    """Whether what is told of a frame, if anything is, has its file, line and quote."""
    frame = said.get("frame") if isinstance(said, dict) else None
    if not isinstance(frame, dict) or not frame:
        return True
    return {key: type(frame.get(key)) for key in ("file", "line", "quote")} == {"file": str, "line": int, "quote": str}
