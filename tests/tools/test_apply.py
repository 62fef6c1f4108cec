"""All or none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tagward.errors import CannotJudge
from tagward.model.plan import Write
from tagward.tools import apply as room
from tagward.tools.apply import apply

if TYPE_CHECKING:
    import os
    from pathlib import Path

WRITES = (Write("a", b"1", b"2"), Write("b/c", b"1", b"2"))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Two files."""
    (tmp_path / "b").mkdir()
    (tmp_path / "a").write_bytes(b"1")
    (tmp_path / "b" / "c").write_bytes(b"1")
    (tmp_path / "a").chmod(0o755)
    return tmp_path


def _contents(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_every_file_is_written_and_keeps_its_mode(root: Path) -> None:
    apply(root, WRITES)

    assert _contents(root) == {"a": b"2", "b/c": b"2"}
    assert (root / "a").stat().st_mode & 0o777 == 0o755


def test_a_file_that_has_changed_stops_everything(root: Path) -> None:
    (root / "b" / "c").write_bytes(b"other")

    with pytest.raises(CannotJudge, match="has changed meanwhile"):
        apply(root, WRITES)

    assert _contents(root) == {"a": b"1", "b/c": b"other"}


def test_a_file_that_is_gone_stops_everything(root: Path) -> None:
    (root / "b" / "c").unlink()

    with pytest.raises(CannotJudge, match="nothing was written"):
        apply(root, WRITES)

    assert _contents(root) == {"a": b"1"}


def test_a_link_out_of_the_repository_is_not_followed(root: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside") / "file"
    outside.write_bytes(b"1")
    (root / "a").unlink()
    (root / "a").symlink_to(outside)

    with pytest.raises(CannotJudge, match="leads out of the repository"):
        apply(root, WRITES)

    assert outside.read_bytes() == b"1"


def test_a_link_inside_the_repository_is_followed_and_stays(root: Path) -> None:
    (root / "a").unlink()
    (root / "a").symlink_to("b/c")

    apply(root, (Write("a", b"1", b"2"),))

    assert (root / "a").is_symlink()
    assert (root / "b" / "c").read_bytes() == b"2"


@pytest.mark.parametrize("failing", range(1, 7))
def test_a_failure_at_any_step_leaves_every_file_as_it_was(
    root: Path, monkeypatch: pytest.MonkeyPatch, failing: int
) -> None:
    steps = [0]
    real_stage, real_replace = room._stage, type(root).replace

    def counted() -> None:
        steps[0] += 1
        if steps[0] == failing:
            raise OSError(28, "No space left on device")

    def stage(path: Path, data: bytes) -> Path:
        counted()
        return real_stage(path, data)

    def replace(self: Path, target: str | os.PathLike[str]) -> Path:
        counted()
        return real_replace(self, target)

    monkeypatch.setattr(room, "_stage", stage)
    monkeypatch.setattr(type(root), "replace", replace)

    with pytest.raises(CannotJudge, match="nothing was written"):
        apply(root, WRITES)

    assert _contents(root) == {"a": b"1", "b/c": b"1"}
