"""What zizmor finds in the workflows, where it is there (its documentation, "Usage": exit codes, JSON format)."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

from tagward.errors import CannotJudge, CommandFailed
from tagward.model.inspection import Alarm
from tagward.model.places import Place
from tagward.tools.answers import ODD
from tagward.tools.environ import source_env
from tagward.tools.run import run

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

AUDITED = frozenset({0, 11, 12, 13, 14})
"""The other exit codes say that it did not look."""
SECONDS = 60.0
WORDS = (
    *("--offline", "--no-config", "--no-ignores"),
    *("--persona", "auditor", "--format", "json", "--no-progress"),
)
"""A zizmor.yml in the repository could hide what it finds, and so is not read."""


def audit(top: Path, folder: str, *, strict: bool = True) -> tuple[tuple[Alarm, ...] | None, str]:
    """Its findings, None where it is not installed; and why there are none that can be used.

    Args:
        top: the top of the working tree.
        folder: what is audited, relative to it.
        strict: a file that it cannot read counts as not looked.
    """
    program = shutil.which("zizmor")
    if program is None or not (top / folder).is_dir():
        return None, ""
    try:
        done = run(
            [program, *WORDS, *(["--strict-collection"] if strict else []), folder],
            env=source_env(),
            cwd=top,
            timeout=SECONDS,
            check=False,
        )
        if done.status not in AUDITED:
            last = (done.error.strip().splitlines() or ["it said nothing"])[-1]
            return (), f"it did not look (exit {done.status}): {last.strip()}"
        return tuple(_alarm(one) for one in json.loads(done.text) if not one.get("ignored")), ""
    except (CommandFailed, CannotJudge) as failure:
        return (), str(failure)
    except ODD as failure:
        return (), f"what it says cannot be read: {type(failure).__name__}: {failure}"


def _alarm(found: Mapping[str, object]) -> Alarm:
    said, locations = found["determinations"], found["locations"]
    assert isinstance(said, dict) and isinstance(locations, list)  # noqa: S101, PT018  # else: cannot be read
    primary = next((one for one in locations if one["symbolic"].get("kind") == "Primary"), locations[0])
    local = primary["symbolic"]["key"]["Local"]
    path = str(local.get("verbatim_path") or local["given_path"]).removeprefix("./")  # the second until zizmor 1.31
    row = int(primary["concrete"]["location"]["start_point"]["row"]) + 1
    column = int(primary["concrete"]["location"]["start_point"]["column"]) + 1
    quote = (str(primary["concrete"].get("feature", "")).splitlines() or [""])[0]
    notes = str(primary["symbolic"].get("annotation", ""))
    what = str(found["desc"])
    message = f"{what}: {notes}" if notes else what
    return Alarm(
        str(found["ident"]), message, str(said["severity"]), Place(path, row, column, 1, quote), str(found["url"])
    )
