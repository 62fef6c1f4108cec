"""The walk of a publication: what is sent, what is asked, and what is believed."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tagward.errors import CannotJudge
from tagward.model.publication import (
    Answer,
    FileState,
    Moment,
    Outcome,
    Patience,
    Publication,
    Shelved,
    Standing,
    Step,
)
from tagward.model.receipt import Sealed
from tagward.plans.publish import in_order
from tagward.publication import publish

NOW = 1_800_000_000.0
DAY = 86400.0
WHEEL = Sealed("demo-1.0-py3-none-any.whl", 10, "a" * 64)
LINUX = Sealed("demo-1.0-cp311-cp311-manylinux_2_17_x86_64.whl", 30, "b" * 64)
SDIST = Sealed("demo-1.0.tar.gz", 20, "c" * 64)
ALL = (LINUX, WHEEL, SDIST)
OTHER = "d" * 64


@dataclass
class PaperShelf:
    """An index on paper.

    Attributes:
        files: the digests that it has, by name.
        sends: one word for each upload: `ok`, `lost`, a status, or a status and `stored`.
        looks: one word for each question: `ok` or `silent`.
        copies: the same for downloads.
        lag: how many questions pass until what was stored is shown.
        done: what was asked of it, in order.
    """

    files: dict[str, str] = field(default_factory=dict)
    sends: list[str] = field(default_factory=list)
    looks: list[str] = field(default_factory=list)
    copies: list[str] = field(default_factory=list)
    lag: int = 0
    age: float = 0.0
    done: list[str] = field(default_factory=list)
    rested: list[float] = field(default_factory=list)
    hidden: dict[str, int] = field(default_factory=dict)

    def look(self) -> tuple[Shelved, ...]:
        """What is shown by now."""
        self.done.append("look")
        if self.looks and self.looks.pop(0) == "silent":
            raise CannotJudge("the index did not answer")
        shown = [name for name in self.files if not self.hidden.get(name)]
        self.hidden = {name: max(0, left - 1) for name, left in self.hidden.items()}
        return tuple(Shelved(name, self.files[name], 1, NOW - self.age, None, "") for name in shown)

    def send(self, sealed: Sealed) -> Answer:
        """Do as the script says."""
        self.done.append(f"send {sealed.file}")
        word, _, how = (self.sends.pop(0) if self.sends else "ok").partition(" ")
        if word == "ok" or how == "stored":
            if self.files.get(sealed.file, sealed.sha256) != sealed.sha256:
                return Answer(400, "File already exists")
            if sealed.file not in self.files:
                self.files[sealed.file], self.hidden[sealed.file] = sealed.sha256, self.lag
        if how == "stolen":
            self.files[sealed.file] = OTHER
        if word == "exists":
            return Answer(400, "File already exists")
        if word == "silence":
            return Answer(reason="no answer")
        return Answer(200 if word in {"ok", "lost"} else int(word), retry_after=30.0 if how == "later" else None)

    def fetch(self, shelved: Shelved) -> None:
        """Only what is there."""
        self.done.append(f"fetch {shelved.file}")
        if self.copies and self.copies.pop(0) == "silent":
            raise CannotJudge("it was not handed out")
        assert shelved.file in self.files

    def rest(self, seconds: float) -> None:
        """Time passes."""
        self.rested.append(seconds)

    def clock(self) -> float:
        """It passes only while we rest."""
        return sum(self.rested)

    @property
    def sent(self) -> list[str]:
        """The files that were sent, in order."""
        return [word.removeprefix("send ") for word in self.done if word.startswith("send ")]


def walk(shelf: PaperShelf, patience: Patience | None = None, files: tuple[Sealed, ...] = ALL) -> list[Step]:
    """All steps of a publication."""
    standings = tuple(Standing(sealed) for sealed in in_order(files))
    publication = Publication("demo", "1.0", "v1.0", "PyPI", "", "", standings)
    return list(publish(publication, shelf, patience or Patience(attempts=3, pause=1.0, wait=10.0), NOW))


def end(shelf: PaperShelf, patience: Patience | None = None) -> Publication:
    """What came of it."""
    steps = walk(shelf, patience)
    assert steps[-1].moment is Moment.SETTLED
    assert steps[-1].publication.settled
    return steps[-1].publication


def digests(*files: Sealed) -> dict[str, str]:
    """What an index has that has these files."""
    return {one.file: one.sha256 for one in files}


def test_a_publication_knows_the_files_that_are_there() -> None:
    shelf = PaperShelf()

    publication = end(shelf)

    assert [one.file for one in publication.there] == [LINUX.file, WHEEL.file, SDIST.file]
    assert walk(PaperShelf())[0].publication.there == ()


def test_everything_is_sent_once_the_wheel_for_a_platform_first_and_the_sdist_last() -> None:
    shelf = PaperShelf()

    assert end(shelf).outcome is Outcome.COMPLETE
    assert shelf.sent == [LINUX.file, WHEEL.file, SDIST.file]
    assert shelf.done[0] == "look"
    assert shelf.done[-2:] == ["look", f"fetch {WHEEL.file}"]


def test_what_is_there_is_not_sent_again() -> None:
    shelf = PaperShelf(digests(LINUX, SDIST))

    publication = end(shelf)

    assert publication.outcome is Outcome.COMPLETE
    assert shelf.sent == [WHEEL.file]
    assert [standing.before for standing in publication.standings] == [True, False, True]


def test_where_everything_is_there_nothing_is_sent_and_a_copy_is_compared_all_the_same() -> None:
    shelf = PaperShelf(digests(*ALL), age=400 * DAY)

    publication = end(shelf)

    assert (publication.outcome, publication.sent, publication.copied) == (Outcome.COMPLETE, False, WHEEL.file)


def test_one_name_with_other_bytes_stops_everything_before_anything_is_sent() -> None:
    shelf = PaperShelf({SDIST.file: OTHER})

    publication = end(shelf)

    assert publication.outcome is Outcome.CONFLICT
    assert shelf.sent == []
    assert SDIST.file in publication.reasons[0]


@pytest.mark.parametrize(("days", "outcome"), [(13.1, Outcome.CLOSED), (12.9, Outcome.COMPLETE)])
def test_nothing_is_added_to_a_release_that_the_index_is_about_to_close(days: float, outcome: Outcome) -> None:
    shelf = PaperShelf(digests(LINUX), age=days * DAY)

    assert end(shelf).outcome is outcome
    assert bool(shelf.sent) is (outcome is Outcome.COMPLETE)


def test_nothing_is_sent_while_nobody_knows_what_is_there() -> None:
    shelf = PaperShelf(looks=["silent"] * 9)

    publication = end(shelf)

    assert publication.outcome is Outcome.UNFINISHED
    assert publication.reasons == ("the index did not answer",)
    assert {standing.state for standing in publication.standings} == {FileState.UNKNOWN}
    assert shelf.sent == []
    assert shelf.done == ["look"] * 3


@pytest.mark.parametrize("word", ["408", "425", "429", "500", "503", "599", "silence", "exists"])
def test_after_a_doubtful_answer_the_index_is_asked_before_the_same_bytes_go_out_again(word: str) -> None:
    shelf = PaperShelf(sends=[word])

    assert end(shelf).outcome is Outcome.COMPLETE
    assert shelf.done[:4] == ["look", f"send {LINUX.file}", "look", f"send {LINUX.file}"]


@pytest.mark.parametrize("word", ["500 stored", "silence stored", "exists stored", "400 stored", "403 stored"])
def test_what_was_stored_in_spite_of_its_answer_is_not_sent_again(word: str) -> None:
    shelf = PaperShelf(sends=[word])

    assert end(shelf).outcome is Outcome.COMPLETE
    assert shelf.sent.count(LINUX.file) == 1


@pytest.mark.parametrize("word", ["301", "400", "401", "403", "404", "409", "413", "422"])
def test_a_refusal_for_good_ends_it_after_one_more_look(word: str) -> None:
    shelf = PaperShelf(sends=["ok", word])

    publication = end(shelf)

    assert publication.outcome is Outcome.REFUSED
    assert shelf.sent == [LINUX.file, WHEEL.file]
    assert shelf.done[-1] == "look"
    assert [standing.state for standing in publication.standings] == [
        FileState.SAME,
        FileState.ABSENT,
        FileState.ABSENT,
    ]


def test_other_bytes_that_came_meanwhile_are_a_conflict() -> None:
    assert end(PaperShelf(sends=["exists stolen"])).outcome is Outcome.CONFLICT
    assert end(PaperShelf(sends=["503 stolen"])).outcome is Outcome.CONFLICT
    assert end(PaperShelf(sends=["403 stolen"])).outcome is Outcome.CONFLICT


def test_an_index_that_says_it_exists_and_never_shows_it_has_refused() -> None:
    publication = end(PaperShelf(sends=["exists"] * 9))

    assert publication.outcome is Outcome.REFUSED
    assert "File already exists" in publication.reasons[0]


def test_attempts_have_an_end_and_the_last_look_comes_after_the_last_of_them() -> None:
    shelf = PaperShelf(sends=["503"] * 9)

    assert end(shelf).outcome is Outcome.UNFINISHED
    assert shelf.sent == [LINUX.file] * 3
    assert shelf.done[-1] == "look"

    assert end(PaperShelf(sends=["503", "503", "503 stored"])).outcome is Outcome.COMPLETE


def test_an_answer_alone_is_never_believed() -> None:
    publication = end(PaperShelf(sends=["lost"] * 3))

    assert publication.outcome is Outcome.UNFINISHED
    assert "does not show" in publication.reasons[0]


def test_an_index_that_lags_is_waited_for_and_not_for_ever() -> None:
    assert end(PaperShelf(lag=3)).outcome is Outcome.COMPLETE
    late = PaperShelf(lag=1000)
    assert end(late).outcome is Outcome.UNFINISHED
    assert 10.0 <= late.clock() <= 12.0


def test_without_a_copy_that_comes_out_right_it_is_not_complete() -> None:
    assert end(PaperShelf(copies=["silent"])).outcome is Outcome.COMPLETE
    assert end(PaperShelf(copies=["silent"] * 9)).outcome is Outcome.UNFINISHED


def test_pauses_grow_and_are_as_long_as_the_index_asks_for_within_a_limit() -> None:
    growing = PaperShelf(sends=["503", "503"])
    end(growing)
    asked = PaperShelf(sends=["429 later"])
    end(asked, Patience(attempts=3, pause=1.0, longest=20.0, wait=10.0))

    assert growing.rested == [1.0, 2.0]
    assert asked.rested == [20.0]


def test_a_step_comes_before_every_upload_and_after_it() -> None:
    moments = [(step.moment, step.file) for step in walk(PaperShelf(), files=(SDIST,))]

    assert moments == [
        (Moment.LOOKED, ""),
        (Moment.SENDING, SDIST.file),
        (Moment.ANSWERED, SDIST.file),
        (Moment.SHOWN, ""),
        (Moment.COPIED, SDIST.file),
        (Moment.SETTLED, ""),
    ]


def test_the_upload_is_counted_before_it_begins() -> None:
    shelf = PaperShelf()
    steps = publish(Publication("demo", "1.0", "v1.0", "PyPI", "", "", (Standing(SDIST),)), shelf, Patience(), NOW)

    sending = next(step for step in steps if step.moment is Moment.SENDING)

    assert shelf.sent == []
    assert sending.publication.standing(SDIST.file).posts == 1


SENDS = ["ok", "lost", "400", "403", "408", "429 later", "503", "503 stored", "503 stolen", "silence", "silence stored"]
SENDS += ["exists", "exists stored", "exists stolen", "400 stored"]
SHELVES = st.builds(
    PaperShelf,
    files=st.dictionaries(st.sampled_from([one.file for one in ALL]), st.just(OTHER)) | st.just(digests(LINUX)),
    sends=st.lists(st.sampled_from(SENDS), max_size=10),
    looks=st.lists(st.sampled_from(["ok", "ok", "silent"]), max_size=12),
    copies=st.lists(st.sampled_from(["ok", "silent"]), max_size=4),
    lag=st.integers(0, 6),
    age=st.floats(0, 30 * DAY),
)


@settings(max_examples=400)
@given(SHELVES)
def test_complete_means_complete_whatever_the_index_does(shelf: PaperShelf) -> None:
    before = dict(shelf.files)

    publication = end(shelf)

    if publication.outcome is Outcome.COMPLETE:
        assert digests(*ALL).items() <= shelf.files.items()
    assert publication.outcome is not Outcome.CONFLICT or OTHER in shelf.files.values()
    assert before.items() <= shelf.files.items()
    assert not set(shelf.sent) & set(before)
    assert all(shelf.sent.count(one.file) <= 3 for one in ALL)
    assert shelf.sent == sorted(shelf.sent, key=[one.file for one in ALL].index)
