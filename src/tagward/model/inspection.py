"""What `doctor` found: a project, its hooks, its workflows, what the index and the remote have of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from tagward.model.config import Config
from tagward.model.index_state import Answer
from tagward.model.standing import Answer as RemoteAnswer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tagward.model.hooks import HookPlan, Owner, Standing
    from tagward.model.places import Place
    from tagward.model.publication import Shelved
    from tagward.model.secrets import Search
    from tagward.model.setup import Remote
    from tagward.model.standing import TagSeen
    from tagward.model.workflow import Workflow
    from tagward.model.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a project says of itself in writing, whatever file it says it in.

    Attributes:
        where: the file.
        stated: the fields that are stated or computed, by their names in `[project]`.
        missing_files: files that are named there and are not in the tree, each with its field.
        requires_python: as written; empty without one.
        classifiers: as written.
        license_text: the licence where it is written as text; empty otherwise.
        license_files: the files in the project's folder that are named as licences are.
        build_system: whether `[build-system]` names a backend.
    """

    where: str
    stated: frozenset[str]
    missing_files: tuple[tuple[str, str], ...] = ()
    requires_python: str = ""
    classifiers: tuple[str, ...] = ()
    license_text: str = ""
    license_files: tuple[str, ...] = ()
    build_system: bool = False


@dataclass(frozen=True, slots=True)
class ProjectSeen:
    """One project of the repository.

    Attributes:
        folder: where it stands; empty for the root.
        workspace: its files as the next release would have them.
        metadata: None where only a run of setup.py knows them.
        samples: tags that its next releases may get, the likeliest first.
    """

    folder: str
    workspace: Workspace
    metadata: Metadata | None
    samples: tuple[str, ...]

    @property
    def name(self) -> str:
        """Its name; empty where it is not written down."""
        return self.workspace.project


@dataclass(frozen=True, slots=True)
class Probe:
    """What came of pushing a tag to a throwaway remote.

    Attributes:
        fired: how often tagward was started and had the word.
        stopped: whether its refusal stopped the push.
        trouble: why nothing can be said; empty where the push came as far as the hooks.
        said: the last lines that the push printed.
        seconds: how long it took.
    """

    fired: int = 0
    stopped: bool = False
    trouble: str = ""
    said: tuple[str, ...] = ()
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class HooksSeen:
    """The hooks of the repository.

    Attributes:
        standing: who stands where; None where git does not say.
        probe: what a push of a tag really started.
        plan: what `tagward install` would do; None where something is in its way.
        obstacle: what is in its way, and what to do about it.
        callers: the hook files that call tagward, each as often as it does.
        displaced: ours lies where lefthook put it, and no longer runs.
        switched_off: switches in git's configuration that are off, as `key (scope)`.
        runnable: whether our hook file may be executed.
        manager: what runs the hooks of the project, as its files say.
        commit_hook: whether the fast checks stand in the configuration of the commit hooks.
        commit_owner: whose the hook `pre-commit` is; None where git does not look there.
        commit_calls: what the commit hooks of other managers call: `tagward check`, `pre-commit run`.
        commit_version: the version of tagward that the configuration of pre-commit names; empty where it names none.
    """

    standing: Standing | None = None
    probe: Probe = Probe()
    plan: HookPlan | None = None
    obstacle: tuple[str, tuple[str, ...]] = ("", ())
    callers: tuple[str, ...] = ()
    displaced: bool = False
    switched_off: tuple[str, ...] = ()
    runnable: bool = True
    manager: str = ""
    commit_hook: bool = False
    commit_owner: Owner | None = None
    commit_version: str = ""
    commit_calls: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Upload:
    """A step that uploads to PyPI.

    Attributes:
        job: the id of its job.
        step: which step of the job, from 0; None where a called workflow does it.
        what: what uploads there.
        line: where it stands, from 1.
    """

    job: str
    step: int | None
    what: str
    line: int


@dataclass(frozen=True, slots=True)
class WorkflowSeen:
    """A workflow.

    Attributes:
        text: all of it, line by line for quotes.
        workflow: what it says; None where it cannot be read.
        fault: why it cannot.
        fault_place: where.
        uploads: what uploads to PyPI there.
        committed: whether HEAD has it as it stands in the working tree.
        token_since: when its first commit that names a token of an index was made, in seconds since the epoch.
    """

    path: str
    text: str = ""
    workflow: Workflow | None = None
    fault: str = ""
    fault_place: Place | None = None
    uploads: tuple[Upload, ...] = ()
    committed: bool = True
    token_since: float | None = None


