"""The line that tells what is being done."""

from __future__ import annotations

import io
import os
import pty
import re
import threading
import time
from typing import TYPE_CHECKING

from tagward.report.live import Live

if TYPE_CHECKING:
    import pytest


def said_after(stream: io.StringIO, count: int) -> list[str]:
    """The lines, once there are so many."""
    end = time.monotonic() + 20
    while stream.getvalue().count("\n") < count and time.monotonic() < end:
        time.sleep(0.01)
    return stream.getvalue().splitlines()


def test_elsewhere_than_in_a_terminal_the_step_is_told_now_and_then() -> None:
    stream = io.StringIO()
    live = Live(stream, every=0.05)

    live.work("build", "building the wheel")
    assert said_after(stream, 2)[:2] == ["... build (0 s)", "... build (0 s)"]
    live.work("install", "installing it")
    assert "... install (0 s)" in said_after(stream, len(stream.getvalue().splitlines()) + 2)
    live.close()
    threads = [one for one in threading.enumerate() if isinstance(one, threading.Timer)]
    for one in threads:
        one.join(5)
    told = stream.getvalue()
    time.sleep(0.2)
    assert stream.getvalue() == told


def test_a_step_that_is_over_is_not_told() -> None:
    stream = io.StringIO()
    live = Live(stream, every=0.02)

    live.work("build", "building")
    live.rest()
    time.sleep(0.2)

    assert stream.getvalue().count("build") <= 1
    live.close()


def test_a_reminder_is_told_once_and_not_after_the_end() -> None:
    stream = io.StringIO()
    live = Live(stream)

    live.remind(0.01, "! soon")
    live.remind(600, "! never")
    assert said_after(stream, 1) == ["! soon"]
    live.close()


def test_a_terminal_shows_the_step_and_the_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CI", "PRE_COMMIT", "GITHUB_ACTIONS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    ours, theirs = pty.openpty()
    with os.fdopen(theirs, "w", encoding="utf-8") as stream:
        live = Live(stream)
        live.work("build", "building [the] wheel")
        time.sleep(0.3)
        live.remind(0.0, "! soon [really]")
        time.sleep(0.2)
        live.close()
        shown = os.read(ours, 1 << 16).decode()
    os.close(ours)

    assert re.search(r"building \[the\] wheel \(\d+ s\)", shown)
    assert "! soon [really]" in shown
