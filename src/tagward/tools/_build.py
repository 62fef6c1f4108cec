"""Runs as `python -I -m tagward.tools._build`: the command of pypa/build, with environments that it makes ready before.

build makes an environment for each distribution, and asks uv to fill it. Here one serves the sdist and the wheel, where
both ask for the same and the first has left it as it was; it comes from those that are kept, where that is allowed; and
a backend that minds no company is imported once for all hooks. All the rest, and every word, is build's own.

Standard input is a socket with two lines of JSON: what can be made ready, and, when it is time, what to build. The exit
status of build is the answer to the second. After that an environment that was made anew is kept.
"""

from __future__ import annotations

import gc
import json
import os
import re
import shutil
import sys
import sysconfig
import venv
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyproject_hooks

from tagward.errors import CommandFailed
from tagward.tools.kept import Files, Kept, key_of, paths_in, read_files
from tagward.tools.run import Started, ended_badly, run

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    Runner = Callable[[Sequence[str], str | None, Mapping[str, str] | None], None]

HOOKS = Path(__file__).with_name("_hooks.py")
ALIKE = {
    "flit_core.buildapi": (),
    "hatchling.build": (
        *("hatchling.builders.sdist", "hatchling.builders.wheel"),
        *("hatchling.metadata.core", "hatchling.plugin.manager"),
    ),
    "pdm.backend": ("pdm.backend.sdist", "pdm.backend.wheel", "pdm.backend.hooks.setuptools"),
    "poetry.core.masonry.api": (
        *(
            "poetry.core.factory",
            "poetry.core.json",
            "poetry.core.masonry.builders.sdist",
            "poetry.core.masonry.metadata",
        ),
        *("poetry.core.masonry.builders.wheel", "poetry.core.packages.project_package", "poetry.core.poetry"),
    ),
    "setuptools.build_meta": (
        *("setuptools.config._validate_pyproject", "setuptools.config.setupcfg", "setuptools.config.pyprojecttoml"),
        *(f"setuptools.command.{name}" for name in ("bdist_wheel", "build_py", "egg_info", "install", "sdist")),
    ),
    "uv_build": (),
}
"""Backends whose import looks at nothing but themselves, so that all hooks may share it, and what hooks import then."""

_RESOLVED = re.compile(r"(?:[\w.-]+==\S+(?: ;[^\\\n]+)? \\\n(?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)+")
"""What names every file by its digest: an address or a folder has none."""


@dataclass(slots=True)
class Room:
    """A virtual environment of this build.

    Attributes:
        path: the folder.
        filled: what it was filled with; None where nothing has been.
        state: the files in it, as they were before a hook ran; None where none has run.
        more: a hook has asked for more, which is in it.
    """

    path: Path
    filled: frozenset[str] | None = None
    state: dict[str, tuple[int, ...]] | None = None
    more: bool = False

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.path / "bin/python"

    def look(self) -> dict[str, tuple[int, ...]]:
        """Every file with its identity and the time of its last change, which no program can set; bytecode comes."""
        found: dict[str, tuple[int, ...]] = {}
        for name in paths_in(self.path):
            if name.endswith(".pyc"):
                continue
            with suppress(OSError):
                status = os.lstat(f"{self.path}/{name}")
                found[name] = (status.st_ino, status.st_size, status.st_ctime_ns)
        return found


