"""All or none, with files that are not there yet."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tagward.errors import CannotJudge
from tagward.model.plan import Write
from tagward.tools import apply as room
from tagward.tools.apply import apply

NEW = Write("d/e/f", b"", b"new", new=True)
WRITES = (Write("a", b"1", b"2"), NEW, Write("d/g", b"", b"other", new=True))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """One file."""
    (tmp_path / "a").write_bytes(b"1")
    return tmp_path


def _contents(root: Path) -> dict[str, bytes | None]:
    return {str(path.relative_to(root)): path.read_bytes() if path.is_file() else None for path in root.rglob("*")}


@pytest.mark.parametrize("mask", [0o022, 0o077])
def test_a_new_file_gets_its_folders_and_the_mode_of_any_new_file(root: Path, mask: int) -> None:
    before = os.umask(mask)
    try:
        apply(root, WRITES)
    finally:
        os.umask(before)

    assert _contents(root) == {"a": b"2", "d": None, "d/e": None, "d/e/f": b"new", "d/g": b"other"}
    assert (root / "d" / "e" / "f").stat().st_mode & 0o777 == 0o666 & ~mask


@pytest.mark.parametrize("there", [b"", b"new"])
def test_a_file_that_is_there_meanwhile_stops_everything(root: Path, there: bytes) -> None:
    (root / "d" / "e").mkdir(parents=True)
    (root / "d" / "e" / "f").write_bytes(there)

    with pytest.raises(CannotJudge, match="d/e/f is there meanwhile; nothing was written"):
        apply(root, WRITES)

    assert _contents(root) == {"a": b"1", "d": None, "d/e": None, "d/e/f": there}


@pytest.mark.parametrize("target", ["nowhere", "a"])
def test_a_link_in_the_place_of_a_new_file_stops_everything(root: Path, target: str) -> None:
    (root / "d" / "e").mkdir(parents=True)
    (root / "d" / "e" / "f").symlink_to(target)

    with pytest.raises(CannotJudge, match="nothing was written"):
        apply(root, WRITES)

    assert (root / "a").read_bytes() == b"1"
    assert (root / "d" / "e" / "f").is_symlink()


def test_a_folder_that_leads_out_of_the_repository_is_not_followed(
    root: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (root / "d").symlink_to(outside)

    with pytest.raises(CannotJudge, match="leads out of the repository"):
        apply(root, WRITES)

    assert list(outside.iterdir()) == []
    assert (root / "a").read_bytes() == b"1"


def test_a_file_in_the_place_of_a_folder_stops_everything(root: Path) -> None:
    (root / "d").write_bytes(b"x")

    with pytest.raises(CannotJudge, match="nothing was written"):
        apply(root, WRITES)

    assert _contents(root) == {"a": b"1", "d": b"x"}


def test_a_read_only_file_stays_as_it_is(root: Path) -> None:
    (root / "a").chmod(0o444)

    with pytest.raises(CannotJudge, match="a is read-only; nothing was written"):
        apply(root, (NEW, WRITES[0]))

    assert _contents(root) == {"a": b"1"}


@pytest.mark.parametrize("failing", range(1, 11))
@pytest.mark.parametrize("failure", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_a_failure_at_any_step_leaves_no_file_and_no_folder(
    root: Path, monkeypatch: pytest.MonkeyPatch, failing: int, failure: BaseException
) -> None:
    steps = [0]
    real_stage, real_replace = room._stage, Path.replace
    writes = (*WRITES, Write("a2", b"1", b"2"))
    (root / "a2").write_bytes(b"1")

    def counted() -> None:
        steps[0] += 1
        if steps[0] == failing:
            raise failure

    def stage(path: Path, data: bytes) -> Path:
        # A disk that is full stays so: nothing can be staged on the way back.
        assert steps[0] < failing
        counted()
        return real_stage(path, data)

    def replace(self: Path, target: str | os.PathLike[str]) -> Path:
        counted()
        return real_replace(self, target)

    monkeypatch.setattr(room, "_stage", stage)
    monkeypatch.setattr(Path, "replace", replace)

    with pytest.raises((CannotJudge, KeyboardInterrupt)):
        apply(root, writes)

    assert steps[0] >= failing
    assert _contents(root) == {"a": b"1", "a2": b"1"}
