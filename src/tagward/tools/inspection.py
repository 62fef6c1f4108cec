"""Everything that `doctor` asks about, looked up: the working tree, git, the hooks, the index; nothing is changed."""

from __future__ import annotations

import json
import os
import re
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from packaging.version import Version

from tagward.errors import ConfigError, Trouble
from tagward.model.config import Config
from tagward.model.hooks import Owner
from tagward.model.inspection import (
    HooksSeen,
    Inspection,
    ProjectSeen,
    Rehearsed,
    TaggedSeen,
    TagState,
    Upload,
    WorkflowSeen,
)
from tagward.model.places import Place, line_at
from tagward.model.standing import Answer
from tagward.model.tagnames import learned_forms, tag_for, version_by_form
from tagward.model.versions import Unreadable
from tagward.sources.files import Files
from tagward.sources.metadata import read_metadata
from tagward.sources.names import read_name
from tagward.sources.precommit import has_hook, hook_version
from tagward.survey import PYPROJECT, form_of, next_release, read_pyproject
from tagward.tools import hook_file, hook_places, hook_python, hooks
from tagward.tools.hook_call import HOOK
from tagward.tools.hook_plan import called_from
from tagward.tools.hook_probe import probe
from tagward.tools.notes import notes
from tagward.tools.publishers import as_written, step_uploads
from tagward.tools.secret_search import SecretSearch, outcome
from tagward.tools.setup import (
    COMMIT_CONFIG,
    TARGETS,
    WORKFLOWS,
    calls_in,
    default_branch,
    find_remote,
    forms_by_folder,
    manager_of,
    project_places,
)
from tagward.tools.standing import RemoteTags, ask_remote
from tagward.tools.trees import FolderTree, open_working_tree
from tagward.tools.zizmor import audit
from tagward.workflows.lenient import look_at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from tagward.model.hooks import Standing
    from tagward.model.inspection import ShelfSeen
    from tagward.model.versions import Tree
    from tagward.model.workflow import Workflow
    from tagward.tools.git import GitRepository

REHEARSAL = "rehearsal.json"
"""What `tagward rehearse` leaves in `.git/tagward/`."""
CALLED = b"tagward pre-push"
MAX_NOTE = 1 << 20
LOG_SECONDS = 20.0
_RUNS = re.compile(rf"{re.escape(WORKFLOWS)}/[^/]+\.ya?ml")  # only there GitHub looks for them
_TOKEN = re.compile(r"secrets\.(\w*(?:PYPI|TWINE|UV_PUBLISH)\w*)", re.IGNORECASE)
_PLACED = re.compile(r"[^:]*:(\d+): (.*)", re.DOTALL)


def inspect(repository: GitRepository, *, offline: bool, work: Callable[[str], None]) -> Inspection:
    """Look at everything.

    Args:
        repository: where.
        offline: ask nothing over the network.
        work: is told what is being looked at.

    Raises:
        ConfigError: there is no working tree.
    """
    if repository.top is None:
        raise ConfigError("this repository has no working tree to look at", fixes=("cd into a clone",))
    work("the project")
    tracked = open_working_tree(repository)
    tree = FolderTree(repository.top, {*tracked.paths(), *TARGETS})
    config, fault = _rules(tree)
    names = [name for name, _ in repository.tags()]
    remote_tags = RemoteTags(Answer.UNASKED) if offline else ask_remote(repository)
    folders = [] if fault and fault[2] is not None else project_places(tree, config)
    found = forms_by_folder(repository, tree)
    forms = {folder: _forms_of(found, folder, names) for folder in folders}
    projects = tuple(_project(tree, config, folder, names, forms[folder]) for folder in folders)
    if not projects and fault is None:
        fault = ("there is no Python project here: no pyproject.toml, setup.cfg or setup.py that names one", (), None)
    states = tuple(_tag_states(repository, config, projects, forms, remote_tags))
    remote_name, remote = find_remote(repository)
    work("the workflows")
    head = repository.commit_of("HEAD") or ""
    workflows = tuple(_workflows(tree, repository.tree(head) if head else None, repository))
    readable = not any(one.fault for one in workflows)
    alarms, alarm_trouble = audit(repository.top, ".github", strict=readable) if workflows else (None, "")
    work("the hooks, with a push to a throwaway remote")
    sample = projects[0].samples[0] if projects else "v1.0.0"
    seen_hooks = _hooks(repository, tree, sample)
    work("secrets in the working tree")
    search = outcome([SecretSearch().read(repository.top, sorted(tracked.paths()))], config.secrets_allowed)
    shelves: tuple[ShelfSeen, ...] = ()
    own: ShelfSeen | None = None
    if not offline:
        from tagward.tools.shelf import shelf  # noqa: PLC0415  # only who asks an index pays for it

        work("the index")
        shelves = tuple(shelf(project.name) for project in projects if project.name)
        own = shelf("tagward")
    return Inspection(
        offline=offline,
        now=time.time(),
        config=config,
        fault=fault,
        projects=projects,
        remote=remote,
        branch=default_branch(repository, remote_name) or "main",
        hooks=seen_hooks,
        workflows=workflows,
        tagged=_tagged(repository, states),
        alarms=alarms,
        alarm_trouble=alarm_trouble,
        shelves=shelves,
        own=own,
        tags=states,
        remote_answer=(remote_tags.answer, remote_tags.trouble),
        search=search,
        rehearsed=_rehearsed(repository, head),
    )


