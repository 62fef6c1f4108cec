"""The one door for text into the page: whatever is not markup of ours is made visible and escaped."""

from __future__ import annotations

from markupsafe import Markup, escape

from tagward.report.words import printable

MAX_TEXT = 2000
"""A longer text from outside is cut, and says so by its last character."""


def fill(template: str, *values: object, **named: object) -> Markup:
    """A piece of the page.

    Args:
        template: HTML that stands in our source, with `{}` for values.
        *values: `Markup` as it is; anything else as text from outside, see `said`.
        **named: the same.
    """
    # Everything is escaped by now, so that the plain `format` will do; that of `Markup` takes ten times as long.
    shown = {name: str(said(value)) for name, value in named.items()}
    return Markup(template.format(*[str(said(value)) for value in values], **shown))  # noqa: S704


def said(value: object) -> Markup:
    """A text from outside, in which HTML means nothing, and nothing is invisible; markup as it is."""
    return value if isinstance(value, Markup) else escape(printable(str(value), MAX_TEXT))


def joined(parts: list[Markup], between: str = "") -> Markup:
    """Pieces one after the other."""
    return Markup(between).join(parts)  # noqa: S704


def lines(text: list[str]) -> Markup:
    """Lines of text from outside, for a `pre`."""
    return joined([said(line) for line in text], "\n")


def fold(title: Markup, body: Markup, *, opened: bool = False) -> Markup:
    """Something that is opened by a click, and that print opens by itself."""
    attribute = Markup(" open") if opened else Markup("")
    return fill("<details{}><summary>{}</summary><div>{}</div></details>", attribute, title, body)


def section(heading: str, body: Markup, *, note: str = "", name: str = "") -> Markup:
    """A part of the page under a heading; nothing where it has no body."""
    if not body:
        return Markup("")
    anchor = fill(' id="{}"', name) if name else Markup("")
    small = fill(' <span class="note">{}</span>', note) if note else Markup("")
    return fill('<section{}><h2 dir="auto">{}{}</h2>{}</section>', anchor, heading, small, body)
