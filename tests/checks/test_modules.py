"""X009 and on: each check fails once and passes once."""

from __future__ import annotations

from dataclasses import replace

import pytest
from paper import DISTRIBUTIONS, INSTALLATION, SDIST, WHEEL

from tagward.checks import _modules as x
from tagward.model.findings import Status
from tagward.model.installation import Borrowed, Installation, Loaded, Misfit, Study
from tagward.model.places import Place

HERE = Place("src/acme_demo/a.py", 3, 1, 10, "import yaml")
YOUNG = Misfit("Pattern matching", "3.10", HERE, certain=True, syntax=True)


def _with_modules(*modules: Loaded, **changes: object) -> Installation:
    return replace(INSTALLATION, modules=modules, **changes)  # type: ignore[arg-type]  # fields of it


def _wants(missing: str, name: str = "acme_demo.a") -> Loaded:
    return Loaded(name, f"No module named '{missing}'", missing, HERE)


def _with_study(**changes: object) -> Installation:
    study = replace(Study(lowest="3.9"), **changes)  # type: ignore[arg-type]  # fields of it
    return replace(INSTALLATION, study=study)


def test_nothing_is_said_of_a_good_installation_or_of_none() -> None:
    none = replace(INSTALLATION, failure="no matching distribution")

    assert {check(INSTALLATION).status for check in x.CHECKS} == {Status.PASSED}
    assert {check(none).status for check in x.CHECKS} == {Status.SKIPPED}


def test_X009_warns_of_a_wheel_without_a_module_of_its_own_and_X019_refuses_where_the_developer_has_it() -> None:
    found = _with_modules(_wants("acme_demo.gone"))
    here = _with_modules(replace(_wants("acme_demo.gone"), notes=("it is on your disk",)))

    assert (x.own_module_missing(found).status, x.own_module_not_committed(found).status) == (
        Status.WARNED,
        Status.PASSED,
    )
    assert (x.own_module_missing(here).status, x.own_module_not_committed(here).status) == (
        Status.PASSED,
        Status.FAILED,
    )
    assert x.module_import_failed(found).status is Status.PASSED


@pytest.mark.parametrize("missing", ["yaml", "acme_demo_other", "acme"])
def test_X009_does_not_speak_of_other_distributions(missing: str) -> None:
    assert x.own_module_missing(_with_modules(_wants(missing))).status is Status.PASSED


def test_X009_does_not_refuse_a_wheel_for_one_platform_or_a_sibling_in_a_namespace() -> None:
    built = replace(WHEEL, path=WHEEL.path.with_name("acme_demo-1.4.0-cp311-cp311-win_amd64.whl"))
    shared = replace(WHEEL, members=("acme_demo/a.py",))

    for wheel in (built, shared):
        distributions = replace(DISTRIBUTIONS, files=(SDIST, wheel))
        found = replace(_with_modules(_wants("acme_demo.gone")), distributions=distributions)
        assert x.own_module_missing(found).status is Status.PASSED
        assert x.module_import_failed(found).status is Status.WARNED


def test_X010_tells_one_reason_once() -> None:
    modules = [_wants("a_host.api", f"acme_demo.{name}") for name in "abcde"]

    (finding,) = x.module_import_failed(_with_modules(*modules)).findings

    assert finding.message == (
        "import of acme_demo.a, acme_demo.b, acme_demo.c and 2 more wants a_host.api, which nothing required brings"
    )


@pytest.mark.parametrize(
    ("missing", "required"),
    [
        ("yaml", 'PyYAML>=6; extra == "yaml"'),
        ("rich.text", 'rich; extra == "cli"'),
        ("PIL", 'pillow; extra == "images"'),
        ("google.cloud", 'google-cloud; extra == "cloud"'),
        ("colorama", 'colorama; sys_platform == "win32"'),
        ("winreg", ""),
    ],
)
def test_X010_does_not_speak_of_declared_extras_and_other_platforms(missing: str, required: str) -> None:
    assert x.module_import_failed(_with_modules(_wants(missing), requires=(required,))).status is Status.PASSED


def test_X010_passes_over_a_line_that_requires_nothing() -> None:
    requires = ("; odd", 'rich; extra == "cli"')

    assert x.module_import_failed(_with_modules(_wants("rich"), requires=requires)).status is Status.PASSED
    assert x.module_import_failed(_with_modules(_wants("odd"), requires=requires)).status is Status.WARNED


