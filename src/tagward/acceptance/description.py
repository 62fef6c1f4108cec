"""The description: what PyPI renders, and what it makes of the outcome."""

from __future__ import annotations

import re
from email.message import EmailMessage
from typing import TYPE_CHECKING

from tagward.acceptance.rules import refusal
from tagward.model.artifact import Rendered

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagward.acceptance.forms import Form
    from tagward.model.artifact import Described, Refusal

RST, MARKDOWN = "text/x-rst", "text/markdown"
_LINE = re.compile(r"<string>:(?P<line>\d+): \((?P<level>\w+)/\d\) (?P<said>.*)")


def rendered_as(form: Form) -> str:
    """The renderer that PyPI asks: that of reStructuredText, that of Markdown, or none (empty), which cannot fail."""
    if not form.text("description"):
        return ""
    value = form.text("description_content_type")
    if not value:
        return RST
    message = EmailMessage()
    try:
        message["content-type"] = value
    except (ValueError, LookupError, AttributeError, TypeError, RecursionError):
        return ""  # PyPI does not come to render it
    found = message.get_content_type()
    return found if found in {RST, MARKDOWN} else ""


def judge_description(form: Form, described: Described | None) -> Iterator[Refusal]:
    """What PyPI says of a description, by what its renderer made of it.

    Raises:
        ValueError: there is something to render, and nobody has tried, or it did not end.
    """
    kind = rendered_as(form)
    if not kind:
        return
    if described is None:
        raise ValueError("the description was not rendered")
    field = "Description"
    said = _complaint(described.said)
    match described.outcome:
        case Rendered.SHOWN:
            return
        case Rendered.UNFINISHED:
            raise ValueError(f"the description was not rendered: {said}")
        case Rendered.CRASHED:
            yield refusal("U-DESC-CRASH", field=field, detail=f"its renderer dies of the description: {said}")
        case Rendered.NOTHING if kind == MARKDOWN:
            yield refusal("U-DESC-MD-EMPTY", field=field, value=MARKDOWN, detail="nothing would be shown")
        case Rendered.NOTHING if form.text("description_content_type"):
            yield refusal("U-DESC-RST", field=field, value=form.text("description_content_type"), detail=said)
        case Rendered.NOTHING:
            fix = 'readme = {file = "README.md", content-type = "text/markdown"}'
            yield refusal("U-DESC-DEFAULT", field=field, detail=said, fix=fix)


def _complaint(said: str) -> str:
    """The first complaint of docutils, with its line; or what there is."""
    found = _LINE.search(said)
    if found:
        return f"line {found['line']}: {found['said']}"
    return said.strip().partition("\n")[0]
