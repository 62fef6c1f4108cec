"""A tree of files that is a mapping."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from tagward.model.versions import Unreadable

if TYPE_CHECKING:
    from collections.abc import Collection


class PaperTree:
    """Files by path, as text or bytes; None stands for one that must not be read."""

    def __init__(self, files: dict[str, str | bytes | None]) -> None:
        self._files = files
        self.asked: list[str] = []

    def read(self, path: str) -> bytes | None:
        self.asked.append(path)
        if path.startswith("/") or posixpath.normpath(path).startswith("../"):
            raise Unreadable(f"{path} leads out of the project")
        if path not in self._files:
            return None
        content = self._files[path]
        if content is None:
            raise Unreadable("it is a link that leads out of the tree")
        return content if isinstance(content, bytes) else content.encode()

    def paths(self) -> Collection[str]:
        return self._files.keys()


def pyproject(*lines: str, backend: str = "hatchling.build", requires: str = "") -> str:
    """A pyproject.toml of a project `demo` whose build system takes three lines."""
    head = ["[build-system]", f"requires = [{requires}]", f'build-backend = "{backend}"']
    return "\n".join([*(head if backend else []), *lines]) + "\n"
