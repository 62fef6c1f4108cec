"""Brings a candidate from one state to the next, in one scratch folder."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from tagward import _toml
from tagward.acceptance.upload import judge
from tagward.errors import CannotJudge
from tagward.model.distributions import Distributions
from tagward.model.events import Entered, Notify, Working, silence
from tagward.model.receipt import Sealed
from tagward.survey import PYPROJECT, survey, tags_after
from tagward.tools import rendering, twine
from tagward.tools.archives import read_distribution
from tagward.tools.artifacts import content_digest_of
from tagward.tools.build import Builder, build, builders_in
from tagward.tools.contents import compare
from tagward.tools.deep import differences_from_tree, release_before
from tagward.tools.environ import scratch_env
from tagward.tools.environment import Environment, install
from tagward.tools.export import export, on_disk_only
from tagward.tools.following import following
from tagward.tools.helpers import Helpers, helpers
from tagward.tools.installers import Installers, find_installers
from tagward.tools.kept import cache_folder
from tagward.tools.origins import located
from tagward.tools.previous import Lookup
from tagward.tools.scratch import scratch
from tagward.tools.secret_search import SecretSearch, outcome
from tagward.tools.tags import dated_tags_at
from tagward.tools.trees import FolderTree

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagward.model.candidate import Candidate
    from tagward.model.change import Release
    from tagward.model.contents import Contents
    from tagward.model.distributions import BuildFailure, Distribution
    from tagward.model.index_state import IndexState
    from tagward.model.installation import Installation, Loaded, Study
    from tagward.model.places import Place
    from tagward.model.refs import Tag
    from tagward.model.workspace import Workspace
    from tagward.tools.git import GitRepository
    from tagward.tools.index_state import Inquiry

_PATH = re.compile(r"[\w@%+=.-]+(?:/[\w@%+=.-]+)*")


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
    """

    repository: GitRepository
    logs: Path
    notify: Notify = silence
    delivery: Path | None = None
    inquiry: Inquiry | None = None
    deep: bool = False
    keeps: bool = True
    _installers: list[Installers] = field(default_factory=list)
    _helpers: list[Helpers] = field(default_factory=list)

    @contextlib.contextmanager
    def export(self, candidate: Candidate) -> Iterator[Workspace]:
        """See `tagward.judge.Workshop`: a scratch repository that holds the pushed object, checked out."""
        if self.inquiry:
            self.inquiry.prepare()
        self.notify(Working("source", "copying the commit"))
        with scratch("gate") as folder, self._help(candidate, folder) as beside:
            home = folder / "home"
            exported = export(self.repository, candidate.tag, folder / "tree", home=home)
            commit = candidate.tag.commit
            tree = FolderTree(exported.root, self.repository.tree(commit).paths())
            tags = tags_after(dated_tags_at(self.repository, commit), candidate.tag)
            workspace = survey(candidate, tree, exported.root, exported.notes, tags)
            beside.prepare(workspace.pyproject, folder / "env")
            yield replace(workspace, index=self._ask_index(workspace, workspace.project))

    @contextlib.contextmanager
    def _help(self, candidate: Candidate, folder: Path) -> Iterator[Helpers]:
        home = folder / "home"
        home.mkdir()
        time = str(self.repository.commit_time(candidate.tag.commit))
        env = {**self._variables(folder), "SOURCE_DATE_EPOCH": time}
        builder = Builder(env, self._find_installers(), home, self._cache())
        with helpers(builder, scratch_env(home)) as beside:
            self._helpers.append(beside)
            try:
                yield beside
            finally:
                self._helpers.remove(beside)

    def _cache(self) -> Path | None:
        return cache_folder() if self.keeps else None

    def build(self, workspace: Workspace) -> Distributions:
        """See `tagward.judge.Workshop`: pypa/build in isolated environments, then `twine check` on what it made."""
        root = _root(workspace)
        folder, tag = root.parent, workspace.candidate.tag
        if self.inquiry:
            self.inquiry.require(workspace.index)
        self.notify(Working("build", "building the sdist, and the wheel from the sdist"))
        log = self._log(workspace, "build")
        tracked = self.repository.tree(tag.commit).paths()
        commit = SecretSearch()
        before = self._look_up(workspace, workspace.index)
        beside = self._helpers[-1]
        with ThreadPoolExecutor(1) as pool, following(log, self._enter):
            done = pool.submit(commit.read, root, tracked)
            project = root / workspace.candidate.folder
            failure = beside.builder.build(project, folder / "dist", log)
        builders = builders_in(log.read_text(encoding="utf-8", errors="replace"))
        backend = " ".join(next(iter(builders.items()), ()))
        paths = sorted((folder / "dist").iterdir(), key=_sdist_first)
        searches = [SecretSearch(path.name, commit.known) for path in paths]
        files = tuple(read_distribution(path, one.visit) for path, one in zip(paths, searches, strict=True))
        search = outcome([done.result(), *searches], workspace.candidate.config.secrets_allowed)
        question = rendering.ask([file.artifact for file in files if file.artifact], beside.renderer)
        if failure:
            judged = self._judged(files, question, workspace)
            explained = self._explained(failure, workspace)
            return Distributions(workspace, judged, explained, backend=backend, search=search)
        self.notify(Working("upload", "asking twine and PyPI's rules"))
        whole = [file.path for file in files if not file.fault]  # B003 speaks of the others; twine would only break
        if whole:
            twine.ask(whole, beside.twine)
        named = next((file.name for file in files if file.name), "")
        index = workspace.index or self._ask_index(workspace, named)
        if self.inquiry:
            self.inquiry.require(index)
        contents = compare(workspace, root, FolderTree(root, tracked), files)
        before = before or self._look_up(workspace, index)
        earlier = before.wait() if before else None
        if self.deep:
            contents, earlier = self._deeper(workspace, files, contents, earlier)
        judged = self._judged(files, question, workspace)
        said = twine.answers(whole, beside.twine, beside.variables, self._log(workspace, "twine"))
        return Distributions(
            workspace,
            judged,
            twine=said,
            backend=backend,
            builders=builders,
            search=search,
            index=index,
            contents=contents,
            before=earlier,
        )

    def _enter(self, part: str) -> None:
        self.notify(Entered(part))

    def _deeper(
        self,
        workspace: Workspace,
        files: tuple[Distribution, ...],
        contents: Contents | None,
        earlier: Release | None,
    ) -> tuple[Contents | None, Release | None]:
        """What further builds tell: how the wheel of the commit differs, and the release before without an index."""
        folder, log = _root(workspace).parent, self._log(workspace, "build-deep")
        env = self._helpers[-1].builder.env
        settings = {"installers": self._find_installers(), "cache": self._cache()}
        builder = partial(build, env=env, log=log, wheel_only=True, **settings)
        if contents:
            self.notify(Working("contents", "building the wheel from the commit itself"))
            found = differences_from_tree(self.repository, workspace, files, folder / "deep", builder)
            contents = replace(contents, differing=found)
        if earlier is None or not (earlier.wheel or earlier.first):
            self.notify(Working("contents", "building the release before from its tag"))
            with contextlib.suppress(CannotJudge):  # then it is compared with nothing, and that is said
                made = release_before(self.repository, workspace.candidate, folder / "earlier", builder)
                earlier = made or earlier
        return contents, earlier

    def _look_up(self, workspace: Workspace, state: IndexState | None) -> Lookup | None:
        """Begin to look for the release before, beside the build; None where the index is not asked."""
        if state is None:
            return None
        folder = _root(workspace).parent / "before"
        folder.mkdir(exist_ok=True)
        cache = self.repository.common_dir / "tagward" / "before"
        return Lookup(state, workspace.candidate.version, folder, cache).start()

    def _ask_index(self, workspace: Workspace, project: str) -> IndexState | None:
        """What the index has of the project; None where it is not to be asked, or nobody knows the name yet."""
        if self.inquiry is None or not project:
            return None
        self.notify(Working("index", "asking the index"))
        candidate = workspace.candidate
        made = self.repository.commit_time(candidate.tag.commit)
        return self.inquiry.ask(project, candidate.version, made)

    def _judged(
        self, files: tuple[Distribution, ...], question: rendering.Question, workspace: Workspace
    ) -> tuple[Distribution, ...]:
        """The files with what PyPI's rules say of each, and where in the commit it comes from."""
        root = _root(workspace)
        artifacts = [file.artifact for file in files if file.artifact]
        described = dict(zip([artifact.file for artifact in artifacts], question.answers(), strict=True))
        path = (workspace.candidate.folder + "/" if workspace.candidate.folder else "") + PYPROJECT
        text = ""
        with contextlib.suppress(OSError, _toml.TomlError):
            text = _toml.decode((root / path).read_bytes())
        return tuple(
            replace(
                file,
                refusals=located(judge(file.artifact, described[file.file]), path, text),
                described=described[file.file],
            )
            if file.artifact
            else file
            for file in files
        )

    @contextlib.contextmanager
    def install(self, distributions: Distributions) -> Iterator[Installation]:
        """See `tagward.judge.Workshop`: a fresh virtual environment, the wheel, and pip."""
        workspace = distributions.workspace
        folder = _root(workspace).parent
        self.notify(Working("install", "installing the wheel in a fresh environment"))
        uv = self._find_installers().uv
        environment = Environment(folder / "env", self._variables(folder), self._log(workspace, "install"), uv)
        self._helpers[-1].await_environment()
        installation = install(distributions, environment)
        yield replace(
            installation,
            imports=tuple(self._located(loaded, workspace) for loaded in installation.imports),
            scripts=tuple(self._located(loaded, workspace) for loaded in installation.scripts),
            modules=tuple(self._located(loaded, workspace) for loaded in installation.modules),
            effects=tuple(self._located(loaded, workspace) for loaded in installation.effects),
            study=self._studied(installation.study, workspace),
        )

    def deliver(self, distributions: Distributions) -> tuple[Sealed, ...]:
        """See `tagward.judge.Workshop`: the files go into the folder that waits for them, each read once more."""
        sealed = []
        for file in distributions.files:
            try:
                path = self._delivered(file)
                with path.open("rb") as copy:
                    sha256 = hashlib.file_digest(copy, "sha256").hexdigest()
                content = content_digest_of(file.artifact) if file.artifact else ""
            except (OSError, ValueError) as failure:
                raise CannotJudge(f"{file.file} cannot be handed over: {failure}") from failure
            if sha256 != file.sha256:
                raise CannotJudge(
                    f"{file.file} is not what was judged any more",
                    why="something that the build or the checks started has written to it since",
                )
            sealed.append(Sealed(file.file, file.size, sha256, content))
        return tuple(sealed)

    def _delivered(self, file: Distribution) -> Path:
        return Path(shutil.copyfile(file.path, self.delivery / file.file)) if self.delivery else file.path

    def _variables(self, folder: Path) -> dict[str, str]:
        return {**scratch_env(folder / "home"), **self._find_installers().settings}

    def _find_installers(self) -> Installers:
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

    def _log(self, workspace: Workspace, name: str) -> Path:
        """An empty file for what a tool says; in scratch where the repository cannot be written to."""
        folder = self._log_folder(workspace.candidate.tag)
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

    def _studied(self, study: Study, workspace: Workspace) -> Study:
        """The same with places of the commit."""
        return replace(
            study,
            borrowed=tuple(replace(one, place=_in_commit(one.place, workspace)) for one in study.borrowed),
            misfits=tuple(replace(one, place=_in_commit(one.place, workspace)) for one in study.misfits),
        )

    def _located(self, loaded: Loaded, workspace: Workspace) -> Loaded:
        """Turn a place in site-packages into one of the commit, and explain a missing module of the project's own."""
        place = _in_commit(loaded.place, workspace) if loaded.place else None
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


def _in_commit(place: Place, workspace: Workspace) -> Place:
    own = [path for path in (f"src/{place.path}", place.path) if (_root(workspace) / path).is_file()]
    return replace(place, path=own[0]) if own else place


def _root(workspace: Workspace) -> Path:
    if workspace.root is None:
        raise CannotJudge("the commit was not exported")
    return workspace.root


def _sdist_first(path: Path) -> tuple[bool, str]:
    return path.suffix == ".whl", path.name


def _not_committed(path: str, rule: str) -> str:
    return f"{path} exists in your working tree but is not in the commit" + (f" ({rule})" if rule else "")
