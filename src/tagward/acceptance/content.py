"""What PyPI reads inside of an archive, and what it does not want to find there."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from tagward.acceptance.rules import refusal
from tagward.model.artifact import MemberKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagward.model.artifact import Member, Refusal

RATIO = 50
RATIO_FREE = 64 << 20
"""A zip that unpacks to more than `RATIO` times its size is refused where that is more than these bytes."""
MAX_SCANNED = 5 << 20
_READ = frozenset({"WHEEL", "METADATA", "RECORD", "entry_points.txt"})
_ARMOR = b"__py" + b"armor_"
"""In two pieces, as in the tests: PyPI looks through our own source too."""
_PYARMOR = (
    _ARMOR + b"_(__name__, __file__,",
    _ARMOR + b"enter__",
    _ARMOR + b"exit__",
    _ARMOR + b"assert__",
    _ARMOR + b"bcc__",
)
_PYE = b" PYE" + b" FILE---"
_SOURCEDEFENDER = (b"---BEGIN" + _PYE, b"---END" + _PYE)


def _is_source(name: str) -> bool:
    return PurePosixPath(name).suffix.lower() in {".py", ".pye"}


def is_scanned(member: Member) -> bool:
    """Whether PyPI looks for encrypted source in a member."""
    return member.kind is MemberKind.FILE and member.size <= MAX_SCANNED and _is_source(member.name)


def is_read_early(name: str) -> bool:
    """Whether PyPI reads a member where it still answers "Invalid distribution file" to a wrong checksum."""
    return _is_source(name) or name.endswith(".dist-info/WHEEL")


def is_read(name: str) -> bool:
    """Whether PyPI reads a member of a wheel at all; what it does not read may be broken without its noticing."""
    folder, _, file = name.partition(".dist-info/")
    inside = "/" not in folder and (file in _READ or file.startswith("licenses/"))
    return inside or _is_source(name)


def scan(name: str, data: bytes) -> Iterator[Refusal]:
    """Look for source that was encrypted."""
    found = next((mark for mark in _PYARMOR if mark in data), None)
    if found:
        yield refusal("U-ARCH-OBFUSCATED", value="PyArmor", detail=f"it holds {found.decode()}", member=name)
    if all(mark in data for mark in _SOURCEDEFENDER):
        yield refusal("U-ARCH-OBFUSCATED", value="SourceDefender", detail="it holds a PYE file", member=name)
