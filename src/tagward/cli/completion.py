"""`tagward completion SHELL`: what makes a shell complete the words of tagward, on standard output."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

SHELLS = ("bash", "zsh", "tcsh")


def add_arguments(parser: ArgumentParser) -> None:
    """The words of this command."""
    parser.add_argument("shell", choices=SHELLS, help="which shell")


def run(options: Namespace) -> int:
    """Print the script; it is made from the parsers themselves."""
    import shtab  # noqa: PLC0415  # only this command needs it

    from tagward.cli import whole_parser  # noqa: PLC0415  # it imports every command

    sys.stdout.write(shtab.complete(whole_parser(), options.shell) + "\n")
    return 0
