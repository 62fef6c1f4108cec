"""B and U: what was built, and what twine says of it."""

from __future__ import annotations

from dataclasses import replace

from paper import DISTRIBUTIONS, SDIST, WHEEL

from tagward.checks import build, upload
from tagward.model.distributions import BuildFailure, Rendering
from tagward.model.findings import Status

FAILED = replace(
    DISTRIBUTIONS,
    files=(),
    twine=(),
    failure=BuildFailure("file does not exist: src/nope.py", excerpt=("OSError: …",), above=24, notes=("look",)),
)


def test_B001_gives_the_reason_first_and_folds_the_log() -> None:
    finding = build.build_failed(FAILED).findings[0]

    assert finding.message == "the sdist of v1.4.0 does not build: file does not exist: src/nope.py"
    assert finding.excerpt == ("[24 lines above in the log]", "OSError: …")
    assert finding.notes == ("look",)


def test_B001_passes_a_build() -> None:
    assert build.build_failed(DISTRIBUTIONS).status is Status.PASSED


def test_B002_wants_one_sdist_and_a_wheel() -> None:
    missing = [(SDIST,), (WHEEL,), (SDIST, SDIST, WHEEL), ()]

    assert {build.distribution_missing(replace(DISTRIBUTIONS, files=one)).status for one in missing} == {Status.FAILED}
    assert build.distribution_missing(DISTRIBUTIONS).status is Status.PASSED
    assert build.distribution_missing(FAILED).status is Status.SKIPPED


def test_B003_refuses_what_cannot_be_read() -> None:
    torn = replace(DISTRIBUTIONS, files=(SDIST, replace(WHEEL, fault="File is not a zip file")))

    assert build.distribution_unreadable(torn).status is Status.FAILED
    assert build.distribution_unreadable(DISTRIBUTIONS).status is Status.PASSED
    assert build.distribution_unreadable(FAILED).status is Status.SKIPPED


def test_U001_says_one_cause_once_for_both_files() -> None:
    errors = ("`long_description` has syntax errors", "line 1: Warning")
    refused = replace(DISTRIBUTIONS, twine=(Rendering(SDIST.file, errors), Rendering(WHEEL.file, errors)))

    findings = upload.metadata_refused(refused).findings

    assert len(findings) == 1
    assert findings[0].excerpt == ("line 1: Warning",)


def test_U001_does_not_pass_a_file_that_twine_did_not_see() -> None:
    unseen = replace(DISTRIBUTIONS, twine=(Rendering(SDIST.file),))

    assert upload.metadata_refused(unseen).status is Status.FAILED
    assert upload.metadata_refused(DISTRIBUTIONS).status is Status.PASSED
    assert upload.metadata_refused(FAILED).status is Status.SKIPPED


def test_U002_warns_and_fails_where_the_project_is_strict() -> None:
    warned = replace(DISTRIBUTIONS, twine=(Rendering(SDIST.file, warnings=("no description",)), Rendering(WHEEL.file)))

    assert upload.metadata_warned(warned).status is Status.WARNED
    assert upload.metadata_warned(warned, strict=True).status is Status.FAILED
    assert upload.metadata_warned(DISTRIBUTIONS).status is Status.PASSED
    assert upload.metadata_warned(FAILED).status is Status.SKIPPED
