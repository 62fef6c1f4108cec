"""B: the commit builds, and builds what a release needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagward.acceptance.rules import DATE
from tagward.checks._check import Skip, check
from tagward.checks._refusals import OF_A_FAULT
from tagward.model.distributions import Distributions, Kind
from tagward.model.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator


@check("B001", Distributions, fix="repair the build, commit, and tag that commit", essential=True)
def build_failed(distributions: Distributions) -> Iterator[Finding]:
    """The tagged commit builds

    It is built from a clean copy of the commit in a new environment, as the workflow and everyone else would.
    """
    failure, tag = distributions.failure, distributions.workspace.candidate.tag
    if failure:
        backend = f", with {distributions.backend}" if distributions.backend else ""
        yield Finding(
            f"the {failure.stage} of {tag.name} does not build: {failure.reason}",
            failure.place,
            why=f"built from a clean copy of the tagged commit {tag.commit[:7]}{backend} in a new environment",
            notes=failure.notes,
            fixes=failure.fixes,
            excerpt=_folded(failure.excerpt, failure.above),
            log=failure.log,
        )


@check("B002", Distributions, fix="make the build produce exactly one sdist and at least one wheel", essential=True)
def distribution_missing(distributions: Distributions) -> Iterator[Finding]:
    """The build makes one sdist and a wheel

    Installers want the wheel, everyone who builds for themselves wants the sdist, and PyPI takes one sdist a release.
    """
    if distributions.failure:
        raise Skip("the build failed")
    sdists, wheels = distributions.of(Kind.SDIST), distributions.of(Kind.WHEEL)
    if len(sdists) != 1 or not wheels:
        made = ", ".join(file.file for file in distributions.files) or "nothing"
        yield Finding(f"the build made {len(sdists)} sdists and {len(wheels)} wheels: {made}")


@check("B003", Distributions, fix="look at the backend's settings: the archive it made cannot be read", essential=True)
def distribution_unreadable(distributions: Distributions) -> Iterator[Finding]:
    """Every archive can be read and says what it is

    PyPI refuses what it cannot read, after the tag is public.
    """
    if not distributions.files:
        raise Skip("nothing was built")
    for file in distributions.files:
        if file.fault:
            told = [one for one in file.refusals or () if one.rule in OF_A_FAULT]
            notes = (f"PyPI would say: {one.sentence} ({one.rule}, as of {DATE})" for one in told)
            yield Finding(f"{file.file} cannot be read: {file.fault}", notes=tuple(dict.fromkeys(notes)))


def _folded(lines: tuple[str, ...], above: int) -> tuple[str, ...]:
    return (f"[{above} lines above in the log]", *lines) if above and lines else lines


CHECKS = (build_failed, distribution_missing, distribution_unreadable)
