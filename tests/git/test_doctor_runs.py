"""`tagward doctor` as it is run: offline, unanswered, with --fix, and where there is hardly anything to look at."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from conftest import Project, git, make_project, tagward
from doctor_support import RELEASE, Shelf, serving
from hooks_support import executable, snapshot

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def shelf(monkeypatch: pytest.MonkeyPatch) -> Iterator[Shelf]:
    """An index that has the release 1.0.0."""
    with serving(Shelf(publisher=None)) as found:
        found.release("1.0.0")
        monkeypatch.setenv("TAGWARD_INDEX", found.root)
        yield found


def doctor(project: Project, *words: str) -> subprocess.CompletedProcess[str]:
    """Run it as a user would."""
    return tagward("doctor", *words, cwd=project.root)


def codes(done: subprocess.CompletedProcess[str]) -> dict[str, dict[str, object]]:
    """What JSON says of each code."""
    return {one["code"]: one for group in json.loads(done.stdout)["groups"].values() for one in group}


def test_a_probe_never_lets_a_real_push_through(guarded: Project, tmp_path: Path) -> None:
    answers = tmp_path / "tagward-probe"
    answers.mkdir()
    guarded.tag("v1.0.0")

    for value in (str(answers), str(tmp_path), "/nowhere", "1"):
        done = guarded.push("v1.0.0", TAGWARD_PROBE=value)

        assert done.returncode == 1
        assert "this push is a probe, and is refused" in done.stderr
    assert guarded.on_remote() == set()
    assert len(list(answers.iterdir())) == 1
    assert list(tmp_path.glob("[0-9]*")) == []


def test_offline_asks_nobody(guarded: Project, shelf: Shelf) -> None:
    git("remote", "set-url", "origin", "https://github.invalid/acme/demo.git", cwd=guarded.root)

    done = doctor(guarded, "--offline", "--format", "json")

    assert shelf.asked == []
    said = codes(done)
    assert {said[code]["status"] for code in ("G301", "G303", "G305", "G307", "G308")} == {"skipped"}
    assert {said[code]["reason"] for code in ("G301", "G307")} == {"--offline"}
    assert json.loads(done.stdout)["did_not_answer"] == []


def test_an_index_that_does_not_answer_is_no_fault_and_no_pass(guarded: Project, shelf: Shelf) -> None:
    guarded.tag("v1.0.0")
    shelf.status = 503

    done = doctor(guarded, "--format", "json")

    said = codes(done)
    assert {said[code]["status"] for code in ("G301", "G303", "G304", "G305", "G306")} == {"unseen"}
    assert any("503" in one for one in json.loads(done.stdout)["did_not_answer"])
    assert done.returncode == 3


def test_a_remote_that_does_not_answer_is_told(guarded: Project, shelf: Shelf) -> None:
    shutil.rmtree(guarded.remote)

    done = doctor(guarded)

    assert shelf.asked
    assert "did not answer: the remote:" in " ".join(done.stderr.split())
    assert done.returncode == 3


def test_what_the_project_accepts_is_told_with_its_reason_and_counts_no_more(guarded: Project, shelf: Shelf) -> None:
    assert "  ! G008  there is no CHANGELOG.md" in doctor(guarded).stderr
    text = (guarded.root / "pyproject.toml").read_text()
    guarded.write("pyproject.toml", text + '\n[tool.tagward.ignore]\nG008 = "notes live on GitHub"\n')

    said = doctor(guarded).stderr

    assert "  – G008  ignored: notes live on GitHub\n" in said
    assert shelf.asked


def test_fix_shows_its_diff_and_writes_nothing_where_nobody_can_be_asked(project: Project, shelf: Shelf) -> None:
    git("remote", "add", "upstream", "git@github.com:acme/demo.git", cwd=project.root)
    before = snapshot(project.root)

    done = doctor(project, "--fix")

    assert done.returncode == 2
    assert "+++ b/.github/workflows/pypi-release.yml" in done.stderr
    assert "tagward doctor --fix --yes applies the plan" in done.stderr
    assert snapshot(project.root) == before
    assert shelf.asked


def test_fix_puts_in_place_what_is_missing_and_looks_again(project: Project, shelf: Shelf) -> None:
    git("remote", "add", "upstream", "git@github.com:acme/demo.git", cwd=project.root)

    done = doctor(project, "--fix", "--yes")

    first, second = done.stderr.split("files written", 1)
    assert "✗ G101" in first
    assert "✗ G201" in first
    assert "✓ G101  a pushed tag reaches tagward once" in second
    assert "✓ G201  releases are published by" in second
    assert (project.root / RELEASE).is_file()
    assert done.returncode == 1  # G207: what was written is not committed yet
    assert shelf.asked


def test_fix_keeps_a_workflow_that_somebody_wrote(guarded: Project, shelf: Shelf) -> None:
    git("remote", "add", "upstream", "git@github.com:acme/demo.git", cwd=guarded.root)
    own = "on: {release: {types: [published]}}\njobs: {a: {steps: [{run: twine upload dist/*}]}}\n"
    guarded.write(RELEASE, own)

    done = doctor(guarded, "--fix", "--yes")

    assert (guarded.root / RELEASE).read_text() == own
    assert f"{RELEASE} is kept: tagward did not write it" in done.stderr
    assert shelf.asked


def test_the_screen_goes_to_standard_error_and_a_document_to_standard_output(guarded: Project, shelf: Shelf) -> None:
    screen, table = doctor(guarded), doctor(guarded, "--format", "markdown")

    assert (screen.stdout, table.stderr) == ("", "")
    assert screen.stderr.startswith("tagward 0.1.0 on demo (backend, no remote on GitHub)\nProject\n")
    assert table.stdout.startswith("## tagward 0\\.1\\.0 on") or table.stdout.startswith("## tagward 0.1.0 on")
    assert shelf.asked


def test_on_60_columns_in_ASCII_and_without_colour(guarded: Project, shelf: Shelf) -> None:
    script = [str(shutil.which("tagward")), "doctor"]  # with -I Python would not read PYTHONIOENCODING
    environ = {**os.environ, "COLUMNS": "60", "NO_COLOR": "1", "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(script, cwd=guarded.root, env=environ, capture_output=True, text=True, check=False)

    assert done.stderr.isascii()
    assert "\x1b" not in done.stderr
    pasted = ("fix: ", "--> ", "[tool.tagward", "tagward ", "|  ", "  ->")
    too_wide = [line for line in done.stderr.splitlines() if len(line) > 63 and not line.lstrip().startswith(pasted)]
    assert too_wide == []
    assert shelf.asked


# Where there is hardly anything.


def test_without_a_repository(tmp_path: Path) -> None:
    done = tagward("doctor", cwd=tmp_path)

    assert done.returncode == 2
    assert done.stderr.startswith("error: this is no git repository")


def test_in_a_bare_repository(project: Project) -> None:
    done = tagward("doctor", cwd=project.remote)

    assert done.returncode == 2
    assert "no working tree" in done.stderr


def test_in_an_empty_repository(tmp_path: Path) -> None:
    git("init", "-q", "x", cwd=tmp_path)

    done = tagward("doctor", "--format", "json", cwd=tmp_path / "x")

    said = codes(done)
    assert done.returncode == 1
    assert {code for code, one in said.items() if one["status"] in {"failed", "warned", "broke"}} == {"G001"}
    assert said["G101"]["reason"] == "no push could be tried: there is no commit yet that a tag could name"


def test_a_linked_worktree_has_the_hook_of_its_repository(guarded: Project, tmp_path: Path) -> None:
    git("worktree", "add", "-q", str(tmp_path / "side"), cwd=guarded.root)

    done = tagward("doctor", "--offline", "--format", "json", cwd=tmp_path / "side")

    assert codes(done)["G101"]["status"] == "passed"


def test_a_hooks_path_that_one_worktree_has_alone(guarded: Project, tmp_path: Path) -> None:
    side = tmp_path / "side"
    git("worktree", "add", "-q", str(side), cwd=guarded.root)
    git("config", "extensions.worktreeConfig", "true", cwd=guarded.root)
    git("config", "--worktree", "core.hooksPath", "nowhere", cwd=side)

    here = tagward("doctor", "--offline", "--format", "json", cwd=guarded.root)
    there = tagward("doctor", "--offline", "--format", "json", cwd=side)

    assert codes(here)["G101"]["status"] == "passed"
    if git("version", cwd=side).stdout < "git version 2.54":
        assert "core.hooksPath (worktree) is nowhere" in json.dumps(codes(there)["G101"])


def test_an_empty_hooks_path(guarded: Project) -> None:
    git("config", "core.hooksPath", "", cwd=guarded.root)

    done = doctor(guarded, "--offline", "--format", "json")

    if git("version", cwd=guarded.root).stdout < "git version 2.54":
        assert "core.hooksPath (local) is empty" in json.dumps(codes(done)["G101"])
        assert done.returncode == 1


def test_a_fresh_clone_has_no_hook(guarded: Project, tmp_path: Path) -> None:
    git("clone", "-q", str(guarded.root), str(tmp_path / "clone"), cwd=tmp_path)

    done = tagward("doctor", "--offline", "--format", "json", cwd=tmp_path / "clone")

    assert "hooks are not cloned" in json.dumps(codes(done)["G101"])
    assert done.returncode == 1


def test_hooks_that_take_too_long_are_given_up(guarded: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    from tagward.tools.git import GitRepository  # noqa: PLC0415
    from tagward.tools.hook_probe import probe  # noqa: PLC0415

    executable(guarded.root / ".git" / "hooks" / "pre-push", "#!/bin/sh\nsleep 60\n")
    monkeypatch.chdir(guarded.root)

    found = probe(GitRepository.find(), "v1.0.0", seconds=1)

    assert found.trouble == "the hooks of this repository took longer than 1 s"
    assert not found.fired


HOSTILE = [
    ".github/workflows/\x1b[2Jx.yml",
    ".github/workflows/é\u202ex.yml",
    ".github/workflows/$(touch pwned).yml",
    ".github/workflows/-x.yml",
    "licenses/a\nb",
]
WORKFLOWS = {
    "list": "- a\n",
    "scalar": "x\n",
    "empty": "",
    "bomb": "a: &a [x, x]\nb: &b [*a, *a]\non: push\njobs: {}\n",
    "deep": "[" * 5000,
    "latin": "on: push # \xe9\njobs: {}\n",
    "types": "on: 7\njobs: 8\n",
    "steps": "on: push\njobs: {a: {steps: {b: c}, needs: {x: y}}, b: [1], c: null}\n",
    "circle": "on: push\njobs: {a: {needs: b, steps: [{run: twine upload x}]}, b: {needs: a}}\n",
    "filter": "on: {push: {tags: ['[']}}\njobs: {a: {steps: [{run: twine upload x}]}}\n",
    "if": "on: push\njobs: {a: {if: '${{', steps: [{if: ')', run: twine upload x}]}}\n",
    "huge": "on: push\njobs: {}\n" + "#" * (2 << 20),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_file_names_are_only_names(guarded: Project, name: str) -> None:
    guarded.write(name, "on: push\njobs: {a: {steps: [{run: twine upload x}]}}\n")

    done = doctor(guarded, "--offline")

    assert done.returncode in {0, 1}
    assert "Traceback" not in done.stderr
    assert "broke" not in done.stderr
    assert not {"\x1b", "\u202e"} & set(done.stderr)
    assert not (guarded.root / "pwned").exists()


@pytest.mark.parametrize("kind", WORKFLOWS)
def test_hostile_workflows_are_faults_and_not_crashes(guarded: Project, kind: str) -> None:
    file = guarded.root / ".github" / "workflows" / "x.yml"
    file.parent.mkdir(parents=True)
    file.write_bytes(WORKFLOWS[kind].encode("latin-1"))

    done = doctor(guarded, "--offline", "--format", "json")

    assert done.returncode in {0, 1, 3}
    assert "broke" not in {one["status"] for one in codes(done).values()}
    assert done.stderr == ""


def test_a_workflow_that_is_a_link_out_of_the_repository(guarded: Project, tmp_path: Path) -> None:
    (tmp_path / "outside.yml").write_text("on: push\njobs: {a: {steps: [{run: twine upload x}]}}\n")
    (guarded.root / ".github" / "workflows").mkdir(parents=True)
    (guarded.root / ".github" / "workflows" / "x.yml").symlink_to(tmp_path / "outside.yml")

    done = doctor(guarded, "--offline", "--format", "json")

    assert codes(done)["G202"]["status"] == "failed"


@pytest.mark.parametrize("program", ["lefthook", "prek", "husky"])
def test_the_real_hook_managers(guarded: Project, program: str) -> None:
    """See tests/git/test_coexistence.py: they are tried where they are on PATH."""
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not on PATH")
    guarded.write("lefthook.yml", "pre-push:\n  commands:\n    one:\n      run: 'true'\n")
    words = {"lefthook": ["install"], "prek": ["install", "-f", "--hook-type", "pre-push"], "husky": []}[program]
    guarded.write(".pre-commit-config.yaml", "repos: []\n")
    subprocess.run([program, *words], cwd=guarded.root, check=True, capture_output=True)

    said = codes(doctor(guarded, "--offline", "--format", "json"))["G101"]

    if git("version", cwd=guarded.root).stdout < "git version 2.54":
        assert said["status"] == "failed"
        assert program in json.dumps(said)


def test_the_second_project_of_a_repository_is_looked_at_too(tmp_path: Path, shelf: Shelf) -> None:
    project = make_project(tmp_path)
    project.write("packages/core/pyproject.toml", '[project]\nname = "acme-core"\nversion = "2.0.0"\n')
    text = (project.root / "pyproject.toml").read_text()
    project.write(
        "pyproject.toml",
        text + '\n[tool.tagward]\ntag = "v{version}"\n[[tool.tagward.project]]\npath = "packages/core"\n',
    )

    said = codes(doctor(project, "--format", "json"))

    assert "packages/core/pyproject.toml has no [build-system]" in json.dumps(said["G005"])
    assert any("/simple/acme-core/" in one for one in shelf.asked)


@pytest.mark.parametrize(("pattern", "status"), [("acme-core-v*", "passed"), ("v*", "failed")])
def test_tags_of_a_project_below_the_root_are_those_that_have_to_start_it(
    pattern: str, status: str, tmp_path: Path
) -> None:
    root = tmp_path / "many"
    project = Project(root, root)
    project.write("packages/core/pyproject.toml", '[project]\nname = "acme-core"\nversion = "2.0.0"\n')
    project.write("packages/more/pyproject.toml", '[project]\nname = "acme-more"\nversion = "1.0.0"\n')
    upload = "jobs: {a: {steps: [{run: twine upload dist/*}]}}\n"
    project.write(RELEASE, f'on: {{push: {{tags: ["{pattern}", "acme-more-v*"]}}}}\n{upload}')
    git("init", "-q", cwd=root)
    project.commit("all")
    project.tag("acme-core-v2.0.0")

    assert codes(doctor(project, "--offline", "--format", "json"))["G203"]["status"] == status
