"""An interrupt ends the work once, whatever comes after it."""

from __future__ import annotations

import os
import signal
import time

import pytest

from tagward.tools.signals import interruptible


def test_those_after_the_first_do_not_break_off_the_cleaning_up() -> None:
    cleaned = []

    def work() -> None:
        try:
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(60)
        finally:
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                os.kill(os.getpid(), number)
            cleaned.append("all")

    with pytest.raises(KeyboardInterrupt, match="SIGTERM"), interruptible():
        work()

    assert cleaned == ["all"]
