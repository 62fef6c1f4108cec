"""The option `--report`: where a page may go, and its writing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagward.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

    from tagward.model.record import Record


def clear_page(path: Path, dist: Path | None = None) -> None:
    """Take the page of an earlier run away, which would be taken for that of this one.

    Raises:
        ConfigError: no page can have this path.
    """
    if path.suffix.lower() not in {".html", ".htm"}:
        raise ConfigError(f"the report is a page, and {path} is no name for one", fixes=("--report FILE.html",))
    if path.is_dir():
        raise ConfigError(f"{path} is a folder", fixes=(f"--report {path}/report.html",))
    if dist and dist.resolve() in path.resolve().parents:
        raise ConfigError(
            f"{path} lies in {dist}",
            why="everything in the folder of the distributions is taken for one of them and uploaded",
        )
    try:
        path.unlink(missing_ok=True)
    except OSError as failure:
        raise ConfigError(f"the report {path} cannot be written: {failure.strerror}") from None


def write_page(path: Path, record: Record) -> None:
    """Write the page of a run, whole or not at all.

    Raises:
        CannotJudge: it cannot be written.
    """
    from tagward.report.html import render  # noqa: PLC0415  # only who asks for it pays for it
    from tagward.tools.delivery import write_report  # noqa: PLC0415

    write_report(path, render(record))
