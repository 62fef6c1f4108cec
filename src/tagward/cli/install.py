"""`tagward install`: put the pre-push hook in place, beside whatever is there."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, assert_never

from tagward.model.hooks import Configure, Move, Remove, Write
from tagward.report.words import printable, stderr, style_of
from tagward.tools import hook_python, hooks

if TYPE_CHECKING:
    import argparse

    from tagward.model.hooks import Advice, HookPlan, Step
    from tagward.report.words import Style


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's own words."""
    parser.add_argument("--dry-run", action="store_true", help="only say what would be done")
    parser.add_argument(
        "--at-tag", action="store_true", help="also refuse a wrong tag when `git tag` makes it, by static checks"
    )


def run(args: argparse.Namespace) -> int:
    """Install and say what was done; 1 where release tags are not protected afterwards."""
    done = hooks.install(Path.cwd(), hook_python.current(), dry_run=args.dry_run, at_tag=args.at_tag)
    style = style_of(stderr())
    for line in _screen(done, style, dry_run=args.dry_run):
        print(style.text(line), file=stderr())
    return 0 if done.protected else 1


def _screen(done: HookPlan, style: Style, *, dry_run: bool) -> list[str]:
    lines = [f"  {_sentence(step, dry_run=dry_run)}" for step in done.steps if not isinstance(step, Configure)]
    if any(isinstance(step, Configure) for step in done.steps):
        lines.append(f"  {'would set' if dry_run else 'set'} hook.{hooks.NAME} in the repository's configuration")
    lines = [_headline(done, style, dry_run=dry_run), *lines]
    for advice in done.advice:
        lines += _paragraph(advice, optional=done.protected)
    if done.protected and not dry_run:
        lines.append("next: tagward check TAG judges a tag as a push would; git push --no-verify skips the hook")
    return lines


def _headline(done: HookPlan, style: Style, *, dry_run: bool) -> str:
    if not done.protected:
        return f"{style.paint(style.mark('✗'), 'bad')} release tags are NOT judged when you push from this repository"
    mark = style.paint(style.mark("✓"), "good")
    if dry_run:
        return f"{mark} would protect this repository" if done.steps else f"{mark} nothing to do, the hook is in place"
    return f"{mark} every push from this repository has its release tags judged" + (
        "" if done.steps else " (nothing to do, the hook was in place)"
    )


def _sentence(step: Step, *, dry_run: bool) -> str:
    would = "would " if dry_run else ""
    match step:
        case Write(path, _, chain):
            after = f", which runs {chain} first" if chain else ""
            return f"{would}put the hook at {shown(path)}{after}"
        case Move(source, target):
            return f"{would}keep the hook that is there: {shown(source)} -> {target.name}"
        case Remove(path):
            return f"{would}delete tagward's former hook {shown(path)}"
        case Configure(key):
            return f"{would}set {key}"
        case _:
            assert_never(step)


def _paragraph(advice: Advice, *, optional: bool) -> list[str]:
    where = f"for gits before 2.54, {advice.where}" if optional else advice.where
    return [f"  {printable(advice.reason)}", f"  {printable(where)}:", *(f"    {line}" for line in advice.lines)]


def shown(path: Path) -> str:
    """A path as people read it: from here, where it lies below."""
    here = Path.cwd()
    return printable(str(path.relative_to(here) if path.is_relative_to(here) else path))
