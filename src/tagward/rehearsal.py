"""A release on throwaway ground: what must go through goes through, and what must be refused is refused."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Protocol

from tagward.model.rehearsal import Outcome, Step

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

RELEASE, NEXT = "0.1.0", "0.2.0"


class Ground(Protocol):
    """A project of its own with a bare remote, the pre-push hook and the commit hook in place."""

    def write_version(self, version: str, *, module: str) -> None:
        """State a version in pyproject.toml, and `module` in the import package."""

    def write(self, path: str, text: str) -> None:
        """Write a file into the working tree."""

    def commit(self, message: str, *, add: tuple[str, ...] = (".",)) -> Outcome:
        """Commit what is named, through the commit hook."""

    def tag(self, name: str) -> None:
        """Make an annotated tag at HEAD."""

    def push(self, *refs: str, remote: str = "origin") -> Outcome:
        """Push through the hook."""

    def reset(self) -> None:
        """Drop everything since the last commit that is on the remote, and all tags that are not."""


def rehearse(ground: Ground) -> Iterator[Step]:
    """The steps, one after the other; every later one stands on the earlier ones, so that a failed one is the last."""
    for step in _steps(ground):
        yield step
        if not step.passed:
            return


def _steps(ground: Ground) -> Iterator[Step]:
    yield _step("branch", "a branch is pushed: it goes through", lambda: ground.push("main"), _accepted("main"))

    ground.write_version(NEXT, module=RELEASE)
    forgotten = _step(
        "refuse", "a version forgotten in one place is committed: V002", lambda: ground.commit("bump"), _refused("V002")
    )
    ground.reset()
    yield forgotten

    ground.tag(f"v{NEXT}")
    yield _step(
        "refuse",
        f"a wrong tag v{NEXT} on the commit that the remote has: V001",
        lambda: ground.push(f"v{NEXT}"),
        _refused("V001", f"v{NEXT}"),
    )
    ground.tag(f"v{RELEASE}")
    yield _step(
        "refuse",
        "two tags of which one is wrong: neither goes out",
        lambda: ground.push(f"v{RELEASE}", f"v{NEXT}"),
        _refused("V001", f"v{NEXT}", f"v{RELEASE}"),
    )
    ground.reset()

    ground.write("src/tagward_sandbox/helper.py", "")
    ground.write("src/tagward_sandbox/__init__.py", _importing_helper())
    ground.commit("use a helper", add=("src/tagward_sandbox/__init__.py",))
    ground.tag(f"v{RELEASE}")
    yield _step(
        "refuse",
        "a module that is on disk but not in the commit: X002",
        lambda: ground.push("main", f"v{RELEASE}"),
        _refused("X002", f"v{RELEASE}"),
    )
    ground.reset()

    ground.tag(f"v{RELEASE}")
    yield _step(
        "push", f"v{RELEASE} is pushed: the gate passes", lambda: ground.push(f"v{RELEASE}"), _accepted(f"v{RELEASE}")
    )
    yield _step(
        "again",
        "the same tag to a second remote: remembered",
        lambda: ground.push(f"v{RELEASE}", remote="second"),
        _accepted(f"v{RELEASE}", word="remembered"),
    )


def _step(name: str, what: str, act: Callable[[], Outcome], judge: Callable[[Outcome], bool]) -> Step:
    began = time.monotonic()
    outcome = act()
    return Step(name, what, judge(outcome), time.monotonic() - began, outcome.said)


def _accepted(ref: str, word: str = "") -> Callable[[Outcome], bool]:
    return lambda outcome: outcome.accepted and ref in outcome.refs and word in outcome.said


def _refused(code: str, *absent: str) -> Callable[[Outcome], bool]:
    return lambda outcome: not outcome.accepted and f"[{code}]" in outcome.said and not outcome.refs & set(absent)


def _importing_helper() -> str:
    return (
        '"""A small project for rehearsals."""\n\nfrom tagward_sandbox import helper\n\n'
        f'__version__ = "{RELEASE}"\n\n\ndef main() -> None:\n    """Start."""\n    print(helper)\n'
    )
