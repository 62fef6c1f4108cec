"""What the structure of a secret proves: a placeholder has the prefix of a token, and not its inside."""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ENOUGH = 0.35
"""Of the characters of a random text of some twenty to a hundred letters and digits, so many are different."""

_ALPHABET = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_KINDS = (_ALPHABET[:10], _ALPHABET[10:36], _ALPHABET[36:])
_PLACEHOLDER = re.compile(
    rb"example|placeholder|dummy|sample|secret|redacted|changeme|your|insert|replace|fake|xxxx|0000|1234567|abcdef"
    rb"|\.\.\.|\*\*\*|%\(|\$\{|\{\{|<",
    re.IGNORECASE,
)
_AWS_KEY = re.compile(rb"(?<![A-Za-z0-9/+=_-])[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=_-])")
_NO_AWS_KEY = re.compile(rb"[0-9a-f]+|[0-9A-F]+|[A-Za-z/]+|[a-z0-9/]+")
"""Digests in hexadecimal, and paths."""

_LINE_ENDS = re.compile(rb"\\+r\\+n|\\+n|\\+r|[\r\n]+")
_RUN = re.compile(rb"[A-Za-z0-9+/]{4,}={0,2}")
_MACAROON = b"\x02\x01"
_LOCATION, _IDENTIFIER, _VERIFIER, _SIGNATURE = 1, 2, 4, 6
_KINDS_OF_PACKETS = {_LOCATION, _IDENTIFIER, _VERIFIER, _SIGNATURE}
_SIGNATURE_SIZE = 32
_HEAD = 24
"""Characters: `pypi-`, and the location, which all tokens of an index begin with."""

_CHECKSUMMED, _CHECKSUM = 36, 6
_STORAGE_KEY = 64
_SEQUENCE = 0x30
_ENCRYPTED = b"4,ENCRYPTED"
_OPENSSH = b"openssh-key-v1\0"
_LONG_FORM = 0x80
_MIN_KEY = 40
"""Bytes: the shortest private keys, of Ed25519 in PKCS #8, have 48."""

_PGP_SECRET = {5, 7}
"""The tags of secret keys and secret subkeys (RFC 9580, section 5)."""


class Proof(IntEnum):
    """How sure it is that a text is a secret."""

    NONE = 0
    DOUBTFUL = 1
    CERTAIN = 2


def random(value: bytes, *, mixed: bool = True) -> bool:
    """Whether a text looks as if a machine had drawn it: no words of placeholders, and many different characters.

    Args:
        value: the text.
        mixed: small letters, capitals and digits: at least two of them have to occur.
    """
    if _PLACEHOLDER.search(value):
        return False
    letters = set(value)
    kinds = sum(bool(letters & set(one)) for one in _KINDS)
    return kinds > mixed and len(letters) >= min(16.0, ENOUGH * len(value))


def doubtful(value: bytes) -> Proof:
    """A secret of no known structure: never more than doubtful."""
    return Proof.DOUBTFUL if random(value) else Proof.NONE


def macaroon(value: bytes) -> Proof:
    """A PyPI token: `pypi-` and a macaroon in base64 (libmacaroons, "format v2"): packets, and a signature of 32 bytes.

    Its first packet is the location, the host name of the index that made it.
    """
    raw = _url_safe(value.removeprefix(b"pypi-"))
    if not raw.startswith(_MACAROON):
        return Proof.NONE
    found = dict(reversed(list(_packets(raw))))  # the first of each kind: further ones belong to caveats
    location, identifier, signature = (found.get(kind, b"") for kind in (_LOCATION, _IDENTIFIER, _SIGNATURE))
    if b"." not in location:
        return Proof.NONE
    if identifier and len(signature) == _SIGNATURE_SIZE:
        return Proof.CERTAIN
    return doubtful(value[_HEAD:])


def _packets(raw: bytes) -> Iterator[tuple[int, bytes]]:
    """The packets of a macaroon, kind and content: to the signature, which is the last, or while they make sense."""
    place = 1
    while place < len(raw):
        kind, place = raw[place], place + 1
        if kind == 0:  # the end of a section
            continue
        size, place = _varint(raw, place)
        packet = raw[place : place + size]
        place += size
        if kind not in _KINDS_OF_PACKETS or len(packet) < max(size, 1):
            return
        yield kind, packet
        if kind == _SIGNATURE:
            return


def basic(value: bytes) -> Proof:
    """The same in the form of Basic authentication (RFC 7617): user `__token__`, and the token as the password."""
    return macaroon(token_of(value))


def token_of(value: bytes) -> bytes:
    """The token in the Basic form; empty where it holds none."""
    user, _, token = _standard(value).partition(b":")
    return token if user == b"__token__" else b""


