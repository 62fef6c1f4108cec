"""Holds the commit against the archives that were built of it."""

from __future__ import annotations

import contextlib
import hashlib
import posixpath
import stat
from typing import TYPE_CHECKING

from tagward import _toml
from tagward.model.artifact import MemberKind
from tagward.model.change import in_site
from tagward.model.contents import Contents, Lost, Text
from tagward.model.distributions import Kind
from tagward.model.versions import Unreadable
from tagward.sources.contents import MARKER, exclusions, lost_files
from tagward.sources.files import Files
from tagward.sources.packages import is_named
from tagward.sources.shipped import own_packages

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from tagward.model.distributions import Distribution
    from tagward.model.versions import Tree
    from tagward.model.workspace import Workspace

MAX_COMPARED = 2000
"""So many files that a wheel lacks are looked into; a project with more packs in a way of its own."""
MAX_COMPARED_BYTES = 64 << 20


def compare(workspace: Workspace, root: Path, tree: Tree, files: Iterable[Distribution]) -> Contents | None:
    """What the sdist and the wheel lack of the commit; None where one of them cannot be read.

    Args:
        workspace: the project.
        root: the exported commit.
        tree: the same, as the readers of the source see it.
        files: what was built.
    """
    sdists = [file for file in files if file.kind is Kind.SDIST and file.artifact and not file.fault]
    wheels = [file for file in files if file.kind is Kind.WHEEL and file.artifact and not file.fault]
    if not sdists or not wheels:
        return None
    folder = workspace.candidate.folder
    start = f"{folder}/" if folder else ""
    tracked = {path[len(start) :] for path in tree.paths() if path.startswith(start)}
    packed = {name.partition("/")[2] for name in sdists[0].members}
    shipped = {path for wheel in wheels for path in in_site(wheel.members)}
    digests = {
        one.sha256
        for wheel in wheels
        for one in (wheel.artifact.members if wheel.artifact else ())
        if one.kind is MemberKind.FILE
    }
    tool = _toml.table(workspace.pyproject, "tool")
    lost = list(lost_files(tracked, shipped, exclusions(tool)))
    # What has another name in the wheel is not lost.
    elsewhere = _found(root, [start + path for path, _ in lost], digests) if len(lost) <= MAX_COMPARED else None
    return Contents(
        packages=_missing_packages(workspace, root, tree, shipped, digests),
        lost=tuple(
            Lost(start + path, kind, path in packed)
            for path, kind in (lost if elsewhere is not None else ())
            if start + path not in (elsewhere or ())
        ),
        unpacked=tuple(start + name for name in ("pyproject.toml",) if name in tracked and name not in packed),
        unshipped=tuple(start + path for path in sorted(tracked - packed)),
        readme=_readme(workspace, tree),
    )


def _missing_packages(
    workspace: Workspace, root: Path, tree: Tree, shipped: set[str], digests: set[str]
) -> tuple[str, ...]:
    """The project's own packages of which the wheel has nothing, under whatever name."""
    if _ships_none(workspace.pyproject):
        return ()
    files = Files(tree, workspace.candidate.folder)
    start = "" if files.folder == "." else f"{files.folder}/"
    missing = []
    for package in own_packages(files, workspace.project or None):
        # Another name may be that of a script or of the build's own code, which nobody wants to ship.
        if not is_named(package, workspace.project):
            continue
        if package == "." or package.startswith("../") or _is_shipped(package, shipped):
            continue
        path = start + package
        code = [one for one in tree.paths() if one == path or (one.startswith(path + "/") and one.endswith(".py"))]
        if code and not _found(root, code[:MAX_COMPARED], digests):
            missing.append(path)
    return tuple(missing)


def _is_shipped(package: str, shipped: Iterable[str]) -> bool:
    parts = package.removesuffix(".py").split("/")
    ends = ["/".join(parts[at:]) for at in range(len(parts))]
    return any(path.startswith((f"{end}/", f"{end}.", f"{end}-stubs/")) for path in shipped for end in ends)


def _ships_none(pyproject: Mapping[str, object]) -> bool:
    """Whether the project says that its wheel has no package (setuptools, hatch and poetry each in its own way)."""
    wheel = _toml.table(pyproject, "tool", "hatch", "build", "targets", "wheel")
    poetry = _toml.table(pyproject, "tool", "poetry")
    return (
        _toml.table(pyproject, "tool", "setuptools").get("packages") == []
        or wheel.get("bypass-selection") is True
        or poetry.get("package-mode") is False
        or poetry.get("packages") == []
    )


def _found(root: Path, paths: Iterable[str], digests: set[str]) -> set[str]:
    """Those files of the commit whose very content is among the digests; what cannot be read counts as found."""
    found = set()
    left = MAX_COMPARED_BYTES
    for path in paths:
        try:
            status = (root / path).lstat()
            left -= status.st_size
            if not stat.S_ISREG(status.st_mode) or left < 0 or (status.st_size and _digest(root / path) in digests):
                found.add(path)
        except OSError:
            found.add(path)
    # What says nothing is in a wheel under many names, and stands for its own alone: an empty file, and a marker.
    return {path for path in found if posixpath.basename(path) != MARKER}


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _readme(workspace: Workspace, tree: Tree) -> Text | None:
    """The file that `readme` names (PEP 621; poetry's own table)."""
    stated = _toml.table(workspace.pyproject, "project").get("readme")
    if stated is None:
        stated = _toml.table(workspace.pyproject, "tool", "poetry").get("readme")
    name = stated.get("file") if isinstance(stated, dict) else stated
    if not isinstance(name, str) or not name:
        return None
    path = posixpath.normpath(posixpath.join(workspace.candidate.folder, name))
    with contextlib.suppress(Unreadable, UnicodeDecodeError, ValueError):
        data = tree.read(path)
        return Text(path, data.decode("utf-8-sig")) if data is not None else None
    return None
