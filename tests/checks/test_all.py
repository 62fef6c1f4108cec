"""Laws that hold for every check."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

import tagward.checks
from tagward.checks import FAMILIES, AnyCheck, Selection, checks_of, every, find, group_of
from tagward.checks._check import CODE, Skip, check
from tagward.cli.doctor import GROUPS as SETUP_GROUPS
from tagward.errors import ConfigError
from tagward.model.candidate import Stranger
from tagward.model.config import Config
from tagward.model.findings import Finding, Status
from tagward.model.record import GROUPS
from tagward.model.states import State, Subject

HERE = Path(__file__).parent
CHECKS = every()


def _code(one: AnyCheck) -> str:
    return one.info.code


def test_codes_and_names_are_unique_and_well_formed() -> None:
    codes, names = [one.info.code for one in CHECKS], [one.info.name for one in CHECKS]

    assert len(set(codes)) == len(codes)
    assert len(set(names)) == len(names)
    assert all(CODE.fullmatch(code) for code in codes)


@pytest.mark.parametrize("one", CHECKS, ids=_code)
def test_every_check_says_what_should_be_why_and_how_to_repair(one: AnyCheck) -> None:
    info = one.info

    assert info.title
    assert not info.title.endswith(".")
    assert info.why.endswith(".")
    assert info.fix
    assert info.fix[0].islower()
    assert group_of(info.code) in {*GROUPS, *SETUP_GROUPS}


@pytest.mark.parametrize("one", CHECKS, ids=_code)
def test_every_check_has_tests_of_its_own(one: AnyCheck) -> None:
    text = "".join(path.read_text() for path in HERE.glob("test_*.py"))
    function = one.ask.__name__

    if one.subject.__name__ == "Inspection":  # asked of a repository, with a fault that was planted in it
        assert f'"{one.info.code}"' in (HERE.parent / "git" / "test_doctor.py").read_text()
        return
    assert len(re.findall(rf"\b{function}\b", text)) >= 1 or f"test_{one.info.code}_" in text


@pytest.mark.parametrize("subject", FAMILIES)
def test_every_check_stands_in_the_family_of_its_subject(subject: str) -> None:
    assert {one.subject.__name__ for one in checks_of(subject)} == {subject}


def test_every_family_is_asked() -> None:
    listed = {family for families in FAMILIES.values() for family in families}

    assert {path.stem for path in Path(tagward.checks.__file__).parent.glob("[a-z]*.py")} == listed


@check("Z001", str, fix="nothing")
def _raises(subject: str) -> list[Finding]:
    """A title

    A reason.
    """
    raise KeyError(subject)


@check("Z002", str, fix="nothing")
def _skips(subject: str) -> list[Finding]:
    """A title

    A reason.
    """
    raise Skip(subject)


def test_a_check_that_breaks_blocks_and_one_that_is_skipped_does_not() -> None:
    assert _raises("x").status is Status.BROKE
    assert _raises("x").status.blocks
    assert _raises("x").reason == "KeyError: 'x'"
    assert not _skips("x").status.blocks


def test_an_essential_check_cannot_be_ignored() -> None:
    with pytest.raises(ConfigError, match="V001 cannot be ignored"):
        Selection.of(Config(ignore={"V001": "we know"}))


def test_an_unknown_code_is_an_error_with_a_suggestion() -> None:
    with pytest.raises(ConfigError, match="V0O1 is not a code; did you mean V001"):
        find("V0O1")
    with pytest.raises(ConfigError, match="no code begins with Q"):
        Selection.of(Config(select=("Q",)))


def test_what_may_be_ignored_and_selected_is_taken() -> None:
    config = Config(select=("V", "T001"), ignore={"C001": "release notes live on GitHub"})

    assert Selection.of(config) == Selection(config)


def test_a_state_is_whatever_a_release_check_may_be_asked_of() -> None:
    assert {one.__name__ for one in get_args(Subject)} == FAMILIES.keys() - {"Inspection"}
    assert set(get_args(State)) == set(get_args(Subject)) - {Stranger}
