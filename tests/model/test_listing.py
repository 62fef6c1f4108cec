"""Whether the version of a tag and that of a project are one."""

from __future__ import annotations

import pytest

from tagward.model.listing import Match, matched


@pytest.mark.parametrize(
    ("version", "declared", "match"),
    [
        ("1.4.0", "1.4", Match.YES),
        ("1.4.0", "1.3.0", Match.NO),
        ("1.4.0", "next", Match.NONE),
        ("", "1.4.0", Match.NONE),
    ],
)
def test_spellings_of_one_version_match_and_what_is_none_matches_nothing(
    version: str, declared: str, match: Match
) -> None:
    assert matched(version, declared) is match
