"""The search in folders and archives: every file that is there, each secret once, nothing followed, nothing printed."""

from __future__ import annotations

import io
import os
import tarfile
import zipfile
from typing import TYPE_CHECKING

import pytest
from made_secrets import access_key, checksummed, private_keys, pypi_token

from tagward.model.secrets import TREE, Search
from tagward.tools.artifacts import read_artifact
from tagward.tools.secret_search import SecretSearch, outcome

if TYPE_CHECKING:
    from pathlib import Path

SDIST, WHEEL = "demo-1.0.tar.gz", "demo-1.0-py3-none-any.whl"


def searched(folder: Path, files: dict[str, str], allowed: dict[str, str] | None = None) -> Search:
    """The search of a tree, of the sdist and of the wheel with the same files."""
    tree = folder / "tree"
    for path, text in files.items():
        (tree / path).parent.mkdir(parents=True, exist_ok=True)
        (tree / path).write_text(text)
    with tarfile.open(folder / SDIST, "w:gz") as archive:
        archive.add(tree, "demo-1.0")
    with zipfile.ZipFile(folder / WHEEL, "w") as wheel:
        for path, text in files.items():
            wheel.writestr(path.removeprefix("src/"), text)
    of_tree = SecretSearch().read(tree, files)
    searches = [of_tree]
    for name in (SDIST, WHEEL):
        one = SecretSearch(name, of_tree.known)
        read_artifact(folder / name, one.visit)
        searches.append(one)
    return outcome(searches, allowed or {})


def test_the_same_secret_in_tree_sdist_and_wheel_is_one(tmp_path: Path) -> None:
    token = pypi_token()
    (secret,) = searched(tmp_path, {"src/demo/upload.py": f"\nTOKEN = '{token}'\n"}).secrets

    assert (secret.code, secret.what) == ("S101", "a PyPI token")
    assert [str(one) for one in secret.sightings] == [
        "src/demo/upload.py:2",
        f"demo/upload.py:2 in {WHEEL}",
        f"demo-1.0/src/demo/upload.py:2 in {SDIST}",
    ]
    assert token[20:] not in repr(secret)


def test_what_is_only_in_an_archive_is_found_there(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / WHEEL, "w") as wheel:
        wheel.writestr("demo/__init__.py", "")
        wheel.writestr("demo/data.bin", b"\0" + private_keys()["ec-pkcs8"].encode())
    one = SecretSearch(WHEEL)
    read_artifact(tmp_path / WHEEL, one.visit)
    (secret,) = outcome([one], {}).secrets

    assert (secret.code, secret.sightings[0].origin, secret.sightings[0].path) == ("S102", WHEEL, "demo/data.bin")


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("src/demo/data.py", "S103"),
        ("src/latest/data.py", "S103"),
        ("docker/data.py", "S103"),
        ("src/contest/data.py", "S103"),
        ("tests/data.py", "S104"),
        ("src/demo/tests/data.py", "S104"),
        ("src/demo/test_data.py", "S104"),
        ("docs/usage.md", "S104"),
        ("examples/usage.py", "S104"),
        ("dummyserver/data.py", "S104"),
    ],
)
def test_tests_and_documentation_are_warned_of(tmp_path: Path, path: str, code: str) -> None:
    (secret,) = searched(tmp_path, {path: checksummed("ghp")}).secrets

    assert secret.code == code


def test_a_secret_of_tests_that_ships_elsewhere_too_is_told_by_its_gravest_place(tmp_path: Path) -> None:
    token = pypi_token()
    (secret,) = searched(tmp_path, {"tests/a.py": token, "src/demo/a.py": token}).secrets

    assert secret.code == "S101"
    assert len(secret.sightings) == 6


def test_the_name_of_an_sdist_says_nothing_of_its_content(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "test-tools-1.0.tar.gz", "w:gz") as archive:
        content = checksummed("ghp").encode()
        info = tarfile.TarInfo("test-tools-1.0/src/a.py")
        info.size = len(content)
        archive.addfile(info, io.BytesIO(content))
    one = SecretSearch("test-tools-1.0.tar.gz")
    read_artifact(tmp_path / "test-tools-1.0.tar.gz", one.visit)

    assert outcome([one], {}).secrets[0].code == "S103"


