"""Real repositories for the tests of reading and export, and a hook that says what tagward reads in a real push."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import shutil
import stat
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tagward.model.refs import Push, Tag
from tagward.tools.export import Exported, export
from tagward.tools.git import GitRepository

if TYPE_CHECKING:
    from collections.abc import Iterator

PROGRAMS = Path(os.environ.get("TAGWARD_TEST_GIT") or shutil.which("git") or "git").parent
LFS = shutil.which("git-lfs") is not None


def isolate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the machine in the environment: no configuration, no leaked variable, fixed names and dates."""
    for name in list(os.environ):
        if name.startswith(("GIT_", "SSH_", "SETUPTOOLS_SCM", "TAGWARD_")):
            monkeypatch.delenv(name)
    home = tmp_path / "user"
    home.mkdir()
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    for name, value in {
        "HOME": str(home),
        "TMPDIR": str(temporary),
        "XDG_CONFIG_HOME": str(home / ".config"),
        "GIT_CONFIG_GLOBAL": str(home / ".gitconfig"),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_NAME": "A U Thor",
        "GIT_AUTHOR_EMAIL": "author@example.com",
        "GIT_AUTHOR_DATE": "1700000000 +0000",
        "GIT_COMMITTER_NAME": "C O Mitter",
        "GIT_COMMITTER_EMAIL": "committer@example.com",
        "GIT_COMMITTER_DATE": "1700000000 +0000",
        "PATH": f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}",
    }.items():
        monkeypatch.setenv(name, value)
    (home / ".gitconfig").write_text(
        '[init]\n\tdefaultBranch = main\n[protocol "file"]\n\tallow = always\n'
        "[gc]\n\tauto = 0\n[maintenance]\n\tauto = false\n"  # it would work on after `git commit`, beside the test
    )


@dataclass(frozen=True, slots=True)
class Project:
    """A repository on disk, driven by git itself."""

    path: Path

    @property
    def git_dir(self) -> Path:
        inner = self.path / ".git"
        return inner if inner.is_dir() else self.path

    def git(self, *words: str | Path, stdin: bytes | None = None, check: bool = True, **env: str) -> str:
        done = self.run(*words, stdin=stdin, check=check, cwd=None, **env)
        return os.fsdecode(done.stdout).removesuffix("\n")

    def run(
        self, *words: str | Path, stdin: bytes | None = None, check: bool = True, cwd: Path | None = None, **env: str
    ) -> subprocess.CompletedProcess[bytes]:
        done = subprocess.run(
            ["git", *words],
            cwd=cwd or self.path,
            input=stdin,
            stdin=subprocess.DEVNULL if stdin is None else None,
            capture_output=True,
            check=False,
            env={**os.environ, **env},
            timeout=60,
        )
        assert not (check and done.returncode), done
        return done

    def write(self, name: str, content: str | bytes = "") -> Path:
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def commit(self, message: str = "a commit", **files: str | bytes) -> str:
        for name, content in files.items():
            self.write(name, content)
        self.git("add", "--all")
        self.git("commit", "-q", "--allow-empty", "-m", message)
        return self.git("rev-parse", "HEAD")

    def loose(self, oid: str) -> Path:
        return self.git_dir / "objects" / oid[:2] / oid[2:]

    def found(self) -> GitRepository:
        return GitRepository.find(self.path)

    def tag(self, name: str) -> Tag:
        repository = self.found()
        return repository.tag(name, repository.tag_oid(name))


def make_project(path: Path, *options: str) -> Project:
    """One commit with the files of a small package, not tagged."""
    path.mkdir(parents=True)
    project = Project(path)
    project.git("init", "-q", *options)
    project.write("pyproject.toml", '[project]\nname = "demo"\nversion = "1.0.0"\n')
    project.write("src/demo/__init__.py", "")
    project.write("bin/tool", "#!/bin/sh\n").chmod(0o755)
    project.commit("fix the bug")
    return project


def exported(project: Project, name: str = "v1.0.0", tag: Tag | None = None) -> Exported:
    """Export a tag, and hold that the user's repository is byte for byte what it was."""
    place = Path(tempfile.mkdtemp())
    with unchanged(project.path):
        return export(project.found(), tag or project.tag(name), place / "source", home=place / "home")


@contextlib.contextmanager
def unchanged(*folders: Path) -> Iterator[None]:
    """Hold that no file under these folders is added, removed or changed."""
    before = {folder: snapshot(folder) for folder in folders}
    yield
    for folder, state in before.items():
        differences = sorted(snapshot(folder).items() ^ state.items())
        assert not differences, differences


