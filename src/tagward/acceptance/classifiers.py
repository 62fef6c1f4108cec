"""Classifiers: whether PyPI knows them."""

from __future__ import annotations

import difflib
from functools import cache
from typing import TYPE_CHECKING

from tagward.acceptance.rules import refusal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tagward.model.artifact import Refusal

MAX_COMPARED = 5


@cache
def list_version() -> str:
    """The version of the list of classifiers, which is a date: PyPI's own copy may be older or newer."""
    from importlib.metadata import version  # noqa: PLC0415  # only where a classifier is refused

    return version("trove-classifiers")


def judge_classifiers(classifiers: Sequence[str]) -> Iterator[Refusal]:
    """Classifiers that are not in the list, and those that have been replaced."""
    from trove_classifiers import classifiers as known  # noqa: PLC0415  # a long list, for releases only
    from trove_classifiers import deprecated_classifiers as deprecated  # noqa: PLC0415

    given = set(classifiers)
    unknown = sorted(given - known - deprecated.keys())
    for place, value in enumerate(unknown):
        detail = f"it is not in the list of {list_version()}"
        fix = ""
        if value.lower().startswith("private ::"):
            detail = "PyPI takes nothing with a private classifier, which is what they are for"
        elif place < MAX_COMPARED and (near := difflib.get_close_matches(value, known, 1, 0.8)):
            fix = f'"{near[0]}"'
        yield refusal("U-META-CLASSIFIER", field="Classifier", value=value, detail=detail, fix=fix)
    for value in sorted(given & deprecated.keys()):
        instead = deprecated[value]
        said = f", use one of {instead} instead" if instead else ""
        fix = f'"{instead[0]}"' if instead else f'leave out "{value}"'
        yield refusal("U-META-CLASSIFIER-OLD", field="Classifier", value=value, said=said, fix=fix)
