"""A workflow is read as what it is, or not at all, with the line at which it went wrong."""

from __future__ import annotations

import time
from itertools import product
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagward.errors import ConfigError
from tagward.workflows.documents import MAX_BYTES, MAX_DEPTH
from tagward.workflows.reading import read_workflow
from tagward.workflows.render import RELEASE, TEST, Choices, Publish, Trigger, render

if TYPE_CHECKING:
    from tagward.model.workflow import Workflow

WHOLE = """\
name: All of it
run-name: Release ${{ inputs.tag }}
on:
  release:
    types: [published, released]
  push:
    tags: "v*"
    branches: [main]
  pull_request:
  schedule:
    - cron: "0 0 * * *"
  workflow_dispatch:
    inputs:
      tag:
        description: The tag
        required: true
        type: string
      level:
        default: low
        type: choice
        options: [low, high]
      upload:
        default: false
        type: boolean
permissions:
  contents: read
concurrency:
  group: release-${{ github.ref }}
  cancel-in-progress: false
env:
  EVERYWHERE: "1"
  NOTHING:
defaults:
  run:
    shell: bash
jobs:
  build:
    runs-on: ubuntu-latest
    outputs:
      version: ${{ steps.version.outputs.version }}
    steps:
      - id: version
        run: |
          echo "version=1" >> "$GITHUB_OUTPUT"
      - uses: actions/upload-artifact@v7
        with:
          name: dist
          retention-days: 30
  publish:
    name: Publish ${{ matrix.python }}
    needs: [build]
    if: inputs.upload && needs.build.outputs.version != ''
    runs-on: ubuntu-latest
    timeout-minutes: 5
    permissions: {}
    environment:
      name: pypi
      url: ${{ steps.last.outputs.address }}
    concurrency: one
    env:
      TOKEN: ${{ secrets.TOKEN }}
    defaults:
      run:
        working-directory: sub
    strategy:
      fail-fast: false
      matrix:
        python: ["3.11", "3.12"]
        other: ${{ fromJSON(needs.build.outputs.version) }}
    steps:
      - name: Last
        id: last
        if: ${{ always() && env.TOKEN != '' }}
        run: echo
        shell: sh
        working-directory: here
        env: {A: b}
        timeout-minutes: 1
        continue-on-error: true
"""
LEAST = "on: push\njobs:\n  one:\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo\n"


def _read(text: str | bytes) -> Workflow:
    return read_workflow(text, "w.yml")


def _fault(text: str | bytes) -> str:
    """What is wrong with a text; empty where it is a workflow."""
    try:
        _read(text)
    except ConfigError as failure:
        return str(failure)
    return ""


def test_everything_that_is_known_is_read() -> None:
    workflow = _read(WHOLE)
    release, push, pull_request, schedule, dispatch = workflow.triggers
    build, publish = workflow.jobs

    assert workflow.name == "All of it"
    assert (release.event, dict(release.filters), release.line) == ("release", {"types": ("published", "released")}, 4)
    assert dict(push.filters) == {"tags": ("v*",), "branches": ("main",)}
    assert (pull_request.event, schedule.event, pull_request.filters) == ("pull_request", "schedule", {})
    assert [(one.name, one.kind, one.required, one.default, one.line) for one in dispatch.inputs] == [
        ("tag", "string", True, "", 14),
        ("level", "choice", False, "low", 18),
        ("upload", "boolean", False, "false", 22),
    ]
    assert workflow.permissions == {"contents": "read"}
    assert workflow.concurrency
    assert (workflow.concurrency.group, workflow.concurrency.cancel) == ("release-${{ github.ref }}", "false")
    assert workflow.env == {"EVERYWHERE": "1", "NOTHING": ""}
    assert workflow.defaults.interpreter == "bash"
    assert (build.id, build.name, build.permissions, build.line) == ("build", "build", None, 37)
    assert [(step.title, step.id, step.line) for step in build.steps] == [
        ('Run echo "version=1" >> "$GITHUB_OUTPUT"', "version", 42),
        ("Run actions/upload-artifact@v7", "", 45),
    ]
    assert build.steps[1].inputs == {"name": "dist", "retention-days": "30"}
    assert (publish.needs, publish.permissions, publish.minutes, publish.defaults.folder) == (
        ("build",),
        {},
        "5",
        "sub",
    )
    assert (publish.environment, publish.address) == ("pypi", "${{ steps.last.outputs.address }}")
    assert publish.concurrency
    assert publish.concurrency.group == "one"
    assert publish.matrix
    assert publish.matrix.axes["python"] == ("3.11", "3.12")
    assert publish.matrix.fail_fast == "false"
    (last,) = publish.steps
    assert (last.interpreter, last.folder, last.env, last.minutes, last.tolerant) == (
        "sh",
        "here",
        {"A": "b"},
        "1",
        "true",
    )


def test_on_is_a_key_and_not_the_value_true() -> None:
    assert [trigger.event for trigger in _read(LEAST).triggers] == ["push"]
    assert [trigger.event for trigger in _read(LEAST.replace("push", "[push, release]")).triggers] == [
        "push",
        "release",
    ]


