"""What is a secret, and what only looks like one."""

from __future__ import annotations

import re
from base64 import b64decode
from typing import TYPE_CHECKING

import pytest
from made_secrets import (
    HOSTS,
    access_key,
    age_key,
    basic_token,
    checksummed,
    drawn,
    fine_grained,
    locked_key,
    others,
    private_keys,
    putty_key,
    pypi_token,
)

from tagward.secrets.rules import ACCESS, KEY, POSSIBLE, PYPI
from tagward.secrets.scanner import scan

if TYPE_CHECKING:
    from collections.abc import Callable


def found(text: str) -> list[tuple[str, str]]:
    """The codes and kinds of what is found in a text."""
    return [(hit.code, hit.what) for hit in scan(text.encode())]


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("caveat", [True, False], ids=["for a project", "for an account"])
@pytest.mark.parametrize("form", ["{}", "password = {}\n", '"{}"', "TOKEN={}#", "https://__token__:{}@index.example/"])
def test_a_token_of_an_index_is_certain_wherever_it_stands(host: str, form: str, *, caveat: bool) -> None:
    (hit,) = scan(form.format(pypi_token(host, caveat=caveat)).encode())

    assert (hit.code, hit.certain, hit.line) == (PYPI, True, 1)


def test_a_token_as_basic_authentication_is_the_same_secret() -> None:
    basic = basic_token()
    (hit,) = scan(f"Authorization: Basic {basic}\n".encode())

    assert (hit.code, hit.what) == (PYPI, "a PyPI token, as Basic authentication")
    token = b64decode(basic).partition(b":")[2]
    assert scan(token)[0].sha256 == hit.sha256


@pytest.mark.parametrize(
    "rest",
    ["x" * 120, "X" * 120, "your-token-here" * 8, "AAAA" * 40, "1234567890" * 12, "abcdefghij" * 12, "_" * 120],
)
def test_a_placeholder_has_the_beginning_of_a_token_and_not_its_inside(rest: str) -> None:
    assert not scan((pypi_token()[:24] + rest).encode())


def test_a_token_that_was_cut_off_is_doubtful() -> None:
    assert found(pypi_token()[:110]) == [(POSSIBLE, "a PyPI token")]


@pytest.mark.parametrize("name", sorted(private_keys()))
@pytest.mark.parametrize(
    "form",
    [
        lambda key: key,
        lambda key: key.replace("\n", "\r\n"),
        lambda key: '{"private_key": "' + key.replace("\n", "\\n") + '"}',
        lambda key: "KEY = (\n" + "\n".join(f"    b'{line}\\n'" for line in key.splitlines()) + "\n)\n",
        lambda key: "\n".join(f'    "{line}\\n" +' for line in key.splitlines()),
        lambda key: "\n".join(f"        {line}" for line in key.splitlines()) + "\n",
        lambda key: " ".join(key.split("\n")),
    ],
    ids=["plain", "crlf", "json", "bytes", "joined", "indented", "one line"],
)
def test_a_private_key_is_found_in_every_form_and_never_shown(name: str, form: Callable[[str], str]) -> None:
    key = private_keys()[name]
    (hit,) = scan(form(key).encode())

    assert (hit.code, hit.shown, hit.certain) == (KEY, "", True)
    assert hit.sha256 == scan(key.encode())[0].sha256


def test_a_key_that_a_password_protects_is_doubtful() -> None:
    assert found(locked_key()) == [(POSSIBLE, "a private key")]


@pytest.mark.parametrize(
    "body",
    ["...", "MIIEpAIBAAKCAQEA...", "<your key>", "A" * 400, "MIIEpAIBAAKCAQEA" + "A" * 200, "${KEY}", "xxxx\n" * 30],
)
def test_a_private_key_without_a_key_is_none(body: str) -> None:
    assert not scan(f"-----BEGIN RSA {'PRIVATE'} KEY-----\n{body}\n-----END RSA {'PRIVATE'} KEY-----\n".encode())


def test_a_public_key_and_a_certificate_are_no_secrets() -> None:
    body = re.sub(r"-----.*-----", "", private_keys()["rsa-pkcs8"])

    for label in ("PUBLIC KEY", "CERTIFICATE", "RSA PUBLIC KEY"):
        assert not scan(f"-----BEGIN {label}-----{body}-----END {label}-----\n".encode())


@pytest.mark.parametrize(("text", "what"), [(putty_key(), "a private key of PuTTY"), (age_key(), "a key of age")])
def test_keys_of_other_programs_are_private_too(text: str, what: str) -> None:
    (hit,) = scan(f"\n{text}\n".encode())

    assert (hit.code, hit.what, hit.shown) == (KEY, what, "")
    assert found(text.replace("Encryption: none", "Encryption: aes256-cbc").replace("AGE-", "age-")) == []


@pytest.mark.parametrize("kind", ["ghp", "gho", "ghu", "ghs", "ghr"])
def test_a_token_of_github_is_proved_by_its_checksum(kind: str) -> None:
    assert found(f"token: {checksummed(kind)}\n") == [(ACCESS, "a token of GitHub")]
    assert found(f"token: {kind}_{drawn(36)}\n") == [(POSSIBLE, "a token of GitHub")]
    assert found(f"token: {kind}_{'x' * 36}\n") == []


def test_a_fine_grained_token_of_github_is_certain() -> None:
    assert found(fine_grained()) == [(ACCESS, "a token of GitHub")]
    assert found("github_" + "pat_" + "1" * 22 + "_" + "a" * 59) == []


def test_an_access_key_counts_where_its_other_half_stands_beside_it() -> None:
    name, key = access_key()

    assert found(f"aws_access_key_id = {name}\naws_secret_access_key = {key}\n") == [(ACCESS, "an access key of AWS")]
    assert found(f"aws_secret_access_key = {key}\naws_access_key_id = {name}\n") == [(ACCESS, "an access key of AWS")]
    assert found(f"aws_access_key_id = {name}\nsha1 = {'0123456789abcdef' * 2}01234567\n") == [
        (POSSIBLE, "an access key of AWS")
    ]
    assert found(f"aws_access_key_id = {name[:13]}EXAMPLE\naws_secret_access_key = {key}\n") == []


@pytest.mark.parametrize("what", sorted(others()))
def test_what_proves_nothing_is_possible(what: str) -> None:
    assert found(f"\n{others()[what]}\n") == [(POSSIBLE, what)]


@pytest.mark.parametrize(
    "text",
    [
        "https://user:password@example.org/x",
        "https://user:${TOKEN_OF_THE_CI}@example.org/x",
        "https://{user}:{password_of_it}@example.org/",
        "https://<user>:<password-here>@example.org/",
        "http://proxy:8080/and/a/long/path/with@sign",
        "[pypi]\nusername = __token__\npassword = <your token>\n",
        "[pypi]\nusername = __token__\npassword = %(TOKEN)s\n",
        "machine example.org login me password your-password-here\n",
        "the machine learning of a login and its password is long\n",
        "sk-ant-" + "x" * 95,
        "hf_" + "A" * 34,
        "npm_config_registry_of_the_user_and_more_words_than_that",
        "xoxb-your-token-goes-here-please",
    ],
)
def test_documentation_is_full_of_what_is_no_secret(text: str) -> None:
    assert found(text) == []


def test_no_more_than_twelve_characters_are_shown_and_none_of_a_password() -> None:
    made = [pypi_token(), checksummed("ghp"), fine_grained(), *others().values()]

    for text in made:
        for hit in scan(f"{text}\n".encode()):
            assert len(hit.shown) <= 12
            assert "password" not in hit.what or not hit.shown
