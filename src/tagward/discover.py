"""From a push to the tags in it: candidates that are judged, and strangers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from tagward.model.candidate import Candidate, Stranger
from tagward.model.tagnames import learned_forms, readings, version_by_form

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from packaging.version import Version

    from tagward.model.config import Config
    from tagward.model.refs import PushedRef, Tag


class Rules(Protocol):
    """Where the rules of commits are read."""

    def of_commit(self, commit: str) -> Config:
        """The rules in the tree of a commit."""

    def of_head(self) -> Config:
        """The rules of the commit that is checked out; the defaults where there is none."""

    def head_commit(self) -> str:
        """The commit that is checked out; empty where there is none."""

    def folder_of(self, commit: str, label: str) -> str | None:
        """The folder of the project that a label names, in the tree of a commit; None where there is none."""

    def name_of(self, commit: str, folder: str) -> str:
        """The name of the project in a folder; empty where it is not written down."""


class Tags(Protocol):
    """Where the objects and names of tags are read."""

    def commit(self, oid: str) -> str:
        """The commit that an object leads to; empty where it leads to none."""

    def tag(self, name: str, oid: str, *, moved: bool = False) -> Tag:
        """What a tag of this name at this object leads to."""

    def names(self) -> Sequence[str]:
        """The names of all tags that the repository has."""

    def on_branch(self, commit: str, tips: Collection[str]) -> bool | None:
        """Whether a remote branch or one of the pushed tips holds the commit; None where nobody can know."""


@dataclass(frozen=True, slots=True)
class Discovery:
    """The tags of a push, in its order."""

    candidates: tuple[Candidate, ...]
    strangers: tuple[Stranger, ...]


@dataclass(frozen=True, slots=True)
class _Match:
    """A name, read as a release of the project in a folder."""

    folder: str
    form: str
    version: Version


@dataclass(slots=True)
class _Known:
    """The tags that are there already; what they say is the same for every tag of the push, and worked out once."""

    names: tuple[str, ...]
    forms: tuple[str, ...] = field(init=False)
    _versions: dict[tuple[str, ...], tuple[Version, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.forms = learned_forms(self.names)

    def versions(self, *forms: str) -> tuple[Version, ...]:
        """The versions that tags of these forms name, ascending."""
        if forms not in self._versions:
            read = (version_by_form(name, form) for name in self.names for form in dict.fromkeys(forms))
            self._versions[forms] = tuple(sorted({version for version in read if version is not None}))
        return self._versions[forms]


def discover(refs: Sequence[PushedRef], tags: Tags, rules: Rules) -> Discovery:
    """Sort the tags of a push by the name that the remote will know, and by the rules of the commit they name.

    The object id is what is judged, never the local name: git sends that object, even if the tag moves meanwhile. A
    deletion names no commit, so that the rules of the commit at HEAD decide about it.

    Raises:
        ConfigError: the rules of a commit are wrong.
    """
    candidates: list[Candidate] = []
    strangers: list[Stranger] = []
    pushed = {ref.tag for ref in refs}
    branches = {ref.local_oid for ref in refs if ref.remote_ref.startswith("refs/heads/") and not ref.deletes}
    known: _Known | None = None
    checked_out: tuple[str, Config] | None = None
    for ref in refs:
        name = ref.tag
        if name is None:
            continue
        if known is None:
            known = _Known(tuple(other for other in tags.names() if other not in pushed))
        if ref.deletes:
            checked_out = checked_out or (rules.head_commit(), rules.of_head())
            head, config = checked_out
            forms = _forms(head, config, rules, known.forms)
            releases = bool(_match(name, head, config, rules, known.forms) or config.version_in(name, known.forms))
            strangers.append(_stranger(name, config, forms, deletes=True, releases=releases))
            continue
        commit = tags.commit(ref.local_oid)
        config = rules.of_commit(commit) if commit else rules.of_head()
        match = _match(name, commit, config, rules, known.forms)
        if match is None:
            forms = _forms(commit, config, rules, known.forms)
            strangers.append(_stranger(name, config, forms, releases=config.version_in(name, known.forms) is not None))
        else:
            tag = tags.tag(name, ref.local_oid, moved=ref.replaces and ref.remote_oid != ref.local_oid)
            on_branch = tags.on_branch(tag.commit, branches) if tag.commit else None
            candidates.append(_candidate(tag, match, config, known, on_branch=on_branch))
    return Discovery(tuple(candidates), tuple(strangers))


def _match(name: str, commit: str, config: Config, rules: Rules, learned: Sequence[str]) -> _Match | None:
    """Read a name by the forms that the configuration states, or else by those that the other tags teach.

    Without a configuration, a name may also begin with the name of a project in the tree, as `acme-core-v1.2`.
    """
    if config.ignores(name):
        return None
    for project in config.projects:
        for form in project.forms(rules.name_of(commit, project.path) if commit else ""):
            if (version := version_by_form(name, form)) is not None:
                return _Match(project.path, form, version)
    stated = config.forms
    for form in stated or (() if config.projects else learned):
        if (version := version_by_form(name, form)) is not None:
            return _Match("", form, version)
    if not stated and not config.projects and commit:
        for reading in readings(name):
            if not reading.is_plain and (folder := rules.folder_of(commit, reading.label)) is not None:
                return _Match(folder, reading.form, reading.version)
    return None


def _candidate(tag: Tag, match: _Match, config: Config, known: _Known, *, on_branch: bool | None) -> Candidate:
    before, _, after = match.form.partition("{version}")
    forms = config.forms or ((match.form,) if match.folder or config.projects else known.forms)
    plain = not match.folder and not config.projects
    return Candidate(
        tag,
        match.version,
        config,
        match.folder,
        tag.name[len(before) : len(tag.name) - len(after)],
        match.form,
        forms[0] if plain and known.versions(forms[0]) else "",
        known.versions(match.form, forms[0]) if plain else known.versions(match.form),
        on_branch,
    )


def _forms(commit: str, config: Config, rules: Rules, learned: tuple[str, ...]) -> tuple[str, ...]:
    """The forms of release tags that a person is told of, one for each project."""
    names = ((project, rules.name_of(commit, project.path) if commit else "") for project in config.projects)
    return (*config.forms, *(project.forms(name)[0] for project, name in names)) or learned


def _stranger(name: str, config: Config, forms: tuple[str, ...], *, releases: bool, deletes: bool = False) -> Stranger:
    return Stranger(
        name, forms[:3], deletes=deletes, releases=releases, allowed=config.allow_delete, ignored=config.ignores(name)
    )
