"""The commit held against archives: what they lack, and where nothing may be said."""

from __future__ import annotations

import io
import tarfile
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from paper import CANDIDATE, WORKSPACE

from tagward import _toml
from tagward.model.contents import Contents, Lost, LostKind, Text
from tagward.tools.archives import read_distribution
from tagward.tools.contents import compare
from tagward.tools.trees import FolderTree

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

PYPROJECT = '[project]\nname = "acme-demo"\nreadme = "README.md"\n'
TREE = {
    "pyproject.toml": PYPROJECT,
    "README.md": "# Demo\n",
    "src/acme_demo/__init__.py": "x = 1\n",
    "src/acme_demo/a.json": '{"a": 1}',
    "src/acme_demo/py.typed": "",
}
INFO = "acme_demo-1.4.0.dist-info"


def compared(
    folder: Path,
    wheel: Mapping[str, str],
    tree: Mapping[str, str],
    sdist: Mapping[str, str] | None = None,
    at: str = "",
) -> Contents:
    """What is said of a tree and of archives with these files; the sdist has the whole tree by default."""
    root, dist = folder / "tree", folder / "dist"
    dist.mkdir()
    for name, text in tree.items():
        path = root / at / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    with tarfile.open(dist / "acme_demo-1.4.0.tar.gz", "w:gz") as tar:
        for name, text in {"PKG-INFO": "Name: acme-demo\n", **(tree if sdist is None else sdist)}.items():
            info = tarfile.TarInfo(f"acme_demo-1.4.0/{name}")
            info.size = len(text.encode())
            tar.addfile(info, io.BytesIO(text.encode()))
    with zipfile.ZipFile(dist / "acme_demo-1.4.0-py3-none-any.whl", "w") as archive:
        for name, text in {**wheel, f"{INFO}/METADATA": "Name: acme-demo\n"}.items():
            archive.writestr(name, text)
    workspace = replace(
        WORKSPACE, pyproject=_toml.parse(tree.get("pyproject.toml", "")), candidate=replace(CANDIDATE, folder=at)
    )
    paths = [f"{at}/{name}" if at else name for name in tree]
    found = compare(workspace, root, FolderTree(root, paths), [read_distribution(path) for path in dist.iterdir()])
    assert found
    return found


def in_wheel(*leaving: str) -> dict[str, str]:
    """The package as a wheel has it, without some files."""
    package = {name.removeprefix("src/"): text for name, text in TREE.items() if name.startswith("src/")}
    return {name: text for name, text in package.items() if name not in leaving}


@pytest.mark.parametrize("at", ["", "packages/demo"])
def test_a_good_release_lacks_nothing(tmp_path: Path, at: str) -> None:
    readme = Text(f"{at}/README.md".lstrip("/"), "# Demo\n")

    assert compared(tmp_path, in_wheel(), TREE, at=at) == Contents(readme=readme)


def test_what_is_lost_is_named_by_its_path_in_the_repository(tmp_path: Path) -> None:
    found = compared(tmp_path, in_wheel("acme_demo/a.json", "acme_demo/py.typed"), TREE, at="packages/demo")

    assert found.lost == (
        Lost("packages/demo/src/acme_demo/a.json", LostKind.DATA, packed=True),
        Lost("packages/demo/src/acme_demo/py.typed", LostKind.MARKER, packed=True),
    )


def test_the_sdist_is_named_where_it_lacks_the_file_already(tmp_path: Path) -> None:
    sdist = {name: text for name, text in TREE.items() if name not in {"src/acme_demo/a.json", "pyproject.toml"}}

    found = compared(tmp_path, in_wheel("acme_demo/a.json"), TREE, sdist)

    assert found.lost == (Lost("src/acme_demo/a.json", LostKind.DATA, packed=False),)
    assert found.unpacked == ("pyproject.toml",)


def test_a_file_under_another_name_is_not_lost(tmp_path: Path) -> None:
    wheel = {**in_wheel("acme_demo/a.json"), "acme_demo/_data/b.bin": TREE["src/acme_demo/a.json"]}

    assert compared(tmp_path, wheel, TREE).lost == ()


def test_an_empty_file_under_another_name_proves_nothing(tmp_path: Path) -> None:
    tree = {**TREE, "src/acme_demo/sub/__init__.py": "", "src/acme_demo/other/__init__.py": ""}
    wheel = {**in_wheel(), "acme_demo/other/__init__.py": ""}

    assert compared(tmp_path, wheel, tree).lost == (
        Lost("src/acme_demo/sub/__init__.py", LostKind.MODULE, packed=True),
    )


@pytest.mark.parametrize("wheel", [{}, {"other/__init__.py": "y = 2\n"}], ids=["empty", "another"])
def test_the_package_of_the_project_is_missed(tmp_path: Path, wheel: dict[str, str]) -> None:
    assert compared(tmp_path, wheel, TREE).packages == ("src/acme_demo",)


@pytest.mark.parametrize(
    "wheel",
    [
        {"acme_demo.cpython-311-x86_64-linux-gnu.so": "x"},
        {"acme_demo-stubs/__init__.pyi": ""},
        {"renamed/__init__.py": "x = 1\n"},
        {"acme_demo-1.4.0.data/purelib/acme_demo/__init__.py": "x = 1\n"},
    ],
    ids=["compiled", "stubs", "renamed", "data"],
)
def test_the_package_is_known_in_another_shape(tmp_path: Path, wheel: dict[str, str]) -> None:
    assert compared(tmp_path, wheel, TREE).packages == ()


def test_a_module_of_another_name_is_not_missed(tmp_path: Path) -> None:
    tree = {"pyproject.toml": PYPROJECT, "README.md": "", "backend.py": "x = 1\n"}

    assert compared(tmp_path, {}, tree).packages == ()


@pytest.mark.parametrize(
    "settings",
    [
        "[tool.setuptools]\npackages = []\n",
        "[tool.hatch.build.targets.wheel]\nbypass-selection = true\n",
        "[tool.poetry]\npackage-mode = false\n",
    ],
)
def test_a_project_that_ships_no_package_on_purpose_misses_none(tmp_path: Path, settings: str) -> None:
    assert compared(tmp_path, {}, {**TREE, "pyproject.toml": PYPROJECT + settings}).packages == ()


@pytest.mark.parametrize("at", ["", "packages/demo"])
def test_all_that_the_sdist_lacks_is_told_in_order(tmp_path: Path, at: str) -> None:
    tree = {**TREE, "docs/b.md": "b", "docs/a.md": "a"}
    found = compared(tmp_path, in_wheel(), tree, TREE, at)

    assert found.unshipped == tuple(f"{at}/{name}".lstrip("/") for name in ("docs/a.md", "docs/b.md"))
