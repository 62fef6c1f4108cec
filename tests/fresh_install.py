"""Small wheels, and what comes of them in a fresh environment, without the network."""

from __future__ import annotations

import base64
import hashlib
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING

from paper import CANDIDATE, DISTRIBUTIONS, WORKSPACE

from tagward.model.config import Config
from tagward.tools.archives import read_distribution
from tagward.tools.environ import scratch_env
from tagward.tools.environment import Environment, install

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tagward.model.installation import Installation

PIP = {"PIP_CONFIG_FILE": "/dev/null", "PIP_NO_INDEX": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}


def make_wheel(folder: Path, name: str, files: Mapping[str, str], metadata: str = "", entry_points: str = "") -> Path:
    """A wheel of version 1.4.0 with these files."""
    path = folder / f"{name}-1.4.0-py3-none-any.whl"
    info = f"{name}-1.4.0.dist-info"
    project = name.replace("_", "-")
    members = {
        **files,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {project}\nVersion: 1.4.0\n{metadata}",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        **({f"{info}/entry_points.txt": entry_points} if entry_points else {}),
    }
    with zipfile.ZipFile(path, "w") as archive:
        for member, text in members.items():
            archive.writestr(member, text)
        lines = [f"{member},sha256={_digest(text)},{len(text.encode())}\n" for member, text in members.items()]
        archive.writestr(f"{info}/RECORD", "".join([*lines, f"{info}/RECORD,,\n"]))
    return path


def _digest(text: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip("=")


def installed(
    folder: Path,
    files: Mapping[str, str],
    scripts: str = "",
    metadata: str = "",
    entry_points: str = "",
    **config: object,
) -> Installation:
    """The wheel of `acme-demo` in a fresh environment; pip finds other wheels in the same folder."""
    points = f"[console_scripts]\n{scripts}\n{entry_points}" if scripts else entry_points
    path = make_wheel(folder, "acme_demo", files, metadata, points)
    home = folder / "home"
    home.mkdir()
    candidate = replace(CANDIDATE, config=Config(**config))  # type: ignore[arg-type]  # fields of it
    distributions = replace(
        DISTRIBUTIONS, workspace=replace(WORKSPACE, candidate=candidate), files=(read_distribution(path),)
    )
    variables = {**scratch_env(home), **PIP, "PIP_FIND_LINKS": str(folder)}
    environment = Environment(folder / "env", variables, folder / "install.log")
    return install(distributions, environment)
