"""`tagward rehearse --sandbox`: a release on throwaway ground, refusals included."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from tagward.errors import ConfigError

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace


def add_arguments(parser: ArgumentParser) -> None:
    """The words of this command."""
    parser.add_argument("--sandbox", action="store_true", help="with the built-in project, wherever you are")
    parser.add_argument("--color", choices=("auto", "always", "never"), default="auto", help="colours (default: auto)")


def run(options: Namespace) -> int:
    """Walk through a release; 0 when every step came out as it must, 1 otherwise."""
    if not options.sandbox:
        raise ConfigError("only the built-in project can be rehearsed so far", fixes=("tagward rehearse --sandbox",))
    from tagward.rehearsal import rehearse  # noqa: PLC0415
    from tagward.report.rehearsal import closing, step_line  # noqa: PLC0415
    from tagward.report.words import settle, style_of  # noqa: PLC0415
    from tagward.tools.ground import sandbox  # noqa: PLC0415

    stream = sys.stderr
    settle(stream)
    style = style_of(stream, options.color)
    stream.write(style.text("Rehearsal of tagward-sandbox 0.1.0 on throwaway ground; nothing leaves this machine\n"))
    steps = []
    with sandbox() as ground:
        for step in rehearse(ground):
            steps.append(step)
            stream.write(step_line(len(steps), step, style) + "\n")
            stream.flush()
        closing(steps, style, stream)
    return 0 if steps[-1].passed else 1
