"""How errors are said: one sentence, why, and the way out; a bug of ours leaves a log."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from tagward import __version__

if TYPE_CHECKING:
    from tagward.errors import Trouble

BUG = 3
INTERRUPTED = 130


def say_trouble(trouble: Trouble) -> int:
    """Print an expected error and return its exit code."""
    _say(str(trouble), trouble.why, trouble.fixes, trouble.log)
    if os.environ.get("GITHUB_ACTIONS") == "true":
        from tagward.report.github import annotation  # noqa: PLC0415  # see say_bug

        sys.stderr.write(annotation("error", "\n".join((str(trouble), *trouble.fixes)), "tagward") + "\n")
    return trouble.exit_code


def say_interrupted() -> int:
    """Print that the work was broken off; nothing is left behind, and nothing has passed."""
    _say("interrupted; nothing was judged, nothing was sent, and nothing is left behind")
    return INTERRUPTED


def say_bug(bug: Exception) -> int:
    """Print one line on an exception that nobody expected, and keep the traceback in a file."""
    import platform  # noqa: PLC0415  # every run would pay for what only a bug needs
    import tempfile  # noqa: PLC0415
    import traceback  # noqa: PLC0415

    name = type(bug).__name__
    try:
        with tempfile.NamedTemporaryFile(
            "w", prefix="tagward-bug-", suffix=".log", delete=False, errors="replace"
        ) as file:
            file.write(f"tagward {__version__}, Python {platform.python_version()}, {platform.platform()}\n")
            file.write(f"{sys.argv}\n")
            traceback.print_exception(bug, file=file)
        log = file.name
    except OSError:
        log = ""
    _say(
        f"tagward broke ({name}: {bug}), so that nothing was judged; please report it",
        "what could not be judged has not passed",
        (),
        log,
    )
    return BUG


def reader_gone() -> int:
    """Whoever read our output is gone; no word can reach them, and nothing has passed."""
    null = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(null, stream.fileno())
    return BUG


def _say(message: str, why: str = "", fixes: tuple[str, ...] = (), log: str = "") -> None:
    from tagward.report.words import printable, settle, style_of  # noqa: PLC0415  # see say_bug

    stream = sys.stderr
    if stream is None:
        return
    settle(stream)
    style = style_of(stream)
    lines = [f"{style.paint('error', 'bad')}: {style.text(printable(message, 2000))}"]
    if why:
        lines.append(f"   = why:  {style.text(why)}")
    for number, fix in enumerate(fixes):
        lines.append(("   = fix:  " if number == 0 else " " * 11) + style.text(printable(fix)))
    if log:
        lines.append(f"   = log:  {printable(log)}")
    stream.write("\n".join(lines) + "\n")
    stream.flush()
