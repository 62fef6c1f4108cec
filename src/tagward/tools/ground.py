"""Throwaway ground: a repository with the built-in project, bare remotes, our hook and pre-commit's."""

from __future__ import annotations

import re
import shutil
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tagward.model.rehearsal import Outcome
from tagward.tools import hooks
from tagward.tools.environ import GUARD, scratch_env
from tagward.tools.installers import find_installers
from tagward.tools.run import Completed, run
from tagward.tools.scratch import scratch

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

TEMPLATE = Path(__file__).parent.parent / "sandbox"
PACKAGE = "src/tagward_sandbox/__init__.py"
_VERSION = re.compile(r'(?m)^(?P<name>version|__version__) = ".*"$')
_COMMIT_HOOKS = """\
repos:
  - repo: local
    hooks:
      - id: tagward
        name: release consistency
        entry: {python} -I -m tagward check --fast
        language: system
        pass_filenames: false
"""
WHO = ("Rehearsal", "rehearsal@localhost")


@dataclass(frozen=True, slots=True)
class SandboxGround:
    """See `tagward.rehearsal.Ground`: the built-in project in a scratch folder.

    Attributes:
        root: the working tree.
        env: the environment of every process there.
    """

    root: Path
    env: Mapping[str, str]

    def write_version(self, version: str, *, module: str) -> None:
        """State a version in pyproject.toml, and `module` in the import package."""
        for path, stated in (("pyproject.toml", version), (PACKAGE, module)):
            text = (self.root / path).read_text(encoding="utf-8")
            self.write(path, _VERSION.sub(rf'\g<name> = "{stated}"', text))

    def write(self, path: str, text: str) -> None:
        """Write a file into the working tree."""
        (self.root / path).write_text(text, encoding="utf-8", newline="\n")

    def commit(self, message: str, *, add: tuple[str, ...] = (".",)) -> Outcome:
        """Commit what is named, through pre-commit."""
        self._git("add", "--", *add)
        done = self._git("commit", "-qm", message, check=False)
        return Outcome(not done.status, done.text + done.error)

    def tag(self, name: str) -> None:
        """Make an annotated tag at HEAD."""
        self._git("tag", "-a", "-m", name, name)

    def push(self, *refs: str, remote: str = "origin") -> Outcome:
        """Push through the hook."""
        done = self._git("push", remote, *refs, check=False)
        listed = self._git("ls-remote", "--refs", remote).text.split()[1::2]
        names = frozenset(name.removeprefix("refs/heads/").removeprefix("refs/tags/") for name in listed)
        return Outcome(not done.status, done.text + done.error, names)

    def reset(self) -> None:
        """Drop everything since the last commit that is on the remote, and all tags that are not."""
        self._git("reset", "-q", "--hard", "origin/main")
        self._git("clean", "-fdq")
        for name in self._git("tag", "--list").text.split():
            self._git("tag", "-d", name)

    def _git(self, *words: str, check: bool = True) -> Completed:
        return run(["git", *words], cwd=self.root, env=self.env, check=check, timeout=600)


@contextmanager
def sandbox() -> Iterator[SandboxGround]:
    """The built-in project, committed, with two bare remotes and both hooks; it goes with the context.

    Raises:
        CannotJudge: git or pre-commit do not work here.
    """
    with scratch("rehearsal") as folder:
        home = folder / "home"
        home.mkdir()
        env = {**scratch_env(home), **find_installers().settings, **_identity()}
        # The hook is to run here for real, which the guard against endless recursion would refuse.
        del env[GUARD]
        # The project of the sandbox is on no index, and a rehearsal asks none.
        env["PIP_NO_INDEX"] = "1"
        env["PRE_COMMIT_HOME"] = str(home / "pre-commit")
        root = folder / "project"
        shutil.copytree(TEMPLATE, root, ignore=shutil.ignore_patterns("__pycache__"))
        (root / ".pre-commit-config.yaml").write_text(_COMMIT_HOOKS.format(python=sys.executable), encoding="utf-8")
        for words in (["init", "-q", "-b", "main", "."], ["add", "."], ["commit", "-qm", "A project at 0.1.0"]):
            run(["git", *words], cwd=root, env=env)
        for name in ("origin", "second"):
            run(["git", "init", "-q", "--bare", folder / f"{name}.git"], cwd=folder, env=env)
            run(["git", "remote", "add", name, folder / f"{name}.git"], cwd=root, env=env)
        hooks.install(root, Path(sys.executable))
        run([sys.executable, "-I", "-m", "pre_commit", "install"], cwd=root, env=env)
        yield SandboxGround(root, env)


def _identity() -> dict[str, str]:
    name, address = WHO
    return {
        f"GIT_{role}_{what}": value
        for role in ("AUTHOR", "COMMITTER")
        for what, value in (("NAME", name), ("EMAIL", address))
    }
