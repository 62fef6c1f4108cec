"""The secrets that are looked for, as data: a text that every file with one holds, a pattern, and the proof."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tagward.secrets import structure

if TYPE_CHECKING:
    from collections.abc import Callable

    from tagward.secrets.structure import Proof

PYPI, KEY, ACCESS, POSSIBLE = "S101", "S102", "S103", "S104"
"""The checks that tell what was found."""

_NOT_PROVED = "it has the form of one, and nothing in it proves that it is real"
AFTER = 16_384
"""The most bytes of one hit: those of a private key."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of secret.

    Attributes:
        code: the check that tells a certain one outside tests and documentation; all others are `POSSIBLE`.
        what: what it is, with its article.
        literals: each hit holds one of them; where none stands in a text, the pattern is not tried.
        pattern: finds it; the group `value`, where there is one, is the secret itself.
        proof: how sure it is, by the secret, and what stands around it.
        hidden: not even its first characters are shown.
        around: so many bytes on either side of it take part in the proof.
        same: what is compared, where one secret has several spellings.
        doubt: what is said of one that is not certain.
    """

    code: str
    what: str
    literals: tuple[bytes, ...]
    pattern: re.Pattern[bytes]
    proof: Callable[[bytes], Proof] = structure.doubtful
    hidden: bool = False
    around: int = 0
    same: Callable[[bytes], bytes] | None = None
    doubt: str = _NOT_PROVED


def _rule(code: str, what: str, literals: bytes, pattern: bytes, **named: object) -> Rule:
    return Rule(code, what, tuple(literals.split()), re.compile(pattern), **named)  # type: ignore[arg-type]  # its fields


_NO_KEY = "the key that belongs to it does not stand beside it"
_NO_SUM = "its checksum does not fit, as that of an old or an invented token"
_LOCKED = "it is encrypted, or not whole"
_PLAIN = rb"[^\s:/@\"'`<>{}()\[\]$%*|\\,;&]"


def _alone(prefix: bytes, rest: bytes, edge: bytes = rb"[A-Za-z0-9_]") -> bytes:
    """A pattern for a word that begins with a prefix of fixed length and is no part of a longer one.

    It begins with the plain text of the prefix, because such patterns are found many times faster.
    """
    return prefix + rb"(?<!" + edge + prefix + rb")" + rest + rb"(?!" + edge + rb")"


RULES = (
    _rule(PYPI, "a PyPI token", b"pypi-AgE", rb"pypi-AgE[A-Za-z0-9_-]{60,}", proof=structure.macaroon,
          doubt="it is not whole"),
    _rule(PYPI, "a PyPI token, as Basic authentication", b"X190b2tlbl9fOnB5cGkt",
          rb"X190b2tlbl9fOnB5cGkt[A-Za-z0-9+/=]{40,}", proof=structure.basic, same=structure.token_of,
          doubt="it is not whole"),
    _rule(KEY, "a private key", b"PRIVATE",
          rb"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----(?:(?!-----BEGIN)[\s\S]){40,16000}?-----END",
          proof=structure.private_key, hidden=True, same=structure.key_text, doubt=_LOCKED),
    _rule(KEY, "a private key of PuTTY", b"PuTTY-User-Key-File-",
          rb"PuTTY-User-Key-File-\d: \S+\s+Encryption: none\s"
          rb"(?:(?!PuTTY-User)[\s\S]){40,8000}?Private-Lines: \d+\s+[A-Za-z0-9+/=]{20,}",
          proof=lambda _: structure.Proof.CERTAIN, hidden=True),
    _rule(KEY, "a key of age", b"AGE-SECRET-KEY-1",
          _alone(rb"AGE-SECRET-KEY-1", rb"[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}"),
          proof=lambda value: structure.Proof.CERTAIN if structure.random(value[16:]) else structure.Proof.NONE,
          hidden=True),
    _rule(ACCESS, "a token of GitHub", b"ghp_ gho_ ghu_ ghs_ ghr_", _alone(rb"gh[pousr]_", rb"[A-Za-z0-9]{36,255}"),
          proof=structure.checksummed, doubt=_NO_SUM),
    _rule(ACCESS, "a token of GitHub", b"github_pat_", _alone(rb"github_pat_", rb"[A-Za-z0-9]{22}_[A-Za-z0-9]{59}"),
          proof=structure.fine_grained),
    _rule(ACCESS, "an access key of AWS", b"AKIA ASIA", _alone(rb"A[KS]IA", rb"[A-Z2-7]{16}", rb"[A-Za-z0-9+/_]"),
          proof=structure.access_key, around=300, doubt=_NO_KEY),
    _rule(POSSIBLE, "a token of GitLab", b"glpat-", _alone(rb"glpat-", rb"[A-Za-z0-9_-]{20,64}")),
    _rule(POSSIBLE, "a key of Google", b"AIza", _alone(rb"AIza", rb"[A-Za-z0-9_-]{35}", rb"[A-Za-z0-9_-]")),
    _rule(POSSIBLE, "an account key of Azure", b"AccountKey=", rb"AccountKey=[A-Za-z0-9+/]{86}==",
          proof=structure.storage_key),
    _rule(POSSIBLE, "a token of Slack", b"xox", _alone(rb"xox[abprs]-", rb"[A-Za-z0-9-]{20,250}")),
    _rule(POSSIBLE, "a live key of Stripe", b"k_live_", _alone(rb"[rs]k_live_", rb"[A-Za-z0-9]{20,250}")),
    _rule(POSSIBLE, "a key of OpenAI", b"T3BlbkFJ",
          _alone(rb"sk-", rb"[A-Za-z0-9_-]{16,120}T3BlbkFJ[A-Za-z0-9_-]{16,120}")),
    _rule(POSSIBLE, "a key of Anthropic", b"sk-ant-", _alone(rb"sk-ant-", rb"[A-Za-z0-9_-]{60,200}")),
    _rule(POSSIBLE, "a token of Hugging Face", b"hf_", _alone(rb"hf_", rb"[A-Za-z0-9]{34}")),
    _rule(POSSIBLE, "a token of npm", b"npm_", _alone(rb"npm_", rb"[A-Za-z0-9]{36}"), proof=structure.checksummed),
    _rule(POSSIBLE, "a token of Docker Hub", b"dckr_pat_", _alone(rb"dckr_pat_", rb"[A-Za-z0-9_-]{27,40}")),
    _rule(POSSIBLE, "a key of SendGrid", b"SG.",
          _alone(rb"SG\.", rb"[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}", rb"[A-Za-z0-9_-]")),
    _rule(POSSIBLE, "a password in an address", b"://",
          rb"://" + _PLAIN + rb"{0,64}:(?P<value>" + _PLAIN + rb"{12,120})@[A-Za-z0-9]", hidden=True),
    _rule(POSSIBLE, "the password of an index", b"pypi] [distutils]",
          rb"(?m)^\[(?:pypi|testpypi|distutils)\][^\[]{0,1000}?^password[ \t]*[:=][ \t]*(?P<value>[^\s]{8,300})\s",
          hidden=True),
    _rule(POSSIBLE, "a password of .netrc", b"machine",
          rb"machine(?<![\w.-]machine)\s+[^\s]{1,100}\s+login\s+[^\s]{1,100}\s+password\s+(?P<value>[^\s]{8,300})",
          hidden=True),
)  # fmt: skip
"""Source of the patterns: the documentation of the services, and the rules of scanners in use."""
