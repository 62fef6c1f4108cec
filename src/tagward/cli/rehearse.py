"""`tagward rehearse`: the whole release on throwaway ground, refusals included; `--sandbox` with a project of ours."""

from __future__ import annotations

import os
import sys
import tempfile
import webbrowser
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from tagward import __version__
from tagward.cli._output import add_output_arguments, text_report
from tagward.cli._page import clear_page
from tagward.errors import ConfigError
from tagward.model.rehearsal import Rehearsal
from tagward.report.rehearsal import closing, document, heading, step_line
from tagward.report.words import settle
from tagward.tools.delivery import keep_rehearsal, write_report

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from tagward.report.text import TextReport
    from tagward.tools.git import GitRepository
    from tagward.tools.ground import ThrowawayGround


def add_arguments(parser: ArgumentParser) -> None:
    """The words of this command."""
    parser.add_argument("--sandbox", action="store_true", help="with the built-in project, wherever you are; offline")
    parser.add_argument("--version", metavar="VERSION", help="what to release (default: the next version)")
    parser.add_argument("--folder", default="", help="the folder of the project, in a repository of several")
    parser.add_argument("--with", dest="also", choices=("act",), help="let act run the workflow as well")
    parser.add_argument("--report", metavar="FILE.html", type=Path, help="write the report there")
    parser.add_argument("--open", action="store_true", help="show the report in a browser")
    parser.add_argument(
        "--format", choices=("text", "json"), default="text", help="json: one document on standard output"
    )
    add_output_arguments(parser)


def run(options: Namespace) -> int:
    """Walk through a release; 0 when every step came out as it must, 1 otherwise."""
    from tagward.cli import _scenes  # noqa: PLC0415  # --help pays for nothing
    from tagward.tools.act import find_act  # noqa: PLC0415
    from tagward.tools.git import GitRepository  # noqa: PLC0415
    from tagward.tools.ground import throwaway  # noqa: PLC0415

    if options.sandbox and (options.version or options.folder):
        raise ConfigError("the built-in project has a version and a folder of its own", fixes=("leave out --sandbox",))
    repository = None if options.sandbox else GitRepository.find()
    found = _scenes.project(repository, options.version, options.folder) if repository else _scenes.sandbox()
    if options.report:
        clear_page(options.report)
    scene, origin = found
    if options.also:
        find_act()
        scene = replace(scene, with_act=True)
    report = text_report(options)
    with throwaway(scene, origin) as ground:
        rehearsal = _walk(ground, report, options, _uncommitted(repository))
        page = ground.page
    where = _keep(rehearsal, page, options, repository)
    if not report.quiet or (report.quiet == 1 and not rehearsal.passed):
        closing(rehearsal, report.style, report.stream, report=where)
    if options.format == "json":
        settle(sys.stdout)
        sys.stdout.write(_document(rehearsal))
    return 0 if rehearsal.passed else 1


def _walk(ground: ThrowawayGround, report: TextReport, options: Namespace, uncommitted: int) -> Rehearsal:
    from tagward.plans.rehearsal import for_real  # noqa: PLC0415  # see run
    from tagward.rehearsal import rehearse  # noqa: PLC0415
    from tagward.report.live import Live  # noqa: PLC0415

    scene, stream, steps = ground.scene, report.stream, []
    live = Live(stream, shown=not options.no_progress and not report.quiet)
    if not report.quiet:
        stream.write(heading(scene, report.style, uncommitted=uncommitted))
    try:
        for step in rehearse(ground, live.work):
            live.rest()
            steps.append(step)
            if not report.quiet or (report.quiet == 1 and not (step.passed or step.skipped)):
                stream.write(step_line(len(steps), step, report.style))
                stream.flush()
    finally:
        live.rest()
    real = for_real(scene) if scene.commit else ("cd YOUR-PROJECT", "tagward init", "tagward rehearse")
    return Rehearsal(scene.project, scene.version, scene.tag, scene.commit, tuple(steps), real)


def _uncommitted(repository: GitRepository | None) -> int:
    if repository is None or repository.top is None:
        return 0
    listed = repository.ask("status", "--porcelain", "-z", "--no-renames", check=False).text
    return sum(bool(entry) for entry in listed.split("\0"))


def _document(rehearsal: Rehearsal) -> str:
    return document(rehearsal, {"tool": {"name": "tagward", "version": __version__}, "door": "rehearse"})


def _keep(rehearsal: Rehearsal, page: str, options: Namespace, repository: GitRepository | None) -> str:
    """Leave what came of it beside the repository, and the report where it was asked for; the path of the report."""
    if not (repository or options.report or options.open):
        return ""
    from tagward.report.html import beside, render  # noqa: PLC0415  # see run

    whole = beside(page, rehearsal) if page else render(None, rehearsal)
    kept = keep_rehearsal(repository.common_dir, _document(rehearsal), whole) if repository else None
    path: Path | None = options.report or kept
    if path is None and options.open:
        handle, name = tempfile.mkstemp(prefix="tagward-rehearsal-", suffix=".html")
        os.close(handle)
        path = Path(name)
    if path and path != kept:
        write_report(path, whole)
    if path and options.open:
        webbrowser.open(path.absolute().as_uri())
    return str(path or "")
