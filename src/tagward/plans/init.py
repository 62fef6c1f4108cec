"""How a project is set up: facts and choices in, a plan out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagward import __version__
from tagward.errors import ConfigError
from tagward.model.config import Config
from tagward.model.hooks import Owner
from tagward.model.hooks import Write as WriteHook
from tagward.model.plan import Command, Edit, InitPlan, Kept, Run, Task, Write
from tagward.plans.choices import MARK, WORKFLOWS, choices, same
from tagward.plans.handover import next_commands, once
from tagward.plans.insertion import lines_of
from tagward.plans.precommit import entry, new_config, with_hook
from tagward.plans.settings import lines_of as toml_lines
from tagward.plans.settings import with_settings
from tagward.plans.suite import suite_settings
from tagward.plans.tags import project_settings, released, tag_settings
from tagward.plans.updates import ENTRY, NEW, has_updates, with_updates
from tagward.sources.precommit import has_hook
from tagward.workflows.render import RELEASE, TEST, Publish, Trigger, render

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tagward.model.setup import ProjectFacts, Setup, Wanted
    from tagward.plans.settings import Value

PYPROJECT = "pyproject.toml"
COMMIT_CONFIG = ".pre-commit-config.yaml"
DEPENDABOT = ".github/dependabot.yml"

_IN_MANAGER = {
    "husky": (".husky/pre-commit", ("tagward check --fast",)),
    "lefthook": (
        "lefthook.yml",
        ("pre-commit:", "  commands:", "    tagward:", "      run: tagward check --fast"),
    ),
}
_NOT_ON_INDEX = (
    f"this tagward {__version__} came from a folder or a repository, not from an index: the workflows install "
    f"tagward=={__version__}, which an index must have before they run; the commit hook takes the tagward on PATH"
)


def plan_init(setup: Setup, wanted: Wanted) -> InitPlan:
    """What brings configuration, workflows and hooks into place; nothing where all is.

    Raises:
        ConfigError: what was asked for cannot be done by inserting text.
    """
    draft = _Draft(setup, wanted)
    draft.settings()
    draft.commit_hook()
    draft.workflows()
    draft.updates()
    draft.hooks()
    draft.remarks()
    return draft.plan()


class _Draft:
    """A plan while it is made."""

    def __init__(self, setup: Setup, wanted: Wanted) -> None:
        self._setup = setup
        self._wanted = wanted
        self._tests = bool(wanted.tests)
        self._choices = choices(setup, wanted)
        self._edits: list[Edit] = []
        self._kept: list[Kept] = []
        self._runs: list[Run] = []
        self._missing: list[Task] = []
        self._notes: list[str] = []

    def plan(self) -> InitPlan:
        """All of it."""
        paths = tuple(edit.write.path for edit in self._edits)
        return InitPlan(
            tuple(_found(self._setup)),
            tuple(self._edits),
            tuple(self._kept),
            tuple(self._runs),
            tuple(self._missing),
            tuple(self._notes),
            tuple(once(self._setup, self._choices)) if any(path.startswith(WORKFLOWS) for path in paths) else (),
            tuple(next_commands(paths)),
        )

    def settings(self) -> None:
        """`[tool.tagward]` in the pyproject.toml at the root."""
        text = self._text(PYPROJECT)
        keys = tag_settings(self._setup) | self._suite_settings()
        projects = project_settings(self._setup)
        if not keys and not projects:
            return
        if text is None and self._setup.root is not None:
            if self._tests:
                raise ConfigError(
                    "--tests has no place: this project has no pyproject.toml",
                    why="beside a setup.py a pyproject.toml changes how pip builds the project, so init makes none",
                    fixes=("write one with a [build-system], then again",),
                )
            self._notes.append("without a pyproject.toml the tags that are there say how release tags are named")
            return
        after = with_settings(text or "", keys, projects)
        said = [f'{key} = "{value}"' if isinstance(value, str) else key for key, value in keys.items()]
        said += [f'project "{project["path"]}" with tags {project["tag"]}' for project in projects]
        self._edit(PYPROJECT, after, f"+ [tool.tagward]  {', '.join(said)}")

    def _suite_settings(self) -> dict[str, Value]:
        setup, command = self._setup, self._wanted.tests
        if not command:
            return {}
        if "test-command" in setup.stated:
            if setup.config.test_command != command:
                title = f"{PYPROJECT} has another test-command, which stays: {setup.config.test_command}"
                self._missing.append(Task(title, tuple(toml_lines({"test-command": command}))))
            return {}
        name = setup.root.name if setup.root else ""
        found = suite_settings(command, name, setup.extras, setup.groups)
        found = {key: value for key, value in found.items() if key not in setup.stated}
        Config.of({key: list(value) if isinstance(value, tuple) else value for key, value in found.items()}, "--tests")
        return found

    def commit_hook(self) -> None:
        """The fast checks at commit."""
        setup = self._setup
        text = self._text(COMMIT_CONFIG)
        if text is not None and has_hook(text):
            return
        places = tuple(place for project in setup.projects for place in project.places)
        hook = entry(places, on_index=setup.on_index)
        if text is None and (setup.manager or setup.hooks_path):
            if "tagward check" not in setup.called:
                title, lines = _IN_MANAGER.get(setup.manager, ("your pre-commit hook", ("tagward check --fast",)))
                self._missing.append(Task(f"To ask the fast checks at commit, add to {title}:", lines))
        elif text is None:
            self._edit(COMMIT_CONFIG, new_config(hook), "hook tagward: the fast checks at commit")
        elif (done := with_hook(text, hook)) is None:
            self._missing.append(
                Task(f"{COMMIT_CONFIG} takes no insertion: add this to `repos`:", tuple(lines_of(hook)))
            )
        else:
            self._edit(COMMIT_CONFIG, done[0], f"+ hook tagward        {_inserted(done[1])}")

    def workflows(self) -> None:
        """The release workflow, and the one that tries it."""
        tag = self._choices.trigger is Trigger.TAG
        tried = (
            "gate → test → TestPyPI → publish → verify" if self._choices.testpypi else "gate → test → publish → verify"
        )
        self._workflow(RELEASE, f"{tried}, on {'a pushed tag' if tag else 'release published'}")
        self._workflow(TEST, "gate → test, by hand, for any commit; TestPyPI where asked")

    def _workflow(self, name: str, what: str) -> None:
        path = f"{WORKFLOWS}/{name}"
        text = self._text(path)
        after = render(name, self._choices)
        if text is not None and same(text, after):
            return
        write = self._write(path, after)
        why = self._objection(name, text)
        if why and not self._wanted.force:
            self._kept.append(Kept(write, why))
        else:
            self._edits.append(Edit(write, what))

    def _objection(self, name: str, text: str | None) -> str:
        if text is not None:
            written = MARK.search(text)
            if written is None:
                return "tagward did not write it"
            if written["version"] != __version__:
                return f"it is of tagward {written['version']}, or was edited since"
            return "it was edited, or written for other choices"
        if name == RELEASE and self._setup.publishers:
            one = self._setup.publishers[0]
            return f"{one.path} publishes already ({one.what}), and two workflows would publish the same version"
        return ""

    def updates(self) -> None:
        """What keeps the pinned actions up to date."""
        updater = self._setup.updater
        if not updater:
            self._edit(DEPENDABOT, NEW, "keeps the pinned actions up to date, weekly")
            return
        text = self._text(updater)
        if text is None or has_updates(text):  # Renovate's, which looks after actions by itself
            return
        if (done := with_updates(text)) is None:
            task = Task(f"{updater} takes no insertion: add this to `updates`:", tuple(lines_of(ENTRY)))
            self._missing.append(task)
        else:
            self._edit(updater, done[0], f"+ github-actions       {_inserted(done[1])}")

    def hooks(self) -> None:
        """The hooks of git: pre-commit's first, so that ours finds whatever it puts at pre-push."""
        facts = self._setup.hooks
        if facts is None:
            return
        written = any(edit.write.path == COMMIT_CONFIG for edit in self._edits)
        if (written or COMMIT_CONFIG in self._setup.files) and "pre-commit run" not in self._setup.called:
            self._pre_commit(facts.commit)
        if facts.plan.steps:
            files = [step for step in facts.plan.steps if isinstance(step, WriteHook)]
            kept = "; the hook that is there still runs" if any(step.chain or _legacy(step) for step in files) else ""
            self._runs.append(Run(Command.TAGWARD, f".git/hooks/pre-push{kept}"))
        for advice in facts.plan.advice:
            judged = (
                "For gits before 2.54" if facts.plan.protected else "Release tags are NOT judged at a push until then"
            )
            self._missing.append(Task(f"{judged}: {advice.reason}; {advice.where}:", advice.lines))

    def _pre_commit(self, commit: Sequence[tuple[str, Owner]]) -> None:
        foreign = [name for name, owner in commit if owner in {Owner.LEFTHOOK, Owner.FOLDER}]
        if self._setup.hooks_path:
            why = f"core.hooksPath is {self._setup.hooks_path}, so `pre-commit install` refuses"
            self._missing.append(Task(f"{why}; in your pre-commit hook, run:", ("pre-commit run",)))
        elif foreign:
            self._missing.append(
                Task(f"The hook {', '.join(foreign)} is not pre-commit's; there, run:", ("pre-commit run",))
            )
        elif any(owner not in {Owner.PRE_COMMIT, Owner.PREK} for _, owner in commit):
            names = ", ".join(f".git/hooks/{name}" for name, _ in commit)
            kept = "; the hook that is there still runs" if any(owner is Owner.OTHER for _, owner in commit) else ""
            self._runs.append(Run(Command.PRE_COMMIT, names + kept))

    def remarks(self) -> None:
        """What a reader should know."""
        setup = self._setup
        if setup.remote is None:
            self._notes.append("no remote is on GitHub; the workflows run there and nowhere else")
        elif self._choices.publish is Publish.TRUSTED and not setup.remote.is_public_github:
            self._notes.append(f"PyPI trusts the identities of GitHub itself, and the remote is on {setup.remote.host}")
        if self._edits and not setup.on_index:
            self._notes.append(_NOT_ON_INDEX)
        written = {edit.write.path for edit in self._edits} | set(setup.files)
        for path in sorted(setup.ignored & written):
            self._notes.append(f"git ignores {path}, so that it reaches nobody: take it out of .gitignore")
        if f"{WORKFLOWS}/{RELEASE}" in written:
            for one in setup.publishers:
                self._notes.append(f"{one.path} publishes too ({one.what}): take that out, or both publish")
        if len(released(setup)) > 1 and self._choices.publish is Publish.TOKEN:
            self._notes.append("a token of PyPI is for one project or for all: for several, take --publish trusted")

    def _text(self, path: str) -> str | None:
        data = self._setup.files.get(path)
        try:
            return None if data is None else data.decode()
        except UnicodeDecodeError:
            raise ConfigError(f"{path} is no UTF-8", why="init does not write what it cannot read") from None

    def _edit(self, path: str, after: str, what: str) -> None:
        self._edits.append(Edit(self._write(path, after), what))

    def _write(self, path: str, after: str) -> Write:
        before = self._setup.files.get(path)
        return Write(path, before or b"", after.encode(), new=before is None)


def _legacy(step: WriteHook) -> bool:
    return step.path.name != "pre-push"


def _inserted(line: int) -> str:
    return f"(text inserted at line {line}, nothing else moves)"


def _found(setup: Setup) -> Iterator[str]:
    root = setup.root
    first = root or setup.projects[0]
    if len(released(setup)) > 1 or root is None:
        for project in released(setup):
            yield f"{_title(project)} in {project.folder}" if project.folder else _title(project)
    else:
        yield _title(first)
    yield from (word for word in (first.backend, first.layout) if word)
    if setup.remote:
        others = f" (remote {setup.remote_name})" if setup.remote_name != "origin" else ""
        yield f"GitHub {setup.remote.slug}{others}"
    if setup.tags.count:
        yield f"{setup.tags.count} tag{'s' if setup.tags.count > 1 else ''} like {setup.tags.example}"
    if COMMIT_CONFIG in setup.files:
        yield "pre-commit in use"
    elif setup.manager:
        yield f"{setup.manager} in use"


def _title(project: ProjectFacts) -> str:
    name = project.name or "a project without a name"
    return f"{name} {project.version}" if project.version else f"{name}, whose version the build finds"
