"""The summary of a job."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from paper import CANDIDATE, DECLARED, WORKSPACE, PaperWorkshop

from tagward.checks import Selection, group_of
from tagward.checks.tag import tag_not_annotated
from tagward.judge import judge
from tagward.model.config import Config
from tagward.model.findings import Finding, Outcome, Status, Trouble
from tagward.model.github import Job
from tagward.model.receipt import Receipt
from tagward.model.record import Record, TagRecord, Told
from tagward.model.versions import VersionSource
from tagward.report.markdown import MAX_BYTES, summary
from tagward.report.record import Recorder

JOB = Job("acme/demo", "https://github.example")
HOSTILE = "</details><script>alert(1)</script> | `x` [a](b) **c** @maintainer #1 \u202e ${{ secrets.X }}"


def _record(workshop: PaperWorkshop) -> Record:
    recorder = Recorder(lambda: 0.0, group_of)
    verdict = judge(CANDIDATE, workshop, Selection(Config()), recorder)
    return Record("check", (replace(recorder.records[0], receipt=Receipt.of(verdict, {"build": "1.6.1"}, "")),))


def test_a_release_that_passed() -> None:
    said = summary(_record(PaperWorkshop()), JOB)

    assert said.startswith("## ✅ acme\\-demo 1.4.0 is ready to publish\n")
    assert "| ✅ | build |" in said
    assert "sha256 <code>" + "1" * 64 in said
    assert "<summary>Wheel contents, 2 files</summary>" in said
    assert "build 1.6.1" in said


def test_a_refusal_links_to_the_line() -> None:
    stale = replace(WORKSPACE, source=VersionSource("hatchling", replace(DECLARED, text="1.3.0")))

    said = summary(_record(PaperWorkshop(workspace=stale)), JOB)

    assert said.startswith("## ❌ v1.4.0 1.4.0 was refused: V001\n")
    commit = CANDIDATE.tag.commit
    assert f"(https://github.example/acme/demo/blob/{commit}/pyproject.toml#L7)" in said
    assert "| ➖ | build | not reached |" in said
    assert "> Fix: <code>git tag -d v1.4.0</code>" in said


def test_text_from_outside_means_nothing_to_markdown_or_HTML() -> None:
    told = Told(tag_not_annotated.info, Finding(HOSTILE, fixes=(HOSTILE,), notes=(HOSTILE,)), Status.FAILED, "tag")
    tag = TagRecord(
        HOSTILE,
        "1.0",
        "3d97393",
        Outcome.REFUSED,
        told=(told,),
        ignored={"V006": HOSTILE},
        trouble=Trouble(HOSTILE),
        compared=(HOSTILE,),
        logs={"build": HOSTILE},
    )

    said = summary(Record("check", (tag,), others=((HOSTILE, "v{version}"),)), JOB)

    assert "<script" not in said
    assert "\u202e" not in said
    assert said.count("</details>") == said.count("<details>") == 1
    outside_code = re.sub(r"<code>.*?</code>|<pre>.*?</pre>", "", said, flags=re.DOTALL)
    assert "[a](b)" not in outside_code
    assert "**c**" not in outside_code
    assert "@maintainer" not in outside_code.replace("\\@", "")


@pytest.mark.parametrize("logs", [{"build": "x" * 90 + "\n"}, {"build": "y"}], ids=["many lines", "one line"])
def test_it_never_grows_beyond_what_GitHub_takes(logs: dict[str, str]) -> None:
    long = {name: text * 2_000_000 if text == "y" else text * 40_000 for name, text in logs.items()}
    tag = replace(_record(PaperWorkshop()).tags[0], logs=long)

    said = summary(Record("check", (tag,)), JOB)

    assert len(said.encode()) <= MAX_BYTES
    assert "is ready to publish" in said
    assert "sha256" in said


def test_what_was_left_out_is_said() -> None:
    tag = replace(_record(PaperWorkshop()).tags[0], logs={"build": ("x" * 90 + "\n") * 40_000})

    assert re.search(r"\(\d+ lines are left out\)", summary(Record("check", (tag,)), JOB))


def test_without_a_tag_it_says_so() -> None:
    assert "There was no tag to judge" in summary(Record("check", ()), JOB)
