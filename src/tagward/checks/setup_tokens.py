"""G5: one way to prove who publishes, and no token where anybody can read it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tagward.checks._check import Skip, Unseen, check
from tagward.checks._setup import publishing
from tagward.model.findings import Finding
from tagward.model.index_state import DAY
from tagward.model.inspection import Inspection
from tagward.model.places import Place

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from tagward.model.inspection import WorkflowSeen
    from tagward.model.workflow import Job

OLD = 365 * DAY
_SECRET = re.compile(r"secrets\.(\w*(?:PYPI|TWINE|UV_PUBLISH)\w*)", re.IGNORECASE)
_CERTAIN = ("S001", "S101", "S102", "S103")


@check("G501", Inspection, fix="keep one: take the password out, or id-token: write")
def token_and_identity(inspection: Inspection) -> Generator[Finding, None, str]:
    """A job publishes with a token or with an identity, not with both

    The token wins, or an empty one changes the way silently; and a token that is no longer needed is one to steal, as
    happened to ultralytics.
    """
    ways = []
    for seen, job in publishing(inspection):
        tokens = sorted(set(_SECRET.findall(_texts(job))))
        identity = (job.permissions or {}).get("id-token") == "write" or _stated_for_all(seen)
        if tokens and identity:
            yield Finding(f"the job {job.id} has the token {tokens[0]} and id-token: write", Place(seen.path, job.line))
        ways += (
            [f"{job.id} publishes by the token {tokens[0]}"]
            if tokens
            else [f"{job.id} publishes by its identity"]
            if identity
            else []
        )
    return ", ".join(dict.fromkeys(ways))


@check("G502", Inspection, fix="revoke it where it was made, then take it out of the files and of the commits")
def secret_in_repository(inspection: Inspection) -> Iterator[Finding]:
    """No token and no key stands in the files of the repository

    Whoever can read the repository, or any copy of it, can publish.
    """
    for one in inspection.search.secrets if inspection.search else ():
        if one.code in _CERTAIN and not one.allowed:
            where = one.sightings[0]
            begins = f" that begins {one.shown}" if one.shown else ""
            yield Finding(f"{one.what}{begins} is in {where}", Place(where.path, where.hit.line))


@check("G503", Inspection, fix="make a new token, put it into the environment, and revoke the old one", warns=True)
def token_old(inspection: Inspection) -> Generator[Finding, None, str]:
    """The token is renewed at least once a year

    A token that leaked is good until somebody revokes it, and nobody sees that it leaked.
    """
    told = []
    for seen in inspection.publishers:
        found = _SECRET.search(seen.text)
        if not found:
            continue
        if seen.token_since is None:
            told.append(f"{found[1]}, not in a commit yet")
            continue
        days = int((inspection.now - seen.token_since) // DAY)
        if inspection.now - seen.token_since > OLD:
            yield Finding(
                f"{seen.path} has used {found[1]} for {days} days; its age cannot be seen from here",
                Place(seen.path),
                notes=("if it was renewed meanwhile, say so: ignore G503 with the date as the reason",),
            )
        else:
            told.append(f"{found[1]}, in use for {days} days")
    if not any(_SECRET.search(seen.text) for seen in inspection.publishers):
        raise Skip("no workflow names a token")
    if told:
        raise Unseen(
            f"the age and the scope of {', '.join(told)} cannot be seen: for this project alone, renewed yearly"
        )
    return ""


@check("G504", Inspection, fix="hand it over by env: as TWINE_PASSWORD", warns=True)
def token_on_command_line(inspection: Inspection) -> Iterator[Finding]:
    """A token reaches its step by env: alone

    On a command line it stands in the list of processes, and in the log where it is printed.
    """
    for seen, job in publishing(inspection):
        for step in job.steps:
            if re.search(r"(?:--password|\s-p)[ =]+\S+", step.run) and "twine" in step.run:
                yield Finding(f"the job {job.id} writes the password on a command line", Place(seen.path, step.line))


def _stated_for_all(seen: WorkflowSeen) -> bool:
    return bool(seen.workflow and (seen.workflow.permissions or {}).get("id-token") == "write")


def _texts(job: Job) -> str:
    said = [*job.env.values()]
    for step in job.steps:
        said += [step.run, *step.env.values(), *step.inputs.values()]
    return "\n".join(said)


CHECKS = (token_and_identity, secret_in_repository, token_old, token_on_command_line)
