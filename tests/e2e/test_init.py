"""`tagward init` in projects of every kind, through the real command, git, pre-commit and a terminal."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import threading
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
import tomli
import yaml
from conftest import git, tagward
from twine.utils import TEST_REPOSITORY

from tagward.workflows.render import RELEASE, TEST, Choices, Publish, Trigger, render

REMOTE = "git@github.com:acme/demo.git"
CHOICES = Choices("acme/demo", testpypi_address=TEST_REPOSITORY)
WORKFLOWS = {f".github/workflows/{RELEASE}", f".github/workflows/{TEST}"}
COMMIT_CONFIG = ".pre-commit-config.yaml"
DEPENDABOT = ".github/dependabot.yml"
ALL = {"pyproject.toml", COMMIT_CONFIG, DEPENDABOT} | WORKFLOWS
MODULE = '"""Demo."""\n\n__version__ = "1.3.0"\n'


def _pyproject(requires: str, backend: str, more: str = "", version: str = 'version = "1.3.0"') -> str:
    return (
        f'[build-system]\nrequires = ["{requires}"]\nbuild-backend = "{backend}"\n\n'
        f'[project]\nname = "acme-demo"\n{version}\n{more}'
    )


HATCH = _pyproject("hatchling", "hatchling.build")
SETUPTOOLS = '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n'
SETUP_CFG = "[metadata]\nname = acme-demo\nversion = 1.3.0\n\n[options.extras_require]\ntests =\n    pytest\n    tox\n"
POETRY = (
    '[tool.poetry]\nname = "acme-demo"\nversion = "1.3.0"\ndescription = ""\nauthors = []\n\n'
    '[build-system]\nrequires = ["poetry-core"]\nbuild-backend = "poetry.core.masonry.api"'  # no line end
)
DYNAMIC = 'dynamic = ["version"]'
PDM = _pyproject(
    "pdm-backend", "pdm.backend", '\n[tool.pdm.version]\nsource = "file"\npath = "acme_demo/__init__.py"\n', DYNAMIC
)
FLIT = _pyproject("flit_core>=3", "flit_core.buildapi", "", 'dynamic = ["version", "description"]')
MATURIN = _pyproject("maturin>=1", "maturin", "", DYNAMIC)
VCS = _pyproject('hatchling", "hatch-vcs', "hatchling.build", '\n[tool.hatch.version]\nsource = "vcs"\n', DYNAMIC)
OURS = "\n[tool.tagward] # ours\nstrict = true\n\n[tool.other]\nx = 1\n"
SAID = '\n[tool.tagward.ignore]\nI001 = "x"\n[tool.tagward]\ntag = "rel/{version}"\n'
GROUPS = (
    '\n[dependency-groups]\ndev = ["ruff", {include-group = "Run"}]\nrun = ["pytest>=8; python_version > \'3.8\'"]\n'
)
SETUP_PY = "from setuptools import setup\nsetup(name='acme-demo', version='1.3.0', py_modules=['demo'])\n"
CARGO = '[package]\nname = "acme-demo"\nversion = "1.3.0"\n'
SAMPLE = (
    "# See the documentation of pre-commit\nrepos:\n-   repo: https://example.org/hooks\n    rev: 'v1'  # pinned\n"
    "    hooks:\n    -   id: some\n        # args: [--fix]\n\nci:\n    autoupdate_schedule: monthly\n"
)
PUBLISHES = (
    "on:\n  release:\n    types: [published]\njobs:\n  go:\n    runs-on: ubuntu-latest\n    steps:\n"
    "      - uses: pypa/gh-action-pypi-publish@release/v1\n"
)
UPDATES = "version: 2\nupdates:\n- package-ecosystem: pip\n  directory: /\n  schedule: {interval: daily}\n"


def _member(name: str) -> str:
    return HATCH.replace("acme-demo", f"acme-{name}")


@dataclass(frozen=True)
class Kind:
    """A project, what init is asked for, and what must come of it."""

    files: dict[str, str]
    settings: dict[str, object] = field(default_factory=lambda: {"tag": "v{version}"})
    writes: set[str] = field(default_factory=lambda: set(ALL))
    tags: tuple[str, ...] = ("v1.2.0", "v1.3.0")
    words: tuple[str, ...] = ()
    choices: Choices = CHOICES
    says: tuple[str, ...] = ()


KINDS = {
    "hatchling": Kind(
        {"pyproject.toml": HATCH, "src/acme_demo/__init__.py": ""}, says=("src layout", "2 tags like v1.3.0")
    ),
    "setuptools with setup.cfg, and an extra for its tests": Kind(
        {"pyproject.toml": SETUPTOOLS, "setup.cfg": SETUP_CFG, "acme_demo/__init__.py": ""},
        {"tag": "v{version}", "test-command": "pytest -q", "test-extras": ["tests"]},
        words=("--tests", "pytest -q"),
        says=("flat layout",),
    ),
    "setuptools in src, CRLF": Kind(
        {
            "pyproject.toml": _pyproject("setuptools", "setuptools.build_meta").replace("\n", "\r\n"),
            "src/acme_demo/__init__.py": "",
            COMMIT_CONFIG: SAMPLE.replace("\n", "\r\n"),
        },
    ),
    "flit, tags without a v, TestPyPI first": Kind(
        {"pyproject.toml": FLIT, "acme_demo.py": MODULE},
        {"tag": "{version}"},
        tags=("1.0", "1.1"),
        words=("--testpypi", "--python", "3.12"),
        choices=replace(CHOICES, patterns=("[0-9]*",), testpypi=True, python="3.12"),
    ),
    "poetry, no line end, other hooks": Kind(
        {"pyproject.toml": POETRY, "acme_demo/__init__.py": "", COMMIT_CONFIG: SAMPLE},
        says=("text inserted at line 8", "pre-commit in use"),
    ),
    "pdm, started by tags named release-": Kind(
        {"pyproject.toml": PDM, "acme_demo/__init__.py": MODULE},
        {"tag": "release-{version}"},
        tags=("release-1.2.0", "release-1.3.0"),
        words=("--trigger", "tag"),
        choices=replace(CHOICES, trigger=Trigger.TAG, patterns=("release-[0-9]*",)),
    ),
    "uv_build, a group for its tests": Kind(
        {"pyproject.toml": _pyproject("uv_build>=0.8", "uv_build", GROUPS), "src/acme_demo/__init__.py": ""},
        {
            "tag": "v{version}",
            "test-command": "python -m pytest",
            "test-requires": ["ruff", "pytest>=8; python_version > '3.8'"],
        },
        words=("--tests", "python -m pytest"),
    ),
    "maturin, two forms of tags, trusted": Kind(
        {"pyproject.toml": MATURIN, "Cargo.toml": CARGO},
        {"tag": "v{version}", "legacy-tags": ["{version}"]},
        tags=("1.1.0", "v1.2.0", "v1.3.0"),
        words=("--publish", "trusted"),
        choices=replace(CHOICES, publish=Publish.TRUSTED),
        says=("Owner  acme     Repository  demo     Workflow  pypi-release.yml     Environment  pypi",),
    ),
    "hatch-vcs, no tags, actions looked after": Kind(
        {"pyproject.toml": VCS, "src/acme_demo/__init__.py": "", "renovate.json": "{}\n"},
        writes=ALL - {DEPENDABOT},
        tags=(),
        says=("whose version the build finds",),
    ),
    "setup.py only": Kind(
        {"setup.py": SETUP_PY, "demo.py": ""},
        writes=ALL - {"pyproject.toml"},
        says=("without a pyproject.toml the tags that are there say how release tags are named",),
    ),
    "two projects with tags of their own": Kind(
        {
            "packages/core/pyproject.toml": _member("core"),
            "packages/cli/pyproject.toml": _member("cli"),
            "README.md": "",
        },
        {
            "project": [
                {"path": "packages/cli", "tag": "cli-{version}"},
                {"path": "packages/core", "tag": "{name}-v{version}"},
            ]
        },
        tags=("acme-core-v1.2.0", "acme-core-v1.3.0", "cli-1.3.0"),
        words=("--publish", "trusted", "--trigger", "tag"),
        choices=replace(
            CHOICES,
            publish=Publish.TRUSTED,
            trigger=Trigger.TAG,
            patterns=("cli-[0-9]*", "acme-core-v[0-9]*", "acme_core-v[0-9]*"),
        ),
    ),
    "a project in a folder": Kind(
        {"python/pyproject.toml": HATCH, "ruff.toml": "", "pyproject.toml": "[tool.ruff]\nline-length = 100\n"},
        {"project": [{"path": "python", "tag": "v{version}"}]},
    ),
    "settings of tagward, and the hook": Kind(
        {
            "pyproject.toml": HATCH + OURS,
            "acme_demo.py": "",
            COMMIT_CONFIG: SAMPLE.replace("id: some", "id: tagward"),
            DEPENDABOT: UPDATES,
        },
        writes=ALL - {COMMIT_CONFIG},
        says=("text inserted at line 6",),
    ),
    "everything about tags is said": Kind(
        {"pyproject.toml": HATCH + SAID, "acme_demo.py": ""}, {}, ALL - {"pyproject.toml"}
    ),
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """An empty repository that has a remote on GitHub."""
    folder = tmp_path / "project"
    git("init", "-q", str(folder), cwd=tmp_path)
    git("remote", "add", "origin", REMOTE, cwd=folder)
    return folder


def _fill(root: Path, files: dict[str, str], tags: tuple[str, ...] = ()) -> None:
    for path, text in files.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="")
    git("add", "-A", cwd=root)
    git("commit", "-qm", "a project", cwd=root)
    for tag in tags:
        git("tag", tag, cwd=root)


def _files(root: Path) -> dict[str, tuple[bytes, int]]:
    paths = (path for path in root.rglob("*") if path.is_file() and ".git" not in path.relative_to(root).parts)
    return {path.relative_to(root).as_posix(): (path.read_bytes(), path.stat().st_mtime_ns) for path in paths}


def _repository(root: Path) -> dict[str, object]:
    """What init must not touch: the index, every ref, HEAD, and the configuration but for our own hook."""
    settings = git("config", "--local", "--list", cwd=root).stdout.splitlines()
    return {
        "index": (root / ".git" / "index").read_bytes(),
        "refs": git("for-each-ref", cwd=root).stdout,
        "head": (root / ".git" / "HEAD").read_bytes(),
        "config": [line for line in settings if not line.startswith("hook.tagward-tags")],
    }


def _changed(root: Path) -> set[str]:
    listed = git("status", "--porcelain", "--untracked-files=all", cwd=root).stdout.splitlines()
    return {line[3:] for line in listed}


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_a_project_is_set_up_once_and_nothing_else_changes(root: Path, kind: Kind) -> None:
    _fill(root, kind.files, kind.tags)
    before, repository = _files(root), _repository(root)

    done = tagward("init", "--yes", *kind.words, cwd=root)

    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    assert _repository(root) == repository
    for word in kind.says:
        assert word in done.stderr
    after = _files(root)
    assert {path for path in after if after[path] != before.get(path)} == kind.writes == _changed(root)
    for name in (RELEASE, TEST):
        assert (root / ".github" / "workflows" / name).read_text(encoding="utf-8") == render(name, kind.choices)
    _hold_settings(root, kind)
    _hold_commit_config(root, kind)
    _hold_hooks(root)

    again = tagward("init", "--yes", *kind.words, cwd=root)
    plain = tagward("init", cwd=root)

    assert again.stderr.endswith("✓ Nothing to do, everything is in place.\n"), again.stderr
    assert plain.stderr.endswith("✓ Nothing to do, everything is in place.\n"), plain.stderr
    assert (again.returncode, plain.returncode) == (0, 0)
    assert _files(root) == after


def _hold_settings(root: Path, kind: Kind) -> None:
    if "pyproject.toml" not in kind.writes:
        return
    old = kind.files.get("pyproject.toml", "")
    new = (root / "pyproject.toml").read_bytes().decode()
    document = tomli.loads(new)
    before = tomli.loads(old)
    own = {**before.get("tool", {}).get("tagward", {}), **kind.settings}
    assert document == {**before, "tool": {**before.get("tool", {}), "tagward": own}}
    assert ("\r\n" in new) == ("\r\n" in old)
    assert new.count("\n") == new.count("\r\n") or "\r\n" not in new
    assert _is_insertion(old, new)


def _hold_commit_config(root: Path, kind: Kind) -> None:
    if COMMIT_CONFIG not in kind.writes:
        return
    old = kind.files.get(COMMIT_CONFIG, "")
    new = (root / COMMIT_CONFIG).read_bytes().decode()
    words = [sys.executable, "-I", "-m", "pre_commit", "validate-config", COMMIT_CONFIG]
    assert subprocess.run(words, cwd=root, check=False).returncode == 0
    before = yaml.safe_load(old) or {"repos": []}
    after = yaml.safe_load(new)
    entry = after["repos"].pop()
    assert after == before
    assert [hook["id"] for hook in entry["hooks"]] == ["tagward"]
    assert ("\r\n" in new) == ("\r\n" in old)
    assert _is_insertion(old, new)


def _is_insertion(old: str, new: str) -> bool:
    """Whether the new text is the old one with something at one place more."""
    return any(new.startswith(old[:place]) and new.endswith(old[place:]) for place in range(len(old) + 1))


def _hold_hooks(root: Path) -> None:
    hooks = root / ".git" / "hooks"
    assert b"tagward-hook-id" in (hooks / "pre-push").read_bytes()
    assert (hooks / "pre-commit").exists()


def test_a_workflow_that_publishes_already_keeps_ours_out_unless_forced(root: Path) -> None:
    _fill(root, {"pyproject.toml": HATCH, "a.py": "", ".github/workflows/publish.yml": PUBLISHES})

    first = tagward("init", "--yes", cwd=root)
    kept = _files(root)
    again = tagward("init", "--yes", cwd=root)
    forced = tagward("init", "--yes", "--force", cwd=root)
    last = tagward("init", "--yes", cwd=root)

    why = (
        ".github/workflows/publish.yml publishes already (pypa/gh-action-pypi-publish), and two workflows would publish"
    )
    assert first.returncode == again.returncode == 1
    assert why in first.stderr
    assert why in again.stderr
    assert f".github/workflows/{RELEASE}" not in kept
    assert f".github/workflows/{TEST}" in kept
    assert forced.returncode == last.returncode == 0
    assert (root / ".github" / "workflows" / RELEASE).read_text() == render(RELEASE, CHOICES)
    assert "publish.yml publishes too (pypa/gh-action-pypi-publish): take that out, or both publish" in last.stderr


def test_an_edited_workflow_is_never_overwritten_unasked_and_its_difference_is_shown(root: Path) -> None:
    _fill(root, {"pyproject.toml": HATCH, "a.py": ""})
    tagward("init", "--yes", "--no-hooks", cwd=root)
    workflow = root / ".github" / "workflows" / RELEASE
    edited = workflow.read_text().replace("ubuntu-latest", "ubuntu-24.04")
    workflow.write_text(edited)

    said = tagward("init", "--yes", "--no-hooks", cwd=root)

    assert said.returncode == 1
    assert workflow.read_text() == edited
    assert "-    runs-on: ubuntu-24.04\n+    runs-on: ubuntu-latest\n" in said.stderr
    assert tagward("init", "--yes", "--no-hooks", "--force", cwd=root).returncode == 0
    assert workflow.read_text() == render(RELEASE, CHOICES)


def test_other_choices_than_those_in_place_are_an_edit_too(root: Path) -> None:
    _fill(root, {"pyproject.toml": HATCH, "a.py": ""})
    tagward("init", "--yes", "--no-hooks", cwd=root)
    before = _files(root)

    said = tagward("init", "--yes", "--no-hooks", "--publish", "trusted", cwd=root)

    assert said.returncode == 1
    assert "+      id-token: write" in said.stderr
    assert _files(root) == before


def test_pins_that_dependabot_has_moved_are_no_edit(root: Path) -> None:
    _fill(root, {"pyproject.toml": HATCH, "a.py": ""})
    tagward("init", "--yes", "--no-hooks", cwd=root)
    workflow = root / ".github" / "workflows" / RELEASE
    moved = workflow.read_text().replace("v7.0.1", "v7.1.0").replace("3d3c42e5", "00000000")
    workflow.write_text(moved, newline="\r\n")

    said = tagward("init", "--yes", "--no-hooks", cwd=root)

    assert said.returncode == 0
    assert said.stderr == "✓ Nothing to do, everything is in place.\n"


@pytest.mark.parametrize("text", ["repos: []\n", "repos: [{repo: local, hooks: []}]\n"])
def test_a_list_in_one_line_is_left_with_the_words_to_paste(root: Path, text: str) -> None:
    _fill(root, {"pyproject.toml": HATCH, "a.py": "", COMMIT_CONFIG: text})

    said = tagward("init", "--yes", "--no-hooks", cwd=root)

    assert said.returncode == 0, said.stderr
    assert (root / COMMIT_CONFIG).read_text() == text
    assert "takes no insertion: add this to `repos`:" in said.stderr
    assert "entry: tagward check --fast" in said.stderr


def test_husky_and_lefthook_keep_their_hooks_and_are_told_what_to_call(root: Path) -> None:
    _fill(root, {"pyproject.toml": HATCH, "a.py": "", ".husky/pre-commit": "npm test\n", ".husky/_/h": ""})
    git("config", "core.hooksPath", ".husky/_", cwd=root)

    husky = tagward("init", "--yes", cwd=root)
    (root / ".husky" / "pre-commit").write_text("tagward check --fast\n")
    again = tagward("init", "--yes", cwd=root)

    assert husky.returncode == again.returncode == 0, husky.stderr
    assert not (root / COMMIT_CONFIG).exists()
    assert not (root / ".git" / "hooks" / "pre-push").exists()
    assert "add to .husky/pre-commit:\n      tagward check --fast" in husky.stderr
    assert "tagward check --fast" not in again.stderr
    if _has_config_hooks():
        assert "  $ tagward install" in husky.stderr
        assert again.stderr == "✓ Nothing to do, everything is in place.\n"
    else:
        assert 'tagward pre-push "$@"' in husky.stderr
        assert "Release tags are NOT judged at a push until then" in again.stderr
        assert "everything is in place" not in again.stderr


def _has_config_hooks() -> bool:
    """Whether git runs hooks of its configuration, which no manager displaces (since 2.54)."""
    numbers = git("version", cwd=Path.cwd()).stdout.split()[2].split(".")
    return (int(numbers[0]), int(numbers[1])) >= (2, 54)


def test_lefthook_is_told_what_to_call(root: Path) -> None:
    _fill(root, {"pyproject.toml": HATCH, "a.py": "", "lefthook.yml": "pre-commit: {}\n"})
    hook = root / ".git" / "hooks" / "pre-push"
    hook.write_text("#!/bin/sh\ncall_lefthook()\n{\n  :\n}\n")
    hook.chmod(0o755)

    said = tagward("init", "--yes", cwd=root)

    assert said.returncode == 0, said.stderr
    assert "call_lefthook" in hook.read_text()
    assert "add to lefthook.yml:\n      pre-commit:" in said.stderr
    assert "run: tagward pre-push {1} {2}" in said.stderr


def test_a_hook_that_is_there_still_runs(root: Path) -> None:
    _fill(root, {"pyproject.toml": HATCH, "a.py": ""})
    for name in ("pre-push", "pre-commit"):
        (root / ".git" / "hooks" / name).write_text("#!/bin/sh\necho foreign >&2\n")
        (root / ".git" / "hooks" / name).chmod(0o755)

    said = tagward("init", "--yes", cwd=root)

    assert said.stderr.count("; the hook that is there still runs") == 2
    assert (root / ".git" / "hooks" / "pre-push.tagward-chained").exists()
    assert (root / ".git" / "hooks" / "pre-commit.legacy").exists()


def test_a_dry_run_is_a_patch_that_git_takes_and_writes_nothing(root: Path) -> None:
    _fill(root, {"pyproject.toml": POETRY, "a.py": "", COMMIT_CONFIG: SAMPLE.replace("\n", "\r\n")})
    before, repository = _files(root), _repository(root)

    done = subprocess.run(
        [sys.executable, "-I", "-m", "tagward", "init", "--dry-run"], cwd=root, capture_output=True, check=False
    )

    assert done.returncode == 0, done.stderr
    assert _files(root) == before
    assert _repository(root) == repository
    assert not (root / ".git" / "hooks" / "pre-push").exists()
    assert "  ! tagward install" in done.stderr.decode()
    assert "  ! ~ pyproject.toml" in done.stderr.decode()
    assert "  $ pre-commit validate-config" in done.stderr.decode()
    subprocess.run(["git", "apply", "--whitespace=nowarn"], input=done.stdout, cwd=root, check=True)
    patched = {path: data for path, (data, _) in _files(root).items()}
    git("checkout", "-q", ".", cwd=root)
    git("clean", "-fdq", cwd=root)
    tagward("init", "--yes", "--no-hooks", cwd=root)
    assert patched == {path: data for path, (data, _) in _files(root).items()}


def test_nobody_to_ask_means_nothing_written(root: Path) -> None:
    _fill(root, {"pyproject.toml": HATCH, "a.py": ""})
    before = _files(root)

    said = tagward("init", cwd=root)

    assert said.returncode == 2
    assert "tagward init --yes applies the plan" in said.stderr
    assert _files(root) == before


@dataclass
class Terminal:
    """A process on a terminal of its own."""

    words: tuple[str, ...]
    cwd: Path
    said: str = ""

    def run(self, answers: str) -> int:
        """Answer its questions, each with a line, and return its exit code."""
        ours, theirs = pty.openpty()
        with subprocess.Popen(
            [sys.executable, "-I", "-m", "tagward", *self.words],
            cwd=self.cwd,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
        ) as process:
            os.close(theirs)
            reader = threading.Thread(target=self._read, args=(ours,))
            reader.start()
            os.write(ours, answers.encode())
            status = process.wait(120)
            reader.join(60)
        os.close(ours)
        return status

    def _read(self, terminal: int) -> None:
        data = b""
        while True:
            try:
                part = os.read(terminal, 65536)
            except OSError:  # Linux says so when the last process has closed it
                part = b""
            if not part:
                break
            data += part
        self.said = data.decode().replace("\r\n", "\n")


def test_at_a_terminal_the_plan_is_asked_for_and_the_diff_is_one_letter_away(root: Path) -> None:
    _fill(root, {"pyproject.toml": HATCH, "a.py": ""})
    before = _files(root)

    refusing = Terminal(("init", "--no-hooks"), root)
    assert refusing.run("n\n") == 1
    assert _files(root) == before
    assert refusing.said.rstrip().endswith("Nothing was written.")

    asking = Terminal(("init", "--no-hooks"), root)
    assert asking.run("what\nd\n\n") == 0
    assert asking.said.count("Apply? [Y/n/d = show the diff]") == 3
    assert '+tag = "v{version}"' in asking.said
    assert _changed(root) == ALL


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[project\n", "pyproject.toml:1:"),
        ("\ufeff[project]\n", "byte-order mark"),
        ('[project]\nname = "a"\n[tool]\ntagward = 3\n', "[tool.tagward] must be a table"),
        ('[project]\nname = "a"\n[tool.tagward]\ntga = "x"\n', "did you mean 'tag'?"),
        ('tool.tagward = {strict = true}\n[project]\nname = "a"\nversion = "1"\n', "write it as a table of its own"),
    ],
)
def test_a_pyproject_that_cannot_be_read_or_added_to_stops_everything(root: Path, text: str, says: str) -> None:
    _fill(root, {"pyproject.toml": text, "a.py": ""})
    before = _files(root)

    said = tagward("init", "--yes", cwd=root)

    assert said.returncode == 2, said.stderr
    assert says in said.stderr
    assert _files(root) == before
    assert not (root / ".git" / "hooks" / "pre-push").exists()


def test_a_configuration_that_pre_commit_does_not_read_stops_everything(root: Path) -> None:
    _fill(
        root,
        {"pyproject.toml": HATCH, "a.py": "", COMMIT_CONFIG: "repos:\n  - repo: local\n    hooks:\n      - id: x\n"},
    )
    before = _files(root)

    said = tagward("init", "--yes", cwd=root)

    assert said.returncode == 2
    assert "pre-commit does not read .pre-commit-config.yaml" in said.stderr
    assert _files(root) == before


def test_outside_of_a_project_it_says_so(root: Path, tmp_path: Path) -> None:
    bare = tmp_path / "bare.git"
    git("init", "-q", "--bare", str(bare), cwd=tmp_path)
    (tmp_path / "nowhere").mkdir()
    _fill(root, {"README.md": "x\n"})

    assert "this repository has no working tree to set up" in tagward("init", "--yes", cwd=bare).stderr
    assert "this is no git repository" in tagward("init", "--yes", cwd=tmp_path / "nowhere").stderr
    empty = tagward("init", "--yes", cwd=root)
    assert "there is no Python project here" in empty.stderr
    assert empty.returncode == 2


@pytest.mark.parametrize("path", ["pyproject.toml", ".github"])
def test_what_cannot_be_written_stops_everything(root: Path, path: str) -> None:
    _fill(root, {"pyproject.toml": HATCH, "a.py": "", **({path: "a file\n"} if path == ".github" else {})})
    (root / path).chmod(0o444)
    before = _files(root)

    said = tagward("init", "--yes", cwd=root)

    assert said.returncode == 3, said.stderr
    assert "nothing was written" in said.stderr
    assert _files(root) == before
    assert not (root / ".git" / "hooks" / "pre-push").exists()


def test_a_hook_that_cannot_be_put_in_place_leaves_the_files_and_says_so(root: Path) -> None:
    _fill(root, {"pyproject.toml": HATCH, "a.py": ""})
    git("config", "alias.x", "!true", cwd=root)
    # pre-commit moves a hook that is there to this name, which it cannot.
    (root / ".git" / "hooks" / "pre-commit").write_text("#!/bin/sh\n")
    (root / ".git" / "hooks" / "pre-commit.legacy" / "pre-commit").mkdir(parents=True)

    said = tagward("init", "--yes", cwd=root)

    assert said.returncode == 3, said.stderr
    assert "the files are written and right, but `pre-commit install` failed" in said.stderr
    assert _changed(root) == ALL


def test_it_works_from_a_folder_of_a_linked_worktree(root: Path, tmp_path: Path) -> None:
    _fill(root, {"pyproject.toml": HATCH, "src/acme_demo/__init__.py": ""})
    linked = tmp_path / "linked"
    git("worktree", "add", "-q", "-b", "other", str(linked), cwd=root)

    said = tagward("init", "--yes", cwd=linked / "src")

    assert said.returncode == 0, said.stderr
    assert _changed(linked) == ALL
    assert not _changed(root)
    assert (root / ".git" / "hooks" / "pre-push").exists()


def test_tests_without_a_place_for_their_command_are_refused(root: Path) -> None:
    _fill(root, {"setup.py": "from setuptools import setup\nsetup(name='acme', version='1')\n"})

    said = tagward("init", "--yes", "--tests", "pytest", cwd=root)

    assert said.returncode == 2
    assert "--tests has no place: this project has no pyproject.toml" in said.stderr
    assert not _changed(root)


def test_a_file_that_git_ignores_is_told(root: Path) -> None:
    _fill(root, {"pyproject.toml": HATCH, "a.py": "", ".gitignore": ".github\n"})

    said = tagward("init", "--yes", "--no-hooks", cwd=root)
    again = tagward("init", "--yes", "--no-hooks", cwd=root)

    assert said.returncode == again.returncode == 0
    note = f"! git ignores .github/workflows/{RELEASE}, so that it reaches nobody: take it out of .gitignore"
    assert note in said.stderr
    assert note in again.stderr
