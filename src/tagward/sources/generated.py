"""Version files that the build writes anew: what the tree says there is not what the wheel will say."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from tagward.sources.files import Faulty, Files
from tagward.sources.hatch import hatch_tables
from tagward.sources.poetry import POETRY_DYNAMIC
from tagward.sources.project import read_project

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagward.sources.project import Project

# poetry-dynamic-versioning, default of `substitution.files`.
SUBSTITUTED = ("__init__.py", "__version__.py", "_version.py")


def generated_files(files: Files) -> frozenset[str]:
    """Paths, from the root of the repository, that the build of the project in a folder writes the version to."""
    try:
        project = read_project(files)
        stated = {name for name in _stated(project) if isinstance(name, str)}
    except Faulty:
        return frozenset()
    roots = ("", "src")
    found = {posixpath.normpath(posixpath.join(files.folder, root, name)) for name in stated for root in roots}
    if project.pyproject.table(*POETRY_DYNAMIC).get("enable") is True:
        inside = (name for name in files.names if posixpath.basename(name) in SUBSTITUTED)
        found |= {posixpath.normpath(posixpath.join(files.folder, name)) for name in inside}
    return frozenset(found)


def _stated(project: Project) -> Iterator[object]:
    pyproject = project.pyproject
    for keys, names in (
        (("tool", "setuptools_scm"), ("version_file", "write_to")),
        (("tool", "vcs-versioning"), ("version_file", "write_to")),
        (("tool", "pdm", "version"), ("write_to",)),
        (("tool", "versioningit", "write"), ("file",)),
        (("tool", "versioningit", "onbuild"), ("source-file", "build-file")),
    ):
        yield from (pyproject.table(*keys).get(name) for name in names)
    for file, prefix in hatch_tables(project):
        build = file.table(*prefix, "build")
        targets = file.table(*prefix, "build", "targets").values()
        for table in (build, *(target for target in targets if isinstance(target, dict))):
            hooks = table.get("hooks")
            for hook, name in (("vcs", "version-file"), ("version", "path")):
                settings = hooks.get(hook) if isinstance(hooks, dict) else None
                yield settings.get(name) if isinstance(settings, dict) else None
    generate = pyproject.table("tool", "scikit-build").get("generate")
    yield from (
        entry.get("path") for entry in (generate if isinstance(generate, list) else []) if isinstance(entry, dict)
    )
    yield from _script_settings(project)


def _script_settings(project: Project) -> Iterator[object]:
    from tagward.sources.setup_script import script_argument  # noqa: PLC0415  # old projects only

    settings = script_argument(project.files, "use_scm_version")
    if isinstance(settings, dict):
        yield from (str(settings[name]) for name in ("version_file", "write_to") if isinstance(settings.get(name), str))
