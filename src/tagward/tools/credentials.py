"""What a token must look like before it is sent anywhere, and texts without any."""

from __future__ import annotations

import base64
import binascii
import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tagward.errors import ConfigError
from tagward.tools.index import PYPI, TESTPYPI

if TYPE_CHECKING:
    from collections.abc import Iterable

TOKEN_USER = "__token__"  # noqa: S105  # a user name, by which PyPI knows that the password is a token
PREFIX = "pypi-"
SECRETS = {PYPI: "PYPI_API_TOKEN", TESTPYPI: "TEST_PYPI_API_TOKEN"}
"""The secrets that the workflows of `tagward init` read."""

HIDDEN = "<hidden>"
MIN_SECRET = 6
_TOKENS = re.compile(
    r"pypi-[\w-]{20,}|X190b2tlbl9fOnB5cGkt[A-Za-z0-9+/=_-]+|eyJ[\w-]+\.[\w-]+\.[\w-]*|(?<=bearer )\S+", re.IGNORECASE
)
_VERSION, _LOCATION, _IDENTIFIER = 2, 1, 2


def require_usable(username: str, password: str, source: str, index: str) -> None:
    """Refuse a credential that the index is sure to refuse, or that is not meant for it.

    Args:
        username: as it would be sent.
        password: as it would be sent.
        source: where it comes from, for the message.
        index: the name of the index.

    Raises:
        ConfigError: it is empty, has something around it, is no token where only tokens are taken, or names another
            index.
    """
    if not password.strip():
        raise ConfigError(
            f"{source} is empty: the secret {SECRETS.get(index, 'behind it')} is not set, or not visible to this job's"
            " environment",
            why="the index would answer 403, as if the token were wrong",
            fixes=("set the secret in the environment that the job names, or unset the variable",),
        )
    own = index in SECRETS
    if own and username != TOKEN_USER:
        raise ConfigError(
            f"{index} takes tokens only, with the user name {TOKEN_USER}: TWINE_USERNAME or ~/.pypirc has another",
            fixes=(f"set the user name to {TOKEN_USER}, or leave it out",),
        )
    is_token = username == TOKEN_USER
    if password != password.strip() or any(not character.isprintable() for character in password):
        _has_blanks(source)
    if is_token and not all("!" <= character <= "~" for character in password):
        _has_blanks(source)
    if own and not password.startswith(PREFIX):
        raise ConfigError(
            f"{source} is no token of {index}: those begin with {PREFIX}",
            why="the index would answer 403",
            fixes=(f"make a token in the account settings of {index}, and put it there whole",),
        )
    home = token_home(password)
    if home and home != index:
        raise ConfigError(
            f"{source} is a token of {home}, and the release goes to {index}",
            why=f"{index} would refuse it, and whoever reads it there could publish to {home}",
            fixes=(f"give it a token of {index}", f"or publish to {home}: --index {home.lower()}"),
        )


def token_home(token: str) -> str:
    """The index that made a token, by the location in it; empty where it is no such token.

    A token is a macaroon of version 2: a byte for that, then fields, each a type, a length and as many bytes; the first
    is the location, and PyPI puts its host name there (github.com/rescrv/libmacaroons, doc/format.txt).
    """
    from twine import utils  # noqa: PLC0415  # see tagward.tools.index

    encoded = token.removeprefix(PREFIX)
    try:
        raw = base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
    except (ValueError, binascii.Error):
        return ""
    if not token.startswith(PREFIX) or raw[:2] != bytes([_VERSION, _LOCATION]) or len(raw) <= 3 + raw[2]:
        return ""
    host, following = raw[3 : 3 + raw[2]].decode("latin-1"), raw[3 + raw[2]]
    makers = {
        (urlsplit(utils.DEFAULT_REPOSITORY).hostname or "").removeprefix("upload."): PYPI,
        urlsplit(utils.TEST_REPOSITORY).hostname or "": TESTPYPI,
    }
    return makers.get(host, "") if following == _IDENTIFIER else ""


def redacted(text: str, secrets: Iterable[str] = ()) -> str:
    """The text without the given secrets, and without anything that looks like a token; a server may send them back."""
    for secret in secrets:
        if len(secret) >= MIN_SECRET:
            text = text.replace(secret, HIDDEN)
    return _TOKENS.sub(HIDDEN, text)


def spellings(username: str, password: str) -> tuple[str, ...]:
    """How a credential may come back: as it is, and as it was sent (RFC 7617)."""
    sent = base64.b64encode(f"{username}:{password}".encode()).decode()
    return (password, sent, sent.rstrip("="))


def _has_blanks(source: str) -> None:
    raise ConfigError(
        f"{source} has a space, a line break or another character in it that no token has",
        why="it was copied with something around it, and the index would answer 403",
        fixes=("copy it again, without a line break at the end",),
    )
