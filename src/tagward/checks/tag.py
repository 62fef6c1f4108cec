"""T: the tag itself, and tags that look like a release and are none."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tagward.checks._check import Skip, check
from tagward.model.candidate import Candidate, Stranger
from tagward.model.findings import Finding
from tagward.model.versions import parse_version

if TYPE_CHECKING:
    from collections.abc import Iterator

_READS_AS_VERSION = re.compile(r"[vV]?[.\s]?\d+[.]\d")
_NOT_PLAIN = re.compile(r"[^A-Za-z0-9._+!/@=~-]")
_DIGITS = re.compile(r"\d")
_PREFIX = re.compile(r"^[A-Za-z][A-Za-z_.-]*?[-_./@=]?[vV]?[._-]?(?=\d)")


@check("T001", Candidate, fix="tag with git tag -a, which records who released and when", warns=True)
def tag_not_annotated(candidate: Candidate) -> Iterator[Finding]:
    """The tag is annotated

    A lightweight tag has no author, date or message of its own; git describe, and every backend that reads versions
    from git, prefers an annotated tag on the same commit.
    """
    tag = candidate.tag
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


@check("T101", Stranger, fix="correct the name: a version with nothing else in it")
def tag_misnamed(stranger: Stranger) -> Iterator[Finding]:
    """A tag that looks like a release is one

    Workflows that trigger on names, and backends that search versions in them, would take it for a release.
    """
    if stranger.deletes or stranger.releases:
        raise Skip("it is the name of a release" if stranger.releases else "it is deleted")
    if _reads_as_release(stranger.tag) and not _other_spelling(stranger.tag):
        yield Finding(
            f"{stranger.tag} looks like a release tag, but names no version",
            notes=(f"release tags of this project have the form {' or '.join(stranger.formats)}",),
        )


@check("T102", Stranger, fix="release a new version instead, or set allow-delete = true in [tool.tagward]")
def release_tag_deleted(stranger: Stranger) -> Iterator[Finding]:
    """Release tags stay

    Whoever installed that version can no longer find its source, and the next tag of the name would be a moved one.
    """
    if not (stranger.deletes and stranger.releases):
        raise Skip("no release tag is deleted")
    if not stranger.allowed:
        yield Finding(f"the push deletes the release tag {stranger.tag}")


@check("T103", Stranger, fix='rename the tag, or say its form: tag = "…" in [tool.tagward]', warns=True)
def tag_in_another_form(stranger: Stranger) -> Iterator[Finding]:
    """A version stands in a tag in the project's own form

    It is not checked as a release, and a workflow that triggers on names may still publish it.
    """
    if stranger.deletes or stranger.releases:
        raise Skip("it is the name of a release" if stranger.releases else "it is deleted")
    if version := _other_spelling(stranger.tag):
        yield Finding(
            f"{stranger.tag} reads as version {version}, but is not of the form {' or '.join(stranger.formats)}",
            notes=("it goes out unchecked",),
        )


def _again(name: str, target: str = "HEAD") -> tuple[str, ...]:
    return (f"git tag -d {name}", f"git tag -a {name} -m {name} {target}")


def _reads_as_release(name: str) -> bool:
    """Whether a person, or a careless pattern, would take the name for a version."""
    if _NOT_PLAIN.search(name):
        plain = "".join(str(int(letter)) if letter.isdecimal() else letter for letter in name)
        return bool(_READS_AS_VERSION.match(plain))
    return bool(_READS_AS_VERSION.match(name))


def _other_spelling(name: str) -> str:
    """The version that stands in a name of another form, behind a prefix; empty where none does."""
    if _NOT_PLAIN.search(name) or not _DIGITS.search(name):
        return ""
    rest = _PREFIX.sub("", name, count=1)
    if rest == name:
        return ""
    version = parse_version(rest) or parse_version(rest.replace("_", "."))
    return str(version) if version and "." in str(version) else ""


CHECKS = (
    tag_not_annotated,
    tag_moved,
    tag_without_commit,
    tag_renamed,
    tag_of_a_tag,
    tag_misnamed,
    release_tag_deleted,
    tag_in_another_form,
)
