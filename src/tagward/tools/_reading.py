"""What the readers of zips and of tars share: where everything goes that one pass over an archive brings up."""

from __future__ import annotations

import hashlib
import re
import tarfile
import zlib
from dataclasses import dataclass, field, replace
from typing import IO, TYPE_CHECKING

from tagward.acceptance import content
from tagward.acceptance.rules import refusal
from tagward.model.artifact import Member, MemberKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tagward.model.artifact import Refusal

    Sink = Callable[[bytes], None]
    Visit = Callable[[Member], Sink | None]

CHUNK = 1 << 18
MAX_MEMBERS = 100_000
MAX_UNPACKED = 16 << 30
MAX_DOCUMENT = 16 << 20
MAX_DOCUMENTS = 32 << 20
MAX_TOLD = 10
_DOCUMENT = re.compile(r"[^/]+\.dist-info/[^/]+|[^/]+/(?:PKG-INFO|pyproject\.toml)")


class Stop(Exception):
    """Reading ends here; the text says why."""


class Unreadable(Exception):
    """The content of a member is broken; the text says how."""


@dataclass(slots=True)
class Reading:
    """What was read so far.

    Attributes:
        visit: asked about each file before it is unpacked.
        kept: bytes of all documents.
    """

    visit: Visit | None
    members: list[Member] = field(default_factory=list)
    documents: dict[str, bytes] = field(default_factory=dict)
    refusals: list[Refusal] = field(default_factory=list)
    kept: int = 0

    def refuse(self, rule: str, detail: str = "", *, member: str = "", said: str = "") -> None:
        """The archive breaks a rule; of many members that do, the first are told."""
        if sum(one.rule == rule for one in self.refusals) < MAX_TOLD:
            self.refusals.append(refusal(rule, detail=detail, member=member, said=said))

    def take(self, member: Member, chunks: Iterable[bytes]) -> Member:
        """Feed the content of a member to everyone who wants it.

        Returns:
            The member with what was counted; with its fault, where its content is broken.
        """
        document = bool(_DOCUMENT.fullmatch(member.name))
        scanned = content.is_scanned(member)
        wanted = member.size <= MAX_DOCUMENT and (document or scanned or member.kind is MemberKind.SYMLINK)
        sink = self.visit(member) if self.visit and member.kind is MemberKind.FILE else None
        sha256, count, parts = hashlib.sha256(), 0, []
        try:
            for chunk in chunks:
                sha256.update(chunk)
                count += len(chunk)
                if sink:
                    sink(chunk)
                if wanted:
                    parts.append(chunk)
        except Unreadable as failure:
            return replace(member, fault=str(failure))
        whole = b"".join(parts)
        if wanted and document and self.kept + count <= MAX_DOCUMENTS:
            self.kept += count
            self.documents[member.name] = whole
        if scanned:
            self.refusals += content.scan(member.name, whole)
        target = whole.decode("utf-8", "replace") if member.kind is MemberKind.SYMLINK else member.target
        return replace(member, size=count, target=target, sha256=sha256.hexdigest())


def is_tar(file: IO[bytes]) -> bool:
    """Whether Python's `tarfile` opens it, under any compression."""
    file.seek(0)
    try:
        return tarfile.is_tarfile(file)
    except (OSError, EOFError, zlib.error, ValueError, RecursionError, MemoryError, OverflowError):
        return False  # what breaks while it is opened is no second meaning of the file
