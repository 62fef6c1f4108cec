"""Every rule refuses what breaks it, under the check that tells it, and takes the nearest neighbour."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from broken_artifacts import CASES, Case
from packaging.version import Version
from paper import CANDIDATE, DISTRIBUTIONS, WORKSPACE

from tagward.acceptance.rules import RULES
from tagward.acceptance.upload import judge
from tagward.checks import find
from tagward.model.artifact import RefusalKind
from tagward.model.distributions import Distribution, Rendering
from tagward.model.findings import Status
from tagward.tools.archives import read_distribution
from tagward.tools.rendering import describe

if TYPE_CHECKING:
    from pathlib import Path

    from tagward.model.findings import Finding

BEYOND_FILES = {
    "U-FILE-EXISTS",  # of two files: tests/checks/test_upload_rules.py
    "U-FILE-SIZE",  # a hundred megabytes: test_names.py
    "U-META-OTHER",  # what a later packaging may say
    "U-ZIP-CD-SIZE",  # zipfile opens none that comes so far: test_zip_framing.py
    "U-ZIP-SETS",  # the same
}


def judged(folder: Path, file: tuple[str, bytes]) -> Distribution:
    """A file, written, read and judged."""
    path = folder / file[0].replace("/", "_")
    path.write_bytes(file[1])
    found = read_distribution(path)
    assert found.artifact
    return replace(found, refusals=judge(found.artifact, *describe([found.artifact], dict(os.environ))))


def findings(file: Distribution, code: str) -> tuple[Finding, ...]:
    """What a check says of a release with this file."""
    candidate = replace(CANDIDATE, version=Version("1.0"))
    workspace = replace(WORKSPACE, candidate=candidate, project="demo")
    release = replace(DISTRIBUTIONS, workspace=workspace, files=(file,), twine=(Rendering(file.file),))
    result = find(code)(release)
    assert result.status in {Status.FAILED, Status.WARNED}, (result.status, result.reason, file.refusals)
    return result.findings


def _id(case: Case) -> str:
    return f"{case.rule}: {case.id}"


@pytest.mark.parametrize("case", CASES, ids=_id)
def test_a_broken_artifact_is_refused_under_its_code(case: Case, tmp_path: Path) -> None:
    file = judged(tmp_path, case.broken())

    broken = [one for one in file.refusals or () if one.rule == case.rule]
    assert broken, [(one.rule, one.sentence) for one in file.refusals or ()]
    assert all(one.kind is not RefusalKind.BROKE for one in file.refusals or ())
    said = findings(file, case.code)
    if case.code not in {"M101", "V101"}:
        assert any(case.rule in note for finding in said for note in finding.notes), said


@pytest.mark.parametrize("case", CASES, ids=_id)
def test_its_neighbour_is_taken(case: Case, tmp_path: Path) -> None:
    file = judged(tmp_path, case.neighbour())

    assert [(one.rule, one.sentence, one.detail) for one in file.refusals or ()] == []


def test_there_are_enough_of_them_and_every_rule_has_one() -> None:
    assert len(CASES) >= 150
    assert len({case.id for case in CASES}) == len(CASES)
    assert set(RULES) - {case.rule for case in CASES} == BEYOND_FILES
