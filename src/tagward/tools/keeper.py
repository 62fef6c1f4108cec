"""Ends what we started when we are killed: SIGKILL lets nobody clean up, and a process does not die with its parent."""

from __future__ import annotations

import atexit
import contextlib
import os
import secrets
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

VARIABLE = "TAGWARD_KEEPER"
"""Marks everything that a run has started, in whatever session it is now."""

SCRIPT = """
trap '' HUP INT QUIT TERM
exec 3<&0
{
  held=' ' well=
  while read -r sign group; do
    case $sign in
      +) held="$held$group " ;;
      -) case $held in *" $group "*) held="${held%% $group *} ${held#* $group }" ;; esac ;;
      .) well=x ;;
    esac
  done
  for group in $held; do kill -9 "-$group"; done
  [ -n "$well" ] || for pause in 1 1 0; do
    for one in $(grep -ls "$1" /proc/[0-9]*/environ); do one=${one#/proc/}; kill -9 "${one%/environ}"; done
    sleep $pause
  done
} <&3 3<&- &
"""
"""Reads which groups of processes we have, until the pipe breaks, as it does whatever ends us.

Then it ends the groups, and, where there is a /proc, whatever else carries our mark: what had been started a moment
ago and was not told of yet, and what has left its group.
"""


@dataclass(slots=True)
class Keeper:
    """The keeper of this process; it is started when something is to be kept, in a session of its own.

    A group is told before it is used and taken back before its leader is collected: as long as it is held, its number
    is nobody else's.

    Attributes:
        start: starts a program with an environment and a standard input, in a session of its own, and waits for it.
    """

    start: Callable[[Sequence[str], dict[str, str], int], None]
    mark: str = ""
    _pipe: int = -1
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _lost: bool = False

    def __post_init__(self) -> None:
        """A process that is split off has a keeper of its own, and must not hold the pipe of this one."""
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._forget)

    @property
    def there(self) -> bool:
        """Whether it runs."""
        return self._pipe >= 0

    def begin(self) -> None:
        """See that it runs; a machine that has no room for it has none for the work either, and says so there."""
        with self._lock, contextlib.suppress(OSError):
            if self.there:
                return
            mark = secrets.token_hex(16)
            ours, theirs = os.pipe()[::-1]
            try:
                os.set_blocking(ours, False)  # whatever became of it, we do not wait for it
                self.start(
                    ("/bin/sh", "-c", SCRIPT, "keeper", mark), {"PATH": os.environ.get("PATH", os.defpath)}, theirs
                )
            except BaseException:
                os.close(ours)
                raise
            finally:
                os.close(theirs)
            self.mark, self._pipe = mark, ours
            atexit.register(self.end)

    def hold(self, group: int) -> None:
        """From now on a group ends with us."""
        self._tell(f"+ {group}")

    def release(self, group: int) -> None:
        """No more; its leader has not been collected yet."""
        self._tell(f"- {group}")

    def lost(self) -> None:
        """Something may have been started whose number nobody knows: it is looked for in the end."""
        self._lost = True

    def _tell(self, line: str) -> None:
        if self.there:
            with contextlib.suppress(OSError):
                os.write(self._pipe, f"{line}\n".encode())

    def end(self) -> None:
        """All has ended well, unless something was lost; who leaves by `os._exit` has to say so."""
        if not self._lost:
            self._tell(".")

    def _forget(self) -> None:
        if self.there:
            os.close(self._pipe)
        self.mark, self._pipe, self._lock, self._lost = "", -1, threading.Lock(), False
