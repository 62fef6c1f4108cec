"""Write files all or none: an error on the way leaves every file as it was."""

from __future__ import annotations

import contextlib
import os
import stat
from typing import TYPE_CHECKING

from tagward.errors import CannotJudge
from tagward.tools.halves import half_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tagward.model.plan import Write


def apply(root: Path, writes: Sequence[Write]) -> None:
    """Write every file, through a new file beside it that takes its name and its mode.

    Raises:
        CannotJudge: a file has changed meanwhile, leaves the repository, or cannot be written; none is changed then.
    """
    halves: list[Path] = []
    staged: list[tuple[Path, Path, Path | None]] = []
    done: list[tuple[Path, Path | None]] = []
    folders: list[Path] = []
    try:
        for write in writes:
            path = _unchanged(root, write)
            _make_folders(path.parent, folders)
            halves.append(_stage(path, write.after))
            # The way back is on the disk before anything is changed: a full one must not cost the old content.
            back = None if write.new else _stage(path, write.before)
            halves += [back] if back else []
            staged.append((path, halves[-2] if back else halves[-1], back))
        for path, half, back in staged:
            done.append((path, back))
            half.replace(path)
    except BaseException as failure:
        for path, back in done:
            _put_back(path, back)
        for folder in reversed(folders):
            _remove_empty(folder, halves)
        if isinstance(failure, OSError):
            raise CannotJudge(f"nothing was written: {failure}") from failure
        raise
    finally:
        for half in halves:
            half.unlink(missing_ok=True)


def _put_back(path: Path, back: Path | None) -> None:
    if back is None:
        path.unlink(missing_ok=True)
    else:
        back.replace(path)


def _remove_empty(folder: Path, halves: Sequence[Path]) -> None:
    for half in halves:
        if half.parent == folder:
            half.unlink(missing_ok=True)
    with contextlib.suppress(OSError):  # somebody else put a file there meanwhile
        folder.rmdir()


def _unchanged(root: Path, write: Write) -> Path:
    """The real file behind a path: a link is followed, as far as it stays in the repository."""
    path = (root / write.path).resolve()
    if not path.is_relative_to(root.resolve()):
        raise CannotJudge(f"{write.path} leads out of the repository; nothing was written")
    if write.new:
        if os.path.lexists(root / write.path):
            raise CannotJudge(f"{write.path} is there meanwhile; nothing was written")
        return path
    if path.read_bytes() != write.before:
        raise CannotJudge(f"{write.path} has changed meanwhile; nothing was written")
    if not path.stat().st_mode & stat.S_IWUSR:  # taking its name would write it all the same
        raise CannotJudge(f"{write.path} is read-only; nothing was written", fixes=(f"chmod u+w {write.path}",))
    return path


def _make_folders(folder: Path, made: list[Path]) -> None:
    missing = [place for place in (folder, *folder.parents) if not place.exists()]
    for place in reversed(missing):
        place.mkdir()
        made.append(place)


def _stage(path: Path, data: bytes) -> Path:
    half = half_of(path)
    try:
        with half.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        half.chmod(path.stat().st_mode & 0o7777 if path.exists() else _new_mode())
    except BaseException:
        with contextlib.suppress(OSError):
            half.unlink()
        raise
    return half


def _new_mode() -> int:
    """What any new file of this user gets (umask(2), which can only be read by setting it)."""
    mask = os.umask(0o077)
    os.umask(mask)
    return 0o666 & ~mask
