"""twine, in a process of its own: what it says of distributions."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tagward.errors import CannotJudge
from tagward.model.distributions import Rendering
from tagward.tools.run import Started

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SECONDS = 120
_SCRIPT = Path(__file__).with_name("_twine.py")
_FILE = re.compile(r"Checking (?P<path>.+): (?P<verdict>PASSED|PASSED with warnings|FAILED)")
_GAVE_UP = re.compile(r"^Checking (?P<path>.+): \s*(?P<text>ERROR +\w+: .*|Traceback .*)", re.MULTILINE)
_SAID = re.compile(r"(?P<level>ERROR|WARNING) +(?P<text>.*)")


def start(env: Mapping[str, str]) -> Started:
    """Begin to import twine, which is most of the work."""
    return Started([sys.executable, "-I", _SCRIPT], env={**env, "COLUMNS": "1000"})


def ask(files: Sequence[Path], started: Started) -> None:
    """Let twine check exactly these files, beside whatever is done next."""
    started.send(json.dumps([str(path) for path in files]).encode())


def answers(files: Sequence[Path], started: Started, env: Mapping[str, str], log: Path) -> tuple[Rendering, ...]:
    """What twine says of the files that it was asked about.

    Args:
        files: all of them; where twine stops at one, it is asked anew about the rest.
        started: the process.
        env: the variables of further ones.
        log: where its words go.

    Raises:
        CannotJudge: twine could not run, or its words and its exit status do not fit together.
    """
    found: list[Rendering] = []
    rest = list(files)
    while rest:
        done = started.finish(SECONDS)
        said = done.text + done.error
        with log.open("a", encoding="utf-8", errors="surrogateescape") as file:
            file.write(said)
        stopped = _stopped(said)
        renderings = (*_read(said), *([stopped] if stopped else []))
        seen = {rendering.file for rendering in renderings}
        refused = any(rendering.errors for rendering in renderings)
        asked = {path.name for path in rest}
        if not (seen and seen <= asked and (stopped or seen == asked)) or refused != bool(done.status):
            last = said.strip().splitlines()[-1:] or ["it said nothing"]
            raise CannotJudge(f"twine check did not answer as it should (exit {done.status}): {last[0]}", log=str(log))
        found += renderings
        rest = [path for path in rest if path.name not in seen]  # twine takes wheels first
        if rest:
            started = start(env)
            ask(rest, started)
    return tuple(found)


def check(files: Sequence[Path], env: Mapping[str, str], log: Path) -> tuple[Rendering, ...]:
    """Ask `twine check` at once; see `answers`."""
    if not files:
        return ()
    started = start(env)
    ask(files, started)
    return answers(files, started, env, log)


def _stopped(said: str) -> Rendering | None:
    """The file at which twine gave up, with its reason: it then says nothing of those after it."""
    found = _GAVE_UP.search(said)
    if not found:
        return None
    text = found["text"].strip()
    if text.startswith("Traceback"):
        text = f"{said.strip().splitlines()[-1]} (twine itself died of it)"
    return Rendering(found["path"].replace("\\", "/").rpartition("/")[2], (text.removeprefix("ERROR").strip(),))


def _read(said: str) -> tuple[Rendering, ...]:
    """Twine's report: a line for each file, then its complaints, continued on indented lines."""
    files: list[tuple[str, str, list[tuple[str, list[str]]]]] = []
    for line in said.splitlines():
        if match := _FILE.fullmatch(line.strip()):
            files.append((match["path"].replace("\\", "/").rpartition("/")[2], match["verdict"], []))
        elif files and (match := _SAID.match(line)):
            files[-1][2].append((match["level"], [match["text"].strip()]))
        elif files and files[-1][2] and line.startswith(" "):
            files[-1][2][-1][1].append(line.strip())
    return tuple(_rendering(*file) for file in files)


def _rendering(file: str, verdict: str, said: list[tuple[str, list[str]]]) -> Rendering:
    errors = tuple(line for level, lines in said if level == "ERROR" for line in lines)
    if verdict == "FAILED" and not errors:
        errors = ("it failed without a reason",)
    warnings = tuple(" ".join(lines) for level, lines in said if level == "WARNING")
    return Rendering(file, errors if verdict == "FAILED" else (), warnings)