def _rules(tree: Tree) -> tuple[Config, tuple[str, tuple[str, ...], Place | None] | None]:
    table, faults = read_pyproject(tree)
    if faults:
        return Config(), (f"{PYPROJECT} cannot be read: {faults[0].message}", (), faults[0].place)
    try:
        tool = table.get("tool", {})
        own = tool.get("tagward", {}) if isinstance(tool, dict) else {}
        if not isinstance(own, dict):
            return Config(), ("[tool.tagward] must be a table", (), Place(PYPROJECT))
        return Config.of(own), None
    except ConfigError as failure:
        said = str(failure).removeprefix(f"{PYPROJECT}: ")
        return Config(), (said, failure.fixes, Place(PYPROJECT))


def _forms_of(found: Mapping[str, list[tuple[str, str]]], folder: str, names: Sequence[str]) -> tuple[str, ...]:
    """The forms of a project's tags that the tags themselves teach, the newest first."""
    own = dict.fromkeys(form for _, form in found.get(folder, ()))
    return tuple(own) or (learned_forms(names) if not folder else ())


def _project(tree: Tree, config: Config, folder: str, names: Sequence[str], learned: tuple[str, ...]) -> ProjectSeen:
    learned = learned or (f"{read_name(Files(tree, folder)) or folder}-v{{version}}",)
    workspace = next_release(tree, config, folder, learned)
    form = form_of(config, folder, workspace.project, learned)
    versions = [version for name in names if (version := version_by_form(name, form))]
    versions += [workspace.candidate.version] if workspace.source.declaration else []
    newest = max(versions, default=Version("0.1.0"))
    *front, last = newest.release
    epoch = f"{newest.epoch}!" if newest.epoch else ""
    following = epoch + ".".join(map(str, (*front, last + 1)))
    major = epoch + ".".join(map(str, (newest.release[0] + 1, 0, 0)))
    samples = tuple(tag_for(Version(text), form, names) for text in (following, major, f"{following}rc1"))
    return ProjectSeen(folder, workspace, read_metadata(tree, folder), samples)


def _tag_states(
    repository: GitRepository,
    config: Config,
    projects: Sequence[ProjectSeen],
    learned: Mapping[str, tuple[str, ...]],
    remote: RemoteTags,
) -> Iterator[TagState]:
    """The tags that name a release of one of the projects."""
    here = dict(repository.tags())
    names = sorted({*here, *remote.tags})
    rules = {project.path: project for project in config.projects}
    for name in names:
        if config.ignores(name):
            continue
        for project in projects:
            own = rules.get(project.folder)
            usual = learned[project.folder] if not config.projects else ()
            forms = own.forms(project.name) if own else config.forms or usual
            version = next((found for form in forms if (found := version_by_form(name, form))), None)
            if version is not None:
                yield TagState(name, str(version), project.folder, here.get(name, ""), remote.seen(name))
                break


# Workflows.


def _workflows(tree: Tree, head: Tree | None, repository: GitRepository | None = None) -> Iterator[WorkflowSeen]:
    for path in sorted(path for path in tree.paths() if _RUNS.fullmatch(path)):
        try:
            data = tree.read(path)
        except Unreadable as failure:
            yield WorkflowSeen(path, fault=str(failure), fault_place=Place(path))
            continue
        if data is None:
            continue
        text = data.decode(errors="replace")
        committed = head is None or _same(head, path, data)
        try:
            workflow = look_at(data, path)
        except ConfigError as failure:
            placed = _PLACED.fullmatch(str(failure))
            line, said = (int(placed[1]), placed[2]) if placed else (0, str(failure).removeprefix(f"{path} "))
            yield WorkflowSeen(path, text, fault=said, fault_place=line_at(path, text, line), committed=committed)
            continue
        uploads = tuple(_uploads(workflow))
        since = _token_since(repository, path, text) if repository and uploads else None
        yield WorkflowSeen(path, text, workflow, "", None, uploads, committed=committed, token_since=since)


def _same(head: Tree, path: str, data: bytes) -> bool:
    with suppress(Unreadable):
        there = head.read(path)
        return there is not None and there.replace(b"\r\n", b"\n") == data.replace(b"\r\n", b"\n")
    return False


