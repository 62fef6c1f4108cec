"""What pip refuses to install never comes to uv, which would pass over it; or uv refuses it too."""

from __future__ import annotations

import base64
import hashlib
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING

import pytest
from conftest import tagward

from tagward.tools.archives import read_distribution
from tagward.tools.environ import scratch_env
from tagward.tools.environment import Environment
from tagward.tools.installers import find_installers, make_environment

if TYPE_CHECKING:
    from pathlib import Path

NAME = "demo-1.0-py3-none-any.whl"
INFO = "demo-1.0.dist-info"
METADATA = (
    "Metadata-Version: 2.4\nName: demo\nVersion: 1.0\nSummary: A demo\nDescription-Content-Type: text/markdown\n"
    "{more}\n# Demo\n"
)
WHEEL = "Wheel-Version: 1.0\nGenerator: hand\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
CASES: dict[str, dict[str, str | None]] = {
    "good": {},
    "leaves": {"../outside.py": ""},
    "leaves below": {"demo/../../outside.py": ""},
    "absolute": {"/tmp/tagward-outside.py": ""},  # noqa: S108  # the hostile name
    "leaves by data": {"demo-1.0.data/scripts/../../../outside": "#!python\n"},
    "scheme that is none": {"demo-1.0.data/nowhere/x": ""},
    "scheme without a file": {"demo-1.0.data/scripts": "x"},
    "no RECORD": {f"{INFO}/RECORD": None},
    "RECORD of nonsense": {f"{INFO}/RECORD": "a\nb,c\n"},
    "no WHEEL": {f"{INFO}/WHEEL": None},
    "no METADATA": {f"{INFO}/METADATA": None},
    "WHEEL without a version": {f"{INFO}/WHEEL": "Root-Is-Purelib: true\n"},
    "WHEEL of tomorrow": {f"{INFO}/WHEEL": WHEEL.replace("1.0", "2.0")},
    "another project inside": {f"{INFO}/METADATA": METADATA.format(more="").replace("demo", "other")},
    "another version inside": {f"{INFO}/METADATA": METADATA.format(more="").replace("Version: 1.0", "Version: 2.0")},
    "two infos": {"other-1.0.dist-info/METADATA": METADATA.format(more="").replace("demo", "other")},
    "scripts of nonsense": {f"{INFO}/entry_points.txt": "[console_scripts]\nx = \n"},
    "scripts that leave": {f"{INFO}/entry_points.txt": "[console_scripts]\n../x = demo:main\n"},
    "no INI": {f"{INFO}/entry_points.txt": "console_scripts\n"},
    "an older Python": {f"{INFO}/METADATA": METADATA.format(more="Requires-Python: <3\n")},
    "a newer Python": {f"{INFO}/METADATA": METADATA.format(more="Requires-Python: >=3.99\n")},
    "Python of nonsense": {f"{INFO}/METADATA": METADATA.format(more="Requires-Python: three\n")},
    "requires nonsense": {f"{INFO}/METADATA": METADATA.format(more="Requires-Dist: ???\n")},
    "requires what is not there": {f"{INFO}/METADATA": METADATA.format(more="Requires-Dist: nobody-has-this\n")},
    "file and folder": {"demo/a": "", "demo/a/b.py": ""},
    "null": {"demo/a\\b.py": ""},
}


def make(folder: Path, changes: dict[str, str | None]) -> Path:
    """A wheel with some members changed or left out."""
    files = {"demo/__init__.py": "", f"{INFO}/METADATA": METADATA.format(more=""), f"{INFO}/WHEEL": WHEEL}
    members = {name: text for name, text in {**files, **changes}.items() if text is not None}
    lines = [f"{name},sha256={_digest(text)},{len(text)}\n" for name, text in members.items()]
    if f"{INFO}/RECORD" not in changes:
        members[f"{INFO}/RECORD"] = "".join([*lines, f"{INFO}/RECORD,,\n"])
    with zipfile.ZipFile(folder / NAME, "w") as wheel:
        for name, text in members.items():
            wheel.writestr(name, text)
    return folder / NAME


