"""Versions from git's tags, and several projects in one repository, built for real."""

from __future__ import annotations

import subprocess
import sys

import pytest
from conftest import BACKEND, PYPROJECT, Project, git, tagward
from push_support import accepted, refused

pytestmark = pytest.mark.e2e
VCS = """\
[build-system]
requires = {requires}
build-backend = "{backend}"

[project]
name = "demo"
description = "A demo"
readme = "README.md"
dynamic = ["version"]

{tool}
"""
KINDS = {
    "hatch-vcs": ('["hatchling", "hatch-vcs"]', "hatchling.build", '[tool.hatch.version]\nsource = "vcs"'),
    "setuptools-scm": ('["setuptools>=64", "setuptools-scm>=8"]', "setuptools.build_meta", "[tool.setuptools_scm]"),
}


@pytest.fixture(scope="module")
def online(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Skip where the index cannot be reached: these backends are not in the tree."""
    folder = tmp_path_factory.mktemp("download")
    words = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", str(folder), "hatch-vcs"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"the index cannot be reached: {done.stderr.strip().splitlines()[-1]}")


@pytest.mark.usefixtures("online")
@pytest.mark.parametrize("kind", KINDS)
def test_a_version_from_git_is_foreseen_and_the_build_confirms_it(guarded: Project, kind: str) -> None:
    requires, backend, tool = KINDS[kind]
    (guarded.root / "backend.py").unlink()
    guarded.write("pyproject.toml", VCS.format(requires=requires, backend=backend, tool=tool))
    guarded.write("src/demo/__init__.py", '"""A demo."""\n')
    guarded.commit()
    guarded.tag("v2.0.0")

    said = accepted(guarded, "main", "v2.0.0")

    assert "✓ v2.0.0 is ready" in said
    assert "V102" not in said


@pytest.mark.parametrize("kind", KINDS)
def test_a_rival_tag_is_foreseen_before_anything_is_built(guarded: Project, kind: str) -> None:
    requires, backend, tool = KINDS[kind]
    guarded.write("pyproject.toml", VCS.format(requires=requires, backend=backend, tool=tool))
    guarded.commit()
    for name in ("v1.9.0", "v2.0.0"):
        git("tag", name, cwd=guarded.root)

    said = refused(guarded, "v2.0.0")

    assert "error[V007]: the build would make 1.9.0 from the tag v1.9.0, but the tag says 2.0.0" in said
    assert "build, contents, upload, install: not reached" in said


@pytest.fixture
def monorepo(guarded: Project) -> Project:
    """A repository of two projects, core at 1.0.0 and cli at 2.0.0."""
    for path in ("pyproject.toml", "backend.py", "src/demo/__init__.py", "README.md"):
        (guarded.root / path).unlink()
    for name, version in (("core", "1.0.0"), ("cli", "2.0.0")):
        folder = f"packages/{name}"
        guarded.write(f"{folder}/pyproject.toml", PYPROJECT.format(version=version).replace("demo", f"acme-{name}"))
        guarded.write(f"{folder}/backend.py", BACKEND)
        guarded.write(f"{folder}/README.md", "# Acme\n")
        guarded.write(f"{folder}/src/acme_{name}/__init__.py", f'"""Acme."""\n\n__version__ = "{version}"\n')
    guarded.commit()
    return guarded


def test_tags_of_several_projects_are_judged_each_in_its_folder(monorepo: Project) -> None:
    monorepo.tag("acme-core-v1.0.0")
    monorepo.tag("acme-cli==2.0.0")

    said = accepted(monorepo, "main", "acme-core-v1.0.0", "acme-cli==2.0.0")

    assert "✓ acme-core-v1.0.0 is ready" in said
    assert "✓ acme-cli==2.0.0 is ready" in said


def test_the_version_of_the_other_project_is_no_excuse(monorepo: Project) -> None:
    monorepo.tag("acme-core-v1.0.0")
    monorepo.tag("acme-core-v2.0.0")

    said = refused(monorepo, "acme-core-v1.0.0", "acme-core-v2.0.0")

    assert "git tag (2.0.0) != packages/core/pyproject.toml (1.0.0)" in said


def test_configured_projects_need_no_root_project(monorepo: Project) -> None:
    monorepo.write(
        "pyproject.toml",
        '[[tool.tagward.project]]\npath = "packages/core"\ntag = "{name}/v{version}"\n'
        '[[tool.tagward.project]]\npath = "packages/cli"\ntag = "cli-{version}"\n',
    )
    monorepo.commit()
    monorepo.tag("acme-core/v1.0.0")
    monorepo.tag("cli-2.0.1")

    said = refused(monorepo, "acme-core/v1.0.0", "cli-2.0.1")

    assert "✓ acme-core/v1.0.0 is ready" in said
    assert "git tag (2.0.1) != packages/cli/pyproject.toml (2.0.0)" in said


def test_bump_sets_the_project_in_its_folder(monorepo: Project) -> None:
    done = tagward("bump", "1.1.0", "--folder", "packages/core", cwd=monorepo.root)

    assert done.returncode == 0, done.stderr
    assert 'version = "1.1.0"' in (monorepo.root / "packages/core/pyproject.toml").read_text()
    assert 'version = "2.0.0"' in (monorepo.root / "packages/cli/pyproject.toml").read_text()


@pytest.mark.parametrize("words", [("versions",), ("bump", "2.0.0"), ("rehearse",)], ids=lambda words: words[0])
def test_a_folder_that_is_not_there_is_named(monorepo: Project, words: tuple[str, ...]) -> None:
    done = tagward(*words, "--folder", "nope", cwd=monorepo.root)

    assert (done.returncode, done.stdout) == (2, "")
    assert "error: --folder nope: git has no file there" in done.stderr
