"""The doors: words in, exit codes out."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

import tagward as package
from tagward.checks import every
from tagward.cli import VERBS, main
from tagward.cli._errors import say_bug
from tagward.errors import CannotJudge, ConfigError
from tagward.tools.hook_file import source

ROOT = Path(__file__).parents[2]
Captured = pytest.CaptureFixture[str]


def test_the_version_is_that_of_the_package(capsys: Captured) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--version"])

    assert ended.value.code == 0
    assert capsys.readouterr().out == f"tagward {package.__version__}\n"


def test_without_a_command_the_commands_are_listed(capsys: Captured) -> None:
    assert main([]) == 0
    said = capsys.readouterr().out
    assert all(f"\n  {verb} " in said for verb in VERBS)


@pytest.mark.parametrize("verb", VERBS)
def test_every_command_explains_itself(verb: str, capsys: Captured) -> None:
    with pytest.raises(SystemExit) as ended:
        main([verb, "--help"])

    assert ended.value.code == 0
    assert f"usage: tagward {verb}" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["chekc"], "does not know the command 'chekc'; did you mean check?"),
        (["zzz"], "does not know the command 'zzz'"),
        (["--nope"], "unrecognized arguments: --nope"),
        (["explain", "V0O1"], "V0O1 is not a code; did you mean V001?"),
        (["explain", "--format", "xml"], "invalid choice: 'xml'"),
        (["check", "--fast", "v1.0"], "it takes no TAG"),
        (["rehearse", "--version", "one"], "is no version"),
        (["pre-push"], "the following arguments are required"),
    ],
    ids=" ".join,
)
def test_wrong_words_are_usage_errors_with_a_way_out(words: list[str], message: str, capsys: Captured) -> None:
    assert main(words) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert message in said.err
    assert said.err.startswith("error: ")


def test_explain_says_why_and_how(capsys: Captured) -> None:
    assert main(["explain", "V001"]) == 0
    assert (
        capsys.readouterr().out
        == """\
V001 tag-version-mismatch                       error · asked of the workspace
The tag and the project agree on the version

Why it matters
  The index believes the project, people believe the tag, and no file name is
  accepted twice: a forgotten bump builds the old version again, and the
  upload fails after the tag and the GitHub release are public.
How to repair
  Set the version, commit, and tag that commit.

Cannot be ignored.
See also  V003 version-missing · V004 project-unreadable · V005 version-invalid · V002 module-version-mismatch
"""
    )


def test_explain_lists_every_code(capsys: Captured) -> None:
    main(["explain"])

    listed = re.findall(r"(?m)^([A-Z]\d{3}) ", capsys.readouterr().out)
    assert listed == sorted(check.info.code for check in every())


def test_explain_speaks_json(capsys: Captured) -> None:
    main(["explain", "T001", "--format", "json"])

    (info,) = json.loads(capsys.readouterr().out)
    assert (info["code"], info["warns"], info["essential"]) == ("T001", True, False)


def test_the_readme_lists_every_check_in_its_own_words(capsys: Captured) -> None:
    main(["explain", "--format", "markdown"])

    table = capsys.readouterr().out.strip()
    between = (ROOT / "README.md").read_text(encoding="utf-8").split("<!-- checks -->")[1].split("<!-- /checks -->")[0]
    assert between.strip() == table


def test_trouble_is_told_with_the_way_out(capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(words: list[str]) -> int:
        raise CannotJudge(f"no room {words}\x1b[2J", why="because", fixes=("make room", "try again"), log="x.log")

    monkeypatch.setattr("tagward.cli._dispatch", fail)

    assert main([]) == 3
    assert capsys.readouterr().err == (
        "error: no room []\\x1b[2J\n   = why:  because\n   = fix:  make room\n           try again\n   = log:  x.log\n"
    )


@pytest.mark.parametrize(
    ("failure", "status"),
    [(ConfigError("x"), 2), (CannotJudge("x"), 3), (KeyboardInterrupt(), 130), (RuntimeError("x"), 3)],
    ids=["configuration", "machine", "interrupt", "bug"],
)
def test_every_end_has_its_exit_code(failure: BaseException, status: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(words: list[str]) -> int:
        del words
        raise failure

    monkeypatch.setattr("tagward.cli._dispatch", fail)

    assert main([]) == status


def test_a_bug_leaves_a_log_and_one_line(capsys: Captured) -> None:
    files: dict[str, str] = {}
    with pytest.raises(KeyError) as caught:
        assert files["RECORD"]
    status = say_bug(caught.value)

    said = capsys.readouterr().err
    assert status == 3
    assert "tagward broke (KeyError: 'RECORD')" in said
    assert "Traceback" not in said
    log = Path(said.split("= log:")[1].strip())
    assert "Traceback" in log.read_text()
    assert sys.version.split()[0] in log.read_text()


def test_the_shim_that_is_installed_is_the_one_of_the_repository() -> None:
    assert source() == (ROOT / "hooks" / "pre-push").read_bytes()


def test_the_version_stands_in_one_form_everywhere() -> None:
    assert f'version = "{package.__version__}"' in (ROOT / "pyproject.toml").read_text()


HEAVY = {"git", "rich", "yaml", "twine", "build", "tomlkit", "asyncio", "email", "tempfile", "configparser"}


@pytest.mark.parametrize(
    ("modules", "allowed"),
    [
        ("tagward.cli", set()),
        ("tagward.cli._fast", set()),
        ("tagward.cli._recall, tagward.cli._output", {"email", "tempfile"}),
    ],
    ids=["every command", "the fast checks", "the second push"],
)
def test_what_must_be_quick_imports_nothing_heavy(modules: str, allowed: set[str]) -> None:
    code = f"import sys, {modules}; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()

    assert not HEAVY & set(loaded) - allowed
