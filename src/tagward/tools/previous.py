"""The release before this one, from the index, within seconds or not at all; what was read once is kept."""

from __future__ import annotations

import contextlib
import hashlib
import json
import threading
import time
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

from tagward.errors import CannotJudge
from tagward.model.change import Release, members_of
from tagward.model.index_state import Answer
from tagward.tools.answers import ODD
from tagward.tools.halves import half_of
from tagward.tools.notes import make

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from packaging.version import Version

    from tagward.model.index_state import IndexState
    from tagward.model.publication import Shelved

SECONDS = 5.0
MAX_BYTES = 32 << 20
"""A larger wheel is not fetched for a comparison."""
KEPT = 20
FORMAT = 2
"""Part of the key, so that what an older tagward kept, and that says less, is asked for again."""


@dataclass(slots=True)
class Lookup:
    """The question for the release before; it is answered beside the build.

    Attributes:
        state: what the index has.
        version: the version that is released.
        folder: an existing folder of this run, for the wheel.
        cache: where answers are kept, made when it is needed; None: nowhere.
        seconds: how long it may take in all.
    """

    state: IndexState
    version: Version
    folder: Path
    cache: Path | None = None
    seconds: float = SECONDS
    _found: list[Release] = field(default_factory=list)
    _thread: threading.Thread | None = None
    _end: float = 0.0

    def start(self) -> Lookup:
        """Begin."""
        self._end = time.monotonic() + self.seconds
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()
        return self

    def wait(self) -> Release:
        """The release before, as far as the time allowed; its `reason` says what is missing."""
        if self._thread is None:
            self.start()
        if self._thread:
            self._thread.join(max(0.0, self._end - time.monotonic()))
        return self._found[0] if self._found else Release(reason=f"{self.state.index} took too long")

    def _look(self) -> None:
        try:
            self._found.append(find_previous(self.state, self.version, self.folder, self.cache, self.seconds))
        except (CannotJudge, OSError) as failure:
            self._found.append(Release(reason=str(failure)))


def find_previous(
    state: IndexState, version: Version, folder: Path, cache: Path | None = None, seconds: float = SECONDS
) -> Release:
    """The release before a version; without its wheel, and with the reason, where that is not to be had.

    Args:
        state: what the index has of the project.
        version: the one that is released.
        folder: an existing folder that the wheel is put into.
        cache: where answers are kept: files of a release do not change on an index.
        seconds: how long the index may take for its page, and again for the wheel.

    Raises:
        CannotJudge: the index did not answer.
    """
    if state.answer in {Answer.SILENT, Answer.UNASKED}:
        return Release(index=state.index, reason=state.reason or "the index was not asked")
    before = version_before(state.versions, version)
    if before is None:
        return Release(index=state.index, first=True)
    kept = cache / _key(state, before) if cache else None
    known = _recalled(kept) if kept else None
    if known:
        return known
    release = _asked(state, before, folder, seconds)
    if kept and release.wheel:
        _keep(kept, release)
    return release


def version_before(versions: Iterable[Version], version: Version) -> Version | None:
    """The release that users of this one come from: the highest final one below it, for a pre-release any below it."""
    below = sorted(other for other in versions if other < version)
    final = [other for other in below if not other.is_prerelease]
    wanted = below if version.is_prerelease else final or below
    return wanted[-1] if wanted else None


def choose_wheel(files: Iterable[Shelved]) -> Shelved | None:
    """The wheel that pip would take here; None where there is none for this machine."""
    from packaging.tags import sys_tags  # noqa: PLC0415  # only who has something to choose from needs it
    from packaging.utils import parse_wheel_filename  # noqa: PLC0415

    order = {tag: place for place, tag in enumerate(sys_tags())}
    wheels = []
    for one in files:
        if one.file.endswith(".whl") and not {"/", "\\"} & set(one.file):
            places = [order[tag] for tag in parse_wheel_filename(one.file)[3] if tag in order]
            wheels += [(min(places), one.file, one)] if places else []
    return min(wheels, default=(0, "", None), key=lambda entry: entry[:2])[2]


def _asked(state: IndexState, before: Version, folder: Path, seconds: float) -> Release:
    from tagward.tools.archives import read_distribution  # noqa: PLC0415  # what was kept needs none of it
    from tagward.tools.index import Index, Limits, download, release_files  # noqa: PLC0415

    index = Index(state.index, "", state.read)
    limits = Limits(connect=seconds, read=seconds, page=seconds, copy=seconds, file_bytes=MAX_BYTES)
    files = release_files(index, state.project, str(before), limits)
    wheel = choose_wheel(files)
    sizes = {kind: one.size for kind, one in _sized(files, wheel) if one.size is not None}
    if wheel is None:
        return Release(str(before), state.index, reason=f"{before} has no wheel for this machine", sizes=sizes)
    if wheel.size is not None and wheel.size > MAX_BYTES:
        return Release(
            str(before), state.index, reason=f"the wheel of {before} is too large to be fetched", sizes=sizes
        )
    target = folder / wheel.file
    download(index, wheel, target, limits)
    read = read_distribution(target)
    if read.fault:
        return Release(str(before), state.index, reason=f"{wheel.file} cannot be read: {read.fault}", sizes=sizes)
    scripts = tuple(sorted(read.entry_points or {}))
    sizes["wheel"] = read.size
    return Release(
        str(before),
        state.index,
        wheel.file,
        members=members_of(read),
        scripts=scripts,
        metadata=read.metadata,
        sizes=sizes,
    )


def _sized(files: Iterable[Shelved], wheel: Shelved | None) -> list[tuple[str, Shelved]]:
    sdists = [("sdist", one) for one in files if not one.file.endswith(".whl")]
    return [*sdists[:1], *([("wheel", wheel)] if wheel else [])]


def _key(state: IndexState, version: Version) -> str:
    return hashlib.sha256(f"{FORMAT} {state.read} {state.project} {version}".encode()).hexdigest() + ".json"


def _recalled(path: Path) -> Release | None:
    """What was kept; anything odd about it means that nothing was."""
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        return Release(
            str(kept["version"]),
            str(kept["index"]),
            str(kept["wheel"]),
            members={str(name): str(digest) for name, digest in kept["members"].items()},
            scripts=tuple(str(name) for name in kept["scripts"]),
            metadata={str(name): tuple(map(str, values)) for name, values in kept["metadata"].items()},
            sizes={str(kind): int(count) for kind, count in kept["sizes"].items()},
        )
    except (OSError, *ODD):
        return None


def _keep(path: Path, release: Release) -> None:
    """Keep an answer, whole or not at all."""
    with contextlib.suppress(OSError, UnicodeError):
        make(path.parent)
        half = half_of(path)
        try:
            half.write_text(json.dumps(asdict(release)), encoding="utf-8")
            half.replace(path)
        finally:
            half.unlink(missing_ok=True)
        for old in sorted(path.parent.glob("*.json"), key=lambda one: one.stat().st_mtime)[:-KEPT]:
            old.unlink(missing_ok=True)
