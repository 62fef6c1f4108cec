"""Small distributions written by hand, uploaded by real twine: for tests that need a release on an index."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tarfile
import zipfile
from typing import TYPE_CHECKING

from tagward.model.receipt import Receipt, Sealed
from tagward.tools.archives import read_distribution

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tagward.tools.localindex import LocalIndex

PROJECT, VERSION = "acme-demo", "1.4.0"
TWINE = {"TWINE_NON_INTERACTIVE": "1", "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"}


def metadata(project: str = PROJECT, version: str = VERSION, more: str = "") -> str:
    return f"Metadata-Version: 2.1\nName: {project}\nVersion: {version}\nSummary: A demo\n{more}"


def write_wheel(
    folder: Path,
    *,
    project: str = PROJECT,
    version: str = VERSION,
    code: str = "",
    more: str = "",
    tag: str = "py3-none-any",
    files: Mapping[str, str] | None = None,
) -> Path:
    """A wheel with one import package, whose `__init__.py` holds `code`, and more files."""
    folder.mkdir(parents=True, exist_ok=True)
    name = project.replace("-", "_")
    info = f"{name}-{version}.dist-info"
    path = folder / f"{name}-{version}-{tag}.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{name}/__init__.py", code)
        for path_in, text in (files or {}).items():
            archive.writestr(path_in, text)
        archive.writestr(f"{info}/METADATA", metadata(project, version, more))
        archive.writestr(f"{info}/WHEEL", f"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: {tag}\n")
        names = [*(files or {}), f"{name}/__init__.py", f"{info}/METADATA", f"{info}/WHEEL", f"{info}/RECORD"]
        archive.writestr(f"{info}/RECORD", "".join(f"{one},,\n" for one in names))
    return path


def write_sdist(folder: Path, *, project: str = PROJECT, version: str = VERSION, readme: str = "") -> Path:
    """An sdist with metadata and a readme."""
    folder.mkdir(parents=True, exist_ok=True)
    top = f"{project.replace('-', '_')}-{version}"
    path = folder / f"{top}.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        for name, text in (("PKG-INFO", metadata(project, version)), ("README.md", readme)):
            info = tarfile.TarInfo(f"{top}/{name}")
            info.size = len(text)
            archive.addfile(info, io.BytesIO(text.encode()))
    return path


def write_release(folder: Path, *, version: str = VERSION, code: str = "", more: str = "") -> tuple[Path, Path]:
    """An sdist and a wheel of the demo project."""
    return write_sdist(folder, version=version), write_wheel(folder, version=version, code=code, more=more)


def receipt_of(
    *files: Path, version: str = VERSION, oid: str = "a" * 40, commit: str = "b" * 40, tag: str = ""
) -> Receipt:
    """The receipt of a gate that has passed these files."""
    read = [read_distribution(path) for path in files]
    sealed = tuple(Sealed(one.file, one.size, one.sha256) for one in read)
    return Receipt(
        tag or f"v{version}", oid, commit, PROJECT, version, sealed, {}, {}, {}, (PROJECT.replace("-", "_"),)
    )


def upload(index: LocalIndex, *files: Path, password: str | None = None) -> subprocess.CompletedProcess[str]:
    """Upload with twine, as the publish job does."""
    words = ["upload", "--non-interactive", "--disable-progress-bar", "--repository-url", index.upload]
    credentials = {
        "TWINE_USERNAME": index.username,
        "TWINE_PASSWORD": index.password if password is None else password,
    }
    return subprocess.run(
        [sys.executable, "-I", "-m", "twine", "--no-color", *words, *files],
        env={**os.environ, **TWINE, **credentials, "COLUMNS": "1000"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
