"""The tag that a commit would get: what is judged before anybody has made it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from packaging.version import Version

from tagward.errors import ConfigError
from tagward.model.candidate import Candidate
from tagward.model.refs import TAGS, PushedRef, Tag
from tagward.model.tagnames import learned_forms, tag_for
from tagward.survey import rules, survey

if TYPE_CHECKING:
    from tagward.tools.git import GitRepository


def pretended_ref(repository: GitRepository, commit: str, name: str | None) -> PushedRef:
    """The push of a tag that is not there yet.

    Args:
        repository: where the commit is.
        commit: any name of it.
        name: the tag; None for the one that the stated version asks for.

    Raises:
        ConfigError: there is no such commit, or only a build knows its version and `name` does not say it.
    """
    oid = repository.commit_of(commit)
    if not oid:
        raise ConfigError(f"{commit} names no commit here")
    ref = TAGS + (name.removeprefix(TAGS) if name else _name(repository, oid))
    return PushedRef(oid, oid, ref, "0" * len(oid))


def _name(repository: GitRepository, oid: str) -> str:
    tree = repository.tree(oid)
    config = rules(tree, "pyproject.toml")
    if config.projects:
        raise ConfigError(
            "this repository holds several projects, and none is named",
            fixes=("say which release is meant: --as TAG",),
        )
    source = survey(Candidate(Tag("", "", "", "commit"), Version("0"), config), tree).source
    if source.declaration is None or source.declaration.version is None:
        raise ConfigError(
            f"the commit {oid[:7]} does not state its version ({source.reason or 'the build decides'})",
            fixes=("say which release is meant: --as TAG",),
        )
    known = [other for other, _ in repository.tags()]
    forms = config.forms or learned_forms(known)
    return tag_for(source.declaration.version, forms[0], known)
