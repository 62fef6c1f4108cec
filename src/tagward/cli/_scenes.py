"""From a repository, or from the built-in project, to what a rehearsal is about."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from typing import TYPE_CHECKING

from packaging.version import Version

from tagward.cli._folders import named_folder
from tagward.errors import ConfigError
from tagward.model.setup import Remote
from tagward.model.versions import Unreadable, parse_version
from tagward.plans.rehearsal import plan_scene
from tagward.sources import find_project_name
from tagward.survey import PYPROJECT, rules
from tagward.tools.ground import SANDBOX, Origin
from tagward.tools.publishers import uploads
from tagward.tools.trees import FolderTree
from tagward.workflows.render import RELEASE, Choices, render

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from tagward.model.rehearsal import Scene
    from tagward.model.versions import Tree
    from tagward.tools.git import GitRepository

FOLDER = ".github/workflows/"
RELEASED = "0.1.0"
"""The version of the built-in project that is out already when its rehearsal begins."""


def sandbox(template: Path = SANDBOX) -> tuple[Scene, Origin]:
    """The built-in project, which has one release behind it, and the workflow that `init` writes."""
    files = [path.relative_to(template).as_posix() for path in template.rglob("*") if path.is_file()]
    tree = FolderTree(template, files)
    scene = plan_scene(tree, rules(tree, PYPROJECT), [f"v{RELEASED}"])
    slug = f"rehearsal/{scene.project}"
    text = render(RELEASE, Choices(slug))
    return replace(scene, slug=slug, workflow=FOLDER + RELEASE), Origin(template=template, workflow=text, offline=True)


def project(repository: GitRepository, version: str | None, folder: str) -> tuple[Scene, Origin]:
    """The project of a repository, as its HEAD has it.

    Raises:
        ConfigError: there is no commit, or nothing says what is to be released.
        CannotJudge: git does not answer.
    """
    head = repository.commit_of("HEAD")
    if not head:
        raise ConfigError("there is no commit to rehearse", fixes=("git commit",))
    wanted = parse_version(version.removeprefix("v")) if version is not None else None
    if version is not None and wanted is None:
        raise ConfigError(f"{version!r} is no version (PEP 440)", fixes=("tagward rehearse --version 1.4.0",))
    tree = repository.tree(head)
    config = rules(tree, PYPROJECT)
    folder = named_folder(tree, folder)
    published, silence = ((), "") if wanted else _published(find_project_name(tree, folder) or "")
    tags = [name for name, _ in repository.tags()]
    scene = plan_scene(tree, config, tags, published=published, wanted=wanted, folder=folder)
    remote = Remote.of(repository.remote_url("origin"))
    path, text = _workflow(repository, tree)
    notes = [silence] if silence else []
    notes += [f"{path} is not there: the one that `tagward init` would write is rehearsed"] if text else []
    branch = repository.ask("symbolic-ref", "--quiet", "--short", "HEAD", check=False).text.strip()
    scene = replace(
        scene,
        commit=head,
        branch=branch or "main",
        slug=remote.slug if remote else scene.slug,
        workflow=path,
        notes=tuple(notes),
    )
    return scene, Origin(repository, workflow=text)


def _published(name: str) -> tuple[Collection[Version], str]:
    """The versions that the index has of a project, and a word where it did not say."""
    from tagward.model.index_state import Answer  # noqa: PLC0415  # the built-in project asks no index
    from tagward.tools.index_state import find_settings, project_state  # noqa: PLC0415

    settings = find_settings()
    if not name or settings.index is None:
        return (), ""
    state = project_state(settings.index, name, Version("0"))
    if state.answer is Answer.SILENT:
        return (), f"{state.index} did not answer: the next version is told by the tags alone"
    return state.versions, ""


def _workflow(repository: GitRepository, tree: Tree) -> tuple[str, str]:
    """The path of the workflow that publishes, and the text that `init` would write where there is none."""
    paths = [path for path in tree.paths() if path.startswith(FOLDER) and path.endswith((".yml", ".yaml"))]
    for path in sorted(paths, key=lambda path: (path != FOLDER + RELEASE, path)):
        with contextlib.suppress(Unreadable):  # GitHub cannot read it either
            if uploads(tree.read(path) or b""):
                return path, ""
    from tagward.model.setup import Wanted  # noqa: PLC0415  # only a project that is not set up needs it
    from tagward.plans.choices import choices  # noqa: PLC0415
    from tagward.tools.setup import find_setup  # noqa: PLC0415

    return FOLDER + RELEASE, render(RELEASE, choices(find_setup(repository, with_hooks=False), Wanted()))