@dataclass(slots=True)
class House:
    """All that one build needs.

    Attributes:
        home: the folder for its environments.
        uv: the uv program.
        settings: what pip's configuration says.
        kept: where environments are kept; None where none may be used.
    """

    home: Path
    uv: Path
    settings: Mapping[str, str]
    kept: Kept | None
    rooms: list[Room] = field(default_factory=list)
    made: dict[str, tuple[Files, Path]] = field(default_factory=dict)
    backend: str = ""
    hooks: Started | None = None
    log: str = os.devnull

    def room(self) -> Room:
        """The last environment, or a new one where that is not as it was before the build that used it."""
        last = self.rooms[-1] if self.rooms else None
        return last if last and not last.more and last.state in (None, last.look()) else self.another()

    def another(self) -> Room:
        """A new environment, with nothing in it."""
        room = Room(self.home / f"build-env-{len(self.rooms)}")
        venv.EnvBuilder(symlinks=True, with_pip=False).create(room.path)
        with (room.path / "pyvenv.cfg").open("a", encoding="utf-8") as file:
            file.write("relocatable = true\n")  # uv then writes scripts that work in every copy of the environment
        self.rooms.append(room)
        return room

    def fill(self, room: Room, requires: Collection[str]) -> bool:
        """Fill an empty environment; where that does not succeed, it stays empty."""
        return self._filled(room, requires, self._resolved(requires) if self.kept else "")

    def _filled(self, room: Room, requires: Collection[str], resolved: str) -> bool:
        if not resolved or not self._from_kept(room, resolved):
            words = ("pip", "install", "--quiet", "--python", room.python)
            if self._uv(*words, *requires).status:
                return False
        room.filled = frozenset(requires)
        return True

    def _key(self, resolved: str) -> str:
        return key_of(resolved, self.uv, self.settings) if resolved else ""

    def _from_kept(self, room: Room, resolved: str) -> bool:
        if self.kept is None:
            return False
        key = self._key(resolved)
        if self.kept.unpack(key, room.path):
            return True
        before = paths_in(room.path)
        pinned = self.home / "build-requirements.txt"
        pinned.write_text(resolved, encoding="utf-8")
        # A wheel that uv would build first depends on more than what was resolved.
        words = ("--require-hashes", "--no-build", "--no-deps", "--requirement", pinned)
        if self._uv("pip", "install", "--quiet", "--python", room.python, *words).status:
            return False
        if files := read_files(room.path, before):
            self.made.setdefault(key, (files, room.path))
        return True

    def _resolved(self, requires: Collection[str]) -> str:
        words = ("--generate-hashes", "--no-header", "--no-annotate", "--quiet", "--python", sys.executable, "-")
        done = self._uv("pip", "compile", *words, stdin="\n".join(sorted(requires)).encode())
        return done.text if not done.status and _RESOLVED.fullmatch(done.text) else ""

    def _uv(self, *words: str | Path, stdin: bytes = b"") -> Any:
        return run([self.uv, *words], env=os.environ, cwd=self.home, stdin=stdin, check=False, alone=False)

    def prepare(self, requires: Collection[str], backend: str) -> None:
        """Make ready what will be needed; what cannot be is left to build, which then says why.

        Resolving waits for the network. Meanwhile what was right the last time is unpacked, and its backend imported;
        it is thrown away unless it turns out to be right again.
        """
        self.backend = backend.partition(":")[0]
        with suppress(OSError, CommandFailed):
            if not requires or not self.kept:
                room = self.another()
                if not requires or self.fill(room, requires):
                    self._import(room)
                return
            with ThreadPoolExecutor(1) as beside:
                answer = beside.submit(self._resolved, requires)
                room = self.another()
                asked = self._key("\n".join(sorted(requires)))
                guess = self.kept.last(asked)
                guessed = bool(guess) and self.kept.unpack(guess, room.path)
                if guessed:
                    self._import(room)
            right = "" if answer.exception() else self._key(answer.result())
            if guessed and guess == right:
                room.filled = frozenset(requires)
                return
            if guessed:
                room = self._instead_of(room)
            if self._filled(room, requires, answer.result()):
                self._import(room)
                self.kept.expect(asked, right)

    def _import(self, room: Room) -> None:
        """Let a process of the environment import the backend, if that may be."""
        if self.backend in ALIKE and hasattr(os, "fork"):
            env = {**os.environ, "PATH": f"{room.path / 'bin'}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": ""}
            words: list[str | Path] = [room.python, HOOKS, self.backend, *ALIKE[self.backend]]
            self.hooks = Started(words, env=env, cwd=self.home, alone=False)

    def _instead_of(self, room: Room) -> Room:
        if self.hooks:
            self.hooks.stop()
            self.hooks = None
        self.rooms.remove(room)
        shutil.rmtree(room.path)
        return self.another()

    def runner(self, usual: Runner) -> Runner:
        """Calls hooks in forks where that is possible, elsewhere as usual (pyproject-hooks, "Subprocess runners")."""

        def call(cmd: Sequence[str], cwd: str | None = None, extra_environ: Mapping[str, str] | None = None) -> None:
            more = extra_environ or {}
            room = Path(cmd[0]).parent.parent.resolve()
            mine = next((one for one in self.rooms if one.path == room), None)
            first = mine is not None and mine.state is None
            if mine and first:
                mine.state = mine.look()
            backend = more.get("_PYPROJECT_HOOKS_BUILD_BACKEND", "").partition(":")[0]
            alike = backend == self.backend and "_PYPROJECT_HOOKS_BACKEND_PATH_JSON" not in more
            if self.hooks is None or not alike or mine is not self.rooms[0]:
                usual(cmd, cwd, extra_environ)
                return
            if first:
                self._take_bytecode(self.hooks)
            job = {"argv": cmd[1:], "cwd": cwd, "env": {**os.environ, **more}, "log": self.log, "umask": UMASK}
            answer = self.hooks.ask(json.dumps(job).encode())
            status = int(answer or b"1")
            if status:
                raise ended_badly(status, cmd)

        return call

    def _take_bytecode(self, hooks: Started) -> None:
        """Save the compiling, before the first hook runs code of the project."""
        if self.made:
            hooks.ask(b"null")
            for files, path in self.made.values():
                files.take(path)

    def keep(self) -> None:
        """Keep what was made anew, with the bytecode of the modules that the build has imported; end the rest."""
        for key, (files, path) in self.made.items():
            files.compile(name for name in paths_in(path) if name.endswith(".pyc"))
            if self.kept:
                self.kept.keep(key, files)
        if self.hooks:
            self.hooks.stop()
        for room in self.rooms:
            shutil.rmtree(room.path, ignore_errors=True)


