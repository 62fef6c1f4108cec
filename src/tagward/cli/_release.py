"""From the words of a command line to one release: its project, its tag here and on the remote, and what it must be."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from packaging.version import Version

from tagward.cli._commits import Commits
from tagward.discover import discover
from tagward.errors import ConfigError
from tagward.model.names import normalize
from tagward.model.refs import TAGS, PushedRef
from tagward.model.standing import Answer, TagSeen
from tagward.model.tagnames import PLACEHOLDER, learned_forms, readings, tag_for
from tagward.tools.delivery import known_receipt, read_receipt
from tagward.tools.git import GitRepository
from tagward.tools.standing import RemoteTags, ask_remote, basis_of, rebuild, seen_here
from tagward.tools.tags import RepositoryTags

if TYPE_CHECKING:
    from tagward.model.candidate import Candidate
    from tagward.model.receipt import Receipt
    from tagward.model.standing import Basis

NEW = "0" * 40
UNASKED = TagSeen(Answer.UNASKED, trouble="not asked: this is no repository of the project")


@dataclass(frozen=True, slots=True)
class Release:
    """One release, as far as it is known without the index."""

    project: str
    tag: str
    local: TagSeen = UNASKED
    remote: TagSeen = UNASKED
    basis: Basis | None = None


def identify(version: Version, *, receipt: str | None, project: str | None, rebuilding: bool) -> Release:
    """The release that is meant.

    Args:
        version: of it.
        receipt: the path of a receipt.
        project: the name of the project.
        rebuilding: build the tag where no receipt says what the files are.

    Raises:
        ConfigError: nothing says which project is meant, or the words contradict each other.
        CannotJudge: the repository cannot be read, or the tag does not build.
    """
    sealed = read_receipt(Path(receipt)) if receipt else None
    if sealed:
        _require_same(sealed, version, project)
    name = normalize(sealed.project if sealed else project or "")
    repository = _repository(needed=not name)
    if repository is None or not (search := _Search(repository, version, name, sealed)).belongs():
        if rebuilding:
            raise ConfigError("--rebuild needs the repository of the project", why="it builds the commit of the tag")
        tag = sealed.tag if sealed else f"v{version}"
        return Release(name, tag, basis=basis_of(sealed, receipt or "") if sealed else None)
    candidate = search.candidate() if sealed is None else None
    tag = sealed.tag if sealed else candidate.tag.name if candidate else search.usual()
    local, remote = seen_here(repository, tag), search.remote.seen(tag)
    basis = basis_of(sealed, receipt or "") if sealed else None
    if basis is None and (kept := known_receipt(repository.common_dir, tag)) and kept.tag == tag:
        basis = basis_of(kept)
    if basis is None and rebuilding:
        if candidate is None or local.answer is not Answer.HERE:
            raise ConfigError(f"there is no tag {tag} here to build", fixes=(f"git fetch origin tag {tag}",))
        basis = rebuild(repository, candidate)
    return Release(search.project(candidate), tag, local, remote, basis)


def _require_same(receipt: Receipt, version: Version, project: str | None) -> None:
    if Version(receipt.version) != version:
        raise ConfigError(f"the receipt is of {receipt.project} {receipt.version}, and {version} was asked for")
    if project and normalize(project) != normalize(receipt.project):
        raise ConfigError(f"the receipt is of {receipt.project}, and {project} was asked for")


def _repository(*, needed: bool) -> GitRepository | None:
    try:
        return GitRepository.find()
    except ConfigError as failure:
        if needed:
            fixes = ("--project NAME, or --receipt FILE", "or run it inside the repository of the project")
            raise ConfigError("nothing says which project is meant", why=str(failure), fixes=fixes) from None
        return None


class _Search:
    """The tag of a version among those of the repository and of the remote."""

    def __init__(self, repository: GitRepository, version: Version, project: str, receipt: Receipt | None) -> None:
        self.repository = repository
        self.remote = RemoteTags(Answer.UNASKED)
        self._version = version
        self._project = project
        self._receipt = receipt
        self._rules = Commits(repository)
        self._head = repository.commit_of("HEAD")

    def belongs(self) -> bool:
        """Whether this is a repository of the project that was named; then the remote is asked."""
        known = {normalize(name) for name in self._names() if name}
        if self._project and known and self._project not in known and self._folder() is None:
            judged_here = self._receipt and self.repository.commit_of(self._receipt.commit)
            if not judged_here:
                return False
        self.remote = ask_remote(self.repository)
        return True

    def _folder(self) -> str | None:
        """Where the project stands in what is checked out; None where it does not."""
        return self._rules.folder_of(self._head, self._project) if self._head and self._project else None

    def _names(self) -> list[str]:
        if not self._head:
            return []
        folders = [project.path for project in self._rules.of_head().projects] or [""]
        return [self._rules.name_of(self._head, folder) for folder in folders]

    def candidate(self) -> Candidate | None:
        """The tag that releases the version; None where there is none, here or on the remote.

        Raises:
            ConfigError: several tags do, and they are of different commits.
        """
        oids = {name: oid for name, (oid, _) in self.remote.tags.items()} | dict(self.repository.tags())
        forms = self._rules.of_head()
        wanted = {name: oid for name, oid in oids.items() if self._reads(name, forms.version_in(name))}
        refs = [PushedRef("", oid, TAGS + name, NEW) for name, oid in wanted.items()]
        found = discover(refs, RepositoryTags.of(self.repository, list(wanted.values())), self._rules).candidates
        fitting = [one for one in found if one.version == self._version and self._is_of_project(one)]
        if len({one.tag.commit for one in fitting}) > 1:
            names = ", ".join(one.tag.name for one in fitting)
            fixes = ("--project NAME, or --receipt FILE",)
            raise ConfigError(f"several tags release {self._version}: {names}", fixes=fixes)
        return fitting[0] if fitting else None

    def _reads(self, name: str, stated: Version | None) -> bool:
        return self._version in (stated, *(reading.version for reading in readings(name)))

    def _is_of_project(self, candidate: Candidate) -> bool:
        name = normalize(self._name_of(candidate))
        return not self._project or not name or name == self._project

    def _name_of(self, candidate: Candidate) -> str:
        commit = candidate.tag.commit
        return (commit and self._rules.name_of(commit, candidate.folder)) or ""

    def usual(self) -> str:
        """The name that the tag would have."""
        config = self._rules.of_head()
        names = [*(name for name, _ in self.repository.tags()), *self.remote.tags]
        own = [form for project in config.projects for form in project.forms(self._project)]
        own += [f"{self._project}-v{PLACEHOLDER}"] if self._folder() else []
        forms = (*config.forms, *own, *learned_forms(names))
        return tag_for(self._version, forms[0], names)

    def project(self, candidate: Candidate | None) -> str:
        """The name of the project.

        Raises:
            ConfigError: it is written down nowhere.
        """
        named = (self._name_of(candidate),) if candidate else ()
        known = [name for name in (self._project, *named, *self._names()) if name]
        if not known:
            raise ConfigError("the name of the project is not written down", fixes=("--project NAME",))
        return normalize(known[0])
