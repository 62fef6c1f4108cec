"""What is installed in an environment, read from its metadata: who requires whom, and who brings what."""

from __future__ import annotations

import importlib.metadata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from packaging.markers import UndefinedComparison, UndefinedEnvironmentName
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from importlib.metadata import Distribution
    from pathlib import Path

_SUFFIXES = (".py", ".so", ".pyd")


@dataclass(frozen=True, slots=True)
class Shelf:
    """The distributions of an environment whose interpreter is of the version of ours.

    Attributes:
        distributions: by normalised name.
        project: the normalised name of the one that is judged.
    """

    distributions: Mapping[str, Distribution]
    project: str

    @classmethod
    def of(cls, packages: Path, project: str) -> Shelf:
        """Read a site-packages folder."""
        found = importlib.metadata.distributions(path=[str(packages)])
        named = ((one.metadata["Name"], one) for one in found)
        return cls({canonicalize_name(name): one for name, one in named if name}, canonicalize_name(project))

    @property
    def version(self) -> str:
        """What `importlib.metadata.version` says of the project; empty where it is not there."""
        return self.distributions[self.project].version if self.project in self.distributions else ""

    @property
    def requires(self) -> tuple[str, ...]:
        """`Requires-Dist` of the project, as written."""
        return tuple(self._requires(self.project))

    def conflicts(self) -> tuple[str, ...]:
        """Requirements that are not met, in the words of `pip check`, which asks the same of the same metadata.

        It is not run, because that takes half as long as the whole installation.
        """
        return tuple(said for name in sorted(self.distributions) for said in self._conflicts_of(name))

    def absent_extras(self) -> tuple[str, ...]:
        """Extras that the project asks of what it requires, and that those do not have: pip installs without them."""
        return tuple(
            f"{requirement.name}[{extra}]: {requirement.name} {found.version} has no such extra"
            for requirement in self._needed(self.project)
            if (found := self.distributions.get(canonicalize_name(requirement.name)))
            for extra in sorted(requirement.extras)
            if canonicalize_name(extra) not in map(canonicalize_name, found.metadata.get_all("Provides-Extra") or ())
        )

    def declared(self) -> frozenset[str]:
        """The normalised names of what the project requires, in any environment and with any extra."""
        return frozenset(canonicalize_name(one.name) for one in _parsed(self._requires(self.project)))

    def owners(self) -> dict[str, set[str]]:
        """The distributions, by normalised name, that bring each top-level import name."""
        owners: dict[str, set[str]] = {}
        for name, one in self.distributions.items():
            for file in one.files or ():
                if file.parts[0] != ".." and not file.parts[0].endswith(".dist-info") and file.suffix in _SUFFIXES:
                    owners.setdefault(file.parts[0].partition(".")[0], set()).add(name)
        return owners

    def _conflicts_of(self, name: str) -> Iterator[str]:
        said = f"{self.distributions[name].metadata['Name']} {self.distributions[name].version}"
        for one in self._needed(name):
            found = self.distributions.get(canonicalize_name(one.name))
            try:
                if found is None:
                    yield f"{said} requires {one.name}, which is not installed"
                elif not one.url and not one.specifier.contains(found.version, prereleases=True):
                    yield f"{said} has requirement {one}, but you have {one.name} {found.version}"
            except InvalidVersion:
                continue  # pip has installed it, and knows no better

    def _needed(self, name: str) -> Iterator[Requirement]:
        for one in _parsed(self._requires(name)):
            try:
                if one.marker is None or one.marker.evaluate({"extra": ""}):
                    yield one
            except (UndefinedComparison, UndefinedEnvironmentName):
                continue

    def _requires(self, name: str) -> list[str]:
        return (self.distributions[name].requires or []) if name in self.distributions else []


def needs_others(requires: Iterable[str]) -> bool:
    """Whether these requirements bring anything in here, without extras; also where that is not certain."""
    try:
        return any(one.marker is None or one.marker.evaluate({"extra": ""}) for one in map(Requirement, requires))
    except (InvalidRequirement, UndefinedComparison, UndefinedEnvironmentName):
        return True


def _parsed(lines: Iterable[str]) -> Iterator[Requirement]:
    for line in lines:
        try:
            yield Requirement(line)
        except InvalidRequirement:
            continue  # a dependency that says nonsense is not the project's fault; for its own there is U009
