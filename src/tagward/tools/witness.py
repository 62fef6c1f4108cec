"""What code of the project must leave alone in the user's repository: what git runs there, and what it obeys."""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tagward.errors import CannotJudge

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from tagward.tools.git import GitRepository

_OBEYED = ("config", "config.worktree", "info/attributes", "info/grafts", "objects/info/alternates")
"""Files that name programs, filters or other objects (gitrepository-layout(5)); refs and index change with any work."""


@dataclass(frozen=True, slots=True)
class Witness:
    """The hooks and the configuration of a repository, as they were.

    Attributes:
        repository: whose.
        before: of each file its mode, where it leads as a link, and the digest of its content, by its path.
    """

    repository: GitRepository
    before: Mapping[Path, tuple[int, bytes]]

    @classmethod
    def of(cls, repository: GitRepository) -> Witness:
        """As they are now."""
        return cls(repository, dict(_files(repository)))

    def require_unchanged(self) -> None:
        """See that they still are.

        Raises:
            CannotJudge: one was changed, is new or is gone.
        """
        now = dict(_files(self.repository))
        changed = sorted(path for path in now.keys() | self.before.keys() if now.get(path) != self.before.get(path))
        if changed:
            raise CannotJudge(
                f"{changed[0]} was changed while code of the project ran" + (", like others" if changed[1:] else ""),
                why="if it was that code, or something that it requires, git runs here what it likes",
                fixes=("look at it before you run git here again", "if it was you, the same command again"),
            )


def _files(repository: GitRepository) -> Iterator[tuple[Path, tuple[int, bytes]]]:
    said = repository.ask("rev-parse", "--path-format=absolute", "--git-path", "hooks").text.removesuffix("\n")
    hooks = repository.common_dir / said
    inside = [hooks / name for name in os.listdir(hooks)] if hooks.is_dir() else []  # noqa: PTH208  # names alone
    folders = dict.fromkeys((repository.common_dir, repository.git_dir))
    for path in (*inside, *(folder / name for folder in folders for name in _OBEYED)):
        try:
            mode = path.lstat().st_mode
            leads = os.fsencode(path.readlink()) if stat.S_ISLNK(mode) else b""
            yield path, (mode, leads + (_digest(path) if path.is_file() else b""))
        except FileNotFoundError:
            continue


def _digest(path: Path) -> bytes:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()
