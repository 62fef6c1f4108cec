"""The comparison of two readings runs; the long run is a command (tests/fuzz/archives.py)."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

FUZZ = Path(__file__).parents[1] / "fuzz" / "archives.py"


def test_two_readings_agree_on_mutants() -> None:
    done = subprocess.run(
        [sys.executable, FUZZ, "--mutants", "2000", "--seed", "11"], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "2000 mutants, 0 disagreements" in done.stdout
