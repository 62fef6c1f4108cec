"""When a pass is remembered, and when other tags on the commit take it back."""

from __future__ import annotations

import pytest
from conftest import Project, git

from tagward.cli._recall import beside, recall
from tagward.model.refs import PushedRef
from tagward.tools.git import GitRepository
from tagward.tools.memory import Memory


@pytest.mark.parametrize(("from_git", "remembered"), [(True, False), (False, True)], ids=["from git", "written down"])
def test_another_tag_on_the_commit_counts_where_the_version_comes_from_git(
    project: Project, from_git: bool, remembered: bool
) -> None:
    project.tag("v1.0.0")
    repository = GitRepository.find(project.root)
    oid, commit = (git("rev-parse", name, cwd=project.root).stdout.strip() for name in ("v1.0.0", "HEAD"))
    ref = PushedRef("refs/tags/v1.0.0", oid, "refs/tags/v1.0.0", "0" * 40)
    others = beside(repository, commit) if from_git else None
    Memory.of(repository.common_dir).keep("v1.0.0", oid, {"version": "1.0.0", "commit": commit, "beside": others})

    assert set(recall(repository, [ref])) == {ref}
    git("tag", "v0.9.0", cwd=project.root)
    assert set(recall(repository, [ref])) == ({ref} if remembered else set())
