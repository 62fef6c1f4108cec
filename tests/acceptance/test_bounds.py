"""Bombs, floods and endless things: an answer, at a bounded cost."""

from __future__ import annotations

import gzip
import os
import resource
import sys
import tarfile
import time
import zlib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from archive_writer import (
    INFO,
    METADATA,
    SDIST_NAME,
    WHEEL_NAME,
    Part,
    Zip,
    member,
    sdist_members,
    tar_of,
    wheel_bytes,
    wheel_parts,
)

from tagward.acceptance.forms import FormError, form_of
from tagward.acceptance.upload import judge
from tagward.model.artifact import Described, RefusalKind, Rendered
from tagward.tools.artifacts import read_artifact
from tagward.tools.rendering import MEMORY, SECONDS, describe, start

if TYPE_CHECKING:
    from collections.abc import Callable

    from tagward.model.artifact import Artifact

SHOWN = Described(Rendered.SHOWN)


def seconds(act: Callable[[], object]) -> float:
    """Processor time, which the load of the machine does not change."""
    before = resource.getrusage(resource.RUSAGE_SELF)
    act()
    after = resource.getrusage(resource.RUSAGE_SELF)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def wheel(folder: Path, metadata: str | bytes, files: dict[str, str | bytes] | None = None) -> Artifact:
    path = folder / WHEEL_NAME
    path.write_bytes(wheel_bytes(metadata, files))
    return read_artifact(path)


def squeezed(*pieces: bytes, times: int = 1) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return b"".join(packer.compress(piece) for piece in pieces for _ in range(times)) + packer.flush()


def header(name: str, size: int, kind: bytes = tarfile.REGTYPE) -> bytes:
    info = member(name, kind)
    info.size = size
    return info.tobuf(tarfile.GNU_FORMAT)


ZEROS = bytes(1 << 20)
_PAX = b"9 a=bcde\n".ljust(512, b"\0")
TARS = {
    ("a member of ten gigabytes", "would unpack to more than 107"): lambda: squeezed(
        header("demo-1.0/x", 10 << 30), *[ZEROS] * 40
    ),
    ("a pax header of four gigabytes", "its headers alone take more"): lambda: squeezed(
        header("x", 4 << 30, tarfile.XHDTYPE), *[ZEROS] * 40
    ),
    ("a long name of four gigabytes", "its headers alone take more"): lambda: squeezed(
        header("x", 4 << 30, tarfile.GNUTYPE_LONGNAME), *[ZEROS] * 40
    ),
    ("pax headers without end", "recursion"): lambda: squeezed(header("x", 512, tarfile.XHDTYPE) + _PAX, times=5_000),
    ("a size beyond all", "would unpack to more than 46"): lambda: squeezed(
        header("demo-1.0/x", 1 << 62), bytes(10240)
    ),
    ("a hole beyond all", "would unpack to more than 46"): lambda: squeezed(
        header("demo-1.0/x", 1 << 62, tarfile.GNUTYPE_SPARSE), bytes(10240)
    ),
    ("a size below nothing", "has a negative size"): lambda: squeezed(header("demo-1.0/x", -(1 << 40)), bytes(10240)),
}


@pytest.mark.parametrize(("what", "words"), TARS)
def test_a_tar_that_would_not_end_ends(what: str, words: str, tmp_path: Path) -> None:
    path = tmp_path / SDIST_NAME
    path.write_bytes(TARS[what, words]())
    found: list[Artifact] = []

    taken = seconds(lambda: found.append(read_artifact(path)))

    assert words in found[0].fault
    assert taken < 1


def test_a_tar_of_a_hundred_small_bombs_is_left_early(tmp_path: Path) -> None:
    path = tmp_path / SDIST_NAME
    path.write_bytes(squeezed(*[piece for number in range(300) for piece in (header(f"d/{number}", 1 << 20), ZEROS)]))
    artifact = read_artifact(path)

    assert "would unpack to more than" in artifact.fault
    assert len(artifact.members) < 100


def test_a_zip_bomb_is_not_unpacked(tmp_path: Path) -> None:
    path = tmp_path / WHEEL_NAME
    lying = Part(b"demo/x.bin", b"x", sizes=(3, 3 << 30))
    path.write_bytes(Zip((*wheel_parts(), lying)).written())
    asked: list[str] = []

    def visit(one: object) -> None:
        asked.append(repr(one))

    artifact = read_artifact(path, visit)

    assert "would unpack to" in artifact.fault
    assert "U-ARCH-RATIO" in {one.rule for one in artifact.refusals}
    assert not asked


def test_a_size_that_lies_is_counted(tmp_path: Path) -> None:
    path = tmp_path / WHEEL_NAME
    path.write_bytes(Zip((*wheel_parts(), Part(b"demo/x.bin", b"xyz", method=0, sizes=(3, 9)))).written())

    artifact = read_artifact(path)

    assert any(one.name == "demo/x.bin" and one.fault for one in artifact.members)


def test_more_members_than_are_read_are_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tagward.tools._tars.MAX_MEMBERS", 3)
    path = tmp_path / SDIST_NAME
    path.write_bytes(gzip.compress(tar_of([*sdist_members(), *[(member(f"demo-1.0/{name}"), b"") for name in "abc"]])))

    assert read_artifact(path).fault == "it has more than 3 members"


