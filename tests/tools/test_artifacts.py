"""One pass over an archive: members, digests, documents, visitors; and what is made of it afterwards."""

from __future__ import annotations

import gzip
import hashlib
import os
import tarfile
from typing import TYPE_CHECKING

import pytest
from archive_writer import (
    INFO,
    METADATA,
    SDIST_NAME,
    WHEEL_NAME,
    Part,
    Zip,
    changed,
    member,
    sdist_members,
    tar_of,
    wheel_bytes,
    wheel_parts,
)

from tagward.acceptance.rules import refusal
from tagward.errors import CannotJudge
from tagward.model.artifact import MemberKind
from tagward.tools import twine
from tagward.tools.archives import content_digest, read_distribution
from tagward.tools.artifacts import content_digest_of, read_artifact
from tagward.tools.origins import located

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tagward.model.artifact import Member


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def written(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def test_a_wheel_gives_all_its_members(tmp_path: Path) -> None:
    parts = (
        *wheel_parts(),
        Part(b"demo/data/", attributes=0o40755 << 16),
        Part(b"demo/run", b"#!", attributes=0o104755 << 16),
        Part(b"demo/link", b"../run", method=0, attributes=0o120777 << 16),
    )
    path = written(tmp_path, WHEEL_NAME, Zip(parts).written())

    artifact = read_artifact(path)

    found = {one.name: one for one in artifact.members}
    assert (artifact.sha256, artifact.size, artifact.fault) == (sha256(path.read_bytes()), path.stat().st_size, "")
    assert list(found) == [part.name.decode() for part in parts]
    assert found["demo/__init__.py"].sha256 == sha256(b'"""A demo."""\n')
    assert found["demo/data/"].kind is MemberKind.DIRECTORY
    assert (found["demo/run"].kind, found["demo/run"].mode) == (MemberKind.FILE, 0o4755)
    assert (found["demo/link"].kind, found["demo/link"].target) == (MemberKind.SYMLINK, "../run")
    assert set(artifact.documents) == {f"{INFO}/METADATA", f"{INFO}/WHEEL", f"{INFO}/RECORD"}


def test_an_sdist_gives_all_its_members(tmp_path: Path) -> None:
    extra = [
        (member("demo-1.0/link", tarfile.SYMTYPE, "PKG-INFO"), b""),
        (member("demo-1.0/hard", tarfile.LNKTYPE, "demo-1.0/PKG-INFO"), b""),
        (member("demo-1.0/pipe", tarfile.FIFOTYPE), b""),
        (member("demo-1.0/disk", tarfile.BLKTYPE), b""),
        (member("demo-1.0/" + "x" * 200), b"long" * 200_000),
        (member("demo-1.0/odd", b"9"), b"treated as a file"),
    ]
    path = written(tmp_path, SDIST_NAME, gzip.compress(tar_of([*sdist_members(), *extra])))

    artifact = read_artifact(path)

    assert [one.kind.value for one in artifact.members] == [
        "file", "file", "symlink", "hardlink", "fifo", "device", "file", "file",
    ]  # fmt: skip
    assert artifact.members[3].target == "demo-1.0/PKG-INFO"
    assert artifact.members[6].sha256 == sha256(b"long" * 200_000)
    assert artifact.documents == {"demo-1.0/PKG-INFO": METADATA.encode()}


@pytest.mark.parametrize("name", [WHEEL_NAME, SDIST_NAME])
def test_a_visitor_gets_the_bytes_that_are_hashed(name: str, tmp_path: Path) -> None:
    large = os.urandom(700_000)
    if name == WHEEL_NAME:
        data = wheel_bytes(METADATA, {"demo/large.bin": large})
    else:
        data = gzip.compress(tar_of([*sdist_members(), (member("demo-1.0/demo/large.bin"), large)]))
    seen: dict[str, bytearray] = {}

    def visit(one: Member) -> Callable[[bytes], None] | None:
        if not one.name.endswith(".bin"):
            return None
        seen[one.name] = bytearray()
        return seen[one.name].extend

    artifact = read_artifact(written(tmp_path, name, data), visit)

    ((found, content),) = seen.items()
    assert content == large
    assert next(one.sha256 for one in artifact.members if one.name == found) == sha256(large)


def test_the_digest_of_the_content_knows_no_order_times_and_compression(tmp_path: Path) -> None:
    parts = wheel_parts()
    one = written(tmp_path, "a.whl", Zip(parts).written())
    same = written(tmp_path, "b.whl", Zip(tuple(reversed(changed(parts, "demo/__init__.py", method=0)))).written())
    other = written(tmp_path, "c.whl", Zip(changed(parts, "demo/__init__.py", data=b"other")).written())

    assert content_digest(one) == content_digest(same) == content_digest_of(read_artifact(one))
    assert content_digest(one) != content_digest(other)


def test_there_is_no_digest_of_what_cannot_be_read(tmp_path: Path) -> None:
    torn = written(tmp_path, WHEEL_NAME, Zip(changed(wheel_parts(), "demo/__init__.py", checksum=1)).written())
    cut = written(tmp_path, SDIST_NAME, gzip.compress(tar_of(sdist_members()))[:100])

    with pytest.raises(ValueError, match=r"demo/__init__\.py: Bad CRC"):
        content_digest_of(read_artifact(torn))
    with pytest.raises(tarfile.TarError):
        content_digest(cut)


def test_a_disk_that_gives_nothing_is_no_fault_of_the_file(tmp_path: Path) -> None:
    with pytest.raises(CannotJudge, match=r"demo-1.0.tar.gz cannot be read: No such file"):
        read_artifact(tmp_path / SDIST_NAME)


def test_a_file_of_another_kind_is_not_opened(tmp_path: Path) -> None:
    artifact = read_artifact(written(tmp_path, "demo-1.0.egg", b"x"))

    assert (artifact.fault, artifact.members) == ("its name is none of an sdist or a wheel", ())


def test_a_distribution_holds_the_artifact_it_was_read_from(tmp_path: Path) -> None:
    found = read_distribution(written(tmp_path, WHEEL_NAME, wheel_bytes()))

    assert found.artifact == read_artifact(found.path)
    assert found.refusals is None


def test_twine_that_gives_up_at_a_file_is_asked_about_the_others(tmp_path: Path) -> None:
    bad = written(tmp_path, "demo-1.0-py3-none-any.whl", wheel_bytes(METADATA + "Home-Made: x\n"))
    good = written(
        tmp_path, "demo-1.0-py2-none-any.whl", wheel_bytes(METADATA + "Description-Content-Type: text/plain\n")
    )
    quotes = "\n\n".join(" " * depth + "x" for depth in range(400))
    deadly = written(tmp_path, "demo-1.0-py4-none-any.whl", wheel_bytes(f"{METADATA}\n{quotes}"))

    said = twine.check([good, deadly, bad], {"PATH": os.environ["PATH"]}, tmp_path / "log")

    errors = {one.file: one.errors for one in said}
    assert set(errors) == {good.name, deadly.name, bad.name}
    assert errors[bad.name] == (
        "InvalidDistribution: Invalid distribution metadata: unrecognized or malformed field 'home-made'",
    )
    assert errors[deadly.name][0].endswith("(twine itself died of it)")
    assert errors[good.name] == ()


def test_twine_that_says_nothing_of_a_file_has_not_passed_it(tmp_path: Path) -> None:
    named, forgotten = (written(tmp_path, f"demo-1.0-py{one}-none-any.whl", wheel_bytes()) for one in (2, 3))
    variables = {"PATH": os.environ["PATH"]}
    asked = twine.start(variables)
    twine.ask([named], asked)

    with pytest.raises(CannotJudge, match="did not answer as it should"):
        twine.answers([named, forgotten], asked, variables, tmp_path / "log")


PYPROJECT = """[project]
name = "demo"
description = "A summary"
license = "My Licence"
classifiers = [
    "My :: Own",
]
dependencies = ["wrong thing", "wrong-other>=1"]
authors = [{ name = "Ann", email = "ann@x.local" }]
"""


@pytest.mark.parametrize(
    ("field", "value", "place"),
    [
        ("Classifier", "My :: Own", "pyproject.toml:6:6"),
        ("License-Expression", "My Licence", "pyproject.toml:4:12"),
        ("Summary", "A summary", "pyproject.toml:3:16"),
        ("Requires-Dist", "wrong thing", "pyproject.toml:8:18"),
        ("Requires-Dist", "wrong-other >=1", "pyproject.toml:8:33"),
        ("Author-Email", "ann@x.local", "pyproject.toml:9:37"),
        ("Classifier", "Somewhere :: Else", "None"),
        ("Provides-Extra", "x", "None"),
    ],
)
def test_a_refusal_has_its_place_in_pyproject(field: str, value: str, place: str) -> None:
    (found,) = located([refusal("U-META-CLASSIFIER", field=field, value=value)], "pyproject.toml", PYPROJECT)

    assert str(found.place) == place
