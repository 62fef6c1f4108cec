"""The walk over a zip, where no whole file can come: what `zipfile` would not open, and what is hidden best."""

from __future__ import annotations

import contextlib
import io
import struct

import pytest
from archive_writer import END, END64, LOCATOR, Part, Zip, wheel_parts
from hypothesis import given
from hypothesis import strategies as st

from tagward.acceptance.zipdirectory import FULL, Broken, Entry, TooMany, find_end, read_directory
from tagward.acceptance.zipwalk import walk

SMALL = (Part(b"a.py", b"x = 1\n"), Part(b"b.txt", b"text", method=0))


def read(data: bytes) -> tuple[Entry, ...]:
    file = io.BytesIO(data)
    end = find_end(file)
    assert end
    return read_directory(file, end)


def test_a_zip_reads_the_same_from_the_front_and_from_its_directory() -> None:
    data = Zip(SMALL, wide={}).written()

    entries = read(data)

    assert walk(io.BytesIO(data), entries) == {entry.raw: entry.offset for entry in entries}
    assert [(entry.name, entry.size) for entry in entries] == [("a.py", 6), ("b.txt", 4)]


def test_the_size_of_the_directory_is_compared() -> None:
    entries = read(Zip(SMALL).written())

    with pytest.raises(Broken) as broken:
        walk(io.BytesIO(Zip(SMALL, end={"size": 7}).written()), entries)
    assert broken.value.rule == "U-ZIP-CD-SIZE"


def test_the_names_of_both_are_compared() -> None:
    entries = read(Zip(SMALL).written())
    front_only = Zip((SMALL[0], Part(b"b.txt", b"text", method=0, listed=False))).written()

    with pytest.raises(Broken) as broken:
        walk(io.BytesIO(front_only), entries)
    assert broken.value.rule == "U-ZIP-SETS"


def test_a_break_says_where_it_is() -> None:
    data = Zip(SMALL, before_directory=b"gap!").written()

    with pytest.raises(Broken) as broken:
        walk(io.BytesIO(data), read(data))
    assert broken.value.at == data.index(b"gap!")


@pytest.mark.parametrize(
    ("told", "words"), [(120_000, "120000 members in a directory of 6240000 bytes"), (7, "more than 100000 members")]
)
def test_a_directory_of_too_many_is_not_read(told: int, words: str) -> None:
    whole = Zip(SMALL).written()
    start = whole.index(b"PK\1\2")
    entry = whole[start : start + 50] + b"xx"
    entry = entry[:30] + struct.pack("<H", 2) + entry[32:]
    many = whole[:start] + entry * 120_000
    size, at = len(entry) * 120_000, len(many)
    record = END64.pack(b"PK\6\6", 44, 45, 45, 0, 0, told, told, size, start)
    end = LOCATOR.pack(b"PK\6\7", 0, at, 1) + END.pack(b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, FULL, FULL, 0)

    with pytest.raises(TooMany, match=words):
        read(many + record + end)


@given(st.binary(max_size=300))
def test_any_bytes_have_an_answer(data: bytes) -> None:
    for content in (data, data + Zip(SMALL).written(), Zip(SMALL).written() + data):
        file = io.BytesIO(content)
        with contextlib.suppress(Broken):
            end = find_end(file)
            if end:
                walk(file, read_directory(file, end))


@given(
    st.lists(
        st.tuples(st.text("abcdé/.", min_size=1, max_size=9), st.binary(max_size=50)), unique_by=lambda one: one[0]
    )
)
def test_every_zip_of_good_parts_is_taken(members: list[tuple[str, bytes]]) -> None:
    parts = tuple(
        Part(name.encode(), data, method=8 if len(data) % 2 else 0, flags=0 if name.isascii() else 0x800)
        for name, data in members
    )
    data = Zip(parts).written()

    assert set(walk(io.BytesIO(data), read(data))) == {part.name for part in parts}


def test_the_good_wheel_of_these_tests_is_good() -> None:
    data = Zip(wheel_parts()).written()

    assert walk(io.BytesIO(data), read(data))
