"""X: the wheel in a fresh environment."""

from __future__ import annotations

from dataclasses import replace

from paper import IMPORTED, INSTALLATION

from tagward.checks import installation as x
from tagward.model.findings import Status
from tagward.model.installation import Loaded
from tagward.model.places import Place

BROKEN = Loaded("acme_demo", "No module named 'attr'", "attr", Place("src/acme_demo/model.py", 3, 1, 11, "import attr"))
NOT_INSTALLED = replace(INSTALLATION, failure="no matching distribution", imports=(), version="")


def test_X_has_nothing_against_a_good_installation() -> None:
    assert {check(INSTALLATION).status for check in x.CHECKS} == {Status.PASSED}


def test_X001_says_why_it_does_not_install_and_the_others_have_no_word() -> None:
    results = {check.info.code: check(NOT_INSTALLED).status for check in x.CHECKS}

    assert results.pop("X001") is Status.FAILED
    assert set(results.values()) == {Status.SKIPPED}


def test_X002_names_the_importing_line_and_what_is_missing() -> None:
    finding = x.import_failed(replace(INSTALLATION, imports=(BROKEN,))).findings[0]

    assert finding.message == "`import acme_demo` fails in a fresh environment: No module named 'attr'"
    assert str(finding.place) == "src/acme_demo/model.py:3:1"
    assert finding.label == 'no dependency of the project brings "attr"'


def test_X002_refuses_a_wheel_without_anything_to_import() -> None:
    assert x.import_failed(replace(INSTALLATION, imports=())).status is Status.FAILED


def test_X003_warns_of_what_stands_beside_the_import_package() -> None:
    beside = replace(INSTALLATION, imports=(IMPORTED, replace(BROKEN, name="plugin", required=False)))

    assert x.side_import_failed(beside).status is Status.WARNED
    assert x.import_failed(beside).status is Status.PASSED


def test_X004_refuses_a_script_that_does_not_start() -> None:
    broken = replace(INSTALLATION, scripts=(Loaded("demo", "module 'demo' has no attribute 'main'"),))

    assert x.script_broken(broken).status is Status.FAILED
    assert x.script_wants_extra(broken).status is Status.PASSED


def test_X004_says_what_is_missing_and_how_to_get_it() -> None:
    wanting = Loaded(
        "demo", "No module named 'click'", "click", Place("src/acme_demo/cli.py", 1, 1, 12, "import click")
    )

    (finding,) = x.script_broken(replace(INSTALLATION, scripts=(wanting,))).findings

    assert finding.label == 'no dependency of the project brings "click"'
    assert finding.fixes == ("declare what it imports, or ship what is missing",)


def test_X005_refuses_an_import_from_somewhere_else() -> None:
    shadowed = replace(INSTALLATION, imports=(replace(IMPORTED, outside="lib/acme_demo.py"),))

    assert x.imported_from_elsewhere(shadowed).status is Status.FAILED


def test_X006_refuses_another_version_from_the_metadata_or_the_module() -> None:
    for wrong in (replace(INSTALLATION, version="1.3.0"), replace(INSTALLATION, version="")):
        assert x.installed_version_mismatch(wrong).status is Status.FAILED
    stale = replace(INSTALLATION, imports=(replace(IMPORTED, module_version="1.3.0"),))

    assert x.installed_version_mismatch(stale).status is Status.FAILED


def test_X006_does_not_judge_a_word_that_is_no_version() -> None:
    unknown = replace(INSTALLATION, imports=(replace(IMPORTED, module_version="unknown"),))

    assert x.installed_version_mismatch(unknown).status is Status.PASSED


def test_X007_warns_of_a_script_that_wants_an_extra() -> None:
    wanting = replace(INSTALLATION, scripts=(Loaded("demo", "No module named 'rich'", "rich", with_extra=("cli",)),))

    assert x.script_wants_extra(wanting).status is Status.WARNED
    assert x.script_broken(wanting).status is Status.PASSED


def test_X008_refuses_a_command_that_fails() -> None:
    failing = replace(INSTALLATION, commands=(Loaded("demo --version", "exit 1"),))

    assert x.command_failed(failing).status is Status.FAILED
    assert x.command_failed(replace(INSTALLATION, commands=(Loaded("demo --version"),))).status is Status.PASSED
