"""FailExtract 1.0.0, the release that this project was begun for: its good tag goes out, its bad one does not."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from conftest import Project, git, tagward
from push_support import accepted, refused

from tagward.model.workflow_run import Event, Outcome
from tagward.tools.localindex import local_index
from tagward.tools.runner import run_workflow
from tagward.tools.runner_use import Ground
from tagward.workflows.reading import read_workflow

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


SEED = """name: PyPI Release
on:
  release:
    types: [published]
jobs:
  build-and-publish:
    runs-on: ubuntu-latest
    steps:
    - uses: actions/checkout@v4
    - run: python -m build
    - name: Publish to PyPI
      env:
        TWINE_USERNAME: __token__
        TWINE_PASSWORD: ${{ secrets.PYPI_API_TOKEN }}
      run: python -m twine upload dist/*
"""
"""The workflow that its maintainers follow by hand, shortened."""


TRUTH = {
    # Its documentation says 0.1.0, and nobody has a CHANGELOG rule for it; nothing judges a push or a commit.
    "G001": "passed",
    "G002": "passed",
    "G003": "warned",
    "G004": "passed",
    "G005": "passed",
    "G006": "passed",
    "G007": "passed",
    "G008": "passed",
    "G009": "passed",
    "G101": "failed",
    "G102": "skipped",
    "G103": "skipped",
    "G104": "skipped",
    "G105": "warned",
    "G106": "skipped",
    # The workflow starts as it should, and does everything in one job that holds the token, with actions by tag.
    "G201": "passed",
    "G202": "passed",
    "G203": "passed",
    "G204": "passed",
    "G205": "passed",
    "G206": "skipped",
    "G207": "passed",
    "G208": "passed",
    "G209": "passed",
    "G210": "passed",
    "G211": "warned",
    "G212": "warned",
    "G213": "passed",
    "G214": "warned",
    "G215": "warned",
    "G216": "passed",
    "G217": "passed",
    "G218": "passed",
    "G219": "passed",
    "G220": "warned",
    "G221": "skipped",
    "G222": "skipped",
    "G223": "warned",
    "G224": "skipped",
    "G225": "passed",
    "G227": "skipped",
    "G302": "passed",
    "G309": "unseen",
    "G310": "skipped",
    "G401": "warned",
    "G501": "passed",
    "G502": "passed",
    "G503": "unseen",
    "G504": "passed",
    **dict.fromkeys(("G301", "G303", "G304", "G305", "G306", "G307", "G308"), "skipped"),
}


def test_doctor_tells_the_truth_of_it_line_by_line(failextract: Project) -> None:
    git("remote", "add", "upstream", "git@github.com:dingo-actual/failextract.git", cwd=failextract.root)
    assert tagward("uninstall", cwd=failextract.root).returncode == 0
    failextract.write(".github/workflows/pypi-release.yml", SEED)
    failextract.commit("the workflow of the guide")
    git("tag", "-f", "-a", "-m", "v1.0.0", "v1.0.0", cwd=failextract.root)

    done = tagward("doctor", "--offline", "--format", "json", cwd=failextract.root)

    told = json.loads(done.stdout)
    said = {one["code"]: one["status"] for group in told["groups"].values() for one in group}
    said.pop("G226")  # zizmor's rules are its own
    assert said == TRUTH
    assert done.returncode == 1


def test_init_sets_it_up_and_its_release_lands_on_an_index_and_installs_from_there(
    failextract: Project, tmp_path: Path
) -> None:
    repository, release = "dingo-actual/failextract", ".github/workflows/pypi-release.yml"
    git("remote", "set-url", "origin", f"git@github.com:{repository}.git", cwd=failextract.root)
    failextract.write(release, SEED)

    kept = tagward("init", "--yes", cwd=failextract.root)
    assert kept.returncode == 1
    assert (failextract.root / release).read_text() == SEED
    done = tagward("init", "--yes", "--force", cwd=failextract.root)
    assert done.returncode == 0, done.stderr
    assert "Found  failextract 1.0.0 · hatchling · src layout · GitHub dingo-actual/failextract" in kept.stderr
    text = (failextract.root / release).read_text()
    assert "types: [published]" in text
    assert 'python-version: "3.11"' in text
    assert "TWINE_PASSWORD: ${{ secrets.PYPI_API_TOKEN }}" in text
    assert "Nothing to do" in tagward("init", cwd=failextract.root).stderr

    commit = failextract.commit("Guard releases")
    git("tag", "-f", "-a", "-m", "v1.0.0", "v1.0.0", cwd=failextract.root)
    hub = tmp_path / "hub" / repository
    git("init", "-q", "--bare", str(hub), cwd=tmp_path)
    git("remote", "set-url", "origin", str(hub), cwd=failextract.root)
    assert "✓ v1.0.0 is ready" in accepted(failextract, "main", "v1.0.0")
    with local_index(tmp_path / "index") as index:
        ground = Ground(
            tmp_path / "run",
            f"file://{tmp_path / 'hub'}",
            {"TWINE_REPOSITORY_URL": index.upload, "TAGWARD_INDEX": index.simple},
            environments={"pypi": {"PYPI_API_TOKEN": index.password}},
        )
        run = run_workflow(read_workflow(text, release), Event.release("v1.0.0", commit, repository), ground)
        logs = "\n".join(step.log for job in run.jobs for step in job.steps if step.outcome is Outcome.FAILURE)
        assert {job.outcome for job in run.jobs} == {Outcome.SUCCESS}, logs
        words = ["pip", "install", "--no-deps", "--target", str(tmp_path / "there"), "--index-url", index.simple]
        subprocess.run([sys.executable, "-m", *words, "failextract==1.0.0"], check=True, timeout=120)
    assert (tmp_path / "there" / "failextract" / "__init__.py").is_file()
