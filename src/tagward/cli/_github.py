"""What a gate says to GitHub, besides what people read."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from tagward.report.github import annotated, logs_of, outputs
from tagward.report.markdown import summary
from tagward.tools.github import write_outputs, write_summary

if TYPE_CHECKING:
    from tagward.model.github import Job
    from tagward.model.record import Record


def tell_github(record: Record, job: Job) -> None:
    """Fold the logs, annotate, write the summary, and last the outputs that let other jobs begin.

    Commands go to standard error, which GitHub reads as well, so that standard output stays for a document.

    Raises:
        CannotJudge: the files of the step cannot be written to.
    """
    lines = [log for tag in record.tags for log in logs_of(tag)] + annotated(record)
    sys.stderr.write("".join(f"{line}\n" for line in lines))
    sys.stderr.flush()
    write_summary(job, summary(record, job))
    write_outputs(job, outputs(record))
