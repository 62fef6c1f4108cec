"""The backends of compiled projects: scikit-build-core and meson-python."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tagward.model.places import Place, place_at
from tagward.sources.files import Faulty, File
from tagward.sources.hatch import matched
from tagward.sources.project import FROM_TAGS, feeds
from tagward.sources.regex import compiled

if TYPE_CHECKING:
    from tagward.model.versions import Declaration
    from tagward.sources.project import Project

KEYS = ("tool", "scikit-build", "metadata", "version")
# Of scikit_build_core.metadata.regex, where no `regex` is set.
DEFAULT_REGEX = r"""(?i)^(__version__|VERSION)(?: ?\: ?str)? *= *(['"])v?(?P<value>.+?)\2"""
_CALL_END = 4000


def scikit_version(project: Project) -> Declaration | str:
    """The dynamic version of scikit-build-core; `project(VERSION)` of CMake counts only where a provider reads it.

    Raises:
        Faulty: a file or setting it leads to is wrong.
    """
    file = project.pyproject
    provider = file.string(*KEYS, "provider")
    if provider is None:
        raise Faulty(Place(file.path), f"the version is dynamic, but `{'.'.join(KEYS)}` has no provider")
    if provider == "scikit_build_core.metadata.setuptools_scm":
        return f"setuptools-scm{FROM_TAGS}"
    if provider != "scikit_build_core.metadata.regex":
        return f"the provider `{provider[:80]}` decides it"
    path = file.string(*KEYS, "input")
    if not path:
        raise Faulty(Place(file.path), f"`{'.'.join(KEYS)}` has no input")
    if "result" in file.table(*KEYS) or "remove" in file.table(*KEYS):
        return f"scikit-build-core puts it together out of parts of {path}"
    pattern = file.string(*KEYS, "regex")
    place = file.place(*KEYS, "regex") if pattern else Place(file.path)
    regex = compiled(pattern or DEFAULT_REGEX, place, re.MULTILINE)
    return matched(project, path, regex, "value", file.place(*KEYS, "input"))


def meson_version(project: Project) -> Declaration | str:
    """The dynamic version of meson-python: the literal in `project()` of meson.build, or the file it names.

    Raises:
        Faulty: there is no meson.build, or no version in it.
    """
    file = project.files.text("meson.build")
    if file is None:
        raise Faulty(Place(project.files.path("meson.build")), "there is no such file, and it would give the version")
    # Strings are jumped over, so that no comment or name looks like the call.
    call = re.search(r"^[ \t]*project[ \t]*\(", file.text, re.MULTILINE)
    value = _argument(file, call.end()) if call else None
    if value is None:
        raise Faulty(Place(file.path), "`project()` gives no version")
    if value[1]:
        return feeds("project(version:)", value[1], place_at(file.path, file.text, *value.span(1)))
    if value[2]:
        source = project.files.text(value[2])
        if source is None:
            raise Faulty(place_at(file.path, file.text, *value.span(2)), f"there is no file {value[2]}")
        start = len(source.text) - len(source.text.lstrip())
        text = source.text.strip()
        return feeds(value[2], text, place_at(source.path, source.text, start, start + len(text)))
    return "meson.build computes it"


def _argument(file: File, start: int) -> re.Match[str] | None:
    piece = re.compile(
        r"#[^\n]*|\bversion\s*:\s*(?:'([^'\n]*)'|files\(\s*'([^'\n]*)'\s*\)|run_command|\w)|'''[\s\S]*?'''|'(?:[^'\\\n]|\\.)*'|[()]"
    )
    depth = 1
    for found in piece.finditer(file.text, start, start + _CALL_END):
        depth += {"(": 1, ")": -1}.get(found[0], 0)
        if depth == 0:
            return None
        if depth == 1 and found[0].startswith("version"):
            return found
    return None
