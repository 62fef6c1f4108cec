"""Where in the commit it comes from what PyPI has against a file: the place in pyproject.toml."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from tagward import _toml
from tagward.model.places import Place, place_at

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tagward.model.artifact import Refusal

_KEYS = {
    "Name": "name",
    "Version": "version",
    "Summary": "description",
    "Requires-Python": "requires-python",
    "License-Expression": "license",
    "License": "license",
    "Description": "readme",
    "Description-Content-Type": "readme",
}
"""Fields that come from one string of `[project]`."""
_QUOTED = frozenset(
    {"Classifier", "Project-URL", "Home-page", "Author-Email", "Maintainer-Email", "License-File", "Requires-Dist"}
)
"""Fields whose value stands in pyproject.toml as it stands in the metadata, or begins as it does there."""
_REQUIREMENT = re.compile(r"[A-Za-z0-9][\w.-]*")
MIN_QUOTED = 3


def located(refusals: Iterable[Refusal], path: str, text: str) -> tuple[Refusal, ...]:
    """The same refusals, each with its place in a pyproject.toml, where it has one.

    Args:
        refusals: what PyPI's rules say.
        path: of pyproject.toml, from the root of the repository.
        text: its content.
    """
    return tuple(replace(one, place=_place(one, path, text)) if one.field else one for one in refusals)


def _place(one: Refusal, path: str, text: str) -> Place | None:
    if one.field in _KEYS:
        found = _toml.locate(path, text, ("project", _KEYS[one.field]))
        return found if found.line else None
    if one.field not in _QUOTED or len(one.value) < MIN_QUOTED or "…" in one.value:
        return None
    pattern = re.escape(one.value)
    if one.field == "Requires-Dist":
        name = _REQUIREMENT.match(one.value)
        pattern = rf"{re.escape(name[0])}(?![\w.-])[^\"'\n]*" if name else pattern
    elif one.field == "License-File":
        pattern = re.escape(one.value.rpartition("/")[2])
    match = re.search(rf"""(?<=["'])(?:[^"'\n<]*<)?({pattern})(?=[>"'])""", text)
    return place_at(path, text, *match.span(1)) if match else None
