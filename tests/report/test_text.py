"""The screens, compared whole."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from paper import CANDIDATE, DECLARED, INSTALLATION, STRANGER, TAG, WORKSPACE, PaperWorkshop

from tagward.checks import Selection, every, group_of
from tagward.errors import CannotJudge
from tagward.judge import judge
from tagward.model.config import Config
from tagward.model.findings import Outcome, Trouble
from tagward.model.installation import Loaded
from tagward.model.places import Place
from tagward.model.record import Record, TagRecord, Told
from tagward.model.versions import VersionSource
from tagward.report.record import Recorder
from tagward.report.text import TextReport
from tagward.report.words import Style

if TYPE_CHECKING:
    from tagward.model.distributions import Distributions
    from tagward.model.workspace import Workspace

FORGOTTEN = replace(
    WORKSPACE,
    source=VersionSource(
        "hatchling", replace(DECLARED, text="1.3.0", place=replace(DECLARED.place, quote='version = "1.3.0"'))
    ),
    declarations=(),
)


def _screen(
    workshop: PaperWorkshop,
    *,
    style: Style | None = None,
    width: int = 80,
    quiet: int = 0,
    config: Config | None = None,
    others: tuple[tuple[str, str], ...] = (),
) -> str:
    stream = io.StringIO()
    report = TextReport(stream, style or Style(), width, quiet, pushing=True)
    recorder = Recorder(lambda: 0.0, group_of, report.begin, report.stage)
    candidate = replace(CANDIDATE, config=config or Config())
    judge(candidate, workshop, Selection(candidate.config), recorder)
    report.tag(recorder.records[-1])
    report.close(Record("pre-push", tuple(recorder.records), others=others))
    return stream.getvalue()


def test_the_screen_of_a_passing_push() -> None:
    assert (
        _screen(PaperWorkshop(), others=(("nightly", "v{version}"),))
        == """\
tagward: checking v1.4.0 (3d97393) before it leaves this machine
  ✓ tag       annotated, of the form v{version}                            0.0 s
  ✓ source    1.4.0 in pyproject.toml, __init__.py                         0.0 s
  ✓ index     1.4.0 is free on PyPI                                        0.0 s
  ✓ build     sdist 24.1 kB, wheel 18.6 kB (hatchling 1.33.0)              0.0 s
  ✓ contents  2 files in the wheel                                         0.0 s
  ✓ upload    twine check; PyPI's rules as of 2026-08-21                   0.0 s
  ✓ install   fresh Python 3.12.7: import acme_demo                        0.0 s

✓ v1.4.0 is ready, 70 checks in 0.0 s
  – nightly is not a release tag (tag = "v{version}"): not checked
"""
    )


def test_the_screen_of_a_version_that_was_forgotten() -> None:
    assert (
        _screen(PaperWorkshop(workspace=FORGOTTEN))
        == """\
tagward: checking v1.4.0 (3d97393) before it leaves this machine
  ✓ tag       annotated, of the form v{version}                            0.0 s
  ✗ source    1 problem                                                    0.0 s
  ✓ index     1.4.0 is free on PyPI                                        0.0 s
  – build, contents, upload, install: not reached, the source must be right first

error[V001]: Version mismatch: git tag (1.4.0) != pyproject.toml (1.3.0)
  --> pyproject.toml:7:12
   |
 7 | version = "1.3.0"
   |            ^^^^^ the tag v1.4.0 asks for 1.4.0 here
   |
   = why:  the build would be acme-demo-1.3.0, and PyPI refuses a version that
           it has: "File already exists"
   = fix:  git tag -d v1.4.0
           tagward bump 1.4.0
           git commit -am "Release 1.4.0" && git tag -a v1.4.0 -m v1.4.0
           git push origin HEAD v1.4.0
   = more: tagward explain V001

✗ push stopped: 1 problem in v1.4.0 (V001). Nothing was sent.
"""
    )


def test_the_screen_survives_ascii_and_60_columns() -> None:
    screen = _screen(PaperWorkshop(workspace=FORGOTTEN), style=Style(ascii=True), width=60)

    assert screen.isascii()
    assert (
        screen
        == """\
tagward: checking v1.4.0 (3d97393) before it leaves this machine
  ok   tag       annotated, of the form v{version}     0.0 s
  FAIL source    1 problem                             0.0 s
  ok   index     1.4.0 is free on PyPI                 0.0 s
  skip build, contents, upload, install: not reached, the source must be right first

error[V001]: Version mismatch: git tag (1.4.0) != pyproject.toml (1.3.0)
  --> pyproject.toml:7:12
   |
 7 | version = "1.3.0"
   |            ^^^^^ the tag v1.4.0 asks for 1.4.0 here
   |
   = why:  the build would be acme-demo-1.3.0, and PyPI
           refuses a version that it has: "File already
           exists"
   = fix:  git tag -d v1.4.0
           tagward bump 1.4.0
           git commit -am "Release 1.4.0" && git tag -a v1.4.0 -m v1.4.0
           git push origin HEAD v1.4.0
   = more: tagward explain V001

