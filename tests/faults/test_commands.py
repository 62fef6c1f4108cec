"""The commands of this folder: a dozen kills, and every meeting once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from kills import ground
from together import MEETINGS, NotHere

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from killing import Ground

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="it looks after processes by /proc"),
]


def test_a_dozen_kills_do_no_harm() -> None:
    words = [sys.executable, str(Path(__file__).with_name("kills.py")), "--quick"]

    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=900)

    assert done.returncode == 0, done.stdout + done.stderr
    assert " points, 0 with violations" in done.stdout


@pytest.mark.parametrize("meeting", MEETINGS, ids=lambda one: one.__name__)
def test_two_at_once(meeting: Callable[[Ground], Iterator[str]], tmp_path: Path) -> None:
    try:
        wrong = list(meeting(ground(tmp_path / "ground")))
    except NotHere as reason:
        pytest.skip(str(reason))

    assert wrong == []
