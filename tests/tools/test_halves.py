"""Names for what is not whole yet, and what becomes of those that nobody will finish."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

from tagward.tools.halves import half_of

if TYPE_CHECKING:
    from pathlib import Path


def _of(pid: int, file: Path) -> Path:
    return file.with_name(f".{file.name}.{pid}-0123abcd.half")


def test_what_somebody_is_writing_stays_and_what_nobody_is_goes(tmp_path: Path) -> None:
    file = tmp_path / "receipt.json"
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    mine, theirs, dead = half_of(file), _of(os.getppid(), file), _of(gone.pid, file)
    others = tmp_path / f".{file.name}.{gone.pid}.half"
    for one in (mine, theirs, dead, others):
        one.write_text("x")

    half_of(file)

    assert set(tmp_path.iterdir()) == {mine, theirs, others}
