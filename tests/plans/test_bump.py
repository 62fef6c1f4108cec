"""Set the version everywhere: these characters, and no other byte."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from packaging.version import Version
from paper_tree import PaperTree

from tagward.errors import ConfigError
from tagward.plans.bump import plan_bump
from tagward.sources import find_source

if TYPE_CHECKING:
    from tagward.model.plan import BumpPlan

DAY = "2026-11-22"
STATIC = """\
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
[project]
name = "acme"
version = "1.3.0"
"""
LITERAL = '"""Acme, é."""\n__version__ = "1.3.0"\n'
POETRY = '[tool.poetry]\nname = "acme"\nversion = "1.3.0"\n[build-system]\nrequires = ["poetry-core"]\n'


def _dynamic(requires: str, backend: str, more: str = "") -> str:
    return f"""\
[build-system]
requires = ["{requires}"]
build-backend = "{backend}"
[project]
name = "acme"
dynamic = ["version", "description"]
{more}
"""


HATCH = _dynamic("hatchling", "hatchling.build", '[tool.hatch.version]\npath = "acme/__about__.py"')
ATTR = _dynamic(
    "setuptools", "setuptools.build_meta", '[tool.setuptools.dynamic]\nversion = {attr = "acme.__version__"}'
)
FILE = _dynamic("setuptools", "setuptools.build_meta", '[tool.setuptools.dynamic]\nversion = {file = "VERSION"}')
SETUPTOOLS = '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n'
PDM = _dynamic("pdm-backend", "pdm.backend", '[tool.pdm.version]\nsource = "file"\npath = "acme/__init__.py"')
CONFIG = "[metadata]\nname = acme\nversion = 1.3.0\n"
SOURCES: dict[str, tuple[dict[str, str], str]] = {
    "project.version": ({"pyproject.toml": STATIC}, "pyproject.toml"),
    "crlf": ({"pyproject.toml": STATIC.replace("\n", "\r\n")}, "pyproject.toml"),
    "single quotes": ({"pyproject.toml": STATIC.replace('"1.3.0"', "'1.3.0'  # 1.3.0 now")}, "pyproject.toml"),
    "poetry": ({"pyproject.toml": POETRY + 'build-backend = "poetry.core.masonry.api"\n'}, "pyproject.toml"),
    "hatch path": (
        {"pyproject.toml": HATCH, "acme/__about__.py": LITERAL, "acme/__init__.py": ""},
        "acme/__about__.py",
    ),
    "setuptools attr": ({"pyproject.toml": ATTR, "acme/__init__.py": LITERAL}, "acme/__init__.py"),
    "setuptools file": ({"pyproject.toml": FILE, "VERSION": "1.3.0\n"}, "VERSION"),
    "setup.cfg": ({"pyproject.toml": SETUPTOOLS, "setup.cfg": CONFIG}, "setup.cfg"),
    "setup.py": ({"setup.py": "from setuptools import setup\nsetup(name='acme', version='1.3.0')\n"}, "setup.py"),
    "flit": ({"pyproject.toml": _dynamic("flit_core>=3", "flit_core.buildapi"), "acme.py": LITERAL}, "acme.py"),
    "pdm file": ({"pyproject.toml": PDM, "acme/__init__.py": LITERAL}, "acme/__init__.py"),
    "maturin": (
        {
            "pyproject.toml": _dynamic("maturin>=1", "maturin"),
            "Cargo.toml": '[package]\nname = "acme"\nversion = "1.3.0"\n',
        },
        "Cargo.toml",
    ),
    "meson": (
        {
            "pyproject.toml": _dynamic("meson-python", "mesonpy"),
            "meson.build": "project('acme', 'c', version: '1.3.0')\n",
        },
        "meson.build",
    ),
}


def _bumped(files: dict[str, str], version: str = "1.4.0") -> tuple[BumpPlan, dict[str, str]]:
    plan = plan_bump(PaperTree(dict(files)), Version(version), DAY)
    return plan, {write.path: write.after.decode() for write in plan.writes}


@pytest.mark.parametrize(("files", "path"), SOURCES.values(), ids=SOURCES)
def test_a_source_is_set_and_every_other_byte_is_kept(files: dict[str, str], path: str) -> None:
    _, after = _bumped(files)

    changed = {**files, **after}
    declaration = find_source(PaperTree(dict(changed))).declaration
    assert declaration is not None
    assert declaration.text == "1.4.0"
    assert set(after) == {path}
    assert len(after[path]) == len(files[path])
    assert sum(one != other for one, other in zip(after[path], files[path], strict=True)) == 1


@pytest.mark.parametrize(("files", "path"), SOURCES.values(), ids=SOURCES)
def test_a_bump_there_and_back_gives_the_same_bytes(files: dict[str, str], path: str) -> None:
    _, there = _bumped(files, "2.0.0rc1" if path != "Cargo.toml" else "2.0.0")
    _, back = _bumped({**files, **there}, "1.3.0")

    assert back[path] == files[path]


def test_readers_copies_are_set_too_each_in_its_spelling() -> None:
    files = {
        "pyproject.toml": STATIC,
        "acme/__init__.py": '__version__ = "1.3.0"\nversion_info = (1, 3, 0)\n',
        "CITATION.cff": "cff-version: 1.2.0\nversion: 1.3.0\n",
        "package.json": '{"name": "acme", "version": "1.3.0"}\n',
        "uv.lock": 'version = 1\n\n[[package]]\nname = "acme"\nversion = "1.3.0"\nsource = { editable = "." }\n',
    }

    _, after = _bumped(files, "1.4.0")

    assert after["acme/__init__.py"] == '__version__ = "1.4.0"\nversion_info = (1, 4, 0)\n'
    assert after["CITATION.cff"] == "cff-version: 1.2.0\nversion: 1.4.0\n"
    assert after["package.json"] == '{"name": "acme", "version": "1.4.0"}\n'
    assert 'version = "1.4.0"\nsource' in after["uv.lock"]


def test_semver_is_spelled_as_semver() -> None:
    files = {"pyproject.toml": STATIC, "package.json": '{"name": "acme", "version": "1.3.0"}'}

    assert '"version": "1.4.0-rc.1"' in _bumped(files, "1.4.0rc1")[1]["package.json"]


def test_what_a_tuple_cannot_state_stops_everything() -> None:
    files = {"pyproject.toml": STATIC, "acme/__init__.py": '__version__ = "1.3.0"\nversion_info = (1, 3, 0)\n'}

    with pytest.raises(ConfigError, match=r"which cannot state 1\.4\.0rc1"):
        _bumped(files, "1.4.0rc1")


def test_a_version_from_git_is_left_and_said() -> None:
    scm = _dynamic("hatchling", "hatchling.build", '[tool.hatch.version]\nsource = "vcs"').replace(
        'g"]', 'g", "hatch-vcs"]'
    )
    files = {"pyproject.toml": scm}

    plan, after = _bumped(files)

    assert after == {}
    assert "tags" in plan.left[0]


def test_a_folder_without_a_project_is_an_error() -> None:
    with pytest.raises(ConfigError, match="no project states a version"):
        _bumped({"README.md": "x"})


def test_nothing_to_do_writes_nothing() -> None:
    assert _bumped({"pyproject.toml": STATIC}, "1.3.0")[0].writes == ()


KEEP = """\
# Changelog

