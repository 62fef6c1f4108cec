"""The fast checks: what the index says of itself, read from git's objects; nothing is built and nothing is asked."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from tagward import __version__
from tagward.checks import Selection
from tagward.cli._output import text_report
from tagward.cli._static import static_record
from tagward.model.record import Record
from tagward.survey import next_release, read_pyproject, rules
from tagward.tools.git import GitRepository
from tagward.tools.trees import open_index_tree, prefetched

if TYPE_CHECKING:
    from argparse import Namespace

    from tagward.model.config import Config
    from tagward.model.record import TagRecord
    from tagward.model.versions import Tree
    from tagward.model.workspace import Workspace


def check_index(options: Namespace) -> int:
    """Ask the checks of a workspace of the index, for each project under the tag that its own version would get."""
    tree = prefetched(open_index_tree(GitRepository.find()))
    config = rules(tree, "pyproject.toml")
    record = Record("fast", tuple(_judged(tree, config, folder) for folder in _folders(tree, config)))
    report = text_report(options)
    for tag_record in record.tags:
        report.tag(tag_record)
    report.close(record)
    if options.format == "json":
        from tagward.report.json import render  # noqa: PLC0415

        sys.stdout.write(render(record, {"tool": {"name": "tagward", "version": __version__}, "door": "fast"}) + "\n")
    return record.exit_code


def _folders(tree: Tree, config: Config) -> list[str]:
    """Where the projects stand: those that the configuration names, and the root where it holds one."""
    named = [project.path for project in config.projects]
    return named if named and not _is_project(tree) else list(dict.fromkeys(["", *named]))


def _is_project(tree: Tree) -> bool:
    pyproject, faults = read_pyproject(tree)
    return bool(faults) or not {"project", "build-system"}.isdisjoint(pyproject) or "setup.py" in tree.paths()


def _judged(tree: Tree, config: Config, folder: str) -> TagRecord:
    return _record(next_release(tree, config, folder), folder)


def _record(workspace: Workspace, folder: str) -> TagRecord:
    candidate = workspace.candidate
    record = static_record(candidate, Selection.of(candidate.config).ask(workspace))
    name = candidate.tag.name or (f"the next release of {folder}" if folder else "the next release")
    return replace(record, name=name, commit="")
