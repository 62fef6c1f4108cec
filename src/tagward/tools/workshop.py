"""Brings a candidate from one state to the next, in one scratch folder."""

from __future__ import annotations

import os
import re
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from tagward import _toml
from tagward.errors import CannotJudge
from tagward.model.distributions import Distributions
from tagward.model.events import Notify, Working, silence
from tagward.survey import survey, tags_after
from tagward.tools import twine
from tagward.tools.archives import read_distribution
from tagward.tools.build import backend_in, build
from tagward.tools.environ import scratch_env
from tagward.tools.environment import Environment, install
from tagward.tools.export import export, on_disk_only
from tagward.tools.installers import Installers, find_installers
from tagward.tools.scratch import scratch
from tagward.tools.tags import dated_tags_at
from tagward.tools.trees import FolderTree

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tagward.model.candidate import Candidate
    from tagward.model.distributions import BuildFailure
    from tagward.model.installation import Installation, Loaded
    from tagward.model.workspace import Workspace
    from tagward.tools.git import GitRepository

_PATH = re.compile(r"[\w@%+=.-]+(?:/[\w@%+=.-]+)*")


@dataclass(frozen=True, slots=True)
class LocalWorkshop:
    """The workshop of this machine.

    Attributes:
        repository: the user's repository; it is only read.
        logs: the folder for the logs of a tag, made when it is needed.
        notify: who listens to what is being done.
    """

    repository: GitRepository
    logs: Path
    notify: Notify = silence
    _installers: list[Installers] = field(default_factory=list)

    @contextmanager
    def export(self, candidate: Candidate) -> Iterator[Workspace]:
        """See `tagward.judge.Workshop`: a scratch repository that holds the pushed object, checked out."""
        self.notify(Working("source", "copying the commit"))
        with scratch("gate") as folder:
            home = folder / "home"
            home.mkdir()
            exported = export(self.repository, candidate.tag, folder / "tree", home=home)
            commit = candidate.tag.commit
            tree = FolderTree(exported.root, self.repository.tree(commit).paths())
            tags = tags_after(dated_tags_at(self.repository, commit), candidate.tag)
            yield survey(candidate, tree, exported.root, exported.notes, tags)

    def build(self, workspace: Workspace) -> Distributions:
        """See `tagward.judge.Workshop`: pypa/build in isolated environments, then `twine check` on what it made."""
        root = _root(workspace)
        folder, tag = root.parent, workspace.candidate.tag
        self.notify(Working("build", "building the sdist, and the wheel from the sdist"))
        log = self._log(workspace, "build")
        env = {
            **self._variables(folder),
            "SOURCE_DATE_EPOCH": str(self.repository.commit_time(tag.commit)),
        }
        if "backend-path" in _toml.table(workspace.pyproject, "build-system"):
            # The backend is imported from the tree, and would find its own bytecode there and pack it. For all others
            # bytecode saves a third of the time.
            env["PYTHONDONTWRITEBYTECODE"] = "1"
        with _umask(0o022):
            project = root / workspace.candidate.folder
            failure = build(project, folder / "dist", env, self._find_installers(), log)
        backend = backend_in(log.read_text(encoding="utf-8", errors="replace"))
        files = tuple(read_distribution(path) for path in sorted((folder / "dist").iterdir(), key=_sdist_first))
        if failure:
            return Distributions(workspace, files, self._explained(failure, workspace), backend=backend)
        self.notify(Working("upload", "asking twine"))
        whole = [file.path for file in files if not file.fault]  # B003 speaks of the others; twine would only break
        said = twine.check(whole, scratch_env(folder / "home"), self._log(workspace, "twine"))
        return Distributions(workspace, files, twine=said, backend=backend)

    @contextmanager
    def install(self, distributions: Distributions) -> Iterator[Installation]:
        """See `tagward.judge.Workshop`: a fresh virtual environment, the wheel, and pip."""
        workspace = distributions.workspace
        folder = _root(workspace).parent
        self.notify(Working("install", "installing the wheel in a fresh environment"))
        environment = Environment(folder / "env", self._variables(folder), self._log(workspace, "install"))
        installation = install(distributions, environment)
        yield replace(
            installation,
            imports=tuple(self._located(loaded, workspace) for loaded in installation.imports),
            scripts=tuple(self._located(loaded, workspace) for loaded in installation.scripts),
        )

    def _variables(self, folder: Path) -> dict[str, str]:
        return {**scratch_env(folder / "home"), **self._find_installers().settings}

    def _find_installers(self) -> Installers:
        if not self._installers:
            self._installers.append(find_installers())
        return self._installers[0]

    def _log(self, workspace: Workspace, name: str) -> Path:
        """An empty file for what a tool says; in scratch where the repository cannot be written to."""
        safe = re.sub(r"[^\w.+-]", "_", workspace.candidate.tag.name)[:100]
        folder = self.logs / safe
        try:
            if hasattr(os, "geteuid") and self.repository.common_dir.stat().st_uid != os.geteuid():
                folder = _root(workspace).parent / "logs"
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"{name}.log").write_bytes(b"")
        except OSError:
            folder = _root(workspace).parent / "logs"
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"{name}.log").write_bytes(b"")
        return folder / f"{name}.log"

    def _explained(self, failure: BuildFailure, workspace: Workspace) -> BuildFailure:
        """Say which files that the build missed are on the developer's disk, but not in the commit."""
        found = _PATH.findall(f"{failure.reason}\n" + "\n".join(failure.excerpt[-3:]))
        words = {word for word in found if word.strip("./")}
        root = f"{_root(workspace)}/"
        absent = self._on_disk_only(workspace, {word.removeprefix(root.lstrip("/")) for word in words})
        notes = tuple(_not_committed(path, rule) for path, rule in absent)
        fixes = tuple(f"git add {'-f ' if rule else ''}{path}" for path, rule in absent)
        again = ("commit, and make the tag anew on that commit",) if fixes else ()
        return replace(failure, notes=(*failure.notes, *notes), fixes=(*failure.fixes, *fixes, *again))

    def _located(self, loaded: Loaded, workspace: Workspace) -> Loaded:
        """Turn a place in site-packages into one of the commit, and explain a missing module of the project's own."""
        place = loaded.place
        if place:
            own = [path for path in (f"src/{place.path}", place.path) if (_root(workspace) / path).is_file()]
            place = replace(place, path=own[0]) if own else place
        missing = loaded.missing.replace(".", "/")
        words = (
            {f"{top}{missing}{end}" for top in ("", "src/") for end in (".py", "/__init__.py")} if missing else set()
        )
        absent = self._on_disk_only(workspace, words)
        return replace(
            loaded, place=place, notes=(*loaded.notes, *(_not_committed(path, rule) for path, rule in absent))
        )

    def _on_disk_only(self, workspace: Workspace, words: set[str]) -> tuple[tuple[str, str], ...]:
        if not words or self.repository.top is None:
            return ()
        return on_disk_only(self.repository, workspace.candidate.tag.commit, sorted(words)[:200])


def _root(workspace: Workspace) -> Path:
    if workspace.root is None:
        raise CannotJudge("the commit was not exported")
    return workspace.root


def _sdist_first(path: Path) -> tuple[bool, str]:
    return path.suffix == ".whl", path.name


def _not_committed(path: str, rule: str) -> str:
    return f"{path} exists in your working tree but is not in the commit" + (f" ({rule})" if rule else "")


@contextmanager
def _umask(mask: int) -> Iterator[None]:
    """Modes of files go into the sdist; under another umask the same commit would give other bytes."""
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)
