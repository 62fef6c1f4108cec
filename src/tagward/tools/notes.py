"""Where receipts, remembered passes, logs and reports of a repository are kept: in it, or with the user."""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
from pathlib import Path


def notes(common_dir: Path) -> Path:
    """The folder, which need not be there yet.

    It lies in the repository, where that is ours and can be written to; a file of root in there could not be removed
    by its owner. Otherwise it is one of this user alone, in the state folder of the system (XDG Base Directory
    Specification), named for where the repository is.
    """
    inside = common_dir / "tagward"
    return inside if _is_writable(common_dir, inside) else _outside(common_dir)


def are_elsewhere(common_dir: Path) -> bool:
    """Whether they are kept outside of the repository."""
    return notes(common_dir).parent != common_dir


def make(folder: Path) -> None:
    """Make a folder below `notes`.

    Raises:
        OSError: it cannot be made, or the one for all of them is not this user's alone.
    """
    state = _state()
    if folder.is_relative_to(state):
        state.parent.mkdir(parents=True, exist_ok=True)
        for one in (state, *reversed(folder.parents), folder):
            if one.is_relative_to(state):
                one.mkdir(mode=0o700, exist_ok=True)
                status = one.lstat()
                if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.geteuid() or status.st_mode & 0o022:
                    raise PermissionError(f"{one} is not a folder of this user alone")
    folder.mkdir(parents=True, exist_ok=True)


def shown(folder: Path) -> str:
    """The path, as people write it."""
    with contextlib.suppress(RuntimeError, ValueError):
        return f"~/{folder.relative_to(Path.home())}"
    return str(folder)


def _is_writable(common_dir: Path, inside: Path) -> bool:
    with contextlib.suppress(OSError):
        mine = not hasattr(os, "geteuid") or common_dir.stat().st_uid == os.geteuid()
        return mine and os.access(inside if inside.is_dir() else common_dir, os.W_OK | os.X_OK)
    return False


def _state() -> Path:
    import platformdirs  # noqa: PLC0415  # the second push reads without it

    return Path(platformdirs.user_state_dir("tagward", appauthor=False))


def _outside(common_dir: Path) -> Path:
    whole = common_dir.resolve()
    return _state() / hashlib.sha256(os.fsencode(whole)).hexdigest()[:32]
