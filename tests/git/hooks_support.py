"""Repositories, gits and stand-ins for the tests of the hook: everything real but the judge.

The test modules import this before pytest loads it as a plugin, hence: PYTEST_DONT_REWRITE.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import stat
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tagward.tools import hooks

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tagward.model.hooks import HookPlan, HookRemoval

ROOT = Path(__file__).parents[2]
SHIM = ROOT / "hooks" / "pre-push"
SECONDS = 20
"""No push of these tests lasts as long; before git 2.54 a hook that cannot be started hangs for ever."""

JUDGE = """\
#!{python} -I
import json, os, sys
words, log = sys.argv[1:], {log!r}
if words[:2] == ["-I", "-c"]:
    sys.exit()
if words[-1] == "--version":
    print("tagward 0.1.0")
    sys.exit()
sys.path.insert(0, {source!r})
from tagward.tools.hook_call import another_hook_answers
data = sys.stdin.buffer.read()
role = words[4].removeprefix("--role=")
left = another_hook_answers(role)
call = {{"argv": words, "stdin": data.decode("latin-1"), "left": left, "role": role, "cwd": os.getcwd()}}
with open(log, "a", encoding="utf-8") as file:
    file.write(json.dumps(call) + chr(10))
sys.exit(0 if left or b"-bad " not in data else 1)
"""
"""Stands where the interpreter stands: writes down what the shim hands over, and refuses tags that are called bad."""

FOREIGN = """\
#!/bin/sh
printf '%s\\n' "$@" >> '{log}.argv'
cat >> '{log}'
echo ran >> '{log}.runs'
[ ! -e '{log}.fails' ]
"""


@dataclass(frozen=True, slots=True)
class Pushed:
    """What a push left behind."""

    status: int
    out: str
    err: str


@dataclass(frozen=True, slots=True)
class Call:
    """One time that the shim started its interpreter."""

    argv: tuple[str, ...]
    stdin: bytes
    left: bool
    role: str
    cwd: str

    @property
    def refs(self) -> list[str]:
        """The remote refs, in the order of the lines."""
        return [line.rsplit(b" ", 3)[2].decode("latin-1") for line in self.stdin.splitlines()]


@dataclass(slots=True)
class Repo:
    """A repository with a commit, its bare remote, and the judge that stands in for tagward."""

    path: Path
    remote: Path
    judge: Path
    log: Path
    here: Path
    count: int = field(default=0)

    def run(self, *argv: str | Path, check: bool = True, env: Mapping[str, str] | None = None) -> Pushed:
        """Run anything in the repository."""
        done = subprocess.run(
            [str(word) for word in argv],
            cwd=self.here,
            env={**os.environ, **(env or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
        result = Pushed(done.returncode, os.fsdecode(done.stdout), os.fsdecode(done.stderr))
        assert not check or done.returncode == 0, (argv, result)
        return result

    def git(self, *words: str, check: bool = True) -> str:
        """Run git in the repository and return what it printed."""
        return self.run("git", *words, check=check).out.strip()

    def commit(self, message: str = "more") -> str:
        """Make a commit and return its object id."""
        self.count += 1
        (self.path / f"file{self.count}").write_text(f"{self.count}\n")
        self.git("-C", str(self.path), "add", "-A")
        self.git("-C", str(self.path), "commit", "-q", "--no-verify", "-m", message)
        return self.git("-C", str(self.path), "rev-parse", "HEAD")

    def push(self, *words: str, env: Mapping[str, str] | None = None, options: Sequence[str] = ()) -> Pushed:
        """Push to the remote."""
        return self.run("git", *options, "push", *words, check=False, env=env)

    def tags_there(self) -> set[str]:
        """The tags that the remote has."""
        return set(self.git("--git-dir", str(self.remote), "tag").split())

    @property
    def hooks(self) -> Path:
        """The hooks directory."""
        return self.common / "hooks"

    @property
    def common(self) -> Path:
        """The common git directory."""
        return Path(self.git("rev-parse", "--path-format=absolute", "--git-common-dir"))

    def install(self, *, dry_run: bool = False) -> HookPlan:
        """Install the hook, with the judge as its interpreter."""
        return hooks.install(self.here, self.judge, dry_run=dry_run)

    def uninstall(self) -> HookRemoval:
        """Uninstall the hook."""
        return hooks.uninstall(self.here)

    def calls(self) -> list[Call]:
        """Every time that the interpreter was started, since the last question."""
        text = self.log.read_text(encoding="utf-8") if self.log.exists() else ""
        self.log.unlink(missing_ok=True)
        return [_call(json.loads(line)) for line in text.splitlines()]

    def judged(self) -> list[Call]:
        """Every time that tags were judged, since the last question."""
        return [call for call in self.calls() if not call.left]

    def foreign(self, name: str = "pre-push") -> Path:
        """Put a hook of somebody else's into the hooks directory; it writes down what it gets."""
        self.hooks.mkdir(exist_ok=True)
        hook = self.hooks / name
        executable(hook, FOREIGN.format(log=self.foreign_log))
        return hook

    @property
    def foreign_log(self) -> Path:
        """What the foreign hook read."""
        return self.log.with_name("foreign")

    def foreign_runs(self) -> list[bytes]:
        """What the foreign hook read, once per run (in one piece where it ran once), since the last question."""
        runs = self.foreign_log.with_name("foreign.runs")
        count = len(runs.read_text().splitlines()) if runs.exists() else 0
        data = self.foreign_log.read_bytes() if self.foreign_log.exists() else b""
        for name in ("foreign", "foreign.runs", "foreign.argv"):
            self.log.with_name(name).unlink(missing_ok=True)
        return [data] * count


