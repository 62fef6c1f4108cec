"""`tagward check` as a job on GitHub runs it."""

from __future__ import annotations

import hashlib
import json
import os
from typing import TYPE_CHECKING

import pytest
from conftest import BACKEND, PYPROJECT, Project, git, tagward
from fresh_install import make_wheel
from support import backend, release, rules, version

from tagward.model import receipt as receipts

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

pytestmark = pytest.mark.e2e
TAG = "v1.0.0"


@pytest.fixture
def tagged(project: Project) -> Project:
    """A release that passes."""
    project.tag(TAG)
    return project


def _variables(folder: Path, **more: str) -> dict[str, str]:
    return {
        "GITHUB_ACTIONS": "true",
        "GITHUB_OUTPUT": str(folder / "output"),
        "GITHUB_STEP_SUMMARY": str(folder / "summary.md"),
        "GITHUB_REPOSITORY": "acme/demo",
        "GITHUB_SERVER_URL": "https://github.example",
        **more,
    }


def _job(*words: str, cwd: Path, environ: dict[str, str]) -> subprocess.CompletedProcess[str]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environ.items():
            patch.setenv(name, value)
        return tagward(*words, cwd=cwd)


def _announced(project: Project, folder: Path, **release_fields: object) -> dict[str, str]:
    event = folder / "event.json"
    event.write_text(json.dumps({"release": {"tag_name": TAG, "prerelease": False, **release_fields}}))
    sha = git("rev-parse", f"{TAG}^{{commit}}", cwd=project.root).stdout.strip()
    return _variables(
        folder,
        GITHUB_EVENT_NAME="release",
        GITHUB_EVENT_PATH=str(event),
        GITHUB_SHA=sha,
        GITHUB_REF=f"refs/tags/{TAG}",
    )


def _outputs(folder: Path) -> dict[str, str]:
    found: dict[str, str] = {}
    lines = iter((folder / "output").read_text().splitlines())
    for line in lines:
        name, _, delimiter = line.partition("<<")
        found[name] = "\n".join(iter(lambda: next(lines), delimiter))
    return found


def test_a_release_that_passes_is_handed_over(tagged: Project, tmp_path: Path) -> None:
    words = ("check", TAG, "--receipt", "receipt.json", "--dist", "dist")

    done = _job(*words, cwd=tagged.root, environ=_announced(tagged, tmp_path))

    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    receipt = receipts.parse((tagged.root / "receipt.json").read_text(), "receipt.json")
    files = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (tagged.root / "dist").iterdir()}
    assert receipt.digests == files
    assert len(files) == 2
    outputs = _outputs(tmp_path)
    assert outputs["ok"] == "true"
    assert outputs["digests"].splitlines() == [f"{sha256}  {file}" for file, sha256 in receipt.digests.items()]
    assert outputs["tag-object"] == git("rev-parse", TAG, cwd=tagged.root).stdout.strip()
    assert outputs["imports"] == "demo"
    assert "is ready to publish" in (tmp_path / "summary.md").read_text()
    assert f"::group::{TAG}: build" in done.stderr


def test_a_remembered_pass_counts_for_nothing(tagged: Project, tmp_path: Path) -> None:
    assert tagward("check", TAG, cwd=tagged.root).returncode == 0
    assert "remembered" in tagward("check", TAG, cwd=tagged.root).stderr

    done = _job("check", TAG, cwd=tagged.root, environ=_announced(tagged, tmp_path))

    assert "remembered" not in done.stderr
    assert "tagward: checking" in done.stderr


