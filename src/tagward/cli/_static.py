"""What static checks said of a candidate, as a record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagward.checks import checks_of, group_of
from tagward.model.findings import Status, Verdict
from tagward.model.record import TagRecord, Told

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tagward.model.candidate import Candidate, Stranger
    from tagward.model.findings import Result


def static_record(candidate: Candidate, results: Iterable[Result]) -> TagRecord:
    """The record of a candidate of which nothing was built."""
    asked = tuple(results)
    told = [
        Told(result.check, finding, result.status, group_of(result.check.code))
        for result in asked
        for finding in result.findings
    ]
    return TagRecord(
        candidate.tag.name,
        str(candidate.version),
        candidate.tag.commit,
        Verdict(candidate, asked).outcome,
        told=tuple(told),
        checks={result.check.code: result.status.value for result in asked},
        broke=tuple(result for result in asked if result.status is Status.BROKE),
    )


def strangers_told(strangers: Iterable[Stranger]) -> list[tuple[str, Told]]:
    """What there is to say of tags that bring no candidate, by their names."""
    told = []
    for stranger in strangers:
        for check in checks_of("Stranger"):
            result = check(stranger)
            told += [(stranger.tag, Told(result.check, finding, result.status, "tag")) for finding in result.findings]
    return told
