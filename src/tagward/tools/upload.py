"""Uploads: the files that may be sent, the credential, and one child process of twine for each file."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tagward.errors import CannotJudge, ConfigError
from tagward.model.publication import Answer, Credential
from tagward.tools.credentials import SECRETS, TOKEN_USER, redacted, require_usable
from tagward.tools.environ import scratch_env
from tagward.tools.index import DEFAULT_LIMITS, Index, Limits, download, is_loopback, release_files
from tagward.tools.run import TimeExceeded, run

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from tagward.model.publication import Shelved
    from tagward.model.receipt import Sealed

CREDENTIAL_SECONDS = 60
FILE_SECONDS = 300.0
SLOWEST = 100_000
"""Bytes in a second: a file may take as long as its size needs at that rate, and `FILE_SECONDS` besides."""

ANSWER_SECONDS = 120.0
"""PyPI reads a large file through before it answers."""

CHUNK = 1 << 20
_PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")
_TOKEN = ("TWINE_USERNAME", "TWINE_PASSWORD", "TWINE_CERT")
_IDENTITY = ("GITHUB_ACTIONS", "ACTIONS_ID_TOKEN_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_TOKEN")
_PLACES = {"owner and repository": "GITHUB_REPOSITORY", "workflow": "GITHUB_WORKFLOW_REF"}


@dataclass(frozen=True, slots=True)
class Account:
    """The right to upload to an index, as far as this machine has it.

    Attributes:
        index: which index.
        section: the section of ~/.pypirc that was named; empty where an address was.
        home: a folder in scratch.
    """

    index: Index
    section: str
    home: Path

    def credential(self) -> Credential:
        """What uploads are authorized with.

        Raises:
            ConfigError: there is none, or the index is sure to refuse it, or it is for another index.
            CannotJudge: ~/.pypirc or the keyring could not be asked.
        """
        own, username = self.index.name in SECRETS, os.environ.get("TWINE_USERNAME", "")
        if "TWINE_PASSWORD" in os.environ and (own or username):
            require_usable(username or TOKEN_USER, os.environ["TWINE_PASSWORD"], "TWINE_PASSWORD", self.index.name)
            return Credential("TWINE_PASSWORD")
        found = self.ask({}, CREDENTIAL_SECONDS)
        warnings = found.get("warnings")
        return Credential(str(found["source"]), tuple(map(str, warnings)) if isinstance(warnings, list) else ())

    def ask(self, job: dict[str, object], seconds: float) -> dict[str, object]:
        """Let the child do a job, and return its document.

        Raises:
            ConfigError: the credential cannot be used.
            CannotJudge: the child did not end in time, or broke.
        """
        whole = {"upload": self.index.upload, "index": self.index.name, "section": self.section, **job}
        done = run(
            [sys.executable, "-I", "-m", "tagward.tools._upload"],
            env=self._env(),
            cwd=self.home,
            stdin=json.dumps(whole).encode(),
            timeout=seconds,
            check=False,
        )
        try:
            found: dict[str, object] = json.loads(done.stdout)
        except ValueError:
            last = (done.error.strip().splitlines() or ["it said nothing"])[-1]
            raise CannotJudge(f"twine broke off: {redacted(last, _known())[:300]}") from None
        if "usage" in found:
            fixes = found["fixes"]
            raise ConfigError(
                str(found["usage"]), why=str(found["why"]), fixes=tuple(fixes) if isinstance(fixes, list) else ()
            )
        return found

    def _env(self) -> dict[str, str]:
        """The environment of the child: an allow-list, and of secrets only those that can be needed.

        With a token given nothing of the user's home is wanted; without one twine looks into ~/.pypirc and the
        keyring, and the identity of the job is handed over, to the two indexes that take it.
        """
        given = "TWINE_PASSWORD" in os.environ
        at_home = not given or self.section not in {"", "pypi", "testpypi"}
        names = _TOKEN if given or self.index.name not in SECRETS else (*_TOKEN, *_IDENTITY)
        if not is_loopback(self.index.upload):
            names = (*names, *_PROXIES, *(name.upper() for name in _PROXIES))
        env = scratch_env(self.home)
        if is_loopback(self.index.upload):
            env = {name: value for name, value in env.items() if name.lower() not in _PROXIES}
        if at_home:
            env |= {name: os.environ[name] for name in ("HOME", "USERPROFILE") if name in os.environ}
        return env | {name: os.environ[name] for name in names if name in os.environ}


@dataclass(frozen=True, slots=True)
class IndexShelf:
    """See `tagward.publication.Shelf`.

    Attributes:
        folder: holds private copies of the files, and takes what is downloaded.
        seconds: the time limit of one file; None: by its size.
        answer_seconds: how long an answer may take once the file is sent.
    """

    account: Account
    project: str
    version: str
    folder: Path
    limits: Limits = DEFAULT_LIMITS
    seconds: float | None = None
    answer_seconds: float = ANSWER_SECONDS

    def look(self) -> tuple[Shelved, ...]:
        """What the index has of the release."""
        return release_files(self.account.index, self.project, self.version, self.limits)

    def send(self, sealed: Sealed) -> Answer:
        """Upload one file once, in a child of its own.

        So a token of Trusted Publishing is minted anew for every file: none gets older than one upload, while PyPI's
        live for 15 minutes and twine never renews them.
        """
        job: dict[str, object] = {
            "path": str(self.folder / sealed.file),
            "sha256": sealed.sha256,
            "connect": self.limits.connect,
            "read": self.answer_seconds,
        }
        seconds = self.seconds if self.seconds is not None else FILE_SECONDS + sealed.size / SLOWEST
        try:
            found = self.account.ask(job, seconds)
        except TimeExceeded:
            return Answer(reason=f"no answer within {seconds:.0f} s")
        except ConfigError:
            raise
        except CannotJudge as failure:
            # The child may have sent the file before it broke: only the index knows.
            return Answer(reason=str(failure))
        return _answer(found)

    def fetch(self, shelved: Shelved) -> None:
        """Download one file, compare it with its digest, and drop it."""
        target = self.folder / "copies" / shelved.file
        target.parent.mkdir(exist_ok=True)
        download(self.account.index, shelved, target, self.limits)
        target.unlink()

    def rest(self, seconds: float) -> None:
        """Wait, up to a quarter longer."""
        time.sleep(seconds * (1 + secrets.randbelow(251) / 1000))

    def clock(self) -> float:
        """Seconds of the machine."""
        return time.monotonic()


def gather(paths: Iterable[Path], folder: Path) -> dict[str, str]:
    """Copy files into a private folder and return the sha256 of every copy, by its name.

    It is the copies that are compared with the receipt and sent: whatever happens to the files afterwards, other bytes
    than these do not go out.

    Raises:
        ConfigError: a file is not there, or two have one name.
        CannotJudge: a file cannot be read, or there is no room.
    """
    found: dict[str, str] = {}
    for path in paths:
        if not path.is_file():
            raise ConfigError(
                f"there is no file {path}", fixes=("name every file of the release: tagward publish dist/* …",)
            )
        if path.name in found:
            raise ConfigError(f"two files are called {path.name}")
        digest = hashlib.sha256()
        try:
            with path.open("rb") as source, (folder / path.name).open("wb") as target:
                while part := source.read(CHUNK):
                    target.write(part)
                    digest.update(part)
        except OSError as failure:
            raise CannotJudge(f"{path} cannot be copied into scratch: {failure.strerror or failure}") from failure
        found[path.name] = digest.hexdigest()
    return found


def _answer(found: dict[str, object]) -> Answer:
    status, wait = found.get("status"), found.get("retry_after")
    reason = redacted(str(found.get("reason", "")), _known())
    if found.get("refused") and "publisher" in reason:
        here = [f"{what} {os.environ[name]}" for what, name in _PLACES.items() if os.environ.get(name)]
        reason += f"; this job is of {', '.join([*here, 'and the environment that the job names'])}" if here else ""
    return Answer(
        status if isinstance(status, int) else None,
        reason,
        redacted(str(found.get("text", "")), _known()),
        float(wait) if isinstance(wait, int | float) else None,
        refused=bool(found.get("refused")),
        unreadable=bool(found.get("unreadable")),
    )


def _known() -> tuple[str, ...]:
    """The secrets of our own environment; the child has taken out those that only it knows."""
    return tuple(os.environ.get(name, "") for name in ("TWINE_PASSWORD", "ACTIONS_ID_TOKEN_REQUEST_TOKEN"))
