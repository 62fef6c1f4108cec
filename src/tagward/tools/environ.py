"""The two environments of child processes: questions to the user's repository, and everything that runs in scratch."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

GUARD = "TAGWARD_RUNNING"
"""Set for everything that tagward starts; a push from inside a gate is refused by it, or it would never end."""

PROBE = "TAGWARD_PROBE"
"""Names the folder in which tagward leaves a file each time that the hook starts it for a probe of `doctor`."""

_SYSTEM = ("SYSTEMROOT", "COMSPEC", "PATHEXT", "WINDIR")
_CERTIFICATES = ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "PIP_CERT")
_PROXIES = ("http_proxy", "https_proxy", "no_proxy", "all_proxy")
_LIBRARIES = ("LD_LIBRARY_PATH", "LD_PRELOAD", "DYLD_LIBRARY_PATH", "FAKETIME", "FAKETIME_NO_CACHE")


def source_env() -> dict[str, str]:
    """The environment for questions to the user's repository: as git gave it, with the true objects and plain English.

    The `GIT_*` variables that git exports into hooks stay, because they say which repository is meant; replace refs
    are off, because they are not what a push sends (git-replace(1)).
    """
    return {
        **os.environ,
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "LC_ALL": "C",
        GUARD: "1",
    }


def scratch_env(home: Path) -> dict[str, str]:
    """The environment for everything in scratch: an allow-list, so that no secret and no setting of the user gets in.

    Args:
        home: a folder in scratch that serves as home and temporary folder of the process.
    """
    inherited = {name: os.environ[name] for name in (*_SYSTEM, *_CERTIFICATES, *_LIBRARIES) if name in os.environ}
    return {
        **inherited,
        **_proxies(os.environ),
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(home),
        "USERPROFILE": str(home),
        "TMPDIR": str(home),
        "TEMP": str(home),
        "TMP": str(home),
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "PYTHONNOUSERSITE": "1",
        GUARD: "1",
    }


def without_user_info(address: str) -> str:
    """The address, empty where it carries a user name or a password: such an address is handed to no project code."""
    from urllib.parse import urlsplit  # noqa: PLC0415  # the fast checks meet no address

    return "" if "@" in urlsplit(address).netloc else address


def _proxies(environ: Mapping[str, str]) -> dict[str, str]:
    spelled = [name for proxy in _PROXIES for name in (proxy, proxy.upper())]
    return {name: environ[name] for name in spelled if name in environ and without_user_info(environ[name])}
