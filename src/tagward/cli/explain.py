"""`tagward explain [CODE]`: what a code means, why it matters and how to repair; without one, all codes."""

from __future__ import annotations

import json
import sys
import textwrap
from dataclasses import asdict
from typing import TYPE_CHECKING

from tagward.checks import every, find
from tagward.report.words import settle, style_of

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from tagward.model.findings import CheckInfo

WIDTH = 78


def add_arguments(parser: ArgumentParser) -> None:
    """The words of this command."""
    parser.add_argument("code", nargs="?", metavar="CODE", help="as V001")
    parser.add_argument("--format", choices=("text", "json", "markdown"), default="text")


def run(options: Namespace) -> int:
    """Print one check at length, or the list."""
    infos = [find(options.code.upper()).info] if options.code else [check.info for check in every()]
    settle(sys.stdout)
    if options.format == "json":
        said = json.dumps([asdict(info) for info in infos], indent=2)
    elif options.format == "markdown":
        said = _table(infos)
    else:
        said = style_of(sys.stdout).text(_at_length(infos[0]) if options.code else _list(infos))
    sys.stdout.write(said + "\n")
    return 0


def _list(infos: list[CheckInfo]) -> str:
    lines = [f"{info.code}  {info.name:<28} {_severity(info):<8} {info.title}" for info in sorted(infos, key=_code)]
    return "\n".join([*lines, "", "tagward explain CODE says more."])


def _table(infos: list[CheckInfo]) -> str:
    rows = [f"| {info.code} | {_severity(info)} | {info.title} | {info.fix} |" for info in sorted(infos, key=_code)]
    return "\n".join(["| code | | what should be | how to repair |", "|---|---|---|---|", *rows])


def _at_length(info: CheckInfo) -> str:
    ignoring = (
        "Cannot be ignored."
        if info.essential
        else f'To ignore it, with the reason:  [tool.tagward.ignore]  {info.code} = "…"'
    )
    related = [check.info for check in every() if check.info.code[:2] == info.code[:2] and check.info != info]
    return "\n".join(
        [
            f"{info.code} {info.name}".ljust(48) + f"{_severity(info)} · asked of the {info.subject}",
            info.title,
            "",
            "Why it matters",
            textwrap.fill(info.why, WIDTH, initial_indent="  ", subsequent_indent="  "),
            "How to repair",
            textwrap.fill(
                info.fix[:1].upper() + info.fix[1:] + ".", WIDTH, initial_indent="  ", subsequent_indent="  "
            ),
            "",
            ignoring,
            *([f"See also  {' · '.join(f'{other.code} {other.name}' for other in related[:4])}"] if related else []),
        ]
    )


def _severity(info: CheckInfo) -> str:
    return "warning" if info.warns else "error"


def _code(info: CheckInfo) -> str:
    return info.code
