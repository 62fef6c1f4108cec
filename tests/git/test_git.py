"""What tagward reads in the user's repository, whatever is set there and wherever it is asked."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from export_support import (
    Project,
    git_version,
    isolate,
    make_project,
    needs_root,
    probed,
    pushed,
    unchanged,
)

from tagward.errors import CannotJudge, ConfigError
from tagward.model.refs import Tag
from tagward.model.standing import Answer
from tagward.tools import git as tools_git
from tagward.tools.git import GitRepository
from tagward.tools.release import remote_seen
from tagward.tools.standing import ask_remote
from tagward.tools.trees import open_commit_tree

ODD_NAMES = ("ünï", "q\"'t", "a$(touch${IFS}pwned)b", "-dash", "-x", "#x", "$(id)", "semi;colon&", "bad\udcff", "a/b/c")


@pytest.fixture(autouse=True)
def _isolated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    isolate(tmp_path, monkeypatch)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return make_project(tmp_path / "project")


@pytest.fixture
def remote(tmp_path: Path, project: Project) -> Project:
    """The bare remote `origin` of the project."""
    bare = Project(tmp_path / "remote.git")
    bare.path.mkdir()
    bare.git("init", "-q", "--bare")
    project.git("remote", "add", "origin", bare.path)
    return bare


# Tags: the object that is pushed decides.


def test_01_lightweight_tag(project: Project) -> None:
    project.git("tag", "v1.0.0")
    head = project.git("rev-parse", "HEAD")

    assert project.tag("v1.0.0") == Tag("v1.0.0", head, head, "commit")


def test_02_annotated_tag_is_peeled(project: Project) -> None:
    project.git("tag", "-am", "the release", "v1.0.0")
    head, oid = project.git("rev-parse", "HEAD", "v1.0.0").split()

    assert project.tag("v1.0.0") == Tag("v1.0.0", oid, head, "commit", annotated=True, headers=("v1.0.0",))


def test_03_ssh_signed_tag(project: Project, tmp_path: Path) -> None:
    key = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    project.git("-c", "gpg.format=ssh", "-c", f"user.signingKey={key}", "tag", "-sm", "the release", "v1.0.0")

    tag = project.tag("v1.0.0")

    assert (tag.signed, tag.annotated, tag.kind) == (True, True, "commit")


@pytest.mark.parametrize("kind", ["PGP SIGNATURE", "PGP MESSAGE", "SIGNED MESSAGE"])
def test_03_other_signatures_are_seen(project: Project, kind: str) -> None:
    project.git("tag", "-am", f"the release\n\n-----BEGIN {kind}-----\n\nabc", "v1.0.0")
    project.git("tag", "-am", f"it says -----BEGIN {kind}----- in a line", "v1.0.1")
    project.git("tag", "-am", "around a signed one", "v1.0.2", "v1.0.0")

    signed = [project.tag(name).signed for name in ("v1.0.0", "v1.0.1", "v1.0.2")]

    assert signed == [True, False, False]


@pytest.mark.parametrize("source", ["HEAD", "@", "{oid}", "{short}", "main", "HEAD~1", "a^{}", "HEAD^{/fix the}"])
def test_17_19_20_sources_of_a_push_name_the_right_commit(project: Project, remote: Project, source: str) -> None:
    first = project.git("rev-parse", "HEAD")
    second = project.commit("second")
    project.git("tag", "-am", "annotated", "a")
    report = probed(project)

    source = source.replace("{oid}", second).replace("{short}", second[:10])
    project.git("push", "-q", "origin", f"{source}:refs/tags/v1.0.0")

    (seen,) = pushed(report)
    assert (seen["name"], seen["tags"]) == ("v1.0.0", ["a", "v1.0.0"])
    assert seen["commit"] == seen["head"] == (first if "fix" in source or "~" in source else second)
    assert remote.git("rev-parse", "refs/tags/v1.0.0") == seen["commit"]


def test_18_annotated_tag_pushed_under_another_name_keeps_its_inner_name(project: Project, remote: Project) -> None:
    project.git("tag", "-am", "the release", "v1.0.0")
    report = probed(project)

    project.git("push", "-q", remote.path, "v1.0.0:refs/tags/v2.0.0")

    (seen,) = pushed(report)
    assert (seen["name"], seen["headers"]) == ("v2.0.0", ["v1.0.0"])


def test_23_nested_tag_tells_every_name(project: Project) -> None:
    project.git("tag", "-am", "inner", "v1.0.0")
    project.git("tag", "-am", "outer", "v1.0.1", "v1.0.0")

    tag = project.tag("v1.0.1")

    assert (tag.headers, tag.kind) == (("v1.0.1", "v1.0.0"), "commit")
    assert tag.commit == project.git("rev-parse", "HEAD")


@pytest.mark.parametrize(
    ("target", "options", "kind"),
    [("HEAD^{tree}", (), "tree"), ("HEAD:pyproject.toml", (), "blob"), ("HEAD^{tree}", ("-am", "x"), "tree")],
    ids=["tree", "blob", "annotated-tree"],
)
def test_24_25_tag_on_something_else_says_what(
    project: Project, target: str, options: tuple[str, ...], kind: str
) -> None:
    project.git("tag", *options, "v1.0.0", target)

    tag = project.tag("v1.0.0")

    assert (tag.kind, tag.commit, tag.annotated) == (kind, "", bool(options))


def test_37_sha256_repository(tmp_path: Path) -> None:
    project = make_project(tmp_path / "long", "--object-format=sha256")
    project.git("tag", "-am", "the release", "v1.0.0")

    repository, tag = project.found(), project.tag("v1.0.0")

    assert (repository.object_format, len(tag.oid), len(tag.commit)) == ("sha256", 64, 64)
    assert (tag.kind, tag.headers) == ("commit", ("v1.0.0",))
    assert b"1.0.0" in (repository.tree(tag.commit).read("pyproject.toml") or b"")
    assert repository.commit_time(tag.commit) == 1700000000


def test_39_odd_names_survive(project: Project) -> None:
    head = project.git("rev-parse", "HEAD")
    for name in ODD_NAMES:
        project.git("update-ref", f"refs/tags/{name}", head)
    repository = project.found()

    assert {name for name, _ in repository.tags()} == set(ODD_NAMES)
    assert set(repository.tags_at(head)) == set(ODD_NAMES)
    assert {repository.tag_oid(name) for name in ODD_NAMES} == {head}
    assert not list(project.path.rglob("pwned"))


def test_39_a_line_separator_in_a_name_ends_none(project: Project, remote: Project) -> None:
    name, head = "v9.9.9\u2028x", project.git("rev-parse", "HEAD")
    project.git("update-ref", f"refs/tags/{name}", head)
    project.git("push", "-q", "origin", "HEAD:refs/heads/main", f"refs/tags/{name}")
    repository = project.found()

    there = ask_remote(repository)
    branch = remote_seen(repository, "origin", "refs/heads/main", "v9.9.9", head)

    assert remote.git("rev-parse", f"refs/tags/{name}") == head
    assert (there.seen(name).oid, there.seen("v9.9.9").answer) == (head, Answer.ABSENT)
    assert (branch.tip, branch.tag) == (head, "")
    assert repository.refs_now([f"refs/tags/{name}"]) == {f"refs/tags/{name}": head}


def test_40_tags_named_like_other_refs(project: Project) -> None:
    first = project.git("rev-parse", "HEAD")
    for name in ("HEAD", "main", first):
        project.git("update-ref", f"refs/tags/{name}", first)
    project.commit("second")
    repository = project.found()

    assert [repository.tag_oid(name) for name in ("HEAD", "main", first)] == [first] * 3
    assert repository.commit_of("HEAD") != first


NO_NAMES = ("v1.0.0^{}", "v1.0.0~0", "v1.0", "../heads/main", "", "v*", "@{0}", "a\0b", "--help", "refs/heads/main")


@pytest.mark.parametrize("name", NO_NAMES)
def test_tag_oid_takes_names_and_nothing_else(project: Project, name: str) -> None:
    project.git("tag", "v1.0.0")

    with pytest.raises(ConfigError):
        project.found().tag_oid(name)


def test_tag_oid_suggests_a_tag(project: Project) -> None:
    project.git("tag", "v1.0.0")

    with pytest.raises(ConfigError) as caught:
        project.found().tag_oid("1.0.0")

    assert caught.value.fixes == ("did you mean v1.0.0?",)


def test_tags_at_knows_nested_tags_and_passes_over_trees(project: Project) -> None:
    project.git("tag", "-am", "inner", "v1.0.0")
    project.git("tag", "-am", "outer", "v1.0.1", "v1.0.0")
    project.git("tag", "tree", "HEAD^{tree}")
    project.commit("second")
    project.git("tag", "v2.0.0")
    repository = project.found()

    assert repository.tags_at(project.git("rev-parse", "HEAD~1")) == ("v1.0.0", "v1.0.1")


# Damage: said, never guessed at, never a traceback.


def test_59_missing_objects_are_called_missing(project: Project) -> None:
    project.git("tag", "-am", "the release", "v1.0.0")
    repository, oid, head = project.found(), *project.git("rev-parse", "v1.0.0", "HEAD").split()

    assert repository.tag("v1.0.0", "1" * 40).kind == "missing"
    project.loose(head).unlink()
    assert repository.tag("v1.0.0", oid) == Tag("v1.0.0", oid, "", "missing", annotated=True, headers=("v1.0.0",))
    with pytest.raises(CannotJudge, match="damaged"):
        repository.commit_time(head)
    with pytest.raises(CannotJudge, match="damaged"):
        repository.tree(head)


@pytest.mark.parametrize("object_format", ["sha1", "sha256"])
def test_116_exchanged_tag_object_is_not_believed(tmp_path: Path, object_format: str) -> None:
    project = make_project(tmp_path / "damaged", f"--object-format={object_format}")
    project.git("tag", "-am", "good", "v1.0.0")
    project.git("tag", "-am", "bad", "v2.0.0")
    good, bad = project.git("rev-parse", "v1.0.0", "v2.0.0").split()
    project.loose(good).chmod(0o644)
    project.loose(good).write_bytes(project.loose(bad).read_bytes())

    assert project.found().tag("v1.0.0", good).kind == "missing"


def test_116_corrupt_file_is_damage(project: Project) -> None:
    blob = project.loose(project.git("rev-parse", "HEAD:pyproject.toml"))
    blob.chmod(0o644)
    blob.write_bytes(blob.read_bytes()[:20] + b"\0\0\0\0")
    tree = project.found().tree(project.git("rev-parse", "HEAD"))

    assert tree.read("bin/tool") == b"#!/bin/sh\n"
    with pytest.raises(CannotJudge, match="damaged") as caught:
        tree.read("pyproject.toml")
    assert "pyproject.toml" in caught.value.why


def test_116_one_corrupt_tag_does_not_hide_the_others(project: Project) -> None:
    project.git("tag", "-am", "the release", "v1.0.0")
    project.git("tag", "v0.9.0")
    tag = project.loose(project.git("rev-parse", "v1.0.0"))
    tag.chmod(0o644)
    tag.write_bytes(b"garbage")

    assert project.found().tags_at(project.git("rev-parse", "HEAD")) == ("v0.9.0",)


# Where it is asked.


def test_48_linked_worktree(project: Project, remote: Project, tmp_path: Path) -> None:
    project.git("worktree", "add", "-q", tmp_path / "linked")
    report = probed(project)
    linked = Project(tmp_path / "linked")

    linked.git("push", "-q", "origin", "HEAD:refs/tags/v1.0.0")

    (seen,) = pushed(report)
    assert seen["top"] == str(linked.path)
    assert "GIT_DIR" in seen["environment"]
    assert linked.found().common_dir == project.git_dir
    assert linked.found().git_dir == project.git_dir / "worktrees" / "linked"
    assert remote.git("tag") == "v1.0.0"


def test_49_submodule(project: Project, remote: Project, tmp_path: Path) -> None:
    outer = make_project(tmp_path / "outer")
    outer.git("submodule", "-q", "add", project.path, "inner")
    inner = Project(outer.path / "inner")
    report = probed(inner)

    inner.git("push", "-q", remote.path, "HEAD:refs/tags/v1.0.0")

    (seen,) = pushed(report)
    assert (seen["top"], seen["describe"]) == (str(inner.path), "v1.0.0")
    assert inner.found().common_dir == outer.git_dir / "modules" / "inner"


def test_50_bare_repository(project: Project, remote: Project, tmp_path: Path) -> None:
    project.git("clone", "-q", "--bare", project.path, tmp_path / "bare.git")
    bare = Project(tmp_path / "bare.git")
    report = probed(bare)

    bare.git("push", "-q", remote.path, "main:refs/tags/v1.0.0")

    (seen,) = pushed(report)
    assert (seen["top"], seen["describe"]) == ("None", "v1.0.0")


def test_51_inside_the_git_directory(project: Project, remote: Project) -> None:
    report = probed(project)

    project.run("push", "-q", remote.path, "main:refs/tags/v1.0.0", cwd=project.git_dir / "objects")

    (seen,) = pushed(report)
    assert (seen["describe"], seen["files"]["pyproject.toml"]) == ("v1.0.0", True)


def test_52_git_dir_and_work_tree_are_named(project: Project, remote: Project) -> None:
    report = probed(project)

    project.git("--git-dir=.git", "--work-tree=.", "push", "-q", remote.path, "main:refs/tags/v1.0.0")
    (relative,) = pushed(report)
    project.run("push", "-q", remote.path, "main:refs/tags/v2.0.0", cwd=Path("/bin"), GIT_DIR=str(project.git_dir))
    (elsewhere,) = pushed(report)

    assert (relative["top"], relative["describe"]) == (str(project.path), "v1.0.0")
    assert (elsewhere["name"], elsewhere["head"]) == ("v2.0.0", project.git("rev-parse", "HEAD"))


def test_find_from_a_folder_below_and_from_strange_paths(tmp_path: Path) -> None:
    project = make_project(tmp_path / "a b\n'é$HOME\"")

    repository = GitRepository.find(project.path / "src" / "demo")

    assert repository == GitRepository(project.git_dir, project.git_dir, project.path, "sha1")
    assert repository.tree(repository.commit_of("HEAD") or "").read("bin/tool")


def test_find_says_that_there_is_no_repository(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(ConfigError):
            GitRepository.find(folder)


def test_find_says_that_git_is_missing(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")

    with pytest.raises(CannotJudge, match="git is not there"):
        project.found()


def test_find_says_that_git_is_too_old(project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = tmp_path / "old"
    old.mkdir()
    (old / "git").write_text('#!/bin/sh\nfor word; do echo "$word"; done\n')  # an unknown option is printed back
    (old / "git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{old}:{os.environ['PATH']}")

    with pytest.raises(CannotJudge, match="too old"):
        project.found()


def test_find_says_that_git_does_not_answer(project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "git").write_text("#!/bin/sh\n")
    (tmp_path / "git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")

    with pytest.raises(CannotJudge, match="git does not answer"):
        project.found()


@needs_root
def test_109_foreign_owner_wants_safe_directory(project: Project) -> None:
    project.git("tag", "-am", "the release", "v1.0.0")
    for path in (project.path, *project.path.rglob("*")):
        os.lchown(path, 12345, 12345)

    with pytest.raises(CannotJudge, match="does not trust") as caught:
        project.found()
    subprocess.run(["git", "config", "--global", "safe.directory", str(project.path)], check=True)

    assert any("safe.directory" in fix for fix in caught.value.fixes)
    assert project.tag("v1.0.0").headers == ("v1.0.0",)


# What must not be obeyed.


def test_60_replace_refs_are_not_obeyed(project: Project) -> None:
    project.git("tag", "-am", "the release", "v1.0.0")
    good, tag_oid = project.git("rev-parse", "HEAD", "v1.0.0").split()
    project.write("pyproject.toml", "version = '6.6.6'\n")
    bad = project.commit("a lie")
    project.git("tag", "-am", "a lie", "v6.6.6")
    project.git("replace", good, bad)
    project.git("replace", tag_oid, project.git("rev-parse", "v6.6.6"))
    project.git("replace", f"{good}:pyproject.toml", f"{bad}:pyproject.toml")
    repository = project.found()

    assert repository.tag("v1.0.0", tag_oid).headers == ("v1.0.0",)
    assert repository.tag("v1.0.0", tag_oid).commit == good
    for tree in (repository.tree(good), open_commit_tree(repository, good)):
        assert b'"1.0.0"' in (tree.read("pyproject.toml") or b"")


def test_a_leaked_git_dir_leads_nowhere_else(project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project.git("tag", "-am", "the release", "v1.0.0")
    repository, oid = project.found(), project.git("rev-parse", "v1.0.0")
    other = make_project(tmp_path / "other", "--object-format=sha256")
    monkeypatch.setenv("GIT_DIR", str(other.git_dir))
    monkeypatch.setenv("GIT_WORK_TREE", str(other.path))

    assert repository.tag("v1.0.0", oid).headers == ("v1.0.0",)
    assert repository.tags() == (("v1.0.0", oid),)
    assert (repository.commit_of("v1.0.0") or "") in repository.tag("v1.0.0", oid).commit


def test_fsmonitor_of_the_user_is_not_run(project: Project, tmp_path: Path) -> None:
    program = tmp_path / "monitor"
    program.write_text(f"#!/bin/sh\ntouch '{tmp_path}/MARK'\n")
    program.chmod(0o755)
    project.git("config", "core.fsmonitor", str(program))
    project.git("tag", "v1.0.0")
    (tmp_path / "MARK").unlink(missing_ok=True)

    project.found().tree(project.tag("v1.0.0").commit).read("pyproject.toml")
    project.found().ask("ls-files", "--stage")
    project.found().ask("diff-files", "--name-only")

    assert not (tmp_path / "MARK").exists()


def test_nothing_is_written(project: Project) -> None:
    project.git("tag", "-am", "the release", "v1.0.0")
    project.write("pyproject.toml", "changed\n")

    with unchanged(project.path):
        repository = project.found()
        tag = project.tag("v1.0.0")
        repository.tree(tag.commit).read("pyproject.toml")
        repository.tags_at(tag.commit)
        repository.remote_url("origin")


def test_a_question_does_not_refresh_the_index(project: Project) -> None:
    os.utime(project.path / "pyproject.toml", (1, 1))  # git compares the contents, and would note that they are equal

    with unchanged(project.path):
        assert project.found().ask("status", "--porcelain").text == ""


# GitPython, and what it cannot do.


def test_gitpython_reads_sha1_objects_without_a_question_to_git(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = make_project(tmp_path / "in $HOME")
    project.git("tag", "-am", "the release", "v1.0.0")
    repository, oid = project.found(), project.git("rev-parse", "v1.0.0")
    monkeypatch.delattr(tools_git, "read_objects")

    assert repository.tag("v1.0.0", oid).kind == "commit"


def test_gitpython_gives_way_where_it_fails(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    project.git("tag", "-am", "the release", "v1.0.0")
    repository, oid = project.found(), project.git("rev-parse", "v1.0.0")
    monkeypatch.setitem(sys.modules, "git", None)

    assert repository.tag("v1.0.0", oid).kind == "commit"


@pytest.mark.skipif(git_version() < (2, 45), reason="needs a git that knows reftable")
def test_reftable(tmp_path: Path) -> None:
    project = make_project(tmp_path / "reftable", "--ref-format=reftable")
    project.git("tag", "-am", "the release", "v1.0.0")

    assert project.tag("v1.0.0").headers == ("v1.0.0",)


def test_borrowed_objects_are_read(project: Project, tmp_path: Path) -> None:
    project.git("tag", "-am", "the release", "v1.0.0")
    for source, clone in (("project", "one"), ("one", "two"), ("two", "three")):
        project.git("clone", "-q", "--shared", tmp_path / source, tmp_path / clone)

    assert Project(tmp_path / "three").tag("v1.0.0").kind == "commit"


# The smaller questions.


def test_commit_of_commit_time_and_remote_url(project: Project) -> None:
    project.git("remote", "add", "origin", "short:demo")
    project.git("config", "url.https://example.com/.insteadOf", "short:")
    repository = project.found()
    head = project.git("rev-parse", "HEAD")

    assert [repository.commit_of(word) for word in ("HEAD", "main", head)] == [head] * 3
    assert [repository.commit_of(word) for word in ("v9", "--all", "HEAD:bin", "", "a\0b")] == [None] * 5
    assert repository.commit_time(head) == 1700000000
    assert repository.remote_url("origin") == "https://example.com/demo"
    assert [repository.remote_url(name) for name in ("nope", "", "--all", "a\0b")] == [""] * 4


def test_a_repository_without_commits(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    Project(tmp_path / "empty").git("init", "-q")
    repository = GitRepository.find(tmp_path / "empty")

    assert (repository.commit_of("HEAD"), repository.tags(), repository.tags_at("1" * 40)) == (None, (), ())
