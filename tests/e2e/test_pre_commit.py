"""The fast checks behind pre-commit, for real."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import Project, git, tagward

pytestmark = pytest.mark.e2e
ROOT = Path(__file__).parents[2]


def test_fast_checks_judge_the_index_and_not_the_working_tree(project: Project) -> None:
    project.write("src/demo/__init__.py", '__version__ = "9.9.9"\n')
    assert tagward("check", "--fast", cwd=project.root).returncode == 0

    git("add", "-A", cwd=project.root)
    done = tagward("check", "--fast", cwd=project.root)

    assert done.returncode == 1
    assert "error[V002]: __version__ is 9.9.9 but the tag says 1.0.0" in done.stderr


def test_pre_commit_tries_the_hook_from_this_repository(project: Project, tmp_path: Path) -> None:
    clone = tmp_path / "tagward"
    git("clone", "-q", str(ROOT), str(clone), cwd=tmp_path)
    for path in (".pre-commit-hooks.yaml", "pyproject.toml", "hooks", "src", "README.md", "LICENSE"):
        subprocess.run(["cp", "-r", str(ROOT / path), str(clone)], check=True)
    git("add", "-A", cwd=clone)
    git("commit", "-qm", "as it is", "--allow-empty", cwd=clone)
    words = [sys.executable, "-m", "pre_commit", "try-repo", str(clone), "tagward", "--all-files"]
    environ = {**os.environ, "PRE_COMMIT_HOME": str(tmp_path / "cache")}

    good = subprocess.run(words, cwd=project.root, env=environ, capture_output=True, text=True, check=False)
    if "Could not find a version" in good.stdout or "ConnectionError" in good.stdout:
        pytest.skip("the index cannot be reached, and pre-commit makes an environment of its own")
    project.write("src/demo/__init__.py", '__version__ = "9.9.9"\n')
    git("add", "-A", cwd=project.root)
    bad = subprocess.run(words, cwd=project.root, env=environ, capture_output=True, text=True, check=False)

    assert good.returncode == 0, good.stdout
    assert "Passed" in good.stdout
    assert bad.returncode == 1
    assert "V002" in bad.stdout
