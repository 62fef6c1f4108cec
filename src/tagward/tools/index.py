"""Package indexes: which one is meant, which files of a release it has, and one of them as it hands it out."""

from __future__ import annotations

import hashlib
import os
import sys
import threading
import time
from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import SplitResult, urljoin, urlsplit

from tagward import __version__
from tagward.errors import CannotJudge, ConfigError
from tagward.tools.environ import GUARD
from tagward.tools.pages import Page, PageUnreadable, parse_page
from tagward.tools.run import run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import requests

    from tagward.model.publication import Shelved

PYPI, TESTPYPI = "PyPI", "TestPyPI"
WORDS = {"pypi": PYPI, "testpypi": TESTPYPI}
REDIRECTS = 3
OK, NOT_FOUND = 200, 404
CHUNK = 1 << 16
ACCEPT = "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1"
"""Both forms of the page, JSON first (PEP 691, "Version + Format Selection"); pypiserver has only HTML."""

_SAME_INDEX = "name an address that can be read with --read-index URL"
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Index:
    """A package index.

    Attributes:
        name: "PyPI", "TestPyPI", or the address, for messages.
        upload: where files are sent.
        read: the root of its simple index (PEP 503); it ends with a slash.
    """

    name: str
    upload: str
    read: str


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of an index is waited for and read.

    Attributes:
        connect: seconds until a connection stands.
        read: seconds between two parts of an answer.
        page: seconds until a whole page is there.
        copy: seconds until a whole file is there.
        page_bytes: the most bytes of a page; PyPI's longest have some 30 MB.
        file_bytes: the most bytes of a file whose size the index does not state.
    """

    connect: float = 10.0
    read: float = 20.0
    page: float = 60.0
    copy: float = 600.0
    page_bytes: int = 100_000_000
    file_bytes: int = 2_000_000_000


DEFAULT_LIMITS = Limits()


def choice_of(option: str | None) -> str:
    """The index that is wanted: by option, TWINE_REPOSITORY_URL, TWINE_REPOSITORY, else PyPI (the order of twine)."""
    return option or os.environ.get("TWINE_REPOSITORY_URL") or os.environ.get("TWINE_REPOSITORY") or "pypi"


def is_address(choice: str) -> bool:
    """Whether the word for an index is an address, and not a name."""
    return "/" in choice or ":" in choice


def index_of(choice: str | None, read: str | None = None) -> Index:
    """The index that a word means.

    Args:
        choice: `pypi`, `testpypi`, an address to upload to, or a section of ~/.pypirc; None: see `choice_of`.
        read: the root of the simple index to read from; None: pip's own for PyPI, else the one beside the address.

    Raises:
        ConfigError: no such word, or an address that nothing may be sent to.
    """
    choice = choice_of(choice)
    name, upload = _named(choice)
    _require_safe(upload, "the index")
    if read is None and name == PYPI:
        read = _pip_index()
        _require_safe(read, "the index that pip is configured to read")
    elif read is None:
        beside = upload.removesuffix("/").removesuffix("/legacy")
        read = beside + "/simple/"
    else:
        _require_safe(read, "--read-index")
    return Index(name, upload, read if read.endswith("/") else read + "/")


def release_files(index: Index, project: str, version: str, limits: Limits = DEFAULT_LIMITS) -> tuple[Shelved, ...]:
    """The files that an index has of a release; none where it has no such project or version.

    Args:
        index: which index.
        project: the name, in any spelling.
        version: in any spelling.
        limits: how long to wait, and how much to read.

    Raises:
        CannotJudge: the index did not answer, or its answer cannot be understood; this says nothing about the release.
    """
    from packaging.utils import canonicalize_name  # noqa: PLC0415  # only who asks an index pays for it
    from packaging.version import Version  # noqa: PLC0415

    name = canonicalize_name(project)
    address = urljoin(index.read, f"{name}/")
    page = in_time(lambda: read_page(address, limits), limits.page, f"{index.name} did not answer")
    if page is None:
        return ()
    try:
        return parse_page(page, name, Version(version))
    except PageUnreadable as failure:
        raise _silent(f"the page of {name} on {index.name} cannot be understood: {failure}") from failure


def download(index: Index, shelved: Shelved, target: Path, limits: Limits = DEFAULT_LIMITS) -> None:
    """Download a file of an index; the target appears whole and with the digest that the index states, or not at all.

    Raises:
        CannotJudge: the index did not answer, what it sent has another digest, or it gives an address that nothing may
            be taken from.
    """
    if fault := address_fault(shelved.url):
        raise CannotJudge(f"the address that {index.name} gives for {shelved.file} {fault[0]}", why=fault[1])
    half = target.with_name(target.name + ".part")
    try:
        digest = in_time(
            lambda: _copy(shelved, half, limits), limits.copy, f"{index.name} did not hand out {shelved.file}"
        )
        if digest != shelved.sha256:
            raise CannotJudge(
                f"{shelved.file} from {index.name} has the sha256 {digest}, and its page states {shelved.sha256}",
                why="the file is damaged on its way, or it is not the one that was published",
            )
        half.replace(target)
    finally:
        half.unlink(missing_ok=True)


def is_loopback(address: str) -> bool:
    """Whether an address is on this machine, where http may be used and no proxy stands between."""
    host = urlsplit(address).hostname or ""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def without_secrets(address: str) -> str:
    """The address for a message: without user name and password, whatever else is wrong with it."""
    head, mark, rest = address.rpartition("@")
    scheme = head.partition("//")[0]
    return f"{scheme}//{rest}" if mark and "//" in head else rest if mark else address


def _named(choice: str) -> tuple[str, str]:
    """The name and the upload address of a word."""
    from twine import utils  # noqa: PLC0415  # 0.3 s, and only who publishes needs it
    from twine.exceptions import TwineException  # noqa: PLC0415

    known = {PYPI: utils.DEFAULT_REPOSITORY, TESTPYPI: utils.TEST_REPOSITORY}
    if choice in WORDS:
        return WORDS[choice], known[WORDS[choice]]
    address = choice
    if not is_address(choice):
        try:
            address = utils.get_repository_from_config(utils.DEFAULT_CONFIG_FILE, choice)["repository"] or ""
        except (TwineException, ValueError, KeyError) as failure:
            raise ConfigError(
                f"{choice!r} is no index: neither pypi nor testpypi, no address, and no section of ~/.pypirc",
                why=" ".join(str(failure).split()[:20]) if isinstance(failure, TwineException) else "",
                fixes=("--index pypi, --index testpypi or --index URL",),
            ) from None
    for name, one in known.items():
        if address.rstrip("/") == one.rstrip("/"):
            return name, one
    return without_secrets(address), address


def _pip_index() -> str:
    """The index that pip reads, from all of its configuration, or its own default.

    It is pip's parser that is asked, because `pip config` does not tell the default, and the default is PyPI's own
    address, which is pip's business to know.
    """
    program = (
        "from pip._internal.commands import create_command\n"
        "print(create_command('install').parser.get_default_values().index_url)\n"
    )
    done = run([sys.executable, "-I", "-c", program], env={**os.environ, GUARD: "1"}, timeout=60, check=False)
    said = done.text.strip()
    if done.status or not said:
        last = (done.error.strip().splitlines() or ["it said nothing"])[-1]
        raise CannotJudge(f"pip could not say which index it reads: {last}", fixes=(_SAME_INDEX,))
    return said


def _require_safe(address: str, what: str) -> None:
    """Refuse an address that a token or a release must not be sent to, or be read from."""
    if fault := address_fault(address):
        sentence, why, fixes = fault
        raise ConfigError(f"{what} {sentence}", why=why, fixes=fixes)
    if urlsplit(address).query or urlsplit(address).fragment:
        raise ConfigError(f"{what} has more than a path in its address: {without_secrets(address)}")


def address_fault(address: str) -> tuple[str, str, tuple[str, ...]] | None:
    """What is wrong with an address: the sentence, why it matters, and the ways out; None where nothing is."""
    shown = without_secrets(address)
    try:
        parts = urlsplit(address)
        valid = bool(parts.hostname) and parts.port != 0
    except ValueError:
        parts, valid = SplitResult("", "", "", "", ""), False
    if not valid or parts.scheme not in {"http", "https"} or not all("!" <= one <= "~" for one in address):
        return f"is no web address: {shown}", "", ("write it as https://host/path/",)
    if "@" in parts.netloc:
        return (
            f"carries a user name or a password in its address ({shown})",
            "addresses are printed and logged, and secrets must not be",
            ("put them into TWINE_USERNAME and TWINE_PASSWORD, and leave them out of the address",),
        )
    if parts.scheme != "https" and not is_loopback(address):
        return (
            f"is not https: {shown}",
            "whoever stands in between could read the token and change the files",
            ("use https; http is only for addresses on this machine",),
        )
    return None


def read_page(address: str, limits: Limits, accept: str = ACCEPT) -> Page | None:
    """The page at an address; None where the index has none."""
    headers = {"Accept": accept, "Cache-Control": "no-cache"}
    with _session(address) as session, _get(session, address, limits, headers) as response:
        if response.status_code == NOT_FOUND:
            return None
        _require_ok(response)
        body = b"".join(_parts(response, limits.page_bytes, limits.page))
        return Page(str(response.url), response.headers.get("Content-Type", ""), body)


def _copy(shelved: Shelved, target: Path, limits: Limits) -> str:
    """Write a file and return its digest."""
    digest = hashlib.sha256()
    most = shelved.size if shelved.size is not None else limits.file_bytes
    # Not compressed on the way: the digest is that of the file.
    headers = {"Accept-Encoding": "identity", "Cache-Control": "no-cache"}
    with _session(shelved.url) as session, _get(session, shelved.url, limits, headers) as response:
        _require_ok(response)
        with target.open("wb") as file:
            for part in _parts(response, most, limits.copy):
                file.write(part)
                digest.update(part)
    return digest.hexdigest()


def _session(address: str) -> requests.Session:
    import requests  # noqa: PLC0415  # 0.1 s, and only who asks an index pays for it

    session = requests.Session()
    session.headers["User-Agent"] = f"tagward/{__version__}"
    if is_loopback(address):
        # No proxy can reach this machine's own loopback; the certificates of a user are still believed.
        session.trust_env = False
        session.verify = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE") or True
    return session


def _get(session: requests.Session, address: str, limits: Limits, headers: dict[str, str]) -> requests.Response:
    """Ask, and follow redirects only to the same origin: pages move to the normalized name, not to other hosts."""
    origin = urlsplit(address)[:2]
    for _ in range(REDIRECTS + 1):
        response = session.get(
            address, headers=headers, timeout=(limits.connect, limits.read), stream=True, allow_redirects=False
        )
        if not response.is_redirect:
            return response
        address = urljoin(address, response.headers["Location"])
        response.close()
        if urlsplit(address)[:2] != origin:
            raise CannotJudge(
                f"it redirects to another address ({without_secrets(address)[:200]})",
                why="what another server says is not what this index has",
                fixes=(_SAME_INDEX,),
            )
    raise CannotJudge("it redirects again and again")


def _require_ok(response: requests.Response) -> None:
    if response.status_code != OK:
        raise CannotJudge(f"it answered {response.status_code} {response.reason}".strip())


def _parts(response: requests.Response, most: int, seconds: float) -> Iterator[bytes]:
    count, end = 0, time.monotonic() + seconds
    for part in response.iter_content(CHUNK):
        count += len(part)
        if count > most:
            raise CannotJudge(f"its answer is longer than {most} bytes")
        if time.monotonic() > end:
            raise CannotJudge(f"its answer was not there within {seconds:.0f} s")
        yield part


def in_time(work: Callable[[], _T], seconds: float, what: str) -> _T:
    """Do something that waits for a server, and give it up when its time is over.

    A server that sends a byte now and then keeps every time-out of a socket from passing, and the look-up of a name
    has none; so it is a thread that waits, and it is left behind.

    Raises:
        CannotJudge: it failed, or took too long.
    """
    import requests  # noqa: PLC0415  # see _session

    results: list[_T] = []
    failures: list[BaseException] = []

    def do() -> None:
        try:
            results.append(work())
        except BaseException as failure:  # noqa: BLE001  # it is raised again below, where somebody can see it
            failures.append(failure)

    thread = threading.Thread(target=do, daemon=True)
    thread.start()
    thread.join(seconds)
    if results:
        return results[0]
    if not failures:
        raise _silent(f"{what} within {seconds:.0f} s")
    failure = failures[0]
    if isinstance(failure, CannotJudge):
        raise CannotJudge(f"{what}: {failure}", why=failure.why, fixes=failure.fixes) from failure
    if isinstance(failure, OSError | requests.RequestException):
        raise _silent(f"{what}: {_reason(failure)}") from failure
    raise failure


def _reason(failure: BaseException) -> str:
    """The innermost words of a failed request: requests and urllib3 wrap the reason several times."""
    inner: BaseException = failure
    while inner.args and isinstance(getattr(inner.args[0], "reason", inner.args[0]), BaseException):
        inner = getattr(inner.args[0], "reason", inner.args[0])
    said = getattr(inner, "strerror", None) or str(inner) or type(inner).__name__
    return without_secrets(" ".join(str(said).split()))[:300]


def _silent(message: str) -> CannotJudge:
    return CannotJudge(
        message,
        why="what the index has is not known, and nothing is done on a guess",
        fixes=("run the same command again when the index answers",),
    )
