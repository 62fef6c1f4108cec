"""U003 to U020: what PyPI's rules say becomes findings, each cause once, under the check of its rule."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from paper import CANDIDATE, DISTRIBUTIONS, SDIST, WHEEL, WORKSPACE

from tagward.acceptance.rules import RULES, refusal
from tagward.checks import build, checks_of, find, upload, upload_rules
from tagward.model.artifact import Refusal, RefusalKind
from tagward.model.config import Config
from tagward.model.distributions import Distributions, Rendering
from tagward.model.findings import Status
from tagward.model.places import Place

if TYPE_CHECKING:
    from tagward.checks._check import Check

CODES = [check.info.code for check in upload_rules.CHECKS]
BY_CODE = {rule.code: rule.id for rule in reversed(RULES.values())}
OTHERS = {"B003", "M101", "V101"}


def refused(*refusals: Refusal, of: tuple[Refusal, ...] | None = None) -> Distributions:
    """A release whose wheel, and perhaps sdist, breaks rules."""
    sdist = replace(SDIST, refusals=refusals if of is None else of)
    return replace(DISTRIBUTIONS, files=(sdist, replace(WHEEL, refusals=refusals)))


ALL = (
    upload_rules.file_name_refused,
    upload_rules.core_metadata_refused,
    upload_rules.classifier_refused,
    upload_rules.licence_refused,
    upload_rules.description_refused,
    upload_rules.address_refused,
    upload_rules.dependency_refused,
    upload_rules.file_too_large,
    upload_rules.archive_refused,
    upload_rules.zip_framing_refused,
    upload_rules.sdist_archive_refused,
    upload_rules.source_encrypted,
    upload_rules.wheel_file_missing,
    upload_rules.record_refused,
    upload_rules.entry_points_refused,
    upload_rules.platform_refused,
    upload_rules.refused_by_newer_rules,
)


@pytest.mark.parametrize("ask", ALL, ids=lambda check: check.info.code)
def test_every_check_tells_the_refusals_of_its_rules(ask: Check[Distributions]) -> None:
    rule = BY_CODE[ask.info.code]
    found = ask(refused(refusal(rule, detail="it is", value="x", field="Field", file="f", said="s")))

    assert found.status is (Status.WARNED if ask.info.warns else Status.FAILED)
    assert len(found.findings) == 1
    assert any(rule in note for note in found.findings[0].notes)
    assert ask(DISTRIBUTIONS).status is Status.PASSED
    assert ask(replace(DISTRIBUTIONS, files=())).status is Status.SKIPPED


def test_every_rule_has_a_check_that_is_there() -> None:
    codes = {check.info.code for check in checks_of("Distributions")}

    assert {rule.code for rule in RULES.values()} <= codes
    assert set(CODES) | OTHERS >= {rule.code for rule in RULES.values()}


def test_U003_to_U019_do_not_pass_a_file_that_nobody_judged() -> None:
    unasked = replace(DISTRIBUTIONS, files=(SDIST, replace(WHEEL, refusals=None)))

    for ask in ALL:
        result = ask(unasked)
        assert result.status is Status.BROKE
        assert WHEEL.file in result.reason


def test_U007_breaks_where_its_rules_could_not_be_asked() -> None:
    broke = Refusal("", "U007", RefusalKind.BROKE, "the description was not rendered")

    assert upload_rules.description_refused(refused(broke)).status is Status.BROKE
    assert upload_rules.core_metadata_refused(refused(broke)).status is Status.PASSED


def test_U005_says_pypis_sentence_the_rule_the_place_and_which_comes_first() -> None:
    place = Place("pyproject.toml", 9, 4, 5, '  "My :: Own",')
    one = replace(
        refusal("U-META-CLASSIFIER", field="Classifier", value="My :: Own", fix='"Typing :: Typed"'), place=place
    )
    late = refusal("U-ZIP-TRAILING", detail="1 byte off the end")

    (finding,) = upload_rules.classifier_refused(refused(one, late)).findings

    assert finding.message == f"PyPI refuses {SDIST.file} and {WHEEL.file}: 'My :: Own' is not a valid classifier"
    assert finding.place == place
    assert finding.fixes == ('"Typing :: Typed"',)
    assert finding.notes == (
        "PyPI would show this one first, and only this one",
        "U-META-CLASSIFIER (PyPI's rules as of 2026-08-21)",
    )


def test_U012_says_since_when_and_what_is_hidden_behind() -> None:
    one = refusal("U-META-LOCAL-VERSION", field="Version", value="1.0+x")
    late = refusal("U-ZIP-SIZE", said="Mis-matched file size", detail="1 here, 2 there", member="a.py")

    (finding,) = upload_rules.zip_framing_refused(refused(one, late, of=(one,))).findings

    assert finding.message.startswith(f"PyPI refuses {WHEEL.file}: Invalid distribution file. ZIP archive not accepted")
    assert finding.notes == (
        "1 here, 2 there",
        "in a.py",
        "U-ZIP-SIZE, since 2026-04-06 (PyPI's rules as of 2026-08-21)",
    )


@pytest.mark.parametrize(
    ("rule", "code", "beginning"),
    [
        ("U-DESC-CRASH", "U007", f"PyPI would answer {WHEEL.file} with 500 Internal Server Error"),
        ("U-WHEEL-RECORD-SET", "U016", f"PyPI takes {WHEEL.file} and sends an e-mail"),
        ("O-UNREAD", "U011", f"{WHEEL.file}: Bad CRC; PyPI takes it, and installers fail on it"),
        ("O-META-NEWER", "U019", f"{WHEEL.file}: PyPI takes it today"),
    ],
)
def test_what_pypi_does_not_refuse_is_not_called_refused(rule: str, code: str, beginning: str) -> None:
    (finding,) = find(code)(refused(refusal(rule, detail="Bad CRC"), of=())).findings

    assert finding.message.startswith(beginning)


def test_U020_same_bytes_twice() -> None:
    twice = replace(DISTRIBUTIONS, files=(SDIST, replace(WHEEL, sha256=SDIST.sha256)))

    assert upload_rules.same_bytes_twice(twice).findings[0].message == f"PyPI refuses {WHEEL.file}: File already exists"
    assert upload_rules.same_bytes_twice(DISTRIBUTIONS).status is Status.PASSED


def test_B003_quotes_pypi_and_the_other_checks_are_silent() -> None:
    torn = replace(WHEEL, fault="File is not a zip file", refusals=(refusal("U-ARCH-NOT-ZIP"), refusal("U-ARCH-CRASH")))
    release = replace(DISTRIBUTIONS, files=(SDIST, torn))

    (finding,) = build.distribution_unreadable(release).findings

    assert finding.notes[0] == (
        "PyPI would say: Invalid distribution file. File is not a zipfile (U-ARCH-NOT-ZIP, as of 2026-08-21)"
    )
    assert upload_rules.archive_refused(release).status is Status.PASSED


INVALID = "InvalidDistribution: Invalid distribution metadata:"
EXPLAINED = [
    (f"{INVALID} 'a b' is invalid for 'requires-dist'", "U-META-REQUIRES-DIST"),
    (f"{INVALID} unrecognized or malformed field 'summary'", "U-META-REPEATED"),
    (f"{INVALID} license-expression introduced in metadata version 2.4, not 2.1", "U-META-FIELD-AGE"),
    ("`long_description` has syntax errors in markup and would not be rendered on PyPI.", "U-DESC-RST"),
    ("InvalidDistribution: Too many top-level members in sdist archive: x", "U-TAR-TOP"),
    ("RecursionError: maximum recursion depth exceeded (twine itself died of it)", "U-DESC-CRASH"),
]
FIELDS = {
    "U-META-REQUIRES-DIST": "Requires-Dist",
    "U-META-REPEATED": "Summary",
    "U-META-FIELD-AGE": "License-Expression",
}


@pytest.mark.parametrize(("error", "rule"), EXPLAINED)
def test_U001_does_not_say_again_what_a_rule_says(error: str, rule: str) -> None:
    one = refusal(rule, field=FIELDS.get(rule, ""), said=error.rpartition(": ")[2])
    told = (Rendering(SDIST.file, (error,)), Rendering(WHEEL.file, (error, "line 1: more")))

    assert upload.metadata_refused(replace(refused(one), twine=told)).status is Status.PASSED
    assert upload.metadata_refused(replace(DISTRIBUTIONS, twine=told)).status is Status.FAILED


def test_U001_says_what_no_rule_says() -> None:
    error = (
        "InvalidDistribution: Invalid distribution metadata: 'a b' is invalid for 'requires-dist'; "
        "unrecognized or malformed field 'home-made'"
    )
    one = refusal("U-META-REQUIRES-DIST", field="Requires-Dist", said="'a b' is invalid for 'requires-dist'")
    release = replace(refused(one), twine=(Rendering(SDIST.file, (error,)), Rendering(WHEEL.file)))

    (finding,) = upload.metadata_refused(release).findings

    assert finding.message.endswith("Invalid distribution metadata: unrecognized or malformed field 'home-made'")


def test_U001_speaks_where_the_check_that_would_is_ignored() -> None:
    config = Config(ignore={"U007": "we know"})
    workspace = replace(WORKSPACE, candidate=replace(CANDIDATE, config=config))
    error = "`long_description` has syntax errors in markup and would not be rendered on PyPI."
    told = (Rendering(SDIST.file, (error,)), Rendering(WHEEL.file, (error,)))
    release = replace(refused(refusal("U-DESC-RST", field="Description")), twine=told, workspace=workspace)

    assert upload.metadata_refused(release).status is Status.FAILED


def test_U002_is_silent_on_the_type_where_the_missing_type_is_refused() -> None:
    warning = "`long_description_content_type` missing. defaulting to `text/x-rst`."
    told = (Rendering(SDIST.file, warnings=(warning,)), Rendering(WHEEL.file, warnings=(warning,)))

    assert upload.metadata_warned(replace(refused(refusal("U-DESC-DEFAULT")), twine=told)).status is Status.PASSED
    assert upload.metadata_warned(replace(DISTRIBUTIONS, twine=told)).status is Status.WARNED


def test_U002_does_not_speak_of_the_type_of_a_description_that_is_not_there() -> None:
    empty = "`long_description` missing."
    said = ("`long_description_content_type` missing. defaulting to `text/x-rst`.", empty)
    told = tuple(Rendering(file.file, warnings=said) for file in (SDIST, WHEEL))
    (finding,) = upload.metadata_warned(replace(DISTRIBUTIONS, twine=told)).findings

    assert finding.message == f"twine check: {empty}"
