"""What tagward costs, beside what a user would do instead: `python tests/bench [NAME …]`; medians of one run."""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from at_tag import at_tag
from exports import exports
from frame import HEAD
from gate import gate
from ground import make_ground
from large_wheel import archives, report
from many_tags import all_tags, tags_push
from plot import plot
from projects import projects
from pushes import branch_push, remembered_push
from startup import startup

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from frame import Row
    from ground import Ground

BENCHES: dict[str, Callable[[Ground], Iterable[Row]]] = {
    "branch-push": branch_push,
    "remembered-push": remembered_push,
    "startup": startup,
    "at-tag": at_tag,
    "all-tags": all_tags,
    "tags-push": tags_push,
    "exports": exports,
    "projects": projects,
    "gate": gate,
    "archives": archives,
    "report": report,
}


def main() -> None:
    """Run what is named, or everything; a table in Markdown on standard output, and a plot where one is wanted."""
    parser = argparse.ArgumentParser(prog="python tests/bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"which: {', '.join(BENCHES)}; default: all")
    parser.add_argument("--plot", type=Path, metavar="FILE", help="draw how cost grows into this SVG")
    options = parser.parse_args()
    if unknown := set(options.names) - set(BENCHES):
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}")
    git = subprocess.run(["git", "--version"], capture_output=True, text=True, check=True).stdout.strip()
    where = f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}, {git}"
    print(f"{where}, {datetime.now(UTC).date()}\n", flush=True)
    print(HEAD, flush=True)
    rows: list[Row] = []
    for name in options.names or BENCHES:
        began = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            for row in BENCHES[name](make_ground(Path(folder))):
                rows.append(row)
                print(row.line(), flush=True)
        print(f"{name}: {time.monotonic() - began:.0f} s", file=sys.stderr)
    if options.plot:
        options.plot.write_text(plot(rows), encoding="utf-8")


main()
