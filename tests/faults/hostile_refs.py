"""Names of tags that somebody could push, and what a push of each must come to."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from packaging.version import InvalidVersion, Version

if TYPE_CHECKING:
    from collections.abc import Iterator

RUN = ("touch${IFS}pwned", "touch${IFS}../pwned", "touch\tpwned", "touch pwned")
_SHELL = (";{0}", "$({0})", "`{0}`", "|{0}", "&{0}", "&&{0}", ">pwned", "<pwned", "';{0};'", '";{0};"', "\n{0}", "!{0}")
_SHELL_MORE = (
    "$IFS",
    "$HOME",
    "${HOME}",
    "%0a{0}",
    "#{0}",
    "{a,b}",
    "'",
    '"',
    "(",
    ")",
    "{",
    "}",
    "$",
    "%",
    "=",
    ",",
    "~",
)
_TEMPLATE = ("${{github.token}}", "${{secrets.X}}", "{{7*7}}", "{version}", "%(version)s", "{0.__class__}", "<%=1%>")
_MARKUP = ("<script>alert(1)</script>", "<img/src=x>", "](javascript:x)", "**b**", "::error::x", "##[error]x", "&lt;")
_UNSEEN = (
    "\u202e",
    "\u202d",
    "\u2066",
    "\u200b",
    "\u200d",
    "\ufeff",
    "\u00a0",
    "\u2028",
    "\u2029",
    "\u0085",
    "\u00ad",
    "\u3000",
)
_LOOKALIKE = ("\uff11", "\u0661", "\u0967", "é", "e\u0301", "ǆ", "ß", "İ", "\U0001f600", "\u0430", "\u2460", "\u00b2")
_BYTES = (b"\xff", b"\xed\xa0\x80", b"\xc3", b"\xfe\xff", b"\xc0\xaf", b"\xf5\x80\x80\x80")
_CONTROL = (*map(chr, (1, 7, 8, 9, 13, 27, 127)), "\x1b[2J", "\x1b]0;x\x07", "\x9b31m")
_OPTIONS = ("-x", "--output=x", "--upload-pack=x", "--exec=x", "-o", "--", "-", "-n1", "--help", "--no-verify")
_PLACES = (
    "HEAD",
    "heads/main",
    "refs/heads/x",
    "refs/tags/v9",
    "a/b/c",
    "main",
    "FETCH_HEAD",
    "stash",
    "@",
    "@1",
    "remotes/origin/main",
)
_REFUSED = (
    "", ".", "..", ".a", "a.", "a..b", "a.lock", "a/.b", "a/b.lock/c", "a//b", "/a", "a/", "a@{b", "a b", "a~b", "a^b",
    "a:b", "a?b", "a*b", "a[b", "a\\b", "a.lock/b", "./a", "../a", "../../x", "a/../../x", "@{", "\0a", "a\0b", "a\nb",
)  # fmt: skip
_SPELLINGS = (
    "v01.0.0", "v1.00.0", "v1.0.0-rc1", "v1.0.0.RC1", "V1.0.0", "v1.0.0.0", "v1.0", "v1", "1.0.0", "v1.0.0+local", "v1!1.0.0",
    "v1.0.0-1", "v1.0.0.post", "v1.0.0_rc_1", "vv1.0.0", "v1.0.0-final", "release-1.0.0", "v1.0.0-2026-07-22", "22",
    "v1.0.0c1", "v1.0.0pre", "v1..0", "v1.0.0.dev", "v" + "1." * 60 + "1", "v" + "9" * 200, "v1.0.0/rc", "v1.0.0/../v2.0.0",
)  # fmt: skip
_LONG = ("a" * 200, "v1.0.0" + "a" * 200, "a/" * 60 + "a", "a" * 241, "é" * 110, "v1.0.0-" + "x" * 230, "a" * 300)


def names() -> tuple[bytes, ...]:
    """All of them, once each."""
    return tuple(dict.fromkeys(_names()))


def _names() -> Iterator[bytes]:
    suffixes = [form.format(run) for form, run in product(_SHELL, RUN)]
    suffixes += [form.format(RUN[0]) if "{0}" in form else form for form in _SHELL_MORE]
    suffixes += [*_TEMPLATE, *_MARKUP, *_UNSEEN, *_LOOKALIKE, *_CONTROL]
    for suffix in suffixes:
        yield f"v1.0.0{suffix}".encode()
        yield f"x{suffix}".encode()
    for text in (*_UNSEEN, *_LOOKALIKE):
        yield f"{text}v1.0.0".encode()
        yield f"v1{text}.0.0".encode()
    for data in _BYTES:
        yield b"v1.0.0" + data
        yield data + b"v1.0.0"
        yield b"v1" + data + b".0.0"
    for text in (*_OPTIONS, *_PLACES, *_REFUSED, *_SPELLINGS, *_LONG):
        yield text.encode()


def reads_as_a_release(name: bytes) -> bool:
    """Whether a reader could take it for a release of ours: what `packaging` parses behind v and a digit."""
    if name[:1] != b"v" or not name[1:2].isdigit():
        return False
    try:
        Version(name.decode()[1:])
    except (InvalidVersion, UnicodeDecodeError, ValueError):
        return False
    return True
