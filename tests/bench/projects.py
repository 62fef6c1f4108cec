"""Several projects in one push."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from frame import Row, paired
from gates import empty_index
from ground import commit, write_project

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ground import Ground

COUNTS = (1, 2, 4)


def projects(ground: Ground) -> Iterator[Row]:
    """The gate on 1, 2 and 4 projects of a repository; the index is one on this machine, and has none of them."""
    names = [f"acme-{letter}" for letter in "abcd"]
    for name in names:
        write_project(ground.root / "packages" / name, name)
    commit(ground)
    for name in names:
        ground.run("git", "tag", "-a", "-m", "x", f"{name}-v1.0.0")

    def check(count: int) -> Callable[[], str]:
        return lambda: there.run("tagward", "check", "--again", "-q", *(f"{name}-v1.0.0" for name in names[:count]))

    with empty_index() as index:
        there = replace(ground, env={**ground.env, "TAGWARD_INDEX": index})
        check(1)()
        one, *more = paired(7, *(check(count) for count in COUNTS))
    for count, taken in zip(COUNTS, (one, *more), strict=True):
        what = f"the gate on one project; on {count} of a repository" if count > 1 else "the gate on one project"
        base = one if count > 1 else None
        said = f"{taken / one:.2f} ×" if count > 1 else ""
        yield Row(what, base, taken, said, series="the gate, projects", size=count)
