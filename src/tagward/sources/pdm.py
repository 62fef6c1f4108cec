"""pdm-backend: `[tool.pdm.version]` with a file, git's tags or a call."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tagward.model.places import Place
from tagward.sources.files import Faulty
from tagward.sources.hatch import matched
from tagward.sources.project import FROM_TAGS, feeds
from tagward.sources.regex import compiled

if TYPE_CHECKING:
    from tagward.model.versions import Declaration
    from tagward.sources.project import Project

KEYS = ("tool", "pdm", "version")
# Of pdm.backend.hooks.version, where no `pattern` is set.
DEFAULT_PATTERN = r"""^__version__\s*=\s*["'](.+?)["']\s*(?:#.*)?$"""


def pdm_version(project: Project) -> Declaration | str:
    """The dynamic version of pdm-backend; without settings it builds 0.0.0.

    Raises:
        Faulty: a file or setting it leads to is wrong.
    """
    file = project.pyproject
    table = file.table(*KEYS)
    if not table:
        version = file.table("tool", "pdm").get("version")
        if isinstance(version, str):
            return feeds("tool.pdm.version", version, file.place(*KEYS))
        raise Faulty(
            Place(file.path), "the version is dynamic, but `tool.pdm.version` is missing: 0.0.0 would be built"
        )
    # pdm-pep517, the former backend, had `from` and `use_scm`.
    source = file.string(*KEYS, "source") or ("scm" if table.get("use_scm") else "file" if "from" in table else "")
    match source:
        case "file":
            return _file(project, "path" if "path" in table else "from")
        case "scm":
            return f"pdm-backend{FROM_TAGS}"
        case "call":
            return f"pdm-backend calls {str(table.get('getter'))[:80]}"
        case _:
            raise Faulty(Place(file.path), "`tool.pdm.version` has no source that pdm-backend knows")


def _file(project: Project, key: str) -> Declaration:
    file = project.pyproject
    path = file.string(*KEYS, key)
    if not path:
        raise Faulty(Place(file.path), "`tool.pdm.version` has no path")
    pattern = file.string(*KEYS, "pattern")
    if pattern is None:
        return matched(project, path, re.compile(DEFAULT_PATTERN, re.MULTILINE), 1, file.place(*KEYS, key))
    regex = compiled(pattern, file.place(*KEYS, "pattern"), re.MULTILINE)
    group: str | int = "version" if "version" in regex.groupindex else min(1, regex.groups)
    return matched(project, path, regex, group, file.place(*KEYS, key))
