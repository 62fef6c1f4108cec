"""The workflow's part of a rehearsal: a published release, on this machine, with an index that is here too."""

from __future__ import annotations

import hashlib
import re
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from packaging.version import Version

from tagward.errors import ConfigError
from tagward.model.rehearsal import Outcome
from tagward.model.workflow_run import TAGS, Event, Run
from tagward.model.workflow_run import Outcome as Ended
from tagward.tools import flaws
from tagward.tools.act import run_act
from tagward.tools.environ import scratch_env
from tagward.tools.publishers import publishes, tries_testpypi
from tagward.tools.run import run
from tagward.tools.runner import run_workflow
from tagward.tools.runner_use import Answer, Ground, Use
from tagward.workflows.reading import read_workflow
from tagward.workflows.triggers import starts

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tagward.model.rehearsal import Scene
    from tagward.model.workflow import Step, Workflow
    from tagward.model.workflow_run import StepResult
    from tagward.tools.localindex import LocalIndex
    from tagward.tools.run import Completed

PUBLISHER = "pypa/gh-action-pypi-publish"
_SECRET = re.compile(r"\bsecrets\.([A-Za-z_][A-Za-z0-9_]*)")
_GIVEN = "GITHUB_TOKEN"
_NO_TESTPYPI = "a rehearsal sends nothing to TestPyPI: this step was passed over"


