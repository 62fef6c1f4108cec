"""The stand-ins for actions, by name: what a rehearsed workflow may use."""

from __future__ import annotations

import re

from tagward.tools.runner_artifacts import download, upload
from tagward.tools.runner_checkout import checkout
from tagward.tools.runner_use import Action, Answer, Use

_VERSION = re.compile(r"3\.\d{1,2}")


def setup_python(use: Use) -> Answer:
    """Put a Python in place, first on the path of the steps that follow."""
    version = use.inputs.get("python-version", "")
    if not _VERSION.fullmatch(version):
        return Answer(f"Error: tagward puts Pythons such as 3.12 in place, not '{version}'", failed=True)
    python = use.pythons(version, use.folder / f"python-{version}", use.env)
    return Answer(
        python.said,
        outputs={"python-version": version, "python-path": str(python.folder / "python")},
        path=(python.folder,),
        variables={"pythonLocation": str(python.folder.parent)},
        notes=python.notes,
    )


STAND_INS: dict[str, Action] = {
    "actions/checkout": checkout,
    "actions/setup-python": setup_python,
    "actions/upload-artifact": upload,
    "actions/download-artifact": download,
}
"""There is none for `pypa/gh-action-pypi-publish`, which speaks to PyPI alone: whoever runs it brings one along."""
