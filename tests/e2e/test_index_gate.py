"""The gate and an index on this machine, whole runs: what is taken, what is the same, and what does not answer."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from conftest import Project, git, tagward
from fault_index import FaultIndex, Handler, serving
from push_support import accepted, refused
from support import backend, release

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.e2e

NOWHERE = "http://127.0.0.1:9/simple/"
"""Nobody listens there (the discard service has been off for decades)."""


class Known(Handler):
    """Has the project from the beginning, with or without files, and its status."""

    status = "active"

    def _listing(self, project: str, word: str) -> None:
        del word
        page = json.loads(self._json(project, self.index.listed(project)))
        body = json.dumps({**page, "project-status": {"status": self.status, "reason": "moved"}}).encode()
        self._send(200, "OK", body, {"Content-Type": "application/vnd.pypi.simple.v1+json"})


class Archived(Known):
    """The same, and closed."""

    status = "archived"


@pytest.fixture
def index(monkeypatch: pytest.MonkeyPatch) -> Iterator[FaultIndex]:
    """An index that the gate asks."""
    with serving(FaultIndex(), Known) as served:
        monkeypatch.setenv("TAGWARD_INDEX", f"{served.address}/simple/")
        yield served


@pytest.fixture
def counted(guarded: Project, tmp_path: Path) -> Project:
    """A guarded project at v1.0.0 that writes down each of its builds."""
    backend(guarded, sdist=f"open({str(tmp_path / 'builds')!r}, 'a').write('x')")
    release(guarded)
    return guarded


def builds(project: Project) -> int:
    """How often it was built."""
    record = project.root.parent / "builds"
    return len(record.read_text(encoding="utf-8")) if record.exists() else 0


def built(project: Project, folder: Path) -> list[Path]:
    """The sdist and the wheel, as the workflow would upload them."""
    folder.mkdir()
    assert tagward("check", "v1.0.0", "--dist", str(folder), cwd=project.root).returncode == 0
    return sorted(folder.iterdir(), key=lambda path: path.suffix == ".whl")


def aged(project: Project, seconds: float) -> None:
    """Let the answer of the index be older."""
    (file,) = (project.root / ".git/tagward/passed").iterdir()
    record = json.loads(file.read_text(encoding="utf-8"))
    record["index"]["at"] -= seconds
    file.write_text(json.dumps(record), encoding="utf-8")


def asked(index: FaultIndex) -> int:
    """How often the index was asked."""
    return len([word for word, _ in index.seen if word == "PAGE"])


def test_I001_a_bump_that_was_forgotten_is_refused_before_the_build(
    counted: Project, index: FaultIndex, tmp_path: Path
) -> None:
    index.add(tmp_path / "demo-1.0.0.tar.gz", b"the release of last month", days=9000)

    said = refused(counted, "v1.0.0")

    assert "error[I001]: 1.0.0 is on 127.0.0.1" in said
    assert "✗ index     1 problem" in said
    assert "tagward bump 1.0.1" in said
    assert builds(counted) == 0


def test_I101_half_an_upload_passes_again_with_the_same_bytes_and_not_with_others(
    counted: Project, index: FaultIndex, tmp_path: Path
) -> None:
    sdist, wheel = built(counted, tmp_path / "dist")
    index.add(sdist)

    done = tagward("check", "v1.0.0", "--ci", cwd=counted.root)
    assert done.returncode == 0, done.stderr
    assert "has 1 file of 1.0.0 already" in done.stderr
    assert f"has the same bytes already: {sdist.name}" in done.stderr

    index.add(wheel, b"made by somebody else")
    done = tagward("check", "v1.0.0", "--ci", cwd=counted.root)
    assert done.returncode == 1
    assert "I101" in done.stderr
    assert f"{wheel.name} already, with other bytes" in done.stderr


def test_I102_half_an_upload_of_long_ago_is_closed(counted: Project, index: FaultIndex, tmp_path: Path) -> None:
    old = "2020-01-01T00:00:00+0000"
    git("commit", "-q", "--amend", "--no-edit", "--no-verify", cwd=counted.root, GIT_COMMITTER_DATE=old)
    counted.tag("v1.0.0", "-f")
    sdist, wheel = built(counted, tmp_path / "dist")
    index.add(sdist, days=15)
    aged(counted, 601)

    said = refused(counted, "v1.0.0")

    assert f"error[I102]: 127.0.0.1:{index.address.rpartition(':')[2]} lacks {wheel.name}" in said
    assert "I001" not in said


def test_I002_an_archived_project_is_told_before_the_build(counted: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(FaultIndex(), Archived) as archived:
        monkeypatch.setenv("TAGWARD_INDEX", f"{archived.address}/simple/")
        archived.files["other-1.0.tar.gz"] = b""
        said = refused(counted, "v1.0.0")

    assert "error[I002]: the project demo is archived on 127.0.0.1" in said
    assert "says: moved" in said
    assert builds(counted) == 0


def test_a_push_without_a_network_goes_on_and_says_what_was_not_asked(counted: Project) -> None:
    said = accepted(counted, "v1.0.0", TAGWARD_INDEX=NOWHERE)

    assert "  – index     not asked: 127.0.0.1:9 did not answer" in said
    assert "✓ v1.0.0 is ready" in said


def test_on_github_what_could_not_be_asked_is_not_checked(counted: Project) -> None:
    done = tagward("check", "v1.0.0", "--ci", cwd=counted.root, TAGWARD_INDEX=NOWHERE)

    assert done.returncode == 3
    assert "v1.0.0 was not checked: 127.0.0.1:9 did not answer" in done.stderr
    assert builds(counted) == 0


def test_an_answer_holds_for_ten_minutes_and_then_the_index_is_asked_once_more(
    counted: Project, index: FaultIndex
) -> None:
    accepted(counted, "--dry-run", "v1.0.0")
    first = asked(index)
    assert first == 1

    assert "remembered" in accepted(counted, "--dry-run", "v1.0.0")
    assert asked(index) == first
    aged(counted, 601)
    assert "remembered" in accepted(counted, "--dry-run", "v1.0.0")
    assert "remembered" in accepted(counted, "--dry-run", "v1.0.0")
    assert (asked(index), builds(counted)) == (first + 1, 1)


def test_a_version_that_was_taken_meanwhile_is_judged_anew(counted: Project, index: FaultIndex, tmp_path: Path) -> None:
    accepted(counted, "--dry-run", "v1.0.0")
    index.add(tmp_path / "demo-1.0.0-py3-none-any.whl", b"somebody else was faster")
    aged(counted, 601)

    assert "error[I101]" in refused(counted, "v1.0.0")


def test_a_remembered_release_does_not_wait_for_an_index_that_is_gone(counted: Project) -> None:
    with serving(FaultIndex(), Known) as served:
        accepted(counted, "--dry-run", "v1.0.0", TAGWARD_INDEX=f"{served.address}/simple/")
    aged(counted, 601)

    assert "remembered" in accepted(counted, "--dry-run", "v1.0.0")


def test_a_rehearsal_asks_no_index(index: FaultIndex, tmp_path: Path) -> None:
    done = tagward("rehearse", "--sandbox", cwd=tmp_path, PIP_INDEX_URL=f"{index.address}/simple/")

    assert done.returncode == 0, done.stderr
    assert index.seen == []


def test_in_a_workflow_nothing_passes_without_an_index_to_ask(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.tag("v1.0.0")
    monkeypatch.delenv("TAGWARD_INDEX")
    monkeypatch.setenv("PIP_NO_INDEX", "1")

    here = tagward("check", "v1.0.0", cwd=project.root)
    there = tagward("check", "v1.0.0", "--ci", cwd=project.root)

    assert here.returncode == 0, here.stderr
    assert there.returncode == 3
    assert "no index is configured (no-index)" in there.stderr
    assert "take no-index out of pip's settings" in there.stderr
