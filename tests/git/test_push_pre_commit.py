"""Side by side in one repository: what pre-commit sees of a push with tags, and what tagward sees."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from conftest import PYPROJECT, Project, git, tagward
from push_support import accepted, head, refused

if TYPE_CHECKING:
    from pathlib import Path

PASSED = f"{'witness':.<73}Passed\n"
CONFIG = """\
repos:
- repo: local
  hooks:
  - id: witness
    name: witness
    language: system
    entry: sh -c 'echo "$PRE_COMMIT_REMOTE_BRANCH" >> {record}'
    always_run: true
    pass_filenames: false
    stages: [pre-push]
"""


class Witnessed:
    """A project with pre-commit's pre-push hook, which writes down each ref that it was told of."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.record = project.root.parent / "record"
        project.write(".pre-commit-config.yaml", CONFIG.format(record=self.record))
        project.commit("watch")
        git("push", "--no-verify", "origin", "main", cwd=project.root)
        self.pre_commit("install", "--hook-type", "pre-push")

    def pre_commit(self, *words: str) -> None:
        """Run pre-commit itself."""
        subprocess.run([sys.executable, "-m", "pre_commit", *words], cwd=self.project.root, check=True)

    def seen(self) -> list[str]:
        """The refs that pre-commit's hook was started for, since the last question."""
        if not self.record.exists():
            return []
        lines = self.record.read_text(encoding="utf-8").splitlines()
        self.record.unlink()
        return lines

    def bad_tags(self, *names: str) -> None:
        """Tags whose versions are not the one of the project."""
        for name in names:
            self.project.tag(name)

    def guard(self) -> None:
        """Put tagward's hook beside pre-commit's."""
        done = tagward("install", cwd=self.project.root)
        assert done.returncode == 0, done.stderr


@pytest.fixture
def witnessed(project: Project) -> Witnessed:
    """The project, watched by pre-commit alone."""
    return Witnessed(project)


def test_side_by_side_a_bad_tag_on_a_commit_that_is_there_already(witnessed: Witnessed) -> None:
    project = witnessed.project
    witnessed.bad_tags("v2.0.0", "v3.0.0")

    accepted(project, "v2.0.0")  # pre-commit alone: it went out, and no hook of pre-commit was started
    assert (witnessed.seen(), "refs/tags/v2.0.0" in project.on_remote()) == ([], True)

    witnessed.guard()
    said = refused(project, "v3.0.0")
    assert "error[V001]: Version mismatch: git tag (3.0.0) != pyproject.toml (1.0.0)" in said
    assert (witnessed.seen(), "refs/tags/v3.0.0" in project.on_remote()) == ([], False)


def test_side_by_side_one_of_two_bad_tags(witnessed: Witnessed) -> None:
    project = witnessed.project
    git("commit", "--allow-empty", "-qm", "new", cwd=project.root)
    witnessed.bad_tags("v2.0.0")
    git("commit", "--allow-empty", "-qm", "newer", cwd=project.root)
    witnessed.bad_tags("v3.0.0")

    accepted(project, "v2.0.0", "v3.0.0", stdout=PASSED)  # pre-commit alone: both went out, and it was told of one
    assert witnessed.seen() == ["refs/tags/v2.0.0"]
    assert {"refs/tags/v2.0.0", "refs/tags/v3.0.0"} <= project.on_remote()

    witnessed.guard()
    git("commit", "--allow-empty", "-qm", "newest", cwd=project.root)
    witnessed.bad_tags("v4.0.0", "v5.0.0")
    said = refused(project, "v4.0.0", "v5.0.0", stdout=PASSED)
    assert "✗ push stopped: 2 of 2 tags refused: v4.0.0 (V001), v5.0.0 (V001). Nothing was sent." in said


@pytest.mark.parametrize("first", ["tagward", "pre-commit"])
def test_06_a_tag_alone_starts_the_gate_once_and_pre_commit_never(project: Project, first: str) -> None:
    if first == "tagward":
        assert tagward("install", cwd=project.root).returncode == 0
    witnessed = Witnessed(project)
    witnessed.guard()
    witnessed.bad_tags("v2.0.0")

    said = refused(project, "v2.0.0")

    assert said.count("tagward: checking v2.0.0") == 1
    assert witnessed.seen() == []


def test_07_the_gate_sees_all_refs_and_pre_commit_one(witnessed: Witnessed) -> None:
    witnessed.guard()
    git("commit", "--allow-empty", "-qm", "new", cwd=witnessed.project.root)
    witnessed.bad_tags("v2.0.0", "v3.0.0")

    said = refused(witnessed.project, "main", "v2.0.0", "v3.0.0", stdout=PASSED)

    assert said.count("tagward: checking v2.0.0") == said.count("tagward: checking v3.0.0") == 1
    assert len(witnessed.seen()) == 1


def test_a_branch_starts_pre_commit_once_and_the_gate_never(witnessed: Witnessed) -> None:
    witnessed.guard()
    git("commit", "--allow-empty", "-qm", "new", cwd=witnessed.project.root)

    said = accepted(witnessed.project, "main", stdout=PASSED)

    assert "tagward" not in said
    assert witnessed.seen() == ["refs/heads/main"]


def test_38_pre_commit_in_front_of_a_sha256_repository(tmp_path: Path) -> None:
    project = Project(tmp_path / "long", tmp_path / "long.git")
    for words in (("--bare", str(project.remote)), (str(project.root),)):
        git("init", "-q", "--object-format=sha256", *words, cwd=tmp_path)
    git("remote", "add", "origin", str(project.remote), cwd=project.root)
    project.write("pyproject.toml", PYPROJECT.format(version="1.0.0"))
    witnessed = Witnessed(project)
    witnessed.guard()
    git("tag", "nightly", cwd=project.root)

    done = project.push("nightly")

    assert done.returncode == 0, done.stderr
    assert done.stderr.count("nightly is not a release tag") == 1
    assert len(head(project)) == 64