def _digest(text: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip("=")


@pytest.mark.parametrize("changes", CASES.values(), ids=CASES)
def test_what_pip_refuses_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changes: dict[str, str | None]
) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    wheel = make(tmp_path, changes)
    installers = find_installers()
    (tmp_path / "home").mkdir()
    variables = {**scratch_env(tmp_path / "home"), **installers.settings}
    make_environment(tmp_path / "pip")
    words: list[str | Path] = [
        sys.executable,
        "-I",
        "-m",
        "pip",
        "--python",
        tmp_path / "pip/bin/python",
        "install",
        wheel,
    ]
    of_pip = subprocess.run(words, env=variables, capture_output=True, text=True, check=False)

    judged = tagward("check", str(wheel), cwd=tmp_path)
    refused = judged.returncode == 1
    if not refused:
        environment = Environment(tmp_path / "env", variables, tmp_path / "log", installers.uv)
        environment.create()
        refused = bool(environment.install_wheel(read_distribution(wheel)).status)

    assert (not changes) == (not of_pip.returncode and not refused) or refused, of_pip.stdout + of_pip.stderr
    assert refused or not of_pip.returncode, of_pip.stdout + of_pip.stderr
    assert not list(tmp_path.rglob("outside*"))


def test_uv_is_what_installs_a_good_wheel(tmp_path: Path) -> None:
    installers = find_installers()
    (tmp_path / "home").mkdir()
    variables = {**scratch_env(tmp_path / "home"), **installers.settings}
    environment = Environment(tmp_path / "env", variables, tmp_path / "log", installers.uv)
    environment.create()

    done = environment.install_wheel(read_distribution(make(tmp_path, {})))

    assert not done.status
    assert (environment.packages / INFO / "INSTALLER").read_text() == "uv"


def test_nothing_of_a_candidate_goes_into_the_cache_of_the_user(tmp_path: Path) -> None:
    installers = find_installers()
    variables = {**scratch_env(tmp_path), **installers.settings, "UV_CACHE_DIR": str(tmp_path / "cache")}
    environment = Environment(tmp_path / "scratch/env", variables, tmp_path / "log", installers.uv)
    environment.folder.parent.mkdir()
    make_environment(environment.folder, installers.uv, variables)

    assert not environment.install_wheel(read_distribution(make(tmp_path, {}))).status
    assert not (tmp_path / "cache").exists()


def test_a_pip_that_a_build_left_behind_is_not_run(tmp_path: Path) -> None:
    installers = find_installers()
    (tmp_path / "home").mkdir()
    (tmp_path / "pip.py").write_text("open('run', 'w')")
    variables = {**scratch_env(tmp_path / "home"), **installers.settings}
    environment = Environment(tmp_path / "env", variables, tmp_path / "log")
    environment.create()

    assert not environment.install_wheel(read_distribution(make(tmp_path, {}))).status
    assert not (tmp_path / "run").exists()


def test_pip_installs_what_requires_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    installers = find_installers()
    (tmp_path / "home").mkdir()
    variables = {**scratch_env(tmp_path / "home"), **installers.settings}
    environment = Environment(tmp_path / "env", variables, tmp_path / "log", installers.uv)
    environment.create()
    metadata = METADATA.format(more='Requires-Dist: nobody-has-this; extra == "x"\nProvides-Extra: x\n')

    plain = environment.install_wheel(read_distribution(make(tmp_path, {f"{INFO}/METADATA": metadata})))
    required = METADATA.format(more="Requires-Dist: nobody-has-this\n")
    done = environment.install_wheel(read_distribution(make(tmp_path, {f"{INFO}/METADATA": required})))

    assert not plain.status
    assert done.status
    assert "ERROR: No matching distribution found for nobody-has-this" in (tmp_path / "log").read_text()
