"""From what PyPI's rules say of the files to findings, each cause once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagward.acceptance.rules import DATE, first
from tagward.checks._check import Skip
from tagward.model.artifact import RefusalKind
from tagward.model.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagward.model.artifact import Refusal
    from tagward.model.distributions import Distribution, Distributions

MAX_FILES = 3
OF_A_FAULT = frozenset(
    {
        "U-ARCH-NOT-ZIP",
        "U-ARCH-BAD-ZIP",
        "U-ARCH-CRASH",
        "U-ARCH-RATIO",
        "U-ARCH-WHEEL-PARTS",
        "U-TAR-NOT-TAR",
        "U-TAR-STREAM",
        "U-TAR-TOP",
        "U-TAR-PKG-INFO",
        "O-PKG-INFO",
        "U-SDIST-NAME-PARSE",
        "U-WHEEL-NAME-PARSE",
        "U-WHEEL-METADATA",
        "U-WHEEL-ENTRY-POINTS",
    }
)
"""Rules that speak of what keeps a file from being read: where B003 tells that, they do not tell it again."""


class Unjudged(Exception):
    """Nobody knows what PyPI's rules say of a file."""


def built(distributions: Distributions) -> None:
    """Skip where there is nothing to ask about."""
    if not distributions.files:
        raise Skip("nothing was built")


def refusals_of(file: Distribution) -> tuple[Refusal, ...]:
    """What PyPI's rules say of a file, without what B003 says already.

    Raises:
        Unjudged: nobody asked them.
    """
    if file.refusals is None:
        raise Unjudged(f"nobody asked PyPI's rules about {file.file}")
    return tuple(one for one in file.refusals if not (file.fault and one.rule in OF_A_FAULT))


def told(distributions: Distributions, code: str) -> Iterator[Finding]:
    """The findings of one check: one for each thing that is wrong, however many files have it.

    Raises:
        Unjudged: the rules of this check could not be asked, and nothing else is wrong that would block.
    """
    built(distributions)
    shown = {file.file: first(file.refusals or ()) for file in distributions.files}
    causes: dict[tuple[str, ...], list[tuple[Refusal, Distribution]]] = {}
    unjudged: list[str] = []
    for file in distributions.files:
        for one in refusals_of(file):
            if one.code != code:
                continue
            if one.kind is RefusalKind.BROKE:
                unjudged.append(f"{file.file}: {one.sentence}")
            else:
                where = (one.field, one.value) if one.field else (file.file, one.member, one.value)
                causes.setdefault((one.rule, *where), []).append((one, file))
    for cause in causes.values():
        refusal = cause[0][0]
        files = [file.file for _, file in cause]
        leads = any(shown[file.file] is one for one, file in cause) and len(cause[0][1].refusals or ()) > 1
        yield _finding(refusal, files, leads=leads)
    if unjudged and not causes:
        raise Unjudged("; ".join(unjudged))


def _finding(refusal: Refusal, files: list[str], *, leads: bool) -> Finding:
    since = f", since {refusal.since}" if refusal.since else ""
    notes = [
        *([refusal.detail] if refusal.detail and refusal.kind is not RefusalKind.OURS else []),
        *([f"in {refusal.member}"] if refusal.member else []),
        *(["PyPI would show this one first, and only this one"] if leads else []),
        f"{refusal.rule}{since} (PyPI's rules as of {DATE})",
    ]
    fixes = (refusal.fix,) if refusal.fix else ()
    label = "refused" if refusal.place and refusal.place.width else ""
    return Finding(_message(refusal, _listed(files)), refusal.place, label, notes=tuple(notes), fixes=fixes)


def _message(refusal: Refusal, files: str) -> str:
    sentence = refusal.sentence.rstrip(".")
    match refusal.kind:
        case RefusalKind.CRASH:
            return f"PyPI would answer {files} with {sentence}"
        case RefusalKind.MAIL:
            return f"PyPI takes {files} and sends {sentence}"
        case RefusalKind.OURS:
            return f"{files}: {refusal.detail}; {sentence}"
        case RefusalKind.WARN:
            return f"{files}: {sentence}"
        case _:
            return f"PyPI refuses {files}: {sentence}"


def _listed(files: list[str]) -> str:
    names = list(dict.fromkeys(files))
    rest = len(names) - MAX_FILES
    return " and ".join(names[:MAX_FILES]) + (f" and {rest} more" if rest > 0 else "")
