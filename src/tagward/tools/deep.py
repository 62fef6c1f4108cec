"""Further builds, where they were asked for: the wheel straight from the commit, and that of the tag before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagward.model.change import Release, members_of
from tagward.model.distributions import Kind
from tagward.model.tagnames import version_by_form
from tagward.tools.archives import read_distribution
from tagward.tools.export import export
from tagward.tools.previous import version_before

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from tagward.model.candidate import Candidate
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


def release_before(
    repository: GitRepository, candidate: Candidate, folder: Path, build: Callable[[Path, Path], BuildFailure | None]
) -> Release | None:
    """The release before a candidate, built from its own tag in the same way; None where there is none, or no build.

    Args:
        repository: the user's.
        candidate: the tag that is judged.
        folder: a folder of this run, not there yet.
        build: as in `differences_from_tree`.

    Raises:
        CannotJudge: the network or the machine failed, or the objects of that tag are damaged.
    """
    before = version_before(candidate.others, candidate.version)
    tags = {version_by_form(name, candidate.form): (name, oid) for name, oid in repository.tags()}
    if before is None or before not in tags:
        return None
    folder.mkdir()
    exported = export(repository, repository.tag(*tags[before]), folder / "tree", home=folder / "home")
    dist = folder / "dist"
    if build(exported.root / candidate.folder, dist):
        return None
    wheels = [wheel for wheel in map(read_distribution, dist.glob("*.whl")) if not wheel.fault]
    if not wheels:
        return None
    wheel = wheels[0]
    scripts = tuple(sorted(wheel.entry_points or {}))
    origin = f"the tag {tags[before][0]}"
    sizes = {"wheel": wheel.size}
    return Release(
        str(before),
        origin,
        wheel.file,
        members=members_of(wheel),
        scripts=scripts,
        metadata=wheel.metadata,
        sizes=sizes,
    )


def _differing(ours: Mapping[str, str], theirs: Mapping[str, str]) -> Iterable[str]:
    for name in sorted({*ours, *theirs} - {RECORD}):
        if name not in ours:
            yield f"{name} comes from the commit alone"
        elif name not in theirs:
            yield f"{name} comes from the sdist alone"
        elif ours[name] != theirs[name]:
            yield f"{name} has other contents"
