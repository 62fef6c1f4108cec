"""What no tool can do for a project: who may upload, and the commands that come next."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from tagward.model.plan import Task
from tagward.plans.tags import released
from tagward.workflows.render import RELEASE, TEST, Publish

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tagward.model.setup import Setup
    from tagward.workflows.render import Choices


def once(setup: Setup, choices: Choices) -> Iterator[Task]:
    """What is entered once, on GitHub and on PyPI."""
    names = [project.name for project in released(setup) if project.name]
    projects = ", ".join(names) or "your project"
    if choices.publish is Publish.TRUSTED:
        yield from _publisher(setup, choices, projects)
        yield _environment(setup, choices, "pypi")
    else:
        yield from _token(setup, choices, projects)


def next_commands(paths: Sequence[str]) -> Iterator[str]:
    """The commands after this one; exactly what was written is added."""
    if paths:
        yield f'git add {shlex.join(sorted(paths))} && git commit -m "Guard releases"'
    yield "tagward rehearse && tagward doctor      # the whole path on this machine; is everything in place?"


def _publisher(setup: Setup, choices: Choices, projects: str) -> Iterator[Task]:
    owner, name = (setup.remote.owner, setup.remote.name) if setup.remote else ("OWNER", "REPOSITORY")
    form = f"Owner  {owner}     Repository  {name}     Workflow  {{}}     Environment  {{}}"
    yield Task(
        f"On PyPI: Your projects → {projects} → Publishing          (first release: Your account → Publishing)",
        (form.format(RELEASE, "pypi"),),
    )
    lines = (*((form.format(RELEASE, "testpypi"),) if choices.testpypi else ()), form.format(TEST, "testpypi"))
    title = "On TestPyPI, the same" if choices.testpypi else "On TestPyPI, the same, if you want to upload there"
    yield Task(f"{title}:", lines)


def _token(setup: Setup, choices: Choices, projects: str) -> Iterator[Task]:
    where = f" --repo {setup.remote.slug}" if setup.remote and setup.remote.is_public_github else ""
    several = len(released(setup)) > 1
    scope = "for the entire account: none is for several projects" if several else f"with the scope of {projects} alone"
    first = "first release: a token for the entire account; replace it when the project is there"
    yield Task(f"On PyPI: Account settings → API tokens → Add API token, {scope}", () if several else (first,))
    task = _environment(setup, choices, "pypi")
    secret = (
        "Add environment secret: PYPI_API_TOKEN, or here, where it asks for the token:",
        f"gh secret set PYPI_API_TOKEN --env pypi{where}",
    )
    yield Task(task.title, (*task.lines, *secret))
    title = "For TestPyPI" if choices.testpypi else "For TestPyPI, if you want to upload there"
    yield Task(
        f"{title}: the same with its own token, in the environment testpypi",
        (f"gh secret set TEST_PYPI_API_TOKEN --env testpypi{where}",),
    )


def _environment(setup: Setup, choices: Choices, name: str) -> Task:
    """The environment of the job that publishes, with the refs that it may run at.

    A release runs at its tag, its recovery by hand at the default branch (GitHub, "Managing environments").
    """
    tags = ", ".join(pattern.replace("[0-9]*", "*") for pattern in choices.patterns)
    rule = (
        f"Deployment branches and tags: Selected → tag {tags}; branch {setup.branch or 'main'} (for recovery by hand)"
    )
    return Task(f"On GitHub: Settings → Environments → New environment → {name}", (rule,))
