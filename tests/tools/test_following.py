"""What a build is at, from its log."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from tagward.tools.following import following

if TYPE_CHECKING:
    from pathlib import Path


def test_each_part_is_told_while_it_is_worked_on_and_once(tmp_path: Path) -> None:
    log = tmp_path / "build.log"
    log.write_bytes(b"")
    heard: list[str] = []
    told = threading.Event()

    def hear(part: str) -> None:
        heard.append(part)
        told.set()

    with log.open("ab", buffering=0) as file, following(log, hear):
        file.write(b"* Creating isolated environment: venv+uv...\n* Installing packages in isolated env")
        assert told.wait(10)
        file.write(b"ironment:\n  - hatchling\n* Getting build dependencies for sdist...\n* Building sdi")
        file.write(
            b"st...\nrunning sdist \xff\n* Building wheel from sdist\n* Creating isolated environment: venv...\n"
        )
        file.write(b"* Building wheel...\nSuccessfully built a and b")

    assert heard == ["environment", "sdist", "environment", "wheel"]


def test_a_log_that_is_not_there_is_no_trouble(tmp_path: Path) -> None:
    with following(tmp_path / "absent.log", print):
        assert not (tmp_path / "absent.log").exists()
