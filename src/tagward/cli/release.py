"""`tagward release VERSION`: from a clean branch to a release that is published and verified, or to no change."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from tagward.cli._output import add_output_arguments, text_report

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

WAIT = 1800.0


def add_arguments(parser: ArgumentParser) -> None:
    """The words of this command."""
    from tagward.cli.verify import seconds  # noqa: PLC0415  # it is read by this command alone

    parser.add_argument("version", metavar="VERSION", help="the version of the release, as 1.4.0")
    parser.add_argument(
        "--execute", action="store_true", help="do it; without this the plan is shown, and nothing done"
    )
    parser.add_argument("--folder", default="", help="the folder of the project, in a repository of several")
    parser.add_argument(
        "--wait", metavar="SECONDS", type=seconds, default=WAIT, help="how long to wait for the workflow and the index"
    )
    add_output_arguments(parser)


def run(options: Namespace) -> int:
    """Show the plan, or carry it out; 0 published and verified (or nothing in the way), 1 refused, 3 not done."""
    from tagward.cli._release_facts import release_facts  # noqa: PLC0415  # --help pays for nothing
    from tagward.cli.bump import wanted_version  # noqa: PLC0415
    from tagward.plans.release import plan_release  # noqa: PLC0415
    from tagward.report.release import show_plan  # noqa: PLC0415
    from tagward.tools.git import GitRepository  # noqa: PLC0415

    version = wanted_version(options.version, "release")
    repository, report = GitRepository.find(), text_report(options)
    folder = posixpath.normpath(options.folder.strip("/") or ".")
    facts = release_facts(repository, version, "" if folder == "." else folder)
    plan = plan_release(facts, wait=options.wait)
    if not options.execute:
        show_plan(plan, report)
        return 1 if plan.wrong else 0
    from tagward.cli._releasing import Releasing  # noqa: PLC0415

    return Releasing(repository, plan, report, options).carry_out()
