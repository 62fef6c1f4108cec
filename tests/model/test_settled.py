"""What the state of an index means for the tag of a release."""

from __future__ import annotations

import pytest
from packaging.version import Version

from tagward.model.index_state import DAY, Answer, IndexState
from tagward.model.publication import Shelved

NOW = 1_800_000_000.0


def state(*uploaded: float | None, newest: str = "2.0") -> IndexState:
    """What an index says of 1.0, which has a file for each time."""
    files = tuple(
        Shelved(f"demo-1.0.{number}.tar.gz", "0" * 64, 1, when, None, "") for number, when in enumerate(uploaded)
    )
    return IndexState(Answer.HERE, "PyPI", "", "demo", versions=(Version("1.0"), Version(newest)), files=files, now=NOW)


@pytest.mark.parametrize(
    ("found", "settled"),
    [
        (state(), False),
        (state(NOW - 15 * DAY), True),
        (state(NOW - 13 * DAY), False),
        (state(NOW - 15 * DAY, NOW), True),
        (state(None), True),
        (state(None, newest="1.0"), False),
        (state(None, NOW - 15 * DAY), True),
    ],
    ids=["absent", "long out", "young", "completed late", "no times, older", "no times, newest", "some times"],
)
def test_a_release_is_settled_when_the_index_takes_no_file_for_it(found: IndexState, *, settled: bool) -> None:
    assert found.settled(Version("1.0")) is settled
