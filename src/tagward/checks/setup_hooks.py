"""G1: a push of a tag from this repository reaches tagward, once, and stops where tagward says no."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagward import __version__
from tagward.checks._check import Skip, Unseen, check
from tagward.model.findings import Finding
from tagward.model.hooks import Owner
from tagward.model.inspection import Inspection
from tagward.model.places import Place

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from tagward.model.hooks import Standing
    from tagward.model.inspection import HooksSeen

_COMMIT_CONFIG = ".pre-commit-config.yaml"


@check("G101", Inspection, fix="put the hook in place: tagward install", essential=True)
def tag_push_not_gated(inspection: Inspection) -> Generator[Finding, None, str]:
    """A push of a tag starts the gate, exactly once

    A bad tag would leave this machine unasked. It was tried: a tag on a commit that the remote has was pushed to a
    throwaway remote.
    """
    seen, probe = inspection.hooks, inspection.hooks.probe
    if probe.trouble:
        raise Unseen(f"no push could be tried: {probe.trouble}")
    if probe.fired == 0:
        message, fixes = _cause(seen)
        comes = "every push of a tag is refused" if probe.stopped else "release tags are NOT judged at a push"
        yield Finding(f"{message}: {comes}", fixes=fixes, excerpt=probe.said if probe.stopped else ())
    elif probe.fired > 1 or len(seen.callers) > 1:
        times, who = (
            (probe.fired, _owners(seen)) if probe.fired > 1 else (len(seen.callers), " and ".join(seen.callers))
        )
        yield Finding(
            f"one push starts the gate {times} times: {who}",
            why="every release would be built and judged as often",
            fixes=("take the second call of `tagward pre-push` out of your own hooks",),
        )
    standing = seen.standing
    way = "git's configuration" if standing and standing.has_config_hooks else _owners(seen)
    return f"a pushed tag reaches tagward once, by {way} ({probe.seconds:.1f} s, to a throwaway remote)"


@check("G102", Inspection, fix="let the hook end with the exit status of tagward pre-push", essential=True)
def refusal_ignored(inspection: Inspection) -> Iterator[Finding]:
    """What tagward refuses is not pushed

    The gate would speak, and the bad tag would go out all the same.
    """
    probe = inspection.hooks.probe
    if not probe.fired:
        raise Skip("the gate is not reached")
    if not probe.stopped:
        yield Finding(
            f"tagward refused the push, and it went on: {_owners(inspection.hooks)} drops its exit status",
            fixes=("let the line be the last one, without `|| true`, `;` or `&` behind it",),
        )


@check("G103", Inspection, fix="put it in order: tagward install", warns=True)
def hook_out_of_date(inspection: Inspection) -> Iterator[Finding]:
    """The hook is the one that this tagward puts in place

    An older or half-removed hook may know less, or may start another tagward than the one that you see here.
    """
    seen = inspection.hooks
    if not seen.probe.fired:
        raise Skip("the gate is not reached")
    if seen.plan is None:
        message, fixes = seen.obstacle
        yield Finding(f"tagward install would not work here: {message}", fixes=fixes)
        return
    if seen.plan.steps:
        yield Finding("tagward install would change the hook: it is of another tagward, or starts another Python")
    for advice in seen.plan.advice:
        yield Finding(f"for gits before 2.54: {advice.reason}", fixes=(f"{advice.where}:", *advice.lines))


@check("G104", Inspection, fix="look at it, and delete it or put it back by hand", warns=True)
def hook_left_over(inspection: Inspection) -> Iterator[Finding]:
    """No hook lies about that nothing runs

    Somebody counted on it when it was put there.
    """
    standing = inspection.hooks.standing
    if standing is None or not inspection.hooks.probe.fired:
        raise Skip("the gate is not reached")
    if standing.chained and Owner.TAGWARD not in {standing.current, standing.legacy}:
        yield Finding(f"{standing.hooks}/pre-push.tagward-chained is there, and nothing runs it")
    if inspection.hooks.displaced:
        yield Finding(f"{standing.hooks}/pre-push.old is a former hook of tagward", fixes=("tagward uninstall",))


@check("G105", Inspection, fix="add the hook: tagward init", warns=True)
def commit_not_checked(inspection: Inspection) -> Generator[Finding, None, str]:
    """The fast checks run at commit

    A version that disagrees would be told only at the push of the tag, when it is committed already.
    """
    seen = inspection.hooks
    if not inspection.projects:
        raise Skip("there is no project that can be read")
    if not seen.commit_hook:
        yield Finding("nothing runs `tagward check --fast` at commit", fixes=("tagward init",))
    elif "tagward check" not in seen.commit_calls and seen.commit_owner not in {Owner.PRE_COMMIT, Owner.PREK}:
        if seen.commit_owner is None and "pre-commit run" in seen.commit_calls:
            return "your own hooks call pre-commit, which runs the fast checks at commit"
        yield Finding(
            f"{_COMMIT_CONFIG} has the hook, and pre-commit is not installed in this clone",
            Place(_COMMIT_CONFIG),
            fixes=("pre-commit install",),
        )
    return f"{'pre-commit' if seen.commit_owner else 'a hook of the project'} runs the fast checks at commit"


@check("G106", Inspection, fix="name the same version everywhere: tagward init", warns=True)
def commit_version_differs(inspection: Inspection) -> Generator[Finding, None, str]:
    """pre-commit runs the tagward that you have

    Two versions may judge differently, so that a commit passes and its tag does not.
    """
    stated = inspection.hooks.commit_version
    if not stated:
        raise Skip("its configuration names no version")
    if stated != __version__:
        yield Finding(f"{_COMMIT_CONFIG} asks for tagward {stated}, and here is {__version__}", Place(_COMMIT_CONFIG))
    return f"pre-commit runs tagward {__version__}, as here"


def _owners(seen: HooksSeen) -> str:
    standing = seen.standing
    if standing is None:
        return "the hook"
    if standing.hooks_path is not None:
        return f"the hooks in {standing.hooks_path.value or 'an empty core.hooksPath'}"
    if standing.current is Owner.TAGWARD:
        return "the hook of tagward"
    return f"the hook of {standing.current}"


def _cause(seen: HooksSeen) -> tuple[str, tuple[str, ...]]:
    """Why a push does not reach tagward, and the way out."""
    standing = seen.standing
    if standing is None:
        return "git does not say who stands at pre-push", ("tagward install",)
    if seen.switched_off:
        return "git's configuration has the hook switched off", (*seen.switched_off, "tagward install")
    if seen.obstacle[0]:
        return seen.obstacle
    return _elsewhere(seen, standing) or _owner_cause(seen, standing), _fixes(seen)


def _elsewhere(seen: HooksSeen, standing: Standing) -> str:
    """Where git takes its hooks from, if that is not the hooks directory of the repository."""
    if standing.hooks_path is not None:
        value, scope = standing.hooks_path.value, standing.hooks_path.scope
        if not value:
            return f"core.hooksPath ({scope}) is empty, so that git looks for no hook"
        by = f" of {seen.manager}" if seen.manager else ""
        return f"core.hooksPath ({scope}) is {value}{by}, so that git does not look into .git/hooks"
    return f".git/hooks leads to {standing.linked_hooks}, where no hook calls tagward" if standing.linked_hooks else ""


def _owner_cause(seen: HooksSeen, standing: Standing) -> str:
    match standing.current:
        case Owner.NOBODY:
            also = f" ({seen.manager} is in use, and not installed)" if seen.manager else ""
            return f"there is no pre-push hook in this clone, since hooks are not cloned{also}"
        case Owner.TAGWARD:
            return (
                "the hook of tagward is there and does not answer" if seen.runnable else "the hook may not be executed"
            )
        case Owner.LEFTHOOK:
            ours = "; ours lies in pre-push.old and no longer runs" if seen.displaced else ""
            return f"pre-push belongs to lefthook{ours}"
        case Owner.PRE_COMMIT | Owner.PREK if standing.legacy is Owner.TAGWARD:
            why = "is not executable" if not seen.runnable else "is not reached"
            return f"pre-push belongs to {standing.current}, and the hook of tagward behind it {why}"
        case Owner.PRE_COMMIT | Owner.PREK as other:
            return f"pre-push belongs to {other}, and tagward's is gone, as after `{other} install -f`"
        case _:
            return f"pre-push belongs to {standing.current}, which does not call tagward"


def _fixes(seen: HooksSeen) -> tuple[str, ...]:
    plan = seen.plan
    if plan is None:
        return ("tagward install",)
    advice = tuple(line for one in plan.advice for line in (f"{one.where}:", *one.lines))
    return ("tagward install",) if plan.steps or not advice else advice


CHECKS = (
    tag_push_not_gated,
    refusal_ignored,
    hook_out_of_date,
    hook_left_over,
    commit_not_checked,
    commit_version_differs,
)
