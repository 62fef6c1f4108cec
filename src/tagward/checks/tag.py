"""T0: the tag itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagward.checks._check import Skip, check
from tagward.model.candidate import Candidate
from tagward.model.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagward.model.candidate import Announcement

JUMP = 10
YEARS = 1900
"""From here on the first number of a version is a year, which jumps by itself."""


@check("T001", Candidate, fix="tag with git tag -a, which records who released and when", warns=True)
def tag_not_annotated(candidate: Candidate) -> Iterator[Finding]:
    """The tag is annotated

    A lightweight tag has no author, date or message of its own; git describe, and every backend that reads versions
    from git, prefers an annotated tag on the same commit.
    """
    tag = candidate.tag
    if tag.pretended:
        raise Skip("the tag is not there yet")
    if tag.kind == "commit" and not tag.annotated:
        yield Finding(
            f"{tag.name} is a lightweight tag, not an annotated one",
            fixes=(f"git tag -f -a {tag.name} {tag.commit[:12]} -m {tag.name}",),
        )


@check("T002", Candidate, fix="release a new version: a published tag never moves", essential=True)
def tag_moved(candidate: Candidate) -> Iterator[Finding]:
    """The tag stays where it was

    Whoever fetched the old tag keeps it, so one version would mean two commits; and PyPI takes no file name twice.
    """
    tag = candidate.tag
    if tag.moved:
        yield Finding(f"the remote has {tag.name} already, at another object")


@check("T003", Candidate, fix="tag the commit itself", essential=True)
def tag_without_commit(candidate: Candidate) -> Iterator[Finding]:
    """The tag leads to a commit

    A release is built from a commit; from a tree or a file nobody can build it, nor say what came before it.
    """
    tag = candidate.tag
    if tag.kind == "missing":
        yield Finding(
            f"{tag.name} leads to an object that this repository does not hold: {tag.oid[:12]}",
            fixes=("git fsck", "git fetch --refetch"),
        )
    elif tag.kind != "commit":
        yield Finding(f"{tag.name} leads to a {tag.kind}, not to a commit", fixes=_again(tag.name))


@check("T004", Candidate, fix="make the tag anew, under the name that it is pushed by", essential=True)
def tag_renamed(candidate: Candidate) -> Iterator[Finding]:
    """The tag object carries the name it is pushed by

    git describe reads the name inside the tag object: backends that take the version from git would build that one.
    """
    tag = candidate.tag
    if tag.headers and tag.headers[0] != tag.name:
        yield Finding(
            f"the tag object pushed as {tag.name} calls itself {tag.headers[0]}",
            fixes=_again(tag.name, tag.commit[:12]),
        )


@check("T005", Candidate, fix="tag the commit itself, not another tag")
def tag_of_a_tag(candidate: Candidate) -> Iterator[Finding]:
    """The tag leads straight to its commit

    git describe answers with the innermost tag, so a version taken from git would be that of the inner tag.
    """
    tag = candidate.tag
    if len(tag.headers) > 1:
        yield Finding(
            f"{tag.name} is a tag of the tag {tag.headers[1]}, not of a commit",
            fixes=_again(tag.name, tag.commit[:12]),
        )


@check("T006", Candidate, fix="release it without the part after the plus sign", essential=True)
def tag_with_local_version(candidate: Candidate) -> Iterator[Finding]:
    """The version is one that an index takes

    PyPI refuses local versions, which say "built here" (PEP 440, "Local version identifiers").
    """
    if candidate.version.local:
        yield Finding(f"{candidate.tag.name} names the local version {candidate.version}")


@check("T007", Candidate, fix="push the branch together with the tag", warns=True)
def tag_off_every_branch(candidate: Candidate) -> Iterator[Finding]:
    """A branch of the remote holds the commit

    Whoever reads the branch finds another history than the one that was released.
    """
    if candidate.on_branch is None:
        raise Skip("no branch of a remote is known")
    if not candidate.on_branch:
        yield Finding(
            f"no branch of the remote holds the commit of {candidate.tag.name}",
            fixes=(f"git push origin HEAD {candidate.tag.name}",),
        )


@check("T008", Candidate, fix="look at the name once more: a version cannot be taken back", warns=True)
def version_jumps(candidate: Candidate) -> Iterator[Finding]:
    """The version follows those before it

    A date, a build number or a slip of the hand becomes the newest release for ever, and all later ones sort below it.
    """
    finals = [other for other in candidate.others if not other.is_prerelease and other < candidate.version]
    if not finals:
        raise Skip("no earlier release")
    before, major = finals[-1], candidate.version.major
    if candidate.version.epoch == before.epoch and major - before.major >= JUMP and before.major < YEARS:
        yield Finding(f"{candidate.version} follows {before}")


@check(
    "T009", Candidate, fix="release a version above the newest one, unless this is a maintenance release", warns=True
)
def version_goes_back(candidate: Candidate) -> Iterator[Finding]:
    """The version is the newest of its line

    Installers would keep the one that is above it.
    """
    line = [other for other in candidate.others if other.release[:1] == candidate.version.release[:1]]
    same = [other for other in line if other.release[:2] == candidate.version.release[:2]]
    above = max(same or line, default=None)
    if above is not None and above > candidate.version and not above.is_prerelease:
        yield Finding(f"{candidate.version} is below {above}, which is tagged already")


@check("T010", Candidate, fix="name it as the others are named", warns=True)
def tag_unlike_the_others(candidate: Candidate) -> Iterator[Finding]:
    """The tag is named as the project's other release tags

    Workflows and backends that look for the usual form would not see it.
    """
    if not candidate.usual:
        raise Skip("no other release tag")
    if candidate.form != candidate.usual and candidate.form not in candidate.config.forms:
        yield Finding(
            f"{candidate.tag.name} has the form {candidate.form}, and the other release tags have {candidate.usual}",
            fixes=_again(
                candidate.usual.replace("{version}", candidate.text), candidate.tag.commit[:12], candidate.tag.name
            ),
        )


def _again(name: str, target: str = "HEAD", wrong: str = "") -> tuple[str, ...]:
    return (f"git tag -d {wrong or name}", f"git tag -a {name} -m {name} {target}")


@check("T011", Candidate, fix="correct the mark, or the version; then start the workflow anew for this tag")
def prerelease_mark_wrong(candidate: Candidate) -> Iterator[Finding]:
    """The GitHub release is marked as a pre-release exactly when its version is one

    Installers pass over pre-releases by their version, and people go by the mark: one of the two was not meant.
    """
    announced = _announced(candidate)
    if announced.prerelease is None:
        raise Skip("no GitHub release started this run")
    if announced.prerelease != candidate.version.is_prerelease:
        marked = "marked as a pre-release" if announced.prerelease else "not marked as a pre-release"
        kind = "a pre-release" if candidate.version.is_prerelease else "a final release"
        yield Finding(
            f"the GitHub release is {marked}, and {candidate.version} is {kind} (PEP 440)",
            notes=("running the same workflow again would see the old mark",),
            fixes=(
                f"gh release edit {candidate.tag.name} --prerelease={str(candidate.version.is_prerelease).lower()}",
                f"gh workflow run pypi-release.yml -f tag={candidate.tag.name}",
            ),
        )


@check("T012", Candidate, fix="find out who moved the tag, and publish the release anew", essential=True)
def tag_moved_since(candidate: Candidate) -> Iterator[Finding]:
    """The tag names what it named when the workflow was started

    A tag that moves between the release and its build publishes what nobody has reviewed under a name that they have.
    """
    announced = _announced(candidate)
    if announced.oid not in {candidate.tag.commit, candidate.tag.oid}:
        yield Finding(
            f"{candidate.tag.name} leads to {candidate.tag.commit[:12]}, and GitHub announced {announced.oid[:12]}"
        )


def _announced(candidate: Candidate) -> Announcement:
    if candidate.announced is None:
        raise Skip("not started by a release or a tag on GitHub")
    return candidate.announced


CHECKS = (
    tag_not_annotated,
    tag_moved,
    tag_without_commit,
    tag_renamed,
    tag_of_a_tag,
    tag_with_local_version,
    tag_off_every_branch,
    version_jumps,
    version_goes_back,
    tag_unlike_the_others,
    prerelease_mark_wrong,
    tag_moved_since,
)
