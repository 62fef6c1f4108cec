"""A check: a pure question to one state, with its code, its reason and its cure."""

from __future__ import annotations

import inspect
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from tagward.model.findings import CheckInfo, Finding, Result, Status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

S = TypeVar("S")
CODE = re.compile(r"[A-Z]\d{3}")


class Skip(Exception):
    """The check does not apply to this subject; the text says why."""


class Unseen(Exception):
    """What is asked cannot be known from here; the text says why, and what it has to be."""


@dataclass(frozen=True, slots=True)
class Check(Generic[S]):
    """A question to subjects of one type.

    Attributes:
        info: what it says of itself.
        subject: the type of what it is asked of.
        ask: yields a finding for each thing wrong, and may return what it saw; raises `Skip` where it does not apply,
            `Unseen` where nobody can know from here.
    """

    info: CheckInfo
    subject: type[S]
    ask: Callable[[S], Iterable[Finding]]

    def __call__(self, subject: S, *, strict: bool = False) -> Result:
        """Ask, and sort the answer; whatever the check itself gets wrong is `broke`, which blocks.

        Args:
            subject: the state.
            strict: warnings fail.
        """
        try:
            findings, seen = _heard(self.ask(subject))
        except Skip as skip:
            return Result(self.info, Status.SKIPPED, reason=str(skip))
        except Unseen as unseen:
            return Result(self.info, Status.UNSEEN, reason=str(unseen))
        except Exception as bug:  # noqa: BLE001  # what could not be judged has not passed, whatever the reason
            return Result(self.info, Status.BROKE, reason=f"{type(bug).__name__}: {bug}")
        if not findings:
            return Result(self.info, Status.PASSED, reason=seen)
        return Result(self.info, Status.WARNED if self.info.warns and not strict else Status.FAILED, findings)


def _heard(asked: Iterable[Finding]) -> tuple[tuple[Finding, ...], str]:
    """The findings, and what a generator returns after them."""
    findings = []
    answers = iter(asked)
    while True:
        try:
            findings.append(next(answers))
        except StopIteration as end:
            return tuple(findings), str(end.value or "")


def check(
    code: str, subject: type[S], *, fix: str, warns: bool = False, essential: bool = False
) -> Callable[[Callable[[S], Iterable[Finding]]], Check[S]]:
    """Make a check of a function whose name says the fault and whose docstring says the title and the reason.

    Args:
        code: a letter for the family and three digits, never used for anything else.
        subject: the type of state it is asked of.
        fix: the cure, one sentence.
        warns: a finding is shown but refuses only where the project is strict.
        essential: it cannot be ignored.
    """

    def make(ask: Callable[[S], Iterable[Finding]]) -> Check[S]:
        title, _, why = inspect.cleandoc(ask.__doc__ or "").partition("\n\n")
        name = ask.__name__.replace("_", "-")
        said = " ".join(why.split())
        info = CheckInfo(code, name, subject.__name__.lower(), title, said, fix, warns=warns, essential=essential)
        return Check(info, subject, ask)

    return make
