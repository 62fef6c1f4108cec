"""The whole way: tag, push, gate, remote."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest
from conftest import BACKEND, PYPROJECT, Project, git, make_project, tagward
from push_support import accepted, refused
from push_support import head as oid
from support import backend, git_line, release, rules, version, wait_for, write_line

pytestmark = pytest.mark.e2e

DYNAMIC = """[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]

[project]
name = "demo"
dynamic = ["version"]
"""
DESCRIBE = """
import os, re, subprocess

def _described():
    if os.path.exists("PKG-INFO"):
        return re.search("^Version: (.+)", open("PKG-INFO").read(), re.M)[1]
    said = subprocess.run(["git", "describe", "--tags"], capture_output=True, text=True, check=True).stdout
    return re.search(r"\\d.*", said)[0].strip()

"""


def derived(project: Project) -> None:
    """A project whose version is what git describes."""
    assert 'PROJECT["version"]' in BACKEND
    project.write("backend.py", DESCRIBE + BACKEND.replace('PROJECT["version"]', "_described()"))
    project.write("pyproject.toml", DYNAMIC)
    project.write("src/demo/__init__.py", "")
    project.commit("version from git")


def sealed(project: Project) -> str:
    """Make tags signed with an SSH key, and return the line that says who may sign."""
    key = project.root.parent / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
    for name, value in (("gpg.format", "ssh"), ("user.signingkey", str(key))):
        git("config", name, value, cwd=project.root)
    return f"maintainer@example.org {Path(f'{key}.pub').read_text(encoding='utf-8')}"


def test_01_a_good_lightweight_tag_goes_out_with_a_warning(guarded: Project) -> None:
    git("tag", "v1.0.0", cwd=guarded.root)

    said = accepted(guarded, "v1.0.0")

    assert "warning[T001]: v1.0.0 is a lightweight tag, not an annotated one" in said
    assert said.count("tagward: checking v1.0.0") == said.count("✓ v1.0.0 is ready") == 1
    assert git("rev-parse", "v1.0.0", cwd=guarded.remote).stdout.strip() == oid(guarded, "HEAD")


def test_02_a_good_annotated_tag_goes_out(guarded: Project) -> None:
    guarded.tag("v1.0.0")

    said = accepted(guarded, "v1.0.0")

    assert (
        said.splitlines()[0] == f"tagward: checking v1.0.0 ({oid(guarded, 'HEAD')[:7]}) before it leaves this machine"
    )
    assert [line[4:].split()[0] for line in said.splitlines() if line.startswith("  ✓ ")] == [
        "tag",
        "source",
        "index",
        "build",
        "contents",
        "upload",
        "install",
    ]
    assert git("rev-parse", "v1.0.0", cwd=guarded.remote).stdout.strip() == oid(guarded, "v1.0.0")


def test_03_a_signed_tag_goes_out_and_can_be_verified_where_it_is_built(guarded: Project) -> None:
    guarded.write("signers", sealed(guarded))
    backend(guarded, sdist=git_line("-c", "gpg.ssh.allowedSignersFile=signers", "verify-tag", "v1.0.0"))
    guarded.commit()
    git("tag", "-s", "v1.0.0", "-m", "signed", cwd=guarded.root)

    assert "✓ tag       annotated, signed" in accepted(guarded, "v1.0.0")


def test_05_a_good_tag_follows_its_branch(guarded: Project) -> None:
    guarded.tag("v1.0.0")
    guarded.push("main")

    accepted(guarded, "--tags")

    assert guarded.on_remote() == {"refs/heads/main", "refs/tags/v1.0.0"}


def test_08_a_bad_tag_keeps_a_good_one_at_home(guarded: Project) -> None:
    guarded.tag("v1.0.0")
    guarded.tag("v2.0.0")

    said = refused(guarded, "v1.0.0", "v2.0.0")

    assert "✓ v1.0.0 is ready" in said
    assert "✗ push stopped: 1 of 2 tags refused: v2.0.0 (V001). Nothing was sent." in said


def test_strict_lets_a_warning_refuse(guarded: Project) -> None:
    rules(guarded, "strict = true")
    guarded.commit()
    git("tag", "v1.0.0", cwd=guarded.root)

    assert "error[T001]" in refused(guarded, "v1.0.0")


def test_what_is_ignored_is_shown_with_its_reason(guarded: Project) -> None:
    rules(guarded, "strict = true", 'ignore.T001 = "we sign commits instead"')
    guarded.commit()
    git("tag", "v1.0.0", cwd=guarded.root)

    assert "T001 is ignored: we sign commits instead" in accepted(guarded, "v1.0.0")


def test_a_tag_of_the_projects_own_form_is_the_release(guarded: Project) -> None:
    rules(guarded, 'tag = "demo-{version}"')
    release(guarded, "demo-1.0.0")

    assert "✓ demo-1.0.0 is ready" in accepted(guarded, "demo-1.0.0")


def test_19_another_branch_than_the_one_at_hand_is_built(guarded: Project) -> None:
    good = oid(guarded, "HEAD")
    version(guarded, "3.0.0")
    guarded.commit()

    said = accepted(guarded, "HEAD~1:refs/tags/v1.0.0")

    assert f"checking v1.0.0 ({good[:7]})" in said


@pytest.mark.parametrize("address", ["file://{}", "../remote.git"])
def test_26_a_push_to_an_address_goes_out(guarded: Project, address: str) -> None:
    guarded.tag("v1.0.0")

    done = git("push", address.format(guarded.remote), "v1.0.0", cwd=guarded.root, check=False)

    assert done.returncode == 0, done.stderr
    assert guarded.on_remote() == {"refs/tags/v1.0.0"}


def test_27_a_password_in_the_address_reaches_nothing(guarded: Project, tmp_path: Path) -> None:
    address = "https://maintainer:s3cret@example.org/demo.git"
    git("remote", "set-url", "origin", address, cwd=guarded.root)
    git("config", f"url.{guarded.remote}.pushInsteadOf", address, cwd=guarded.root)
    told = tmp_path / "told"
    backend(guarded, sdist=git_line("config", "--list") + write_line(told, "[said.stdout, dict(os.environ)]"))
    release(guarded)

    said = accepted(guarded, "v1.0.0")

    kept = b"".join(path.read_bytes() for path in (guarded.root / ".git/tagward").rglob("*") if path.is_file())
    assert "core.hookspath=" in told.read_text(encoding="utf-8")
    assert "s3cret" not in told.read_text(encoding="utf-8") + said + kept.decode()


def test_28_two_addresses_are_one_build(guarded: Project, tmp_path: Path) -> None:
    git("init", "-q", "--bare", "second.git", cwd=tmp_path)
    for address in (guarded.remote, tmp_path / "second.git"):
        git("remote", "set-url", "--add", "--push", "origin", str(address), cwd=guarded.root)
    guarded.tag("v1.0.0")

    said = accepted(guarded, "v1.0.0")

    assert said.count("tagward: checking v1.0.0") == 1
    assert said.count("✓ v1.0.0 is ready, remembered from ") == 1
    assert guarded.on_remote() == {"refs/tags/v1.0.0"}
    assert git("tag", cwd=tmp_path / "second.git").stdout == "v1.0.0\n"


def test_31_a_dry_run_is_a_rehearsal_that_the_push_remembers(guarded: Project) -> None:
    guarded.tag("v1.0.0")

    accepted(guarded, "--dry-run", "v1.0.0")
    assert guarded.on_remote() == set()

    assert "remembered from" in accepted(guarded, "v1.0.0")


def test_33_only_git_speaks_on_stdout(guarded: Project) -> None:
    guarded.tag("v1.0.0")

    done = guarded.push("--porcelain", "v1.0.0")

    assert done.returncode == 0
    assert done.stdout == (f"To {guarded.remote}\n*\trefs/tags/v1.0.0:refs/tags/v1.0.0\t[new tag]\nDone\n")


def test_34_a_quiet_push_has_nothing_on_stdout(guarded: Project) -> None:
    guarded.tag("v1.0.0")

    accepted(guarded, "--quiet", "v1.0.0")

    assert guarded.on_remote() == {"refs/tags/v1.0.0"}


def test_37_a_release_in_a_sha256_repository_goes_out(project: Project, tmp_path: Path) -> None:
    other = Project(tmp_path / "long", tmp_path / "long.git")
    for words in (("--bare", str(other.remote)), (str(other.root),)):
        git("init", "-q", "--object-format=sha256", *words, cwd=tmp_path)
    git("remote", "add", "origin", str(other.remote), cwd=other.root)
    for path in ("pyproject.toml", "backend.py", "README.md", "src/demo/__init__.py"):
        other.write(path, (project.root / path).read_text(encoding="utf-8"))
    assert tagward("install", cwd=other.root).returncode == 0
    release(other)

    accepted(other, "v1.0.0")

    assert other.on_remote() == {"refs/tags/v1.0.0"}


@pytest.mark.parametrize(
    ("rival", "built"), [("v1.9.0", "1.9.0"), ("a-nightly-2026", "2026")], ids=["41-older-release", "43-nightly"]
)
def test_41_43_a_rival_tag_that_git_prefers_is_named(guarded: Project, rival: str, built: str) -> None:
    derived(guarded)
    for name in (rival, "v2.0.0"):
        git("tag", name, cwd=guarded.root)

    said = refused(guarded, "v2.0.0")

    assert f"error[V101]: the build made version {built}, but the tag says 2.0.0" in said
    assert rival in said


def test_42_an_annotated_candidate_wins_over_the_lightweight_release_and_is_named(guarded: Project) -> None:
    derived(guarded)
    guarded.tag("v1.0.0rc1")
    git("tag", "v1.0.0", cwd=guarded.root)

    said = refused(guarded, "v1.0.0")

    assert "error[V101]: the build made version 1.0.0rc1, but the tag says 1.0.0" in said
    assert "v1.0.0rc1" in said


def test_a_version_that_git_describes_goes_out(guarded: Project) -> None:
    derived(guarded)
    guarded.tag("v1.0.0")

    assert "✓ v1.0.0 is ready" in accepted(guarded, "v1.0.0")


def test_44_the_tag_is_judged_and_not_the_disorder_around_it(guarded: Project) -> None:
    guarded.tag("v1.0.0")
    guarded.write("stashed", "x")
    git("add", "stashed", cwd=guarded.root)
    git("stash", cwd=guarded.root)
    version(guarded, "2.0.0")
    guarded.commit("ahead")
    guarded.write("backend.py", "raise SystemExit('the working tree was built')\n")
    guarded.write("staged", "x")
    git("add", "staged", cwd=guarded.root)

    accepted(guarded, "v1.0.0")  # it holds that index, stash and working tree are as before


def test_45_what_lies_around_does_not_ship(guarded: Project, tmp_path: Path) -> None:
    backend(guarded, sdist=write_line(tmp_path / "seen", "list(os.walk('.'))"))
    guarded.write(".gitignore", "dist\nbuild\n*.egg-info\n")
    release(guarded)
    for stale in ("dist/demo-0.9.tar.gz", "build/lib/demo.py", "src/demo.egg-info/PKG-INFO", "untracked.py"):
        guarded.write(stale, "stale")

    accepted(guarded, "v1.0.0")

    seen = (tmp_path / "seen").read_text(encoding="utf-8")
    assert "'backend.py'" in seen
    assert not [name for name in ("dist", "build", "egg-info", "untracked") if name in seen.replace("pyproject", "")]


@pytest.mark.parametrize("place", ["subfolder", "git-directory"])
def test_47_51_a_push_from_anywhere_in_the_repository(guarded: Project, place: str) -> None:
    guarded.tag("v1.0.0")
    folder = {"subfolder": "src/demo", "git-directory": ".git"}[place]

    done = git("push", "origin", "v1.0.0", cwd=guarded.root / folder, check=False)

    assert done.returncode == 0, done.stderr
    assert "✓ v1.0.0 is ready" in done.stderr


def test_48_a_build_that_makes_repositories_in_a_linked_worktree_harms_nothing(
    guarded: Project, tmp_path: Path
) -> None:
    who = ("-c", "user.name=x", "-c", "user.email=x@example.org")
    backend(guarded, sdist=git_line("init") + git_line(*who, "commit", "--allow-empty", "-m", "x"))
    release(guarded)
    git("worktree", "add", "-q", str(tmp_path / "linked"), cwd=guarded.root)
    linked = Project(tmp_path / "linked", guarded.remote)
    config = (guarded.root / ".git/config").read_bytes()

    assert "✓ v1.0.0 is ready" in accepted(linked, "v1.0.0")

    assert (guarded.root / ".git/config").read_bytes() == config
    assert git("log", "--all", "--format=%s", cwd=guarded.root).stdout.split() == ["change", "first"]


def test_two_projects_in_one_folder_do_not_meet(tmp_path: Path) -> None:
    project = make_project(tmp_path / "with a space é", "1.0.0")
    assert tagward("install", cwd=project.root).returncode == 0
    project.tag("v1.0.0")

    assert "✓ v1.0.0 is ready" in accepted(project, "v1.0.0")


def test_60_a_release_that_only_a_replacement_makes_bad_goes_out(guarded: Project) -> None:
    guarded.tag("v1.0.0")
    old = oid(guarded, "HEAD:pyproject.toml")
    guarded.write("pyproject.toml", PYPROJECT.format(version="6.6.6"))
    guarded.commit()
    git("replace", old, oid(guarded, "HEAD:pyproject.toml"), cwd=guarded.root)

    accepted(guarded, "v1.0.0")


def test_67_the_object_that_git_announced_is_what_goes_out(guarded: Project) -> None:
    git("tag", "later", "HEAD", cwd=guarded.root)
    backend(guarded, sdist=git_line("tag", "-f", "v1.0.0", "later", cwd=guarded.root))
    release(guarded)
    announced = oid(guarded, "v1.0.0")

    done = guarded.push("v1.0.0")

    assert done.returncode == 0, done.stderr
    assert oid(guarded, "v1.0.0") != announced
    assert git("rev-parse", "v1.0.0", cwd=guarded.remote).stdout.strip() == announced


def test_68_a_tag_that_somebody_else_pushed_meanwhile_is_gits_to_refuse(guarded: Project) -> None:
    backend(guarded, sdist=git_line("tag", "v1.0.0", "main", cwd=guarded.remote))
    release(guarded)
    guarded.push("main")

    done = guarded.push("v1.0.0")

    assert done.returncode == 1
    assert "✓ v1.0.0 is ready" in done.stderr
    assert "! [remote rejected] v1.0.0 -> v1.0.0" in done.stderr
    assert "push stopped" not in done.stderr


def test_69_two_pushes_at_once_do_not_meet(guarded: Project) -> None:
    guarded.tag("v1.0.0")
    words = ["git", "push", "origin", "v1.0.0"]

    pushes = [subprocess.Popen(words, cwd=guarded.root, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    said = [push.communicate(timeout=60)[1] for push in pushes]

    assert 0 in [push.returncode for push in pushes], said
    assert all("✓ v1.0.0 is ready" in one for one in said), said
    assert guarded.on_remote() == {"refs/tags/v1.0.0"}


def test_70_a_build_that_pushes_is_refused_its_push(guarded: Project, tmp_path: Path) -> None:
    inner = git_line("push", "origin", "v1.0.0", cwd=guarded.root, check=False)
    backend(guarded, sdist=inner + write_line(tmp_path / "inner", "said"))
    release(guarded)

    said = accepted(guarded, "v1.0.0")

    inner_said = (tmp_path / "inner").read_text(encoding="utf-8")
    assert "returncode=1" in inner_said
    assert "a push from inside a gate is refused" in inner_said
    assert said.count("✓ v1.0.0 is ready") == 1


def test_74_a_process_that_a_build_leaves_behind_keeps_nobody_waiting(guarded: Project, tmp_path: Path) -> None:
    leave = 'import subprocess\nleft = subprocess.Popen(["sleep", "300"], start_new_session=True)\n'
    backend(guarded, sdist=leave + write_line(tmp_path / "pid", "left.pid"))
    release(guarded)

    done = subprocess.run(
        "git push origin v1.0.0 2>&1 | cat",
        shell=True,
        cwd=guarded.root,
        capture_output=True,
        text=True,
        timeout=100,
        check=True,
    )

    os.kill(int((tmp_path / "pid").read_text(encoding="utf-8")), 9)
    assert "✓ v1.0.0 is ready" in done.stdout


def test_79_a_reader_that_leaves_lets_not_even_a_good_tag_through(guarded: Project) -> None:
    guarded.tag("v1.0.0")

    subprocess.run(
        "git push origin v1.0.0 2>&1 | head -1", shell=True, cwd=guarded.root, capture_output=True, check=True
    )

    wait_for(lambda: not list(Path(os.environ["TMPDIR"]).glob("tagward-*")), "the gate ends")
    assert guarded.on_remote() == set()


def test_a_project_command_is_run_in_the_fresh_environment(guarded: Project) -> None:
    rules(guarded, 'commands = ["python -c \'import demo; assert demo.__version__ == \\"1.0.0\\"\'"]')
    release(guarded)

    assert "✓ v1.0.0 is ready" in accepted(guarded, "v1.0.0")


def test_the_logs_of_the_tools_are_kept(guarded: Project) -> None:
    backend(guarded, sdist='print("hello from the build")')
    release(guarded)

    accepted(guarded, "v1.0.0")

    logs = guarded.root / ".git/tagward/last/v1.0.0"
    assert "hello from the build" in (logs / "build.log").read_text(encoding="utf-8")
    assert json.loads(next((guarded.root / ".git/tagward/passed").iterdir()).read_text(encoding="utf-8"))
