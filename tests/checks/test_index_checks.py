"""I: what the index says decides, and what it does not say decides nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from packaging.version import Version
from paper import CANDIDATE, DISTRIBUTIONS, INDEX, SDIST, WHEEL, WORKSPACE

from tagward.checks import find
from tagward.model.findings import Result, Status
from tagward.model.index_state import DAY, Answer, IndexState
from tagward.model.names import alike, lookalikes
from tagward.model.publication import Shelved

if TYPE_CHECKING:
    from tagward.model.distributions import Distributions
    from tagward.model.workspace import Workspace

NOW = 1_795_000_000.0
BUILT = ["I101", "I102"]
STATIC = ["I001", "I002", "I003", "I004", "I005"]
STATE = replace(INDEX, now=NOW, committed=NOW - DAY)
NEW = replace(STATE, answer=Answer.ABSENT, versions=())


def shelved(file: str, sha256: str = "f" * 64, days: float | None = 1.0) -> Shelved:
    """A file that came so many days ago."""
    return Shelved(file, sha256, 1, None if days is None else NOW - days * DAY, None, "")


def workspace(state: IndexState | None, *others: str, version: str = "1.4.0") -> Workspace:
    """A workspace for which the index said this."""
    versions = tuple(Version(one) for one in others)
    return replace(WORKSPACE, index=state, candidate=replace(CANDIDATE, version=Version(version), others=versions))


def distributions(state: IndexState | None) -> Distributions:
    """Distributions for which the index said this."""
    return replace(DISTRIBUTIONS, index=state)


def ask(code: str, state: IndexState | None, *others: str, version: str = "1.4.0") -> Result:
    """Ask one check."""
    subject = distributions(state) if code in BUILT else workspace(state, *others, version=version)
    return find(code)(subject)


@pytest.mark.parametrize("code", [*STATIC, *BUILT])
@pytest.mark.parametrize("answer", [Answer.SILENT, Answer.UNASKED])
def test_what_was_not_asked_is_skipped_with_its_reason(code: str, answer: Answer) -> None:
    result = ask(code, replace(STATE, answer=answer, reason="PyPI did not answer"))

    assert (result.status, result.reason) == (Status.SKIPPED, "PyPI did not answer")
    assert ask(code, None).status is Status.SKIPPED


@pytest.mark.parametrize("code", ["I001", "I002", "I003"])
def test_a_free_version_of_a_known_project_passes(code: str) -> None:
    assert ask(code, STATE).status is Status.PASSED
    assert ask(code, NEW).status is Status.SKIPPED


def test_I001_a_bump_that_was_forgotten_is_refused_before_the_build() -> None:
    result = ask("I001", replace(STATE, files=(shelved(WHEEL.file, days=30),)))

    assert result.status is Status.FAILED
    assert result.check.essential
    assert result.findings[0].message == "1.4.0 is on PyPI already, with files that are older than this commit"
    assert result.findings[0].fixes == ("tagward bump 1.4.1",)


@pytest.mark.parametrize("days", [0.5, 1.5, None], ids=["later", "within a day", "nobody knows"])
def test_I001_files_that_this_commit_may_have_made_are_left_to_their_digests(days: float | None) -> None:
    """Half an upload is completed by running the workflow again, which passes here once more."""
    assert ask("I001", replace(STATE, files=(shelved(WHEEL.file, days=days),))).status is Status.PASSED
    unknown = replace(STATE, files=(shelved(WHEEL.file, days=90),), committed=None)
    assert ask("I001", unknown).status is Status.PASSED


@pytest.mark.parametrize("status", ["archived", "quarantined"])
def test_I002_a_project_that_takes_no_release(status: str) -> None:
    result = ask("I002", replace(STATE, status=status, status_reason="moved to acme"))

    assert result.status is Status.FAILED
    assert result.findings[0].message == f"the project acme-demo is {status} on PyPI"
    assert result.findings[0].notes == ("PyPI says: moved to acme",)


@pytest.mark.parametrize("status", ["active", "deprecated", "something new"])
def test_I002_other_marks_do_not_close_a_project(status: str) -> None:
    assert ask("I002", replace(STATE, status=status)).status is Status.PASSED


@pytest.mark.parametrize(
    ("there", "tagged", "status"),
    [
        (["1.4.1"], [], Status.WARNED),
        (["1.4.1"], ["1.4.1"], Status.PASSED),  # T009 tells
        (["1.4.1rc1"], [], Status.PASSED),
        (["1.5.0"], [], Status.PASSED),
        (["2.0"], [], Status.PASSED),
        (["1!1.4.9"], [], Status.PASSED),
        (["1.3.0"], [], Status.PASSED),
    ],
)
def test_I003_the_version_goes_forward_in_its_line(there: list[str], tagged: list[str], status: Status) -> None:
    state = replace(STATE, versions=tuple(Version(one) for one in there))

    assert ask("I003", state, *tagged).status is status


def test_I004_a_name_that_had_releases_is_known() -> None:
    assert ask("I004", STATE, "1.3.0").status is Status.PASSED
    assert ask("I004", NEW).status is Status.PASSED
    assert ask("I004", NEW, "1.3.0rc1").status is Status.PASSED
    result = ask("I004", NEW, "1.2.0", "1.3.0")
    assert result.status is Status.WARNED
    assert result.findings[0].message == "PyPI knows no project acme-demo, but there are 2 earlier releases here"


def test_I005_a_new_name_is_one_that_the_index_registers() -> None:
    assert ask("I005", STATE).status is Status.SKIPPED
    assert ask("I005", NEW).status is Status.PASSED
    for name in ("asyncio", "imp", "dataclasses", "xml"):
        result = ask("I005", replace(NEW, project=name))
        assert result.status is Status.FAILED
        assert result.findings[0].message == f"{name} is a module of the standard library"
    similar = ask("I005", replace(NEW, lookalikes=("acmedemo",)))
    assert similar.findings[0].message == "acme-demo looks too much like the project acmedemo"
    assert similar.findings[0].why.startswith("PyPI answers: ")


def test_the_lookalikes_are_alike_and_none_is_the_name_itself() -> None:
    for name in ("acme-demo", "pillow", "tool1", "0oil", "a", "requests"):
        assert name not in lookalikes(name)
        assert {alike(one) for one in lookalikes(name)} <= {alike(name)}
        assert len(lookalikes(name)) <= 8
    assert "acmedemo" in lookalikes("Acme_Demo")
    assert "pi11ow" in lookalikes("pillow")


def test_I101_the_same_bytes_are_no_conflict_and_others_are() -> None:
    same = replace(STATE, files=(shelved(SDIST.file, SDIST.sha256), shelved(WHEEL.file, WHEEL.sha256)))
    other = replace(STATE, files=(shelved(SDIST.file, SDIST.sha256), shelved(WHEEL.file)))

    assert ask("I101", STATE).status is Status.SKIPPED
    assert ask("I101", same).status is Status.PASSED
    result = ask("I101", other)
    assert (result.status, result.check.essential) == (Status.FAILED, True)
    assert result.findings[0].message == f"PyPI has {WHEEL.file} already, with other bytes"


def test_I101_a_release_has_one_sdist() -> None:
    result = ask("I101", replace(STATE, files=(shelved("Acme-Demo-1.4.0.tar.gz"),)))

    assert [one.message for one in result.findings] == [
        "PyPI has the sdist Acme-Demo-1.4.0.tar.gz of this version already"
    ]
    assert ask("I101", replace(STATE, files=(shelved("acme_demo-1.4.0-py2-none-any.whl"),))).status is Status.PASSED


def test_I102_half_a_release_is_completed_within_14_days() -> None:
    def half(days: float) -> Status:
        return ask("I102", replace(STATE, files=(shelved(SDIST.file, SDIST.sha256, days),))).status

    assert (half(13.5), half(15)) == (Status.PASSED, Status.FAILED)
    whole = (shelved(SDIST.file, SDIST.sha256, 90), shelved(WHEEL.file, WHEEL.sha256, 90))
    assert ask("I102", replace(STATE, files=whole)).status is Status.PASSED


@pytest.mark.parametrize("code", BUILT)
def test_I1_has_no_word_where_nothing_was_built(code: str) -> None:
    assert find(code)(replace(distributions(STATE), files=())).reason == "nothing was built"
