"""C: the changelog."""

from __future__ import annotations

from dataclasses import replace

from packaging.version import Version
from paper import WORKSPACE

from tagward.checks import changelog
from tagward.model.changelog import Changelog, Heading
from tagward.model.findings import Status
from tagward.model.places import Place

ENTRY = Heading(Version("1.4.0"), "1.4.0", Place("CHANGELOG.md", 8, 5, 5, "## [1.4.0] - 2026-11-22"))
OLDER = Heading(Version("1.3.0"), "1.3.0", Place("CHANGELOG.md", 12, 5, 5, "## [1.3.0] - 2026-09-02"))
UNRELEASED = Place("CHANGELOG.md", 4, 4, 12, "## [Unreleased]")


def test_C001_warns_of_a_release_without_an_entry_and_shows_what_is_there() -> None:
    missing = replace(WORKSPACE, changelog=Changelog("CHANGELOG.md", (OLDER,), UNRELEASED, 4))

    result = changelog.changelog_entry_missing(missing)

    assert result.status is Status.WARNED
    assert result.findings[0].message == "CHANGELOG.md has no entry for 1.4.0"
    assert result.findings[0].fixes == ("tagward bump 1.4.0",)
    assert len(result.findings[0].notes) == 2


def test_C001_tells_of_nothing_that_is_not_there() -> None:
    empty = replace(WORKSPACE, changelog=Changelog("CHANGELOG.md", ()))
    without_entries = replace(WORKSPACE, changelog=Changelog("CHANGELOG.md", (OLDER,), UNRELEASED, 0))

    assert changelog.changelog_entry_missing(empty).findings[0].notes == ()
    assert changelog.changelog_entry_missing(without_entries).findings[0].notes == (
        "the newest entry is for 1.3.0, in CHANGELOG.md:12:5",
    )


def test_C001_passes_an_entry_and_is_skipped_without_a_changelog() -> None:
    there = replace(WORKSPACE, changelog=Changelog("CHANGELOG.md", (ENTRY, OLDER)))

    assert changelog.changelog_entry_missing(there).status is Status.PASSED
    assert changelog.changelog_entry_missing(WORKSPACE).status is Status.SKIPPED


def test_C002_warns_of_fragments_that_are_left() -> None:
    left = replace(WORKSPACE, changelog=Changelog("NEWS.rst", (ENTRY,), fragments=("newsfragments/1.feature",)))

    assert changelog.changelog_fragments_left(left).status is Status.WARNED
    assert (
        changelog.changelog_fragments_left(replace(WORKSPACE, changelog=Changelog("NEWS.rst", (ENTRY,)))).status
        is Status.PASSED
    )


def test_C003_warns_of_an_entry_that_calls_itself_unreleased() -> None:
    pending = Changelog("CHANGES", (replace(ENTRY, unreleased=True),))

    assert changelog.changelog_entry_unreleased(replace(WORKSPACE, changelog=pending)).status is Status.WARNED
    assert (
        changelog.changelog_entry_unreleased(replace(WORKSPACE, changelog=Changelog("CHANGES", (ENTRY,)))).status
        is Status.PASSED
    )
