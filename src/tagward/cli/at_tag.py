"""`tagward at-tag REF OBJECT`: what the hook of `tagward install --at-tag` runs when git is about to make a tag."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterator

    from tagward.model.findings import Finding
    from tagward.model.record import Record, Told
    from tagward.tools.git import GitRepository

NEW = "0" * 40


def add_arguments(parser: ArgumentParser) -> None:
    """The words that the hook hands over."""
    parser.add_argument("ref", help="the name of the ref")
    parser.add_argument("oid", metavar="OBJECT", help="what it is about to name")


def run(options: Namespace) -> int:
    """Look at a tag before it is there; a status other than 0 keeps git from making it (githooks(5)).

    Nothing but a finding does that: the push judges the tag once more, and by far more.
    """
    from tagward.report.words import printable, stderr  # noqa: PLC0415
    from tagward.tools.environ import GUARD  # noqa: PLC0415

    if os.environ.get(GUARD):
        return 0
    try:
        return _look(options)
    except Exception as failure:  # noqa: BLE001  # whatever went wrong here is no reason to keep anybody from tagging
        name = printable(options.ref.removeprefix("refs/tags/"))
        stderr().write(f"tagward: nobody looked at {name} ({printable(str(failure))}); its push will be judged\n")
        return 0


def _look(options: Namespace) -> int:
    from tagward.cli._output import text_report  # noqa: PLC0415
    from tagward.tools.git import GitRepository  # noqa: PLC0415

    record = _record(GitRepository.find(), options.ref, options.oid)
    if record.exit_code != 1:
        return 0
    options.quiet, options.color = 1, "auto"
    report = text_report(options)
    for tag in record.tags:
        report.tag(tag)
    report.close(record)
    report.stream.write("the tag is not made; to make it all the same: git -c core.hooksPath=/dev/null tag …\n")
    return 1


def _record(repository: GitRepository, ref: str, oid: str) -> Record:
    from tagward.checks import Selection  # noqa: PLC0415
    from tagward.cli._commits import Commits  # noqa: PLC0415
    from tagward.cli._static import static_record, strangers_told  # noqa: PLC0415
    from tagward.discover import discover  # noqa: PLC0415
    from tagward.model.record import Record  # noqa: PLC0415
    from tagward.model.refs import PushedRef  # noqa: PLC0415
    from tagward.survey import survey, tags_after  # noqa: PLC0415
    from tagward.tools.tags import RepositoryTags, dated_tags_at  # noqa: PLC0415
    from tagward.tools.trees import open_commit_tree, prefetched  # noqa: PLC0415

    tags = RepositoryTags.of(repository, [oid])
    found = discover([PushedRef(ref, oid, ref, NEW)], tags, Commits(repository))
    strangers = tuple((name, _without_deletion(told, name)) for name, told in strangers_told(found.strangers))
    records = []
    for one in found.candidates:
        # Its commit is pushed together with it, or was before.
        candidate = replace(one, on_branch=None)
        selection = Selection.of(candidate.config)
        results = list(selection.ask(candidate))
        if candidate.tag.commit:
            commit = candidate.tag.commit
            beside = tags_after(dated_tags_at(repository, commit), candidate.tag)
            tree = prefetched(open_commit_tree(repository, commit))
            results += selection.ask(survey(candidate, tree, tags=beside))
        judged = static_record(candidate, results)
        told = tuple(_without_deletion(one, judged.name) for one in judged.told)
        records.append(replace(judged, told=told))
    return Record("at-tag", tuple(records), strangers)


def _without_deletion(told: Told, name: str) -> Told:
    """The same without advice to delete a tag that is not there."""
    return replace(told, finding=replace(told.finding, fixes=tuple(_kept(told.finding, name))))


def _kept(finding: Finding, name: str) -> Iterator[str]:
    return (fix for fix in finding.fixes if fix != f"git tag -d {name}")
