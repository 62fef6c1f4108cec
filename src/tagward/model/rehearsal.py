"""What a rehearsal knows of a project, and what it shows: steps, each with what it proved or why it did not."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class Leg(StrEnum):
    """Where on its way from the developer to the user a release is."""

    LAPTOP = "laptop"
    REMOTE = "remote"
    WORKFLOW = "workflow"
    INDEX = "index"
    PIP = "pip"


class Flaw(StrEnum):
    """Something wrong that a rehearsal plants into a project of which it knows the files, as a sentence."""

    UNCOMMITTED = "a module that is on disk but not in the commit"
    README = "a README that PyPI cannot show"
    UNDECLARED = "an import that no dependency brings"
    SECRET = "a token of GitHub in the wheel"  # noqa: S105  # the sentence, not a token


CODES = {
    Flaw.UNCOMMITTED: ("X002", "X019"),
    Flaw.README: ("U001", "U007"),
    Flaw.UNDECLARED: ("X002",),
    Flaw.SECRET: ("S103",),
}
"""Which checks may tell a flaw; one of them has to."""

README_LINE = re.compile(r"(?m)^readme[ \t]*=.*$")
"""The line of pyproject.toml that names the README, of `[project]` and of `[tool.poetry]` alike."""

FORGOTTEN = "a version forgotten in one place"


@dataclass(frozen=True, slots=True)
class Scene:
    """What is rehearsed, known before anything is done.

    Attributes:
        project: its name.
        version: what is released.
        tag: the tag of that release.
        following: the version after it.
        wrong: three tags that must not go out at the commit of the release; empty where the names of tags say nothing.
        wrong_code: the check that refuses them.
        commit: the commit of the user that it begins from; empty for the built-in project.
        branch: the branch that is pushed.
        stated: what HEAD says of its version; empty where only tags say it.
        before: the newest version that was released; empty where none was.
        folder: where the project stands in the repository; empty for its root.
        forgettable: the file whose version a bump by hand may forget; empty where there is none.
        module: the file that runs when the project is imported; empty where none is known.
        imports: what is imported of the release; empty: what it brings.
        spared: why something cannot be attempted, by the flaw or the code.
        slug: the repository on GitHub, `owner/name`.
        workflow: the path of the workflow that publishes.
        with_act: whether act runs it as well.
        notes: what else is to be known, as sentences.
    """

    project: str
    version: str
    tag: str
    following: str
    wrong: tuple[str, ...]
    wrong_code: str
    commit: str = ""
    branch: str = "main"
    stated: str = ""
    before: str = ""
    folder: str = ""
    forgettable: str = ""
    module: str = ""
    imports: tuple[str, ...] = ()
    spared: Mapping[str, str] = field(default_factory=dict)
    slug: str = "rehearsal/project"
    workflow: str = ""
    with_act: bool = False
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one attempt on throwaway ground.

    Attributes:
        accepted: whether it went through.
        said: what was printed.
        refs: the refs of the remote afterwards.
        spared: why there was nothing to attempt; mostly empty.
        notes: in what it differed from the real thing.
    """

    accepted: bool
    said: str
    refs: frozenset[str] = frozenset()
    spared: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One step.

    Attributes:
        name: a word: `push`, `refuse`.
        what: what it proved, as a sentence; of one that was passed over, why.
        passed: whether it came out as it must; a refusal that did not happen has failed.
        seconds: how long it took.
        said: what the programs printed.
        leg: where on its way the release was.
        skipped: there was nothing to try, and `what` says why; it proves nothing and spoils nothing.
        notes: in what it differed from the real thing.
    """

    name: str
    what: str
    passed: bool
    seconds: float
    said: str = ""
    leg: Leg = Leg.LAPTOP
    skipped: bool = False
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """A whole rehearsal.

    Attributes:
        project: its name.
        version: what was released on throwaway ground.
        tag: the tag of that release.
        commit: the commit of the user that it began from; empty for the built-in project.
        steps: in order; the last one is the failed one, where one failed.
        commands: how the same is done for real, one line each.
    """

    project: str
    version: str
    tag: str
    commit: str
    steps: tuple[Step, ...]
    commands: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether every step came out as it must."""
        return bool(self.steps) and all(step.passed or step.skipped for step in self.steps)

    @property
    def refusals(self) -> int:
        """How many steps proved that something is refused."""
        return sum(step.passed and step.name == "refuse" for step in self.steps)

    @property
    def seconds(self) -> float:
        """How long all of it took."""
        return sum(step.seconds for step in self.steps)
