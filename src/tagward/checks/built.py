"""V1, M1: what was built carries the version of the tag, and one name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagward.checks._check import Skip, check
from tagward.model.distributions import Distributions
from tagward.model.findings import Finding
from tagward.model.names import normalize
from tagward.model.tagnames import readings
from tagward.model.versions import parse_version

if TYPE_CHECKING:
    from collections.abc import Iterator

    from packaging.version import Version

    from tagward.model.workspace import Workspace


@check("V101", Distributions, fix="make the build produce the version of the tag", essential=True)
def built_version_mismatch(distributions: Distributions) -> Iterator[Finding]:
    """What was built carries the version of the tag

    The index files the release under the version inside the archives, whatever the tag says.
    """
    if not distributions.files:
        raise Skip("nothing was built")
    wanted = distributions.workspace.candidate.version
    wrong: dict[str, list[str]] = {}
    for file in distributions.files:
        for what, text in (("its file name", file.version), ("its metadata", file.metadata_version)):
            if not file.fault and parse_version(text) != wanted:
                wrong.setdefault(text, []).append(f"{what} ({file.file})")
    for text, places in wrong.items():
        yield Finding(
            f"the build made version {text or '(none)'}, but the tag says {wanted}",
            notes=(
                *(f"in {place}" for place in places[:4]),
                *_rivals(distributions.workspace, parse_version(text)),
                *_reason(distributions.workspace),
            ),
        )


@check("V102", Distributions, fix="report it: tagward foresaw another version than the backend made", warns=True)
def prediction_missed(distributions: Distributions) -> Iterator[Finding]:
    """The backend makes what tagward foresaw

    The build is the truth. Where the two differ, it is tagward that is wrong, and its other words on this version may
    be wrong as well.
    """
    prediction = distributions.workspace.prediction
    if prediction is None or prediction.version is None or not distributions.files:
        raise Skip("nothing was foreseen, or nothing was built")
    for text in dict.fromkeys(file.metadata_version for file in distributions.files if not file.fault):
        if parse_version(text) != parse_version(prediction.version):
            yield Finding(f"the build made {text}, but tagward foresaw {prediction.version} from {prediction.tag}")


@check("M101", Distributions, fix="give the project one name", essential=True)
def built_name_mismatch(distributions: Distributions) -> Iterator[Finding]:
    """File names and metadata name the same project

    The index takes the name from the metadata and refuses a file that is named for another project.
    """
    if not distributions.files:
        raise Skip("nothing was built")
    names: dict[str, str] = {}
    project = distributions.workspace.project
    if project:
        names[normalize(project)] = "the source"
    for file in distributions.files:
        if file.fault:
            continue
        names.setdefault(normalize(file.name), f"the metadata of {file.file}")
        names.setdefault(normalize(file.project), f"the file name {file.file}")
    if len(names) > 1:
        said = ", ".join(f"{name or '(none)'} in {where}" for name, where in names.items())
        yield Finding(f"the distributions do not agree on the project's name: {said}")


def _rivals(workspace: Workspace, built: Version | None) -> tuple[str, ...]:
    """The other tags on the commit that name the version that was built: git describe prefers one of them."""
    own = workspace.candidate.tag.name
    rivals = [
        tag.name
        for tag in workspace.tags
        if tag.name != own and built is not None and built in {reading.version for reading in readings(tag.name)}
    ]
    return tuple(f"the tag {name} stands on the same commit, and the build took the version from it" for name in rivals)


def _reason(workspace: Workspace) -> tuple[str, ...]:
    return (workspace.source.reason,) if workspace.source.reason else ()


CHECKS = (built_version_mismatch, prediction_missed, built_name_mismatch)
