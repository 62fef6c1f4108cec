"""What reaches the project's own code while it is built and imported, and what does not."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from conftest import Project, git
from push_support import accepted
from support import backend, release, write_line

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.e2e

SECRETS = {
    "TWINE_PASSWORD": "s3cret",
    "PYPI_API_TOKEN": "s3cret",
    "GITHUB_TOKEN": "s3cret",
    "AWS_SECRET_ACCESS_KEY": "s3cret",
    "UV_PUBLISH_TOKEN": "s3cret",
    "SSH_AUTH_SOCK": "/s3cret",
    "MY_PASSWORD": "s3cret",
    "PIP_INDEX_URL": "https://me:s3cret@example.org/simple",
    "HTTPS_PROXY": "http://me:s3cret@example.org",
}
SETTINGS = {
    "SETUPTOOLS_SCM_PRETEND_VERSION": "9.9",
    "PYTHONPATH": "/elsewhere",
    "PYTHONSTARTUP": "/elsewhere",
    "VIRTUAL_ENV": "/elsewhere",
    "GIT_AUTHOR_NAME": "Somebody",
}


@pytest.fixture
def told(guarded: Project, tmp_path: Path) -> dict[str, dict[str, str]]:
    """The variables that the build and the import saw, in a push with everything in its environment."""
    places = {name: tmp_path / name for name in ("sdist", "wheel", "import")}
    lines = {
        name: "import json, os\n" + write_line(path, "json.dumps(dict(os.environ))") for name, path in places.items()
    }
    backend(guarded, sdist=lines["sdist"], wheel=lines["wheel"])
    guarded.write("src/demo/__init__.py", lines["import"])
    release(guarded)
    words = ("-c", "user.name=Somebody", "push", "origin", "v1.0.0")
    done = git(*words, cwd=guarded.root, check=False, **SECRETS, **SETTINGS)
    assert done.returncode == 0, done.stderr
    return {name: json.loads(path.read_text(encoding="utf-8")) for name, path in places.items()}


def test_54_55_no_secret_and_no_setting_of_the_user_reaches_a_build(told: dict[str, dict[str, str]]) -> None:
    for seen in told.values():
        assert not [value for value in seen.values() if "s3cret" in value or value in {"Somebody", "/elsewhere", "9.9"}]
        assert not [name for name in seen if name.startswith("GIT_CONFIG_") and name[11:] not in {"GLOBAL", "NOSYSTEM"}]
        given = {name for name in ("GIT_DIR", "GIT_INDEX_FILE", "GIT_PREFIX", *SETTINGS) if seen.get(name)}
        assert given <= {"VIRTUAL_ENV"}  # the build environment, which is its own
        assert "tagward-gate-" in seen["HOME"]
        assert "tagward-gate-" in seen["TMPDIR"]


def test_builds_know_the_time_of_the_commit(told: dict[str, dict[str, str]]) -> None:
    assert told["sdist"]["SOURCE_DATE_EPOCH"] == told["wheel"]["SOURCE_DATE_EPOCH"] == "1795348800"


def test_no_bytecode_of_a_backend_in_the_tree_is_there_to_be_packed(guarded: Project, tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    listing = "[str(path) for path in __import__('pathlib').Path('.').rglob('*.pyc')]"
    backend(guarded, wheel=write_line(seen, listing))
    release(guarded)

    accepted(guarded, "main", "v1.0.0")

    assert seen.read_text() == "[]"
