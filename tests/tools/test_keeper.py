"""What we have started ends with us, however we end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from tagward.tools.keeper import SCRIPT

if not Path("/proc/self/task").is_dir():
    pytest.skip("it looks after processes by /proc", allow_module_level=True)


class Parent:
    """A process that starts others by our door, and then comes to its end."""

    def __init__(self, folder: Path, code: str) -> None:
        self.folder = folder
        # `child(name)` are words that write a process id into a file and stay.
        before = f"""
            import os, signal, subprocess, threading, time
            from pathlib import Path
            from tagward.tools.run import Started, run, _KEEPER
            ENV = dict(os.environ)
            def child(name):
                return f"sh -c 'echo $$ > {folder}/{{name}}; exec sleep 600'"
            def beside(words):
                work = threading.Thread(target=run, args=(["sh", "-c", words],), kwargs={{"env": ENV}}, daemon=True)
                work.start()
            def wait(*names):
                while not all((Path("{folder}") / name).exists() for name in names): time.sleep(0.01)
        """
        code = textwrap.dedent(before) + textwrap.dedent(code)
        words = [sys.executable, "-I", "-c", code]
        self.done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=60)

    def lives(self, name: str) -> bool:
        """Whether a child does, after it had time to go."""
        pid = int((self.folder / name).read_text())
        end = time.monotonic() + 6
        while (alive := _runs(pid)) and time.monotonic() < end:
            time.sleep(0.02)
        return alive


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


KILL = "os.kill(os.getpid(), signal.SIGKILL)"


def test_a_killed_process_takes_everything_along(tmp_path: Path) -> None:
    words = "setsid {0} & env -i PATH=/bin:/usr/bin {1} & {2}"
    parent = Parent(
        tmp_path,
        f"""
        beside({words!r}.format(child("elsewhere"), child("bare"), child("plain")))
        wait("elsewhere", "bare", "plain")
        {KILL}
        """,
    )

    assert parent.done.returncode == -signal.SIGKILL
    assert [name for name in ("elsewhere", "bare", "plain") if parent.lives(name)] == []


def test_one_that_waits_for_its_work_goes_too(tmp_path: Path) -> None:
    parent = Parent(tmp_path, f'waiting = Started(["sh", "-c", child("helper")], env=ENV)\nwait("helper")\n{KILL}\n')

    assert not parent.lives("helper")


def test_what_is_split_off_has_a_keeper_of_its_own(tmp_path: Path) -> None:
    parent = Parent(
        tmp_path,
        f"""
        run(["true"], env=ENV)
        if (pid := os.fork()) == 0:
            beside(child("below"))
            wait("below")
            {KILL}
        os.waitpid(pid, 0)
        below, end = Path("/proc", Path("{tmp_path}/below").read_text().strip(), "stat"), time.monotonic() + 6
        gone = lambda: not below.exists() or below.read_text().rpartition(")")[2].split()[0] == "Z"
        while not gone() and time.monotonic() < end: time.sleep(0.02)
        print("gone" if gone() else "there")
        """,
    )

    assert parent.done.stdout.strip() == "gone", parent.done.stderr


def test_a_group_that_is_no_more_ours_is_left_alone(tmp_path: Path) -> None:
    parent = Parent(
        tmp_path,
        f"""
        run(["true"], env=ENV)
        other = subprocess.Popen(["sh", "-c", child("theirs")], stdout=-3, stderr=-3, start_new_session=True)
        _KEEPER.hold(other.pid)
        _KEEPER.release(other.pid)
        wait("theirs")
        {KILL}
        """,
    )

    assert parent.lives("theirs")
    os.kill(int((tmp_path / "theirs").read_text()), signal.SIGKILL)


@pytest.mark.parametrize(("words", "there"), [("true", False), ("sleep 0.3", True)])
def test_what_is_brief_has_no_keeper_until_it_takes_longer(words: str, there: bool, tmp_path: Path) -> None:
    parent = Parent(tmp_path, f'run(["sh", "-c", "{words}"], env=ENV, brief=True)\nprint(_KEEPER.there)\n')

    assert parent.done.stdout.strip() == str(there)


def test_after_a_good_end_nobody_is_looked_for(tmp_path: Path) -> None:
    parent = Parent(
        tmp_path,
        f"""
        run(["sh", "-c", "setsid " + child("server") + " & while [ ! -s {tmp_path}/server ]; do :; done"], env=ENV)
        print(_KEEPER.mark)
        """,
    )

    mark = parent.done.stdout.strip()
    assert len(mark) == 32
    _wait_for_keeper(mark)
    assert _runs(int((tmp_path / "server").read_text()))  # somebody has it leave the group, as servers do
    os.kill(int((tmp_path / "server").read_text()), signal.SIGKILL)


def _wait_for_keeper(mark: str) -> None:
    end = time.monotonic() + 10
    while any(mark.encode() in words for words in map(_words, Path("/proc").iterdir())):
        assert time.monotonic() < end, "the keeper stays"
        time.sleep(0.02)


def _words(place: Path) -> bytes:
    try:
        return (place / "cmdline").read_bytes() if place.name.isdigit() else b""
    except OSError:
        return b""


def test_the_script_is_plain_posix(tmp_path: Path) -> None:
    file = tmp_path / "keeper.sh"
    file.write_text("#!/bin/sh\n" + SCRIPT)

    done = subprocess.run(["shellcheck", "--severity=warning", file], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout
