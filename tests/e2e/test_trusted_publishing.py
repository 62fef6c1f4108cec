"""Trusted Publishing with real twine, against a stand-in for the index and for GitHub."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from conftest import tagward
from fault_index import FaultIndex, basic, serving
from small_release import receipt_of, write_sdist, write_wheel
from trusted_index import HOSTS, REQUEST_TOKEN, TrustedIndex, trusting

from tagward.model.receipt import render

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.e2e

PYPI, TESTPYPI = HOSTS
HASTE = ("--pause", "0.02", "--timeout", "3", "--attempts", "3", "--wait", "0.4")


@dataclass(frozen=True)
class Job:
    """A job that publishes two files.

    Attributes:
        index: where to, served as long as the test runs.
    """

    folder: Path
    files: tuple[Path, ...]
    index: TrustedIndex

    def publish(self, *words: str, without: tuple[str, ...] = (), **environ: str) -> subprocess.CompletedProcess[str]:
        """Publish, look that no secret was told, and return what came of it."""
        named = [str(file) for file in self.files]
        receipt = ("--receipt", str(self.folder / "receipt.json"))
        given = {name: value for name, value in self.index.environ().items() if name not in without}
        done = tagward("publish", *named, *receipt, *HASTE, *words, cwd=self.folder, stdin=b"", **{**given, **environ})
        said = done.stdout + done.stderr
        journal = self.folder / "publish.json"
        everything = said + (journal.read_text(encoding="utf-8") if journal.exists() else "")
        for secret in (*self.index.minted, *self.index.given, REQUEST_TOKEN):
            assert secret not in everything
            assert basic(secret).removeprefix("Basic ") not in everything
        assert "Traceback" not in everything
        assert set(self.index.hosts) <= set(HOSTS)
        return done

    @property
    def outcome(self) -> object:
        """The word in the journal."""
        return json.loads((self.folder / "publish.json").read_text(encoding="utf-8"))["outcome"]


@pytest.fixture
def job(tmp_path: Path) -> Iterator[Job]:
    """A job whose claims are those of the publisher."""
    dist = tmp_path / "dist"
    files = (write_wheel(dist), write_sdist(dist))
    (tmp_path / "receipt.json").write_text(render(receipt_of(*files)), encoding="utf-8")
    with trusting(TrustedIndex(), tmp_path) as index:
        yield Job(tmp_path, files, index)


def test_the_identity_of_the_job_publishes_with_a_new_token_for_every_file(job: Job) -> None:
    done = job.publish("--format", "json")

    assert done.returncode == 0, done.stderr
    assert job.index.has(*job.files)
    assert len(job.index.minted) == len(job.index.spent) == 2
    assert set(job.index.hosts) == {PYPI}
    assert "Trusted Publishing" in done.stderr
    assert json.loads(done.stdout)["index"] == "PyPI"


def test_testpypi_is_asked_for_its_own_audience(job: Job) -> None:
    done = job.publish("--index", "testpypi")

    assert done.returncode == 0, done.stderr
    assert job.index.has(*job.files)
    assert set(job.index.hosts) == {TESTPYPI}


@pytest.mark.parametrize("name", ["ACTIONS_ID_TOKEN_REQUEST_TOKEN", "ACTIONS_ID_TOKEN_REQUEST_URL"])
def test_a_job_without_the_permission_is_told_which_variable_is_missing(job: Job, name: str) -> None:
    done = job.publish(without=(name,))

    assert done.returncode == 2
    assert f"{name} not set" in done.stderr
    assert "id-token: write" in done.stderr
    assert job.index.seen == []


def test_outside_of_a_job_there_is_no_credential(job: Job) -> None:
    done = job.publish(without=("GITHUB_ACTIONS",))

    assert done.returncode == 2
    assert "there is no credential for PyPI: TWINE_PASSWORD is not set" in done.stderr
    assert "GITHUB_ACTIONS is not set" in done.stderr


def test_an_empty_secret_is_not_a_wish_for_trusted_publishing(job: Job) -> None:
    done = job.publish(TWINE_USERNAME="__token__", TWINE_PASSWORD="")

    assert done.returncode == 2
    assert "TWINE_PASSWORD is empty: the secret PYPI_API_TOKEN is not set" in done.stderr
    assert job.index.given == []


def test_a_publisher_that_is_not_registered_is_named(job: Job) -> None:
    job.index.claims["environment"] = "release"

    done = job.publish()

    assert (done.returncode, job.outcome) == (1, "refused")
    assert "`invalid-publisher`: valid token, but no corresponding publisher" in done.stderr
    assert "acme/demo/.github/workflows/release.yml@refs/tags/v1.4.0" in done.stderr
    assert "set the publisher right" in done.stderr
    assert len(job.index.given) == 1


def test_an_identity_works_once_and_a_new_one_is_asked_for(job: Job) -> None:
    job.index.identities += ["ok", "stale"]

    done = job.publish()

    assert done.returncode == 0, done.stderr
    assert "invalid-reuse-token" in done.stderr
    assert len(job.index.minted) == 2


def test_an_identity_that_never_changes_leaves_it_unfinished(job: Job) -> None:
    job.index.identities += ["ok", *["stale"] * 9]

    done = job.publish()

    assert (done.returncode, job.outcome) == (3, "unfinished")
    assert job.index.has(job.files[0])
    assert len(job.index.minted) == 1


def test_an_index_that_tells_no_audience_refuses(job: Job) -> None:
    job.index.audiences += ["403"]

    done = job.publish()

    assert (done.returncode, job.outcome) == (1, "refused")
    assert "did not get a token: 403" in done.stderr
    assert job.index.given == []


@pytest.mark.parametrize("script", ["mints", "identities", "audiences"])
@pytest.mark.parametrize("word", ["503", "503-html"])
def test_an_exchange_that_fails_once_is_tried_again(job: Job, script: str, word: str) -> None:
    getattr(job.index, script).append(word)

    done = job.publish()

    assert done.returncode == 0, done.stderr


def test_an_exchange_that_fails_again_and_again_leaves_it_unfinished(job: Job) -> None:
    job.index.mints += ["503"] * 99

    done = job.publish()

    assert (done.returncode, job.outcome) == (3, "unfinished")
    assert "run the same command again" in done.stderr
    assert job.index.files == {}


def test_a_token_that_is_sent_back_is_not_shown(job: Job) -> None:
    job.index.posts += ["echo"]

    done = job.publish()

    assert (done.returncode, job.outcome) == (1, "refused")
    assert "You said" in done.stderr
    assert "<hidden>" in done.stderr


def test_what_is_broken_off_half_way_is_completed_with_new_tokens(job: Job) -> None:
    job.index.posts += ["ok", "reset", "503", "500-stored"]

    done = job.publish()

    assert done.returncode == 0, done.stderr
    assert job.index.has(*job.files)


def test_no_other_index_gets_the_identity(job: Job) -> None:
    with serving(FaultIndex()) as other:
        done = job.publish("--index", other.upload)

    assert done.returncode == 2
    assert "there is no user name for http://127.0.0.1" in done.stderr
    assert (other.seen, job.index.given) == ([], [])


def test_the_token_that_is_minted_names_the_index_that_made_it(job: Job) -> None:
    token = job.index.mint(TESTPYPI)

    done = job.publish(TWINE_PASSWORD=token)

    assert done.returncode == 2
    assert "TWINE_PASSWORD is a token of TestPyPI, and the release goes to PyPI" in done.stderr
    assert token not in done.stderr
    assert job.index.uploads() == []
