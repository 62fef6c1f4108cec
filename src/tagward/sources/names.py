"""The project's name, where it is static."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagward.sources.files import Faulty, Files, Toml
from tagward.sources.project import PYPROJECT

if TYPE_CHECKING:
    from collections.abc import Callable


def read_name(files: Files) -> str | None:
    """The name of the project in a folder; None where it is not written down."""
    for reader in (_pyproject_name, _config_name, _script_name):
        name = _quietly(reader, files)
        if name:
            return name
    return None


def _quietly(reader: Callable[[Files], str | None], files: Files) -> str | None:
    try:
        return reader(files)
    except Faulty:
        return None


def _pyproject_name(files: Files) -> str | None:
    pyproject = files.toml(PYPROJECT)
    return toml_name(pyproject) if pyproject else None


def toml_name(pyproject: Toml) -> str | None:
    """The name in a pyproject.toml: PEP 621, Poetry's table, or that of old flit."""
    keys = (
        ("project", "name"),
        ("tool", "poetry", "name"),
        ("tool", "flit", "metadata", "dist-name"),
        ("tool", "flit", "metadata", "module"),
    )
    for key in keys:
        value = pyproject.table(*key[:-1]).get(key[-1])
        if isinstance(value, str) and value.strip():
            return value.strip()
    return None


def _config_name(files: Files) -> str | None:
    config = files.ini("setup.cfg")
    return config.get("metadata", "name") if config else None


def _script_name(files: Files) -> str | None:
    from tagward.sources.setup_script import script_argument  # noqa: PLC0415  # few projects have a setup.py

    found = script_argument(files, "name")
    return found if isinstance(found, str) else None
