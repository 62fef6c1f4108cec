"""The files of a commit, of the index and of a folder are read alike."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from export_support import Project, isolate, make_project, python

from tagward.errors import CannotJudge
from tagward.model.versions import Tree, Unreadable
from tagward.tools import objects as tools_objects
from tagward.tools import trees as tools_trees
from tagward.tools.trees import FolderTree, open_commit_tree, open_index_tree

if TYPE_CHECKING:
    from pathlib import Path

LINKS = {
    "straight": "pyproject.toml",
    "src/up": "../pyproject.toml",
    "folder": "src/demo",
    "src/demo/again": "../../folder/__init__.py",
    "twice": "straight",
    "nowhere": "absent.txt",
    "to-folder": "src",
    "outside": "../../../etc/passwd",
    "src/outside": "../../x",
    "absolute": "/etc/passwd",
    "circle": "circle",
    "circle-a": "circle-b",
    "circle-b": "circle-a",
}


@pytest.fixture(autouse=True)
def _isolated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    isolate(tmp_path, monkeypatch)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    project = make_project(tmp_path / "project")
    project.write("src/demo/__init__.py", "x = 1\n")
    for name, target in LINKS.items():
        (project.path / name).symlink_to(target)
    project.write("bad\udcff name\n", b"\0\xff")
    project.commit()
    return project


@pytest.fixture(params=["commit", "index", "folder"])
def tree(project: Project, request: pytest.FixtureRequest) -> Tree:
    repository = project.found()
    head = project.git("rev-parse", "HEAD")
    match request.param:
        case "commit":
            return open_commit_tree(repository, head)
        case "index":
            return open_index_tree(repository)
        case _:
            return FolderTree(project.path, repository.tree(head).paths())


def test_files_and_links_inside(tree: Tree) -> None:
    toml = tree.read("pyproject.toml")

    assert toml is not None
    assert b'"1.0.0"' in toml
    assert [tree.read(name) for name in ("straight", "src/up", "twice")] == [toml] * 3
    assert [tree.read(name) for name in ("folder/__init__.py", "src/demo/again")] == [b"x = 1\n"] * 2
    assert tree.read("bad\udcff name\n") == b"\0\xff"


@pytest.mark.parametrize(
    "path", ["absent.txt", "src", "src/demo", "pyproject.toml/x", "nowhere", "to-folder", "nowhere/x", "", ".git/HEAD"]
)
def test_no_such_file(tree: Tree, path: str) -> None:
    assert tree.read(path) is None


@pytest.mark.parametrize(
    "path", ["outside", "src/outside", "absolute", "circle", "circle-a", "../project/pyproject.toml", "/etc/passwd"]
)
def test_links_that_lead_out_or_in_a_circle(tree: Tree, path: str) -> None:
    with pytest.raises(Unreadable):
        tree.read(path)


def test_paths_are_all_tracked_files(tree: Tree) -> None:
    assert set(tree.paths()) == {"pyproject.toml", "src/demo/__init__.py", "bin/tool", "bad\udcff name\n", *LINKS}


def test_too_large(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (tools_objects, tools_trees, sys.modules["tagward.tools.git"]):
        monkeypatch.setattr(module, "LARGEST", 10)

    assert tree.read("bin/tool") == b"#!/bin/sh\n"
    with pytest.raises(Unreadable, match="too large"):
        tree.read("pyproject.toml")


def test_read_many_takes_what_can_be_read(project: Project) -> None:
    tree = open_commit_tree(project.found(), project.git("rev-parse", "HEAD"))

    contents = tree.read_many(["bin/tool", "twice", "absent.txt", "outside", "circle", "src/demo/again"])

    assert set(contents) == {"bin/tool", "twice", "src/demo/again"}


def test_read_many_needs_two_processes(project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tree = open_commit_tree(project.found(), project.git("rev-parse", "HEAD"))
    counting_git(tmp_path, monkeypatch)

    tree.read_many(["bin/tool", "pyproject.toml", "src/demo/__init__.py"])
    tree.read("bin/tool")

    assert len((tmp_path / "calls").read_text().splitlines()) == 2


def counting_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = f'#!/bin/sh\necho "$*" >> "{tmp_path}/calls"\nPATH="{os.environ["PATH"]}"\nexec git "$@"\n'
    (tmp_path / "counting").mkdir()
    (tmp_path / "counting" / "git").write_text(script)
    (tmp_path / "counting" / "git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'counting'}:{os.environ['PATH']}")


def test_submodules_are_not_files(project: Project, tmp_path: Path) -> None:
    inner = make_project(tmp_path / "inner")
    project.git("submodule", "-q", "add", inner.path.as_uri(), "vendor")
    head = project.commit()
    repository = project.found()

    for tree in (open_commit_tree(repository, head), open_index_tree(repository)):
        assert "vendor" not in tree.paths()
        assert tree.read("vendor") is tree.read("vendor/pyproject.toml") is None


# The index, as `git commit` would take it.


def test_index_holds_what_is_staged(project: Project) -> None:
    project.write("pyproject.toml", "staged\n")
    project.git("add", "pyproject.toml")
    project.write("pyproject.toml", "not staged\n")
    project.write("untracked.py")
    project.git("rm", "-q", "--cached", "bin/tool")
    tree = open_index_tree(project.found())

    assert tree.read("pyproject.toml") == b"staged\n"
    assert not {"untracked.py", "bin/tool"} & set(tree.paths())


def test_53_index_file_that_git_commit_names_is_read(project: Project) -> None:
    hook = project.git_dir / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    path = os.pathsep.join(part for part in sys.path if part)
    program = (
        "from tagward.tools.git import GitRepository; from tagward.tools.trees import open_index_tree;"
        "print(open_index_tree(GitRepository.find()).read('pyproject.toml'))"
    )
    hook.write_text(f"#!/bin/sh\nPYTHONPATH='{path}' '{sys.executable}' -P -c \"{program}\" > seen\n")
    hook.chmod(0o755)
    project.write("pyproject.toml", "in the commit\n")

    project.git("commit", "-q", "-a", "-m", "all")
    whole = (project.path / "seen").read_text()
    project.write("pyproject.toml", "in a subdirectory\n")
    project.run("commit", "-q", "-m", "one", "../pyproject.toml", cwd=project.path / "src")

    assert (whole, (project.path / "seen").read_text()) == ("b'in the commit\\n'\n", "b'in a subdirectory\\n'\n")


def test_index_leaves_out_what_is_only_intended(project: Project) -> None:
    project.write("empty.py")
    project.git("add", "empty.py")
    project.write("later.py", "x\n")
    project.git("add", "--intent-to-add", "later.py")
    tree = open_index_tree(project.found())

    assert "empty.py" in tree.paths()
    assert "later.py" not in tree.paths()


def test_index_leaves_out_sides_of_a_conflict(project: Project) -> None:
    project.git("switch", "-qc", "other")
    project.commit(**{"file.txt": "theirs\n"})
    project.git("switch", "-q", "main")
    project.commit(**{"file.txt": "ours\n"})
    project.git("merge", "-q", "other", check=False)

    assert "file.txt" not in open_index_tree(project.found()).paths()


def test_index_of_a_new_repository(tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    new = Project(tmp_path / "new")
    new.git("init", "-q")
    new.write("pyproject.toml", "first\n")
    new.git("add", ".")

    assert open_index_tree(new.found()).read("pyproject.toml") == b"first\n"


def test_corrupt_index_is_said(project: Project) -> None:
    repository = project.found()
    (project.git_dir / "index").write_bytes(b"garbage")

    with pytest.raises(CannotJudge):
        open_index_tree(repository)


def test_index_is_read_without_gitpython(project: Project) -> None:
    program = (
        "import sys; from tagward.tools.git import GitRepository; from tagward.tools.trees import open_index_tree;"
        "open_index_tree(GitRepository.find()).read('pyproject.toml'); sys.exit('git' in sys.modules)"
    )

    assert subprocess.run(python(program), cwd=project.path, check=False).returncode == 0


# Folders.


def test_folder_shows_only_the_given_files(tmp_path: Path) -> None:
    for name in ("given", "other"):
        (tmp_path / name).write_text(name)
    (tmp_path / "link").symlink_to("other")
    os.mkfifo(tmp_path / "pipe")
    tree = FolderTree(tmp_path, ["given", "link", "gone", "pipe"])

    assert [tree.read(name) for name in ("given", "link", "other", "gone", "a\0b")] == [
        b"given",
        b"other",
        None,
        None,
        None,
    ]
    with pytest.raises(Unreadable, match="regular"):
        tree.read("pipe")
