"""U: what PyPI would refuse."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagward.checks._check import Skip, check
from tagward.model.distributions import Distributions
from tagward.model.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator


@check("U001", Distributions, fix="repair the metadata or the README that it comes from")
def metadata_refused(distributions: Distributions) -> Iterator[Finding]:
    """Twine check finds no error

    PyPI applies the same rules on upload, and refuses after the tag and the GitHub release are public.
    """
    _built(distributions)
    said: dict[tuple[str, ...], list[str]] = {}
    for rendering in distributions.twine:
        if rendering.errors:
            said.setdefault(rendering.errors, []).append(rendering.file)
    for errors, files in said.items():
        yield Finding(f"twine check refuses {' and '.join(files)}: {errors[0]}", excerpt=errors[1:16])
    judged = {rendering.file for rendering in distributions.twine}
    missing = [file.file for file in distributions.files if not file.fault and file.file not in judged]
    if missing:
        yield Finding(f"twine check did not say a word on {', '.join(missing)}")


@check("U002", Distributions, fix="give the project a README that PyPI can show", warns=True)
def metadata_warned(distributions: Distributions) -> Iterator[Finding]:
    """Twine check finds nothing to warn of

    PyPI takes the upload, and the project's page stays empty or unformatted until the next release.
    """
    _built(distributions)
    said: dict[str, list[str]] = {}
    for rendering in distributions.twine:
        for warning in rendering.warnings:
            said.setdefault(warning, []).append(rendering.file)
    for warning, files in said.items():
        yield Finding(f"twine check: {warning}", notes=(f"in {' and '.join(files)}",))


def _built(distributions: Distributions) -> None:
    if not distributions.files:
        raise Skip("nothing was built")


CHECKS = (metadata_refused, metadata_warned)
