"""The options that change how a run is told, and the report they lead to."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, TextIO

from tagward.report.text import NARROW, WIDTH, TextReport
from tagward.report.words import settle, style_of

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

QUIET = 2


def add_output_arguments(parser: ArgumentParser) -> None:
    """The options that change how a run is told, and nothing else."""
    parser.add_argument("-q", "--quiet", action="count", default=0, help="problems only; -qq nothing at all")
    parser.add_argument("--color", choices=("auto", "always", "never"), default="auto", help="colours (default: auto)")
    parser.add_argument("--no-progress", action="store_true", help="no line that tells what is being done")


def text_report(options: Namespace, *, pushing: bool = False) -> TextReport:
    """The report on standard error, as the options and the terminal want it."""
    stream = sys.stderr
    settle(stream)
    width = max(columns(stream), NARROW // 2)
    return TextReport(stream, style_of(stream, options.color), width, min(options.quiet, QUIET), pushing)


def columns(stream: TextIO) -> int:
    """The width that COLUMNS states, or else that of the terminal."""
    stated = os.environ.get("COLUMNS", "")
    if stated.isdigit() and int(stated):
        return int(stated)
    try:
        return os.get_terminal_size(stream.fileno()).columns or WIDTH
    except (OSError, ValueError):
        return WIDTH
