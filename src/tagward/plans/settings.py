"""`[tool.tagward]` in a pyproject.toml, as text: the keys that are missing are put in, and no other byte changes."""

from __future__ import annotations

import copy
import json
import re
from typing import TYPE_CHECKING

import tomli

from tagward.errors import ConfigError
from tagward.plans.insertion import eol_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

Value = str | tuple[str, ...]
WIDE = 100
_HEADER = re.compile(
    r"^(?P<indent>[ \t]*)\[[ \t]*tool[ \t]*\.[ \t]*tagward[ \t]*\][ \t]*(?:#[^\n]*)?\r?$", re.MULTILINE
)
_TOOL = re.compile(r"^(?P<indent>[ \t]*)\[[ \t]*tool[ \t]*\][ \t]*(?:#[^\n]*)?\r?$", re.MULTILINE)


def with_settings(text: str, keys: Mapping[str, Value], projects: Sequence[Mapping[str, str]] = ()) -> str:
    """The text with keys in `[tool.tagward]` that it does not have yet, and tables `[[tool.tagward.project]]`.

    Keys stand right behind the header where there is one, else in a table of their own at the end of the file.

    Raises:
        ConfigError: no insertion makes a document that is the old one with exactly these keys more.
    """
    if not keys and not projects:
        return text
    wanted = _merged(tomli.loads(text), keys, projects)
    for candidate in _candidates(text, keys, projects):
        try:
            if tomli.loads(candidate) == wanted:
                return candidate
        except (tomli.TOMLDecodeError, RecursionError):
            continue
    raise ConfigError(
        "pyproject.toml writes [tool.tagward] in a way that nothing can be added to",
        why="init only inserts text, and never moves what is there",
        fixes=("write it as a table of its own: [tool.tagward]", *lines_of(keys), *_project_lines(projects)),
    )


def lines_of(keys: Mapping[str, Value]) -> list[str]:
    """Keys and values as lines of TOML."""
    return [line for key, value in keys.items() for line in f"{key} = {_written(value)}".split("\n")]


def _merged(document: dict[str, object], keys: Mapping[str, Value], projects: Sequence[Mapping[str, str]]) -> object:
    merged = copy.deepcopy(document)
    tool = merged.setdefault("tool", {})
    own = tool.setdefault("tagward", {}) if isinstance(tool, dict) else {}
    own |= {key: list(value) if isinstance(value, tuple) else value for key, value in keys.items()}
    if projects:
        own["project"] = [dict(project) for project in projects]
    return merged


def _candidates(text: str, keys: Mapping[str, Value], projects: Sequence[Mapping[str, str]]) -> Iterator[str]:
    # A header may stand inside a string of many lines; what the result reads as decides, not what it looks like.
    for header in (*_HEADER.finditer(text), None):
        if header is None:
            lines = ["[tool.tagward]", *lines_of(keys)] if keys else []
            yield _appended(text, [*lines, *([""] if lines and projects else []), *_project_lines(projects)])
        else:
            yield _appended(_behind(text, header, lines_of(keys)), _project_lines(projects))
    for header in _TOOL.finditer(text):
        dotted = [f"tagward.{line}" if re.match(r"[a-z-]+ = ", line) else line for line in lines_of(keys)]
        yield _appended(_behind(text, header, dotted), _project_lines(projects))


def _behind(text: str, header: re.Match[str], lines: Sequence[str]) -> str:
    eol = eol_of(text)
    end = text.find("\n", header.start())
    before, after = (text + eol, "") if end < 0 else (text[: end + 1], text[end + 1 :])
    return before + "".join(f"{header['indent']}{line}{eol}" for line in lines) + after


def _appended(text: str, lines: Sequence[str]) -> str:
    if not lines:
        return text
    eol = eol_of(text)
    apart = "" if not text or text.endswith(eol * 2) else eol if text.endswith("\n") else eol * 2
    return text + apart + "".join(line + eol for line in lines)


def _project_lines(projects: Sequence[Mapping[str, str]]) -> list[str]:
    lines: list[str] = []
    for project in projects:
        lines += [*([""] if lines else []), "[[tool.tagward.project]]", *lines_of(project)]
    return lines


def _written(value: Value) -> str:
    if isinstance(value, str):
        return _quoted(value)
    line = f"[{', '.join(map(_quoted, value))}]"
    return line if len(line) <= WIDE else "\n".join(["[", *(f"  {_quoted(one)}," for one in value), "]"])


def _quoted(text: str) -> str:
    """A basic string (TOML 1.0, "String"): TOML has all escapes of JSON, and asks for one more."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
