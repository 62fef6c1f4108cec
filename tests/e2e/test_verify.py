"""Where a release stands, found out for real: git, a bare remote, an index of our own, twine and pip."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest
import requests
from conftest import Project, git, make_project, tagward
from small_release import receipt_of, upload, write_release, write_sdist, write_wheel

from tagward.model.receipt import Receipt, render
from tagward.tools.archives import content_digest
from tagward.tools.index import TESTPYPI, Index
from tagward.tools.localindex import LocalIndex, local_index
from tagward.tools.trial import try_release

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.e2e
SECONDS = 60
DAY = 86400
REQUIRES = "Requires-Dist: acme-helper\n"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[LocalIndex, Path]]:
    """An index for the whole module; every test begins with an empty one."""
    folder = tmp_path_factory.mktemp("index")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("TMPDIR", str(tmp_path_factory.mktemp("module")))
        patched.setattr("tempfile.tempdir", None)
        with local_index(folder) as index:
            yield index, folder


@pytest.fixture(autouse=True)
def pip_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of the machine's pip, where it takes things from or for how long it waits, reaches a test."""
    for name in [name for name in os.environ if name.startswith(("PIP_", "TWINE_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)


@pytest.fixture
def shelf(served: tuple[LocalIndex, Path]) -> Path:
    """The folder of the index, empty."""
    for path in served[1].iterdir():
        path.unlink()
    return served[1]


@pytest.fixture
def index(served: tuple[LocalIndex, Path], shelf: Path) -> LocalIndex:
    """The index, with nothing on it."""
    del shelf
    return served[0]


@pytest.fixture
def acme(tmp_path: Path) -> Project:
    """A repository of acme-demo at 1.4.0, with a tag that is not pushed."""
    project = make_project(tmp_path, "1.4.0")
    text = (project.root / "pyproject.toml").read_text(encoding="utf-8")
    project.write("pyproject.toml", text.replace('name = "demo"', 'name = "acme-demo"'))
    project.commit()
    project.tag("v1.4.0")
    return project


def _verify(index: LocalIndex, cwd: Path, *words: str, version: str = "1.4.0") -> subprocess.CompletedProcess[str]:
    return tagward("verify", version, "--index", index.upload, "--no-progress", *words, cwd=cwd)


def _found(index: LocalIndex, cwd: Path, *words: str, version: str = "1.4.0") -> tuple[int, str, dict[str, object]]:
    """The exit code, the condition and the whole document."""
    done = _verify(index, cwd, *words, "--format", "json", version=version)
    assert done.stdout, done.stderr
    document = json.loads(done.stdout)
    assert document["exit_code"] == done.returncode
    return done.returncode, document["condition"], document


def _receipt(folder: Path, *files: Path, **fields: str) -> str:
    path = folder / "receipt.json"
    path.write_text(render(receipt_of(*files, **fields)), encoding="utf-8")
    return str(path)


def _keep(project: Project, receipt: Receipt, tag: str = "v1.4.0") -> None:
    """Leave a receipt where the gate leaves those that passed."""
    folder = project.root / ".git" / "tagward" / "receipts"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{tag}.json").write_text(render(receipt), encoding="utf-8")


def _oid(project: Project, name: str = "refs/tags/v1.4.0") -> str:
    return git("rev-parse", name, cwd=project.root).stdout.strip()


def _judged(project: Project, *files: Path) -> Receipt:
    """The receipt of these files for the tag as it is now."""
    return receipt_of(*files, oid=_oid(project), commit=_oid(project, "v1.4.0^{commit}"))


def test_a_published_release_is_found_sound_outside_any_repository(index: LocalIndex, tmp_path: Path) -> None:
    files = write_release(tmp_path / "dist", code="answer = 42\n")
    upload(index, *files)

    done = _verify(index, tmp_path, "--receipt", _receipt(tmp_path, *files))

    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    assert "✓ compared 2 files: the bytes that were judged" in done.stderr
    assert "✓ install " in done.stderr
    assert done.stderr.splitlines()[-1] == "✓ acme-demo 1.4.0 is published and sound (published)"


def test_the_whole_way_of_a_release(acme: Project, index: LocalIndex, shelf: Path, tmp_path: Path) -> None:
    git("tag", "-d", "v1.4.0", cwd=acme.root)
    ways = [_found(index, acme.root)[:2]]
    acme.tag("v1.4.0")
    ways.append(_found(index, acme.root)[:2])
    acme.push("main", "v1.4.0")
    ways.append(_found(index, acme.root)[:2])
    sdist, wheel = write_release(tmp_path / "dist")
    _keep(acme, _judged(acme, sdist, wheel))
    upload(index, sdist)
    ways.append(_found(index, acme.root)[:2])
    upload(index, wheel)
    ways.append(_found(index, acme.root)[:2])
    (shelf / f".{wheel.name}.yanked").write_text("broken on Monday")
    ways.append(_found(index, acme.root)[:2])

    assert ways == [
        (1, "nothing"),
        (1, "local-tag-only"),
        (1, "tag-only"),
        (1, "half-published"),
        (0, "published"),
        (1, "yanked"),
    ]


def test_nothing_is_changed(acme: Project, index: LocalIndex, shelf: Path, tmp_path: Path) -> None:
    def everything() -> dict[str, object]:
        folders = (acme.root, acme.remote, shelf)
        files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
        return {str(path): (path.read_bytes(), path.stat().st_mtime_ns) for path in files}

    files = write_release(tmp_path / "dist")
    acme.push("main", "v1.4.0")
    upload(index, *files)
    _keep(acme, _judged(acme, *files))
    before = everything()

    assert _found(index, acme.root)[:2] == (0, "published")
    assert everything() == before


@pytest.mark.parametrize(
    ("days", "condition"), [(12, "half-published"), (13.5, "half-published-too-late"), (15, "half-published-too-late")]
)
def test_half_a_release_can_be_completed_for_two_weeks(
    index: LocalIndex, shelf: Path, tmp_path: Path, days: float, condition: str
) -> None:
    sdist, wheel = write_release(tmp_path / "dist")
    upload(index, sdist)
    then = time.time() - days * DAY
    os.utime(shelf / sdist.name, (then, then))
    receipt = _receipt(tmp_path, sdist, wheel)

    status, found, document = _found(index, tmp_path, "--receipt", receipt)

    assert (status, found) == (1, condition)
    assert document["install"] is None
    if condition == "half-published":
        assert str(document["next"]).startswith(f"tagward publish {tmp_path}/dist/* --receipt {receipt} --index ")
        assert upload(index, sdist, wheel).returncode == 0
        assert _found(index, tmp_path, "--receipt", receipt)[1] == "published"
    else:
        assert document["next"] == "tagward bump 1.4.1"


def test_other_bytes_are_told_and_never_run(index: LocalIndex, tmp_path: Path) -> None:
    witness = tmp_path / "witness"
    judged = write_release(tmp_path / "judged")
    evil = write_release(tmp_path / "evil", code=f"open({str(witness)!r}, 'w')\n")
    upload(index, *evil)

    status, found, document = _found(index, tmp_path, "--receipt", _receipt(tmp_path, *judged), "--wait", "600")

    assert (status, found) == (1, "published-with-other-bytes")
    assert document["install"] is None
    assert not witness.exists()


def test_a_file_that_nobody_judged_is_told(index: LocalIndex, tmp_path: Path) -> None:
    files = write_release(tmp_path / "dist")
    other = write_wheel(tmp_path / "other", tag="py2-none-any", code="x = 1\n")
    upload(index, *files, other)

    assert _found(index, tmp_path, "--receipt", _receipt(tmp_path, *files))[:2] == (1, "published-with-other-bytes")


@pytest.mark.parametrize(
    ("code", "more", "failure"),
    [
        ("import nowhere\n", "", "import acme_demo: No module named 'nowhere'"),
        ("raise SystemExit(0)\n", "", "import acme_demo: SystemExit: 0"),
        ("__file__ = '/nowhere/acme_demo.py'\n", "", "import acme_demo: it comes from /nowhere/acme_demo.py"),
        ("", "Requires-Dist: acme-nowhere\n", "acme-nowhere"),
    ],
    ids=["it does not import", "it exits", "it comes from elsewhere", "a dependency that nobody has"],
)
def test_a_release_that_does_not_work_is_broken(
    index: LocalIndex, tmp_path: Path, code: str, more: str, failure: str
) -> None:
    files = write_release(tmp_path / "dist", code=code, more=more)
    upload(index, *files)

    status, found, document = _found(index, tmp_path, "--receipt", _receipt(tmp_path, *files))

    assert (status, found) == (1, "published-but-broken")
    assert failure in str(document["sentence"])
    assert document["next"] == "tagward bump 1.4.1"


def test_a_release_that_says_another_version_is_broken(index: LocalIndex, tmp_path: Path) -> None:
    lie = 'import importlib.metadata as metadata; metadata.version = lambda name: "9.9"\n'
    wheel = write_wheel(tmp_path / "dist", files={"acme_version.pth": lie})
    upload(index, wheel)

    status, found, document = _found(index, tmp_path, "--receipt", _receipt(tmp_path, wheel))

    assert (status, found) == (1, "published-but-broken")
    assert "it says that it is version 9.9" in str(document["sentence"])


@pytest.mark.parametrize(
    ("tag", "more"),
    [("py3-none-any", "Requires-Python: >=99\n"), ("cp311-cp311-win_amd64", "")],
    ids=["another Python", "another system"],
)
def test_what_is_not_for_this_machine_is_neither_good_nor_bad(
    index: LocalIndex, tmp_path: Path, tag: str, more: str
) -> None:
    wheel = write_wheel(tmp_path / "dist", tag=tag, more=more)
    upload(index, wheel)

    status, found, document = _found(index, tmp_path, "--receipt", _receipt(tmp_path, wheel))

    assert (status, found) == (3, "unknown")
    assert "Python" in str(document["sentence"])


def test_dependencies_come_from_the_index_that_was_named(index: LocalIndex, tmp_path: Path) -> None:
    helper = write_wheel(tmp_path / "helper", project="acme-helper", version="1.0", code="x = 1\n")
    wheel = write_wheel(tmp_path / "dist", code="import acme_helper\n", more=REQUIRES)
    upload(index, helper, wheel)

    assert _found(index, tmp_path, "--receipt", _receipt(tmp_path, wheel))[:2] == (0, "published")


def test_what_pip_finds_elsewhere_is_not_what_is_verified(
    index: LocalIndex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = write_wheel(tmp_path / "dist", code="import nowhere\n")
    upload(index, broken)
    monkeypatch.setenv("PIP_FIND_LINKS", str(write_wheel(tmp_path / "elsewhere").parent))

    found = _found(index, tmp_path, "--receipt", _receipt(tmp_path, broken))

    assert found[:2] == (1, "published-but-broken")


def test_a_release_of_today_is_found_whatever_age_pip_is_told_to_wait_for(
    index: LocalIndex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_UPLOADED_PRIOR_TO", "2020-01-01")
    files = write_release(tmp_path / "dist")
    upload(index, *files)

    found = _found(index, tmp_path, "--receipt", _receipt(tmp_path, *files))

    assert found[:2] == (0, "published")


def test_from_testpypi_comes_the_project_alone(
    index: LocalIndex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    squat = write_wheel(tmp_path / "squat", project="acme-helper", version="9.9", code="raise SystemExit('squat')\n")
    wheel = write_wheel(tmp_path / "dist", code="import acme_helper\n", more=REQUIRES)
    upload(index, squat, wheel)
    page = requests.get(
        f"{index.simple}acme-demo/", headers={"Accept": "application/vnd.pypi.simple.v1+json"}, timeout=SECONDS
    ).json()
    digests = [one["hashes"]["sha256"] for one in page["files"]]

    with local_index(tmp_path / "pip") as other:
        upload(other, write_wheel(tmp_path / "helper", project="acme-helper", version="1.0", code="x = 1\n"))
        monkeypatch.setenv("PIP_INDEX_URL", other.simple)
        testing = Index(TESTPYPI, index.upload, index.simple)
        trial = try_release(testing, "acme-demo", "1.4.0", digests, ("acme_demo",), named=True)

    assert (trial.failure, trial.trouble, trial.version) == ("", "", "1.4.0")


def test_a_published_release_without_its_tag(acme: Project, index: LocalIndex, tmp_path: Path) -> None:
    files = write_release(tmp_path / "dist")
    upload(index, *files)
    _keep(acme, _judged(acme, *files))

    status, found, document = _found(index, acme.root, "--no-install")
    assert (status, found, document["next"]) == (1, "published-without-tag", "git push origin refs/tags/v1.4.0")

    commit = _oid(acme, "v1.4.0^{commit}")
    git("tag", "-d", "v1.4.0", cwd=acme.root)
    status, found, document = _found(index, acme.root, "--no-install")
    assert (status, found) == (1, "published-without-tag")
    assert document["next"] == f"git tag -a v1.4.0 -m v1.4.0 {commit}"


def test_a_tag_that_moved_is_told(acme: Project, index: LocalIndex, tmp_path: Path) -> None:
    files = write_release(tmp_path / "dist")
    acme.push("main", "v1.4.0")
    _keep(acme, _judged(acme, *files))
    acme.tag("v1.4.0", "-f", "HEAD~1")

    assert _found(index, acme.root)[:2] == (1, "tag-moved")
    upload(index, *files)
    assert _found(index, acme.root, "--no-install")[:2] == (1, "tag-moved")

    git("fetch", "--force", "-q", "origin", "refs/tags/v1.4.0:refs/tags/v1.4.0", cwd=acme.root)
    assert _found(index, acme.root, "--no-install")[:2] == (0, "published")


def test_a_tag_that_was_made_anew_after_the_gate_is_judged_again(
    acme: Project, index: LocalIndex, tmp_path: Path
) -> None:
    _keep(acme, _judged(acme, *write_release(tmp_path / "dist")))
    acme.tag("v1.4.0", "-f", "HEAD~1")

    status, found, document = _found(index, acme.root)

    assert (status, found, document["next"]) == (1, "tag-moved", "tagward check v1.4.0")


@pytest.mark.parametrize("published", [False, True], ids=["nothing is published", "all is published"])
def test_a_remote_that_does_not_answer_is_not_a_remote_without_the_tag(
    acme: Project, index: LocalIndex, tmp_path: Path, published: bool
) -> None:
    files = write_release(tmp_path / "dist")
    _keep(acme, _judged(acme, *files))
    if published:
        upload(index, *files)
    git("remote", "set-url", "origin", f"https://127.0.0.1:{_closed_port()}/x.git", cwd=acme.root)

    done = _verify(index, acme.root)

    assert done.returncode == 3
    assert "? remote   origin did not answer: " in done.stderr
    assert done.stderr.splitlines()[-1].startswith("  next: tagward verify 1.4.0 ")
    assert "(unknown)" in done.stderr


def test_the_password_in_the_address_of_a_remote_is_not_shown(
    acme: Project, index: LocalIndex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    helper = tmp_path / "bin" / "git-remote-acme"
    helper.parent.mkdir()
    helper.write_text('#!/bin/sh\necho "fatal: no way to $2" >&2\nexit 1\n')
    helper.chmod(0o755)
    monkeypatch.setenv("PATH", f"{helper.parent}{os.pathsep}{os.environ['PATH']}")
    git("remote", "set-url", "origin", "acme://user:geheim@127.0.0.1/x.git", cwd=acme.root)

    done = _verify(index, acme.root)

    assert "origin did not answer: no way to acme://127.0.0.1/x.git" in done.stderr
    assert "geheim" not in done.stderr


def _closed_port() -> int:
    with ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as server:
        return server.server_port


def test_an_index_that_does_not_answer_is_not_an_empty_index(acme: Project, index: LocalIndex) -> None:
    del index
    gone = f"http://127.0.0.1:{_closed_port()}/legacy/"

    done = tagward("verify", "1.4.0", "--index", gone, "--no-progress", cwd=acme.root)

    assert done.returncode == 3
    assert "(unknown)" in done.stderr
    assert "nothing of" not in done.stderr


def test_it_waits_for_an_index_that_is_behind(index: LocalIndex, tmp_path: Path) -> None:
    files = write_release(tmp_path / "dist")
    receipt = _receipt(tmp_path, *files)
    words = ["verify", "1.4.0", "--index", index.upload, "--receipt", receipt, "--wait", str(SECONDS)]
    with subprocess.Popen(
        [sys.executable, "-I", "-m", "tagward", *words, "--no-progress"],
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as waiting:
        time.sleep(0.5)  # whichever comes first, it must end well
        upload(index, *files)
        _, said = waiting.communicate(timeout=2 * SECONDS)

    assert waiting.returncode == 0, said


def test_it_gives_up_waiting_when_the_time_is_over(index: LocalIndex, tmp_path: Path) -> None:
    receipt = _receipt(tmp_path, *write_release(tmp_path / "dist"))

    assert _found(index, tmp_path, "--receipt", receipt, "--wait", "1")[:2] == (1, "tag-only")


@contextmanager
def _between(
    index: LocalIndex, for_pip: dict[str, str], times: int, files: dict[str, bytes] | None = None
) -> Iterator[LocalIndex]:
    """A cache before the index: for some times, pip gets the page, or a file, otherwise than everybody else."""
    left = [times]
    others = files or {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            accept = self.headers.get("Accept", "*/*")
            real = requests.get(
                index.simple.replace("/simple/", self.path), headers={"Accept": accept}, timeout=SECONDS
            )
            body = real.content
            if self.headers.get("User-Agent", "").startswith("pip/") and left[0]:
                left[0] -= 1
                body = others.get(self.path.rpartition("/")[2], body)
                for old, new in for_pip.items():
                    body = body.replace(old.encode(), new.encode())
            self.send_response(real.status_code)
            self.send_header("Content-Type", real.headers["Content-Type"])
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *words: object) -> None:
            del words

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        base = f"http://127.0.0.1:{server.server_port}"
        yield replace(index, upload=f"{base}/legacy/", simple=f"{base}/simple/")
        server.shutdown()


def test_the_installation_itself_is_repeated_while_a_cache_is_behind(index: LocalIndex, tmp_path: Path) -> None:
    files = write_release(tmp_path / "dist")
    upload(index, *files)
    receipt = _receipt(tmp_path, *files)

    with _between(index, {"acme_demo-1.4.0": "acme_demo-1.3.0"}, times=3) as cached:
        behind = _found(cached, tmp_path, "--receipt", receipt)[:2]
        caught_up = _found(cached, tmp_path, "--receipt", receipt, "--wait", str(SECONDS))[:2]

    assert (behind, caught_up) == ((3, "unknown"), (0, "published"))


def test_other_bytes_for_pip_alone_are_not_installed(index: LocalIndex, tmp_path: Path) -> None:
    witness = tmp_path / "witness"
    wheel = write_wheel(tmp_path / "dist")
    upload(index, wheel)
    evil = write_wheel(tmp_path / "evil", code=f"open({str(witness)!r}, 'w')\n")
    changed = {receipt_of(wheel).files[0].sha256: receipt_of(evil).files[0].sha256}

    with _between(index, changed, times=100, files={wheel.name: evil.read_bytes()}) as poisoned:
        status, found, document = _found(poisoned, tmp_path, "--receipt", _receipt(tmp_path, wheel))

    assert (status, found) == (1, "published-but-broken")
    assert "DO NOT MATCH THE HASHES" in str(document["sentence"])
    assert not witness.exists()


def _built(project: Project, folder: Path) -> list[Path]:
    """Build the tag in a clone, as a workflow does."""
    git("clone", "-q", "--branch", "v1.0.0", str(project.root), str(folder / "clone"), cwd=project.root)
    subprocess.run(
        [sys.executable, "-I", "-m", "build", "--outdir", folder / "dist", folder / "clone"],
        env={**os.environ, "SOURCE_DATE_EPOCH": "1700000000", "PYTHONDONTWRITEBYTECODE": "1"},
        check=True,
        capture_output=True,
    )
    return sorted((folder / "dist").iterdir(), reverse=True)


def test_without_a_receipt_the_tag_is_built_and_compared(project: Project, index: LocalIndex, tmp_path: Path) -> None:
    project.tag("v1.0.0")
    project.push("main", "v1.0.0")
    upload(index, *_built(project, tmp_path))

    assert _found(index, project.root, version="1.0.0")[:2] == (3, "published-uncompared")
    status, found, document = _found(index, project.root, "--rebuild", version="v1.0.0")

    assert (status, found) == (0, "published"), document
    files = document["index"]["files"]  # type: ignore[index]  # a document of JSON
    assert {one["match"] for one in files} <= {"same", "same-contents"}
    assert "same-contents" in {one["match"] for one in files}


def test_a_rebuild_finds_what_is_not_of_the_tag(project: Project, index: LocalIndex, tmp_path: Path) -> None:
    project.tag("v1.0.0")
    project.push("main", "v1.0.0")
    project.write("src/demo/extra.py", "evil = True\n")
    project.commit()
    git("tag", "-f", "-a", "-m", "x", "v1.0.0", cwd=project.root)
    upload(index, *_built(project, tmp_path))
    git("fetch", "-q", "--force", "origin", "refs/tags/v1.0.0:refs/tags/v1.0.0", cwd=project.root)

    status, found, _ = _found(index, project.root, "--rebuild", version="1.0.0")

    assert (status, found) == (1, "published-with-other-bytes")


def test_the_gate_on_this_machine_knows_the_contents_of_what_the_workflow_built(
    acme: Project, index: LocalIndex, tmp_path: Path
) -> None:
    acme.push("main", "v1.4.0")
    here, there = write_release(tmp_path / "here"), write_release(tmp_path / "there")
    there[0].write_bytes(gzip.compress(gzip.decompress(here[0].read_bytes()), mtime=1))
    upload(index, *there)
    receipt = _judged(acme, *here)
    sealed = tuple(replace(one, content=content_digest(path)) for one, path in zip(receipt.files, here, strict=True))
    _keep(acme, replace(receipt, files=sealed))

    status, found, document = _found(index, acme.root, "--no-install")
    assert (status, found) == (0, "published"), document

    explicit = tmp_path / "receipt.json"
    explicit.write_text(render(replace(receipt, files=tuple(replace(one, sha256="0" * 64) for one in sealed))))
    found = _found(index, acme.root, "--no-install", "--receipt", str(explicit))[1]
    assert found == "published-with-other-bytes", "a receipt that was named means these very bytes"


def test_a_tag_on_the_remote_alone_is_found(acme: Project, index: LocalIndex) -> None:
    acme.push("main", "v1.4.0")
    git("tag", "-d", "v1.4.0", cwd=acme.root)

    status, found, document = _found(index, acme.root)

    assert (status, found) == (1, "tag-only")
    tag = document["tag"]
    assert isinstance(tag, dict)
    assert (tag["name"], tag["local"]["answer"], tag["remote"]["answer"]) == ("v1.4.0", "absent", "here")


def test_the_tags_of_another_project_are_not_asked(project: Project, index: LocalIndex, tmp_path: Path) -> None:
    project.tag("v1.4.0")
    project.push("main", "v1.4.0")
    files = write_release(tmp_path / "dist")
    upload(index, *files)

    status, found, document = _found(index, project.root, "--receipt", _receipt(tmp_path, *files))

    assert (status, found) == (0, "published")
    tag = document["tag"]
    assert isinstance(tag, dict)
    assert tag["local"]["answer"] == "unasked"


def test_a_receipt_of_another_tag_under_the_same_file_name_is_not_believed(
    acme: Project, index: LocalIndex, tmp_path: Path
) -> None:
    acme.push("main", "v1.4.0")
    files = write_release(tmp_path / "dist")
    upload(index, *files)
    _keep(acme, replace(_judged(acme, *files), tag="other/v1.4.0"))

    assert _found(index, acme.root, "--no-install")[:2] == (3, "published-uncompared")


@pytest.mark.parametrize("pushed", [True, False], ids=["pushed", "not tagged yet"])
def test_the_tag_of_a_project_among_others(acme: Project, index: LocalIndex, pushed: bool) -> None:
    text = (acme.root / "pyproject.toml").read_text(encoding="utf-8")
    acme.write("packages/core/pyproject.toml", text.replace('name = "acme-demo"', 'name = "acme-core"'))
    acme.commit()
    acme.push("main", "v1.4.0")
    if pushed:
        acme.tag("acme-core-v1.4.0")
        acme.push("acme-core-v1.4.0")

    status, found, document = _found(index, acme.root, "--project", "acme_core")

    assert (status, found) == (1, "tag-only" if pushed else "nothing")
    tag = document["tag"]
    assert isinstance(tag, dict)
    assert (document["project"], tag["name"]) == ("acme-core", "acme-core-v1.4.0")


def test_two_tags_of_one_version_at_two_commits_are_asked_about(acme: Project, index: LocalIndex) -> None:
    acme.tag("1.4.0", "HEAD~1")
    git("tag", "release-1.4.0", cwd=acme.root)

    done = _verify(index, acme.root)

    assert done.returncode == 2
    assert "several tags release 1.4.0: " in done.stderr


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["1.4.0"], "nothing says which project is meant"),
        (["one"], "'one' is no version"),
        (["1.4.0", "--receipt", "absent.json"], "cannot be read"),
        (["1.4.1", "--receipt", "RECEIPT"], "the receipt is of acme-demo 1.4.0, and 1.4.1 was asked for"),
        (["1.4.0", "--receipt", "RECEIPT", "--project", "other"], "the receipt is of acme-demo, and other was asked"),
        (["1.4.0", "--project", "acme-demo", "--rebuild"], "--rebuild needs the repository of the project"),
        (["1.4.0", "--project", "acme-demo", "--index", "nowhere"], "'nowhere' is no index"),
        (["1.4.0", "--project", "acme-demo", "--wait", "nan"], "argument --wait: invalid"),
        (["1.4.0", "--project", "acme-demo", "--wait", "-1"], "argument --wait: invalid"),
    ],
    ids=[
        "no project",
        "no version",
        "no receipt",
        "another version",
        "another project",
        "no repository",
        "no index",
        "endless",
        "before",
    ],
)
def test_wrong_words_are_usage_errors(tmp_path: Path, words: list[str], message: str) -> None:
    receipt = _receipt(tmp_path, write_sdist(tmp_path / "dist"))

    done = tagward("verify", *(receipt if word == "RECEIPT" else word for word in words), cwd=tmp_path)

    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr


def test_a_rebuild_without_the_tag_is_a_usage_error(acme: Project, index: LocalIndex) -> None:
    git("tag", "-d", "v1.4.0", cwd=acme.root)

    done = _verify(index, acme.root, "--rebuild")

    assert done.returncode == 2
    assert "there is no tag v1.4.0 here to build" in done.stderr


def test_a_tag_that_does_not_build_is_trouble(acme: Project, index: LocalIndex) -> None:
    acme.write("backend.py", "raise OSError('gone')\n")
    acme.commit()
    acme.tag("v1.4.0", "-f")

    done = _verify(index, acme.root, "--rebuild")

    assert done.returncode == 3
    assert "v1.4.0 does not build here: gone" in done.stderr


def test_a_quiet_run_says_nothing_of_what_is_good(index: LocalIndex, tmp_path: Path) -> None:
    files = write_release(tmp_path / "dist")
    receipt = _receipt(tmp_path, *files)

    bad = _verify(index, tmp_path, "-q", "--receipt", receipt)
    silent = _verify(index, tmp_path, "-qq", "--receipt", receipt)
    upload(index, *files)
    good = _verify(index, tmp_path, "-q", "--receipt", receipt)

    assert (bad.returncode, silent.returncode, good.returncode) == (1, 1, 0)
    assert bad.stderr.startswith("✗ acme-demo 1.4.0 was judged, and nothing of it is on ")
    assert silent.stderr == good.stderr == ""
