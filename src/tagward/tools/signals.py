"""Interrupts, deadlines and a parent that goes away: each ends the work once, and lets it clean up."""

from __future__ import annotations

import os
import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tagward.errors import CannotJudge

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

WATCH_SECONDS = 0.5
_ENDING = ("SIGINT", "SIGTERM", "SIGHUP")


@contextmanager
def interruptible() -> Iterator[None]:
    """Turn the first of SIGINT, SIGTERM and SIGHUP into a KeyboardInterrupt, and ignore the ones after it.

    A second Ctrl-C would otherwise break off the cleaning up, and leave a scratch folder behind.
    """
    wanted = [getattr(signal, name) for name in _ENDING if hasattr(signal, name)]

    def end(number: int, frame: FrameType | None) -> None:
        del frame
        for other in wanted:
            # Not SIG_IGN: Python would tell of a signal that came just before ("ignored due to race condition").
            signal.signal(other, lambda *_: None)
        raise KeyboardInterrupt(signal.Signals(number).name)

    before = {number: signal.signal(number, end) for number in wanted}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def deadline(seconds: float | None, left: float | None = None) -> Iterator[None]:
    """Raise CannotJudge in the work when its time is over; no limit with None, or where the system has no timer.

    Args:
        seconds: the limit.
        left: what is left of it, where something has been done already.
    """
    if seconds is None or not hasattr(signal, "setitimer"):
        yield
        return

    def over(number: int, frame: FrameType | None) -> None:
        del number, frame
        raise out_of_time(seconds)

    before = signal.signal(signal.SIGALRM, over)
    signal.setitimer(signal.ITIMER_REAL, seconds if left is None else left)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def out_of_time(seconds: float) -> CannotJudge:
    """The error for work that its limit has ended, or left no time for."""
    return CannotJudge(
        f"the gate was not done within {seconds:.0f} s",
        why="servers drop idle connections, so that the push would fail after a pass",
        fixes=(
            "tagward check TAG, which has no time limit; the push after it is instant",
            "or push again: what has passed until now is remembered",
        ),
    )


def follow_parent(parent: int | None = None) -> None:
    """End this process when the one that started it is gone: git does not stop the hooks that it leaves behind.

    Args:
        parent: the process that started it, where that may be gone already; by default the one that is there now.
    """
    if not hasattr(os, "getppid"):
        return
    import threading  # noqa: PLC0415  # every command imports this module, and few follow anybody
    import time  # noqa: PLC0415

    followed = os.getppid() if parent is None else parent

    def watch() -> None:
        while os.getppid() == followed:
            time.sleep(WATCH_SECONDS)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True).start()
