"""Set the version at every place that states it: exactly the characters of the version, and no other byte."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from tagward.errors import ConfigError
from tagward.model.plan import BumpPlan, Write
from tagward.model.versions import Role, Unreadable, parse_version
from tagward.plans.changelog import released
from tagward.sources import survey

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from packaging.version import Version

    from tagward.model.places import Place
    from tagward.model.versions import Declaration, Tree

_SEMVER = ("Cargo.toml", "Cargo.lock", "package.json", "package-lock.json", "jsr.json", "server.json")
_STAGES = {"a": "alpha", "b": "beta", "rc": "rc"}
_TUPLE = re.compile(r"[(\[]\s*\d+(?:\s*,\s*\d+)*\s*,?\s*[)\]]")
_NUMBER = re.compile(r"\d+")


class _Overlay:
    """A tree in which some files have other contents."""

    def __init__(self, tree: Tree, contents: Mapping[str, bytes]) -> None:
        self._tree = tree
        self._contents = contents

    def read(self, path: str) -> bytes | None:
        return self._contents[path] if path in self._contents else self._tree.read(path)

    def paths(self) -> Collection[str]:
        return self._tree.paths()


def plan_bump(tree: Tree, version: Version, day: str, folder: str = "", named: Iterable[Declaration] = ()) -> BumpPlan:
    """The writes that make every place of the project in `folder` state `version`.

    Args:
        tree: the files as they are.
        version: the version of the release.
        day: the date for the changelog, as 2026-11-22.
        folder: where the project stands.
        named: places that the configuration names besides.

    Raises:
        ConfigError: nothing states the version, or a place cannot be set; then nothing at all is to be written.
    """
    found = survey(tree, folder)
    source = found.source.declaration
    if source is None and not found.source.backend:
        raise ConfigError(f"no project states a version in {folder or 'this folder'}")
    left = [] if source else [f"{found.source.backend}: {found.source.reason}"]
    places = {str(one.place): one for one in (*((source,) if source else ()), *named, *found.declarations)}
    contents: dict[str, bytes] = {}
    done: list[str] = []
    by_file: dict[str, list[Declaration]] = defaultdict(list)
    for one in places.values():
        if one.role is Role.ADVISORY or (one.role is Role.READ and one.version is None):
            left.append(f"{one.what} in {one.place} says {one.text}")
        else:
            by_file[one.place.path].append(one)
    for path, declarations in by_file.items():
        text = _text(tree, path)
        for one in sorted(declarations, key=lambda one: (one.place.line, one.place.column), reverse=True):
            text = _spliced(text, one, version)
            done.append(f"{one.what} in {one.place}")
        contents[path] = text.encode("utf-8", "surrogateescape")
    if found.changelog:
        path = found.changelog.path
        before = contents.get(path) or _text(tree, path).encode("utf-8", "surrogateescape")
        after = released(before.decode("utf-8", "surrogateescape"), found.changelog, version, day)
        if after is None:
            left.append(f"{path}: it has no heading for what is unreleased")
        else:
            contents[path] = after.encode("utf-8", "surrogateescape")
            done.append(f"the entry for {version} in {path}")
    _hold(_Overlay(tree, contents), version, folder, set(by_file))
    writes = [Write(path, tree.read(path) or b"", after) for path, after in sorted(contents.items())]
    return BumpPlan(tuple(one for one in writes if one.before != one.after), tuple(sorted(done)), tuple(left))


def _text(tree: Tree, path: str) -> str:
    try:
        data = tree.read(path)
    except Unreadable as failure:
        raise ConfigError(f"{path} cannot be read: {failure}") from None
    if data is None:
        raise ConfigError(f"{path} is gone")
    return data.decode("utf-8", "surrogateescape")


def _spliced(text: str, one: Declaration, version: Version) -> str:
    start, end = _span(text, one.place)
    written = text[start:end]
    return text[:start] + _spelled(written, one, version) + text[end:]


def _span(text: str, place: Place) -> tuple[int, int]:
    if not (place.line and place.column and place.width):
        raise ConfigError(f"the version in {place.path} has no place that could be set", fixes=("set it by hand",))
    start = 0
    for _ in range(place.line - 1):
        start = text.index("\n", start) + 1
    start += place.column - 1
    return start, start + place.width


def _spelled(written: str, one: Declaration, version: Version) -> str:
    """The version in the spelling of its place: as a tuple, as SemVer, in two numbers, or as PEP 440 has it."""
    if _TUPLE.fullmatch(written):
        if str(version) != version.base_version or version.epoch:
            raise ConfigError(f"{one.what} in {one.place} is a tuple of numbers, which cannot state {version}")
        count = len(_NUMBER.findall(written))
        numbers = iter((*version.release, *([0] * max(0, count - len(version.release)))))
        return _NUMBER.sub(lambda _: str(next(numbers)), written)
    old = parse_version(one.text)
    if old is None and one.role is Role.READ:
        raise ConfigError(f"{one.what} in {one.place} says {one.text}, which is no version")
    if written != one.text and one.text not in written:
        raise ConfigError(f"{one.what} in {one.place} is not written as one text", fixes=("set it by hand",))
    if one.place.path.rpartition("/")[2] in _SEMVER:
        return _semver(version)
    if one.role is Role.READ and old is not None and len(one.text.split(".")) == 2 < len(version.release):  # noqa: PLR2004
        return f"{version.major}.{version.minor}"
    return str(version)


def _semver(version: Version) -> str:
    """A version as SemVer 2.0 writes it."""
    numbers = ".".join(str(number) for number in (*version.release, 0, 0)[: max(3, len(version.release))])
    if version.pre:
        stage, number = version.pre
        numbers += f"-{_STAGES[stage]}.{number}"
    elif version.dev is not None:
        numbers += f"-dev.{version.dev}"
    return numbers


def _hold(tree: Tree, version: Version, folder: str, paths: set[str]) -> None:
    """Read what would be written once more: every place that was set must now state the version."""
    found = survey(tree, folder)
    for one in (*((found.source.declaration,) if found.source.declaration else ()), *found.declarations):
        short = f"{version.major}.{version.minor}"
        if one.place.path in paths and one.version != version and one.text != short and one.version is not None:
            raise ConfigError(
                f"{one.what} in {one.place} would say {one.text} and not {version}, so that nothing is written",
                fixes=("set it by hand",),
            )
