"""What a release ships, and what is new and what is gone since the one before it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tagward.model.artifact import MemberKind
from tagward.model.names import normalize

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tagward.model.distributions import Distribution

DEPENDENCY = "Requires-Dist"
FOLLOWING = {".dist-info/METADATA", ".dist-info/RECORD"}
"""Files, by `name_of`, that differ in every release: one is told field by field, one follows from all the others."""
_OWN = re.compile(r"[^/]+(?=\.(?:dist-info|data)/)")
_SITE = re.compile(r"[^/]*\.data/(?:purelib|platlib)/")
_MODULE = re.compile(r"(?P<name>[^/.]+)(?:\.[^/]+)?\.(?:py|pyi|so|pyd)")


@dataclass(frozen=True, slots=True)
class Release:
    """An earlier release, as the index has it.

    Attributes:
        version: in the spelling of `packaging`.
        index: the name of the index, for messages.
        wheel: the file name of the wheel that was read; empty where none was.
        reason: why none was read; empty where one was.
        members: the digests (sha256, hexadecimal) of the files in that wheel, by `name_of`; empty without a digest.
        scripts: the names of its console and GUI scripts.
        metadata: the fields of its metadata, see `tagward.model.distributions.Distribution`.
        sizes: bytes of its sdist and of that wheel by the word for their kind, as far as the index says.
        first: nothing came before this release.
    """

    version: str = ""
    index: str = ""
    wheel: str = ""
    reason: str = ""
    members: Mapping[str, str] = field(default_factory=dict)
    scripts: tuple[str, ...] = ()
    metadata: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sizes: Mapping[str, int] = field(default_factory=dict)
    first: bool = False


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that is not as it was: a field of the metadata, or a dependency.

    Attributes:
        old: empty where it was not there.
        new: empty where it is there no more.
    """

    name: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Change:
    """What a wheel ships that the one before did not, and the other way round; names as in the wheel, sorted.

    Attributes:
        since: the version of the earlier release.
        new: files that ship for the first time.
        gone: files that ship no more.
        startup: new files that Python runs whenever it starts: `*.pth` at the top (documentation of `site`).
        modules: new importable names at the top.
        modules_gone: importable names at the top that are no more.
        scripts: new console and GUI scripts.
        scripts_gone: those that are no more.
        changed: files with other bytes than before, without those of `FOLLOWING`.
        metadata: fields with other values, without the dependencies and the version.
        dependencies: what is required now, was required, or was required otherwise.
    """

    since: str
    new: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    startup: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()
    modules_gone: tuple[str, ...] = ()
    scripts: tuple[str, ...] = ()
    scripts_gone: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    metadata: tuple[Difference, ...] = ()
    dependencies: tuple[Difference, ...] = ()


def change_since(release: Release | None, wheel: Distribution | None) -> Change | None:
    """What changed from an earlier release to a wheel; None where one of them is not known."""
    if release is None or wheel is None or wheel.artifact is None or not release.wheel:
        return None
    digests = members_of(wheel)
    now, then = set(digests), set(release.members)
    scripts, scripts_then = set(wheel.entry_points or {}), set(release.scripts)
    modules, modules_then = modules_at_top(now), modules_at_top(then)
    return Change(
        release.version,
        tuple(sorted(now - then)),
        tuple(sorted(then - now)),
        tuple(sorted(set(startup_files(now)) - then)),
        tuple(sorted(modules - modules_then)),
        tuple(sorted(modules_then - modules)),
        tuple(sorted(scripts - scripts_then)),
        tuple(sorted(scripts_then - scripts)),
        tuple(sorted(name for name in (now & then) - FOLLOWING if _differ(digests[name], release.members[name]))),
        _metadata_changed(release.metadata, wheel.metadata),
        _dependencies_changed(release.metadata, wheel.metadata),
    )


def _differ(now: str, then: str) -> bool:
    """Whether two digests say different things; an empty one says nothing."""
    return bool(now and then) and now != then


def _metadata_changed(
    then: Mapping[str, tuple[str, ...]], now: Mapping[str, tuple[str, ...]]
) -> tuple[Difference, ...]:
    """Of a field with several values only those that came and went."""
    found = []
    for name in sorted(({*then, *now} if then and now else set()) - {DEPENDENCY, "Version"}):
        old, new = then.get(name, ()), now.get(name, ())
        gone = [value for value in old if value not in new]
        come = [value for value in new if value not in old]
        if gone or come:
            found.append(Difference(name, "\n".join(gone), "\n".join(come)))
    return tuple(found)


def _dependencies_changed(
    then: Mapping[str, tuple[str, ...]], now: Mapping[str, tuple[str, ...]]
) -> tuple[Difference, ...]:
    old, new = (_required(one.get(DEPENDENCY, ())) if then and now else {} for one in (then, now))
    return tuple(
        Difference(name, old.get(name, ""), new.get(name, ""))
        for name in sorted({*old, *new})
        if old.get(name) != new.get(name)
    )


def _required(requirements: Iterable[str]) -> dict[str, str]:
    """What is required, by the name of the project and the marker; `any` where every version will do."""
    from packaging.requirements import InvalidRequirement, Requirement  # noqa: PLC0415  # when the build is done

    found: dict[str, list[str]] = {}
    for text in requirements:
        try:
            one = Requirement(text)
        except (InvalidRequirement, RecursionError):
            found.setdefault(text, [])
            continue
        extras = f"[{','.join(sorted(one.extras))}]" if one.extras else ""
        name = normalize(one.name) + extras + (f" ; {one.marker}" if one.marker else "")
        found.setdefault(name, []).append(one.url or str(one.specifier) or "any")
    return {name: ", ".join(sorted(values)) or "any" for name, values in found.items()}


def members_of(wheel: Distribution) -> dict[str, str]:
    """The digests of the files in a wheel by `name_of`."""
    members = wheel.artifact.members if wheel.artifact else ()
    return {name_of(one.name): one.sha256 for one in members if one.kind is not MemberKind.DIRECTORY}


def name_of(member: str) -> str:
    """The name of a member, without the name and version of the release in it."""
    match = _OWN.match(member)
    return member[match.end() :] if match else member


def in_site(names: Iterable[str]) -> dict[str, str]:
    """What an installer puts into site-packages, by the path there (binary distribution format, ".data directory").

    What belongs to the metadata of the release is left out.
    """
    found = {}
    for name in names:
        match = _SITE.match(name)
        path = name[match.end() :] if match else name
        if not path.partition("/")[0].endswith((".dist-info", ".data")):
            found[path] = name
    return found


def startup_files(names: Iterable[str]) -> tuple[str, ...]:
    """The names of path configuration files, whose `import` lines run whenever Python starts."""
    return tuple(name for path, name in in_site(names).items() if "/" not in path and path.endswith(".pth"))


def modules_at_top(names: Iterable[str]) -> frozenset[str]:
    """The names that can be imported from what lies at the top of a wheel."""
    found = set()
    for path in in_site(names):
        head, slash, rest = path.partition("/")
        if slash and head.isidentifier() and rest.endswith((".py", ".pyi", ".so", ".pyd")):
            found.add(head)
        elif not slash and (match := _MODULE.fullmatch(path)):
            found.add(match["name"])
    return frozenset(found)
