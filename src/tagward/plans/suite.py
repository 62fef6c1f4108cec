"""What the tests of a project need in the workflow: the command, and what brings its tool."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

from tagward.errors import ConfigError
from tagward.model.names import normalize

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tagward.plans.settings import Value

USUAL = ("test", "tests", "testing", "dev")
"""What projects call the extra or the dependency group of their tests."""
_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?")
_REQUIREMENT = re.compile(r"\s*(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[(?P<extras>[^\]]*)\])?")
_PYTHON = re.compile(r"python(3(\.\d+)?)?")


def suite_settings(
    command: str, project: str, extras: Mapping[str, Sequence[str]], groups: Mapping[str, object]
) -> dict[str, Value]:
    """The keys of `[tool.tagward]` that make the workflow run a test command against the wheel.

    Args:
        command: the command, as it is typed.
        project: the name of the project.
        extras: its extras, each with its requirements.
        groups: its dependency groups as written (PEP 735).

    Raises:
        ConfigError: the group of the tests includes itself, or one that is not there, or holds what is no requirement.
    """
    found: dict[str, Value] = {"test-command": command}
    tool = tool_of(command)
    if not tool:
        return found
    for name in (name for usual in USUAL for name in extras if normalize(name) == usual):
        if tool in set(_through_extras(name, project, extras, ())):
            return found | {"test-extras": (name,)}
    for name in (name for usual in USUAL for name in groups if normalize(name) == usual):
        requirements = tuple(dict.fromkeys(_flattened(name, groups, ())))
        if tool in map(_named, requirements):
            return found | {"test-requires": requirements}
    return found | {"test-requires": (tool,)}


def tool_of(command: str) -> str:
    """The project that brings the first word of a command, or the module of `python -m`; empty if not plain."""
    try:
        words = shlex.split(command)
    except ValueError:
        return ""
    if len(words) > 2 and _PYTHON.fullmatch(words[0]) and words[1] == "-m":  # noqa: PLR2004  # python -m module
        words = words[2:]
    first = words[0] if words else ""
    return normalize(first) if _NAME.fullmatch(first) and not _PYTHON.fullmatch(first) else ""


def _named(requirement: str) -> str:
    match = _REQUIREMENT.match(requirement)
    return normalize(match["name"]) if match else ""


def _through_extras(
    name: str, project: str, extras: Mapping[str, Sequence[str]], above: tuple[str, ...]
) -> Iterator[str]:
    """The projects that an extra brings, also through other extras of the same project."""
    for requirement in extras.get(name, ()):
        match = _REQUIREMENT.match(requirement)
        if match is None:
            continue
        yield normalize(match["name"])
        if normalize(match["name"]) == normalize(project):
            asked = {normalize(extra.strip()) for extra in (match["extras"] or "").split(",")}
            for other in (other for other in extras if normalize(other) in asked and other not in (*above, name)):
                yield from _through_extras(other, project, extras, (*above, name))


def _flattened(name: str, groups: Mapping[str, object], above: tuple[str, ...]) -> Iterator[str]:
    """The requirements of a dependency group, those of included groups in their place (PEP 735)."""
    wanted = normalize(name)
    listed = next((value for key, value in groups.items() if normalize(key) == wanted), None)
    if wanted in above:
        raise ConfigError(f"the dependency groups {' and '.join(dict.fromkeys((*above, wanted)))} include each other")
    if not isinstance(listed, list):
        raise ConfigError(f"there is no dependency group {name!r}, which {above[-1] if above else 'nothing'} includes")
    for one in listed:
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict) and list(one) == ["include-group"] and isinstance(one["include-group"], str):
            yield from _flattened(one["include-group"], groups, (*above, wanted))
        else:
            raise ConfigError(f"the dependency group {name!r} holds {one!r}, which is no requirement (PEP 735)")
