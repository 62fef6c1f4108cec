"""D3: what is new and what is gone since the release before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagward.checks._archives import readable, shown_size, some
from tagward.checks._check import Skip, check
from tagward.model.artifact import MemberKind
from tagward.model.change import Change, Release, change_since, startup_files
from tagward.model.distributions import Distributions, Kind
from tagward.model.findings import Finding
from tagward.model.places import Place

if TYPE_CHECKING:
    from collections.abc import Iterator

FACTOR = 3
MIN_GROWTH = 1_000_000
MAX_LARGEST = 3


@check("D301", Distributions, fix='exclude it, or say why it ships: [tool.tagward.ignore] D301 = "…"', warns=True)
def size_jump(distributions: Distributions) -> Iterator[Finding]:
    """No file of the release is many times larger than that of the release before

    Something may ship that was not meant to; PyPI keeps it for good, and everybody downloads it.
    """
    before = _release(distributions)
    for file, artifact in readable(distributions):
        then = before.sizes.get(file.kind.value)
        if then and file.size > FACTOR * then and file.size - then > MIN_GROWTH:
            files = [one for one in artifact.members if one.kind is MemberKind.FILE]
            largest = sorted(files, key=lambda one: -one.size)[:MAX_LARGEST]
            yield Finding(
                f"the {file.kind} grew from {shown_size(then)} to {shown_size(file.size)} since {before.version}",
                Place(file.file),
                notes=(f"its largest: {some(f'{one.name} {shown_size(one.size)}' for one in largest)}",),
            )


@check("D302", Distributions, fix="look at what it runs, and where it comes from", warns=True)
def startup_code(distributions: Distributions) -> Iterator[Finding]:
    """The wheel brings no new code that runs whenever Python starts

    A `*.pth` file at the top of site-packages runs in every interpreter there, whether the project is imported or not
    (documentation of `site`); stolen releases of other projects did their harm so.
    """
    change = _change(distributions)
    for file, artifact in readable(distributions, Kind.WHEEL):
        found = change.startup if change else startup_files(sorted(artifact.names))
        if found:
            since = f"is new since {change.since}" if change else "is not known to be in the release before"
            yield Finding(f"{some(found)} runs whenever Python starts, and {since}", Place(file.file))


@check("D303", Distributions, fix="bring it back, or say in the changelog that it is gone", warns=True)
def import_gone(distributions: Distributions) -> Iterator[Finding]:
    """What could be imported or run from the release before still can

    Code and scripts of users name it.
    """
    change = _change(distributions)
    if change is None:
        raise Skip(_release(distributions).reason or "there is no wheel to compare with")
    wheel = distributions.of(Kind.WHEEL)[0]
    public = [name for name in change.modules_gone if not name.startswith("_")]
    for names, what in ((public, "import"), (change.scripts_gone, "script")):
        if names:
            yield Finding(f"the {what} {some(names)} is gone since {change.since}", Place(wheel.file))


def _release(distributions: Distributions) -> Release:
    if distributions.before is None:
        raise Skip("nobody asked for the release before")
    if distributions.before.first:
        raise Skip("there is no release before")
    return distributions.before


def _change(distributions: Distributions) -> Change | None:
    wheels = distributions.of(Kind.WHEEL)
    return change_since(distributions.before, wheels[0]) if wheels else None


CHECKS = (size_jump, startup_code, import_gone)
