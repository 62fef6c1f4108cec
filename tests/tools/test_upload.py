"""What the child of an upload may know, and files that are copied before they are compared."""

from __future__ import annotations

import hashlib
import os
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tagward.errors import ConfigError
from tagward.tools.index import Index
from tagward.tools.upload import Account, gather

if TYPE_CHECKING:
    from pathlib import Path

HERE = Index("http://127.0.0.1:1/", "http://127.0.0.1:1/", "http://127.0.0.1:1/simple/")
THERE = Index("https://index.example.org/", "https://index.example.org/", "https://index.example.org/simple/")
PYPI = replace(THERE, name="PyPI")
SECRETS = {
    "PYPI_API_TOKEN": "s",
    "UV_PUBLISH_TOKEN": "s",
    "GITHUB_TOKEN": "s",
    "AWS_SECRET_ACCESS_KEY": "s",
    "SSH_AUTH_SOCK": "s",
    "ACTIONS_RUNTIME_TOKEN": "s",
    "PYTHONPATH": "s",
    "PYTHONSTARTUP": "s",
    "GIT_DIR": "s",
    "TAGWARD_RUNNING": "s",
}
IDENTITY = {"GITHUB_ACTIONS": "true", "ACTIONS_ID_TOKEN_REQUEST_URL": "u", "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "t"}
GIVEN = {"TWINE_PASSWORD": "pypi-x"}
PROXY = {"https_proxy": "http://user:secret@proxy.example.org:3128", "HTTP_PROXY": "http://proxy.example.org"}


def child(index: Index, home: Path, monkeypatch: pytest.MonkeyPatch, section: str = "", **given: str) -> dict[str, str]:
    """The environment of a child in which only some of ours is left."""
    for name, value in {**SECRETS, **IDENTITY, **PROXY, **given}.items():
        monkeypatch.setenv(name, value)
    return Account(index, section, home)._env()


def test_no_foreign_secret_reaches_the_child(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    env = child(PYPI, tmp_path, monkeypatch, **GIVEN)

    assert not [name for name in SECRETS if env.get(name) == "s"]


def test_with_a_token_given_neither_the_home_nor_the_identity_is_handed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    env = child(PYPI, tmp_path, monkeypatch, **GIVEN)

    assert (env["HOME"], env["TWINE_PASSWORD"]) == (str(tmp_path), "pypi-x")
    assert not IDENTITY.keys() & env.keys()


def test_without_one_twine_may_look_at_home_and_the_identity_goes_to_pypi_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pypi, other = child(PYPI, tmp_path, monkeypatch), child(THERE, tmp_path, monkeypatch)

    assert pypi["HOME"] == other["HOME"] == os.environ["HOME"]
    assert IDENTITY.keys() <= pypi.keys()
    assert not IDENTITY.keys() & other.keys()


def test_a_section_is_read_at_home_even_where_a_token_is_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    env = child(THERE, tmp_path, monkeypatch, section="company", **GIVEN)

    assert env["HOME"] == os.environ["HOME"]


def test_a_proxy_is_for_other_machines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    there, here = child(THERE, tmp_path, monkeypatch), child(HERE, tmp_path, monkeypatch)

    assert PROXY.items() <= there.items()
    assert not {name for name in here if name.lower().endswith("_proxy")}


def test_copies_are_what_is_compared(tmp_path: Path) -> None:
    folder = tmp_path / "copies"
    folder.mkdir()
    (tmp_path / "a.whl").write_bytes(b"one")
    (tmp_path / "link.whl").symlink_to("a.whl")

    found = gather([tmp_path / "a.whl", tmp_path / "link.whl"], folder)

    assert found == dict.fromkeys(("a.whl", "link.whl"), hashlib.sha256(b"one").hexdigest())
    assert sorted(path.name for path in folder.iterdir()) == ["a.whl", "link.whl"]
    assert not any(path.is_symlink() for path in folder.iterdir())


def test_what_is_no_file_cannot_be_published(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    for path in (tmp_path, tmp_path / "nothing", tmp_path / "fifo"):
        with pytest.raises(ConfigError, match="there is no file"):
            gather([path], tmp_path)
