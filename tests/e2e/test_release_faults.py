"""Whatever stops a release before its push leaves refs, index and files as they were; after it, the command goes on."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from conftest import BACKEND, PYPROJECT, Project, git, make_project, tagward
from push_support import head, traces
from release_support import SLUG, make_forge, script
from support import SECONDS, backend, wait_for, write_line

from tagward.tools.git import GitRepository
from tagward.tools.localindex import local_index
from tagward.tools.release import differ_in_words
from tagward.tools.scratch import sweep

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.e2e
POINTS = 12
VERSION = "1.1.0"
UNCHANGED = "Nothing was sent, and nothing here was changed."


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project that is on its remote at 1.0.0, with our hook."""
    made = make_project(tmp_path)
    made.tag("v1.0.0")
    git("push", "-qu", "origin", "main", "v1.0.0", cwd=made.root)
    assert tagward("install", cwd=made.root).returncode == 0
    return made


def state(project: Project) -> tuple[dict[str, str], ...]:
    """Every ref, the index, every file and every setting, here and on the remote; objects that no ref names aside."""
    return tuple(
        {path: what for path, what in traces(folder).items() if not path.startswith((".git/objects", "objects"))}
        for folder in (project.root, project.remote)
        if folder.exists()
    )


def release(project: Project) -> subprocess.CompletedProcess[str]:
    return tagward("release", VERSION, "--execute", cwd=project.root)


def colleague(project: Project) -> Project:
    """Another clone of the remote."""
    other = project.root.parent / "other"
    git("clone", "-q", str(project.remote), str(other), cwd=project.root.parent)
    return Project(other, project.remote)


def dirty(project: Project) -> None:
    project.write("README.md", "# Changed\n")


def staged(project: Project) -> None:
    project.write("new.txt", "new\n")
    git("add", "new.txt", cwd=project.root)


def merging(project: Project) -> None:
    (project.root / ".git/MERGE_HEAD").write_text(head(project) + "\n")


def detached(project: Project) -> None:
    git("switch", "-q", "--detach", cwd=project.root)


def behind(project: Project) -> None:
    other = colleague(project)
    other.write("theirs.txt", "theirs\n")
    other.commit("theirs")
    git("push", "-q", "origin", "main", cwd=other.root)


def diverged(project: Project) -> None:
    behind(project)
    project.write("ours.txt", "ours\n")
    project.commit("ours")


def tagged_here(project: Project) -> None:
    project.tag(f"v{VERSION}")


def tagged_there(project: Project) -> None:
    other = colleague(project)
    other.tag(f"v{VERSION}")
    git("push", "-q", "origin", f"v{VERSION}", cwd=other.root)


def broken(project: Project) -> None:
    project.write("src/demo/__init__.py", 'import nowhere\n\n__version__ = "1.0.0"\n')
    project.commit("broken")


def refusing_commits(project: Project) -> None:
    script(project.root / ".git/hooks/commit-msg", '#!/bin/sh\necho "no ticket in: $(cat "$1")" >&2\nexit 1\n')


def refusing_pushes(project: Project) -> None:
    script(project.remote / "hooks/pre-receive", "#!/bin/sh\necho not today >&2\nexit 1\n")


def refusing_the_branch(project: Project) -> None:
    script(project.remote / "hooks/update", "#!/bin/sh\ncase $1 in refs/heads/*) echo protected >&2; exit 1 ;; esac\n")


def other_hook_refuses(project: Project) -> None:
    hook = project.root / ".git/hooks/pre-push"
    hook.write_text("#!/bin/sh\necho not on a Friday >&2\nexit 1\n")


def gone(project: Project) -> None:
    shutil.rmtree(project.remote)


