"""Questions about many tags at once, each answered by one or two git processes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tagward.model.refs import TAGS

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from tagward.model.refs import Tag
    from tagward.tools.git import GitRepository

_HASHES = {40, 64}


@dataclass(frozen=True, slots=True)
class RepositoryTags:
    """See `tagward.discover.Tags`."""

    repository: GitRepository
    commits: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, repository: GitRepository, oids: Collection[str]) -> RepositoryTags:
        """Tags at these objects, peeled by one process."""
        return cls(repository, peeled(repository, list(dict.fromkeys(oids))))

    def commit(self, oid: str) -> str:
        """The commit that an object leads to; empty where it leads to none."""
        if oid in self.commits:
            return self.commits[oid]
        return self.repository.tag("", oid).commit

    def tag(self, name: str, oid: str, *, moved: bool = False) -> Tag:
        """What a tag of this name at this object leads to."""
        return self.repository.tag(name, oid, moved=moved)

    def names(self) -> Sequence[str]:
        """The names of all local tags."""
        return [name for name, _ in self.repository.tags()]

    def on_branch(self, commit: str, tips: Collection[str]) -> bool | None:
        """Whether a remote branch, or one of the tips that are about to be pushed, holds the commit.

        None where the repository knows no branch of any remote, and none is pushed (git-for-each-ref(1), `--contains`).
        """
        ask = self.repository.ask
        for tip in tips:
            if not ask("merge-base", "--is-ancestor", commit, tip, check=False).status:
                return True
        known = ask("for-each-ref", "--count=1", "--format=x", "refs/remotes", check=False).text.strip()
        if not known:
            return False if tips else None
        holding = ask("for-each-ref", "--count=1", "--format=x", f"--contains={commit}", "refs/remotes", check=False)
        return None if holding.status else bool(holding.text.strip())


def tagged_commits(repository: GitRepository) -> tuple[tuple[str, str], ...]:
    """Every local tag by name, with the commit that it peels to; empty where it leads to none."""
    tags = repository.tags()
    commits = peeled(repository, [oid for _, oid in tags])
    return tuple((name, commits[oid] if oid in commits else repository.tag(name, oid).commit) for name, oid in tags)


def peeled(repository: GitRepository, oids: Sequence[str]) -> dict[str, str]:
    """The commit that each object leads to, empty where it leads to none; nothing at all where an object is damaged."""
    asked = "".join(f"{oid}^{{commit}}\n" for oid in oids).encode()
    answers = repository.ask("cat-file", "--batch-check=%(objectname)", stdin=asked, check=False).text.splitlines()
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