@pytest.mark.parametrize(
    ("name", "publish", "trigger", "testpypi"), list(product((RELEASE, TEST), Publish, Trigger, (False, True)))
)
def test_our_own_workflows_are_read(name: str, publish: Publish, trigger: Trigger, *, testpypi: bool) -> None:
    text = render(name, Choices("o/demo", publish, trigger, testpypi=testpypi, testpypi_address="https://index.test/"))

    assert {"gate", "test"} <= {job.id for job in _read(text).jobs}


FAULTS = [
    # (what stands there, what stands there instead, line, words of the message)
    ("name: All of it", "nmae: All of it", 1, "`nmae` in a workflow; did you mean `name`?"),
    ("  contents: read", "  contents: read\n  repository-projects: read", 27, "`repository-projects`"),
    ("  contents: read", "  contents: all", 26, "contents is `all`"),
    ("permissions:\n  contents: read", "permissions: write-all", 25, "permissions must be a mapping"),
    ("    types: [published, released]", "    type: [published]", 5, "`type` in release; did you mean `types`?"),
    ("  release:\n    types:", "  releases:\n    types:", 4, "`releases` in on; did you mean `release`?"),
    ('    tags: "v*"', '    tags-ignore: "v*"', 7, "`tags-ignore`"),
    ("        type: boolean", "        type: bool", 24, "type is `bool`"),
    ("        required: true", "        required: yes", 16, "required is `yes`"),
    ("    needs: [build]", "    needs: [bild]", 49, "needs `bild`"),
    ("    needs: [build]", "    needs: [publish]", 49, "needs `publish`"),
    ("    runs-on: ubuntu-latest\n    timeout", "    timeout", 50, "`runs-on` is missing"),
    ("    timeout-minutes: 5", "    timeout-minute: 5", 54, "`timeout-minute`"),
    ("    timeout-minutes: 5", "    continue-on-error: true", 54, "`continue-on-error`"),
    ("    timeout-minutes: 5", "    container: python", 54, "`container`"),
    ("    timeout-minutes: 5", "    services: {}", 54, "`services`"),
    ("      fail-fast: false", "      max-parallel: 1", 66, "`max-parallel`"),
    ('["3.11", "3.12"]', "[3.11, 3.12]", 68, "put quotes around them"),
    ('["3.11", "3.12"]', "[true]", 68, "put quotes around them"),
    ('["3.11", "3.12"]', "[[a]]", 68, "this must be a text"),
    ("  build:\n", "  build:\n    needs: publish\n", 37, "the job build waits for itself"),
    ("        other: ", "        include: ", 69, "`include` in a matrix"),
    ("      - name: Last", "      - nam: Last", 71, "`nam` in a step; did you mean `name`?"),
    ("        run: echo\n", "", 71, "either `run` or `uses`"),
    ("        run: echo\n", "        run: echo\n        uses: a/b@c\n", 71, "either `run` or `uses`"),
    ("        shell: sh", "        with: {a: b}", 75, "`with` means nothing"),
    ("        shell: sh", "        shell: pwsh", 75, "shell is `pwsh`"),
    ("        shell: sh", "        shell: bash -l {0}", 75, "shell is `bash -l {0}`"),
    ("        env: {A: b}", "        env: [A]", 77, "env must be a mapping"),
    ("        env: {A: b}", "        env: {A: {b: c}}", 77, "must be a text"),
    ("        env: {A: b}", "        env: {A: 3.10}", 77, "3.10 reaches the step as 3.1"),
    ("        env: {A: b}", "        env: {A: 1e3}", 77, "1e3 reaches the step as 1000"),
    ("        env: {A: b}", "        env: {A: 0x10}", 77, "0x10 reaches the step as 16"),
    ("        env: {A: b}", "        env: {A: 007}", 77, "007 reaches the step as 7"),
    ("        env: {A: b}", "        env: {A: True}", 77, "True reaches the step as true"),
    ("        env: {A: b}", "        env: {A: .inf}", 77, ".inf reaches the step as Infinity"),
    ("        env: {A: b}", "        env: {A: 12345678901234567890}", 77, "reaches the step as 1.23456789012346E+19"),
    ("        env: {A: b}", "        env: {A: 1, A: 2}", 77, "`A` stands here a second time"),
    ("        id: last", "        id: last\n        id: first", 73, "`id` stands here a second time"),
    ("        env: {A: b}", "        env: &anchor {A: b}", 77, "no anchors"),
    ("        env: {A: b}", "        env: *anchor", 77, "no aliases"),
    ("        env: {A: b}", "        env: {A: !!python/none x}", 77, "no tags"),
    ("        env: {A: b}", "        env: {? [x] : b}", 77, "a key is no text"),
    ("        env: {A: b}", "        env: {A: b", 78, "this is no YAML"),
    ("        env: {A: b}", "\tenv: {A: b}", 77, "this is no YAML"),
    # What expressions ask.
    (
        "          name: dist",
        "          name: ${{ github.refname }}",
        45,
        "`github.refname`: there is no such property",
    ),
    ("          name: dist", "          name: ${{ steps.versoin.outputs.x }}", 45, "no such step before this one"),
    ("          name: dist", "          name: ${{ steps.version.output }}", 45, "`steps.version.output`"),
    ("          name: dist", "          name: ${{ inputs.tga }}", 45, "no such input"),
    ("          name: dist", "          name: ${{ matrix.python }}", 45, "no such axis"),
    ("          name: dist", "          name: ${{ vars.NAME }}", 45, "`vars` cannot be asked here"),
    ("          name: dist", "          name: ${{ needs.build.result }}", 45, "no such job that this one needs"),
    ("          name: dist", "          name: ${{ runner.tmp }}", 45, "`runner.tmp`"),
    ("          name: dist", "          name: ${{ success() }}", 45, "`success()` can be asked in an `if` only"),
    ("          name: dist", "          name: ${{ hashFiles('x') }}", 45, "`hashFiles` is not known"),
    ("          name: dist", "          name: ${{ github.ref", 45, "not closed"),
    ("outputs.version != ''", "outputs.versoin != ''", 49, "no such output of the job build"),
    ("outputs.version != ''", "outcome != ''", 49, "`needs.build.outcome`"),
    ("outputs.version != ''", "outputs.version != '' && secrets.TOKEN", 49, "`secrets` cannot be asked here"),
    ("${{ always() && env.TOKEN != '' }}", "${{ always() }} && env.TOKEN", 71, "always true"),
    ("${{ always() && env.TOKEN != '' }}", "always() && secrets.TOKEN != ''", 71, "`secrets` cannot be asked here"),
    ("${{ always() && env.TOKEN != '' }}", "steps.last.outcome == ''", 71, "no such step before"),
    ("${{ always() && env.TOKEN != '' }}", "a =", 71, "no expression"),
    ('  EVERYWHERE: "1"', "  EVERYWHERE: ${{ needs.build.result }}", 1, "`needs` cannot be asked here"),
    ("release-${{ github.ref }}", "release-${{ env.X }}", 1, "`env` cannot be asked here"),
    ("    concurrency: one", "    concurrency: ${{ secrets.TOKEN }}", 49, "`secrets` cannot be asked here"),
]


