"""V and M: what states the version, as written and as built."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from packaging.version import Version
from paper import CANDIDATE, DECLARED, DISTRIBUTIONS, LITERAL, SDIST, WHEEL, WORKSPACE

from tagward.checks import built as as_built
from tagward.checks import version
from tagward.model.findings import Status
from tagward.model.places import Fault, Place
from tagward.model.prediction import Prediction, TagAtCommit
from tagward.model.versions import Declaration, Role, VersionSource

if TYPE_CHECKING:
    from tagward.model.distributions import Distribution
    from tagward.model.workspace import Workspace


def _declaring(text: str, *others: Declaration) -> Workspace:
    return replace(WORKSPACE, source=VersionSource("hatchling", replace(DECLARED, text=text)), declarations=others)


def test_V001_says_both_versions_in_the_sentence_that_users_know() -> None:
    result = version.tag_version_mismatch(_declaring("1.3.0"))

    assert result.status is Status.FAILED
    assert result.findings[0].message == "Version mismatch: git tag (1.4.0) != pyproject.toml (1.3.0)"
    assert str(result.findings[0].place) == "pyproject.toml:7:12"


@pytest.mark.parametrize("text", ["1.4.0", "1.4", "1.4.0.0", "v1.4.0"])
def test_V001_passes_what_is_equal_under_pep_440(text: str) -> None:
    assert version.tag_version_mismatch(_declaring(text)).status is Status.PASSED


def test_V001_is_skipped_where_only_the_build_decides() -> None:
    result = version.tag_version_mismatch(
        replace(WORKSPACE, source=VersionSource("hatch-vcs", None, "from git's tags"))
    )

    assert (result.status, result.reason) == (Status.SKIPPED, "from git's tags")


def test_V001_names_the_module_that_agrees_with_the_forgotten_version() -> None:
    forgotten = _declaring("1.3.0", replace(LITERAL, text="1.3.0"))

    assert "__version__ is 1.3.0 too" in version.tag_version_mismatch(forgotten).findings[0].notes[0]
    assert version.module_version_mismatch(forgotten).status is Status.PASSED


def test_V001_does_not_say_what_would_be_built_where_the_project_has_no_name() -> None:
    (finding,) = version.tag_version_mismatch(replace(_declaring("1.3.0"), project="")).findings

    assert finding.why == ""


def test_V002_refuses_a_stale_literal() -> None:
    result = version.module_version_mismatch(_declaring("1.4.0", replace(LITERAL, text="1.3.0")))

    assert result.status is Status.FAILED
    assert result.findings[0].message == "__version__ is 1.3.0 but the tag says 1.4.0"


def test_V002_passes_a_true_literal_and_is_skipped_without_one() -> None:
    assert version.module_version_mismatch(WORKSPACE).status is Status.PASSED
    assert version.module_version_mismatch(_declaring("1.4.0")).status is Status.SKIPPED


def test_V002_does_not_ask_what_only_readers_of_the_repository_see() -> None:
    cited = replace(LITERAL, text="1.0", role=Role.READ)

    assert version.module_version_mismatch(_declaring("1.4.0", cited)).status is Status.SKIPPED


def test_V003_refuses_a_commit_without_a_project() -> None:
    assert version.version_missing(replace(WORKSPACE, source=VersionSource("", None))).status is Status.FAILED


@pytest.mark.parametrize("source", [VersionSource("hatchling", DECLARED), VersionSource("hatch-vcs", None, "tags")])
def test_V003_passes_a_version_and_a_backend_that_makes_one(source: VersionSource) -> None:
    assert version.version_missing(replace(WORKSPACE, source=source)).status is Status.PASSED


def test_V004_names_the_place_that_cannot_be_read() -> None:
    broken = replace(WORKSPACE, faults=(Fault(Place("pyproject.toml", 3, 1), "no TOML"),))

    assert version.project_unreadable(broken).findings[0].message == "pyproject.toml cannot be read: no TOML"
    assert version.project_unreadable(WORKSPACE).status is Status.PASSED


def test_V005_refuses_what_is_no_version_and_V001_leaves_the_word_to_it() -> None:
    odd = _declaring("1.4.zero")

    assert version.version_invalid(odd).status is Status.FAILED
    assert version.tag_version_mismatch(odd).status is Status.SKIPPED
    assert version.version_invalid(WORKSPACE).status is Status.PASSED


@pytest.mark.parametrize("changes", [{"version": "1.3.0"}, {"metadata_version": "1.3.0"}, {"metadata_version": ""}])
@pytest.mark.parametrize("file", [SDIST, WHEEL], ids=lambda file: file.kind)
def test_V101_refuses_another_version_in_any_name_or_metadata(file: Distribution, changes: dict[str, str]) -> None:
    others = tuple(one for one in DISTRIBUTIONS.files if one is not file)
    built = replace(DISTRIBUTIONS, files=(*others, replace(file, **changes)))  # type: ignore[arg-type]  # fields of it

    assert as_built.built_version_mismatch(built).status is Status.FAILED


def test_V101_passes_equal_spellings_and_skips_where_nothing_was_built() -> None:
    short = replace(DISTRIBUTIONS, files=(replace(SDIST, version="1.4"), WHEEL))

    assert as_built.built_version_mismatch(short).status is Status.PASSED
    assert as_built.built_version_mismatch(replace(DISTRIBUTIONS, files=())).status is Status.SKIPPED


def test_V101_asks_for_the_version_of_the_tag() -> None:
    other = replace(WORKSPACE, candidate=replace(CANDIDATE, version=Version("2.0")))

    assert as_built.built_version_mismatch(replace(DISTRIBUTIONS, workspace=other)).status is Status.FAILED


@pytest.mark.parametrize("changes", [{"name": "acme"}, {"project": "acme"}])
def test_M101_refuses_two_names(changes: dict[str, str]) -> None:
    built = replace(DISTRIBUTIONS, files=(SDIST, replace(WHEEL, **changes)))  # type: ignore[arg-type]  # fields of it

    assert as_built.built_name_mismatch(built).status is Status.FAILED


def test_M101_passes_spellings_of_one_name() -> None:
    built = replace(DISTRIBUTIONS, files=(SDIST, replace(WHEEL, name="Acme.Demo")))

    assert as_built.built_name_mismatch(built).status is Status.PASSED
    assert as_built.built_name_mismatch(replace(DISTRIBUTIONS, files=())).status is Status.SKIPPED


def test_V006_warns_of_what_readers_find_and_refuses_where_the_project_is_strict() -> None:
    cited = Declaration("version", "1.3.0", Place("CITATION.cff", 3, 10), Role.READ)

    assert version.version_left_behind(_declaring("1.4.0", cited)).status is Status.WARNED
    assert version.version_left_behind(_declaring("1.4.0", cited), strict=True).status is Status.FAILED
    assert version.version_left_behind(_declaring("1.4.0", replace(cited, text="1.4"))).status is Status.PASSED
    assert version.version_left_behind(WORKSPACE).status is Status.SKIPPED


def test_V007_names_the_tag_that_wins_and_the_remedy() -> None:
    wrong = Prediction("1.9.0", "v1.9.0", "two lightweight tags: the first by name wins", "git tag -d v1.9.0")

    finding = version.backend_reads_another_version(replace(WORKSPACE, prediction=wrong)).findings[0]

    assert finding.message == "the build would make 1.9.0 from the tag v1.9.0, but the tag says 1.4.0"
    assert finding.fixes == ("git tag -d v1.9.0",)


def test_V007_passes_the_right_tag_and_is_skipped_without_one() -> None:
    right = Prediction("1.4.0", "v1.4.0", "the only tag", "")

    assert version.backend_reads_another_version(replace(WORKSPACE, prediction=right)).status is Status.PASSED
    assert version.backend_reads_another_version(WORKSPACE).status is Status.SKIPPED


@pytest.mark.parametrize(("tagged", "declared"), [("1.4.0", "1.4"), ("1.4.0-rc.1", "1.4.0rc1"), ("01.04.00", "1.4.0")])
def test_V008_warns_of_another_spelling_and_names_the_file(tagged: str, declared: str) -> None:
    candidate = replace(CANDIDATE, version=Version(tagged), text=tagged)
    odd = replace(_declaring(declared), candidate=candidate)

    result = version.version_spelled_otherwise(odd)

    assert result.status is Status.WARNED
    assert f"acme_demo-{Version(declared)}.tar.gz" in result.findings[0].notes[0]


def test_V008_passes_the_spelling_of_the_index_and_leaves_a_mismatch_to_V001() -> None:
    assert version.version_spelled_otherwise(WORKSPACE).status is Status.PASSED
    assert version.version_spelled_otherwise(_declaring("1.3")).status is Status.SKIPPED


def test_V009_warns_of_a_side_file_that_cannot_be_read() -> None:
    faulty = replace(WORKSPACE, side_faults=(Fault(Place("package.json", 1), "it is no JSON"),))

    assert version.version_place_unreadable(faulty).status is Status.WARNED
    assert version.version_place_unreadable(WORKSPACE).status is Status.PASSED


def test_V102_reports_a_version_that_was_not_foreseen() -> None:
    missed = replace(WORKSPACE, prediction=Prediction("1.5.0", "v1.5.0", "", ""))
    right = replace(WORKSPACE, prediction=Prediction("1.4", "v1.4", "", ""))

    assert as_built.prediction_missed(replace(DISTRIBUTIONS, workspace=missed)).status is Status.WARNED
    assert as_built.prediction_missed(replace(DISTRIBUTIONS, workspace=right)).status is Status.PASSED
    assert as_built.prediction_missed(DISTRIBUTIONS).status is Status.SKIPPED


def test_V101_names_the_tag_on_the_same_commit_that_the_build_took() -> None:
    rival = replace(WORKSPACE, tags=(TagAtCommit("v1.4.0"), TagAtCommit("v1.3.0"), TagAtCommit("nightly")))
    built = replace(
        DISTRIBUTIONS, workspace=rival, files=tuple(replace(one, metadata_version="1.3.0") for one in (SDIST, WHEEL))
    )

    (finding,) = as_built.built_version_mismatch(built).findings

    assert "the tag v1.3.0 stands on the same commit, and the build took the version from it" in finding.notes
