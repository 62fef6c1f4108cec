"""How a project is set up, as git, its files and its hooks show it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from conftest import git
from twine.utils import TEST_REPOSITORY

from tagward.errors import CannotJudge, ConfigError
from tagward.model.hooks import Owner
from tagward.model.setup import ProjectFacts, Publisher, Remote, Setup, TagFacts
from tagward.tools.git import GitRepository
from tagward.tools.publishers import uploads
from tagward.tools.setup import _hook_types, find_setup, hold_commit_config

if TYPE_CHECKING:
    from pathlib import Path

HATCH = (
    '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'
    '[project]\nname = "acme"\nversion = "1.3.0"\n'
)
MORE = (
    '[project.optional-dependencies]\ntest = ["pytest"]\n[tool.poetry.extras]\np = ["q"]\n'
    '[dependency-groups]\ndev = ["x"]\n'
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository with a project that has no commit yet."""
    folder = tmp_path / "project"
    git("init", "-q", str(folder), cwd=tmp_path)
    _write(folder, {"pyproject.toml": HATCH, "acme.py": ""})
    return folder


def _write(root: Path, files: dict[str, str]) -> None:
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")


def _found(root: Path, *, with_hooks: bool = False) -> Setup:
    return find_setup(GitRepository.find(root), with_hooks=with_hooks)


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("https://github.com/acme/demo", ("github.com", "acme", "demo")),
        ("https://github.com/acme/demo.git", ("github.com", "acme", "demo")),
        ("https://github.com/acme/demo.git/", ("github.com", "acme", "demo")),
        ("https://me:secret@github.com/acme/demo.git", ("github.com", "acme", "demo")),
        ("http://git.acme.example:8080/a_b/d.e.git", ("git.acme.example", "a_b", "d.e")),
        ("git@github.com:acme/demo.git", ("github.com", "acme", "demo")),
        ("github.com:acme/demo", ("github.com", "acme", "demo")),
        ("org-1@GitHub.com-work:acme/demo.git", ("github.com-work", "acme", "demo")),
        ("ssh://git@git.acme.example:2222/acme/demo.git", ("git.acme.example", "acme", "demo")),
        ("git://github.com/acme/demo.git", ("github.com", "acme", "demo")),
        ("https://gitlab.com/acme/demo.git", None),
        ("git@gitlab.acme.example:acme/demo.git", None),
        ("git@bitbucket.org:acme/demo.git", None),
        ("https://github.com/acme/group/demo.git", None),
        ("https://github.com/acme", None),
        ("https://github.com/acme/..", None),
        ("https://github.com/ac'me/demo", None),
        ("https://github.com/acme/demo\n", None),
        ("file:///srv/acme/demo.git", None),
        ("/srv/acme/demo.git", None),
        ("../acme/demo.git", None),
        ("C:/acme/demo.git", None),
        ("", None),
    ],
)
def test_every_form_of_an_address_names_owner_and_repository(address: str, found: tuple[str, str, str] | None) -> None:
    assert Remote.of(address) == (Remote(*found) if found else None)


@pytest.mark.parametrize(
    ("remotes", "name"),
    [
        (["origin"], "origin"),
        (["origin", "upstream"], "upstream"),
        (["mine", "other"], "mine"),
        (["zoo"], "zoo"),
        ([], ""),
    ],
)
def test_releases_come_from_upstream_else_origin_else_what_is_there(root: Path, remotes: list[str], name: str) -> None:
    for remote in remotes:
        git("remote", "add", remote, f"git@github.com:{remote}/demo.git", cwd=root)

    found = _found(root)

    assert found.remote_name == name
    assert found.remote == (Remote("github.com", name, "demo") if name else None)


def test_a_remote_elsewhere_gives_way_to_one_on_github(root: Path) -> None:
    git("remote", "add", "origin", "/srv/demo.git", cwd=root)
    git("remote", "add", "hub", "https://github.com/acme/demo", cwd=root)

    assert _found(root).remote_name == "hub"


def test_the_default_branch_is_that_of_the_remote_else_the_one_at_hand(root: Path) -> None:
    git("remote", "add", "origin", "git@github.com:acme/demo.git", cwd=root)
    before = _found(root).branch
    git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/trunk", cwd=root)

    assert (before, _found(root).branch) == ("main", "trunk")


