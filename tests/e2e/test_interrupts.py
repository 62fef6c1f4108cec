"""Whatever ends a push half-way: nothing is sent, nothing is left, nothing has passed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from push_support import accepted, refused, traces
from support import backend, gate_of, release, rules, running, start_push, wait_for, wait_until_up, write_line

if TYPE_CHECKING:
    from conftest import Project

pytestmark = pytest.mark.e2e
LINUX = pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="it looks after processes by /proc")


class Blocked:
    """A release whose gate gets to a certain point and stays there; the second time it goes on."""

    def __init__(self, project: Project, point: str) -> None:
        self.project = project
        self.marker = project.root.parent / "blocked"
        block = f"import os, time\nif not os.path.exists({str(self.marker)!r}):\n"
        block += f"    {write_line(self.marker, 'os.getpid()')}    time.sleep(600)\n"
        if point == "import":
            block = f"import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n{block}"  # it does not go at once
            project.write("src/demo/__init__.py", block)
        else:
            backend(project, **{point: block})
        release(project)
        self.before = traces(project.root)

    @property
    def pid(self) -> int:
        """The process that waits there."""
        return int(self.marker.read_text(encoding="utf-8") or 0) if self.marker.exists() else 0

    def reach(self) -> None:
        """Wait until it is there."""
        wait_for(lambda: self.pid, "the gate gets there")

    def is_gone(self) -> None:
        """No process, no folder, no pass, no change, nothing sent."""
        wait_for(lambda: not running(self.pid), "the build ends")
        wait_for(lambda: not left(), "the scratch folder goes")
        assert not (self.project.root / ".git/tagward/passed").exists()
        assert traces(self.project.root) == self.before
        assert self.project.on_remote() == set()


def left() -> list[str]:
    """Our folders in the temporary folder."""
    return [path.name for path in Path(os.environ["TMPDIR"]).glob("tagward-*")]


@pytest.mark.parametrize("point", ["sdist", "wheel", "import"])
def test_71_ctrl_c_ends_the_gate_and_leaves_nothing(guarded: Project, point: str) -> None:
    blocked = Blocked(guarded, point)
    push = start_push(guarded, "v1.0.0")
    blocked.reach()

    os.killpg(push.pid, signal.SIGINT)

    said = push.communicate(timeout=30)[1]
    assert push.returncode == -signal.SIGINT
    assert "error: interrupted; nothing was judged" in said
    assert "Traceback" not in said
    blocked.is_gone()


@pytest.mark.parametrize(("times", "pause"), [(2, 0.0), (2, 0.02), (2, 0.3), (50, 0.01)])
def test_72_ctrl_c_again_and_again_leaves_nothing_either(guarded: Project, times: int, pause: float) -> None:
    blocked = Blocked(guarded, "import")
    push = start_push(guarded, "v1.0.0")
    blocked.reach()

    for _ in range(times):
        os.killpg(push.pid, signal.SIGINT)
        time.sleep(pause)

    assert "Traceback" not in push.communicate(timeout=30)[1]
    blocked.is_gone()


@LINUX
@pytest.mark.parametrize("seconds", [0.0, 0.1, 0.25, 0.5, 1.0])
def test_71_ctrl_c_at_any_time_leaves_nothing(guarded: Project, seconds: float) -> None:
    blocked = Blocked(guarded, "wheel")
    push = start_push(guarded, "v1.0.0")
    wait_until_up(gate_of(push.pid))
    time.sleep(seconds)

    os.killpg(push.pid, signal.SIGINT)

    assert "Traceback" not in push.communicate(timeout=30)[1]
    wait_for(lambda: not left(), "the scratch folder goes")
    assert traces(guarded.root) == blocked.before
    assert guarded.on_remote() == set()


@LINUX
def test_71_ctrl_c_while_it_starts_shows_no_traceback(project: Project) -> None:
    def started() -> subprocess.Popen[str]:
        words = [sys.executable, "-I", "-m", "tagward", "check"]
        check = subprocess.Popen(words, cwd=project.root, stderr=subprocess.PIPE, text=True)
        wait_until_up(check.pid)
        return check

    check = started()
    began = time.monotonic()
    check.communicate(timeout=30)
    whole = time.monotonic() - began

    for part in range(20):
        check = started()
        time.sleep(whole * part / 20)
        check.send_signal(signal.SIGINT)
        said = check.communicate(timeout=30)[1]
        # An interrupt inside of Python's own import machinery is "ignored" by Python, and told so.
        assert not said.startswith("Traceback"), f"{part} twentieths after the start: {said}"
        assert check.returncode in {0, 130, -signal.SIGINT}, said


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGKILL, signal.SIGINT])
def test_73_a_push_that_is_ended_alone_takes_its_gate_along(guarded: Project, ending: signal.Signals) -> None:
    blocked = Blocked(guarded, "sdist")
    push = start_push(guarded, "v1.0.0")
    blocked.reach()

    push.send_signal(ending)

    push.communicate(timeout=30)
    assert push.returncode == -ending
    blocked.is_gone()


def test_73_a_gate_that_is_killed_refuses_and_the_next_one_sweeps(guarded: Project) -> None:
    blocked = Blocked(guarded, "sdist")
    push = start_push(guarded, "v1.0.0")
    blocked.reach()
    gate = parent(parent(blocked.pid))

    os.kill(gate, signal.SIGKILL)

    push.communicate(timeout=30)
    assert push.returncode == 1
    assert (guarded.on_remote(), len(left())) == (set(), 1)
    wait_for(lambda: not running(blocked.pid), "the build dies with its parent")
    assert "remembered" not in accepted(guarded, "v1.0.0")
    assert left() == []


def test_a_gate_out_of_time_is_not_checked(guarded: Project) -> None:
    rules(guarded, "timeout = 2")
    blocked = Blocked(guarded, "sdist")

    said = refused(guarded, "v1.0.0")

    assert "error: v1.0.0 was not checked: the gate was not done within 2 s" in said
    blocked.is_gone()


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_check_that_is_interrupted_exits_with_130(guarded: Project, ending: signal.Signals) -> None:
    blocked = Blocked(guarded, "sdist")
    words = [sys.executable, "-I", "-m", "tagward", "check", "v1.0.0", "--format", "json"]
    check = subprocess.Popen(words, cwd=guarded.root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    blocked.reach()

    check.send_signal(ending)

    out, said = check.communicate(timeout=30)
    assert (check.returncode, out) == (130, "")
    assert "error: interrupted; nothing was judged" in said
    blocked.is_gone()


def parent(pid: int) -> int:
    """The process that started another."""
    return int(subprocess.run(["ps", "-o", "ppid=", "-p", str(pid)], capture_output=True, text=True, check=True).stdout)
