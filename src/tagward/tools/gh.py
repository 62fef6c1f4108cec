"""GitHub through its own command line, `gh`, where that is there and logged in; tagward keeps no token of its own."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from tagward.errors import CannotJudge
from tagward.tools.answers import ODD
from tagward.tools.environ import GUARD
from tagward.tools.run import run

if TYPE_CHECKING:
    from tagward.model.setup import Remote
    from tagward.tools.run import Completed

SECONDS = 120
_FIELDS = "databaseId,status,conclusion,url"


@dataclass(frozen=True, slots=True)
class WorkflowRun:
    """One run of a workflow, as GitHub tells of it.

    Attributes:
        status: `queued`, `in_progress`, `waiting` (for an approval), `completed` and others.
        conclusion: of a completed one: `success`, `failure`, `cancelled` and others.
    """

    number: int
    status: str
    conclusion: str
    url: str


def silence_of_gh(host: str) -> str:
    """Why `gh` cannot be used for a server; empty where it can (`gh auth status`)."""
    if shutil.which("gh") is None:
        return "gh is not there"
    done = _gh("auth", "status", "--hostname", host)
    return f"gh is not logged in to {host}: gh auth login" if done.status else ""


def release_page(repository: Remote, tag: str, *, prerelease: bool) -> str:
    """The page on which the GitHub release of a tag is published.

    GitHub documentation, "Automation for release forms with query parameters".
    """
    asked = {"tag": tag, **({"prerelease": "1"} if prerelease else {})}
    return f"https://{repository.host}/{repository.slug}/releases/new?{urlencode(asked)}"


def create_words(tag: str, *, prerelease: bool) -> tuple[str, ...]:
    """What `gh` is told to publish the GitHub release of a tag that is on the remote."""
    return ("release", "create", tag, "--verify-tag", "--generate-notes", *(("--prerelease",) if prerelease else ()))


def published_release(repository: Remote, tag: str) -> str:
    """The address of the GitHub release of a tag; empty where there is none.

    Raises:
        CannotJudge: it is a draft, which starts no workflow, and which nobody but its author may publish.
    """
    done = _gh("release", "view", tag, "--repo", _name(repository), "--json", "url,isDraft")
    if done.status:
        return ""  # if it was not found, creating it succeeds; if GitHub is away, that says so
    found = _read(done)
    if isinstance(found, dict) and found.get("isDraft"):
        raise CannotJudge(f"the GitHub release of {tag} is a draft", fixes=(f"gh release edit {tag} --draft=false",))
    return str(found.get("url", "")) if isinstance(found, dict) else ""


def create_release(repository: Remote, tag: str, *, prerelease: bool) -> str:
    """Publish the GitHub release of a tag, and return its address.

    Raises:
        CannotJudge: gh could not.
    """
    done = _gh(*create_words(tag, prerelease=prerelease), "--repo", _name(repository))
    if done.status:
        raise CannotJudge("gh could not publish the GitHub release", why=(done.error or done.text).strip())
    return done.text.strip().rpartition("\n")[2]


def newest_run(repository: Remote, workflow: str, commit: str, event: str) -> WorkflowRun | None:
    """The newest run of a workflow that an event started for a commit; None where there is none yet.

    Args:
        repository: on GitHub.
        workflow: the file name.
        commit: which.
        event: as `release` or `push`.

    Raises:
        CannotJudge: gh does not answer.
    """
    words = ("--workflow", workflow, "--commit", commit, "--event", event, "--limit", "1", "--json", _FIELDS)
    done = _gh("run", "list", "--repo", _name(repository), *words)
    found = _read(done)
    if not isinstance(found, list):
        raise _silent(done)
    return _run(found[0], done) if found else None


def _run(found: object, done: Completed) -> WorkflowRun:
    try:
        number, *texts = (found[field] for field in _FIELDS.split(","))  # type: ignore[index]
        return WorkflowRun(int(number), *(str(text or "") for text in texts))
    except ODD:
        raise _silent(done) from None


def _read(done: Completed) -> object:
    try:
        return json.loads(done.text) if not done.status else None
    except ODD:
        return None


def _silent(done: Completed) -> CannotJudge:
    said = (done.error or done.text).strip() or "nothing"
    return CannotJudge(f"gh {done.argv[1]} {done.argv[2]} did not answer", why=f"it said {said}")


def _name(repository: Remote) -> str:
    return f"{repository.host}/{repository.slug}"


def _gh(*words: str) -> Completed:
    environment = {**os.environ, "GH_PROMPT_DISABLED": "1", "GH_NO_UPDATE_NOTIFIER": "1", "NO_COLOR": "1", GUARD: "1"}
    return run(["gh", *words], env=environment, timeout=SECONDS, check=False)
