"""V0: every place that states the version agrees with the tag, as written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagward.checks._check import Skip, check
from tagward.model.findings import Finding
from tagward.model.versions import Declaration, Role
from tagward.model.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagward.model.candidate import Candidate


@check("V001", Workspace, fix="set the version, commit, and tag that commit", essential=True)
def tag_version_mismatch(workspace: Workspace) -> Iterator[Finding]:
    """The tag and the project agree on the version

    The index believes the project, people believe the tag, and no file name is accepted twice: a forgotten bump builds
    the old version again, and the upload fails after the tag and the GitHub release are public.
    """
    declared, candidate = workspace.source.declaration, workspace.candidate
    if declared is None:
        raise Skip(workspace.source.reason or "no static version")
    if declared.version is None:
        raise Skip("the version as written is none")
    if declared.version != candidate.version:
        same = [one for one in workspace.declarations if one.role is Role.SHIPPED and one.version == declared.version]
        yield Finding(
            f"Version mismatch: git tag ({candidate.version}) != {declared.place.path} ({declared.text})",
            declared.place,
            label=f"the tag {candidate.tag.name} asks for {candidate.version} here",
            why=_why_mismatch(workspace, declared),
            notes=tuple(f"{one.what} is {one.text} too, in {one.place}" for one in same),
            fixes=_bump(candidate),
        )


@check("V002", Workspace, fix="set it to the version of the release, or read it from importlib.metadata")
def module_version_mismatch(workspace: Workspace) -> Iterator[Finding]:
    """What the shipped wheel says of its version is true

    Users and bug reports would name a version that was never installed.
    """
    candidate = workspace.candidate
    shipped = [declared for declared in workspace.declarations if declared.role is Role.SHIPPED]
    if not shipped:
        raise Skip("no literal version in the import package")
    source = workspace.source.declaration
    for declared in shipped:
        # What agrees with a source that V001 refuses has the same cause, and V001 names it.
        if declared.version != candidate.version and not (source and source.version == declared.version):
            yield Finding(
                f"{declared.what} is {declared.text} but the tag says {candidate.version}",
                declared.place,
                fixes=_bump(candidate),
            )


@check("V003", Workspace, fix='state it: version = "…" under [project] in pyproject.toml', essential=True)
def version_missing(workspace: Workspace) -> Iterator[Finding]:
    """The commit holds a project with a version

    Without one there is nothing that the tag could release.
    """
    source = workspace.source
    if source.missing or (source.declaration is None and not source.backend):
        yield Finding(
            f"no version anywhere in the commit: {source.reason or 'no pyproject.toml, setup.cfg or setup.py'}"
        )


@check("V004", Workspace, fix="repair the file, commit, and tag that commit", essential=True)
def project_unreadable(workspace: Workspace) -> Iterator[Finding]:
    """The files that describe the project can be read

    What cannot be read cannot be built, and nobody can say which version it would be.
    """
    for fault in workspace.faults:
        yield Finding(f"{fault.place.path} cannot be read: {fault.message}", fault.place)


@check("V005", Workspace, fix="write it as PEP 440 wants it, as 1.4.0 or 1.4.0rc1", essential=True)
def version_invalid(workspace: Workspace) -> Iterator[Finding]:
    """The version is one

    Backends refuse or rewrite what PEP 440 does not know, and PyPI refuses it.
    """
    declared = workspace.source.declaration
    if declared is None:
        raise Skip(workspace.source.reason or "no static version")
    if declared.version is None:
        yield Finding(f"{declared.what} is {declared.text!r}, which is no version (PEP 440)", declared.place)


@check("V006", Workspace, fix="set it to the version of the release", warns=True)
def version_left_behind(workspace: Workspace) -> Iterator[Finding]:
    """What readers of the repository find says the version of the release

    It feeds no build, and readers and tools would act on an older number.
    """
    candidate = workspace.candidate
    read = [declared for declared in workspace.declarations if declared.role is Role.READ]
    if not read:
        raise Skip("no other place states the version")
    stale: dict[str, list[Declaration]] = {}
    for declared in read:
        if declared.version is not None and declared.version != candidate.version:
            stale.setdefault(declared.place.path, []).append(declared)
    for first, *rest in stale.values():
        yield Finding(
            f"{first.what} says {first.text}, but the tag says {candidate.version}",
            first.place,
            notes=tuple(f"so does {one.what}, in {one.place}" for one in rest[:3]),
            fixes=(_bump_command(candidate), *_again(candidate)),
        )


@check("V007", Workspace, fix="release from a commit on which no other tag wins, or tell the backend which tags count")
def backend_reads_another_version(workspace: Workspace) -> Iterator[Finding]:
    """The backend takes the version of the release from git's tags

    Where several tags stand on a commit, git describe picks one, and the build carries that one's version.
    """
    prediction, candidate = workspace.prediction, workspace.candidate
    if prediction is None:
        raise Skip("no tag decides the version")
    if not prediction.remedy:
        return
    made = f"{prediction.version} from the tag {prediction.tag}" if prediction.version else "another version"
    yield Finding(
        f"the build would make {made}, but the tag says {candidate.version}",
        notes=(prediction.reason,),
        fixes=(prediction.remedy,),
    )


@check("V008", Workspace, fix="write the version as PEP 440 does", warns=True)
def version_spelled_otherwise(workspace: Workspace) -> Iterator[Finding]:
    """Tag and project spell the version as the index will

    It counts as the same version, but file names and links carry the index's spelling.
    """
    declared, candidate = workspace.source.declaration, workspace.candidate
    if declared is None or declared.version != candidate.version:
        raise Skip(workspace.source.reason or "it is another version, or none")
    built = str(declared.version)
    odd = [
        f"{what} {text}"
        for what, text in (("the tag", candidate.text), ("the project", declared.text))
        if text not in {"", built}
    ]
    if odd:
        name = workspace.project.replace("-", "_").replace(".", "_").lower() or "the file"
        yield Finding(
            f"{' and '.join(odd)} will be published as {built}",
            declared.place,
            notes=(f"the file names will be {name}-{built}.tar.gz and {name}-{built}-….whl",),
            fixes=(f'version = "{built}"', f"git tag -a {candidate.form.replace('{version}', built)}"),
        )


@check("V009", Workspace, fix="repair the file", warns=True)
def version_place_unreadable(workspace: Workspace) -> Iterator[Finding]:
    """Files that may state the version can be read

    What they say of this release cannot be compared.
    """
    for fault in workspace.side_faults:
        yield Finding(f"{fault.place.path} cannot be read: {fault.message}", fault.place)


def _why_mismatch(workspace: Workspace, declared: Declaration) -> str:
    if not workspace.project or declared.version is None:
        return ""
    built = f"{workspace.project}-{declared.version}"
    return f'the build would be {built}, and PyPI refuses a version that it has: "File already exists"'


def _bump(candidate: Candidate) -> tuple[str, ...]:
    return (f"git tag -d {candidate.tag.name}", _bump_command(candidate), *_again(candidate))


def _bump_command(candidate: Candidate) -> str:
    return f"tagward bump {candidate.version}" + (f" --folder {candidate.folder}" if candidate.folder else "")


def _again(candidate: Candidate) -> tuple[str, ...]:
    name = candidate.tag.name
    return (
        f'git commit -am "Release {candidate.version}" && git tag -a {name} -m {name}',
        f"git push origin HEAD {name}",
    )


CHECKS = (
    version_missing,
    project_unreadable,
    version_invalid,
    tag_version_mismatch,
    module_version_mismatch,
    version_left_behind,
    backend_reads_another_version,
    version_spelled_otherwise,
    version_place_unreadable,
)
