"""Archives that are built to harm whoever unpacks them: what D001 to D003, the caps and the framing are for."""

from __future__ import annotations

import gzip
import io
import stat
import tarfile
import zipfile
from functools import partial
from typing import TYPE_CHECKING

from archive_writer import (
    INFO,
    SDIST_NAME,
    WHEEL_NAME,
    Part,
    Zip,
    member,
    sdist_members,
    tar_of,
    wheel_bytes,
    wheel_parts,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_ESCAPES = (
    "../pwned", "demo/../../pwned", "/pwned", "C:/pwned", "C:\\pwned", "demo\\..\\..\\pwned", "..", "demo/..", "./../pwned",
    "//pwned", "\\\\host\\share\\pwned", "demo/\x01pwned", "demo/\x1b[2Jpwned", "demo/\x7fx", "demo/\x9bx",
)  # fmt: skip
_KINDS = {
    "character device": tarfile.CHRTYPE,
    "block device": tarfile.BLKTYPE,
    "pipe": tarfile.FIFOTYPE,
    "contiguous file": tarfile.CONTTYPE,
    "type unknown to everybody": b"Z",
}
_LINKS = ("../../../etc/passwd", "/etc/passwd", "..", "../demo-1.0-evil", "C:/x", "..\\x", "a/../../../x")


def archives() -> Iterator[tuple[str, str, Callable[[], bytes]]]:
    """What is wrong, the name of the file, and how it is made."""
    for name in _ESCAPES:
        yield f"wheel: {name!r}", WHEEL_NAME, partial(wheel_bytes, files={name: "x"})
        there = name if name[0] in "/C\\" else f"demo-1.0/{name}"
        yield f"sdist: {name!r}", SDIST_NAME, partial(_sdist, (member(there), b"x"))
    for what, kind in _KINDS.items():
        yield f"sdist: {what}", SDIST_NAME, partial(_sdist, (member("demo-1.0/evil", kind), b""))
    for target in _LINKS:
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE):
            evil = member("demo-1.0/evil", kind, target)
            yield f"sdist: link {kind!r} to {target}", SDIST_NAME, partial(_sdist, (evil, b""))
    for mode in (0o4755, 0o2755, 0o6777):
        yield f"sdist: mode {mode:o}", SDIST_NAME, partial(_sdist, (member("demo-1.0/evil", mode=mode), b""))
    for mode in (stat.S_IFLNK, stat.S_IFCHR, stat.S_IFIFO, stat.S_IFSOCK):
        yield f"wheel: Unix kind {mode:o}", WHEEL_NAME, partial(_special, mode)
    yield (
        "sdist: a symlink and a file through it",
        SDIST_NAME,
        lambda: _sdist((member("demo-1.0/a", tarfile.SYMTYPE, "../.."), b""), (member("demo-1.0/a/pwned"), b"x")),
    )
    yield (
        "sdist: file and folder",
        SDIST_NAME,
        lambda: _sdist((member("demo-1.0/a"), b"x"), (member("demo-1.0/a/b"), b"y")),
    )
    yield (
        "sdist: twice, with two contents",
        SDIST_NAME,
        lambda: _sdist((member("demo-1.0/a"), b"x"), (member("demo-1.0/a"), b"y")),
    )
    yield "sdist: no top folder", SDIST_NAME, lambda: _sdist((member("pwned"), b"x"))
    yield "wheel: file and folder", WHEEL_NAME, lambda: wheel_bytes(files={"demo/a": "", "demo/a/b.py": ""})
    yield "wheel: a bomb", WHEEL_NAME, lambda: wheel_bytes(files={"demo/bomb": "0" * 300_000_000})
    yield "wheel: a bomb in a bomb", WHEEL_NAME, lambda: wheel_bytes(files={"demo/bomb.zip": _bomb()})
    yield "sdist: a bomb", SDIST_NAME, lambda: _sdist((member("demo-1.0/bomb"), b"0" * 300_000_000))
    yield (
        "sdist: endless zeros behind its end",
        SDIST_NAME,
        lambda: gzip.compress(tar_of(sdist_members()) + bytes(300_000_000)),
    )
    yield "sdist: a header that is too long", SDIST_NAME, lambda: _sdist((_pax("x" * 6_000_000), b""))
    yield (
        "sdist: 20,000 long headers",
        SDIST_NAME,
        lambda: _sdist(*((_pax("x" * 5000, f"demo-1.0/{number}"), b"") for number in range(2000))),
    )
    yield (
        "sdist: a hundred thousand members",
        SDIST_NAME,
        lambda: _sdist(*((member(f"demo-1.0/{number}"), b"") for number in range(120_000))),
    )
    yield (
        "wheel: a hundred thousand members",
        WHEEL_NAME,
        _crowded,
    )
    yield "wheel: encrypted", WHEEL_NAME, lambda: _flags(1)
    yield "sdist: a negative size", SDIST_NAME, _negative
    yield "sdist: cut short", SDIST_NAME, lambda: _sdist()[:-40]
    yield "sdist: empty", SDIST_NAME, lambda: b""
    yield "wheel: empty", WHEEL_NAME, lambda: b""
    yield "wheel: a tar", WHEEL_NAME, _sdist
    yield "sdist: a zip", SDIST_NAME, wheel_bytes
    yield "wheel: METADATA is a folder", WHEEL_NAME, lambda: wheel_bytes(files={f"{INFO}/METADATA/x": ""})
    yield "wheel: a long name", WHEEL_NAME, lambda: wheel_bytes(files={"demo/" + "x" * 60_000: ""})
    yield "wheel: deep folders", WHEEL_NAME, lambda: wheel_bytes(files={"demo/" + "x/" * 20_000 + "y": ""})


def _sdist(*more: tuple[tarfile.TarInfo, bytes]) -> bytes:
    return gzip.compress(tar_of([*sdist_members(), *more]), 9 if len(more) < 100 else 1)


def _pax(text: str, name: str = "demo-1.0/long") -> tarfile.TarInfo:
    info = member(name)
    info.pax_headers = {"comment": text}
    return info


def _special(kind: int) -> bytes:
    made = io.BytesIO(wheel_bytes())
    with zipfile.ZipFile(made, "a") as archive:
        info = zipfile.ZipInfo("demo/evil")
        info.external_attr = (kind | 0o777) << 16
        archive.writestr(info, "/etc/passwd")
    return made.getvalue()


def _flags(bits: int) -> bytes:
    return Zip((*wheel_parts(), Part(b"demo/secret", b"x", flags=bits))).written()


def _bomb() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a", bytes(100_000_000))
    return made.getvalue()


def _crowded() -> bytes:
    parts = wheel_parts(files={f"demo/{number}": "" for number in range(120_000)})
    return Zip(parts, wide={}, end={"count": 0xFFFF}).written()  # as many as only a zip64 can count


def _negative() -> bytes:
    data = bytearray(tar_of([*sdist_members(), (member("demo-1.0/evil"), b"")]))
    start = data.index(b"demo-1.0/evil\0")
    data[start + 124 : start + 136] = b"\xff" * 12
    data[start + 148 : start + 156] = b" " * 8
    total = sum(data[start : start + 512])
    data[start + 148 : start + 156] = f"{total:06o}\0 ".encode()
    return gzip.compress(bytes(data))
