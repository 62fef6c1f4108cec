"""What stands in for GitHub in a release: the other end of ssh, and a `gh` that runs the workflow on this machine."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from conftest import Project, git

from tagward.cli import _scenes
from tagward.tools.ground import SANDBOX
from tagward.workflows.render import RELEASE, Choices, render

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from tagward.tools.localindex import LocalIndex

SLUG = "acme/tagward-sandbox"
WORKFLOW = _scenes.FOLDER + RELEASE
SSH = """#!{python}
import os, shlex, sys
# GitHub's end of an ssh connection: the last word is the command, with the path of the repository.
command, path = shlex.split(sys.argv[-1])
os.execvp("git", ["git", command.removeprefix("git-"), {hub!r} + "/" + path.strip("/").removesuffix(".git")])
"""
GH = """#!{python} -I
import json, os, pathlib, subprocess, sys, time
folder, words = pathlib.Path({folder!r}), sys.argv[1:]
with (folder / "gh.log").open("a") as log:
    log.write(" ".join(words) + chr(10))
release, run = folder / "release.json", folder / "run.json"
def after(option):
    return words[words.index(option) + 1]
match words[:2]:
    case ["auth", "status"]:
        sys.exit({logged_out!r} or 0)
    case ["release", "view"]:
        if not release.exists():
            sys.exit("release not found")
        print(release.read_text())
    case ["release", "create"]:
        if (folder / "away").exists():
            sys.exit("HTTP 502")
        if (folder / "slow").exists():
            (folder / "slow").unlink()
            time.sleep(60)
        tag = words[2]
        if (folder / "server.py").exists():
            # It is another machine: no signal reaches it, and nothing that it runs is marked as ours.
            server = [{python!r}, "-I", str(folder / "server.py"), tag]
            subprocess.run(server, env={{"PATH": os.environ["PATH"]}}, start_new_session=True, check=True)
        hub = {hub!r} + "/" + {slug!r}
        subprocess.run(["git", "-C", hub, "rev-parse", "--verify", "--quiet", "refs/tags/" + tag], check=True)
        release.write_text(json.dumps({{"url": "https://github.com/{slug}/releases/tag/" + tag, "isDraft": False}}))
        state = {{"databaseId": 7, "status": "in_progress", "conclusion": None, "url": "https://github.com/run/7"}}
        ended = folder / "ended"
        if ended.exists():
            state |= {{"status": "completed", "conclusion": ended.read_text()}}
        run.write_text(json.dumps(state))
        job = [{python!r}, "-I", {job!r}, tag, "prerelease" if "--prerelease" in words else ""]
        if not ended.exists():
            subprocess.Popen(job, start_new_session=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        print(json.loads(release.read_text())["url"])
    case ["run", "list"]:
        assert after("--repo") == "github.com/{slug}" and after("--event") == "release", words
        print("[" + (run.read_text() if run.exists() else "") + "]")
    case _:
        sys.exit(f"unknown command {{words}}")
"""
JOB = """
import json, pathlib, subprocess, sys
from tagward.model.workflow_run import Event, Outcome
from tagward.tools.runner import run_workflow
from tagward.tools.runner_use import Ground
from tagward.workflows.reading import read_workflow
folder, hub, tag = pathlib.Path({folder!r}), {hub!r}, sys.argv[1]
asked = ["git", "-C", f"{{hub}}/{slug}"]
commit = subprocess.run([*asked, "rev-parse", tag + "^{{commit}}"], capture_output=True, text=True).stdout.strip()
text = subprocess.run([*asked, "show", f"{{commit}}:{workflow}"], capture_output=True, text=True).stdout
ground = Ground(folder / "runner", f"file://{{hub}}", {variables!r}, environments={{"pypi": {secrets!r}}})
event = Event.release(tag, commit, {slug!r}, prerelease=bool(sys.argv[2]))
done = run_workflow(read_workflow(text, {workflow!r}), event, ground)
good = all(job.outcome is Outcome.SUCCESS for job in done.jobs)
(folder / "run.log").write_text("".join(step.log for job in done.jobs for step in job.steps))
state = json.loads((folder / "run.json").read_text())
state |= {{"status": "completed", "conclusion": "success" if good else "failure"}}
half = folder / "run.half"
half.write_text(json.dumps(state))
half.replace(folder / "run.json")
"""


@dataclass(frozen=True)
class Forge:
    """A repository that lies on GitHub, as far as git, `gh` and the workflow can tell.

    Attributes:
        project: the working tree, and the bare repository that its `origin` leads to.
        folder: what the stand-ins keep. With a file `away` in it GitHub does not answer, with `slow` it goes
            and the answer takes a minute, with `ended` no workflow is run and its conclusion is what the file says;
            a program `server.py` in it does before what GitHub would do.
    """

    project: Project
    folder: Path

    def asked(self) -> list[str]:
        """What `gh` was asked, in order."""
        return (self.folder / "gh.log").read_text(encoding="utf-8").splitlines()

    def run(self) -> dict[str, object]:
        """The run of the workflow."""
        found: dict[str, object] = json.loads((self.folder / "run.json").read_text(encoding="utf-8"))
        return found


def script(path: Path, text: str) -> None:
    """Write a program."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)


def make_forge(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, index: LocalIndex | None = None, *, logged_out: str = ""
) -> Forge:
    """The sandbox project at 0.1.0, released before, with the workflow that `init` writes; commands meet stand-ins."""
    forge, environ = lay_forge(tmp_path, index, logged_out=logged_out)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    return forge


def lay_forge(tmp_path: Path, index: LocalIndex | None = None, *, logged_out: str = "") -> tuple[Forge, dict[str, str]]:
    """The same, and the variables by which commands meet the stand-ins."""
    hub, folder, tools = tmp_path / "hub", tmp_path / "github", tmp_path / "tools"
    folder.mkdir()
    project = Project(tmp_path / "project", hub / SLUG)
    for path in (path for path in SANDBOX.rglob("*") if path.is_file() and path.suffix != ".pyc"):
        project.write(path.relative_to(SANDBOX).as_posix(), path.read_text(encoding="utf-8"))
    described, now = project.root / "pyproject.toml", sys.version_info
    only = f'requires-python = ">={now.major}.{now.minor},<{now.major}.{now.minor + 1}"'
    described.write_text(described.read_text().replace('requires-python = ">=3.11"', only))
    project.write("CHANGELOG.md", "# Changelog\n\n## [Unreleased]\n\n- New.\n\n## [0.1.0] - 2026-10-01\n\n- First.\n")
    project.write(WORKFLOW, render(RELEASE, Choices(SLUG)))
    given = {
        "folder": str(folder),
        "hub": str(hub),
        "slug": SLUG,
        "workflow": WORKFLOW,
        "python": sys.executable,
        "job": str(tools / "job.py"),
        "logged_out": logged_out,
        "variables": {"TWINE_REPOSITORY_URL": index.upload, "TAGWARD_INDEX": index.simple} if index else {},
        "secrets": {"PYPI_API_TOKEN": index.password} if index else {},
    }
    for name, text in (("ssh", SSH), ("bin/gh", GH), ("job.py", JOB)):
        script(tools / name, text.format(**given))
    environ = {"GIT_SSH": str(tools / "ssh"), "PATH": f"{tools / 'bin'}{os.pathsep}{os.environ['PATH']}"}
    if index:
        environ |= {"TAGWARD_INDEX": index.simple, "TWINE_REPOSITORY_URL": index.upload}
    git("init", "-q", "--bare", str(project.remote), cwd=tmp_path)
    git("init", "-q", "-b", "main", cwd=project.root)
    git("remote", "add", "origin", f"git@github.com:{SLUG}.git", cwd=project.root)
    project.commit("Release 0.1.0")
    project.tag("v0.1.0")
    git("push", "-qu", "origin", "main", "v0.1.0", cwd=project.root, check=True, **environ)
    return Forge(project, folder), environ
