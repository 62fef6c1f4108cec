"""Which steps put the hook in place, beside whatever is there: decided from facts, before anything is changed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import assert_never

from tagward.errors import CannotJudge, ConfigError
from tagward.model.hooks import Advice, Configure, HookPlan, Move, Owner, Remove, Role, Standing, Step, Write
from tagward.tools.hook_call import HOOK
from tagward.tools.hook_file import lines_calling
from tagward.tools.hook_places import AT_TAG, AT_TAG_CHAINED, CHAINED, LEGACY, SECTION

CONFIG_COMMAND = (
    'f="$(git rev-parse --git-common-dir)/tagward/pre-push"; [ -x "$f" ] || '
    '{ echo "tagward: its hook file is gone; run: tagward install" >&2; exit 1; }; "$f"'
)
"""Found anew at each push, so that a repository may move; git appends `"$@"` (git-hook(1))."""
CALL = 'tagward pre-push "$@"'
STANZA = (
    "pre-push:",
    "  commands:",
    "    tagward:",
    "      run: tagward pre-push {1} {2}",
    "      use_stdin: true",
)
_LEFTHOOK_NAMES = ("lefthook", ".lefthook", ".config/lefthook")
_LEFTHOOK_KINDS = ("yml", "yaml", "toml", "json", "jsonc")


def plan(standing: Standing) -> HookPlan:
    """Decide how to put the hook in place.

    Raises:
        CannotJudge: something is in the way that only its owner can move.
    """
    filed = _file_plan(standing)
    if not standing.has_config_hooks:
        return filed
    # The command before the event: an event without a command makes every git command fail (git-config(1), hook.*).
    configured = (
        Write(standing.config_shim, Role.CONFIG),
        Configure(f"{SECTION}.command", CONFIG_COMMAND),
        Configure(f"{SECTION}.event", HOOK),
    )
    advice = () if standing.foreign_hooks else filed.advice
    return HookPlan((*configured, *filed.steps), protected=True, advice=advice)


def at_tag_steps(standing: Standing) -> tuple[Step, ...]:
    """What puts the hook in place that looks at a tag when it is made.

    Raises:
        ConfigError: git takes its hooks from somebody else's folder.
        CannotJudge: something is in the way that only its owner can move.
    """
    if standing.foreign_hooks:
        raise ConfigError(
            "--at-tag puts a hook into the repository's own hooks directory, and git takes hooks from elsewhere here",
            why=_foreign_hooks_advice(standing).reason,
            fixes=("tagward install, without --at-tag: the push is judged all the same",),
        )
    path, chained = standing.hooks / AT_TAG, standing.hooks / AT_TAG_CHAINED
    match standing.at_tag:
        case Owner.NOBODY | Owner.TAGWARD:
            return (Write(path, Role.AT_TAG, AT_TAG_CHAINED if standing.at_tag_chained else ""),)
        case Owner.FOLDER:
            raise _in_the_way(path, "is a folder")
        case _ if standing.at_tag_chained:
            raise _in_the_way(chained, f"is there already, and {AT_TAG} is not tagward's")
        case _:
            return (Move(path, chained), Write(path, Role.AT_TAG, AT_TAG_CHAINED))


def _file_plan(standing: Standing) -> HookPlan:
    if standing.foreign_hooks:
        return _instead(standing, _foreign_hooks_advice(standing))
    match standing.current:
        case Owner.NOBODY | Owner.TAGWARD:
            leftover = (Remove(standing.hooks / LEGACY),) if standing.legacy is Owner.TAGWARD else ()
            return _steps(_shim(standing, HOOK, chained=standing.chained), *leftover)
        case Owner.PRE_COMMIT | Owner.PREK:
            return _behind(standing)
        case Owner.LEFTHOOK:
            return _instead(standing, _lefthook_advice())
        case Owner.OTHER:
            return _chaining(standing, HOOK)
        case Owner.FOLDER:
            raise _in_the_way(standing.hooks / HOOK, "is a folder")
        case _:
            assert_never(standing.current)


def _behind(standing: Standing) -> HookPlan:
    """Where pre-commit or prek own the hook, ours is the one that they run before theirs."""
    if standing.legacy in {Owner.NOBODY, Owner.TAGWARD}:
        return _steps(_shim(standing, LEGACY, chained=standing.chained))
    if standing.legacy.keeps_legacy:
        raise CannotJudge(
            f"{standing.hooks / LEGACY} is {standing.legacy}'s script, and {standing.current} runs it as a former hook",
            why="the two stop each other: every push from here is refused",
            fixes=(f"{standing.current} uninstall --hook-type pre-push; then install one of the two, and tagward",),
        )
    if standing.legacy is Owner.FOLDER:
        raise _in_the_way(standing.hooks / LEGACY, "is a folder")
    return _chaining(standing, LEGACY)


def _chaining(standing: Standing, name: str) -> HookPlan:
    """Move a stranger's hook aside, as the file it is, and run it first from ours."""
    if standing.chained:
        raise _in_the_way(standing.hooks / CHAINED, f"is there already, and {name} is not tagward's")
    moved = Move(standing.hooks / name, standing.hooks / CHAINED)
    return _steps(moved, _shim(standing, name, chained=True))


