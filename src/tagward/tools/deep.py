"""The wheel that comes straight from the commit, held against the one that was built from the sdist."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagward.model.change import members_of
from tagward.model.distributions import Kind
from tagward.tools.archives import read_distribution
from tagward.tools.export import export

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from tagward.model.distributions import BuildFailure, Distribution
    from tagward.model.workspace import Workspace
    from tagward.tools.git import GitRepository

RECORD = ".dist-info/RECORD"
"""It follows from all the others."""


def differences_from_tree(
    repository: GitRepository,
    workspace: Workspace,
    files: Iterable[Distribution],
    folder: Path,
    build: Callable[[Path, Path], BuildFailure | None],
) -> tuple[str, ...]:
    """How the wheel of a fresh copy of the commit differs from that of the sdist, one clause for each file.

    The copy that the sdist was built in will not do: builds leave files behind, and the next one packs them.

    Args:
        repository: the user's.
        workspace: the project.
        files: what was built.
        folder: a folder of this run, not there yet.
        build: builds the wheel of a project into a new folder; see `tagward.tools.build.build`.

    Raises:
        CannotJudge: the network or the machine failed.
    """
    folder.mkdir()
    exported = export(repository, workspace.candidate.tag, folder / "tree", home=folder / "home")
    dist = folder / "dist"
    failure = build(exported.root / workspace.candidate.folder, dist)
    if failure:
        return (f"from the commit it does not build: {failure.reason}",)
    here = {file.file: file for file in files if file.kind is Kind.WHEEL and not file.fault}
    there = {path.name: read_distribution(path) for path in dist.glob("*.whl")}
    found = [f"from the commit it is {name}" for name in sorted(set(there) - set(here))]
    for name in sorted(set(here) & set(there)):
        found += _differing(members_of(here[name]), members_of(there[name]))
    return tuple(found)


def _differing(ours: Mapping[str, str], theirs: Mapping[str, str]) -> Iterable[str]:
    for name in sorted({*ours, *theirs} - {RECORD}):
        if name not in ours:
            yield f"{name} comes from the commit alone"
        elif name not in theirs:
            yield f"{name} comes from the sdist alone"
        elif ours[name] != theirs[name]:
            yield f"{name} has other contents"
