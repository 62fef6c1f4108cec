"""Dependabot keeps the actions that the workflows pin up to date."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagward import _yaml
from tagward.plans.insertion import inserted, lines_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tagward.plans.insertion import Node

ECOSYSTEM = "github-actions"
ENTRY: Mapping[str, Node] = {
    "package-ecosystem": ECOSYSTEM,
    "directory": "/",
    "schedule": {"interval": "weekly"},
    # A version that is days old has been looked at by others (GitHub documentation, "cooldown").
    "cooldown": {"default-days": "7"},
}
NEW = "version: 2\nupdates:\n" + "".join(f"{line}\n" for line in lines_of(ENTRY))


def has_updates(text: str) -> bool:
    """Whether a configuration of Dependabot looks after actions."""
    try:
        read = _yaml.load(text)
    except _yaml.YamlError:
        return False
    listed = read.get("updates") if isinstance(read, dict) else None
    return any(
        isinstance(one, dict) and one.get("package-ecosystem") == ECOSYSTEM
        for one in (listed if isinstance(listed, list) else [])
    )


def with_updates(text: str) -> tuple[str, int] | None:
    """The configuration with an entry for actions, and the line of it; None where it takes no insertion."""
    return inserted(text, "updates", ENTRY)
