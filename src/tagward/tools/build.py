"""Build the exported commit: the sdist, then the wheel from the sdist, each in an isolated environment."""

from __future__ import annotations

import json
import os
import re
import sys
from typing import TYPE_CHECKING

from tagward import _toml
from tagward.errors import CannotJudge
from tagward.model.distributions import BuildFailure
from tagward.tools.ahead import start
from tagward.tools.installers import failing_machine, unreachable
from tagward.tools.run import run

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tagward.tools.installers import Installers
    from tagward.tools.run import Started

MAX_LINES = 15
_ERROR = re.compile(
    r"(?:[\w.]+\.)?(?P<kind>[A-Za-z_]*(?:Error|Exception|Exit|Warning|Interrupt|[a-z]Failure)): (?P<text>.+)"
)
_FRONT_END = re.compile(
    r"(?:/build/|/pyproject_hooks/|_in_process\.py|/tools/_build\.py|/tools/_hooks\.py|in run_subprocess|in check_call)"
)
_BACKEND = re.compile(r"^ +- (?P<name>[\w.-]+)==(?P<version>\S+)$")
_NOISE = ("ERROR Backend ", "TIP ", "ERROR Command ")


class Builder:
    """Builds one project; a part of the work is done before it is known that it is to be built.

    Attributes:
        env: the variables of the build.
    """

    def __init__(
        self,
        env: Mapping[str, str],
        installers: Installers,
        home: Path,
        cache: Path | None,
        started: Started | None = None,
    ) -> None:
        """Start it.

        Args:
            env: the variables of the build.
            installers: what brings in what the build requires.
            home: a folder in scratch for the environments of the build.
            cache: see `tagward.tools.kept.cache_folder`; None where nothing that is kept may be used.
            started: see `tagward.tools.ahead.start`.
        """
        self.env, self._installers, self._home, self._cache = env, installers, home, cache
        usable = installers.uv and os.name == "posix"
        self._process = (started or start()) if usable else None
        if started and not usable:
            started.stop()
        self._prepared = False
        self._log, self._words = home, [""]

    @property
    def uv(self) -> Path | None:
        """The uv program, if there is one."""
        return self._installers.uv

    def prepare(self, pyproject: Mapping[str, object], more: Mapping[str, str]) -> None:
        """Begin to make the environment; nothing of the project runs yet, beyond what brings in its requirements.

        Args:
            pyproject: the project's.
            more: further variables of the build.
        """
        if self._process is None:
            return
        self._prepared = True
        self.env = {**self.env, **more}
        system = _toml.table(pyproject, "build-system")
        requires = system.get("requires")
        known = isinstance(system.get("build-backend"), str) and "backend-path" not in system
        job = {
            "env": self._variables(),
            "home": str(self._home),
            "uv": str(self._installers.uv),
            "settings": dict(self._installers.settings),
            "kept": str(self._cache or ""),
            "requires": requires if known and isinstance(requires, list) else [],
            "backend": system["build-backend"] if known else "",
        }
        self._process.tell(json.dumps(job).encode())

    def begin(self, root: Path, out: Path, log: Path, *, wheel_only: bool = False) -> None:
        """Begin to build the sdist, and from it the wheel, into the new folder `out`.

        `python -I -m build` (documentation of build, "Getting started"): `-I`, because a build.py at the root of the
        project would otherwise be run in its place; our working directory is the scratch folder for the same reason.

        Args:
            root: the project.
            out: the folder to make.
            log: where its output goes.
            wheel_only: build the wheel alone, and from the project itself.
        """
        out.mkdir()
        self._log, self._words = log, ["--outdir", str(out), *(["--wheel"] if wheel_only else []), str(root)]
        if self._process is not None:
            if not self._prepared:
                self.prepare({}, {})
            order = {"words": ["--installer", "uv", *self._words], "log": str(log)}
            self._process.tell(json.dumps(order).encode())

    def result(self) -> BuildFailure | None:
        """Wait until what was begun is done, and say why where it failed.

        Raises:
            CannotJudge: the network or the machine failed, so that nothing can be said of the release.
        """
        if self._process is None:
            command = [sys.executable, "-I", "-m", "build", *self._words]
            status = run(command, env=self.env, cwd=self._home, log=self._log, check=False).status
        else:
            answer = os.fsdecode(self._process.hear()).strip()
            if answer and not answer.isdecimal():
                raise CannotJudge(
                    f"what the build says cannot be written down: {answer}",
                    why="nobody could tell a fault of the release from one of this machine",
                    fixes=("see to the disk of the repository and to that of the temporary folder, and try again",),
                    log=str(self._log),
                )
            status = int(answer) if answer else self._process.finish().status or 1
        return _judged(status, self._installers, self._log) if status else None

    def finish(self) -> None:
        """Wait until what was made is kept."""
        if self._process:
            self._process.finish()

    def stop(self) -> None:
        """End it."""
        if self._process:
            self._process.stop()

    def _variables(self) -> dict[str, str]:
        uv = self._installers.uv
        return {**self.env, "PATH": f"{uv.parent}:{self.env['PATH']}" if uv else self.env["PATH"]}


