"""Write files all or none: an error on the way leaves every file as it was."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tagward.errors import CannotJudge

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tagward.model.plan import Write


def apply(root: Path, writes: Sequence[Write]) -> None:
    """Write every file, through a new file beside it that takes its name and its mode.

    Raises:
        CannotJudge: a file has changed meanwhile, leaves the repository, or cannot be written; none is changed then.
    """
    staged: list[tuple[Path, Path]] = []
    done: list[tuple[Path, Write]] = []
    try:
        for write in writes:
            path = _unchanged(root, write)
            staged.append((path, _stage(path, write.after)))
        for (path, half), write in zip(staged, writes, strict=True):
            half.replace(path)
            done.append((path, write))
    except BaseException as failure:
        for path, write in done:
            _stage(path, write.before).replace(path)
        if isinstance(failure, OSError):
            raise CannotJudge(f"nothing was written: {failure}") from failure
        raise
    finally:
        for _, half in staged:
            half.unlink(missing_ok=True)


def _unchanged(root: Path, write: Write) -> Path:
    """The real file behind a path: a link is followed, as far as it stays in the repository."""
    path = (root / write.path).resolve()
    if not path.is_relative_to(root.resolve()):
        raise CannotJudge(f"{write.path} leads out of the repository; nothing was written")
    if path.read_bytes() != write.before:
        raise CannotJudge(f"{write.path} has changed meanwhile; nothing was written")
    return path


def _stage(path: Path, data: bytes) -> Path:
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    half = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        half.chmod(path.stat().st_mode & 0o7777)
    except BaseException:
        with contextlib.suppress(OSError):
            half.unlink()
        raise
    return half
