"""The JSON document."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from paper import CANDIDATE, DECLARED, DISTRIBUTIONS, TAG, WORKSPACE, PaperWorkshop

from tagward.checks import Selection, group_of
from tagward.judge import judge
from tagward.model.config import Config
from tagward.model.record import Record
from tagward.model.versions import VersionSource
from tagward.report.json import render
from tagward.report.record import Recorder


def _document(workshop: PaperWorkshop) -> Any:
    recorder = Recorder(lambda: 0.0, group_of)
    judge(CANDIDATE, workshop, Selection(CANDIDATE.config), recorder)
    return json.loads(render(Record("check", tuple(recorder.records)), {"tool": "tagward"}))


def test_a_refusal_says_where_what_and_how_to_repair() -> None:
    stale = replace(WORKSPACE, source=VersionSource("hatchling", replace(DECLARED, text="1.3.0")))

    document = _document(PaperWorkshop(workspace=stale))

    assert (document["verdict"], document["exit_code"], document["schema_version"]) == ("refused", 1, 1)
    (tag,) = document["tags"]
    (finding,) = tag["findings"]
    assert {key: finding[key] for key in ("code", "check", "severity", "file", "line", "column", "end_column")} == {
        "code": "V001",
        "check": "tag-version-mismatch",
        "severity": "error",
        "file": "pyproject.toml",
        "line": 7,
        "column": 12,
        "end_column": 17,
    }
    assert finding["fix"]
    assert tag["stages"][3] == {"name": "build", "status": "not-reached", "seconds": 0.0, "note": "", "spans": []}
    assert (tag["diff"], tag["previous"], tag["distributions"]) == (None, None, [])


def test_a_pass_carries_the_digests() -> None:
    document = _document(PaperWorkshop())

    assert document["verdict"] == "passed"
    files = document["tags"][0]["distributions"]
    assert [one["sha256"] for one in files] == [one.sha256 for one in DISTRIBUTIONS.files]


def test_the_document_is_ASCII() -> None:
    recorder = Recorder(lambda: 0.0, group_of)
    judge(replace(CANDIDATE, tag=replace(TAG, name="v1.4.0é")), PaperWorkshop(), Selection(Config()), recorder)

    document = render(Record("check", tuple(recorder.records)), {"tool": "tagward"})

    assert document.isascii()
    assert json.loads(document)["tags"][0]["name"] == "v1.4.0é"
