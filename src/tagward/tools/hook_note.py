"""What `uninstall` could not know without being told: how things were where git or we leave no trace of it."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from tagward.tools.answers import ODD

if TYPE_CHECKING:
    from pathlib import Path

NOTE = "undo.json"


@dataclass(frozen=True, slots=True)
class Note:
    """The note that `install` leaves in tagward's folder of a repository, where there is something to tell.

    Attributes:
        config: digest of a configuration whose last line had no end; git gave it one to add ours.
        made_hooks: whether the hooks directory was not there before.
        moving: the name of the foreign hook that an `install` is giving another name; empty once it is complete.
    """

    config: str = ""
    made_hooks: bool = False
    moving: str = ""

    @classmethod
    def read(cls, state: Path) -> Note:
        """The note of a repository; an empty one where there is none that can be read."""
        try:
            told = json.loads((state / NOTE).read_text(encoding="utf-8"))
            return cls(str(told["config"]), bool(told["made_hooks"]), str(told["moving"]))
        except (OSError, *ODD):
            return cls()

    def write(self, state: Path) -> None:
        """Leave the note, or none where there is nothing to tell."""
        if self != Note():
            state.mkdir(exist_ok=True)
            (state / NOTE).write_text(json.dumps(asdict(self)), encoding="utf-8")
        elif (state / NOTE).exists():
            (state / NOTE).unlink()
            with contextlib.suppress(OSError):  # it holds more than the note
                state.rmdir()

    def restore_end(self, common: Path) -> None:
        """Take the line end away again that git gave the configuration, if nothing else has changed since."""
        config = (common / "config").resolve()
        data = config.read_bytes()
        if not data.endswith(b"\n") or _digest(data[:-1]) != self.config:
            return
        lock = config.with_name("config.lock")  # git's own protocol (lockfile.h): no other git writes meanwhile
        with lock.open("xb") as file:
            os.fchmod(file.fileno(), config.stat().st_mode & 0o777)
            file.write(data[:-1])
        lock.replace(config)


def unended(common: Path) -> str:
    """The digest of a configuration whose last line has no end; empty where it has one."""
    data = (common / "config").read_bytes()
    return _digest(data) if data and not data.endswith(b"\n") else ""


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
