"""Which import packages the wheel would ship, and the project's name."""

from __future__ import annotations

import pytest
from paper_tree import PaperTree, pyproject

from tagward.sources import find_import_packages, find_project_name

NAMED = ("[project]", 'name = "acme-demo"', 'version = "1"')
SETUPTOOLS = "setuptools.build_meta"

PACKAGES = {
    "src": (
        pyproject(*NAMED),
        ["src/acme_demo/__init__.py", "src/acme_demo/a.py", "tests/__init__.py"],
        ("src/acme_demo",),
    ),
    "several-in-src": (
        pyproject(*NAMED),
        ["src/acme_demo/__init__.py", "src/acme/__init__.py"],
        ("src/acme", "src/acme_demo"),
    ),
    "flat": (pyproject(*NAMED), ["acme_demo/__init__.py", "docs/__init__.py", "other/__init__.py"], ("acme_demo",)),
    "flat-other-name": (
        pyproject(*NAMED),
        ["demo/__init__.py", "tests/__init__.py", "benchmarks/__init__.py"],
        ("demo",),
    ),
    "module": (pyproject(*NAMED), ["acme_demo.py", "setup.py", "noxfile.py"], ("acme_demo.py",)),
    "namespace": (pyproject(*NAMED), ["src/acme/demo/__init__.py", "src/acme/demo/x.py"], ("src/acme/demo",)),
    "hatch": (
        pyproject(*NAMED, "[tool.hatch.build.targets.wheel]", 'packages = ["lib/thing"]'),
        ["lib/thing/__init__.py"],
        ("lib/thing",),
    ),
    "poetry": (
        pyproject(
            "[tool.poetry]", 'packages = [{ include = "acme", from = "src" }]', backend="poetry.core.masonry.api"
        ),
        ["src/acme/demo/__init__.py"],
        ("src/acme/demo",),
    ),
    "flit": (
        pyproject(*NAMED, "[tool.flit.module]", 'name = "thing"', backend="flit_core.buildapi"),
        ["thing.py", "acme_demo.py"],
        ("thing.py",),
    ),
    "setuptools-where": (
        pyproject(*NAMED, "[tool.setuptools.packages.find]", 'where = ["lib"]', backend=SETUPTOOLS),
        ["lib/thing/__init__.py", "acme_demo/__init__.py"],
        ("lib/thing",),
    ),
    "setuptools-include": (
        pyproject(*NAMED, "[tool.setuptools.packages.find]", 'include = ["thing*"]', backend=SETUPTOOLS),
        ["thing/__init__.py", "other/__init__.py"],
        ("thing",),
    ),
    "setuptools-packages": (
        pyproject(*NAMED, "[tool.setuptools]", 'packages = ["thing", "thing.sub"]', backend=SETUPTOOLS),
        ["thing/__init__.py", "thing/sub/__init__.py", "other/__init__.py"],
        ("thing",),
    ),
    "setuptools-package-dir": (
        pyproject(
            *NAMED, "[tool.setuptools]", 'packages = ["thing"]', 'package-dir = { thing = "code" }', backend=SETUPTOOLS
        ),
        ["code/__init__.py"],
        ("code",),
    ),
    "setuptools-py-modules": (
        pyproject(*NAMED, "[tool.setuptools]", 'py-modules = ["thing"]', backend=SETUPTOOLS),
        ["thing.py", "other.py"],
        ("thing.py",),
    ),
    "maturin": (
        pyproject(*NAMED, "[tool.maturin]", 'python-source = "py"', backend="maturin"),
        ["py/thing/__init__.py"],
        ("py/thing",),
    ),
    "uv-build": (
        pyproject(*NAMED, "[tool.uv.build-backend]", 'module-root = ""', 'module-name = "thing"', backend="uv_build"),
        ["thing/__init__.py"],
        ("thing",),
    ),
    "nothing": (pyproject(*NAMED), ["README.md"], ()),
    "broken": ("[", ["demo/__init__.py"], ("demo",)),
}


@pytest.mark.parametrize(("toml", "paths", "expected"), PACKAGES.values(), ids=PACKAGES)
def test_import_packages_are_found(toml: str, paths: list[str], expected: tuple[str, ...]) -> None:
    assert find_import_packages(PaperTree({"pyproject.toml": toml, **dict.fromkeys(paths, "")})) == expected


def test_packages_of_a_folder_are_told_from_the_root() -> None:
    files = PaperTree(
        {"a/pyproject.toml": pyproject(*NAMED), "a/src/acme_demo/__init__.py": "", "src/x/__init__.py": ""}
    )

    assert find_import_packages(files, "a") == ("a/src/acme_demo",)


def test_packages_listed_in_setup_cfg_are_found() -> None:
    files = PaperTree(
        {
            "setup.cfg": "[options]\npackages =\n    thing\npy_modules = single\n",
            "thing/__init__.py": "",
            "single.py": "",
            "other/__init__.py": "",
        }
    )

    assert find_import_packages(files) == ("single.py", "thing")


NAMES = {
    "project": ({"pyproject.toml": '[project]\nname = "A.b_c"\n'}, "A.b_c"),
    "poetry": ({"pyproject.toml": '[tool.poetry]\nname = "demo"\n'}, "demo"),
    "flit": ({"pyproject.toml": '[tool.flit.metadata]\nmodule = "demo"\n'}, "demo"),
    "flit-dist-name": ({"pyproject.toml": '[tool.flit.metadata]\nmodule = "x"\ndist-name = "demo"\n'}, "demo"),
    "setup-cfg": ({"setup.cfg": "[metadata]\nname = demo\n"}, "demo"),
    "setup-py": ({"setup.py": "from setuptools import setup\nsetup(name='demo')\n"}, "demo"),
    "after-a-broken-file": ({"pyproject.toml": "[", "setup.cfg": "[metadata]\nname = demo\n"}, "demo"),
    "none": ({}, None),
    "computed": ({"setup.py": "from setuptools import setup\nsetup(name=name())\n"}, None),
}


@pytest.mark.parametrize(("files", "name"), NAMES.values(), ids=NAMES)
def test_the_name_is_read_where_it_is_written(files: dict[str, str | bytes | None], name: str | None) -> None:
    assert find_project_name(PaperTree(files)) == name
