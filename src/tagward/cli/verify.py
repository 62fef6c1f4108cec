"""`tagward verify VERSION`: where a release stands, and what is the one safe next step; nothing is changed."""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from tagward import __version__
from tagward.cli._output import add_output_arguments, text_report
from tagward.errors import ConfigError

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from packaging.version import Version

    from tagward.model.standing import Standing
    from tagward.report.text import TextReport
    from tagward.tools.standing import Question

PAUSE, LONGEST_PAUSE = 1.0, 15.0
DAY = 86400


def add_arguments(parser: ArgumentParser) -> None:
    """The words of this command."""
    parser.add_argument("version", metavar="VERSION", help="the version of the release, as 1.4.0")
    parser.add_argument("--receipt", metavar="FILE", help="the receipt of the gate that judged it")
    parser.add_argument("--project", metavar="NAME", help="which project, outside its repository")
    parser.add_argument("--index", metavar="INDEX", help="pypi (the default), testpypi, or the address of an index")
    parser.add_argument("--read-index", metavar="URL", help="the simple index to read and to install from")
    parser.add_argument("--wait", metavar="SECONDS", type=seconds, default=0.0, help="how long to ask again, at most")
    parser.add_argument("--no-install", action="store_true", help="do not install it")
    parser.add_argument("--rebuild", action="store_true", help="without a receipt, build the tag and compare with that")
    parser.add_argument(
        "--format", choices=("text", "json"), default="text", help="json: one document on standard output"
    )
    add_output_arguments(parser)


def run(options: Namespace) -> int:
    """Ask, say what it means, and what to do next; 0 published and sound, 1 anything else, 3 could not be known."""
    from tagward.plans.next_step import next_step  # noqa: PLC0415  # --help pays for nothing
    from tagward.report.standing import render, text  # noqa: PLC0415

    report = text_report(options)
    standing = _standing(options, _version(options.version), report)
    step = next_step(standing)
    text(standing, step, report.style, report.stream, quiet=report.quiet)
    if options.format == "json":
        context = {"tool": {"name": "tagward", "version": __version__}, "door": "verify"}
        sys.stdout.write(render(standing, step, context) + "\n")
    return step.condition.exit_code


def seconds(text: str) -> float:
    """A span of time from the command line, up to a day."""
    span = float(text)
    if not 0 <= span < DAY:  # also: no number is neither
        raise ValueError
    return span


def _version(text: str) -> Version:
    from tagward.model.versions import parse_version  # noqa: PLC0415

    version = parse_version(text.removeprefix("v"))
    if version is None:
        raise ConfigError(f"{text!r} is no version (PEP 440)", fixes=("tagward verify 1.4.0",))
    return version


def _standing(options: Namespace, version: Version, report: TextReport) -> Standing:
    from tagward.cli._release import identify  # noqa: PLC0415
    from tagward.model.standing import Standing  # noqa: PLC0415
    from tagward.report.live import Live  # noqa: PLC0415
    from tagward.tools.index import index_of  # noqa: PLC0415
    from tagward.tools.standing import Question  # noqa: PLC0415

    index = index_of(options.index, options.read_index)
    live = Live(report.stream, shown=not options.no_progress and not report.quiet)
    try:
        live.work("tag", "asking git here, and the remote")
        release = identify(version, receipt=options.receipt, project=options.project, rebuilding=options.rebuild)
        said = {"--index": options.index, "--read-index": options.read_index}
        words = tuple(word for option, value in said.items() if value for word in (option, value))
        known = Standing(release.project, str(version), release.tag, index.name, words)
        known = replace(known, local=release.local, remote=release.remote, basis=release.basis)
        live.work("index", f"asking {index.name}")
        return _settled(Question(known, index), options)
    finally:
        live.rest()


def _settled(question: Question, options: Namespace) -> Standing:
    """Ask until the answer is good or the time is over: index pages are cached, so that the installation is repeated.

    A page may show a file, and the next one not; only an installation that came about proves that users get it.
    """
    from tagward.plans.next_step import worth_waiting  # noqa: PLC0415

    end, pause = time.monotonic() + options.wait, PAUSE
    while True:
        standing = _looked(question, options)
        left = end - time.monotonic()
        if left <= 0 or not worth_waiting(standing):
            return standing
        time.sleep(min(pause, left))
        pause = min(pause * 1.5, LONGEST_PAUSE)


def _looked(question: Question, options: Namespace) -> Standing:
    from tagward.plans.next_step import fit_to_install  # noqa: PLC0415
    from tagward.tools.index import PYPI, TESTPYPI  # noqa: PLC0415
    from tagward.tools.trial import try_release  # noqa: PLC0415

    standing, index = question.ask(time.time()), question.index
    if options.no_install or not fit_to_install(standing):
        return standing
    digests = [file.shelved.sha256 for file in standing.published if file.shelved]
    imports = standing.basis.imports if standing.basis else ()
    # An address that came from the environment says where the release is, and nothing of what it requires.
    named = options.read_index is not None or (options.index is not None and index.name not in {PYPI, TESTPYPI})
    return replace(
        standing, trial=try_release(index, standing.project, standing.version, digests, imports, named=named)
    )
