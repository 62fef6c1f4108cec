"""The table of protections names what is there; that its tests go red is a command (tests/faults/protections.py)."""

from __future__ import annotations

import re

import pytest
from protections import ROOT, protections


@pytest.mark.parametrize("one", protections(), ids=lambda one: one["what"])
def test_a_protection_and_its_test_are_there(one: dict[str, str]) -> None:
    path, _, name = one["test"].partition("::")

    assert re.fullmatch(r"T([1-9]|1\d|2[01])", one["threat"])
    assert (ROOT / one["file"]).read_text(encoding="utf-8").count(one["keeps"]) == 1
    assert not name or f"def {name}(" in (ROOT / path).read_text(encoding="utf-8")
