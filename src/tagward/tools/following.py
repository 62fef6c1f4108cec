"""Says what a build is at, while it is at it, from the log that it writes."""

from __future__ import annotations

import contextlib
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

PAUSE = 0.02
PARTS = (
    ("* Creating isolated environment", "environment"),
    ("* Building sdist", "sdist"),
    ("* Building wheel...", "wheel"),
)
"""How the lines begin with which pypa/build goes on to its next part (`build.__main__`), and our words for the parts.

It writes each of them out at once.
"""


@contextlib.contextmanager
def following(log: Path, hear: Callable[[str], None]) -> Iterator[None]:
    """While the context lasts, tell of each part as soon as the log has its line; from another thread.

    A build backend may print the same lines; then the parts are told wrongly, and nothing else.
    """
    over = threading.Event()

    def follow() -> None:
        with contextlib.suppress(OSError), log.open(encoding="utf-8", errors="replace") as file:
            last, line = "", ""
            while True:
                ending = over.is_set()
                while more := file.readline():
                    line += more
                    part = next((part for start, part in PARTS if line.startswith(start)), "")
                    if part and part != last:
                        hear(part)
                        last = part
                    line = "" if line.endswith("\n") else line
                if ending:
                    return
                over.wait(PAUSE)

    thread = threading.Thread(target=follow, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
