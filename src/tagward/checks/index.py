"""I: the index takes the release, as far as it can be asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagward.checks._check import Skip, check
from tagward.model.findings import Finding
from tagward.model.index_state import CLOSED, Answer, IndexState
from tagward.model.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_NAMED = 3


@check("I001", Workspace, fix="bump the version, commit, and tag that commit", essential=True)
def version_taken(workspace: Workspace) -> Iterator[Finding]:
    """The version is free on the index

    The index takes no name of a file twice, not even after it was deleted.
    """
    state = _here(workspace)
    version = workspace.candidate.version
    if state.older_than_commit:
        names = ", ".join(file.file for file in state.files[:MAX_NAMED])
        yield Finding(
            f"{version} is on {state.index} already, with files that are older than this commit",
            notes=(f"there: {names}",),
            fixes=(f"tagward bump {_next(workspace)}",),
        )


@check("I002", Workspace, fix="open the project again in its settings on the index, or release under another name")
def project_closed(workspace: Workspace) -> Iterator[Finding]:
    """The project takes releases

    An archived project takes no upload from anybody, and a quarantined one none from a workflow; neither is installed
    by those who look for it.
    """
    state = _here(workspace)
    if state.status in CLOSED:
        reason = (f"{state.index} says: {state.status_reason}",) if state.status_reason else ()
        yield Finding(f"the project {state.project} is {state.status} on {state.index}", notes=reason)


@check("I003", Workspace, fix="release a version above it, unless this is a maintenance release", warns=True)
def version_behind(workspace: Workspace) -> Iterator[Finding]:
    """The version is the newest of its line on the index

    Installers would keep the one that is above it.
    """
    state, version = _here(workspace), workspace.candidate.version
    # What is tagged here, T009 tells.
    unknown = [one for one in state.versions if one not in workspace.candidate.others and not one.is_prerelease]
    line = [one for one in unknown if (one.epoch, one.release[:2]) == (version.epoch, version.release[:2])]
    above = max(line, default=None)
    if above is not None and above > version:
        yield Finding(
            f"{version} is below {above}, which is on {state.index} already", notes=(f"no tag here names {above}",)
        )


@check("I004", Workspace, fix="look at the name once more: the first upload registers it for ever", warns=True)
def name_unknown(workspace: Workspace) -> Iterator[Finding]:
    """The index knows the name of a project that had releases

    The release would become the first one of a project that nobody has installed.
    """
    state = _asked(workspace)
    others = [one for one in workspace.candidate.others if not one.is_prerelease]
    if state.answer is Answer.ABSENT and others:
        yield Finding(
            f"{state.index} knows no project {state.project}, but there are {len(others)} earlier releases here"
            if len(others) > 1
            else f"{state.index} knows no project {state.project}, but there is an earlier release here",
            notes=(f"tagged here: {', '.join(str(one) for one in others[-MAX_NAMED:])}",),
        )


@check("I005", Workspace, fix="choose another name")
def name_refused(workspace: Workspace) -> Iterator[Finding]:
    """A new name is one that the index registers

    PyPI refuses a new project that is named as a module of the standard library, or too much like another project.
    """
    state = _asked(workspace)
    if state.answer is not Answer.ABSENT:
        raise Skip(f"{state.index} has the project already")
    from tagward.acceptance.names import standard_library_name  # noqa: PLC0415  # the fast checks meet no new name

    if standard_library_name(state.project):
        yield Finding(
            f"{state.project} is a module of the standard library",
            why=f"PyPI answers: The name {state.project!r} isn't allowed (conflict with Python Standard Library module "
            "name)",
        )
    for other in state.lookalikes:
        yield Finding(
            f"{state.project} looks too much like the project {other}",
            why=f"PyPI answers: The name {state.project!r} is too similar to an existing project",
        )


def _asked(workspace: Workspace) -> IndexState:
    """What the index said.

    Raises:
        Skip: it was not asked, or did not answer.
    """
    state = workspace.index
    if state is None:
        raise Skip("the index was not asked" if workspace.project else "only the build knows the name of the project")
    if state.answer in {Answer.SILENT, Answer.UNASKED}:
        raise Skip(state.reason)
    return state


def _here(workspace: Workspace) -> IndexState:
    state = _asked(workspace)
    if state.answer is Answer.ABSENT:
        raise Skip(f"{state.project} is a new name on {state.index}")
    return state


def _next(workspace: Workspace) -> str:
    """The next number after everything that is there."""
    state, version = workspace.index, workspace.candidate.version
    line = [one for one in (state.versions if state else ()) if one.release[:2] == version.release[:2]]
    *rest, last = max([version, *line]).release
    return ".".join(str(number) for number in (*rest, last + 1))


CHECKS = (version_taken, project_closed, version_behind, name_unknown, name_refused)
