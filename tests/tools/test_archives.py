"""Archives are read and never extracted."""

from __future__ import annotations

import io
import tarfile
import zipfile
from typing import TYPE_CHECKING

import pytest

from tagward.model.distributions import Kind
from tagward.tools.archives import read_distribution

if TYPE_CHECKING:
    from pathlib import Path

METADATA = (
    "Metadata-Version: 2.4\nName: acme-demo\nVersion: 1.4.0\nRequires-Python: >=3.11\nProvides-Extra: cli\n\nText\n"
)


def wheel(folder: Path, files: dict[str, str], name: str = "acme_demo-1.4.0-py3-none-any.whl") -> Path:
    """A wheel with these files."""
    path = folder / name
    with zipfile.ZipFile(path, "w") as archive:
        for member, text in files.items():
            archive.writestr(member, text)
    return path


def sdist(folder: Path, files: dict[str, str], name: str = "acme_demo-1.4.0.tar.gz") -> Path:
    """An sdist with these files."""
    path = folder / name
    with tarfile.open(path, "w:gz") as archive:
        for member, text in files.items():
            info = tarfile.TarInfo(member)
            info.size = len(text)
            archive.addfile(info, io.BytesIO(text.encode()))
    return path


def test_a_wheel_says_what_it_is(tmp_path: Path) -> None:
    scripts = "[console_scripts]\nAcme = acme_demo:main [cli]\n[gui_scripts]\nw = acme_demo.gui:main\n[other]\nx = y\n"
    files = {
        "acme_demo/__init__.py": "",
        "acme_demo-1.4.0.dist-info/METADATA": METADATA,
        "acme_demo-1.4.0.dist-info/entry_points.txt": scripts,
    }

    found = read_distribution(wheel(tmp_path, files))

    assert (found.kind, found.project, found.version, found.fault) == (Kind.WHEEL, "acme_demo", "1.4.0", "")
    assert (found.name, found.metadata_version, found.requires_python) == ("acme-demo", "1.4.0", ">=3.11")
    assert found.extras == ("cli",)
    assert found.members == tuple(files)
    assert found.entry_points == {"Acme": "acme_demo:main [cli]", "w": "acme_demo.gui:main"}


def test_an_sdist_says_what_it_is(tmp_path: Path) -> None:
    found = read_distribution(
        sdist(tmp_path, {"acme_demo-1.4.0/PKG-INFO": METADATA, "acme_demo-1.4.0/a/PKG-INFO": "x"})
    )

    assert (found.kind, found.project, found.version, found.name) == (Kind.SDIST, "acme_demo", "1.4.0", "acme-demo")
    assert found.fault == ""


@pytest.mark.parametrize(
    ("files", "name"),
    [
        ({"a.py": ""}, "acme_demo-1.4.0-py3-none-any.whl"),
        ({"a.dist-info/METADATA": METADATA, "b.dist-info/METADATA": METADATA}, "acme_demo-1.4.0-py3-none-any.whl"),
        ({"x/METADATA.txt": METADATA}, "acme_demo-1.4.0-py3-none-any.whl"),
        ({"a.dist-info/METADATA": METADATA}, "acme_demo.whl"),
        ({"a.dist-info/METADATA": METADATA}, "acme_demo-1.4.zero-py3-none-any.whl"),
        (
            {"a.dist-info/METADATA": METADATA, "a.dist-info/entry_points.txt": "no section"},
            "acme_demo-1.4.0-py3-none-any.whl",
        ),
    ],
    ids=["no metadata", "two", "another name", "no file name of a wheel", "no version", "broken entry points"],
)
def test_a_wheel_that_does_not_say_it_is_faulty(tmp_path: Path, files: dict[str, str], name: str) -> None:
    assert read_distribution(wheel(tmp_path, files, name)).fault


def test_an_sdist_that_does_not_say_it_is_faulty(tmp_path: Path) -> None:
    assert read_distribution(sdist(tmp_path, {"a/b": ""})).fault == "no PKG-INFO in its top folder"
    assert read_distribution(sdist(tmp_path, {"a/PKG-INFO": METADATA}, "acme.tar.gz")).fault


@pytest.mark.parametrize("name", ["acme_demo-1.4.0-py3-none-any.whl", "acme_demo-1.4.0.tar.gz"])
@pytest.mark.parametrize("data", [b"", b"no archive", b"PK\x03\x04" + b"\0" * 40, b"\x1f\x8b\x08" + b"\0" * 40])
def test_what_is_no_archive_is_faulty_and_not_a_traceback(tmp_path: Path, name: str, data: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(data)

    assert read_distribution(path).fault
