"""I1: the files that were built can stand beside those that the index has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagward.checks._check import Skip, check
from tagward.model.distributions import Distributions, Kind
from tagward.model.findings import Finding
from tagward.model.index_state import Answer, IndexState

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_NAMED = 3


@check("I101", Distributions, fix="bump the version, commit, and tag that commit", essential=True)
def file_taken(distributions: Distributions) -> Iterator[Finding]:
    """What the index has of this version is what was built

    The index takes the same name again only with the same bytes; with others it refuses, and the release stays as it
    is there.
    """
    state = _state(distributions)
    there = {one.file: one for one in state.files}
    other = [file for file in distributions.files if file.file in there and there[file.file].sha256 != file.sha256]
    if other:
        yield Finding(
            f"{state.index} has {', '.join(file.file for file in other)} already, with other bytes",
            notes=tuple(
                f"{file.file}: sha256 {there[file.file].sha256[:12]}… there, {file.sha256[:12]}… here" for file in other
            ),
            why='PyPI answers: "File already exists"',
        )
    sdists = [one.file for one in state.files if one.file.endswith((".tar.gz", ".zip"))]
    built = {file.file for file in distributions.of(Kind.SDIST)}
    if built and sdists and not built & set(sdists):
        yield Finding(
            f"{state.index} has the sdist {sdists[0]} of this version already",
            why='PyPI answers: "Only one sdist may be uploaded per release."',
        )


@check("I102", Distributions, fix="bump the version, commit, and tag that commit")
def release_closed(distributions: Distributions) -> Iterator[Finding]:
    """A release that is begun is completed within 14 days

    PyPI takes no new file for a version after that (since 2026-07-08), so that it stays as it is.
    """
    state = _state(distributions)
    there = {one.file for one in state.files}
    missing = [file.file for file in distributions.files if file.file not in there]
    if there and missing and state.closed:
        days = (state.now - (state.first_upload or state.now)) / 86_400
        yield Finding(
            f"{state.index} lacks {', '.join(missing[:MAX_NAMED])}, and has other files of this version since "
            f"{days:.0f} days",
            why='PyPI answers: "Uploading new files to releases older than 14 days is not allowed."',
        )


def _state(distributions: Distributions) -> IndexState:
    state = distributions.index
    if state is None:
        raise Skip("the index was not asked")
    if state.answer in {Answer.SILENT, Answer.UNASKED}:
        raise Skip(state.reason)
    if not distributions.files:
        raise Skip("nothing was built")
    if not state.files:
        raise Skip(f"{state.index} has no file of this version")
    return state


CHECKS = (file_taken, release_closed)
