"""The copy of the tagged commit, against `git clone --shared` and a checkout."""

from __future__ import annotations

import random
import shutil
import sys
from functools import partial
from typing import TYPE_CHECKING

from frame import Row, paired

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ground import Ground

MANY = 50_000
EXPORT = """\
import sys, time
from pathlib import Path
from tagward.tools.export import export
from tagward.tools.git import GitRepository
repository = GitRepository.find()
tag = repository.tag("v1.0.0", repository.tag_oid("v1.0.0"))
export(repository, tag, Path(sys.argv[1]) / "tree", home=Path(sys.argv[1]) / "home")
"""


def exports(ground: Ground) -> Iterator[Row]:
    """A repository of ever more files, and one of 1 GB of history."""
    for count in (100, 10_000, 100_000):
        there = ground.imported(f"files-{count}", _files(count))
        what = f"`git clone --shared` and checkout of {count:,} files; the export of the same"
        yield from _row(there, what, "export, files", count)
        shutil.rmtree(there.root)
    there = ground.imported("history", _history())
    size = sum(file.stat().st_size for file in (there.root / ".git").rglob("*") if file.is_file()) / 1e9
    yield from _row(there, f"the same with {size:.1f} GB of history and 100 files", "", 0)


def _row(there: Ground, what: str, series: str, count: int) -> Iterator[Row]:
    copy = there.folder / "copy"

    def clear() -> None:
        shutil.rmtree(copy, ignore_errors=True)

    def clone() -> None:
        there.run("git", "clone", "-q", "--shared", "-b", "v1.0.0", there.root, copy, cwd=there.folder)

    def export() -> None:
        copy.mkdir()
        there.run(sys.executable, "-c", EXPORT, copy)

    _, theirs, _, ours = paired(3 if count > MANY else 5, clear, clone, clear, export)
    start = paired(3, partial(there.run, sys.executable, "-c", EXPORT.partition("export(repository")[0], copy))[0]
    shutil.rmtree(copy)
    yield Row(what, theirs, ours - start, f"{(ours - start) / theirs:.2f} ×", series=series, size=count)


def _files(count: int, more: str = "") -> Iterator[bytes]:
    yield b"commit refs/heads/main\ncommitter B <b@localhost> 1700000000 +0000\ndata 1\nx\n"
    for number in range(count):
        text = f"VALUE = {number}\n" * 20
        yield f"M 644 inline package/p{number // 1000}/file_{number}.py\ndata {len(text)}\n{text}\n".encode()
    yield f"{more}{_TAG}".encode()


def _history() -> Iterator[bytes]:
    """1,000 commits that each replace a file of 1 MB that does not compress."""
    chance = random.Random(1)  # noqa: S311  # the same bytes every time
    for number in range(1_000):
        data = chance.randbytes(1_000_000)
        yield f"commit refs/heads/main\ncommitter B <b@localhost> {1_700_000_000 + number} +0000\ndata 1\nx\n".encode()
        yield b"M 644 inline large.bin\ndata %d\n" % len(data)
        yield data + b"\n"
    yield from _files(100, "D large.bin\n")


_TAG = "reset refs/tags/v1.0.0\nfrom refs/heads/main\n\n"
