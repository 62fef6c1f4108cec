"""The folder of the project that a command is about, in a repository of several."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from tagward.errors import ConfigError
from tagward.plans.tags import rules_of
from tagward.tools.setup import project_places

if TYPE_CHECKING:
    from tagward.model.config import Config
    from tagward.model.versions import Tree


def named_folder(tree: Tree, folder: str) -> str:
    """The folder that an option names; empty for the root.

    Raises:
        ConfigError: there is none.
    """
    found = posixpath.normpath(folder.strip("/") or ".")
    if found == ".":
        return ""
    if not any(path.startswith(f"{found}/") for path in tree.paths()):
        raise ConfigError(f"--folder {folder}: git has no file there", fixes=("git ls-files",))
    return found


def one_folder(tree: Tree, config: Config, folder: str, command: str) -> str:
    """The folder that was named, or that of the only project; without any project, the root.

    Raises:
        ConfigError: there are several, and none is named; `command` with the folder of each is the way out.
    """
    if folder or config.projects:
        return rules_of(config, named_folder(tree, folder), command).path
    places = project_places(tree, config)
    if len(places) > 1:
        raise ConfigError(
            "this repository holds several projects, and none is named",
            fixes=tuple(f"{command} --folder {one}" for one in places),
        )
    return places[0] if places else ""
