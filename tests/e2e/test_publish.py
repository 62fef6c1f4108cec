"""`tagward publish` as people and workflows meet it, with real twine against an index on this machine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from base64 import urlsafe_b64encode
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from conftest import tagward
from fault_index import PASSWORD, USER, FaultIndex, serving, sha256
from publish_support import HASTE, Release, make_release
from small_release import write_wheel
from support import wait_for
from twine import utils

from tagward.tools.localindex import local_index

pytestmark = pytest.mark.e2e


@pytest.fixture
def release(tmp_path: Path) -> Release:
    """A wheel and an sdist."""
    return make_release(tmp_path)


def screen(done: subprocess.CompletedProcess[str], index: FaultIndex, release: Release) -> str:
    """What was said, with the address and the digests replaced, which differ from run to run."""
    said = done.stderr.replace(index.upload, "INDEX").replace(index.address, "ADDRESS")
    for file in release.files:
        said = said.replace(sha256(file.read_bytes()), f"<sha256 of {file.suffix}>")
        said = said.replace(f"({file.stat().st_size} B)", "(SIZE)")
    return said


def test_a_release_is_published_and_the_second_time_there_is_nothing_to_do(release: Release) -> None:
    with serving(FaultIndex()) as index:
        first, second = release.publish(index), release.publish(index)

        assert (first.returncode, first.stdout) == (0, "")
        assert screen(first, index, release) == (
            "tagward: publishing acme-demo 1.4.0 to INDEX, 2 files\n"
            "  ✓ token     TWINE_PASSWORD\n"
            "  ✓ index     INDEX has nothing of these files yet\n"
            "  ✓ upload    acme_demo-1.4.0-py3-none-any.whl (SIZE)\n"
            "  ✓ upload    acme_demo-1.4.0.tar.gz (SIZE)\n"
            "  ✓ index     INDEX shows 2 digests of the receipt\n"
            "  ✓ copy      acme_demo-1.4.0.tar.gz downloaded again, the same bytes\n"
            "      <sha256 of .whl>  acme_demo-1.4.0-py3-none-any.whl\n"
            "      <sha256 of .gz>  acme_demo-1.4.0.tar.gz\n"
            "✓ acme-demo 1.4.0 is on INDEX: 2 files, every digest as in the receipt\n"
        )
        assert screen(second, index, release).splitlines()[-1] == (
            "✓ acme-demo 1.4.0 is already published, nothing to do: 2 files on INDEX, the same bytes"
        )
    assert second.returncode == 0
    assert index.uploads() == [file.name for file in release.files]


def test_a_refusal_quotes_the_index_tells_what_is_there_and_the_one_step(release: Release) -> None:
    with serving(FaultIndex(["ok", "400 Only one sdist may be uploaded per release."])) as index:
        done = release.publish(index)

        assert done.returncode == 1
        assert screen(done, index, release).partition("\n\n")[2] == (
            "error: acme_demo-1.4.0.tar.gz was refused: 400 Only one sdist may be uploaded per release.\n"
            "   = index: acme_demo-1.4.0-py3-none-any.whl  there, the same bytes, sent 1 time\n"
            "            acme_demo-1.4.0.tar.gz  absent, sent 1 time\n"
            "   = fix:   release again under a new version: tagward bump VERSION, then tag it; file names are never"
            " free again\n"
            "✗ INDEX refused acme-demo 1.4.0: 1 of 2 files on INDEX\n"
        )


def test_the_document_tells_the_outcome_and_the_journal_the_same(release: Release) -> None:
    with serving(FaultIndex()) as index:
        index.add(release.files[0], b"other bytes")
        done = release.publish(index, "--format", "json", "-qq")

    found = json.loads(done.stdout)
    assert (done.returncode, done.stderr) == (1, "")
    assert (found["outcome"], found["exit_code"], found["sent"]) == ("conflict", 1, False)
    assert [(file["file"], file["state"]) for file in found["files"]] == [
        (release.files[0].name, "different"),
        (release.files[1].name, "absent"),
    ]
    assert found == release.journal()


@pytest.mark.parametrize("change", ["altered", "one more", "one less"])
def test_other_files_than_those_of_the_receipt_are_not_sent(release: Release, change: str) -> None:
    named = list(release.files)
    if change == "altered":
        with named[0].open("ab") as file:
            file.write(b"x")
    elif change == "one more":
        named.append(write_wheel(release.folder / "more", tag="py2-none-any"))
    else:
        named.pop()
    with serving(FaultIndex()) as index:
        words = ("--receipt", str(release.receipt), "--index", index.upload, *HASTE)
        done = tagward("publish", *map(str, named), *words, cwd=release.folder, stdin=b"", **index.environ())

    assert done.returncode == 1
    assert release.journal()["outcome"] == "mismatch"
    assert "not published: the files are not those of the receipt. Nothing was sent." in done.stderr
    assert index.seen == []


def test_what_is_altered_after_it_was_compared_is_not_sent(release: Release) -> None:
    before = {file.name: file.read_bytes() for file in release.files}
    with serving(FaultIndex(["slow"])) as index:
        running = subprocess.Popen(
            [sys.executable, "-I", "-m", "tagward", *release.words(index)],
            env={**os.environ, **index.environ()},
            stderr=subprocess.PIPE,
            text=True,
        )
        wait_for(index.uploads, "the first file is sent")
        for file in release.files:
            file.write_bytes(b"somebody else's bytes")
        said = running.communicate(timeout=60)[1]

    assert running.returncode == 0, said
    assert index.files == before


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["no-such-file.whl", "--receipt", "receipt.json"], "there is no file no-such-file.whl"),
        (["dist", "--receipt", "receipt.json"], "there is no file dist"),
        (["receipt.json", "--receipt", "no-such.json"], "the receipt no-such.json cannot be read"),
        (["receipt.json", "--receipt", "dist"], "the receipt dist cannot be read"),
        (["receipt.json", "--receipt", "nonsense.json"], "nonsense.json is no receipt"),
        (["receipt.json", "./receipt.json", "--receipt", "receipt.json"], "two files are called receipt.json"),
        (["receipt.json"], "--receipt"),
        (["receipt.json", "--receipt", "receipt.json", "--index", "nowhere"], "'nowhere' is no index"),
        (["receipt.json", "--receipt", "receipt.json", "--attempts", "0"], "--attempts"),
        (["receipt.json", "--receipt", "receipt.json", "--wait", "nan"], "--wait"),
    ],
)
def test_a_wrong_command_line_is_exit_2(release: Release, words: list[str], said: str) -> None:
    (release.folder / "nonsense.json").write_text("{}", encoding="utf-8")

    done = tagward("publish", "--index", "testpypi", *words, cwd=release.folder)

    assert done.returncode == 2, done.stderr
    assert said in done.stderr


@pytest.mark.parametrize(
    ("index", "password", "said"),
    [
        ("pypi", "", "TWINE_PASSWORD is empty: the secret PYPI_API_TOKEN is not set, or not visible to this job's"),
        ("testpypi", "", "TWINE_PASSWORD is empty: the secret TEST_PYPI_API_TOKEN is not set"),
        ("testpypi", "pypi-s3cret\n", "TWINE_PASSWORD has a space, a line break"),
        ("testpypi", "s3cret-password", "TWINE_PASSWORD is no token of TestPyPI"),
        (None, "pypi-s3cret s3cret", "TWINE_PASSWORD has a space, a line break"),
    ],
)
def test_a_credential_that_cannot_work_is_exit_2_before_anything_is_asked(
    release: Release, index: str | None, password: str, said: str
) -> None:
    with serving(FaultIndex()) as there:
        where = ("--index", index) if index else ()
        done = release.publish(None if index else there, *where, TWINE_PASSWORD=password)

    assert done.returncode == 2, done.stderr
    assert said in done.stderr
    assert "s3cret" not in done.stderr
    assert there.seen == []


def test_no_credential_at_all_is_exit_2(release: Release) -> None:
    with serving(FaultIndex()) as there:
        none = tagward(*release.words(there), cwd=release.folder)
        named = tagward(*release.words(there), cwd=release.folder, stdin=b"", TWINE_USERNAME=USER)
        own = tagward(*release.words(None, "--index", "testpypi"), cwd=release.folder)

    assert (none.returncode, named.returncode, own.returncode) == (2, 2, 2)
    assert "there is no user name for" in none.stderr
    assert "there is no credential for" in named.stderr
    assert "there is no credential for TestPyPI: TWINE_PASSWORD is not set" in own.stderr
    assert there.seen == []


def pypirc(text: str, mode: int = 0o600) -> None:
    """Write ~/.pypirc."""
    path = Path.home() / ".pypirc"
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)


@pytest.mark.parametrize(("mode", "warned"), [(0o600, False), (0o644, True)])
@pytest.mark.parametrize("how", ["--index", "TWINE_REPOSITORY", "address"])
def test_the_password_of_pypirc_is_used_and_its_file_looked_at(
    release: Release, mode: int, how: str, *, warned: bool
) -> None:
    with serving(FaultIndex()) as index:
        head = f"[distutils]\nindex-servers = company\n[company]\nrepository = {index.upload}\n"
        pypirc(f"{head}username = {USER}\npassword = {PASSWORD}\n", mode)
        named = {"--index": ("--index", "company"), "address": ("--index", index.upload)}.get(how, ())
        environ = {"TWINE_REPOSITORY": "company"} if how == "TWINE_REPOSITORY" else {}
        done = tagward(*release.words(None, *named), cwd=release.folder, stdin=b"", **environ)

    assert done.returncode == 0, done.stderr
    assert "  ✓ token     the password in ~/.pypirc\n" in done.stderr
    assert ("others than you can read it: chmod 600" in done.stderr) is warned
    assert PASSWORD not in done.stderr


def test_a_pypirc_that_calls_another_address_pypi_gets_no_upload(release: Release) -> None:
    with serving(FaultIndex()) as index:
        pypirc(f"[pypi]\nrepository = {index.upload}\nusername = {USER}\npassword = {PASSWORD}\n")
        done = tagward(*release.words(None, "--index", "pypi"), cwd=release.folder)

    assert done.returncode == 2
    assert "the section [pypi] of ~/.pypirc is of another address" in done.stderr
    assert index.seen == []


def test_a_pypirc_that_cannot_be_read_is_not_quoted(release: Release) -> None:
    pypirc(f"[pypi\npassword = {PASSWORD}\n")

    done = tagward(*release.words(None, "--index", "pypi"), cwd=release.folder)

    assert done.returncode == 2
    assert "~/.pypirc cannot be read" in done.stderr
    assert PASSWORD not in done.stderr


def test_the_index_may_be_named_by_twine_s_variable(release: Release) -> None:
    with serving(FaultIndex()) as index:
        environ = {**index.environ(), "TWINE_REPOSITORY_URL": index.upload}
        done = tagward(*release.words(None), cwd=release.folder, stdin=b"", **environ)

    assert done.returncode == 0, done.stderr
    assert index.has(*release.files)


def test_a_token_of_pypi_goes_to_no_other_address(release: Release) -> None:
    host = (urlsplit(utils.DEFAULT_REPOSITORY).hostname or "").removeprefix("upload.")
    raw = bytes([2, 1, len(host)]) + host.encode() + bytes([2, 1]) + bytes(50)
    token = "pypi-" + urlsafe_b64encode(raw).decode().rstrip("=")
    with serving(FaultIndex()) as index:
        done = release.publish(index, TWINE_PASSWORD=token)

    assert done.returncode == 2
    assert "is a token of PyPI, and the release goes to http://127.0.0.1" in done.stderr
    assert token not in done.stderr
    assert index.seen == []


def test_no_redirect_gets_the_token_or_the_files(release: Release) -> None:
    with serving(FaultIndex()) as other, serving(FaultIndex([f"307 {other.upload}"])) as index:
        done = release.publish(index)

    assert (done.returncode, release.journal()["outcome"]) == (1, "refused")
    assert "redirects to" in done.stderr
    assert other.seen == []


@pytest.mark.parametrize("place", ["no-such-folder/publish.json", "dist"])
def test_without_a_journal_nothing_is_sent(release: Release, place: str) -> None:
    with serving(FaultIndex()) as index:
        done = release.publish(index, "--journal", place)

    assert done.returncode == 3
    assert f"the journal {place} cannot be written" in done.stderr
    assert index.seen == []


def test_the_journal_may_be_elsewhere(release: Release) -> None:
    with serving(FaultIndex()) as index:
        done = release.publish(index, "--journal", "there.json")

    assert done.returncode == 0, done.stderr
    assert json.loads((release.folder / "there.json").read_text(encoding="utf-8"))["outcome"] == "complete"
    assert sorted(path.name for path in release.folder.iterdir()) == ["dist", "receipt.json", "there.json"]


@pytest.mark.parametrize(("flag", "lines"), [("-q", 6), ("-qq", 0)])
def test_quiet_is_problems_only_and_quieter_nothing(release: Release, flag: str, lines: int) -> None:
    with serving(FaultIndex(["403 No."])) as index:
        bad = release.publish(index, flag)
        good = release.publish(index, flag)

    assert (bad.returncode, good.returncode) == (1, 0)
    assert len(bad.stderr.splitlines()) == lines
    assert good.stderr == ""


def test_a_foreign_file_and_a_hostile_sentence_are_shown_harmless(release: Release) -> None:
    with serving(FaultIndex(["400 Bad \x1b[31m\x9b::error::x"])) as index:
        index.add(release.folder / "acme_demo-1.4.0-py2-none-any.whl", b"by somebody")
        done = release.publish(index)

    assert done.returncode == 1
    assert "acme_demo-1.4.0-py2-none-any.whl is on http" in done.stderr
    assert "\x1b" not in done.stderr
    assert "\x9b" not in done.stderr
    assert not [line for line in done.stderr.splitlines() if line.startswith("::")]


def test_pypiserver_takes_it_too_and_other_bytes_are_a_conflict(release: Release, tmp_path: Path) -> None:
    with local_index(tmp_path / "served") as index:
        environ = {"TWINE_USERNAME": index.username, "TWINE_PASSWORD": index.password}
        words = ("--read-index", index.simple, "--index", index.upload)
        first = tagward(*release.words(None, *words), cwd=tmp_path, stdin=b"", **environ)
        again = tagward(*release.words(None, *words), cwd=tmp_path, stdin=b"", **environ)
        other = make_release(tmp_path / "other", "print('other bytes')\n")
        changed = tagward(*other.words(None, *words), cwd=tmp_path, stdin=b"", **environ)

    assert first.returncode == again.returncode == 0, first.stderr + again.stderr
    assert "already published, nothing to do" in again.stderr
    assert (changed.returncode, other.journal()["outcome"]) == (1, "conflict")


def test_help_tells_what_a_person_needs(release: Release) -> None:
    done = tagward("publish", "--help", cwd=release.folder)

    assert done.returncode == 0
    assert "--receipt" in done.stdout
    assert "--pause" not in done.stdout
