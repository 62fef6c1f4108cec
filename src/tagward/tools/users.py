"""What users of a release would meet: the wheel in a fresh environment, told in places of the commit."""

from __future__ import annotations

import contextlib
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from tagward.model.events import Working
from tagward.tools.environment import Environment
from tagward.tools.environment import install as try_wheel
from tagward.tools.export import on_disk_only
from tagward.tools.workshop import root_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagward.model.distributions import BuildFailure, Distributions
    from tagward.model.installation import Installation, Loaded, Study
    from tagward.model.places import Place
    from tagward.model.workspace import Workspace
    from tagward.tools.workshop import LocalWorkshop

_PATH = re.compile(r"[\w@%+=.-]+(?:/[\w@%+=.-]+)*")


def explained(shop: LocalWorkshop, failure: BuildFailure, workspace: Workspace) -> BuildFailure:
    """Say which files that the build missed are on the developer's disk, but not in the commit."""
    found = _PATH.findall(f"{failure.reason}\n" + "\n".join(failure.excerpt[-3:]))
    words = {word for word in found if word.strip("./")}
    root = f"{root_of(workspace)}/"
    absent = _on_disk_only(shop, workspace, {word.removeprefix(root.lstrip("/")) for word in words})
    notes = tuple(_not_committed(path, rule) for path, rule in absent)
    fixes = tuple(f"git add {'-f ' if rule else ''}{path}" for path, rule in absent)
    again = ("commit, and make the tag anew on that commit",) if fixes else ()
    return replace(failure, notes=(*failure.notes, *notes), fixes=(*failure.fixes, *fixes, *again))


@contextlib.contextmanager
def install(shop: LocalWorkshop, distributions: Distributions) -> Iterator[Installation]:
    """See `tagward.judge.Workshop`: a fresh virtual environment, the wheel, and pip."""
    workspace = distributions.workspace
    folder = root_of(workspace).parent
    shop.notify(Working("install", "installing the wheel in a fresh environment"))
    uv = shop.installers().uv
    environment = Environment(folder / "env", shop.variables(folder), shop.log(workspace, "install"), uv)
    shop.beside.await_environment()
    installation = try_wheel(distributions, environment)
    yield replace(
        installation,
        imports=tuple(_located(shop, loaded, workspace) for loaded in installation.imports),
        scripts=tuple(_located(shop, loaded, workspace) for loaded in installation.scripts),
        modules=tuple(_located(shop, loaded, workspace) for loaded in installation.modules),
        effects=tuple(_located(shop, loaded, workspace) for loaded in installation.effects),
        study=_studied(installation.study, workspace),
    )


def _studied(study: Study, workspace: Workspace) -> Study:
    """The same with places of the commit."""
    return replace(
        study,
        borrowed=tuple(replace(one, place=_in_commit(one.place, workspace)) for one in study.borrowed),
        misfits=tuple(replace(one, place=_in_commit(one.place, workspace)) for one in study.misfits),
    )


def _located(shop: LocalWorkshop, loaded: Loaded, workspace: Workspace) -> Loaded:
    """Turn a place in site-packages into one of the commit, and explain a missing module of the project's own."""
    place = _in_commit(loaded.place, workspace) if loaded.place else None
    missing = loaded.missing.replace(".", "/")
    words = {f"{top}{missing}{end}" for top in ("", "src/") for end in (".py", "/__init__.py")} if missing else set()
    absent = _on_disk_only(shop, workspace, words)
    return replace(loaded, place=place, notes=(*loaded.notes, *(_not_committed(path, rule) for path, rule in absent)))


def _on_disk_only(shop: LocalWorkshop, workspace: Workspace, words: set[str]) -> tuple[tuple[str, str], ...]:
    if not words or shop.repository.top is None:
        return ()
    return on_disk_only(shop.repository, workspace.candidate.tag.commit, sorted(words)[:200])


def _in_commit(place: Place, workspace: Workspace) -> Place:
    own = [path for path in (f"src/{place.path}", place.path) if (root_of(workspace) / path).is_file()]
    return replace(place, path=own[0]) if own else place


def _not_committed(path: str, rule: str) -> str:
    return f"{path} exists in your working tree but is not in the commit" + (f" ({rule})" if rule else "")
