"""From an exported commit to its distributions, and everything that can be asked of them."""

from __future__ import annotations

import contextlib
import hashlib
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from tagward import _toml
from tagward.acceptance.upload import judge
from tagward.errors import CannotJudge
from tagward.model.distributions import Distributions
from tagward.model.events import Entered, Working
from tagward.model.receipt import Sealed
from tagward.survey import PYPROJECT
from tagward.tools import rendering, twine
from tagward.tools.archives import read_distribution
from tagward.tools.artifacts import content_digest_of
from tagward.tools.build import build as build_at_once
from tagward.tools.build import builders_in
from tagward.tools.contents import compare
from tagward.tools.deep import differences_from_tree, release_before
from tagward.tools.delivery import altered
from tagward.tools.following import following
from tagward.tools.notes import notes
from tagward.tools.origins import located
from tagward.tools.previous import Lookup
from tagward.tools.secret_search import SecretSearch, outcome
from tagward.tools.trees import FolderTree
from tagward.tools.workshop import root_of

if TYPE_CHECKING:
    from tagward.model.change import Release
    from tagward.model.contents import Contents
    from tagward.model.distributions import Distribution
    from tagward.model.index_state import IndexState
    from tagward.model.workspace import Workspace
    from tagward.tools.workshop import LocalWorkshop


def finish(shop: LocalWorkshop, workspace: Workspace, log: Path) -> Distributions:
    """Wait for a build that has begun, and ask of what it made all that can be asked.

    Args:
        shop: whose.
        workspace: what is built.
        log: what the build says.
    """
    root = root_of(workspace)
    folder, tag = root.parent, workspace.candidate.tag
    tracked = shop.repository.tree(tag.commit).paths()
    commit = SecretSearch()
    before = _look_up(shop, workspace, workspace.index)
    beside = shop.beside
    with ThreadPoolExecutor(1) as pool, following(log, lambda part: shop.notify(Entered(part))):
        done = pool.submit(commit.read, root, tracked)
        for module in ("tagward.tools.users", *shop.later):
            pool.submit(import_module, module)
        failure = beside.builder.result()
    builders = builders_in(log.read_text(encoding="utf-8", errors="replace"))
    backend = " ".join(next(iter(builders.items()), ()))
    paths = sorted((folder / "dist").iterdir(), key=_sdist_first)
    searches = [SecretSearch(path.name, commit.known) for path in paths]
    files = tuple(read_distribution(path, one.visit) for path, one in zip(paths, searches, strict=True))
    search = outcome([done.result(), *searches], workspace.candidate.config.secrets_allowed)
    question = rendering.ask([file.artifact for file in files if file.artifact], beside.renderer)
    if failure:
        judged = _judged(files, question, workspace)
        from tagward.tools.users import explained  # noqa: PLC0415  # imported beside the build

        why = explained(shop, failure, workspace)
        return Distributions(workspace, judged, why, backend=backend, search=search)
    shop.notify(Working("upload", "asking twine and PyPI's rules"))
    whole = [file.path for file in files if not file.fault]  # B003 speaks of the others; twine would only break
    if whole:
        twine.ask(whole, beside.twine)
    named = next((file.name for file in files if file.name), "")
    index = workspace.index or shop.ask_index(workspace, named)
    if shop.inquiry:
        shop.inquiry.require(index)
    contents = compare(workspace, root, FolderTree(root, tracked), files)
    before = before or _look_up(shop, workspace, index)
    earlier = before.wait() if before else None
    if shop.deep:
        contents, earlier = _deeper(shop, workspace, files, contents, earlier)
    judged = _judged(files, question, workspace)
    said = twine.answers(whole, beside.twine, beside.variables, shop.log(workspace, "twine"))
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


def _deeper(
    shop: LocalWorkshop,
    workspace: Workspace,
    files: tuple[Distribution, ...],
    contents: Contents | None,
    earlier: Release | None,
) -> tuple[Contents | None, Release | None]:
    """What further builds tell: how the wheel of the commit differs, and the release before without an index."""
    folder, log = root_of(workspace).parent, shop.log(workspace, "build-deep")
    env = shop.beside.builder.env
    builder = partial(
        build_at_once, env=env, installers=shop.installers(), log=log, cache=shop.cache(), wheel_only=True
    )
    if contents:
        shop.notify(Working("contents", "building the wheel from the commit itself"))
        found = differences_from_tree(shop.repository, workspace, files, folder / "deep", builder)
        contents = replace(contents, differing=found)
    if earlier is None or not (earlier.wheel or earlier.first):
        shop.notify(Working("contents", "building the release before from its tag"))
        with contextlib.suppress(CannotJudge):  # then it is compared with nothing, and that is said
            made = release_before(shop.repository, workspace.candidate, folder / "earlier", builder)
            earlier = made or earlier
    return contents, earlier


def _look_up(shop: LocalWorkshop, workspace: Workspace, state: IndexState | None) -> Lookup | None:
    """Begin to look for the release before, beside the build; None where the index is not asked."""
    if state is None:
        return None
    folder = root_of(workspace).parent / "before"
    folder.mkdir(exist_ok=True)
    cache = notes(shop.repository.common_dir) / "before"
    return Lookup(state, workspace.candidate.version, folder, cache).start()


def _judged(
    files: tuple[Distribution, ...], question: rendering.Question, workspace: Workspace
) -> tuple[Distribution, ...]:
    """The files with what PyPI's rules say of each, and where in the commit it comes from."""
    root = root_of(workspace)
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


def deliver(shop: LocalWorkshop, distributions: Distributions) -> tuple[Sealed, ...]:
    """See `tagward.judge.Workshop`: the files go into the folder that waits for them, each read once more."""
    sealed = []
    for file in distributions.files:
        try:
            path = _delivered(shop, file)
            with path.open("rb") as copy:
                sha256 = hashlib.file_digest(copy, "sha256").hexdigest()
            content = content_digest_of(file.artifact) if file.artifact else ""
        except (OSError, ValueError) as failure:
            raise CannotJudge(f"{file.file} cannot be handed over: {failure}") from failure
        if sha256 != file.sha256:
            raise altered(file.file)
        sealed.append(Sealed(file.file, file.size, sha256, content))
    return tuple(sealed)


def _delivered(shop: LocalWorkshop, file: Distribution) -> Path:
    return Path(shutil.copyfile(file.path, shop.delivery / file.file)) if shop.delivery else file.path


def _sdist_first(path: Path) -> tuple[bool, str]:
    return path.suffix == ".whl", path.name
