"""Helpers of the tests that go the whole way."""

from __future__ import annotations

import os
import subprocess
import time
from typing import TYPE_CHECKING

from conftest import BACKEND, PYPROJECT, Project

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

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


def wait_for(happened: Callable[[], object], what: str) -> None:
    """Wait until something is so, which fails when it never is."""
    end = time.monotonic() + SECONDS
    while not happened():
        assert time.monotonic() < end, f"it never came to this: {what}"
        time.sleep(0.02)


def running(pid: int) -> bool:
    """Whether a process is at work; one that only waits to be collected is not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout
    return not state.startswith("Z")
