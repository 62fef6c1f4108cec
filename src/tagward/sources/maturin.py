"""Maturin: the version of the crate, its own or that of the Cargo workspace."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from tagward.model.places import Place
from tagward.sources.files import Faulty, Files, Toml
from tagward.sources.project import feeds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagward.model.versions import Declaration
    from tagward.sources.project import Project


def maturin_version(project: Project) -> Declaration | str:
    """The version of a maturin project whose pyproject.toml gives none.

    Maturin turns Cargo's spelling into Python's; `-alpha.1` is one that PEP 440 reads as well.

    Raises:
        Faulty: there is no manifest, or no version in it.
    """
    found = crate_version(project)
    if found is None:
        raise Faulty(Place(project.pyproject.path), "the version is dynamic, but there is no Cargo.toml")
    file, keys = found
    return feeds(
        "package.version" if keys[0] == "package" else ".".join(keys), file.string(*keys) or "", file.place(*keys)
    )


def manifest(project: Project) -> tuple[str, Toml] | None:
    """The crate's Cargo.toml: `manifest-path`, or where maturin looks for it.

    Raises:
        Faulty: it is no TOML.
    """
    stated = project.pyproject.table("tool", "maturin").get("manifest-path")
    for name in [stated] if isinstance(stated, str) else ["Cargo.toml", "rust/Cargo.toml", "native/Cargo.toml"]:
        file = project.files.toml(name)
        if file:
            return name, file
    return None


def crate_version(project: Project) -> tuple[Toml, tuple[str, ...]] | None:
    """The file and keys of the crate's version; None where there is no manifest.

    Raises:
        Faulty: a manifest is no TOML, or the version is nowhere.
    """
    found = manifest(project)
    if found is None:
        return None
    name, file = found
    version = file.table("package").get("version")
    if isinstance(version, str):
        return file, ("package", "version")
    if file.table("package", "version").get("workspace") is True:
        for workspace in _workspaces(project.files, name, file):
            if isinstance(workspace.table("workspace", "package").get("version"), str):
                return workspace, ("workspace", "package", "version")
    raise Faulty(Place(file.path), "`package.version` is no string, and no workspace gives it")


def _workspaces(files: Files, name: str, file: Toml) -> Iterator[Toml]:
    """Manifests that may be the root of the workspace: the stated one, or those of this and the outer folders."""
    folder = posixpath.dirname(name)
    stated = file.table("package").get("workspace")
    depth = files.path(name).count("/")
    outer = ["/".join([".."] * level) for level in range(depth + 1)]
    for step in [stated] if isinstance(stated, str) else outer:
        workspace = files.toml(posixpath.join(folder, step, "Cargo.toml"))
        if workspace:
            yield workspace
