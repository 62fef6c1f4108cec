"""The table of protections is complete and names what is there; that its tests go red is a command (protections.py).

What "complete" can mean to a machine: every threat and every promise has a protection, and so has every module that
opens a door to what comes from outside, or it stands below with the reason why it needs none.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest
from protections import ROOT, table

if TYPE_CHECKING:
    from pathlib import Path

    from protections import Protection

THREATS, PROMISES, PROTECTIONS = table()
DOORS = {"subprocess", "socket", "requests", "zipfile", "tarfile", "marshal", "tomli", "yaml", "git", "fcntl"}
"""Modules by which processes, connections, archives, documents and objects come in, and by which locks are held."""
NONE_NEEDED = {
    "plans/insertion.py": "the user's own file, which is read once more to see that the change means what it should",
    "plans/precommit.py": "the user's own file, as above",
    "plans/settings.py": "the user's own pyproject.toml, which has been read by `_toml` before",
    "sandbox/backend.py": "a project of ours, which runs in scratch as any other",
    "tools/_reading.py": "asks whether a file begins as a tar",
    "tools/act.py": "a free port for a server of act, on this machine",
    "tools/archives.py": "names of errors alone",
    "tools/flaws.py": "breaks a wheel of ours, for the rehearsal",
}


def test_every_threat_and_every_promise_has_a_protection() -> None:
    held = {name for one in PROTECTIONS for name in one.holds}

    assert list(THREATS) == [f"T{number}" for number in range(1, 22)]
    assert list(PROMISES) == [f"H{number}" for number in range(1, 9)]
    assert held == {*THREATS, *PROMISES}


@pytest.mark.parametrize("one", PROTECTIONS, ids=lambda one: one.what)
def test_a_protection_and_its_test_are_there(one: Protection) -> None:
    path, _, name = one.test.partition("::")
    without = one.taken_out((ROOT / one.file).read_text(encoding="utf-8"))
    tests = ast.parse((ROOT / path).read_text(encoding="utf-8")).body

    assert one.keeps != one.without
    if one.file.endswith(".py"):
        ast.parse(without)
    assert name.partition("[")[0] in {node.name for node in tests if isinstance(node, ast.FunctionDef)}


def test_each_is_there_once() -> None:
    assert len({one.what for one in PROTECTIONS}) == len(PROTECTIONS)
    assert len({(one.file, one.keeps, one.without) for one in PROTECTIONS}) == len(PROTECTIONS)


def test_whoever_opens_a_door_has_a_protection_or_a_reason() -> None:
    source = ROOT / "src/tagward"
    opening = {path.relative_to(source).as_posix() for path in source.rglob("*.py") if _imports(path) & DOORS}
    protected = {one.file.removeprefix("src/tagward/") for one in PROTECTIONS}

    assert opening - protected == NONE_NEEDED.keys()


def _imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return found
