"""Which tracked files a wheel lacks, told from names; and what every usual layout leaves out on purpose."""

from __future__ import annotations

import pytest

from tagward.model.contents import LostKind
from tagward.sources.contents import exclusions, lost_files

GOOD: dict[str, tuple[str, str]] = {
    "src layout": (
        "src/acme/__init__.py src/acme/a.py src/acme/py.typed tests/test_a.py",
        "acme/__init__.py acme/a.py acme/py.typed",
    ),
    "flat layout": ("acme/__init__.py acme/a.py tests/test_a.py docs/conf.py setup.py", "acme/__init__.py acme/a.py"),
    "single module": ("acme.py README.md tests/test_acme.py", "acme.py"),
    "namespace": ("src/google/acme/__init__.py src/google/other/__init__.py", "google/acme/__init__.py"),
    "two of a namespace": ("google/a/__init__.py google/b/__init__.py", "google/a/__init__.py google/b/__init__.py"),
    "compiled from C": (
        "acme/__init__.py acme/_speed.c acme/_speed.pyx acme/_speed.pyi acme/_speed.h",
        "acme/__init__.py acme/_speed.cpython-311-x86_64-linux-gnu.so acme/_speed.pyi",
    ),
    "compiled from Python": ("acme/__init__.py acme/core.py", "acme/__init__.py acme/core.abi3.so"),
    "rust in a folder of its own": (
        "python/acme/__init__.py src/lib.rs Cargo.toml",
        "acme/__init__.py acme/_acme.abi3.so",
    ),
    "meson": ("acme/__init__.py acme/meson.build acme/_version.py.in", "acme/__init__.py acme/_version.py"),
    "version file of the build": ("src/acme/__init__.py", "acme/__init__.py acme/_version.py"),
    "data in the wheel": ("acme/__init__.py acme/data/a.json", "acme/__init__.py acme/data/a.json"),
    "tests inside": (
        "acme/__init__.py acme/tests/test_a.py acme/tests/data/a.json acme/conftest.py",
        "acme/__init__.py",
    ),
    "sources of translations": (
        "acme/__init__.py acme/locale/de/a.po acme/locale/de/a.mo",
        "acme/__init__.py acme/locale/de/a.mo",
    ),
    "texts inside": (
        "acme/__init__.py acme/README.md acme/LICENSE.txt acme/.gitignore acme/pyproject.toml",
        "acme/__init__.py",
    ),
    "stubs beside": (
        "src/acme-stubs/__init__.pyi src/acme-stubs/py.typed",
        "acme-stubs/__init__.pyi acme-stubs/py.typed",
    ),
    "a package under another name": ("lib/__init__.py lib/a.py lib/b.json", "acme/__init__.py acme/a.py"),
    "two projects with one package": (
        "one/acme/__init__.py one/acme/x.py two/acme/__init__.py two/acme/y.py",
        "acme/__init__.py",
    ),
    "scripts that make code": ("acme/__init__.py acme/_build_tables.py acme/generate_x.py", "acme/__init__.py"),
    "mostly made by the build": ("acme/__init__.py acme/make.py", "acme/__init__.py acme/a.py acme/b.py acme/c.py"),
    "nothing": ("README.md", ""),
}


@pytest.mark.parametrize(("tracked", "shipped"), GOOD.values(), ids=GOOD)
def test_nothing_is_said_of_a_good_layout(tracked: str, shipped: str) -> None:
    assert list(lost_files(tracked.split(), shipped.split())) == []


@pytest.mark.parametrize(
    ("tracked", "shipped", "lost"),
    [
        ("src/acme/__init__.py src/acme/sub/__init__.py", "acme/__init__.py",
         {"src/acme/sub/__init__.py": LostKind.MODULE}),
        ("acme/__init__.py acme/a.json", "acme/__init__.py", {"acme/a.json": LostKind.DATA}),
        ("acme/__init__.py acme/py.typed", "acme/__init__.py", {"acme/py.typed": LostKind.MARKER}),
        ("src/ns/acme/__init__.py src/ns/acme/x.py", "ns/acme/__init__.py", {"src/ns/acme/x.py": LostKind.MODULE}),
    ],
)  # fmt: skip
def test_what_is_lost_is_named_with_its_kind(tracked: str, shipped: str, lost: dict[str, LostKind]) -> None:
    assert dict(lost_files(tracked.split(), shipped.split())) == lost


SETTINGS: dict[str, dict[str, object]] = {
    "hatch": {"hatch": {"build": {"targets": {"wheel": {"exclude": ["*.json", "/src/acme/old"]}}}}},
    "poetry": {"poetry": {"exclude": ["src/acme/a.json", {"path": "src/acme/old/**", "format": "wheel"}]}},
    "setuptools": {"setuptools": {"exclude-package-data": {"acme": ["*.json"]},
                                  "packages": {"find": {"exclude": ["acme.old*"]}}}},
    "pdm": {"pdm": {"build": {"excludes": ["**/old", "**/*.json"]}}},
    "uv": {"uv": {"build-backend": {"wheel-exclude": ["src/acme/old/**", "*.json"]}}},
}  # fmt: skip


@pytest.mark.parametrize("tool", SETTINGS.values(), ids=SETTINGS)
def test_what_the_project_excludes_is_not_lost(tool: dict[str, object]) -> None:
    tracked = ["src/acme/__init__.py", "src/acme/a.json", "src/acme/old/__init__.py"]

    assert list(lost_files(tracked, ["acme/__init__.py"], exclusions(tool))) == []
    assert len(list(lost_files(tracked, ["acme/__init__.py"], exclusions({"ruff": {"exclude": ["*"]}})))) == 2
