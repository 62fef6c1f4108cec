"""What GitHub tells a job, and how a step answers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tagward.errors import CannotJudge
from tagward.model.candidate import Announcement
from tagward.tools.github import on_github, read_job, write_outputs, write_summary

if TYPE_CHECKING:
    from pathlib import Path

SHA = "a" * 40


def _event(folder: Path, content: str) -> dict[str, str]:
    (folder / "event.json").write_text(content)
    return {
        "GITHUB_EVENT_NAME": "release",
        "GITHUB_EVENT_PATH": str(folder / "event.json"),
        "GITHUB_SHA": SHA,
        "GITHUB_REF": "refs/tags/v1.0",
    }


def test_only_GitHub_says_that_it_is_GitHub() -> None:
    assert on_github({"GITHUB_ACTIONS": "true"})
    assert not on_github({"GITHUB_ACTIONS": "false", "CI": "true"})
    assert not on_github({})


def test_a_release_announces_its_tag_its_commit_and_its_mark(tmp_path: Path) -> None:
    environ = _event(tmp_path, json.dumps({"release": {"tag_name": "v1.0", "prerelease": True}}))

    assert read_job(environ).announced == Announcement("v1.0", SHA, prerelease=True)


def test_a_pushed_tag_announces_itself_and_a_branch_nothing() -> None:
    pushed = {"GITHUB_EVENT_NAME": "push", "GITHUB_SHA": SHA}

    assert read_job({**pushed, "GITHUB_REF": "refs/tags/v1.0"}).announced == Announcement("v1.0", SHA)
    assert read_job({**pushed, "GITHUB_REF": "refs/heads/main"}).announced is None
    assert read_job({"GITHUB_EVENT_NAME": "workflow_dispatch", "GITHUB_REF": "refs/tags/v1.0"}).announced is None


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{}",
        "[]",
        '{"release": null}',
        '{"release": {"tag_name": 1, "prerelease": true}}',
        '{"release": {"tag_name": "v1.0", "prerelease": "false"}}',
        '{"release": {"tag_name": "v1.0"}}',
        "[" * 99999,
    ],
    ids=lambda text: text[:30],
)
def test_an_event_that_cannot_be_read_is_no_permission(content: str, tmp_path: Path) -> None:
    with pytest.raises(CannotJudge, match="the event that started this workflow"):
        read_job(_event(tmp_path, content))


def test_outputs_hold_any_text(tmp_path: Path) -> None:
    job = read_job({"GITHUB_OUTPUT": str(tmp_path / "out"), "GITHUB_STEP_SUMMARY": str(tmp_path / "sum")})

    write_outputs(job, {"ok": "true", "digests": "a\nb\nok=false"})
    write_summary(job, "# yes\n")

    lines = (tmp_path / "out").read_text().splitlines()
    name, _, delimiter = lines[0].partition("<<")
    assert (name, lines[1], lines[2]) == ("ok", "true", delimiter)
    assert lines[3:] == [f"digests<<{delimiter}", "a", "b", "ok=false", delimiter]
    assert (tmp_path / "sum").read_text() == "# yes\n"


def test_files_that_cannot_be_written_are_trouble(tmp_path: Path) -> None:
    job = read_job({"GITHUB_OUTPUT": str(tmp_path / "no" / "out")})

    with pytest.raises(CannotJudge, match="cannot be handed to GitHub"):
        write_outputs(job, {"ok": "true"})
    write_summary(job, "nobody reads it")
