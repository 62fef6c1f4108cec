"""What GitHub tells a job, and the files in which a step answers."""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

from tagward.errors import CannotJudge
from tagward.model.candidate import Announcement
from tagward.model.github import Job
from tagward.model.refs import TAGS

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_EVENT = 16 << 20


def on_github(environ: Mapping[str, str] = os.environ) -> bool:
    """Whether this is a job of GitHub Actions."""
    return environ.get("GITHUB_ACTIONS") == "true"


def read_job(environ: Mapping[str, str] = os.environ) -> Job:
    """The job that this process is part of.

    Raises:
        CannotJudge: the event that started it cannot be read.
    """
    return Job(
        environ.get("GITHUB_REPOSITORY", ""),
        environ.get("GITHUB_SERVER_URL", ""),
        _announced(environ),
        _path(environ, "GITHUB_OUTPUT"),
        _path(environ, "GITHUB_STEP_SUMMARY"),
    )


def write_outputs(job: Job, outputs: Mapping[str, str]) -> None:
    """Set the outputs of this step.

    The delimiter is random, so that no value can end its own text (GitHub documentation, "Multiline strings").

    Raises:
        CannotJudge: the file cannot be written to.
    """
    if job.outputs is None:
        return
    delimiter = f"tagward_{secrets.token_hex(16)}"
    said = "".join(f"{name}<<{delimiter}\n{value}\n{delimiter}\n" for name, value in outputs.items())
    _append(job.outputs, said)


def write_summary(job: Job, markdown: str) -> None:
    """Add to the summary of this step.

    Raises:
        CannotJudge: the file cannot be written to.
    """
    if job.summary is not None:
        _append(job.summary, markdown)


def _append(path: Path, text: str) -> None:
    try:
        with path.open("a", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
            file.write(text)
    except OSError as failure:
        raise CannotJudge(f"what was found cannot be handed to GitHub: {failure}") from failure


def _announced(environ: Mapping[str, str]) -> Announcement | None:
    event, ref, oid = (environ.get(f"GITHUB_{name}", "") for name in ("EVENT_NAME", "REF", "SHA"))
    if event == "push" and ref.startswith(TAGS):
        return Announcement(ref.removeprefix(TAGS), oid)
    if event != "release":
        return None
    path = environ.get("GITHUB_EVENT_PATH", "")
    try:
        with Path(path).open("rb") as file:
            release = json.loads(file.read(MAX_EVENT))["release"]
        tag, prerelease = release["tag_name"], release["prerelease"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as failure:
        raise CannotJudge(f"the event that started this workflow cannot be read: {failure!r}") from None
    if not isinstance(tag, str) or not isinstance(prerelease, bool):
        raise CannotJudge("the event that started this workflow names no release")
    return Announcement(tag, oid, prerelease)


def _path(environ: Mapping[str, str], name: str) -> Path | None:
    return Path(environ[name]) if environ.get(name) else None
