"""Problems, with what the terminal says of them: what, where, why, and how to repair."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from tagward.report.html.fill import fill, joined, lines
from tagward.report.words import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tagward.model.findings import Trouble
    from tagward.model.places import Place
    from tagward.model.record import TagRecord, Told

MAX_QUOTE = 160
MAX_SHOWN = 100


def problems(tag: TagRecord) -> Markup:
    """Everything that is told of a tag, what refuses it first."""
    parts = [problem(told) for told in tag.told[:MAX_SHOWN]]
    if len(tag.told) > MAX_SHOWN:
        parts.append(fill("<p>{} more are left out here.</p>", len(tag.told) - MAX_SHOWN))
    parts += [
        _block("bad", "error", one.check.code, f"broke ({one.reason}); please report it", Markup(""))
        for one in tag.broke
    ]
    if tag.trouble:
        parts.append(_trouble(tag.trouble))
    return joined(parts)


def problem(told: Told) -> Markup:
    """One finding."""
    finding = told.finding
    kind, word = ("bad", "error") if told.status.blocks else ("warn", "warning")
    quote = _quoted(finding.place, finding.label) if finding.place else Markup("")
    excerpt = fill('<pre class="quote">{}</pre>', lines(list(finding.excerpt))) if finding.excerpt else Markup("")
    rows = [
        ("where", fill("<code>{}</code>", finding.place) if finding.place else Markup("")),
        ("", joined([quote, excerpt])),
        ("why", _prose((finding.why or told.check.why,))),
        ("note", _prose(finding.notes)),
        ("fix", _commands(finding.fixes or (told.check.fix,))),
        ("log", fill("<code>{}</code>", finding.log) if finding.log else Markup("")),
        ("more", fill("<code>tagward explain {}</code>", told.check.code)),
    ]
    return _block(kind, word, told.check.code, finding.message, _details(rows))


def _trouble(trouble: Trouble) -> Markup:
    rows = [
        ("why", _prose((trouble.why,) if trouble.why else ())),
        ("fix", _commands(trouble.fixes)),
        ("log", fill("<code>{}</code>", trouble.log) if trouble.log else Markup("")),
    ]
    return _block("warn", "not checked", "", trouble.message, _details(rows))


def _block(kind: str, word: str, code: str, message: str, details: Markup) -> Markup:
    mark = "✗" if kind == "bad" else "!"
    return fill(
        '<article class="problem {}"><h3 dir="auto"><span class="mark" aria-hidden="true">{}</span>'
        '<span class="code">{}</span> {}</h3>{}</article>',
        kind,
        mark,
        f"{word} {code}".strip(),
        message,
        details,
    )


def _details(rows: Sequence[tuple[str, Markup]]) -> Markup:
    shown = [fill("<dt>{}</dt><dd>{}</dd>", name, body) for name, body in rows if body]
    return fill("<dl>{}</dl>", joined(shown)) if shown else Markup("")


def _prose(texts: Sequence[str]) -> Markup:
    return joined([fill("<p>{}</p>", text) for text in texts])


def _commands(texts: Sequence[str]) -> Markup:
    return fill("<pre>{}</pre>", lines(list(texts))) if texts else Markup("")


def _quoted(place: Place, label: str) -> Markup:
    """The line, with the text that is meant underlined."""
    if not place.quote or not place.line:
        return Markup("")
    start = max(0, place.column - 1)
    quote = place.quote.replace("\t", " ")
    if len(quote) > MAX_QUOTE:
        return fill('<pre class="quote"><s>{}</s>{}</pre>', place.line, quote[start : start + MAX_QUOTE])
    if not place.column or printable(quote) != quote:
        return fill('<pre class="quote"><s>{}</s>{}</pre>', place.line, quote)
    end = start + max(1, min(place.width, len(quote) - start))
    return fill(
        '<pre class="quote"><s>{}</s>{}<mark>{}</mark>{}{}</pre>',
        place.line,
        quote[:start],
        quote[start:end],
        quote[end:],
        fill('<em dir="auto">{}</em>', label) if label else "",
    )
