"""What a release takes: what stands in its way, and the steps that are left, in their order."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from tagward.model.findings import Trouble
from tagward.model.index_state import CLOSED, Answer
from tagward.model.release import Doing, ReleasePlan, Step

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagward.model.release import ReleaseFacts

NAMED = 3
"""So many changed files are named."""


def plan_release(facts: ReleaseFacts, *, wait: float) -> ReleasePlan:
    """The steps from what was seen to a release that is published and verified.

    Args:
        facts: what was seen.
        wait: seconds to wait for the workflow, and then for the index.
    """
    if facts.sent:
        steps = [*_sent(facts), *_published(facts, wait)]
    else:
        steps = [*_seen(facts), *_made(facts), *_published(facts, wait)]
    return ReleasePlan(facts, tuple(steps), tuple(_notes(facts)), command(facts))


def command(facts: ReleaseFacts) -> str:
    """The command that carries the release out, and goes on with one that broke off."""
    folder = f" --folder {shlex.quote(facts.folder)}" if facts.folder else ""
    return f"tagward release {facts.version}{folder} --execute"


# What was seen.


def _seen(facts: ReleaseFacts) -> Iterator[Step]:
    working, remote = facts.working, facts.remote
    wrong = _unclean(facts)
    yield Step(Doing.CLEAN, wrong.message if wrong else f"everything is committed, on {working.branch}", wrong)
    wrong = _behind(facts)
    at = f"{remote.name}/{facts.branch_there}"
    stands = f"as {at} is" if remote.tip else f"and {remote.name} has no {facts.branch_there} yet"
    stands = f"{remote.ahead} ahead of {at}" if remote.tip and remote.ahead else stands
    yield Step(Doing.REMOTE, wrong.message if wrong else f"your HEAD is at {working.head[:7]}, {stands}", wrong)
    wrong = _taken(facts)
    yield Step(Doing.FREE, wrong.message if wrong else f"{facts.tag} is free, here and on {remote.name}", wrong)
    yield _index(facts)


def _unclean(facts: ReleaseFacts) -> Trouble | None:
    working = facts.working
    if working.underway:
        return Trouble(
            f"{working.underway} is under way",
            "the commit of the release would mix with it",
            ("finish it, or break it off: git status says how",),
        )
    if not working.branch:
        return Trouble(
            "no branch is checked out", "a release that no branch holds is lost from sight", ("git switch main",)
        )
    if working.changes:
        named = ", ".join(working.changes[:NAMED])
        more = f" and {len(working.changes) - NAMED} more" if working.changes[NAMED:] else ""
        return Trouble(
            f"not committed: {named}{more}",
            "a release is made of commits: nobody could tell whether this was meant to be in it",
            ("git stash", "or commit it"),
        )
    return None


def _behind(facts: ReleaseFacts) -> Trouble | None:
    remote = facts.remote
    at = f"{remote.name}/{facts.branch_there}"
    if not remote.behind:
        return None
    if remote.ahead:
        return Trouble(
            f"your branch and {at} have diverged: {remote.ahead} here, {remote.behind} there",
            "the push would be refused, or the work of others would not be in the release",
            (f"git pull --rebase {remote.name} {facts.branch_there}",),
        )
    return Trouble(
        f"your HEAD is {remote.behind} behind {at}",
        "what others pushed would not be in the release, and the push would be refused",
        (f"git pull --ff-only {remote.name} {facts.branch_there}",),
    )


def _taken(facts: ReleaseFacts) -> Trouble | None:
    remote, tag = facts.remote, shlex.quote(facts.tag)
    if remote.tag:
        return Trouble(
            f"{facts.tag} is on {remote.name} already, at {remote.commit[:7]}",
            "whoever fetched it keeps it, so that one version would mean two commits",
            (f"tagward verify {facts.version} says where that release stands", "or release another version"),
        )
    if facts.tag_here:
        return Trouble(
            f"{facts.tag} is a tag here already, which {remote.name} does not have",
            "it was made by hand, and this command makes its own",
            (f"git push {remote.name} {tag} sends it as it is, through the gate", f"or: git tag -d {tag}"),
        )
    return None


def _index(facts: ReleaseFacts) -> Step:
    state = facts.index
    if state is None:
        return Step(Doing.INDEX, "only a build knows what the project is called: the gate asks", unseen=True)
    if state.answer in {Answer.SILENT, Answer.UNASKED}:
        reason = state.reason or f"{state.index} did not answer"
        return Step(Doing.INDEX, f"{reason}: the gate asks again", unseen=True)
    wrong = None
    if state.files:
        wrong = Trouble(
            f"{state.index} has files of {facts.version} already, as {state.files[0].file}",
            "no file name is taken twice, not even after it was deleted",
            ("release another version",),
        )
    elif state.status in CLOSED:
        wrong = Trouble(
            f"{state.project} is {state.status} on {state.index}", "it takes no release", ("ask its owner",)
        )
    new = "" if state.answer is Answer.HERE else f", and {state.project} would be new there"
    return Step(Doing.INDEX, wrong.message if wrong else f"{facts.version} is free on {state.index}{new}", wrong)


# What would be done.


def _made(facts: ReleaseFacts) -> Iterator[Step]:
    habits, bump = facts.habits, facts.bump
    if bump.writes:
        places = ", ".join(write.path for write in bump.writes)
        yield Step(Doing.BUMP, f"{facts.version} in {places}", acts=True)
        through = f"through {', '.join(habits.hooks)}" if habits.hooks else "no commit hook is installed"
        yield Step(Doing.COMMIT, f'"{habits.subject}", {through}', acts=True)
        judged = f"tagward check --commit COMMIT --as {facts.tag}"
    else:
        judged = f"tagward check --commit {facts.working.head[:7]} --as {facts.tag}"
    yield Step(Doing.GATE, judged, acts=True)
    how = "annotated, signed" if habits.signs else "annotated"
    yield Step(Doing.TAG, f"{facts.tag}, {how}, with the digests of what was judged", acts=True)
    there = facts.remote
    yield Step(Doing.PUSH, f"git push --atomic {there.name} {facts.branch_there} {facts.tag}", acts=True)


def _sent(facts: ReleaseFacts) -> Iterator[Step]:
    remote = facts.remote
    yield Step(Doing.REMOTE, f"{facts.tag} is on {remote.name} as it was judged here, at {remote.commit[:7]}")
    missing = [facts.tag] if not facts.tag_here else []
    if remote.behind and not remote.ahead:
        missing.append(f"{facts.working.branch} goes {remote.behind} forward")
    if missing:
        yield Step(Doing.LOCAL, f"{', '.join(missing)}, as on {remote.name}", acts=True)


def _published(facts: ReleaseFacts, wait: float) -> Iterator[Step]:
    hub = facts.hub
    if hub and hub.gh:
        marked = " --prerelease" if facts.version.is_prerelease else ""
        yield Step(Doing.RELEASE, f"gh release create {facts.tag} --verify-tag --generate-notes{marked}", acts=True)
    elif hub:
        yield Step(Doing.RELEASE, f"left to you, {hub.silence}: a link to the page", acts=True)
    if hub and hub.starts:
        started = "the release" if hub.event == "release" else "the push"
        watched = f", waits up to {wait:.0f} s" if hub.gh else ""
        yield Step(Doing.RUN, f"{hub.workflow.rpartition('/')[2]}, started by {started}{watched}", acts=True)
    if hub and hub.starts:
        yield Step(Doing.VERIFY, f"tagward verify {facts.version} --wait {wait:.0f}", acts=True)
    elif facts.sent:
        yield Step(Doing.VERIFY, f"tagward verify {facts.version}", acts=True)


def left_to_do(facts: ReleaseFacts, page: str) -> tuple[str, ...]:
    """What a person has to do where tagward cannot, in order, to the letter."""
    verify = f"tagward verify {facts.version} --wait 600"
    hub = facts.hub
    if hub and hub.workflow:
        return (f"publish the GitHub release ({hub.silence}): {page}", verify)
    check = f"tagward check {shlex.quote(facts.tag)} --receipt receipt.json --dist dist"
    return (f"{check} && tagward publish dist/* --receipt receipt.json", verify)


def _notes(facts: ReleaseFacts) -> Iterator[str]:
    if facts.working.untracked and not facts.sent:
        yield f"what git does not track ({facts.working.untracked}) is not part of the release"
    if not facts.sent:
        yield from (f"left as it is: {one}" for one in facts.bump.left)
    hub = facts.hub
    if hub is None:
        yield f"{facts.remote.name} is no repository on GitHub: publishing is left to you"
    elif not hub.workflow:
        yield "no workflow of the commit publishes for this tag: publishing is left to you (tagward init writes one)"
