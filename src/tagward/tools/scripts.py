"""The console scripts of the fresh environment: do they answer?"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from tagward.model.installation import Loaded
from tagward.tools.archives import read_entry_points
from tagward.tools.run import TimeExceeded, run

if TYPE_CHECKING:
    import configparser
    from collections.abc import Collection, Sequence

    from tagward.model.distributions import Distribution
    from tagward.tools.environment import Environment

SCRIPT_SECONDS = 10.0
ALL_SECONDS = 20.0
MAX_LINES = 3


def ask_scripts(
    environment: Environment, wheel: Distribution, scripts: Sequence[Loaded], commands: Collection[str]
) -> tuple[tuple[Loaded, ...], str]:
    """Run each console script that loads, with `--help`, and with `--version` where that fails.

    GUI scripts would open windows. What a command of the configuration begins with is run for that.

    Returns:
        What came of each; and what there was no time for, as a sentence, empty where there is nothing.
    """
    windows = _gui_scripts(wheel)
    run_anyway = {line.split(maxsplit=1)[0] for line in commands if line.strip()}
    asked = [one.name for one in scripts if not one.error and one.name not in windows | run_anyway]
    end = time.monotonic() + ALL_SECONDS
    answers = []
    while asked and time.monotonic() < end:
        answers.append(_ask(environment, asked.pop(0)))
    left = f"{len(asked)} scripts were not asked for --help, {asked[0]} the first" if asked else ""
    return tuple(answers), left


def _ask(environment: Environment, name: str) -> Loaded:
    said: list[tuple[str, tuple[str, ...]]] = []
    for option in ("--help", "--version"):
        program = environment.python.with_name(name)
        try:
            done = run(
                [program, option],
                env=environment.variables,
                cwd=environment.nowhere,
                timeout=SCRIPT_SECONDS,
                check=False,
            )
        except TimeExceeded:
            return Loaded(name, f"{option} did not end within {SCRIPT_SECONDS:.0f} s")
        if not done.status:
            return Loaded(name)
        ending = f"signal {-done.status}" if done.status < 0 else f"exit {done.status}"
        said.append((f"{option}: {ending}", tuple((done.error or done.text).strip().splitlines()[-MAX_LINES:])))
    return Loaded(name, ", ".join(ending for ending, _ in said), notes=said[0][1])


def plugins_of(wheel: Distribution) -> tuple[str, ...]:
    """The modules that entry points hand to other programs, which import them when they run."""
    parser = _entry_points(wheel)
    groups = [group for group in parser.sections() if group not in {"console_scripts", "gui_scripts"}]
    targets = (target for group in groups for _, target in parser.items(group))
    return tuple(sorted({target.partition(":")[0].partition("[")[0].strip() for target in targets}))


def _gui_scripts(wheel: Distribution) -> set[str]:
    parser = _entry_points(wheel)
    return set(parser["gui_scripts"]) if parser.has_section("gui_scripts") else set()


def _entry_points(wheel: Distribution) -> configparser.ConfigParser:
    documents = wheel.artifact.documents if wheel.artifact else {}
    texts = (data for name, data in documents.items() if name.endswith(".dist-info/entry_points.txt"))
    return read_entry_points(next(texts, b""))  # it could be read when the archive was
