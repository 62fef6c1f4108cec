"""What was judged is what is published: one byte that changes between any two hands is noticed by the next.

build → checks → twine → installation → delivery → folder → receipt → publish → upload → index → copy
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from conftest import tagward
from fault_index import FaultIndex, serving
from publish_support import assert_no_harm, make_release
from small_release import PROJECT, VERSION
from support import backend, release

from tagward.model.receipt import Sealed
from tagward.tools.index import index_of
from tagward.tools.upload import Account, IndexShelf, gather

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Project

pytestmark = pytest.mark.e2e

ADD = """
import glob
for path in glob.glob({pattern!r}):
    with open(path, "ab") as file:
        file.write(b"x")
"""
BESIDE = """
import glob, os, time
if os.fork() == 0:
    os.setsid()
    for _ in range(3000):
        found = glob.glob({pattern!r})
        if found:
            {wait}
            with open(found[0], 'ab') as file:
                file.write(b'x')
            break
        time.sleep(0.01)
    os._exit(0)
"""


def _scratch(pattern: str) -> str:
    return f"{os.environ['TMPDIR']}/{pattern}"


def _refused(project: Project, tmp_path: Path) -> str:
    done = tagward(
        "check", "v1.0.0", "--dist", str(tmp_path / "out"), "--receipt", str(tmp_path / "r.json"), cwd=project.root
    )
    assert done.returncode == 3, done.stderr
    assert "is ready" not in done.stderr
    assert not (tmp_path / "out").exists()
    assert not (tmp_path / "r.json").exists()
    assert list((project.root / ".git/tagward").glob("*/*.json")) == []
    return done.stderr


@pytest.mark.parametrize("file", ["demo-1.0.0.tar.gz", "demo-1.0.0-py3-none-any.whl"])
def test_what_changes_after_the_checks_is_not_handed_over(project: Project, tmp_path: Path, file: str) -> None:
    project.write("src/demo/__init__.py", ADD.format(pattern=_scratch(f"tagward-gate-*/dist/{file}")))
    release(project)

    assert f"{file} is not what was judged any more" in _refused(project, tmp_path)


def test_what_a_process_of_the_build_changes_later_is_not_handed_over(project: Project, tmp_path: Path) -> None:
    # It has left its group, and waits until the wheel is installed.
    pattern = _scratch("tagward-gate-*/dist/*.whl")
    installed = _scratch("tagward-gate-*/env/lib/*/site-packages/demo")
    wait = f"while not glob.glob({installed!r}): time.sleep(0.001)"
    backend(project, wheel=BESIDE.format(pattern=pattern, wait=wait))
    project.write("src/demo/__init__.py", '"""A demo."""\nimport time\ntime.sleep(1)\n')
    release(project)

    assert "demo-1.0.0-py3-none-any.whl is not what was judged any more" in _refused(project, tmp_path)


@pytest.mark.parametrize("which", [0, 1], ids=["wheel", "sdist"])
def test_what_changes_between_the_receipt_and_the_upload_is_not_sent(tmp_path: Path, which: int) -> None:
    made = make_release(tmp_path)
    whole = made.files[which].read_bytes()
    made.files[which].write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))

    with serving(FaultIndex()) as index:
        done = made.publish(index)

    assert done.returncode == 1, done.stderr
    assert "is not the file that was judged" in done.stderr
    assert index.stored == []


def test_a_receipt_that_changes_lets_nothing_out(tmp_path: Path) -> None:
    made = make_release(tmp_path)
    text = made.receipt.read_text()
    at = text.index('"sha256": "') + len('"sha256": "')
    made.receipt.write_text(text[:at] + ("0" if text[at] != "0" else "1") + text[at + 1 :])

    with serving(FaultIndex()) as index:
        done = made.publish(index)

    assert done.returncode == 1, done.stderr
    assert index.stored == []


def test_what_changes_between_the_comparison_and_the_upload_is_not_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, copies, home = make_release(tmp_path), tmp_path / "copies", tmp_path / "home"
    copies.mkdir()
    home.mkdir()
    found = gather(made.files, copies)
    wheel = made.files[0].name
    with (copies / wheel).open("ab") as file:
        file.write(b"x")

    with serving(FaultIndex()) as index:
        for name, value in index.environ().items():
            monkeypatch.setenv(name, value)
        account = Account(index_of(index.upload, None), "", home)
        answer = IndexShelf(account, PROJECT, VERSION, copies).send(Sealed(wheel, 1, found[wheel], ""))

    assert answer.reason == "the file changed after it was compared with the receipt"
    assert index.seen == []


def test_what_the_index_makes_of_it_is_noticed(tmp_path: Path) -> None:
    made = make_release(tmp_path)

    with serving(FaultIndex(posts=["other"])) as index:
        done = made.publish(index)

    assert done.returncode == 1, done.stderr
    assert "with other bytes" in done.stderr


def test_what_it_hands_out_is_noticed(tmp_path: Path) -> None:
    made = make_release(tmp_path)

    with serving(FaultIndex(copies=["other"] * 9)) as index:
        done = made.publish(index)

    assert done.returncode != 0, done.stderr
    assert_no_harm(index, made, set())
