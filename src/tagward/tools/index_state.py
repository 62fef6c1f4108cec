"""Asks the index what it has of a project, before anything is built; within seconds, or not at all."""

from __future__ import annotations

import json
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from importlib import import_module
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from tagward.errors import CannotJudge
from tagward.model.index_state import Answer, IndexState
from tagward.model.names import lookalikes, normalize
from tagward.tools.pip_settings import index_of_pip, is_set, read_settings

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from packaging.version import Version

    from tagward.tools.index import Index
    from tagward.tools.pages import Page

SECONDS = 5.0
VARIABLE = "TAGWARD_INDEX"
"""The root of the simple index to ask, where it is another one than pip's."""

MAX_STATUS = 200


@dataclass(frozen=True, slots=True)
class Settings:
    """Which index is asked.

    Attributes:
        index: None where none is.
        reason: why not.
        refused: whether that is because its address must not be used.
    """

    index: Index | None
    reason: str = ""
    refused: bool = False


def find_settings() -> Settings:
    """The index of TAGWARD_INDEX, else the one that pip is configured to read, PyPI by default."""
    from tagward.tools.index import PYPI, Index, address_fault, without_secrets  # noqa: PLC0415  # only a gate asks

    named = os.environ.get(VARIABLE, "")
    try:
        address, off, usual = (named, False, "") if named else _asked_pip()
    except (CannotJudge, ValueError) as failure:
        return Settings(None, f"pip could not say which index it reads: {failure}", refused=True)
    if off:
        return Settings(None, "no index is configured (no-index)")
    if fault := address_fault(address):
        return Settings(None, f"the index of {VARIABLE if named else 'pip'} {fault[0]}", refused=True)
    host = urlsplit(without_secrets(address)).netloc
    name = PYPI if address.rstrip("/") == usual.rstrip("/") else host
    return Settings(Index(name, "", address if address.endswith("/") else address + "/"))


def project_state(index: Index, project: str, version: Version, seconds: float = SECONDS) -> IndexState:
    """What an index has of a project and of one version; a new name is looked up in other spellings too.

    Args:
        index: which.
        project: the name, in any spelling.
        version: the one that is released.
        seconds: how long to wait in all; no answer within them is told as that, and never as "not there".
    """
    return project_states(index, project, [version], seconds)[version]


def project_states(
    index: Index, project: str, versions: Collection[Version], seconds: float = SECONDS
) -> dict[Version, IndexState]:
    """The same for many versions, from one page; see `project_state`."""
    from tagward.tools.index import in_time  # noqa: PLC0415  # see find_settings

    name = normalize(project)
    began = time.time()
    silent = IndexState(Answer.SILENT, index.name, index.read, name, now=began)
    try:
        return in_time(lambda: _states(index, name, versions, seconds), seconds, f"{index.name} did not answer")
    except CannotJudge as failure:
        return dict.fromkeys(versions, replace(silent, reason=str(failure)))


