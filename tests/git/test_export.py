"""The scratch copy holds what the push sends, whatever the user's machine, settings and repository are like."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from pathlib import Path

import pytest
from export_support import (
    Project,
    exported,
    in_copy,
    isolate,
    make_project,
    needs_config_hooks,
    needs_lfs,
    needs_root,
    probed,
    pushed,
    snapshot,
)

from tagward.errors import CannotJudge
from tagward.model.refs import Tag
from tagward.tools.export import on_disk_only

ODD_NAMES = ("ünï", "q\"'t", "a$(touch${IFS}pwned)b", "-dash", "#x", "$(id)", "bad\udcff", "HEAD", "main")


@pytest.fixture(autouse=True)
def _isolated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    isolate(tmp_path, monkeypatch)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return make_project(tmp_path / "project")


@pytest.fixture
def remote(tmp_path: Path, project: Project) -> Project:
    bare = Project(tmp_path / "remote.git")
    bare.path.mkdir()
    bare.git("init", "-q", "--bare")
    bare.git("config", "uploadpack.allowFilter", "true")
    bare.git("config", "uploadpack.allowAnySHA1InWant", "true")
    project.git("remote", "add", "origin", bare.path)
    return bare


def settings_of_user(text: str) -> None:
    with Path(os.environ["GIT_CONFIG_GLOBAL"]).open("a") as file:
        file.write(text)


# Good tags.


@pytest.mark.parametrize("options", [(), ("-am", "the release")], ids=["01-lightweight", "02-annotated"])
def test_01_02_commit_is_checked_out_with_its_tag(project: Project, options: tuple[str, ...]) -> None:
    project.git("tag", *options, "v1.0.0")

    copy = exported(project)

    assert copy.notes == ()
    assert (copy.root / "pyproject.toml").read_bytes() == (project.path / "pyproject.toml").read_bytes()
    assert in_copy(copy, "describe", "--tags", "--exact-match", "--dirty") == "v1.0.0"
    assert in_copy(copy, "rev-parse", "v1.0.0") == project.git("rev-parse", "v1.0.0")
    assert in_copy(copy, "status", "--porcelain") == ""
    assert not (copy.root / ".git" / "hooks").exists()


def test_03_signed_tag_can_be_verified_in_the_copy(project: Project, tmp_path: Path) -> None:
    key = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    signers = project.path.parent / "signers"
    signers.write_text("committer@example.com " + key.with_suffix(".pub").read_text())
    project.git("-c", "gpg.format=ssh", "-c", f"user.signingKey={key}", "tag", "-sm", "the release", "v1.0.0")

    copy = exported(project)

    in_copy(copy, "-c", f"gpg.ssh.allowedSignersFile={signers}", "verify-tag", "v1.0.0")


def test_17_18_the_tag_has_its_remote_name_in_the_copy(project: Project) -> None:
    project.git("tag", "-am", "the release", "a")
    tag = project.found().tag("v1.0.0", project.git("rev-parse", "a"))

    copy = exported(project, tag=tag)

    assert in_copy(copy, "tag").split() == ["a", "v1.0.0"]
    assert in_copy(copy, "rev-parse", "refs/tags/v1.0.0") == tag.oid


def test_local_tags_that_stand_in_the_way_are_left_out(project: Project) -> None:
    head = project.git("rev-parse", "HEAD")
    other = project.commit("second")
    for name in ("v1.0.0/x", "v1.0.1"):
        project.git("update-ref", f"refs/tags/{name}", other)
    repository = project.found()

    below = exported(project, tag=repository.tag("v1.0.0", head))
    above = exported(project, tag=repository.tag("v1.0.1/x", head))
    same = exported(project, tag=repository.tag("v1.0.1", head))

    assert in_copy(below, "tag").split() == ["v1.0.0", "v1.0.1"]
    assert in_copy(above, "tag").split() == ["v1.0.0/x", "v1.0.1/x"]
    assert in_copy(same, "rev-parse", "v1.0.1") == head


def test_local_tags_whose_objects_are_missing_are_left_out(project: Project) -> None:
    project.git("tag", "v1.0.0")
    (project.git_dir / "refs" / "tags" / "broken").write_text("1" * 40 + "\n")

    assert in_copy(exported(project), "tag") == "v1.0.0"


def test_37_sha256_repository(tmp_path: Path) -> None:
    project = make_project(tmp_path / "long", "--object-format=sha256")
    project.git("tag", "-am", "the release", "v1.0.0")

    assert in_copy(exported(project), "describe") == "v1.0.0"


def test_39_40_odd_names(project: Project) -> None:
    head = project.git("rev-parse", "HEAD")
    for name in ODD_NAMES:
        project.git("update-ref", f"refs/tags/{name}", head)

    for name in ODD_NAMES:
        copy = exported(project, name)
        assert in_copy(copy, "rev-parse", f"refs/tags/{name}", "HEAD").split() == [head, head]
        assert not list(copy.root.parent.rglob("pwned"))


def test_odd_paths_of_repository_and_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = make_project(tmp_path / "a b\n'é$HOME\"")
    project.git("tag", "v1.0.0")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "user"))

    assert (exported(project).root / "bin" / "tool").is_file()


def test_44_working_tree_index_and_stash_are_not_looked_at(project: Project) -> None:
    project.git("tag", "v1.0.0")
    project.write("src/demo/__init__.py", "stashed = True\n")
    project.git("stash", "-q")
    project.write("pyproject.toml", "staged\n")
    project.git("add", "pyproject.toml")
    project.write("pyproject.toml", "dirty\n")
    project.write("untracked.py", "")
    project.git("commit", "-q", "-m", "ahead")

    copy = exported(project)

    assert '"1.0.0"' in (copy.root / "pyproject.toml").read_text()
    assert (copy.root / "src" / "demo" / "__init__.py").read_text() == ""
    assert not (copy.root / "untracked.py").exists()
    assert in_copy(copy, "describe", "--tags", "--dirty") == "v1.0.0"


def test_46_attributes_for_archives_change_nothing(project: Project) -> None:
    project.write(".gitattributes", "tests export-ignore\nversion.txt export-subst\n")
    project.write("tests/test_demo.py", "")
    project.write("version.txt", "$Format:%H$\n")
    project.commit()
    project.git("tag", "v1.0.0")

    copy = exported(project)

    assert (copy.root / "tests" / "test_demo.py").is_file()
    assert (copy.root / "version.txt").read_text() == "$Format:%H$\n"


def test_48_worktree_of_its_own_with_a_git_dir_in_the_environment(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.git("tag", "v1.0.0")
    project.git("worktree", "add", "-q", tmp_path / "linked")
    monkeypatch.setenv("GIT_DIR", str(project.git_dir / "worktrees" / "linked"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(project.git_dir / "worktrees" / "linked" / "index"))

    copy = exported(Project(tmp_path / "linked"))
    monkeypatch.delenv("GIT_DIR")

    assert in_copy(copy, "rev-parse", "--absolute-git-dir") == str(copy.root / ".git")
    assert project.git("config", "core.bare") == "false"


def test_54_configuration_from_the_command_line_does_not_reach_the_copy(project: Project, remote: Project) -> None:
    report = probed(project)

    project.git("-c", "core.autocrlf=true", "-c", "user.name=x", "push", "-q", remote.path, "main:refs/tags/v1.0.0")

    (seen,) = pushed(report)
    assert "GIT_CONFIG_PARAMETERS" in seen["environment"]
    assert b"\r" not in Path(seen["root"], "pyproject.toml").read_bytes()


# Incomplete and damaged repositories.


def test_56_shallow_clone(project: Project, tmp_path: Path) -> None:
    project.commit("second")
    project.git("tag", "-am", "the release", "v1.0.0")
    project.git("clone", "-q", "--depth=1", "--branch=v1.0.0", project.path.as_uri(), tmp_path / "shallow")

    copy = exported(Project(tmp_path / "shallow"))

    assert in_copy(copy, "describe") == "v1.0.0"
    assert in_copy(copy, "rev-list", "--count", "HEAD") == "1"


def test_chain_of_borrowed_objects(project: Project, tmp_path: Path) -> None:
    project.git("tag", "-am", "the release", "v1.0.0")
    for source, clone in (("project", "one"), ("one", "two"), ("two", "three")):
        project.git("clone", "-q", "--shared", tmp_path / source, tmp_path / clone)

    assert in_copy(exported(Project(tmp_path / "three")), "describe") == "v1.0.0"


@pytest.mark.parametrize("kept", ["blob:none", "tree:0"])
def test_57_partial_clone_fetches_what_is_missing(project: Project, remote: Project, tmp_path: Path, kept: str) -> None:
    clone = partial_clone(project, remote, tmp_path, kept)
    before = snapshot(clone.path)

    place = tmp_path / "place"
    place.mkdir()
    from tagward.tools.export import export  # noqa: PLC0415 - not `exported`: here objects are added

    copy = export(clone.found(), clone.tag("v1.0.0"), place / "source", home=place / "home")

    assert (copy.root / "pyproject.toml").is_file()
    assert (copy.root / "tests" / "test_demo.py").is_file()
    after = snapshot(clone.path)
    added = set(after) - set(before)
    assert {name: state for name, state in after.items() if name in before} == before
    assert all(name.startswith(".git/objects/") for name in added)


@pytest.mark.parametrize("kept", ["blob:none", "tree:0"])
def test_58_partial_clone_without_its_remote(project: Project, remote: Project, tmp_path: Path, kept: str) -> None:
    clone = partial_clone(project, remote, tmp_path, kept)
    tag = clone.tag("v1.0.0")
    shutil.rmtree(remote.path)

    with pytest.raises(CannotJudge, match="does not give them"):
        exported(clone, tag=tag)


def partial_clone(project: Project, remote: Project, tmp_path: Path, kept: str) -> Project:
    project.write(".gitattributes", "tests export-ignore\n")
    project.write("tests/test_demo.py", "assert True\n")
    project.commit()
    project.git("tag", "-am", "the release", "v1.0.0")
    project.git("push", "-q", remote.path, "main", "v1.0.0")
    words = ("-q", "--no-checkout", f"--filter={kept}", remote.path.as_uri(), tmp_path / "partial")
    project.git("clone", *words)
    return Project(tmp_path / "partial")


@pytest.mark.parametrize("what", ["HEAD:pyproject.toml", "HEAD:src", "HEAD^{tree}", "HEAD"])
def test_59_missing_object_is_refused_as_damaged(project: Project, what: str) -> None:
    project.git("tag", "v1.0.0")
    tag = project.tag("v1.0.0")
    project.loose(project.git("rev-parse", what)).unlink()

    with pytest.raises(CannotJudge, match="damaged"):
        exported(project, tag=tag)


def test_tag_that_leads_to_no_commit_is_no_copy(project: Project) -> None:
    repository = project.found()

    with pytest.raises(CannotJudge, match="damaged"):
        exported(project, tag=repository.tag("v1.0.0", "1" * 40))
    with pytest.raises(CannotJudge, match="leads to a tree"):
        exported(project, tag=repository.tag("v1.0.0", project.git("rev-parse", "HEAD^{tree}")))


def test_60_replace_refs_change_nothing(project: Project) -> None:
    project.git("tag", "v1.0.0")
    good = project.git("rev-parse", "HEAD")
    project.write("pyproject.toml", "a lie\n")
    bad = project.commit("a lie")
    project.git("replace", good, bad)
    project.git("replace", f"{good}:bin/tool", f"{bad}:pyproject.toml")

    copy = exported(project)

    assert '"1.0.0"' in (copy.root / "pyproject.toml").read_text()
    assert (copy.root / "bin" / "tool").read_text() == "#!/bin/sh\n"
    assert in_copy(copy, "for-each-ref", "refs/replace") == ""


@pytest.mark.parametrize("kind", ["cut", "exchanged"])
def test_116_corrupt_file_is_refused_as_damaged(project: Project, kind: str) -> None:
    project.git("tag", "v1.0.0")
    file = project.loose(project.git("rev-parse", "HEAD:pyproject.toml"))
    file.chmod(0o644)
    other = project.loose(project.git("rev-parse", "HEAD:bin/tool"))
    file.write_bytes(other.read_bytes() if kind == "exchanged" else file.read_bytes()[:-8] + b"\0" * 8)

    with pytest.raises(CannotJudge, match="damaged"):
        exported(project)


@needs_root
def test_109_repository_of_someone_else(project: Project) -> None:
    project.git("tag", "v1.0.0")
    for path in (project.path, *project.path.rglob("*")):
        os.lchown(path, 12345, 12345)
    settings_of_user(f"[safe]\n\tdirectory = {project.path}\n")

    assert in_copy(exported(project), "describe", "--tags") == "v1.0.0"


def test_110_quarantine_of_a_server_can_be_read(project: Project, remote: Project) -> None:
    report = probed(remote, "pre-receive")
    project.git("tag", "-am", "the release", "v1.0.0")

    project.git("push", "-q", remote.path, "v1.0.0")

    (seen,) = pushed(report)
    assert "GIT_QUARANTINE_PATH" in seen["environment"]
    assert (seen["describe"], seen["files"]["pyproject.toml"]) == ("v1.0.0", True)


# Git LFS.


@pytest.fixture
def in_lfs(project: Project) -> Project:
    settings_of_user(
        '[filter "lfs"]\n\tclean = git-lfs clean -- %f\n\tsmudge = git-lfs smudge -- %f\n'
        "\tprocess = git-lfs filter-process\n\trequired = true\n"
    )
    project.write(".gitattributes", "*.bin filter=lfs diff=lfs merge=lfs -text\n")
    project.write("src/demo/data.bin", b"content\n" * 1000)
    project.commit()
    project.git("tag", "v1.0.0")
    return project


@needs_lfs
def test_61_lfs_content_that_is_there(in_lfs: Project) -> None:
    copy = exported(in_lfs)

    assert (copy.root / "src" / "demo" / "data.bin").read_bytes() == b"content\n" * 1000
    assert copy.notes == ()


@needs_lfs
def test_61_a_build_that_touches_lfs_files_writes_nothing_of_the_users(in_lfs: Project) -> None:
    copy = exported(in_lfs)
    before = snapshot(in_lfs.path)

    (copy.root / "src" / "demo" / "data.bin").write_bytes(b"changed by a build\n")
    assert in_copy(copy, "status", "--porcelain")

    assert snapshot(in_lfs.path) == before


@needs_lfs
def test_61_lfs_content_in_a_place_that_the_user_chose(in_lfs: Project, tmp_path: Path) -> None:
    (in_lfs.git_dir / "lfs").rename(tmp_path / "storage")
    in_lfs.git("config", "lfs.storage", str(tmp_path / "storage"))

    copy = exported(in_lfs)

    assert (copy.root / "src" / "demo" / "data.bin").read_bytes() == b"content\n" * 1000


@needs_lfs
def test_61_lfs_content_that_is_absent(in_lfs: Project) -> None:
    shutil.rmtree(in_lfs.git_dir / "lfs")

    with pytest.raises(CannotJudge, match="Git LFS"):
        exported(in_lfs)


@needs_lfs
def test_117_skipping_the_smudge_filter_is_not_obeyed(in_lfs: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_LFS_SKIP_SMUDGE", "1")

    copy = exported(in_lfs)

    assert (copy.root / "src" / "demo" / "data.bin").stat().st_size == 8000


@needs_lfs
def test_117_without_git_lfs_pointers_are_refused(
    in_lfs: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in ("git", "sh"):
        (programs / name).symlink_to(shutil.which(name) or name)
    monkeypatch.setenv("PATH", str(programs))

    with pytest.raises(CannotJudge, match="Git LFS") as caught:
        exported(in_lfs)
    assert "data.bin" in caught.value.why


# Submodules.


@pytest.fixture
def outer(project: Project, tmp_path: Path) -> Project:
    outer = make_project(tmp_path / "outer")
    outer.git("submodule", "-q", "add", "--name", "a=b c", project.path.as_uri(), "vendor/inner")
    outer.commit("with a submodule")
    outer.git("tag", "v1.0.0")
    return outer


def test_62_submodule_is_filled_from_the_users_clone(outer: Project, project: Project) -> None:
    shutil.rmtree(project.path)

    copy = exported(outer)

    assert (copy.root / "vendor" / "inner" / "pyproject.toml").is_file()
    assert copy.notes == ()
    assert in_copy(copy, "status", "--porcelain") == ""


def test_62_submodule_that_is_not_cloned_is_left_empty(outer: Project) -> None:
    shutil.rmtree(outer.git_dir / "modules")

    copy = exported(outer)

    assert list((copy.root / "vendor" / "inner").iterdir()) == []
    assert copy.notes == (
        "submodule vendor/inner is left empty: there is no clone of it here (git submodule update --init vendor/inner)",
    )


@pytest.mark.parametrize(
    ("line", "filled"), [("", False), ("submodules: recursive", True), ("submodules: false", False)]
)
def test_62_the_workflow_decides(outer: Project, line: str, *, filled: bool) -> None:
    workflow = f"jobs:\n  publish:\n    steps:\n      - uses: actions/checkout@v4\n        with:\n          {line}\n"
    outer.write(".github/workflows/publish.yml", workflow)
    outer.commit()
    outer.git("tag", "v2.0.0")

    copy = exported(outer, "v2.0.0")

    assert (copy.root / "vendor" / "inner" / "pyproject.toml").exists() == filled
    assert ("actions/checkout" in "".join(copy.notes)) != filled


@pytest.mark.parametrize("name", ["../../../evil", "{tmp_path}/evil", "x/../../../../evil"])
def test_62_submodule_names_do_not_lead_to_other_repositories(outer: Project, tmp_path: Path, name: str) -> None:
    outer.git("clone", "-q", "--bare", outer.git_dir / "modules" / "a=b c", tmp_path / "evil")
    outer.write(
        ".gitmodules", (outer.path / ".gitmodules").read_text().replace("a=b c", name.format(tmp_path=tmp_path))
    )
    outer.git("commit", "-qam", "hostile")
    outer.git("tag", "v2.0.0")

    copy = exported(outer, "v2.0.0")

    assert list((copy.root / "vendor" / "inner").iterdir()) == []
    assert "left empty" in "".join(copy.notes)


# The user's settings.


def test_64_autocrlf_of_the_user(project: Project) -> None:
    project.git("tag", "v1.0.0")
    settings_of_user("[core]\n\tautocrlf = true\n")
    project.git("config", "core.autocrlf", "true")

    copy = exported(project)

    assert b"\r" not in (copy.root / "pyproject.toml").read_bytes()
    assert copy.notes == ()


def test_65_file_stored_with_crlf_is_noted_where_that_makes_the_checkout_dirty(project: Project) -> None:
    project.write("windows.txt", "a\r\nb\r\n")
    project.commit()
    notes = {}
    for attribute in ("text", "text=auto"):
        project.write(".gitattributes", f"* {attribute}\n")
        project.git("add", ".gitattributes")
        project.git("commit", "-q", "-m", "attributes only")
        project.git("tag", attribute)
        notes[attribute] = exported(project, attribute).notes

    assert notes["text=auto"] == ()  # git leaves such files alone since 2.10
    (note,) = notes["text"]
    assert note.startswith("a fresh checkout is dirty: windows.txt differs from the commit")


def test_65_content_is_compared_even_where_times_say_nothing_changed(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.write("windows.txt", "a\r\nb\r\n")
    project.commit()
    project.write(".gitattributes", "* text\n")
    project.git("add", ".gitattributes")
    project.git("commit", "-q", "-m", "attributes only")
    project.git("tag", "v1.0.0")
    # As after a long checkout: the index is younger than every file, and git trusts the times.
    script = (
        f'{shutil.which("git")} "$@"; rc=$?; case $* in checkout*) touch -d "+1 hour" .git/index ;; esac; exit $rc\n'
    )
    (tmp_path / "slow").mkdir()
    (tmp_path / "slow" / "git").write_text(f"#!/bin/sh\n{script}")
    (tmp_path / "slow" / "git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'slow'}:{os.environ['PATH']}")

    assert exported(project).notes


def test_64_114_115_settings_of_the_user_do_not_count_in_the_copy_later(project: Project, tmp_path: Path) -> None:
    """A build backend may run git with its own idea of an environment."""
    project.write(".gitattributes", "* text\n")
    project.commit()
    project.git("tag", "v1.0.0")
    copy = exported(project)
    (tmp_path / "attributes").write_text("* text eol=crlf\n")
    for setting in ("autocrlf = true", "eol = crlf", f"attributesFile = {tmp_path / 'attributes'}"):
        user = Path(os.environ["GIT_CONFIG_GLOBAL"])
        user.write_text(f"[core]\n\t{setting}\n")
        (copy.root / "pyproject.toml").unlink()
        Project(copy.root).git("checkout", "-q", "--", "pyproject.toml")

        assert b"\r" not in (copy.root / "pyproject.toml").read_bytes()


def test_66_hooks_and_templates_of_the_user_do_not_run(project: Project, tmp_path: Path) -> None:
    project.git("tag", "v1.0.0")
    hooks = tmp_path / "template" / "hooks"
    hooks.mkdir(parents=True)
    for name in ("post-checkout", "post-index-change", "reference-transaction"):
        (hooks / name).write_text(f"#!/bin/sh\ntouch '{tmp_path}/MARK'\n")
        (hooks / name).chmod(0o755)
    settings_of_user(f"[core]\n\thooksPath = {hooks}\n[init]\n\ttemplateDir = {hooks.parent}\n")

    copy = exported(project)

    assert not (tmp_path / "MARK").exists()
    assert not (copy.root / ".git" / "hooks").exists()


def test_62_66_templates_do_not_reach_submodules(
    outer: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hooks = tmp_path / "template" / "hooks"
    hooks.mkdir(parents=True)
    (hooks / "post-checkout").write_text(f"#!/bin/sh\ntouch '{tmp_path}/MARK'\n")
    (hooks / "post-checkout").chmod(0o755)
    monkeypatch.setenv("GIT_TEMPLATE_DIR", str(hooks.parent))
    settings_of_user(f"[init]\n\ttemplateDir = {hooks.parent}\n")

    copy = exported(outer)

    assert (copy.root / "vendor" / "inner" / "pyproject.toml").is_file()
    assert not (tmp_path / "MARK").exists()
    assert not list((copy.root / ".git" / "modules").rglob("hooks/*"))


def test_filters_attributes_and_programs_of_the_repository_do_not_run(project: Project, tmp_path: Path) -> None:
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\ntouch '{tmp_path}/MARK'\ncat\n")
    program.chmod(0o755)
    project.git("tag", "v1.0.0")
    (project.git_dir / "info").mkdir(exist_ok=True)
    (project.git_dir / "info" / "attributes").write_text("* filter=evil eol=crlf\n")
    for key in ("filter.evil.smudge", "filter.evil.clean", "core.fsmonitor", "core.pager", "diff.external"):
        project.git("config", key, str(program))
    (tmp_path / "MARK").unlink(missing_ok=True)

    copy = exported(project)

    assert not (tmp_path / "MARK").exists()
    assert b"\r" not in (copy.root / "pyproject.toml").read_bytes()


def test_filters_and_hooks_of_the_user_do_not_run(project: Project, tmp_path: Path) -> None:
    program = tmp_path / "post-checkout"
    program.write_text(f"#!/bin/sh\ntouch '{tmp_path}/MARK'\ncat\n")
    program.chmod(0o755)
    project.write(".gitattributes", "* filter=mine\n")
    project.commit()
    project.git("tag", "v1.0.0")
    settings_of_user(f'[filter "mine"]\n\tsmudge = {program}\n[core]\n\thooksPath = {tmp_path}\n')

    exported(project)

    assert not (tmp_path / "MARK").exists()


def test_hooks_of_the_user_do_not_run_in_the_copy_later(project: Project, tmp_path: Path) -> None:
    project.git("tag", "v1.0.0")
    copy = exported(project)
    program = tmp_path / "post-checkout"
    program.write_text(f"#!/bin/sh\ntouch '{tmp_path}/MARK'\n")
    program.chmod(0o755)
    settings_of_user(f"[core]\n\thooksPath = {tmp_path}\n")

    Project(copy.root).git("checkout", "-q", "--detach", "HEAD")

    assert not (tmp_path / "MARK").exists()


@needs_config_hooks
def test_113_configured_hooks_of_the_user_do_not_run(project: Project, tmp_path: Path) -> None:
    project.git("tag", "v1.0.0")
    for event in ("post-checkout", "reference-transaction", "post-index-change"):
        settings_of_user(f'[hook "mine-{event}"]\n\tevent = {event}\n\tcommand = touch {tmp_path}/MARK\n')
    project.git("update-ref", "refs/heads/other", "HEAD")
    assert (tmp_path / "MARK").exists(), "this git runs no configured hooks"
    (tmp_path / "MARK").unlink()

    copy = exported(project)
    in_copy(copy, "status")

    assert not (tmp_path / "MARK").exists()


def test_114_eol_of_the_user(project: Project) -> None:
    settings_of_user("[core]\n\teol = crlf\n")
    project.write(".gitattributes", "* text\n")
    project.commit()
    project.git("tag", "v1.0.0")

    assert b"\r" not in (exported(project).root / "pyproject.toml").read_bytes()


@pytest.mark.parametrize("where", ["xdg", "attributesFile", "home"])
def test_115_attributes_of_the_user(project: Project, tmp_path: Path, where: str) -> None:
    project.git("tag", "v1.0.0")
    file = tmp_path / "user" / ".config" / "git" / "attributes"
    file.parent.mkdir(parents=True)
    file.write_text("* text eol=crlf\n")
    if where == "attributesFile":
        settings_of_user(f"[core]\n\tattributesFile = {file.rename(tmp_path / 'attributes')}\n")
    if where == "home":  # also where the scratch home gets the file
        (tmp_path / "tmp" / ".config" / "git").mkdir(parents=True)

    copy = exported(project)

    assert b"\r" not in (copy.root / "pyproject.toml").read_bytes()
    assert copy.notes == ()


def test_118_umask_of_the_user(project: Project) -> None:
    project.git("tag", "v1.0.0")
    before = os.umask(0o077)
    try:
        copy = exported(project)
    finally:
        now = os.umask(before)

    assert now == 0o077
    modes = {name: (copy.root / name).stat().st_mode & 0o777 for name in ("pyproject.toml", "bin/tool", "src/demo")}
    assert modes == {"pyproject.toml": 0o644, "bin/tool": 0o755, "src/demo": 0o755}


def test_address_of_the_remote_is_there_without_secrets(project: Project) -> None:
    project.git("tag", "v1.0.0")
    project.git("remote", "add", "origin", 'https://example.com/a"b\\c.git')
    plain = in_copy(exported(project), "config", "remote.origin.url")
    project.git("remote", "set-url", "origin", "https://user:secret@example.com/demo.git")
    copy = exported(project)

    assert plain == 'https://example.com/a"b\\c.git'
    assert "secret" not in (copy.root / ".git" / "config").read_text()


def test_no_secret_of_the_environment_reaches_git(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    project.git("tag", "v1.0.0")
    monkeypatch.setenv("GIT_TRACE", "1")  # would be taken for damage, as git then writes to its standard error
    monkeypatch.setenv("GIT_EXTERNAL_DIFF", "/nonexistent")
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "core.autocrlf")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", "true")

    assert b"\r" not in (exported(project).root / "pyproject.toml").read_bytes()


def test_git_that_cannot_keep_settings_out_is_refused(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.git("tag", "v1.0.0")
    real = shutil.which("git")
    (tmp_path / "old").mkdir()
    script = f'#!/bin/sh\n[ "$1" = version ] && exec echo "git version 2.31.8"\nexec {real} "$@"\n'
    (tmp_path / "old" / "git").write_text(script)
    (tmp_path / "old" / "git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'old'}:{os.environ['PATH']}")

    with pytest.raises(CannotJudge, match="too old"):
        exported(project)


def test_place_that_cannot_be_written(project: Project) -> None:
    project.git("tag", "v1.0.0")
    from tagward.tools.export import export  # noqa: PLC0415 - only here into a place of the test's choice

    with pytest.raises(CannotJudge):
        export(project.found(), project.tag("v1.0.0"), Path("/proc/source"), home=Path("/proc/home"))


def test_special_files_of_the_repository_are_no_obstacle(project: Project) -> None:
    project.git("tag", "v1.0.0")
    with socket.socket(socket.AF_UNIX) as server:
        here = Path.cwd()
        os.chdir(project.git_dir)
        server.bind("fsmonitor--daemon.ipc")
        os.chdir(here)
        assert in_copy(exported(project), "tag") == "v1.0.0"


# What only the working tree has.


def test_on_disk_only_tells_why_git_leaves_it_out(project: Project, tmp_path: Path) -> None:
    project.write(".gitignore", "# built\n*.so\n!kept.so\nbuild/\n")
    project.commit()
    for name in ("fast.so", "kept.so", "new.py", "build/out.py", ":(top)odd.py", "über.so"):
        project.write(name)
    (tmp_path / "outside").touch()
    paths = ["pyproject.toml", "src", "src/demo", "fast.so", "kept.so", "new.py", "build/out.py", "build", "absent.py"]
    paths += [":(top)odd.py", "über.so", "../outside", str(tmp_path / "outside"), "", "new.py"]

    told = on_disk_only(project.found(), project.git("rev-parse", "HEAD"), paths)

    assert told == (
        ("fast.so", ".gitignore:2"),
        ("kept.so", ""),
        ("new.py", ""),
        ("build/out.py", ".gitignore:4"),
        ("build", ".gitignore:4"),
        (":(top)odd.py", ""),
        ("über.so", ".gitignore:2"),
    )


def test_on_disk_only_in_a_bare_repository(project: Project, tmp_path: Path) -> None:
    project.git("clone", "-q", "--bare", project.path, tmp_path / "bare.git")
    bare = Project(tmp_path / "bare.git")

    assert on_disk_only(bare.found(), bare.git("rev-parse", "HEAD"), ["HEAD"]) == ()


def test_tag_value_alone_is_enough(project: Project) -> None:
    head = project.git("rev-parse", "HEAD")

    copy = exported(project, tag=Tag("v1.0.0", head, head, "commit"))

    assert in_copy(copy, "tag") == "v1.0.0"
