"""What is sent in which order, what an answer means, and the one safe next step."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tagward.model.publication import Answer, FileState, Outcome, Patience, Publication, Shelved, Standing, Verdict
from tagward.model.receipt import Receipt, Sealed
from tagward.plans.publish import (
    NEW_VERSION,
    SAME_COMMAND,
    compared,
    hindered,
    in_order,
    mismatches,
    next_step,
    pause_after,
    said,
    verdict_on,
)

A, B, C = "a" * 64, "b" * 64, "c" * 64
WHEEL, SDIST = Sealed("acme_demo-1.4.0-py3-none-any.whl", 10, A), Sealed("acme_demo-1.4.0.tar.gz", 20, B)
RECEIPT = Receipt("v1.4.0", "", "", "acme-demo", "1.4.0", (SDIST, WHEEL), {"V001": "passed"}, {}, {})
GIVEN = {WHEEL.file: A, SDIST.file: B}
EMPTY = Publication("acme-demo", "1.4.0", "v1.4.0", "PyPI", "", "", (Standing(WHEEL), Standing(SDIST)))


def shelved(file: str, sha256: str, uploaded: float | None = None) -> Shelved:
    return Shelved(file, sha256, None, uploaded, None, "")


def test_the_files_of_the_receipt_and_no_others_are_sent() -> None:
    assert mismatches(RECEIPT, GIVEN) == ()


@pytest.mark.parametrize(
    ("receipt", "given", "reason"),
    [
        pytest.param(RECEIPT, {**GIVEN, "notes.txt": C}, "notes.txt is not in the receipt", id="one more"),
        pytest.param(RECEIPT, {WHEEL.file: A}, f"{SDIST.file} stands in the receipt, and was not given", id="one less"),
        pytest.param(RECEIPT, {**GIVEN, SDIST.file: C}, f"{SDIST.file} is not the file that was judged", id="changed"),
        pytest.param(replace(RECEIPT, version="1.5.0"), GIVEN, "is no sdist or wheel of acme-demo 1.5.0", id="version"),
        pytest.param(replace(RECEIPT, project="demo"), GIVEN, "is no sdist or wheel of demo 1.4.0", id="project"),
        pytest.param(replace(RECEIPT, version="x"), GIVEN, "is no sdist or wheel of acme-demo x", id="no version"),
        pytest.param(
            replace(RECEIPT, files=(Sealed("notes.txt", 1, A),)), {"notes.txt": A}, "is no sdist or wheel", id="neither"
        ),
        pytest.param(replace(RECEIPT, checks={"B001": "failed"}), GIVEN, "did not pass|passed: B001", id="failed"),
    ],
)
def test_anything_else_is_a_mismatch(receipt: Receipt, given: dict[str, str], reason: str) -> None:
    assert any(word in one for one in mismatches(receipt, given) for word in reason.split("|"))


def test_other_spellings_of_one_release_match() -> None:
    receipt = replace(RECEIPT, project="Acme.Demo", version="1.4")

    assert mismatches(receipt, GIVEN) == ()


def test_wheels_of_platforms_go_first_and_the_sdist_last() -> None:
    sdist, pure, windows, pypy = (
        "D-1.tar.gz",
        "d-1-py3-none-any.whl",
        "d-1-cp311-abi3-win_amd64.whl",
        "d-1-pypy311-pypy311_pp73-musllinux_1_1_x86_64.whl",
    )
    files = [Sealed(name, 1, A) for name in (sdist, pure, windows, pypy)]

    assert [one.file for one in in_order(files)] == [windows, pypy, pure, sdist]


def test_states_are_read_by_name_and_digest() -> None:
    found = compared(EMPTY, [shelved(WHEEL.file, A), shelved("acme_demo-1.4.0.zip", C)])

    assert [one.state for one in found.standings] == [FileState.SAME, FileState.ABSENT]
    assert [one.file for one in found.others] == ["acme_demo-1.4.0.zip"]


def test_a_name_that_is_listed_twice_with_two_digests_is_not_the_same() -> None:
    found = compared(EMPTY, [shelved(WHEEL.file, A), shelved(WHEEL.file, C)])

    assert found.standings[0].state is FileState.DIFFERENT


def test_the_age_of_a_release_is_that_of_its_first_file_whoever_sent_it() -> None:
    old = compared(EMPTY, [shelved("acme_demo-1.4.0.zip", C, 0.0), shelved(WHEEL.file, A, 86400.0 * 13)])
    unknown = compared(EMPTY, [shelved(WHEEL.file, A)])

    assert hindered(old, 86400.0 * 13.5).outcome is Outcome.CLOSED
    assert not hindered(old, 86400.0 * 12.5).settled
    assert not hindered(unknown, 86400.0 * 99).settled


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        (Answer(200), Verdict.ACCEPTED),
        (Answer(201), Verdict.ACCEPTED),
        (Answer(), Verdict.DOUBTFUL),
        (Answer(429), Verdict.DOUBTFUL),
        (Answer(500), Verdict.DOUBTFUL),
        (Answer(400, "File already exists ('x')"), Verdict.DOUBTFUL),
        (Answer(409, "Conflict", "<p>Package 'x' already exists!</p>"), Verdict.DOUBTFUL),
        (Answer(403, "File already exists"), Verdict.REFUSED),
        (Answer(400, "This filename was previously used by a file that has since been deleted."), Verdict.REFUSED),
        (Answer(302), Verdict.REFUSED),
        (Answer(refused=True), Verdict.REFUSED),
        (Answer(unreadable=True), Verdict.REFUSED),
    ],
)
def test_what_an_answer_means(answer: Answer, verdict: Verdict) -> None:
    assert verdict_on(answer) is verdict


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (
            Answer(400, "Only one sdist may be uploaded per release.", "<h1>400</h1>"),
            "400 Only one sdist may be uploaded per release.",
        ),
        (
            Answer(409, "Conflict", "<html><head><title>x</title></head><h1>It \n is there</h1>"),
            "409 Conflict: It is there",
        ),
        (Answer(403, ""), "403"),
        (Answer(None, "no answer\nat all"), "no answer at all"),
        (Answer(400, "x" * 1000), "400 " + "x" * 396),
    ],
)
def test_the_index_is_quoted_in_its_own_words(answer: Answer, words: str) -> None:
    assert said(answer) == words


@pytest.mark.parametrize(
    ("asked", "attempt", "seconds"),
    [(None, 0, 2.0), (None, 3, 16.0), (None, 99, 60.0), (5.0, 0, 5.0), (1.0, 2, 8.0), (9999.0, 0, 60.0)],
)
def test_the_pause_is_what_is_asked_for_or_what_grows_up_to_a_limit(
    asked: float | None, attempt: int, seconds: float
) -> None:
    assert pause_after(Answer(429, retry_after=asked), attempt, Patience()) == seconds


@pytest.mark.parametrize(
    ("answer", "step"),
    [
        (Answer(403), "TWINE_PASSWORD"),
        (Answer(308), "--index"),
        (Answer(404), "--index"),
        (Answer(400, "Limit for project 'x' is 10 GB"), "a higher limit"),
        (Answer(refused=True, reason="`invalid-publisher`: no corresponding publisher"), "the publisher right"),
        (Answer(refused=True, reason="403"), "set that right"),
        (Answer(400, "Only one sdist may be uploaded per release."), NEW_VERSION),
        (Answer(unreadable=True), NEW_VERSION),
    ],
)
def test_after_a_refusal_there_is_one_safe_step(answer: Answer, step: str) -> None:
    standings = (replace(EMPTY.standings[0], answer=Answer(200)), replace(EMPTY.standings[1], answer=answer))

    said_next = next_step(replace(EMPTY, standings=standings).came_to(Outcome.REFUSED, "no"))

    assert step in said_next
    assert (SAME_COMMAND in said_next) != (NEW_VERSION in said_next)


def test_every_outcome_has_its_exit_code_and_its_next_step() -> None:
    steps = {outcome: next_step(EMPTY.came_to(outcome, "")) for outcome in Outcome}

    assert {outcome.exit_code for outcome in Outcome} == {0, 1, 3, 130}
    assert [outcome for outcome in Outcome if not outcome.exit_code] == [Outcome.COMPLETE]
    assert [outcome for outcome, step in steps.items() if not step] == [Outcome.COMPLETE]
    assert steps[Outcome.INTERRUPTED] == steps[Outcome.UNFINISHED] == SAME_COMMAND
    assert steps[Outcome.CONFLICT] == steps[Outcome.CLOSED] == NEW_VERSION
