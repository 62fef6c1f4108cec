"""Searches the bytes of one file for secrets, piece by piece, however large it is."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tagward.model.secrets import Hit
from tagward.secrets.rules import AFTER, POSSIBLE, RULES
from tagward.secrets.structure import Proof

if TYPE_CHECKING:
    import re

    from tagward.secrets.rules import Rule

WINDOW = 1 << 20
BEFORE = 4096
SHOWN = 12
MAX_HITS = 50
"""In one file: a list of a thousand tokens is told by its first ones."""

_UTF16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(slots=True)
class Scanner:
    """One file.

    Attributes:
        known: what was found in small files before, by the digest of their content; what ships was in the tree before.
        hits: what was found so far, in the order of the file, each value once.
    """

    known: dict[bytes, tuple[Hit, ...]] = field(default_factory=dict)
    hits: list[Hit] = field(default_factory=list)
    _large: bool = False
    _buffer: bytes = b""
    _begun: bool = False
    _wide: bool = False
    _ready: int = 0
    _lines: int = 0
    _seen: set[str] = field(default_factory=set)

    def feed(self, chunk: bytes) -> None:
        """Take the next piece."""
        if not self._begun:
            self._begun, self._wide = True, chunk.startswith(_UTF16)
        # What is ASCII in UTF-16 has a zero beside each character; all that is looked for is ASCII.
        self._buffer += chunk.replace(b"\0", b"") if self._wide else chunk
        if len(self._buffer) >= WINDOW:
            self._large = True
            self._search(len(self._buffer) - AFTER)

    def finish(self) -> tuple[Hit, ...]:
        """All that was found, once the last piece is there."""
        content = hashlib.sha256(self._buffer).digest()
        if self._large or content not in self.known:
            self._search(len(self._buffer))
            if self._large:
                return tuple(self.hits)
            self.known[content] = tuple(self.hits)
        return self.known[content]

    def _search(self, limit: int) -> None:
        """Take the hits that begin before a limit; what follows it may go on in the next piece."""
        for rule in RULES:
            if any(literal in self._buffer for literal in rule.literals):
                for match in rule.pattern.finditer(self._buffer):
                    if self._ready <= match.start() < limit:
                        self._take(rule, match)
        kept = max(0, limit - BEFORE)
        self._lines += self._buffer.count(b"\n", 0, kept)
        self._buffer, self._ready = self._buffer[kept:], limit - kept

    def _take(self, rule: Rule, match: re.Match[bytes]) -> None:
        group = "value" if "value" in rule.pattern.groupindex else 0
        value, start = match[group], match.start(group)
        around = b""
        if rule.around:
            around = self._buffer[max(0, start - rule.around) : match.end(group) + rule.around]
        proof = rule.proof(value + around)
        same = rule.same(value) if rule.same else value
        digest = hashlib.sha256(same).hexdigest()
        if proof is Proof.NONE or digest in self._seen or len(self.hits) >= MAX_HITS:
            return
        self._seen.add(digest)
        certain = proof is Proof.CERTAIN
        self.hits.append(
            Hit(
                rule.code if certain else POSSIBLE,
                rule.what,
                digest,
                "" if rule.hidden else value[: min(SHOWN, len(value) // 3)].decode("ascii", "replace"),
                self._lines + self._buffer.count(b"\n", 0, start) + 1,
                certain=certain and rule.code != POSSIBLE,
                note="" if certain else rule.doubt,
            )
        )


def scan(content: bytes) -> tuple[Hit, ...]:
    """The secrets in the content of a file."""
    scanner = Scanner()
    for start in range(0, len(content), WINDOW):
        scanner.feed(content[start : start + WINDOW])
    return scanner.finish()
