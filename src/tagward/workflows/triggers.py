"""Whether an event starts a workflow, and with which inputs.

GitHub's documentation, "Workflow syntax", `on`, and its cheat sheet of filter patterns.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tagward.errors import ConfigError
from tagward.model.workflow_run import HEADS, TAGS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tagward.model.workflow import Input, Trigger, Workflow
    from tagward.model.workflow_run import Event, Value

_PIECE = re.compile(r"\*\*|\*|[?+]|\[[a-zA-Z0-9-]+\]|\\.|[^\[\]\\]", re.DOTALL)
_QUANTIFIERS = {"?", "+"}


def starts(workflow: Workflow, event: Event) -> bool:
    """Whether the event starts a run.

    Raises:
        ConfigError: a pattern is none that GitHub's cheat sheet knows.
    """
    trigger = workflow.trigger(event.name)
    if trigger is None:
        return False
    if event.name == "push":
        return _pushed(trigger, event.ref)
    types = trigger.filters.get("types")
    return types is None or event.payload.get("action") in types


def inputs_of(workflow: Workflow, event: Event) -> dict[str, Value]:
    """The context `inputs`: what was typed, or the defaults; true and false for a boolean, empty for another event.

    Raises:
        ConfigError: an input is required and not given, is not known, or has a value that it cannot have; GitHub starts
            no run then.
    """
    trigger = workflow.trigger(event.name)
    if trigger is None or event.name != "workflow_dispatch":
        return {}
    known = {one.name for one in trigger.inputs}
    if unknown := set(event.inputs) - known:
        raise ConfigError(f"{workflow.origin} has no input `{min(unknown)}`")
    return {one.name: _given(workflow, one, event.inputs.get(one.name, one.default)) for one in trigger.inputs}


def matches(patterns: Iterable[str], name: str) -> bool:
    """Whether the short name of a branch or tag passes a filter; the last pattern that says something of it decides.

    Raises:
        ConfigError: a pattern is none that GitHub's cheat sheet knows.
    """
    passed = False
    for pattern in patterns:
        wanted = not pattern.startswith("!")
        if _regex(pattern.removeprefix("!")).fullmatch(name):
            passed = wanted
    return passed


def _pushed(trigger: Trigger, ref: str) -> bool:
    """A filter of tags alone lets no branch through, one of branches alone no tag."""
    for start, key in ((TAGS, "tags"), (HEADS, "branches")):
        if ref.startswith(start):
            if key in trigger.filters:
                return matches(trigger.filters[key], ref.removeprefix(start))
            if f"{key}-ignore" in trigger.filters:
                return not matches(trigger.filters[f"{key}-ignore"], ref.removeprefix(start))
            # Filters of paths say nothing of tags, and alone they let branches and tags through.
            return not any(other.partition("-")[0] in {"tags", "branches"} for other in trigger.filters)
    return False


def _given(workflow: Workflow, one: Input, value: str) -> Value:
    if one.required and not value:
        raise ConfigError(f"{workflow.origin}:{one.line}: the input `{one.name}` is required")
    if one.kind == "boolean":
        if value not in {"true", "false", ""}:
            raise ConfigError(f"{workflow.origin}:{one.line}: the input `{one.name}` is true or false, not `{value}`")
        return value == "true"
    if one.kind == "choice" and value not in one.options:
        raise ConfigError(f"{workflow.origin}:{one.line}: the input `{one.name}` cannot be `{value}`")
    return value


def _regex(pattern: str) -> re.Pattern[str]:
    """A pattern of the cheat sheet as a regular expression; `?` and `+` there count the character before them."""
    pieces = _PIECE.findall(pattern)
    if not pattern or "".join(pieces) != pattern:
        raise ConfigError(f"`{pattern}` is no filter pattern")
    said = ""
    for before, piece in zip(["", *pieces], pieces, strict=False):
        if piece in _QUANTIFIERS and (not before or before in {"*", "**", *_QUANTIFIERS}):
            raise ConfigError(f"`{pattern}` is no filter pattern: `{piece}` counts nothing")
        said += _said(piece)
    try:
        return re.compile(said, re.DOTALL)
    except re.error as failure:
        raise ConfigError(f"`{pattern}` is no filter pattern: {failure}") from None


def _said(piece: str) -> str:
    if piece in {"*", "**"}:
        return ".*" if piece == "**" else "[^/]*"
    if piece in _QUANTIFIERS or piece.startswith("["):
        return piece
    return re.escape(piece[-1])
