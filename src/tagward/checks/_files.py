"""The checks that sdists and wheels on disk are asked, for which no commit and no tag is known."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tagward.checks import checks_of
from tagward.model.events import Began, Checked, Judged, Notify, Reached, silence
from tagward.model.findings import Result, Verdict

if TYPE_CHECKING:
    from tagward.model.distributions import Distributions
    from tagward.model.findings import Finding

OF_A_BUILD = frozenset({"B001", "B002", "V102"})
"""What only whoever built the files can answer: that all was built, and that it is what was foreseen."""


def judge_files(distributions: Distributions, notify: Notify = silence) -> Verdict:
    """Ask everything that can be asked of files alone (see `tagward.tools.disk.read_files`).

    Args:
        distributions: the files of one release.
        notify: who listens, as in `tagward.judge.judge`.
    """
    candidate = distributions.workspace.candidate
    notify(Began(candidate))
    notify(Reached(distributions))
    results: list[Result] = []
    for one in checks_of("Distributions"):
        if one.info.code not in OF_A_BUILD:
            result = one(distributions, strict=candidate.config.strict)
            results.append(replace(result, findings=tuple(_without_tag(finding) for finding in result.findings)))
            notify(Checked(results[-1]))
    verdict = Verdict(candidate, tuple(results), distributions.files)
    notify(Judged(verdict))
    return verdict


def _without_tag(finding: Finding) -> Finding:
    """The same in words for files: the version that is wanted is that of the first file name (V101)."""
    message = finding.message.replace("the build made version", "a file states version")
    return replace(finding, message=message.replace("but the tag says", "but the file name says"))
