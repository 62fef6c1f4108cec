"""Put the pre-push hook in place beside whatever is there, and take it out so that nothing remembers it."""

from __future__ import annotations

import contextlib
import os
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING, assert_never

from tagward.errors import CannotJudge
from tagward.model.hooks import Advice, Configure, HookPlan, HookRemoval, Move, Owner, Remove, Write
from tagward.tools import hook_file, hook_python
from tagward.tools.hook_call import HOOK, NAME, listed
from tagward.tools.hook_note import NOTE, Note, unended
from tagward.tools.hook_places import (
    AT_TAG,
    AT_TAG_CHAINED,
    CHAINED,
    DISPLACED,
    LEGACY,
    SECTION,
    git,
    hold_changeable,
    look,
)
from tagward.tools.hook_plan import at_tag_steps, called_from, plan

__all__ = ["NAME", "install", "uninstall"]

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from tagward.model.hooks import Standing, Step

STATE_FILES = frozenset({HOOK, HOOK + hook_file.STAGED, NOTE, "rehearsal.json", "rehearsal.html"})
STATE_FOLDERS = frozenset({"before", "last", "passed", "receipts"})
"""What the other rooms keep in `.git/tagward/`; `uninstall` takes it along, and leaves whatever else it finds there."""


def install(where: Path, python: Path, *, dry_run: bool = False, at_tag: bool = False) -> HookPlan:
    """Put the hook in place, for gits with hooks in the configuration and for those without; nothing is done twice.

    Args:
        where: a folder of the repository.
        python: the interpreter that the hook is to use.
        dry_run: only say what would be done.
        at_tag: put the hook in place, too, that looks at a tag when it is made.

    Raises:
        Trouble: something stands in the way; then nothing was changed.
    """
    standing = look(where)
    whole = plan(standing)
    if at_tag:
        whole = replace(whole, steps=(*whole.steps, *at_tag_steps(standing)))
    if whole.steps:
        hook_python.hold(python)
        hold_changeable(standing, {folder for step in whole.steps for folder in _folders(step)})
    pending = replace(whole, steps=tuple(step for step in whole.steps if not _done(step, where, python)))
    if dry_run:
        return pending
    perform(standing, pending.steps, where, python)
    if standing.has_config_hooks and NAME not in listed(where):
        return replace(pending, protected=False, advice=(*pending.advice, _switched_off(where)))
    return pending


def _folders(step: Step) -> tuple[Path, ...]:
    match step:
        case Write(path) | Remove(path) | Move(path):
            return (path.parent,)
        case Configure():
            return ()
        case _:
            assert_never(step)


def _done(step: Step, where: Path, python: Path) -> bool:
    match step:
        case Write(path, role, chain):
            return hook_file.in_place(path, hook_file.render(role, str(python), chain))
        case Configure(key, value):
            return git(where, "config", "--local", "--no-includes", "-z", "--get-all", key).text == value + "\0"
        case Move() | Remove():
            return False
        case _:
            assert_never(step)


def _switched_off(where: Path) -> Advice:
    said = git(where, "config", "--show-scope", "--get-regexp", rf"^hook\.({NAME}|{HOOK})\.enabled$").text
    switches = (line.split()[:2] for line in said.splitlines())
    unset = tuple(f"git config --{scope} --unset-all {key}" for scope, key in switches)
    return Advice(f"git's configuration has the hook {NAME} switched off", "run", (*unset, "tagward install"))


def perform(standing: Standing, steps: Sequence[Step], where: Path, python: Path) -> None:
    """Do the steps, so that wherever they break off git still works and doing them again completes them.

    Raises:
        CannotJudge: the disk or git said no half-way.
    """
    if not steps:
        return
    try:
        note = _noted(standing, steps)
        note.write(standing.state)
        with contextlib.ExitStack() as leftovers:
            # Every shim is complete on disk before a hook changes its name: a full disk then costs nobody a hook.
            for step in steps:
                if isinstance(step, Write):
                    data = hook_file.render(step.role, str(python), step.chain)
                    leftovers.callback(hook_file.staged(step.path).unlink, missing_ok=True)
                    hook_file.stage(step.path, data)
            for step in steps:
                _perform(step, where)
        replace(note, moving="").write(standing.state)
    except OSError as failure:
        raise _half_way(failure, "install") from failure


def _noted(standing: Standing, steps: Sequence[Step]) -> Note:
    note = Note.read(standing.state)
    if any(isinstance(step, Configure) for step in steps):
        note = replace(note, config=unended(standing.common) or note.config)
    if not standing.hooks.exists() and any(standing.hooks in _folders(step) for step in steps):
        note = replace(note, made_hooks=True)
    return replace(note, moving=next((step.source.name for step in steps if isinstance(step, Move)), ""))


