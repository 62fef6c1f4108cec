"""The wheel of the commit against the wheel of the sdist, with real builds."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from conftest import BACKEND, Project, git
from paper import CANDIDATE, TAG, WORKSPACE

from tagward.tools.archives import read_distribution
from tagward.tools.build import build
from tagward.tools.deep import differences_from_tree
from tagward.tools.environ import scratch_env
from tagward.tools.git import GitRepository
from tagward.tools.installers import find_installers

if TYPE_CHECKING:
    from pathlib import Path

SKIPPING = """
_all = _sources
_sources = lambda top: [one for one in _all(top) if top != "." or one.name != "table.json"]
"""
WITHOUT_PKG_INFO = """
_build = build_wheel
def build_wheel(directory, *settings, **named):
    if not pathlib.Path("PKG-INFO").exists():
        {}
    return _build(directory)
"""
"""The backend of the tests, which does something else where it builds from the commit and not from an sdist."""


def differences(project: Project, folder: Path) -> tuple[str, ...]:
    """Commit, build, and compare."""
    project.commit()
    project.tag("v1.0.0")
    oid = git("rev-parse", "v1.0.0", cwd=project.root).stdout.strip()
    commit = git("rev-parse", "v1.0.0^{commit}", cwd=project.root).stdout.strip()
    workspace = replace(
        WORKSPACE, candidate=replace(CANDIDATE, tag=replace(TAG, name="v1.0.0", oid=oid, commit=commit))
    )
    home, copy, log = folder / "home", folder / "copy", folder / "log"
    home.mkdir()
    git("clone", "-q", str(project.root), str(copy), cwd=folder)
    log.write_bytes(b"")
    env = {**scratch_env(home), "PYTHONDONTWRITEBYTECODE": "1"}
    installers = find_installers()
    assert build(copy, folder / "dist", env, installers, log) is None
    files = [read_distribution(path) for path in (folder / "dist").iterdir()]
    repository = GitRepository.find(project.root)
    again = partial(build, env=env, installers=installers, log=log, wheel_only=True)
    return differences_from_tree(repository, workspace, files, folder / "deep", again)


def test_the_same_wheel_has_no_differences(project: Project, tmp_path: Path) -> None:
    project.write("src/demo/more.py", "")

    assert differences(project, tmp_path) == ()


def test_a_file_that_the_sdist_lacks_comes_from_the_commit_alone(project: Project, tmp_path: Path) -> None:
    project.write("src/demo/table.json", "{}")
    project.write("backend.py", BACKEND + SKIPPING)

    assert differences(project, tmp_path) == ("demo/table.json comes from the commit alone",)


def test_other_contents_are_named(project: Project, tmp_path: Path) -> None:
    change = 'pathlib.Path("src/demo/__init__.py").write_text("changed = 1")'
    project.write("backend.py", BACKEND + WITHOUT_PKG_INFO.format(change))

    assert differences(project, tmp_path) == ("demo/__init__.py has other contents",)


def test_a_wheel_that_only_the_sdist_gives_is_told(project: Project, tmp_path: Path) -> None:
    project.write("backend.py", BACKEND + WITHOUT_PKG_INFO.format("raise RuntimeError('there is no PKG-INFO')"))

    assert differences(project, tmp_path) == ("from the commit it does not build: there is no PKG-INFO",)
