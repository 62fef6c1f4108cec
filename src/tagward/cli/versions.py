"""`tagward versions [TAG]`: every place that states a version; `--all-tags`: every tag of the repository."""

from __future__ import annotations

import json
import sys
from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING

from tagward.errors import ConfigError
from tagward.model.listing import Match, PlaceRow
from tagward.model.versions import Role
from tagward.report.words import plural, settle, style_of

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from packaging.version import Version

    from tagward.model.versions import Tree
    from tagward.sources.constellation import Constellation
    from tagward.tools.git import GitRepository

_FOR = {Role.FEEDS: "feeds the build", Role.SHIPPED: "shipped", Role.READ: "read", Role.ADVISORY: "mentioned"}


def add_arguments(parser: ArgumentParser) -> None:
    """The words of this command."""
    parser.add_argument("tag", nargs="?", metavar="TAG", help="the commit of a tag; without one, the working tree")
    parser.add_argument("--all-tags", action="store_true", help="what every tag of the repository releases")
    parser.add_argument("--folder", default="", help="the folder of one project, in a repository of several")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="json: the same as one document")


def run(options: Namespace) -> int:
    """Print the table; 1 where places disagree."""
    from tagward.sources import survey  # noqa: PLC0415
    from tagward.tools.git import GitRepository  # noqa: PLC0415

    repository = GitRepository.find()
    settle(sys.stdout)
    if options.all_tags:
        if options.tag:
            raise ConfigError("--all-tags takes no TAG")
        return _all_tags(repository, options)
    tree, folders, version = _tree(repository, options)
    said, documents, disagree = [], [], False
    for folder in folders:
        found = survey(tree, folder)
        wanted = version or (found.source.declaration.version if found.source.declaration else None)
        rows = _rows(found, wanted)
        said.append(_said(found, rows))
        documents.append(_document(found, rows, wanted))
        disagree |= any(row.agrees is False for row in rows)
    whole = json.dumps(documents[0] if len(documents) == 1 else documents, indent=2)
    sys.stdout.write((whole if options.format == "json" else "\n\n".join(said)) + "\n")
    return 1 if disagree else 0


def _all_tags(repository: GitRepository, options: Namespace) -> int:
    from tagward.report.versions import tag_table  # noqa: PLC0415
    from tagward.tools.tagtable import read_tags  # noqa: PLC0415

    rows = read_tags(repository)
    if options.format == "json":
        said = json.dumps([asdict(row) for row in rows], indent=1)
    else:
        counts = Counter(row.match for row in rows)
        total = ", ".join(f"{counts[match]} {match}" for match in Match)
        said = f"{tag_table(rows, style_of(sys.stdout))}\n{plural(len(rows), 'tag')}: {total}"
    sys.stdout.write(said + "\n")
    return 0


def _tree(repository: GitRepository, options: Namespace) -> tuple[Tree, list[str], Version | None]:
    """The files that are read, the folder of each project in them, and the version that a tag asks for."""
    from tagward.cli._commits import Commits  # noqa: PLC0415
    from tagward.cli._folders import named_folder  # noqa: PLC0415
    from tagward.discover import discover  # noqa: PLC0415
    from tagward.model.refs import TAGS, PushedRef  # noqa: PLC0415
    from tagward.survey import rules  # noqa: PLC0415
    from tagward.tools.setup import project_places  # noqa: PLC0415
    from tagward.tools.tags import RepositoryTags  # noqa: PLC0415
    from tagward.tools.trees import open_working_tree  # noqa: PLC0415

    if not options.tag:
        tree = open_working_tree(repository)
        folder = named_folder(tree, options.folder)
        return tree, [folder] if folder else project_places(tree, rules(tree, "pyproject.toml")) or [""], None
    name = options.tag.removeprefix(TAGS)
    oid = repository.tag_oid(name)
    found = discover([PushedRef("", oid, TAGS + name, "0" * 40)], RepositoryTags(repository), Commits(repository))
    if not found.candidates:
        raise ConfigError(f"{name} is no release tag (tag = {' or '.join(found.strangers[0].forms)})")
    candidate = found.candidates[0]
    tagged = repository.tree(candidate.tag.commit)
    return tagged, [named_folder(tagged, options.folder) or candidate.folder], candidate.version


def _said(found: Constellation, rows: list[PlaceRow]) -> str:
    from tagward.report.versions import place_table  # noqa: PLC0415

    head = f"{found.name or 'a project without a name'} ({found.source.backend or 'no build backend'})"
    faults = "".join(f"\n! {fault}" for fault in found.faults)
    return f"{head}\n{place_table(rows, style_of(sys.stdout))}{faults}"


def _document(found: Constellation, rows: list[PlaceRow], wanted: Version | None) -> dict[str, object]:
    return {
        "project": found.name,
        "backend": found.source.backend,
        "version": wanted and str(wanted),
        "places": [asdict(row) for row in rows],
        "faults": [str(fault) for fault in found.faults],
    }


def _rows(found: Constellation, wanted: Version | None) -> list[PlaceRow]:
    source = found.source.declaration
    rows = [] if source else [PlaceRow("–", found.source.backend or "–", "", found.source.reason or "no version", None)]
    for one in (*((source,) if source else ()), *found.declarations):
        agrees = None if wanted is None else one.version == wanted
        rows.append(PlaceRow(str(one.place), one.what, one.text, _FOR[one.role], agrees))
    if found.changelog and wanted is not None:
        entry = next((heading for heading in found.changelog.headings if heading.version == wanted), None)
        place = str(entry.place) if entry else found.changelog.path
        rows.append(PlaceRow(place, "changelog", entry.text if entry else "", "read", entry is not None))
    return rows
