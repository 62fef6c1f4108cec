"""How errors are said: one sentence, why, and the way out; a bug of ours leaves a log."""

from __future__ import annotations

import errno
import os
import sys
from typing import TYPE_CHECKING

from tagward import __version__
from tagward.errors import CannotJudge

if TYPE_CHECKING:
    from tagward.errors import Trouble

_MACHINE = frozenset(
    {errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS, errno.ENOMEM, errno.EMFILE, errno.ENFILE, errno.EFBIG}
    | {errno.EACCES, errno.EPERM, errno.ENOTDIR, errno.EBADF, errno.EAGAIN, errno.ESTALE, errno.ENAMETOOLONG}
)
"""What the machine says no with (errno(3)); any other error of the system is one that we should have foreseen."""

BUG = 3
INTERRUPTED = 130


def say_trouble(trouble: Trouble) -> int:
    """Print an expected error and return its exit code."""
    _say(str(trouble), trouble.why, trouble.fixes, trouble.log)
    if os.environ.get("GITHUB_ACTIONS") == "true":
        from tagward.report.github import annotation  # noqa: PLC0415  # see say_bug

        sys.stderr.write(annotation("error", "\n".join((str(trouble), *trouble.fixes)), "tagward") + "\n")
    return trouble.exit_code


def of_the_machine(failure: Exception) -> CannotJudge | None:
    """The error to say for an exception that the machine is the cause of; None for a bug of ours."""
    why = "what could not be judged has not passed"
    if isinstance(failure, MemoryError) or "can't start new thread" in str(failure):
        return CannotJudge("this machine has not enough memory for tagward", why=why)
    if isinstance(failure, OSError) and failure.errno in _MACHINE:
        where = f" ({failure.filename})" if failure.filename else ""
        return CannotJudge(f"this machine said no: {failure.strerror}{where}", why=why)
    return None


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
