"""Where a release stands, on the screen and as a document."""

from __future__ import annotations

import io
import json
from dataclasses import replace

import pytest

from tagward.model.installation import Loaded
from tagward.model.publication import Shelved
from tagward.model.receipt import Sealed
from tagward.model.standing import Answer, Basis, FileSeen, Match, Standing, TagSeen, Trial
from tagward.plans.next_step import next_step
from tagward.report.standing import render, text
from tagward.report.words import Style

DAY = 86400
OID, OTHER, COMMIT = "a" * 40, "b" * 40, "3d97393" + "0" * 33
SDIST, WHEEL = "acme_demo-1.4.0.tar.gz", "acme_demo-1.4.0-py3-none-any.whl"


def _file(name: str, match: Match = Match.SAME, yanked: str | None = None) -> FileSeen:
    shelved = None if match is Match.MISSING else Shelved(name, "12" * 32, 24100, 0.0, yanked, "http://127.0.0.1/x")
    return FileSeen(name, match, shelved, Sealed(name, 24100, "12" * 32))


SOUND = Standing(
    "acme-demo",
    "1.4.0",
    "v1.4.0",
    "PyPI",
    local=TagSeen(Answer.HERE, OID, COMMIT, annotated=True, signed=True),
    remote=TagSeen(Answer.HERE, OID, COMMIT, annotated=True),
    basis=Basis(
        "judged/receipt.json", (Sealed(SDIST, 1, ""), Sealed(WHEEL, 1, "")), OID, COMMIT, "judged/receipt.json"
    ),
    files=(_file(SDIST), _file(WHEEL)),
    age=3.5 * DAY,
    trial=Trial("3.12.7", version="1.4.0", imports=(Loaded("acme_demo"),)),
)


def _screen(standing: Standing, style: Style | None = None, quiet: int = 0) -> str:
    stream = io.StringIO()
    text(standing, next_step(standing), style or Style(), stream, quiet=quiet)
    return stream.getvalue()


def test_the_screen_of_a_sound_release() -> None:
    assert (
        _screen(SOUND)
        == """\
tagward: where acme-demo 1.4.0 stands
  ✓ tag      v1.4.0 here at commit 3d97393 (signed)
  ✓ remote   v1.4.0 on origin, the same
  ✓ index    2 files on PyPI, the first 3 d ago
      acme_demo-1.4.0.tar.gz
        sha256:1212121212121212121212121212121212121212121212121212121212121212
      acme_demo-1.4.0-py3-none-any.whl
        sha256:1212121212121212121212121212121212121212121212121212121212121212
  ✓ compared 2 files: the bytes that were judged (by judged/receipt.json)
  ✓ install  from PyPI into a fresh Python 3.12.7, import acme_demo
✓ acme-demo 1.4.0 is published and sound (published)
"""
    )


def test_the_screen_of_half_a_release() -> None:
    half = replace(SOUND, files=(_file(SDIST), _file(WHEEL, Match.MISSING)), trial=None)

    assert (
        _screen(half)
        == """\
tagward: where acme-demo 1.4.0 stands
  ✓ tag      v1.4.0 here at commit 3d97393 (signed)
  ✓ remote   v1.4.0 on origin, the same
  ✗ index    1 file on PyPI, the first 3 d ago
      acme_demo-1.4.0.tar.gz
        sha256:1212121212121212121212121212121212121212121212121212121212121212
  ✗ compared acme_demo-1.4.0-py3-none-any.whl: not there (by judged/receipt.json)
  – install  not tried
✗ PyPI has 1 of 2 files, and lacks acme_demo-1.4.0-py3-none-any.whl (half-published)
  = note: within 14 days of its first file a release takes the files that it lacks; 10 days are left
  = note: never build anew for it: only these very bytes
  next: tagward publish judged/dist/* --receipt judged/receipt.json
"""
    )


def test_the_screen_of_what_could_not_be_known_in_ascii() -> None:
    silent = replace(
        SOUND,
        local=TagSeen(Answer.ABSENT),
        remote=TagSeen(Answer.SILENT, trouble="Could not resolve host: example.org"),
        files=(),
        age=None,
        trial=None,
        silence="PyPI did not answer within 60 s",
    )

    assert (
        _screen(silent, Style(ascii=True))
        == """\
tagward: where acme-demo 1.4.0 stands
  !    tag      no v1.4.0 here
  ?    remote   origin did not answer: Could not resolve host: example.org
  ?    index    PyPI did not answer within 60 s
  ?    compared with nothing yet: 2 files by judged/receipt.json
? PyPI did not answer: PyPI did not answer within 60 s (unknown)
  = note: this says nothing about the release
  next: tagward verify 1.4.0 --receipt judged/receipt.json --wait 600
"""
    )


