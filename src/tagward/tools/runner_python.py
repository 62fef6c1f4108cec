"""A Python for the jobs of a rehearsed workflow, as `actions/setup-python` would put one in place."""

from __future__ import annotations

import shutil
import sys
import sysconfig
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tagward.tools.run import run

if TYPE_CHECKING:
    from collections.abc import Mapping

_VERSION = "import sys; print('%d.%d' % sys.version_info[:2])"
_RUNNING = f"{sys.version_info[0]}.{sys.version_info[1]}"
_LINKED = ("pip", "tagward")
"""Whose programs are put on the path: those that a workflow calls, or it would meet the user's own."""
_GUARD = """\
import sys
HOSTS = {hosts!r}
def guard(event, arguments):
    if event == "socket.getaddrinfo" and arguments[0] is not None:
        said = arguments[0]
    elif event == "http.client.send" and isinstance(arguments[1], bytes):
        said = arguments[1] if arguments[1].startswith(b"CONNECT ") else b""
    else:
        return
    text = said.decode("latin-1") if isinstance(said, bytes) else said
    if any(host in text.lower() for host in HOSTS):
        raise OSError("this is a rehearsal: nothing is sent to a real index")
sys.addaudithook(guard)
"""


@dataclass(frozen=True, slots=True)
class Interpreter:
    """A Python that is ready.

    Attributes:
        folder: the folder of its programs, for the path.
        said: what was done, for the log.
        notes: in what it differs from what was asked for, as sentences.
    """

    folder: Path
    said: str
    notes: tuple[str, ...] = ()


def linked_python(version: str, folder: Path, env: Mapping[str, str]) -> Interpreter:
    """A virtual environment of that version where this machine has it, and of the running one otherwise.

    One of the running version sees, besides its own, all packages that tagward itself runs with: so the very tagward
    that rehearses is there without the network, and `pip install tagward==…` finds it installed. What a workflow makes
    with `python -m venv` sees none of them (PEP 405: it stems from the base interpreter).

    Whatever the workflow says, none of them reaches the places that packages are uploaded to, neither directly nor
    through a proxy: a rehearsal must not publish.

    Args:
        version: `3.12`.
        folder: where it comes to be.
        env: the environment to make it in.

    Raises:
        CommandFailed: it could not be made.
    """
    found = None if version == _RUNNING else _find(version, env)
    if found:
        run([found, "-I", "-m", "venv", folder], env=env)
        _guard(next(folder.glob("lib/python*/site-packages")))
        return Interpreter(folder / "bin", f"Python {version} is {found}; it has pip and nothing else")
    run([sys.executable, "-I", "-m", "venv", "--without-pip", folder], env=env)
    _link(folder)
    said = f"Python {_RUNNING} with the packages of the tagward that rehearses"
    if version == _RUNNING:
        return Interpreter(folder / "bin", said)
    note = f"there is no Python {version} on this machine: {_RUNNING} took its place"
    return Interpreter(folder / "bin", f"{said}: {note}", (note,))


def _find(version: str, env: Mapping[str, str]) -> str:
    """The program of that version; a name that is there may be a placeholder that starts nothing (pyenv's are)."""
    found = shutil.which(f"python{version}", path=env.get("PATH"))
    if not found:
        return ""
    done = run([found, "-I", "-c", _VERSION], env=env, check=False, timeout=60)
    return found if not done.status and done.text.strip() == version else ""


def _link(folder: Path) -> None:
    places = {"base": str(folder), "platbase": str(folder)}
    packages = Path(sysconfig.get_path("purelib", "venv", places))
    ours = dict.fromkeys(sysconfig.get_path(kind) for kind in ("purelib", "platlib"))
    # Not the bare path: only with addsitedir the .pth files there count, by which editable packages are found.
    _guard(packages)
    lines = "".join(f"import site; site.addsitedir({place!r})\n" for place in ours)
    (packages / "tagward-rehearsal.pth").write_text(lines, encoding="utf-8")
    programs = folder / "bin"
    for name in _LINKED:
        for script in metadata.distribution(name).entry_points.select(group="console_scripts"):
            _write_program(programs / script.name, programs / "python", script)


def _guard(packages: Path) -> None:
    """Let no Python of this environment reach the upload addresses of PyPI and TestPyPI, which are twine's to know."""
    from twine import utils  # noqa: PLC0415  # 0.3 s, and only rehearsals come here

    hosts = tuple(urlsplit(address).hostname for address in (utils.DEFAULT_REPOSITORY, utils.TEST_REPOSITORY))
    (packages / "tagward_rehearsal.py").write_text(_GUARD.format(hosts=hosts), encoding="utf-8")
    (packages / "tagward-rehearsal-guard.pth").write_text("import tagward_rehearsal\n", encoding="utf-8")


def _write_program(path: Path, python: Path, script: metadata.EntryPoint) -> None:
    lines = ["#!/bin/sh", f"'''exec' '{python}' \"$0\" \"$@\"", "' '''"]  # a shebang ends at 127 bytes on old systems
    lines += ["import sys", f"from {script.module} import {script.attr.split('.')[0]}", f"sys.exit({script.attr}())"]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    path.chmod(0o755)
