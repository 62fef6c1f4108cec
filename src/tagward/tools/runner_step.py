"""One step of a rehearsed workflow: its script or its action, with the files and variables that GitHub gives it.

GitHub's documentation, "Workflow syntax", `jobs.<job_id>.steps`, and "Variables reference".
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tagward.tools.run import TimeExceeded, run
from tagward.workflows.commands import Malformed, file_values

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SHELLS = {
    "": ("bash", "-e"),
    "bash": ("bash", "--noprofile", "--norc", "-eo", "pipefail"),
    "sh": ("sh", "-e"),
    "python": ("python",),
}
"""The command before the file of a script; without `shell` GitHub leaves out `pipefail`."""
_FILES = {
    "GITHUB_ENV": "env",
    "GITHUB_OUTPUT": "output",
    "GITHUB_PATH": "path",
    "GITHUB_STEP_SUMMARY": "summary",
    "GITHUB_STATE": "state",
}


@dataclass(frozen=True, slots=True)
class Files:
    """The files of one step, all of them empty and its own.

    Attributes:
        folder: where they are.
    """

    folder: Path

    def create(self) -> dict[str, str]:
        """Make them, and give the variables that name them."""
        self.folder.mkdir(parents=True)
        for name in _FILES.values():
            (self.folder / name).write_bytes(b"")
        return {variable: str(self.folder / name) for variable, name in _FILES.items()}

    def text(self, name: str) -> str:
        """What a step wrote; nothing if it took the file away."""
        file = self.folder / name
        return file.read_text(encoding="utf-8", errors="replace") if file.is_file() else ""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a script or an action ended.

    Attributes:
        log: what it printed.
        failed: whether it failed.
        late: whether it was stopped because its time was over.
        status: the exit status of a script; None where none ran to its end.
        outputs, variables, path, summary: what it wants to be known.
        notes: in what the rehearsal differed from GitHub.
    """

    log: str
    failed: bool
    late: bool = False
    status: int | None = None
    outputs: Mapping[str, str] | None = None
    variables: Mapping[str, str] | None = None
    path: tuple[str, ...] = ()
    summary: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Script:
    """What a `run` says, evaluated.

    Attributes:
        text: the script.
        interpreter: a key of `SHELLS`.
        folder: where it runs.
        seconds: after which it is stopped.
    """

    text: str
    interpreter: str
    folder: Path
    seconds: float


def run_script(script: Script, env: Mapping[str, str], files: Files) -> Ended:
    """Run a script in a shell, as GitHub does, to its end or until its time is over.

    Raises:
        CommandFailed: the shell could not be started.
    """
    path, log = files.folder / "script", files.folder / "log"
    path.write_text(script.text if script.text.endswith("\n") else f"{script.text}\n", encoding="utf-8", newline="")
    if not script.folder.is_dir():
        return Ended(f"Error: the working directory {script.folder} is not there\n", failed=True)
    program, *words = SHELLS[script.interpreter]
    # Found on the path that the steps before it have put together, and not on ours.
    argv: list[str | Path] = [shutil.which(program, path=env["PATH"]) or program, *words, path]
    try:
        done = run(argv, env=env, cwd=script.folder, timeout=script.seconds, log=log, check=False)
    except TimeExceeded:
        return _ended(files, _read(log) + "Error: The time of this step is over.\n", None, late=True)
    said = _read(log)
    if done.status:
        said += f"Error: Process completed with exit code {done.status}.\n"
    return _ended(files, said, done.status)


def _ended(files: Files, said: str, status: int | None, *, late: bool = False) -> Ended:
    try:
        outputs, variables = file_values(files.text("output")), file_values(files.text("env"))
    except Malformed as fault:
        return Ended(f"{said}Error: Unable to process a file of commands: {fault}\n", failed=True, status=status)
    path = tuple(line for line in files.text("path").splitlines() if line.strip())
    failed = late or bool(status)
    return Ended(said, failed, late, status, outputs, variables, path, files.text("summary"))


def _read(log: Path) -> str:
    text = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
    return text if not text or text.endswith("\n") else f"{text}\n"


def prepended(path: str, folders: tuple[str, ...]) -> str:
    """A search path with further folders before it; the last that was added comes first."""
    return os.pathsep.join([*reversed(folders), path])
