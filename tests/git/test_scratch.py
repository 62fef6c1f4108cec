"""Scratch folders: private, gone afterwards, and swept where somebody was killed."""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from export_support import isolate, needs_root, python

from tagward.errors import CannotJudge
from tagward.tools import scratch as tools_scratch
from tagward.tools.scratch import MARK, scratch, sweep

if TYPE_CHECKING:
    from types import FrameType

HOLD = """
import sys, time
from tagward.tools.scratch import scratch
with scratch("held") as folder:
    (folder / "a" / "b").mkdir(parents=True)
    print(folder, flush=True)
    time.sleep(30)
"""


@pytest.fixture(autouse=True)
def _isolated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    isolate(tmp_path, monkeypatch)


@pytest.fixture
def base(tmp_path: Path) -> Path:
    return tmp_path / "tmp"


def left(base: Path) -> list[str]:
    return sorted(path.name for path in base.iterdir())


def held() -> tuple[subprocess.Popen[str], Path]:
    """Another process that holds a scratch folder."""
    process = subprocess.Popen(python(HOLD), stdout=subprocess.PIPE, text=True)
    assert process.stdout
    folder = Path(process.stdout.readline().strip())
    assert (folder / MARK).is_file()
    return process, folder


def end(process: subprocess.Popen[str], with_signal: signal.Signals) -> None:
    process.send_signal(with_signal)
    process.communicate(timeout=30)


def test_folder_is_private_and_gone_afterwards(base: Path) -> None:
    with scratch("export") as folder:
        assert (folder.parent, folder.stat().st_mode & 0o777) == (base, 0o700)
        assert folder.name.startswith("tagward-export-")

    assert left(base) == []


def test_folder_is_gone_after_an_error(base: Path) -> None:
    with pytest.raises(OSError, match="mine"), scratch("export"):
        raise OSError("mine")

    assert left(base) == []


def test_read_only_files_and_folders_are_removed(base: Path) -> None:
    with scratch("build") as folder:
        deep = folder / "a" / "b" / "c"
        deep.mkdir(parents=True)
        (deep / "file").touch(0o400)
        for path, mode in ((deep, 0o000), (deep.parent, 0o500), (deep.parent.parent, 0o000), (folder, 0o500)):
            path.chmod(mode)

    assert left(base) == []


def test_symbolic_links_are_removed_and_not_followed(base: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    (outside / "inner").mkdir(parents=True)
    (outside / "inner" / "file").touch()
    outside.chmod(0o555)
    with scratch("build") as folder:
        (folder / "link").symlink_to(outside)
        (folder / "sub").mkdir()
        (folder / "sub" / "link").symlink_to(outside / "inner")
        (folder / "sub" / "file").symlink_to(outside / "inner" / "file")
        (folder / "nowhere").symlink_to("/nonexistent")

    assert left(base) == []
    assert (outside / "inner" / "file").exists()
    assert outside.stat().st_mode & 0o777 == 0o555


def test_deeper_than_any_path_may_be_long(base: Path) -> None:
    here = os.open(".", os.O_RDONLY)
    with scratch("build") as folder:
        try:
            os.chdir(folder)
            for _ in range(1500):
                Path("x" * 20).mkdir()
                os.chdir("x" * 20)
        finally:
            os.fchdir(here)
            os.close(here)

    assert left(base) == []


def test_special_files_are_removed(base: Path) -> None:
    with scratch("build") as folder:
        os.mkfifo(folder / "pipe")
        (folder / "bad\udcff").mkdir()
        (folder / f"sub-{MARK}").mkdir()
        (folder / f"sub-{MARK}" / MARK).touch()

    assert left(base) == []


def test_a_build_that_deletes_everything_does_no_harm(base: Path) -> None:
    with scratch("build") as folder:
        (folder / MARK).unlink()
        folder.rmdir()

    assert left(base) == []


def test_a_killed_run_is_swept_and_a_running_one_is_not(base: Path) -> None:
    process, folder = held()
    with scratch("mine"):
        assert folder.is_dir()
    end(process, signal.SIGKILL)

    assert left(base) == [folder.name]
    with scratch("mine") as mine:
        assert left(base) == [mine.name]


def test_sweep_leaves_what_is_not_ours(base: Path, tmp_path: Path) -> None:
    (base / "tagward-build-unmarked").mkdir()
    (base / "other").mkdir()
    (base / "other" / MARK).touch()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / MARK).touch()
    (base / "tagward-link").symlink_to(tmp_path / "elsewhere")
    (base / "tagward-marked").mkdir()
    (base / "tagward-marked" / MARK).symlink_to(tmp_path / "elsewhere" / MARK)
    (base / "tagward-file").touch()
    before = left(base)

    sweep()

    assert left(base) == before
    assert (tmp_path / "elsewhere" / MARK).exists()


