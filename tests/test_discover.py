"""From the refs of a push to candidates and strangers."""

from __future__ import annotations

from dataclasses import dataclass, field

from packaging.version import Version
from paper import COMMIT, OID

from tagward.discover import discover
from tagward.model.config import Config
from tagward.model.refs import PushedRef, Tag

NEW, OLD = "0" * 40, "b" * 40


@dataclass
class PaperTags:
    """Tags that lead where the test wants."""

    commit: str = COMMIT
    asked: list[tuple[str, str, bool]] = field(default_factory=list)

    def tag(self, name: str, oid: str, *, moved: bool = False) -> Tag:
        """A lightweight tag."""
        self.asked.append((name, oid, moved))
        return Tag(name, oid, self.commit, "commit" if self.commit else "blob", moved=moved)


@dataclass
class PaperRules:
    """The same rules for every commit, others at HEAD."""

    commit: Config = field(default_factory=Config)
    head: Config = field(default_factory=Config)

    def of_commit(self, commit: str) -> Config:
        """The rules of a commit."""
        assert commit
        return self.commit

    def of_head(self) -> Config:
        """The rules at HEAD."""
        return self.head


def _ref(name: str, *, local: str = "HEAD", oid: str = OID, old: str = NEW) -> PushedRef:
    return PushedRef(local, oid, name, old)


def test_the_remote_name_and_the_object_id_are_judged() -> None:
    tags = PaperTags()

    found = discover([_ref("refs/tags/v1.4.0", local="refs/tags/other")], tags, PaperRules())

    assert [(one.tag.name, one.version) for one in found.candidates] == [("v1.4.0", Version("1.4.0"))]
    assert tags.asked == [("v1.4.0", OID, False)]


def test_branches_and_other_refs_bring_nothing() -> None:
    found = discover([_ref("refs/heads/v1.4.0"), _ref("refs/notes/v1.4.0")], PaperTags(), PaperRules())

    assert not found.candidates
    assert not found.strangers


def test_a_tag_that_the_remote_has_elsewhere_is_moved_and_the_same_one_is_not() -> None:
    tags = PaperTags()

    discover([_ref("refs/tags/v1.4.0", old=OLD), _ref("refs/tags/v1.4.0", old=OID)], tags, PaperRules())

    assert [moved for _, _, moved in tags.asked] == [True, False]


def test_a_deletion_is_judged_by_the_rules_at_head() -> None:
    rules = PaperRules(head=Config(allow_delete=True, tag="rel-{version}"))
    deletions = [_ref("refs/tags/rel-1.0", oid=NEW, old=OLD), _ref("refs/tags/v1.0", oid=NEW, old=OLD)]

    found = discover(deletions, PaperTags(), rules)

    assert [(one.tag, one.deletes, one.releases, one.allowed) for one in found.strangers] == [
        ("rel-1.0", True, True, True),
        ("v1.0", True, False, True),
    ]


def test_the_rules_of_the_tagged_commit_say_what_a_release_is() -> None:
    found = discover([_ref("refs/tags/v1.4.0")], PaperTags(), PaperRules(commit=Config(tag="rel-{version}")))

    assert [one.tag for one in found.strangers] == ["v1.4.0"]
    assert found.strangers[0].formats == ("rel-{version}",)


def test_a_release_name_on_something_else_than_a_commit_is_a_candidate() -> None:
    found = discover([_ref("refs/tags/v1.4.0")], PaperTags(commit=""), PaperRules())

    assert [one.tag.kind for one in found.candidates] == ["blob"]
