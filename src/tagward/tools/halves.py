"""Names for files that are not whole yet; what a run that was killed has left under such names goes."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_HALF = re.compile(r"\..*\.([1-9][0-9]*)-[0-9a-f]{8}\.half", re.DOTALL)


def half_of(path: Path) -> Path:
    """A new name beside a file, from which it is renamed when it is whole.

    It names this process: names of processes that are no more are of no use to anybody, and are removed here.
    """
    with contextlib.suppress(OSError):
        for name in os.listdir(path.parent):  # noqa: PTH208  # a folder that others change meanwhile
            match = _HALF.fullmatch(name)
            if match and not _is_running(int(match[1])):
                _remove(path.with_name(name))
    return path.with_name(f".{path.name}.{os.getpid()}-{os.urandom(4).hex()}.half")


def _remove(path: Path) -> None:
    with contextlib.suppress(OSError):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink()


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        return True  # it is somebody else's
    return True
