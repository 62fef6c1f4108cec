"""The rules and projects of commits, each read once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tagward.model.config import Config
from tagward.sources import find_project_name
from tagward.sources.folders import find_folder
from tagward.survey import rules

if TYPE_CHECKING:
    from tagward.model.versions import Tree
    from tagward.tools.git import GitRepository


@dataclass(slots=True)
class Commits:
    """See `tagward.discover.Rules`."""

    repository: GitRepository
    _trees: dict[str, Tree] = field(default_factory=dict)
    _rules: dict[str, Config] = field(default_factory=dict)

    def of_commit(self, commit: str) -> Config:
        """The rules in the tree of a commit."""
        if commit not in self._rules:
            self._rules[commit] = rules(self._tree(commit), f"pyproject.toml at {commit[:7]}")
        return self._rules[commit]

    def of_head(self) -> Config:
        """The rules of the commit that is checked out; the defaults where there is none."""
        head = self.repository.commit_of("HEAD")
        return self.of_commit(head) if head else Config()

    def folder_of(self, commit: str, label: str) -> str | None:
        """The folder of the project that a label names, in the tree of a commit; None where there is none."""
        return find_folder(self._tree(commit), label)

    def name_of(self, commit: str, folder: str) -> str:
        """The name of the project in a folder; empty where it is not written down."""
        return find_project_name(self._tree(commit), folder) or ""

    def _tree(self, commit: str) -> Tree:
        if commit not in self._trees:
            self._trees[commit] = self.repository.tree(commit)
        return self._trees[commit]