@dataclass(frozen=True, slots=True)
class TaggedSeen:
    """The newest release tag.

    Attributes:
        name: the tag.
        workflows: those of its commit.
    """

    name: str
    workflows: tuple[WorkflowSeen, ...]


@dataclass(frozen=True, slots=True)
class Provenance:
    """Who uploaded a file, as the index attests it (PEP 740)."""

    file: str
    repository: str
    workflow: str
    environment: str


@dataclass(frozen=True, slots=True)
class ShelfSeen:
    """What the index has of a project.

    Attributes:
        index: its name for messages.
        project: the normalized name.
        answer: HERE, ABSENT, SILENT, or UNASKED.
        reason: why there is no answer.
        files: every file of the project, by version, the oldest first; of what is no version nothing is told.
        provenance: of the newest release; None where nothing is attested.
        provenance_trouble: why that could not be asked.
    """

    index: str
    project: str
    answer: Answer
    reason: str = ""
    files: Mapping[str, tuple[Shelved, ...]] = field(default_factory=lambda: MappingProxyType({}))
    provenance: Provenance | None = None
    provenance_trouble: str = ""


@dataclass(frozen=True, slots=True)
class TagState:
    """A release tag here and on the remote.

    Attributes:
        version: what it releases, in canonical form.
        folder: the folder of its project.
        oid: the object that it is at here; empty where it is not here.
        remote: the same on the remote.
    """

    name: str
    version: str
    folder: str
    oid: str
    remote: TagSeen


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What the last rehearsal left behind.

    Attributes:
        commit: what it was of; empty where there was none.
        passed: whether it went through.
        head: the commit that is checked out; empty before the first one.
        trouble: why its note cannot be read.
    """

    commit: str = ""
    passed: bool = False
    head: str = ""
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Alarm:
    """What another tool found in a workflow.

    Attributes:
        rule: its name for it.
        message: what it says.
        severity: as it says it.
        place: where.
        url: where the tool explains it.
    """

    rule: str
    message: str
    severity: str
    place: Place
    url: str = ""


@dataclass(frozen=True, slots=True)
class Inspection:
    """All that `doctor` looked at.

    Attributes:
        offline: nothing was asked over the network.
        now: seconds since the epoch.
        config: `[tool.tagward]`.
        fault: why there is no project here, or its configuration cannot be used; with what to do.
        projects: the projects of the repository, that at the root first.
        remote: the repository on GitHub; None where no remote is one.
        branch: the default branch.
        hooks: the hooks of git.
        workflows: those of the working tree.
        tagged: the newest release tag; None without one.
        alarms: what zizmor found; None where it is not there.
        alarm_trouble: why zizmor said nothing that can be used.
        shelves: what the index has of each project with a name.
        own: what it has of tagward itself, which workflows and pre-commit install from there.
        tags: the release tags, here and on the remote.
        remote_answer: whether the remote said what tags it has, and why not.
        search: secrets in the files of the working tree that git does not ignore.
        rehearsed: the last rehearsal.
    """

    offline: bool
    now: float
    config: Config = field(default_factory=Config)
    fault: tuple[str, tuple[str, ...], Place | None] | None = None
    projects: tuple[ProjectSeen, ...] = ()
    remote: Remote | None = None
    branch: str = "main"
    hooks: HooksSeen = HooksSeen()
    workflows: tuple[WorkflowSeen, ...] = ()
    tagged: TaggedSeen | None = None
    alarms: tuple[Alarm, ...] | None = None
    alarm_trouble: str = ""
    shelves: tuple[ShelfSeen, ...] = ()
    own: ShelfSeen | None = None
    tags: tuple[TagState, ...] = ()
    remote_answer: tuple[RemoteAnswer, str] = (RemoteAnswer.UNASKED, "")
    search: Search | None = None
    rehearsed: Rehearsed = Rehearsed()

    @property
    def publishers(self) -> tuple[WorkflowSeen, ...]:
        """The workflows that upload to PyPI."""
        return tuple(one for one in self.workflows if one.uploads)

    @property
    def silences(self) -> tuple[str, ...]:
        """What was asked and did not answer: nothing is known of that, and nothing has passed there."""
        said = [f"{one.index}: {one.reason}" for one in self.shelves if one.answer is Answer.SILENT]
        said += [one.provenance_trouble for one in self.shelves if one.provenance_trouble]
        said += [f"the remote: {self.remote_answer[1]}"] if self.remote_answer[0] is RemoteAnswer.SILENT else []
        said += [f"zizmor: {self.alarm_trouble}"] if self.alarm_trouble else []
        said += [f"the probe: {self.hooks.probe.trouble}"] if self.hooks.probe.trouble else []
        return tuple(said)
