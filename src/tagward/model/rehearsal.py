"""What a rehearsal shows: steps, each with what it proved or why it did not."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """One step.

    Attributes:
        name: a word: `push`, `refuse`.
        what: what it proved, as a sentence.
        passed: whether it came out as it must; a refusal that did not happen has failed.
        seconds: how long it took.
        said: what the programs printed, for a step that failed.
    """

    name: str
    what: str
    passed: bool
    seconds: float
    said: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one push or commit on throwaway ground.

    Attributes:
        accepted: whether it went through.
        said: what was printed on standard error.
        refs: the refs of the remote afterwards.
    """

    accepted: bool
    said: str
    refs: frozenset[str] = frozenset()