def checksummed(value: bytes) -> Proof:
    """A token of GitHub or npm: its last six characters are the CRC-32 of the thirty before, in base 62.

    Source: GitHub, "Behind GitHub's new authentication token formats".
    """
    body = value.rpartition(b"_")[2]
    if len(body) != _CHECKSUMMED:
        return doubtful(body)
    left, digits = zlib.crc32(body[:-_CHECKSUM]), b""
    for _ in range(_CHECKSUM):
        left, digit = divmod(left, 62)
        digits = _ALPHABET[digit : digit + 1] + digits
    if digits == body[-_CHECKSUM:]:
        return Proof.CERTAIN
    return doubtful(body)


def fine_grained(value: bytes) -> Proof:
    """A fine-grained token of GitHub: 22 and 59 random characters, the checksum of which is not public."""
    return Proof.CERTAIN if random(value.removeprefix(b"github_pat_")) else Proof.NONE


def access_key(value: bytes) -> Proof:
    """The name of an access key of AWS, and what stands around it: it is of use only together with its key."""
    name, around = value[:20], value[20:]
    if name.endswith(b"EXAMPLE") or not random(name[4:], mixed=False):
        return Proof.NONE
    keys = [key for key in _AWS_KEY.findall(around) if not _NO_AWS_KEY.fullmatch(key)]
    return Proof.CERTAIN if any(random(key) for key in keys) else Proof.DOUBTFUL


def storage_key(value: bytes) -> Proof:
    """An account key of Azure: 64 bytes in base64."""
    key = value.partition(b"=")[2]
    return doubtful(key) if len(_standard(key)) == _STORAGE_KEY else Proof.NONE


def private_key(value: bytes) -> Proof:
    """A private key in PEM or in the armour of PGP: what stands between the lines is a key, and there to its end.

    The lengths that DER states (X.690) and the magic words of OpenSSH prove it; a key that is encrypted opens nothing
    by itself.
    """
    label, raw = _unarmoured(value)
    if len(raw) < _MIN_KEY:
        return Proof.NONE
    if _ENCRYPTED in value or b"ENCRYPTED" in label:
        return Proof.DOUBTFUL
    if raw.startswith(_OPENSSH):
        cipher = raw[len(_OPENSSH) + 4 : len(_OPENSSH) + 8]
        return Proof.CERTAIN if cipher == b"none" else Proof.DOUBTFUL
    if b"PGP" in label:
        tag = raw[0] & 0x3F if raw[0] & 0x40 else (raw[0] & 0x3C) >> 2
        return Proof.CERTAIN if raw[0] & 0x80 and tag in _PGP_SECRET else Proof.NONE
    return _der(raw)


def key_text(value: bytes) -> bytes:
    """The same key as the same bytes, however its lines are broken, quoted or indented."""
    return _unarmoured(value)[1] or value


def _unarmoured(value: bytes) -> tuple[bytes, bytes]:
    """The label of a PEM block (RFC 7468), and the bytes in it; in source code its lines may be strings."""
    label, _, body = value.partition(b"-----")[2].partition(b"-----")
    body = body.partition(b"-----END")[0]
    # Lines with a colon are headers; an equals sign at the beginning is that of the checksum of an armour.
    lines = [line for line in _LINE_ENDS.split(body) if b":" not in line and not line.startswith(b"=")]
    return label, _standard(b"".join(run for line in lines for run in _RUN.findall(line)))


def _der(raw: bytes) -> Proof:
    """Whether bytes are one SEQUENCE, to its end, that begins with the version of a key (PKCS #1, PKCS #8, SEC 1)."""
    if raw[0] != _SEQUENCE:
        return Proof.NONE
    size, start = raw[1], 2
    if size & _LONG_FORM:
        start += size & 0x7F
        size = int.from_bytes(raw[2:start], "big")
    if raw[start : start + 2] != b"\x02\x01":
        return Proof.NONE
    if len(raw) >= start + size:
        return Proof.CERTAIN
    return Proof.DOUBTFUL if len(raw) > size // 2 else Proof.NONE


def _varint(raw: bytes, place: int) -> tuple[int, int]:
    number = shift = 0
    for one in raw[place : place + 4]:
        place += 1
        number |= (one & 0x7F) << shift
        shift += 7
        if not one & _LONG_FORM:
            break
    return number, place


def _url_safe(text: bytes) -> bytes:
    return _standard(text.replace(b"-", b"+").replace(b"_", b"/"))


def _standard(text: bytes) -> bytes:
    """What base64 says, as far as it goes: what follows a token without a break is no part of it."""
    bare = text.rstrip(b"=")
    bare = bare[: len(bare) - (len(bare) % 4 == 1)]
    try:
        return base64.b64decode(bare + b"=" * (-len(bare) % 4))
    except (binascii.Error, ValueError):
        return b""
