"""How a project is set up for releases: what `init` found, and what it was asked for."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from tagward.model.config import Config

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tagward.model.hooks import HookPlan, Owner

_URL = re.compile(r"(?:https?|ssh|git)://(?:[^/@]*@)?(?P<host>[^/:@]+)(?::\d+)?/(?P<path>.+)", re.IGNORECASE)
_SCP = re.compile(r"(?:[^/:@]+@)?(?P<host>[^/:@]{2,}):(?P<path>[^/].*)")
_PATH = re.compile(r"(?P<owner>[A-Za-z0-9][A-Za-z0-9_-]*)/(?P<name>[A-Za-z0-9._-]+)")
_ELSEWHERE = re.compile(r"(?:.*\.)?(?:gitlab|bitbucket|codeberg|sr\.ht|gitea|forgejo)\b.*")


@dataclass(frozen=True, slots=True)
class Remote:
    """A repository on GitHub, or on a GitHub Enterprise server.

    Attributes:
        host: the server, as the address names it.
        owner: the user or organisation.
        name: the repository.
    """

    host: str
    owner: str
    name: str

    @classmethod
    def of(cls, address: str) -> Remote | None:
        """Read the address of a remote; None where it is no repository that GitHub could hold.

        All forms of git-push(1), "GIT URLS", that name a host, with or without `.git`; user names and passwords are
        dropped. A host whose name says that it is another forge is none.
        """
        match = _URL.fullmatch(address) or (None if "://" in address else _SCP.fullmatch(address))
        if match is None or _ELSEWHERE.fullmatch(match["host"].lower()):
            return None
        path = _PATH.fullmatch(match["path"].strip("/").removesuffix(".git"))
        return cls(match["host"].lower(), path["owner"], path["name"]) if path and path["name"].strip(".") else None

    @property
    def slug(self) -> str:
        """`owner/name`, as GitHub's expressions and tools know it."""
        return f"{self.owner}/{self.name}"

    @property
    def is_public_github(self) -> bool:
        """Whether it is GitHub itself, whose identities PyPI trusts; aliases of SSH configurations begin alike."""
        return self.host.startswith("github.com")


@dataclass(frozen=True, slots=True)
class ProjectFacts:
    """One project of the repository, as the working tree states it.

    Attributes:
        folder: where it stands; empty for the root.
        name: its name; empty where it is not written down.
        version: its version; empty where only the build knows it.
        backend: the build backend as people call it.
        layout: `src layout`, `flat layout` or empty.
        form: the form of its tags, learned from them; empty where none names it.
        places: the files that state its version.
    """

    folder: str
    name: str
    version: str = ""
    backend: str = ""
    layout: str = ""
    form: str = ""
    places: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TagFacts:
    """What the tags teach.

    Attributes:
        forms: the forms in which they name releases of the project at the root, the one in use first.
        count: how many tags name a release.
        example: one of them, the newest.
    """

    forms: tuple[str, ...] = ()
    count: int = 0
    example: str = ""


@dataclass(frozen=True, slots=True)
class Publisher:
    """A step of a workflow that uploads to PyPI.

    Attributes:
        path: the workflow.
        what: what uploads there.
    """

    path: str
    what: str


@dataclass(frozen=True, slots=True)
class HookFacts:
    """The hooks of the repository.

    Attributes:
        plan: what `tagward install` would do.
        commit: whose the hooks are that `pre-commit install` would put in place, by their names.
    """

    plan: HookPlan
    commit: tuple[tuple[str, Owner], ...] = ()


@dataclass(frozen=True, slots=True)
class Setup:
    """What `init` found; nothing of it is assumed.

    Attributes:
        projects: the projects of the repository, that at the root first.
        tags: what the tags teach.
        config: `[tool.tagward]`.
        stated: the keys that stand in `[tool.tagward]`.
        extras: the extras of the project at the root, with their requirements.
        groups: its dependency groups as written (PEP 735).
        remote: the repository on GitHub; None where no remote is one.
        remote_name: the name of that remote.
        branch: the default branch; empty where it is not known.
        files: the contents of those files that `init` may write and that are there.
        ignored: those of them that git ignores.
        manager: what runs the hooks of the project, as its files say: `husky`, `lefthook` or empty.
        hooks_path: what `core.hooksPath` says; empty where it is not set.
        called: what the commit hooks of managers call: `tagward check`, `pre-commit run`.
        updater: what keeps actions up to date: the path of its configuration; empty without one.
        publishers: what uploads to PyPI already.
        hooks: the hooks; None where they are not to be touched.
        testpypi: where uploads to TestPyPI go.
        on_index: this tagward came from an index, where hooks and workflows can take it as well.
    """

    projects: tuple[ProjectFacts, ...]
    tags: TagFacts = TagFacts()
    config: Config = field(default_factory=Config)
    stated: frozenset[str] = frozenset()
    extras: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    groups: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    remote: Remote | None = None
    remote_name: str = ""
    branch: str = ""
    files: Mapping[str, bytes] = field(default_factory=lambda: MappingProxyType({}))
    ignored: frozenset[str] = frozenset()
    manager: str = ""
    hooks_path: str = ""
    called: frozenset[str] = frozenset()
    updater: str = ""
    publishers: tuple[Publisher, ...] = ()
    hooks: HookFacts | None = None
    testpypi: str = ""
    on_index: bool = True

    @property
    def root(self) -> ProjectFacts | None:
        """The project at the root; None where there is none."""
        return next((project for project in self.projects if not project.folder), None)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for; what was not said is empty, and then what is in place decides, or else the default.

    Attributes:
        publish: `token` or `trusted`.
        trigger: `release` or `tag`.
        testpypi: whether releases go to TestPyPI first; None where it was not said.
        tests: the command that runs the tests.
        python: the Python of the workflow's own jobs, as 3.11.
        force: edited files may be replaced, and a second workflow may publish.
    """

    publish: str = ""
    trigger: str = ""
    testpypi: bool | None = None
    tests: str = ""
    python: str = ""
    force: bool = False
