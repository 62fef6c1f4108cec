"""From where a release stands to one safe command."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from tagward.model.publication import Shelved
from tagward.model.receipt import Sealed
from tagward.model.standing import (
    Answer,
    Basis,
    Condition,
    FileSeen,
    Match,
    NextStep,
    Standing,
    TagSeen,
    Trial,
)
from tagward.plans import next_step as module
from tagward.plans.next_step import fit_to_install, next_step, worth_waiting

DAY = 86400
OID, OTHER, COMMIT = "a" * 40, "b" * 40, "c" * 40
HERE, ABSENT = TagSeen(Answer.HERE, OID, COMMIT, annotated=True), TagSeen(Answer.ABSENT)
ELSEWHERE = TagSeen(Answer.HERE, OTHER, COMMIT)
SILENT = TagSeen(Answer.SILENT, trouble="could not resolve host")
UNASKED = TagSeen(Answer.UNASKED)


def _file(name: str, match: Match, yanked: str | None = None) -> FileSeen:
    there = None if match is Match.MISSING else Shelved(name, "1" * 64, 1, 0.0, yanked, "http://127.0.0.1/x")
    known = None if match in {Match.UNJUDGED, Match.UNCOMPARED} else Sealed(name, 1, "1" * 64)
    return FileSeen(name, match, there, known)


SDIST, WHEEL = _file("demo-1.4.0.tar.gz", Match.SAME), _file("demo-1.4.0-py3-none-any.whl", Match.SAME)
LACKING = _file("demo-1.4.0-py3-none-any.whl", Match.MISSING)
BASIS = Basis(
    "judged/receipt.json",
    tuple(one.sealed for one in (SDIST, WHEEL) if one.sealed),
    OID,
    COMMIT,
    "judged/receipt.json",
    exact=True,
)
KEPT = replace(BASIS, origin="the gate on this machine", path="", exact=False)
WORKS = Trial("3.11.7", version="1.4.0")
SOUND = Standing(
    "demo",
    "1.4.0",
    "v1.4.0",
    "PyPI",
    local=HERE,
    remote=HERE,
    basis=BASIS,
    files=(SDIST, WHEEL),
    age=3.0 * DAY,
    trial=WORKS,
)
EMPTY = replace(SOUND, files=(_file("demo-1.4.0.tar.gz", Match.MISSING), LACKING), age=None, trial=None)
HALF = replace(SOUND, files=(SDIST, LACKING), trial=None)


def _in_a_job(standing: Standing) -> Standing:
    """The same, asked outside a repository."""
    return replace(standing, local=UNASKED, remote=UNASKED)


CASES = {
    "sound": (SOUND, Condition.PUBLISHED, ""),
    "sound, in the job of a workflow": (_in_a_job(SOUND), Condition.PUBLISHED, ""),
    "sound, another build": (
        replace(SOUND, basis=KEPT, files=(SDIST, _file("demo-1.4.0-py3-none-any.whl", Match.REBUILT))),
        Condition.PUBLISHED,
        "",
    ),
    "sound, and the tag not fetched": (replace(SOUND, local=ABSENT), Condition.PUBLISHED, ""),
    "sound, in a repository without a remote": (replace(SOUND, remote=UNASKED), Condition.PUBLISHED, ""),
    "not to be installed": (replace(SOUND, trial=None), Condition.PUBLISHED, ""),
    "nothing to compare with": (
        replace(SOUND, basis=None, files=(_file("demo-1.4.0.tar.gz", Match.UNCOMPARED),)),
        Condition.UNCOMPARED,
        "tagward verify 1.4.0 --rebuild",
    ),
    "nothing to compare with, outside a repository": (
        replace(_in_a_job(SOUND), basis=None, files=(_file("demo-1.4.0.tar.gz", Match.UNCOMPARED),)),
        Condition.UNCOMPARED,
        "tagward verify 1.4.0 --receipt receipt.json",
    ),
    "nothing to compare with, the tag not fetched": (
        replace(SOUND, local=ABSENT, basis=None, files=(_file("demo-1.4.0.tar.gz", Match.UNCOMPARED),)),
        Condition.UNCOMPARED,
        "git fetch origin tag v1.4.0",
    ),
    "import fails": (
        replace(SOUND, trial=replace(WORKS, failure="import demo: No module named 'attr'")),
        Condition.BROKEN,
        "tagward bump 1.4.1",
    ),
    "other bytes": (
        replace(SOUND, files=(SDIST, _file("x.whl", Match.DIFFERENT)), trial=None),
        Condition.OTHER_BYTES,
        "tagward bump 1.4.1",
    ),
    "a file that nobody judged": (
        replace(SOUND, files=(SDIST, WHEEL, _file("x.whl", Match.UNJUDGED)), trial=None),
        Condition.OTHER_BYTES,
        "tagward bump 1.4.1",
    ),
    "yanked": (
        replace(SOUND, files=(_file("demo-1.4.0.tar.gz", Match.SAME, "broken"), WHEEL), trial=None),
        Condition.YANKED,
        "tagward bump 1.4.1",
    ),
    "half": (HALF, Condition.HALF, "tagward publish judged/dist/* --receipt judged/receipt.json"),
    "half, by the gate on this machine": (
        replace(HALF, basis=KEPT),
        Condition.HALF,
        "tagward check v1.4.0 --receipt receipt.json --dist dist && tagward publish dist/* --receipt receipt.json",
    ),
    "half, of another build": (
        replace(HALF, basis=KEPT, files=(_file("demo-1.4.0.tar.gz", Match.REBUILT), LACKING)),
        Condition.HALF,
        "gh run rerun --failed",
    ),
    "half, age unknown": (
        replace(HALF, age=None),
        Condition.HALF,
        "tagward publish judged/dist/* --receipt judged/receipt.json",
    ),
    "half, while the remote is silent": (
        replace(HALF, remote=SILENT),
        Condition.HALF,
        "tagward publish judged/dist/* --receipt judged/receipt.json",
    ),
    "half for too long": (replace(HALF, age=15.0 * DAY), Condition.TOO_LATE, "tagward bump 1.4.1"),
    "half, and too late to begin": (replace(HALF, age=13.5 * DAY), Condition.TOO_LATE, "tagward bump 1.4.1"),
    "moved, published": (
        replace(SOUND, remote=ELSEWHERE),
        Condition.TAG_MOVED,
        "git fetch origin refs/tags/v1.4.0 && git show --stat FETCH_HEAD",
    ),
    "moved, nothing published": (
        replace(EMPTY, local=ELSEWHERE, remote=HERE),
        Condition.TAG_MOVED,
        "git fetch origin refs/tags/v1.4.0 && git show --stat FETCH_HEAD",
    ),
    "moved since it was judged": (
        replace(EMPTY, local=ELSEWHERE, remote=ABSENT),
        Condition.TAG_MOVED,
        "tagward check v1.4.0",
    ),
    "moved here, published, no tag on the remote": (
        replace(SOUND, local=ELSEWHERE, remote=ABSENT),
        Condition.TAG_MOVED,
        "git show --stat refs/tags/v1.4.0",
    ),
    "published, tag here alone": (
        replace(SOUND, remote=ABSENT),
        Condition.WITHOUT_TAG,
        "git push origin refs/tags/v1.4.0",
    ),
    "published, no tag": (
        replace(SOUND, local=ABSENT, remote=ABSENT),
        Condition.WITHOUT_TAG,
        f"git tag -a v1.4.0 -m v1.4.0 {COMMIT}",
    ),
    "published, no tag and no receipt": (
        replace(SOUND, local=ABSENT, remote=ABSENT, basis=None),
        Condition.WITHOUT_TAG,
        "git log --oneline --decorate",
    ),
    "published, no tag, no remote": (
        replace(SOUND, local=ABSENT, remote=UNASKED),
        Condition.WITHOUT_TAG,
        f"git tag -a v1.4.0 -m v1.4.0 {COMMIT}",
    ),
    "pushed": (EMPTY, Condition.TAG_ONLY, "gh release create v1.4.0 --verify-tag --generate-notes"),
    "pushed by somebody else": (
        replace(EMPTY, local=ABSENT),
        Condition.TAG_ONLY,
        "gh release create v1.4.0 --verify-tag --generate-notes",
    ),
    "judged in a job, and not there": (
        _in_a_job(EMPTY),
        Condition.TAG_ONLY,
        "tagward publish judged/dist/* --receipt judged/receipt.json",
    ),
    "tagged": (replace(EMPTY, remote=ABSENT), Condition.LOCAL_TAG_ONLY, "git push origin refs/tags/v1.4.0"),
    "tagged, without a remote": (
        replace(EMPTY, remote=UNASKED),
        Condition.LOCAL_TAG_ONLY,
        "git push origin refs/tags/v1.4.0",
    ),
    "nothing": (
        replace(EMPTY, local=ABSENT, remote=ABSENT, basis=None, files=()),
        Condition.NOTHING,
        "tagward bump 1.4.0",
    ),
    "nothing, outside a repository": (
        replace(_in_a_job(EMPTY), basis=None, files=()),
        Condition.NOTHING,
        "tagward verify 1.4.0",
    ),
    "index silent": (
        replace(EMPTY, files=(), silence="no answer within 60 s"),
        Condition.UNKNOWN,
        "tagward verify 1.4.0 --receipt judged/receipt.json --wait 600",
    ),
    "index silent, outside a repository": (
        replace(_in_a_job(EMPTY), basis=None, files=(), silence="no answer"),
        Condition.UNKNOWN,
        "tagward verify 1.4.0 --project demo --wait 600",
    ),
    "remote silent, nothing published": (
        replace(EMPTY, basis=None, remote=SILENT, files=()),
        Condition.UNKNOWN,
        "tagward verify 1.4.0 --wait 600",
    ),
    "remote silent, published": (
        replace(SOUND, remote=SILENT),
        Condition.UNKNOWN,
        "tagward verify 1.4.0 --receipt judged/receipt.json --wait 600",
    ),
    "pip could not": (
        replace(SOUND, trial=replace(WORKS, trouble="Connection refused")),
        Condition.UNKNOWN,
        "tagward verify 1.4.0 --receipt judged/receipt.json --wait 600",
    ),
}


@pytest.mark.parametrize(("standing", "condition", "command"), CASES.values(), ids=CASES)
def test_every_standing_has_its_condition_and_one_command(
    standing: Standing, condition: Condition, command: str
) -> None:
    step = next_step(standing)

    assert (step.condition, step.command) == (condition, command)
    assert step.sentence


def test_every_condition_is_reached_and_documented() -> None:
    reached = {condition for _, condition, _ in CASES.values()}

    assert reached == set(Condition)
    assert all(f"| {condition} |" in (module.__doc__ or "") for condition in Condition)


@pytest.mark.parametrize(
    ("condition", "status"),
    [
        (condition, {"published": 0, "unknown": 3, "published-uncompared": 3}.get(condition, 1))
        for condition in Condition
    ],
)
def test_only_published_and_sound_is_success(condition: Condition, status: int) -> None:
    assert condition.exit_code == status


def _every() -> list[Standing]:
    tags = (HERE, ELSEWHERE, ABSENT, SILENT, UNASKED)
    shelves: list[tuple[FileSeen, ...]] = [(), (SDIST, WHEEL), (SDIST, LACKING), EMPTY.files]
    shelves += [(SDIST, _file("x", match)) for match in (Match.REBUILT, Match.DIFFERENT, Match.UNJUDGED)]
    shelves += [(_file("x", Match.UNCOMPARED),), (_file("x", Match.SAME, ""), WHEEL)]
    trials = (None, WORKS, replace(WORKS, failure="broken"), replace(WORKS, trouble="silent"))
    everything = itertools.product(
        tags, tags, shelves, trials, (None, BASIS, KEPT), ("", "no answer"), (None, 1.0, 15.0 * DAY)
    )
    return [
        Standing(
            "demo",
            "1.4.0",
            "v1.4.0",
            "PyPI",
            local=local,
            remote=remote,
            files=files,
            trial=trial,
            basis=basis,
            silence=silence,
            age=age,
        )
        for local, remote, files, trial, basis, silence, age in everything
    ]


def test_whatever_could_not_be_looked_at_is_never_called_good() -> None:
    for standing in _every():
        if next_step(standing).condition is not Condition.PUBLISHED:
            continue
        assert not standing.silence
        assert standing.basis
        assert standing.remote.answer is not Answer.SILENT
        assert {file.match for file in standing.files} <= {Match.SAME, Match.REBUILT}
        assert standing.published
        assert not any(file.shelved and file.shelved.yanked is not None for file in standing.files)
        assert standing.trial is None or not (standing.trial.failure or standing.trial.trouble)
        assert len({seen.oid for seen in (standing.local, standing.remote) if seen.oid} | {standing.basis.oid}) == 1
        assert standing.remote.answer is not Answer.ABSENT


def test_no_command_destroys_or_forces_anything() -> None:
    commands = {next_step(standing).command for standing in _every()}

    words = {word for command in commands for word in command.split()}
    assert not {word for word in words if word in {"-f", "--force", "-d", "-D", "--delete", "yank", "--skip-existing"}}
    assert len(commands) > 10


def test_bytes_of_unknown_origin_are_not_run() -> None:
    for standing in _every():
        if fit_to_install(standing):
            assert {file.match for file in standing.files} <= {Match.SAME, Match.REBUILT, Match.UNCOMPARED}
            assert standing.published
            assert all(file.shelved is None or file.shelved.yanked is None for file in standing.files)


@pytest.mark.parametrize(
    ("standing", "waits"),
    [
        pytest.param(SOUND, False, id="all is there"),
        pytest.param(EMPTY, True, id="nothing is there yet"),
        pytest.param(replace(EMPTY, files=()), True, id="nothing is there, and nobody knows what should be"),
        pytest.param(HALF, True, id="half of it is there"),
        pytest.param(replace(EMPTY, files=(), silence="down"), True, id="the index is down"),
        pytest.param(replace(SOUND, trial=replace(WORKS, trouble="down")), True, id="pip found nothing"),
        pytest.param(replace(SOUND, trial=replace(WORKS, failure="broken")), False, id="it is broken"),
        pytest.param(replace(HALF, files=(_file("x", Match.DIFFERENT), LACKING)), False, id="it is another"),
    ],
)
def test_it_is_worth_waiting_for_what_may_change(standing: Standing, waits: bool) -> None:
    assert worth_waiting(standing) == waits


@pytest.mark.parametrize(
    ("version", "following"),
    [
        ("1.4.0", "1.4.1"),
        ("1.4", "1.4.1"),
        ("2", "2.0.1"),
        ("2024.10.31.2", "2024.10.31.3"),
        ("1.4.0rc1", "1.4.0rc2"),
        ("1.4.0a9", "1.4.0a10"),
        ("1.4.0.dev3", "1.4.0.dev4"),
        ("1.4.0.post1", "1.4.1"),
        ("1!2.0.0", "1!2.0.1"),
    ],
)
def test_the_version_to_bump_to_is_the_next_of_its_kind(version: str, following: str) -> None:
    step = next_step(replace(SOUND, version=version, files=(_file("x", Match.DIFFERENT),)))

    assert step.command == f"tagward bump {following}"


def test_names_from_outside_are_quoted_in_commands() -> None:
    standing = replace(EMPTY, tag="v1.4.0;touch evil", words=("--index", "https://host/a b/"), remote=ABSENT)

    assert next_step(standing).command == "git push origin 'refs/tags/v1.4.0;touch evil'"
    assert "'https://host/a b/'" in next_step(_in_a_job(standing)).command


@pytest.mark.parametrize(("age", "left"), [(0.01, 13), (3, 10), (12.9, 0)])
def test_it_says_how_long_a_half_release_can_be_completed(age: float, left: int) -> None:
    step: NextStep = next_step(replace(HALF, age=age * DAY))

    assert f"; {left} days are left" in step.notes[0]


def test_the_options_that_chose_the_index_are_said_again() -> None:
    step = next_step(replace(HALF, words=("--index", "testpypi")))

    assert step.command.endswith("--receipt judged/receipt.json --index testpypi")
