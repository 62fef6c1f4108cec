"""What feeds the build: the backend, and the one place it takes the version from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagward.model.places import Place
from tagward.model.versions import Declaration, VersionSource
from tagward.sources.files import Faulty, NoVersion
from tagward.sources.project import FROM_TAGS, PYPROJECT, Project, feeds, read_project

if TYPE_CHECKING:
    from tagward.sources.files import Files


def read_source(files: Files) -> VersionSource:
    """Where the build of a folder takes the version from.

    PEP 621: `[project].version` is the version, or `dynamic` lists it and the backend finds it; nothing else may.
    """
    try:
        project = read_project(files)
    except Faulty as failure:
        return VersionSource("", None, f"{failure.fault}")
    try:
        found = _found(project)
    except Faulty as failure:
        return VersionSource(project.backend, None, f"{failure.fault}", missing=isinstance(failure, NoVersion))
    if isinstance(found, str):
        return VersionSource(project.backend, None, found, missing=not project.backend)
    return VersionSource(project.backend, found)


def _found(project: Project) -> Declaration | str:
    pyproject = project.pyproject
    if "project" in pyproject.value:
        if not isinstance(pyproject.value["project"], dict):
            raise Faulty(Place(pyproject.path), "`project` must be a table")
        static = pyproject.string("project", "version")
        if static is not None:
            if project.dynamic:
                raise Faulty(
                    pyproject.place("project", "version"),
                    "the version is given and listed in `dynamic`, which PEP 621 forbids",
                )
            return _tagged(project, feeds("project.version", static, pyproject.place("project", "version")))
        if not project.dynamic and not _tolerant(project):
            raise NoVersion(Place(pyproject.path), "`project` has no version and does not list it in `dynamic`")
    return _dynamic(project)


def _tolerant(project: Project) -> bool:
    # Poetry reads its own table; maturin asked for no `dynamic` for years.
    return project.backend in {"poetry-core", "maturin"} or project.backend not in _known()


def _known() -> frozenset[str]:
    from tagward.sources.project import BACKENDS  # noqa: PLC0415

    return frozenset(BACKENDS.values())


def _tagged(project: Project, found: Declaration) -> Declaration | str:
    if project.backend != "setuptools":
        return found
    from tagward.sources.setuptools import tagged  # noqa: PLC0415  # only this backend changes a static version

    return tagged(project, found)


def _dynamic(project: Project) -> Declaration | str:  # noqa: C901, PLR0911  # one for each backend
    # Each family is imported where it is met: `check --fast` reads one project, and start-up is what it costs.
    match project.backend:
        case "":
            return f"there is no {PYPROJECT}, setup.cfg or setup.py"
        case "setuptools":
            from tagward.sources.setuptools import setuptools_version  # noqa: PLC0415

            return setuptools_version(project)
        case "hatchling":
            from tagward.sources.hatch import hatch_version  # noqa: PLC0415

            return hatch_version(project)
        case "poetry-core":
            from tagward.sources.poetry import poetry_version  # noqa: PLC0415

            return poetry_version(project)
        case "flit-core":
            from tagward.sources.flit import flit_version  # noqa: PLC0415

            return flit_version(project)
        case "pdm-backend":
            from tagward.sources.pdm import pdm_version  # noqa: PLC0415

            return pdm_version(project)
        case "maturin":
            from tagward.sources.maturin import maturin_version  # noqa: PLC0415

            return maturin_version(project)
        case "scikit-build-core":
            from tagward.sources.compiled import scikit_version  # noqa: PLC0415

            return scikit_version(project)
        case "meson-python":
            from tagward.sources.compiled import meson_version  # noqa: PLC0415

            return meson_version(project)
        case "pbr":
            return f"pbr{FROM_TAGS}"
        case "uv_build":
            raise NoVersion(Place(project.pyproject.path), "uv_build knows no dynamic version")
        case other:
            return f"tagward does not know the build backend `{other[:80]}`"
