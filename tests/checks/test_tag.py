"""T: the tag itself, and names that bring no candidate."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from packaging.version import Version
from paper import CANDIDATE, STRANGER, TAG

from tagward.checks import stranger, tag
from tagward.model.candidate import Announcement
from tagward.model.findings import Status

if TYPE_CHECKING:
    from tagward.model.candidate import Candidate


@pytest.mark.parametrize(
    ("check", "changes"),
    [
        (tag.tag_not_annotated, {"annotated": False, "headers": ()}),
        (tag.tag_moved, {"moved": True}),
        (tag.tag_without_commit, {"kind": "tree", "commit": ""}),
        (tag.tag_without_commit, {"kind": "blob", "commit": ""}),
        (tag.tag_without_commit, {"kind": "missing", "commit": ""}),
        (tag.tag_renamed, {"headers": ("v1.3.0",)}),
        (tag.tag_of_a_tag, {"headers": ("v1.4.0", "v1.3.9")}),
    ],
    ids=lambda value: getattr(getattr(value, "info", None), "code", None) or str(value),
)
def test_T0_speaks_of_each_fault_and_of_nothing_else(check: object, changes: dict[str, object]) -> None:
    faulty = replace(CANDIDATE, tag=replace(TAG, **changes))  # type: ignore[arg-type]  # the table holds fields of Tag

    speaking = [one.info.code for one in tag.CHECKS if one(faulty).findings]

    assert speaking == [check.info.code]  # type: ignore[attr-defined]  # every entry of the table is a check


def test_T0_has_nothing_against_a_good_tag() -> None:
    results = [one(CANDIDATE) for one in tag.CHECKS]

    assert {result.check.code for result in results if result.status is Status.SKIPPED} == {
        "T008",
        "T010",
        "T011",
        "T012",
    }
    assert {result.status for result in results} == {Status.PASSED, Status.SKIPPED}


def test_T001_warns_and_fails_only_where_the_project_is_strict() -> None:
    lightweight = replace(CANDIDATE, tag=replace(TAG, annotated=False, headers=()))

    assert tag.tag_not_annotated(lightweight).status is Status.WARNED
    assert tag.tag_not_annotated(lightweight, strict=True).status is Status.FAILED


@pytest.mark.parametrize(
    "name",
    [
        "v1.4.O",
        "1.2.x",
        "v1.0.0$(id)",
        "v1.0.0;id",
        "v１.０.０",
        "v1.0.0\u202e",
        "v1.0.0\udcff",
        "v1.0.0 ",
        "v1.0.0|id",
        "1.0.0…",
    ],
)
def test_T101_refuses_what_looks_like_a_release(name: str) -> None:
    assert stranger.tag_misnamed(replace(STRANGER, tag=name)).status is Status.FAILED


@pytest.mark.parametrize("name", ["nightly", "latest", "stable", "BASELINE_D2024-10-03", "parked/x", "V1.2.3", "x"])
def test_T101_lets_other_names_be(name: str) -> None:
    assert stranger.tag_misnamed(replace(STRANGER, tag=name)).status is Status.PASSED


@pytest.mark.parametrize(
    ("name", "version"),
    [
        ("V1.2.3", "1.2.3"),
        ("v.1.2.3", "1.2.3"),
        ("release_1_2_3", "1.2.3"),
        ("release-1.2.3", "1.2.3"),
        ("pkg@1.2", "1.2"),
    ],
)
def test_T103_warns_of_a_version_in_another_form(name: str, version: str) -> None:
    result = stranger.tag_in_another_form(replace(STRANGER, tag=name))

    assert result.status is Status.WARNED
    assert f"reads as version {version}" in result.findings[0].message


@pytest.mark.parametrize("name", ["nightly", "v1.4.O", "v1.0.0$(id)", "nightly-2026", "stable"])
def test_T103_is_silent_on_names_without_a_version(name: str) -> None:
    assert stranger.tag_in_another_form(replace(STRANGER, tag=name)).status is Status.PASSED


def test_T102_refuses_to_delete_a_release_tag_unless_the_project_allows_it() -> None:
    deletion = replace(STRANGER, tag="v1.4.0", deletes=True, releases=True)

    assert stranger.release_tag_deleted(deletion).status is Status.FAILED
    assert stranger.release_tag_deleted(replace(deletion, allowed=True)).status is Status.PASSED


def test_T102_does_not_speak_of_other_tags() -> None:
    assert stranger.release_tag_deleted(replace(STRANGER, deletes=True)).status is Status.SKIPPED


def _versioned(version: str, *others: str) -> Candidate:
    return replace(CANDIDATE, version=Version(version), others=tuple(sorted(map(Version, others))))


def test_T006_refuses_a_local_version() -> None:
    assert tag.tag_with_local_version(_versioned("1.4.0+cu118")).status is Status.FAILED
    assert tag.tag_with_local_version(CANDIDATE).status is Status.PASSED


def test_T007_warns_of_a_commit_that_no_branch_holds() -> None:
    statuses = {
        known: tag.tag_off_every_branch(replace(CANDIDATE, on_branch=known)).status for known in (True, False, None)
    }

    assert statuses == {True: Status.PASSED, False: Status.WARNED, None: Status.SKIPPED}


@pytest.mark.parametrize(
    ("version", "others", "status"),
    [
        ("22", ("0.4.0",), Status.WARNED),
        ("2026.1", ("1.4.0",), Status.WARNED),
        ("2026.1", ("2012.3",), Status.PASSED),
        ("2.0.0", ("1.4.0",), Status.PASSED),
        ("1!1.0", ("2026.1",), Status.PASSED),
        ("22", ("30.0",), Status.SKIPPED),
        ("22", (), Status.SKIPPED),
    ],
)
def test_T008_warns_of_an_impossible_jump(version: str, others: tuple[str, ...], status: Status) -> None:
    assert tag.version_jumps(_versioned(version, *others)).status is status


@pytest.mark.parametrize(
    ("version", "others", "status"),
    [
        ("1.3.9", ("1.4.0",), Status.WARNED),
        ("1.3.9", ("1.3.10", "2.0"), Status.WARNED),
        ("1.3.9", ("1.3.8", "1.4.0", "2.0"), Status.PASSED),
        ("1.9.5", ("2.0",), Status.PASSED),
        ("1.4.0", ("1.4.0rc1",), Status.PASSED),
        ("1.4.0", (), Status.PASSED),
    ],
)
def test_T009_warns_of_going_back_but_not_of_maintenance(version: str, others: tuple[str, ...], status: Status) -> None:
    assert tag.version_goes_back(_versioned(version, *others)).status is status


def test_T010_warns_of_a_form_that_the_others_do_not_have() -> None:
    odd = replace(CANDIDATE, form="{version}", usual="v{version}")

    result = tag.tag_unlike_the_others(odd)
    assert result.status is Status.WARNED
    assert result.findings[0].fixes[0] == f"git tag -d {odd.tag.name}"
    assert tag.tag_unlike_the_others(replace(odd, form="v{version}")).status is Status.PASSED
    assert tag.tag_unlike_the_others(replace(odd, usual="")).status is Status.SKIPPED


def test_T1_leaves_ignored_names_alone() -> None:
    ignored = replace(STRANGER, tag="v1.4.O", ignored=True)

    assert stranger.tag_misnamed(ignored).status is Status.SKIPPED
    assert stranger.tag_in_another_form(replace(ignored, tag="V1.2.3")).status is Status.SKIPPED


@pytest.mark.parametrize(
    ("version", "marked", "speaks"),
    [
        ("1.4.0", False, False),
        ("1.4.0", True, True),
        ("1.4.0rc1", True, False),
        ("1.4.0rc1", False, True),
        ("1.4.0.dev1", False, True),
        ("1.4.0.post1", False, False),
        ("1.4.0.post1", True, True),
    ],
)
def test_T011_the_mark_of_the_GitHub_release_fits_the_version(version: str, marked: bool, speaks: bool) -> None:
    announced = Announcement(TAG.name, TAG.commit, prerelease=marked)
    candidate = replace(CANDIDATE, version=Version(version), announced=announced)

    result = tag.prerelease_mark_wrong(candidate)

    assert result.status is (Status.FAILED if speaks else Status.PASSED)


def test_T011_and_T012_have_nothing_to_say_outside_GitHub() -> None:
    assert tag.prerelease_mark_wrong(CANDIDATE).status is Status.SKIPPED
    assert tag.tag_moved_since(CANDIDATE).status is Status.SKIPPED
    pushed = replace(CANDIDATE, announced=Announcement(TAG.name, TAG.commit))
    assert tag.prerelease_mark_wrong(pushed).status is Status.SKIPPED


@pytest.mark.parametrize(
    ("oid", "status"), [(TAG.commit, Status.PASSED), (TAG.oid, Status.PASSED), ("f" * 40, Status.FAILED)]
)
def test_T012_the_tag_is_where_GitHub_saw_it(oid: str, status: Status) -> None:
    candidate = replace(CANDIDATE, announced=Announcement(TAG.name, oid))

    assert tag.tag_moved_since(candidate).status is status
    assert tag.tag_moved_since.info.essential


def test_T001_has_no_word_for_a_tag_that_is_not_there_yet() -> None:
    pretended = replace(CANDIDATE, tag=replace(TAG, annotated=False, pretended=True))

    assert tag.tag_not_annotated(pretended).status is Status.SKIPPED
