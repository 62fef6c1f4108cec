"""The one door to processes: argument lists, no shell, no standard input of ours, a whole group killed."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, NamedTuple, NoReturn

from tagward.errors import CannotJudge, CommandFailed
from tagward.tools.keeper import VARIABLE, Keeper

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

GRACE_SECONDS = 2.0
MAX_PAUSE = 0.05
WAKE_SECONDS = 0.5
BRIEF_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Completed:
    """What a process left behind: its exit status (negative: the signal that ended it) and its two streams."""

    argv: tuple[str, ...]
    status: int
    stdout: bytes
    stderr: bytes

    @property
    def text(self) -> str:
        """Standard output, decoded; undecodable bytes survive as surrogates (PEP 383)."""
        return os.fsdecode(self.stdout)

    @property
    def error(self) -> str:
        """Standard error, decoded like `text`."""
        return os.fsdecode(self.stderr)


class TimeExceeded(CommandFailed):
    """The process did not end in time and was stopped, with everything it had started."""


def run(
    argv: Sequence[str | Path],
    *,
    env: Mapping[str, str],
    cwd: Path | None = None,
    stdin: bytes = b"",
    timeout: float | None = None,
    log: Path | None = None,
    check: bool = True,
    umask: int = -1,
    alone: bool = True,
    brief: bool = False,
) -> Completed:
    """Run a program to its end and return what it left behind.

    Args:
        argv: the program and its arguments; nothing is ever read by a shell.
        env: the whole environment of the process; nothing is inherited besides.
        cwd: where it runs; ours without one.
        stdin: bytes for its standard input; without any it reads from the null device.
        timeout: seconds until it is stopped.
        log: a file that receives both streams, in order, in place of `Completed`; it is appended to.
        check: raise where the exit status is not zero.
        umask: the mask of its new files; ours with -1.
        alone: it leads a group of processes of its own; otherwise it stays in ours, and is ended with it.
        brief: it is over in a moment, so that no keeper is started for it alone until it takes longer.

    Raises:
        CommandFailed: the program is not there, or it failed and `check` is set.
        CannotJudge: the disk has no room for its streams.
        TimeExceeded: it took longer than `timeout`.
    """
    words = tuple(os.fspath(word) for word in argv)
    with contextlib.ExitStack() as files:
        streams = _opened(words, log, files)
        try:
            source = files.enter_context(_source(stdin))
        except OSError as failure:
            raise _no_room(words, failure) from failure
        process = _popen(words, env, cwd, source, streams, alone=alone, umask=umask, brief=brief)
        done = _finished(process, words, timeout, streams, brief=brief)
    return _checked(done) if check else done


class Started:
    """A process that is started before it is needed; what it is to do comes over its standard input, a socket.

    It has to end when that is closed, as it is when we are killed.
    """

    def __init__(
        self, argv: Sequence[str | Path], *, env: Mapping[str, str], cwd: Path | None = None, alone: bool = True
    ) -> None:
        """Start it; see `run`.

        Raises:
            CommandFailed: the program is not there.
            CannotJudge: there is no room for its streams.
        """
        self._words = tuple(os.fspath(word) for word in argv)
        with contextlib.ExitStack() as files:
            self._streams = _opened(self._words, None, files)
            self._socket, theirs = socket.socketpair()
            files.callback(self._socket.close)
            with theirs:
                self._process = _popen(self._words, env, cwd, theirs, self._streams, alone=alone)
            self._replies = files.enter_context(self._socket.makefile("rb"))
            self._files = files.pop_all()
        self._running = True

    def tell(self, line: bytes) -> None:
        """Send a line; a process that has ended hears nothing."""
        with contextlib.suppress(OSError):
            self._socket.sendall(line + b"\n")

    def ask(self, line: bytes) -> bytes:
        """Send a line and wait for the line that answers it; see `hear`."""
        self.tell(line)
        return self.hear()

    def hear(self) -> bytes:
        """Wait for a line; empty where the process ended instead."""
        # Never for ever: see `_exit_of`.
        while not select.select([self._socket], [], [], WAKE_SECONDS)[0]:
            pass
        with contextlib.suppress(ConnectionResetError):
            return self._replies.readline()
        return b""

    def send(self, data: bytes = b"") -> None:
        """Send the last it gets."""
        with contextlib.suppress(OSError):  # it may have ended already
            self._socket.sendall(data)
            self._socket.shutdown(socket.SHUT_WR)

    def finish(self, timeout: float | None = None) -> Completed:
        """Let it come to its end, whatever its exit status.

        Raises:
            TimeExceeded: see `run`.
        """
        self.send()
        with self._files:
            self._running = False
            return _finished(self._process, self._words, timeout, self._streams)

    def stop(self) -> None:
        """End it for good, with what it has started, unless it has ended."""
        if self._running:
            self._running = False
            _kill_group(self._process.pid, signal.SIGKILL)
            self._process.kill()  # where it does not lead a group
            _collect(self._process)
            self._files.close()


def _opened(words: tuple[str, ...], log: Path | None, files: contextlib.ExitStack) -> _Streams:
    try:
        # Files, not pipes: a background child that keeps a stream open must not make us wait for it.
        out: IO[bytes] = files.enter_context(log.open("ab") if log else _buffer())
        return _Streams(out, out if log else files.enter_context(_buffer()), log)
    except OSError as failure:
        raise _no_room(words, failure) from failure


def _no_room(words: tuple[str, ...], failure: OSError) -> CannotJudge:
    return CannotJudge(f"there is no room for what {Path(words[0]).name} says: {failure.strerror}")


def _checked(done: Completed) -> Completed:
    if done.status:
        said = (done.error or done.text).strip()
        raise CommandFailed(f"{' '.join(done.argv[:2])} failed ({_ending(done.status)}): {said}", output=said)
    return done


def leave_well() -> NoReturn:
    """End a process that was split off, in which nothing runs any more.

    The functions that are to run at the end (atexit) are those of the process that it was split off from.
    """
    _KEEPER.end()
    os._exit(0)


def ended_badly(status: int, argv: Sequence[str]) -> Exception:
    """What a runner of hooks raises for one that failed (pyproject-hooks, "Subprocess runners")."""
    return subprocess.CalledProcessError(status, argv)


def run_shown(argv: Sequence[str | Path], *, env: Mapping[str, str], cwd: Path | None = None) -> int:
    """Run a program that its user follows, in our own group, and return its status; see `run`.

    Both of its streams go to our standard error as they come.
    """
    _KEEPER.begin()  # it is found by its mark
    words = tuple(os.fspath(word) for word in argv)
    with os.fdopen(os.dup(2), "wb") as shown, _source(b"") as source:
        streams = _Streams(shown, shown, Path(os.devnull))
        return _finished(_popen(words, env, cwd, source, streams, alone=False), words, None, streams).status


class _Streams(NamedTuple):
    """Where a process writes to; `log` is the file behind `out`, if it is one that stays."""

    out: IO[bytes]
    err: IO[bytes]
    log: Path | None


def _buffer() -> IO[bytes]:
    """A file without a name: in memory where the system can, so that a full disk swallows no error message."""
    if hasattr(os, "memfd_create"):
        return os.fdopen(os.memfd_create("tagward"), "w+b")
    import tempfile  # noqa: PLC0415  # it costs a tenth of the fast checks, and most systems do not need it

    return tempfile.TemporaryFile()


def _source(stdin: bytes) -> IO[bytes]:
    """A file to read from: never our own standard input, which is git's in the hook."""
    if not stdin:
        return Path(os.devnull).open("rb")
    file = _buffer()
    try:
        file.write(stdin)
        file.seek(0)
    except BaseException:
        file.close()
        raise
    return file


