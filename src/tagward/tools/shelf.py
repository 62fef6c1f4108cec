"""What an index has of a project as a whole: every file by version, and who uploaded the newest release."""

from __future__ import annotations

import json
from types import MappingProxyType
from typing import TYPE_CHECKING
from urllib.parse import quote, urljoin

from packaging.utils import canonicalize_name

from tagward.errors import CannotJudge
from tagward.model.index_state import Answer
from tagward.model.inspection import Provenance, ShelfSeen
from tagward.tools.answers import ODD
from tagward.tools.index import Limits, in_time, read_page
from tagward.tools.index_state import find_settings
from tagward.tools.pages import PageUnreadable, files_in, version_of

if TYPE_CHECKING:
    from packaging.version import Version

    from tagward.model.publication import Shelved
    from tagward.tools.index import Index

SECONDS = 15.0
INTEGRITY = "application/vnd.pypi.integrity.v1+json"
"""The media type of provenance objects (PyPI's documentation, "Index API", integrity)."""
MAX_WORD = 200


def shelf(project: str, seconds: float = SECONDS) -> ShelfSeen:
    """What the index that pip reads has of a project.

    Args:
        project: its name, in any spelling.
        seconds: how long to wait for each answer.
    """
    name = canonicalize_name(project)
    settings = find_settings()
    index = settings.index
    if index is None:
        answer = Answer.SILENT if settings.refused else Answer.UNASKED
        return ShelfSeen("the index", name, answer, settings.reason)
    limits = Limits(connect=seconds, read=seconds, page=seconds)
    try:
        address = urljoin(index.read, f"{name}/")
        page = in_time(lambda: read_page(address, limits), seconds, f"{index.name} did not answer")
        if page is None:
            return ShelfSeen(index.name, name, Answer.ABSENT)
        files = files_in(page, name)
    except CannotJudge as failure:
        return ShelfSeen(index.name, name, Answer.SILENT, str(failure))
    except PageUnreadable as failure:
        return ShelfSeen(index.name, name, Answer.SILENT, f"its page of {name} cannot be understood: {failure}")
    found: dict[Version, list[Shelved]] = {}
    for file in files:
        if version := version_of(file.file, name):
            found.setdefault(version, []).append(file)
    by_version = {str(version): tuple(found[version]) for version in sorted(found)}
    attested, trouble = _provenance(index, name, by_version, limits)
    return ShelfSeen(
        index.name, name, Answer.HERE, "", MappingProxyType(by_version), provenance=attested, provenance_trouble=trouble
    )


def _provenance(
    index: Index, name: str, files: dict[str, tuple[Shelved, ...]], limits: Limits
) -> tuple[Provenance | None, str]:
    """Who uploaded the newest release (PyPI's documentation, "Index API", integrity: `/integrity/…/provenance`)."""
    if not files:
        return None, ""
    version, newest = next(reversed(files.items()))
    file = newest[0].file
    address = urljoin(index.read, f"../integrity/{name}/{quote(version)}/{quote(file)}/provenance")
    try:
        page = in_time(
            lambda: read_page(address, limits, INTEGRITY), limits.page, f"{index.name} did not say who uploaded {file}"
        )
        if page is None:
            return None, ""
        bundles = json.loads(page.body)["attestation_bundles"]
        publisher = next(one["publisher"] for one in bundles)
        words = [str(publisher.get(key) or "")[:MAX_WORD] for key in ("repository", "workflow", "environment")]
    except CannotJudge as failure:
        return None, str(failure)
    except (*ODD, StopIteration) as failure:
        return None, f"what {index.name} says of {file} cannot be understood: {type(failure).__name__}"
    return Provenance(file, *words), ""
