"""A release on disk, and the command that publishes it to an index of these tests."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from conftest import tagward
from fault_index import FaultIndex, sha256, spread
from small_release import VERSION, receipt_of, write_sdist, write_wheel

from tagward.model.receipt import render

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

HASTE = ("--pause", "0.02", "--timeout", "1", "--attempts", "3", "--wait", "0.4")


@dataclass(frozen=True)
class Release:
    """A wheel and an sdist, in the order in which they are sent, with their receipt.

    Attributes:
        folder: holds `dist`, `receipt.json`, and after a run `publish.json`.
    """

    folder: Path
    files: tuple[Path, ...]

    @property
    def receipt(self) -> Path:
        """Its receipt."""
        return self.folder / "receipt.json"

    def words(self, index: FaultIndex | None, *more: str) -> list[str]:
        """The command; the files are named in the wrong order."""
        named = [str(file) for file in reversed(self.files)]
        where = ["--index", index.upload] if index else []
        return ["publish", *named, "--receipt", str(self.receipt), *where, *HASTE, *more]

    def publish(self, index: FaultIndex | None, *more: str, **environ: str) -> subprocess.CompletedProcess[str]:
        """Publish, with the credential of the index unless another is given."""
        given = {**(index.environ() if index else {}), **environ}
        return tagward(*self.words(index, *more), cwd=self.folder, stdin=b"", **given)

    def journal(self) -> dict[str, object]:
        """What stands in the journal."""
        found = json.loads((self.folder / "publish.json").read_text(encoding="utf-8"))
        assert isinstance(found, dict)
        return found


def make_release(folder: Path, code: str = "") -> Release:
    """Write one, with this code in its wheel."""
    files = (write_wheel(folder / "dist", code=code), write_sdist(folder / "dist"))
    (folder / "receipt.json").write_text(render(receipt_of(*files)), encoding="utf-8")
    return Release(folder, files)


def assert_no_harm(index: FaultIndex, release: Release, before: set[str]) -> None:
    """Only the files of the receipt came, only with their bytes, only of their version, and the sdist last."""
    digests = {file.name: sha256(file.read_bytes()) for file in release.files}
    assert all(digests.get(file) == digest for file, digest in index.stored)
    assert set(index.files) - before <= set(digests)
    assert {spread(file)[1] for file in index.files} <= {VERSION}
    sent = [file for file in index.uploads() if file != "?"]
    assert sent == sorted(sent, key=lambda file: file.endswith(".tar.gz"))
