"""Whether pre-commit runs the fast checks, and of which tagward, as its configuration says."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tagward import _yaml
from tagward.model.names import tagwards_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

HOOK_ID = "tagward"


def has_hook(text: str) -> bool:
    """Whether a configuration runs the fast checks already, whatever repository the hook comes from."""
    return any(True for _ in _ours(text))


def hook_version(text: str) -> str:
    """The version of tagward that a configuration asks for; empty where it names none."""
    for repo, hook in _ours(text):
        listed = hook.get("additional_dependencies")
        for one in listed if isinstance(listed, list) else ():
            if found := tagwards_in(str(one)):
                return found[0]
        rev = str(repo.get("rev", ""))
        if re.fullmatch(r"v?\d+(\.\d+)+\S*", rev):
            return rev.removeprefix("v")
    return ""


def _ours(text: str) -> Iterator[tuple[Mapping[str, object], Mapping[str, object]]]:
    try:
        read = _yaml.load(text)
    except _yaml.YamlError:
        return
    repos = read.get("repos") if isinstance(read, dict) else None
    for repo in repos if isinstance(repos, list) else ():
        hooks = repo.get("hooks") if isinstance(repo, dict) else None
        for hook in hooks if isinstance(hooks, list) else ():
            if isinstance(hook, dict) and (hook.get("id") == HOOK_ID or "tagward check" in str(hook.get("entry", ""))):
                yield repo, hook