@pytest.mark.parametrize(
    ("plant", "status", "said"),
    [
        (dirty, 1, "error: not committed: README.md\n"),
        (staged, 1, "error: not committed: new.txt\n"),
        (merging, 1, "error: a merge is under way\n"),
        (detached, 1, "error: no branch is checked out\n"),
        (behind, 1, "error: your HEAD is 1 behind origin/main\n"),
        (diverged, 1, "error: your branch and origin/main have diverged: 1 here, 1 there\n"),
        (tagged_here, 1, "error: v1.1.0 is a tag here already, which origin does not have\n"),
        (tagged_there, 1, "error: v1.1.0 is on origin already, at "),
        (broken, 1, "error[X002]: "),
        (refusing_commits, 1, "   |  no ticket in: Release 1.1.0\n"),
        (refusing_pushes, 1, "not today"),
        (refusing_the_branch, 1, "protected"),
        (other_hook_refuses, 1, "not on a Friday"),
        (gone, 3, "error: origin did not answer: "),
    ],
    ids=lambda value: getattr(value, "__name__", None) or "",
)
def test_what_stops_a_release_changes_nothing(
    project: Project, plant: Callable[[Project], None], status: int, said: str
) -> None:
    plant(project)
    before = state(project)

    done = release(project)

    assert done.returncode == status, done.stderr
    assert said in done.stderr
    assert state(project) == before
    assert "Traceback (most" not in done.stderr.partition("error[")[0]
    assert status == 3 or "changed." in done.stderr.splitlines()[-1]


def test_a_version_that_the_index_has_stops_it(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "index").mkdir()
    (tmp_path / "index" / f"demo-{VERSION}.tar.gz").touch()
    before = state(project)
    with local_index(tmp_path / "index") as index:
        monkeypatch.setenv("TAGWARD_INDEX", index.simple)
        done = release(project)

    assert done.returncode == 1
    assert f"has files of {VERSION} already, as demo-{VERSION}.tar.gz\n" in done.stderr
    assert state(project) == before


def test_who_changes_something_while_the_gate_runs_is_not_overtaken(project: Project) -> None:
    backend(project, wheel=write_line(project.root / "README.md", "'# Changed'"))
    project.commit("a backend that writes where it should not")

    done = release(project)

    assert done.returncode == 3
    assert "error: the repository was changed while the gate ran\n" in done.stderr
    assert git("status", "--porcelain", cwd=project.root).stdout == " M README.md\n"
    assert project.on_remote() == {"refs/heads/main", "refs/tags/v1.0.0"}


def test_everything_that_stands_in_the_way_is_said_at_once_and_the_plan_says_the_same(project: Project) -> None:
    diverged(project)
    tagged_here(project)
    dirty(project)
    before = state(project)

    plan = tagward("release", VERSION, cwd=project.root)

    assert (plan.returncode, plan.stdout) == (1, "")
    assert plan.stderr.count("\nerror: ") == 3
    assert plan.stderr.endswith("\n✗ 3 things stand in the way. Nothing was changed.\n")
    assert state(project) == before


# Killed, and interrupted, at every twelfth of the way.

WRAPPER = """#!/bin/sh
printf '%s\\n' "$*" >> '{folder}/calls'
if [ "$(wc -l < '{folder}/calls')" -ge {point} ] && mkdir '{folder}/fired' 2> /dev/null; then
  while [ ! -s '{folder}/pid' ]; do sleep 0.01; done
  kill -{signal} "$(cat '{folder}/pid')"
  sleep 1
  exit 1
fi
case $1 in push) exit 1 ;; esac
exec '{git}' "$@"
"""


def stopped(project: Project, folder: Path, point: int, name: str) -> tuple[int, str]:
    """Release with a git at whose call `point` tagward gets a signal, and which never pushes; what came of it."""
    real = shutil.which("git")
    folder.mkdir()
    text = WRAPPER.format(folder=folder, point=point, signal=name, git=real)
    script(folder / "bin/git", text)
    process = subprocess.Popen(
        [sys.executable, "-I", "-m", "tagward", "release", VERSION, "--execute"],
        cwd=project.root,
        env={**os.environ, "PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"},
        stderr=subprocess.PIPE,
        text=True,
    )
    (folder / "pid").write_text(str(process.pid))
    said = process.communicate(timeout=120)[1]
    return process.returncode, said


