"""Whatever comes in, a reader gives a value or its own error; the long search is a command (tests/fuzz/guided.py)."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from guided import fault_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reader_texts import LARGE, SEEDS, WORDS
from readers import READERS, Reader


def texts(name: str) -> st.SearchStrategy[bytes]:
    """Any bytes, words of the reader's texts in any order, and seeds with a piece exchanged."""
    words = st.lists(st.sampled_from([*WORDS[name].split(), " ", "\n", "\n  ", "\u2028"]), max_size=40)
    joined = st.builds(lambda parts, apart: apart.join(parts).encode(), words, st.sampled_from(["", " "]))
    exchanged = st.builds(
        lambda seed, at, length, piece: seed[: at % (len(seed) + 1)] + piece + seed[at % (len(seed) + 1) + length :],
        st.sampled_from(SEEDS[name]),
        st.integers(0, LARGE),
        st.integers(0, 20),
        st.binary(max_size=4) | joined,
    )
    return st.binary(max_size=200) | joined | exchanged


@pytest.mark.parametrize("name", READERS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_reader_gives_a_value_or_its_own_error(name: str, data: st.DataObject, tmp_path: Path) -> None:
    assert fault_of(READERS[name], data.draw(texts(name)), tmp_path) == ""


@pytest.mark.parametrize("name", READERS)
def test_every_seed_is_read(name: str, tmp_path: Path) -> None:
    assert [fault for seed in SEEDS[name] if (fault := fault_of(READERS[name], seed, tmp_path))] == []


def test_a_fault_is_told_with_its_place_and_what_a_reader_says_itself_is_none(tmp_path: Path) -> None:
    def dies(data: bytes, folder: Path) -> None:
        assert folder == tmp_path
        raise KeyError(data)

    assert re.fullmatch(r"test_readers\.py:\d+: KeyError: b'x'", fault_of(Reader(dies), b"x", tmp_path))
    assert fault_of(Reader(dies, (KeyError,)), b"x", tmp_path) == ""


def _guided(*words: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, Path(__file__).with_name("guided.py"), *words]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_a_search_tells_its_figures(tmp_path: Path) -> None:
    pytest.importorskip("atheris", reason="the extra `fuzz` is not there")

    done = _guided("git objects", "--minutes", "0.05", "--failures", tmp_path)

    assert done.returncode == 0, done.stdout + done.stderr
    assert re.match(
        r"git objects: [1-9][\d,]* executions in 3 s, [1-9]\d* edges, 0 failures\n0 failures\n", done.stdout
    )
    assert list(tmp_path.iterdir()) == []
