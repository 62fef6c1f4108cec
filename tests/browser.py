"""Headless Chromium for tests, spoken to through its driver (W3C WebDriver, and Chromium's own commands)."""

from __future__ import annotations

import base64
import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import requests

if TYPE_CHECKING:
    from collections.abc import Iterator

SECONDS = 60
ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--hide-scrollbars",
)
DRIVER = "chromedriver"
NAMES = ("chromium", "chromium-browser", "google-chrome")
IN_CI = bool(os.environ.get("CI"))
"""Asked for here, because the tests themselves see no such variable."""
_HTTP = requests.Session()
_HTTP.trust_env = False  # no proxy stands between us and the driver


def absent() -> str:
    """What is missing for a browser; empty where nothing is."""
    missing = [] if shutil.which(DRIVER) else [DRIVER]
    return " and ".join(missing if _chromium() else [*missing, NAMES[0]])


def _chromium() -> str:
    return next((path for name in NAMES if (path := shutil.which(name))), "")


@dataclass
class Browser:
    """One window."""

    session: str
    port: int

    def ask(self, word: str, **said: object) -> Any:
        """Send a command and return its value."""
        address = f"http://127.0.0.1:{self.port}/session/{self.session}/{word}"
        answer = _HTTP.post(address, json=said, timeout=SECONDS)
        value = answer.json()["value"]
        assert answer.ok, value
        return value

    def chromium(self, command: str, **said: object) -> Any:
        """A command of Chromium's own protocol."""
        return self.ask("goog/cdp/execute", cmd=command, params=said)

    def show(self, page: Path, *, width: int = 1280, theme: str = "light", media: str = "screen") -> None:
        """Load a page."""
        self.chromium("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False)
        features = [{"name": "prefers-color-scheme", "value": theme}]
        self.chromium("Emulation.setEmulatedMedia", media=media, features=features)
        self.ask("url", url=page.resolve().as_uri())

    def run(self, script: str) -> Any:
        """The value of a function's body, run in the page."""
        return self.ask("execute/sync", script=script, args=[])

    def complaints(self) -> list[str]:
        """What the console has said since the last question: errors, and what the page's policy stopped."""
        return [str(one["message"]) for one in self.ask("se/log", type="browser")]

    def press(self, key: str) -> None:
        """Press and release one key."""
        actions = [{"type": kind, "value": key} for kind in ("keyDown", "keyUp")]
        self.ask("actions", actions=[{"type": "key", "id": "keys", "actions": actions}])

    def picture(self, target: Path, *, whole: bool = True) -> None:
        """A picture of the page, or of what a window of its width shows."""
        said = self.chromium("Page.captureScreenshot", captureBeyondViewport=whole, **(self._clip() if whole else {}))
        target.write_bytes(base64.b64decode(said["data"]))

    def _clip(self) -> dict[str, object]:
        width, height = self.run("return [innerWidth, document.documentElement.scrollHeight]")
        return {"clip": {"x": 0, "y": 0, "width": width, "height": height, "scale": 1}}


@contextlib.contextmanager
def browser() -> Iterator[Browser]:
    """A browser with a profile of its own, gone with the context.

    It puts a socket into the folder for temporary files, whose path has to be short (unix(7): 108 bytes), so that it
    is for a whole session, and not started where a test has a deep one.
    """
    chromium, driver = _chromium(), shutil.which(DRIVER)
    assert chromium
    assert driver
    with tempfile.TemporaryDirectory(prefix="browser-", ignore_cleanup_errors=True) as folder, _free_port() as port:
        env = {**os.environ, "HOME": folder, "TMPDIR": folder, "XDG_CONFIG_HOME": folder, "XDG_CACHE_HOME": folder}
        process = subprocess.Popen(
            [driver, f"--port={port}"], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        session = ""
        try:
            session = _session(port, chromium, Path(folder) / "profile", process)
            yield Browser(session, port)
        finally:
            with contextlib.suppress(requests.RequestException):
                if session:
                    _HTTP.delete(f"http://127.0.0.1:{port}/session/{session}", timeout=SECONDS)
            process.terminate()
            process.wait(SECONDS)


@contextlib.contextmanager
def _free_port() -> Iterator[int]:
    with contextlib.closing(socket.create_server(("127.0.0.1", 0))) as door:
        port = door.getsockname()[1]
    yield port


def _session(port: int, chromium: str, profile: Path, process: subprocess.Popen[bytes]) -> str:
    options = {"binary": chromium, "args": [*ARGUMENTS, f"--user-data-dir={profile}"]}
    wanted = {"browserName": "chrome", "goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}}
    value = _posted(f"http://127.0.0.1:{port}/session", {"capabilities": {"alwaysMatch": wanted}}, process)
    return str(value["sessionId"])


def _posted(address: str, said: object, process: subprocess.Popen[bytes]) -> Any:
    """Ask the driver as soon as it listens."""
    end = time.monotonic() + SECONDS
    while True:
        try:
            answer = _HTTP.post(address, json=said, timeout=SECONDS)
        except requests.ConnectionError:
            assert process.poll() is None, "the driver ended"
            assert time.monotonic() < end, "the driver does not answer"
            time.sleep(0.05)
        else:
            assert answer.ok, answer.text
            return answer.json()["value"]
