"""Values for tests: the smallest good state of each kind; a test changes what it is about."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from packaging.version import Version

from tagward.model.candidate import Candidate, Stranger
from tagward.model.config import Config
from tagward.model.distributions import Distribution, Distributions, Kind, Rendering
from tagward.model.index_state import Answer, IndexState
from tagward.model.installation import Installation, Loaded
from tagward.model.places import Place
from tagward.model.receipt import Sealed
from tagward.model.refs import Tag
from tagward.model.secrets import Search
from tagward.model.tagnames import DEFAULT_FORMS
from tagward.model.versions import Declaration, Role, VersionSource
from tagward.model.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Iterator

COMMIT = "3d97393" + "0" * 33
OID = "a" * 40
TAG = Tag("v1.4.0", OID, COMMIT, "commit", annotated=True, headers=("v1.4.0",))
CANDIDATE = Candidate(TAG, Version("1.4.0"), Config(), text="1.4.0", form="v{version}", on_branch=True)
DECLARED = Declaration("project.version", "1.4.0", Place("pyproject.toml", 7, 12, 5, 'version = "1.4.0"'), Role.FEEDS)
LITERAL = Declaration(
    "__version__", "1.4.0", Place("src/acme_demo/__init__.py", 2, 16, 5, '__version__ = "1.4.0"'), Role.SHIPPED
)
INDEX = IndexState(Answer.HERE, "PyPI", "", "acme-demo", versions=(Version("1.3.0"),))
WORKSPACE = Workspace(
    CANDIDATE, Path("tree"), {}, "acme-demo", VersionSource("hatchling", DECLARED), (LITERAL,), index=INDEX
)
SDIST = Distribution(
    Path("acme_demo-1.4.0.tar.gz"),
    Kind.SDIST,
    24100,
    "0" * 64,
    "acme_demo",
    "1.4.0",
    "acme-demo",
    "1.4.0",
    refusals=(),
)
WHEEL = Distribution(
    Path("acme_demo-1.4.0-py3-none-any.whl"),
    Kind.WHEEL,
    18600,
    "1" * 64,
    "acme_demo",
    "1.4.0",
    "acme-demo",
    "1.4.0",
    members=("acme_demo/__init__.py", "acme_demo-1.4.0.dist-info/METADATA"),
    refusals=(),
)
DISTRIBUTIONS = Distributions(
    WORKSPACE,
    (SDIST, WHEEL),
    twine=(Rendering(SDIST.file), Rendering(WHEEL.file)),
    backend="hatchling 1.33.0",
    search=Search((), 4, {}),
    index=INDEX,
)
IMPORTED = Loaded("acme_demo", module_version="1.4.0")
INSTALLATION = Installation(DISTRIBUTIONS, "3.12.7", version="1.4.0", imports=(IMPORTED,))
STRANGER = Stranger("nightly", DEFAULT_FORMS)


@dataclass
class PaperWorkshop:
    """Hands out states, and writes down what was asked."""

    workspace: Workspace = WORKSPACE
    distributions: Distributions = DISTRIBUTIONS
    installation: Installation = INSTALLATION
    asked: list[str] = field(default_factory=list)

    @contextmanager
    def export(self, candidate: Candidate) -> Iterator[Workspace]:
        """The workspace."""
        assert candidate.tag.name
        self.asked.append("export")
        try:
            yield self.workspace
        finally:
            self.asked.append("export left")

    def build(self, workspace: Workspace) -> Distributions:
        """The distributions."""
        assert workspace.project
        self.asked.append("build")
        return self.distributions

    def deliver(self, distributions: Distributions) -> tuple[Sealed, ...]:
        """The files, sealed."""
        self.asked.append("deliver")
        return tuple(Sealed(file.file, file.size, file.sha256, "c" * 64) for file in distributions.files)

    @contextmanager
    def install(self, distributions: Distributions) -> Iterator[Installation]:
        """The installation."""
        assert distributions.files
        self.asked.append("install")
        try:
            yield self.installation
        finally:
            self.asked.append("install left")
