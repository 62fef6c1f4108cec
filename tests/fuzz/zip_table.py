"""A second reading of zips, for comparison: written from the table of PyPI's rules alone, over bytes in memory.

It shares nothing with `tagward.acceptance`, and is made another way: each rule of the table is one line, and the first
that holds is the verdict.
"""

from __future__ import annotations

import binascii

MAX_UINT32 = 4294967295


class Verdict(Exception):
    """A rule that holds."""


def u16(data: bytes, at: int) -> int:
    return data[at] + data[at + 1] * 256


def u32(data: bytes, at: int) -> int:
    return u16(data, at) + u16(data, at + 2) * 65536


def u64(data: bytes, at: int) -> int:
    return u32(data, at) + u32(data, at + 4) * 4294967296


def refuse(condition: object, rule: str) -> None:
    """Stop at the first rule that holds."""
    if condition:
        raise Verdict(rule)


def verdict(data: bytes) -> str:
    """The rule that a file breaks first; empty where it breaks none."""
    try:
        sizes = Z0(data)
        from_the_front(data, sizes)
    except Verdict as found:
        return str(found)
    return ""


def Z0(data: bytes) -> dict[str, tuple[int, int]]:
    """What `zipfile` must be able to open; the sizes by name, of two entries with one name those of the last."""
    refuse(len(data) < 22, "U-ARCH-NOT-ZIP")
    end = len(data) - 22
    if data[end : end + 4] != b"PK\x05\x06" or data[-2:] != b"\0\0":
        window = max(len(data) - 65557, 0)
        end = data[window:].rfind(b"PK\x05\x06") + window
        refuse(data[end : end + 4] != b"PK\x05\x06" or end + 22 > len(data), "U-ARCH-NOT-ZIP")
    disk, first, entries = u16(data, end + 4), u16(data, end + 6), u16(data, end + 10)
    size, offset, behind = u32(data, end + 12), u32(data, end + 16), end
    if end >= 20 and data[end - 20 : end - 16] == b"PK\x06\x07":
        refuse(u32(data, end - 16) != 0 or u32(data, end - 4) > 1, "U-ARCH-BAD-ZIP")
        told, behind = u64(data, end - 12), end - 76
        refuse(told > behind, "U-ARCH-BAD-ZIP")
        record, extensible = told, behind - told
        if data[told : told + 4] != b"PK\x06\x06" and told != behind:
            record, extensible = behind, 0
        refuse(data[record : record + 4] != b"PK\x06\x06", "U-ARCH-BAD-ZIP")
        disk, first, entries = u32(data, record + 16), u32(data, record + 20), u64(data, record + 32)
        size, offset = u64(data, record + 40), u64(data, record + 48)
        refuse(offset + size != told, "U-ARCH-BAD-ZIP")
        refuse(u64(data, record + 4) + 12 != 56 + extensible, "U-ARCH-BAD-ZIP")
    begin = behind - size
    is_empty = entries == 0 and size == 0 and offset == 0
    has_entry = disk == first and size >= 46 and begin >= 0 and data[begin : begin + 4] == b"PK\x01\x02"
    refuse(not is_empty and not (has_entry and begin + 46 <= len(data)), "U-ARCH-NOT-ZIP")
    return directory(data[begin : begin + size], size)


def directory(data: bytes, size: int) -> dict[str, tuple[int, int]]:
    """The entries, one after the other."""
    found: dict[str, tuple[int, int]] = {}
    at = 0
    while at < size:
        refuse(at + 46 > len(data), "U-ARCH-BAD-ZIP")
        refuse(data[at : at + 4] != b"PK\x01\x02", "U-ARCH-BAD-ZIP")
        name = data[at + 46 : at + 46 + u16(data, at + 28)]
        extra = data[at + 46 + u16(data, at + 28) :][: u16(data, at + 30)]
        if u16(data, at + 8) & 0x800:
            try:
                text = name.decode("utf-8")
            except UnicodeDecodeError:
                raise Verdict("U-ARCH-CRASH") from None
        else:
            text = name.decode("cp437")
        refuse(data[at + 6] > 63, "U-ARCH-CRASH")
        found[text] = corrected(u32(data, at + 20), u32(data, at + 24), u32(data, at + 42), extra, name)
        at += 46 + u16(data, at + 28) + u16(data, at + 30) + u16(data, at + 32)
    return found


def corrected(packed: int, size: int, offset: int, extra: bytes, name: bytes) -> tuple[int, int]:
    """Compressed size and size, as ZIP64 fields of the entry correct them."""
    while len(extra) > 3:
        kind, length = u16(extra, 0), u16(extra, 2)
        body, rest = extra[4 : 4 + length], extra[4 + length :]
        refuse(len(body) < length, "U-ARCH-BAD-ZIP")
        if kind == 1:
            values = [packed, size, offset]
            for place in (1, 0, 2):
                if values[place] == MAX_UINT32:
                    refuse(len(body) < 8, "U-ARCH-BAD-ZIP")
                    values[place], body = u64(body, 0), body[8:]
            packed, size, offset = values
        if kind == 0x7075:
            refuse(len(body) < 5, "U-ARCH-BAD-ZIP")
            if body[0] == 1 and u32(body, 1) == binascii.crc32(name):
                refuse(not is_utf8(body[5:]), "U-ARCH-BAD-ZIP")
        extra = rest
    return packed, size


