"""The framing of a zip, byte by byte: whether it reads the same from the front and from its directory.

The layout is that of PKWARE's APPNOTE.TXT 4.3; the rules are PyPI's, against files that two readers take for
two different things.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from tagward.acceptance.zipdirectory import (
    CENTRAL,
    CENTRAL_RECORD,
    DESCRIPTOR,
    END,
    END64,
    END64_RECORD,
    END_RECORD,
    EXTRA_HEAD,
    FULL,
    LOCAL,
    LOCATOR,
    LOCATOR_RECORD,
    PATH_HEAD,
    UNICODE_PATH,
    WIDE,
    ZIP64,
    Broken,
    extras,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tagward.acceptance.zipdirectory import Entry

_FORBIDDEN = bytes([*range(0x20), 0x7F])


@dataclass(slots=True)
class _Walk:
    """What was seen on the way."""

    file: IO[bytes]
    sizes: dict[str, tuple[int, int]]
    at: int = 0
    began: int | None = None
    count: int = 0
    size: int = 0
    wide: tuple[int, int, int] | None = None
    located: bool = False

    def read(self, length: int, name: str = "") -> bytes:
        data = self.file.read(length)
        if len(data) != length:
            raise Broken("U-ZIP-MALFORMED", "the file ends in the middle of a record", at=self.at, name=name)
        return data


def walk(file: IO[bytes], entries: Sequence[Entry]) -> dict[bytes, int]:
    """Read a zip from the front, record by record, and compare it with its directory.

    Returns:
        Where the local header of each name begins.

    Raises:
        Broken: it reads otherwise from the front, or holds what PyPI does not want in a zip.
    """
    state = _Walk(file, {entry.name: (entry.packed, entry.size) for entry in entries})
    here: dict[bytes, int] = {}
    listed: set[bytes] = set()
    file.seek(0)
    while True:
        state.at = file.tell()
        signature = state.read(4)
        if signature == LOCAL:
            _local(state, here)
        elif signature == CENTRAL:
            _central(state, here, listed)
        elif signature == END:
            _end(state)
            break
        elif signature == END64:
            _end64(state)
        elif signature == LOCATOR:
            state.read(LOCATOR_RECORD.size - 4)
            state.located = True
        else:
            raise Broken("U-ZIP-UNKNOWN", f"{signature.hex(' ')} begins no record that a wheel may have", at=state.at)
    if listed != here.keys():
        raise Broken("U-ZIP-SETS", "the directory does not list every member", at=state.at)
    ended, length = file.tell(), file.seek(0, 2)
    if ended != length:
        raise Broken("U-ZIP-TRAILING", f"{abs(length - ended)} bytes off the end of the archive", at=ended)
    return here


def _shown(raw: bytes) -> str:
    return raw.decode("utf-8", "backslashreplace")


def _local(state: _Walk, here: dict[bytes, int]) -> None:
    flags, method, packed, size, of_name, of_extra = struct.unpack("<2xHH8xLLHH", state.read(26))
    raw = state.read(of_name)
    name = _shown(raw)
    extra = state.read(of_extra, name)
    if raw.translate(None, _FORBIDDEN) != raw:
        raise Broken("U-ZIP-NAME-CHARS", "a control character in the name of a member", at=state.at, name=name)
    local = _Local(state.at, name, method, packed, size)
    _correct(local, extra)
    if flags & DESCRIPTOR:
        raise Broken("U-ZIP-DESCRIPTOR", "the sizes of a member stand behind its content", at=state.at, name=name)
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        raise Broken("U-ZIP-NAME-UTF8", "the name of a member is no UTF-8", at=state.at, name=name) from None
    if text not in state.sizes:
        raise Broken("U-ZIP-NOT-IN-CD", "the central directory does not name it", at=state.at, name=name)
    for said, found, listed in zip(("data", "file"), (local.packed, local.size), state.sizes[text], strict=True):
        if found != listed:
            detail = f"{found} bytes in the local header, {listed} in the central directory"
            raise Broken("U-ZIP-SIZE", detail, at=state.at, said=f"Mis-matched {said} size", name=name)
    state.file.seek(local.packed, 1)
    if raw in here:
        raise Broken("U-ZIP-LFH-TWICE", "two members have this name", at=state.at, name=name)
    here[raw] = state.at


@dataclass(slots=True)
class _Local:
    """A local header, its sizes corrected by what its extra fields say."""

    at: int
    name: str
    method: int
    packed: int
    size: int


def _correct(local: _Local, extra: bytes) -> None:
    seen: set[int] = set()
    rest = len(extra)
    for identifier, data in extras(extra):
        if data is None:
            break
        rest -= EXTRA_HEAD + len(data)
        if identifier in seen and identifier in {ZIP64, UNICODE_PATH}:
            raise Broken("U-ZIP-EXTRA-TWICE", f"two extra fields 0x{identifier:04x}", at=local.at, name=local.name)
        seen.add(identifier)
        if identifier == ZIP64:
            _widen(local, data)
        elif identifier == UNICODE_PATH:
            _check_path(local, data[PATH_HEAD:])
    if rest:
        raise Broken("U-ZIP-EXTRA-SHAPE", "an extra field runs over its end", at=local.at, name=local.name)


def _widen(local: _Local, data: bytes) -> None:
    """ZIP64: the size where the header has none, and always the compressed size, if the field is long enough."""
    length = len(data)
    lacking = length == 0 and FULL in {local.packed, local.size}
    if length not in {0, WIDE, 2 * WIDE, 3 * WIDE, 3 * WIDE + 4} or lacking or (length == WIDE and local.method):
        raise Broken("U-ZIP-EXTRA-64", f"a ZIP64 extra field of {length} bytes", at=local.at, name=local.name)
    if length:
        first, second = int.from_bytes(data[:WIDE], "little"), int.from_bytes(data[WIDE : 2 * WIDE], "little")
        local.packed = first if length == WIDE else second
        local.size = first if local.size == FULL else local.size


def _check_path(local: _Local, data: bytes) -> None:
    if data.translate(None, _FORBIDDEN) != data:
        detail = "a control character in a Unicode Path extra field"
        raise Broken("U-ZIP-EXTRA-UTF8", detail, at=local.at, said="Invalid character in filename", name=local.name)
    try:
        data.decode()
    except UnicodeDecodeError:
        detail = "a Unicode Path extra field is no UTF-8"
        raise Broken(
            "U-ZIP-EXTRA-UTF8", detail, at=local.at, said="Filename not valid UTF-8", name=local.name
        ) from None


def _central(state: _Walk, here: dict[bytes, int], listed: set[bytes]) -> None:
    if state.began is None:
        state.began = state.at
    state.count += 1
    of_name, of_extra, of_comment = struct.unpack("<24x3H12x", state.read(42))
    if of_comment:
        raise Broken("U-ZIP-COMMENT", f"a comment of {of_comment} bytes in the central directory", at=state.at)
    raw = state.read(of_name)
    name = _shown(raw)
    state.read(of_extra, name)
    if raw.translate(None, _FORBIDDEN) != raw:
        raise Broken("U-ZIP-CD-CHARS", "a control character in a name in the central directory", at=state.at, name=name)
    state.size += CENTRAL_RECORD.size + of_name + of_extra
    if raw in listed:
        raise Broken("U-ZIP-CD-TWICE", "the central directory names it twice", at=state.at, name=name)
    if raw not in here:
        raise Broken("U-ZIP-NOT-LOCAL", "no member of this name stands before it", at=state.at, name=name)
    listed.add(raw)


def _end64(state: _Walk) -> None:
    length, on_disk, count, size, offset = struct.unpack("<Q12x4Q", state.read(END64_RECORD.size - 4))
    if on_disk != count:
        raise Broken("U-ZIP-EOCD64", "the ZIP64 end record speaks of disks", at=state.at, said="Malformed zip file")
    if length != END64_RECORD.size - 12:
        said = "ZIP64 extensible data not allowed"
        raise Broken("U-ZIP-EOCD64", "the ZIP64 end record holds more than its fields", at=state.at, said=said)
    state.wide = count, size, offset


def _end(state: _Walk) -> None:
    if state.wide and not state.located:
        raise Broken("U-ZIP-LOCATOR", "a ZIP64 end record without a locator", at=state.at)
    on_disk, count, size, offset, comment = struct.unpack("<4x2H2LH", state.read(END_RECORD.size - 4))
    if on_disk != count:
        raise Broken("U-ZIP-EOCD-DISKS", "the end record speaks of several disks", at=state.at)
    state.file.seek(comment, 1)
    if state.wide:
        count, size, offset = state.wide
    began = state.at if state.began is None else state.began
    if count != state.count:
        detail = f"{count} members in the end record, {state.count} in the central directory"
        raise Broken("U-ZIP-COUNT", detail, at=state.at)
    if offset != began:
        detail = f"the central directory begins at byte {began}, the end record says {offset}"
        raise Broken("U-ZIP-OFFSET", detail, at=state.at)
    if size != state.size:
        detail = f"the central directory has {state.size} bytes, the end record says {size}"
        raise Broken("U-ZIP-CD-SIZE", detail, at=state.at)
