"""Where a release that passed is put: its distributions in a folder of their own, and its receipt."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tagward.errors import CannotJudge, ConfigError
from tagward.model import receipt as receipts
from tagward.tools.scratch import scratch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagward.model.receipt import Receipt


@contextlib.contextmanager
def delivery(target: Path | None) -> Iterator[Path | None]:
    """A folder that becomes the target when the context ends and something lies in it; else it goes.

    Files that lie in the target already would be taken for judged ones, so that there may be none.

    Raises:
        ConfigError: the target holds something.
        CannotJudge: it cannot be written.
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
        if any(waiting.iterdir()):
            _put(waiting, target)


def _put(waiting: Path, target: Path) -> None:
    """Copy beside the target, which may be on another file system than scratch, and let the copy take its name."""
    half = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        half = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
        shutil.copytree(waiting, half, dirs_exist_ok=True)
        half.chmod(0o755)
        half.replace(target)
    except OSError as failure:
        raise CannotJudge(f"{target} cannot be written: {failure}") from failure
    finally:
        if half is not None:
            shutil.rmtree(half, ignore_errors=True)


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
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        half = Path(name)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
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
    return common_dir / "tagward" / "receipts" / (re.sub(r"[^\w.+-]", "_", tag)[:100] + ".json")


def keep_locally(common_dir: Path, receipt: Receipt) -> None:
    """Leave a receipt beside the repository, as far as that is ours to write to; nothing depends on it."""
    with contextlib.suppress(OSError, CannotJudge):
        if _is_ours(common_dir):
            write_receipt(local_receipt(common_dir, receipt.tag), receipt)


def keep_rehearsal(common_dir: Path, document: str, page: str) -> Path | None:
    """Leave what came of a rehearsal beside the repository, as far as that is ours to write to; where its page is."""
    with contextlib.suppress(OSError, CannotJudge):
        if _is_ours(common_dir):
            _write(common_dir / "tagward" / "rehearsal.json", document, "the rehearsal")
            write_report(common_dir / "tagward" / "rehearsal.html", page, lasting=False)
            return common_dir / "tagward" / "rehearsal.html"
    return None


def keep_report(common_dir: Path, page: str) -> None:
    """Leave the report of the last run beside the repository, as far as that is ours to write to."""
    with contextlib.suppress(OSError, CannotJudge):
        if _is_ours(common_dir):
            write_report(common_dir / "tagward" / "last" / "report.html", page, lasting=False)


def _is_ours(folder: Path) -> bool:
    return not hasattr(os, "geteuid") or folder.stat().st_uid == os.geteuid()


def known_receipt(common_dir: Path, tag: str) -> Receipt | None:
    """The receipt that an earlier gate left for a tag; None where there is none that can be read."""
    with contextlib.suppress(ConfigError):
        return read_receipt(local_receipt(common_dir, tag))
    return None
