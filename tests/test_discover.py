"""From the refs of a push to candidates and strangers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from packaging.version import Version
from paper import COMMIT, OID

from tagward.discover import discover
from tagward.model.config import Config, ProjectRules
from tagward.model.refs import PushedRef, Tag

if TYPE_CHECKING:
    from collections.abc import Collection

NEW, OLD = "0" * 40, "b" * 40


@dataclass
class PaperTags:
    """Tags that lead where the test wants."""

    commit_id: str = COMMIT
    asked: list[tuple[str, str, bool]] = field(default_factory=list)

    known: tuple[str, ...] = ()
    reachable: bool | None = True

    def names(self) -> tuple[str, ...]:
        """The other tags."""
        return self.known

    def on_branch(self, commit: str, tips: Collection[str]) -> bool | None:
        """As the test wants, or because the commit is pushed."""
        return commit in tips or self.reachable

    def commit(self, oid: str) -> str:
        """The commit of every object."""
        return self.commit_id if oid else ""

    def tag(self, name: str, oid: str, *, moved: bool = False) -> Tag:
        """A lightweight tag."""
        self.asked.append((name, oid, moved))
        return Tag(name, oid, self.commit_id, "commit" if self.commit_id else "blob", moved=moved)


@dataclass
class PaperRules:
    """The same rules for every commit, others at HEAD."""

    commit: Config = field(default_factory=Config)
    head: Config = field(default_factory=Config)

    def of_commit(self, commit: str) -> Config:
        """The rules of a commit."""
        assert commit
        return self.commit

    folders: dict[str, str] = field(default_factory=dict)

    def of_head(self) -> Config:
        """The rules at HEAD."""
        return self.head

    def head_commit(self) -> str:
        """The commit at HEAD."""
        return COMMIT

    def folder_of(self, commit: str, label: str) -> str | None:
        """The folder of a project."""
        assert commit
        return self.folders.get(label)

    def name_of(self, commit: str, folder: str) -> str:
        """The name of the project in a folder."""
        assert commit
        return next((name for name, path in self.folders.items() if path == folder), "")


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


def test_a_deleted_tag_of_one_of_several_projects_is_a_release_too() -> None:
    stated = Config(projects=(ProjectRules("packages/core", "{name}-v{version}"), ProjectRules("cli", "cli/{version}")))
    names = ("acme-core-v1.0", "cli/2.0", "v0.9", "acme-core-next")
    refs = [_ref(f"refs/tags/{name}", oid=NEW, old=OLD) for name in names]
    folders = {"acme-core": "packages/core"}

    told = discover(refs, PaperTags(), PaperRules(head=stated, folders=folders)).strangers
    untold = discover(refs, PaperTags(), PaperRules(folders=folders)).strangers

    assert [one.releases for one in told] == [True, True, True, False]
    assert told[3].forms == ("acme-core-v{version}", "cli/{version}")
    assert [one.releases for one in untold] == [True, False, True, False]


def test_the_rules_of_the_tagged_commit_say_what_a_release_is() -> None:
    found = discover([_ref("refs/tags/v1.4.0")], PaperTags(), PaperRules(commit=Config(tag="rel-{version}")))

    assert [one.tag for one in found.strangers] == ["v1.4.0"]
    assert found.strangers[0].forms == ("rel-{version}",)


def test_a_release_name_on_something_else_than_a_commit_is_a_candidate() -> None:
    found = discover([_ref("refs/tags/v1.4.0")], PaperTags(commit_id=""), PaperRules())

    assert [one.tag.kind for one in found.candidates] == ["blob"]


def test_other_tags_teach_the_form_of_a_release() -> None:
    tags = PaperTags(known=("rel_1_19_1", "rel_1_19_0", "v3"))

    (candidate,) = discover([_ref("refs/tags/rel_1_20_0")], tags, PaperRules()).candidates

    assert (candidate.version, candidate.text, candidate.form) == (Version("1.20.0"), "1_20_0", "rel_{version}")
    assert (candidate.usual, candidate.others) == ("rel_{version}", (Version("1.19.0"), Version("1.19.1")))


def test_the_pushed_tag_teaches_nothing_about_itself() -> None:
    tags = PaperTags(known=("release-1.0", "v0.9"))

    found = discover([_ref("refs/tags/release-1.0")], tags, PaperRules())

    assert not found.candidates


def test_a_tag_that_begins_with_the_name_of_a_project_is_judged_in_its_folder() -> None:
    rules = PaperRules(folders={"acme-core": "packages/core"})

    found = discover([_ref("refs/tags/acme-core-v1.2.0"), _ref("refs/tags/nightly-2026.1")], PaperTags(), rules)

    assert [(one.tag.name, one.folder, one.version) for one in found.candidates] == [
        ("acme-core-v1.2.0", "packages/core", Version("1.2.0"))
    ]
    assert [one.tag for one in found.strangers] == ["nightly-2026.1"]


def test_configured_projects_say_their_tags_and_nothing_else_counts() -> None:
    projects = (ProjectRules("packages/core", "{name}/v{version}"), ProjectRules("cli", "cli=={version}"))
    rules = PaperRules(commit=Config(projects=projects), folders={"Acme.Core": "packages/core"})
    names = ["Acme.Core/v1.0", "acme-core/v1.1", "acme_core/v1.2", "cli==2.0", "v3.0", "other/v1.0"]

    found = discover([_ref(f"refs/tags/{name}") for name in names], PaperTags(), rules)

    assert [(one.folder, str(one.version)) for one in found.candidates] == [
        ("packages/core", "1.0"),
        ("packages/core", "1.1"),
        ("packages/core", "1.2"),
        ("cli", "2.0"),
    ]


def test_ignored_names_are_no_releases() -> None:
    rules = PaperRules(commit=Config(ignore_tags=("v9*",)))

    found = discover([_ref("refs/tags/v9.0"), _ref("refs/tags/v1.0")], PaperTags(), rules)

    assert [one.tag.name for one in found.candidates] == ["v1.0"]
    assert found.strangers[0].ignored


def test_legacy_forms_are_judged_too() -> None:
    rules = PaperRules(commit=Config(tag="v{version}", legacy_tags=("old-{version}",)))

    found = discover([_ref("refs/tags/old-1.0"), _ref("refs/tags/1.0")], PaperTags(), rules)

    assert [one.tag.name for one in found.candidates] == ["old-1.0"]


def test_a_commit_that_goes_out_with_its_branch_is_on_a_branch() -> None:
    tags = PaperTags(reachable=False)
    refs = [_ref("refs/tags/v1.0"), PushedRef("main", COMMIT, "refs/heads/main", NEW)]

    assert discover(refs, tags, PaperRules()).candidates[0].on_branch is True
    assert discover(refs[:1], tags, PaperRules()).candidates[0].on_branch is False