## [Unreleased]

### Added

- A thing.

## [1.3.0] - 2026-09-02

- Older.

[unreleased]: https://example.org/acme/compare/v1.3.0...HEAD
[1.3.0]: https://example.org/acme/releases/tag/v1.3.0
"""


def test_a_form_feed_or_a_line_separator_ends_no_line_of_the_changelog() -> None:
    odd = KEEP.replace("# Changelog", "# Changelog\n\fa\u2028b\x85c", 1)

    _, after = _bumped({"pyproject.toml": STATIC, "CHANGELOG.md": odd})

    assert after["CHANGELOG.md"].startswith(odd.partition("## [Unreleased]")[0] + "## [Unreleased]\n\n## [1.4.0] - ")


def test_keep_a_changelog_gets_an_entry_under_an_empty_unreleased_and_its_link() -> None:
    _, after = _bumped({"pyproject.toml": STATIC, "CHANGELOG.md": KEEP})

    assert after["CHANGELOG.md"] == KEEP.replace(
        "## [Unreleased]\n", "## [Unreleased]\n\n## [1.4.0] - 2026-11-22\n"
    ).replace(
        "[unreleased]: https://example.org/acme/compare/v1.3.0...HEAD\n",
        "[unreleased]: https://example.org/acme/compare/v1.4.0...HEAD\n"
        "[1.4.0]: https://example.org/acme/compare/v1.3.0...v1.4.0\n",
    )


def test_a_restructured_text_changelog_gets_title_and_underline() -> None:
    older = "1.3.0 (2026-09-02)\n------------------\n\n- Older.\n"
    text = "Changes\n=======\n\nUnreleased\n----------\n\n- A thing.\n\n" + older

    _, after = _bumped({"pyproject.toml": STATIC, "CHANGES.rst": text})

    assert after["CHANGES.rst"] == text.replace("Unreleased\n----------\n", "1.4.0 (2026-11-22)\n------------------\n")


def test_an_entry_that_is_there_is_kept() -> None:
    text = KEEP.replace("## [Unreleased]", "## [1.4.0] - 2026-11-20")

    assert "CHANGELOG.md" not in _bumped({"pyproject.toml": STATIC, "CHANGELOG.md": text})[1]


def test_a_changelog_without_anything_unreleased_is_left_and_said() -> None:
    plan, after = _bumped({"pyproject.toml": STATIC, "CHANGELOG.md": "# Changelog\n\n## 1.3.0\n\n- Older.\n"})

    assert set(after) == {"pyproject.toml"}
    assert plan.left == ("CHANGELOG.md: it has no heading for what is unreleased",)