def _shim(standing: Standing, name: str, *, chained: bool) -> Write:
    return Write(standing.hooks / name, Role.HOOKDIR, CHAINED if chained else "")


def _steps(*steps: Step) -> HookPlan:
    return HookPlan(steps, protected=True)


def _instead(standing: Standing, advice: Advice) -> HookPlan:
    """Where nothing of ours may be put: protected only if the hook that is there calls tagward."""
    called = called_from(standing) is not None
    return HookPlan((), protected=called, advice=() if called else (advice,))


def _in_the_way(path: Path, what: str) -> CannotJudge:
    return CannotJudge(f"{path} {what}", fixes=("look at it and move it away, then: tagward install",))


def _foreign_hooks_advice(standing: Standing) -> Advice:
    if standing.hooks_path is None:
        reason = f"{standing.hooks} is a link to {standing.linked_hooks}, which is not this repository's alone"
        return Advice(reason, f"add to {standing.linked_hooks}/{HOOK}", (CALL,))
    scope, value = standing.hooks_path.scope, standing.hooks_path.value
    folder = _foreign_folder(standing)
    if not value or folder == standing.hooks:
        what = "is empty" if not value else "names the folder that git uses anyway"
        unset = f"git config --{scope} --unset-all core.hooksPath"
        return Advice(f"core.hooksPath ({scope}) {what}", "run", (unset, "tagward install"))
    reason = f"core.hooksPath ({scope}) is {value}, so git does not look into {standing.hooks}"
    if _is_husky(folder):
        return Advice(reason, f"add to {Path(value).parent / HOOK}", (CALL,))
    return Advice(reason, f"add to {Path(value) / HOOK}", (CALL,))


def _lefthook_advice() -> Advice:
    return Advice(
        "pre-push is lefthook's, which runs no other hook and writes its own again", "add to lefthook.yml", STANZA
    )


def _foreign_folder(standing: Standing) -> Path:
    """Where git looks for hooks: a relative `core.hooksPath` starts where the hook runs (git-config(1))."""
    value = standing.hooks_path.value if standing.hooks_path else ""
    return Path(os.path.normpath((standing.top or standing.common) / value)) if value else standing.hooks.resolve()


def _is_husky(folder: Path) -> bool:
    return folder.name == "_" and (folder / "h").is_file()


def called_from(standing: Standing) -> Path | None:
    """The file of somebody else's hook that calls tagward, as the advice says; None where there is none."""
    if standing.foreign_hooks:
        files = _foreign_files(standing)
    elif standing.current is Owner.LEFTHOOK:
        top = standing.top or standing.common
        files = tuple(top / f"{name}.{kind}" for name in _LEFTHOOK_NAMES for kind in _LEFTHOOK_KINDS)
    else:
        files = ()
    return next((file for file in files if any(lines_calling(file, b"tagward pre-push"))), None)


def _foreign_files(standing: Standing) -> tuple[Path, ...]:
    if standing.hooks_path is not None and not standing.hooks_path.value:
        return ()
    folder = _foreign_folder(standing)
    if not os.access(folder / HOOK, os.X_OK):
        return ()
    return (folder.parent / HOOK if _is_husky(folder) else folder / HOOK,)
