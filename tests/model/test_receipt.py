"""Receipts: written, read back, refused, compared."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from paper import CANDIDATE, COMMIT, DISTRIBUTIONS, INSTALLATION, OID, SDIST, WHEEL, PaperWorkshop

from tagward.checks import Selection
from tagward.errors import ConfigError
from tagward.judge import judge
from tagward.model.config import Config
from tagward.model.receipt import Receipt, Sealed, differences, parse, render

TOOLS = {"tagward": "0.1.0", "build": "1.6.1"}
RECEIPT = Receipt(
    "v1.4.0",
    OID,
    COMMIT,
    "acme-demo",
    "1.4.0",
    (Sealed("acme_demo-1.4.0.tar.gz", 24100, "0" * 64, "c" * 64), Sealed(WHEEL.file, 18600, "1" * 64, "d" * 64)),
    {"V001": "passed", "D301": "ignored"},
    {"D301": "the video is meant"},
    TOOLS,
    ("acme_demo",),
    "2026-11-22T12:00:00Z",
)


def _document(**changes: object) -> str:
    found: dict[str, Any] = json.loads(render(RECEIPT))
    for path, value in changes.items():
        *keys, last = path.split("__")
        table: Any = found
        for key in keys:
            table = table[int(key) if key.isdigit() else key]
        table[last] = value
    return json.dumps(found)


def test_what_is_written_is_read_back() -> None:
    assert parse(render(RECEIPT), "receipt.json") == RECEIPT


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        "null",
        "[" * 100_000,
        '{"schema_version": 1}',
        "x" * 2_000_000,
        _document(schema_version=2),
        _document(more="?"),
        _document(tag=1),
        _document(files=[]),
        _document(files={}),
        _document(files__0__file="../../etc/passwd"),
        _document(files__0__file="a b"),
        _document(files__0__sha256="A" * 64),
        _document(files__0__sha256="0" * 63),
        _document(files__0__size=-1),
        _document(files__0__size=True),
        _document(files__0__file=WHEEL.file),
        _document(checks=["V001"]),
        _document(imports="acme"[:0] or 5),
    ],
    ids=lambda text: text[:40],
)
def test_anything_else_is_refused_by_name(text: str) -> None:
    with pytest.raises(ConfigError, match=r"receipt\.json is no receipt"):
        parse(text, "receipt.json")


def test_a_release_that_passed_has_a_receipt() -> None:
    verdict = judge(CANDIDATE, PaperWorkshop(), Selection(Config()))

    receipt = Receipt.of(verdict, TOOLS, "2026-11-22T12:00:00Z")

    assert receipt is not None
    assert (receipt.tag, receipt.oid, receipt.commit, receipt.project) == ("v1.4.0", OID, COMMIT, "acme-demo")
    assert receipt.digests == {SDIST.file: SDIST.sha256, WHEEL.file: WHEEL.sha256}
    assert receipt.imports == ("acme_demo",)
    assert receipt.tools == {"python": INSTALLATION.python, **TOOLS}
    assert receipt.checks["V001"] == "passed"


def test_it_names_what_built_the_release() -> None:
    built = replace(DISTRIBUTIONS, builders={"hatchling": "1.33.0"})
    workshop = PaperWorkshop(distributions=built, installation=replace(INSTALLATION, distributions=built))

    receipt = Receipt.of(judge(CANDIDATE, workshop, Selection(Config())), TOOLS, "")

    assert receipt is not None
    assert receipt.tools["hatchling"] == "1.33.0"


def test_a_release_that_was_refused_has_none() -> None:
    broken = PaperWorkshop(installation=replace(INSTALLATION, version="1.3.0"))

    assert Receipt.of(judge(CANDIDATE, broken, Selection(Config())), TOOLS, "") is None


def test_equal_receipts_do_not_differ_and_tools_alone_are_no_difference() -> None:
    assert differences(RECEIPT, RECEIPT) == ()
    assert differences(RECEIPT, replace(RECEIPT, tools={"build": "1.3.0"})) == ()


def test_a_difference_is_told_for_each_file_with_what_may_explain_it() -> None:
    sdist, wheel = RECEIPT.files
    there = replace(
        RECEIPT,
        files=(replace(sdist, sha256="2" * 64), replace(wheel, sha256="3" * 64, content="e" * 64, size=9)),
        tools={**TOOLS, "build": "1.3.0"},
    )

    assert differences(RECEIPT, there) == (
        f"{SDIST.file} differs: the same files inside, other bytes around them (24100 bytes here, 24100 there)",
        f"{WHEEL.file} differs: other files inside (18600 bytes here, 9 there)",
        "build 1.6.1 here, 1.3.0 there",
    )


def test_another_commit_and_other_files_are_told() -> None:
    there = replace(RECEIPT, commit="f" * 40, files=(replace(RECEIPT.files[0], file="acme_demo-1.3.0.tar.gz"),))

    said = differences(RECEIPT, there)

    assert said[0] == "it is of commit fffffff, and 3d97393 was judged here"
    assert "acme_demo-1.3.0.tar.gz was not built here" in said
    assert f"{WHEEL.file} was not built there" in said
