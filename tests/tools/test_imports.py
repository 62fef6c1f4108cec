"""What is read from shipped code: imports that only another distribution brings, and Pythons that could not run it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from fresh_install import make_wheel

from tagward.tools import imports
from tagward.tools.archives import read_distribution
from tagward.tools.imports import lowest_python, study
from tagward.tools.requirements import Shelf

if TYPE_CHECKING:
    from pathlib import Path

    from tagward.model.installation import Study

OLD = "Requires-Python: >=3.8\n"


def _study(folder: Path, files: dict[str, str], metadata: str = OLD) -> Study:
    """The study of a wheel in an environment that holds nothing but its metadata."""
    wheel = read_distribution(make_wheel(folder, "acme_demo", {"acme_demo/__init__.py": "", **files}, metadata))
    info = folder / "packages" / "acme_demo-1.4.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: acme-demo\nVersion: 1.4.0\n{metadata}")
    return study(wheel, ("acme_demo",), Shelf.of(info.parent, "acme_demo"))


@pytest.mark.parametrize(
    ("text", "lowest"),
    [
        ("", 0),
        (">=3.9", 9),
        (">=3.9.2", 9),
        ("~=3.8", 8),
        (">=3.6.1,<4.0.0", 7),
        ("!=3.0.*,!=3.1.*,>=2.7", 7),
        ("==3.11.4", 11),
        (">=3.10, <4.0", 10),
        ("<3", 0),
        ("what", 0),
    ],
)
def test_the_lowest_python_is_read_from_the_specifiers(text: str, lowest: int) -> None:
    assert lowest_python(text) == lowest


@pytest.mark.parametrize(
    ("text", "what", "since"),
    [
        ("import tomllib", "tomllib", "3.11"),
        ("import zoneinfo", "zoneinfo", "3.9"),
        ("from compression import zstd", "compression", "3.14"),
        ("from wsgiref.types import WSGIApplication", "wsgiref.types", "3.11"),
        ("from datetime import UTC, datetime", "datetime.UTC", "3.11"),
        ("from contextlib import suppress\nwith open(__file__):\n    from enum import StrEnum", "enum.StrEnum", "3.11"),
        ("import itertools as it\nx = list(it.pairwise([]))", "itertools.pairwise", "3.10"),
        ("import os.path\ndef f(p): return os.path.isjunction(p)", "os.path.isjunction", "3.12"),
        ("class A:\n    from functools import cache", "functools.cache", "3.9"),
        ("try:\n    import graphlib\nfinally:\n    pass", "graphlib", "3.9"),
    ],
    ids=lambda value: value.splitlines()[0] if isinstance(value, str) else "",
)
def test_a_name_of_the_standard_library_is_younger_than_requires_python(
    tmp_path: Path, text: str, what: str, since: str
) -> None:
    (misfit,) = _study(tmp_path, {"acme_demo/a.py": text}).misfits

    assert (misfit.what, misfit.since, misfit.syntax, misfit.gone, misfit.certain) == (what, since, False, False, False)
    assert misfit.place.path == "acme_demo/a.py"
    assert misfit.place.quote


@pytest.mark.parametrize(
    "text",
    [
        "import sys\nif sys.version_info >= (3, 11):\n    import tomllib",
        "try:\n    import tomllib\nexcept ImportError:\n    import tomli as tomllib",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from typing import Self",
        "from contextlib import suppress\nwith suppress(ImportError):\n    import tomllib",
        "def f():\n    import tomllib",
        "import itertools\nif hasattr(itertools, 'pairwise'):\n    itertools.pairwise",
        "import sys, itertools\ndef f():\n    if sys.version_info < (3, 10): return\n    itertools.pairwise",
        "from __future__ import annotations\nimport typing\ndef f() -> typing.Self: ...",
        "import itertools\nclass A: pairwise = 1\nA.pairwise",
        "from . import tomllib",
        "match = type = 1\nprint(match, type)",
    ],
)
def test_what_asks_first_is_no_misfit(tmp_path: Path, text: str) -> None:
    assert _study(tmp_path, {"acme_demo/a.py": text, "acme_demo/tomllib.py": ""}).misfits == ()


def test_a_module_that_is_only_imported_under_a_condition_may_be_young(tmp_path: Path) -> None:
    files = {
        "acme_demo/__init__.py": "import sys\nif sys.version_info >= (3, 11):\n    from acme_demo import _new\n",
        "acme_demo/_new.py": "import tomllib\ndef f(x):\n    match x:\n        case 1: pass\n",
    }

    assert _study(tmp_path, files).misfits == ()


def test_a_module_that_python_lost_is_told_where_that_python_is_allowed(tmp_path: Path) -> None:
    files = {"acme_demo/__init__.py": "from distutils.core import setup\n"}

    (misfit,) = _study(tmp_path, files).misfits

    assert (misfit.what, misfit.since, misfit.gone, misfit.certain) == ("distutils", "3.12", True, True)


@pytest.mark.parametrize("metadata", ["Requires-Python: >=3.8,<3.12\n", f"{OLD}Requires-Dist: setuptools\n", ""])
def test_a_lost_module_is_fine_below_that_python_and_with_its_backport(tmp_path: Path, metadata: str) -> None:
    assert _study(tmp_path, {"acme_demo/a.py": "import distutils\n"}, metadata).misfits == ()


@pytest.mark.parametrize(
    ("text", "line", "since"),
    [
        ("\ndef f(x):\n    match x:\n        case 1:\n            pass\n", 3, "3.10"),
        ("try:\n    pass\nexcept* ValueError:\n    pass\n", 1, "3.11"),
    ],
    ids=["match", "except-star"],
)
def test_syntax_that_the_lowest_python_does_not_know_is_found(tmp_path: Path, text: str, line: int, since: str) -> None:
    (misfit,) = _study(tmp_path, {"acme_demo/__init__.py": text}).misfits

    assert (misfit.since, misfit.place.line, misfit.syntax, misfit.certain) == (since, line, True, True)


@pytest.mark.parametrize("text", ["def f(:\n", "\0", "(" * 5000, "x = '\\d'\n", "# -*- coding: latin-1 -*-\n"])
def test_what_nobody_can_parse_is_not_judged(tmp_path: Path, text: str) -> None:
    assert _study(tmp_path, {"acme_demo/a.py": text}).misfits == ()


def test_a_module_beyond_all_reason_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    young = {"acme_demo/__init__.py": "import tomllib\n"}
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
    assert _study(tmp_path / "one", young).misfits != ()
    monkeypatch.setattr(imports, "MAX_BYTES", 10)

    assert _study(tmp_path / "other", young).misfits == ()


def test_what_there_was_no_time_to_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "READ_SECONDS", -1.0)

    assert _study(tmp_path, {}).untried == "1 of 1 modules were not read, acme_demo the first"


def test_requirements_that_are_not_met_are_told_as_pip_check_tells_them(tmp_path: Path) -> None:
    metadata = "Requires-Dist: gone\nRequires-Dist: other>=2\nRequires-Dist: never; python_version < '3'\n"
    _study(tmp_path, {}, metadata)
    info = tmp_path / "packages" / "other-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: other\nVersion: 1.0\n")

    assert Shelf.of(info.parent, "acme-demo").conflicts() == (
        "acme-demo 1.4.0 requires gone, which is not installed",
        "acme-demo 1.4.0 has requirement other>=2, but you have other 1.0",
    )
