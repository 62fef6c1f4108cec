"""The process that imports a backend once, and calls each hook in a fork of its own."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tagward.tools import _build

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Call = Callable[[str | None], int]

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="hooks are not forked here")


@pytest.fixture
def call(tmp_path: Path) -> Iterator[Call]:
    """Ask a process that has imported `imported`, a module that tells its time, to run a script; its exit status."""
    (tmp_path / "site").mkdir()
    (tmp_path / "site/imported.py").write_text("count = []\n", encoding="utf-8")
    ours, theirs = socket.socketpair()
    env = {**os.environ, "PYTHONPATH": str(tmp_path / "site"), "PYTHONDONTWRITEBYTECODE": ""}
    words = [sys.executable, str(_build.HOOKS), "imported", "no_such_module"]
    with theirs:
        process = subprocess.Popen(words, stdin=theirs.fileno(), env=env)
    answers = ours.makefile("rb")

    def ask(text: str | None) -> int:
        job = None
        if text is not None:
            script = tmp_path / f"script_{len(text)}.py"
            script.write_text(text, encoding="utf-8")
            job = {
                "argv": [str(script), "a word"],
                "cwd": str(tmp_path),
                "env": env,
                "log": str(tmp_path / "log"),
                "umask": 0o022,
            }
        ours.sendall(json.dumps(job).encode() + b"\n")
        return int(answers.readline())

    yield ask
    answers.close()
    ours.close()
    assert process.wait(10) == 0


def said(folder: Path) -> str:
    """What the script wrote."""
    return (folder / "log").read_text(encoding="utf-8")


def test_what_a_hook_changes_is_gone_for_the_next(call: Call, tmp_path: Path) -> None:
    for _ in range(2):
        assert call("import imported, sys; imported.count.append(1); print(imported.count, sys.argv[1])") == 0
    assert said(tmp_path) == "[1] a word\n" * 2


def test_the_end_of_a_program_is_run(call: Call, tmp_path: Path) -> None:
    script = """\
import atexit, tempfile, threading, time
folder = tempfile.TemporaryDirectory(dir=".")
print(folder.name)
atexit.register(print, "at exit")
threading.Thread(target=lambda: (time.sleep(0.2), print("thread"))).start()
print("end", end=" ")
"""
    assert call(script) == 0
    name, rest = said(tmp_path).split("\n", 1)
    assert rest == "end thread\nat exit\n"
    assert not (tmp_path / name).exists()


@pytest.mark.parametrize(
    ("script", "status", "last"),
    [
        ("raise ValueError('bad')", 1, "ValueError: bad"),
        ("raise SystemExit(3)", 3, ""),
        ("raise SystemExit('so')", 1, "so"),
        ("import os; os.kill(os.getpid(), 9)", -9, ""),
        ("import sys; sys.stdout = open('/dev/full', 'w'); print('lost')", 120, "No space left on device"),
    ],
)
def test_a_hook_that_fails_is_told(call: Call, tmp_path: Path, script: str, status: int, last: str) -> None:
    if "/dev/full" in script and not os.path.exists("/dev/full"):  # noqa: PTH110
        pytest.skip("no /dev/full here")
    assert call(script) == status
    assert last in said(tmp_path)
    assert call("print('next')") == 0


def test_it_tells_when_everything_is_imported(call: Call, tmp_path: Path) -> None:
    assert call(None) == 0
    assert any((tmp_path / "site/__pycache__").iterdir())