NAME, KEY = access_key()


@pytest.mark.parametrize(
    ("path", "text", "code"),
    [
        (".pypirc", "[pypi]\nusername = me\npassword = correct-horse-battery\n", "S001"),
        (".pypirc", "[distutils]\nindex-servers = pypi\n", ""),
        (".pypirc", "[pypi]\nusername = __token__\npassword = ${TOKEN}\n", ""),
        (".netrc", "machine git.example.org login me password staple-battery\n", "S001"),
        ("_netrc", "machine git.example.org login me password <password>\n", ""),
        (".git-credentials", "https://me:staplebattery@git.example.org\n", "S001"),
        ("src/demo/.env", "DEBUG=1\nDB_PASSWORD=staple-battery\n", "S001"),
        (".env.production", "export API_KEY='staplebattery'\n", "S001"),
        (".env", "PYTHONPATH=src\nTOKEN=\nSECRET_KEY=changeme-please\n", ""),
        (".env.example", "DB_PASSWORD=staple-battery\n", ""),
        ("tests/.env", "DB_PASSWORD=staple-battery\n", "S002"),
        (".npmrc", "//registry.example.org/:_authToken=staple-battery\n", "S001"),
        (".npmrc", "//registry.example.org/:_authToken=${NPM_TOKEN}\n", ""),
        (".aws/credentials", f"[default]\naws_secret_access_key = {KEY}\n", "S001"),
        ("id_rsa.pub", "ssh-rsa AAAA", ""),
        ("store.kdbx", "anything", "S002"),
        ("terraform.tfstate", '{"outputs": {"password": "staple-battery-horse"}}', "S002"),
        ("credentials.json", '{"installed": {"client_secret": "staple-battery-horse"}}', "S002"),
        ("credentials.json", '{"installed": {}}', ""),
        ("cacert.pem", "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n", ""),
    ],
)
def test_a_file_that_is_made_for_secrets_is_one_where_it_holds_some(
    tmp_path: Path, path: str, text: str, code: str
) -> None:
    assert [secret.code for secret in searched(tmp_path, {path: text}).secrets] == ([code] if code else [])


def test_a_file_that_is_told_as_a_whole_is_not_told_for_each_line(tmp_path: Path) -> None:
    text = "machine a.example login me password Zx81Qw02pLmN77ab\nmachine b.example login me password 9sKq4MzXaP0dLw\n"

    assert [one.code for one in searched(tmp_path, {".netrc": text}).secrets] == ["S001"]


def test_a_token_in_a_file_of_credentials_is_told_as_a_token_too(tmp_path: Path) -> None:
    text = f"[pypi]\nusername = __token__\npassword = {pypi_token()}\n"

    assert [one.code for one in searched(tmp_path, {".pypirc": text}).secrets] == ["S001", "S101"]


def test_an_allowed_secret_keeps_its_reason(tmp_path: Path) -> None:
    token = pypi_token()
    (secret,) = searched(tmp_path / "a", {"a.py": token}).secrets
    (again,) = searched(tmp_path / "b", {"a.py": token}, {secret.sha256: "revoked long ago"}).secrets

    assert (secret.allowed, again.allowed) == ("", "revoked long ago")


def test_links_are_not_followed_and_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "outside").write_text(pypi_token())
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree" / "link").symlink_to(tmp_path / "outside")
    os.mkfifo(tmp_path / "tree" / "pipe")
    search = outcome([SecretSearch().read(tmp_path / "tree", ["link", "pipe", "gone"])], {})

    assert (search.secrets, search.files) == ((), 0)
    assert search.skipped == {"gone": "it cannot be read: No such file or directory"}


def test_what_is_beyond_the_budget_is_told_and_not_read(tmp_path: Path) -> None:
    (tmp_path / "small").write_text(pypi_token())
    with (tmp_path / "large").open("wb") as file:
        file.truncate(1 << 40)
    one = SecretSearch(TREE, budget=1000).read(tmp_path, ["large", "small"])

    assert list(outcome([one], {}).skipped) == ["large"]
    assert len(one.sightings) == 1
