"""Private folders that are gone afterwards: whatever happens in them, and even if we are killed, at the next start."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import itertools
import os
import secrets
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tagward.errors import CannotJudge

if TYPE_CHECKING:
    from collections.abc import Iterator

ATTEMPTS = 20
PAUSES = (0.05, 0.2, 0.5)
MARK = ".tagward-scratch"
"""The file that tells our folders from everybody else's; whoever uses the folder holds a lock on it."""


@contextmanager
def scratch(purpose: str) -> Iterator[Path]:
    """Lend a new folder that only this user may enter, and remove it with everything in it.

    Args:
        purpose: a word for its name: `tagward-<purpose>-…`.

    Raises:
        CannotJudge: the temporary folder is full, not writable, or lies inside a repository.
    """
    base = _base()
    sweep(base)
    folder = _new(base, purpose)
    with contextlib.ExitStack() as held:
        try:  # before the folder exists: an interrupt right after its creation must not leave it
            for left in reversed(range(ATTEMPTS)):
                try:
                    folder.mkdir(mode=0o700)
                    held.enter_context(_locked(folder))
                    break
                except (BlockingIOError, FileNotFoundError) as failure:
                    # Somebody else's sweep met the mark before our lock was on it, and removes the folder.
                    if not left:
                        raise _unusable(base, failure) from failure
                    folder = _new(base, purpose)
                except OSError as failure:
                    raise _unusable(base, failure) from failure
            yield folder
        finally:
            try:
                _removed(folder)
            except BaseException:
                remove(folder)  # a second interrupt ends us too, but not before the folder is gone
                raise


def _new(base: Path, purpose: str) -> Path:
    return base / f"tagward-{purpose}-{secrets.token_hex(6)}"


def _removed(folder: Path) -> None:
    """Remove a folder in which processes may still be dying, that were killed a moment ago and write their last."""
    remove(folder)
    for pause in PAUSES:
        if not folder.exists():
            break
        time.sleep(pause)
        remove(folder)


def sweep(base: Path | None = None) -> None:
    """Remove the folders that runs before us left behind: those that carry our mark, are ours, and nobody holds."""
    with contextlib.suppress(OSError), os.scandir(base or _base()) as entries:
        for folder in [Path(entry.path) for entry in entries if entry.name.startswith("tagward-")]:
            with contextlib.suppress(OSError):
                _sweep(folder)


def _sweep(folder: Path) -> None:
    mark = folder / MARK
    if folder.is_symlink() or mark.is_symlink() or not mark.is_file() or folder.stat().st_uid != os.geteuid():
        return
    with _locked(folder):
        remove(folder)


def remove(folder: Path) -> None:
    """Remove a folder of ours, however deep and however protected, and never what a symbolic link in it points at.

    Folders are lifted to the top before they are emptied: no path in here can get too long, no recursion too deep.
    The mark goes last, so that a removal that was killed half-way is finished by the next `sweep`.
    """
    names = (folder / f"{secrets.token_hex(6)}-{number}" for number in itertools.count())
    while inner := _emptied(folder, keep=MARK):
        if not sum([_dissolve(one, names) for one in inner]):
            break  # a mount point or an immutable file: the next sweep tries again
    with contextlib.suppress(OSError):
        if all(one.name == MARK for one in folder.iterdir()):
            (folder / MARK).unlink(missing_ok=True)
            folder.rmdir()


def _dissolve(folder: Path, names: Iterator[Path]) -> bool:
    """Lift the folders out of a folder, delete the rest of it; whether it is gone."""
    for one in _emptied(folder):
        with contextlib.suppress(OSError):
            one.chmod(0o700)  # a folder that may not be written to cannot be moved either
            one.rename(next(names))
    try:
        folder.rmdir()
    except OSError:
        return False
    return True


def _emptied(folder: Path, keep: str = "") -> list[Path]:
    """Delete all but the folders in a folder, and return those."""
    inner = []
    with contextlib.suppress(OSError):
        folder.chmod(0o700)
        with os.scandir(folder) as scanned:
            entries = list(scanned)
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                inner.append(Path(entry.path))
            elif entry.name != keep:
                with contextlib.suppress(OSError):
                    Path(entry.path).unlink()
    return inner


def _base() -> Path:
    try:
        base = Path(tempfile.gettempdir()).resolve()
    except OSError as failure:
        raise _unusable(Path(os.environ.get("TMPDIR", "/tmp")), failure) from failure  # noqa: S108 - named, not used
    for folder in (base, *base.parents):
        # A build in there would take the surrounding repository for its own (gitrepository-layout(5)).
        if (folder / ".git").exists() or ((folder / "HEAD").is_file() and (folder / "objects").is_dir()):
            raise CannotJudge(
                f"the temporary folder {base} lies inside the repository {folder}",
                why="builds in it would mistake that repository for the one that is released",
                fixes=("set TMPDIR to a folder outside every repository",),
            )
    return base


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Hold the lock on the mark of a folder (flock(2)); it goes with the process, however that ends.

    Raises:
        OSError: somebody else holds it, or has removed it meanwhile.
    """
    mark = os.open(folder / MARK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if not os.fstat(mark).st_nlink:
            raise FileNotFoundError(errno.ENOENT, "it was removed", str(folder))
        yield
    finally:
        os.close(mark)


def _unusable(base: Path, failure: BaseException) -> CannotJudge:
    reason = getattr(failure, "strerror", None) or str(failure)
    return CannotJudge(
        f"no scratch folder can be made in {base}: {reason}",
        why="tagward works on a copy of the tagged commit, outside the repository",
        fixes=("free some space there", "or set TMPDIR to a folder that can be written to"),
    )
