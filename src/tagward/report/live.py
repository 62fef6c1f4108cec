"""The line that tells what is done, and for how long: it changes in a terminal, and is repeated seldom elsewhere."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, TextIO

from tagward.report.words import animated

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.status import Status
    from rich.text import Text

EVERY_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class _Step:
    """What is being done, with the seconds of the whole run; rich asks anew at each turn of the spinner."""

    group: str
    what: str
    began: float

    def __rich__(self) -> Text:
        from rich.text import Text  # noqa: PLC0415  # what is not Text is read as markup

        return Text(f"{self.group:<9} {self.what} ({time.monotonic() - self.began:.0f} s)")


class Live:
    """Shows one step at a time."""

    def __init__(self, stream: TextIO, *, shown: bool = True, every: float = EVERY_SECONDS) -> None:
        """Show nothing yet; the time is counted from here.

        Args:
            stream: where to.
            shown: whether to show anything at all.
            every: seconds between two lines where the stream is no terminal.
        """
        self._stream = stream
        self._shown = shown
        self._animated = shown and animated(stream)
        self._every = every
        self._began = time.monotonic()
        self._group = ""
        self._status: Status | None = None
        self._timers: list[threading.Timer] = []

    def work(self, group: str, what: str) -> None:
        """Say what is being done."""
        self.rest()
        self._group = group
        if self._animated:
            from rich.console import Console  # noqa: PLC0415  # 70 ms that only a terminal costs

            console = Console(file=self._stream, highlight=False)
            self._status = console.status(_Step(group, what, self._began), spinner="dots")
            self._status.start()
        elif self._shown and not self._timers:
            self._after(self._every, self._tick)

    def rest(self) -> None:
        """Take the line away, since something is about to be written."""
        self._group = ""
        if self._status:
            self._status.stop()
            self._status = None

    def remind(self, seconds: float, line: str) -> None:
        """Write a line when so many seconds are over and this still works."""

        def say() -> None:
            if self._status:
                self._status.console.print(line, markup=False)
            else:
                self._write(line)

        self._after(seconds, say)

    def close(self) -> None:
        """End."""
        self.rest()
        for timer in self._timers:
            timer.cancel()
        self._timers = []

    def _tick(self) -> None:
        if self._group:
            self._write(f"... {self._group} ({time.monotonic() - self._began:.0f} s)")
        self._after(self._every, self._tick)

    def _write(self, line: str) -> None:
        self._stream.write(f"{line}\n")
        self._stream.flush()

    def _after(self, seconds: float, act: Callable[[], None]) -> None:
        timer = threading.Timer(seconds, act)
        timer.daemon = True
        self._timers = [one for one in self._timers if not one.finished.is_set()] + [timer]
        timer.start()
