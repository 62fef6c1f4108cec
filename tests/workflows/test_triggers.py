"""Which events start a workflow, and with which inputs."""

from __future__ import annotations

import pytest

from tagward.errors import ConfigError
from tagward.model.workflow_run import Event
from tagward.workflows.reading import read_workflow
from tagward.workflows.triggers import inputs_of, matches, starts

SHA = "0" * 40
REST = "\njobs:\n  one:\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo\n"
RELEASE, TAG = Event.release("v1.0.0", SHA, "o/demo"), Event.push("refs/tags/v1.0.0", SHA, "o/demo")
BRANCH, DISPATCH = Event.push("refs/heads/main", SHA, "o/demo"), Event.dispatch("refs/heads/main", SHA, "o/demo")
INPUTS = """\
on:
  workflow_dispatch:
    inputs:
      tag: {required: true}
      level: {type: choice, options: [low, high], default: low}
      upload: {type: boolean}
      note:
"""


@pytest.mark.parametrize(
    ("on", "event", "started"),
    [
        ("{release: {types: [published]}}", RELEASE, True),
        ("{release: {types: [published]}}", Event.release("v1", SHA, "o/demo", action="created"), False),
        ("{release: {types: [published]}}", Event.release("v1", SHA, "o/demo", action="prereleased"), False),
        ("{release: {types: [published]}}", Event.release("v1", SHA, "o/demo", prerelease=True), True),
        ("release", Event.release("v1", SHA, "o/demo", action="deleted"), True),
        ("release", TAG, False),
        ("release", DISPATCH, False),
        ("workflow_dispatch", DISPATCH, True),
        ("workflow_dispatch", RELEASE, False),
        ("push", TAG, True),
        ("push", BRANCH, True),
        ('{push: {tags: ["v*"]}}', TAG, True),
        ('{push: {tags: ["v*"]}}', BRANCH, False),
        ("{push: {branches: [main]}}", BRANCH, True),
        ("{push: {branches: [main]}}", TAG, False),
        ('{push: {branches: [main], tags: ["x*"]}}', TAG, False),
        ('{push: {branches: [main], tags: ["x*"]}}', BRANCH, True),
        ("push", Event.push("refs/notes/x", SHA, "o/demo"), False),
    ],
)
def test_an_event_starts_what_asks_for_it(on: str, event: Event, *, started: bool) -> None:
    assert starts(read_workflow(f"on: {on}{REST}", "w.yml"), event) is started


@pytest.mark.parametrize(
    ("patterns", "name", "passes"),
    [
        # The cheat sheet of GitHub's documentation.
        (["feature/*"], "feature/my-branch", True),
        (["feature/*"], "feature/beta-a/my-branch", False),
        (["feature/**"], "feature/beta-a/my-branch", True),
        (["main"], "main", True),
        (["main"], "mainly", False),
        (["releases/mona-the-octocat"], "releases/mona-the-octocat", True),
        (["*"], "main", True),
        (["*"], "releases/a", False),
        (["**"], "all/the/branches", True),
        (["*feature"], "mona-feature", True),
        (["*feature"], "ver-10-feature", True),
        (["v2*"], "v2.9", True),
        (["v[12].[0-9]+.[0-9]+"], "v1.10.1", True),
        (["v[12].[0-9]+.[0-9]+"], "v3.0.0", False),
        (["v[0-9]*"], "v1.0.0rc1", True),
        (["v[0-9]*"], "v1/0", False),
        (["v[0-9]*"], "version", False),
        (["v1?.0"], "v.0", True),
        (["v1.0"], "v1x0", False),
        ([r"v\*"], "v*", True),
        ([r"v\*"], "v1", False),
        (["releases/**", "!releases/**-alpha"], "releases/10", True),
        (["releases/**", "!releases/**-alpha"], "releases/10-alpha", False),
        (["!releases/**-alpha"], "releases/10", False),
        (["v*", "!v*rc*", "v2*"], "v2rc1", True),
        (["v*\n"], "v1", False),
    ],
)
def test_filter_patterns(patterns: list[str], name: str, *, passes: bool) -> None:
    assert matches(patterns, name) is passes


@pytest.mark.parametrize("pattern", ["", "!", "[", "v[", "[z-a]", "?", "v*+", "v**?", "+1", "v[^0]", "v++", "v\\"])
def test_a_pattern_that_is_none_is_an_error(pattern: str) -> None:
    with pytest.raises(ConfigError, match="no filter pattern"):
        matches([pattern], "v1")


@pytest.mark.parametrize(
    ("typed", "inputs"),
    [
        ({"tag": "v1"}, {"tag": "v1", "level": "low", "upload": False, "note": ""}),
        (
            {"tag": "v1", "level": "high", "upload": "true", "note": "x"},
            {"tag": "v1", "level": "high", "upload": True, "note": "x"},
        ),
    ],
)
def test_inputs_are_what_was_typed_or_the_default(typed: dict[str, str], inputs: dict[str, object]) -> None:
    workflow = read_workflow(INPUTS.replace("note:", "note: {}") + REST, "w.yml")

    assert inputs_of(workflow, Event.dispatch("refs/heads/main", SHA, "o/demo", typed)) == inputs


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({}, "w.yml:4: the input `tag` is required"),
        ({"tag": "v1", "upload": "yes"}, "true or false"),
        ({"tag": "v1", "level": "middle"}, "cannot be `middle`"),
        ({"tag": "v1", "tga": "v1"}, "no input `tga`"),
    ],
)
def test_inputs_that_cannot_be_start_nothing(typed: dict[str, str], words: str) -> None:
    workflow = read_workflow(INPUTS.replace("note:", "note: {}") + REST, "w.yml")

    with pytest.raises(ConfigError, match=words):
        inputs_of(workflow, Event.dispatch("refs/heads/main", SHA, "o/demo", typed))


def test_other_events_have_no_inputs() -> None:
    assert inputs_of(read_workflow(f"on: [release, workflow_dispatch]{REST}", "w.yml"), RELEASE) == {}


def test_a_release_is_what_GitHub_says_of_it() -> None:
    event = Event.release("v1.0.0rc1", SHA, "o/demo", prerelease=True, branch="trunk")

    assert (event.name, event.ref, event.ref_name, event.ref_type) == (
        "release",
        "refs/tags/v1.0.0rc1",
        "v1.0.0rc1",
        "tag",
    )
    assert event.payload["action"] == "published"
    assert BRANCH.ref_type == "branch"
