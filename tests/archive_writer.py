"""Writes wheels and sdists in which every byte can be wrong."""

from __future__ import annotations

import gzip
import io
import struct
import tarfile
import zlib
from dataclasses import dataclass, field, replace

WHEEL_NAME = "demo-1.0-py3-none-any.whl"
SDIST_NAME = "demo-1.0.tar.gz"
INFO = "demo-1.0.dist-info"
METADATA = "Metadata-Version: 2.4\nName: demo\nVersion: 1.0\n"
WHEEL = "Wheel-Version: 1.0\nGenerator: hand\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
LOCAL = struct.Struct("<4s5H3L2H")
CENTRAL = struct.Struct("<4s6H3L5H2L")
END = struct.Struct("<4s4H2LH")
END64 = struct.Struct("<4sQ2H2L4Q")
LOCATOR = struct.Struct("<4sLQL")


@dataclass(frozen=True)
class Part:
    """A member of a zip; what is None is as it should be."""

    name: bytes
    data: bytes = b""
    method: int = 8
    flags: int = 0
    version: int = 20
    attributes: int = 0o644 << 16
    extra: bytes = b""
    comment: bytes = b""
    packed: bytes | None = None
    checksum: int | None = None
    local_name: bytes | None = None
    local_extra: bytes | None = None
    local_flags: int | None = None
    local_sizes: tuple[int, int] | None = None
    sizes: tuple[int, int] | None = None
    offset: int | None = None
    in_front: bool = True
    listed: bool = True

    def stream(self) -> bytes:
        """The content as it is stored."""
        if self.packed is not None:
            return self.packed
        if self.method != 8:
            return self.data
        packer = zlib.compressobj(9, zlib.DEFLATED, -15)
        return packer.compress(self.data) + packer.flush()

    def both(self) -> tuple[int, int]:
        return self.sizes or (len(self.stream()), len(self.data))

    def local(self) -> bytes:
        """The local header with the content."""
        name = self.name if self.local_name is None else self.local_name
        extra = self.extra if self.local_extra is None else self.local_extra
        flags = self.flags if self.local_flags is None else self.local_flags
        checksum = zlib.crc32(self.data) if self.checksum is None else self.checksum
        sizes = self.local_sizes or self.both()
        head = LOCAL.pack(b"PK\3\4", self.version, flags, self.method, 0, 0x21, checksum, *sizes, len(name), len(extra))
        return head + name + extra + self.stream()

    def central(self, offset: int) -> bytes:
        """The entry of the directory."""
        checksum = zlib.crc32(self.data) if self.checksum is None else self.checksum
        lengths = len(self.name), len(self.extra), len(self.comment)
        head = CENTRAL.pack(
            b"PK\1\2",
            3 << 8 | 20,
            self.version,
            self.flags,
            self.method,
            0,
            0x21,
            checksum,
            *self.both(),
            *lengths,
            0,
            0,
            self.attributes,
            offset if self.offset is None else self.offset,
        )
        return head + self.name + self.extra + self.comment


@dataclass(frozen=True)
class Zip:
    """A zip; what is None is as it should be."""

    parts: tuple[Part, ...]
    prefix: bytes = b""
    before_directory: bytes = b""
    after_directory: bytes = b""
    trailing: bytes = b""
    comment: bytes = b""
    end: dict[str, int] = field(default_factory=dict)
    wide: dict[str, int] | None = None
    locator: bool = True

    def written(self) -> bytes:
        """The whole file."""
        out = bytearray(self.prefix)
        places = []
        for part in self.parts:
            places.append(len(out))
            out += part.local() if part.in_front else b""
        out += self.before_directory
        start = len(out)
        listed = [(part, place) for part, place in zip(self.parts, places, strict=True) if part.listed]
        for part, place in listed:
            out += part.central(place)
        values = {"count": len(listed), "size": len(out) - start, "offset": start}
        out += self.after_directory
        if self.wide is not None:
            out += self._wide(values, len(out))
        told = {"disks": self.end.get("count", values["count"]), **values, **self.end}
        out += END.pack(b"PK\5\6", 0, 0, told["disks"], told["count"], told["size"], told["offset"], len(self.comment))
        return bytes(out) + self.comment + self.trailing

    def _wide(self, values: dict[str, int], at: int) -> bytes:
        told = {"length": 44, "disks": values["count"], **values, "at": at, **(self.wide or {})}
        record = END64.pack(
            b"PK\6\6", told["length"], 45, 45, 0, 0, told["disks"], told["count"], told["size"], told["offset"]
        )
        return record + (LOCATOR.pack(b"PK\6\7", 0, told["at"], 1) if self.locator else b"")


