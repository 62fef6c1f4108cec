"""`tagward doctor`: whether everything is in place that a release needs, here, on GitHub and on the index."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from tagward import __version__
from tagward.cli._output import add_output_arguments, text_report

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from tagward.model.checkup import Checkup
    from tagward.model.findings import Result
    from tagward.model.inspection import Inspection
    from tagward.tools.git import GitRepository

GROUPS = ("project", "hooks", "workflow", "remote", "tokens", "rehearsal")
"""In the order of the screen."""


def add_arguments(parser: ArgumentParser) -> None:
    """The words of this command."""
    parser.add_argument("--fix", action="store_true", help="show what would put things in place, ask, and do it")
    parser.add_argument("--yes", action="store_true", help="with --fix: do it without asking")
    parser.add_argument("--offline", action="store_true", help="ask neither the index nor the remote")
    parser.add_argument("--format", choices=("text", "json", "markdown"), default="text", help="(default: text)")
    add_output_arguments(parser)


def run(options: Namespace) -> int:
    """Look, say what is there, and with --fix repair it; 1 where something is broken, 3 where it could not look."""
    from tagward.tools.git import GitRepository  # noqa: PLC0415  # --help pays for nothing

    repository = GitRepository.find()
    checkup = _examined(repository, options)
    _say(checkup, options)
    if options.fix:
        from tagward.cli.init import repair  # noqa: PLC0415  # it brings YAML and the templates

        if repair(repository, options):
            checkup = _examined(repository, options)
            _say(checkup, options)
    return checkup.exit_code


def _examined(repository: GitRepository, options: Namespace) -> Checkup:
    from tagward.report.live import Live  # noqa: PLC0415  # see run
    from tagward.tools.inspection import inspect  # noqa: PLC0415

    live = Live(sys.stderr, shown=not options.no_progress and not options.quiet)
    try:
        inspection = inspect(repository, offline=options.offline, work=lambda what: live.work("looking at", what))
    finally:
        live.rest()
    return _checkup(inspection)


def _checkup(inspection: Inspection) -> Checkup:
    """Ask every check; what the project selects for its releases, and how strictly, says nothing of its set-up."""
    from tagward.checks import Selection, group_of  # noqa: PLC0415  # see run
    from tagward.errors import ConfigError  # noqa: PLC0415
    from tagward.model.checkup import Checkup  # noqa: PLC0415
    from tagward.model.config import Config  # noqa: PLC0415

    try:
        selection = Selection.of(replace(inspection.config, select=(), strict=False))
    except ConfigError as failure:
        inspection = replace(inspection, fault=(str(failure), failure.fixes, None))
        selection = Selection.of(Config())
    results: dict[str, list[Result]] = {group: [] for group in GROUPS}
    for result in selection.ask(inspection):
        results[group_of(result.check.code)].append(result)
    groups = {group: tuple(sorted(found, key=lambda one: one.check.code)) for group, found in results.items()}
    return Checkup(_title(inspection), groups, inspection.silences)


def _title(inspection: Inspection) -> str:
    names = [project.name or "a project without a name" for project in inspection.projects] or ["no project"]
    about = [project.workspace.source.backend for project in inspection.projects[:1]]
    about += [f"GitHub {inspection.remote.slug}"] if inspection.remote else ["no remote on GitHub"]
    return f"{', '.join(names)} ({', '.join(word for word in about if word)})"


def _say(checkup: Checkup, options: Namespace) -> None:
    from tagward.report import doctor  # noqa: PLC0415  # see run
    from tagward.report.words import settle  # noqa: PLC0415

    if options.format == "text":
        report = text_report(options)
        width = min(report.width, 100)
        report.stream.write(doctor.text(checkup, report.style, version=__version__, width=width, quiet=report.quiet))
        report.stream.flush()
        return
    settle(sys.stdout)
    if options.format == "json":
        sys.stdout.write(doctor.document(checkup, __version__) + "\n")
    else:
        sys.stdout.write(doctor.markdown(checkup, __version__))
