"""The user's installers for builds in scratch: pip's own settings and caches, handed over without any secret."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tagward.errors import CannotJudge
from tagward.tools.environ import GUARD, without_user_info
from tagward.tools.pip_settings import is_set, read_settings
from tagward.tools.run import run

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

RETRIES = 1
SECONDS = 30
_ADDRESSES = ("index-url", "extra-index-url", "find-links")
_OTHERS = ("trusted-host", "cert", "no-index", "uploaded-prior-to")
_OF_UV = {"cert": "SSL_CERT_FILE", "trusted-host": "UV_INSECURE_HOST", "uploaded-prior-to": "UV_EXCLUDE_NEWER"}
"""What pip's configuration says, in uv's variables (uv documentation, "Environment variables")."""

_NETWORK = (
    "Temporary failure in name resolution",
    "Name or service not known",
    "nodename nor servname",
    "NameResolutionError",
    "NewConnectionError",
    "ConnectTimeout",
    "ReadTimeout",
    "Failed to establish a new connection",
    "Connection refused",
    "Connection reset by peer",
    "Network is unreachable",
    "No route to host",
    "Max retries exceeded",
    "Connection broken",
    "ProxyError",
    "SSLError",
    "dns error",
    "client error (Connect)",
    "operation timed out",
    "error sending request",
)
_MACHINE = (
    "No space left on device",
    "Disk quota exceeded",
    "Cannot allocate memory",
    "Too many open files",
    "Input/output error",
)


@dataclass(frozen=True, slots=True)
class Installers:
    """How packages reach a scratch environment.

    Attributes:
        settings: variables for pip and uv, from pip's configuration; never an address with a user name or password.
        uv: the uv program; None where there is none, and pip does the work.
        withheld: addresses of the user that are not handed over, because they carry credentials, without those.
        beside: hosts of further indexes, of which each may give any package.
    """

    settings: Mapping[str, str]
    uv: Path | None
    withheld: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()

    @property
    def doubts(self) -> tuple[str, ...]:
        """What a reader of the verdict should know of where packages come from."""
        if not self.beside:
            return ()
        hosts = ", ".join(self.beside)
        what = f"pip's configuration names another index ({hosts}): what a build or the wheel requires comes from"
        return (f"{what} whichever has the higher version, under any name that somebody takes there",)


def find_installers() -> Installers:
    """What pip's configuration says, and uv where it is there.

    In scratch none of the user's files is read, so that what was found is handed over as variables.

    Raises:
        CannotJudge: pip's configuration cannot be read.
    """
    found = read_settings()
    settings = {
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_NO_INPUT": "1",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_RETRIES": str(RETRIES),
        "PIP_TIMEOUT": str(SECONDS),
        "PIP_CACHE_DIR": found.get("cache-dir") or _pip_cache(),
        "UV_NO_CONFIG": "1",
        "UV_NO_PROGRESS": "1",
        "UV_LINK_MODE": "copy",
        "UV_HTTP_TIMEOUT": str(SECONDS),
        "UV_INDEX_STRATEGY": "unsafe-best-match",
        "UV_PYTHON_DOWNLOADS": "never",
        "COLUMNS": "1000",
    }
    withheld = []
    for key in _ADDRESSES:
        safe = [address for address in found.get(key, "").split() if without_user_info(address)]
        withheld += [address.rsplit("@", 1)[-1] for address in found.get(key, "").split() if address not in safe]
        if safe:
            settings |= _address_settings(key, safe)
    for key in _OTHERS:
        if key in found:
            settings["PIP_" + key.upper().replace("-", "_")] = found[key]
    settings |= {name: found[key] for key, name in _OF_UV.items() if key in found}
    if is_set(found, "no-index"):
        del settings["UV_NO_CONFIG"]
        settings["UV_CONFIG_FILE"] = str(Path(__file__).with_name("_no_index.toml"))
    uv = _find_uv()
    if uv:
        settings["UV_CACHE_DIR"] = _uv_cache()
    named = found.get("extra-index-url", "").split()
    beside = [urlsplit(address).hostname or "" for address in named if address.startswith(("https:", "http:"))]
    return Installers(settings, uv, tuple(withheld), tuple(dict.fromkeys(filter(None, beside))))


def make_environment(folder: Path, uv: Path | None = None, env: Mapping[str, str] | None = None) -> None:
    """Make a virtual environment without pip, which installs from outside (venv documentation, `with_pip`).

    Args:
        folder: the folder to make.
        uv: will install into it, and asks its interpreter for what it has to know, which takes longer than to install.
        env: the variables of uv.

    Raises:
        CannotJudge: the disk does not take it.
    """
    import venv  # noqa: PLC0415  # only a gate that installs needs it

    try:
        venv.EnvBuilder(symlinks=os.name != "nt", with_pip=False).create(folder)
    except OSError as failure:
        raise CannotJudge(f"no fresh environment can be made: {failure.strerror or failure}") from failure
    if uv and os.name == "posix":
        words = ("python", "find", "--no-project", "--cache-dir", uv_cache_of(folder), folder / "bin/python")
        run([uv, *words], env=env or {}, cwd=folder.parent, check=False)


def uv_cache_of(environment: Path) -> Path:
    """The cache of uv for one environment: the user's, into which nothing of a candidate goes, does not know it."""
    return environment.parent / "uv"


def unreachable(log: str) -> str:
    """The line in which an installer says that the network or the machine failed it; empty where none does."""
    return _line(log, (*_NETWORK, *_MACHINE))


def failing_machine(log: str) -> str:
    """The line in which anything says that the machine failed it; empty where none does."""
    return _line(log, _MACHINE)


def _line(log: str, signs: Iterable[str]) -> str:
    found = (line.strip(" <>") for line in log.splitlines() if any(sign in line for sign in signs))
    return next(found, "")


def _address_settings(key: str, addresses: list[str]) -> dict[str, str]:
    variable = key.upper().replace("-", "_")
    uv = {"index-url": "UV_DEFAULT_INDEX", "extra-index-url": "UV_INDEX", "find-links": "UV_FIND_LINKS"}[key]
    return {"PIP_" + variable: " ".join(addresses), uv: ("," if key == "find-links" else " ").join(addresses)}


def _pip_cache() -> str:
    import platformdirs  # noqa: PLC0415  # only a gate that builds needs it

    return os.environ.get("PIP_CACHE_DIR") or platformdirs.user_cache_dir("pip", appauthor=False)


def _uv_cache() -> str:
    """Where uv keeps its cache (uv documentation, "Cache directory")."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return os.environ.get("UV_CACHE_DIR") or f"{base}/uv"


def _find_uv() -> Path | None:
    beside = shutil.which("uv", path=str(Path(sys.executable).parent))
    found = beside or shutil.which("uv")
    return Path(found).absolute() if found else None


def relock(lock: Path) -> str:
    """Let uv bring a lock file up to date in its folder; where it cannot, a sentence that says so."""
    uv = _find_uv()
    if uv is None:
        return ""
    done = run([uv, "lock", "--no-progress"], env={**os.environ, GUARD: "1"}, cwd=lock.parent, timeout=120, check=False)
    if not done.status:
        return ""
    reason = (done.error.strip().splitlines() or ["it said nothing"])[-1]
    return f"uv lock could not run ({reason.strip()}): only the project's own entry in {lock.name} is set"
