"""The end record and the central directory of a zip, read as `zipfile` of a current Python reads them.

The layout is that of PKWARE's APPNOTE.TXT 4.3. It is not left to `zipfile` itself, because what that refuses depends on
the Python that runs it, and because how much there is has to be known before anything is read.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass, replace
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

LOCAL, CENTRAL, END, END64, LOCATOR = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07"
MAX_ENTRIES = 100_000
MAX_DIRECTORY = 64 << 20
MAX_VERSION = 63
MAX_COMMENT = (1 << 16) - 1
FULL = 0xFFFF_FFFF
ZIP64, UNICODE_PATH = 0x0001, 0x7075
ENCRYPTED, DESCRIPTOR, UTF8 = 0x1, 0x8, 0x800
EXTRA_HEAD, PATH_HEAD, WIDE = 4, 5, 8
"""Bytes of the head of an extra field, of that of a Unicode Path, and of a ZIP64 number."""
END_RECORD = struct.Struct("<4s4H2LH")
END64_RECORD = struct.Struct("<4sQ2H2L4Q")
LOCATOR_RECORD = struct.Struct("<4sLQL")
CENTRAL_RECORD = struct.Struct("<4s4B4HL2L5H2L")


class Broken(Exception):
    """The zip breaks a rule, at which reading it ends.

    Attributes:
        rule: its id.
        said: what PyPI's sentence quotes.
        at: the byte of the record, from 0.
        name: the member that the record is of; empty where it is of none.
    """

    def __init__(self, rule: str, detail: str, *, at: int = 0, said: str = "", name: str = "") -> None:
        super().__init__(detail)
        self.rule = rule
        self.said = said
        self.at = at
        self.name = name


class TooMany(Exception):
    """The directory is beyond what is read."""


@dataclass(frozen=True, slots=True)
class End:
    """The record at the end, with what its ZIP64 companion says in its place.

    Attributes:
        at: the byte where it stands.
        count: entries of the directory, as declared.
        size: bytes of the directory, as declared.
        offset: where the directory begins, as declared.
        prefix: bytes in front of the archive, which make every offset in it wrong by as many.
    """

    at: int
    count: int
    size: int
    offset: int
    prefix: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the directory.

    Attributes:
        raw: its name in bytes.
        name: its name as `zipfile` decodes it.
        path: another name, from a Unicode Path extra field; empty without one.
        packed: compressed bytes, with ZIP64 resolved.
        size: bytes unpacked, with ZIP64 resolved.
        offset: where its local header begins.
        version: the version needed to extract it, times ten.
    """

    raw: bytes
    name: str
    path: str
    flags: int
    method: int
    packed: int
    size: int
    offset: int
    version: int


def find_end(file: IO[bytes]) -> End | None:
    """Find the end record as `zipfile` does; None where the file is no zip.

    Raises:
        Broken: there is one, and its ZIP64 companion contradicts it.
    """
    length = file.seek(0, 2)
    if length < END_RECORD.size:
        return None
    file.seek(length - END_RECORD.size)
    at, data = length - END_RECORD.size, file.read(END_RECORD.size)
    if not (data.startswith(END) and data.endswith(b"\0\0")):
        start = max(length - MAX_COMMENT - END_RECORD.size, 0)
        file.seek(start)
        tail = file.read(MAX_COMMENT + END_RECORD.size)
        found = tail.rfind(END)
        if found < 0 or len(tail) - found < END_RECORD.size:
            return None
        at, data = start + found, tail[found : found + END_RECORD.size]
    _, disk, first, _, count, size, offset, _ = END_RECORD.unpack(data)
    wide = _find_end64(file, at)
    begins = at
    if wide:
        begins, disk, first, count, size, offset = wide
    prefix = begins - size - offset
    if not (count == size == offset == 0 or (disk == first and _entry_at(file, offset + prefix, size))):
        return None
    return End(at, count, size, offset, prefix)


def _find_end64(file: IO[bytes], at: int) -> tuple[int, int, int, int, int, int] | None:
    """What a ZIP64 end record says, if a locator stands before the end record at byte `at`."""
    if at < LOCATOR_RECORD.size:
        return None
    file.seek(at - LOCATOR_RECORD.size)
    signature, disk, where, disks = LOCATOR_RECORD.unpack(file.read(LOCATOR_RECORD.size))
    if signature != LOCATOR:
        return None
    if disk != 0 or disks > 1:
        raise Broken("U-ARCH-BAD-ZIP", "its ZIP64 locator speaks of several disks", at=at - LOCATOR_RECORD.size)
    record = at - LOCATOR_RECORD.size - END64_RECORD.size
    if where > record:
        raise Broken("U-ARCH-BAD-ZIP", "its ZIP64 locator points behind the record", at=at - LOCATOR_RECORD.size)
    found, more = where, record - where
    file.seek(where)
    data = file.read(END64_RECORD.size)
    if not data.startswith(END64) and where != record:
        found, more = record, 0
        file.seek(record)
        data = file.read(END64_RECORD.size)
    if not data.startswith(END64) or len(data) != END64_RECORD.size:
        raise Broken("U-ARCH-BAD-ZIP", "its ZIP64 locator points at no end record", at=at - LOCATOR_RECORD.size)
    _, length, _, _, disk, first, _, count, size, offset = END64_RECORD.unpack(data)
    if offset + size != where or length + 12 != END64_RECORD.size + more:
        raise Broken("U-ARCH-BAD-ZIP", "its ZIP64 end record and its locator contradict each other", at=found)
    return record, disk, first, count, size, offset