@needs_root
def test_sweep_leaves_what_someone_else_owns(base: Path) -> None:
    folder = base / "tagward-build-theirs"
    folder.mkdir()
    (folder / MARK).touch()
    os.chown(folder, 12345, 12345)

    sweep()

    assert left(base) == [folder.name]


def test_removal_that_was_killed_half_way_is_finished_by_the_next_sweep(
    base: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    process, folder = held()
    end(process, signal.SIGKILL)
    with monkeypatch.context() as patch:
        patch.setattr(tools_scratch, "_dissolve", lambda *_: False)
        sweep()
    assert (folder / MARK).exists()

    sweep()

    assert left(base) == []


@pytest.mark.parametrize("with_signal", [signal.SIGINT, signal.SIGTERM])
def test_71_interrupted(base: Path, with_signal: signal.Signals) -> None:
    process, _ = held()
    end(process, with_signal)
    if with_signal is signal.SIGTERM:  # kills without a word; who runs us turns it into an exception
        sweep()

    assert left(base) == []


def test_71_interrupted_at_any_moment(base: Path) -> None:
    for delay in range(0, 200, 20):
        process = subprocess.Popen(python(HOLD), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, text=True)
        time.sleep(0.08 + delay / 1000)
        end(process, signal.SIGINT)

    assert left(base) == []


def test_72_interrupted_at_every_line(base: Path) -> None:
    class Interrupter:
        """Raises at the n-th line that scratch.py runs."""

        def __init__(self, countdown: int) -> None:
            self.countdown = countdown

        def __call__(self, frame: FrameType, event: str, _: Any) -> Any:
            if frame.f_code.co_filename != tools_scratch.__file__:
                return None
            if event == "line":
                self.countdown -= 1
                if self.countdown == 0:
                    raise KeyboardInterrupt
            return self

    def interrupted(line: int) -> bool:
        interrupter, tracer = Interrupter(line), sys.gettrace()
        sys.settrace(interrupter)
        try:
            with scratch("x") as folder:
                (folder / "a" / "b").mkdir(parents=True)
        except KeyboardInterrupt:
            return True
        finally:
            sys.settrace(tracer)
        return interrupter.countdown <= 0

    leftovers = 0
    for line in itertools.count(1):
        if not interrupted(line):
            break
        leftovers += len(left(base))
        sweep()
        assert left(base) == []

    assert leftovers <= 3  # between two lines of the clean-up, where Python itself lets no signal through


def test_temporary_folder_inside_a_repository_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "work" / "tmp").mkdir(parents=True)
    (tmp_path / "work" / ".git").write_text("gitdir: elsewhere\n")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "work" / "tmp"))

    with pytest.raises(CannotJudge, match="inside the repository"), scratch("x"):
        pass


@pytest.mark.parametrize("place", ["/nonexistent/tmp", "/dev/null", "/proc"])
def test_unusable_temporary_folder_is_said(monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    monkeypatch.setattr(tempfile, "tempdir", place)

    with pytest.raises(CannotJudge, match="no scratch folder can be made") as caught, scratch("x"):
        pass
    assert caught.value.fixes


@needs_root
def test_full_temporary_folder_is_said(tmp_path: Path) -> None:
    full = tmp_path / "full"
    full.mkdir()
    program = (
        f"import tempfile; tempfile.tempdir = {str(full)!r}\n"
        "from tagward.errors import CannotJudge\n"
        "from tagward.tools.scratch import scratch\n"
        "try:\n    with scratch('x'): pass\nexcept CannotJudge as error: print(error)\n"
    )
    mount = 'mount -t tmpfs -o nr_inodes=2 tmpfs "$1" && shift && touch "$0" ; exec "$@"'
    done = subprocess.run(
        ["unshare", "-m", "sh", "-c", mount, full / "file", full, *python(program)],
        capture_output=True,
        text=True,
        check=False,
    )
    if "unshare failed" in done.stderr or "mount:" in done.stderr:
        pytest.skip("this machine gives no mount of our own")

    assert "No space left on device" in done.stdout


def test_runs_that_begin_at_once_do_not_sweep_each_other_away(tmp_path: Path) -> None:
    code = "from tagward.tools.scratch import scratch\n"
    code += "for _ in range(100):\n    with scratch('x') as one:\n        assert one.is_dir()\n"
    words = [sys.executable, "-I", "-c", code]
    base = tmp_path / "shared"
    base.mkdir()
    environ = {**os.environ, "TMPDIR": str(base)}
    runs = [subprocess.Popen(words, env=environ, stderr=subprocess.PIPE, text=True) for _ in range(4)]

    said = [run.communicate(timeout=120)[1] for run in runs]

    assert said == [""] * 4
    assert list(base.iterdir()) == []
