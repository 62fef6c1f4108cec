"""A release carried out: judged before anything knows of it, sent at once, and followed until users can install it."""

from __future__ import annotations

import argparse
import time
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tagward.cli._release_facts import bump
from tagward.errors import CannotJudge, ConfigError, Interrupted
from tagward.model.findings import Status, Trouble
from tagward.model.record import Stage
from tagward.model.refs import TAGS, PushedRef
from tagward.model.release import Doing
from tagward.model.tagmessage import tag_message
from tagward.plans.release import command, left_to_do
from tagward.report.live import Live
from tagward.report.release import end, heading, say, say_what_is_wrong, show_notes
from tagward.survey import PYPROJECT, rules
from tagward.tools import gh
from tagward.tools import release as git_side
from tagward.tools.apply import apply
from tagward.tools.delivery import keep_locally
from tagward.tools.installers import relock
from tagward.tools.memory import Memory
from tagward.tools.trees import FolderTree

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator

    from tagward.model.receipt import Receipt
    from tagward.model.release import Hub, ReleaseFacts, ReleasePlan
    from tagward.report.text import TextReport
    from tagward.tools.gh import WorkflowRun
    from tagward.tools.git import GitRepository
    from tagward.tools.release import Draft

APPEARS = 180.0
"""Seconds in which GitHub starts a workflow, or does not at all."""

PAUSE = 3.0
LAST_LINES = 30
UNCHANGED = "Nothing was sent, and nothing here was changed."