UMASK = 0o022
"""Modes of files go into the sdist; under another umask the same commit would give other bytes."""


def _furnish(house: House) -> None:
    """Let build live in our environments; one that it would not let us replace is its own."""
    from build import env  # noqa: PLC0415  # after the runner was replaced, which older versions look up at import

    usual: Any = getattr(env, "_UvBackend", object)

    class Backend(usual):  # type: ignore[misc]  # of build, which exports no name for it
        """Fills an environment by uv."""

        def create(self, path: str) -> None:
            self._uv_bin, self._env_path = str(house.uv), path
            Path(path).rmdir()
            self._link(house.room())

        def _link(self, room: Room) -> None:
            Path(self._env_path).unlink(missing_ok=True)
            Path(self._env_path).symlink_to(room.path)
            self._room = room
            self.scripts_dir = str(Path(self._env_path) / "bin")
            self.python_executable = str(Path(self._env_path) / "bin/python")
            places = {"base": str(room.path), "platbase": str(room.path)}
            self.purelib = sysconfig.get_path("purelib", "venv", places)
            self._first = True

        def install_dependencies(
            self, requirements: Collection[str], constraints: Collection[str] = (), **more: Any
        ) -> None:
            first, wanted = self._first, frozenset(requirements)
            if first and self._room.filled not in (None, wanted):
                self._link(house.another())
            self._first = False
            if first and (self._room.filled == wanted or house.fill(self._room, wanted)):
                return
            self._room.more = self._room.more or not first
            super().install_dependencies(requirements, constraints, **more)  # and it says what is wrong
            if first:
                self._room.filled = wanted

    env._UvBackend = Backend  # type: ignore[misc]  # noqa: SLF001


def main() -> None:
    """Make ready, build, answer, keep."""
    gc.disable()  # nearly all of it is imports
    os.umask(UMASK)
    control = os.dup(0)
    lines = os.fdopen(control, "rb")
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    usual = pyproject_hooks.default_subprocess_runner
    calls: list[Runner] = [usual]

    def call(*words: Any, **named: Any) -> None:
        calls[-1](*words, **named)

    pyproject_hooks.default_subprocess_runner = call  # before build is imported, which may take it as a default
    from build import __main__ as command  # noqa: PLC0415

    job = json.loads(lines.readline() or b"null")
    if job is None:
        return
    os.environ.clear()  # it was started before these were known
    os.environ.update(job["env"])
    os.chdir(job["home"])
    house = House(Path(job["home"]).resolve(), Path(job["uv"]), job["settings"], Kept.of(job["kept"]))
    calls.append(house.runner(usual))
    house.prepare(job["requires"], job["backend"])
    _furnish(house)
    line = lines.readline()
    if line:
        order = json.loads(line)
        house.log = order["log"]
        log = os.open(house.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
        os.dup2(log, 1)
        os.dup2(log, 2)
        answer = "0"
        try:
            command.main(order["words"], "python -m build")
            sys.stdout.flush()
        except SystemExit as end:
            answer = str(end.code if isinstance(end.code, int) else 1)
        except OSError as failure:  # from its words alone: what else goes wrong, build itself tells with its status
            answer = failure.strerror or str(failure)
        os.write(control, f"{answer}\n".encode())
    house.keep()


if __name__ == "__main__":
    main()
    os._exit(0)  # to take the modules apart takes time, and all is written
