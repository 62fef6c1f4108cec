"""No secret and no setting of the user reaches what runs in scratch."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tagward.tools.environ import GUARD, scratch_env, source_env, without_user_info

if TYPE_CHECKING:
    import pytest

SECRETS = {
    "TWINE_PASSWORD": "s",
    "UV_PUBLISH_TOKEN": "s",
    "PYPI_API_TOKEN": "s",
    "GITHUB_TOKEN": "s",
    "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "s",
    "AWS_SECRET_ACCESS_KEY": "s",
    "SSH_AUTH_SOCK": "s",
    "GIT_DIR": "elsewhere",
    "GIT_CONFIG_PARAMETERS": "'a.b'='c'",
    "SETUPTOOLS_SCM_PRETEND_VERSION": "9.9",
    "PYTHONPATH": "x",
    "PYTHONSTARTUP": "x",
    "VIRTUAL_ENV": "x",
    "https_proxy": "http://user:secret@proxy.example:3128",
}


def test_scratch_gets_an_allow_list(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)

    env = scratch_env(Path("home"))

    assert not set(SECRETS) & set(env)
    assert env["HOME"] == env["TMPDIR"] == "home"
    assert env[GUARD] == "1"


def test_a_proxy_without_a_password_is_handed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://proxy.example:3128")

    assert scratch_env(Path("home"))["https_proxy"] == "http://proxy.example:3128"


def test_questions_to_the_repository_keep_what_git_said_and_ask_for_true_objects(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("GIT_DIR", "/repository/.git")

    env = source_env()

    assert env["GIT_DIR"] == "/repository/.git"
    assert (env["GIT_NO_REPLACE_OBJECTS"], env["LC_ALL"]) == ("1", "C")


def test_an_address_with_credentials_is_withheld() -> None:
    assert without_user_info("https://u:p@host.example/simple") == ""
    assert without_user_info("https://host.example/simple") == "https://host.example/simple"
