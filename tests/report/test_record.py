"""From events to stages: whose time is whose."""

from __future__ import annotations

from paper import CANDIDATE, DISTRIBUTIONS, INSTALLATION, TAG, WORKSPACE

from tagward.checks import Selection, group_of
from tagward.model.config import Config
from tagward.model.events import Began, Checked, Entered, Judged, Reached, Working
from tagward.model.findings import Status, Verdict
from tagward.model.record import GROUPS, Span
from tagward.report.record import Recorder


def test_each_group_is_charged_for_what_it_waits_for() -> None:
    now = 0.0
    recorder = Recorder(lambda: now, group_of)
    checks = Selection(Config())
    results = []

    def asked(state: object) -> None:
        for result in checks.ask(state):
            results.append(result)
            recorder(Checked(result))

    recorder(Began(CANDIDATE))
    recorder(Reached(CANDIDATE))
    asked(CANDIDATE)
    recorder(Working("source", "copying"))
    now += 1
    recorder(Reached(WORKSPACE))
    asked(WORKSPACE)
    recorder(Working("build", "building"))
    now += 2
    recorder(Entered("sdist"))
    now += 8
    recorder(Working("upload", "asking twine"))
    now += 100
    recorder(Reached(DISTRIBUTIONS))
    asked(DISTRIBUTIONS)
    recorder(Working("install", "installing"))
    now += 1000
    recorder(Reached(INSTALLATION))
    asked(INSTALLATION)
    recorder(Judged(Verdict(CANDIDATE, tuple(results), DISTRIBUTIONS.files)))

    (record,) = recorder.records
    assert [stage.name for stage in record.stages] == list(GROUPS)
    assert {stage.status for stage in record.stages} == {Status.PASSED}
    assert [stage.seconds for stage in record.stages] == [0, 1, 0, 10, 0, 100, 1000]
    assert (record.seconds, record.name, record.project) == (1111, TAG.name, "acme-demo")
    assert {stage.name: stage.spans for stage in record.stages if stage.spans} == {
        "source": (Span("copying", 0, 1),),
        "build": (Span("building", 1, 2), Span("sdist", 3, 8)),
        "upload": (Span("asking twine", 11, 100),),
        "install": (Span("installing", 111, 1000),),
    }