@pytest.mark.parametrize(("there", "instead", "line", "words"), FAULTS, ids=[fault[1].strip()[:40] for fault in FAULTS])
def test_what_is_not_known_is_refused_with_its_line(there: str, instead: str, line: int, words: str) -> None:
    assert there in WHOLE

    said = _fault(WHOLE.replace(there, instead, 1))

    assert words in said
    assert said.startswith(f"w.yml:{line}: ")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is empty"),
        ("# nothing\n", "is empty"),
        ("~", "must be a mapping"),
        ("[]", "must be a mapping"),
        ("on: push", "`jobs` is missing"),
        (LEAST + "---\n" + LEAST, "w.yml:7: a second document"),
        ("\ufeff" + LEAST, "byte-order mark"),
        (("\ufeff" + LEAST).encode(), "byte-order mark"),
        (LEAST.encode("utf-16"), "not UTF-8"),
        (LEAST.replace("echo", "ü").encode("latin-1"), "w.yml:6: this is not UTF-8"),
        (LEAST + "\x00", "this is no YAML"),
        (LEAST + "\x1b[31m", "this is no YAML"),
        (LEAST + "\ud800", "this is no YAML"),
        ("a: " + "[" * (MAX_DEPTH + 1), f"more than {MAX_DEPTH} levels"),
        ("[" * 100_000, f"more than {MAX_DEPTH} levels"),
        ("{a: " * 5_000, f"more than {MAX_DEPTH} levels"),
        ("- " * 5_000, f"more than {MAX_DEPTH} levels"),
        ("#" * (MAX_BYTES + 1), "larger than"),
        ("a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n", "no anchors"),
        ("a: &a [*a]\n", "no anchors"),
        ("<<: {a: b}\n" + LEAST, "tagward does not know `<<`"),
        (LEAST.replace("push", "[push, [release]]"), "must be a text"),
        (LEAST.replace("steps:\n      - run: echo", "steps: []\n    strategy: {}"), "`matrix` is missing"),
        (LEAST.replace("ubuntu-latest", "[self-hosted, linux]"), "must be a text"),
    ],
)
def test_what_is_no_workflow_is_refused(text: str | bytes, words: str) -> None:
    began = time.monotonic()

    assert words in _fault(text)
    assert time.monotonic() - began < 60


def test_a_name_that_is_repeated_in_another_step_is_refused() -> None:
    text = LEAST + "      - {id: a, run: echo}\n      - {id: a, run: echo}\n"

    assert _fault(text) == "w.yml:7: two steps have the id `a`"


@given(st.text(max_size=200) | st.lists(st.sampled_from(LEAST.split(" ")), max_size=60).map(" ".join))
def test_any_text_is_read_or_refused(text: str) -> None:
    said = _fault(text)

    assert not said or said.startswith("w.yml")
