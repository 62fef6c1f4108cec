"""A stand-in for `actions/checkout`, with real git."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tagward.errors import CommandFailed
from tagward.model.workflow_run import HEADS, TAGS
from tagward.tools.run import run
from tagward.tools.runner_use import Answer, Use

if TYPE_CHECKING:
    from pathlib import Path

_OID = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")
_TRUTH = ("true", "false", "")
_SECONDS = 600
_REMOTE = "refs/remotes/origin/"


def checkout(use: Use) -> Answer:
    """Fetch a ref from the remote into an empty folder, and check it out; an annotated tag stays one.

    With `fetch-depth: 0` all branches and tags come, otherwise that many commits of the ref alone (actions/checkout
    v7, `ref-helper.ts`). The branch of the event comes at the event's commit, and a tag as the remote has it now. No
    credentials are needed, and so none are persisted.
    """
    if fault := _fault(use):
        return Answer(f"Error: {fault}", failed=True)
    root = use.workspace / use.inputs.get("path", "")
    root.mkdir(parents=True, exist_ok=True)
    try:
        commit = _checked_out(use, root)
    except CommandFailed as failure:
        return Answer(f"Error: {failure}", failed=True)
    ref = use.inputs.get("ref") or use.event.ref
    return Answer(f"HEAD is now at {commit}, of {ref}", outputs={"ref": ref, "commit": commit})


def _fault(use: Use) -> str:
    inputs = use.inputs
    if inputs.get("repository", use.event.repository) != use.event.repository:
        return f"there is no other repository here than {use.event.repository}"
    if not inputs.get("fetch-depth", "1").isdecimal():
        return f"fetch-depth is {inputs['fetch-depth']}, and must be a number"
    for name in ("fetch-tags", "persist-credentials"):
        if inputs.get(name, "") not in _TRUTH:
            return f"{name} is {inputs[name]}, and must be true or false"
    return ""


def _checked_out(use: Use, root: Path) -> str:
    git = ["git", "-C", str(root)]

    def done(*words: str) -> str:
        return run([*git, *words], env=use.env, timeout=_SECONDS).text.strip()

    run(["git", "init", "--quiet", root], env=use.env)
    done("remote", "add", "origin", use.remote)
    asked = use.inputs.get("ref") or use.event.ref
    oid = asked if _OID.fullmatch(asked) else use.event.sha if asked == use.event.ref else ""
    depth = int(use.inputs.get("fetch-depth", "1"))
    refspecs, target = _wanted(asked, oid, everything=not depth)
    if not target:
        refspecs, target = _named(asked, done("ls-remote", "origin"), everything=not depth)
    if not target:
        raise CommandFailed(f"A branch or tag with the name '{asked}' could not be found")
    words = ["fetch", "--quiet", "--no-tags" if depth else "--tags", "--no-recurse-submodules"]
    words += [f"--depth={depth}"] if depth else []
    refspecs += [f"+{TAGS}*:{TAGS}*"] if use.inputs.get("fetch-tags") == "true" else []
    done(*words, "origin", *refspecs)
    if oid and target.startswith(_REMOTE) and done("rev-parse", target) != oid:  # the branch has moved since
        done("fetch", "--quiet", "--no-tags", "origin", f"+{oid}:{target}")
    branch = target.removeprefix(_REMOTE)
    done(*(["checkout", "--quiet", "-B", branch, target] if branch != target else ["checkout", "--quiet", target]))
    return done("rev-parse", "HEAD")


def _wanted(asked: str, oid: str, *, everything: bool) -> tuple[list[str], str]:
    """The refspecs of what is asked for, and what to check out; no target for a name that is neither."""
    all_of_it = [f"+{HEADS}*:{_REMOTE}*", f"+{TAGS}*:{TAGS}*"]
    if asked.startswith(TAGS):
        return all_of_it if everything else [f"+{asked}:{asked}"], asked
    if asked.startswith(HEADS):
        remote = asked.replace(HEADS, _REMOTE, 1)
        return all_of_it if everything else [f"+{oid or asked}:{remote}"], remote
    if oid:
        return [*all_of_it, oid] if everything else [oid], oid
    return [], ""


def _named(asked: str, listing: str, *, everything: bool) -> tuple[list[str], str]:
    """A short name: a branch, or else a tag."""
    there = {line.partition("\t")[2] for line in listing.split("\n")}
    found = next((start + asked for start in (HEADS, TAGS) if start + asked in there), "")
    return _wanted(found, "", everything=everything) if found else ([], "")
