"""The message of a release tag: for people, and with the digests of what was judged in trailers that tools read.

The form is that of git-interpret-trailers(1): a last paragraph of `Key: value`, continued on lines that begin with a
space; `git tag -l --format='%(contents:trailers)'` shows it too, where no signature follows (git 2.39). There is one
`Judged-File` for each file (its name, its size in bytes, the sha256 of its bytes, and that of the names and contents of
the files inside), and one `Judged-With` with the versions of the programs that took part. They say what was judged
where the tag was made, and are no permission: whoever reads them judges again.
"""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING

from tagward.model.receipt import Receipt, Sealed

if TYPE_CHECKING:
    from collections.abc import Iterator

WIDTH = 72
MAX_FILES = 1000
MAX_LENGTH = 1 << 20
_TRAILER = re.compile(r"^(Judged-File|Judged-With): ?(.*(?:\n[ \t].*)*)", re.MULTILINE)
_FILE = re.compile(
    r"(?P<file>[\w.+!-]+), (?P<size>\d{1,15}) bytes"
    r"\s+sha256:(?P<sha256>[0-9a-f]{64})(?:\s+inside:(?P<content>[0-9a-f]{64}))?",
    re.ASCII,
)
_TOOL = re.compile(r"[\w.-]+ [\w.+!-]+", re.ASCII)


def tag_message(receipt: Receipt, name: str) -> str:
    """The message of the tag that releases what was judged.

    Args:
        receipt: of the commit, before the tag was made.
        name: of the project, as it spells itself.
    """
    asked = sum(status in {"passed", "warned"} for status in receipt.checks.values())
    judged = f"Judged by tagward before this tag was made: {asked} checks, {receipt.judged}."
    tools = ", ".join(tool for tool in map(" ".join, sorted(receipt.tools.items())) if _TOOL.fullmatch(tool))
    trailers = [line for sealed in receipt.files for line in _file(sealed)]
    trailers += textwrap.wrap(f"Judged-With: {tools}", WIDTH, subsequent_indent=" ", break_on_hyphens=False)
    return "\n".join((f"{name} {receipt.version}", "", *textwrap.wrap(judged, WIDTH), "", *trailers, ""))


def _file(sealed: Sealed) -> Iterator[str]:
    yield f"Judged-File: {sealed.file}, {sealed.size} bytes"
    yield f" sha256:{sealed.sha256}"
    if sealed.content:
        yield f" inside:{sealed.content}"


def stated(message: str, here: Receipt) -> Receipt | None:
    """What the message of a tag says was judged, to be compared; None where it says nothing of it.

    Args:
        message: of the tag object, which anybody may have written.
        here: the receipt to compare with; what the message does not say is taken from it.
    """
    trailers = _TRAILER.findall(message[:MAX_LENGTH])
    files = [match for key, value in trailers if key == "Judged-File" and (match := _FILE.fullmatch(value.strip()))]
    if not files or len(files) > MAX_FILES:
        return None
    tools = [tool for key, value in trailers if key == "Judged-With" for tool in re.split(r",\s+", value.strip())]
    return Receipt(
        tag=here.tag,
        oid=here.oid,
        commit=here.commit,
        project=here.project,
        version=here.version,
        files=tuple(Sealed(one["file"], int(one["size"]), one["sha256"], one["content"] or "") for one in files),
        checks={},
        ignored={},
        tools=dict(tool.split(" ", 1) for tool in map(" ".join, map(str.split, tools)) if _TOOL.fullmatch(tool)),
    )
