"""Text from outside in markdown, where it must mean nothing."""

from __future__ import annotations

import html
import re

from tagward.report.words import printable

_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+!|~@:-])")


def escaped(text: str) -> str:
    """Text from outside, in which markdown and HTML mean nothing."""
    return _SPECIAL.sub(r"\\\1", html.escape(printable(text, 2000), quote=False))


def as_code(text: str) -> str:
    """Text from outside as code; HTML, because a run of backticks cannot end that."""
    return f"<code>{html.escape(printable(text, 2000)).replace('|', '&#124;')}</code>"
