"""The walk of the rehearsal: a guard that only says yes proves nothing."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest

from tagward.model.rehearsal import FORGOTTEN, Flaw, Outcome, Scene
from tagward.rehearsal import rehearse

YES = Outcome(accepted=True, said="")
SCENE = Scene(
    "demo",
    "0.2.0",
    "v0.2.0",
    "0.2.1",
    ("v0.2.1", "v0.2.2", "v0.2.3"),
    "V001",
    stated="0.1.0",
    forgettable="src/demo/__init__.py",
    module="src/demo/__init__.py",
    workflow=".github/workflows/pypi-release.yml",
)


def refusal(code: str) -> Outcome:
    return Outcome(accepted=False, said=f"error[{code}]: …")


@dataclass
class PaperGround:
    """Ground on which everything goes as with a gate that works, but for what is broken."""

    scene: Scene = SCENE
    broken: str = ""
    refs: dict[str, set[str]] = field(default_factory=lambda: {"origin": set(), "second": set()})
    forgotten: bool = False
    flaw: Flaw | None = None
    published: bool = False
    settled: int = 0

    def prepare(self) -> Outcome:
        return YES if self.broken != "prepare" else Outcome(accepted=False, said="no")

    def state(self, version: str, *, forgetting: bool = False) -> Outcome:
        assert version
        self.forgotten = forgetting
        return YES if self.broken != "bump" else Outcome(accepted=False, said="no place")

    def plant(self, flaw: Flaw) -> None:
        self.flaw = flaw

    def change(self) -> None:
        assert self.settled or not self.scene.stated

    def commit(self, message: str) -> Outcome:
        assert message
        return refusal("V002") if self.forgotten and self.broken != "commit" else YES

    def tag(self, name: str) -> None:
        assert name

    def push(self, *refs: str, remote: str = "origin") -> Outcome:
        there = self.refs[remote]
        wrong = next((ref for ref in refs if ref in self.scene.wrong), "")
        if wrong and self.broken != wrong:
            return replace(refusal(self.scene.wrong_code), refs=frozenset(there))
        if self.flaw and self.broken != self.flaw.name:
            code = {"UNCOMMITTED": "X002", "README": "U001", "UNDECLARED": "X002", "SECRET": "S103"}[self.flaw.name]
            return replace(refusal(code), refs=frozenset(there))
        if self.published and self.scene.tag in refs and self.broken != "bytes":
            return replace(refusal("I101"), refs=frozenset(there))
        there |= set(refs)
        said = "remembered" if remote == "second" and self.broken != "memory" else ""
        return Outcome(accepted=self.broken != "push", said=said, refs=frozenset(there))

    def retract(self, tag: str) -> None:
        self.refs["origin"].discard(tag)

    def settle(self) -> None:
        self.settled += 1

    def reset(self) -> None:
        self.forgotten, self.flaw = False, None

    def publish(self, *, tampered: bool) -> Outcome:
        if tampered:
            return Outcome(accepted=self.broken == "tampered", said="")
        self.published = True
        return Outcome(accepted=self.broken != "workflow", said="the job failed")

    def publish_with_act(self) -> Outcome:
        return Outcome(accepted=self.broken != "act", said="")

    def overwrite(self) -> Outcome:
        return Outcome(accepted=self.broken == "index", said="HTTPError: 400 File already exists ('demo')")

    def install(self) -> Outcome:
        return Outcome(accepted=self.broken != "install", said="")


def test_every_step_comes_out_where_everything_works() -> None:
    steps = list(rehearse(PaperGround()))

    assert [step.name for step in steps] == [
        "clone", "refuse", "commit", "refuse", "branch", "refuse", "refuse", "refuse", "refuse", "refuse", "refuse",
        "push", "again", "refuse", "workflow", "refuse", "refuse", "install",
    ]  # fmt: skip
    assert all(step.passed for step in steps)


@pytest.mark.parametrize(
    ("broken", "step"),
    [
        ("prepare", "bare remotes"),
        ("bump", "V002"),
        ("commit", "V002"),
        ("v0.2.1", "with its branch"),
        ("v0.2.2", "already pushed"),
        ("v0.2.3", "two tags"),
        ("UNCOMMITTED", "on disk but not in the commit"),
        ("README", "README"),
        ("UNDECLARED", "no dependency brings"),
        ("SECRET", "a token of GitHub"),
        ("push", "main is pushed"),
        ("memory", "remembered"),
        ("tampered", "tampered with"),
        ("workflow", "judged again"),
        ("bytes", "other bytes"),
        ("index", "the index answers 400"),
        ("install", "pip install"),
    ],
)
def test_without_one_protection_it_fails_there_and_names_it(broken: str, step: str) -> None:
    steps = list(rehearse(PaperGround(broken=broken)))

    assert not steps[-1].passed
    assert step in steps[-1].what
    assert all(one.passed for one in steps[:-1])


def test_a_refusal_for_another_reason_is_none() -> None:
    class Confused(PaperGround):
        def push(self, *refs: str, remote: str = "origin") -> Outcome:
            outcome = super().push(*refs, remote=remote)
            return outcome if outcome.accepted else replace(outcome, said="error[B001]: …")

    steps = list(rehearse(Confused()))

    assert not steps[-1].passed
    assert "V001" in steps[-1].what


def test_a_refusal_after_which_the_tag_is_there_all_the_same_is_none() -> None:
    class Leaking(PaperGround):
        def push(self, *refs: str, remote: str = "origin") -> Outcome:
            outcome = super().push(*refs, remote=remote)
            return replace(outcome, refs=outcome.refs | set(refs))

    steps = list(rehearse(Leaking()))

    assert not steps[-1].passed
    assert steps[-1].name == "refuse"


def test_what_is_to_be_known_is_said_once() -> None:
    class Poor(PaperGround):
        def publish(self, *, tampered: bool) -> Outcome:
            return replace(
                super().publish(tampered=tampered), notes=("no 3.10", "tampered") if tampered else ("no 3.10",)
            )

    assert [step.notes for step in rehearse(Poor()) if step.notes] == [("no 3.10", "tampered")]


def test_what_cannot_be_attempted_is_said_and_proves_nothing() -> None:
    spared = {FORGOTTEN: "why not", str(Flaw.README): "it has none"}
    steps = list(rehearse(PaperGround(replace(SCENE, spared=spared))))
    left_out = [step for step in steps if step.skipped]

    assert [step.what for step in left_out] == [
        "a version forgotten in one place: why not",
        "a README that PyPI cannot show: it has none",
    ]
    assert not any(step.passed for step in left_out)
    assert steps[-1].name == "install"


def test_a_project_without_a_stated_version_is_released_from_a_commit_of_its_own() -> None:
    scene = replace(SCENE, stated="", forgettable="", wrong=("v0.2.O", "v0.2.l", "v0.2.I"), wrong_code="T101")
    steps = list(rehearse(PaperGround(scene)))

    assert steps[2].what == "something to release: the commit hook accepts it"
    assert next(step.what for step in steps if "T101" in step.what) == "the wrong tag v0.2.O, with its branch: T101"
    assert steps[-1].passed


def test_act_comes_after_the_workflow_and_only_where_it_was_asked_for() -> None:
    names = [step.name for step in rehearse(PaperGround(replace(SCENE, with_act=True)))]
    broken = list(rehearse(PaperGround(replace(SCENE, with_act=True), "act")))

    assert names[names.index("workflow") + 1] == "act"
    assert (broken[-1].name, broken[-1].passed) == ("act", False)


def test_a_version_that_is_stated_already_needs_no_commit() -> None:
    steps = list(rehearse(PaperGround(replace(SCENE, stated="0.2.0"))))

    assert "commit" not in [step.name for step in steps]
    assert steps[-1].passed


def test_a_listener_hears_of_every_step_before_it_is_made() -> None:
    heard: list[tuple[str, str]] = []
    steps = list(rehearse(PaperGround(), lambda name, what: heard.append((name, what))))

    assert heard == [(step.name, step.what) for step in steps]
