"""Pieces of work in several processes; what each says comes out in the order of the pieces."""

from __future__ import annotations

import os
import sys
import traceback
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

from tagward.errors import Trouble
from tagward.tools.run import WAKE_SECONDS, leave_well
from tagward.tools.signals import follow_parent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from multiprocessing.connection import Connection
    from multiprocessing.sharedctypes import Synchronized

INTERRUPTED = 130


@dataclass(frozen=True, slots=True)
class Done:
    """A piece of work has ended."""


@dataclass(frozen=True, slots=True)
class Lost:
    """A piece of work will not end any more: how its process went, or where it broke."""

    reason: str


def cores() -> int:
    """How many processors this process may use; 1 where processes cannot be split off safely (macOS, Windows)."""
    if sys.platform in {"darwin", "win32"}:
        return 1
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def in_processes(
    count: int, jobs: int, work: Callable[[int, Callable[[object], None]], None], prepare: Callable[[], None]
) -> Iterator[object]:
    """Do `work(number, say)` for each number below `count`, and yield what is said, one number after the other.

    Each number ends with `Done` or `Lost`. Processes, because the mask for new files, the timer of a deadline and the
    signals belong to a whole process. They are split off before anything is done, while this one has no threads of its
    own; each ends when this one is gone, and when the iteration is left they are asked to end and waited for.

    Args:
        count: how many pieces there are.
        jobs: how many processes.
        work: what to do; what it says must be something that pickle knows.
        prepare: called here once the processes are split off: from then on there may be threads.
    """
    import multiprocessing  # noqa: PLC0415  # most pushes have one tag
    from multiprocessing.connection import wait  # noqa: PLC0415

    context = multiprocessing.get_context("fork")
    counter = context.Value("i", 0)
    crew = {}
    for _ in range(min(jobs, count)):
        mouth, ear = context.Pipe(duplex=False)
        process = context.Process(target=_labour, args=(os.getpid(), count, counter, ear, work))
        process.start()
        ear.close()
        crew[mouth] = process
    heard: dict[int, deque[object]] = {number: deque() for number in range(count)}
    begun: dict[Connection, int] = {}
    try:
        prepare()
        for number in range(count):
            while not heard[number] or not isinstance(heard[number][-1], Done | Lost):
                yield from _drained(heard[number])
                if not crew:
                    heard[number].append(Lost("every process of the gate has ended"))
                    break
                ready = wait(list(crew), WAKE_SECONDS)  # see tagward.tools.run
                for mouth in [one for one in crew if one in ready]:
                    try:
                        said_by, said = mouth.recv()
                        begun[mouth] = said_by
                        heard[said_by].append(said)
                    except EOFError:
                        process = crew.pop(mouth)
                        process.join()
                        last = heard.get(begun.get(mouth, -1))
                        if process.exitcode and last is not None and not (last and isinstance(last[-1], Done | Lost)):
                            last.append(Lost(f"its process ended with {process.exitcode}"))
            yield from _drained(heard.pop(number))
        for process in crew.values():
            process.join()  # there is nothing more to do
    finally:
        for process in crew.values():
            process.terminate()
        for process in crew.values():
            process.join()


def _drained(queue: deque[object]) -> Iterator[object]:
    while queue:
        yield queue.popleft()


def _labour(
    parent: int,
    count: int,
    counter: Synchronized[int],
    ear: Connection,
    work: Callable[[int, Callable[[object], None]], None],
) -> NoReturn:
    follow_parent(parent)
    try:
        while True:
            with counter.get_lock():
                number = counter.value
                counter.value += 1
            if number >= count:
                leave_well()
            try:
                work(number, lambda said, number=number: ear.send((number, said)))  # type: ignore[misc]
                ear.send((number, Done()))
            except Trouble as failure:
                ear.send((number, Lost(str(failure))))
            except Exception:  # noqa: BLE001  # whoever listens has to say what broke
                ear.send((number, Lost(traceback.format_exc())))
    except (KeyboardInterrupt, BrokenPipeError):
        os._exit(INTERRUPTED)  # what this process has inherited is not its to end
