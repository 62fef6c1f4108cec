"""What stands in the way of a release, and what is left to do, from plain values."""

from __future__ import annotations

from dataclasses import replace

import pytest
from packaging.version import Version
from paper_release import FACTS, FREE, HEAD, HUB, ORIGIN, SENT, TAG

from tagward.model.index_state import Answer
from tagward.model.plan import BumpPlan
from tagward.model.publication import Shelved
from tagward.model.release import Doing, Hub, ReleaseFacts, WorkingState
from tagward.plans.release import left_to_do, plan_release

EVERYTHING = "clean remote version index bump commit gate tag push release workflow verify"


def steps(facts: ReleaseFacts) -> dict[Doing, str]:
    return {step.name: step.what for step in plan_release(facts, wait=1800).steps}


def test_all_of_it_in_order_and_only_what_was_read_has_been_done() -> None:
    plan = plan_release(FACTS, wait=1800)

    assert " ".join(step.name for step in plan.steps) == EVERYTHING
    assert [step.name for step in plan.steps if not step.acts] == [
        Doing.CLEAN,
        Doing.REMOTE,
        Doing.FREE,
        Doing.INDEX,
    ]
    assert (plan.wrong, plan.notes, plan.command) == ((), (), "tagward release 1.4.0 --execute")


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        (replace(FACTS, working=WorkingState(HEAD, "main", ("a", "b", "c", "d"))), "not committed: a, b, c and 1 more"),
        (replace(FACTS, working=WorkingState(HEAD, "")), "no branch is checked out"),
        (replace(FACTS, working=WorkingState(HEAD, "main", underway="a rebase")), "a rebase is under way"),
        (replace(FACTS, remote=replace(ORIGIN, behind=2)), "your HEAD is 2 behind origin/main"),
        (
            replace(FACTS, remote=replace(ORIGIN, behind=2, ahead=1)),
            "your branch and origin/main have diverged: 1 here, 2 there",
        ),
        (replace(FACTS, tag_here=TAG), "v1.4.0 is a tag here already, which origin does not have"),
        (replace(SENT, judged=""), "v1.4.0 is on origin already, at 3d97393"),
        (replace(SENT, judged="8" * 40), "v1.4.0 is on origin already, at 3d97393"),
        (replace(SENT, tag_here="8" * 40), "v1.4.0 is on origin already, at 3d97393"),
        (
            replace(
                FACTS, index=replace(FREE, files=(Shelved("acme_demo-1.4.0.tar.gz", "1" * 64, None, None, None, ""),))
            ),
            "PyPI has files of 1.4.0 already, as acme_demo-1.4.0.tar.gz",
        ),
        (replace(FACTS, index=replace(FREE, status="archived")), "acme-demo is archived on PyPI"),
    ],
)
def test_what_stands_in_the_way_has_a_reason_and_a_way_out(facts: ReleaseFacts, said: str) -> None:
    (wrong,) = plan_release(facts, wait=0).wrong

    assert wrong.message == said
    assert wrong.why
    assert wrong.fixes


@pytest.mark.parametrize(
    ("facts", "what"),
    [
        (FACTS, "your HEAD is at 3d97393, as origin/main is"),
        (replace(FACTS, remote=replace(ORIGIN, ahead=3)), "your HEAD is at 3d97393, 3 ahead of origin/main"),
        (replace(FACTS, remote=replace(ORIGIN, tip="")), "your HEAD is at 3d97393, and origin has no main yet"),
    ],
)
def test_the_remote_may_lack_what_is_here(facts: ReleaseFacts, what: str) -> None:
    assert steps(facts)[Doing.REMOTE] == what
    assert not plan_release(facts, wait=0).wrong


@pytest.mark.parametrize("answer", [Answer.SILENT, Answer.UNASKED])
def test_an_index_that_does_not_answer_is_left_to_the_gate_and_is_no_approval(answer: Answer) -> None:
    step = plan_release(replace(FACTS, index=replace(FREE, answer=answer)), wait=0).steps[3]

    assert (step.unseen, step.wrong) == (True, None)
    assert step.what == "PyPI did not answer: the gate asks again"


def test_a_release_that_is_sent_only_goes_on() -> None:
    assert list(steps(SENT)) == [Doing.REMOTE, Doing.RELEASE, Doing.RUN, Doing.VERIFY]
    behind = replace(SENT, tag_here="", remote=replace(SENT.remote, behind=1))
    assert steps(behind)[Doing.LOCAL] == "v1.4.0, main goes 1 forward, as on origin"
    assert list(steps(replace(SENT, hub=None))) == [Doing.REMOTE, Doing.VERIFY]


def test_a_commit_that_states_the_version_is_tagged_as_it_is() -> None:
    found = steps(replace(FACTS, bump=BumpPlan((), (), ())))

    assert Doing.COMMIT not in found
    assert found[Doing.GATE] == "tagward check --commit 3d97393 --as v1.4.0"


def test_a_prerelease_is_marked_as_one() -> None:
    found = steps(replace(FACTS, version=Version("1.4.0rc1"), tag="v1.4.0rc1"))

    assert found[Doing.RELEASE] == "gh release create v1.4.0rc1 --verify-tag --generate-notes --prerelease"


@pytest.mark.parametrize(
    ("hub", "names", "left"),
    [
        (
            replace(HUB, gh=False, silence="gh is not there"),
            "release",
            "publish the GitHub release (gh is not there): PAGE",
        ),
        (replace(HUB, gh=False, silence="gh is not there", event="push"), "release workflow verify", ""),
        (replace(HUB, workflow=""), "release", "tagward publish"),
        (None, "", "tagward publish"),
    ],
)
def test_what_comes_after_the_push_is_what_can_be_done_from_here(hub: Hub | None, names: str, left: str) -> None:
    facts = replace(FACTS, hub=hub)

    assert " ".join(steps(facts)).partition("push")[2].strip() == names
    if left:
        assert left in left_to_do(facts, "PAGE")[0]
        assert left_to_do(facts, "PAGE")[-1] == "tagward verify 1.4.0 --wait 600"


def test_the_command_names_the_folder_and_notes_say_what_is_not_in_the_release() -> None:
    left = BumpPlan((), (), ("CITATION.cff: it is unlike the others",))
    facts = replace(FACTS, folder="packages/a b", bump=left, working=WorkingState(HEAD, "main", untracked=2), hub=None)
    plan = plan_release(facts, wait=0)

    assert plan.command == "tagward release 1.4.0 --folder 'packages/a b' --execute"
    assert plan.notes == (
        "what git does not track (2) is not part of the release",
        "left as it is: CITATION.cff: it is unlike the others",
        "origin is no repository on GitHub: publishing is left to you",
    )
