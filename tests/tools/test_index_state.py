"""The question to an index on this machine: what it says, and that its silence is never taken for an answer."""

from __future__ import annotations

import json
import os
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from fault_index import FaultIndex, Handler, serving
from packaging.version import Version

from tagward.errors import CannotJudge
from tagward.model.index_state import Answer, IndexState
from tagward.tools.index import Index
from tagward.tools.index_state import VARIABLE, Inquiry, Settings, find_settings, project_state

if TYPE_CHECKING:
    from collections.abc import Iterator

SDIST, WHEEL = Path("demo-1.0.0.tar.gz"), Path("demo-1.0.0-py3-none-any.whl")


class Marked(Handler):
    """An index whose projects have a status (PEP 792), and which knows every name that is listed."""

    marker: object = None
    others: frozenset[str] = frozenset()

    def _json(self, project: str, names: list[str]) -> bytes:
        page = json.loads(super()._json(project, names))
        return json.dumps({**page, "project-status": self.marker} if self.marker is not None else page).encode()

    def _page(self, project: str) -> None:
        if project in {"demo", *self.others}:
            super()._page(project)
        else:
            self.index.seen.append(("PAGE", project))
            self._answer(404, "")


@contextmanager
def served(marker: object = None, others: frozenset[str] = frozenset()) -> Iterator[FaultIndex]:
    """An index with 1.0.0, 0.9.0 and 1.1.0rc1 of `demo`."""
    handler = type("Handler", (Marked,), {"marker": marker, "others": others})
    with serving(FaultIndex(), handler) as index:
        index.add(SDIST, b"s", days=3)
        index.add(WHEEL, b"w", days=1)
        index.add(Path("demo-0.9.0.tar.gz"), b"o", days=90)
        index.add(Path("demo-1.1.0rc1.tar.gz"), b"r")
        yield index


def ask(index: FaultIndex, project: str = "Demo", version: str = "1.0.0", seconds: float = 2.0) -> IndexState:
    """Ask it."""
    return project_state(Index("here", "", f"{index.address}/simple/"), project, Version(version), seconds)


@pytest.mark.parametrize("html", [False, True], ids=["json", "html"])
def test_what_the_index_has(*, html: bool) -> None:
    with served() as index:
        index.html = html
        state = ask(index)

    assert (state.answer, state.project, state.status) == (Answer.HERE, "demo", "active")
    assert [str(one) for one in state.versions] == ["0.9.0", "1.0.0", "1.1.0rc1"]
    assert sorted(one.file for one in state.files) == [WHEEL.name, SDIST.name]
    assert (state.first_upload is None) is html
    assert len(index.seen) == 1


@pytest.mark.parametrize(
    ("marker", "status", "reason"),
    [
        ({"status": "archived"}, "archived", ""),
        ({"status": "quarantined", "reason": "malware"}, "quarantined", "malware"),
        ({"status": "x" * 500}, "x" * 200, ""),
        ({}, "active", ""),
        (None, "active", ""),
    ],
)
def test_the_status_of_a_project_is_read(marker: object, status: str, reason: str) -> None:
    with served(marker) as index:
        state = ask(index)

    assert (state.status, state.status_reason) == (status, reason)


def test_a_new_name_is_asked_for_in_other_spellings_too() -> None:
    with served(others=frozenset({"newname", "new-narne", "new"})) as index:
        state = ask(index, "New_Name")

    assert (state.answer, state.project, state.lookalikes) == (Answer.ABSENT, "new-name", ("newname",))
    assert not state.files
    with served(others=frozenset({"t0ol", "tooi"})) as index:
        assert ask(index, "tool").lookalikes == ("tooi",)


@pytest.mark.parametrize(
    "word", ["hang", "drip", "reset", "500", "503", "403", "garbage", "type", "stranger", "newer", "cut"]
)
def test_what_is_no_answer_is_silence(word: str) -> None:
    with served() as index:
        index.pages = [word]
        state = ask(index, seconds=1.0)

    assert state.answer is Answer.SILENT
    assert state.reason
    assert not state.files


@pytest.mark.parametrize("marker", ["archived", ["archived"], 3])
def test_a_status_that_cannot_be_read_is_silence(marker: object) -> None:
    with served(marker) as index:
        assert ask(index).answer is Answer.SILENT


def test_an_index_that_is_not_there_is_silent() -> None:
    with served() as index:
        pass

    state = ask(index)
    assert state.answer is Answer.SILENT
    assert "did not answer" in state.reason


def test_only_where_an_answer_is_needed_its_absence_stops_the_run() -> None:
    silent = IndexState(Answer.SILENT, "PyPI", "", "demo", "PyPI did not answer")
    unasked = IndexState(Answer.UNASKED, "PyPI", "", "demo", "no index is configured")

    Inquiry().require(silent)
    Inquiry().require(unasked)
    Inquiry(must_answer=True).require(None)
    with pytest.raises(CannotJudge, match="no index is configured"):
        Inquiry(must_answer=True).require(unasked)
    with pytest.raises(CannotJudge, match="PyPI did not answer"):
        Inquiry(must_answer=True).require(silent)


@pytest.fixture
def of_pip(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """No index of our own, and nothing of the machine's pip."""
    monkeypatch.delenv(VARIABLE)
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    return monkeypatch


def test_the_index_of_pip_is_asked_and_pypi_by_its_name(of_pip: pytest.MonkeyPatch) -> None:
    found = find_settings().index
    assert found is not None
    assert found.name == "PyPI"
    of_pip.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/team/simple")
    found = find_settings().index
    assert found is not None
    assert (found.name, found.read) == ("127.0.0.1:9", "http://127.0.0.1:9/team/simple/")


def test_no_index_is_no_silence(of_pip: pytest.MonkeyPatch) -> None:
    of_pip.setenv("PIP_NO_INDEX", "1")

    state = Inquiry().ask("demo", Version("1.0"))
    assert (state.answer, state.reason) == (Answer.UNASKED, "no index is configured (no-index)")


@pytest.mark.parametrize("address", ["http://mirror.example/simple", "https://me:s3cret@mirror.example/simple", "x"])
def test_an_index_that_must_not_be_asked_is_silent_and_its_secrets_too(
    of_pip: pytest.MonkeyPatch, address: str
) -> None:
    of_pip.setenv("PIP_INDEX_URL", address)

    settings = find_settings()
    assert (settings.index, settings.refused) == (None, True)
    state = Inquiry().ask("demo", Version("1.0"))
    assert (state.answer, state.reason) == (Answer.SILENT, settings.reason)
    assert "s3cret" not in state.reason


def test_the_inquiry_asks_the_index_of_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    with served() as index:
        monkeypatch.setenv(VARIABLE, f"{index.address}/simple")
        inquiry = Inquiry(seconds=2.0)
        inquiry.prepare()
        state = inquiry.ask("demo", Version("1.0.0"), 5.0)

    assert (state.answer, state.committed, len(state.files)) == (Answer.HERE, 5.0, 2)


def test_nothing_is_being_found_out_any_more_once_it_has_settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that is split off beside a thread that imports inherits its lock, and waits for it for ever."""

    def slowly() -> Settings:
        time.sleep(0.3)
        return Settings(None, "none")

    monkeypatch.setattr("tagward.tools.index_state.find_settings", slowly)
    inquiry, before = Inquiry(), threading.active_count()
    inquiry.prepare()
    assert threading.active_count() == before + 1

    inquiry.settle()

    assert threading.active_count() == before
