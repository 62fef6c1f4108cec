"""Helpers of the tests that go the whole way."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

from conftest import BACKEND, PYPROJECT, Project

if TYPE_CHECKING:
    from collections.abc import Callable

SECONDS = 30
"""Nothing that these tests wait for takes as long, unless it hangs."""


def backend(project: Project, *, sdist: str = "", wheel: str = "", more: str = "") -> None:
    """Let the backend do something before it builds the sdist or the wheel, or be another altogether."""
    text = f"{BACKEND}\n{more}\n"
    for hook, first in (("build_sdist", sdist), ("build_wheel", wheel)):
        body = "".join(f"    {line}\n" for line in first.splitlines())
        text += f"_{hook} = {hook}\ndef {hook}(directory, *settings, **named):\n{body}    return _{hook}(directory)\n"
    project.write("backend.py", text)


def git_line(*words: str, cwd: Path | str = ".", check: bool = True) -> str:
    """A line of Python that runs git, for a backend; what git said is `said` afterwards."""
    call = f"subprocess.run({['git', *words]!r}, cwd={str(cwd)!r}, check={check}, capture_output=True, text=True)"
    return f"import subprocess; said = {call}\n"


def write_line(path: Path, what: str) -> str:
    """A line of Python that writes the value of an expression into a file, for a backend."""
    return f"open({str(path)!r}, 'w').write(str({what}))\n"


def release(project: Project, name: str = "v1.0.0") -> None:
    """Commit everything and tag it."""
    project.commit()
    project.tag(name)


def version(project: Project, number: str) -> None:
    """Set the version everywhere."""
    project.write("pyproject.toml", PYPROJECT.format(version=number))
    project.write("src/demo/__init__.py", f'__version__ = "{number}"\n')


def rules(project: Project, *lines: str) -> None:
    """Write `[tool.tagward]`."""
    text = (project.root / "pyproject.toml").read_text(encoding="utf-8")
    project.write("pyproject.toml", f"{text}\n[tool.tagward]\n" + "\n".join(lines) + "\n")


def start_push(project: Project, *words: str, **environ: str) -> subprocess.Popen[str]:
    """Push as from a terminal of its own: a group of processes that a Ctrl-C reaches as a whole."""
    return subprocess.Popen(
        ["git", "push", "origin", *words],
        cwd=project.root,
        env={**os.environ, **environ},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def wait_for(happened: Callable[[], object], what: str, pause: float = 0.02) -> None:
    """Wait until something is so, which fails when it never is."""
    end = time.monotonic() + SECONDS
    while not happened():
        assert time.monotonic() < end, f"it never came to this: {what}"
        time.sleep(pause)


def wait_until_up(pid: int) -> None:
    """Wait until a Python is at the first line of ours, which takes SIGINT from it: only its own start is before that.

    Python catches the signal as soon as it can (proc_pid_status(5), `SigCgt`), and shows a traceback until then.
    """
    wait_for(lambda: _catches_interrupt(pid), "Python is there", 0.001)
    wait_for(lambda: not _catches_interrupt(pid), "tagward is there", 0.001)


def gate_of(push: int) -> int:
    """The tagward that a push has started, once it is there."""
    found: list[int] = []

    def look() -> bool:
        children = Path(f"/proc/{push}/task/{push}/children").read_text().split()
        found[:] = [int(pid) for pid in children if b"\0-m\0tagward\0pre-push\0" in _words_of(pid)]
        return bool(found)

    wait_for(look, "the gate is started", 0.001)
    return found[0]


def _words_of(pid: str) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def _catches_interrupt(pid: int) -> bool:
    caught = re.search(r"^SigCgt:\s*(\w+)", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)
    assert caught, "it has ended"
    return bool(int(caught[1], 16) >> (signal.SIGINT - 1) & 1)


def running(pid: int) -> bool:
    """Whether a process is at work; one that only waits to be collected is not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout
    return not state.startswith("Z")