def test_tags_teach_the_form_in_use_even_where_an_older_one_has_more(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    git("add", "-A", cwd=root)
    git("commit", "-qm", "x", cwd=root)
    for number in range(20):
        git("tag", "-am", "x", f"1.{number}.0", cwd=root)
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2026-11-23T12:00:00+0000")
    for number in range(6):
        git("tag", "-am", "x", f"v2.{number}.0", cwd=root)
    git("tag", "nightly", cwd=root)
    git("tag", "docs-5", cwd=root)

    assert _found(root).tags == TagFacts(("v{version}", "{version}"), 26, "v2.5.0")


def test_tags_with_the_name_of_the_project_teach_its_form(root: Path) -> None:
    git("add", "-A", cwd=root)
    git("commit", "-qm", "x", cwd=root)
    git("tag", "acme-v1.2.0", cwd=root)

    found = _found(root)

    assert found.tags.forms == ("acme-v{version}",)
    assert found.root == ProjectFacts(
        "", "acme", "1.3.0", "hatchling", "flat layout", "acme-v{version}", ("pyproject.toml",)
    )


def test_projects_below_the_root_are_those_that_may_be_released(root: Path) -> None:
    private = HATCH.replace("acme", "private") + 'classifiers = ["Private :: Do Not Upload"]\n'
    _write(
        root,
        {
            "packages/core/pyproject.toml": HATCH.replace("acme", "acme-core"),
            "tests/sample/pyproject.toml": HATCH,
            "tools/private/pyproject.toml": private,
            "tools/nameless/pyproject.toml": "[tool.ruff]\n",
            "{{cookie}}/pyproject.toml": HATCH.replace("acme", "{{name}}"),
        },
    )

    assert [project.folder for project in _found(root).projects] == ["", "packages/core"]


def test_extras_come_from_every_place_that_states_them(root: Path) -> None:
    _write(root, {"setup.cfg": "[options.extras_require]\nold = a; b\n", "pyproject.toml": HATCH + MORE})

    found = _found(root)

    assert found.extras == {"p": ("q",), "old": ("a", " b"), "test": ("pytest",)}
    assert found.groups == {"dev": ["x"]}


@pytest.mark.parametrize(
    ("files", "updater"),
    [
        ({".github/dependabot.yaml": "version: 2\n"}, ".github/dependabot.yaml"),
        ({"renovate.json": "{}"}, "renovate.json"),
        ({".github/renovate.json5": "{}"}, ".github/renovate.json5"),
        ({}, ""),
    ],
)
def test_what_keeps_actions_up_to_date_is_seen(root: Path, files: dict[str, str], updater: str) -> None:
    _write(root, files)

    assert _found(root).updater == updater


def test_files_that_git_ignores_are_read_all_the_same_and_said(root: Path) -> None:
    _write(root, {".gitignore": ".pre-commit-config.yaml\n", ".pre-commit-config.yaml": "repos: []\n"})

    found = _found(root)

    assert found.files[".pre-commit-config.yaml"] == b"repos: []\n"
    assert found.ignored == {".pre-commit-config.yaml"}


def test_the_owners_of_all_hooks_that_pre_commit_would_install_are_seen(root: Path) -> None:
    _write(root, {".pre-commit-config.yaml": "default_install_hook_types: [pre-commit, commit-msg]\nrepos: []\n"})
    _write(root, {".git/hooks/commit-msg": "#!/bin/sh\n"})

    hooks = _found(root, with_hooks=True).hooks

    assert hooks is not None
    assert hooks.commit == (("pre-commit", Owner.NOBODY), ("commit-msg", Owner.OTHER))
    assert hooks.plan.steps


def test_a_hook_that_could_not_be_put_in_place_is_told_beforehand_with_the_way_around(root: Path) -> None:
    (root / ".git" / "hooks" / "pre-push").mkdir(parents=True)

    with pytest.raises(CannotJudge, match="is a folder") as told:
        _found(root, with_hooks=True)

    assert told.value.fixes[-1] == "or leave the hooks out: tagward init --no-hooks"
    assert _found(root, with_hooks=False).hooks is None


def test_what_a_link_leads_out_of_the_repository_is_not_read(root: Path, tmp_path: Path) -> None:
    (tmp_path / "outside").write_text("repos: []\n")
    (root / ".pre-commit-config.yaml").symlink_to(tmp_path / "outside")

    with pytest.raises(ConfigError, match="leads out"):
        _found(root)


def test_looking_changes_nothing(root: Path) -> None:
    git("add", "-A", cwd=root)
    before = {path: path.stat().st_mtime_ns for path in root.rglob("*")}

    _found(root, with_hooks=True)

    assert {path: path.stat().st_mtime_ns for path in root.rglob("*")} == before


def _job(*lines: str) -> str:
    steps = "\n".join(f"    {line}" for line in lines)
    return f"on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n{steps}\n"


HOST = urlsplit(TEST_REPOSITORY).hostname


@pytest.mark.parametrize(
    ("workflow", "found"),
    [
        (_job("- uses: pypa/gh-action-pypi-publish@release/v1"), ("pypa/gh-action-pypi-publish",)),
        (_job("- uses: pypa/gh-action-pypi-publish@x", "  with:", f"    repository-url: {TEST_REPOSITORY}"), ()),
        (_job("- run: python -m twine upload dist/*"), ("twine upload",)),
        (
            _job("- run: |", "    python -m build", "    uvx  twine   upload --verbose \\", "      dist/*"),
            ("twine upload",),
        ),
        (_job("- run: |", "    twine upload \\", "      --repository testpypi dist/*"), ()),
        (_job("- run: twine upload dist/*", f"  env: {{TWINE_REPOSITORY_URL: 'https://{HOST}/x'}}"), ()),
        (_job("- run: |", "    twine upload -r testpypi dist/*", "    twine upload dist/*"), ("twine upload",)),
        (
            _job("- run: uv publish", "- run: uv publish --index testpypi", "- run: poetry publish -n"),
            ("uv publish", "poetry publish"),
        ),
        (_job("- run: tagward publish dist/*"), ("tagward publish",)),
        (_job("- uses: PyO3/maturin-action@v1", "  with: {command: upload}"), ("PyO3/maturin-action",)),
        (_job("- uses: PyO3/maturin-action@v1", "  with: {command: build}"), ()),
        (_job("- run: |", "    # twine upload dist/*", "    echo built"), ()),
        (_job("# - run: twine upload dist/*", "- run: pytest"), ()),
        (_job("- run: cargo publish", "- run: npm publish"), ()),
        ("jobs: 3\n", ()),
        ("jobs:\n  a: {uses: x/y/.github/workflows/z.yml@v1}\n", ()),
        ("jobs:\n  a: {uses: x/y/.github/workflows/publish.yml@v1}\n", ("x/y/.github/workflows/publish.yml",)),
        (
            "jobs:\n  a:\n    uses: x/y/.github/workflows/z.yml@v1\n    secrets: {PYPI: x}\n",
            ("x/y/.github/workflows/z.yml",),
        ),
        ("jobs:\n  a:\n    uses: x/y/.github/workflows/z.yml@v1\n    with: {to_testpypi: true}\n", ()),
        ("jobs:\n  a: {uses: ./.github/workflows/publish.yml}\n", ()),
        ("runs:\n  using: composite\n  steps:\n  - run: twine upload dist/*\n", ("twine upload",)),
        (
            "\t- uses: pypa/gh-action-pypi-publish@v1\n  - run: twine upload x\n",
            ("twine upload", "pypa/gh-action-pypi-publish"),
        ),
        ("", ()),
    ],
)
def test_what_uploads_is_seen_and_what_only_tries_is_not(workflow: str, found: tuple[str, ...]) -> None:
    assert set(uploads(workflow.encode())) == set(found)


def test_our_own_workflows_are_no_publishers_and_others_are_named(root: Path) -> None:
    ours = ("workflows/pypi-release.yml", "workflows/test-pypi-release.yml", "workflows/sub/x.yml", "ISSUE.yml")
    others = ("actions/go/action.yml", "workflows/release.yaml")
    for name in (*ours, *others):
        _write(root, {f".github/{name}": _job("- run: tagward publish dist/*")})

    assert _found(root).publishers == tuple(Publisher(f".github/{name}", "tagward publish") for name in others)


def test_pre_commit_itself_says_whether_it_reads_a_configuration() -> None:
    good, bad = b"repos: []\n", b"repos:\n  - repo: local\n    hooks:\n      - id: x\n"

    hold_commit_config(None, good)
    with pytest.raises(
        ConfigError, match=r"pre-commit does not read \.pre-commit-config\.yaml: .*Missing required key"
    ):
        hold_commit_config(bad, good)
    with pytest.raises(ConfigError, match="pre-commit would not read"):
        hold_commit_config(good, bad)


def test_a_configuration_that_is_nested_beyond_reading_names_no_hooks() -> None:
    assert _hook_types(b"[" * 5000) == ("pre-commit",)