def test_ten_thousand_classifiers_are_told_in_part(tmp_path: Path) -> None:
    metadata = METADATA + "".join(f"Classifier: My :: {number}\n" for number in range(10_000))
    artifact = wheel(tmp_path, metadata)
    found: list[object] = []

    taken = seconds(lambda: found.extend(judge(artifact)))

    assert 1 < len(found) <= 50
    assert taken < 5


def test_ten_thousand_requirements_have_an_answer(tmp_path: Path) -> None:
    metadata = METADATA + "".join(f"Requires-Dist: p{number}!\n" for number in range(10_000))
    artifact = wheel(tmp_path, metadata)

    assert {one.rule for one in judge(artifact)} == {"U-META-REQUIRES-DIST"}


def test_fields_without_end_are_not_read(tmp_path: Path) -> None:
    artifact = wheel(tmp_path, METADATA + "".join(f"F{number}: x\n" for number in range(100_000)))

    with pytest.raises(FormError, match="more than 500 different fields"):
        form_of(artifact)
    assert judge(artifact)[0].sentence.startswith("the metadata cannot be read")


@pytest.mark.parametrize("kind", ["text/plain", "text/markdown"])
def test_a_description_of_five_megabytes_is_taken(kind: str, tmp_path: Path) -> None:
    text = "A line with an emoji \U0001f600 and a word from the right \u05d0\u05d1.\n\n" * 90_000
    artifact = wheel(tmp_path, f"{METADATA}Description-Content-Type: {kind}\n\n{text}")

    described = describe([artifact], dict(os.environ))

    assert len(artifact.documents[f"{INFO}/METADATA"]) > 5_000_000
    assert judge(artifact, *described) == ()


@pytest.mark.parametrize(
    ("field", "rules"),
    [
        ("Summary: \U0001f600 \u202e\u05d0 \u200f\n", set()),
        ("Summary: a\0b\n", set()),
        ("Author: \0\n", set()),
        ("Keywords: \U0001f600,\0,a\n", set()),
        ("Classifier: \0\n", {"U-META-CLASSIFIER"}),
        ("Home-page: http://\u202e\0\n", set()),
        ("Author-email: \U0001f600@x.org\n", set()),
        ("Author-email: " + "a" * 50_000 + "@x.org\n", set()),
        ("Requires-Dist: \0\n", {"U-META-REQUIRES-DIST"}),
        ("License-Expression: \0\n", {"U-META-LICENSE-EXPR"}),
        ("Author-email: a@\U0001f600\n", {"U-META-EMAIL"}),
        ("Version: " + "9" * 5_000 + "\n", {"U-META-CRASH"}),
        ("Project-URL: \u202e, \U0001f600\n", {"U-META-PURL-URL"}),
        ("Platform: UNKNOWN\nLicense: UNKNOWN\nAuthor: UNKNOWN \n", set()),
    ],
)
def test_strange_characters_have_an_answer(field: str, rules: set[str], tmp_path: Path) -> None:
    name = field.partition(":")[0]
    base = "".join(line for line in METADATA.splitlines(keepends=True) if not line.startswith(f"{name}:"))

    found = judge(wheel(tmp_path, base + field))

    assert {one.rule for one in found} == rules


def test_a_text_that_costs_too_much_is_not_judged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tagward.tools.rendering.SECONDS", 1)
    text = "*a " * 200_000
    artifact = wheel(tmp_path, f"{METADATA}Description-Content-Type: text/x-rst\n\n{text}")

    (described,) = describe([artifact], dict(os.environ))

    assert described
    assert described.outcome in {Rendered.UNFINISHED, Rendered.NOTHING}


@pytest.mark.skipif(sys.platform != "linux", reason="it reads limits from /proc")
def test_the_renderer_has_limits_of_time_and_memory() -> None:
    process = start(dict(os.environ), "text/markdown")
    limits = Path(f"/proc/{process._process.pid}/limits")
    try:
        end = time.monotonic() + 20
        while f"Max cpu time              {SECONDS} " not in limits.read_text():
            assert time.monotonic() < end, limits.read_text()
            time.sleep(0.01)
        assert f"Max address space         {MEMORY} " in limits.read_text()
    finally:
        process.stop()


def test_the_same_text_is_rendered_once_and_each_file_gets_the_answer(tmp_path: Path) -> None:
    first = wheel(tmp_path, METADATA + "\ntext\n")
    other = wheel(tmp_path, METADATA + "\n:nothing:`x`\n")
    none = wheel(tmp_path, METADATA)

    shown, refused, missing, again = describe([first, other, none, first], dict(os.environ))

    assert shown == again == replace(SHOWN, html="<p>text</p>\n")
    assert refused
    assert refused.outcome is Rendered.NOTHING
    assert missing is None


def test_what_is_too_large_to_be_read_is_not_passed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tagward.tools._reading.MAX_DOCUMENT", 60)

    found = judge(wheel(tmp_path, METADATA))

    assert [(one.code, one.kind, one.sentence) for one in found] == [
        ("U016", RefusalKind.BROKE, f"{INFO}/RECORD is too large to be read")
    ]


def test_a_rule_that_dies_of_a_file_does_not_pass_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def die(*what: object) -> None:
        raise ZeroDivisionError(str(len(what)))

    artifact = wheel(tmp_path, METADATA)
    monkeypatch.setattr("tagward.acceptance.platforms.is_taken", die)

    assert [(one.code, one.kind) for one in judge(artifact)] == [("U003", RefusalKind.BROKE)]