@pytest.mark.parametrize("name", ["KILL", "INT"])
def test_killed_or_interrupted_anywhere_before_the_push_it_leaves_everything_as_it_was(
    project: Project, tmp_path: Path, name: str
) -> None:
    before = state(project)
    status, said = stopped(project, tmp_path / "whole", 10**6, name)
    assert (status, f"✗ the push was refused: see above. {UNCHANGED}" in said) == (1, True), said
    calls = (tmp_path / "whole/calls").read_text().splitlines()
    last = next(number for number, call in enumerate(calls, 1) if call.startswith("push "))
    assert last > 3 * POINTS

    for number in range(1, POINTS + 1):
        point = max(2, last * number // POINTS)
        status, said = stopped(project, tmp_path / f"{number}", point, name)

        assert status == (-signal.SIGKILL if name == "KILL" else 130), (point, said)
        assert (tmp_path / f"{number}/fired").is_dir()
        assert state(project) == before, point
    sweep()

    done = release(project)
    assert done.returncode == 3, done.stderr
    assert git("describe", cwd=project.root).stdout == f"v{VERSION}\n"
    assert git("status", "--porcelain", "-b", cwd=project.root).stdout == "## main...origin/main\n"
    assert f"refs/tags/v{VERSION}" in project.on_remote()


# After the push, the same command goes on.


def test_after_the_push_the_same_command_goes_on_where_it_broke_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    forge = make_forge(tmp_path, monkeypatch)
    root = forge.project.root
    (forge.folder / "ended").write_text("failure")
    (forge.folder / "away").touch()

    done = tagward("release", "0.2.0", "--execute", cwd=root)
    assert done.returncode == 3
    assert "error: gh could not publish the GitHub release\n" in done.stderr
    assert "   = why:  HTTP 502; main and v0.2.0 are on origin already\n" in done.stderr
    assert "tagward release 0.2.0 --execute goes on from there\n" in done.stderr
    assert git("status", "--porcelain", "-b", cwd=root).stdout == "## main...origin/main\n"

    # As if it had been killed between the push and the rest.
    git("update-ref", "-d", "refs/tags/v0.2.0", cwd=root)
    git("reset", "-q", "--hard", "HEAD^", cwd=root)
    (forge.folder / "away").unlink()
    plan = tagward("release", "0.2.0", cwd=root)
    assert "  ! local     v0.2.0, main goes 1 forward, as on origin\n" in plan.stderr
    assert "  ! bump" not in plan.stderr
    done = tagward("release", "0.2.0", "--execute", cwd=root)
    assert (done.returncode, "tagward: checking" in done.stderr) == (1, False)
    assert "error: the workflow pypi-release.yml ended in failure: https://github.com/run/7\n" in done.stderr
    assert git("describe", cwd=root).stdout == "v0.2.0\n"
    assert git("status", "--porcelain", "-b", cwd=root).stdout == "## main...origin/main\n"

    # Somebody ran the workflow again, and it says that it published; the index knows better.
    state = forge.run() | {"conclusion": "success"}
    (forge.folder / "run.json").write_text(json.dumps(state))
    done = tagward("release", "0.2.0", "--execute", "--wait", "0", cwd=root)
    assert done.returncode == 1, done.stderr
    assert [words for words in forge.asked() if words.startswith("release create")] == [CREATE] * 2
    assert "v0.2.0 is on origin, and nothing of tagward-sandbox 0.2.0 is on " in done.stderr


def test_an_interrupt_after_the_push_says_what_was_sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    forge = make_forge(tmp_path, monkeypatch)
    (forge.folder / "slow").touch()
    process = subprocess.Popen(
        [sys.executable, "-I", "-m", "tagward", "release", "0.2.0", "--execute"],
        cwd=forge.project.root,
        stderr=subprocess.PIPE,
        text=True,
    )
    wait_for(lambda: not (forge.folder / "slow").exists(), "gh is asked for the release")
    process.send_signal(signal.SIGINT)
    said = process.communicate(timeout=SECONDS)[1]

    assert process.returncode == 130
    assert said.endswith(
        "error: interrupted; main and v0.2.0 are on origin already\n"
        "   = fix:  tagward release 0.2.0 --execute looks, and goes on from there\n"
    )
    assert "nothing was sent" not in said


CREATE = f"release create v0.2.0 --verify-tag --generate-notes --repo github.com/{SLUG}"


def test_without_gh_it_says_where_the_release_is_published_and_that_it_is_not_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    forge = make_forge(tmp_path, monkeypatch, logged_out="not logged in")

    done = tagward("release", "0.2.0rc1", "--execute", cwd=forge.project.root)

    assert done.returncode == 3
    assert done.stderr.endswith(
        "! v0.2.0rc1 is on origin, and not published yet. What is left to you:\n"
        "    publish the GitHub release (gh is not logged in to github.com: gh auth login): "
        f"https://github.com/{SLUG}/releases/new?tag=v0.2.0rc1&prerelease=1\n"
        "    tagward verify 0.2.0rc1 --wait 600\n"
    )


def test_a_prerelease_is_marked_as_one_and_one_of_several_projects_is_released_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    forge = make_forge(tmp_path, monkeypatch)
    root = forge.project.root
    (forge.folder / "ended").write_text("cancelled")
    for folder in ("core", "extra"):
        forge.project.write(
            f"packages/{folder}/pyproject.toml", PYPROJECT.format(version="1.0.0").replace("demo", folder)
        )
        forge.project.write(f"packages/{folder}/backend.py", BACKEND)
        forge.project.write(f"packages/{folder}/README.md", "# It\n")
        forge.project.write(f"packages/{folder}/src/{folder}/__init__.py", '__version__ = "1.0.0"\n')
    table = "[[tool.tagward.project]]\npath = 'packages/{}'\n"
    (root / "pyproject.toml").write_text("".join(map(table.format, ("core", "extra"))))
    git("rm", "-rq", "--cached", "src", "backend.py", cwd=root)
    forge.project.commit("Two projects")

    none = tagward("release", "1.1.0a1", cwd=root)
    assert (none.returncode, "tagward release 1.1.0a1 --folder packages/extra\n" in none.stderr) == (2, True)
    done = tagward("release", "1.1.0a1", "--folder", "packages/core", "--execute", cwd=root)

    assert done.returncode == 1, done.stderr
    assert "ended in cancelled" in done.stderr
    assert "tagward release 1.1.0a1 --folder packages/core --execute goes on from there\n" in done.stderr
    assert CREATE.replace("v0.2.0", "core-v1.1.0a1").replace("notes ", "notes --prerelease ") in forge.asked()
    changed = git("diff", "--name-only", "HEAD^", cwd=root).stdout.split()
    assert changed == ["packages/core/pyproject.toml", "packages/core/src/core/__init__.py"]


# The commit and the tag are as the user's would be.


def test_the_commit_goes_through_the_commit_hooks_in_a_copy_and_the_tag_is_signed(
    project: Project, tmp_path: Path
) -> None:
    hooks = project.root / ".git/hooks"
    script(hooks / "pre-commit", f"#!/bin/sh\n(pwd; git diff --cached --name-only) > {tmp_path}/where\n")
    script(hooks / "prepare-commit-msg", '#!/bin/sh\nprintf "\\nTicket: 7\\n" >> "$1"\n')
    key = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    for name, value in (
        ("gpg.format", "ssh"),
        ("user.signingKey", str(key)),
        ("tag.gpgSign", "true"),
        ("commit.gpgSign", "true"),
        ("log.showSignature", "true"),
    ):
        git("config", name, value, cwd=project.root)
    git("commit", "--amend", "-qm", "chore(release): 1.0.0", "--no-verify", cwd=project.root)
    git("tag", "-fa", "v1.0.0", "--no-sign", "-m", "v1.0.0", cwd=project.root)
    git("push", "-qf", "--no-verify", "origin", "main", "v1.0.0", cwd=project.root)
    script(hooks / "post-commit", f"#!/bin/sh\ntouch {tmp_path}/told\n")

    done = release(project)

    assert done.returncode == 3, done.stderr
    assert "remembered from" in done.stderr
    where = (tmp_path / "where").read_text().splitlines()
    assert where[0] != str(project.root)
    assert where[1:] == ["pyproject.toml", "src/demo/__init__.py"]
    assert not (tmp_path / "told").exists()
    message = git("log", "-1", "--no-show-signature", "--format=%B", cwd=project.root).stdout
    assert message == "chore(release): 1.1.0\n\nTicket: 7\n\n"
    (tmp_path / "signers").write_text(f"maintainer@example.org {key.with_suffix('.pub').read_text()}")
    allowed = ("-c", f"gpg.ssh.allowedSignersFile={tmp_path / 'signers'}")
    assert 'Good "git" signature' in git(*allowed, "tag", "-v", "v1.1.0", cwd=project.root).stderr
    said = tagward("check", "v1.1.0", "--again", cwd=project.root).stderr
    assert "annotated, signed" in said
    assert "the message of the tag states the digests of these very files" in said


def test_who_commits_is_who_would_commit_here(
    project: Project, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("AUTHOR", "COMMITTER"):
        monkeypatch.delenv(f"GIT_{name}_NAME")
        monkeypatch.delenv(f"GIT_{name}_EMAIL")
    (tmp_path / "work").write_text("[user]\n\temail = me@work.example\n")
    for key, value in (
        ("user.name", "Me"),
        ("user.email", "me@home.example"),
        (f"includeIf.gitdir:{project.root}/.path", str(tmp_path / "work")),
    ):
        git("config", "--global", key, value, cwd=project.root)
    git("config", "user.name", 'My "other" name', cwd=project.root)

    assert release(project).returncode == 3

    who = 'My "other" name me@work.example'
    assert git("log", "-1", "--format=%an %ae%n%cn %ce", cwd=project.root).stdout.splitlines() == [who, who]
    assert f"tagger {who[:-15]}<{who[-15:]}>" in git("cat-file", "tag", f"v{VERSION}", cwd=project.root).stdout


def test_a_commit_that_states_the_version_already_is_released_as_it_is(project: Project) -> None:
    assert tagward("bump", VERSION, cwd=project.root).returncode == 0
    commit = project.commit("Release by hand")
    git("config", "push.followTags", "true", cwd=project.root)
    project.tag("not-to-be-sent")

    done = release(project)

    assert done.returncode == 3, done.stderr
    assert head(project) == head(project, f"v{VERSION}^{{commit}}") == commit
    assert project.on_remote() == {"refs/heads/main", "refs/tags/v1.0.0", f"refs/tags/v{VERSION}"}


def test_a_pass_is_remembered_for_a_tag_of_other_words_and_for_no_other(project: Project) -> None:
    assert release(project).returncode == 3
    repository = GitRepository.find(project.root)
    oid, raw = head(project, "v1.1.0"), git("cat-file", "tag", "v1.1.0", cwd=project.root).stdout
    for old, new, same in (
        ("demo 1.1.0", "demo", True),
        ("tag v1.1.0", "tag v1.2.0", False),
        (head(project), head(project, "HEAD^"), False),
        ("tagger A", "tagger B", False),
    ):
        other = subprocess.run(
            ["git", "hash-object", "-w", "-t", "tag", "--stdin"],
            cwd=project.root,
            input=raw.replace(old, new, 1),
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        assert other != oid
        assert differ_in_words(repository, oid, other) is same


def test_a_gate_says_how_the_files_differ_from_those_that_the_tag_states(project: Project) -> None:
    assert release(project).returncode == 3
    agreed = tagward("check", "v1.1.0", "--again", cwd=project.root)
    assert "      the message of the tag states the digests of these very files\n" in agreed.stderr
    trailers = git("tag", "-l", "--format=%(contents:trailers:key=Judged-File,unfold)", "v1.1.0", cwd=project.root)
    assert trailers.stdout.startswith("Judged-File: demo-1.1.0.tar.gz, ")

    message = git("tag", "-l", "--format=%(contents)", "v1.1.0", cwd=project.root).stdout
    lines = message.replace(" build ", " build 0.1, was ").splitlines()
    digest = next(n for n, line in enumerate(lines) if line.startswith(" sha256:"))
    lines[digest] = " sha256:" + "0" * 64
    git("tag", "-f", "-a", "v1.1.0", "-m", "\n".join(lines), cwd=project.root)
    other = tagward("check", "v1.1.0", "--ci", cwd=project.root)

    assert other.returncode == 0, other.stderr
    assert (
        "against the message of the tag: demo-1.1.0.tar.gz differs: the same files inside, other bytes" in other.stderr
    )
    assert "against the message of the tag: build " in other.stderr
