"""`tagward versions` and `tagward bump`, in real repositories."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from conftest import Project, git, tagward

from tagward.sources import find_source
from tagward.tools.census import Census
from tagward.tools.git import GitRepository
from tagward.tools.tags import RepositoryTags, dated_tags_at, tagged_commits

if TYPE_CHECKING:
    from pathlib import Path

    from tagward.model.versions import Tree

HOSTILE = "open({marker!r}, 'w').close()\n"


def _table(project: Project, *words: str) -> list[dict[str, str]]:
    done = tagward("versions", "--all-tags", "--format", "json", *words, cwd=project.root)
    assert done.returncode == 0, done.stderr
    rows: list[dict[str, str]] = json.loads(done.stdout)
    return rows


def test_the_constellation_of_the_working_tree_is_a_table(project: Project) -> None:
    done = tagward("versions", cwd=project.root)

    assert done.returncode == 0
    assert done.stdout.splitlines()[1:] == [
        "  says   where                      what             what for",
        "✓ 1.0.0  pyproject.toml:8:12        project.version  feeds the build",
        "✓ 1.0.0  src/demo/__init__.py:3:16  __version__      shipped",
    ]


def test_a_place_that_disagrees_is_marked_and_the_exit_code_says_so(project: Project) -> None:
    project.tag("v1.0.0")
    project.write("src/demo/__init__.py", '__version__ = "0.9"\n')

    here = tagward("versions", "--format", "json", cwd=project.root)
    there = tagward("versions", "v1.0.0", "--format", "json", cwd=project.root)

    assert (here.returncode, there.returncode) == (1, 0)
    assert [(row["says"], row["agrees"]) for row in json.loads(here.stdout)["places"]] == [
        ("1.0.0", True),
        ("0.9", False),
    ]


def test_a_tag_that_is_no_release_has_no_versions(project: Project) -> None:
    git("tag", "nightly", cwd=project.root)

    done = tagward("versions", "nightly", cwd=project.root)

    assert done.returncode == 2
    assert "nightly is no release tag" in done.stderr


def test_every_tag_is_told_with_what_its_commit_says(project: Project) -> None:
    project.tag("v1.0.0")
    git("tag", "v1.0.1", cwd=project.root)
    git("tag", "nightly", cwd=project.root)
    project.write("pyproject.toml", (project.root / "pyproject.toml").read_text().replace('"1.0.0"', '"1.1.0"'))
    project.commit()
    git("tag", "v1.1", cwd=project.root)
    git("tag", "v9", "HEAD^{tree}", cwd=project.root)

    rows = {row["tag"]: (row["version"], row["declared"], row["match"]) for row in _table(project)}

    assert rows == {
        "nightly": ("", "", "none"),
        "v1.0.0": ("1.0.0", "1.0.0", "yes"),
        "v1.0.1": ("1.0.1", "1.0.0", "no"),
        "v1.1": ("1.1", "1.1.0", "yes"),
        "v9": ("9", "", "none"),
    }


def test_labels_lead_to_the_projects_they_name(project: Project) -> None:
    for name in ("core", "acme-cli"):
        project.write(f"packages/{name}/pyproject.toml", f'[project]\nname = "{name}"\nversion = "2.0"\n')
    project.commit()
    for tag in ("core-v2.0", "acme-cli==2.1", "demo@1.0.0", "other-v1.0"):
        git("tag", tag, cwd=project.root)

    rows = {row["tag"]: (row["folder"], row["match"]) for row in _table(project)}

    assert rows == {
        "acme-cli==2.1": ("packages/acme-cli", "no"),
        "core-v2.0": ("packages/core", "yes"),
        "demo@1.0.0": ("", "yes"),
        "other-v1.0": ("", "none"),
    }


def _several(project: Project, rules: str = "") -> None:
    git("rm", "-q", "pyproject.toml", cwd=project.root)
    for name, version in (("core", "1.2.0"), ("cli", "0.3.0")):
        project.write(f"packages/{name}/pyproject.toml", f'[project]\nname = "acme-{name}"\nversion = "{version}"\n')
    if rules:
        project.write("pyproject.toml", rules)
    project.commit()


STATED = "".join(
    f'[[tool.tagward.project]]\npath = "packages/{name}"\ntag = "{name}-v{{version}}"\n' for name in ("core", "cli")
)


@pytest.mark.parametrize("rules", ["", STATED], ids=["found", "stated"])
def test_versions_tells_every_project_of_a_repository_and_bump_wants_one(project: Project, rules: str) -> None:
    _several(project, rules)
    before = git("status", "--porcelain", cwd=project.root)

    told = tagward("versions", cwd=project.root)
    one = tagward("versions", "--folder", "packages/cli/", cwd=project.root)
    bumped = tagward("bump", "2.0.0", cwd=project.root)

    assert (told.returncode, one.returncode, bumped.returncode) == (0, 0, 2)
    assert "acme-core (setuptools)" in told.stdout
    assert "acme-cli (setuptools)" in told.stdout
    assert "acme-core" not in one.stdout
    assert "tagward bump 2.0.0 --folder packages/core" in bumped.stderr
    assert git("status", "--porcelain", cwd=project.root).stdout == before.stdout


def test_configured_forms_lead_to_the_projects_too(project: Project) -> None:
    _several(project, STATED)
    for tag in ("core-v1.2.0", "cli-v0.3.1", "other-v1.0"):
        git("tag", tag, cwd=project.root)

    rows = {row["tag"]: (row["folder"], row["match"]) for row in _table(project)}

    assert rows == {
        "cli-v0.3.1": ("packages/cli", "no"),
        "core-v1.2.0": ("packages/core", "yes"),
        "other-v1.0": ("", "none"),
    }


def test_equal_files_are_read_once(project: Project) -> None:
    for number in range(40):
        git("commit", "-q", "--allow-empty", "-m", str(number), cwd=project.root)
        git("tag", f"v0.{number}", cwd=project.root)
    repository = GitRepository.find(project.root)
    asked = []

    def look(tree: Tree, key: str) -> str:
        asked.append(key)
        declaration = find_source(tree).declaration
        return declaration.text if declaration else ""

    commits = [(commit, "") for _, commit in tagged_commits(repository)]
    found = Census(repository, look).ask(commits)

    assert len(set(commits)) == 40
    assert set(found.values()) == {"1.0.0"}
    assert len(asked) <= 4


def test_a_link_is_followed_inside_the_tree_and_no_further(project: Project) -> None:
    (project.root / "VERSION").symlink_to("real")
    (project.root / "outside").symlink_to("/etc/hostname")
    project.write("real", "1.0\n")
    commit = project.commit()
    repository = GitRepository.find(project.root)

    def read(tree: Tree, path: str) -> str:
        try:
            data = tree.read(path)
        except Exception as failure:  # noqa: BLE001  # the kind is what the test is about
            return type(failure).__name__
        return "none" if data is None else data.decode().strip()

    paths = ("VERSION", "outside", "gone", "src", "../x", "/etc/hostname")
    found = Census(repository, read).ask([(commit, path) for path in paths])

    assert [found[commit, path] for path in paths] == ["1.0", "Unreadable", "none", "none", "Unreadable", "Unreadable"]


def test_nothing_of_the_project_is_run(project: Project, tmp_path: Path) -> None:
    marker = tmp_path / "ran"
    code = HOSTILE.format(marker=str(marker))
    for path in (
        "setup.py",
        "src/demo/__init__.py",
        "docs/conf.py",
        "sitecustomize.py",
        "conftest.py",
        "json.py",
        "tomli.py",
    ):
        project.write(path, code + '__version__ = "1.0.0"\n')
    project.write(
        "pyproject.toml",
        '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n[project]\nname = "demo"\n'
        'dynamic = ["version"]\n[tool.hatch.version]\nsource = "code"\npath = "setup.py"\n',
    )
    project.commit()
    project.tag("v1.0.0")

    for words in (
        ["versions"],
        ["versions", "v1.0.0"],
        ["versions", "--all-tags"],
        ["check", "--fast"],
        ["bump", "1.1", "--dry-run"],
    ):
        assert tagward(*words, cwd=project.root).returncode in {0, 1}

    assert not marker.exists()


def test_bump_sets_every_place_and_commits_nothing(project: Project) -> None:
    done = tagward("bump", "1.1.0", cwd=project.root)

    assert done.returncode == 0, done.stderr
    assert git("diff", "--stat", cwd=project.root).stdout.count("| 2 +-") == 2
    assert tagward("versions", "--format", "json", cwd=project.root).returncode == 0
    assert git("log", "--oneline", cwd=project.root).stdout.count("\n") == 1


def test_a_dry_run_prints_the_diff_and_writes_nothing(project: Project) -> None:
    done = tagward("bump", "1.1.0", "--dry-run", cwd=project.root)

    assert '-version = "1.0.0"\n+version = "1.1.0"\n' in done.stdout
    assert git("status", "--porcelain", cwd=project.root).stdout == ""


@pytest.mark.parametrize("text", ["1.x", "1.0+local", ""])
def test_bump_refuses_what_no_index_takes(project: Project, text: str) -> None:
    done = tagward("bump", text, cwd=project.root)

    assert done.returncode == 2
    assert git("status", "--porcelain", cwd=project.root).stdout == ""


def test_tags_on_a_commit_are_told_with_their_kind_and_date(project: Project) -> None:
    project.tag("v1.0.0")
    git("tag", "light", cwd=project.root)
    commit = git("rev-parse", "HEAD", cwd=project.root).stdout.strip()

    assert dated_tags_at(GitRepository.find(project.root), commit) == (
        ("light", False, 0),
        ("v1.0.0", True, 1795348800),
    )


def test_a_branch_of_the_remote_holds_a_commit_or_not(project: Project) -> None:
    tags = RepositoryTags(GitRepository.find(project.root))
    commit = git("rev-parse", "HEAD", cwd=project.root).stdout.strip()

    assert tags.on_branch(commit, []) is None
    assert tags.on_branch(commit, [commit]) is True
    git("push", "-q", "origin", "main", cwd=project.root)
    git("fetch", "-q", cwd=project.root)
    assert tags.on_branch(commit, []) is True
    elsewhere = git("commit-tree", "-m", "x", "HEAD^{tree}", cwd=project.root).stdout.strip()
    assert tags.on_branch(elsewhere, []) is False
