"""The artifacts of a rehearsed run: stand-ins for `actions/upload-artifact` and `actions/download-artifact`.

Their rules are those of the two actions' READMEs and of upload-artifact's `shared/search.ts`.
"""

from __future__ import annotations

import os
import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tagward.tools.runner_use import Answer, Use

if TYPE_CHECKING:
    from collections.abc import Iterator

_FORBIDDEN = re.compile(r'["<>|*?:\\/\r\n]')
_PATTERN = re.compile(r"[*?\[\]!~]")
_RETENTION = range(1, 91)
_MODE = 0o644


@dataclass(slots=True)
class Artifacts:
    """The artifacts that there are.

    A name can be uploaded once in an attempt of a run; one of an earlier attempt is replaced, because downloads take
    the newest.

    Attributes:
        folder: each artifact is a folder in it.
        uploaded: the names of this attempt.
    """

    folder: Path
    uploaded: set[str] = field(default_factory=set)

    def __contains__(self, name: str) -> bool:
        return (self.folder / name).is_dir()


def upload(use: Use) -> Answer:
    """Store files: no hidden ones, no empty folders, no modes; below their least common ancestor."""
    name = use.inputs.get("name") or "artifact"
    retention = use.inputs.get("retention-days", "")
    absent = use.inputs.get("if-no-files-found", "warn")
    lines = [line.strip() for line in use.inputs.get("path", "").splitlines() if line.strip()]
    if fault := _fault(name, retention, absent, lines):
        return Answer(f"Error: {fault}", failed=True)
    places = [Path(os.path.normpath(use.workspace / line)) for line in lines]
    files = sorted({file for place in places for file in _files(place)})
    if not files:
        said = f"No files were found with the provided path: {' '.join(lines)}. No artifacts will be uploaded."
        return Answer(said, failed=absent == "error")
    if name in use.artifacts.uploaded:
        return Answer(f"Error: an artifact with the name {name} was uploaded in this run already", failed=True)
    root = _root(places, files)
    folder = use.artifacts.folder / name
    shutil.rmtree(folder, ignore_errors=True)
    for file in files:
        target = folder / file.relative_to(root)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target)
        target.chmod(_MODE)
    use.artifacts.uploaded.add(name)
    listed = "".join(f"\n  {file.relative_to(root).as_posix()}" for file in files)
    return Answer(f"Artifact {name}, {len(files)} files below {root}:{listed}")


def download(use: Use) -> Answer:
    """Fetch one artifact by its name.

    The action compares the digest that GitHub has of the artifact; this one does not, so that a test that tampers
    meets what the workflow itself does against it.
    """
    name = use.inputs.get("name", "")
    if not name:
        return Answer("Error: tagward fetches an artifact by its name only", failed=True)
    if name not in use.artifacts:
        return Answer(f"Error: Unable to download artifact(s): Artifact not found for name: {name}", failed=True)
    target = use.workspace / use.inputs.get("path", "")
    shutil.copytree(use.artifacts.folder / name, target, dirs_exist_ok=True)
    return Answer(f"Artifact {name} downloaded to {target}", outputs={"download-path": str(target)})


def _fault(name: str, retention: str, absent: str, lines: list[str]) -> str:
    if _FORBIDDEN.search(name):
        return f"the artifact name is not valid: {name}"
    if retention and not (retention.isdecimal() and int(retention) in _RETENTION):
        return f"retention-days is {retention}, and must be from 1 to 90"
    if absent not in {"warn", "error", "ignore"}:
        return f"if-no-files-found is {absent}, and must be warn, error or ignore"
    if not lines:
        return "Input required and not supplied: path"
    if pattern := next((line for line in lines if _PATTERN.search(line)), ""):
        return f"tagward uploads files and folders, and no patterns such as {pattern}"
    return ""


def _files(place: Path) -> Iterator[Path]:
    """The files at or below a place; whatever is hidden is left out, with all that is in it."""
    if place.name.startswith("."):
        return
    if place.is_file():
        yield place
    elif place.is_dir():
        for inner in sorted(place.iterdir()):
            yield from _files(inner)


def _root(places: list[Path], files: list[Path]) -> Path:
    """Below what names in the artifact begin."""
    searched = {place for place in places if not any(other in place.parents for other in places)}
    if len(searched) > 1:
        return Path(os.path.commonpath(searched))
    (place,) = searched
    return place.parent if files == [place] else place
