"""Real twine against an index that fails in every way: exit 0 exactly when every digest is there, and no wrong byte."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from fault_index import PASSWORD, FaultIndex, serving
from publish_support import Release, assert_no_harm, make_release
from small_release import VERSION
from support import wait_for

pytestmark = pytest.mark.e2e

COMPLETE, REFUSED, UNFINISHED = ("complete", 0), ("refused", 1), ("unfinished", 3)
CONFLICT, CLOSED = ("conflict", 1), ("closed", 1)


@dataclass(frozen=True)
class Script:
    """What an index does.

    Attributes:
        there: how many of the files it has from the beginning, in the order of upload.
        altered: it has the first file with other bytes.
        blind: it cannot be asked in the end, so that nobody can know that everything is there.
    """

    outcome: tuple[str, int]
    posts: list[str] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)
    copies: list[str] = field(default_factory=list)
    lag: int = 0
    html: bool = False
    there: int = 0
    altered: bool = False
    days: float = 0.0
    deleted: str = ""
    other_sdist: bool = False
    blind: bool = False
    said: str = ""


AGAIN = [408, 425, 429, 500, 502, 503, 504]
SCRIPTS = {
    "no fault": Script(COMPLETE),
    "no fault, HTML only": Script(COMPLETE, html=True),
    "everything is there": Script(COMPLETE, there=2, said="already published, nothing to do"),
    "everything is there, and old": Script(COMPLETE, there=2, days=400),
    "one file is there": Script(COMPLETE, there=1, said="has 1 of 2 files already"),
    **{f"{status} once": Script(COMPLETE, [str(status)]) for status in AGAIN},
    **{f"{status} on the second file": Script(COMPLETE, ["ok", str(status), str(status)]) for status in (429, 503)},
    "429 with Retry-After in seconds": Script(COMPLETE, ["429 retry=1"]),
    "503 with a Retry-After that is nonsense": Script(COMPLETE, ["503 retry=soon"]),
    "503 with a Retry-After in the past": Script(COMPLETE, ["503 retry=Wed, 21 Oct 2015 07:28:00 GMT"]),
    "503 again and again": Script(UNFINISHED, ["503"] * 9),
    "503 again and again on the second file": Script(UNFINISHED, ["ok", *["503"] * 9]),
    "500 but stored": Script(COMPLETE, ["500-stored"]),
    "500 but stored, twice": Script(COMPLETE, ["500-stored", "500-stored"]),
    "500 but stored, and shown late": Script(COMPLETE, ["500-stored", "502", "503"], lag=4),
    "408 but stored on the second file": Script(COMPLETE, ["ok", "408-stored"]),
    "reset before the request": Script(COMPLETE, ["reset-before"]),
    "reset in the body": Script(COMPLETE, ["reset-in-body"]),
    "reset in the body of the second file": Script(COMPLETE, ["ok", "reset-in-body", "reset-before"]),
    "reset after storing": Script(COMPLETE, ["reset"]),
    "reset after storing the second file": Script(COMPLETE, ["ok", "reset"]),
    "reset again and again": Script(UNFINISHED, ["reset-in-body"] * 9),
    "no HTTP": Script(COMPLETE, ["garbage"]),
    "an answer that is cut off": Script(COMPLETE, ["cut"]),
    "hangs once": Script(COMPLETE, ["hang"], said="timed out"),
    "hangs after storing": Script(COMPLETE, ["ok", "hang-stored"], said="timed out"),
    "hangs again and again": Script(UNFINISHED, ["hang"] * 9, said="timed out"),
    "slow": Script(COMPLETE, ["slow", "slow"]),
    "400, other bytes are there": Script(CONFLICT, there=1, altered=True, said="with other bytes"),
    "400, other bytes came meanwhile": Script(CONFLICT, ["other"]),
    "400, other bytes came meanwhile under the second name": Script(CONFLICT, ["ok", "other"]),
    "400 exists, of bytes that are ours": Script(COMPLETE, ["400-stored File already exists."]),
    "409 exists, of bytes that are ours": Script(COMPLETE, ["ok", "409-stored Package already exists."]),
    "400 exists, and the page never shows it": Script(REFUSED, ["400 File already exists."] * 9),
    "400 for the metadata": Script(REFUSED, ["400 'x' is an invalid value for Classifier."], said="invalid value for"),
    "400 on the second file": Script(REFUSED, ["ok", "400 Invalid distribution file."], said="1 of 2 files on"),
    "400 although it was stored": Script(COMPLETE, ["400-stored Something else."]),
    "401": Script(REFUSED, ["401"], said="TWINE_PASSWORD"),
    "403": Script(REFUSED, ["403 Invalid or non-existent authentication information."], said="TWINE_PASSWORD"),
    "403 on the second file": Script(REFUSED, ["ok", "403 The user 'x' isn't allowed to upload."]),
    "404": Script(REFUSED, ["404"], said="--index"),
    "413": Script(REFUSED, ["413 File too large. Limit for project is 100 MB."], said="higher limit"),
    "422": Script(REFUSED, ["422"]),
    **{
        f"a redirect with {code}": Script(REFUSED, [str(code)], said="redirects to")
        for code in (301, 302, 303, 307, 308)
    },
    "200, but it is never there": Script(UNFINISHED, ["lost"]),
    "200, but the second file is never there": Script(UNFINISHED, ["ok", "lost"]),
    "shown late": Script(COMPLETE, lag=5),
    "shown late, HTML only": Script(COMPLETE, lag=3, html=True),
    "shown too late": Script(UNFINISHED, lag=1000, blind=True),
    "the page fails once": Script(COMPLETE, pages=["503"]),
    "the page fails again and again": Script(UNFINISHED, pages=["500"] * 99, said="Nothing was sent"),
    "the page fails after the uploads": Script(UNFINISHED, pages=["ok", *["500"] * 99], blind=True),
    "the page fails after a doubtful answer": Script(UNFINISHED, ["500-stored"], pages=["ok", *["500"] * 99]),
    "the page hangs": Script(UNFINISHED, pages=["hang"] * 99, said="Nothing was sent"),
    "the page comes byte by byte": Script(UNFINISHED, pages=["drip"] * 99, said="Nothing was sent"),
    "the page hangs once": Script(COMPLETE, pages=["ok", "hang"]),
    "the page is reset once": Script(COMPLETE, pages=["reset", "ok", "reset"]),
    "the page is garbage": Script(UNFINISHED, pages=["garbage"] * 99, there=1),
    "the page is garbage, HTML only": Script(UNFINISHED, pages=["garbage"] * 99, there=1, html=True),
    "the page is cut off": Script(UNFINISHED, pages=["cut"] * 99, there=1),
    "the page is cut off, HTML only": Script(UNFINISHED, pages=["cut"] * 99, there=1, html=True),
    "the page has a wrong content type": Script(UNFINISHED, pages=["type"] * 99, there=1),
    "the page is that of another project": Script(UNFINISHED, pages=["stranger"] * 99, there=1),
    "the page is of a later interface": Script(UNFINISHED, pages=["newer"] * 99, there=1),
    "the page redirects elsewhere": Script(UNFINISHED, pages=["redirect http://127.0.0.2:9/simple/"] * 99),
    "the page redirects in circles": Script(UNFINISHED, pages=["redirect /simple/acme-demo/"] * 99),
    "no copy can be taken at first": Script(COMPLETE, copies=["503", "hang"]),
    "no copy can be taken": Script(UNFINISHED, copies=["503"] * 9, blind=True),
    "the copy has other bytes": Script(UNFINISHED, copies=["other"] * 9, blind=True),
    "a second sdist": Script(REFUSED, other_sdist=True, said="Only one sdist may be uploaded per release"),
    "a file that was deleted": Script(REFUSED, deleted="whl", said="Use a different version"),
    "an sdist that was deleted": Script(REFUSED, deleted="tar.gz", said="tagward bump VERSION"),
    "too old, and one file is there": Script(CLOSED, there=1, days=13.5, said="13 days old"),
    "nearly too old": Script(COMPLETE, there=1, days=12.5),
    "a server that sends our secret back": Script(REFUSED, ["echo"]),
}


@pytest.fixture
def release(tmp_path: Path) -> Release:
    """A wheel and an sdist."""
    return make_release(tmp_path)


@pytest.mark.parametrize("name", SCRIPTS)
def test_exit_0_exactly_when_every_digest_is_there(release: Release, name: str) -> None:
    script = SCRIPTS[name]
    index = FaultIndex([*script.posts], [*script.pages], [*script.copies], script.lag, script.html)
    for file in release.files[: script.there]:
        index.add(file, b"other bytes" if script.altered else None, days=script.days)
    index.deleted = {file.name for file in release.files if script.deleted and file.name.endswith(script.deleted)}
    if script.other_sdist:
        index.add(release.folder / f"acme-demo-{VERSION}.tar.gz", b"an older spelling")
    before = set(index.files)

    # What comes in the end is waited for as long as a slow machine takes; what never comes is not.
    patience = ("--wait", "30") if script.lag and script.outcome == COMPLETE else ()
    with serving(index):
        done = release.publish(index, *patience)

    said = done.stdout + done.stderr
    assert release.journal()["outcome"] == script.outcome[0], said
    assert done.returncode == script.outcome[1], said
    assert script.said in said
    assert (done.returncode == 0) == index.has(*release.files) or script.blind or "the page" in name
    assert_no_harm(index, release, before)
    assert_discreet(said, release)


def assert_discreet(said: str, release: Release) -> None:
    """No secret, no traceback, in no output and no journal."""
    everything = said + (release.folder / "publish.json").read_text(encoding="utf-8")
    assert PASSWORD not in everything
    assert "Traceback" not in everything
    assert "Basic X19" not in everything


def test_an_answer_that_comes_byte_by_byte_has_a_deadline(release: Release) -> None:
    with serving(FaultIndex(["drip"])) as index:
        done = release.publish(index, "--deadline", "5")

    assert done.returncode == 0, done.stderr
    assert "no answer within 5 s" in done.stderr
    assert index.has(*release.files)


def test_what_was_unfinished_is_completed_by_the_same_command(release: Release) -> None:
    index = FaultIndex(["ok", *["503"] * 3])

    with serving(index):
        first = release.publish(index)
        second = release.publish(index)

    assert (first.returncode, second.returncode) == (3, 0), first.stderr + second.stderr
    assert "run the same command again" in first.stderr
    assert "has 1 of 2 files already" in second.stderr
    assert index.uploads().count(release.files[0].name) == 1


@pytest.fixture(scope="module")
def seconds(tmp_path_factory: pytest.TempPathFactory) -> float:
    """How long a publication takes here."""
    measured = make_release(tmp_path_factory.mktemp("measured"))
    with serving(FaultIndex(["slow", "slow"])) as index:
        began = time.monotonic()
        done = measured.publish(index)
    assert done.returncode == 0, done.stderr
    return time.monotonic() - began


def start(release: Release, index: FaultIndex, *more: str) -> subprocess.Popen[str]:
    """Publish in a group of processes of its own."""
    return subprocess.Popen(
        [sys.executable, "-I", "-m", "tagward", *release.words(index, *more)],
        env={**os.environ, **index.environ()},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


@pytest.mark.parametrize("part", range(24))
def test_killed_at_any_moment_the_same_command_completes_it(release: Release, seconds: float, part: int) -> None:
    index = FaultIndex(["slow", "slow"])
    with serving(index):
        running = start(release, index)
        time.sleep(seconds * part / 24)
        os.killpg(running.pid, signal.SIGKILL)
        running.communicate(timeout=30)

        done = release.publish(index)

    assert done.returncode == 0, done.stderr
    assert index.has(*release.files)
    assert_no_harm(index, release, set())


@pytest.mark.parametrize("word", ["hang", "hang-stored"])
@pytest.mark.parametrize("number", [1, 2])
def test_killed_while_a_file_is_sent_the_same_command_completes_it(release: Release, word: str, number: int) -> None:
    index = FaultIndex(["ok"] * (number - 1) + [word])
    with serving(index):
        running = start(release, index, "--timeout", "100")
        wait_for(lambda: len(index.uploads()) == number, "the file is sent")
        assert uploading() or not Path("/proc").exists()
        assert release.journal()["moment"] == "sending"
        os.killpg(running.pid, signal.SIGKILL)
        running.communicate(timeout=30)
        wait_for(lambda: not uploading(), "the child ends with its parent")
        assert (release.journal()["outcome"], release.journal()["settled"]) == ("unfinished", False)

        done = release.publish(index)

    assert done.returncode == 0, done.stderr
    assert index.has(*release.files)
    assert_no_harm(index, release, set())


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_it_says_so_and_the_same_command_completes_it(release: Release, ending: signal.Signals) -> None:
    index = FaultIndex(["ok", "hang"])
    with serving(index):
        running = start(release, index)
        wait_for(lambda: len(index.uploads()) == 2, "the second file is sent")
        running.send_signal(ending)
        said = running.communicate(timeout=30)[1]
        journal = release.journal()

        done = release.publish(index)

    assert running.returncode == 130
    assert journal["outcome"] == "interrupted"
    assert "run the same command again" in said
    assert "Traceback" not in said
    assert done.returncode == 0, done.stderr


def uploading() -> list[str]:
    """The children of a publication of this test, by what they have in their environment (proc(5))."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # it is somebody else's, or has ended meanwhile
            if os.environ["TMPDIR"].encode() in (place / "environ").read_bytes():
                found.append((place / "cmdline").read_text(encoding="utf-8"))
    return [words for words in found if "tagward.tools._upload" in words]
