"""From sightings to secrets: one for each value, however often it stands in tree, sdist and wheel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagward.model.secrets import TREE, Secret
from tagward.secrets.paths import FILE, LIKELY
from tagward.secrets.rules import POSSIBLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tagward.model.secrets import Sighting

_MILD = {FILE: LIKELY}
"""What a finding outside tests and documentation becomes inside of them; the others become `POSSIBLE`."""


def gather(sightings: Iterable[Sighting], allowed: Mapping[str, str]) -> tuple[Secret, ...]:
    """Each secret once, told by the gravest of its sightings.

    Args:
        sightings: of the tree and of all distributions.
        allowed: the reason for which a project lets a secret be, by its digest.
    """
    groups: dict[str, list[Sighting]] = {}
    for one in sightings:
        groups.setdefault(one.hit.sha256, []).append(one)
    secrets = [_secret(found, allowed) for found in groups.values()]
    named = {(place.origin, place.path) for one in secrets if one.code in {FILE, LIKELY} for place in one.sightings}
    # A file that is told as a whole is not told again for a doubtful line in it.
    return tuple(
        one
        for one in secrets
        if one.code != POSSIBLE or any((place.origin, place.path) not in named for place in one.sightings)
    )


def _secret(found: list[Sighting], allowed: Mapping[str, str]) -> Secret:
    found = sorted(found, key=lambda one: (one.origin != TREE, one.origin, one.path))
    gravest = min(found, key=_weight)
    hit = gravest.hit
    note = hit.note or ("it stands where tests, documentation or examples do" if gravest.sample else "")
    return Secret(_code(gravest), hit.what, hit.sha256, hit.shown, tuple(found), note, allowed.get(hit.sha256, ""))


def _code(one: Sighting) -> str:
    return _MILD.get(one.hit.code, POSSIBLE) if one.sample and one.hit.code != LIKELY else one.hit.code


def _weight(one: Sighting) -> tuple[bool, str]:
    code = _code(one)
    return code in {LIKELY, POSSIBLE}, one.hit.code
