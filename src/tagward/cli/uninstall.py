"""`tagward uninstall`: take the hook out and leave everything as it was."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tagward.cli.install import shown
from tagward.report.words import printable, stderr, style_of
from tagward.tools import hooks

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's own words: none."""


def run(args: argparse.Namespace) -> int:  # noqa: ARG001  # the command has no words of its own
    """Uninstall and say what was done."""
    gone = hooks.uninstall(Path.cwd())
    style = style_of(stderr())
    something = gone.removed or gone.restored or gone.configured
    sentence = "tagward's hook is out" if something else "nothing to do, there was no hook of tagward's"
    lines = [f"{style.paint(style.mark('✓'), 'good')} {sentence}"]
    lines += [f"  deleted {shown(path)}" for path in gone.removed]
    lines += [f"  {shown(path)} is the hook again that stood there before" for path in gone.restored]
    if gone.configured:
        lines.append(f"  took hook.{hooks.NAME} out of the repository's configuration")
    lines += [f"  left: {printable(sentence)}" for sentence in gone.left]
    for line in lines:
        print(style.text(line), file=stderr())
    return 0
