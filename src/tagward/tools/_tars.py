"""The reader of tars under gzip, which sdists are."""

from __future__ import annotations

import gzip
import stat
import tarfile
from dataclasses import replace
from typing import IO, TYPE_CHECKING, cast

from tagward.acceptance import content
from tagward.model.artifact import Member, MemberKind
from tagward.tools._reading import CHUNK, MAX_MEMBERS, MAX_UNPACKED, Reading, Stop, Unreadable, is_tar

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_RATIO = 100
"""PyPI has no such rule for tars. Real sdists unpack to five times their size, a bomb to a thousand times."""
HEADERS = (4 << 20, 4 << 10)
"""Bytes for headers that a tar may have, and as many for each of its members."""
_KINDS = {
    tarfile.DIRTYPE: MemberKind.DIRECTORY,
    tarfile.SYMTYPE: MemberKind.SYMLINK,
    tarfile.LNKTYPE: MemberKind.HARDLINK,
    tarfile.FIFOTYPE: MemberKind.FIFO,
    tarfile.CHRTYPE: MemberKind.DEVICE,
    tarfile.BLKTYPE: MemberKind.DEVICE,
}
"""Everything else is a file, as `tarfile` takes it (POSIX: unknown types are to be treated as regular files)."""


class _Metered:
    """A stream that stops where more comes out of it than its headers announced."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self.taken = 0
        self.allowed = HEADERS[0]
        self.last = b""

    def read(self, size: int) -> bytes:
        """Read, and count."""
        data = self._stream.read(size)
        self.taken += len(data)
        self.last = data or self.last
        if self.taken > self.allowed:
            raise Stop(f"its headers alone take more than {HEADERS[0]} bytes")
        return data


def read_tar(file: IO[bytes], size: int, reading: Reading) -> None:
    """Read a tar from its first header to the end of its stream.

    Raises:
        Stop: it cannot be read, or not further.
    """
    file.seek(0)
    packed = file.read(2) == b"\x1f\x8b"
    file.seek(0)
    if not packed:
        known = is_tar(file)
        rule = "U-TAR-STREAM" if known else "U-TAR-NOT-TAR"
        reading.refuse(rule, "it is a tar, but not compressed with gzip" if known else "")
        raise Stop("it is not compressed with gzip")
    with gzip.GzipFile(fileobj=file) as stream:
        metered = _Metered(cast("IO[bytes]", stream))
        archive = _opened(metered, reading)
        unpacked = 0
        while member := _next(archive, reading):
            archive.members.clear()  # type: ignore[attr-defined]  # tarfile keeps all, and a hundred thousand are many
            unpacked += max(archive.offset - member.offset, member.size)
            if len(reading.members) == MAX_MEMBERS:
                raise Stop(f"it has more than {MAX_MEMBERS} members")
            if member.size < 0 or archive.offset < member.offset:
                reading.refuse("U-TAR-STREAM", f"{member.size} bytes", member=member.name)
                raise Stop(f"{member.name} has a negative size")
            if unpacked > MAX_UNPACKED or unpacked > max(content.RATIO_FREE, MAX_RATIO * size):
                raise Stop(f"{size} bytes would unpack to more than {unpacked}")
            metered.allowed = HEADERS[0] + HEADERS[1] * (len(reading.members) + 1) + unpacked
            reading.members.append(_read_member(archive, member, reading))
        _read_rest(metered, archive.offset, reading)


def _failing(failure: Exception) -> str:
    """What went wrong in a stream; an error of the disk is none of the archive, and is raised again."""
    if isinstance(failure, OSError) and failure.errno is not None:
        raise failure
    return str(failure) or type(failure).__name__


def _opened(metered: _Metered, reading: Reading) -> tarfile.TarFile:
    try:
        stream = cast("IO[bytes]", metered)  # tarfile only reads from it
        return tarfile.open(fileobj=stream, mode="r|", bufsize=CHUNK)
    except Stop:
        raise
    except Exception as failure:  # noqa: BLE001  # whatever tarfile makes of hostile bytes is a fault of the archive
        said = _failing(failure)
        rule = "U-TAR-NOT-TAR" if isinstance(failure, tarfile.TarError) else "U-TAR-STREAM"
        reading.refuse(rule, said)
        raise Stop(said) from None


def _next(archive: tarfile.TarFile, reading: Reading) -> tarfile.TarInfo | None:
    try:
        return archive.next()
    except Stop:
        raise
    except Exception as failure:  # noqa: BLE001  # as above
        said = _failing(failure)
        reading.refuse("U-TAR-STREAM", said)
        raise Stop(said) from None


def _read_member(archive: tarfile.TarFile, info: tarfile.TarInfo, reading: Reading) -> Member:
    kind = _KINDS.get(info.type, MemberKind.FILE)
    mode = stat.S_IMODE(info.mode)
    member = Member(info.name, kind, info.size, info.size, mode, info.linkname, sparse=info.issparse())
    if member.sparse:
        reading.refuse("U-TAR-SPARSE", "a file with holes", member=info.name)
    if kind is not MemberKind.FILE:
        return replace(member, size=0, packed=0)
    member = reading.take(member, _chunks(archive, info))
    if member.fault:
        reading.refuse("U-TAR-STREAM", member.fault, member=member.name)
        raise Stop(f"{member.name}: {member.fault}")
    return member


def _chunks(archive: tarfile.TarFile, info: tarfile.TarInfo) -> Iterator[bytes]:
    left = info.size
    try:
        stream = archive.extractfile(info)
        while stream and (chunk := stream.read(min(CHUNK, left))):
            left -= len(chunk)
            yield chunk
    except Stop:
        raise
    except Exception as failure:  # noqa: BLE001  # as above
        raise Unreadable(_failing(failure)) from None
    if left:
        raise Unreadable(f"{left} of {info.size} bytes are missing")


def _read_rest(metered: _Metered, end: int, reading: Reading) -> None:
    """Read to the end of the stream, whose checksum stands there; nothing but zeros may stand behind byte `end`."""
    begun = metered.last[max(0, len(metered.last) - (metered.taken - end)) :]
    metered.allowed = metered.taken + content.RATIO_FREE
    try:
        while chunk := begun or metered.read(CHUNK):
            begun = b""
            if chunk.strip(b"\0"):
                reading.refuse("O-TAR-END", "there are bytes behind what tarfile takes for the end")
                return
    except Stop:
        reading.refuse("O-TAR-END", f"more than {content.RATIO_FREE} zeros stand behind its end")
    except Exception as failure:  # noqa: BLE001  # as above
        reading.refuse("U-TAR-STREAM", _failing(failure))
