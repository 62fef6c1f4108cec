"""From a push to the tags in it: candidates that are judged, and strangers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from tagward.model.candidate import Candidate, Stranger

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tagward.model.config import Config
    from tagward.model.refs import PushedRef, Tag


class Rules(Protocol):
    """Where the rules of commits are read."""

    def of_commit(self, commit: str) -> Config:
        """The rules in the tree of a commit."""

    def of_head(self) -> Config:
        """The rules of the commit that is checked out; the defaults where there is none."""


class Tags(Protocol):
    """Where the objects of tags are read."""

    def tag(self, name: str, oid: str, *, moved: bool = False) -> Tag:
        """What a tag of this name at this object leads to."""


@dataclass(frozen=True, slots=True)
class Discovery:
    """The tags of a push, in its order."""

    candidates: tuple[Candidate, ...]
    strangers: tuple[Stranger, ...]


def discover(refs: Sequence[PushedRef], tags: Tags, rules: Rules) -> Discovery:
    """Sort the tags of a push by the name that the remote will know, and by the rules of the commit they name.

    The object id is what is judged, never the local name: git sends that object, even if the tag moves meanwhile. A
    deletion names no commit, so that the rules of the commit at HEAD decide about it.

    Raises:
        ConfigError: the rules of a commit are wrong.
    """
    candidates: list[Candidate] = []
    strangers: list[Stranger] = []
    for ref in refs:
        name = ref.tag
        if name is None:
            continue
        if ref.deletes:
            config = rules.of_head()
            strangers.append(_stranger(name, config, deletes=True))
            continue
        tag = tags.tag(name, ref.local_oid, moved=ref.replaces and ref.remote_oid != ref.local_oid)
        config = rules.of_commit(tag.commit) if tag.commit else rules.of_head()
        version = config.version_in(name)
        if version is None:
            strangers.append(_stranger(name, config))
        else:
            candidates.append(Candidate(tag, version, config))
    return Discovery(tuple(candidates), tuple(strangers))


def _stranger(name: str, config: Config, *, deletes: bool = False) -> Stranger:
    releases = config.version_in(name) is not None
    return Stranger(name, config.formats, deletes=deletes, releases=releases, allowed=config.allow_delete)
