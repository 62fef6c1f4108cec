"""FailExtract 1.0.0, the release that this project was begun for: its good tag goes out, its bad one does not."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from conftest import Project, git, tagward
from push_support import accepted, refused

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.e2e

UNREACHABLE = ("No matching distribution", "Max retries", "ConnectionError", "NewConnectionError", "timed out")


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sdist from PyPI."""
    folder = tmp_path_factory.mktemp("download")
    words = ["download", "--no-deps", "--no-binary", ":all:", "--dest", str(folder), "failextract==1.0.0"]
    done = subprocess.run(
        [sys.executable, "-m", "pip", *words], capture_output=True, text=True, check=False, timeout=300
    )
    if done.returncode and any(sign in done.stderr + done.stdout for sign in UNREACHABLE):
        pytest.skip(f"PyPI cannot be reached: {done.stderr.strip().splitlines()[-1]}")
    assert done.returncode == 0, done.stderr
    return next(folder.glob("*.tar.gz"))


@pytest.fixture
def failextract(sdist: Path, tmp_path: Path) -> Project:
    """Its files as a repository, with our hook, at the tag v1.0.0."""
    subprocess.run(["tar", "xzf", sdist, "-C", tmp_path], check=True)
    project = Project(tmp_path / "failextract-1.0.0", tmp_path / "remote.git")
    git("init", "-q", "--bare", str(project.remote), cwd=tmp_path)
    git("init", "-q", cwd=project.root)
    (project.root / "PKG-INFO").unlink()
    git("remote", "add", "origin", str(project.remote), cwd=project.root)
    project.commit("1.0.0")
    assert tagward("install", cwd=project.root).returncode == 0
    project.tag("v1.0.0")
    return project


def test_the_good_tag_goes_out_the_bad_one_does_not_and_the_good_one_is_remembered(
    failextract: Project, tmp_path: Path
) -> None:
    said = accepted(failextract, "--tags")
    assert "✓ v1.0.0 is ready" in said
    assert "remembered" not in said
    assert failextract.on_remote() == {"refs/tags/v1.0.0"}

    failextract.tag("v1.0.1")
    said = refused(failextract, "--tags")
    assert "error[V001]: Version mismatch: git tag (1.0.1) != pyproject.toml (1.0.0)" in said
    assert failextract.on_remote() == {"refs/tags/v1.0.0"}

    git("init", "-q", "--bare", "second.git", cwd=tmp_path)
    again = git("push", str(tmp_path / "second.git"), "v1.0.0", cwd=failextract.root)
    assert "✓ v1.0.0 is ready, remembered from " in again.stderr
    assert git("tag", cwd=tmp_path / "second.git").stdout.split() == ["v1.0.0"]
