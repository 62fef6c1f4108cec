"""The rules of a project, `[tool.tagward]` in its pyproject.toml, read from the commit that is judged."""

from __future__ import annotations

import fnmatch
import re
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import TYPE_CHECKING

from tagward.errors import ConfigError
from tagward.model.tagnames import PLACEHOLDER, version_by_form

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from packaging.version import Version

DEFAULT_TIMEOUT = 300
_CODE = re.compile(r"[A-Z]+\d{3}")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_EXTRA = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?")  # core metadata, "Provides-Extra"
_SELECTOR = re.compile(r"[A-Z]+\d{0,3}")


@dataclass(frozen=True, slots=True)
class ProjectRules:
    """One project of a repository.

    Attributes:
        path: its folder, relative, with forward slashes; empty for the root of the repository.
        tag: the form of its release tags; empty where it has not said.
        name: what stands for `{name}` in that form; empty: the project's own name.
    """

    path: str = ""
    tag: str = ""
    name: str = ""

    @classmethod
    def of(cls, table: object, where: str) -> ProjectRules:
        """Read one table of `[[tool.tagward.project]]`.

        Raises:
            ConfigError: a key is not known, or a value is wrong.
        """
        if not isinstance(table, dict) or not isinstance(table.get("path"), str):
            raise ConfigError(f'{where} must be a table with a path, as path = "packages/acme"')
        for key in table:
            if key not in {"path", "tag", "name"}:
                raise ConfigError(f"{where} does not know {key!r}{_near(key, {'path': '', 'tag': '', 'name': ''})}")
        path = table["path"].strip("/").removeprefix("./")
        if path == ".":
            path = ""
        if ".." in path.split("/") or "\\" in path:
            raise ConfigError(f"{where}: the path {table['path']!r} leads out of the repository")
        name = table.get("name", "")
        if not isinstance(name, str):
            raise ConfigError(f"{where}: name must be a string, not {name!r}")
        return cls(path, _format(table.get("tag", "{name}-v{version}"), f"{where} tag"), name)

    def forms(self, name: str) -> tuple[str, ...]:
        """The form of its tags with every spelling of the project's name in place of `{name}`."""
        plain = re.sub(r"[-_.]+", "-", name).lower()
        spellings = dict.fromkeys([self.name] if self.name else [name, plain, plain.replace("-", "_")])
        return tuple(dict.fromkeys(self.tag.replace("{name}", spelling) for spelling in spellings))


