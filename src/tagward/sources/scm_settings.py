"""How the tools that compute versions from git's tags are set up in a project."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tagward.model.places import Place
from tagward.sources.describe import Describe, describe_of
from tagward.sources.files import Faulty
from tagward.sources.hatch import hatch_setting
from tagward.sources.poetry import POETRY_DYNAMIC, UV_DYNAMIC
from tagward.sources.regex import compiled

if TYPE_CHECKING:
    import re
    from collections.abc import Mapping

    from tagward.sources.project import Project

# vcs_versioning, `_config.py`, DEFAULT_TAG_REGEX; pdm.backend.hooks.version.scm has the same.
SCM_TAG = r"^(?:[\w-]+-)?(?P<version>[vV]?\d+(?:\.\d+){0,2}[^\+]*)(?:\+.*)?$"
# dunamai, VERSION_SOURCE_PATTERN
DUNAMAI_TAG = (
    r"^v((?P<epoch>\d+)!)?(?P<base>\d+(\.\d+)*)([-._]?((?P<stage>[a-zA-Z]+)[-._]?(?P<revision>\d+)?))?"
    r"(\+(?P<tagged_metadata>.+))?$"
)
STRICT = "*[0-9]*.*[0-9]*"
PERMISSIVE = "*[0-9]*"
# Schemes of setuptools-scm that leave the version of a tagged, clean commit as the tag says it.
_SCHEMES = {
    "calver-by-date", "guess-next-dev", "no-guess-dev", "only", "only-version", "post-release",
    "python-simplified-semver", "release-branch-semver", "semver-pep440", "semver-pep440-release-branch",
    "standard",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Settings:
    """What decides the version of a tagged commit.

    Attributes:
        tool: the tool as people call it.
        describe: which tags it looks at.
        pattern: what it makes a version of in a tag's name; None where it takes the name.
        prefix: what it takes off the name first.
        table: its settings as written.
        opaque: why only the build decides, as a clause; empty where the rest is enough.
        where: the table to change, as users write it.
    """

    tool: str
    describe: Describe
    pattern: re.Pattern[str] | None = None
    prefix: str = ""
    table: Mapping[str, object] = field(default_factory=dict)
    opaque: str = ""
    where: str = ""


def settings_of(project: Project, tool: str) -> Settings | None:  # noqa: PLR0911  # one for each tool
    """The settings of a tool; None where tagward has no rule for it.

    Raises:
        Faulty: a setting is wrong.
    """
    match tool:
        case "setuptools-scm":
            table = project.pyproject.table("tool", "setuptools_scm") or project.pyproject.table(
                "tool", "vcs-versioning"
            )
            return _scm(project, tool, table or _script_table(project), "[tool.setuptools_scm]")
        case "hatch-vcs":
            found = hatch_setting(project, "version")
            version = found[0].table(*found[1]) if found else {}
            raw = version.get("raw-options")
            table = dict(raw) if isinstance(raw, dict) else {}
            table.update({"tag_regex": version["tag-pattern"]} if "tag-pattern" in version else {})
            return _scm(project, tool, table, "[tool.hatch.version.raw-options]")
        case "pdm-backend":
            return _pdm(project)
        case "poetry-dynamic-versioning":
            return _dunamai(project, tool, POETRY_DYNAMIC)
        case "uv-dynamic-versioning":
            return _dunamai(project, tool, UV_DYNAMIC)
        case "versioningit":
            return _versioningit(project)
        case "pbr":
            return Settings(tool, Describe(lightweight=False))
        case "versioneer":
            return _versioneer(project)
        case _:
            return None


def _script_table(project: Project) -> dict[str, object]:
    from tagward.sources.setup_script import script_argument  # noqa: PLC0415  # old projects only

    value = script_argument(project.files, "use_scm_version")
    return {str(key): entry for key, entry in value.items()} if isinstance(value, dict) else {}


def _scm(project: Project, tool: str, table: dict[str, object], where: str) -> Settings:
    nested = table.get("tag")
    tag = nested if isinstance(nested, dict) else {}
    prefix = tag.get("prefix")
    stated = tag.get("regex", table.get("tag_regex"))
    scm = table.get("scm")
    git = scm.get("git") if isinstance(scm, dict) else None
    command = table.get("git_describe_command", git.get("describe_command") if isinstance(git, dict) else None)
    glob = STRICT if tag.get("strict") is True else PERMISSIVE
    describe = Describe(((prefix if isinstance(prefix, str) else "") + glob,))
    opaque = ""
    if command is not None:
        own = describe_of(command)
        describe, opaque = own or describe, "" if own else "it describes the commit with a command of its own"
    scheme = table.get("version_scheme", "guess-next-dev")
    if not isinstance(scheme, str) or scheme not in _SCHEMES or "parse" in table:
        opaque = "the project brings a version scheme or parser of its own"
    return Settings(
        tool,
        describe,
        compiled(stated if isinstance(stated, str) else SCM_TAG, Place(project.pyproject.path)),
        prefix if isinstance(prefix, str) else "",
        table,
        opaque,
        where,
    )


def _pdm(project: Project) -> Settings:
    table = project.pyproject.table("tool", "pdm", "version")
    glob, stated = table.get("tag_filter"), table.get("tag_regex")
    return Settings(
        "pdm-backend",
        Describe((glob if isinstance(glob, str) else "*.*",)),
        compiled(stated if isinstance(stated, str) else SCM_TAG, Place(project.pyproject.path)),
        table=table,
        opaque="the project formats the version itself" if "version_format" in table else "",
        where="[tool.pdm.version]",
    )


def _dunamai(project: Project, tool: str, keys: tuple[str, ...]) -> Settings:
    table = project.pyproject.table(*keys)
    stated, prefix = table.get("pattern"), table.get("pattern-prefix")
    pattern = stated if isinstance(stated, str) and "?P<base>" in stated else DUNAMAI_TAG
    if stated == "default-unprefixed":
        pattern = pattern.replace("^v", "^v?", 1)
    if isinstance(prefix, str):
        pattern = pattern.replace("^", f"^{prefix}", 1)
    opaque = "the project formats the version itself" if {"format", "format-jinja"} & set(table) else ""
    regex = compiled(pattern, project.pyproject.place(*keys, "pattern"))
    if "base" not in regex.groupindex:
        raise Faulty(project.pyproject.place(*keys, "pattern"), "the pattern has no group `base`")
    return Settings(tool, Describe(), regex, table=table, opaque=opaque, where=f"[{'.'.join(keys)}]")


def _versioningit(project: Project) -> Settings:
    file = project.pyproject
    table = file.table("tool", "versioningit")
    vcs = file.table("tool", "versioningit", "vcs")
    rules = file.table("tool", "versioningit", "tag2version")
    globs = [vcs.get("match"), vcs.get("exclude")]
    match, exclude = (tuple(map(str, glob)) if isinstance(glob, list) else () for glob in globs)
    methods = [table.get("tag2version"), vcs.get("method", "git"), rules.get("method", "basic")]
    own = not all(
        method is None or isinstance(method, dict) or method in {"git", "basic", "git-archive"} for method in methods
    )
    stated, prefix = rules.get("regex"), rules.get("rmprefix")
    return Settings(
        "versioningit",
        Describe(match, exclude),
        compiled(stated, file.place("tool", "versioningit", "tag2version", "regex"))
        if isinstance(stated, str)
        else None,
        prefix if isinstance(prefix, str) else "",
        rules,
        "the project brings a method of its own" if own else "",
        "[tool.versioningit]",
    )


def _versioneer(project: Project) -> Settings:
    config = project.files.ini("setup.cfg")
    stated = project.pyproject.table("tool", "versioneer").get("tag_prefix")
    prefix = stated if isinstance(stated, str) else (config.get("versioneer", "tag_prefix") or "" if config else "")
    prefix = prefix.strip("\"'")
    return Settings("versioneer", Describe((f"{prefix}[[:digit:]]*",)), prefix=prefix, where="[tool.versioneer]")
