"""The walk of the rehearsal: a guard that only says yes proves nothing."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from tagward.model.rehearsal import Outcome
from tagward.rehearsal import rehearse


@dataclass
class PaperGround:
    """Ground on which a push goes as the test wants: by default as with a gate that works."""

    broken: str = ""
    tags: set[str] = field(default_factory=set)
    remotes: dict[str, set[str]] = field(default_factory=lambda: {"origin": set(), "second": set()})
    helper: bool = False
    forgotten: bool = False

    def write_version(self, version: str, *, module: str) -> None:
        """Note whether a place was forgotten."""
        self.forgotten = version != module

    def write(self, path: str, text: str) -> None:
        """Note the helper."""
        assert text or path
        self.helper = True

    def commit(self, message: str, *, add: tuple[str, ...] = (".",)) -> Outcome:
        """Refused if a place was forgotten."""
        assert message
        assert add
        if self.forgotten and self.broken != "commit":
            return Outcome(accepted=False, said="error[V002]: …")
        return Outcome(accepted=True, said="")

    def tag(self, name: str) -> None:
        """Note it."""
        self.tags.add(name)

    def push(self, *refs: str, remote: str = "origin") -> Outcome:
        """Refused if it holds a wrong tag, or the helper is not in the commit."""
        there = self.remotes[remote]
        said = "remembered" if remote == "second" and self.broken != "memory" else ""
        if "v0.2.0" in refs and self.broken != "gate":
            return Outcome(accepted=False, said="error[V001]: …", refs=frozenset(there))
        if self.helper and self.broken != "import":
            return Outcome(accepted=False, said="error[X002]: …", refs=frozenset(there))
        there |= set(refs)
        return Outcome(accepted=self.broken != "push", said=said, refs=frozenset(there))

    def reset(self) -> None:
        """Forget what is not on the remote."""
        self.helper = self.forgotten = False


def test_every_step_comes_out_where_the_gate_works() -> None:
    steps = list(rehearse(PaperGround()))

    assert [step.name for step in steps] == ["branch", "refuse", "refuse", "refuse", "refuse", "push", "again"]
    assert all(step.passed for step in steps)


@pytest.mark.parametrize(
    ("broken", "step"),
    [("commit", "V002"), ("gate", "V001"), ("import", "X002"), ("memory", "remembered"), ("push", "branch")],
)
def test_without_one_protection_the_rehearsal_fails_there_and_names_it(broken: str, step: str) -> None:
    steps = list(rehearse(PaperGround(broken)))

    assert not steps[-1].passed
    assert step in steps[-1].what
    assert all(one.passed for one in steps[:-1])
