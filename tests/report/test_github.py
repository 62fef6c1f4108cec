"""Annotations, folded logs and outputs, as GitHub reads them."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from paper import CANDIDATE, DECLARED, INSTALLATION, WORKSPACE, PaperWorkshop

from tagward.checks import Selection, group_of
from tagward.checks.tag import tag_not_annotated
from tagward.judge import judge
from tagward.model.config import Config
from tagward.model.findings import Finding, Outcome, Status, Trouble
from tagward.model.receipt import Receipt
from tagward.model.record import Record, TagRecord, Told
from tagward.model.versions import VersionSource
from tagward.report.github import MOST, annotated, annotation, folded, outputs
from tagward.report.record import Recorder

if TYPE_CHECKING:
    from tagward.model.findings import CheckInfo
    from tagward.model.places import Place


def _record(workshop: PaperWorkshop, config: Config | None = None) -> Record:
    candidate = replace(CANDIDATE, config=config or Config())
    recorder = Recorder(lambda: 0.0, group_of)
    verdict = judge(candidate, workshop, Selection(candidate.config), recorder)
    receipt = Receipt.of(verdict, {}, "")
    return Record("check", (replace(recorder.records[0], receipt=receipt, rules=candidate.config),))


def _told(message: str, status: Status, place: Place | None = None) -> Told:
    info: CheckInfo = tag_not_annotated.info
    return Told(info, Finding(message, place), status, "tag")


def _tag(*told: Told) -> TagRecord:
    return TagRecord("v1.4.0", "1.4.0", "3d97393", Outcome.REFUSED, told=told)


def test_a_finding_becomes_a_line_with_its_place_and_its_cure() -> None:
    stale = replace(WORKSPACE, source=VersionSource("hatchling", replace(DECLARED, text="1.3.0")))

    line = annotated(_record(PaperWorkshop(workspace=stale)))[0]

    head, _, message = line.removeprefix("::").partition("::")
    assert head == "error file=pyproject.toml,line=7,col=12,title=V001 tag-version-mismatch"
    assert message.startswith(
        "pyproject.toml:7:12: V001 Version mismatch: git tag (1.4.0) != pyproject.toml (1.3.0)%0A"
    )
    assert "fix: git tag -d v1.4.0; " in message


@pytest.mark.parametrize(
    "text", ["a\n::error::b", "a\r::error::b", "100% sure", "a\x1b[31mred", "\u202etxt", "a\u2028::stop-commands::x"]
)
def test_text_from_outside_neither_ends_a_command_nor_begins_one(text: str) -> None:
    line = annotation("error", text, text, file=text)

    assert "\n" not in line
    assert "\r" not in line
    assert line.count("::error") + line.count("::stop") == 1 + text.count("::error::") + text.count("::stop")
    head = line.removeprefix("::error ").partition("::")[0]
    assert "%3A" in head or ":" not in text
    assert not {"\x1b", "\u202e", "\u2028"} & set(line)


def test_not_more_than_GitHub_shows_and_the_rest_is_counted() -> None:
    told = [_told(f"error {number}", Status.FAILED) for number in range(30)]
    told += [_told(f"warning {number}", Status.WARNED) for number in range(MOST)]

    lines = annotated(Record("check", (_tag(*told),)))

    errors = [line for line in lines if line.startswith("::error")]
    assert len(errors) == MOST
    assert errors[-1].endswith("::and 22 more, see the summary")
    assert len([line for line in lines if line.startswith("::warning")]) == MOST
    assert "more, see" not in lines[-1]


def test_what_was_not_checked_is_an_error_too() -> None:
    tag = replace(_tag(), outcome=Outcome.NOT_CHECKED, trouble=Trouble("no network", "builds need it"))

    (line,) = annotated(Record("check", (tag,)))

    assert line == "::error title=not checked::v1.4.0 was not checked: no network%0Abuilds need it"


def test_a_log_cannot_give_commands() -> None:
    said = folded("v1: build", "::set-output name=ok::true\n##[error]x\n::endgroup::\nplain\n")

    lines = said.splitlines()
    assert lines[0] == "::group::v1: build"
    token = lines[1].removeprefix("::stop-commands::")
    assert lines[-2:] == [f"::{token}::", "::endgroup::"]
    assert lines[2] == "::set-output name=ok::true"
    assert len(token) == 32
    assert folded("a", "b").splitlines()[1] != lines[1]


def test_a_long_log_keeps_its_end_and_says_so() -> None:
    said = folded("a", "x" * 150 + "\n" + "y\n" * 150_000)

    assert "characters before this are left out)" in said
    assert len(said) < 250_000


def test_the_outputs_of_a_release_that_passed() -> None:
    rules = Config(test_command="pytest -q", test_requires=("pytest>=8", "hypothesis"), test_extras=("test", "cli"))

    found = outputs(_record(PaperWorkshop(), rules))

    assert (found["ok"], found["tag"], found["version"]) == ("true", "v1.4.0", "1.4.0")
    assert found["digests"].splitlines() == [
        f"{'0' * 64}  acme_demo-1.4.0.tar.gz",
        f"{'1' * 64}  acme_demo-1.4.0-py3-none-any.whl",
    ]
    assert json.loads(found["pythons"])[-1] == "3.14"
    assert (found["test-command"], found["test-requires"], found["test-extras"]) == (
        "pytest -q",
        "pytest>=8\nhypothesis",
        "[test,cli]",
    )


@pytest.mark.parametrize(
    "record",
    [
        Record("check", ()),
        Record("check", (), others=(("nightly", "v{version}"),)),
        _record(PaperWorkshop(installation=replace(INSTALLATION, version="1.3.0"))),
        Record("check", (replace(_record(PaperWorkshop()).tags[0], receipt=None),)),
        Record("check", _record(PaperWorkshop()).tags * 2),
        Record("check", (replace(_record(PaperWorkshop()).tags[0], outcome=Outcome.NOT_CHECKED),)),
    ],
    ids=["nothing", "no release", "refused", "no receipt", "two", "not checked"],
)
def test_nothing_else_is_ok(record: Record) -> None:
    assert outputs(record) == {"ok": "false"}