def is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def has_control(data: bytes) -> bool:
    return any(byte < 32 or byte == 127 for byte in data)


class Front:
    """A cursor from byte 0, and what it has met."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0
        self.names: list[bytes] = []
        self.listed: list[bytes] = []
        self.directory_at: int | None = None
        self.directory_size = 0
        self.wide: tuple[int, int, int] | None = None
        self.locator = False

    def take(self, length: int) -> bytes:
        piece = self.data[self.at : self.at + length] if self.at <= len(self.data) else b""
        refuse(len(piece) < length, "U-ZIP-MALFORMED")
        self.at += length
        return piece


def from_the_front(data: bytes, sizes: dict[str, tuple[int, int]]) -> None:
    """The walk: record by record until the end record."""
    front = Front(data)
    signature = front.take(4)
    while signature != b"PK\x05\x06":
        match signature:
            case b"PK\x03\x04":
                local(front, sizes)
            case b"PK\x01\x02":
                central(front)
            case b"PK\x06\x06":
                record = front.take(52)
                refuse(u64(record, 20) != u64(record, 28), "U-ZIP-EOCD64")
                refuse(u64(record, 0) != 44, "U-ZIP-EOCD64")
                front.wide = u64(record, 28), u64(record, 44), u64(record, 36)
            case b"PK\x06\x07":
                front.take(16)
                front.locator = True
            case _:
                raise Verdict("U-ZIP-UNKNOWN")
        signature = front.take(4)
    refuse(front.wide and not front.locator, "U-ZIP-LOCATOR")
    at = front.at - 4
    end = front.take(18)
    refuse(u16(end, 4) != u16(end, 6), "U-ZIP-EOCD-DISKS")
    entries, offset, size = front.wide or (u16(end, 6), u32(end, 12), u32(end, 8))
    refuse(entries != len(front.listed), "U-ZIP-COUNT")
    refuse(offset != (at if front.directory_at is None else front.directory_at), "U-ZIP-OFFSET")
    refuse(size != front.directory_size, "U-ZIP-CD-SIZE")
    refuse(set(front.names) != set(front.listed), "U-ZIP-SETS")
    refuse(front.at + u16(end, 16) != len(data), "U-ZIP-TRAILING")


def local(front: Front, sizes: dict[str, tuple[int, int]]) -> None:
    """One local header."""
    head = front.take(26)
    name, extra = front.take(u16(head, 22)), front.take(u16(head, 24))
    method, packed, size = u16(head, 4), u32(head, 14), u32(head, 18)
    refuse(has_control(name), "U-ZIP-NAME-CHARS")
    met: set[int] = set()
    while extra:
        refuse(len(extra) < 4, "U-ZIP-EXTRA-SHAPE")
        kind, length = u16(extra, 0), u16(extra, 2)
        body = extra[4 : 4 + length]
        refuse(len(body) < length, "U-ZIP-EXTRA-SHAPE")
        refuse(kind in {1, 0x7075} & met, "U-ZIP-EXTRA-TWICE")
        met.add(kind)
        if kind == 1:
            refuse(length not in {0, 8, 16, 24, 28}, "U-ZIP-EXTRA-64")
            refuse(length == 0 and MAX_UINT32 in {packed, size}, "U-ZIP-EXTRA-64")
            refuse(length == 8 and method != 0, "U-ZIP-EXTRA-64")
            if length == 8:
                packed, size = u64(body, 0), u64(body, 0) if size == MAX_UINT32 else size
            if length > 8:
                packed, size = u64(body, 8), u64(body, 0) if size == MAX_UINT32 else size
        if kind == 0x7075:
            refuse(has_control(body[5:]), "U-ZIP-EXTRA-UTF8")
            refuse(not is_utf8(body[5:]), "U-ZIP-EXTRA-UTF8")
        extra = extra[4 + length :]
    refuse(u16(head, 2) & 8, "U-ZIP-DESCRIPTOR")
    refuse(not is_utf8(name), "U-ZIP-NAME-UTF8")
    refuse(name.decode() not in sizes, "U-ZIP-NOT-IN-CD")
    refuse((packed, size) != sizes[name.decode()], "U-ZIP-SIZE")
    front.at += packed
    refuse(name in front.names, "U-ZIP-LFH-TWICE")
    front.names.append(name)


def central(front: Front) -> None:
    """One entry of the directory."""
    if front.directory_at is None:
        front.directory_at = front.at - 4
    head = front.take(42)
    refuse(u16(head, 28), "U-ZIP-COMMENT")
    name = front.take(u16(head, 24))
    front.take(u16(head, 26))
    refuse(has_control(name), "U-ZIP-CD-CHARS")
    front.directory_size += 46 + u16(head, 24) + u16(head, 26)
    refuse(name in front.listed, "U-ZIP-CD-TWICE")
    refuse(name not in front.names, "U-ZIP-NOT-LOCAL")
    front.listed.append(name)