@pytest.mark.parametrize(
    ("standing", "line"),
    [
        (
            replace(SOUND, remote=TagSeen(Answer.HERE, OTHER, COMMIT)),
            "  ✗ remote   v1.4.0 on origin is another: bbbbbbb, here aaaaaaa",
        ),
        (replace(SOUND, remote=TagSeen(Answer.ABSENT)), "  ! remote   no v1.4.0 on origin"),
        (replace(SOUND, local=TagSeen(Answer.ABSENT)), "  ✓ remote   v1.4.0 on origin at 3d97393"),
        (replace(SOUND, local=TagSeen(Answer.UNASKED)), "  – tag      not asked"),
        (
            replace(SOUND, local=TagSeen(Answer.HERE, OID, "")),
            "  ✓ tag      v1.4.0 here, which leads to no commit (lightweight)",
        ),
        (
            replace(SOUND, files=(_file(SDIST, Match.DIFFERENT), _file(WHEEL)), trial=None),
            "  ✗ compared acme_demo-1.4.0.tar.gz: other bytes than were judged (by judged/receipt.json)",
        ),
        (
            replace(SOUND, files=(_file(SDIST, Match.REBUILT), _file(WHEEL))),
            "  ✓ compared 2 files: another build with the same files inside (by judged/receipt.json)",
        ),
        (
            replace(SOUND, basis=None, files=(_file(SDIST, Match.UNCOMPARED),)),
            "  ? compared with nothing: no receipt, and no build of the tag",
        ),
        (
            replace(SOUND, files=(_file(SDIST, yanked=""), _file(WHEEL)), trial=None),
            "  ✗ index    2 files on PyPI, the first 3 d ago, yanked",
        ),
        (replace(SOUND, files=(), age=None, trial=None), "  ! index    nothing of 1.4.0 on PyPI"),
        (
            replace(SOUND, trial=Trial("3.12.7", failure="import acme_demo: No module named 'attr'")),
            "  ✗ install  import acme_demo: No module named 'attr'",
        ),
        (
            replace(SOUND, trial=Trial("3.12.7", trouble="Connection refused", excerpt=("ERROR: \x1b[2J",))),
            "      |  ERROR: \\x1b[2J",
        ),
    ],
)
def test_every_fact_has_its_line(standing: Standing, line: str) -> None:
    assert line in _screen(standing).splitlines()


def test_nothing_from_outside_reaches_the_terminal_as_it_is() -> None:
    evil = "\x1b]0;owned\x07\u202e"
    hostile = replace(
        SOUND,
        tag=evil,
        index=evil,
        remote=TagSeen(Answer.SILENT, trouble=evil),
        files=(_file(evil, Match.UNJUDGED, evil),),
        trial=Trial("3.12.7", failure=evil, excerpt=(evil,)),
        basis=replace(SOUND.basis or Basis("", ()), origin=evil),
    )

    shown = _screen(hostile) + render(hostile, next_step(hostile), {})

    assert not {"\x1b", "\x07", "\u202e"} & set(shown)


def test_a_quiet_screen_has_the_conclusion_of_what_is_not_good() -> None:
    nothing = replace(SOUND, files=(), age=None, trial=None)

    assert _screen(SOUND, quiet=1) == _screen(SOUND, quiet=2) == _screen(nothing, quiet=2) == ""
    assert _screen(nothing, quiet=1).startswith("✗ v1.4.0 is on origin, and nothing of acme-demo 1.4.0 is on PyPI")


def test_colour_paints_the_marks_alone() -> None:
    plain, painted = _screen(SOUND), _screen(SOUND, Style(colour=True))

    assert painted.replace("\x1b[32m", "").replace("\x1b[0m", "") == plain


def test_the_document_is_stable() -> None:
    document = json.loads(render(SOUND, next_step(SOUND), {"door": "verify"}))

    assert list(document) == [
        "schema_version",
        "door",
        "project",
        "version",
        "condition",
        "exit_code",
        "sentence",
        "notes",
        "next",
        "tag",
        "index",
        "basis",
        "install",
    ]
    assert document["index"]["files"][0] == {
        "file": SDIST,
        "match": "same",
        "sha256": "12" * 32,
        "size": 24100,
        "uploaded": 0.0,
        "yanked": None,
        "judged_sha256": "12" * 32,
    }
    assert document["install"]["imports"] == {"acme_demo": ""}
    empty = json.loads(render(replace(SOUND, basis=None, files=(), trial=None), next_step(SOUND), {}))
    assert (empty["basis"], empty["install"], empty["index"]["files"]) == (None, None, [])