def snapshot(folder: Path) -> dict[str, str]:
    """Every file and folder under a folder, with its mode and a digest of its content."""
    state = {}
    for root, folders, files in os.walk(folder):
        for name in (*folders, *files):
            path = Path(root, name)
            mode = path.lstat().st_mode
            if stat.S_ISLNK(mode):
                content = str(path.readlink())
            else:
                content = hashlib.sha256(path.read_bytes()).hexdigest() if stat.S_ISREG(mode) else ""
            state[str(path.relative_to(folder))] = f"{mode:o} {content}"
    return state


def in_copy(copy: Exported, *words: str) -> str:
    """What git says in the scratch copy, with the environment that builds get."""
    from tagward.tools.environ import scratch_env  # noqa: PLC0415 - read again after the test changed it

    done = subprocess.run(
        ["git", *words], cwd=copy.root, env=scratch_env(copy.root.parent / "home"), capture_output=True, check=True
    )
    return os.fsdecode(done.stdout).strip()


def python(program: str) -> list[str]:
    """The command line of a program that finds tagward where this process does, installed or not."""
    path = [part for part in sys.path if part]
    return [sys.executable, "-P", "-c", f"import sys; sys.path[:0] = {path!r}\n{program}"]


def git_version() -> tuple[int, ...]:
    said = subprocess.run([PROGRAMS / "git", "version"], capture_output=True, text=True, check=True).stdout
    return tuple(int(part) for part in re.findall(r"\d+", said)[:2])


needs_config_hooks = pytest.mark.skipif(
    git_version() < (2, 54), reason="needs git 2.54 or newer: name one in TAGWARD_TEST_GIT"
)
needs_lfs = pytest.mark.skipif(not LFS, reason="needs git-lfs")
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files to someone else")


# A hook that reads the push as tagward does, exports every tag in it, and writes down what it saw.


def probed(project: Project, hook: str = "pre-push") -> Path:
    """Install the hook; the file that it will write."""
    report = project.path.parent / f"{project.path.name}-{hook}.json"
    hooks = Path(project.git("rev-parse", "--path-format=absolute", "--git-common-dir")) / "hooks"
    hooks.mkdir(exist_ok=True)
    words = [sys.executable, "-P", str(Path(__file__).resolve()), hook, str(report)]
    path = os.pathsep.join(part for part in sys.path if part)
    quoted = " ".join("'" + word.replace("'", "'\\''") + "'" for word in ["env", f"PYTHONPATH={path}", *words])
    file = hooks / hook
    file.write_text(f'#!/bin/sh\nexec {quoted} "$@"\n')
    file.chmod(0o755)
    return report


def pushed(report: Path) -> list[dict[str, Any]]:
    """What the hook wrote down, one entry per tag."""
    read: list[dict[str, Any]] = json.loads(report.read_text())
    return read


def probe(hook: str, report: Path, arguments: list[str]) -> None:
    """Be the hook."""
    data = sys.stdin.buffer.read()
    if hook == "pre-receive":  # <old> <new> <ref>
        lines = [line.split(b" ", 2) for line in data.splitlines()]
        data = b"".join(b"%s %s %s %s\n" % (ref, new, ref, old) for old, new, ref in lines)
        arguments = ["", ""]
    push = Push.parse(arguments[0], arguments[1], data)
    repository = GitRepository.find()
    place = Path(tempfile.mkdtemp())
    seen = []
    for number, ref in enumerate(ref for ref in push.refs if ref.tag is not None and not ref.deletes):
        assert ref.tag is not None
        tag = repository.tag(ref.tag, ref.local_oid, moved=ref.replaces)
        with unchanged(repository.common_dir, *([repository.top] if repository.top else [])):
            copy = export(repository, tag, place / str(number), home=place / "home")
        seen.append(
            {
                "name": tag.name,
                "commit": tag.commit,
                "headers": tag.headers,
                "local_ref": ref.local_ref,
                "root": str(copy.root),
                "files": {name: (copy.root / name).is_file() for name in repository.tree(tag.commit).paths()},
                "describe": in_copy(copy, "describe", "--tags", "--exact-match"),
                "tags": in_copy(copy, "tag").splitlines(),
                "head": in_copy(copy, "rev-parse", "HEAD"),
                "environment": sorted(os.environ),
                "top": str(repository.top),
            }
        )
    report.write_text(json.dumps(seen))


if __name__ == "__main__":
    probe(sys.argv[1], Path(sys.argv[2]), sys.argv[3:])
