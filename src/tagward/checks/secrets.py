"""S: what is a secret stays one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagward.checks._check import Skip, check
from tagward.model.distributions import Distributions
from tagward.model.findings import Finding
from tagward.model.places import Place
from tagward.model.secrets import TREE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagward.model.secrets import Search, Secret

MAX_PLACES = 4
MAX_SAMPLES = 3
_REVOKE = "revoke it where it was made: whoever has seen the commit or the release has it"


@check("S001", Distributions, fix="take the file out of the commit and out of the archives, and revoke what is in it")
def credential_file(distributions: Distributions) -> Iterator[Finding]:
    """No file of credentials is released

    A release is public for good: what is uploaded once is mirrored within minutes, and searched for exactly this.
    """
    return _findings(distributions, "S001")


@check("S002", Distributions, fix="look into it, and take it out if it opens anything", warns=True)
def credential_file_possible(distributions: Distributions) -> Iterator[Finding]:
    """No file that may hold credentials is released

    Files of these names hold secrets more often than not.
    """
    return _findings(distributions, "S002")


@check("S003", Distributions, fix="keep files of this size out of the release, or search them by hand", warns=True)
def secrets_not_searched(distributions: Distributions) -> Iterator[Finding]:
    """Every file was searched for secrets

    What was not searched is not known to hold none.
    """
    skipped = _search(distributions).skipped
    if skipped:
        path, reason = next(iter(skipped.items()))
        rest = f", and {len(skipped) - 1} more" if len(skipped) > 1 else ""
        yield Finding(f"not searched for secrets: {path}{rest}", notes=(f"{path}: {reason}",))


@check("S101", Distributions, fix=f"{_REVOKE}; then take it out of the commit")
def pypi_token(distributions: Distributions) -> Iterator[Finding]:
    """No token of a package index is released

    Whoever finds it uploads releases of the project, and PyPI disables it as soon as somebody reports it.
    """
    return _findings(distributions, "S101")


@check("S102", Distributions, fix="make a new key, and take the old one out of the commit and out of use")
def private_key(distributions: Distributions) -> Iterator[Finding]:
    """No private key is released

    What it protects is open to everybody from then on.
    """
    return _findings(distributions, "S102")


@check("S103", Distributions, fix=f"{_REVOKE}; then take it out of the commit")
def forge_or_cloud_key(distributions: Distributions) -> Iterator[Finding]:
    """No token of GitHub and no key of AWS is released

    Both are searched for by machines within minutes of every release.
    """
    return _findings(distributions, "S103")


@check("S104", Distributions, fix="look at it; if it is real, revoke it, and take it out of the commit", warns=True)
def possible_secret(distributions: Distributions) -> Iterator[Finding]:
    """Nothing that looks like a secret is released

    Nothing proves that it is real, or it stands among tests and documentation, where keys are often meant to be public.
    """
    samples: dict[str, list[Secret]] = {}
    for one in _told(distributions, "S104"):
        if all(sighting.sample for sighting in one.sightings):
            samples.setdefault(one.what, []).append(one)
        else:
            yield _finding(one)
    for what, found in samples.items():
        if len(found) <= MAX_SAMPLES:
            yield from map(_finding, found)
        else:
            yield _summary(what, found)


def _findings(distributions: Distributions, code: str) -> Iterator[Finding]:
    return map(_finding, _told(distributions, code))


def _told(distributions: Distributions, code: str) -> list[Secret]:
    return [one for one in _search(distributions).secrets if one.code == code and not one.allowed]


def _search(distributions: Distributions) -> Search:
    if distributions.search is None:
        raise Skip("nothing was searched")
    return distributions.search


def _finding(secret: Secret) -> Finding:
    first = secret.sightings[0]
    shown = f", {secret.shown}…" if secret.shown else ""
    others = [str(one) for one in secret.sightings[1:]]
    rest = len(others) - MAX_PLACES
    more = f" and {rest} more" if rest > 0 else ""
    places = (f"also {', '.join(others[:MAX_PLACES])}{more}",) if others else ()
    only = ("it is not in the commit, only in what was built",) if first.origin != TREE else ()
    return Finding(
        f"{secret.what} in {first}{shown}",
        Place(first.path, first.hit.line) if first.origin == TREE else Place(first.origin),
        notes=(*((secret.note,) if secret.note else ()), *places, *only),
        fixes=(
            _fix(secret),
            f'or, if it opens nothing: [tool.tagward.secrets-allowed] "{secret.sha256}" = "why it may be public"',
        ),
    )


def _summary(what: str, found: list[Secret]) -> Finding:
    """One finding for the many keys that a project tests with."""
    first = found[0].sightings[0]
    others = [str(one.sightings[0]) for one in found[1:]]
    return Finding(
        f"{len(found)} times {what} among tests, documentation or examples, the first in {first}",
        Place(first.path, first.hit.line) if first.origin == TREE else Place(first.origin),
        notes=(
            f"also {', '.join(others[:MAX_PLACES])} and {len(others) - MAX_PLACES} more"
            if len(others) > MAX_PLACES
            else f"also {', '.join(others)}",
        ),
        fixes=('if they open nothing: [tool.tagward.ignore] S104 = "keys of our tests"',),
    )


def _fix(secret: Secret) -> str:
    from_tree = any(one.origin == TREE for one in secret.sightings)
    where = "the commit" if from_tree else "what the build packs"
    return {
        "S001": f"take the file out of {where}, and revoke what is in it",
        "S102": f"make a new key, and take this one out of {where}",
    }.get(secret.code, f"revoke it where it was made, and take it out of {where}")


CHECKS = (
    credential_file,
    credential_file_possible,
    secrets_not_searched,
    pypi_token,
    private_key,
    forge_or_cloud_key,
    possible_secret,
)
