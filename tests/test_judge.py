"""The walk: states in order, no further than the first that must not ship."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest
from paper import CANDIDATE, DISTRIBUTIONS, INSTALLATION, TAG, WORKSPACE, PaperWorkshop

from tagward.checks import Selection
from tagward.errors import CannotJudge, ConfigError
from tagward.judge import judge
from tagward.model.config import Config
from tagward.model.distributions import BuildFailure
from tagward.model.events import Began, Event, Judged, Reached
from tagward.model.findings import Outcome, Status
from tagward.model.versions import VersionSource

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagward.model.candidate import Candidate
    from tagward.model.distributions import Distributions
    from tagward.model.workspace import Workspace

ALL = Selection(Config())


def test_a_good_release_passes_through_every_state() -> None:
    workshop = PaperWorkshop()

    verdict = judge(CANDIDATE, workshop, ALL)

    assert verdict.outcome is Outcome.PASSED
    assert workshop.asked == ["export", "build", "install", "deliver", "install left", "export left"]
    assert verdict.files == DISTRIBUTIONS.files


def test_nothing_is_exported_for_a_tag_that_must_not_go_out() -> None:
    workshop = PaperWorkshop()

    verdict = judge(replace(CANDIDATE, tag=replace(TAG, moved=True)), workshop, ALL)

    assert verdict.outcome is Outcome.REFUSED
    assert workshop.asked == []


def test_does_not_build_what_must_not_ship() -> None:
    workshop = PaperWorkshop(workspace=replace(WORKSPACE, source=VersionSource("", None)))

    verdict = judge(CANDIDATE, workshop, ALL)

    assert verdict.outcome is Outcome.REFUSED
    assert workshop.asked == ["export", "export left"]


def test_does_not_install_what_did_not_build() -> None:
    workshop = PaperWorkshop(distributions=replace(DISTRIBUTIONS, failure=BuildFailure("no")))

    judge(CANDIDATE, workshop, ALL)

    assert "install" not in workshop.asked


def test_all_wrongs_of_a_state_are_told_at_once() -> None:
    tag = replace(TAG, moved=True, headers=("v1.3.0", "v1.2.0"))

    results = judge(replace(CANDIDATE, tag=tag), PaperWorkshop(), ALL).results

    assert [one.check.code for one in results if one.status is Status.FAILED] == ["T002", "T004", "T005"]


@dataclass
class Unreachable(PaperWorkshop):
    """A workshop whose machine fails it."""

    @contextmanager
    def export(self, candidate: Candidate) -> Iterator[Workspace]:
        """Nothing can be exported."""
        if candidate.tag.name:
            raise CannotJudge(f"{candidate.tag.name}: no room on the disk", why="why", fixes=("fix",))
        yield self.workspace


def test_trouble_is_not_checked_and_never_a_pass() -> None:
    verdict = judge(CANDIDATE, Unreachable(), ALL)

    assert verdict.outcome is Outcome.NOT_CHECKED
    assert verdict.trouble is not None
    assert verdict.trouble.message == "v1.4.0: no room on the disk"


def test_a_check_that_broke_is_no_pass() -> None:
    unheard = replace(INSTALLATION, imports=None)  # type: ignore[arg-type]  # of this a check breaks

    verdict = judge(CANDIDATE, PaperWorkshop(installation=unheard), ALL)

    assert {one.status for one in verdict.results} >= {Status.BROKE, Status.PASSED}
    assert verdict.outcome is Outcome.NOT_CHECKED


def test_a_refusal_before_the_trouble_stays_a_refusal() -> None:
    lightweight = replace(CANDIDATE, tag=replace(TAG, annotated=False, headers=()), config=Config(strict=True))

    verdict = judge(lightweight, Unreachable(), Selection(lightweight.config))

    assert verdict.outcome is Outcome.REFUSED


def test_a_wrong_configuration_is_not_swallowed() -> None:
    class Misconfigured(PaperWorkshop):
        def build(self, workspace: Workspace) -> Distributions:
            raise ConfigError(f"{workspace.project}: wrong")

    with pytest.raises(ConfigError):
        judge(CANDIDATE, Misconfigured(), ALL)


def test_what_is_ignored_is_named_with_its_reason() -> None:
    config = Config(ignore={"X002": "needs a display"})
    broken = replace(INSTALLATION, imports=())

    verdict = judge(CANDIDATE, PaperWorkshop(installation=broken), Selection(config))

    assert verdict.outcome is Outcome.PASSED
    assert [(one.status, one.reason) for one in verdict.results if one.check.code == "X002"] == [
        (Status.IGNORED, "needs a display")
    ]


def test_a_selection_still_asks_what_is_essential() -> None:
    results = judge(CANDIDATE, PaperWorkshop(), Selection(Config(select=("X002",)))).results

    asked = {one.check.code for one in results}
    assert {"V001", "X002", "T002"} <= asked
    assert "V002" not in asked


def test_events_come_in_order() -> None:
    heard: list[Event] = []

    judge(CANDIDATE, PaperWorkshop(), ALL, heard.append)

    assert isinstance(heard[0], Began)
    assert isinstance(heard[-1], Judged)
    assert [type(one.state).__name__ for one in heard if isinstance(one, Reached)] == [
        "Candidate",
        "Workspace",
        "Distributions",
        "Installation",
    ]
