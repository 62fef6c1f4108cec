"""The report through its doors: `--report`, the copy of every gate, and what cannot be a report."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from conftest import Project, git, tagward
from push_support import accepted, refused
from small_release import upload, write_wheel
from support import release

from tagward.tools.localindex import LocalIndex, local_index

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from browser import Browser

pytestmark = pytest.mark.e2e


def last(project: Project) -> Path:
    """Where a gate leaves its report."""
    return project.root / ".git" / "tagward" / "last" / "report.html"


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalIndex]:
    """An index that has 0.9.0 of the project, and that the gate asks."""
    with local_index(tmp_path / "index") as served:
        more = "Requires-Python: >=3.9\nRequires-Dist: idna>=3\n"
        files = {"demo/old.py": "OLD = 1\n"}
        done = upload(served, write_wheel(tmp_path / "old", project="demo", version="0.9.0", more=more, files=files))
        assert done.returncode == 0, done.stdout
        monkeypatch.setenv("TAGWARD_INDEX", served.simple)
        yield served


def test_a_pass_is_shown_against_the_release_before(project: Project, index: LocalIndex, tmp_path: Path) -> None:
    assert index.simple
    project.write("docs/index.md", "# Docs\n")
    text = (project.root / "pyproject.toml").read_text(encoding="utf-8")
    project.write("pyproject.toml", f'{text}requires-python = ">=3.11"\n')
    project.write("src/demo/new.py", "NEW = 1\n")
    release(project)

    report = tmp_path / "new" / "r.html"

    done = tagward("check", "v1.0.0", "--report", str(report), "--format", "json", cwd=project.root)

    assert done.returncode == 0, done.stderr
    page = report.read_text(encoding="utf-8")
    assert [path.name for path in report.parent.iterdir()] == ["r.html"]
    assert '<h2 dir="auto">Against 0.9.0' in page
    assert "<td><div>&gt;=3.9</div></td><td><div>&gt;=3.11</div></td>" in page
    assert "dependency <b>− idna</b>" in page
    assert ">Demo" in page.partition('<div class="readme">')[2][:200]
    assert page == last(project).read_text(encoding="utf-8")
    (tag,) = json.loads(done.stdout)["tags"]
    assert (tag["diff"]["added"], tag["diff"]["removed"]) == (["demo/new.py"], ["demo/old.py"])
    assert tag["diff"]["metadata"][-1] == {"field": "Requires-Python", "old": ">=3.9", "new": ">=3.11"}
    parts = [span["what"] for stage in tag["stages"] if stage["name"] == "build" for span in stage["spans"]]
    assert parts[1:] == ["environment", "sdist", "environment", "wheel"]


def test_every_gate_leaves_one_and_a_push_that_is_remembered_does_not_replace_it(guarded: Project) -> None:
    guarded.tag("v1.0.0")
    accepted(guarded, "v1.0.0")
    page = last(guarded).read_text(encoding="utf-8")
    assert "What is in the wheel" in page

    git("push", "-q", "origin", ":v1.0.0", "--no-verify", cwd=guarded.root)
    assert "remembered" in accepted(guarded, "v1.0.0")
    assert last(guarded).read_text(encoding="utf-8") == page


def test_a_report_is_never_of_what_is_remembered(guarded: Project, tmp_path: Path) -> None:
    guarded.tag("v1.0.0")
    accepted(guarded, "v1.0.0")
    done = tagward("check", "v1.0.0", "--report", str(tmp_path / "r.html"), cwd=guarded.root)

    assert done.returncode == 0
    assert "remembered" not in done.stderr
    assert "What is in the wheel" in (tmp_path / "r.html").read_text(encoding="utf-8")


def test_a_refusal_and_several_tags_have_one_too(guarded: Project, tmp_path: Path) -> None:
    guarded.tag("v2.0.0")
    assert "V001" in refused(guarded, "v2.0.0")
    assert "Version mismatch" in last(guarded).read_text(encoding="utf-8")

    guarded.tag("v1.0.0")
    words = ("check", "v1.0.0", "v2.0.0", "--report", str(tmp_path / "r.html"))
    assert tagward(*words, cwd=guarded.root).returncode == 1
    page = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert page.count("<main ") == 2
    assert "demo 1.0.0 ready, demo 2.0.0 refused" in page


def test_what_was_not_checked_has_one_too(project: Project, tmp_path: Path) -> None:
    text = (project.root / "pyproject.toml").read_text(encoding="utf-8")
    project.write("pyproject.toml", text.replace("requires = []", 'requires = ["tagward-no-such-project==0.0.0"]'))
    release(project)
    words = ("check", "v1.0.0", "--report", str(tmp_path / "r.html"))
    done = tagward(*words, cwd=project.root, PIP_NO_INDEX="1", UV_OFFLINE="1")

    assert done.returncode in {1, 3}
    page = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert ("not checked" if done.returncode == 3 else "refused") in page
    assert "Log of build" in page


def test_distributions_on_disk_have_one_too(tmp_path: Path) -> None:
    wheel = write_wheel(tmp_path / "dist")
    tagward("check", str(wheel), "--report", str(tmp_path / "r.html"), cwd=tmp_path)

    assert wheel.name in (tmp_path / "r.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("v1.0.0", "--report", "r.pdf"), "the report is a page, and r.pdf is no name for one"),
        (("v1.0.0", "--report", "report"), "the report is a page, and report is no name for one"),
        (("v1.0.0", "--report", "folder.html"), "folder.html is a folder"),
        (("v1.0.0", "--report", "dist/r.html", "--dist", "dist"), "dist/r.html lies in dist"),
        (("v1.0.0", "--report", "README.md/r.html"), "the report README.md/r.html cannot be written"),
        (("--fast", "--report", "r.html"), "--fast judges what is about to be committed"),
        (("v9.9.9", "--report", "r.html"), "v9.9.9"),
    ],
)
def test_what_cannot_be_a_report_is_said_before_anything_is_judged(
    project: Project, words: tuple[str, ...], said: str
) -> None:
    project.tag("v1.0.0")
    (project.root / "folder.html").mkdir()
    before = sorted(project.root.rglob("*"))

    done = tagward("check", *words, cwd=project.root)

    assert done.returncode == 2, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert "checking" not in done.stderr
    assert sorted(project.root.rglob("*")) == before


def test_a_report_that_is_there_is_not_taken_for_that_of_a_run_without_a_verdict(
    project: Project, tmp_path: Path
) -> None:
    (tmp_path / "r.html").write_text("of last week")
    project.tag("nightly")
    done = tagward("check", "nightly", "--report", str(tmp_path / "r.html"), cwd=project.root)

    assert done.returncode == 2
    assert not (tmp_path / "r.html").exists()


def test_hostile_names_of_a_real_release_are_inert(window: Browser, project: Project, tmp_path: Path) -> None:
    project.write("src/demo/<img src=x onerror=alert(1)>.txt", "x" * 5000)
    project.write("src/demo/</script><script>window.hacked=1</script>.txt", "x" * 5000)
    project.write("src/demo/\u202egnp.exe", "x" * 5000)
    project.write("README.md", "# Demo\n\n<script>window.hacked=1</script>\n\n![x](https://tracker.example/x.png)\n")
    release(project)
    tagward("check", "v1.0.0", "--report", str(tmp_path / "r.html"), cwd=project.root)

    window.show(tmp_path / "r.html")

    assert window.complaints() == []
    assert not window.run("return window.hacked || 0")
    assert window.run("return document.querySelectorAll('img[src], script:not([type])').length") == 0
    assert "onerror=alert(1)" in window.run("return document.body.textContent")
