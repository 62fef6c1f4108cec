"""Passed verdicts, remembered on this machine for the second push; never read in a workflow."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import platform
import time
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from tagward.tools.halves import half_of
from tagward.tools.notes import make, notes

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SECONDS = 24 * 3600
VERSION = 1
TOOLS = ("tagward", "build", "twine", "pip", "packaging", "uv")


@dataclass(frozen=True, slots=True)
class Memory:
    """The folder of remembered verdicts.

    Attributes:
        folder: `passed` in the notes of the repository.
        now: seconds since the epoch.
    """

    folder: Path
    now: float

    @classmethod
    def of(cls, common_dir: Path) -> Memory:
        """The memory of a repository; its linked worktrees share it."""
        return cls(notes(common_dir) / "passed", time.time())

    def recall(self, tag: str, oid: str) -> dict[str, object] | None:
        """The record of a passed verdict on this tag at this object, by the same tools, at most a day old.

        The object id stands for the commit, and the commit for its configuration, so that the key covers both.
        Anything odd about the file means that nothing is remembered; so does that somebody else wrote it.
        """
        path = self._path(tag, oid)
        try:
            with path.open(encoding="utf-8") as file:
                if hasattr(os, "geteuid") and os.fstat(file.fileno()).st_uid != os.geteuid():
                    return None
                record = json.load(file)
            age = self.now - float(record["at"])
            same = record["key"] == _key(tag, oid) and record["verdict"] == "passed"
        except (OSError, ValueError, KeyError, TypeError, OverflowError, RecursionError):
            return None
        if not same or not 0 <= age <= SECONDS:
            return None
        return {**record, "age": age}

    def keep(self, tag: str, oid: str, record: Mapping[str, object]) -> bool:
        """Remember a passed verdict; False where that cannot be written down.

        A record that was recalled keeps the time of its verdict. The file appears whole or not at all.
        """
        data = json.dumps({"at": self.now, **record, "key": _key(tag, oid), "verdict": "passed"})
        path = self._path(tag, oid)
        try:
            make(self.folder)
            self._forget_the_old()
            half = half_of(path)
            try:
                half.write_text(data, encoding="utf-8")
                half.replace(path)
            finally:
                half.unlink(missing_ok=True)
        except OSError:
            return False
        return True

    def _path(self, tag: str, oid: str) -> Path:
        return self.folder / (hashlib.sha256(f"{oid} {tag}".encode("utf-8", "surrogateescape")).hexdigest() + ".json")

    def _forget_the_old(self) -> None:
        for file in self.folder.iterdir():
            with contextlib.suppress(OSError):
                if self.now - file.stat().st_mtime > SECONDS:
                    file.unlink()


def _key(tag: str, oid: str) -> dict[str, object]:
    return {"format": VERSION, "tag": tag, "oid": oid, "python": platform.python_version(), **tool_versions()}


@cache
def tool_versions() -> dict[str, str]:
    """The versions of everything whose word is part of a verdict."""
    from importlib import metadata  # noqa: PLC0415  # not before a build has begun that could wait for it

    versions = {}
    for name in TOOLS:
        with contextlib.suppress(metadata.PackageNotFoundError):
            versions[name] = metadata.version(name)
    return versions
