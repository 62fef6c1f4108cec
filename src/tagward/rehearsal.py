"""A release on throwaway ground: what must go through goes through, and what must be refused is refused."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Protocol

from tagward.model.rehearsal import CODES, FORGOTTEN, Flaw, Leg, Outcome, Scene, Step

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Judge = Callable[[Outcome], bool]


class Ground(Protocol):
    """A project of its own with two bare remotes, both hooks in place, an index, and the workflow that publishes."""

    scene: Scene

    def prepare(self) -> Outcome:
        """Make all of it."""

    def state(self, version: str, *, forgetting: bool = False) -> Outcome:
        """Set the version everywhere; with `forgetting`, in all places but one. All of it is staged."""

    def plant(self, flaw: Flaw) -> None:
        """Write something wrong into the working tree, and stage what the next commit is to hold of it."""

    def change(self) -> None:
        """Change a file that ships, so that the same version has other bytes. It is staged."""

    def commit(self, message: str) -> Outcome:
        """Commit what is staged, through the commit hook."""

    def tag(self, name: str) -> None:
        """Make an annotated tag at HEAD."""

    def push(self, *refs: str, remote: str = "origin") -> Outcome:
        """Push through the hook."""

    def retract(self, tag: str) -> None:
        """Take a tag from here and from the remote, past the hook, as somebody does who wants to repair a release."""

    def settle(self) -> None:
        """Keep what is committed: `reset` goes back to it."""

    def reset(self) -> None:
        """Drop everything since `settle`, and all tags that are not on the remote."""

    def publish(self, *, tampered: bool) -> Outcome:
        """Publish the GitHub release of the tag, which runs the workflow; a second time, run the failed jobs again.

        With `tampered`, a wheel is changed between the job that judged it and the one that uploads it.
        """

    def publish_with_act(self) -> Outcome:
        """The same under act, to an index of its own."""

    def overwrite(self) -> Outcome:
        """Upload another wheel of the same name, past every gate, to the index itself."""

    def install(self) -> Outcome:
        """Install the release from the index into a fresh environment, import it, and ask for its version."""


def hear_nothing(_name: str, _what: str) -> None:
    """Listen to nothing."""


def rehearse(ground: Ground, begin: Callable[[str, str], None] = hear_nothing) -> Iterator[Step]:
    """The steps, one after the other; every later one stands on the earlier ones, so that a failed one is the last.

    Args:
        ground: where it happens.
        begin: told the name and the sentence of every step before it is made.
    """
    for step in _Walk(ground, begin).steps():
        yield step
        if not (step.passed or step.skipped):
            return


class _Walk:
    """The steps of one rehearsal."""

    def __init__(self, ground: Ground, begin: Callable[[str, str], None]) -> None:
        self._ground = ground
        self._begin = begin
        self._noted: set[str] = set()

    def steps(self) -> Iterator[Step]:
        """All of them."""
        yield from self._commits()
        yield from self._wrong_tags()
        yield from self._flaws()
        yield from self._release()

    def _commits(self) -> Iterator[Step]:
        """The commit of the release, which states its version."""
        ground, scene = self._ground, self._ground.scene
        begins = f"your HEAD {scene.commit[:7]}" if scene.commit else "the built-in project"
        yield self._step("clone", f"{begins}; bare remotes, hooks, an index", ground.prepare, _accepted())
        target = scene.version if scene.version != scene.stated else scene.following

        def bump(version: str, *, forgetting: bool) -> Outcome:
            stated = ground.state(version, forgetting=forgetting)
            return ground.commit(f"Release {version}") if stated.accepted else stated

        def change() -> Outcome:
            ground.change()
            return ground.commit("Something new")

        alone = "it stands in one place alone" if scene.stated else "only tags state it"
        if reason := scene.spared.get(FORGOTTEN, "" if scene.forgettable else alone):
            yield _spared(f"{FORGOTTEN}: {reason}")
        else:
            what = f"{FORGOTTEN} is committed: V002"
            yield self._step("refuse", what, lambda: bump(target, forgetting=True), _refused("V002"))
            ground.reset()
        if not scene.stated:
            yield self._step("commit", "something to release: the commit hook accepts it", change, _accepted())
        elif scene.version != scene.stated:
            what = f"{scene.version} in every place: the commit hook accepts it"
            yield self._step("commit", what, lambda: bump(target, forgetting=False), _accepted())
        ground.settle()

    def _wrong_tags(self) -> Iterator[Step]:
        ground, scene = self._ground, self._ground.scene
        code, branch = scene.wrong_code, scene.branch

        def push(*tags: str, refs: tuple[str, ...]) -> Outcome:
            for tag in tags:
                ground.tag(tag)
            return ground.push(*refs)

        if scene.wrong:
            beside = scene.wrong[0]
            yield self._step(
                "refuse",
                f"the wrong tag {beside}, with its branch: {code}",
                lambda: push(beside, refs=(branch, beside)),
                _refused(code, absent=(branch, beside)),
            )
            ground.reset()
        yield self._step("branch", f"{branch} is pushed", lambda: ground.push(branch), _accepted(branch), Leg.REMOTE)
        if not scene.wrong:
            yield _spared("a wrong tag: the version comes from the tag, and any name of this form is one")
            return
        late, pair = scene.wrong[1:3]
        yield self._step(
            "refuse",
            f"the wrong tag {late} on a commit already pushed: {code}",
            lambda: push(late, refs=(late,)),
            _refused(code, absent=(late,)),
        )
        ground.reset()
        yield self._step(
            "refuse",
            f"two tags, {pair} wrong, neither goes out: {code}",
            lambda: push(scene.tag, pair, refs=(scene.tag, pair)),
            _refused(code, absent=(scene.tag, pair)),
        )
        ground.reset()

    def _flaws(self) -> Iterator[Step]:
        """Everything that is only seen when the release is built, looked into and installed."""
        ground, scene = self._ground, self._ground.scene
        for flaw, codes in CODES.items():
            if flaw in scene.spared:
                yield _spared(f"{flaw}: {scene.spared[flaw]}")
                continue

            def attempt(flaw: Flaw = flaw) -> Outcome:
                ground.plant(flaw)
                committed = ground.commit(f"Plant {flaw.name.lower()}")
                if not committed.accepted:
                    return committed
                ground.tag(scene.tag)
                return ground.push(scene.branch, scene.tag)

            yield self._step("refuse", f"{flaw}: {codes[0]}", attempt, _refused(*codes, absent=(scene.tag,)))
            ground.reset()

    def _release(self) -> Iterator[Step]:
        ground, scene = self._ground, self._ground.scene

        def push() -> Outcome:
            ground.tag(scene.tag)
            return ground.push(scene.tag)

        what = f"{scene.tag} is pushed: the gate passes"
        yield self._step("push", what, push, _accepted(scene.tag), Leg.REMOTE)
        yield self._step(
            "again",
            "the same tag to a second remote: remembered",
            lambda: ground.push(scene.tag, remote="second"),
            _accepted(scene.tag, word="remembered"),
            Leg.REMOTE,
        )
        yield self._step(
            "refuse",
            "a wheel tampered with between two jobs",
            lambda: ground.publish(tampered=True),
            lambda outcome: not outcome.accepted,
            Leg.WORKFLOW,
        )
        what = f"{scene.workflow.rpartition('/')[2]}: judged again, published"
        yield self._step("workflow", what, lambda: ground.publish(tampered=False), _accepted(), Leg.WORKFLOW)
        if scene.with_act:
            yield self._step("act", "the same workflow under act", ground.publish_with_act, _accepted(), Leg.WORKFLOW)
        yield from self._other_bytes()
        what = f"pip install {scene.project}=={scene.version} from that index"
        yield self._step("install", what, ground.install, _accepted(), Leg.PIP)

    def _other_bytes(self) -> Iterator[Step]:
        """What is published stays as it is: the gate says so, and so does the index."""
        ground, scene = self._ground, self._ground.scene

        def again() -> Outcome:
            ground.retract(scene.tag)
            ground.change()
            committed = ground.commit(f"Repair {scene.version}")
            if not committed.accepted:
                return committed
            ground.tag(scene.tag)
            return ground.push(scene.branch, scene.tag)

        what = f"{scene.version} again with other bytes: I101"
        yield self._step("refuse", what, again, _refused("I101", "I001", absent=(scene.tag,)))
        what = "the same past every gate: the index answers 400"
        yield self._step("refuse", what, ground.overwrite, _refused_by_index, Leg.INDEX)

    def _step(self, name: str, what: str, act: Callable[[], Outcome], judge: Judge, leg: Leg = Leg.LAPTOP) -> Step:
        self._begin(name, what)
        began = time.monotonic()
        outcome = act()
        seconds = time.monotonic() - began
        if outcome.spared:
            return _spared(f"{what.partition(':')[0]}: {outcome.spared}")
        notes = tuple(note for note in outcome.notes if note not in self._noted)
        self._noted.update(notes)
        return Step(name, what, judge(outcome), seconds, outcome.said, leg, notes=notes)


def _spared(what: str) -> Step:
    return Step("refuse", what, passed=False, seconds=0.0, skipped=True)


def _accepted(*refs: str, word: str = "") -> Judge:
    return lambda outcome: outcome.accepted and outcome.refs.issuperset(refs) and word in outcome.said


def _refused(*codes: str, absent: tuple[str, ...] = ()) -> Judge:
    """Refused, for one of these reasons, and none of these refs has come to the remote."""
    return lambda outcome: (
        not outcome.accepted
        and any(f"error[{code}]" in outcome.said for code in codes)
        and not outcome.refs & set(absent)
    )


def _refused_by_index(outcome: Outcome) -> bool:
    return not outcome.accepted and "400" in outcome.said and "File already exists" in outcome.said
