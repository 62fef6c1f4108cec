"""The screens of a release, whole."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from paper_release import FACTS, FREE, HEAD, ORIGIN

from tagward.model.index_state import Answer
from tagward.model.plan import BumpPlan, Write
from tagward.model.release import ReleaseFacts, WorkingState
from tagward.plans.release import plan_release
from tagward.report.release import show_plan
from tagward.report.text import TextReport
from tagward.report.words import Style

PLACES = ("CHANGELOG.md", "pyproject.toml", "src/acme_demo/__init__.py", "uv.lock")
GOOD = replace(
    FACTS,
    working=WorkingState(HEAD, "main", untracked=2),
    bump=BumpPlan(tuple(Write(path, b"", b"x") for path in PLACES), (), ()),
)
BAD = replace(GOOD, working=WorkingState(HEAD, "main", ("a.py",)), remote=replace(ORIGIN, behind=2))
WIDE = """\
Release of acme-demo 1.3.0 → 1.4.0, tag v1.4.0, main → origin (acme/demo)
                                         ($ ran, and only reads; ! would be run)
  $ clean     everything is committed, on main
  $ remote    your HEAD is at 3d97393, as origin/main is
  $ version   v1.4.0 is free, here and on origin
  $ index     1.4.0 is free on PyPI
  ! bump      1.4.0 in CHANGELOG.md, pyproject.toml, src/acme_demo/__init__.py,
              uv.lock
  ! commit    "Release 1.4.0", through pre-commit
  ! gate      tagward check --commit COMMIT --as v1.4.0
  ! tag       v1.4.0, annotated, with the digests of what was judged
  ! push      git push --atomic origin main v1.4.0
  ! release   gh release create v1.4.0 --verify-tag --generate-notes
  ! workflow  pypi-release.yml, started by the release, waits up to 1800 s
  ! verify    tagward verify 1.4.0 --wait 1800
  – what git does not track (2) is not part of the release
Nothing was changed. This does it: tagward release 1.4.0 --execute
"""
NARROW = """\
Release of acme-demo 1.3.0 -> 1.4.0, tag v1.4.0, main ->
origin (acme/demo)
                     ($ ran, and only reads; ! would be run)
  FAIL clean     not committed: a.py
  FAIL remote    your HEAD is 2 behind origin/main
  $    version   v1.4.0 is free, here and on origin
  ?    index     PyPI did not answer: the gate asks again
  !    bump      1.4.0 in CHANGELOG.md, pyproject.toml,
                 src/acme_demo/__init__.py, uv.lock
  !    commit    "Release 1.4.0", through pre-commit
  !    gate      tagward check --commit COMMIT --as v1.4.0
  !    tag       v1.4.0, annotated, with the digests of what
                 was judged
  !    push      git push --atomic origin main v1.4.0
  !    release   gh release create v1.4.0 --verify-tag
                 --generate-notes
  !    workflow  pypi-release.yml, started by the release,
                 waits up to 1800 s
  !    verify    tagward verify 1.4.0 --wait 1800

error: not committed: a.py
   = why:  a release is made of commits: nobody could tell
           whether this was meant to be in it
   = fix:  git stash
           or commit it

error: your HEAD is 2 behind origin/main
   = why:  what others pushed would not be in the release,
           and the push would be refused
   = fix:  git pull --ff-only origin main
FAIL 2 things stand in the way. Nothing was changed.
"""


@pytest.mark.parametrize(
    ("facts", "style", "width", "screen"),
    [
        pytest.param(GOOD, Style(), 80, WIDE, id="wide"),
        pytest.param(
            replace(BAD, index=replace(FREE, answer=Answer.SILENT)), Style(ascii=True), 60, NARROW, id="narrow-ascii"
        ),
    ],
)
def test_the_plan_says_what_was_seen_what_would_be_done_and_what_is_in_the_way(
    facts: ReleaseFacts, style: Style, width: int, screen: str
) -> None:
    stream = io.StringIO()

    show_plan(plan_release(facts, wait=1800), TextReport(stream, style, width))

    assert stream.getvalue() == screen


@pytest.mark.parametrize(("quiet", "heads"), [(1, ["error", "error", "✗ 2 things"]), (2, [])])
def test_quiet_says_what_is_wrong_and_very_quiet_nothing(quiet: int, heads: list[str]) -> None:
    stream = io.StringIO()

    show_plan(plan_release(BAD, wait=0), TextReport(stream, Style(), quiet=quiet))

    lines = [line for line in stream.getvalue().splitlines() if line and not line.startswith(" ")]
    assert [line[: len(head)] for line, head in zip(lines, heads, strict=True)] == heads


def test_names_from_outside_reach_no_terminal_as_they_are() -> None:
    stream = io.StringIO()
    facts = replace(GOOD, working=WorkingState(HEAD, "main", ("\x1b[2J.py",)), project="a\u202eb")

    show_plan(plan_release(facts, wait=0), TextReport(stream, Style()))

    assert not {"\x1b", "\u202e"} & set(stream.getvalue())
