"""Turn what is unreleased in a changelog into the entry of a release."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from packaging.version import Version

    from tagward.model.changelog import Changelog

_DATE = re.compile(r"\d{4}[-./]\d{1,2}[-./]\d{1,2}")
_WORD = re.compile(r"\[?(?:un-?released|upcoming|next(?: release)?|not yet released|in development)\]?", re.IGNORECASE)
_UNDERLINE = re.compile(r"([=\-~^*+#\"'.:_`])\1{2,}[ \t]*")
_LINK = re.compile(
    r"^\[unreleased\]:[ \t]*(?P<base>\S+/compare/)(?P<old>\S+?)\.\.\.(?P<head>\S+)[ \t]*$", re.IGNORECASE | re.MULTILINE
)


def released(text: str, changelog: Changelog, version: Version, day: str) -> str | None:
    """The text with an entry for the release, made of what is unreleased; None where nothing is.

    The heading is written as the newest release's is: with brackets or without, with a date or without. In a Keep a
    Changelog file an empty heading for what comes next stays above it, and the links below are moved on.
    """
    if any(heading.version == version and not heading.unreleased for heading in changelog.headings):
        return text
    place = changelog.unreleased
    if place is None or not place.line:
        return None
    lines = [f"{line}\n" for line in text.split("\n")]  # as the reader counts them; a form feed ends none
    lines[-1] = lines[-1].removesuffix("\n")
    number = place.line - 1
    line = lines[number]
    end = line[len(line.rstrip("\r\n")) :] or "\n"
    title = _title(line.rstrip("\r\n"), changelog, version, day)
    below = lines[number + 1] if number + 1 < len(lines) else ""
    if _UNDERLINE.fullmatch(below.rstrip("\r\n")):
        lines[number] = title + end
        lines[number + 1] = below[0] * len(title) + (below[len(below.rstrip("\r\n")) :] or end)
    elif line.startswith("#"):
        lines[number] = f"{line.rstrip()}{end}{end}{title}{end}"
    else:
        lines[number] = title + end
    return _LINK.sub(lambda link: _links(link, version, end), "".join(lines), count=1)


def _title(line: str, changelog: Changelog, version: Version, day: str) -> str:
    dated = [heading for heading in changelog.headings if not heading.unreleased and heading.place.quote]
    if dated and dated[0].text in dated[0].place.quote:
        newest = dated[0]
        return _DATE.sub(
            _day_like(newest.place.quote, day), newest.place.quote.replace(newest.text, str(version), 1), 1
        )
    bracketed = f"[{version}]" if "[" in line else str(version)
    return _WORD.sub(f"{bracketed} - {day}" if line.startswith("#") else f"{bracketed} ({day})", line, count=1)


def _day_like(quote: str, day: str) -> str:
    found = _DATE.search(quote)
    separator = found[0][4] if found else "-"
    return day.replace("-", separator)


def _links(link: re.Match[str], version: Version, end: str) -> str:
    old = link["old"]
    new = ("v" if old.startswith("v") else "") + str(version)
    base, head = link["base"], link["head"]
    return f"{link[0].split(':')[0]}: {base}{new}...{head}{end}[{version}]: {base}{old}...{new}"
