"""Links of a description that lead nowhere on a page of the index."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_LINE = 4000
_FENCE = re.compile(r" {0,3}(?P<mark>`{3,}|~{3,})")
_CODE = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)")
_TARGET = r"<?(?P<target>[^\s()<>\"']+)>?"
_MARKDOWN = (
    re.compile(rf"\]\(\s*{_TARGET}(?:\s+[\"'(][^)]*)?\)"),
    re.compile(rf"^ {{0,3}}\[(?!\^)[^\]]+\]:\s*{_TARGET}"),
)
_HTML = re.compile(r"<(?:a|img|source)\b[^>]*?\b(?:href|src)\s*=\s*[\"'](?P<target>[^\"'>]+)[\"']", re.IGNORECASE)
_RST = (
    re.compile(r"^\s*\.\.\s+(?:\|[^|]+\|\s+)?(?:image|figure)::\s+(?P<target>\S+)"),
    re.compile(r"^\s*:target:\s+(?P<target>\S+)\s*$"),
    re.compile(r"`[^`<]*<(?P<target>[^<>`\s]+)>`__?"),
    re.compile(r"^\s*\.\.\s+_[^:]+:\s+(?P<target>\S+)\s*$"),
)
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//|#|\?|[{$%]|\[")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)


def relative_links(text: str, content_type: str) -> Iterator[tuple[int, str]]:
    """The line, from 1, and the target of every link or image of a description that is relative.

    Args:
        text: the description.
        content_type: its `Description-Content-Type`; reStructuredText where it is empty (core metadata).
    """
    kind = content_type.partition(";")[0].strip().lower() or "text/x-rst"
    if kind == "text/plain":
        return
    markdown = kind == "text/markdown"
    if markdown:
        text = _COMMENT.sub(lambda match: "\n" * match[0].count("\n"), text)
    fence = ""
    for number, line in enumerate(text.splitlines(), 1):
        if len(line) > MAX_LINE:
            continue
        opened = _FENCE.match(line) if markdown else None
        if opened and (not fence or opened["mark"].startswith(fence)):
            fence = "" if fence else opened["mark"]
            continue
        if not fence:
            yield from ((number, target) for target in _in_line(line, markdown=markdown))


def _in_line(line: str, *, markdown: bool) -> Iterator[str]:
    if markdown:
        line = _CODE.sub("", line)
    for pattern in (*_MARKDOWN, _HTML) if markdown else _RST:
        for match in pattern.finditer(line):
            target = match["target"]
            # reStructuredText: the name of another target, or a mail address, which it makes a `mailto:` of
            named = not markdown and (target.endswith("_") or ("@" in target and "/" not in target))
            if target and not _ABSOLUTE.match(target) and not named:
                yield target