def test_what_was_kept_counts_for_nothing(project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = tmp_path / "cache"
    make_wheel(tmp_path, "acme_backend", {"acme_backend.py": BACKEND})
    (tmp_path / "pip.conf").write_text(f"[global]\nno-index = true\nfind-links = {tmp_path}\n")
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", str(tmp_path / "pip.conf"))
    monkeypatch.setenv("TAGWARD_CACHE", str(cache))
    asking = (
        PYPROJECT.format(version="1.0.0").replace('"backend"', '"acme_backend"').replace('backend-path = ["."]\n', "")
    )
    project.write("pyproject.toml", asking.replace("requires = []", 'requires = ["acme_backend"]'))
    release(project)

    here = tagward("check", TAG, cwd=project.root)
    kept = list((cache / "environments").iterdir())
    for entry in kept:
        entry.write_bytes(b"")
    there = _job("check", TAG, cwd=project.root, environ=_announced(project, tmp_path))

    assert (here.returncode, there.returncode) == (0, 0), here.stderr + there.stderr
    assert sorted(entry.suffix for entry in kept) == [".last", ".tar"]
    assert [entry.read_bytes() for entry in (cache / "environments").iterdir()] == [b"", b""]


@pytest.mark.parametrize(
    ("fields", "variables", "code"),
    [
        ({"prerelease": True}, {}, "T011"),
        ({}, {"GITHUB_SHA": "f" * 40}, "T012"),
    ],
)
def test_what_GitHub_announced_has_to_fit(
    fields: dict[str, object], variables: dict[str, str], code: str, tagged: Project, tmp_path: Path
) -> None:
    words = ("check", TAG, "--receipt", "receipt.json", "--dist", "dist")

    done = _job(*words, cwd=tagged.root, environ={**_announced(tagged, tmp_path, **fields), **variables})

    assert done.returncode == 1
    assert f"error[{code}]" in done.stderr
    assert f"title={code} " in done.stderr
    assert _outputs(tmp_path) == {"ok": "false"}
    assert f"was refused: {code}" in (tmp_path / "summary.md").read_text()
    assert not (tagged.root / "dist").exists()
    assert not (tagged.root / "receipt.json").exists()


def test_a_receipt_of_before_does_not_outlive_a_refusal(tagged: Project) -> None:
    assert tagward("check", TAG, "--receipt", "receipt.json", cwd=tagged.root).returncode == 0
    version(tagged, "1.0.1")
    tagged.commit()
    git("tag", "-f", "-a", "-m", "x", TAG, cwd=tagged.root)

    assert tagward("check", TAG, "--receipt", "receipt.json", cwd=tagged.root).returncode == 1
    assert not (tagged.root / "receipt.json").exists()


def test_the_receipt_of_the_gate_before_is_compared_and_not_trusted(tagged: Project, tmp_path: Path) -> None:
    assert tagward("check", TAG, cwd=tagged.root).returncode == 0
    path = tagged.root / ".git" / "tagward" / "receipts" / f"{TAG}.json"
    found = json.loads(path.read_text())
    found["files"][1]["sha256"] = "0" * 64
    found["tools"]["build"] = "0.1"
    path.write_text(json.dumps(found))

    done = _job("check", TAG, cwd=tagged.root, environ=_announced(tagged, tmp_path))

    assert done.returncode == 0
    assert "against the receipt of the gate before: demo-1.0.0-py3-none-any.whl differs: the same files" in done.stderr
    assert "0.1 there" in done.stderr
    assert "differs" in (tmp_path / "summary.md").read_text()


def test_a_tag_that_is_no_release_publishes_nothing_and_fails_nothing(tagged: Project, tmp_path: Path) -> None:
    tagged.tag("nightly")

    done = _job("check", "nightly", cwd=tagged.root, environ=_variables(tmp_path))

    assert done.returncode == 0
    assert "nightly is not a release tag" in done.stderr
    assert _outputs(tmp_path) == {"ok": "false"}


def test_trouble_is_an_annotation_and_never_ok(tagged: Project, tmp_path: Path) -> None:
    rules(tagged, 'tga = "v{version}"')
    tagged.commit()
    git("tag", "-a", "-m", "x", "v2.0.0", cwd=tagged.root)

    done = _job("check", "v2.0.0", cwd=tagged.root, environ=_variables(tmp_path))

    assert done.returncode == 2
    assert "::error title=tagward::pyproject.toml: [tool.tagward] does not know 'tga'" in done.stderr
    assert not (tmp_path / "output").exists()


def test_a_build_cannot_give_commands_to_GitHub(project: Project, tmp_path: Path) -> None:
    backend(project, wheel="print('\\n::set-output name=ok::true\\n::add-path::/evil')")
    release(project)

    done = _job("check", TAG, cwd=project.root, environ=_variables(tmp_path))

    before, _, log = done.stderr.partition("::stop-commands::")
    assert "::add-path::" not in before
    assert "::add-path::/evil" in log
    token = log.splitlines()[0]
    assert log.index("::add-path::") < log.index(f"::{token}::")


def test_a_full_folder_is_not_mixed_with(tagged: Project) -> None:
    tagged.write("dist/old.whl", "")

    done = tagward("check", TAG, "--dist", "dist", cwd=tagged.root)

    assert done.returncode == 2
    assert "dist is not an empty folder" in done.stderr


def test_a_commit_is_judged_under_the_tag_that_it_would_get(tagged: Project, tmp_path: Path) -> None:
    before = git("for-each-ref", cwd=tagged.root).stdout
    version(tagged, "1.1.0")
    tagged.commit()

    done = _job("check", "--commit", "HEAD", cwd=tagged.root, environ=_variables(tmp_path))

    assert done.returncode == 0, done.stderr
    assert "judged as if it were tagged v1.1.0" in done.stderr
    assert "T001" not in done.stderr
    assert _outputs(tmp_path)["tag"] == "v1.1.0"
    assert git("tag", cwd=tagged.root).stdout == "v1.0.0\n"
    assert git("for-each-ref", "refs/tags", cwd=tagged.root).stdout.strip() in before


def test_a_commit_is_refused_under_a_tag_that_it_does_not_fit(tagged: Project) -> None:
    done = tagward("check", "--commit", "HEAD", "--as", "v2.0.0", cwd=tagged.root)

    assert done.returncode == 1
    assert "error[V001]" in done.stderr


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--commit", "nowhere"), "nowhere names no commit"),
        (("--commit", "HEAD", TAG), "give its name with --as"),
        (("--as", TAG), "--as names the tag that --commit"),
        (("--dist", "d", TAG, "v0.9"), "for one tag, and there are 2"),
        (("--fast", "--dist", "d"), "it takes no TAG"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_words_that_do_not_fit_together(words: tuple[str, ...], message: str, tagged: Project) -> None:
    tagged.tag("v0.9")

    done = tagward("check", *words, cwd=tagged.root)

    assert done.returncode == 2
    assert message in done.stderr


def test_a_commit_whose_version_only_a_build_knows_needs_a_name(project: Project) -> None:
    text = PYPROJECT.format(version="1.0.0").replace('version = "1.0.0"', 'dynamic = ["version"]')
    project.write("pyproject.toml", text)
    project.commit()

    done = tagward("check", "--commit", "HEAD", cwd=project.root)

    assert done.returncode == 2
    assert "does not state its version" in done.stderr
    assert "--as TAG" in done.stderr


def test_the_fast_checks_ask_every_project_of_a_repository(project: Project) -> None:
    git("rm", "-q", "-r", ".", cwd=project.root)
    project.write("pyproject.toml", '[[tool.tagward.project]]\npath = "a"\n[[tool.tagward.project]]\npath = "b"\n')
    for name, stated in (("a", "1.0"), ("b", "2.0")):
        project.write(f"{name}/pyproject.toml", f'[project]\nname = "demo-{name}"\nversion = "1.0"\n')
        project.write(f"{name}/src/demo_{name}/__init__.py", f'__version__ = "{stated}"\n')
    git("add", "-A", cwd=project.root)

    done = tagward("check", "--fast", cwd=project.root)

    assert done.returncode == 1
    assert "demo-a-v1.0 is consistent" in done.stderr
    assert "b/src/demo_b/__init__.py:1:16" in done.stderr
    assert "1 of 2 tags refused: demo-b-v1.0 (V002)" in done.stderr
