"""D2: what an sdist needs to be built again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagward.checks._archives import readable, some
from tagward.checks._check import Skip, check
from tagward.model.distributions import Distributions, Kind
from tagward.model.findings import Finding
from tagward.model.places import Place

if TYPE_CHECKING:
    from collections.abc import Iterator


@check("D201", Distributions, fix="let the sdist have it: MANIFEST.in, or the backend's include")
def build_file_missing(distributions: Distributions) -> Iterator[Finding]:
    """The sdist has the files that say how it is built

    Without pyproject.toml, installers build it with setuptools and without what the build requires (source
    distribution format, "Source distribution archive format").
    """
    sdist, _ = next(readable(distributions, Kind.SDIST))
    if distributions.contents is None:
        raise Skip("the commit was not compared with what was built")
    if distributions.contents.unpacked:
        yield Finding(f"the sdist lacks {some(distributions.contents.unpacked)}", Place(sdist.file))


@check("D202", Distributions, fix="let the sdist have what the build reads", warns=True)
def wheel_differs(distributions: Distributions) -> Iterator[Finding]:
    """The wheel is the same, built from the sdist or from the commit

    Those who build for themselves, from the one or the other, would get another release than the wheel that is
    uploaded. A second build takes a quarter of the time of the whole gate, and is made only where it is asked for.
    """
    contents = distributions.contents
    if contents is None or contents.differing is None:
        raise Skip("the wheel was not built from the commit itself (tagward check --deep)")
    # What a wheel lacks because the sdist lacks it, D107, D108 and D109 tell.
    told = {one.path.rpartition("/")[2] for one in contents.lost if not one.packed}
    found = [
        one for one in contents.differing if not (" alone" in one and one.split(" ")[0].rpartition("/")[2] in told)
    ]
    if found:
        wheel = distributions.of(Kind.WHEEL)[0]
        yield Finding(
            f"the wheel built from the commit is another than the one built from the sdist: {some(found)}",
            Place(wheel.file),
        )


CHECKS = (build_file_missing, wheel_differs)
