"""T1: pushed tags that bring no candidate: what looks like a release and is none, and release tags that go."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tagward.checks._check import Skip, check
from tagward.model.candidate import Stranger
from tagward.model.findings import Finding
from tagward.model.tagnames import readings, version_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_READS_AS_VERSION = re.compile(r"[vV]?[.\s]?\d+[.]\d")
_NOT_PLAIN = re.compile(r"[^A-Za-z0-9._+!/@=~-]")


@check("T101", Stranger, fix="correct the name: a version with nothing else in it")
def tag_misnamed(stranger: Stranger) -> Iterator[Finding]:
    """A tag that looks like a release is one

    Workflows that trigger on names, and backends that search versions in them, would take it for a release.
    """
    _undecided(stranger)
    if _reads_as_release(stranger.tag) and not _other_spelling(stranger.tag):
        yield Finding(
            f"{stranger.tag} looks like a release tag, but names no version",
            notes=(f"release tags of this project have the form {' or '.join(stranger.forms)}",),
        )


@check("T102", Stranger, fix="release a new version instead, or commit allow-delete = true in [tool.tagward]")
def release_tag_deleted(stranger: Stranger) -> Iterator[Finding]:
    """Release tags stay

    Whoever installed that version can no longer find its source, and the next tag of the name would be a moved one.
    """
    if not (stranger.deletes and stranger.releases):
        raise Skip("no release tag is deleted")
    if not stranger.allowed:
        yield Finding(f"the push deletes the release tag {stranger.tag}")


@check(
    "T103",
    Stranger,
    fix='rename the tag, or say its form: tag = "…" in [tool.tagward], or a [[tool.tagward.project]] of its own',
    warns=True,
)
def tag_in_another_form(stranger: Stranger) -> Iterator[Finding]:
    """A version stands in a tag in the project's own form

    It is not checked as a release, and a workflow that triggers on names may still publish it.
    """
    _undecided(stranger)
    if version := _other_spelling(stranger.tag):
        yield Finding(
            f"{stranger.tag} reads as version {version}, but is not of the form {' or '.join(stranger.forms)}",
            notes=("it goes out unchecked",),
        )


def _undecided(stranger: Stranger) -> None:
    if stranger.deletes or stranger.releases or stranger.ignored:
        raise Skip("it is deleted, or the project has said what it is")


def _reads_as_release(name: str) -> bool:
    """Whether a person, or a careless pattern, would take the name for a version."""
    if _NOT_PLAIN.search(name):
        plain = "".join(str(int(letter)) if letter.isdecimal() else letter for letter in name)
        return bool(_READS_AS_VERSION.match(plain))
    return bool(_READS_AS_VERSION.match(name))


def _other_spelling(name: str) -> str:
    """The version that stands in a name of another form, behind a prefix; empty where none does."""
    found = next((reading.version for reading in readings(name) if len(reading.version.release) > 1), None)
    if found is None and name[:2].lower() == "v.":
        found = version_of(name[2:])
    return str(found or "")


CHECKS = (tag_misnamed, release_tag_deleted, tag_in_another_form)
