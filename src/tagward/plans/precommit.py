"""The hook that asks the fast checks at commit, as an entry of .pre-commit-config.yaml."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import yaml

from tagward import __version__
from tagward.plans.insertion import inserted, lines_of
from tagward.sources.precommit import HOOK_ID

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tagward.plans.insertion import Node

FILES = (
    r"^(pyproject\.toml|setup\.(cfg|py)|hatch\.toml|Cargo\.toml"
    r"|(src/)?[^/]+/(__init__|_version|__about__|version)\.py)$"
)
"""Where versions usually stand: as in `.pre-commit-hooks.yaml` of tagward itself."""
NEW = "repos:\n"


def entry(places: Iterable[str] = (), *, on_index: bool = True) -> dict[str, Node]:
    """The entry under `repos`: `local`, because a wheel from an index needs no address of a repository.

    Args:
        places: the files that state the version; those that are not usual are added to the pattern.
        on_index: an index has this tagward; otherwise the one on PATH is run.
    """
    pinned = {"language": "python", "additional_dependencies": f'["tagward=={__version__}"]'}
    hook: dict[str, Node] = {
        "id": HOOK_ID,
        "name": "release consistency",
        "entry": "tagward check --fast",
        **(pinned if on_index else {"language": "system"}),
        "pass_filenames": "false",
        "require_serial": "true",
        "stages": "[pre-commit, pre-merge-commit, manual]",
        "files": _scalar(_pattern(places)),
    }
    return {"repo": "local", "hooks": (hook,)}


def with_hook(text: str, hook: Mapping[str, Node]) -> tuple[str, int] | None:
    """The configuration with the hook as its last entry, and the line of it; None where it takes no insertion."""
    return inserted(text, "repos", hook)


def new_config(hook: Mapping[str, Node]) -> str:
    """A configuration with this hook alone."""
    return NEW + "".join(f"{line}\n" for line in lines_of(hook))


def _pattern(places: Iterable[str]) -> str:
    others = [re.escape(place).replace("\\-", "-") for place in places if not re.search(FILES, place)]
    return FILES if not others else f"{FILES.removesuffix(')$')}|{'|'.join(others)})$"


def _scalar(text: str) -> str:
    """Text as YAML, in quotes only where it needs them."""
    try:
        plain = yaml.safe_load(f"files: {text}") == {"files": text}
    except yaml.YAMLError:
        plain = False
    return text if plain else "'" + text.replace("'", "''") + "'"