def _call(record: dict[str, object]) -> Call:
    argv = record["argv"]
    assert isinstance(argv, list)
    stdin = str(record["stdin"]).encode("latin-1")
    return Call(tuple(argv), stdin, bool(record["left"]), str(record["role"]), str(record["cwd"]))


def executable(path: Path, text: str) -> Path:
    """Write an executable file."""
    path.write_text(text, newline="\n")
    path.chmod(0o755)
    return path


def snapshot(folder: Path) -> dict[str, tuple[str, int, bytes]]:
    """Every file of a folder: its type, mode and bytes; nothing where there is no folder."""
    return {str(path.relative_to(folder)): _shot(path) for path in sorted(folder.rglob("*"))} if folder.exists() else {}


def _shot(path: Path) -> tuple[str, int, bytes]:
    mode = path.lstat().st_mode
    if stat.S_ISLNK(mode):
        return ("link", 0, os.fsencode(path.readlink()))
    return ("folder", 0, b"") if path.is_dir() else ("file", mode & 0o7777, path.read_bytes())


def whole(repo: Repo) -> dict[str, tuple[str, int, bytes]]:
    """Everything that `install` may touch: hooks, configuration, and tagward's own folder."""
    places = ("hooks", "config", "tagward")
    return {name: shot for name, shot in snapshot(repo.common).items() if name.partition("/")[0] in places}


def version_of(git: str) -> tuple[int, int]:
    """The version of a git."""
    said = subprocess.run([git, "version"], capture_output=True, text=True, check=True).stdout
    numbers = re.search(r"(\d+)\.(\d+)", said)
    assert numbers, said
    return int(numbers[1]), int(numbers[2])


def git_on_path() -> str:
    """The git on PATH."""
    return shutil.which("git") or pytest.skip("no git on PATH")


def newer_git() -> str:
    """A git with hooks in the configuration; skips without one."""
    named = os.environ.get("TAGWARD_TEST_GIT", "")
    if named and version_of(named) >= (2, 54):
        return named
    if version_of(git_on_path()) >= (2, 54):
        return git_on_path()
    return pytest.skip("no git 2.54 or newer: TAGWARD_TEST_GIT names none")


def older_git() -> str:
    """A git without hooks in the configuration; skips without one."""
    git = git_on_path()
    return git if version_of(git) < (2, 54) else pytest.skip("the git on PATH is 2.54 or newer")


def use(monkeypatch: pytest.MonkeyPatch, git: str, tools: Path) -> None:
    """Make a git the one on PATH, with nothing besides but the system's programs and the tools linked in a folder."""
    monkeypatch.setenv("PATH", os.pathsep.join([str(tools), str(Path(git).parent), "/usr/bin", "/bin"]))


@dataclass(frozen=True, slots=True)
class World:
    """An empty home, and the gits."""

    root: Path
    tools: Path
    found: str
    monkeypatch: pytest.MonkeyPatch

    def use(self, git: str) -> None:
        """Make a git the one on PATH."""
        use(self.monkeypatch, git, self.tools)

    def tool(self, name: str) -> str:
        """A program from the developer's PATH, made available; skips where there is none."""
        found = shutil.which(name, path=self.found)
        if not found:
            pytest.skip(f"{name} is not on PATH")
        (self.tools / name).symlink_to(found)
        return name

    def repo(self, name: str = "work", *options: str) -> Repo:
        """A repository with one commit and a bare remote that has nothing yet."""
        base = self.root / f"{name}-ground"
        base.mkdir()
        judge = executable(
            self.root / f"{name}-judge",
            JUDGE.format(python=sys.executable, log=str(base / "calls"), source=str(ROOT / "src")),
        )
        repo = Repo(base / name, base / "remote.git", judge, base / "calls", base)
        repo.run("git", "init", "-q", "--bare", repo.remote)
        repo.run("git", "init", "-q", "-b", "main", *options, repo.path)
        repo.here = repo.path
        repo.git("remote", "add", "origin", "../remote.git")
        repo.commit("the first")
        return repo


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """An empty home; no setting of the developer's, no `GIT_*` but what finds the programs."""
    found = os.environ.get("PATH", os.defpath)
    for name in list(os.environ):
        if name.startswith(("GIT_", "PRE_COMMIT", "TAGWARD_RUNNING", "LEFTHOOK", "HUSKY")):
            monkeypatch.delenv(name)
    home = tmp_path / "home"
    tools = tmp_path / "tools"
    home.mkdir()
    tools.mkdir()
    (home / "gitconfig").write_text(
        "[user]\n\tname = A Tester\n\temail = tester@example.invalid\n[init]\n\tdefaultBranch = main\n"
    )
    settings = {
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / ".config"),
        "XDG_CACHE_HOME": str(home / ".cache"),
        "GIT_CONFIG_GLOBAL": str(home / "gitconfig"),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "NO_COLOR": "1",
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    return World(tmp_path, tools, found, monkeypatch)


@pytest.fixture(params=["git-on-path", "TAGWARD_TEST_GIT"])
def any_git(request: pytest.FixtureRequest, world: World) -> World:
    """The same test with the git on PATH, and with one that has hooks in the configuration."""
    world.use(git_on_path() if request.param == "git-on-path" else newer_git())
    return world


@pytest.fixture
def old_git(world: World) -> World:
    """A git without hooks in the configuration."""
    world.use(older_git())
    return world


@pytest.fixture
def new_git(world: World) -> World:
    """A git with hooks in the configuration."""
    world.use(newer_git())
    return world


@pytest.fixture
def repo(any_git: World) -> Repo:
    """A repository, with either git."""
    return any_git.repo()
