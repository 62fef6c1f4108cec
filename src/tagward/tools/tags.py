"""Questions about many tags at once, each answered by one or two git processes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tagward.model.refs import TAGS, Tag
from tagward.tools.objects import committer_time, is_signed, read_objects, tag_header

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from tagward.tools.git import GitRepository

_HASHES = {40, 64}
CHUNK = 2000
"""So many objects are read at a time, so that memory does not grow with the number of tags."""


@dataclass(frozen=True, slots=True)
class Peeled:
    """What a pushed object leads to; see `tagward.model.refs.Tag`.

    Attributes:
        committed: when the commit was made, in seconds since the epoch; None where there is no commit.
    """

    kind: str
    commit: str
    headers: tuple[str, ...] = ()
    signed: bool = False
    committed: int | None = None


@dataclass(frozen=True, slots=True)
class RepositoryTags:
    """See `tagward.discover.Tags`.

    Attributes:
        found: what was read beforehand, by object id.
    """

    repository: GitRepository
    found: Mapping[str, Peeled] = field(default_factory=dict)
    _commits: frozenset[str] = frozenset()
    _off_branch: dict[frozenset[str], frozenset[str] | None] = field(default_factory=dict)

    @classmethod
    def of(cls, repository: GitRepository, oids: Collection[str]) -> RepositoryTags:
        """Tags at these objects, all read by a few processes."""
        unique = list(dict.fromkeys(oids))
        found: dict[str, Peeled] = {}
        for start in range(0, len(unique), CHUNK):
            found |= _read(repository, unique[start : start + CHUNK])
        return cls(repository, found, frozenset(one.commit for one in found.values() if one.commit))

    def commit(self, oid: str) -> str:
        """The commit that an object leads to; empty where it leads to none."""
        return self.found[oid].commit if oid in self.found else self.repository.tag("", oid).commit

    def committed(self, oid: str) -> int | None:
        """When the commit was made that an object leads to; None where nobody knows."""
        return self.found[oid].committed if oid in self.found else None

    def tag(self, name: str, oid: str, *, moved: bool = False) -> Tag:
        """What a tag of this name at this object leads to."""
        if oid not in self.found:
            return self.repository.tag(name, oid, moved=moved)
        one = self.found[oid]
        return Tag(name, oid, one.commit, one.kind, bool(one.headers), one.signed, one.headers, moved)

    def names(self) -> Sequence[str]:
        """The names of all local tags."""
        return [name for name, _ in self.repository.tags()]

    def on_branch(self, commit: str, tips: Collection[str]) -> bool | None:
        """Whether a remote branch, or one of the tips that are about to be pushed, holds the commit.

        None where the repository knows no branch of any remote, and none is pushed.
        """
        if commit not in self._commits:
            off = self._off(tips, {commit})
        else:
            asked = frozenset(tips)
            if asked not in self._off_branch:
                self._off_branch[asked] = self._off(tips, self._commits)
            off = self._off_branch[asked]
        return None if off is None else commit not in off

    def _off(self, tips: Collection[str], commits: Collection[str]) -> frozenset[str] | None:
        """Those commits that no branch holds, asked all at once (git-rev-list(1)); None where nobody can know."""
        ask = self.repository.ask
        listed = ask("for-each-ref", "--format=%(objectname)", "refs/remotes", check=False).text.split()
        branches = list(dict.fromkeys([*listed, *tips]))
        if not branches:
            return None
        words = "".join(f"{commit}\n" for commit in commits) + "".join(f"^{branch}\n" for branch in branches)
        reached = ask("rev-list", "--ignore-missing", "--stdin", stdin=words.encode(), check=False)
        return None if reached.status else frozenset(set(commits).intersection(reached.text.splitlines()))


def _read(repository: GitRepository, oids: Sequence[str]) -> dict[str, Peeled]:
    """Peel tag objects level by level, as `^{}` does (gitrevisions(7)); one batch for each level."""
    found: dict[str, Peeled] = {}
    # Where each object leads so far, the names on the way, and whether the outermost tag object is signed.
    ways: dict[str, tuple[str, tuple[str, ...], bool]] = {oid: (oid, (), False) for oid in oids}
    while ways:
        objects = read_objects(repository, [current for current, _, _ in ways.values()])
        ahead: dict[str, tuple[str, tuple[str, ...], bool]] = {}
        for oid, (current, headers, signed) in ways.items():
            one = objects.get(current)
            if one is None:
                found[oid] = Peeled("missing", "", headers, signed)
            elif one.kind == "tag":
                target, header = tag_header(one.data or b"")
                ahead[oid] = (target, (*headers, header), is_signed(one.data or b"") if not headers else signed)
            elif one.kind == "commit":
                found[oid] = Peeled("commit", current, headers, signed, committer_time(one.data or b""))
            else:
                found[oid] = Peeled(one.kind, "", headers, signed)
        ways = ahead
    return found


def tagged_commits(repository: GitRepository) -> tuple[tuple[str, str], ...]:
    """Every local tag by name, with the commit that it peels to; empty where it leads to none."""
    tags = repository.tags()
    commits = peeled(repository, [oid for _, oid in tags])
    return tuple((name, commits[oid] if oid in commits else repository.tag(name, oid).commit) for name, oid in tags)


def peeled(repository: GitRepository, oids: Sequence[str]) -> dict[str, str]:
    """The commit that each object leads to, empty where it leads to none; nothing at all where an object is damaged."""
    asked = "".join(f"{oid}^{{commit}}\n" for oid in oids).encode()
    asking = ("cat-file", "--buffer", "--batch-check=%(objectname)")
    answers = repository.ask(*asking, stdin=asked, check=False).text.splitlines()
    if len(answers) != len(oids):  # git stops at the first damaged tag object
        return {}
    return {oid: found if len(found) in _HASHES else "" for oid, found in zip(oids, answers, strict=True)}


def dated_tags_at(repository: GitRepository, commit: str) -> tuple[tuple[str, bool, int], ...]:
    """The tags on a commit: name, whether annotated, and when it was made in seconds (0 for a lightweight one)."""
    form = "--format=%(objecttype) %(taggerdate:unix)%00%(refname)%00"
    listed = repository.ask("for-each-ref", form, f"--points-at={commit}", TAGS).text.split("\0")
    found = []
    for head, ref in zip(listed[::2], listed[1::2], strict=False):
        kind, _, when = head.strip().partition(" ")
        found.append((ref.removeprefix(TAGS), kind == "tag", int(when) if when.isdigit() else 0))
    return tuple(found)


def message_of(repository: GitRepository, oid: str) -> str:
    """The message of a tag object; empty where the object is none, or cannot be read."""
    done = repository.ask("cat-file", "tag", oid, check=False)
    return "" if done.status else done.text.partition("\n\n")[2]