def _uploads(workflow: Workflow) -> Iterator[Upload]:
    for job in workflow.jobs:
        called: dict[object, object] = {"uses": job.calls}
        yield from (Upload(job.id, None, what, job.line) for what in step_uploads(called) if job.calls)
        for number, step in enumerate(job.steps):
            found = dict.fromkeys(step_uploads(as_written(step, job.env)))
            yield from (Upload(job.id, number, what, step.line) for what in found)


def _token_since(repository: GitRepository, path: str, text: str) -> float | None:
    """When a workflow first named its token (git-log(1), `-S`)."""
    found = _TOKEN.search(text)
    if found is None:
        return None
    words = ("log", "--reverse", "--format=%ct", f"-S{found[0]}", "HEAD", "--", path)
    with suppress(Trouble):
        times = repository.ask(*words, check=False, timeout=LOG_SECONDS).text.split()
        return float(times[0]) if times else None
    return None


def _tagged(repository: GitRepository, states: Sequence[TagState]) -> TaggedSeen | None:
    here = [one for one in states if one.oid]
    if not here:
        return None
    newest = max(here, key=lambda one: Version(one.version))
    commit = repository.tag(newest.name, newest.oid).commit
    if not commit:
        return None
    return TaggedSeen(newest.name, tuple(_workflows(repository.tree(commit), None)))


# Hooks.


def _hooks(repository: GitRepository, tree: Tree, sample: str) -> HooksSeen:
    assert repository.top is not None  # noqa: S101  # inspect has asked
    top = repository.top
    config = _text(tree, COMMIT_CONFIG)
    done = probe(repository, sample)
    standing = hook_places.look(top)
    obstacle: tuple[str, tuple[str, ...]] = ("", ())
    try:
        plan = hooks.install(top, hook_python.current(), dry_run=True)
    except Trouble as failure:
        plan, obstacle = None, (str(failure), failure.fixes)
    ours = [
        standing.hooks / name
        for name in (HOOK, hook_places.LEGACY)
        if hook_file.owner_of(standing.hooks / name) is Owner.TAGWARD
    ]
    said = calls_in(top, tree, standing.hooks_path.value if standing.hooks_path else "")
    return HooksSeen(
        standing=standing,
        probe=done,
        plan=plan,
        obstacle=obstacle,
        callers=tuple(_callers(standing, ours)),
        displaced=hook_file.owner_of(standing.hooks / hook_places.DISPLACED) is Owner.TAGWARD,
        switched_off=tuple(_switched_off(repository, standing)),
        runnable=all(os.access(path, os.X_OK) for path in ours),
        manager=manager_of(tree),
        commit_hook=has_hook(config) or "tagward check" in said,
        commit_owner=None if standing.foreign_hooks else hook_file.owner_of(standing.hooks / "pre-commit"),
        commit_calls=said,
        commit_version=hook_version(config),
    )


def _callers(standing: Standing, ours: Sequence[Path]) -> Iterator[str]:
    """The hooks that one push runs and that call tagward; the first that refuses keeps a probe from the others."""
    if ours and not standing.foreign_hooks:
        yield ours[0].name  # with ours at both places the second is a leftover that nothing runs
        yield from (hook_places.CHAINED for _ in hook_file.lines_calling(standing.hooks / hook_places.CHAINED, CALLED))
    if caller := called_from(standing):
        yield from (caller.name for _ in hook_file.lines_calling(caller, CALLED))


def _switched_off(repository: GitRepository, standing: Standing) -> Iterator[str]:
    if not standing.has_config_hooks:
        return
    names = f"{hooks.NAME}|{HOOK}"
    asked = ("config", "--show-scope", "--type=bool", "--get-regexp", rf"^hook\.({names})\.enabled$")
    for line in repository.ask(*asked, check=False).text.splitlines():
        scope, key, value = (*line.split(), "", "")[:3]
        if value == "false":
            yield f"git config --{scope} --unset-all {key}"


def _text(tree: Tree, path: str) -> str:
    try:
        return (tree.read(path) or b"").decode(errors="replace")
    except Unreadable:
        return ""


# Rehearsals.


def _rehearsed(repository: GitRepository, head: str) -> Rehearsed:
    file = notes(repository.common_dir) / REHEARSAL
    try:
        with file.open("rb") as content:
            note = json.loads(content.read(MAX_NOTE))
        commit, passed = note["commit"], note["passed"]
    except FileNotFoundError:
        return Rehearsed(head=head)
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as failure:
        return Rehearsed(head=head, trouble=f"{type(failure).__name__}: {failure}"[:200])
    if not isinstance(commit, str) or not isinstance(passed, bool):
        return Rehearsed(head=head, trouble="commit or passed is of another type")
    return Rehearsed(commit, passed, head)
