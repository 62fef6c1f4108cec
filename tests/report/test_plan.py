"""The screens of a plan, whole."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from tagward.model.plan import Command, Edit, InitPlan, Kept, Run, Task, Write
from tagward.report.plan import done_text, nothing_text, patch, plan_text, shown_patch, tasks_text, then_text
from tagward.report.words import Style

if TYPE_CHECKING:
    from pathlib import Path

PLAIN, ASCII, COLOUR = Style(), Style(ascii=True), Style(colour=True)
WORKFLOW = ".github/workflows/pypi-release.yml"
PLAN = InitPlan(
    ("acme-demo 1.3.0", "hatchling", "GitHub acme/demo", "7 tags like v1.3.0"),
    (
        Edit(Write("pyproject.toml", b"a\n", b"a\nb\n"), '+ [tool.tagward]  tag = "v{version}"'),
        Edit(Write(".pre-commit-config.yaml", b"", b"x\n", new=True), "hook tagward"),
    ),
    (Kept(Write(WORKFLOW, b"mine\nsame\n", b"ours\nsame\n"), "tagward did not write it"),),
    (Run(Command.TAGWARD, ".git/hooks/pre-push"),),
    notes=("a note\x1b[31m",),
)
WILL = """\
Found  acme-demo 1.3.0 · hatchling · GitHub acme/demo · 7 tags like v1.3.0

Will do                                                        (+ new, ~ edits, $ runs)
  ~ pyproject.toml           + [tool.tagward]  tag = "v{version}"
  + .pre-commit-config.yaml  hook tagward
  $ tagward install          .git/hooks/pre-push
✗ .github/workflows/pypi-release.yml is kept: tagward did not write it
  tagward init --force writes:
--- a/.github/workflows/pypi-release.yml
+++ b/.github/workflows/pypi-release.yml
@@ -1,2 +1,2 @@
-mine
+ours
 same
! a note\\x1b[31m
"""
WOULD = """\
Found  acme-demo 1.3.0 - hatchling - GitHub acme/demo - 7 tags like v1.3.0

Would do                                                       (! would write: + new, ~ edits; $ ran)
  ! ~ pyproject.toml            + [tool.tagward]  tag = "v{version}"
  ! + .pre-commit-config.yaml   hook tagward
  ! tagward install             .git/hooks/pre-push
  $ pre-commit validate-config  it reads the file as it would be
FAIL .github/workflows/pypi-release.yml is kept: tagward did not write it
"""


def test_a_plan_says_what_is_new_edited_run_and_kept() -> None:
    assert plan_text(PLAN, PLAIN) == WILL


def test_in_a_narrow_terminal_what_for_stands_below() -> None:
    said = plan_text(PLAN, PLAIN, width=60).splitlines()

    assert max(map(len, said[2:9])) <= 60
    assert said[2].startswith("Will do  (+ new")
    assert " ".join(" ".join(said[2:]).split()) == " ".join(" ".join(WILL.splitlines()[2:]).split())


def test_a_dry_run_marks_what_would_write() -> None:
    assert plan_text(PLAN, ASCII, dry_run=True).startswith(WOULD)


def test_a_file_that_is_not_there_is_kept_out_without_its_text() -> None:
    kept = Kept(Write(WORKFLOW, b"", b"ours\n", new=True), "two would publish")

    said = plan_text(InitPlan(("x",), kept=(kept,)), PLAIN)

    assert said == f"Found  x\n✗ {WORKFLOW} is not written: two would publish\n  tagward init --force writes it\n"


def test_what_was_done_is_counted() -> None:
    assert done_text(PLAN, PLAIN) == "✓ 2 files written, 1 hook installed. Nothing was committed.\n"
    assert done_text(InitPlan((), PLAN.edits[:1]), ASCII) == "ok   1 file written. Nothing was committed.\n"


def test_nothing_to_do_is_said_only_where_everything_is_in_place() -> None:
    assert nothing_text(InitPlan(()), PLAIN) == "✓ Nothing to do, everything is in place.\n"
    assert nothing_text(InitPlan((), kept=PLAN.kept), PLAIN) == "Nothing was written.\n"
    assert nothing_text(InitPlan((), missing=(Task("x"),)), PLAIN) == "Nothing was written.\n"


def test_tasks_and_commands_are_shown_to_the_letter() -> None:
    tasks = (Task("On PyPI → here", ("Owner  a     Repository  b",)), Task("Then\x07"))

    assert tasks_text("\nLeft to you:", tasks, ASCII) == (
        "\nLeft to you:\n  On PyPI -> here\n      Owner  a     Repository  b\n  Then\\x07\n"
    )
    assert tasks_text("Left to you:", (), PLAIN) == ""
    assert then_text(("git add x",), PLAIN) == "Then:\n  git add x\n"


def test_a_difference_is_coloured_and_harmless() -> None:
    writes = [Write("a", b"old\n", b"new\x1b]0;x\x07 \xff\r\n")]

    assert shown_patch(writes, COLOUR).splitlines()[2:] == [
        "\x1b[2m@@ -1 +1 @@\x1b[0m",
        "\x1b[31m-old\x1b[0m",
        "\x1b[32m+new\\x1b]0;x\\x07 \\xff\\r\x1b[0m",
    ]


@pytest.mark.parametrize("before", [None, b"", b"a", b"a\nb\r\nc\rd", b"a\nb\n", b"\xff\x00\n"])
@pytest.mark.parametrize("after", [b"b", b"a\nb\r\nc\rd\nc\n", b"x\x0by\n", b"\xff\x00\nb"])
def test_a_patch_is_one_that_git_takes(tmp_path: Path, before: bytes | None, after: bytes) -> None:
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    if before is not None:
        (tmp_path / "file").write_bytes(before)

    text = patch([Write("file", before or b"", after, new=before is None)])

    words = ["git", "-c", "core.autocrlf=false", "apply", "--whitespace=nowarn"]
    subprocess.run(words, input=text, cwd=tmp_path, check=True)
    assert (tmp_path / "file").read_bytes() == after
