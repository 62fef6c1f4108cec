"""The reader of zips, which wheels are."""

from __future__ import annotations

import stat
import warnings
import zipfile
import zlib
from dataclasses import replace
from typing import IO, TYPE_CHECKING

from tagward.acceptance import content, zipdirectory, zipwalk
from tagward.model.artifact import Member, MemberKind
from tagward.tools._reading import CHUNK, MAX_MEMBERS, MAX_UNPACKED, Reading, Stop, Unreadable, is_tar

if TYPE_CHECKING:
    from collections.abc import Iterator

_MODES = {
    stat.S_IFLNK: MemberKind.SYMLINK,
    stat.S_IFDIR: MemberKind.DIRECTORY,
    stat.S_IFIFO: MemberKind.FIFO,
    stat.S_IFCHR: MemberKind.DEVICE,
    stat.S_IFBLK: MemberKind.DEVICE,
    stat.S_IFSOCK: MemberKind.OTHER,
}


def read_zip(file: IO[bytes], size: int, reading: Reading) -> None:
    """Read a zip: its end, its directory, its framing, and then its members.

    Raises:
        Stop: it cannot be read, or not further.
    """
    try:
        end = zipdirectory.find_end(file)
        if end is None:
            reading.refuse("U-ARCH-NOT-ZIP", "it has no end record of a zip")
            raise Stop("File is not a zip file")
        entries = zipdirectory.read_directory(file, end)
    except zipdirectory.TooMany as failure:
        raise Stop(f"it has {failure}, and no more than {MAX_MEMBERS} are read") from None
    except zipdirectory.Broken as failure:
        reading.refuse(failure.rule, _at(failure), member=failure.name)
        raise Stop(str(failure)) from None
    if is_tar(file):
        reading.refuse("U-ARCH-POLYGLOT", "it begins as a tar and ends as a zip")
    unpacked = sum(entry.size for entry in entries)
    bomb = unpacked > content.RATIO_FREE and unpacked > content.RATIO * size
    if bomb:
        reading.refuse("U-ARCH-RATIO", f"{size} bytes unpack to {unpacked}")
    foreign = next((entry for entry in entries if entry.method not in {0, 8}), None)
    if foreign:
        reading.refuse("U-ARCH-METHOD", f"method {foreign.method}", member=foreign.name)
    _read_framing(file, entries, reading)
    if bomb or unpacked > MAX_UNPACKED:
        raise Stop(f"{size} bytes would unpack to {unpacked}")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of zipfile, on duplicates, which the framing refuses
        try:
            archive = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, NotImplementedError, ValueError, OverflowError) as failure:
            reading.refuse("U-ARCH-BAD-ZIP", str(failure))
            raise Stop(str(failure)) from None
        with archive:
            for info, entry in zip(archive.infolist(), entries, strict=True):
                reading.members.append(_read_member(archive, info, entry, reading))


def _at(failure: zipdirectory.Broken) -> str:
    return f"{failure}, at byte {failure.at}"


def _read_framing(file: IO[bytes], entries: tuple[zipdirectory.Entry, ...], reading: Reading) -> None:
    try:
        here = zipwalk.walk(file, entries)
    except zipdirectory.Broken as failure:
        reading.refuse(failure.rule, _at(failure), member=failure.name, said=failure.said)
        return
    for entry in entries:
        if here.get(entry.raw) != entry.offset:
            detail = f"the central directory says byte {entry.offset}, it stands at byte {here.get(entry.raw)}"
            reading.refuse("O-ZIP-OFFSET", detail, member=entry.name)
        if entry.path not in {"", entry.name}:
            reading.refuse("O-ZIP-UNICODE-PATH", f"an extra field names it {entry.path!r}", member=entry.name)


def _read_member(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, entry: zipdirectory.Entry, reading: Reading
) -> Member:
    mode = info.external_attr >> 16
    kind = _MODES.get(stat.S_IFMT(mode), MemberKind.FILE)
    if info.filename.endswith("/"):
        kind = MemberKind.DIRECTORY
    member = Member(info.filename, kind, entry.size, entry.packed, stat.S_IMODE(mode))
    if entry.method not in {0, 8}:
        return replace(member, fault=f"compressed by method {entry.method}, which PyPI does not take")
    if entry.flags & zipdirectory.ENCRYPTED:
        member = replace(member, fault="it is encrypted")
    elif entry.offset < 0:
        member = replace(member, fault="its header would begin before the file")
    else:
        member = reading.take(member, _chunks(archive, info))
    if member.fault:
        _refuse_broken(member, reading)
    return member


def _chunks(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    count = 0
    try:
        with archive.open(info) as stream:
            while chunk := stream.read(CHUNK):
                count += len(chunk)
                yield chunk
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError, OverflowError) as failure:
        raise Unreadable(str(failure) or type(failure).__name__) from None
    if count != info.file_size:
        raise Unreadable(f"it unpacks to {count} bytes, and {info.file_size} are declared")


def _refuse_broken(member: Member, reading: Reading) -> None:
    if not content.is_read(member.name):
        reading.refuse("O-UNREAD", member.fault, member=member.name)
    elif "CRC" in member.fault and content.is_read_early(member.name):
        reading.refuse("U-ARCH-BAD-ZIP", member.fault, member=member.name)
    else:
        reading.refuse("U-ARCH-CRASH", member.fault, member=member.name)
