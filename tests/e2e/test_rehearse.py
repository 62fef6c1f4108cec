"""The README's first command: a whole release on throwaway ground, and nothing left of it."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from conftest import Project, git, tagward
from small_release import write_wheel
from support import wait_for

from tagward.cli import _scenes
from tagward.rehearsal import rehearse
from tagward.tools import flaws
from tagward.tools.ground import SANDBOX, throwaway
from tagward.tools.scratch import sweep
from tagward.workflows.pins import PINS
from tagward.workflows.render import RELEASE, Choices, render

if TYPE_CHECKING:
    from collections.abc import Callable

    from tagward.model.rehearsal import Step

pytestmark = pytest.mark.e2e
SECONDS = 240
STEPS = 18


def state_of(*folders: Path) -> dict[str, str]:
    """The digest of every file below these folders, and where every link leads."""
    found = {}
    for path in (path for folder in folders for path in sorted(folder.rglob("*"))):
        if path.is_symlink():
            found[str(path)] = f"-> {path.readlink()}"
        elif path.is_file():
            found[str(path)] = hashlib.sha256(path.read_bytes()).hexdigest()
        else:
            found[str(path)] = "folder"
    return found


def test_the_sandbox_is_released_and_every_refusal_happens_and_nothing_is_left(tmp_path: Path) -> None:
    home, scratch = Path(os.environ["HOME"]), Path(os.environ["TMPDIR"])
    before = state_of(home, scratch, tmp_path)

    done = tagward("rehearse", "--sandbox", "--format", "json", cwd=tmp_path)

    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert (said["passed"], said["version"], said["refusals"]) == (True, "0.1.1", 11)
    assert [step["status"] for step in said["steps"]] == ["passed"] * STEPS
    assert {step["leg"] for step in said["steps"]} == {"laptop", "remote", "workflow", "index", "pip"}
    assert done.stderr.count("✓ refuse") == 11
    assert "✓ the whole path works: 18 steps, 11 of them refusals" in done.stderr
    for code in ("V001", "V002", "X002", "U001", "S103", "I101", "400"):
        assert code in done.stderr
    assert state_of(home, scratch, tmp_path) == before


def test_a_project_is_rehearsed_from_its_head_and_not_touched(project: Project, tmp_path: Path) -> None:
    major, minor = sys.version_info[:2]
    only = f'requires-python = ">={major}.{minor},<{major}.{minor + 1}"\n'
    project.write("pyproject.toml", (project.root / "pyproject.toml").read_text() + only)
    project.commit()
    project.tag("v1.0.0")
    project.write("src/demo/__init__.py", "this is not Python, and not committed\n")
    before = state_of(project.root)

    browser, opened = tmp_path / "browser", tmp_path / "opened"
    browser.write_text(f'#!/bin/sh\necho "$1" > {opened}\n')
    browser.chmod(0o755)
    page = tmp_path / "report.html"

    done = tagward("rehearse", "--report", str(page), "--open", cwd=project.root, BROWSER=str(browser))

    assert done.returncode == 0, done.stderr
    wait_for(opened.is_file, "the report is opened")
    assert opened.read_text() == f"{page.as_uri()}\n"
    said = page.read_text(encoding="utf-8")
    assert said.count("<body>") == 1
    assert "<title>Rehearsal of demo 1.0.1</title>" in said
    assert said.index("The way of the release") < said.index("What is in the wheel")
    after = state_of(project.root)
    left = {path for path in after if after[path] != before.get(path)}
    kept = project.root / ".git" / "tagward"
    assert left <= {str(kept), str(kept / "rehearsal.json"), str(kept / "rehearsal.html")}
    assert set(before) <= set(after)
    assert "Rehearsal of demo 1.0.1, tag v1.0.1, from your HEAD" in done.stderr
    assert "1 uncommitted change in the working tree: not part of it" in done.stderr
    assert "pypi-release.yml is not there: the one that `tagward init` would write is rehearsed" in done.stderr
    assert "    tagward bump 1.0.1\n" in done.stderr
    document = json.loads((kept / "rehearsal.json").read_text())
    assert document["passed"]
    assert document["commit"] == git("rev-parse", "HEAD", cwd=project.root).stdout.strip()


def edited(folder: Path, name: str, old: str, new: str) -> None:
    """Replace text in a file of the project; it is there."""
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def _ignoring(tag: str) -> Callable[[Path], None]:
    return lambda folder: edited(
        folder, "pyproject.toml", "[tool.tagward]\n", f'[tool.tagward]\nignore-tags = ["{tag}"]\n'
    )


def _committing_without_a_hook(folder: Path) -> None:
    (folder / ".pre-commit-config.yaml").write_text("repos: []\n", encoding="utf-8")


def _having_the_helper(folder: Path) -> None:
    (folder / f"src/tagward_sandbox/{flaws.HELPER}.py").write_text("", encoding="utf-8")


def _without_a_description(folder: Path) -> None:
    edited(folder, "backend.py", 'readme = PROJECT.get("readme")', "readme = None")


def _making_the_import_work(folder: Path) -> None:
    module = folder / "src/tagward_sandbox/__init__.py"
    text = module.read_text(encoding="utf-8")
    module.write_text(f'{text}\nimport sys\nsys.modules["{flaws.ABSENT}"] = sys\n', encoding="utf-8")


def _allowing_the_secret(folder: Path) -> None:
    digest = hashlib.sha256(flaws.made_up_token().encode()).hexdigest()
    with (folder / "pyproject.toml").open("a", encoding="utf-8") as file:
        file.write(f'\n[tool.tagward.secrets-allowed]\n{digest} = "it opens nothing"\n')


def _publishing_whatever_is_there(folder: Path) -> None:
    text = render(RELEASE, Choices("rehearsal/tagward-sandbox"))
    start, end = text.index("      - name: The judged bytes", text.index("  publish:")), text.index("  verify:")
    checks = text[start:end]
    publish = checks[checks.index("      - name: Install tagward") :]
    trusting = publish.replace(
        "tagward publish judged/dist/* --receipt judged/receipt.json", "python -m twine upload judged/dist/*"
    )
    assert trusting != publish
    (folder / ".github/workflows").mkdir(parents=True)
    (folder / ".github/workflows/pypi-release.yml").write_text(text[:start] + trusting + text[end:], encoding="utf-8")


def _building_the_same_bytes_whatever_is_new(folder: Path) -> None:
    old = "def _sources(top: str) -> list[pathlib.Path]:\n"
    new = (
        f'{old}    module = pathlib.Path("src/tagward_sandbox/__init__.py")\n'
        f'    module.write_text(module.read_text().replace("{flaws.SOMETHING}\\n", ""))\n'
    )
    edited(folder, "backend.py", old, new)
    edited(folder, "backend.py", 'os.environ.get("SOURCE_DATE_EPOCH", "1000000000")', '"1000000000"')


@pytest.mark.parametrize(
    ("switch_off", "named"),
    [
        (_committing_without_a_hook, "a version forgotten in one place is committed: V002"),
        (_ignoring("v0.1.2"), "the wrong tag v0.1.2, with its branch: V001"),
        (_ignoring("v0.1.3"), "the wrong tag v0.1.3 on a commit already pushed: V001"),
        (_ignoring("v0.1.4"), "two tags, v0.1.4 wrong, neither goes out: V001"),
        (_having_the_helper, "a module that is on disk but not in the commit: X002"),
        (_without_a_description, "a README that PyPI cannot show: U001"),
        (_making_the_import_work, "an import that no dependency brings: X002"),
        (_allowing_the_secret, "a token of GitHub in the wheel: S103"),
        (_publishing_whatever_is_there, "a wheel tampered with between two jobs"),
        (_building_the_same_bytes_whatever_is_new, "0.1.1 again with other bytes: I101"),
    ],
    ids=lambda value: value.__name__.strip("_") if callable(value) else "",
)
def test_with_one_protection_switched_off_in_the_project_it_fails_there_and_names_it(
    switch_off: Callable[[Path], None], named: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    template = tmp_path / "template"
    subprocess.run(["cp", "-r", SANDBOX, template], check=True)
    switch_off(template)
    monkeypatch.chdir(tmp_path)

    steps = _walked(template)

    assert not steps[-1].passed, [step.what for step in steps]
    assert steps[-1].what == named, steps[-1].said
    assert all(step.passed for step in steps[:-1])


def test_it_fails_where_the_hook_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def put_in_nothing(where: Path, python: Path) -> None:
        assert where != python

    monkeypatch.setattr("tagward.tools.hooks.install", put_in_nothing)
    monkeypatch.chdir(tmp_path)

    steps = _walked(SANDBOX)

    assert steps[-1].what == "the wrong tag v0.1.2, with its branch: V001"


def _walked(template: Path) -> list[Step]:
    with throwaway(*_scenes.sandbox(template)) as ground:
        return list(rehearse(ground))


def _broken_off(steps: int, number: signal.Signals, folder: Path) -> int:
    """Start it, send it a signal once it has told so many steps, and return what it ended with."""
    process = subprocess.Popen(
        [sys.executable, "-I", "-m", "tagward", "rehearse", "--sandbox"],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stderr
    process.stderr.readline()  # from its first word on
    told = 0
    while told < steps and (line := process.stderr.readline()):
        told += line.lstrip()[:1].isdigit()
    time.sleep(0.3)  # into the step that follows
    process.send_signal(number)
    process.stderr.read()
    process.stderr.close()
    return process.wait(SECONDS)


def _still_at_work(folder: Path) -> bool:
    listed = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
    return str(folder) in listed


@pytest.mark.parametrize("steps", range(0, 17, 2))
def test_an_interrupt_leaves_nothing(steps: int, tmp_path: Path) -> None:
    home, scratch = Path(os.environ["HOME"]), Path(os.environ["TMPDIR"])
    before = state_of(home, scratch, tmp_path)

    status = _broken_off(steps, signal.SIGINT, tmp_path)

    assert status == 130
    assert state_of(home, scratch, tmp_path) == before


@pytest.mark.parametrize("steps", [*range(1, 18, 2), 0, 16])
def test_what_a_kill_leaves_the_next_run_sweeps(steps: int, tmp_path: Path) -> None:
    home, scratch = Path(os.environ["HOME"]), Path(os.environ["TMPDIR"])
    before = state_of(home, scratch, tmp_path)

    status = _broken_off(steps, signal.SIGKILL, tmp_path)
    end = time.monotonic() + SECONDS
    while _still_at_work(scratch):
        assert time.monotonic() < end
        time.sleep(0.1)
    sweep()

    assert status == -signal.SIGKILL
    assert state_of(home, scratch, tmp_path) == before


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--version", "one"], "'one' is no version (PEP 440)"),
        (["--version", "1.0.0"], "1.0.0 has a tag already, v1.0.0"),
        (["--report", "report.txt"], "is no name for one"),
        (["--sandbox", "--version", "1.0.0"], "the built-in project has a version and a folder of its own"),
    ],
)
def test_what_cannot_be_rehearsed_is_said_at_once(project: Project, words: list[str], said: str) -> None:
    project.tag("v1.0.0")
    done = tagward("rehearse", *words, cwd=project.root)

    assert (done.returncode, said in done.stderr) == (2, True), done.stderr
    assert not (project.root / ".git/tagward").exists()


def test_outside_a_repository_the_way_out_is_said(tmp_path: Path) -> None:
    done = tagward("rehearse", cwd=tmp_path)

    assert done.returncode == 2
    assert "this is no git repository" in done.stderr


def test_a_project_with_dependencies_that_pypi_trusts_and_that_goes_to_testpypi_first(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_wheel(tmp_path / "links")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "links"))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    major, minor = sys.version_info[:2]
    more = f'requires-python = ">={major}.{minor},<{major}.{minor + 1}"\ndependencies = ["acme-demo"]\n'
    project.write("pyproject.toml", (project.root / "pyproject.toml").read_text() + more)
    project.write("src/demo/__init__.py", 'import acme_demo\n\n__version__ = "1.0.0"\n')
    project.commit()
    init = ("init", "--yes", "--no-hooks", "--publish", "trusted", "--testpypi")
    assert tagward(*init, cwd=project.root).returncode == 0
    project.commit("Guard releases")

    done = tagward("rehearse", cwd=project.root)

    assert done.returncode == 0, done.stderr
    assert "Rehearsal of demo 1.0.0, tag v1.0.0" in done.stderr
    assert "a rehearsal sends nothing to TestPyPI: this step was passed over" in done.stderr
    assert "the identity that PyPI trusts exists on GitHub alone: the index took a token" in done.stderr


FOR_ACT = """name: Release
on:
  release:
    types: [published]
