"""A sample of what means harm; the whole of it is a command (tests/faults/hostile.py)."""

from __future__ import annotations

import sys
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hostile import PARTS, ground, toml
from hostile_refs import names

from tagward.tools.publishers import uploads

if TYPE_CHECKING:
    from pathlib import Path

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="children are bounded as Linux can")


@LINUX
@pytest.mark.e2e
@pytest.mark.parametrize(("part", "every"), [("refs", 60), ("archives", 30), ("documents", 12)])
def test_what_means_harm_is_refused_or_rightly_read(
    part: str, every: int, tmp_path: Path, index_without_releases: str
) -> None:
    place = ground(tmp_path / "ground", index_without_releases)

    wrong = {what: act(place)[1] for what, act in list(PARTS[part]())[::every]}

    assert not {what: found for what, found in wrong.items() if found}


def test_what_is_no_toml_is_not_taken_for_toml() -> None:
    count, wrong = toml()

    assert (count > 100, wrong) == (True, [])


def test_there_are_enough_names() -> None:
    assert len(names()) >= 300


def test_a_value_that_aliases_blow_up_is_not_spelled_out() -> None:
    letters = "abcdefghi"
    bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{two}: &{two} [{','.join(f'*{one}' for _ in range(9))}]\n" for one, two in pairwise(letters)
    )
    step = "jobs: {a: {steps: [{uses: *i, run: *i, with: {x: *i}}, {run: twine upload dist/*}]}}\n"

    assert uploads((bomb + step).encode()) == ("twine upload",)


def test_a_workflow_that_is_no_yaml_is_searched_once() -> None:
    lines = "".join(f"{' ' * depth}a:\n" for depth in range(3000))

    assert uploads(f"{lines}[\n  - run: twine upload x\n  - uses: pypa/gh-action-pypi-publish@v1\n".encode()) == (
        "twine upload",
        "pypa/gh-action-pypi-publish",
    )
