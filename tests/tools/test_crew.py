"""Pieces of work in several processes."""

from __future__ import annotations

import os
import signal
import time
from typing import TYPE_CHECKING

import pytest

from tagward.errors import CannotJudge
from tagward.tools.crew import Done, Lost, in_processes

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Say = Callable[[object], None]


def test_what_is_said_comes_in_the_order_of_the_work() -> None:
    def work(number: int, say: Say) -> None:
        say((number, "begun"))
        time.sleep(0.2 if number == 0 else 0)
        say((number, os.getpid()))

    said = list(in_processes(5, 2, work, lambda: None))

    told = [one for one in said if isinstance(one, tuple)]
    assert [number for number, _ in told] == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]
    assert sum(isinstance(one, Done) for one in said) == 5
    assert os.getpid() not in {one[1] for one in told}


def test_a_piece_that_breaks_keeps_no_other_from_being_done() -> None:
    def work(number: int, say: Say) -> None:
        if number == 0:
            raise CannotJudge("the disk is full")
        if number == 1:
            raise ValueError("a bug")
        say(number)

    said = list(in_processes(3, 2, work, lambda: None))

    assert said[0] == Lost("the disk is full")
    assert isinstance(said[1], Lost)
    assert said[1].reason.rstrip().endswith("ValueError: a bug")
    assert said[2:] == [2, Done()]


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_process_that_is_killed_loses_its_piece_and_is_told(jobs: int) -> None:
    def work(number: int, say: Say) -> None:
        say(number)
        if number == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    said = list(in_processes(2, jobs, work, lambda: None))

    assert said[:2] == [0, Lost("its process ended with -9")]
    assert said[2:] == ([1, Done()] if jobs == 2 else [Lost("every process of the gate has ended")])


def test_whoever_leaves_early_leaves_no_process(tmp_path: Path) -> None:
    def work(number: int, say: Say) -> None:
        (tmp_path / str(number)).write_text(str(os.getpid()))
        say("begun")
        time.sleep(600)

    for said in in_processes(2, 2, work, lambda: None):
        assert said == "begun"
        while len(list(tmp_path.iterdir())) < 2:
            time.sleep(0.01)
        break

    for file in tmp_path.iterdir():
        with pytest.raises(ProcessLookupError):
            os.kill(int(file.read_text() or 0), 0)
