"""Archives from archives: bytes flipped, moved, doubled, cut out, and set to what formats care about."""

from __future__ import annotations

import gzip
import random
import struct
import tarfile

from archive_writer import SDIST_NAME, WHEEL_NAME, Part, Zip, changed, member, sdist_members, tar_of, wheel_parts

INTERESTING = (
    b"\0",
    b"\1",
    b"\x7f",
    b"\xff",
    b"\0\0",
    b"\xff\xff",
    b"\x08\0",
    b"\0\x08",
    b"\xff\xff\xff\xff",
    b"\1\0\x10\0",
)
SIGNATURES = (b"PK\3\4", b"PK\1\2", b"PK\5\6", b"PK\6\6", b"PK\6\7", b"PK\7\x08")


def bases() -> list[tuple[str, bytes]]:
    """Small archives that hold every record there is: name, bytes. Tars are not compressed yet."""
    good = wheel_parts()
    small = (Part(b"a.py", b"x = 1\n"), Part(b"b/c.txt", b"text", method=0))
    first = small[0]
    wide = struct.pack("<HHQQ", 1, 16, len(first.data), len(first.stream()))
    path = struct.pack("<HHBL", 0x7075, 9, 1, 0) + b"a.py"
    eight = struct.pack("<HHQ", 1, 8, 4)
    zips = [
        Zip(good),
        Zip(small),
        Zip(small, comment=b"a comment"),
        Zip(small, wide={}),
        Zip(changed(small, "a.py", local_extra=wide, local_sizes=(0xFFFFFFFF, 0xFFFFFFFF))),
        Zip(changed(small, "a.py", extra=path)),
        Zip(changed(small, "b/c.txt", local_extra=eight)),
        Zip(changed(small, "a.py", name="é.py".encode(), flags=0x800)),
        Zip((*small, first)),
        Zip(()),
    ]
    own = sdist_members()
    tars = [
        tar_of(own),
        tar_of([*own, (member("demo-1.0/" + "x" * 150), b"y" * 700)]),
        tar_of([*own, (member("demo-1.0/l", tarfile.SYMTYPE, "a"), b""), (member("demo-1.0/" + "é" * 90), b"")]),
        tar_of([*own, (member("demo-1.0/" + "x" * 150), b"y")], tarfile.GNU_FORMAT),
    ]
    return [
        *((WHEEL_NAME, one.written()) for one in zips),
        *((SDIST_NAME, one[:4096].ljust(10240, b"\0")) for one in tars),
    ]


def mutate(data: bytes, chance: random.Random) -> bytes:
    """One to four changes."""
    changing = bytearray(data)
    for _ in range(chance.choice((1, 1, 1, 2, 4))):
        at = chance.randrange(len(changing) + 1)
        length = chance.choice((1, 2, 4, 8, 46))
        match chance.randrange(9):
            case 0 | 1 | 2:
                if at < len(changing):
                    changing[at] ^= 1 << chance.randrange(8)
            case 3 | 4:
                value = chance.choice(INTERESTING)
                changing[at : at + len(value)] = value
            case 5:
                value = chance.choice(SIGNATURES)
                changing[at : at + 4] = value
            case 6:
                del changing[at : at + length]
            case 7:
                changing[at:at] = changing[at : at + length]
            case _:
                other = chance.randrange(len(changing) + 1)
                changing[at : at + length] = changing[other : other + length]
    return bytes(changing)


def mutant(number: int, seed: int, own: list[tuple[str, bytes]]) -> tuple[str, bytes]:
    """The mutant of this number; the same for the same seed."""
    chance = random.Random(seed * 1_000_003 + number)  # noqa: S311  # it has to be the same again, not secret
    name, data = own[number % len(own)]
    if name != SDIST_NAME:
        return name, mutate(data, chance)
    if chance.randrange(4):
        return name, gzip.compress(mutate(data, chance), 1, mtime=0)
    return name, mutate(gzip.compress(data, 1, mtime=0), chance)
