"""`tagward init`: configuration, workflows and hooks, planned first, and then all or none."""

from __future__ import annotations

import argparse
import re
import sys
from typing import TYPE_CHECKING

from tagward.cli._output import add_output_arguments, columns
from tagward.errors import CannotJudge, ConfigError, Trouble
from tagward.model.plan import Command
from tagward.report.plan import done_text, nothing_text, patch, plan_text, shown_patch, tasks_text, then_text
from tagward.report.words import settle, style_of

if TYPE_CHECKING:
    from pathlib import Path

    from tagward.model.plan import InitPlan
    from tagward.model.setup import Wanted
    from tagward.report.words import Style
    from tagward.tools.git import GitRepository

COMMIT_CONFIG = ".pre-commit-config.yaml"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The words of this command."""
    parser.add_argument("--yes", action="store_true", help="apply the plan without asking")
    parser.add_argument("--dry-run", action="store_true", help="show plan and diff, and write nothing")
    parser.add_argument("--diff", action="store_true", help="print the diff on standard output")
    parser.add_argument("--publish", choices=("token", "trusted"), default="", help="how PyPI knows who uploads")
    parser.add_argument("--trigger", choices=("release", "tag"), default="", help="what starts a release")
    parser.add_argument(
        "--testpypi", action=argparse.BooleanOptionalAction, help="releases go to TestPyPI first (default: no)"
    )
    parser.add_argument("--tests", metavar="CMD", help="what the workflow runs against the wheel")
    parser.add_argument("--python", default="", metavar="3.11", help="the Python of the workflow's own jobs")
    parser.add_argument("--force", action="store_true", help="replace edited workflows, or publish from a second one")
    parser.add_argument("--no-hooks", dest="hooks", action="store_false", help="put no hook into .git")
    add_output_arguments(parser)


def run(options: argparse.Namespace) -> int:
    """Look, plan, show, ask, and do; 1 where something is kept that differs, or the answer is no."""
    from tagward.plans.init import plan_init  # noqa: PLC0415  # it brings YAML and the templates
    from tagward.tools.git import GitRepository  # noqa: PLC0415
    from tagward.tools.setup import find_setup  # noqa: PLC0415

    wanted = _wanted(options)
    repository = GitRepository.find()
    plan = plan_init(find_setup(repository, with_hooks=options.hooks), wanted)
    _hold(plan)
    settle(sys.stderr)
    style = style_of(sys.stderr, options.color)
    _show(plan, style, options)
    if options.dry_run:
        return 1 if plan.kept else 0
    if plan.changes:
        if not options.yes and not _agreed(plan, style):
            _say("Nothing was written.\n", options)
            return 1
        assert repository.top is not None  # noqa: S101  # find_setup has asked
        _do(plan, repository.top)
        _say(done_text(plan, style), options)
    _hand_over(plan, style, options)
    return 1 if plan.kept else 0


def repair(repository: GitRepository, options: argparse.Namespace) -> bool:
    """Put in place what is missing, as `init` would; whether anything was done.

    Raises:
        ConfigError: nobody can be asked, and nobody said yes.
    """
    from tagward.model.setup import Wanted  # noqa: PLC0415  # see run
    from tagward.plans.init import plan_init  # noqa: PLC0415
    from tagward.tools.setup import find_setup  # noqa: PLC0415

    plan = plan_init(find_setup(repository), Wanted())
    _hold(plan)
    style = style_of(sys.stderr, options.color)
    _say(plan_text(plan, style, width=columns(sys.stderr)), options, always=bool(plan.kept))
    _say(shown_patch(plan.writes, style), options)
    if not plan.changes:
        _say(nothing_text(plan, style), options)
    elif not options.yes and not _agreed(plan, style, "tagward doctor --fix --yes"):
        _say("Nothing was written.\n", options)
    else:
        assert repository.top is not None  # noqa: S101  # find_setup has asked
        _do(plan, repository.top)
        _say(done_text(plan, style), options)
    _hand_over(plan, style, options)
    return plan.changes


def _wanted(options: argparse.Namespace) -> Wanted:
    from tagward.model.setup import Wanted  # noqa: PLC0415

    if options.python and not re.fullmatch(r"3\.(1[1-9]|[2-9]\d)", options.python):
        raise ConfigError(f"--python {options.python!r}: tagward runs on 3.11 and newer", fixes=("--python 3.11",))
    tests = (options.tests or "").strip()
    if options.tests is not None and not tests:
        raise ConfigError("--tests needs a command", fixes=("tagward init --tests pytest",))
    return Wanted(options.publish, options.trigger, options.testpypi, tests, options.python, options.force)


def _hold(plan: InitPlan) -> None:
    from tagward.tools.setup import hold_commit_config  # noqa: PLC0415

    for write in plan.writes:
        if write.path == COMMIT_CONFIG:
            hold_commit_config(None if write.new else write.before, write.after)


def _show(plan: InitPlan, style: Style, options: argparse.Namespace) -> None:
    if plan.changes or plan.kept or plan.missing or plan.notes:
        said = plan_text(plan, style, dry_run=options.dry_run, width=columns(sys.stderr))
        _say(said, options, always=bool(plan.kept))
    if not plan.changes:
        _say(nothing_text(plan, style), options)
    if options.dry_run or options.diff:
        settle(sys.stdout)
        if sys.stdout.isatty():
            sys.stdout.write(shown_patch(plan.writes, style_of(sys.stdout, options.color)))
        else:
            sys.stdout.flush()
            sys.stdout.buffer.write(patch(plan.writes))


def _say(text: str, options: argparse.Namespace, *, always: bool = False) -> None:
    if not options.quiet or (always and options.quiet == 1):
        sys.stderr.write(text)


def _agreed(plan: InitPlan, style: Style, command: str = "tagward init --yes") -> bool:
    if not (sys.stdin and sys.stdin.isatty() and sys.stderr.isatty()):
        raise ConfigError(
            "nobody can be asked here, so that nothing was written",
            fixes=(f"{command} applies the plan", "tagward init --dry-run shows it with its diff"),
        )
    while True:
        sys.stderr.write("Nothing leaves this machine. Apply? [Y/n/d = show the diff] ")
        sys.stderr.flush()
        try:
            answer = input().strip().lower()
        except EOFError:
            answer = "n"
        if answer in {"d", "diff"}:
            sys.stderr.write(shown_patch(plan.writes, style))
        elif answer in {"", "y", "yes", "n", "no"}:
            return not answer.startswith("n")


def _do(plan: InitPlan, top: Path) -> None:
    from tagward.tools import hook_python, hooks  # noqa: PLC0415
    from tagward.tools.apply import apply  # noqa: PLC0415
    from tagward.tools.setup import run_pre_commit  # noqa: PLC0415

    apply(top, plan.writes)
    for step in plan.runs:
        try:
            if step.command is Command.PRE_COMMIT:
                run_pre_commit(["install"], top)
            else:
                hooks.install(top, hook_python.current())
        except Trouble as failure:
            written = "the files are written and right, but " if plan.edits else ""
            raise CannotJudge(
                f"{written}`{step.command}` failed: {failure}", why=failure.why, fixes=failure.fixes or (step.command,)
            ) from failure


def _hand_over(plan: InitPlan, style: Style, options: argparse.Namespace) -> None:
    _say(tasks_text("\nLeft to you, here:", plan.missing, style), options)
    if plan.changes:
        _say(tasks_text("\nLeft to you, once (no tool can do it):", plan.once, style), options)
        _say(then_text(plan.then, style), options)
