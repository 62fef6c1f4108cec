"""The current version that tools for raising the version keep in their settings."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from tagward.model.versions import Declaration, Role
from tagward.sources.files import Faulty
from tagward.sources.project import PYPROJECT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tagward.model.places import Fault
    from tagward.sources.files import Files, Toml


def read_bumpers(files: Files, faults: list[Fault]) -> Iterator[Declaration]:
    """The current version of each such tool; files at fault are told in `faults`."""
    for reader in _READERS:
        try:
            yield from reader(files)
        except Faulty as failure:
            faults.append(failure.fault)


def _toml(file: Toml | None, *keys: str) -> Iterator[Declaration]:
    value = file.table(*keys[:-1]).get(keys[-1]) if file else None
    if file and isinstance(value, str) and value:
        yield Declaration(".".join(keys), value, file.place(*keys), Role.READ)


def _pyproject(files: Files) -> Iterator[Declaration]:
    file = files.toml(PYPROJECT)
    for tool in ("bumpversion", "bumpver", "tbump"):
        keys = ("tool", tool, "version", "current") if tool == "tbump" else ("tool", tool, "current_version")
        yield from _toml(file, *keys)
    yield from _commitizen(file, "tool", "commitizen")


def _commitizen(file: Toml | None, *keys: str) -> Iterator[Declaration]:
    # Any other provider reads the version elsewhere, and the key is not used.
    if file and file.table(*keys).get("version_provider", "commitizen") == "commitizen":
        yield from _toml(file, *keys, "version")


def _cfg(name: str, files: Files) -> Iterator[Declaration]:
    file = files.ini(name)
    keys = ("bumpversion", "current_version")
    value = file.get(*keys) if file else None
    if file and value:
        yield Declaration("[bumpversion] current_version", value, file.place(*keys), Role.READ)


def _bumpversion_toml(files: Files) -> Iterator[Declaration]:
    yield from _toml(files.toml(".bumpversion.toml"), "tool", "bumpversion", "current_version")


def _tbump(files: Files) -> Iterator[Declaration]:
    yield from _toml(files.toml("tbump.toml"), "version", "current")


def _cz_toml(name: str, files: Files) -> Iterator[Declaration]:
    yield from _commitizen(files.toml(name), "tool", "commitizen")


def _cz_json(name: str, files: Files) -> Iterator[Declaration]:
    file = files.json(name)
    value = file.get("commitizen", "version") if file else None
    if file and isinstance(value, str):
        yield Declaration("commitizen.version", value, file.place("commitizen", "version"), Role.READ)


def _release_please(files: Files) -> Iterator[Declaration]:
    # One manifest serves all projects of a repository, and stands at its root.
    top = "." if files.folder == "." else "/".join([".."] * (files.folder.count("/") + 1))
    file = files.json(f"{top}/.release-please-manifest.json")
    value = file.get(files.folder) if file else None
    if file and isinstance(value, str):
        yield Declaration(f'.release-please-manifest.json "{files.folder}"', value, file.place(files.folder), Role.READ)


_READERS: tuple[Callable[[Files], Iterator[Declaration]], ...] = (
    _pyproject,
    partial(_cfg, ".bumpversion.cfg"),
    partial(_cfg, "setup.cfg"),
    _bumpversion_toml,
    _tbump,
    partial(_cz_toml, ".cz.toml"),
    partial(_cz_toml, "cz.toml"),
    partial(_cz_json, ".cz.json"),
    partial(_cz_json, "cz.json"),
    _release_please,
)
