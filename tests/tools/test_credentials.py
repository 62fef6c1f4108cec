"""Tokens are looked at before they are sent, and shown to nobody."""

from __future__ import annotations

import base64
from urllib.parse import urlsplit

import pytest
from twine import utils

from tagward.errors import ConfigError
from tagward.tools.credentials import redacted, require_usable, spellings, token_home

HOSTS = {
    "PyPI": (urlsplit(utils.DEFAULT_REPOSITORY).hostname or "").removeprefix("upload."),
    "TestPyPI": urlsplit(utils.TEST_REPOSITORY).hostname or "",
}


def token(host: str, after: int = 2) -> str:
    """A macaroon as PyPI makes it; only its first fields are real."""
    raw = bytes([2, 1, len(host)]) + host.encode() + bytes([after, 5]) + b"abcde" + bytes(60)
    return "pypi-" + base64.urlsafe_b64encode(raw).decode().rstrip("=")


def problem(password: str, index: str = "PyPI", username: str = "__token__") -> str:
    """What is said of a credential; empty where nothing is. The secret itself is not part of it."""
    try:
        require_usable(username, password, "TWINE_PASSWORD", index)
    except ConfigError as failure:
        whole = f"{failure} {failure.why} {' '.join(failure.fixes)}"
        assert len(password.strip()) < 6 or password.strip() not in whole
        return str(failure)
    return ""


@pytest.mark.parametrize("index", HOSTS)
def test_a_token_of_the_index_is_good(index: str) -> None:
    assert problem(token(HOSTS[index]), index) == ""
    assert problem("pypi-something-that-is-no-macaroon", index) == ""


@pytest.mark.parametrize(
    ("index", "secret"), [("PyPI", "PYPI_API_TOKEN"), ("TestPyPI", "TEST_PYPI_API_TOKEN"), ("x", "behind it")]
)
@pytest.mark.parametrize("password", ["", "  ", "\n"])
def test_an_empty_one_is_named_with_its_secret(index: str, secret: str, password: str) -> None:
    assert problem(password, index) == (
        f"TWINE_PASSWORD is empty: the secret {secret} is not set, or not visible to this job's environment"
    )


@pytest.mark.parametrize(
    "password", ["pypi-abc\n", " pypi-abc", "pypi-a bc", "pypi-abc\r", "pypi-a\tbc", "pypi-äbc", "“pypi-a”"]
)
def test_what_was_copied_with_something_around_it_is_not_sent(password: str) -> None:
    assert "that no token has" in problem(password)


def test_only_tokens_go_to_pypi_and_under_their_user_name() -> None:
    assert "is no token of PyPI: those begin with pypi-" in problem("correct-horse-battery")
    assert "TWINE_USERNAME or ~/.pypirc has another" in problem("pypi-abc", username="maintainer")


def test_elsewhere_passwords_are_as_they_are() -> None:
    assert problem("correct horse battery", "https://index.example.org/", "maintainer") == ""
    assert "that no token has" in problem("correct horse\n", "https://index.example.org/", "maintainer")


@pytest.mark.parametrize(
    ("maker", "index"), [("PyPI", "TestPyPI"), ("TestPyPI", "PyPI"), ("PyPI", "https://index.example.org/")]
)
def test_a_token_of_another_index_is_not_sent(maker: str, index: str) -> None:
    assert (
        problem(token(HOSTS[maker]), index) == f"TWINE_PASSWORD is a token of {maker}, and the release goes to {index}"
    )


@pytest.mark.parametrize(
    "text",
    ["", "pypi-", "pypi-AgEI", "pypi-!!!!", "pypi-A", token("example.org"), token(HOSTS["PyPI"], after=3)[:-8]],
)
def test_what_is_no_token_names_no_index(text: str) -> None:
    assert token_home(text) == ""


@pytest.mark.parametrize("text", ["{}", "x{}y", "user:{} and again {}", "'{}'"])
def test_nothing_that_looks_like_a_token_is_shown(text: str) -> None:
    secrets = (*spellings("__token__", token(HOSTS["PyPI"])), "eyJhbGciOiJub25lIn0.eyJhdWQiOiJweXBpIn0.c2ln")

    for secret in secrets:
        assert secret not in redacted(text.format(secret, secret))
    assert redacted(text.format("hunter22", "hunter22"), ["hunter22"]).count("hunter22") == 0
    assert redacted("nothing to hide", [""]) == "nothing to hide"
