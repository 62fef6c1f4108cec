"""Secrets that were made for the test, through the whole gate: refused, never printed, and allowed by their digest."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from conftest import Project, tagward
from made_secrets import access_key, checksummed, private_keys, pypi_token
from push_support import accepted, refused
from support import backend, release, rules

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.e2e


def test_a_token_is_one_finding_in_tree_sdist_and_wheel_and_is_never_printed(guarded: Project) -> None:
    token, key = pypi_token(), private_keys()["rsa-pkcs8"]
    name, other = access_key()
    guarded.write("src/demo/upload.py", f"TOKEN = {token!r}\n")
    guarded.write("src/demo/key.py", f"KEY = {key!r}\nAWS = ({name!r}, {other!r})\n")
    guarded.write("tests/test_it.py", f"TOKEN = {checksummed('ghp')!r}\n")
    release(guarded)

    said = refused(guarded, "v1.0.0")

    assert said.count("error[S101]") == said.count("error[S102]") == said.count("error[S103]") == 1
    assert said.count("warning[S104]") == 1
    assert "a PyPI token in src/demo/upload.py:1, pypi-AgE" in said
    assert "demo/upload.py:1 in demo-1.0.0-py3-none-any.whl" in said
    assert "demo-1.0.0/src/demo/upload.py:1 in demo-1.0.0.tar.gz" in said
    for secret in (token[12:], other[12:], key.splitlines()[3], key.splitlines()[1][:12]):
        assert secret not in said
    logs = "".join(path.read_text(errors="replace") for path in (guarded.root / ".git/tagward").rglob("*.log"))
    assert token not in logs


def test_what_the_build_adds_is_found_although_no_commit_has_it(guarded: Project, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(f"[pypi]\nusername = __token__\npassword = {pypi_token()}\n")
    copy = f"import shutil, os; shutil.copy({str(tmp_path / 'secret')!r}, 'src/demo/.pypirc')"
    backend(guarded, sdist=copy)
    release(guarded)

    said = refused(guarded, "v1.0.0")

    assert "error[S001]: a .pypirc with a password in " in said
    assert "error[S101]: a PyPI token in " in said
    assert "it is not in the commit, only in what was built" in said


def test_a_secret_is_allowed_by_its_digest_and_its_reason_is_told(guarded: Project) -> None:
    guarded.write("src/demo/upload.py", f"TOKEN = {pypi_token()!r}\n")
    release(guarded)
    done = tagward("check", "v1.0.0", "--format", "json", cwd=guarded.root)
    (finding,) = [one for one in json.loads(done.stdout)["tags"][0]["findings"] if one["code"] == "S101"]
    found = re.search(r"[0-9a-f]{64}", " ".join(finding["fix"]))
    assert found is not None

    rules(guarded, f'secrets-allowed = {{"{found[0]}" = "revoked long ago"}}')
    guarded.commit()
    guarded.tag("v1.0.0", "-f")

    said = accepted(guarded, "v1.0.0")
    assert "a PyPI token in src/demo/upload.py:1 is allowed: revoked long ago" in said


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('secrets-allowed = ["x"]', "must be a table"),
        ('secrets-allowed = {"abc" = "a reason"}', "is no sha256"),
        (f'secrets-allowed = {{"{"a" * 64}" = ""}}', "without a reason"),
    ],
)
def test_a_list_of_allowed_secrets_that_is_wrong_is_an_error(guarded: Project, line: str, says: str) -> None:
    rules(guarded, line)
    release(guarded)

    done = tagward("check", "v1.0.0", cwd=guarded.root)
    assert done.returncode == 2
    assert says in done.stderr
