"""A release against the one before it: files, metadata, dependencies; and what stands out of all that."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from markupsafe import Markup

from tagward.report.html.fill import fill, fold, joined, lines, section
from tagward.report.words import plural, size

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tagward.model.change import Change, Difference, Release
    from tagward.model.record import TagRecord

MAX_LISTED = 300
MAX_OUT = 4
"""So many dependencies stand at the top; all of them are in their table."""


TELLING = ("License", "License-Expression", "Requires-Python")
"""Fields of which a change stands at the top."""


class Fact(NamedTuple):
    """Something that stands out: `good`, `bad`, `warn` or `plain`, and a sentence."""

    kind: str
    text: Markup


def facts(tag: TagRecord) -> Iterator[Fact]:
    """What a reader should see first, besides the verdict."""
    change, before = tag.change, tag.before
    if change:
        yield from _changed(change)
    elif before and before.first:
        yield Fact("plain", fill("the <b>first release</b> of the project"))
    elif before:
        yield Fact("warn", fill("compared with <b>nothing</b>: {}", _unknown(before)))
    for file in tag.files:
        then = before.sizes.get(file.kind.value) if before else None
        yield Fact("plain", fill("{} <b>{}</b>{}", file.kind, size(file.size), _growth(file.size, then)))


def _changed(change: Change) -> Iterator[Fact]:
    for names, what in ((change.new, "new"), (change.gone, "gone")):
        if names:
            yield Fact("warn", fill("<b>{} {}</b> since {}", plural(len(names), "file"), what, change.since))
    if change.changed and not (change.new or change.gone):
        yield Fact("plain", fill("<b>{} changed</b>, none new", plural(len(change.changed), "file")))
    for names, what in ((change.modules, "new to import"), (change.scripts, "new script")):
        if names:
            yield Fact("warn", fill("{}: <b>{}</b>", what, ", ".join(names[:MAX_OUT])))
    yield from (Fact("warn", fill("{}: {}", one.name, _arrow(one))) for one in change.metadata if one.name in TELLING)
    yield from (Fact("warn", _dependency(one)) for one in change.dependencies[:MAX_OUT])
    if len(change.dependencies) > MAX_OUT:
        yield Fact("warn", fill("and {} other dependencies", len(change.dependencies) - MAX_OUT))


def _unknown(before: Release) -> str:
    return before.reason or "there is no wheel to compare"


def _growth(now: int, then: int | None) -> Markup:
    if not then:
        return Markup("")
    more = now - then
    sign = "+" if more >= 0 else "−"
    return fill(", {}{}", sign, size(abs(more))) if more else Markup(", as before")


def _dependency(one: Difference) -> Markup:
    if not one.old:
        return fill("dependency <b>+ {}</b>{}", one.name, "" if one.new == "any" else f" {one.new}")
    if not one.new:
        return fill("dependency <b>− {}</b>", one.name)
    return fill("dependency {}: {}", one.name, _arrow(one))


def _arrow(one: Difference) -> Markup:
    return fill("<del>{}</del> → <b>{}</b>", one.old or "none", one.new or "none")


def against(tag: TagRecord) -> Markup:
    """The whole comparison; where there is none, why."""
    change, before = tag.change, tag.before
    if change is None:
        if before is None or before.first:
            return Markup("")
        return section("Against the release before", fill("<p>Compared with nothing: {}.</p>", _unknown(before)))
    parts = [
        _files(change),
        _table("Metadata", ("field", "was", "is"), change.metadata),
        _table("Dependencies", ("requires", "was", "is"), change.dependencies),
    ]
    note = f"on {before.index}, {before.wheel}" if before else ""
    same = Markup("<p>Nothing differs.</p>") if not any(parts) else Markup("")
    return section(f"Against {change.since}", joined([*parts, same]), note=note)


def _files(change: Change) -> Markup:
    lists = (("new", change.new), ("gone", change.gone), ("changed", change.changed))
    return joined(
        [
            fold(fill('<span class="{0}">{1} {0}</span>', what, plural(len(names), "file")), listed(names))
            for what, names in lists
            if names
        ]
    )


def listed(paths: Sequence[str]) -> Markup:
    """Paths by their folder, capped."""
    shown = sorted(paths, key=_folder_first)[:MAX_LISTED]
    parts = [
        fill("<h4>{}</h4><pre>{}</pre>", folder or "top", lines([path.rpartition("/")[2] for path in group]))
        for folder, group in groupby(shown, key=lambda path: path.rpartition("/")[0])
    ]
    if len(paths) > MAX_LISTED:
        parts.append(fill("<p>and {} more.</p>", f"{len(paths) - MAX_LISTED:,}"))
    return joined(parts)


def _folder_first(path: str) -> tuple[str, str]:
    folder, _, name = path.rpartition("/")
    return folder, name


def _table(title: str, heads: tuple[str, str, str], rows: Sequence[Difference]) -> Markup:
    if not rows:
        return Markup("")
    head = joined([fill('<th scope="col">{}</th>', one) for one in heads])
    body = [
        fill('<tr><th scope="row">{}</th><td>{}</td><td>{}</td></tr>', one.name, _value(one.old), _value(one.new))
        for one in rows[:MAX_LISTED]
    ]
    more = fill("<p>and {} more.</p>", len(rows) - MAX_LISTED) if len(rows) > MAX_LISTED else Markup("")
    table = fill('<table class="diff"><thead><tr>{}</tr></thead><tbody>{}</tbody></table>{}', head, joined(body), more)
    return fill("<h3>{}</h3>{}", title, table)


def _value(text: str) -> Markup:
    values = text.splitlines()[:MAX_LISTED]
    return (
        joined([fill("<div>{}</div>", value) for value in values]) if values else Markup('<span class="dim">–</span>')
    )