@dataclass(slots=True)
class Releasing:
    """One release on its way.

    Attributes:
        commit: what is released, once that is made.
        tag: the object of its tag, once that is made.
        interrupted: what to say of an interrupt; empty as long as nothing can have been sent.
    """

    repository: GitRepository
    plan: ReleasePlan
    report: TextReport
    options: Namespace
    commit: str = ""
    tag: str = ""
    interrupted: str = ""
    _status: int = 1

    @property
    def facts(self) -> ReleaseFacts:
        """What the plan stands on."""
        return self.plan.facts

    def carry_out(self) -> int:
        """All steps in their order; 0 published and verified, 1 refused, 3 not done or not seen."""
        try:
            return self._carried_out()
        except KeyboardInterrupt:
            if not self.interrupted:
                raise
            again = f"{command(self.facts)} looks, and goes on from there"
            raise Interrupted(self.interrupted, fixes=(again,)) from None

    def _carried_out(self) -> int:
        if not self.report.quiet:
            heading(self.facts, self.report)
            show_notes(self.plan, self.report)
        for step in self.plan.steps:
            if not step.acts:
                status = Status.FAILED if step.wrong else Status.SKIPPED if step.unseen else Status.PASSED
                self._told(step.name, status, step.what)
        if self.plan.wrong:
            say_what_is_wrong(self.plan, self.report)
            return 1
        if self.facts.sent:
            self.commit, self.tag = self.facts.remote.commit, self.facts.remote.tag
        else:
            with git_side.drafted(self.repository, self.facts.working) as draft:
                receipt = self._judged(draft)
                if receipt is None or not self._sent(receipt):
                    return self._status
        with self._after_push():
            self._take_over()
            return self._published()

    # Before the push: nothing here or there is changed.

    def _judged(self, draft: Draft) -> Receipt | None:
        """Make the commit and the tag, judge them, and return what was judged; None where that is the end."""
        facts = self.facts
        self.commit = self._committed(draft)
        if not self.commit:
            return None
        bare = draft.tag(facts.tag, self.commit, f"{facts.project} {facts.version}\n", signed=False)
        draft.hand_over(bare)
        receipt = self._gate(bare)
        if receipt is None:
            end(self.report, f"{facts.tag} was not made. {UNCHANGED}", "✗")
            return None
        began = time.monotonic()
        self.tag = draft.tag(facts.tag, self.commit, tag_message(receipt, facts.project), signed=True)
        draft.hand_over(self.tag)
        if git_side.differ_in_words(self.repository, bare, self.tag):
            self._remember(bare)
        how = "annotated, signed" if facts.habits.signs else "annotated"
        what = f"{facts.tag}, {how}, with the digests of {len(receipt.files)} files"
        self._told(Doing.TAG, Status.PASSED, what, time.monotonic() - began)
        return replace(receipt, oid=self.tag)

    def _committed(self, draft: Draft) -> str:
        facts, began = self.facts, time.monotonic()
        tracked = FolderTree(draft.root, self.repository.tree(draft.head).paths())
        plan = bump(tracked, rules(tracked, PYPROJECT), facts.version, facts.folder)
        if not plan.writes:
            return draft.head
        apply(draft.root, plan.writes)
        notes = [relock(draft.root / one.path) for one in plan.writes if one.path.rpartition("/")[2] == "uv.lock"]
        self._told(Doing.BUMP, Status.PASSED, f"{facts.version} in {', '.join(one.path for one in plan.writes)}")
        say(self.report, *(f"      {note}" for note in notes if note))
        commit, said = draft.commit(facts.habits.subject)
        seconds = time.monotonic() - began
        if commit:
            self._told(Doing.COMMIT, Status.PASSED, f'{commit[:7]} "{facts.habits.subject}"', seconds)
            return commit
        self._told(Doing.COMMIT, Status.FAILED, "git refuses it", seconds)
        trouble = Trouble(
            f'the commit "{facts.habits.subject}" was refused',
            why="its hooks ran in a clean copy: what git does not track is not there",
            fixes=(
                "repair what they say, then the same command again",
                f'or commit it yourself: tagward bump {facts.version} && git commit -am "{facts.habits.subject}"',
                command(facts),
            ),
        )
        say(self.report, *(f"   |  {line}" for line in said.splitlines()[-LAST_LINES:]))
        self.report.trouble(trouble.message, trouble)
        end(self.report, UNCHANGED, "✗")
        return ""

    def _gate(self, tag: str) -> Receipt | None:
        """The gate of a push, on exactly what would be pushed."""
        from tagward.cli._session import Session  # noqa: PLC0415  # a release that goes on needs no gate

        remote, none = self.facts.remote, "0" * len(tag)
        refs = [
            PushedRef(remote.branch, self.commit, remote.branch, remote.tip or none),
            PushedRef(tag, tag, TAGS + self.facts.tag, none),
        ]
        session = Session(self.repository, self.report, "release", progress=not self.options.no_progress)
        record = session.run(refs, {})
        self._status = record.exit_code or (not record.tags)  # a tag that is none, as the configuration says
        return record.tags[0].receipt if record.tags and not record.exit_code else None

    def _remember(self, judged: str) -> None:
        """Let the pass hold for the tag that is pushed: it differs from the judged one in nothing but its words.

        Everything that a check or a build can see of a tag is in what they share: its commit, its name, that it is
        annotated, its tagger and its time. So the hook need not judge again while the connection waits.
        """
        memory = Memory.of(self.repository.common_dir)
        if known := memory.recall(self.facts.tag, judged):
            memory.keep(self.facts.tag, self.tag, {name: what for name, what in known.items() if name != "age"})

    def _sent(self, receipt: Receipt) -> bool:
        """Push branch and tag, all or nothing; whether both are there now, asked of the remote where git failed."""
        facts, remote, began = self.facts, self.facts.remote, time.monotonic()
        working = git_side.working_state(self.repository)
        if replace(working, untracked=0) != replace(facts.working, untracked=0):
            raise CannotJudge(
                "the repository was changed while the gate ran", why=UNCHANGED, fixes=("the same command again",)
            )
        keep_locally(self.repository.common_dir, receipt)
        refs = {remote.branch: self.commit, TAGS + facts.tag: self.tag}
        both = f"{facts.branch_there} and {facts.tag}"
        self.interrupted = f"interrupted during the push: {remote.name} has both {both} now, or neither"
        if not git_side.push(self.repository, remote.name, refs, quiet=bool(self.report.quiet)):
            return self._sent_all_the_same()
        self._told(Doing.PUSH, Status.PASSED, f"{both} are on {remote.name}", time.monotonic() - began)
        return True

    def _sent_all_the_same(self) -> bool:
        """What the remote has after a push that failed: a connection may break after everything has arrived."""
        facts = self.facts
        try:
            seen = git_side.remote_seen(
                self.repository, facts.remote.name, facts.remote.branch, facts.tag, facts.working.head
            )
        except CannotJudge as failure:
            raise CannotJudge(
                f"git push failed, and {facts.remote.name} does not say what it has of it",
                why=str(failure),
                fixes=(f"{command(facts)} looks, and goes on from there",),
            ) from None
        if seen.tag == self.tag:
            self._told(Doing.PUSH, Status.PASSED, f"git push failed, and yet {facts.tag} is on {seen.name}")
            return True
        self._status = 1
        self._told(Doing.PUSH, Status.FAILED, f"{facts.remote.name} has neither")
        end(self.report, f"the push was refused: see above. {UNCHANGED}", "✗")
        return False

    # After the push: the same command goes on.

    @contextmanager
    def _after_push(self) -> Iterator[None]:
        """Say of whatever happens now what was sent already, and how it goes on."""
        facts = self.facts
        sent = f"{facts.branch_there} and {facts.tag} are on {facts.remote.name} already"
        self.interrupted = f"interrupted; {sent}"
        try:
            yield
        except (CannotJudge, ConfigError) as trouble:
            why = f"{trouble.why}; {sent}" if trouble.why else sent
            fixes = (*trouble.fixes, f"{command(facts)} goes on from there")
            raise CannotJudge(str(trouble), why=why, fixes=fixes, log=trouble.log) from trouble

    def _take_over(self) -> None:
        """Bring the tag and the branch here to where they are on the remote."""
        facts = self.facts
        if facts.tag_here and not facts.remote.behind:
            return
        refused = git_side.take_over(self.repository, facts.tag, self.tag, self.commit)
        if not refused:
            self._told(Doing.LOCAL, Status.PASSED, f"{facts.tag} is here too, and on {facts.working.branch}")
            return
        self._told(Doing.LOCAL, Status.WARNED, f"{facts.working.branch} stays: {refused.splitlines()[0]}")
        say(self.report, f"      later: git merge --ff-only {facts.tag}")

    def _published(self) -> int:
        facts, page = self.facts, ""
        if facts.hub:
            page = gh.release_page(facts.hub.repository, facts.tag, prerelease=facts.version.is_prerelease)
            if facts.hub.gh:
                self._announce(facts.hub)
                if facts.hub.workflow and not self._followed(facts.hub):
                    return self._status
        starts = facts.hub is not None and facts.hub.starts
        if starts or facts.sent:
            return self._verified(self.options.wait if starts else 0.0)
        end(self.report, f"{facts.tag} is on {facts.remote.name}, and not published yet. What is left to you:", "!")
        say(self.report, *(f"    {line}" for line in left_to_do(facts, page)))
        return CannotJudge.exit_code

    def _announce(self, hub: Hub) -> None:
        facts, began = self.facts, time.monotonic()
        there = gh.published_release(hub.repository, facts.tag)
        what = there or gh.create_release(hub.repository, facts.tag, prerelease=facts.version.is_prerelease)
        self._told(Doing.RELEASE, Status.PASSED, what, time.monotonic() - began)

    def _followed(self, hub: Hub) -> bool:
        """Wait for the workflow; whether it succeeded."""
        began, name = time.monotonic(), hub.workflow.rpartition("/")[2]
        live = Live(self.report.stream, shown=not self.options.no_progress and not self.report.quiet)
        try:
            found = self._ended(hub, name, live)
        finally:
            live.rest()
        seconds = time.monotonic() - began
        if found.conclusion == "success":
            self._told(Doing.RUN, Status.PASSED, f"{name}: success, {found.url}", seconds)
            return True
        self._status = 1
        self._told(Doing.RUN, Status.FAILED, f"{name}: {found.conclusion}", seconds)
        facts = self.facts
        trouble = Trouble(
            f"the workflow {name} ended in {found.conclusion}: {found.url}",
            why=f"{facts.branch_there} and {facts.tag} are on {facts.remote.name}; whether it published is not seen",
            fixes=(
                f"gh run view {found.number} --log-failed",
                f"gh run rerun {found.number} --failed",
                f"{command(facts)} goes on from there",
            ),
        )
        self.report.trouble(trouble.message, trouble)
        end(self.report, f"{facts.tag} was sent; its workflow ended in {found.conclusion}", "✗")
        return False

    def _ended(self, hub: Hub, name: str, live: Live) -> WorkflowRun:
        """The run of this release when it has ended.

        Raises:
            CannotJudge: it does not appear, or does not end in time.
        """
        began, said = time.monotonic(), ""
        while True:
            found = gh.newest_run(hub.repository, name, self.commit, hub.event)
            if found and found.status == "completed":
                return found
            state = f"{found.status} {found.url}" if found else "waiting for GitHub to start it"
            if state != said:
                live.work(Doing.RUN, f"{name}: {state}")
                if found and found.status == "waiting":
                    live.rest()
                    say(self.report, f"  ! {Doing.RUN:<9} waits for somebody's approval: {found.url}")
            said = state
            passed = time.monotonic() - began
            if passed > (self.options.wait if found else min(APPEARS, self.options.wait)):
                what = f"has not ended after {passed:.0f} s: {found.url}" if found else "was not started"
                raise CannotJudge(f"the workflow {name} {what}", fixes=(f"gh run list --workflow {name}",))
            time.sleep(min(PAUSE, max(0.0, self.options.wait - passed) + 0.05))

    def _verified(self, wait: float) -> int:
        """`tagward verify`, to the letter."""
        from tagward.cli import verify  # noqa: PLC0415  # only the end of a release needs it

        parser = argparse.ArgumentParser()
        verify.add_arguments(parser)
        words = [str(self.facts.version), "--project", self.facts.project, "--wait", f"{wait:.0f}"]
        words += ["--no-progress"] if self.options.no_progress else []
        words += ["--color", self.options.color, *(["-q"] * self.options.quiet)]
        return verify.run(parser.parse_args(words))

    def _told(self, name: Doing, status: Status, what: str, seconds: float = 0.0) -> None:
        self.report.stage(Stage(name, status, seconds, what))
