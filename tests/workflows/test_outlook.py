"""Whether a workflow will start, case by case; beside each rule the page of GitHub's documentation that states it.

The pages: "Events that trigger workflows" (EVENTS), "Workflow syntax for GitHub Actions" (SYNTAX) with its cheat sheet
of filter patterns, "Skipping workflow runs" (SKIPPING), "Triggering a workflow" (TRIGGERING), "Using conditions to
control job execution" and "Evaluate expressions in workflows and actions" (EXPRESSIONS).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tagward.errors import ConfigError
from tagward.model.workflow_run import Event
from tagward.workflows.lenient import look_at
from tagward.workflows.outlook import NO_SHA, Will, by_token, holds, jobs, other, pushed, released

if TYPE_CHECKING:
    from tagward.model.workflow import Workflow

SLUG = "acme/demo"
JOB = "jobs: {one: {runs-on: x, steps: [{run: echo}]}}\n"
V1 = ["refs/tags/v1.0.0"]
MAIN = ["refs/heads/main"]
PUBLISHED = "{release: {types: [published]}}"
TAGS_V = '{push: {tags: ["v*"]}}'


def _workflow(on: str, rest: str = JOB) -> Workflow:
    return look_at(f"on: {on}\n{rest}".encode(), "w.yml")


def _started(on: str, events: tuple[Event, ...]) -> list[str]:
    """The events that start a run, as `push` or `release published`."""
    workflow = _workflow(on)
    found = [event for event in events if jobs(workflow, event)["one"] is not Will.NO]
    return [f"release {event.payload['action']}" if event.name == "release" else event.name for event in found]


def _tag(name: str) -> tuple[Event, ...]:
    return pushed([f"refs/tags/{name}"], SLUG)


def _tags(count: int) -> tuple[Event, ...]:
    return pushed([f"refs/tags/v1.{number}" for number in range(count)], SLUG)


FOUR = ["refs/tags/a1", "refs/tags/a2", "refs/tags/a3", "refs/tags/a4", "refs/heads/main"]
CASES = [
    # EVENTS, push: "Runs your workflow when you push a commit or tag".
    ("push", _tag("v1.0.0"), ["push"]),
    ("push", pushed(MAIN, SLUG), ["push"]),
    ("[push, release]", _tag("v1.0.0"), ["push"]),
    ("pull_request", _tag("v1.0.0"), []),
    ("workflow_dispatch", _tag("v1.0.0"), []),
    ("schedule", _tag("v1.0.0"), []),
    # SYNTAX, on.push.<branches|tags>: only tags defined: nothing for branches, and the other way round.
    (TAGS_V, _tag("v1.0.0"), ["push"]),
    (TAGS_V, pushed(MAIN, SLUG), []),
    ("{push: {branches: [main]}}", _tag("v1.0.0"), []),
    ("{push: {branches: [main]}}", pushed(MAIN, SLUG), ["push"]),
    ('{push: {branches: ["**"]}}', _tag("v1.0.0"), []),
    ("{push: {branches-ignore: [dev]}}", _tag("v1.0.0"), []),
    ("{push: {branches-ignore: [dev]}}", pushed(MAIN, SLUG), ["push"]),
    ("{push: {branches-ignore: [main]}}", pushed(MAIN, SLUG), []),
    ('{push: {tags-ignore: ["v*"]}}', pushed(MAIN, SLUG), []),
    # Both defined: each ref by its own.
    ('{push: {branches: [main], tags: ["v*"]}}', _tag("v1.0.0"), ["push"]),
    ('{push: {branches: [main], tags: ["v*"]}}', pushed(["refs/heads/dev"], SLUG), []),
    ('{push: {branches: [main], tags: ["rel-*"]}}', _tag("v1.0.0"), []),
    # tags-ignore: everything but what matches.
    ('{push: {tags-ignore: ["*rc*"]}}', _tag("v1.0.0"), ["push"]),
    ('{push: {tags-ignore: ["*rc*"]}}', _tag("v1.0.0rc1"), []),
    # SYNTAX, on.push.paths: "Path filters are not evaluated for pushes of tags".
    ('{push: {paths: ["src/**"]}}', _tag("v1.0.0"), ["push"]),
    ('{push: {paths-ignore: ["docs/**"]}}', _tag("v1.0.0"), ["push"]),
    ('{push: {tags: ["v*"], paths: ["src/**"]}}', _tag("v1.0.0"), ["push"]),
    ('{push: {branches: [main], paths: ["src/**"]}}', _tag("v1.0.0"), []),
    # SYNTAX, filter pattern cheat sheet.
    ('{push: {tags: ["v[0-9]+.[0-9]+.[0-9]+"]}}', _tag("v1.10.0"), ["push"]),
    ('{push: {tags: ["v[0-9]+.[0-9]+.[0-9]+"]}}', _tag("v1.10.0rc1"), []),
    ('{push: {tags: ["v[0-9]+.[0-9]+.[0-9]+"]}}', _tag("v1.10"), []),
    ('{push: {tags: ["[0-9]*"]}}', _tag("1.0.0"), ["push"]),
    ('{push: {tags: ["[0-9]*"]}}', _tag("v1.0.0"), []),
    ('{push: {tags: ["v1.0.0"]}}', _tag("v1.0.0"), ["push"]),
    ('{push: {tags: ["v1?"]}}', _tag("v"), ["push"]),
    ('{push: {tags: ["*"]}}', _tag("core/v1.0.0"), []),
    ('{push: {tags: ["**"]}}', _tag("core/v1.0.0"), ["push"]),
    ('{push: {tags: ["core/v*"]}}', _tag("core/v1.0.0"), ["push"]),
    ('{push: {tags: ["*-v*"]}}', _tag("acme-core-v1.0.0"), ["push"]),
    ('{push: {tags: ["*.*.*"]}}', _tag("v1.0.0"), ["push"]),
    ('{push: {tags: ["V*"]}}', _tag("v1.0.0"), []),  # patterns know capitals from small letters
    # SYNTAX: the order matters, and a pattern with ! wants one without.
    ('{push: {tags: ["v*", "!v*rc*"]}}', _tag("v1.0.0"), ["push"]),
    ('{push: {tags: ["v*", "!v*rc*"]}}', _tag("v1.0.0rc1"), []),
    ('{push: {tags: ["!v*rc*", "v*"]}}', _tag("v1.0.0rc1"), ["push"]),
    ('{push: {tags: ["!nightly"]}}', _tag("v1.0.0"), []),
    # EVENTS, push and create: nothing for more than three tags at once.
    ("push", _tags(3), ["push"] * 3),
    ("push", _tags(4), []),
    (TAGS_V, _tags(4), []),
    ("create", _tags(4), []),
    ("push", pushed(FOUR, SLUG), ["push"]),
    # EVENTS, create: a branch or a tag is made; it has no filters.
    ("create", _tag("v1.0.0"), ["create"]),
    ("[push, create]", _tag("v1.0.0"), ["push", "create"]),
    # SKIPPING: [skip ci] and its like hold for push and pull_request, and for nothing else.
    ("push", pushed(V1, SLUG, message="Release 1.0.0 [skip ci]"), []),
    (TAGS_V, pushed(V1, SLUG, message="Release 1.0.0\n\n[ci skip]"), []),
    ("push", pushed(V1, SLUG, message="x [no ci]"), []),
    ("push", pushed(V1, SLUG, message="x [skip actions]"), []),
    ("push", pushed(V1, SLUG, message="x [actions skip]"), []),
    ("push", pushed(V1, SLUG, message="x\n\n\nskip-checks: true"), []),
    ("push", pushed(V1, SLUG, message="skip ci"), ["push"]),
    ("create", pushed(V1, SLUG, message="x [skip ci]"), ["create"]),
    # EVENTS, release: the activity types; all of them where none is stated.
    (PUBLISHED, released("v1.0.0", SLUG), ["release published"]),
    (PUBLISHED, released("v1.0.0", SLUG, draft=True), ["release published"]),
    (PUBLISHED, released("v1.0.0rc1", SLUG, prerelease=True), ["release published"]),
    ("release", released("v1.0.0", SLUG), ["release published", "release created", "release released"]),
    ("release", released("v1.0.0", SLUG, draft=True), ["release published", "release released"]),
    ("{release: {types: [created]}}", released("v1.0.0", SLUG), ["release created"]),
    ("{release: {types: [created]}}", released("v1.0.0", SLUG, draft=True), []),  # a draft fires none
    ("{release: {types: [released]}}", released("v1.0.0", SLUG), ["release released"]),
    ("{release: {types: [released]}}", released("v1.0.0rc1", SLUG, prerelease=True), []),
    ("{release: {types: [prereleased]}}", released("v1.0.0rc1", SLUG, prerelease=True), ["release prereleased"]),
    ("{release: {types: [prereleased]}}", released("v1.0.0rc1", SLUG, prerelease=True, draft=True), []),
    ("{release: {types: [edited, deleted]}}", released("v1.0.0", SLUG), []),
    ("{release: {types: published}}", released("v1.0.0", SLUG), ["release published"]),
    (TAGS_V, released("v1.0.0", SLUG), []),  # the push of the tag is another event
    (PUBLISHED, _tag("v1.0.0"), []),
    # TRIGGERING: what GITHUB_TOKEN causes starts nothing, but workflow_dispatch and repository_dispatch.
    (PUBLISHED, by_token(released("v1.0.0", SLUG)), []),
    ("push", by_token(_tag("v1.0.0")), []),
    ("workflow_dispatch", by_token((Event.dispatch("refs/heads/main", NO_SHA, SLUG),)), ["workflow_dispatch"]),
]


@pytest.mark.parametrize(("on", "events", "started"), CASES)
def test_it_starts_as_GitHub_documents_it(on: str, events: tuple[Event, ...], started: list[str]) -> None:
    assert _started(on, events) == started


def test_the_table_is_as_long_as_it_was_promised() -> None:
    assert len(CASES) >= 60


TAG, BRANCH = Event.push("refs/tags/v1.0.0", NO_SHA, SLUG), Event.push("refs/heads/main", NO_SHA, SLUG)
RELEASE = Event.release("v1.0.0", NO_SHA, SLUG)
CONDITIONS = [
    # EXPRESSIONS: contexts, operators, functions; a property that is not there is nothing.
    ("", TAG, Will.YES),
    ("startsWith(github.ref, 'refs/tags/')", TAG, Will.YES),
    ("startsWith(github.ref, 'refs/tags/')", BRANCH, Will.NO),
    ("${{ startsWith(github.ref, 'refs/tags/') }}", BRANCH, Will.NO),
    ("github.ref_type == 'tag'", TAG, Will.YES),
    ("github.ref_name == 'v1.0.0'", RELEASE, Will.YES),
    ("github.event_name == 'release' && github.event.action == 'published'", RELEASE, Will.YES),
    ("github.event.action == 'published'", TAG, Will.NO),
    ("github.event.pusher.name == 'me'", TAG, Will.MAYBE),
    ("github.event.release.prerelease", RELEASE, Will.NO),
    ("!github.event.release.prerelease", TAG, Will.YES),
    ("github.repository == 'ACME/Demo'", TAG, Will.YES),  # texts are compared without case
    ("github.repository_owner == 'someone'", TAG, Will.NO),
    ("!github.event.repository.fork", TAG, Will.YES),
    ("contains(github.ref, 'rc')", TAG, Will.NO),
    ("github.actor == 'me'", TAG, Will.MAYBE),
    ("needs.a.outputs.ok == 'true'", TAG, Will.MAYBE),
    ("needs.a.outputs.ok == 'true' && github.event_name == 'release'", TAG, Will.NO),
    ("needs.a.outputs.ok == 'true' || github.event_name == 'push'", TAG, Will.YES),
    ("vars.PUBLISH", TAG, Will.MAYBE),
    ("inputs.tag != ''", TAG, Will.NO),
    ("always()", TAG, Will.YES),
    ("failure()", TAG, Will.NO),
    ("!cancelled()", TAG, Will.YES),
    ("false", TAG, Will.NO),
    ("0", TAG, Will.NO),
    ("hashFiles('x') != ''", TAG, Will.MAYBE),
    ("${{ github.ref_type == 'branch' }} && true", TAG, Will.MAYBE),  # a text; GitHub takes it for true
    ("github.event.head_commit.message == 'x'", TAG, Will.MAYBE),
    ("github.event[github.actor]", TAG, Will.MAYBE),
    ("fromJSON('{')", TAG, Will.MAYBE),
]


@pytest.mark.parametrize(("condition", "event", "will"), CONDITIONS)
def test_conditions_are_told_as_far_as_they_are_known(condition: str, event: Event, will: Will) -> None:
    assert holds(condition, event) is will


GRAPHS = [
    # SYNTAX, jobs.<job_id>.needs: a job that is skipped skips those that need it, unless they ask for the status.
    ("{a: {if: false}, b: {needs: a}}", {"a": Will.NO, "b": Will.NO}),
    ("{a: {if: false}, b: {needs: [a], if: always()}}", {"a": Will.NO, "b": Will.YES}),
    ("{a: {if: false}, b: {needs: a, if: success()}}", {"a": Will.NO, "b": Will.NO}),
    ("{a: {if: vars.X}, b: {needs: a}}", {"a": Will.MAYBE, "b": Will.MAYBE}),
    ("{b: {needs: a}, a: {}}", {"a": Will.YES, "b": Will.YES}),
    ("{a: {needs: b}, b: {needs: a}}", {"a": Will.NO, "b": Will.NO}),
    ("{a: {needs: nothing}}", {"a": Will.NO}),
]


@pytest.mark.parametrize(("graph", "will"), GRAPHS)
def test_jobs_wait_for_those_that_they_need(graph: str, will: dict[str, Will]) -> None:
    assert jobs(_workflow("push", f"jobs: {graph}\n"), TAG) == will


def test_other_events_start_what_asks_for_them() -> None:
    workflow = _workflow("{pull_request: {types: [opened]}, schedule: [{cron: '0 0 * * *'}]}")

    assert jobs(workflow, other("pull_request", SLUG))["one"] is Will.YES
    assert jobs(workflow, other("schedule", SLUG))["one"] is Will.YES
    assert jobs(workflow, other("issue_comment", SLUG))["one"] is Will.NO


def test_a_filter_that_is_none_starts_nothing_and_says_so() -> None:
    with pytest.raises(ConfigError, match="no filter pattern"):
        jobs(_workflow('{push: {tags: ["v["]}}'), TAG)
