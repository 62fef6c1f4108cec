"""Read an archive once, from one open file: its framing, its members, their digests, and the small texts in it.

Nothing is extracted, and everything is bounded: counts and declared sizes before anything is unpacked, and the bytes
themselves while they come, because declared sizes lie.
"""

from __future__ import annotations

import hashlib
from typing import IO, TYPE_CHECKING

from tagward.acceptance.rules import RULES
from tagward.errors import CannotJudge
from tagward.model.artifact import Artifact
from tagward.tools._reading import Reading, Stop
from tagward.tools._tars import read_tar
from tagward.tools._zips import read_zip

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tagward.model.artifact import Member, Refusal

    Visit = Callable[[Member], Callable[[bytes], None] | None]


def read_artifact(path: Path, visit: Visit | None = None) -> Artifact:
    """Read an archive in one pass.

    Args:
        path: a `.whl`, a `.zip` or a `.tar.gz`; anything else is not opened as an archive.
        visit: called with each file of the archive before it is unpacked; what it returns is called with the content,
            piece by piece, in order. None: nobody wants this one. The same bytes that are hashed are handed over.

    Raises:
        CannotJudge: the disk does not give the file.
    """
    reading = Reading(visit)
    try:
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            size = file.tell()
            fault = _read(path.name, file, size, reading)
    except OSError as failure:
        raise CannotJudge(f"{path.name} cannot be read: {failure.strerror or failure}") from failure
    members, refusals = tuple(reading.members), tuple(_ordered(reading.refusals))
    return Artifact(path.name, size, sha256, members, reading.documents, refusals, fault)


def content_digest_of(artifact: Artifact) -> str:
    """The sha256 of the names and contents of all members, without times, order and compression, as hexadecimal.

    Two builds of one commit by the same tools agree in it, even where the bytes of the archives differ. A member
    without content counts with the target of its link, and in a zip, where a directory has content, with that.

    Raises:
        ValueError: the archive could not be read to its end.
    """
    broken = artifact.fault or next((f"{one.name}: {one.fault}" for one in artifact.members if one.fault), "")
    if broken:
        raise ValueError(broken)
    lines = sorted((member.name, member.sha256 or member.target) for member in artifact.members)
    text = (f"{name}\0{digest}\n".encode("utf-8", "surrogateescape") for name, digest in lines)
    return hashlib.sha256(b"".join(text)).hexdigest()


def _ordered(refusals: list[Refusal]) -> list[Refusal]:
    """In the order in which PyPI looks; the sort is stable, so that members stay in their own."""
    places = {rule: place for place, rule in enumerate(RULES)}
    return sorted(refusals, key=lambda one: places[one.rule])


def _read(name: str, file: IO[bytes], size: int, reading: Reading) -> str:
    try:
        if name.endswith((".whl", ".zip")):
            read_zip(file, size, reading)
        elif name.endswith(".tar.gz"):
            read_tar(file, size, reading)
        else:
            return "its name is none of an sdist or a wheel"
    except Stop as stop:
        return str(stop)
    return ""
