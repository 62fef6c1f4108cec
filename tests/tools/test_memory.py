"""What is remembered, and when it is not."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tagward.tools import memory
from tagward.tools.memory import SECONDS, Memory

if TYPE_CHECKING:
    from pathlib import Path

OID = "a" * 40
RECORD = {"version": "1.4.0", "commit": "b" * 40}


@pytest.fixture
def kept(tmp_path: Path) -> Memory:
    """A memory with a pass on v1.4.0."""
    one = Memory(tmp_path / "tagward" / "passed", 1_000_000.0)
    assert one.keep("v1.4.0", OID, RECORD)
    return one


def test_a_pass_is_remembered_with_its_age(kept: Memory) -> None:
    found = replace(kept, now=kept.now + 60).recall("v1.4.0", OID)

    assert found is not None
    assert (found["version"], found["age"]) == ("1.4.0", 60.0)


@pytest.mark.parametrize(("tag", "oid"), [("v1.4.1", OID), ("v1.4.0", "c" * 40)], ids=["another tag", "another object"])
def test_another_tag_or_object_misses(kept: Memory, tag: str, oid: str) -> None:
    assert kept.recall(tag, oid) is None


@pytest.mark.parametrize("name", ["tagward", "build", "twine", "pip", "packaging"])
def test_another_version_of_a_tool_misses(kept: Memory, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    others = {**memory.tool_versions(), name: "0"}
    monkeypatch.setattr(memory, "tool_versions", lambda: others)

    assert kept.recall("v1.4.0", OID) is None


def test_another_python_misses(kept: Memory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.python_version", lambda: "3.99.0")

    assert kept.recall("v1.4.0", OID) is None


@pytest.mark.parametrize("seconds", [SECONDS + 1, -1], ids=["too old", "from the future"])
def test_a_pass_of_another_day_misses(kept: Memory, seconds: int) -> None:
    assert replace(kept, now=kept.now + seconds).recall("v1.4.0", OID) is None


@pytest.mark.parametrize(
    "damage",
    [b"", b"{", b"[]", b"null", b'{"key": 1}', b"\xff", b"[" * 100_000, b'{"at": 1%s}' % (b"0" * 400)],
    ids=["empty", "half", "list", "null", "key", "bytes", "deep", "number"],
)
def test_a_damaged_file_means_nothing_is_remembered(kept: Memory, damage: bytes) -> None:
    (file,) = kept.folder.iterdir()
    file.write_bytes(damage)

    assert kept.recall("v1.4.0", OID) is None


def test_a_verdict_that_is_no_pass_is_not_believed(kept: Memory) -> None:
    (file,) = kept.folder.iterdir()
    file.write_text(json.dumps({**json.loads(file.read_text()), "verdict": "refused"}))

    assert kept.recall("v1.4.0", OID) is None


def test_only_whole_files_are_left(kept: Memory) -> None:
    assert [file.suffix for file in kept.folder.iterdir()] == [".json"]


def test_a_folder_that_cannot_be_written_is_no_reason_to_fail(tmp_path: Path) -> None:
    (tmp_path / "tagward").write_text("a file where the folder should be")

    assert not Memory(tmp_path / "tagward" / "passed", 1.0).keep("v1", OID, RECORD)


def test_odd_names_are_remembered_too(kept: Memory) -> None:
    assert kept.keep("v1\udcff", OID, RECORD)
    assert kept.recall("v1\udcff", OID) is not None