def _perform(step: Step, where: Path) -> None:
    match step:
        case Write(path):
            hook_file.staged(path).replace(path)
        case Move(source, target):
            source.rename(target)
        case Remove(path):
            path.unlink(missing_ok=True)
        case Configure(key, value):
            done = git(where, "config", "--local", "--replace-all", key, value)
            if done.status:
                raise CannotJudge(f"git does not take {key}: {done.error.strip()}", fixes=("tagward install",))
        case _:
            assert_never(step)


def _half_way(failure: OSError, verb: str) -> CannotJudge:
    return CannotJudge(
        f"{failure.filename or 'a file'} could not be changed: {failure.strerror or failure}",
        why="the work stopped half-way; pushes still work",
        fixes=(f"repair it, then again: tagward {verb}",),
    )


def uninstall(where: Path) -> HookRemoval:
    """Take the hook out, and give the hook that was there before its name back.

    It looks into the repository's own hooks directory whatever `core.hooksPath` says, and asks for nothing that only
    the `install` of the same git could have made.

    Raises:
        Trouble: something stands in the way.
    """
    standing = look(where)
    hold_changeable(standing, (folder for folder in (standing.hooks, standing.state) if folder.exists()))
    note = Note.read(standing.state)
    try:
        configured = _unconfigure(standing, where, note)
        restored = tuple(_restore(standing, LEGACY if note.moving == LEGACY else HOOK))
        removed = tuple(_remove(standing))
        if note.made_hooks and standing.hooks.is_dir() and not any(standing.hooks.iterdir()):
            standing.hooks.rmdir()
        removed += tuple(_remove_state(standing))
    except OSError as failure:
        raise _half_way(failure, "uninstall") from failure
    return HookRemoval(removed, restored, configured, tuple(_left(look(where))))


def _unconfigure(standing: Standing, where: Path, note: Note) -> bool:
    done = git(where, "config", "--local", "--remove-section", SECTION)
    if done.status and "no such section" not in done.error:
        raise CannotJudge(f"git does not take {SECTION} out: {done.error.strip()}", fixes=("tagward uninstall",))
    if not done.status:
        note.restore_end(standing.common)
    return not done.status


def _ours(standing: Standing) -> Iterator[Path]:
    # The third is ours where lefthook came later; its own uninstall would bring us back.
    places = (standing.hooks / name for name in (HOOK, LEGACY, DISPLACED))
    return (path for path in places if hook_file.owner_of(path) is Owner.TAGWARD)


def _restore(standing: Standing, moving: str) -> Iterator[Path]:
    if standing.at_tag_chained and standing.at_tag in {Owner.TAGWARD, Owner.NOBODY}:
        (standing.hooks / AT_TAG_CHAINED).replace(standing.hooks / AT_TAG)
        yield standing.hooks / AT_TAG
    chained = standing.hooks / CHAINED
    if not os.path.lexists(chained):
        return
    # An `install` that was stopped half-way leaves the hook it moved, and nothing of ours yet.
    home = next(_ours(standing), standing.hooks / moving)
    if hook_file.owner_of(home) in {Owner.TAGWARD, Owner.NOBODY}:
        chained.replace(home)
        yield home


def _remove(standing: Standing) -> Iterator[Path]:
    staged = (hook_file.staged(standing.hooks / name) for name in (HOOK, LEGACY, AT_TAG))
    at_tag = standing.hooks / AT_TAG
    looking = (at_tag,) if hook_file.owner_of(at_tag) is Owner.TAGWARD else ()
    for path in (*_ours(standing), *looking, *(path for path in staged if path.exists())):
        path.unlink()
        yield path


def _remove_state(standing: Standing) -> Iterator[Path]:
    if not standing.state.is_dir():
        return
    for entry in standing.state.iterdir():
        if entry.name in STATE_FOLDERS and entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        elif entry.name in STATE_FILES and not entry.is_dir():
            entry.unlink()
    if not any(standing.state.iterdir()):
        standing.state.rmdir()
        yield standing.state


def _left(standing: Standing) -> Iterator[str]:
    if standing.chained:
        yield f"{standing.hooks / CHAINED} stood here before tagward; {HOOK} is {standing.current}'s now, so it stays"
    if standing.at_tag_chained:
        yield f"{standing.hooks / AT_TAG_CHAINED} stood here before tagward; {AT_TAG} is another one now, so it stays"
    if standing.state.is_dir():
        names = ", ".join(sorted(entry.name for entry in standing.state.iterdir()))
        yield f"{standing.state} holds what tagward did not put there: {names}"
    if caller := called_from(standing):
        yield f"{caller} calls tagward; take that line out yourself"
