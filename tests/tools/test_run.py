"""The one door to processes."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from tagward.errors import CommandFailed
from tagward.tools.run import TimeExceeded, run, run_shown

ENV = dict(os.environ)
PYTHON = (sys.executable, "-I", "-c")


def _ends(pid: int) -> bool:
    """Whether a process that was killed goes: the signal is sent at once, and takes effect a little later."""
    end = time.monotonic() + 10
    while _alive(pid) and time.monotonic() < end:
        time.sleep(0.02)
    return not _alive(pid)


def _alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_both_streams_and_the_status_come_back() -> None:
    code = "import sys; print('out'); print('err', file=sys.stderr); sys.exit(3)"

    done = run([*PYTHON, code], env=ENV, check=False)

    assert (done.status, done.stdout, done.stderr) == (3, b"out\n", b"err\n")


def test_a_failure_says_what_the_program_said() -> None:
    with pytest.raises(CommandFailed, match=r"failed \(exit 1\): no such thing"):
        run([*PYTHON, "raise SystemExit('no such thing')"], env=ENV)


def test_a_program_that_is_not_there_is_named() -> None:
    with pytest.raises(CommandFailed, match="no-such-program could not be started"):
        run(["no-such-program"], env=ENV)


def test_standard_input_is_what_is_given_or_nothing() -> None:
    code = "import sys; print(len(sys.stdin.buffer.read()))"

    assert run([*PYTHON, code], env=ENV, stdin=b"x" * 100_000).text == "100000\n"
    assert run([*PYTHON, code], env=ENV).text == "0\n"


def test_nothing_is_inherited_that_is_not_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_SECRET", "s")

    assert "A_SECRET" not in run([*PYTHON, "import os; print(*os.environ)"], env={"PATH": os.defpath}).text


def test_a_log_receives_both_streams_in_order(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("before\n")

    run(["sh", "-c", "echo one; echo two >&2; echo three"], env=ENV, log=log)

    assert log.read_text() == "before\none\ntwo\nthree\n"


def test_what_takes_too_long_is_stopped_with_all_it_started(tmp_path: Path) -> None:
    child = tmp_path / "pid"

    with pytest.raises(TimeExceeded, match="sh did not end within 1 s"):
        run(["sh", "-c", f"sleep 600 & echo $! > '{child}'; wait"], env=ENV, timeout=1)

    assert _ends(int(child.read_text()))


def test_what_is_left_in_the_background_is_ended_and_not_waited_for(tmp_path: Path) -> None:
    child = tmp_path / "pid"
    began = time.monotonic()

    done = run(["sh", "-c", f"sleep 600 & echo $! > '{child}'; echo done"], env=ENV)

    assert done.text == "done\n"
    assert time.monotonic() - began < 300
    assert _ends(int(child.read_text()))


def test_a_signal_is_a_negative_status() -> None:
    assert run(["sh", "-c", "kill -9 $$"], env=ENV, check=False).status == -9


def test_what_is_shown_goes_to_our_standard_error_and_only_the_status_comes_back(
    capfd: pytest.CaptureFixture[str],
) -> None:
    code = "import sys; print('out'); print('err', file=sys.stderr); sys.exit(3)"

    assert run_shown([*PYTHON, code], env=ENV) == 3

    shown = capfd.readouterr()
    assert (shown.out, sorted(shown.err.splitlines())) == ("", ["err", "out"])
