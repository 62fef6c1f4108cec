"""`tagward check FILE …`: distributions on disk, whoever built them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from tagward.checks import group_of
from tagward.checks._files import judge_files
from tagward.cli._output import text_report
from tagward.model.record import Record
from tagward.report.record import Recorder
from tagward.tools.disk import read_files
from tagward.tools.scratch import scratch

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence
    from pathlib import Path


def check_files(paths: Sequence[Path], options: Namespace) -> Record:
    """Judge the files of each project and version together.

    Raises:
        ConfigError: one of them is no file.
        CannotJudge: the machine failed.
    """
    started, began = time.time(), time.monotonic()
    report = text_report(options)
    recorder = Recorder(time.monotonic, group_of, report.begin, report.stage)
    with scratch("files") as folder:
        for release in read_files(paths, folder):
            judge_files(release, recorder)
            report.tag(recorder.records[-1])
    record = Record("check", tuple(recorder.records), started=started, seconds=time.monotonic() - began)
    report.close(record)
    return record
