"""What others answer, where it is of another shape than it should be."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tagward.errors import CannotJudge
from tagward.model.setup import Remote
from tagward.tools.answers import answers_in
from tagward.tools.gh import newest_run
from tagward.tools.hook_note import NOTE, Note
from tagward.tools.zizmor import audit

if TYPE_CHECKING:
    from pathlib import Path

GOOD = b'{"version": "1.0", "frame": {"file": "a.py", "line": 1, "quote": "x"}}\n'
REMOTE = Remote("github.com", "acme", "demo")


def says(folder: Path, monkeypatch: pytest.MonkeyPatch, name: str, text: str) -> None:
    """Put a program onto PATH that says this."""
    (folder / "said").write_text(text)
    (folder / name).write_text(f'#!/bin/sh\ncat "{folder}/said"\n')
    (folder / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


@pytest.mark.parametrize(
    "odd",
    [
        b"{",
        b"[]",
        b"\xff",
        b"[" * 100_000,
        b'{"frame": {"file": "a.py"}}',
        b'{"frame": {"file": "a.py", "line": "1", "quote": "x"}}',
        b'{"effect": {"frame": {"line": 1}}}',
    ],
)
def test_an_answer_counts_up_to_the_first_line_that_is_none(odd: bytes) -> None:
    assert len(answers_in(GOOD + GOOD)) == 2
    assert len(answers_in(GOOD + odd + b"\n" + GOOD)) == 1


def test_a_line_without_an_end_is_no_answer() -> None:
    assert answers_in(GOOD[:-1]) == []


@pytest.mark.parametrize("said", ["{", "[1]", '[{"determinations": [], "locations": {}}]', "[" * 100_000])
def test_what_zizmor_says_in_another_form_is_no_clean_bill(
    said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    says(tmp_path, monkeypatch, "zizmor", said)

    alarms, trouble = audit(tmp_path, ".")

    assert alarms == ()
    assert trouble.startswith("what it says cannot be read: ")


@pytest.mark.parametrize("said", ["{", "[1]", '[{"databaseId": 1e999}]', "[" * 100_000])
def test_what_gh_says_in_another_form_is_no_answer(said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    says(tmp_path, monkeypatch, "gh", said)

    with pytest.raises(CannotJudge, match="gh run list did not answer"):
        newest_run(REMOTE, "pypi-release.yml", "a" * 40, "release")


@pytest.mark.parametrize("said", ["{", "[]", "[" * 100_000, '{"config": ""}'])
def test_a_note_that_cannot_be_read_is_an_empty_one(said: str, tmp_path: Path) -> None:
    (tmp_path / NOTE).write_text(said)

    assert Note.read(tmp_path) == Note()
