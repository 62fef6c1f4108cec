"""Take every protection out of a copy, and see its test go red: `python tests/faults/protections.py [WORD …]`.

The tests run by a Python of their own, whose tagward is the copy: whatever a test starts sees what was taken out, hooks
and helpers in isolated mode included.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
import venv
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import tomli

sys.path.insert(0, str(Path(__file__).parents[1]))

from killing import Ground

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

ROOT = Path(__file__).parents[2]
TABLE = Path(__file__).with_name("protections.toml")


class Answer(StrEnum):
    """What came of tests; `broken`: they could not even begin, which proves nothing."""

    RED = "red"
    GREEN = "GREEN"
    BROKEN = "BROKEN"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Protection:
    """A line of the source that protects.

    Attributes:
        holds: the threats and promises that it stands against, by the names in `[threats]` and `[promises]`.
        what: it in words.
        file: where it stands.
        keeps: what stands there once.
        without: what stands there when it is taken out.
        test: the test that goes red then.
    """

    holds: tuple[str, ...]
    what: str
    file: str
    keeps: str
    without: str
    test: str

    def taken_out(self, text: str) -> str:
        """The text of the file without the protection."""
        assert text.count(self.keeps) == 1, f"{self.file} does not have it once: {self.keeps}"
        return text.replace(self.keeps, self.without)


def table() -> tuple[Mapping[str, str], Mapping[str, str], tuple[Protection, ...]]:
    """The threats, the promises and the protections."""
    found = tomli.loads(TABLE.read_text(encoding="utf-8"))
    listed = [Protection(**{**one, "holds": tuple(one["holds"])}) for one in found["protection"]]
    return found["threats"], found["promises"], tuple(listed)


class Copy:
    """The repository in a folder, and a Python that has it for tagward and borrows everything else from ours."""

    def __init__(self, folder: Path) -> None:
        """Make it."""
        self.root = folder / "copy"
        skip = shutil.ignore_patterns("__pycache__", ".*_cache", ".hypothesis", ".venv", "venv")
        shutil.copytree(ROOT, self.root, ignore=skip, symlinks=True)
        venv.EnvBuilder(symlinks=True, with_pip=False).create(folder / "python")
        self.python = folder / "python/bin/python"
        (packages,) = (folder / "python/lib").glob("python*/site-packages")
        ours = [path for path in sys.path if path.endswith("site-packages")]
        (packages / "copy.pth").write_text("".join(f"{path}\n" for path in (self.root / "src", *ours)))
        for path in Path(sys.prefix, "bin").iterdir():
            self._lend(path, self.python.with_name(path.name))

    def _lend(self, path: Path, place: Path) -> None:
        """A program of ours, run by the Python of the copy."""
        if os.path.lexists(place) or path.name.startswith(("python", "activate")) or not path.is_file():
            return
        head, _, rest = path.read_bytes().partition(b"\n")
        if head.startswith(b"#!") and b"python" in head:
            place.write_bytes(b"#!%s\n%s" % (os.fsencode(self.python), rest))
            place.chmod(place.stat().st_mode | stat.S_IXUSR)
        else:
            place.symlink_to(path)

    def ask(self, tests: Iterable[str]) -> Answer:
        """What came of these tests."""
        words: list[str | Path] = [self.python, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider"]
        words += [f"--basetemp={self.root.parent / 'tests'}", *tests]
        env = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "VIRTUAL_ENV"}}
        env["PYTHONDONTWRITEBYTECODE"] = "1"
        done = subprocess.run(words, cwd=self.root, env=env, capture_output=True, text=True, check=False)
        self.said = done.stdout + done.stderr
        for pid in Ground(self.root.parent, {}).processes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)  # without its protection a test may leave something running
        if not done.returncode:
            return Answer.GREEN if " passed" in self.said else Answer.SKIPPED
        return Answer.RED if done.returncode == pytest.ExitCode.TESTS_FAILED else Answer.BROKEN

    def ask_without(self, one: Protection) -> Answer:
        """What comes of its test without a protection."""
        file = self.root / one.file
        whole = file.read_text(encoding="utf-8")
        file.write_text(one.taken_out(whole), encoding="utf-8")
        try:
            return self.ask([one.test])
        finally:
            file.write_text(whole, encoding="utf-8")


def main() -> int:
    """Do it for those whose text has one of the words; the status is 1 where one could be taken out unseen."""
    parser = argparse.ArgumentParser(prog="python tests/faults/protections.py", description=__doc__)
    parser.add_argument("words", nargs="*", metavar="WORD", help="only protections with one of these in them")
    parser.add_argument("--show", action="store_true", help="print what the tests said")
    options = parser.parse_args()
    chosen = [one for one in table()[2] if not options.words or _meant(one, options.words)]
    found, start = Counter[Answer](), time.monotonic()
    with tempfile.TemporaryDirectory(prefix="protections-") as name:
        copy = Copy(Path(name))
        if copy.ask(dict.fromkeys(one.test for one in chosen)) is not Answer.GREEN:
            print(f"{copy.said}\ntheir tests are not green with all of them in place")
            return 1
        for number, one in enumerate(chosen, 1):
            began = time.monotonic()
            answer = copy.ask_without(one)
            found[answer] += 1
            took = f"{time.monotonic() - began:5.1f} s"
            print(f"{number:3}/{len(chosen)} {took} {answer} without: {one.what} ({', '.join(one.holds)})", flush=True)
            if options.show or answer in {Answer.GREEN, Answer.BROKEN}:
                print("".join(f"        | {line}\n" for line in copy.said.splitlines()[-14:]), end="")
    print(
        f"{len(chosen)} protections taken out one by one: {found[Answer.RED]} tests went red,"
        f" {found[Answer.GREEN] + found[Answer.BROKEN]} did not, {found[Answer.SKIPPED]} cannot run here,"
        f" in {time.monotonic() - start:.0f} s"
    )
    return 0 if found[Answer.RED] and found[Answer.RED] + found[Answer.SKIPPED] == len(chosen) else 1


def _meant(one: Protection, words: Iterable[str]) -> bool:
    return any(word in one.holds or word in one.what or word in one.file or word in one.test for word in words)


if __name__ == "__main__":
    sys.exit(main())
