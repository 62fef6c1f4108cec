"""C: readers find the release in the changelog."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagward.checks._check import Skip, check
from tagward.model.findings import Finding
from tagward.model.places import Place
from tagward.model.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagward.model.changelog import Changelog

MAX_NAMED = 3


@check("C001", Workspace, fix="write the entry, commit, and tag that commit", warns=True)
def changelog_entry_missing(workspace: Workspace) -> Iterator[Finding]:
    """The changelog has an entry for the release

    Users and the release notes would find nothing about this release.
    """
    changelog, version = _changelog(workspace), workspace.candidate.version
    if any(heading.version == version for heading in changelog.headings):
        return
    notes = []
    if changelog.headings:
        notes.append(f"the newest entry is for {changelog.headings[0].text}, in {changelog.headings[0].place}")
    if changelog.unreleased and changelog.pending:
        notes.append(f'"{changelog.unreleased.quote.strip()}" has entries, in {changelog.unreleased}')
    yield Finding(
        f"{changelog.path} has no entry for {version}",
        changelog.unreleased or Place(changelog.path),
        notes=tuple(notes),
        fixes=(f"tagward bump {version}",) if changelog.unreleased else (),
    )


@check("C002", Workspace, fix="let towncrier write them into the changelog: towncrier build", warns=True)
def changelog_fragments_left(workspace: Workspace) -> Iterator[Finding]:
    """No fragment of the changelog is left over

    What they tell of this release would stand under the next one.
    """
    fragments = _changelog(workspace).fragments
    if fragments:
        rest = len(fragments) - MAX_NAMED
        said = ", ".join(fragments[:MAX_NAMED]) + (f" and {rest} more" if rest > 0 else "")
        yield Finding(f"fragments of the changelog are left: {said}", Place(fragments[0]))


@check("C003", Workspace, fix="put the date of the release in its place", warns=True)
def changelog_entry_unreleased(workspace: Workspace) -> Iterator[Finding]:
    """The entry of the release does not call it unreleased

    Readers would take it for a version that is still to come.
    """
    version = workspace.candidate.version
    for heading in _changelog(workspace).headings:
        if heading.version == version and heading.unreleased:
            yield Finding(f"the entry for {version} says that it is not released yet", heading.place)


def _changelog(workspace: Workspace) -> Changelog:
    if workspace.changelog is None:
        raise Skip("no changelog")
    return workspace.changelog


CHECKS = (changelog_entry_missing, changelog_fragments_left, changelog_entry_unreleased)
