"""What a push names, in every way that git lets one say it; all of it is judged before anything is built."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from conftest import PYPROJECT, Project, git, tagward
from push_support import accepted, head, refused, set_rules, traces

MISMATCH = "error[V001]: Version mismatch: git tag (2.0.0) != pyproject.toml (1.0.0)"
NOTHING = "\n✗ push stopped: 1 problem in v2.0.0 (V001). Nothing was sent.\n"
SOURCES = ["HEAD", "@", "main", "HEAD~1", "HEAD^{/first}", "v2.0.0^{}", "refs/heads/main"]
ODD = ["ünï", "q\"'t", "a$(touch${IFS}pwned)b", "-dash", "--output=pwned", "#x", "\udcff", "semi;colon&", "a/b/c", "@"]
HOSTILE = [
    pytest.param("v1.0.0$(id)", "v1.0.0$(id)", id="shell"),
    pytest.param("v1.0.0;id", "v1.0.0;id", id="semicolon"),
    pytest.param("v1.0.0%0aX", "v1.0.0%0aX", id="percent"),
    pytest.param("v\uff11.\uff10.\uff10", "v\uff11.\uff10.\uff10", id="full-width"),
    pytest.param("v1.0.0\u00a0", "v1.0.0\\xa0", id="no-break-space"),
    pytest.param("v1.0.0\u2028", "v1.0.0\\u2028", id="line-separator"),
    pytest.param("v1.0.0\u202e", "v1.0.0\\u202e", id="bidi"),
    pytest.param("v1.0.0\u200b", "v1.0.0\\u200b", id="zero-width"),
    pytest.param("v1.0.0\udced\udca0\udc80", "v1.0.0\\xed\\xa0\\x80", id="not-utf8"),
    pytest.param("v1.0.O", "v1.0.O", id="letter-for-digit"),
    pytest.param("v1.0.0${{github.token}}", "v1.0.0${{github.token}}", id="template"),
]


@pytest.fixture
def newer_git(monkeypatch: pytest.MonkeyPatch) -> None:
    """A git of version 2.55 or newer comes first on PATH: older ones cannot push to a group of remotes."""
    if named := os.environ.get("TAGWARD_TEST_GIT"):
        monkeypatch.setenv("PATH", f"{Path(named).parent}{os.pathsep}{os.environ['PATH']}")
    said = git("--version", cwd=Path("/")).stdout
    if [int(part) for part in said.split()[2].split(".")[:2]] < [2, 55]:
        pytest.skip("no git 2.55 or newer: TAGWARD_TEST_GIT names none")


def bad_release(project: Project, *words: str) -> None:
    """A tag whose version is not the one of the project."""
    git("tag", *(words or ("-a", "-m", "v2.0.0")), "v2.0.0", cwd=project.root)


def test_04_version_other_than_the_tag_is_refused(guarded: Project) -> None:
    bad_release(guarded)

    said = refused(guarded, "v2.0.0")

    assert MISMATCH in said
    assert "--> pyproject.toml:8:12" in said
    assert NOTHING in said


def test_05_a_tag_on_a_commit_that_is_there_already_is_judged(guarded: Project) -> None:
    bad_release(guarded)
    accepted(guarded, "main")

    assert MISMATCH in refused(guarded, "--tags")


@pytest.mark.parametrize("how", ["--no-atomic", "--atomic"])
def test_09_a_good_branch_stays_with_its_bad_tag(guarded: Project, how: str) -> None:
    bad_release(guarded)

    refused(guarded, how, "main", "v2.0.0")

    assert guarded.on_remote() == set()


def test_10_follow_tags_brings_the_annotated_tag_to_the_gate(guarded: Project) -> None:
    bad_release(guarded)

    assert MISMATCH in refused(guarded, "--follow-tags", "main")


def test_10_follow_tags_leaves_the_lightweight_tag_at_home(guarded: Project) -> None:
    bad_release(guarded, "--no-sign")

    said = accepted(guarded, "--follow-tags", "main")

    assert "tagward" not in said
    assert guarded.on_remote() == {"refs/heads/main"}


def test_11_push_follow_tags_with_nothing_but_the_tag_to_send(guarded: Project) -> None:
    accepted(guarded, "main")
    bad_release(guarded)
    git("config", "push.followTags", "true", cwd=guarded.root)

    assert MISMATCH in refused(guarded, "main")


def test_12_nothing_to_send_is_nothing_to_say(guarded: Project) -> None:
    accepted(guarded, "main")

    said = accepted(guarded, "--tags")

    assert said == "Everything up-to-date\n"
    assert not (guarded.root / ".git/tagward/last").exists()


def test_13_a_branch_goes_out_without_a_word_of_ours(guarded: Project) -> None:
    bad_release(guarded)

    said = accepted(guarded, "main")

    assert said == f"To {guarded.remote}\n * [new branch]      main -> main\n"


@pytest.mark.parametrize("words", [("--delete", "v2.0.0"), (":refs/tags/v2.0.0",), ("--prune", "refs/tags/*")])
def test_14_a_release_tag_is_not_deleted(guarded: Project, words: tuple[str, ...]) -> None:
    bad_release(guarded)
    guarded.push("--no-verify", "v2.0.0")
    git("tag", "-d", "v2.0.0", cwd=guarded.root)

    said = refused(guarded, *words)

    assert "error[T102]: the push deletes the release tag v2.0.0" in said


def test_14_a_release_tag_of_one_of_several_projects_is_not_deleted_either(guarded: Project) -> None:
    guarded.write("packages/core/pyproject.toml", '[project]\nname = "acme-core"\nversion = "1.0"\n')
    guarded.write("pyproject.toml", '[[tool.tagward.project]]\npath = "packages/core"\ntag = "core-v{version}"\n')
    guarded.commit()
    git("tag", "core-v1.0", cwd=guarded.root)
    git("push", "-q", "--no-verify", "origin", "core-v1.0", cwd=guarded.root)

    said = refused(guarded, ":refs/tags/core-v1.0")

    assert "error[T102]: the push deletes the release tag core-v1.0" in said


def test_14_a_release_tag_is_deleted_where_head_allows_it(guarded: Project) -> None:
    bad_release(guarded)
    guarded.push("--no-verify", "v2.0.0")
    set_rules(guarded, "allow-delete = true")

    accepted(guarded, "--delete", "v2.0.0")

    assert guarded.on_remote() == set()


def test_14_any_other_tag_is_deleted(guarded: Project) -> None:
    git("tag", "nightly", cwd=guarded.root)
    guarded.push("--no-verify", "nightly")

    accepted(guarded, "--delete", "nightly")

    assert guarded.on_remote() == set()


@pytest.mark.parametrize("words", [("v2.0.0",), ("--force", "v2.0.0"), ("+refs/tags/v2.0.0",)], ids=["", "-f", "+"])
def test_15_16_a_moved_tag_is_refused_with_and_without_force(guarded: Project, words: tuple[str, ...]) -> None:
    bad_release(guarded)
    guarded.push("--no-verify", "v2.0.0")
    git("commit", "--allow-empty", "-qm", "more", cwd=guarded.root)
    bad_release(guarded, "-f", "-a", "-m", "again")

    said = refused(guarded, *words)

    assert "error[T002]: the remote has v2.0.0 already, at another object" in said
    assert "source, index, build, contents, upload, install: not reached" in said


def test_17_the_name_on_the_remote_is_the_release(guarded: Project) -> None:
    git("tag", "a", cwd=guarded.root)

    assert MISMATCH in refused(guarded, "refs/tags/a:refs/tags/v2.0.0")


def test_18_an_annotated_tag_is_not_pushed_under_another_name(guarded: Project) -> None:
    guarded.tag("v1.0.0")

    said = refused(guarded, "refs/tags/v1.0.0:refs/tags/v2.0.0")

    assert "error[T004]: the tag object pushed as v2.0.0 calls itself v1.0.0" in said


@pytest.mark.parametrize("source", SOURCES)
def test_19_every_way_to_name_the_commit_is_read(guarded: Project, source: str) -> None:
    git("commit", "--allow-empty", "-qm", "second", cwd=guarded.root)
    bad_release(guarded)
    commit = head(guarded, f"{source}^{{commit}}")

    said = refused(guarded, f"{source}:refs/tags/v2.0.0")

    assert said.startswith(f"tagward: checking v2.0.0 ({commit[:7]}) before it leaves this machine\n")
    assert MISMATCH in said


@pytest.mark.parametrize("length", [40, 12])
def test_19_a_commit_is_named_by_its_id(guarded: Project, length: int) -> None:
    said = refused(guarded, f"{head(guarded)[:length]}:refs/tags/v2.0.0")

    assert MISMATCH in said


def test_20_a_source_with_spaces_is_read_from_its_right_end(guarded: Project) -> None:
    git("commit", "--allow-empty", "-qm", "fix the bug", cwd=guarded.root)

    assert MISMATCH in refused(guarded, "HEAD^{/fix the}:refs/tags/v2.0.0")


def test_21_a_source_that_speaks_of_tags_is_no_tag(guarded: Project) -> None:
    git("commit", "--allow-empty", "-qm", "fix refs/tags/v2.0.0 lookups", cwd=guarded.root)

    said = accepted(guarded, "HEAD^{/fix refs/tags/v2.0.0}:refs/heads/x")

    assert "tagward" not in said
    assert guarded.on_remote() == {"refs/heads/x"}


def test_22_a_configured_refspec_brings_its_tag_to_the_gate(guarded: Project) -> None:
    git("config", "remote.origin.push", "main:refs/tags/v2.0.0", cwd=guarded.root)

    assert MISMATCH in refused(guarded)


def test_23_a_tag_of_a_tag_is_refused(guarded: Project) -> None:
    guarded.tag("inner")
    guarded.tag("v1.0.0", "inner")

    said = refused(guarded, "v1.0.0")

    assert "error[T005]: v1.0.0 is a tag of the tag inner, not of a commit" in said


@pytest.mark.parametrize("target", ["tree", "blob"])
@pytest.mark.parametrize("words", [("v1.0.0",), ("-a", "-m", "x", "v1.0.0")], ids=["light", "annotated"])
def test_24_a_release_tag_on_a_tree_or_a_file_is_refused(guarded: Project, target: str, words: tuple[str, ...]) -> None:
    place = {"tree": "HEAD^{tree}", "blob": "HEAD:README.md"}[target]
    git("tag", *words, place, cwd=guarded.root)

    said = refused(guarded, "v1.0.0")

    assert f"error[T003]: v1.0.0 leads to a {target}, not to a commit" in said


def test_25_any_other_tag_on_a_file_goes_out(guarded: Project) -> None:
    git("tag", "nightly", "HEAD:README.md", cwd=guarded.root)

    said = accepted(guarded, "nightly")

    assert "nightly is not a release tag" in said
    assert "refs/tags/nightly" in guarded.on_remote()


@pytest.mark.parametrize("address", ["{}", "file://{}", "../remote.git"])
def test_26_a_push_to_an_address_is_judged(guarded: Project, address: str) -> None:
    bad_release(guarded)

    done = git("push", address.format(guarded.remote), "v2.0.0", cwd=guarded.root, check=False)

    assert done.returncode == 1
    assert MISMATCH in done.stderr
    assert guarded.on_remote() == set()


def test_27_a_password_in_the_address_is_never_said(guarded: Project) -> None:
    address = "https://maintainer:s3cret@example.org/demo.git"
    git("config", f"url.{guarded.remote}.insteadOf", address, cwd=guarded.root)
    bad_release(guarded)

    done = git("push", address, "v2.0.0", cwd=guarded.root, check=False)

    kept = b"".join(path.read_bytes() for path in (guarded.root / ".git/tagward").rglob("*") if path.is_file())
    assert MISMATCH in done.stderr
    assert "s3cret" not in done.stderr
    assert b"s3cret" not in kept


def test_29_of_two_addresses_neither_gets_a_bad_tag(guarded: Project, tmp_path: Path) -> None:
    second = tmp_path / "second.git"
    git("init", "-q", "--bare", str(second), cwd=tmp_path)
    for address in (guarded.remote, second):
        git("remote", "set-url", "--add", "--push", "origin", str(address), cwd=guarded.root)
    bad_release(guarded)

    assert MISMATCH in refused(guarded, "v2.0.0")
    assert not git("for-each-ref", cwd=second).stdout


def test_31_a_dry_run_says_what_the_push_would_say(guarded: Project) -> None:
    bad_release(guarded)

    assert MISMATCH in refused(guarded, "--dry-run", "v2.0.0")


def test_32_no_verify_passes_the_hook_as_documented(guarded: Project) -> None:
    bad_release(guarded)

    guarded.push("--no-verify", "v2.0.0")

    assert guarded.on_remote() == {"refs/tags/v2.0.0"}


@pytest.mark.parametrize("how", ["--porcelain", "--quiet", "--mirror"])
def test_33_34_nothing_of_ours_is_on_stdout(guarded: Project, how: str) -> None:
    bad_release(guarded)

    done = guarded.push(how, *(() if how == "--mirror" else ("v2.0.0",)))

    assert MISMATCH in done.stderr
    assert "tagward" not in done.stdout
    assert "V001" not in done.stdout
    assert guarded.on_remote() == set()


def test_35_a_thousand_other_tags_go_out(guarded: Project) -> None:
    commit = head(guarded)
    names = "".join(f"create refs/tags/t{number} {commit}\n" for number in range(1000))
    subprocess.run(["git", "update-ref", "--stdin"], cwd=guarded.root, input=names.encode(), check=True)

    accepted(guarded, "--tags")

    assert len(guarded.on_remote()) == 1000


def test_36_fifty_releases_at_once_are_judged_without_a_build(guarded: Project) -> None:
    for number in range(1, 51):
        git("tag", f"v1.{number}", cwd=guarded.root)

    said = refused(guarded, "--tags")

    assert "✗ push stopped: 50 of 50 tags refused: v1.1 (V001), " in said
    assert said.count("error[V001]") == 10
    assert "✗ refused as well: v1." in said
    assert "✗ build" not in said


def test_36_fifty_good_releases_at_once_are_not_checked(guarded: Project) -> None:
    begin = "from refs/heads/main^0\n"
    commits = "".join(
        f"commit refs/heads/many\ncommitter A <a@localhost> {1_700_000_000 + number} +0000\ndata 1\nx\n"
        f"{'' if number else begin}M 644 inline pyproject.toml\n"
        f"data <<END\n{PYPROJECT.format(version=f'3.{number}')}END\n\n"
        f"reset refs/tags/v3.{number}\nfrom refs/heads/many\n\n"
        for number in range(50)
    )
    subprocess.run(["git", "fast-import", "--quiet"], cwd=guarded.root, input=commits.encode(), check=True)

    said = refused(guarded, *(f"v3.{number}" for number in range(50)))

    assert "error: 50 release tags would start a publication and were not checked, as no more than 5 are built" in said
    assert "v3.49, v3.48, v3.47 and 47 more" in said
    assert "✗ push stopped: 50 release tags were not checked" in said


def test_36_more_are_judged_where_the_project_says_so(guarded: Project) -> None:
    set_rules(guarded, "max-builds = 6")
    names = [f"v2.{number}" for number in range(6)]
    for name in names:
        git("tag", name, cwd=guarded.root)

    said = refused(guarded, "--tags")

    assert "✗ push stopped: 6 of 6 tags refused" in said


def test_37_a_sha256_repository_is_judged(tmp_path: Path) -> None:
    project = Project(tmp_path / "long", tmp_path / "long.git")
    for words in (("--bare", str(project.remote)), (str(project.root),)):
        git("init", "-q", "--object-format=sha256", *words, cwd=tmp_path)
    git("remote", "add", "origin", str(project.remote), cwd=project.root)
    project.write("pyproject.toml", PYPROJECT.format(version="1.0.0"))
    project.commit()
    assert tagward("install", cwd=project.root).returncode == 0
    bad_release(project)

    assert MISMATCH in refused(project, "v2.0.0")
    project.push("--no-verify", "v2.0.0")
    assert "T102" in refused(project, "--delete", "v2.0.0")


def test_39_odd_names_go_out_and_nothing_of_them_is_run(guarded: Project) -> None:
    there = traces(guarded.root)

    said = accepted(guarded, *(f"HEAD:refs/tags/{name}" for name in ODD))

    assert guarded.on_remote() == {f"refs/tags/{name}" for name in ODD}
    assert "\\xff is not a release tag" in said
    assert traces(guarded.root) == there
    assert not list(guarded.root.parent.rglob("pwned"))


@pytest.mark.parametrize(("name", "shown"), HOSTILE)
def test_39_a_hostile_name_that_reads_as_a_release_is_refused(guarded: Project, name: str, shown: str) -> None:
    said = refused(guarded, f"HEAD:refs/tags/{name}")

    assert f"error[T101]: {shown} looks like a release tag, but names no version" in said


def test_40_the_tag_is_judged_and_not_the_branch_of_its_name(guarded: Project) -> None:
    bad_release(guarded)
    guarded.write("pyproject.toml", PYPROJECT.format(version="2.0.0"))
    commit = guarded.commit()
    git("branch", "v2.0.0", cwd=guarded.root)

    said = refused(guarded, "refs/tags/v2.0.0")

    assert MISMATCH in said
    assert commit[:7] not in said


def test_40_a_tag_that_is_called_head_is_a_tag_like_others(guarded: Project) -> None:
    git("update-ref", "refs/tags/HEAD", "HEAD", cwd=guarded.root)

    assert "HEAD is not a release tag" in accepted(guarded, "refs/tags/HEAD")


def test_53_a_push_from_a_commit_hook_is_judged(guarded: Project) -> None:
    bad_release(guarded)
    hook = guarded.root / ".git/hooks/pre-commit"
    hook.write_text("#!/bin/sh\ngit push origin v2.0.0 2>>.git/said\ntrue\n", encoding="utf-8")
    hook.chmod(0o755)
    guarded.write("README.md", "# New\n")

    git("commit", "-qam", "new", cwd=guarded.root)

    assert MISMATCH in (guarded.root / ".git/said").read_text(encoding="utf-8")
    assert guarded.on_remote() == set()
    assert git("status", "--porcelain", cwd=guarded.root).stdout == ""


def test_78_as_many_failures_as_there_are_exit_codes_refuse(guarded: Project) -> None:
    set_rules(guarded, "max-builds = 300")
    tree = head(guarded, "HEAD^{tree}")
    names = "".join(f"create refs/tags/v1.{number} {tree}\n" for number in range(256))
    subprocess.run(["git", "update-ref", "--stdin"], cwd=guarded.root, input=names.encode(), check=True)

    assert "256 of 256 tags refused" in refused(guarded, "--tags")


def test_79_a_reader_that_leaves_lets_nothing_through(guarded: Project) -> None:
    bad_release(guarded)

    done = subprocess.run(
        "git push origin v2.0.0 2>&1 | head -1",
        shell=True,
        cwd=guarded.root,
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.startswith("tagward: checking v2.0.0")
    assert guarded.on_remote() == set()


def test_a_warning_tells_that_many_tags_start_no_workflow(guarded: Project) -> None:
    for number in range(4):
        git("tag", f"v1.{number}.1", cwd=guarded.root)

    said = refused(guarded, "--tags")

    assert "! 4 release tags in one push: GitHub starts no workflow" in said


def test_30_a_group_of_remotes_gets_nothing(project: Project, tmp_path: Path, newer_git: None) -> None:
    del newer_git
    git("init", "-q", "--bare", "second.git", cwd=tmp_path)
    git("remote", "add", "second", str(tmp_path / "second.git"), cwd=project.root)
    git("config", "remotes.all", "second origin", cwd=project.root)
    assert tagward("install", cwd=project.root).returncode == 0
    bad_release(project)

    done = git("push", "all", "v2.0.0", cwd=project.root, check=False)

    assert done.returncode != 0
    assert MISMATCH in done.stderr
    assert not git("for-each-ref", cwd=tmp_path / "second.git").stdout
    assert project.on_remote() == set()


@pytest.mark.parametrize(
    ("refs", "warned"), [(("main", "v2.0.0"), False), (("v2.0.0",), True)], ids=["both", "the tag alone"]
)
def test_a_tag_is_off_every_branch_only_if_its_branch_does_not_go_out_with_it(
    guarded: Project, refs: tuple[str, ...], warned: bool
) -> None:
    git("push", "-q", "--no-verify", "origin", "main", cwd=guarded.root)
    git("commit", "-q", "--allow-empty", "-m", "later", cwd=guarded.root)
    guarded.tag("v2.0.0")

    assert ("warning[T007]" in refused(guarded, *refs)) is warned
