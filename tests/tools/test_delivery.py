"""Where distributions and receipts are put."""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING

import pytest

from tagward.errors import CannotJudge, ConfigError
from tagward.model.receipt import Receipt, Sealed
from tagward.tools.delivery import (
    delivery,
    hand_over,
    keep_locally,
    known_receipt,
    local_receipt,
    read_receipt,
    write_receipt,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

RECEIPT = Receipt("v1", "a" * 40, "b" * 40, "demo", "1", (Sealed("demo-1.tar.gz", 3, "0" * 64, "1" * 64),), {}, {}, {})


def _sealed(*files: Path) -> tuple[Sealed, ...]:
    return tuple(Sealed(file.name, 1, hashlib.sha256(file.read_bytes()).hexdigest(), "") for file in files)


def test_what_was_judged_becomes_the_folder_and_nothing_else_does(tmp_path: Path) -> None:
    target = tmp_path / "new" / "dist"

    with delivery(target) as waiting:
        assert waiting is not None
        (waiting / "demo-1.tar.gz").write_text("x")
        (waiting / "stranger").write_text("x")
        hand_over(waiting, target, _sealed(waiting / "demo-1.tar.gz"))

    assert [path.name for path in target.iterdir()] == ["demo-1.tar.gz"]
    assert [path.name for path in target.parent.iterdir()] == ["dist"]


def test_nothing_appears_where_nothing_is_handed_over(tmp_path: Path) -> None:
    with delivery(tmp_path / "dist") as waiting:
        assert waiting is not None
        (waiting / "half.whl").write_text("x")

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("change", [lambda one: one.write_text("y"), lambda one: one.unlink()], ids=["other", "gone"])
def test_nothing_appears_where_a_file_is_not_what_was_judged(tmp_path: Path, change: Callable[[Path], None]) -> None:
    with delivery(tmp_path / "dist") as waiting:
        assert waiting is not None
        for name in ("a.whl", "b.tar.gz"):
            (waiting / name).write_text("x")
        sealed = _sealed(waiting / "a.whl", waiting / "b.tar.gz")
        change(waiting / "b.tar.gz")
        with pytest.raises(CannotJudge):
            hand_over(waiting, tmp_path / "dist", sealed)

    assert list(tmp_path.iterdir()) == []


def test_nobody_waits_where_no_folder_is_named() -> None:
    with delivery(None) as waiting:
        assert waiting is None


def test_an_empty_folder_is_filled(tmp_path: Path) -> None:
    (tmp_path / "dist").mkdir()

    with delivery(tmp_path / "dist") as waiting:
        assert waiting is not None
        (waiting / "a.whl").write_text("x")
        hand_over(waiting, tmp_path / "dist", _sealed(waiting / "a.whl"))

    assert (tmp_path / "dist" / "a.whl").is_file()


def _full(path: Path) -> None:
    path.mkdir()
    (path / "old.whl").write_text("old")


@pytest.mark.parametrize(
    "make",
    [_full, lambda path: path.write_text("a file"), lambda path: path.symlink_to("elsewhere")],
    ids=["full", "a file", "a link"],
)
def test_nothing_is_mixed_with_what_lies_there(make: object, tmp_path: Path) -> None:
    make(tmp_path / "dist")  # type: ignore[operator]  # every entry of the table is a function

    with pytest.raises(ConfigError, match="is not an empty folder"), delivery(tmp_path / "dist"):
        pytest.fail("it was entered")


def test_a_receipt_is_written_whole_and_read_back(tmp_path: Path) -> None:
    write_receipt(tmp_path / "sub" / "receipt.json", RECEIPT)

    assert read_receipt(tmp_path / "sub" / "receipt.json") == RECEIPT
    assert [path.name for path in (tmp_path / "sub").iterdir()] == ["receipt.json"]


def test_a_receipt_that_cannot_be_written_is_trouble(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(CannotJudge, match="cannot be written"):
        write_receipt(tmp_path / "file" / "receipt.json", RECEIPT)


@pytest.mark.parametrize("content", [None, b"\xff\xfe", b"{}"], ids=["absent", "no text", "no receipt"])
def test_a_receipt_that_is_none_is_refused(content: bytes | None, tmp_path: Path) -> None:
    if content is not None:
        (tmp_path / "r.json").write_bytes(content)

    with pytest.raises(ConfigError, match=r"r\.json"):
        read_receipt(tmp_path / "r.json")


def test_local_receipts_are_found_by_tag_whatever_it_is_called(tmp_path: Path) -> None:
    keep_locally(tmp_path, RECEIPT)

    assert known_receipt(tmp_path, "v1") == RECEIPT
    assert known_receipt(tmp_path, "v2") is None
    assert local_receipt(tmp_path, "../../x" + "y" * 300).parent == tmp_path / "tagward" / "receipts"
    assert "/" not in os.fspath(local_receipt(tmp_path, "a/b").name)