@dataclass(slots=True)
class Stage:
    """Where the workflow runs, and what came of it so far.

    Attributes:
        scene: what is rehearsed.
        folder: everything of it is below.
        hub: holds the remote, as `owner/name`.
        index: where uploads go.
        files: the folder of that index.
        variables: the environment that every step has besides.
    """

    scene: Scene
    folder: Path
    hub: Path
    index: LocalIndex
    files: Path
    variables: Mapping[str, str]
    _before: Run | None = None
    _original: dict[Path, bytes] = field(default_factory=dict)

    def run(self, text: bytes, commit: str, *, tampered: bool) -> Outcome:
        """Run the workflow for the release; with an attempt before this one, the jobs that failed there.

        Args:
            text: the workflow.
            commit: what the tag leads to.
            tampered: change the wheel right before the job that uploads it.
        """
        try:
            workflow = read_workflow(text, self.scene.workflow)
            event = self._event(workflow, commit)
            if tampered and len(workflow.jobs) == 1:
                return Outcome(accepted=False, said="", spared="this workflow hands nothing from one job to another")
            uploading = {job.id for job in workflow.jobs if any(map(publishes, job.steps))}
            self._put_back()
            done = run_workflow(workflow, event, self._ground(text, uploading, tampered=tampered), earlier=self._before)
        except ConfigError as failure:
            # Neither published nor refused: what could not be carried out proves nothing, whatever was hoped for.
            return Outcome(accepted=tampered, said="\n".join((str(failure), failure.why, *failure.fixes)))
        self._before = done
        return self._tampered(done, uploading) if tampered else self._published(done)

    def run_with_act(self, root: Path) -> Outcome:
        """Let act run the workflow of a checkout of the tag."""
        text = (root / self.scene.workflow).read_bytes()
        try:
            event = self._event(read_workflow(text, self.scene.workflow), "")
        except ConfigError as failure:
            return Outcome(accepted=False, said=str(failure))
        where = {"TWINE_REPOSITORY_URL": self.index.upload, "TAGWARD_INDEX": self.index.simple}
        done = run_act(
            root, self.scene.workflow, event, secrets=self._secrets(text), variables=where, folder=self.folder
        )
        there = self.released()
        missing = "" if there else "\nnothing is on the index"
        return Outcome(not done.status and bool(there), done.text + done.error + missing)

    def _event(self, workflow: Workflow, commit: str) -> Event:
        """The event that starts the workflow for this tag, of the two that a release has.

        Raises:
            ConfigError: neither does.
        """
        scene = self.scene
        prerelease = Version(scene.version).is_prerelease
        release = Event.release(scene.tag, commit, scene.slug, prerelease=prerelease, branch=scene.branch)
        events = (release, Event.push(TAGS + scene.tag, commit, scene.slug, branch=scene.branch))
        if found := next((event for event in events if starts(workflow, event)), None):
            return found
        raise ConfigError(
            f"{workflow.origin} is started neither by the release of {scene.tag} nor by the push of it",
            fixes=("tagward init --force writes one that is",),
        )

    def _ground(self, text: bytes, uploading: set[str], *, tampered: bool) -> Ground:
        def between(job: str, artifacts: Path) -> None:
            if tampered and job in uploading:
                for wheel in artifacts.rglob("*.whl"):
                    self._original[wheel] = wheel.read_bytes()
                    wheel.write_bytes(flaws.tampered(self._original[wheel]))

        return Ground(
            self.folder,
            self.hub.as_uri(),
            {**self.variables, "TWINE_REPOSITORY_URL": self.index.upload, "TAGWARD_INDEX": self.index.simple},
            secrets=self._secrets(text),
            actions={PUBLISHER: self._publish},
            between=between,
            passed_over=_passed_over,
        )

    def _secrets(self, text: bytes) -> dict[str, str]:
        """What the workflow asks for by name: each is the token of this index."""
        names = set(_SECRET.findall(text.decode(errors="replace"))) - {_GIVEN}
        return dict.fromkeys(sorted(names), self.index.password)

    def _put_back(self) -> None:
        while self._original:
            wheel, data = self._original.popitem()
            wheel.write_bytes(data)

    def _publish(self, use: Use) -> Answer:
        """What stands in for the action that PyPI trusts: real twine, and the token of this index for an identity."""
        files = sorted((use.workspace / use.inputs.get("packages-dir", "dist")).iterdir())
        home = use.folder / "home"
        home.mkdir(parents=True)
        done = self.upload(files, home)
        note = "the identity that PyPI trusts exists on GitHub alone: the index took a token"
        return Answer(done.text + done.error, failed=bool(done.status), notes=(note,))

    def upload(self, files: list[Path], home: Path) -> Completed:
        """Upload files to the index with twine."""
        words = [sys.executable, "-I", "-m", "twine", "upload", "--non-interactive", "--disable-progress-bar"]
        account = {"TWINE_USERNAME": self.index.username, "TWINE_PASSWORD": self.index.password}
        quiet = {"PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring", "NO_COLOR": "1", "COLUMNS": "1000"}
        env = {**_direct(scratch_env(home)), **account, **quiet}
        return run([*words, "--repository-url", self.index.upload, *files], env=env, cwd=home, check=False, timeout=300)

    def released(self) -> dict[str, str]:
        """The sha256 of every file that the index has of the release, by name."""
        return {
            path.name: hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(self.files.iterdir())
            if not path.name.startswith(".") and path.stat().st_size
        }

    def _tampered(self, done: Run, uploading: set[str]) -> Outcome:
        """A refusal is one where everything went well up to the job that uploads, and that job stopped."""
        if not self._original:
            return Outcome(accepted=False, said="", spared="no wheel is handed from one job to another")
        stopped = all(result.outcome is Ended.FAILURE for job in uploading for result in done.of(job))
        before = done.jobs[: min(index for index, result in enumerate(done.jobs) if result.job in uploading)]
        sound = all(result.outcome in {Ended.SUCCESS, Ended.SKIPPED} for result in before)
        refused = bool(uploading) and stopped and sound and not self.released()
        return Outcome(accepted=not refused, said=_said(done), notes=_notes(done))

    def _published(self, done: Run) -> Outcome:
        """Published is what the index has, and what it has is what the run handed over."""
        there = self.released()
        judged = {
            path.name: hashlib.sha256(path.read_bytes()).hexdigest()
            for path in (self.folder / "artifacts").rglob("*")
            if path.name in there
        }
        others = [name for name, digest in judged.items() if there[name] != digest]
        said = _said(done)
        if not there:
            said += "\nnothing is on the index"
        if others:
            said += f"\nthe index has other bytes than were handed over: {', '.join(others)}"
        return Outcome(done.outcome is Ended.SUCCESS and bool(there) and not others, said, notes=_notes(done))


def _passed_over(step: Step) -> str:
    return _NO_TESTPYPI if tries_testpypi(step) else ""


def _direct(env: dict[str, str]) -> dict[str, str]:
    """The environment without proxies: none reaches this machine's own loopback."""
    return {name: value for name, value in env.items() if not name.lower().endswith("_proxy")}


def _said(done: Run) -> str:
    """What the steps that failed have said, or else how every job ended."""
    lines = []
    for job in done.jobs:
        lines.append(f"{job.name}: {job.outcome}{f' ({job.reason})' if job.reason else ''}")
        for step in job.steps:
            if step.outcome is Ended.FAILURE:
                lines += [f"  {step.name}:", *(f"  {line}" for line in step.log.rstrip().splitlines())]
    return "\n".join(lines)


def _notes(done: Run) -> tuple[str, ...]:
    steps: list[StepResult] = [step for job in done.jobs for step in job.steps]
    return tuple(dict.fromkeys(note for step in steps for note in step.notes))