@dataclass(frozen=True, slots=True)
class Config:
    """What a project asks of its releases.

    Attributes:
        tag: the form of its release tags, with `{version}` in it; empty where it has not said, and then the tags that
            are there teach it.
        legacy_tags: forms that release tags had once; they are judged as well.
        ignore_tags: patterns of names that are no releases, whatever they look like (as shells match file names).
        projects: the projects of a repository that holds several.
        version_files: further places that state the version, as `path` or `path:name`; a mismatch refuses.
        changelog: the changelog; empty where it is found by itself.
        changelog_checked: whether it must have an entry for the release.
        strict: warnings refuse too.
        allow_delete: a push may delete a release tag.
        imports: the import packages that must import; empty: those that the wheel brings.
        commands: command lines to run in the fresh environment; they must exit with 0.
        test_command: what the workflow runs against the installed wheel, in bash; empty: nothing.
        test_requires: requirements that it needs besides.
        test_extras: extras of the project that it needs.
        select: codes or prefixes of codes to ask; empty: all.
        ignore: codes that are not asked, each with its reason.
        secrets_allowed: secrets that may be public, each with its reason: by the sha256 that their finding names.
        timeout: seconds until the hook gives up on a push.
        max_builds: how many releases one push may build.
    """

    tag: str = ""
    legacy_tags: tuple[str, ...] = ()
    ignore_tags: tuple[str, ...] = ()
    projects: tuple[ProjectRules, ...] = ()
    version_files: tuple[str, ...] = ()
    changelog: str = ""
    changelog_checked: bool = True
    strict: bool = False
    allow_delete: bool = False
    imports: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()
    test_command: str = ""
    test_requires: tuple[str, ...] = ()
    test_extras: tuple[str, ...] = ()
    select: tuple[str, ...] = ()
    ignore: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    secrets_allowed: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    timeout: int = DEFAULT_TIMEOUT
    max_builds: int = 5

    @classmethod
    def of(cls, table: Mapping[str, object], where: str = "pyproject.toml") -> Config:
        """Read the table `[tool.tagward]`.

        Args:
            table: its keys and values.
            where: what to call the file in an error.

        Raises:
            ConfigError: a key is not known, a value has the wrong type, or something is ignored without a reason.
        """
        known = {_spelled(item.name): item.name for item in fields(cls) if item.name in _READERS}
        values: dict[str, object] = {}
        for key, value in table.items():
            if key not in known:
                raise ConfigError(f"{where}: [tool.tagward] does not know {key!r}{_near(key, known)}")
            values[known[key]] = _READERS[known[key]](value, f"{where}: [tool.tagward] {key}")
        if values.get("changelog") is False:
            values |= {"changelog": "", "changelog_checked": False}
        return cls(**values)  # type: ignore[arg-type]  # every value went through its reader

    @property
    def forms(self) -> tuple[str, ...]:
        """The forms of release tags that the configuration states for the project at the root."""
        return ((self.tag,) if self.tag else ()) + self.legacy_tags

    def ignores(self, name: str) -> bool:
        """Whether a tag is no release, as the configuration says."""
        return any(fnmatch.fnmatchcase(name, pattern) for pattern in self.ignore_tags)

    def version_in(self, name: str, forms: Sequence[str] = ()) -> Version | None:
        """The version that a tag of this name releases; None where it is no release tag.

        Tag names are compared as exact ASCII; what stands at `{version}` is read as PEP 440.

        Args:
            name: the tag.
            forms: the forms that hold where the configuration states none.
        """
        if self.ignores(name):
            return None
        versions = (version_by_form(name, form) for form in self.forms or forms)
        return next((version for version in versions if version is not None), None)


def _spelled(name: str) -> str:
    return {"imports": "import", "projects": "project"}.get(name, name.replace("_", "-"))


def _near(key: str, known: Mapping[str, str]) -> str:
    import difflib  # noqa: PLC0415  # only a wrong key needs it

    near = difflib.get_close_matches(key.replace("_", "-"), known, 1)
    return f"; did you mean {near[0]!r}?" if near else f"; it knows {', '.join(sorted(known))}"


def _flag(value: object, where: str) -> bool:
    if not isinstance(value, bool):
        raise ConfigError(f"{where} must be true or false, not {value!r}")
    return value