@dataclass(slots=True)
class Inquiry:
    """The question to the index that belongs to one run; which index it is, is found out beside the export.

    Attributes:
        must_answer: what could not be asked counts as not checked.
        seconds: see `project_state`.
    """

    must_answer: bool = False
    seconds: float = SECONDS
    _found: list[Settings] = field(default_factory=list)
    _known: dict[tuple[str, Version], IndexState] = field(default_factory=dict)
    _search: threading.Thread | None = None

    def prepare(self) -> None:
        """Begin to find out which index is asked."""
        if self._search is None:
            self._search = threading.Thread(target=self._find, daemon=True)
            self._search.start()

    def _find(self) -> None:
        self._found.append(find_settings())
        if self._found[0].index:
            import_module("requests")  # while git copies the commit

    def settle(self) -> None:
        """Wait until nothing is being found out any more: whoever forks would inherit the locks of imports."""
        if self._search:
            self._search.join()

    def ask(self, project: str, version: Version, committed: float | None = None) -> IndexState:
        """Ask.

        Args:
            project: the name.
            version: the one that is released.
            committed: when its commit was made, in seconds since the epoch.
        """
        key = (normalize(project), version)
        state = self._known.get(key) or self.ask_all(project, [version])[version]
        return replace(state, committed=committed)

    def ask_all(self, project: str, versions: Collection[Version]) -> dict[Version, IndexState]:
        """Ask once for many versions of a project; what came of it holds for the whole run."""
        self.prepare()
        if self._search:
            self._search.join(self.seconds)
        if not self._found:
            settings = Settings(None, f"pip did not say within {self.seconds:.0f} s which index it reads", refused=True)
        else:
            settings = self._found[0]
        if settings.index is None:
            answer = Answer.SILENT if settings.refused else Answer.UNASKED
            said = dict.fromkeys(versions, IndexState(answer, "the index", "", normalize(project), settings.reason))
        else:
            said = project_states(settings.index, project, versions, self.seconds)
        self._known.update({(normalize(project), version): state for version, state in said.items()})
        return said

    def require(self, state: IndexState | None) -> None:
        """Go no further without an answer, where one is needed.

        Raises:
            CannotJudge: the index did not answer, or there was none to ask.
        """
        if self.must_answer and state and state.answer in {Answer.SILENT, Answer.UNASKED}:
            silent = state.answer is Answer.SILENT
            raise CannotJudge(
                state.reason or f"{state.index} did not answer",
                why="whether the version is free is not known, and here nothing passes on a guess",
                fixes=(
                    "run the job again when the index answers" if silent else "take no-index out of pip's settings",
                ),
            )


def _asked_pip() -> tuple[str, bool, str]:
    found, usual = read_settings(), index_of_pip()
    return found.get("index-url", usual), is_set(found, "no-index"), usual


def _states(index: Index, name: str, versions: Collection[Version], seconds: float) -> dict[Version, IndexState]:
    from tagward.tools.pages import PageUnreadable  # noqa: PLC0415  # see find_settings

    state = IndexState(Answer.HERE, index.name, index.read, name, now=time.time())
    page = _page_of(index, name, seconds)
    if page is None:
        absent = replace(state, answer=Answer.ABSENT, lookalikes=_existing(index, lookalikes(name), seconds))
        return dict.fromkeys(versions, absent)
    try:
        return _read(page, state, versions)
    except PageUnreadable as failure:
        raise CannotJudge(f"its page of {name} cannot be understood: {failure}") from failure


def _page_of(index: Index, name: str, seconds: float) -> Page | None:
    from tagward.tools.index import Limits, read_page  # noqa: PLC0415  # see find_settings

    limits = Limits(connect=seconds, read=seconds, page=seconds)
    return read_page(urljoin(index.read, f"{name}/"), limits)


def _existing(index: Index, names: Sequence[str], seconds: float) -> tuple[str, ...]:
    """The projects among these names, asked for all at once."""
    if not names:
        return ()
    with ThreadPoolExecutor(len(names)) as pool:
        pages = list(pool.map(lambda name: _page_of(index, name, seconds), names))
    return tuple(name for name, page in zip(names, pages, strict=True) if page is not None)


def _read(page: Page, state: IndexState, versions: Collection[Version]) -> dict[Version, IndexState]:
    from packaging.utils import canonicalize_name  # noqa: PLC0415  # see find_settings

    from tagward.tools.answers import ODD  # noqa: PLC0415  # see find_settings
    from tagward.tools.pages import JSON, PageUnreadable, releases_in  # noqa: PLC0415

    releases = releases_in(page, canonicalize_name(state.project), versions)
    try:
        status, reason = _status(page.body) if page.kind.startswith(JSON) else ("active", "")
    except ODD as failure:
        raise PageUnreadable(f"{type(failure).__name__}: {str(failure)[:MAX_STATUS]}") from None
    state = replace(state, status=status, status_reason=reason, versions=tuple(sorted(releases)))
    return {version: replace(state, files=releases.get(version, ())) for version in versions}


def _status(body: bytes) -> tuple[str, str]:
    """The status marker of a project and its reason (PEP 792): an object in `project-status`."""
    marker = json.loads(body).get("project-status") or {}
    return str(marker.get("status", "active"))[:MAX_STATUS], str(marker.get("reason") or "")[:MAX_STATUS]
