"""One run that is ended at one point, and what is held of it afterwards."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from push_support import traces

from tagward.tools.scratch import MARK

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

THEIRS = "tagward-of-somebody-else"
"""A folder that looks like ours, and is not: it has no mark."""

AFTER_SECONDS = 6.0
"""So long may a process of ours be there after the end of the command."""
MOST_SECONDS = 240.0
_PROC = Path("/proc")


@dataclass(frozen=True)
class Point:
    """When and how a run is ended.

    Attributes:
        kind: `time` (a share of the whole run), `child` (that many processes were started) or `line` (of its output).
        at: the share or the number.
        to: `group`, as a terminal does, `alone`, the process that was started, or `tagward`, the one below git.
    """

    kind: str
    at: float
    signal: signal.Signals
    to: str

    def __str__(self) -> str:
        """How a violation names it."""
        return f"{self.signal.name} to {self.to} at {self.kind} {self.at:g}"


@dataclass
class Ground:
    """The folders of one run; everything that it starts can be told by their path.

    Attributes:
        folder: holds `project`, `remote.git`, `home` and `tmp`.
        environ: the variables.
    """

    folder: Path
    environ: dict[str, str]

    @property
    def root(self) -> Path:
        """The user's repository."""
        return self.folder / "project"

    def processes(self) -> dict[int, str]:
        """Whatever works here: its working directory, its words or its variables name our folder."""
        found, here = {}, os.fsencode(self.folder)
        for place in _PROC.iterdir():
            if place.name.isdigit() and int(place.name) != os.getpid():
                with contextlib.suppress(OSError):
                    words = (place / "cmdline").read_bytes()
                    if here in words or here in (place / "environ").read_bytes():
                        found[int(place.name)] = words.replace(b"\0", b" ").decode(errors="replace")[:120]
        return found

    def left(self) -> list[Path]:
        """What lies in the temporary folder."""
        return sorted(path for path in (self.folder / "tmp").iterdir() if path.name != THEIRS)

    def halves(self) -> list[str]:
        """Files that are not whole, wherever they are."""
        places = (self.root, self.folder / "home", self.folder / "release")
        return [str(path) for place in places for path in place.rglob("*") if path.name.endswith((".half", ".part"))]


@dataclass
class Run:
    """A command that runs, and what has become of it."""

    ground: Ground
    words: list[str]
    out: list[str] = field(default_factory=list)
    err: list[str] = field(default_factory=list)
    children: set[int] = field(default_factory=set)
    status: int = 0
    began: float = 0.0

    def start(self) -> None:
        """Start it as from a terminal of its own."""
        self.began = time.monotonic()
        self.process = subprocess.Popen(
            self.words,
            cwd=self.ground.root,
            env=self.ground.environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        self._readers = []
        for stream, lines in ((self.process.stdout, self.out), (self.process.stderr, self.err)):
            assert stream is not None
            self._readers.append(threading.Thread(target=lines.extend, args=(stream,), daemon=True))
            self._readers[-1].start()

    def wait_until(self, reached: Callable[[], bool]) -> bool:
        """Look after its children until a point is reached; False where it ended before."""
        while self.process.poll() is None:
            self.children.update(_below(self.process.pid))
            if reached():
                return True
            if time.monotonic() - self.began > MOST_SECONDS:
                return True
            time.sleep(0.001)
        return False

    def finish(self, seconds: float = 30) -> None:
        """Collect it; what keeps its streams open is a process of ours, of which others speak."""
        try:
            self.status = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.status = self.process.wait()
            self.err.append(f"the command went on for {seconds:.0f} s\n")
        for reader in self._readers:
            reader.join(AFTER_SECONDS)
        for stream in (self.process.stdout, self.process.stderr):
            if stream and not any(reader.is_alive() for reader in self._readers):
                stream.close()

    @property
    def said(self) -> str:
        """All that it wrote."""
        return "".join(self.out + self.err)


def _below(pid: int) -> Iterator[int]:
    """The processes below another (proc_pid_task_children(5))."""
    with contextlib.suppress(OSError):
        for tasks in (_PROC / str(pid) / "task").iterdir():
            for child in (tasks / "children").read_text().split():
                yield int(child)
                yield from _below(int(child))


def end(run: Run, point: Point, whole: float) -> bool:
    """Let a run come to a point and end it there; False where it had ended before."""
    reached = {
        "time": lambda: time.monotonic() - run.began >= point.at * whole,
        "child": lambda: len(run.children) >= point.at,
        "line": lambda: len(run.err) + len(run.out) >= point.at,
    }[point.kind]
    run.start()
    met = run.wait_until(reached)
    with contextlib.suppress(ProcessLookupError):
        if met and point.to == "group":
            os.killpg(run.process.pid, point.signal)
        elif met:
            os.kill(_gate(run) if point.to == "tagward" else run.process.pid, point.signal)
    run.finish()
    return met


def _gate(run: Run) -> int:
    """The tagward that git has started; git itself where it is not there yet."""
    for pid in _below(run.process.pid):
        with contextlib.suppress(OSError):
            if b"\0pre-push\0" in (_PROC / str(pid) / "cmdline").read_bytes():
                return pid
    return run.process.pid


def seen(ground: Ground) -> dict[str, str]:
    """The whole repository, but for what git itself notes of its remotes when it pushes."""
    found = traces(ground.root)
    return {path: what for path, what in found.items() if "/remotes" not in path and "/logs" not in path}


def made(ground: Ground) -> dict[str, str]:
    """What a command has made of a repository; the index holds times, which are never the same."""
    return {path: what for path, what in seen(ground).items() if path != ".git/index"}


def differing(one: dict[str, str], other: dict[str, str]) -> list[str]:
    """The paths that are not the same."""
    return sorted(path for path in one.keys() | other.keys() if one.get(path) != other.get(path))


def after(ground: Ground, before: dict[str, str]) -> Iterator[str]:
    """What must not be so after a run, finished or killed; the repository is compared with what it was, if told."""
    wanted = time.monotonic() + AFTER_SECONDS
    while (alive := ground.processes()) and time.monotonic() < wanted:
        time.sleep(0.05)
    for pid, words in alive.items():
        yield f"alive after {AFTER_SECONDS:.0f} s: {words}"
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    if before and (changed := differing(before, seen(ground))):
        yield f"changed: {changed[:5]}"
    for path in ground.left():
        if not (path.is_dir() and path.name.startswith("tagward-") and (path / MARK).is_file()):
            yield f"left without a mark: {path.name}"
    strange = [path.name for path in (ground.folder / "home").iterdir() if path.name not in {".cache", "gitconfig"}]
    if strange:
        yield f"left in HOME: {strange}"
    for path in (ground.root / ".git/tagward").rglob("*.json"):
        try:
            json.loads(path.read_text(encoding="utf-8"))
        except ValueError:
            yield f"half written: {path}"


def swept(ground: Ground) -> Iterator[str]:
    """What must be gone after the next run."""
    if names := [path.name for path in ground.left() if path.name.startswith("tagward-")]:
        yield f"not swept: {names}"
    if halves := ground.halves():
        yield f"not swept: {halves}"
    if not (ground.folder / "tmp" / THEIRS).is_dir():
        yield "the folder of somebody else is gone"
