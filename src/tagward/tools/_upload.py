"""Runs as a child of `tagward.tools.upload`: one upload, or one look at the credential, by twine as a library.

It reads its job from standard input and writes one JSON document to standard output, which never holds a secret. It is
a process of its own because twine has no deadline for a whole file, and because a keyring may run anything.
"""

from __future__ import annotations

import configparser
import contextlib
import json
import os
import stat
import sys
import time
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import requests
import urllib3
from requests.adapters import HTTPAdapter
from twine import utils
from twine.exceptions import NonInteractive, TrustedPublishingFailure, TwineException
from twine.package import PackageFile
from twine.settings import Settings

from tagward.errors import ConfigError
from tagward.tools.credentials import SECRETS, redacted, require_usable, spellings
from tagward.tools.signals import follow_parent

if TYPE_CHECKING:
    from twine.repository import Repository

MAX_TEXT = 4000
TRUSTED = "Trusted Publishing"
IDENTITY = ("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "ACTIONS_ID_TOKEN_REQUEST_URL")
"""What GitHub sets in a job that may have an identity (GitHub documentation, "OpenID Connect")."""

_AGAIN = ("timed out", "invalid JSON", "invalid-reuse-token", "code=5", "code=408", "code=429")
"""What a new try may mend when an identity was not taken: each try asks GitHub for a new one."""

_TRANSIENT = {408, 425, 429}
_SERVER_ERROR = 500
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
Document = dict[str, object]


class _Bounded(HTTPAdapter):
    """Requests that do not wait for ever, and are not repeated in silence: twine has no limits for uploads."""

    def __init__(self, connect: float, read: float) -> None:
        super().__init__(max_retries=0)
        self._limits = (connect, read)

    def send(self, request: requests.PreparedRequest, *args: Any, **named: Any) -> requests.Response:
        """Send with our limits."""
        return super().send(request, *args, **{**named, "timeout": self._limits})


def main() -> None:
    """Do the job of standard input."""
    follow_parent()
    job = json.load(sys.stdin)
    with contextlib.redirect_stdout(sys.stderr):  # twine prints
        try:
            settings, source = _resolved(job)
            done = _upload(job, settings, source) if "path" in job else _found(source)
        except ConfigError as failure:
            done = {"usage": str(failure), "why": failure.why, "fixes": failure.fixes}
    json.dump(done, sys.stdout)


def _resolved(job: Document) -> tuple[Settings, str]:
    """Twine's settings for the index, and where the password comes from; it is not minted yet."""
    upload, index = str(job["upload"]), str(job["index"])
    section = _section(upload, str(job["section"]))
    settings = Settings(
        username=os.environ.get("TWINE_USERNAME") or None,
        password=os.environ.get("TWINE_PASSWORD"),
        cacert=os.environ.get("TWINE_CERT"),
        non_interactive=True,
        disable_progress_bar=True,
        repository_name=section,
        repository_url=None if section else upload,
    )
    try:
        username = settings.username or ""
    except NonInteractive:
        raise ConfigError(
            f"there is no user name for {index}: TWINE_USERNAME is not set, and ~/.pypirc and keyring have none",
            fixes=("set TWINE_USERNAME and TWINE_PASSWORD",),
        ) from None
    password, source = _password(settings)
    if password is not None:
        require_usable(username, password, source, index)
        return settings, source
    if settings.client_cert:
        return settings, "the client certificate of ~/.pypirc"
    _require_identity(index)
    return settings, TRUSTED


def _section(upload: str, wanted: str) -> str:
    """The section of ~/.pypirc with the credential of an address; empty without one."""
    try:
        sections = utils.get_config(utils.DEFAULT_CONFIG_FILE)
    except (TwineException, configparser.Error, OSError, ValueError):
        # What is wrong there is not told: the parser's message quotes the line, which may hold a token.
        raise ConfigError("~/.pypirc cannot be read, or is not written as it should be") from None
    addresses = {
        name: (found["repository"] or "").rstrip("/") for name, found in sections.items() if "repository" in found
    }
    if wanted in addresses and addresses[wanted] != upload.rstrip("/"):
        raise ConfigError(
            f"the section [{wanted}] of ~/.pypirc is of another address than {wanted} has",
            why="its token must not be sent anywhere else",
            fixes=("take the line `repository` out of that section",),
        )
    if wanted in addresses:
        return wanted
    return next((name for name, address in addresses.items() if address == upload.rstrip("/")), "")


def _password(settings: Settings) -> tuple[str | None, str]:
    """The password and its source, as twine's resolver finds it, without asking anybody and without minting any."""
    if settings.auth.input.password is not None:
        return settings.auth.input.password, "TWINE_PASSWORD"
    configured = settings.repository_config.get("password")
    if configured is not None:
        return configured, "the password in ~/.pypirc"
    kept = settings.auth.get_password_from_keyring()
    return kept or None, "the password in the keyring"


def _require_identity(index: str) -> None:
    """Refuse to go on where there is no credential, and no job of GitHub's that could get one."""
    nothing = "TWINE_PASSWORD is not set, and neither ~/.pypirc nor a keyring has a password"
    if index not in SECRETS or not os.environ.get("GITHUB_ACTIONS"):
        raise ConfigError(
            f"there is no credential for {index}: {nothing}",
            why=""
            if index not in SECRETS
            else f"{TRUSTED} works in a job of GitHub Actions, and GITHUB_ACTIONS is not set",
            fixes=(f"set TWINE_PASSWORD to {'a token of ' + index if index in SECRETS else 'the password'}",),
        )
    missing = [name for name in IDENTITY if not os.environ.get(name)]
    if missing:
        raise ConfigError(
            f"this job has no identity for {index}: {' and '.join(missing)} not set; {nothing}",
            why=f"{TRUSTED} needs a job with the permission id-token: write",
            fixes=(
                "permissions: {id-token: write} in the job that publishes",
                f"or set TWINE_PASSWORD to the secret {SECRETS[index]}",
            ),
        )


def _found(source: str) -> Document:
    pypirc = Path("~/.pypirc").expanduser()
    open_to = "~/.pypirc" in source and pypirc.stat().st_mode & _OTHERS
    warning = "~/.pypirc holds a password, and others than you can read it: chmod 600 ~/.pypirc"
    return {"source": source, "warnings": [warning] if open_to else []}


def _upload(job: Document, settings: Settings, source: str) -> Document:
    try:
        package = PackageFile.from_filename(str(job["path"]), None)
    except Exception as failure:  # noqa: BLE001  # whatever twine cannot read is not sent
        return {"unreadable": True, "reason": f"twine takes no such file: {type(failure).__name__}: {failure}"}
    if package.sha2_digest != job["sha256"]:
        return {"unreadable": True, "reason": "the file changed after it was compared with the receipt"}
    try:
        repository = settings.create_repository()  # Trusted Publishing mints its token here, a new one for every file
    except (TwineException, requests.RequestException, urllib3.exceptions.HTTPError, ValueError, KeyError) as failure:
        return _hidden(_unidentified(failure, source), ())
    with contextlib.closing(repository):
        answer = _posted(job, repository, package)
    username, password = repository.session.auth if isinstance(repository.session.auth, tuple) else ("", "")
    return _hidden(answer, spellings(str(username), str(password)))


def _posted(job: Document, repository: Repository, package: PackageFile) -> Document:
    adapter = _Bounded(float(str(job["connect"])), float(str(job["read"])))
    for scheme in ("http://", "https://"):
        repository.session.mount(scheme, adapter)
    repository.session.stream = True  # the body of an answer is read below, and no more of it than is wanted
    try:
        # One try: whether to send again is decided where the index can be asked first. twine follows no redirect.
        response = repository.upload(package, max_redirects=1)
    except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as failure:
        return {"reason": _innermost(failure)}
    text = b""
    with contextlib.suppress(urllib3.exceptions.HTTPError, OSError, ValueError):
        text = response.raw.read(MAX_TEXT, decode_content=True)
    reason = response.reason or ""
    if response.is_redirect:
        reason = f"{reason}: the index redirects to {response.headers['Location']}, and no file is sent on"
    response.close()
    return {
        "status": response.status_code,
        "reason": reason,
        "text": text.decode("utf-8", "replace"),
        "retry_after": _seconds(response.headers.get("Retry-After", "")),
    }


def _unidentified(failure: Exception, source: str) -> Document:
    """Why there is no credential in the end: the index did not take the identity, or something did not answer."""
    response = getattr(failure, "response", None)
    if isinstance(failure, TrustedPublishingFailure):
        again = any(sign in str(failure) for sign in _AGAIN)
    elif isinstance(response, requests.Response):
        again = response.status_code >= _SERVER_ERROR or response.status_code in _TRANSIENT
    else:
        again = not isinstance(failure, TwineException)
    said = " ".join(str(failure).split()) or type(failure).__name__
    if isinstance(failure, KeyError):
        said = f"the answer has no {said}"
    return {"refused": not again, "reason": f"{source} did not get a token: {said}"}


def _hidden(answer: Document, secrets: tuple[str, ...]) -> Document:
    """The answer without secrets: the minted token is known to nobody but this process, and a server may echo it."""
    known = (*secrets, os.environ.get(IDENTITY[0], ""))
    return {key: redacted(value, known) if isinstance(value, str) else value for key, value in answer.items()}


def _seconds(retry_after: str) -> float | None:
    """How long to wait (RFC 9110, section 10.2.3): a number of seconds, or a date."""
    if retry_after.strip().isdecimal():
        return float(retry_after)
    with contextlib.suppress(ValueError, TypeError, OverflowError):
        return max(0.0, parsedate_to_datetime(retry_after).timestamp() - time.time())
    return None


def _innermost(failure: BaseException) -> str:
    inner = failure
    while inner.args and isinstance(getattr(inner.args[0], "reason", inner.args[0]), BaseException):
        inner = getattr(inner.args[0], "reason", inner.args[0])
    return f"no answer: {' '.join(str(inner).split()) or type(inner).__name__}"[:MAX_TEXT]


if __name__ == "__main__":
    main()
