"""Every tag of a repository with what its commit says of the version, in one pass over git's objects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagward.errors import ConfigError
from tagward.model.config import Config
from tagward.model.listing import Match, TagRow, matched
from tagward.model.tagnames import Reading, learned_forms, readings, version_by_form
from tagward.sources import find_project_name, find_source
from tagward.sources.folders import find_folder
from tagward.survey import rules
from tagward.tools.census import Census
from tagward.tools.tags import tagged_commits

if TYPE_CHECKING:
    from collections.abc import Sequence

    from packaging.version import Version

    from tagward.model.versions import Tree, VersionSource
    from tagward.tools.git import GitRepository

_Found = tuple[str, "VersionSource"] | None


def read_tags(repository: GitRepository) -> tuple[TagRow, ...]:
    """The table of all tags, in the order of their names.

    The rules of the commit at HEAD say which names are releases, because one table wants one rule; where they say
    nothing, the tags themselves teach it.
    """
    tags = tagged_commits(repository)
    head = repository.commit_of("HEAD")
    config, projects = Config(), []
    try:
        if head:
            tree = repository.tree(head)
            config = rules(tree, "pyproject.toml")
            projects = [(one.path, one.forms(find_project_name(tree, one.path) or "")) for one in config.projects]
    except ConfigError:
        pass
    forms = config.forms or (() if projects else learned_forms(name for name, _ in tags))
    read = {name: _reading(name, config, forms, projects) for name, _ in tags}
    census = Census(repository, _look)
    asked = {(commit, read[name][1]) for name, commit in tags if commit and read[name] is not None}  # type: ignore[index]
    found = census.ask(sorted(asked))
    return tuple(_row(name, commit, read[name], found) for name, commit in tags)


def _reading(
    name: str, config: Config, forms: tuple[str, ...], projects: Sequence[tuple[str, tuple[str, ...]]]
) -> tuple[Version, str] | None:
    """The version in a name, and the label of the project it releases: empty for the one at the root.

    A configured project is labelled by its folder, which begins with a slash here, as no label does.
    """
    if config.ignores(name):
        return None
    for path, own in projects:
        for form in own:
            if (version := version_by_form(name, form)) is not None:
                return version, f"/{path}"
    for form in forms:
        if (version := version_by_form(name, form)) is not None:
            return version, ""
    labelled: list[Reading] = [reading for reading in readings(name) if not reading.is_plain]
    return (labelled[0].version, labelled[0].label) if labelled else None


def _look(tree: Tree, label: str) -> _Found:
    folder = label[1:] if label.startswith("/") else find_folder(tree, label) if label else ""
    return None if folder is None else (folder, find_source(tree, folder))


def _row(name: str, commit: str, reading: tuple[Version, str] | None, found: dict[tuple[str, str], _Found]) -> TagRow:
    if reading is None:
        return TagRow(name)
    version, label = reading
    if not commit:
        return TagRow(name, str(version), what="it leads to no commit, or to one that is missing or damaged")
    looked = found[commit, label]
    if looked is None:
        return TagRow(name, str(version), what=f"no project {label} in this commit")
    folder, source = looked
    declared = source.declaration
    if declared is None:
        match = Match.DYNAMIC if source.backend else Match.NONE
        return TagRow(name, str(version), folder, source.backend, source.reason, match=match)
    match = matched(str(version), declared.text)
    return TagRow(name, str(version), folder, source.backend, declared.what, str(declared.place), declared.text, match)