def build(
    root: Path,
    out: Path,
    env: Mapping[str, str],
    installers: Installers,
    log: Path,
    *,
    cache: Path | None = None,
    wheel_only: bool = False,
) -> BuildFailure | None:
    """Build at once; see `Builder`."""
    builder = Builder(env, installers, out.parent, cache)
    try:
        builder.begin(root, out, log, wheel_only=wheel_only)
        return builder.result()
    finally:
        builder.stop()


def _judged(status: int, installers: Installers, log: Path) -> BuildFailure:
    text = log.read_text(encoding="utf-8", errors="replace")
    if reason := failing_machine(text):
        raise CannotJudge(
            f"this machine failed the build ({reason[:200]})",
            why="what the release would build to is not known",
            fixes=("see to its disk, its memory and its limits, and try again",),
            log=str(log),
        )
    if reason := unreachable(text):
        raise CannotJudge(
            f"what the build requires could not be brought in ({reason[:200]})",
            why="an isolated build needs what [build-system] requires",
            fixes=("push again when online", *_withheld(installers)),
            log=str(log),
        )
    if status < 0:
        raise CannotJudge(f"the build was ended by signal {-status}", log=str(log))
    return failure_in(text, str(log))


def _withheld(installers: Installers) -> tuple[str, ...]:
    """What pip's configuration names and builds do not get, because project code would see the password in it."""
    return tuple(
        f"the index {address} carries a password in its address, so that builds do not get it"
        for address in installers.withheld
    )


def builders_in(log: str) -> dict[str, str]:
    """The versions of the build requirements that the log names, in its order; the first is the backend, by custom."""
    return {match["name"]: match["version"] for match in map(_BACKEND.match, log.splitlines()) if match}


def failure_in(log: str, path: str) -> BuildFailure:
    """The reason and the lines that matter, out of everything that the build said."""
    lines = [line.rstrip() for line in log.splitlines() if line.strip() and not line.startswith(_NOISE)]
    stage = "wheel" if any(line.startswith("* Building wheel from sdist") for line in lines) else "sdist"
    errors = [index for index, line in enumerate(lines) if _ERROR.fullmatch(line.strip(" <>"))]
    causes = [index for index, line in enumerate(lines) if line.startswith(("< error:", "< ERROR:"))]
    at = causes[0] if causes else errors[-1] if errors else len(lines) - 1
    shown = _without_front_end(lines[: at + 1] if not causes else lines[at:])
    excerpt = tuple(shown[:MAX_LINES] if causes else shown[-MAX_LINES:])
    return BuildFailure(
        _sentence(lines, at, causes=bool(causes)), stage, excerpt, max(0, len(lines) - len(excerpt)), log=path
    )


def _sentence(lines: list[str], at: int, *, causes: bool) -> str:
    if not lines:
        return "the build said nothing"
    if causes:
        said = [line.lstrip("< ") for line in lines[at : at + 3] if line.startswith("<")]
        return " ".join(part.removeprefix("error: ").removeprefix("ERROR: ").removeprefix("cause: ") for part in said)
    match = _ERROR.fullmatch(lines[at].strip(" <>"))
    return match["text"] if match else lines[at].strip(" <>")


def _without_front_end(lines: list[str]) -> list[str]:
    """Drop the frames of the front end: a frame is a `File` line and the quoted lines below it."""
    kept, dropping = [], False
    for line in lines:
        if line.lstrip().startswith('File "'):
            dropping = bool(_FRONT_END.search(line))
        elif not line.startswith("    "):
            dropping = False
        if not dropping and not set(line.strip()) <= {"^", "~"}:
            kept.append(line)
    return kept
