"""From a tree of files to what it says of itself: its rules, its name, its versions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from packaging.version import Version

from tagward import _toml
from tagward.errors import ConfigError
from tagward.model.candidate import Candidate
from tagward.model.config import Config
from tagward.model.places import Fault, Place
from tagward.model.refs import Tag
from tagward.model.tagnames import DEFAULT_FORMS, tag_for
from tagward.model.versions import Unreadable
from tagward.model.workspace import Workspace
from tagward.sources import constellation, find_mentions
from tagward.sources.changelog import read_changelog_at
from tagward.sources.files import Faulty, Files
from tagward.sources.names import read_name
from tagward.sources.source import read_source

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tagward.model.changelog import Changelog
    from tagward.model.prediction import Prediction, TagAtCommit
    from tagward.model.versions import Declaration, Tree, VersionSource

PYPROJECT = "pyproject.toml"


def rules(tree: Tree, where: str) -> Config:
    """The rules in the pyproject.toml of a tree; the defaults where it has none, or none that can be read.

    A file that cannot be read is a fault of the release, which V004 tells; it does not keep its tags from being known.

    Args:
        tree: the files.
        where: what to call them in an error.

    Raises:
        ConfigError: `[tool.tagward]` is wrong.
    """
    table, faults = read_pyproject(tree)
    tool = table.get("tool")
    own = tool.get("tagward", {}) if isinstance(tool, dict) else {}
    if faults:
        return Config()
    if not isinstance(own, dict):
        raise ConfigError(f"{where}: [tool.tagward] must be a table")
    return Config.of(own, where)


def read_pyproject(tree: Tree, folder: str = "") -> tuple[dict[str, object], tuple[Fault, ...]]:
    """The content of a project's pyproject.toml, empty without one, and why it cannot be read."""
    path = f"{folder}/{PYPROJECT}" if folder else PYPROJECT
    try:
        data = tree.read(path)
    except Unreadable as failure:
        return {}, (Fault(Place(path), str(failure)),)
    if data is None:
        return {}, ()
    try:
        return _toml.parse(_toml.decode(data)), ()
    except _toml.TomlError as failure:
        lines = data.decode(errors="replace").splitlines()
        quote = lines[failure.line - 1] if 0 < failure.line <= len(lines) else ""
        return {}, (Fault(Place(path, failure.line, failure.column, 1, quote), str(failure)),)


@dataclass(frozen=True, slots=True)
class Glance:
    """What a tree says of itself at the first look, which thousands of commits can be given.

    Attributes:
        project: the name of the project; empty where it is not static.
        source: where the build takes the version from.
        faults: files that could not be read.
    """

    project: str
    source: VersionSource
    faults: tuple[Fault, ...]


def glance(tree: Tree, folder: str) -> Glance:
    """Read where the version comes from, and nothing beside it."""
    files = Files(tree, folder)
    try:
        files.toml(PYPROJECT)
        faults: tuple[Fault, ...] = ()
    except Faulty:
        _, faults = read_pyproject(tree, folder)
    return Glance(read_name(files) or "", read_source(files), faults)


def survey(
    candidate: Candidate,
    tree: Tree,
    root: Path | None = None,
    notes: Sequence[str] = (),
    tags: Sequence[TagAtCommit] = (),
) -> Workspace:
    """Read everything static that the checks of a workspace ask about; no code of the project is run.

    Args:
        candidate: the tag, whose folder and configuration say what is read.
        tree: the files of its commit.
        root: where they are exported; None where they are only read.
        notes: what a reader of the verdict should know.
        tags: every tag on the commit, from which some backends make the version.
    """
    pyproject, faults = read_pyproject(tree, candidate.folder)
    found = constellation.survey(tree, candidate.folder)
    named: list[Declaration] = []
    if candidate.config.version_files:
        unread: list[Fault] = []
        from tagward.sources.named import read_named  # noqa: PLC0415  # few projects name places

        named += read_named(Files(tree), candidate.config.version_files, unread)
        faults += tuple(unread)
    changelog = _changelog(tree, candidate, found.changelog)
    if changelog is None and candidate.config.changelog:
        where = Place(candidate.config.changelog)
        faults += (Fault(where, "[tool.tagward] names it as the changelog, but there is no such text file"),)
    places = {str(one.place) for one in named}
    expected = _predicted(found.source, tree, tags, candidate) if tags else None
    return Workspace(
        candidate,
        root,
        pyproject,
        found.name or "",
        found.source,
        (*named, *(one for one in found.declarations if str(one.place) not in places)),
        faults,
        tuple(notes),
        expected,
        changelog,
        found.faults,
        tuple(tags),
        _mentions(tree, candidate) if root else (),
    )


def next_release(tree: Tree, config: Config, folder: str = "", forms: Sequence[str] = ()) -> Workspace:
    """What a tree says of itself, under the tag that its own version would get.

    Args:
        tree: the files.
        config: the rules.
        folder: where the project stands.
        forms: the forms of tags that hold where the configuration states none.
    """
    workspace = survey(Candidate(Tag("", "", "", "index"), Version("0"), config, folder), tree)
    declared = workspace.source.declaration.version if workspace.source.declaration else None
    if declared is None:
        # Only a build knows the version, so that there is nothing that a literal could be compared with.
        return replace(workspace, declarations=())
    tag = Tag(tag_for(declared, form_of(config, folder, workspace.project, forms)), "", "", "index")
    return replace(workspace, candidate=Candidate(tag, declared, config, folder))


def form_of(config: Config, folder: str, name: str, forms: Sequence[str] = ()) -> str:
    """The form of a project's release tags."""
    own = next((project.forms(name) for project in config.projects if project.path == folder), ())
    return (own or config.forms or tuple(forms) or DEFAULT_FORMS)[0]


def _predicted(
    source: VersionSource, tree: Tree, tags: Sequence[TagAtCommit], candidate: Candidate
) -> Prediction | None:
    from tagward.sources.prediction import predict  # noqa: PLC0415  # the fast checks know no tags

    return predict(source, tree, tags, candidate.tag.name, folder=candidate.folder, expected=candidate.version)


def _mentions(tree: Tree, candidate: Candidate) -> tuple[Declaration, ...]:
    """Where the text of the project still names the version before this one; the fast checks have no time for it."""
    before = [other for other in candidate.others if other < candidate.version and not other.is_prerelease]
    return find_mentions(tree, str(before[-1]), candidate.folder) if before else ()


def _changelog(tree: Tree, candidate: Candidate, found: Changelog | None) -> Changelog | None:
    config = candidate.config
    if not config.changelog_checked:
        return None
    if not config.changelog:
        return found
    return read_changelog_at(Files(tree), config.changelog)


def tags_after(tags: Sequence[tuple[str, bool, int]], pushed: Tag) -> tuple[TagAtCommit, ...]:
    """The tags on a commit as they will be once the pushed one stands under its remote name."""
    from tagward.model.prediction import TagAtCommit  # noqa: PLC0415  # the fast checks know no tags

    others = [TagAtCommit(name, annotated, when) for name, annotated, when in tags if name != pushed.name]
    own = next((when for name, _, when in tags if name == pushed.name), 0)
    return (*others, TagAtCommit(pushed.name, pushed.annotated, own))