def _popen(
    words: tuple[str, ...],
    env: Mapping[str, str],
    cwd: Path | None,
    source: IO[bytes] | socket.socket,
    streams: _Streams,
    *,
    alone: bool,
    umask: int = -1,
    brief: bool = False,
) -> subprocess.Popen[bytes]:
    if alone and not brief:
        _KEEPER.begin()
    try:
        process = subprocess.Popen(
            words,
            env={**env, VARIABLE: _KEEPER.mark} if _KEEPER.there else dict(env),
            cwd=cwd,
            stdin=source.fileno(),
            stdout=streams.out,
            stderr=streams.err,
            start_new_session=alone,
            umask=umask,
        )
        if alone:
            _KEEPER.hold(process.pid)
    except OSError as failure:
        raise CommandFailed(f"{Path(words[0]).name} could not be started: {failure.strerror or failure}") from failure
    except BaseException:
        _KEEPER.lost()
        raise
    return process


def _start_keeper(words: Sequence[str], env: dict[str, str], stdin: int) -> None:
    null = subprocess.DEVNULL
    subprocess.run(words, env=env, cwd="/", stdin=stdin, stdout=null, stderr=null, start_new_session=True, check=False)


_KEEPER = Keeper(_start_keeper)


def _finished(
    process: subprocess.Popen[bytes],
    words: tuple[str, ...],
    timeout: float | None,
    streams: _Streams,
    *,
    brief: bool = False,
) -> Completed:
    out, err, log = streams
    try:
        if brief and not _KEEPER.there and not _ended(process, BRIEF_SECONDS):
            _KEEPER.begin()
            _KEEPER.hold(process.pid)
        ended = _ended(process, timeout)
    except BaseException:
        _stop(process)
        raise
    if not ended:
        _stop(process)
        raise TimeExceeded(f"{Path(words[0]).name} did not end within {timeout or 0:.0f} s", output=_tail(out, log))
    _kill_group(process.pid, signal.SIGKILL)  # whatever it left running in its group
    _collect(process)
    return Completed(words, process.returncode, _read(out, log), b"" if log else _read(err, None))


