"""Throwaway ground: a project in a repository of its own, bare remotes, both hooks, an index, and the workflow."""

from __future__ import annotations

import re
import shutil
import sys
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from tagward.model.refs import TAGS, Tag
from tagward.model.rehearsal import Flaw, Outcome, Scene
from tagward.tools import flaws, hooks
from tagward.tools.environ import GUARD, scratch_env
from tagward.tools.export import export
from tagward.tools.ground_workflow import Stage
from tagward.tools.index import Index
from tagward.tools.index_state import VARIABLE
from tagward.tools.installers import find_installers
from tagward.tools.localindex import local_index
from tagward.tools.run import Completed, run
from tagward.tools.scratch import scratch
from tagward.tools.trial import try_release

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagward.tools.git import GitRepository

SANDBOX = Path(__file__).parent.parent / "sandbox"
HEADS = "refs/heads/"
SETTLED = "refs/tagward/settled"
SECONDS = 1800
_COMMIT_HOOKS = """\
repos:
  - repo: local
    hooks:
      - id: tagward
        name: release consistency
        entry: '"{python}" -I -m tagward check --fast'
        language: system
        pass_filenames: false
"""
_PYTHONS = re.compile(r"(?m)^requires-python = .*$")
_WHO = ("Rehearsal", "rehearsal@localhost")


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the project of a rehearsal comes from.

    Attributes:
        repository: the user's, which is only read; None for the built-in project.
        template: the folder of the built-in project.
        workflow: the text of the workflow, where the project has none of its own.
        offline: nothing is installed from an index or kept in a cache of the user.
    """

    repository: GitRepository | None = None
    template: Path = SANDBOX
    workflow: str = ""
    offline: bool = False


@dataclass(slots=True)
class ThrowawayGround:
    """See `tagward.rehearsal.Ground`: everything is below one scratch folder, and goes with it.

    Attributes:
        folder: that folder.
        page: what the gate of the pushed tag has left as its report; empty where it left none.
    """

    scene: Scene
    origin: Origin
    folder: Path
    page: str = ""
    _stack: ExitStack = field(default_factory=ExitStack)
    _env: dict[str, str] = field(default_factory=dict)
    _stages: list[Stage] = field(default_factory=list)

    @property
    def root(self) -> Path:
        """The working tree."""
        return self.folder / "project"

    @property
    def _remotes(self) -> dict[str, Path]:
        return {"origin": self.folder / "hub" / self.scene.slug, "second": self.folder / "second.git"}

    # The ground itself.

    def prepare(self) -> Outcome:
        """Make all of it."""
        home = self.folder / "home"
        home.mkdir()
        self._env = self._environment(home)
        if self.origin.repository:
            self._copy(self.origin.repository, home)
        else:
            self._begin()
        for name, path in self._remotes.items():
            run(["git", "init", "-q", "--bare", path], cwd=self.folder, env=self._env)
            # What the project has need not be copied (gitrepository-layout(5), objects/info/alternates).
            (path / "objects/info/alternates").write_text(f"{self.root}/.git/objects\n", encoding="utf-8")
            self._git("remote", "add", name, str(path))
            if self._tags():
                self._git("push", "-q", "--no-verify", name, "--tags")
        config = self.folder / "pre-commit.yaml"
        config.write_text(_COMMIT_HOOKS.format(python=sys.executable), encoding="utf-8")
        own = self.root / ".pre-commit-config.yaml"
        chosen = own if own.is_file() and not self.origin.repository else config
        run([sys.executable, "-I", "-m", "pre_commit", "install", "-c", chosen], cwd=self.root, env=self._env)
        hooks.install(self.root, Path(sys.executable))
        self.settle()
        self._open_index()
        return Outcome(accepted=True, said="")

    def _environment(self, home: Path) -> dict[str, str]:
        env = {**scratch_env(home), **find_installers().settings, "PRE_COMMIT_HOME": str(home / "pre-commit")}
        # The hook is to run here for real, which the guard against endless recursion would refuse.
        del env[GUARD]
        for role in ("AUTHOR", "COMMITTER"):
            env |= {f"GIT_{role}_{what}": value for what, value in zip(("NAME", "EMAIL"), _WHO, strict=True)}
        if self.origin.offline:
            caches = {f"{name}_CACHE_DIR": str(home / name.lower()) for name in ("PIP", "UV")}
            env |= {"PIP_NO_INDEX": "1", "UV_OFFLINE": "1", **caches}
        return env

    def _begin(self) -> None:
        """The built-in project, with a release behind it."""
        shutil.copytree(self.origin.template, self.root, ignore=shutil.ignore_patterns("__pycache__"))
        described = self.root / "pyproject.toml"
        major, minor = sys.version_info[:2]
        only = (
            f'requires-python = ">={major}.{minor},<{major}.{minor + 1}"'  # the workflow tries every Python it is for
        )
        described.write_text(_PYTHONS.sub(only, described.read_text(encoding="utf-8")), encoding="utf-8")
        self._write_workflow()
        self._git("init", "-q", "-b", self.scene.branch, ".")
        self._git("add", ".")
        self._git("commit", "-qm", f"Release {self.scene.before}")
        self.tag(f"v{self.scene.before}")

    def _copy(self, repository: GitRepository, home: Path) -> None:
        """The user's HEAD with all tags, which borrows the user's objects."""
        scene = self.scene
        export(repository, Tag(scene.tag, scene.commit, scene.commit, "commit"), self.root, home=home)
        self._git("tag", "-d", scene.tag)
        self._git("config", "--unset", "core.hooksPath")
        self._git("config", "--remove-section", "remote.origin", check=False)
        self._git("checkout", "-q", "-B", scene.branch)
        if self.origin.workflow:
            self._write_workflow()
            self._git("add", "-f", "--", scene.workflow)
            self._git("commit", "-qm", "The workflow that tagward init would write")

    def _write_workflow(self) -> None:
        path = self.root / self.scene.workflow
        if self.origin.workflow and not path.is_file():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(self.origin.workflow, encoding="utf-8")

    def _open_index(self) -> None:
        """An index, on which an earlier release is known and taken back, because its files are not here."""
        files = self.folder / "index"
        files.mkdir()
        if self.scene.before:
            name = f"{re.sub(r'[-_.]+', '_', self.scene.project).lower()}-{self.scene.before}.tar.gz"
            (files / name).touch()
            (files / f".{name}.yanked").write_text("it stands for the releases before", encoding="utf-8")
        index = self._stack.enter_context(local_index(files))
        self._env[VARIABLE] = index.simple
        settings = {name: value for name, value in self._env.items() if name.startswith(("PIP_", "UV_"))}
        hub = self.folder / "hub"
        self._stages.append(Stage(self.scene, self.folder / "workflow", hub, index, files, settings))

    def close(self) -> None:
        """Let go of the index."""
        self._stack.close()

    # What a person does.

    def state(self, version: str, *, forgetting: bool = False) -> Outcome:
        """Set the version everywhere, with `tagward bump`; with `forgetting`, in all places but one. It is staged."""
        words = ["bump", version, *(("--folder", self.scene.folder) if self.scene.folder else ())]
        done = run([sys.executable, "-I", "-m", "tagward", *words], cwd=self.root, env=self._env, check=False)
        if not done.status:
            if forgetting:
                self._git("checkout", "-q", "--", self.scene.forgettable)
            self._git("add", "-u")
        return _outcome(done)

    def plant(self, flaw: Flaw) -> None:
        """Write something wrong, and stage what the commit is to hold of it."""
        staged = flaws.plant(flaw, self.root / self.scene.folder, self.root / self.scene.module)
        self._git("add", "-f", "--", *map(str, staged))

    def change(self) -> None:
        """Change a file that ships, or else one that the sdist has. It is staged."""
        file = self.root / (self.scene.module or Path(self.scene.folder, "pyproject.toml"))
        flaws.append(file, flaws.SOMETHING)
        self._git("add", "--", str(file))

    def commit(self, message: str) -> Outcome:
        """Commit what is staged, through pre-commit."""
        return _outcome(self._git("commit", "-qm", message, check=False))

    def tag(self, name: str) -> None:
        """Make an annotated tag at HEAD."""
        self._git("tag", "-a", "-m", name, name)

    def push(self, *refs: str, remote: str = "origin") -> Outcome:
        """Push through the hook."""
        done = self._git("push", remote, *refs, check=False)
        listed = self._git("ls-remote", "--refs", remote).text.split()[1::2]
        names = frozenset(name.removeprefix(HEADS).removeprefix(TAGS) for name in listed)
        if not done.status and self.scene.tag in refs and not self.page:
            report = self.root / ".git/tagward/last/report.html"
            self.page = report.read_text(encoding="utf-8") if report.is_file() else ""
        return Outcome(not done.status, done.text + done.error, names)

    def retract(self, tag: str) -> None:
        """Take a tag away, here and from the remote, past the hook."""
        self._git("push", "-q", "--no-verify", "origin", f":{TAGS}{tag}")
        self._git("tag", "-d", tag)

    def settle(self) -> None:
        """Keep what is committed."""
        self._git("update-ref", SETTLED, "HEAD")

    def reset(self) -> None:
        """Drop everything since `settle`, and all tags that are not on the remote."""
        self._git("reset", "-q", "--hard", SETTLED)
        self._git("clean", "-fdq")
        there = set(self._git("ls-remote", "--tags", "--refs", "origin").text.split()[1::2])
        for name in self._tags():
            if name not in there:
                self._git("update-ref", "-d", name)

    # What happens elsewhere.

    def publish(self, *, tampered: bool) -> Outcome:
        """Publish the GitHub release of the tag."""
        text = self._git("show", f"{self.scene.tag}:{self.scene.workflow}", check=False)
        commit = self._git("rev-parse", f"{self.scene.tag}^{{commit}}").text.strip()
        if text.status:
            return Outcome(accepted=False, said=text.error)
        return self._stages[0].run(text.stdout, commit, tampered=tampered)

    def publish_with_act(self) -> Outcome:
        """The same under act, to an index of its own."""
        stage, folder = self._stages[0], self.folder / "act"
        self._git("checkout", "-q", self.scene.tag)
        try:
            with local_index(folder / "index") as index:
                beside = replace(stage, folder=folder / "run", index=index, files=folder / "index")
                return beside.run_with_act(self.root)
        finally:
            self._git("checkout", "-q", self.scene.branch)

    def overwrite(self) -> Outcome:
        """Upload another wheel of the same name to the index."""
        stage, folder = self._stages[0], self.folder / "other"
        folder.mkdir()
        name = next(name for name in stage.released() if name.endswith(".whl"))
        other = folder / name
        other.write_bytes(flaws.tampered((stage.files / name).read_bytes()))
        return _outcome(stage.upload([other], folder))

    def install(self) -> Outcome:
        """Install the release from the index, import it, and ask for its version."""
        stage, scene = self._stages[0], self.scene
        index = Index("the local index", stage.index.upload, stage.index.simple)
        digests = list(stage.released().values())
        trial = try_release(index, scene.project, scene.version, digests, scene.imports, named=self.origin.offline)
        broken = trial.trouble or trial.failure
        used = ", ".join(f"import {loaded.name}" for loaded in trial.imports)
        said = f"Python {trial.python}: {used}, and it says {trial.version}"
        return Outcome(not broken, "\n".join((broken, *trial.excerpt)) if broken else said)

    def _tags(self) -> list[str]:
        return self._git("for-each-ref", "--format=%(refname)", TAGS).text.split()

    def _git(self, *words: str, check: bool = True) -> Completed:
        return run(["git", *words], cwd=self.root, env=self._env, check=check, timeout=SECONDS)


def _outcome(done: Completed) -> Outcome:
    return Outcome(not done.status, done.text + done.error)


@contextmanager
def throwaway(scene: Scene, origin: Origin) -> Iterator[ThrowawayGround]:
    """Ground for one rehearsal; it goes with the context, whatever happens.

    Raises:
        CannotJudge: git, pre-commit or the machine do not work here.
    """
    with scratch("rehearsal") as folder:
        ground = ThrowawayGround(scene, origin, folder)
        try:
            yield ground
        finally:
            ground.close()
