"""What it costs to start: the version, and the fast checks of the commit hook."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from frame import Row, paired

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ground import Ground

TEN_PLACES = {
    "uv.lock": 'version = 1\n\n[[package]]\nname = "bench-demo"\nversion = "1.0.0"\nsource = { editable = "." }\n',
    "CITATION.cff": "cff-version: 1.2.0\nversion: 1.0.0\n",
    "docs/conf.py": 'release = "1.0.0"\nversion = "1.0.0"\n',
    "package.json": '{"name": "bench-demo", "version": "1.0.0"}\n',
    ".bumpversion.cfg": "[bumpversion]\ncurrent_version = 1.0.0\n",
    "tbump.toml": '[version]\ncurrent = "1.0.0"\n',
    "codemeta.json": '{"version": "1.0.0"}\n',
    "CHANGELOG.md": "# Changelog\n\n## [1.0.0] - 2026-11-22\n\n- All of it.\n",
}
"""With pyproject.toml and `__version__`, ten files that state the version."""


def startup(ground: Ground) -> Iterator[Row]:
    """`--version` and `check --fast`, on a project that states its version ten times, against an empty Python."""
    for path, text in TEN_PLACES.items():
        file = ground.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    ground.run("git", "add", ".")
    empty, version, fast = paired(
        21,
        lambda: ground.run(sys.executable, "-c", "pass"),
        lambda: ground.run("tagward", "--version"),
        lambda: ground.run("tagward", "check", "--fast", "-q"),
    )
    for what, taken in (("--version", version), ("check --fast` with ten files that state the version", fast)):
        row = Row(f"`python -c pass`; `tagward {what}" + ("`" if what == "--version" else ""), empty, taken)
        yield Row(row.what, empty, taken, f"{row.more:+.0f} ms")
