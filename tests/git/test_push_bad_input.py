"""Whatever is wrong with the project, the names, the repository or the machine: a clear word, nothing changed."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from conftest import PYPROJECT, Project, git, tagward
from push_support import head, refused, set_rules, traces

if TYPE_CHECKING:
    from collections.abc import Iterator

DAMAGED = "error: v1.0.0 was not checked: the repository is damaged"
RULES = [
    pytest.param("comands = []", "[tool.tagward] does not know 'comands'; did you mean 'commands'?", id="unknown-key"),
    pytest.param("allow_delete = true", "does not know 'allow_delete'; did you mean 'allow-delete'?", id="underscore"),
    pytest.param("strict = 1", "[tool.tagward] strict must be true or false, not 1", id="wrong-type"),
    pytest.param('tag = "v"', 'tag must be ASCII text with {version} in it once, as "v{version}"', id="no-version"),
    pytest.param("timeout = 0", "timeout must be a whole number above 0, not 0", id="no-time"),
    pytest.param('ignore.T001 = ""', "ignore: T001 is ignored without a reason", id="no-reason"),
    pytest.param("ignore.T001 = true", "ignore: T001 is ignored without a reason", id="no-text"),
    pytest.param('ignore.V001 = "I know"', "ignore: V001 cannot be ignored", id="essential"),
    pytest.param('ignore.V0O1 = "I know"', "ignore: 'V0O1' is not a code", id="no-code"),
    pytest.param('ignore.V099 = "I know"', "V099 is not a code; did you mean V00", id="unknown-code"),
    pytest.param('select = ["Q"]', "select: no code begins with Q", id="unknown-family"),
]
BROKEN = [
    pytest.param("[project\n", "error[V004]: pyproject.toml cannot be read: ", id="not-toml"),
    pytest.param("a = 1\na = 2\n", "error[V004]: pyproject.toml cannot be read: ", id="twice"),
    pytest.param("x = " + "[" * 20000, "error[V004]: pyproject.toml cannot be read: ", id="nested"),
    pytest.param("\ufeff[project]\n", "byte-order mark", id="byte-order-mark"),
    pytest.param("[project]\nname = 'demo'\nversion = 'one'\n", "error[V005]", id="no-pep440"),
    pytest.param("[project]\nname = 'demo'\n", "error[V003]: no version anywhere in the commit", id="no-version"),
    pytest.param("[tool.other]\n", "error[V003]: no version anywhere in the commit", id="no-project"),
]


def loose(project: Project, oid: str) -> Path:
    """The file of an object."""
    return project.root / ".git/objects" / oid[:2] / oid[2:]


@pytest.mark.parametrize(("text", "said"), BROKEN)
def test_a_project_file_that_cannot_be_used_is_refused(guarded: Project, text: str, said: str) -> None:
    guarded.write("pyproject.toml", text)
    guarded.commit()
    guarded.tag("v1.0.0")

    assert said in refused(guarded, "v1.0.0")


def test_a_project_file_that_is_no_text_is_refused(guarded: Project) -> None:
    (guarded.root / "pyproject.toml").write_bytes(b"[project]\nname = '\xe9'\n")
    guarded.commit()
    guarded.tag("v1.0.0")

    assert "error[V004]: pyproject.toml cannot be read: " in refused(guarded, "v1.0.0")


def test_a_commit_without_a_project_is_refused(guarded: Project) -> None:
    (guarded.root / "pyproject.toml").unlink()
    guarded.commit()
    guarded.tag("v1.0.0")

    said = refused(guarded, "v1.0.0")

    assert "error[V003]: no version anywhere in the commit" in said


@pytest.mark.parametrize(("rule", "said"), RULES)
def test_a_wrong_configuration_stops_the_push_and_says_where(guarded: Project, rule: str, said: str) -> None:
    commit = set_rules(guarded, rule)
    guarded.tag("v1.0.0")

    shown = refused(guarded, "v1.0.0")

    assert said in shown
    assert shown.startswith("error: ")
    assert f"pyproject.toml at {commit[:7]}" in shown or "[tool.tagward]" in shown or "is not a code" in shown


@pytest.mark.parametrize(("rule", "said"), RULES[::5])
def test_a_wrong_configuration_is_the_exit_code_2_of_check(project: Project, rule: str, said: str) -> None:
    set_rules(project, rule)
    project.tag("v1.0.0")
    before = traces(project.root)

    done = tagward("check", "v1.0.0", cwd=project.root)

    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert traces(project.root) == before


def test_the_rules_are_those_of_the_tagged_commit_alone(guarded: Project) -> None:
    git("tag", "v2.0.0", cwd=guarded.root)
    set_rules(guarded, "comands = []")
    guarded.write("pyproject.toml", "[tool.tagward]\nnor = 'this'\n")

    assert "V001" in refused(guarded, "v2.0.0")


def test_59_a_missing_file_is_damage_and_never_a_build_without_it(guarded: Project) -> None:
    guarded.tag("v1.0.0")
    loose(guarded, head(guarded, "HEAD:README.md")).unlink()

    said = refused(guarded, "v1.0.0")

    assert DAMAGED in said
    assert "git fsck --full" in said


@pytest.mark.parametrize("revision", ["HEAD^{tree}", "HEAD:src", "HEAD:pyproject.toml"])
def test_a_missing_tree_or_project_file_is_damage(guarded: Project, revision: str) -> None:
    guarded.tag("v1.0.0")
    loose(guarded, head(guarded, revision)).unlink()

    assert "the repository is damaged" in refused(guarded, "v1.0.0")


def test_a_missing_commit_is_named(guarded: Project) -> None:
    guarded.tag("v1.0.0")
    loose(guarded, head(guarded)).unlink()

    said = refused(guarded, "v1.0.0")

    assert "v1.0.0 leads to an object that this repository does not hold" in said or "damaged" in said


def test_116_a_file_with_other_content_under_its_id_is_damage(guarded: Project) -> None:
    guarded.tag("v1.0.0")
    place = loose(guarded, head(guarded, "HEAD:README.md"))
    guarded.write("other", "# Evil\n")
    oid = git("hash-object", "-w", "other", cwd=guarded.root).stdout.strip()
    place.chmod(0o600)
    shutil.copyfile(loose(guarded, oid), place)

    assert DAMAGED in refused(guarded, "v1.0.0")


@pytest.mark.parametrize("revision", ["HEAD:README.md", "HEAD:pyproject.toml", "HEAD^{tree}", "HEAD", "v1.0.0"])
def test_116_a_corrupt_object_is_damage(guarded: Project, revision: str) -> None:
    guarded.tag("v1.0.0")
    place = loose(guarded, head(guarded, revision))
    place.chmod(0o600)
    place.write_bytes(place.read_bytes()[:-4] + b"evil")
    there = traces(guarded.remote)

    done = guarded.push("v1.0.0")

    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    assert traces(guarded.remote) == there


def test_60_a_replaced_commit_is_judged_as_it_is_pushed(guarded: Project) -> None:
    guarded.write("pyproject.toml", PYPROJECT.format(version="2.0.0"))
    good = guarded.commit()
    git("tag", "v2.0.0", "HEAD~1", cwd=guarded.root)
    git("replace", "HEAD~1", good, cwd=guarded.root)

    said = refused(guarded, "v2.0.0")

    assert "Version mismatch: git tag (2.0.0) != pyproject.toml (1.0.0)" in said


def test_60_a_replaced_file_is_judged_as_it_is_pushed(guarded: Project) -> None:
    git("tag", "v2.0.0", cwd=guarded.root)
    old = head(guarded, "HEAD:pyproject.toml")
    guarded.write("pyproject.toml", PYPROJECT.format(version="2.0.0"))
    guarded.commit()
    git("replace", old, head(guarded, "HEAD:pyproject.toml"), cwd=guarded.root)

    assert "!= pyproject.toml (1.0.0)" in refused(guarded, "v2.0.0")


def test_without_git_nothing_is_judged(project: Project) -> None:
    done = tagward("check", "v1.0.0", cwd=project.root, PATH=str(project.root))

    assert (done.returncode, done.stdout) == (3, "")
    assert "error: git is not there" in done.stderr


def test_outside_a_repository_there_is_nothing_to_judge(tmp_path: Path) -> None:
    done = tagward("check", "v1.0.0", cwd=tmp_path)

    assert (done.returncode, done.stdout) == (2, "")
    assert f"error: this is no git repository: {tmp_path}" in done.stderr


def test_77_a_bug_of_ours_refuses_with_one_line_and_a_log(guarded: Project, tmp_path: Path) -> None:
    boom = "import sys, tagward.cli._session as s\ndef run(*_): raise KeyError('boom')\ns.Session.run = run\n"
    boom += "from tagward.cli import run\nsys.argv[0] = 'tagward'\nrun()\n"
    (tmp_path / "boom.py").write_text(boom, encoding="utf-8")
    wrapper = tmp_path / "python"
    wrapper.write_text(
        f'#!/bin/sh\n[ "$2" != -c ] || exit 0\nshift 3\nexec {sys.executable} -I {tmp_path}/boom.py "$@"\n',
        encoding="utf-8",
    )
    wrapper.chmod(0o755)
    hook = guarded.root / ".git/hooks/pre-push"
    hook.write_text(hook.read_text(encoding="utf-8").replace(sys.executable, str(wrapper)), encoding="utf-8")
    git("tag", "nightly", cwd=guarded.root)

    said = refused(guarded, "nightly")

    assert said.startswith("error: tagward broke (KeyError: 'boom'), so that nothing was judged; please report it\n")
    log = next(line for line in said.splitlines() if line.startswith("   = log:")).split()[-1]
    assert "KeyError: 'boom'" in Path(log).read_text(encoding="utf-8")


def test_70_a_push_from_inside_a_gate_is_refused(guarded: Project) -> None:
    git("tag", "nightly", cwd=guarded.root)

    said = refused(guarded, "nightly", TAGWARD_RUNNING="1")

    assert "error: a push from inside a gate is refused: it would wait for itself" in said


def test_a_line_that_git_does_not_write_is_refused(guarded: Project) -> None:
    done = tagward("pre-push", "origin", "x", cwd=guarded.root, stdin=b"refs/tags/v1.0.0 1.0 refs/tags/v1.0.0 0\n")

    assert (done.returncode, done.stdout) == (3, "")
    assert "what git says of this push cannot be read: an object id that is none" in done.stderr


@pytest.mark.parametrize("locale", ["C", "POSIX"])
def test_a_terminal_without_unicode_gets_words(guarded: Project, locale: str) -> None:
    git("tag", "v2.0.0", cwd=guarded.root)

    done = guarded.push("v2.0.0", LC_ALL=locale, PYTHONIOENCODING="ascii")

    assert done.returncode == 1
    assert "V001" in done.stderr


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A temporary folder with next to no room."""
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=200k", "tmpfs", folder], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("no tmpfs can be mounted here")
    yield folder
    subprocess.run(["umount", folder], check=True)


def test_a_full_disk_is_not_the_fault_of_the_release(guarded: Project, small_disk: Path) -> None:
    guarded.write("data", "x" * 500_000)
    guarded.commit()
    guarded.tag("v1.0.0")

    said = refused(guarded, "v1.0.0", TMPDIR=str(small_disk))

    assert "✗ push stopped: v1.0.0 was not checked (this says nothing about the release)" in said
    assert "No space left on device" in said
    assert not list(small_disk.iterdir())
