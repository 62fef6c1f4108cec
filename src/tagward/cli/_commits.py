"""The rules and projects of commits: many commits are read in one pass, and equal files once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tagward.errors import ConfigError
from tagward.model.config import Config
from tagward.sources import find_project_name
from tagward.sources.folders import find_folder
from tagward.survey import rules
from tagward.tools.census import Census
from tagward.tools.tags import CHUNK

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tagward.model.versions import Tree
    from tagward.tools.git import GitRepository

_Answer = Config | ConfigError | str | None


@dataclass(slots=True)
class Commits:
    """See `tagward.discover.Rules`."""

    repository: GitRepository
    _census: Census[tuple[str, str], _Answer] = field(init=False)
    _known: dict[tuple[str, tuple[str, str]], _Answer] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Begin to ask."""
        self._census = Census(self.repository, _answer)

    def read(self, commits: Iterable[str]) -> None:
        """Read the rules of many commits in one pass; what their files hold is forgotten as soon as it is read."""
        unique = list(dict.fromkeys(commits))
        last: _Answer = None
        for start in range(0, len(unique), CHUNK):
            census = Census(self.repository, _answer)
            asked = [(commit, ("rules", "")) for commit in unique[start : start + CHUNK]]
            for question, answer in census.ask(asked).items():
                last = last if answer == last else answer  # releases mostly share their rules, and so the memory
                self._known[question] = last

    def of_commit(self, commit: str) -> Config:
        """The rules in the tree of a commit."""
        found = self._ask(commit, "rules", "")
        if isinstance(found, ConfigError):
            raise ConfigError(f"{found} (in the commit {commit[:7]})", why=found.why, fixes=found.fixes)
        return found if isinstance(found, Config) else Config()

    def of_head(self) -> Config:
        """The rules of the commit that is checked out; the defaults where there is none."""
        head = self.head_commit()
        return self.of_commit(head) if head else Config()

    def head_commit(self) -> str:
        """The commit that is checked out; empty where there is none."""
        return self.repository.commit_of("HEAD") or ""

    def folder_of(self, commit: str, label: str) -> str | None:
        """The folder of the project that a label names, in the tree of a commit; None where there is none."""
        found = self._ask(commit, "folder", label)
        return found if isinstance(found, str) else None

    def name_of(self, commit: str, folder: str) -> str:
        """The name of the project in a folder; empty where it is not written down."""
        found = self._ask(commit, "name", folder)
        return found if isinstance(found, str) else ""

    def _ask(self, commit: str, what: str, about: str) -> _Answer:
        asked = (commit, (what, about))
        if asked not in self._known:
            self._known |= self._census.ask([asked])
        return self._known[asked]


def _answer(tree: Tree, asked: tuple[str, str]) -> _Answer:
    what, about = asked
    if what == "folder":
        return find_folder(tree, about)
    if what == "name":
        return find_project_name(tree, about)
    try:
        return rules(tree, "pyproject.toml")
    except ConfigError as failure:
        return failure
