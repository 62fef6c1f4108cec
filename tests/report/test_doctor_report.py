"""The screen of doctor, whole; and the same as JSON and as markdown."""

from __future__ import annotations

import json

import pytest

from tagward.checks import find
from tagward.model.checkup import Checkup
from tagward.model.findings import Finding, Result, Status
from tagward.model.places import Place
from tagward.report.doctor import document, markdown, text
from tagward.report.words import Style


def _of(code: str, status: Status, *findings: Finding, reason: str = "") -> Result:
    return Result(find(code).info, status, findings, reason)


CHECKUP = Checkup(
    "acme-demo (hatchling, GitHub acme/demo)",
    {
        "project": (
            _of("G002", Status.PASSED, reason="1.3.0 stands in pyproject.toml, and 2 other places agree"),
            _of("G008", Status.WARNED, Finding("there is no CHANGELOG.md")),
            _of("G009", Status.SKIPPED, reason="only a run of setup.py knows it"),
        ),
        "hooks": (
            _of(
                "G101",
                Status.FAILED,
                Finding(
                    "pre-push belongs to lefthook; ours lies in pre-push.old and no longer runs: release tags are NOT"
                    " judged at a push",
                    fixes=("add to lefthook.yml:", "pre-push:"),
                ),
            ),
        ),
        "workflow": (
            _of(
                "G216", Status.FAILED, Finding("`${{ x }}` stands in a script of the job a\x1b", Place("w.yml", 31, 7))
            ),
            _of("G226", Status.IGNORED, reason="our own audit"),
        ),
        "remote": (_of("G309", Status.UNSEEN, reason="settings of acme/demo cannot be seen from here"),),
        "tokens": (_of("G502", Status.BROKE, reason="KeyError: 'x'"),),
    },
)
SCREEN = """\
tagward 0.1.0 on acme-demo (hatchling, GitHub acme/demo)
Project
  ✓ G002  1.3.0 stands in pyproject.toml, and 2 other places
          agree
  ! G008  there is no CHANGELOG.md
          fix: begin CHANGELOG.md, or say that none is wanted: changelog = false
Hooks
  ✗ G101  pre-push belongs to lefthook; ours lies in
          pre-push.old and no longer runs: release tags are
          NOT judged at a push
          why: A bad tag would leave this machine unasked.
               It was tried: a tag on a commit that the
               remote has was pushed to a throwaway remote.
          fix: add to lefthook.yml:
               pre-push:
Workflow
  ✗ G216  `${{ x }}` stands in a script of the job a\\x1b
          --> w.yml:31:7
          why: What it gives becomes part of the script
               before the shell reads it, and the name of a
               tag or a branch is a stranger's text.
          fix: hand the value over by env: and write "$NAME" in the script
  – G226  ignored: our own audit
Remote
  ? G309  settings of acme/demo cannot be seen from here
Tokens
  ✗ G502  No token and no key stands in the files of the
          repository: the check broke (KeyError: 'x');
          please report it

✗ 3 to repair, 1 to look at, 1 cannot be seen from here, 1
  in order.
  tagward doctor --fix  repairs G101; it shows its plan first
  to accept one for good:
    [tool.tagward.ignore] G008 = "the reason"
"""


def test_the_screen_on_60_columns() -> None:
    assert text(CHECKUP, Style(), version="0.1.0", width=60) == SCREEN
    assert CHECKUP.exit_code == 1


def test_in_ASCII_every_state_is_a_word() -> None:
    said = text(CHECKUP, Style(ascii=True), version="0.1.0", width=60)

    assert said.isascii()
    assert "  ok   G002  1.3.0 stands" in said
    assert "  FAIL G101  pre-push belongs" in said
    assert "  ?    G309  settings" in said
    assert "  skip G226  ignored" in said
    assert "\x1b" not in said


def test_quiet_is_what_is_wrong_and_quieter_is_nothing() -> None:
    said = text(CHECKUP, Style(), version="0.1.0", width=80, quiet=1)

    assert "G002" not in said
    assert "Remote" not in said
    assert "✗ G101" in said
    assert not text(CHECKUP, Style(), version="0.1.0", width=80, quiet=2)


def test_json_has_every_check_and_what_became_of_it() -> None:
    told = json.loads(document(CHECKUP, "0.1.0"))

    assert (told["exit_code"], told["door"]) == (1, "doctor")
    assert [one["status"] for group in told["groups"].values() for one in group] == [
        *("passed", "warned", "skipped", "failed", "failed", "ignored", "unseen", "broke"),
    ]
    finding = told["groups"]["workflow"][0]["findings"][0]
    assert (finding["file"], finding["line"], finding["column"]) == ("w.yml", 31, 7)
    assert finding["fixes"] == [find("G216").info.fix]


def test_markdown_is_a_table_that_foreign_text_cannot_break() -> None:
    hostile = Checkup("a|b<script>", {"hooks": (_of("G101", Status.FAILED, Finding("a|b `c` <img>", fixes=("x|y",))),)})

    said = markdown(hostile, "0.1.0")

    assert "<script>" not in said
    assert "<img>" not in said
    rows = [line for line in said.splitlines() if line.startswith("| ❌")]
    assert [row.replace("\\|", "").count("|") for row in rows] == [5]


@pytest.mark.parametrize(
    ("statuses", "silences", "status"),
    [
        ((Status.PASSED, Status.WARNED, Status.UNSEEN, Status.IGNORED), (), 0),
        ((Status.PASSED,), ("PyPI: it did not answer",), 3),
        ((Status.BROKE,), (), 3),
        ((Status.FAILED, Status.BROKE), ("PyPI: it did not answer",), 1),
    ],
)
def test_broken_is_1_and_what_could_not_be_looked_at_is_3(
    statuses: tuple[Status, ...], silences: tuple[str, ...], status: int
) -> None:
    checkup = Checkup("x", {"hooks": tuple(_of("G101", one, Finding("x")) for one in statuses)}, silences)

    assert checkup.exit_code == status
    assert all(f"did not answer: {one}" in text(checkup, Style(), version="0", width=80) for one in silences)
