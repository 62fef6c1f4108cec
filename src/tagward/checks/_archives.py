"""What the checks of archives have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagward.checks._check import Skip

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tagward.model.artifact import Artifact
    from tagward.model.distributions import Distribution, Distributions, Kind

MAX_NAMED = 4
KILO = 1000


def readable(distributions: Distributions, kind: Kind | None = None) -> Iterator[tuple[Distribution, Artifact]]:
    """The files that can be judged by what is in them; B003 tells of the others.

    Raises:
        Skip: there is none.
    """
    files = distributions.files if kind is None else distributions.of(kind)
    found = [(file, file.artifact) for file in files if file.artifact and not file.fault]
    if not found:
        raise Skip(f"no {kind or 'archive'} can be read")
    yield from found


def some(names: Iterable[str]) -> str:
    """The first names of many."""
    listed = list(names)
    rest = len(listed) - MAX_NAMED
    return ", ".join(listed[:MAX_NAMED]) + (f" and {rest} more" if rest > 0 else "")


def shown_size(count: int) -> str:
    """A number of bytes for people, in decimal units."""
    if count < KILO:
        return f"{count} B"
    if count < KILO * KILO:
        return f"{count / KILO:.0f} kB"
    return f"{count / KILO / KILO:.1f} MB"
