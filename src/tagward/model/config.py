"""The rules of a project, `[tool.tagward]` in its pyproject.toml, read from the commit that is judged."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import TYPE_CHECKING

from tagward.errors import ConfigError
from tagward.model.versions import parse_version

if TYPE_CHECKING:
    from collections.abc import Mapping

    from packaging.version import Version

DEFAULT_FORMATS = ("v{version}", "{version}")
DEFAULT_TIMEOUT = 300
_CODE = re.compile(r"[A-Z]+\d{3}")
_SELECTOR = re.compile(r"[A-Z]+\d{0,3}")


@dataclass(frozen=True, slots=True)
class Config:
    """What a project asks of its releases.

    Attributes:
        tag: the one form of its release tags, with `{version}` in it; empty where it has not said, and then a version
            with or without a leading `v` is a release tag.
        strict: warnings refuse too.
        allow_delete: a push may delete a release tag.
        imports: the import packages that must import; empty: those that the wheel brings.
        commands: command lines to run in the fresh environment; they must exit with 0.
        select: codes or prefixes of codes to ask; empty: all.
        ignore: codes that are not asked, each with its reason.
        timeout: seconds until the hook gives up on a tag.
        max_builds: how many releases one push may build.
    """

    tag: str = ""
    strict: bool = False
    allow_delete: bool = False
    imports: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()
    select: tuple[str, ...] = ()
    ignore: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
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
        known = {_spelled(item.name): item.name for item in fields(cls)}
        values: dict[str, object] = {}
        for key, value in table.items():
            if key not in known:
                raise ConfigError(f"{where}: [tool.tagward] does not know {key!r}{_near(key, known)}")
            values[known[key]] = _READERS[known[key]](value, f"{where}: [tool.tagward] {key}")
        return cls(**values)  # type: ignore[arg-type]  # every value went through its reader

    @property
    def formats(self) -> tuple[str, ...]:
        """The forms that release tags have."""
        return (self.tag,) if self.tag else DEFAULT_FORMATS

    def version_in(self, name: str) -> Version | None:
        """The version that a tag of this name releases; None where it is no release tag.

        Tag names are compared as exact ASCII; what stands at `{version}` is read as PEP 440.
        """
        for form in self.formats:
            before, _, after = form.partition("{version}")
            if name.startswith(before) and name.endswith(after) and len(name) > len(before) + len(after):
                version = parse_version(name[len(before) : len(name) - len(after)])
                if version and name[len(before) : len(before) + 1].lower() != "v":
                    return version
        return None

    def tag_for(self, version: Version) -> str:
        """The name of the tag that releases a version."""
        return self.formats[0].replace("{version}", str(version))


def _spelled(name: str) -> str:
    return {"imports": "import"}.get(name, name.replace("_", "-"))


def _near(key: str, known: Mapping[str, str]) -> str:
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


def _modules(value: object, where: str) -> tuple[str, ...]:
    modules = _words(value, where)
    for module in modules:
        if not all(part.isidentifier() for part in module.split(".")):
            raise ConfigError(f"{where}: {module!r} is not the name of a module")
    return modules


def _format(value: object, where: str) -> str:
    if not isinstance(value, str) or value.count("{version}") != 1 or not value.isascii():
        raise ConfigError(f'{where} must be ASCII text with {{version}} in it once, as "v{{version}}", not {value!r}')
    return value


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


_READERS = {
    "tag": _format,
    "strict": _flag,
    "allow_delete": _flag,
    "imports": _modules,
    "commands": _words,
    "select": _selectors,
    "ignore": _reasons,
    "timeout": _number,
    "max_builds": _number,
}
