"""All checks, and which of them a project asks."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar, cast

from tagward.checks._check import Check
from tagward.errors import ConfigError
from tagward.model.findings import Result, Status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagward.model.config import Config

S = TypeVar("S")
AnyCheck = Check[Any]
FAMILIES = {
    "Candidate": ("tag",),
    "Workspace": ("version", "changelog", "index"),
    "Distributions": (
        "build",
        "built",
        "archives",
        "wheel",
        "sdist",
        "change",
        "upload",
        "upload_rules",
        "secrets",
        "index_files",
    ),
    "Installation": ("installation",),
    "Stranger": ("stranger",),
    "Inspection": (
        "setup_project",
        "setup_hooks",
        "setup_start",
        "setup_jobs",
        "setup_audit",
        "setup_remote",
        "setup_tokens",
    ),
}
"""The families of checks by the type of what they are asked of, in the order of the work.

A family is imported when it is asked, because the fast checks ask only two of them.
"""
GROUPS = {
    "T": "tag",
    "V0": "source",
    "C": "source",
    "I0": "index",
    "B": "build",
    "V1": "contents",
    "M1": "contents",
    "D": "contents",
    "S": "contents",
    "U": "upload",
    "I1": "upload",
    "X": "install",
    "G0": "project",
    "G1": "hooks",
    "G2": "workflow",
    "G3": "remote",
    "G4": "rehearsal",
    "G5": "tokens",
}
"""The group of checks under which a code is shown, by the beginning of the code, the longest one that fits."""


@cache
def checks_of(subject: str) -> tuple[AnyCheck, ...]:
    """The checks that are asked of one type of subject, by the name of the type."""
    modules = (importlib.import_module(f"tagward.checks.{family}") for family in FAMILIES[subject])
    return tuple(check for module in modules for check in module.CHECKS)


def every() -> tuple[AnyCheck, ...]:
    """Every check there is, in the order of the work."""
    return tuple(check for subject in FAMILIES for check in checks_of(subject))


def group_of(code: str) -> str:
    """The group under which a code is shown."""
    return next(GROUPS[code[:length]] for length in (2, 1) if code[:length] in GROUPS)


def find(code: str) -> AnyCheck:
    """The check of a code.

    Raises:
        ConfigError: there is none; a near one is named.
    """
    known = {check.info.code: check for check in every()}
    if code not in known:
        import difflib  # noqa: PLC0415  # only a wrong code needs it

        near = difflib.get_close_matches(code.upper(), known, 1, 0.5)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise ConfigError(f"{code} is not a code{hint}", fixes=("tagward explain",))
    return known[code]


@dataclass(frozen=True, slots=True)
class Selection:
    """The checks that one project asks, as its configuration says."""

    config: Config

    @classmethod
    def of(cls, config: Config) -> Selection:
        """Read what the configuration selects and ignores.

        Raises:
            ConfigError: a code is not known, or what is ignored cannot be.
        """
        if not (config.ignore or config.select):
            return cls(config)
        codes = {check.info.code: check.info for check in every()}
        for code in config.ignore:
            if find(code).info.essential:
                raise ConfigError(f"[tool.tagward] ignore: {code} cannot be ignored ({codes[code].title})")
        for selector in config.select:
            if not any(code.startswith(selector) for code in codes):
                raise ConfigError(f"[tool.tagward] select: no code begins with {selector}", fixes=("tagward explain",))
        return cls(config)

    def ask(self, subject: object) -> Iterator[Result]:
        """Ask every check for subjects of this type; what is ignored is named with its reason."""
        select, ignore, strict = self.config.select, self.config.ignore, self.config.strict
        for check in cast("tuple[Check[object], ...]", checks_of(type(subject).__name__)):
            if select and not (check.info.essential or check.info.code.startswith(select)):
                continue
            if reason := ignore.get(check.info.code):
                yield Result(check.info, Status.IGNORED, reason=reason)
            else:
                yield check(subject, strict=strict)
