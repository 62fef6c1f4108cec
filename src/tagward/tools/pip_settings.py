"""pip's configuration, read as pip reads it, without the tenth of a second that starting pip takes."""

from __future__ import annotations

import configparser
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tagward.errors import CannotJudge

if TYPE_CHECKING:
    from collections.abc import Iterator

_NAME = "pip.conf"
_TRUE = {"y", "yes", "t", "true", "on", "1"}
_FALSE = {"n", "no", "f", "false", "off", "0"}


def read_settings() -> dict[str, str]:
    """The settings of `pip install` by the long names of its options, of files and variables together.

    The files are those of the machine, of the user, of the environment that tagward runs in, and that of
    PIP_CONFIG_FILE, each over those before it; in each of them `[install]` counts more than `[global]`, variables count
    more than files, and what is empty is not set (pip documentation, "Configuration"; `pip._internal.configuration`).

    Raises:
        CannotJudge: pip itself could not read one of the files.
    """
    sections: dict[str, dict[str, str]] = {"global": {}, "install": {}}
    for path in _files():
        parser = configparser.RawConfigParser()
        parser.optionxform = _normal  # type: ignore[assignment, method-assign]  # as pip does
        try:
            parser.read(path, encoding="locale")
        except (configparser.Error, UnicodeDecodeError, OSError) as failure:
            raise CannotJudge(f"pip's configuration {path} cannot be read: {failure}") from failure
        for name, settings in sections.items():
            if parser.has_section(name):
                settings.update(parser.items(name))
    variables = {_normal(name[4:]): value for name, value in os.environ.items() if name.startswith("PIP_")}
    found: dict[str, str] = {}
    for settings in (sections["global"], sections["install"], variables):
        found |= {name: value for name, value in settings.items() if value}
    return found


def is_set(settings: dict[str, str], name: str) -> bool:
    """Whether a switch is on.

    Raises:
        CannotJudge: the value is none that pip takes for a switch.
    """
    value = settings.get(name, "no").lower()
    if value not in _TRUE | _FALSE:
        raise CannotJudge(f"pip's configuration says {name} = {value}, which is neither true nor false")
    return value in _TRUE


def index_of_pip() -> str:
    """The simple index that pip reads where nothing else is configured."""
    from pip._internal.models.index import PyPI  # noqa: PLC0415  # it stands nowhere else

    return str(PyPI.simple_url)


def _normal(name: str) -> str:
    return name.lower().replace("_", "-").removeprefix("--")


def _files() -> Iterator[Path]:
    import platformdirs  # noqa: PLC0415  # only a gate that builds needs it

    named = os.environ.get("PIP_CONFIG_FILE")
    if named == os.devnull:
        return
    mac = sys.platform == "darwin"
    find = platformdirs.site_data_dir if mac else platformdirs.site_config_dir
    shared = find("pip", appauthor=False, multipath=True)
    yield from (Path(folder) / _NAME for folder in shared.split(os.pathsep))
    if not mac:
        yield Path("/etc") / _NAME
    if not (named and Path(named).exists()):
        yield Path.home() / ".pip" / _NAME
        own = Path(platformdirs.user_config_dir("pip", appauthor=False, roaming=True))
        yield (own if not mac or own.is_dir() else Path.home() / ".config/pip") / _NAME
    yield Path(sys.prefix) / _NAME
    if named is not None:
        yield Path(named)
