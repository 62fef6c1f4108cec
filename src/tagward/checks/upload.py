"""U: what twine says of the distributions, as far as PyPI's rules (`upload_rules`) do not say it already."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tagward.checks._check import check
from tagward.checks._refusals import OF_A_FAULT, built
from tagward.model.artifact import RefusalKind
from tagward.model.distributions import Distributions
from tagward.model.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagward.model.artifact import Refusal
    from tagward.model.config import Config

INVALID = "InvalidDistribution: "
METADATA = f"{INVALID}Invalid distribution metadata: "
_OF_ARCHIVES: tuple[str, ...] = ("U-ARCH-", "U-TAR-", "U-WHEEL-", "U-SDIST-", "U-FILE-", "U-DESC-CRASH", "U-META-CRASH")
_FIELD = re.compile(r"(?:^|')([a-z]+(?:-[a-z]+)*)(?:'| introduced)")


@check("U001", Distributions, fix="repair the metadata or the README that it comes from")
def metadata_refused(distributions: Distributions) -> Iterator[Finding]:
    """Twine check finds no error

    PyPI applies the same rules on upload, and refuses after the tag and the GitHub release are public.
    """
    built(distributions)
    said: dict[tuple[str, ...], list[str]] = {}
    for rendering in distributions.twine:
        errors = _unexplained(rendering.errors, _explaining(distributions, rendering.file))
        if errors:
            said.setdefault(errors, []).append(rendering.file)
    for errors, files in said.items():
        yield Finding(f"twine check refuses {' and '.join(files)}: {errors[0]}", excerpt=errors[1:16])
    judged = {rendering.file for rendering in distributions.twine}
    missing = (
        []
        if distributions.failure
        else [file.file for file in distributions.files if not file.fault and file.file not in judged]
    )
    if missing:
        yield Finding(f"twine check did not say a word on {', '.join(missing)}")


@check("U002", Distributions, fix="give the project a README that PyPI can show", warns=True)
def metadata_warned(distributions: Distributions) -> Iterator[Finding]:
    """Twine check finds nothing to warn of

    PyPI takes the upload, and the project's page stays empty or unformatted until the next release.
    """
    built(distributions)
    said: dict[str, list[str]] = {}
    for rendering in distributions.twine:
        rules = {one.rule for one in _explaining(distributions, rendering.file)}
        empty = any("`long_description` missing" in warning for warning in rendering.warnings)  # of no type, then
        for warning in rendering.warnings:
            if "content_type" not in warning or not (empty or "U-DESC-DEFAULT" in rules):
                said.setdefault(warning, []).append(rendering.file)
    for warning, files in said.items():
        yield Finding(f"twine check: {warning}", notes=(f"in {' and '.join(files)}",))


def _explaining(distributions: Distributions, name: str) -> tuple[Refusal, ...]:
    """What other checks tell of a file, so that twine need not."""
    config = distributions.workspace.candidate.config
    return tuple(
        one
        for file in distributions.files
        if file.file == name
        for one in file.refusals or ()
        if one.kind is not RefusalKind.BROKE
        and (_is_asked(one.code, config) or (file.fault and one.rule in OF_A_FAULT))
    )


def _is_asked(code: str, config: Config) -> bool:
    return code not in config.ignore and (not config.select or code.startswith(config.select))


def _unexplained(errors: tuple[str, ...], refusals: tuple[Refusal, ...]) -> tuple[str, ...]:
    """What twine says and no rule of PyPI's does."""
    if not errors or not refusals:
        return errors
    head, rest = errors[0], errors[1:]
    if head.startswith(METADATA):
        parts = [part for part in head.removeprefix(METADATA).split("; ") if not _is_explained(part, refusals)]
        return (METADATA + "; ".join(parts), *rest) if parts else ()
    archive = head.startswith(INVALID) or "Error" in head.partition(":")[0]
    kinds = _OF_ARCHIVES if archive else ("U-DESC-",)
    return () if any(one.rule.startswith(kinds) for one in refusals) else errors


def _is_explained(part: str, refusals: tuple[Refusal, ...]) -> bool:
    fields = set(_FIELD.findall(part))
    return any(part in one.sentence or (one.field and one.field.lower() in fields) for one in refusals)


CHECKS = (metadata_refused, metadata_warned)