def end64(**more: int) -> bytes:
    """A ZIP64 end record that stands where none should."""
    told = {"length": 44, "disks": 0, "count": 0, "size": 0, "offset": 0, **more}
    return END64.pack(
        b"PK\6\6", told["length"], 45, 45, 0, 0, told["disks"], told["count"], told["size"], told["offset"]
    )


def record_of(names: list[str]) -> str:
    """A RECORD without digests, which PyPI does not look at."""
    return "".join(f"{name},,\n" for name in [*names, f"{INFO}/RECORD"])


def wheel_parts(
    metadata: str | bytes = METADATA, files: dict[str, str | bytes] | None = None, info: str = INFO
) -> tuple[Part, ...]:
    """The members of a good wheel. `files` adds, replaces, and takes out what is empty text under `.dist-info`."""
    own: dict[str, str | bytes] = {
        "demo/__init__.py": '"""A demo."""\n',
        f"{info}/METADATA": metadata,
        f"{info}/WHEEL": WHEEL,
        **(files or {}),
    }
    own = {name: data for name, data in own.items() if data is not GONE}
    if f"{info}/RECORD" not in (files or {}):
        own[f"{info}/RECORD"] = "".join(f"{name},,\n" for name in [*own, f"{info}/RECORD"] if not name.endswith("/"))
    elif own.get(f"{info}/RECORD") is GONE:
        del own[f"{info}/RECORD"]
    return tuple(Part(name.encode(), data.encode() if isinstance(data, str) else data) for name, data in own.items())


GONE = "(gone)"
"""In place of a content: the file is not there."""


def changed(parts: tuple[Part, ...], which: str, /, **more: object) -> tuple[Part, ...]:
    """The same members, one of them changed."""
    return tuple(
        replace(part, **more) if part.name == which.encode() else part  # type: ignore[arg-type]  # a table of cases
        for part in parts
    )


def tar_of(members: list[tuple[tarfile.TarInfo, bytes]], form: int = tarfile.PAX_FORMAT) -> bytes:
    """A tar, not compressed."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as archive:
        for info, data in members:
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def member(name: str, kind: bytes = tarfile.REGTYPE, target: str = "", mode: int = 0o644) -> tarfile.TarInfo:
    """The header of a member of a tar."""
    info = tarfile.TarInfo(name)
    info.type, info.linkname, info.mode = kind, target, mode
    return info


def sdist_members(
    metadata: str = METADATA, files: dict[str, str] | None = None, top: str = "demo-1.0"
) -> list[tuple[tarfile.TarInfo, bytes]]:
    """The members of a good sdist."""
    own = {f"{top}/PKG-INFO": metadata, f"{top}/demo/__init__.py": "", **(files or {})}
    return [(member(name), text.encode()) for name, text in own.items() if text != GONE]


def sdist_bytes(metadata: str = METADATA, files: dict[str, str] | None = None, top: str = "demo-1.0") -> bytes:
    """An sdist."""
    return gzip.compress(tar_of(sdist_members(metadata, files, top)), mtime=0)


def wheel_bytes(metadata: str | bytes = METADATA, files: dict[str, str | bytes] | None = None) -> bytes:
    """A wheel."""
    return Zip(wheel_parts(metadata, files)).written()
