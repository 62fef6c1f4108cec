"""A sample of the matrix of faults, one case of each family; the whole of it is a command (tests/faults/matrix.py)."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest
from fault_cases import cases
from fault_ground import Case, hold, template

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.e2e, pytest.mark.skipif(sys.platform != "linux", reason="faults are injected as Linux can")]
SAMPLE = {case.fault: case for case in cases()}
"""The last of each family."""


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("faults") / "template"


@pytest.mark.parametrize("case", [pytest.param(case, id=fault.replace(" ", "-")) for fault, case in SAMPLE.items()])
def test_a_fault_is_named_and_never_passes(
    case: Case, ground: Path, tmp_path: Path, index_without_releases: str
) -> None:
    if not ground.exists():
        template(ground, index_without_releases)

    came = hold(case, ground, tmp_path / "case", index_without_releases)

    if came.skipped:
        pytest.skip(came.skipped)
    assert not came.wrong, came.said


def test_there_are_enough_of_them() -> None:
    titles = [(case.fault, case.name, case.words) for case in cases()]

    assert len(titles) == len(set(titles)) >= 160