jobs:
  release:
    runs-on: ubuntu-latest
    steps:
      - uses: {checkout}
        with:
          persist-credentials: false
      - run: |
          {build} -I -m build
          {build} -I -m twine upload dist/*
        env:
          TWINE_USERNAME: __token__
          TWINE_PASSWORD: ${{{{ secrets.PYPI_API_TOKEN }}}}
"""


ACT = shutil.which("act", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")


@pytest.mark.skipif(ACT is None, reason="act is not there")
def test_act_runs_the_workflow_as_well_where_that_is_asked_for(project: Project) -> None:
    """Act with the settings of its user: jobs run on this machine, without a container."""
    settings = Path(os.environ["HOME"]) / ".actrc"
    settings.write_text("-P ubuntu-latest=-self-hosted\n")
    text = FOR_ACT.format(checkout=PINS["actions/checkout"], build=sys.executable)
    project.write(".github/workflows/release.yml", text)
    project.commit()

    done = tagward("rehearse", "--with", "act", cwd=project.root)

    assert done.returncode == 0, done.stderr
    assert "✓ act      the same workflow under act" in done.stderr


def test_without_act_that_is_said_before_anything_is_done(project: Project, tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/git").symlink_to(str(shutil.which("git")))

    done = tagward("rehearse", "--with", "act", cwd=project.root, PATH=str(tmp_path / "bin"))

    assert done.returncode == 2
    assert "act is not on PATH" in done.stderr
