"""G3 and G4: the index, the remote and the tags tell the same story, and the path was tried."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from packaging.version import Version

from tagward.checks._check import Skip, Unseen, check
from tagward.checks._setup import stated_tagwards
from tagward.model.findings import Finding
from tagward.model.index_state import CLOSES, Answer
from tagward.model.inspection import Inspection
from tagward.model.places import Place
from tagward.model.standing import Answer as RemoteAnswer
from tagward.model.versions import parse_version

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from tagward.model.inspection import ShelfSeen, TagState
    from tagward.model.publication import Shelved

NAMED = 5
OFFLINE = "--offline"


@check("G301", Inspection, fix="release the first version, and the index registers the name")
def index_unknown(inspection: Inspection) -> Generator[Finding, None, str]:
    """The index can be asked for the project

    Whether a version is free is known there and nowhere else.
    """
    yield from ()  # an index that does not answer is not the project's fault
    said = []
    for one in _shelves(inspection):
        if one.answer is Answer.HERE:
            attested = f", uploaded by {one.provenance.repository}" if one.provenance else ""
            newest = f", the newest is {list(one.files)[-1]}" if one.files else ""
            said.append(f"{one.project} on {one.index}: {_count(len(one.files), 'release')}{newest}{attested}")
        else:
            said.append(f"{one.index} has no {one.project} yet: the first upload registers the name")
    if all(one.answer is Answer.UNASKED for one in inspection.shelves):
        raise Skip("no index is configured (no-index)")
    return "; ".join(said)


@check("G302", Inspection, fix="correct the form on PyPI: your project, Publishing")
def publisher_differs(inspection: Inspection) -> Generator[Finding, None, str]:
    """The trusted publisher on the index is the workflow of this repository

    PyPI compares owner, repository, file name and environment to the letter, and answers `invalid-publisher`.
    """
    forms = list(_forms(inspection, trusted=True)) or list(_forms(inspection, trusted=False))
    if not forms:
        raise Skip("no workflow of a repository on GitHub publishes")
    owner, name, file, environment = forms[0]
    form = f"Owner {owner} · Repository {name} · Workflow {file} · Environment {environment or '(left empty)'}"
    if not any(_forms(inspection, trusted=True)):
        return f"a token publishes. For Trusted Publishing, which stores no secret, PyPI's form would read: {form}"
    proven = [one.provenance for one in _asked(inspection) if one.provenance]
    if not proven:
        raise Unseen(f"the trusted publisher cannot be seen from outside. It must read: {form}")
    for one in proven:
        wanted = [
            ("repository", f"{owner}/{name}", one.repository),
            ("workflow", file, one.workflow),
            ("environment", environment, one.environment),
        ]
        wrong = [
            f"{what} {seen or '(none)'}, and here it is {here or '(none)'}"
            for what, here, seen in wanted
            if here.lower() != seen.lower()
        ]
        if wrong:
            yield Finding(f"{one.file} was uploaded by another publisher: {'; '.join(wrong)}", fixes=(form,))
    return f"the newest release came from it. {form}"


@check("G303", Inspection, fix="complete the release: tagward verify VERSION says how", warns=True)
def tag_never_published(inspection: Inspection) -> Generator[Finding, None, str]:
    """Every release tag has a release on the index

    Users find the tag, and pip does not find the version.
    """
    tags = 0
    for folder, shelf in _by_folder(inspection):
        there = {Version(one) for one in shelf.files}
        states = [one for one in _public(inspection) if one.folder == folder]
        tags += len(states)
        if missing := [one.name for one in states if Version(one.version) not in there]:
            yield Finding(f"{_names(missing)} on {shelf.index}: nothing was published")
    return f"{_count(tags, 'release tag')}, all on the index"


@check("G304", Inspection, fix="tag the commit that it was made of, and push the tag", warns=True)
def release_without_tag(inspection: Inspection) -> Iterator[Finding]:
    """Every release on the index has a tag

    Nobody can tell of which commit it was made, or whether anybody meant to release it.
    """
    for folder, shelf in _by_folder(inspection):
        versions = {Version(one.version) for one in inspection.tags if one.folder == folder}
        if lacking := [one for one in shelf.files if Version(one) not in versions]:
            yield Finding(f"{_names(lacking)} on {shelf.index}, and no tag releases it")


@check("G305", Inspection, fix="complete it within 14 days: tagward verify VERSION says how")
def release_half_there(inspection: Inspection) -> Iterator[Finding]:
    """The newest release has an sdist and a wheel

    An upload that broke off leaves a release that some cannot install, and after 14 days PyPI takes no more files.
    """
    for _, shelf in _by_folder(inspection):
        releases = list(shelf.files.items())
        for version, files in releases[-1:]:
            before = _kinds(releases[-2][1]) if len(releases) > 1 else {"sdist", "wheel"}
            if lacking := before - _kinds(files):
                times = [one.uploaded for one in files if one.uploaded is not None]
                late = bool(times) and inspection.now - min(times) > CLOSES
                fix = "release a new version: this one takes no more files" if late else f"tagward verify {version}"
                what = " and no ".join(sorted(lacking))
                yield Finding(f"{shelf.project} {version} has no {what} on {shelf.index}", fixes=(fix,))


@check("G306", Inspection, fix="release a new version, so that users get one that was not taken back", warns=True)
def newest_yanked(inspection: Inspection) -> Iterator[Finding]:
    """The newest release was not taken back

    pip passes it over, and installs an older one.
    """
    for _, shelf in _by_folder(inspection):
        for version, files in list(shelf.files.items())[-1:]:
            if all(one.yanked is not None for one in files):
                reason = next((one.yanked for one in files if one.yanked), "no reason is given")
                yield Finding(f"{shelf.project} {version} is yanked: {reason}")


@check("G307", Inspection, fix="fetch the tag, and ask who moved it: git fetch origin --tags --force")
def tag_differs_on_remote(inspection: Inspection) -> Generator[Finding, None, str]:
    """A release tag names the same here and on the remote

    The workflow releases what the remote has under the name, whatever you see here.
    """
    answer, reason = inspection.remote_answer
    if answer == RemoteAnswer.UNASKED:
        raise Skip(OFFLINE if inspection.offline else reason or "there is no remote")
    if answer == RemoteAnswer.SILENT:
        raise Unseen(f"the remote did not say: {reason}")
    both = [one for one in inspection.tags if one.oid and one.remote.answer == RemoteAnswer.HERE]
    if moved := [one.name for one in both if one.oid != one.remote.oid]:
        yield Finding(f"{_names(moved)}: the remote has another object under that name")
    return f"{_count(len(both), 'release tag')} the same here and on the remote"


@check("G308", Inspection, fix="push it, and the gate judges it: git push origin TAG", warns=True)
def tag_not_pushed(inspection: Inspection) -> Iterator[Finding]:
    """Every release tag is on the remote

    What is tagged here alone is released nowhere.
    """
    if inspection.remote_answer[0] != RemoteAnswer.HERE:
        raise Skip(OFFLINE if inspection.offline else "the remote was not asked")
    if kept := [one.name for one in inspection.tags if one.oid and one.remote.answer == RemoteAnswer.ABSENT]:
        yield Finding(f"{_names(kept)} on the remote: it is tagged here alone", fixes=(f"git push origin {kept[-1]}",))


@check("G309", Inspection, fix="look at the repository's settings on GitHub")
def settings_unseen(inspection: Inspection) -> Iterator[Finding]:
    """Tags and environment are protected on GitHub

    These are the guards that a stolen machine cannot pass.
    """
    yield from ()  # what nobody sees is not known to be wrong
    if inspection.remote is None:
        raise Skip("no remote is on GitHub")
    named = {
        seen.workflow.job(up.job).environment for seen in inspection.publishers if seen.workflow for up in seen.uploads
    }
    environments = ", ".join(sorted(named - {""})) or "that publishes"
    raise Unseen(
        f"settings of {inspection.remote.slug} cannot be seen from here: reviewers of the environment {environments},"
        " a ruleset that protects the release tags, immutable releases"
    )


@check("G401", Inspection, fix="try the whole path on this machine: tagward rehearse", warns=True)
def not_rehearsed(inspection: Inspection) -> Generator[Finding, None, str]:
    """The path to the index was rehearsed at this commit

    What was never tried fails when the tag is public.
    """
    last = inspection.rehearsed
    if not last.head:
        raise Skip("there is no commit yet")
    if not inspection.projects:
        raise Skip("there is no project that can be read")
    if last.trouble:
        yield Finding(f"the note of the last rehearsal cannot be read: {last.trouble}")
    elif last.commit != last.head:
        when = f"; the last one was of {last.commit[:7]}" if last.commit else ""
        yield Finding(f"never rehearsed at this commit, {last.head[:7]}{when}")
    elif not last.passed:
        yield Finding(f"the rehearsal of this commit, {last.head[:7]}, did not pass")
    return f"rehearsed at this commit, {last.head[:7]}"


@check(
    "G310",
    Inspection,
    fix='publish that tagward there, or install a commit: "tagward @ git+https://github.com/OWNER/tagward@COMMIT"',
)
def tagward_unavailable(inspection: Inspection) -> Iterator[Finding]:
    """The tagward that workflows and pre-commit install is on the index

    Every commit would stop at pre-commit, and every release in the first job of its workflow.
    """
    stated = stated_tagwards(inspection) if inspection.publishers else {}
    if version := inspection.hooks.commit_version:
        stated.setdefault(version, Place(".pre-commit-config.yaml"))
    own = inspection.own
    if not stated:
        raise Skip("nothing names a version of tagward")
    if inspection.offline or own is None:
        raise Skip(OFFLINE)
    if own.answer is Answer.UNASKED:
        raise Skip("no index is configured (no-index)")
    if own.answer is Answer.SILENT:
        raise Unseen(f"{own.index} did not say: {own.reason}")
    for version, place in stated.items():
        if parse_version(version) not in {parse_version(one) for one in own.files}:
            yield Finding(f"{own.index} has no tagward {version}", place)


def _shelves(inspection: Inspection) -> tuple[ShelfSeen, ...]:
    if inspection.offline:
        raise Skip(OFFLINE)
    if not inspection.shelves:
        raise Skip("the name of the project is not written down")
    if silent := [one for one in inspection.shelves if one.answer is Answer.SILENT]:
        raise Unseen(f"{silent[0].index} did not say: {silent[0].reason}")
    return inspection.shelves


def _asked(inspection: Inspection) -> tuple[ShelfSeen, ...]:
    return () if inspection.offline else inspection.shelves


def _by_folder(inspection: Inspection) -> list[tuple[str, ShelfSeen]]:
    """What the index has, with the folder of each project."""
    named = [project.folder for project in inspection.projects if project.name]
    found = [
        (folder, one) for folder, one in zip(named, _shelves(inspection), strict=True) if one.answer is Answer.HERE
    ]
    if not found:
        raise Skip("the index has no such project")
    return found


def _public(inspection: Inspection) -> list[TagState]:
    """The tags that are on the remote; where it did not say, those that are here."""
    if inspection.remote_answer[0] != RemoteAnswer.HERE:
        return [one for one in inspection.tags if one.oid]
    return [one for one in inspection.tags if one.remote.answer == RemoteAnswer.HERE]


def _forms(inspection: Inspection, *, trusted: bool) -> Iterator[tuple[str, str, str, str]]:
    """What PyPI's form has to read for each job that publishes, with an identity or without."""
    remote = inspection.remote
    for seen in inspection.publishers if remote else ():
        for upload in seen.uploads:
            job = seen.workflow.job(upload.job) if seen.workflow else None
            permissions = (job and job.permissions) or (seen.workflow and seen.workflow.permissions) or {}
            if remote and job and (permissions.get("id-token") == "write") is trusted:
                yield remote.owner, remote.name, posixpath.basename(seen.path), job.environment


def _kinds(files: tuple[Shelved, ...]) -> set[str]:
    return {"wheel" if one.file.endswith(".whl") else "sdist" for one in files}


def _names(names: list[str]) -> str:
    shown = ", ".join(names[:NAMED])
    return shown if len(names) <= NAMED else f"{shown} and {len(names) - NAMED} more"


def _count(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


CHECKS = (
    index_unknown,
    publisher_differs,
    tag_never_published,
    release_without_tag,
    release_half_there,
    newest_yanked,
    tag_differs_on_remote,
    tag_not_pushed,
    settings_unseen,
    tagward_unavailable,
    not_rehearsed,
)
