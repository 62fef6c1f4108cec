"""The comparison that the tests of pushes rely on sees what it must see."""

from __future__ import annotations

from typing import TYPE_CHECKING

from push_support import traces

if TYPE_CHECKING:
    from conftest import Project


def test_a_changed_file_is_seen(project: Project) -> None:
    before = traces(project.root)

    project.write("README.md", "# Other\n")

    assert traces(project.root) != before


def test_a_changed_mode_is_seen(project: Project) -> None:
    before = traces(project.root)

    (project.root / ".git/HEAD").chmod(0o600)

    assert traces(project.root) != before


def test_a_new_empty_folder_is_seen(project: Project) -> None:
    before = traces(project.root)

    (project.root / ".git/worktrees").mkdir()

    assert traces(project.root) != before


def test_a_folder_of_our_own_is_not(project: Project) -> None:
    before = traces(project.root)

    project.write(".git/tagward/passed/x.json", "{}")

    assert traces(project.root) == before