def _ending(status: int) -> str:
    return f"signal {-status}" if status < 0 else f"exit {status}"


def _read(stream: IO[bytes], log: Path | None) -> bytes:
    if log:
        return b""
    stream.seek(0)
    return stream.read()


def _tail(stream: IO[bytes], log: Path | None) -> str:
    data = log.read_bytes() if log else _read(stream, None)
    return os.fsdecode(data[-4000:])


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End a process and its group: politely first, then for good."""
    _kill_group(process.pid, signal.SIGTERM)
    _ended(process, GRACE_SECONDS)
    _kill_group(process.pid, signal.SIGKILL)
    process.kill()  # where it does not lead a group
    _collect(process)


def _collect(process: subprocess.Popen[bytes]) -> None:
    _KEEPER.release(process.pid)
    process.wait()


def _ended(process: subprocess.Popen[bytes], timeout: float | None) -> bool:
    """Wait until a process has ended, or the time is over, and do not collect it (waitid(2), `WNOWAIT`).

    While it is not collected, its number and that of its group belong to nobody else, so that a signal to the group
    reaches nothing but what it has left.
    """
    if not hasattr(os, "waitid"):
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout)
        return process.returncode is not None
    end = None if timeout is None else time.monotonic() + timeout
    with _exit_of(process.pid) as wait:
        while os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT | os.WNOHANG) is None:
            left = WAKE_SECONDS if end is None else min(WAKE_SECONDS, end - time.monotonic())
            if left <= 0:
                return False
            wait(left)
    return True


@contextlib.contextmanager
def _exit_of(pid: int) -> Iterator[Callable[[float], object]]:
    """A way to wait for the end of a process, no longer than so many seconds at a time (pidfd_open(2)).

    Python runs the handler of a signal that comes just before a system call begins only when that call has ended: one
    that waits for ever would never let Ctrl-C through.
    """
    try:
        handle = os.pidfd_open(pid)
    except (AttributeError, OSError):
        pauses = iter([0.0005 * 2**power for power in range(7)])
        yield lambda left: time.sleep(min(left, next(pauses, MAX_PAUSE)))
        return
    try:
        watch = select.poll()
        watch.register(handle, select.POLLIN)
        yield lambda left: watch.poll(left * 1000)
    finally:
        os.close(handle)


def _kill_group(leader: int, with_signal: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, with_signal)
