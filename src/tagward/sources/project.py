"""The project in a folder: its pyproject.toml, its build backend and what the build requires."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tagward.model.names import normalize
from tagward.model.versions import Declaration, Role
from tagward.sources.files import Faulty, Files, Toml

if TYPE_CHECKING:
    from tagward.model.places import Place

PYPROJECT = "pyproject.toml"
FROM_TAGS = " computes it from git's tags"
_NAME = re.compile(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[([^\]]*)\])?")

# Import paths of backends (PEP 517 `build-backend`), and the name people know each by.
BACKENDS = {
    "setuptools": "setuptools",
    "hatchling": "hatchling",
    "poetry": "poetry-core",
    "poetry_core": "poetry-core",
    "poetry_dynamic_versioning": "poetry-core",
    "flit_core": "flit-core",
    "flit": "flit-core",
    "pdm": "pdm-backend",
    "maturin": "maturin",
    "scikit_build_core": "scikit-build-core",
    "mesonpy": "meson-python",
    "uv_build": "uv_build",
    "pbr": "pbr",
    "jupyter_packaging": "setuptools",
}
_BY_REQUIREMENT = {
    "hatchling": "hatchling",
    "poetry-core": "poetry-core",
    "poetry": "poetry-core",
    "flit-core": "flit-core",
    "pdm-backend": "pdm-backend",
    "maturin": "maturin",
    "scikit-build-core": "scikit-build-core",
    "meson-python": "meson-python",
    "uv-build": "uv_build",
    "pbr": "pbr",
    "setuptools": "setuptools",
}


@dataclass(frozen=True, slots=True)
class Project:
    """What decides how a folder is built.

    Attributes:
        files: the files of the folder.
        pyproject: its pyproject.toml; an empty one where there is none.
        backend: the build backend as people call it; the import path where it is unknown.
        requires: what the build requires: normalized names, each with its extras.
    """

    files: Files
    pyproject: Toml
    backend: str
    requires: dict[str, frozenset[str]]

    @property
    def dynamic(self) -> bool:
        """Whether `[project].dynamic` lists the version (PEP 621)."""
        listed = self.pyproject.table("project").get("dynamic")
        return isinstance(listed, list) and "version" in listed


def feeds(what: str, text: str, place: Place) -> Declaration:
    """The declaration that the build takes the version from."""
    return Declaration(what, text, place, Role.FEEDS)


def read_project(files: Files) -> Project:
    """Read the pyproject.toml of a folder.

    Raises:
        Faulty: it is no TOML.
    """
    pyproject = files.toml(PYPROJECT) or Toml(files.path(PYPROJECT), "", {})
    requires = _requirements(pyproject)
    return Project(files, pyproject, _backend(files, pyproject, requires), requires)


def _requirements(pyproject: Toml) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    listed = pyproject.table("build-system").get("requires")
    for text in listed if isinstance(listed, list) else []:
        match = _NAME.match(text) if isinstance(text, str) else None
        if match:
            extras = frozenset(normalize(extra.strip()) for extra in (match[2] or "").split(","))
            found[normalize(match[1])] = extras - {""}
    return found


def _backend(files: Files, pyproject: Toml, requires: dict[str, frozenset[str]]) -> str:
    stated = pyproject.table("build-system").get("build-backend")
    if stated == "intreehooks:loader":
        # The way to an in-tree backend before PEP 517 had `backend-path`.
        stated = pyproject.table("tool", "intreehooks").get("build-backend")
    if not isinstance(stated, str) or not stated:
        return _without_backend(files, pyproject)
    known = BACKENDS.get(re.split(r"[.:]", stated, maxsplit=1)[0])
    if known is None and "backend-path" in pyproject.table("build-system"):
        # A wrapper in the tree around a backend that the build requires.
        known = next((name for requirement, name in _BY_REQUIREMENT.items() if requirement in requires), None)
    return known or stated


def _without_backend(files: Files, pyproject: Toml) -> str:
    # PEP 517 says setuptools; a table of an older tool beside nothing of setuptools says what really built it.
    if not any(_exists(files, name) for name in ("setup.py", "setup.cfg")) and "project" not in pyproject.value:
        for table, backend in (("poetry", "poetry-core"), ("flit", "flit-core")):
            if pyproject.table("tool", table):
                return backend
        if not pyproject.value:
            return ""
    return "setuptools"


def _exists(files: Files, name: str) -> bool:
    try:
        return files.bytes(name) is not None
    except Faulty:
        return True
