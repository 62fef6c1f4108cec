"""Take every protection of the table out of a copy, and see its test go red: `python tests/faults/protections.py`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import tomli

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
TABLE = Path(__file__).with_name("protections.toml")


def protections() -> list[dict[str, str]]:
    """The table."""
    found = tomli.loads(TABLE.read_text(encoding="utf-8"))["protection"]
    assert isinstance(found, list)
    return found


def survivors() -> Iterator[str]:
    """The protections whose test is not green with them, or green without them."""
    with tempfile.TemporaryDirectory(prefix="protections-") as name:
        copy = Path(name) / "copy"
        skip = shutil.ignore_patterns(".git", "__pycache__", ".*_cache", ".hypothesis")
        shutil.copytree(ROOT, copy, ignore=skip)
        for one in protections():
            file = copy / one["file"]
            whole = file.read_text(encoding="utf-8")
            green = _passes(copy, one["test"])
            file.write_text(whole.replace(one["keeps"], one["without"]), encoding="utf-8")
            red = not _passes(copy, one["test"])
            file.write_text(whole, encoding="utf-8")
            print(f"{'red' if red else 'NOT red'} without: {one['what']} ({one['threat']})", flush=True)
            if not (green and red):
                yield one["what"]


def _passes(copy: Path, test: str) -> bool:
    words = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", test]
    env = {**os.environ, "PYTHONPATH": str(copy / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
    return not subprocess.run(words, cwd=copy, env=env, capture_output=True, check=False).returncode


if __name__ == "__main__":
    bad = list(survivors())
    print(f"{len(protections())} protections, {len(bad)} without a test that goes red")
    sys.exit(1 if bad else 0)