def _number(value: object, where: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ConfigError(f"{where} must be a whole number above 0, not {value!r}")
    return value


def _words(value: object, where: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(word, str) and word for word in value):
        raise ConfigError(f"{where} must be a list of strings, not {value!r}")
    return tuple(value)


def _commands(value: object, where: str) -> tuple[str, ...]:
    import shlex  # noqa: PLC0415  # few projects have any

    commands = _words(value, where)
    for command in commands:
        try:
            program = next(iter(shlex.split(command)), "")
        except ValueError as failure:
            raise ConfigError(f"{where}: {command!r} is no command line: {failure}") from None
        if not program:
            raise ConfigError(f"{where}: {command!r} names no program")
    return commands


def _line(value: object, where: str) -> str:
    if not isinstance(value, str) or not value.strip() or "\n" in value:
        raise ConfigError(f"{where} must be one line of text, not {value!r}")
    return value


def _requirements(value: object, where: str) -> tuple[str, ...]:
    from packaging.requirements import InvalidRequirement, Requirement  # noqa: PLC0415  # few projects have any

    requirements = _words(value, where)
    for requirement in requirements:
        try:
            Requirement(requirement)
        except (InvalidRequirement, RecursionError) as failure:
            raise ConfigError(f"{where}: {requirement!r} is no requirement: {failure}") from None
    return requirements


def _extras(value: object, where: str) -> tuple[str, ...]:
    extras = _words(value, where)
    for extra in extras:
        if not _EXTRA.fullmatch(extra):
            raise ConfigError(f"{where}: {extra!r} is not the name of an extra")
    return extras


def _modules(value: object, where: str) -> tuple[str, ...]:
    modules = _words(value, where)
    for module in modules:
        if not all(part.isidentifier() for part in module.split(".")):
            raise ConfigError(f"{where}: {module!r} is not the name of a module")
    return modules


def _format(value: object, where: str) -> str:
    if not isinstance(value, str) or value.count(PLACEHOLDER) != 1 or not value.isascii():
        raise ConfigError(f'{where} must be ASCII text with {{version}} in it once, as "v{{version}}", not {value!r}')
    return value


def _formats(value: object, where: str) -> tuple[str, ...]:
    return tuple(_format(word, where) for word in _words(value, where))


def _projects(value: object, where: str) -> tuple[ProjectRules, ...]:
    if not isinstance(value, list):
        raise ConfigError(f"{where} must be tables, each begun with [[tool.tagward.project]]")
    projects = tuple(ProjectRules.of(table, f"{where} {number}") for number, table in enumerate(value, 1))
    if len({project.path for project in projects}) < len(projects):
        raise ConfigError(f"{where}: two projects in one folder")
    return projects


def _changelog(value: object, where: str) -> str | bool:
    if value is False or (isinstance(value, str) and value):
        return value
    raise ConfigError(f"{where} must be the path of a file, or false, not {value!r}")


def _selectors(value: object, where: str) -> tuple[str, ...]:
    selectors = tuple(word for word in _words(value, where) if word != "ALL")
    for selector in selectors:
        if not _SELECTOR.fullmatch(selector):
            raise ConfigError(f"{where}: {selector!r} is neither a code nor the beginning of one")
    return selectors


def _reasons(value: object, where: str) -> Mapping[str, str]:
    if not isinstance(value, dict):
        raise ConfigError(f"{where} must be a table: a code, and the reason why it is ignored")
    for code, reason in value.items():
        if not _CODE.fullmatch(code):
            raise ConfigError(f"{where}: {code!r} is not a code")
        if not isinstance(reason, str) or not reason.strip():
            raise ConfigError(
                f"{where}: {code} is ignored without a reason", fixes=(f'{code} = "why this project may"',)
            )
    return MappingProxyType(dict(value))


def _allowed(value: object, where: str) -> Mapping[str, str]:
    if not isinstance(value, dict):
        raise ConfigError(f"{where} must be a table: the sha256 of a secret, and the reason why it may be public")
    for digest, reason in value.items():
        if not _DIGEST.fullmatch(digest):
            raise ConfigError(
                f"{where}: {digest[:12]!r} is no sha256 in small letters", fixes=("copy it from the finding",)
            )
        if not isinstance(reason, str) or not reason.strip():
            raise ConfigError(
                f"{where}: {digest[:12]}… is allowed without a reason", fixes=(f'"{digest}" = "why it may be public"',)
            )
    return MappingProxyType(dict(value))


_READERS: dict[str, Callable[[object, str], object]] = {
    "tag": _format,
    "legacy_tags": _formats,
    "ignore_tags": _words,
    "projects": _projects,
    "version_files": _words,
    "changelog": _changelog,
    "strict": _flag,
    "allow_delete": _flag,
    "imports": _modules,
    "commands": _commands,
    "test_command": _line,
    "test_requires": _requirements,
    "test_extras": _extras,
    "select": _selectors,
    "ignore": _reasons,
    "secrets_allowed": _allowed,
    "timeout": _number,
    "max_builds": _number,
}
