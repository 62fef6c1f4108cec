"""Ground on which one fault strikes one command, and what must hold afterwards, whatever the command says."""

from __future__ import annotations

import os
import re
import resource
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from conftest import BACKEND, PYPROJECT, WHO
from push_support import traces

if TYPE_CHECKING:
    from collections.abc import Callable

INJECTOR = Path(__file__).with_name("injector.c")
SECONDS = 120
ENDING_SECONDS = 10
"""So long may what has been started take to end after us, whoever watches over it included."""
TAGWARD = (sys.executable, "-I", "-m", "tagward")


class Impossible(Exception):
    """What this machine cannot do; the case is skipped with this reason, and never counts as held."""


@dataclass
class Place:
    """One case's own folder: a project with a hook, its remote, a home, a temporary folder, and how to run in there."""

    folder: Path
    index: str
    words: list[str] = field(default_factory=list)
    inside: list[str] = field(default_factory=list)
    """Lines of sh that prepare a private mount namespace; `unshare` needs root."""
    network: bool = True
    limits: dict[int, int] = field(default_factory=dict)
    closed: tuple[int, ...] = ()
    environ: dict[str, str] = field(default_factory=dict)
    stdout: str = ""

    def __post_init__(self) -> None:
        for folder in (self.home, self.tmp):
            folder.mkdir()
        (self.home / "gitconfig").write_text('[init]\n\tdefaultBranch = main\n[protocol "file"]\n\tallow = always\n')
        keep = {name: os.environ[name] for name in ("LANG", "SYSTEMROOT") if name in os.environ}
        self.environ = {
            **keep,
            **WHO,
            "HOME": str(self.home),
            "TMPDIR": str(self.tmp),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": str(self.home / "gitconfig"),
            "TERM": "dumb",
            "TAGWARD_INDEX": self.index,
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        }

    @property
    def root(self) -> Path:
        """The project."""
        return self.folder / "project"

    @property
    def git_dir(self) -> Path:
        return self.root / ".git"

    @property
    def home(self) -> Path:
        return self.folder / "home"

    @property
    def tmp(self) -> Path:
        return self.folder / "tmp"

    def git(self, *words: str, **environ: str) -> str:
        """Run git as the user, before the fault strikes."""
        done = subprocess.run(
            ["git", *words], cwd=self.root, env={**self.environ, **environ}, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def write(self, path: str, text: str) -> None:
        (self.root / path).write_text(text, encoding="utf-8")

    def loose(self, revision: str) -> Path:
        """The file of a loose object, writable."""
        oid = self.git("rev-parse", revision)
        place = self.git_dir / "objects" / oid[:2] / oid[2:]
        place.chmod(0o600)
        return place

    def program(self, name: str, script: str) -> None:
        """Put a program of this name before all others."""
        place = self.folder / "bin" / name
        place.parent.mkdir(exist_ok=True)
        place.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        place.chmod(0o755)
        self.environ["PATH"] = f"{place.parent}{os.pathsep}{self.environ['PATH']}"

    def mount(self, folder: Path, options: str) -> None:
        """Put a small disk of its own over a folder."""
        self.inside.append(f"mount -t tmpfs -o {options} tmpfs '{folder}'")

    def read_only(self, folder: Path) -> None:
        """Let nobody write below a folder, root included."""
        self.inside.append(f"mount --bind '{folder}' '{folder}' && mount -o remount,ro,bind '{folder}'")

    def inject(self, *, everywhere: bool = False, **values: object) -> None:
        """Let calls of libc fail: those of the command alone, or those of everything that it starts too."""
        library = compiled(**values)
        if not everywhere:
            self.environ["LD_PRELOAD"] = str(library)
            return
        etc = self.folder / "etc"
        shutil.copytree("/etc", etc, symlinks=True, ignore_dangling_symlinks=True)
        (etc / "ld.so.preload").write_text(f"{library}\n", encoding="utf-8")
        self.inside.append(f"mount --bind '{etc}' /etc")

    def run(self) -> tuple[int, str]:
        """Run the command; its exit status and everything that it said."""
        words = list(self.words)
        if self.inside or not self.network:
            possible("-m", "-n")
            lines = [*self.inside, '"$@"; rc=$?', f"ls -A '{self.tmp}' > '{self.folder}/left'", "exit $rc"]
            kinds = ["-m", *([] if self.network else ["-n"])]
            words = [
                "unshare",
                *kinds,
                "sh",
                "-c",
                " && ".join(lines[:-3]) + "\n" + "\n".join(lines[-3:]),
                "sh",
                *words,
            ]
            if not self.inside:
                words[words.index("-c") + 1] = "\n".join(lines)
        with Path(self.stdout or os.devnull).open("wb") as given:
            done = subprocess.run(
                words,
                cwd=self.root,
                env=self.environ,
                stdin=subprocess.DEVNULL,
                stdout=given if self.stdout else subprocess.PIPE,
                stderr=subprocess.PIPE,
                preexec_fn=self._limited if self.limits or self.closed else None,
                check=False,
                timeout=SECONDS,
            )
        return done.returncode, ((done.stdout or b"") + done.stderr).decode(errors="surrogateescape")

    def _limited(self) -> None:
        for which, most in self.limits.items():
            resource.setrlimit(which, (most, most))
        for number in self.closed:
            os.close(number)

    def left(self) -> list[str]:
        """What lies in the temporary folder, seen from inside too; and processes that have not ended."""
        named = self.folder / "left"
        inside = named.read_text(encoding="utf-8").split() if named.exists() else []
        end = time.monotonic() + ENDING_SECONDS
        while (running := self._running()) and time.monotonic() < end:
            time.sleep(0.05)
        return sorted({*inside, *(path.name for path in self.tmp.iterdir() if self.tmp.is_dir())}) + running

    def _running(self) -> list[str]:
        needle, found = os.fsencode(self.folder), []
        for process in Path("/proc").glob("[0-9]*"):
            try:
                text = (process / "environ").read_bytes()
                state = (process / "stat").read_text(errors="replace").rpartition(")")[2].split()[0]
            except OSError:
                continue
            if needle in text and state != "Z" and int(process.name) != os.getpid():
                found.append(f"process {process.name}")
        return found


@cache
def possible(*kinds: str) -> None:
    """Whether private namespaces can be made here.

    Raises:
        Impossible: they cannot.
    """
    if (
        not shutil.which("unshare")
        or subprocess.run(
            ["unshare", *kinds, "mount", "-t", "tmpfs", "tmpfs", "/mnt"], capture_output=True, check=False
        ).returncode
    ):
        raise Impossible("unshare -m needs root and Linux")


LIBRARIES: dict[tuple[tuple[str, object], ...], Path] = {}


def compiled(**values: object) -> Path:
    """The injector with these values.

    Raises:
        Impossible: there is no compiler, or this is no system of ld.so.
    """
    if not shutil.which("gcc") or sys.platform != "linux":
        raise Impossible("no gcc, or no Linux")
    folder = Path(str(values.pop("folder")))
    target = folder / "injector.so"
    named = [
        f'-D{name.upper()}="{value}"' if isinstance(value, Path) else f"-D{name.upper()}={value}"
        for name, value in values.items()
    ]
    subprocess.run(["gcc", "-shared", "-fPIC", "-O1", *named, INJECTOR, "-o", target, "-ldl"], check=True)
    return target


def template(folder: Path, index: str) -> Path:
    """A project at 1.0.0 with our hook and two tags: v1.0.0 is good, v2.0.0 is not."""
    folder.mkdir()
    place = Place(folder, index)
    place.root.mkdir()
    subprocess.run(["git", "init", "-q", "--bare", folder / "remote.git"], check=True, env=place.environ)
    place.git("init", "-q")
    place.git("remote", "add", "origin", "../remote.git")
    (place.root / "src/demo").mkdir(parents=True)
    place.write("pyproject.toml", PYPROJECT.format(version="1.0.0"))
    place.write("backend.py", BACKEND)
    place.write("README.md", "# Demo\n")
    place.write("CHANGELOG.md", "# Changelog\n\n## Unreleased\n\n* x\n\n## 1.0.0 - 2026-11-22\n\n* first\n")
    place.write("src/demo/__init__.py", '"""A demo."""\n\n__version__ = "1.0.0"\n')
    place.git("add", "-A")
    place.git("commit", "-qm", "first")
    place.git("tag", "-a", "v1.0.0", "-m", "v1.0.0")
    place.git("tag", "-a", "v2.0.0", "-m", "v2.0.0")
    for words in (
        ("install",),
        ("check", "v1.0.0", "--again", "--dist", str(folder / "dist"), "--receipt", str(folder / "receipt.json")),
    ):
        done = subprocess.run(
            [*TAGWARD, *words], cwd=place.root, env=place.environ, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
    for folder_ in (place.home, place.tmp):
        shutil.rmtree(folder_)
    shutil.rmtree(place.git_dir / "tagward" / "last", ignore_errors=True)
    for passed in (place.git_dir / "tagward").glob("passed*"):
        shutil.rmtree(passed) if passed.is_dir() else passed.unlink()
    return folder


@dataclass(frozen=True, slots=True)
class Case:
    """One fault.

    Attributes:
        fault: its family, as ENOSPC.
        name: what exactly fails.
        words: the command; `push` stands for git push.
        strike: brings the fault about.
        cause: a pattern that what is said must match.
        exits: the statuses that are right; 0 only where the fault hinders no judgement.
    """

    fault: str
    name: str
    words: str
    strike: Callable[[Place], object]
    cause: str
    exits: tuple[int, ...] = (1, 3)


@dataclass(frozen=True, slots=True)
class Held:
    """What came of a case: nothing wrong, or what; `skipped` where the machine cannot do it."""

    case: Case
    status: int = 0
    said: str = ""
    wrong: tuple[str, ...] = ()
    skipped: str = ""


def hold(case: Case, whole: Path, folder: Path, index: str) -> Held:
    """Strike a copy of the template with a case and look at everything afterwards."""
    folder.mkdir()
    for name in ("project", "remote.git", "dist"):
        shutil.copytree(whole / name, folder / name, symlinks=True)
    shutil.copy(whole / "receipt.json", folder)
    place = Place(folder, index)
    words = [word.replace("{folder}", str(folder)) for word in case.words.split()]
    place.words = ["git", "push", "origin", *words[1:]] if words[0] == "push" else [*TAGWARD, *words]
    try:
        case.strike(place)
        before = traces(place.root), traces(folder / "remote.git")
        status, said = place.run()
    except Impossible as reason:
        return Held(case, skipped=str(reason))
    except subprocess.TimeoutExpired:
        return Held(case, wrong=(f"not done in {SECONDS} s",))
    wrong = []
    if status not in case.exits:
        wrong.append(f"exit {status} is not in {case.exits}")
    if re.search("^Traceback", said, re.MULTILINE):  # what a backend said is quoted with a mark before each line
        wrong.append("a traceback")
    if "tagward broke" in said:
        wrong.append("it broke")
    if not re.search(case.cause, said):
        wrong.append(f"the cause is not named: {case.cause}")
    after = traces(place.root), traces(folder / "remote.git")
    if after != before and not (status == 0 and case.words.split()[0] in CHANGES):
        changed = {
            path
            for one, other in zip(before, after, strict=True)
            for path in one.keys() ^ other.keys()
            | {name for name in one.keys() & other.keys() if one[name] != other[name]}
        }
        wrong.append(f"changed: {', '.join(sorted(changed)[:5])}")
    if left := place.left():
        wrong.append(f"left behind: {', '.join(left[:5])}")
    return Held(case, status, said, tuple(wrong))


CHANGES = {"push", "bump", "init", "install"}
"""Commands that change something where they succeed."""
