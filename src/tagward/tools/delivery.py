"""Where a release that passed is put: its distributions in a folder of their own, and its receipt."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
from typing import TYPE_CHECKING

from tagward.errors import CannotJudge, ConfigError
from tagward.model import receipt as receipts
from tagward.tools.halves import half_of
from tagward.tools.notes import make, notes
from tagward.tools.scratch import scratch

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from tagward.model.receipt import Receipt, Sealed


@contextlib.contextmanager
def delivery(target: Path | None) -> Iterator[Path | None]:
    """A folder for what is to be handed over in the target; it goes with the context.

    Files that lie in the target already would be taken for judged ones, so that there may be none.

    Raises:
        ConfigError: the target holds something.
    """
    if target is None:
        yield None
        return
    if target.is_symlink() or (target.exists() and (not target.is_dir() or any(target.iterdir()))):
        raise ConfigError(
            f"{target} is not an empty folder",
            why="what lies there already would be taken for what was judged",
            fixes=(f"rm -r {target}", "or name another folder with --dist"),
        )
    with scratch("delivery") as folder:
        waiting = folder / "files"
        waiting.mkdir()
        yield waiting


def hand_over(waiting: Path, target: Path, sealed: Sequence[Sealed]) -> None:
    """Put what was judged, and nothing else, into the target: all of it or none.

    It is copied beside the target, which may be on another file system than scratch, compared there, where no process
    of the project looks for it, and then takes its name.

    Raises:
        CannotJudge: a file is not what was judged any more, or the target cannot be written.
    """
    half = half_of(target)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        half.mkdir(mode=0o700)
        for one in sealed:
            with shutil.copyfile(waiting / one.file, half / one.file).open("rb") as file:
                if hashlib.file_digest(file, "sha256").hexdigest() != one.sha256:
                    raise altered(one.file)
        half.chmod(0o755)
        half.replace(target)
    except OSError as failure:
        raise CannotJudge(f"{target} cannot be written: {failure}") from failure
    finally:
        shutil.rmtree(half, ignore_errors=True)


def altered(file: str) -> CannotJudge:
    """The error for a file that has changed since it was judged."""
    return CannotJudge(
        f"{file} is not what was judged any more",
        why="something that the build or the checks started has written to it since",
    )


def write_receipt(path: Path, receipt: Receipt) -> None:
    """Write a receipt, whole or not at all.

    Raises:
        CannotJudge: it cannot be written.
    """
    _write(path, receipts.render(receipt), f"the receipt {path}")


def write_report(path: Path, page: str, *, lasting: bool = True) -> None:
    """Write a report, whole or not at all.

    Args:
        path: where to.
        page: its text.
        lasting: wait until the disk has it.

    Raises:
        CannotJudge: it cannot be written.
    """
    _write(path, page, f"the report {path}", lasting=lasting)


def _write(path: Path, text: str, what: str, *, lasting: bool = True) -> None:
    half = None
    try:
        make(path.parent)
        half = half_of(path)
        with half.open("x", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            if lasting:
                os.fsync(file.fileno())
        half.chmod(0o644)
        half.replace(path)
    except OSError as failure:
        raise CannotJudge(f"{what} cannot be written: {failure}") from failure
    finally:
        if half is not None:
            half.unlink(missing_ok=True)


def read_receipt(path: Path) -> Receipt:
    """Read a receipt.

    Raises:
        ConfigError: there is none, or it is none.
    """
    try:
        with path.open(encoding="utf-8", errors="strict") as file:
            text = file.read(receipts.MAX_BYTES + 1)
    except (OSError, UnicodeDecodeError) as failure:
        reason = failure.strerror if isinstance(failure, OSError) else "it is not UTF-8"
        raise ConfigError(
            f"the receipt {path} cannot be read: {reason}",
            why="only files that a gate has judged are published, and the receipt says which they are",
            fixes=("tagward check TAG --receipt receipt.json --dist dist",),
        ) from None
    return receipts.parse(text, str(path))


def local_receipt(common_dir: Path, tag: str) -> Path:
    """Where a gate on this machine leaves the receipt of a tag that passed."""
    return notes(common_dir) / "receipts" / (re.sub(r"[^\w.+-]", "_", tag)[:100] + ".json")


def keep_locally(common_dir: Path, receipt: Receipt) -> None:
    """Leave a receipt in the notes of the repository; nothing depends on it."""
    with contextlib.suppress(OSError, CannotJudge):
        write_receipt(local_receipt(common_dir, receipt.tag), receipt)


def keep_rehearsal(common_dir: Path, document: str, page: str) -> Path | None:
    """Leave what came of a rehearsal in the notes of the repository; where its page is, if that could be written."""
    with contextlib.suppress(OSError, CannotJudge):
        folder = notes(common_dir)
        _write(folder / "rehearsal.json", document, "the rehearsal")
        write_report(folder / "rehearsal.html", page, lasting=False)
        return folder / "rehearsal.html"
    return None


def keep_report(common_dir: Path, page: str) -> None:
    """Leave the report of the last run in the notes of the repository."""
    with contextlib.suppress(OSError, CannotJudge):
        write_report(notes(common_dir) / "last" / "report.html", page, lasting=False)


def known_receipt(common_dir: Path, tag: str) -> Receipt | None:
    """The receipt that an earlier gate left for a tag; None where there is none that can be read."""
    with contextlib.suppress(ConfigError):
        return read_receipt(local_receipt(common_dir, tag))
    return None
