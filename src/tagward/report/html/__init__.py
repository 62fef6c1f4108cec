"""The run as one page: HTML without scripts, that fetches nothing, in light and dark and on paper."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup

from tagward import __version__
from tagward.report import json
from tagward.report.html.fill import fill, joined, section
from tagward.report.html.problems import problem
from tagward.report.html.rehearsal import panel
from tagward.report.html.release import VERDICTS, release
from tagward.report.words import plural

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagward.model.record import Record, Swept, TagRecord
    from tagward.model.rehearsal import Rehearsal

MAX_TAGS = 20
MAX_FILES = 1000
"""So many files of a distribution stand in the record that the page carries."""
POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<style>
{style}</style>
</head>
<body>
{body}
<footer><p>{foot}</p></footer>
{record}
</body>
</html>
"""


def render(record: Record | None, rehearsal: Rehearsal | None = None) -> str:
    """The page, as text to be written in UTF-8.

    Args:
        record: the run; None where there was none, as in a rehearsal that came to no gate.
        rehearsal: the rehearsal that the run was part of.
    """
    tags = record.tags[:MAX_TAGS] if record else ()
    when = time.strftime("%d %b %Y, %H:%M UTC", time.gmtime(record.started)) if record and record.started else ""
    parts = [
        _rehearsed(rehearsal) if rehearsal else Markup(""),
        _overview(tags) if len(tags) > 1 else Markup(""),
        joined([release(tag, number, when) for number, tag in enumerate(tags, 1)]),
        _besides(record) if record else Markup(""),
    ]
    return _PAGE.format(
        policy=POLICY,
        title=fill("{}", _title(tags, rehearsal)),
        style=Path(__file__).with_name("style.css").read_text(encoding="utf-8"),
        body=joined(parts),
        foot=fill("tagward {}; this page runs nothing and fetches nothing", __version__),
        record=_carried(record) if record else "",
    )


def beside(page: str, rehearsal: Rehearsal) -> str:
    """The page of a gate, with the rehearsal that it was part of in front."""
    head, body, rest = page.partition("<body>\n")
    before, start, after = head.partition("<title>")
    title = fill("{}", _title((), rehearsal))
    return f"{before}{start}{title}</title>{after.partition('</title>')[2]}{body}{_rehearsed(rehearsal)}\n{rest}"


def _title(tags: tuple[TagRecord, ...], rehearsal: Rehearsal | None) -> str:
    if rehearsal:
        return f"Rehearsal of {rehearsal.project} {rehearsal.version}"
    names = ", ".join(f"{tag.project or tag.name} {tag.version} {VERDICTS[tag.outcome][2]}" for tag in tags)
    return names or "No release tag"


def _rehearsed(rehearsal: Rehearsal) -> Markup:
    mark, kind, word = ("✓", "good", "It works") if rehearsal.passed else ("✗", "bad", "It does not work")
    return fill(
        '<div class="page"><header class="{0}"><div><h1 dir="auto">Rehearsal of {1} <span>{2}</span></h1>'
        '<p class="verdict {0}"><span class="mark" aria-hidden="true">{3}</span>{4}</p></div>'
        '<ul class="where"><li>tag {5}, pretended</li>{6}<li>nothing left this machine</li></ul></header>{7}</div>',
        kind,
        rehearsal.project,
        rehearsal.version,
        mark,
        word,
        rehearsal.tag,
        fill("<li>commit {}</li>", rehearsal.commit[:7]) if rehearsal.commit else "",
        panel(rehearsal),
    )


def _overview(tags: tuple[TagRecord, ...]) -> Markup:
    entries = []
    for number, tag in enumerate(tags, 1):
        mark, kind, word = VERDICTS[tag.outcome]
        entries.append(
            fill(
                '<li class="{}"><span class="mark" aria-hidden="true">{}</span><a href="#tag-{}">{}</a> {}</li>',
                kind,
                mark,
                number,
                tag.name,
                word,
            )
        )
    return fill('<nav aria-label="Tags"><ul>{}</ul></nav>', joined(entries))


def _besides(record: Record) -> Markup:
    """Tags that are no releases, and what concerns the run as a whole."""
    left = [f"{len(record.tags) - MAX_TAGS} more tags are left out here"] if len(record.tags) > MAX_TAGS else []
    others = [f'{name} is not a release tag (tag = "{form}"): not checked' for name, form in record.others]
    told = [fill("<li>{}</li>", one) for one in (*record.notices, *_swept(record.swept), *left, *others)]
    listed = fill("<ul>{}</ul>", joined(told)) if told else Markup("")
    found = [fill("<h3>{}</h3>{}", name, problem(one)) for name, one in record.strangers[:MAX_TAGS]]
    body = section("Besides", joined([listed, *found]))
    if not body and not record.tags:
        body = section("Nothing to judge", Markup("<p>There was no release tag.</p>"))
    return fill('<div class="page">{}</div>', body) if body else body


def _swept(swept: Swept) -> Iterator[str]:
    """What was said of tags that were not built."""
    for one in swept.settled:
        yield f"{plural(len(one.tags), 'release tag')} of {one.project}, out on {one.index} already: not built"
    for name, codes in swept.refused[:MAX_TAGS]:
        yield f"{name} is refused ({codes})"
    if len(swept.refused) > MAX_TAGS:
        yield f"{len(swept.refused) - MAX_TAGS} more tags are refused"
    if swept.left:
        names = ", ".join(swept.left[:MAX_TAGS])
        more = f" and {len(swept.left) - MAX_TAGS} more" if len(swept.left) > MAX_TAGS else ""
        yield f"not checked, as no more than {swept.limit} are built: {names}{more}"


def _carried(record: Record) -> str:
    """The record for programs: JSON that no HTML can end (HTML, "Restrictions for contents of script elements")."""
    text = json.render(record, {"tool": {"name": "tagward", "version": __version__}}, MAX_FILES)
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return f'<script type="application/json" id="record">{text}</script>'