def test_X010_lets_a_module_say_itself_what_it_wants() -> None:
    polite = Loaded("acme_demo.a", "ImportError: acme_demo.a needs PyYAML: pip install acme-demo[yaml]")
    host = Loaded("acme_demo.b", "django.core.exceptions.ImproperlyConfigured: no settings")
    bug = Loaded("acme_demo.c", "AttributeError: 'NoneType' object has no attribute 'x'")
    requires = ('PyYAML; extra == "yaml"',)

    assert x.module_import_failed(_with_modules(polite, host, requires=requires)).status is Status.PASSED
    assert x.module_import_failed(_with_modules(polite)).status is Status.WARNED
    assert x.module_import_failed(_with_modules(bug, requires=requires)).status is Status.WARNED


def test_X010_counts_what_it_does_not_show() -> None:
    modules = [_wants(f"host{number}", f"acme_demo.m{number}") for number in range(8)]

    findings = x.module_import_failed(_with_modules(*modules)).findings

    assert len(findings) == x.MAX_TOLD + 1
    assert findings[-1].message == "3 more reasons keep public modules from being imported"


def test_X011_warns_of_a_script_that_does_not_answer() -> None:
    silent = Loaded("acme", "--help: exit 1, --version: exit 1", notes=("Traceback",))
    polite = replace(silent, notes=("pip install 'acme-demo[cli]'",))
    distributions = replace(DISTRIBUTIONS, files=(SDIST, replace(WHEEL, extras=("cli",))))

    assert x.script_silent(replace(INSTALLATION, answers=(silent,))).status is Status.WARNED
    assert x.script_silent(replace(INSTALLATION, answers=(Loaded("acme"),))).status is Status.PASSED
    found = replace(INSTALLATION, answers=(polite,), distributions=distributions)
    assert x.script_silent(found).status is Status.PASSED


def test_X012_refuses_requirements_that_are_not_met() -> None:
    assert x.requirements_conflict(replace(INSTALLATION, conflicts=("a requires b",))).status is Status.FAILED


def test_X013_warns_of_an_extra_that_is_not_there() -> None:
    assert x.extra_absent(replace(INSTALLATION, absent_extras=("a[b]: no",))).status is Status.WARNED


def test_X014_warns_of_what_is_there_by_luck_and_names_the_requirement() -> None:
    (finding,) = x.dependency_borrowed(_with_study(borrowed=(Borrowed("yaml", ("pyyaml",), HERE),))).findings

    assert finding.place == HERE
    assert finding.fixes == ('dependencies = ["pyyaml"]',)


def test_X015_refuses_syntax_that_every_import_meets_and_X016_warns_of_the_rest() -> None:
    certain = _with_study(misfits=(YOUNG,))
    possible = _with_study(misfits=(replace(YOUNG, certain=False),))
    library = _with_study(misfits=(replace(YOUNG, what="tomllib", syntax=False),))

    assert [x.syntax_too_new(one).status for one in (certain, possible, library)] == [
        Status.FAILED,
        Status.PASSED,
        Status.PASSED,
    ]
    assert [x.python_too_old(one).status for one in (certain, possible, library)] == [
        Status.PASSED,
        Status.WARNED,
        Status.WARNED,
    ]


def test_X016_tells_young_from_lost_and_one_cause_once() -> None:
    lost = Misfit("distutils", "3.12", HERE, gone=True)
    young = Misfit("tomllib", "3.11", HERE)

    findings = x.python_too_old(_with_study(misfits=(lost, young, young))).findings

    assert [finding.message for finding in findings] == [
        "distutils is not there since Python 3.12, but Requires-Python allows 3.12",
        "tomllib is there since Python 3.11 only, but Requires-Python allows 3.9",
    ]
    assert findings[1].notes == ("also src/acme_demo/a.py:3:1",)


def test_X017_warns_of_an_import_that_reaches_out() -> None:
    effects = tuple(Loaded(f"acme_demo.m{number}", "writes into the current folder: x") for number in range(7))

    findings = x.import_reaches_out(replace(INSTALLATION, effects=effects)).findings

    assert findings[0].message == "`import acme_demo.m0` writes into the current folder: x"
    assert findings[-1].message == "2 more imports do such things"


def test_X018_warns_of_what_was_not_tried() -> None:
    found = replace(_with_study(untried="not read"), untried=("not imported",))

    assert [one.message for one in x.not_everything_tried(found).findings] == ["not imported", "not read"]
