"""The files inside a distribution, with what became of each since the release before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tagward.model.artifact import MemberKind
from tagward.model.change import name_of
from tagward.model.distributions import Kind

if TYPE_CHECKING:
    from tagward.model.change import Change
    from tagward.model.distributions import Distribution


@dataclass(frozen=True, slots=True)
class Packed:
    """One file of an archive.

    Attributes:
        path: its name there; without the folder of an sdist in which everything lies.
        size: bytes unpacked.
        change: `new`, `changed` or `same` since the release before; empty where that is not known.
    """

    path: str
    size: int
    change: str = ""


def packed_files(file: Distribution, change: Change | None) -> tuple[Packed, ...]:
    """The files of a distribution, sorted by path; only a wheel is ever compared."""
    members = [one for one in (file.artifact.members if file.artifact else ()) if one.kind is not MemberKind.DIRECTORY]
    if file.kind is Kind.SDIST:
        tops = {one.name.partition("/")[0] for one in members}
        start = len(tops.pop()) + 1 if len(tops) == 1 else 0
        return tuple(sorted((Packed(one.name[start:] or one.name, one.size) for one in members), key=_path))
    states = dict.fromkeys(change.new, "new") | dict.fromkeys(change.changed, "changed") if change else {}
    return tuple(
        sorted(
            (Packed(one.name, one.size, states.get(name_of(one.name), "same") if change else "") for one in members),
            key=_path,
        )
    )


def _path(file: Packed) -> str:
    return file.path
