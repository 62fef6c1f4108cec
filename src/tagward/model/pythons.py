"""The Python versions that a wheel is for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import InvalidWheelFilename, parse_wheel_filename

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tagward.model.distributions import Distribution

RUNNABLE = tuple(f"3.{minor}" for minor in range(9, 15))
"""The minor versions that are released (devguide, "Status of Python versions") and that GitHub's runners can get."""
_CLASSIFIER = re.compile(r"Programming Language :: Python :: (3\.\d+)")
_TAG = re.compile(r"(?P<kind>cp|py)3(?P<minor>\d+)")


def supported(wheel: Distribution) -> tuple[str, ...]:
    """The minor versions on which a wheel is to be tried, ascending, as `3.11`.

    `Requires-Python` and the tags of the file name bound them; where classifiers name some of those, only they are
    meant (core metadata specifications; PEP 425).
    """
    try:
        wanted = SpecifierSet(wheel.requires_python)
    except InvalidSpecifier:
        wanted = SpecifierSet()
    # The last patch release stands for its line: ">=3.11.4" is for 3.11.
    allowed = [python for python in RUNNABLE if wanted.contains(f"{python}.99") and _fits(wheel.file, python)]
    named = [match[1] for match in map(_CLASSIFIER.fullmatch, wheel.classifiers) if match]
    return tuple([python for python in allowed if python in named] or allowed)


def _fits(file: str, python: str) -> bool:
    try:
        tags = parse_wheel_filename(file)[3]
    except InvalidWheelFilename:
        return True
    return _any_fits(((tag.interpreter, tag.abi) for tag in tags), int(python.partition(".")[2]))


def _any_fits(tags: Iterable[tuple[str, str]], minor: int) -> bool:
    for interpreter, abi in tags:
        if interpreter in {"py3", "py2.py3"}:
            return True
        match = _TAG.fullmatch(interpreter)
        if match is None:
            continue
        # py38 and abi3 are for this version and all later ones; cp311-cp311 for one alone.
        later = match["kind"] == "py" or abi in {"abi3", "none"}
        if int(match["minor"]) == minor or (later and int(match["minor"]) < minor):
            return True
    return False
