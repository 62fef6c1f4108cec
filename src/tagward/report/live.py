"""The line that tells what is being done: it changes in a terminal, and is repeated seldom elsewhere."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, TextIO

from tagward.report.words import animated

if TYPE_CHECKING:
    from rich.status import Status

EVERY_SECONDS = 10


class Live:
    """Shows one step at a time, until `rest` is called."""

    def __init__(self, stream: TextIO, *, shown: bool = True) -> None:
        """Show nothing yet.

        Args:
            stream: where to.
            shown: whether to show anything at all.
        """
        self._stream = stream
        self._shown = shown
        self._animated = shown and animated(stream)
        self._status: Status | None = None
        self._timer: threading.Timer | None = None

    def work(self, group: str, what: str) -> None:
        """Say what is being done."""
        self.rest()
        if self._animated:
            from rich.console import Console  # noqa: PLC0415  # 70 ms that only a terminal costs

            console = Console(file=self._stream, highlight=False)
            self._status = console.status(f"{group:<9} {what}", spinner="dots")
            self._status.start()
        elif self._shown:
            self._wait(group, EVERY_SECONDS)

    def rest(self) -> None:
        """Take the line away."""
        if self._status:
            self._status.stop()
            self._status = None
        if self._timer:
            self._timer.cancel()
            self._timer = None

    def _wait(self, group: str, seconds: int) -> None:
        def say() -> None:
            self._stream.write(f"... {group} ({seconds} s)\n")
            self._stream.flush()
            self._wait(group, seconds + EVERY_SECONDS)

        self._timer = threading.Timer(EVERY_SECONDS, say)
        self._timer.daemon = True
        self._timer.start()