def _entry_at(file: IO[bytes], at: int, size: int) -> bool:
    if at < 0 or size < CENTRAL_RECORD.size:
        return False
    file.seek(at)
    data = file.read(CENTRAL_RECORD.size)
    return len(data) == CENTRAL_RECORD.size and data.startswith(CENTRAL)


def read_directory(file: IO[bytes], end: End) -> tuple[Entry, ...]:
    """Read the central directory.

    Raises:
        Broken: `zipfile` would not open the archive.
        TooMany: it has more entries or bytes than are read; this is known before anything is.
    """
    count = min(end.count, end.size // CENTRAL_RECORD.size)
    if count > MAX_ENTRIES or end.size > MAX_DIRECTORY:
        raise TooMany(f"{end.count} members in a directory of {end.size} bytes")
    start = end.offset + end.prefix
    if start < 0:
        raise Broken("U-ARCH-BAD-ZIP", "its central directory would begin before the file")
    file.seek(start)
    data = file.read(end.size)
    entries: list[Entry] = []
    at = 0
    while at < end.size:
        if len(entries) == MAX_ENTRIES:
            raise TooMany(f"more than {MAX_ENTRIES} members")
        entry, at = _read_entry(data, at, start, end.prefix)
        entries.append(entry)
    return tuple(entries)


def _read_entry(data: bytes, at: int, start: int, prefix: int) -> tuple[Entry, int]:
    place = start + at
    head = data[at : at + CENTRAL_RECORD.size]
    if len(head) != CENTRAL_RECORD.size:
        raise Broken("U-ARCH-BAD-ZIP", "its central directory is cut off", at=place)
    fields = CENTRAL_RECORD.unpack(head)
    if fields[0] != CENTRAL:
        raise Broken("U-ARCH-BAD-ZIP", "an entry of its central directory is none", at=place)
    version, flags, method, packed, size = fields[3], fields[5], fields[6], fields[10], fields[11]
    of_name, of_extra, of_comment, offset = fields[12], fields[13], fields[14], fields[18]
    begin = at + CENTRAL_RECORD.size
    raw = data[begin : begin + of_name]
    extra = data[begin + of_name : begin + of_name + of_extra]
    try:
        name = raw.decode("utf-8" if flags & UTF8 else "cp437")
    except UnicodeDecodeError:
        raise Broken("U-ARCH-CRASH", "a name is marked as UTF-8 and is none", at=place, name=ascii(raw)[2:-1]) from None
    if version > MAX_VERSION:
        raise Broken("U-ARCH-CRASH", f"it wants version {version / 10} of the format", at=place, name=name)
    entry = _resolve(Entry(raw, name, "", flags, method, packed, size, offset, version), extra, place)
    return replace(entry, offset=entry.offset + prefix), begin + of_name + of_extra + of_comment


def _resolve(entry: Entry, extra: bytes, place: int) -> Entry:
    """An entry with sizes, offset and name as its extra fields correct them."""
    for identifier, data in extras(extra):
        if data is None:
            raise Broken("U-ARCH-BAD-ZIP", "an extra field runs over its end", at=place)
        if identifier == ZIP64:
            values = [data[start : start + WIDE] for start in range(0, 3 * WIDE, WIDE)]
            size = _next(values, place) if entry.size == FULL else entry.size
            packed = _next(values, place) if entry.packed == FULL else entry.packed
            offset = _next(values, place) if entry.offset == FULL else entry.offset
            entry = replace(entry, size=size, packed=packed, offset=offset)
        elif identifier == UNICODE_PATH:
            if len(data) < PATH_HEAD:
                raise Broken("U-ARCH-BAD-ZIP", "a Unicode Path extra field is too short", at=place)
            if data[0] == 1 and int.from_bytes(data[1:PATH_HEAD], "little") == zlib.crc32(entry.raw):
                try:
                    entry = replace(entry, path=data[PATH_HEAD:].decode())
                except UnicodeDecodeError:
                    raise Broken("U-ARCH-BAD-ZIP", "a Unicode Path extra field is no UTF-8", at=place) from None
    return entry


def _next(values: list[bytes], place: int) -> int:
    value = values.pop(0)
    if len(value) != WIDE:
        raise Broken("U-ARCH-BAD-ZIP", "a ZIP64 extra field is too short", at=place)
    return int.from_bytes(value, "little")


def extras(extra: bytes) -> Iterator[tuple[int, bytes | None]]:
    """The extra fields as id and content; None for one that runs over the end. One to three odd bytes end it."""
    while len(extra) >= EXTRA_HEAD:
        identifier, length = struct.unpack_from("<HH", extra)
        end = EXTRA_HEAD + length
        yield identifier, extra[EXTRA_HEAD:end] if end <= len(extra) else None
        extra = extra[end:]