FAIL push stopped: 1 problem in v1.4.0 (V001). Nothing was sent.
"""
    )


def test_a_command_is_told_apart_from_the_import_of_its_name() -> None:
    used = replace(INSTALLATION, scripts=(Loaded("acme_demo"),))

    assert "import acme_demo, command acme_demo" in _screen(PaperWorkshop(installation=used))


def test_the_screen_of_an_import_that_fails() -> None:
    broken = Loaded(
        "acme_demo", "No module named 'attr'", "attr", Place("src/acme_demo/model.py", 3, 1, 11, "import attr")
    )

    screen = _screen(PaperWorkshop(installation=replace(INSTALLATION, imports=(broken,))))

    assert (
        screen.splitlines()[7:]
        == """\
  ✗ install   1 problem                                                    0.0 s

error[X002]: `import acme_demo` fails in a fresh environment: No module named 'attr'
  --> src/acme_demo/model.py:3:1
   |
 3 | import attr
   | ^^^^^^^^^^^ no dependency of the project brings "attr"
   |
   = why:  It works where the developer's environment helps out; after pip
           install it will not.
   = fix:  declare what it imports, or ship what is missing
   = more: tagward explain X002

✗ push stopped: 1 problem in v1.4.0 (X002). Nothing was sent.
""".splitlines()
    )


def test_what_was_not_checked_says_so_and_nothing_about_the_release() -> None:
    record = TagRecord(
        "v1.4.0",
        "1.4.0",
        TAG.commit,
        Outcome.NOT_CHECKED,
        trouble=Trouble("hatchling could not be downloaded", "an isolated build needs it", ("push again when online",)),
    )
    stream = io.StringIO()
    report = TextReport(stream, Style(), pushing=True)
    report.tag(record)
    report.close(Record("pre-push", (record,)))

    assert (
        stream.getvalue()
        == """\

error: v1.4.0 was not checked: hatchling could not be downloaded
   = why:  an isolated build needs it
   = fix:  push again when online

✗ push stopped: v1.4.0 was not checked (this says nothing about the release)
"""
    )


def test_a_remembered_pass_is_one_line() -> None:
    stream = io.StringIO()
    TextReport(stream, Style()).tag(TagRecord("v1.4.0", "1.4.0", TAG.commit, Outcome.PASSED, remembered=185))

    assert stream.getvalue() == (
        "✓ v1.4.0 is ready, remembered from 3 min ago at 3d97393 (tagward check v1.4.0 --again repeats it)\n"
    )


def test_several_tags_end_in_one_sentence() -> None:
    good = TagRecord("v1.3.0", "1.3.0", TAG.commit, Outcome.PASSED)
    deletion = replace(STRANGER, tag="v1.0", deletes=True, releases=True)
    told = [
        (deletion.tag, Told(result.check, finding, result.status, "tag"))
        for one in every()
        if one.subject is type(deletion)
        for result in [one(deletion)]
        for finding in result.findings
    ]
    bad = TagRecord("v1.4.0", "1.4.0", TAG.commit, Outcome.NOT_CHECKED)
    stream = io.StringIO()
    TextReport(stream, Style(), pushing=True).close(Record("pre-push", (good, bad), tuple(told)))

    assert stream.getvalue().splitlines()[-1] == (
        "✗ push stopped: 2 of 3 tags refused: v1.4.0 (not checked), v1.0 (T102). Nothing was sent."
    )


def test_what_is_ignored_is_shown_with_its_reason() -> None:
    screen = _screen(PaperWorkshop(), config=Config(ignore={"T001": "made on the release page"}))

    assert "  – T001 is ignored: made on the release page\n" in screen


@pytest.mark.parametrize(("quiet", "lines"), [(1, 16), (2, 0)])
def test_quiet_shows_problems_only_and_twice_quiet_nothing(quiet: int, lines: int) -> None:
    screen = _screen(PaperWorkshop(workspace=FORGOTTEN), quiet=quiet)

    assert len(screen.splitlines()) == lines
    assert _screen(PaperWorkshop(), quiet=quiet) == ""


def test_text_from_outside_reaches_no_terminal_raw() -> None:
    hostile = replace(DECLARED, text="1\x1b[31m", place=Place("a\x1b]0;x\x07.toml", 1, 1, 1, "\x1b[2J\u202e"))
    workspace = replace(FORGOTTEN, source=VersionSource("hatchling", hostile))

    screen = _screen(PaperWorkshop(workspace=workspace))

    assert "\x1b" not in screen
    assert "\u202e" not in screen
    assert "\\x1b" in screen


def test_colours_only_paint() -> None:
    plain = _screen(PaperWorkshop(workspace=FORGOTTEN))
    painted = _screen(PaperWorkshop(workspace=FORGOTTEN), style=Style(colour=True))

    for code in ("32", "31", "33", "2", "0"):
        painted = painted.replace(f"\x1b[{code}m", "")
    assert painted == plain


def test_trouble_in_a_check_of_ours_is_told_as_ours() -> None:
    class Odd(PaperWorkshop):
        def build(self, workspace: Workspace) -> Distributions:
            raise CannotJudge(f"{workspace.project}: the network is down")

    screen = _screen(Odd())

    assert "error: v1.4.0 was not checked: acme-demo: the network is down" in screen
    assert "– build, contents, upload, install: not reached\n" in screen
