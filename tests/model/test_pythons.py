"""The Pythons that a wheel is tried on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from paper import WHEEL

from tagward.model.pythons import RUNNABLE, supported

CLASSIFIER = "Programming Language :: Python :: "


@pytest.mark.parametrize(
    ("requires", "named", "file", "expected"),
    [
        ("", (), "a-1-py3-none-any.whl", RUNNABLE),
        (">=3.11", (), "a-1-py3-none-any.whl", ("3.11", "3.12", "3.13", "3.14")),
        (">=3.11.4", (), "a-1-py3-none-any.whl", ("3.11", "3.12", "3.13", "3.14")),
        (">=3.9,<3.12", (), "a-1-py3-none-any.whl", ("3.9", "3.10", "3.11")),
        (">=3.9", ("3", "3.11", "3.13"), "a-1-py3-none-any.whl", ("3.11", "3.13")),
        (">=3.11", ("3.8", "3.9"), "a-1-py3-none-any.whl", ("3.11", "3.12", "3.13", "3.14")),
        (">=3.9", (), "a-1-cp312-cp312-linux_x86_64.whl", ("3.12",)),
        (">=3.9", (), "a-1-cp311-abi3-linux_x86_64.whl", ("3.11", "3.12", "3.13", "3.14")),
        (">=3.9", (), "a-1-py2.py3-none-any.whl", RUNNABLE),
        (">=3.9", (), "a-1-py310-none-any.whl", ("3.10", "3.11", "3.12", "3.13", "3.14")),
        ("nonsense", (), "a-1-py3-none-any.whl", RUNNABLE),
        (">=4", (), "a-1-py3-none-any.whl", ()),
        (">=3.9", (), "a-1-py2-none-any.whl", ()),
        (">=3.13", (), "a.whl", ("3.13", "3.14")),
    ],
)
def test_metadata_and_tags_decide(requires: str, named: tuple[str, ...], file: str, expected: tuple[str, ...]) -> None:
    classifiers = tuple(CLASSIFIER + name for name in named)
    wheel = replace(WHEEL, path=Path(file), requires_python=requires, classifiers=classifiers)

    assert supported(wheel) == expected
