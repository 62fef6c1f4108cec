"""One tag: its verdict, what stands out, and everything that is known of it below."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from tagward.model.distributions import Kind
from tagward.model.findings import Outcome, Status
from tagward.report.files import packed_files
from tagward.report.html.change import Fact, against, facts, listed
from tagward.report.html.fill import fill, fold, joined, lines, section
from tagward.report.html.problems import problems
from tagward.report.html.stages import MARKS, waterfall
from tagward.report.html.treemap import contents
from tagward.report.record import change_notes
from tagward.report.words import ago, plural, size

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagward.model.distributions import Distribution
    from tagward.model.record import TagRecord

MAX_LOG = 300
"""Lines of a log that are shown, the last ones."""
MAX_LOG_TEXT = 60_000
VERDICTS = {
    Outcome.PASSED: ("✓", "good", "ready"),
    Outcome.REFUSED: ("✗", "bad", "refused"),
    Outcome.NOT_CHECKED: ("!", "warn", "not checked"),
}


def release(tag: TagRecord, number: int, when: str) -> Markup:
    """All of one tag.

    Args:
        tag: the tag.
        number: its place on the page, from 1.
        when: the day and the time of the run; empty where that is not known.
    """
    parts = [
        section("Problems", problems(tag), name=f"problems-{number}"),
        waterfall(tag),
        _notes(tag),
        *(_archive(file, tag) for file in sorted(tag.files, key=lambda one: one.kind is not Kind.WHEEL)),
        against(tag),
        _digests(tag),
        section("More", joined([_unshipped(tag), _page_on_pypi(tag), _checks(tag), *_logs(tag)])),
    ]
    return fill('<main id="tag-{}">{}{}</main>', number, _head(tag, number, when), joined(parts))


def _head(tag: TagRecord, number: int, when: str) -> Markup:
    mark, kind, word = VERDICTS[tag.outcome]
    taken = f"{tag.seconds:.1f} s" if tag.remembered is None else f"remembered from {ago(tag.remembered)}"
    where = [f"tag {tag.name}", f"commit {tag.commit[:7]}" if tag.commit else "", when, taken]
    meta = joined([fill("<li>{}</li>", one) for one in where if one])
    shown = [fill('<li class="{}">{}</li>', fact.kind, fact.text) for fact in (*_said(tag, number), *facts(tag))]
    return fill(
        '<header class="{}"><div><h1 dir="auto">{} <span>{}</span></h1>'
        '<p class="verdict {}"><span class="mark" aria-hidden="true">{}</span>{}</p></div>'
        '<ul class="where">{}</ul><ul class="facts" aria-label="What stands out">{}</ul></header>',
        kind,
        tag.project or tag.name,
        tag.version,
        kind,
        mark,
        word.capitalize(),
        meta,
        joined(shown),
    )


def _said(tag: TagRecord, number: int) -> Iterator[Fact]:
    """What the checks came to."""
    for told, kind, noun in ((tag.errors, "bad", "problem"), (tag.warnings, "warn", "warning")):
        if told:
            codes = " ".join(dict.fromkeys(one.check.code for one in told))
            link = fill('<a href="#problems-{}"><b>{}</b></a>: {}', number, plural(len(told), noun), codes)
            yield Fact(kind, link)
    for result in tag.broke:
        yield Fact("bad", fill("<b>{} broke</b>", result.check.code))
    if tag.trouble:
        yield Fact("warn", fill("{}", tag.trouble.message))
    asked = sum(status in {"passed", "warned"} for status in (tag.checks or {}).values())
    if tag.outcome is Outcome.PASSED and asked:
        yield Fact("good", fill("<b>{}</b> passed", plural(asked, "check")))
    ahead = [stage.name for stage in tag.stages if stage.status is None]
    if ahead:
        yield Fact("plain", fill("not reached: {}", ", ".join(ahead)))


def _notes(tag: TagRecord) -> Markup:
    above = change_notes(tag.change)
    told = [note for note in tag.notes if note not in above]
    told += tag.compared
    told += [f"{code} is ignored: {reason}" for code, reason in (tag.ignored or {}).items()]
    return (
        section("Notes", fill("<ul>{}</ul>", joined([fill("<li>{}</li>", one) for one in told])))
        if told
        else Markup("")
    )


def _archive(file: Distribution, tag: TagRecord) -> Markup:
    files = packed_files(file, tag.change if file.kind is Kind.WHEEL else None)
    if file.fault:
        return section(f"What is in the {file.kind}", fill("<p>It cannot be read: {}</p>", file.fault), note=file.file)
    legend = (
        '<ul class="legend"><li class="plain">file</li><li class="meta">metadata</li><li class="compiled">binary</li>'
    )
    legend += '<li class="plain new">new</li></ul>' if file.kind is Kind.WHEEL and tag.change else "</ul>"
    body = contents(files, f"{file.kind}")
    return section(
        f"What is in the {file.kind}",
        joined([Markup(legend), body]) if body else body,  # noqa: S704  # written here
        note=f"{file.file}, {size(file.size)}",
    )


def _unshipped(tag: TagRecord) -> Markup:
    if not tag.unshipped:
        return Markup("")
    return fold(fill("In git, not in the sdist: {}", plural(len(tag.unshipped), "file")), listed(tag.unshipped))


def _page_on_pypi(tag: TagRecord) -> Markup:
    """The description as PyPI renders it; `tagward.tools._render` has taken from it whatever acts or is fetched."""
    page = next((file.described.html for file in tag.files if file.described and file.described.html), "")
    if not page:
        return Markup("")
    body = fill('<div class="readme">{}</div>', Markup(page))  # noqa: S704  # cleaned where it was rendered
    return fold(Markup("The page on PyPI, as it renders the description; pictures are left out"), body)


def _digests(tag: TagRecord) -> Markup:
    if not tag.files:
        return Markup("")
    head = '<th scope="col">file</th><th scope="col" class="number">size</th><th scope="col">sha256</th>'
    rows = [
        fill(
            '<tr><th scope="row">{}</th><td class="number">{}</td><td><code>{}</code></td></tr>',
            one.file,
            size(one.size),
            one.sha256,
        )
        for one in tag.files
    ]
    table = fill("<table><thead><tr>{}</tr></thead><tbody>{}</tbody></table>", Markup(head), joined(rows))  # noqa: S704
    return section("What would be uploaded", joined([table, _built_with(tag)]))


def _built_with(tag: TagRecord) -> Markup:
    tools = {**(tag.receipt.tools if tag.receipt else {}), **tag.builders}
    if tag.python:
        tools = {"python": tag.python, **tools}
    if not tools:
        return Markup("")
    rows = [fill("<li><b>{}</b> {}</li>", name, version) for name, version in tools.items()]
    return fill('<h3>Made with</h3><ul class="tools">{}</ul>', joined(rows))


def _checks(tag: TagRecord) -> Markup:
    """Every check that was asked, by what came of it; reasons of what was skipped."""
    if not tag.checks:
        return Markup("")
    groups = []
    for status in Status:
        codes = [code for code, said in tag.checks.items() if said == status.value]
        if codes:
            mark, kind, word = MARKS[status]
            groups.append(
                fill(
                    '<tr><th scope="row" class="{}"><span class="mark" aria-hidden="true">{}</span>{} {}</th>'
                    "<td>{}</td></tr>",
                    kind,
                    mark,
                    len(codes),
                    word,
                    " ".join(codes),
                )
            )
    skipped = [fill("<dt>{}</dt><dd>{}</dd>", code, reason) for code, reason in (tag.skipped or {}).items()]
    why = fill("<h3>Why some were skipped</h3><dl>{}</dl>", joined(skipped)) if skipped else Markup("")
    body = fill("<table><tbody>{}</tbody></table>{}", joined(groups), why)
    return fold(fill("{}, by what came of them", plural(len(tag.checks), "check")), body)


def _logs(tag: TagRecord) -> Iterator[Markup]:
    for name, text in (tag.logs or {}).items():
        count = len(text.splitlines())
        shown = text[-MAX_LOG_TEXT:].splitlines()[-MAX_LOG:]
        left = [f"({count - len(shown)} lines are left out here)"] if count > len(shown) else []
        body = fill('<pre class="log">{}</pre>', lines([*left, *shown]))
        if shown:
            yield fold(fill("Log of {}, {}", name, plural(count, "line")), body)
