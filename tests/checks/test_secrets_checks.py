"""S: each check fails for its own secrets and passes without; no value is ever in a message."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from paper import DISTRIBUTIONS, SDIST, WHEEL

from tagward.checks import checks_of, find, group_of
from tagward.model.findings import Status
from tagward.model.places import Place
from tagward.model.secrets import TREE, Hit, Search, Secret, Sighting

if TYPE_CHECKING:
    from tagward.model.distributions import Distributions

DIGEST = "ab" * 32
SAMPLE = "it stands where tests, documentation or examples do"
NAMES = {
    "S001": "credential_file",
    "S002": "credential_file_possible",
    "S101": "pypi_token",
    "S102": "private_key",
    "S103": "forge_or_cloud_key",
    "S104": "possible_secret",
}
CODES = list(NAMES)


def secret(code: str, *places: tuple[str, str], sample: bool = False, allowed: str = "") -> Secret:
    """A secret at these places."""
    hit = Hit(code, "a PyPI token", DIGEST, "pypi-AgEIcHl", 3)
    sightings = tuple(Sighting(hit, origin, path, sample) for origin, path in places)
    return Secret(code, hit.what, DIGEST, hit.shown, sightings, SAMPLE if sample else "", allowed)


def holding(*secrets: Secret, **skipped: str) -> Distributions:
    """Distributions with these secrets."""
    return replace(DISTRIBUTIONS, search=Search(secrets, 4, skipped))


@pytest.mark.parametrize("code", CODES)
def test_each_check_tells_its_own_secrets(code: str) -> None:
    check = find(code)
    result = check(holding(secret(code, (TREE, "src/a.py"), (SDIST.file, "acme_demo-1.4.0/src/a.py"))))

    assert result.status is (Status.WARNED if code in {"S002", "S104"} else Status.FAILED)
    (finding,) = result.findings
    assert finding.message == "a PyPI token in src/a.py:3, pypi-AgEIcHl…"
    assert finding.place == Place("src/a.py", 3)
    assert finding.notes == (f"also acme_demo-1.4.0/src/a.py:3 in {SDIST.file}",)
    assert any(DIGEST in fix for fix in finding.fixes)
    assert (check.ask.__name__, group_of(code)) == (NAMES[code], "contents")
    others = [one for one in checks_of("Distributions") if one.info.code.startswith("S") and one.info.code != code]
    assert all(one(holding(secret(code, (TREE, "a")))).status is Status.PASSED for one in others)


@pytest.mark.parametrize("code", [*CODES, "S003"])
def test_nothing_found_passes_and_nothing_searched_is_skipped(code: str) -> None:
    assert find(code)(holding()).status is Status.PASSED
    assert find(code)(replace(DISTRIBUTIONS, search=None)).status is Status.SKIPPED


@pytest.mark.parametrize("code", CODES)
def test_an_allowed_secret_is_not_told(code: str) -> None:
    assert find(code)(holding(secret(code, (TREE, "a"), allowed="revoked"))).status is Status.PASSED


def test_what_is_in_no_commit_says_so() -> None:
    (finding,) = find("S101")(holding(secret("S101", (WHEEL.file, "acme_demo/.env")))).findings

    assert finding.place == Place(WHEEL.file)
    assert "it is not in the commit, only in what was built" in finding.notes
    assert finding.fixes[0].endswith("take it out of what the build packs")


def test_S003_files_that_were_not_searched_are_named() -> None:
    result = find("S003")(holding(large="it has 9 bytes, and 1 were left to search", other="it cannot be read"))

    assert result.status is Status.WARNED
    assert [one.message for one in result.findings] == ["not searched for secrets: large, and 1 more"]


def test_S104_the_many_keys_of_tests_are_one_finding() -> None:
    keys = [secret("S104", (TREE, f"tests/{number}.key"), sample=True) for number in range(9)]
    plain = secret("S104", (TREE, "src/a.py"))

    told = find("S104")(holding(*keys, plain)).findings
    assert [one.message.partition(",")[0] for one in told] == [
        "a PyPI token in src/a.py:3",
        "9 times a PyPI token among tests",
    ]
    assert told[1].notes[0].endswith("and 4 more")
    assert len(find("S104")(holding(*keys[:3])).findings) == 3
