"""Brings a candidate from one state to the next, in one scratch folder."""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from tagward import _toml
from tagward.errors import CannotJudge
from tagward.model.events import Notify, Working, silence
from tagward.model.versions import Unreadable
from tagward.survey import PYPROJECT, survey, tags_after
from tagward.tools.build import Builder
from tagward.tools.environ import scratch_env
from tagward.tools.export import export
from tagward.tools.helpers import Helpers, helpers
from tagward.tools.installers import Installers, find_installers
from tagward.tools.kept import cache_folder
from tagward.tools.notes import make
from tagward.tools.scratch import scratch
from tagward.tools.tags import dated_tags_at
from tagward.tools.trees import FolderTree
from tagward.tools.witness import Witness

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from contextlib import AbstractContextManager
    from pathlib import Path

    from tagward.model.candidate import Candidate
    from tagward.model.distributions import Distributions
    from tagward.model.index_state import IndexState
    from tagward.model.installation import Installation
    from tagward.model.receipt import Sealed
    from tagward.model.refs import Tag
    from tagward.model.workspace import Workspace
    from tagward.tools.git import GitRepository
    from tagward.tools.index_state import Inquiry
    from tagward.tools.run import Started


@dataclass(frozen=True, slots=True)
class LocalWorkshop:
    """The workshop of this machine.

    Attributes:
        repository: the user's repository; it is only read.
        logs: the folder for the logs of a tag, made when it is needed.
        notify: who listens to what is being done.
        delivery: an existing folder that waits for the distributions of a release that passes; None: nobody does.
        inquiry: the question to the index; None: it is not asked.
        deep: the wheel is built a second time, from the commit itself.
        keeps: build environments may be kept from one run to the next; a workflow trusts none.
        ahead: see `tagward.tools.ahead`; who takes it ends it.
        later: modules that are needed afterwards; they are imported while a build runs.
    """

    repository: GitRepository
    logs: Path
    notify: Notify = silence
    delivery: Path | None = None
    inquiry: Inquiry | None = None
    deep: bool = False
    keeps: bool = True
    ahead: list[Started] = field(default_factory=list)
    later: tuple[str, ...] = ()
    _installers: list[Installers] = field(default_factory=list)
    _helpers: list[Helpers] = field(default_factory=list)
    _witnesses: list[Witness] = field(default_factory=list)

    @contextlib.contextmanager
    def export(self, candidate: Candidate) -> Iterator[Workspace]:
        """See `tagward.judge.Workshop`: a scratch repository that holds the pushed object, checked out."""
        if self.inquiry:
            self.inquiry.prepare()
        self.notify(Working("source", "copying the commit"))
        with scratch("gate") as folder, self._help(candidate, folder) as beside:
            home, commit = folder / "home", candidate.tag.commit
            beside.prepare_build(self._pyproject(candidate))
            exported = export(self.repository, candidate.tag, folder / "tree", home=home)
            tree = FolderTree(exported.root, self.repository.tree(commit).paths())
            tags = tags_after(dated_tags_at(self.repository, commit), candidate.tag)
            notes = (*exported.notes, *self.installers().doubts)
            workspace = survey(candidate, tree, exported.root, notes, tags)
            self._witnesses[:] = [Witness.of(self.repository)]
            yield replace(workspace, index=self.ask_index(workspace, workspace.project))

    @contextlib.contextmanager
    def _help(self, candidate: Candidate, folder: Path) -> Iterator[Helpers]:
        home = folder / "home"
        home.mkdir()
        time = str(self.repository.commit_time(candidate.tag.commit))
        env = {**self.variables(folder), "SOURCE_DATE_EPOCH": time}
        builder = Builder(env, self.installers(), home, self.cache(), self.ahead.pop() if self.ahead else None)
        with helpers(builder, scratch_env(home)) as beside:
            self._helpers.append(beside)
            try:
                yield beside
            finally:
                self._helpers.remove(beside)

    def _pyproject(self, candidate: Candidate) -> Mapping[str, object]:
        """The project's file as the commit has it; empty where it cannot be read, of which others speak."""
        path = f"{candidate.folder}/{PYPROJECT}" if candidate.folder else PYPROJECT
        with contextlib.suppress(CannotJudge, Unreadable, _toml.TomlError):
            return _toml.parse(_toml.decode(self.repository.tree(candidate.tag.commit).read(path) or b""))
        return {}

    @property
    def beside(self) -> Helpers:
        """What helps the candidate that is exported."""
        return self._helpers[-1]

    def build(self, workspace: Workspace) -> Distributions:
        """See `tagward.judge.Workshop`: pypa/build in an isolated environment, then `twine check` on what it made."""
        if self.inquiry:
            self.inquiry.require(workspace.index)
        self.notify(Working("build", "building the sdist, and the wheel from the sdist"))
        root, log = root_of(workspace), self.log(workspace, "build")
        self.beside.builder.begin(root / workspace.candidate.folder, root.parent / "dist", log)
        self.beside.prepare(workspace.pyproject, root.parent / "env")
        from tagward.tools.products import finish  # noqa: PLC0415  # beside the build

        return finish(self, workspace, log)

    def install(self, distributions: Distributions) -> AbstractContextManager[Installation]:
        """See `tagward.judge.Workshop`."""
        from tagward.tools.users import install  # noqa: PLC0415  # see build

        return install(self, distributions)

    def deliver(self, distributions: Distributions) -> tuple[Sealed, ...]:
        """See `tagward.judge.Workshop`; nothing is handed over where what git runs or obeys was changed meanwhile."""
        from tagward.tools.products import deliver  # noqa: PLC0415  # see build

        for witness in self._witnesses:
            witness.require_unchanged()
        return deliver(self, distributions)

    def cache(self) -> Path | None:
        """Where things are kept from one run to the next; None where nothing may be."""
        return cache_folder() if self.keeps else None

    def ask_index(self, workspace: Workspace, project: str) -> IndexState | None:
        """What the index has of the project; None where it is not to be asked, or nobody knows the name yet."""
        if self.inquiry is None or not project:
            return None
        self.notify(Working("index", "asking the index"))
        candidate = workspace.candidate
        made = self.repository.commit_time(candidate.tag.commit)
        return self.inquiry.ask(project, candidate.version, made)

    def variables(self, folder: Path) -> dict[str, str]:
        """The variables of everything that builds, installs or imports."""
        return {**scratch_env(folder / "home"), **self.installers().settings}

    def installers(self) -> Installers:
        """What pip is configured to do, asked once."""
        if not self._installers:
            self._installers.append(find_installers())
        return self._installers[0]

    def read_logs(self, tag: Tag) -> dict[str, str]:
        """What tools said when a tag was judged last, by the name of the log; empty where that was not kept."""
        found = {}
        for path in sorted(self._log_folder(tag).glob("*.log")):
            with contextlib.suppress(OSError):
                found[path.stem] = path.read_text(encoding="utf-8", errors="surrogateescape")
        return found

    def _log_folder(self, tag: Tag) -> Path:
        return self.logs / re.sub(r"[^\w.+-]", "_", tag.name)[:100]

    def log(self, workspace: Workspace, name: str) -> Path:
        """An empty file for what a tool says; in scratch where it cannot be kept."""
        folder = self._log_folder(workspace.candidate.tag)
        try:
            make(folder)
            (folder / f"{name}.log").write_bytes(b"")
        except OSError:
            folder = root_of(workspace).parent / "logs"
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"{name}.log").write_bytes(b"")
        return folder / f"{name}.log"


def root_of(workspace: Workspace) -> Path:
    """The folder of the exported commit.

    Raises:
        CannotJudge: it was not exported.
    """
    if workspace.root is None:
        raise CannotJudge("the commit was not exported")
    return workspace.root
