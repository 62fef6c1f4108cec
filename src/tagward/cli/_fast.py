"""The fast checks: what the index says of itself, read from git's objects; nothing is built and nothing is asked."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from packaging.version import Version

from tagward import __version__
from tagward.checks import Selection, group_of
from tagward.cli._output import text_report
from tagward.model.candidate import Candidate
from tagward.model.findings import Verdict
from tagward.model.record import Record, TagRecord, Told
from tagward.model.refs import Tag
from tagward.model.tagnames import DEFAULT_FORMS, tag_for
from tagward.survey import rules, survey
from tagward.tools.git import GitRepository
from tagward.tools.trees import open_index_tree, prefetched

if TYPE_CHECKING:
    from argparse import Namespace

    from tagward.model.workspace import Workspace


def check_index(options: Namespace) -> int:
    """Ask the checks of a workspace of the index, under the tag that its own version would get."""
    tree = prefetched(open_index_tree(GitRepository.find()))
    config = rules(tree, "pyproject.toml")
    unnamed = Candidate(Tag("", "", "", "index"), Version("0"), config)
    workspace = survey(unnamed, tree)
    declared = workspace.source.declaration.version if workspace.source.declaration else None
    if declared is None:
        # Only a build knows the version, so that there is nothing that a literal could be compared with.
        workspace = replace(workspace, declarations=())
    else:
        tag = Tag(tag_for(declared, (config.forms or DEFAULT_FORMS)[0]), "", "", "index")
        workspace = replace(workspace, candidate=Candidate(tag, declared, config))
    record = _record(workspace)
    report = text_report(options)
    for tag_record in record.tags:
        report.tag(tag_record)
    report.close(record)
    if options.format == "json":
        from tagward.report.json import render  # noqa: PLC0415

        sys.stdout.write(render(record, {"tool": {"name": "tagward", "version": __version__}, "door": "fast"}) + "\n")
    return record.exit_code


def _record(workspace: Workspace) -> Record:
    candidate = workspace.candidate
    results = tuple(Selection.of(candidate.config).ask(workspace))
    verdict = Verdict(candidate, results)
    told = [
        Told(result.check, one, result.status, group_of(result.check.code))
        for result in results
        for one in result.findings
    ]
    tag = TagRecord(
        candidate.tag.name or "the next release",
        str(candidate.version),
        "",
        verdict.outcome,
        told=tuple(told),
        checks={result.check.code: result.status.value for result in results},
        broke=tuple(result for result in results if result.status.value == "broke"),
    )
    return Record("fast", (tag,))
