"""G: what is said of a set-up in which something is missing, silent or odd; test_doctor.py plants real faults."""

from __future__ import annotations

from dataclasses import replace

import pytest
from paper import WORKSPACE
from paper_setup import GATED, INSPECTION, METADATA, PROJECT, PUBLISHES, SHELF, STANDING, TAGGED, workflow

from tagward import __version__
from tagward.checks import checks_of, find
from tagward.model.config import Config
from tagward.model.findings import Result, Status
from tagward.model.hooks import Advice, HookPlan, HooksPath, Owner
from tagward.model.index_state import Answer
from tagward.model.inspection import HooksSeen, Probe, Rehearsed, TaggedSeen
from tagward.model.secrets import TREE, Hit, Search, Secret, Sighting
from tagward.model.standing import Answer as RemoteAnswer

PUBLISHER = workflow()
LISTED = PUBLISHES.replace("release:\n    types: [published]", "push:\n    tags: ['v*']")
MAKES = """\
on: workflow_dispatch
jobs:
  tag:
    runs-on: ubuntu-latest
    steps:
      - run: git push --tags
        env: {GH_TOKEN: "${{ TOKEN }}"}
"""
TOKEN = PUBLISHES + "        env: {TWINE_PASSWORD: '${{ secrets.PYPI_TOKEN }}'}\n"
LEFT = HooksSeen(STANDING, Probe(stopped=False))
SIGHTED = Sighting(Hit("S001", "a PyPI token", "0" * 64, "pypi-AgEI", 3), TREE, "a.py")
FOUND = Secret("S001", "a PyPI token", "0" * 64, "pypi-AgEI", (SIGHTED,))


def asked(code: str, **changes: object) -> Result:
    """What a check says of the good set-up, but for this."""
    result: Result = find(code)(replace(INSPECTION, **changes))  # type: ignore[arg-type]  # fields of Inspection
    return result


def said(result: Result) -> str:
    """Its only finding."""
    (finding,) = result.findings
    return finding.message


def hooks(**changes: object) -> HooksSeen:
    """Hooks that work, but for this."""
    return replace(GATED, **changes)  # type: ignore[arg-type]  # fields of HooksSeen


def test_G_has_nothing_against_a_good_set_up() -> None:
    results = [check(INSPECTION) for check in checks_of("Inspection")]

    assert [one.check.code for one in results if one.findings] == []
    assert {one.status for one in results} == {Status.PASSED, Status.SKIPPED, Status.UNSEEN}


@pytest.mark.parametrize(
    ("code", "changes", "reason"),
    [
        ("G004", {"projects": (replace(PROJECT, metadata=None),)}, "only a run of setup.py knows it"),
        ("G008", {"config": Config.of({"changelog": False})}, "the configuration wants none"),
        ("G105", {"projects": ()}, "there is no project that can be read"),
        ("G201", {"workflows": (), "remote": None}, "no remote is on GitHub"),
        ("G202", {"workflows": ()}, "there is no workflow"),
        ("G216", {"workflows": ()}, "there is no workflow"),
        ("G226", {"alarms": None}, "zizmor is not installed, or there is no workflow"),
        ("G226", {"alarms": (), "alarm_trouble": "it ran for too long"}, "zizmor did not look: it ran for too long"),
        ("G301", {"shelves": (replace(SHELF, answer=Answer.UNASKED),)}, "no index is configured (no-index)"),
        ("G303", {"offline": True}, "--offline"),
        ("G303", {"shelves": ()}, "the name of the project is not written down"),
        ("G303", {"shelves": (replace(SHELF, answer=Answer.ABSENT),)}, "the index has no such project"),
        ("G307", {"remote_answer": (RemoteAnswer.UNASKED, "")}, "there is no remote"),
        ("G307", {"remote_answer": (RemoteAnswer.UNASKED, ""), "offline": True}, "--offline"),
        ("G308", {"remote_answer": (RemoteAnswer.SILENT, "")}, "the remote was not asked"),
        ("G309", {"remote": None}, "no remote is on GitHub"),
        ("G310", {}, "nothing names a version of tagward"),
        ("G310", {"hooks": hooks(commit_version="1"), "offline": True}, "--offline"),
        ("G310", {"hooks": hooks(commit_version="1"), "own": replace(SHELF, answer=Answer.UNASKED)}, "no index is"),
        ("G401", {"rehearsed": Rehearsed()}, "there is no commit yet"),
        ("G401", {"projects": ()}, "there is no project that can be read"),
    ],
)
def test_G_is_skipped_with_its_reason_where_there_is_nothing_to_ask(
    code: str, changes: dict[str, object], reason: str
) -> None:
    result = asked(code, **changes)

    assert result.status is Status.SKIPPED
    assert result.reason.startswith(reason)


@pytest.mark.parametrize(
    ("code", "changes", "reason"),
    [
        ("G101", {"hooks": hooks(probe=Probe(trouble="no space"))}, "no push could be tried: no space"),
        (
            "G201",
            {"workflows": (workflow("jobs: {}\n"),)},
            ".github/workflows/pypi-release.yml cannot be read",
        ),
        ("G202", {"workflows": (workflow("on: &all push\n"),)}, ".github/workflows/pypi-release.yml: tagward reads no"),
        ("G303", {"shelves": (replace(SHELF, answer=Answer.SILENT, reason="503"),)}, "PyPI did not say: 503"),
        ("G307", {"remote_answer": (RemoteAnswer.SILENT, "hung up")}, "the remote did not say: hung up"),
        (
            "G310",
            {"hooks": hooks(commit_version="1"), "own": replace(SHELF, answer=Answer.SILENT, reason="503")},
            "PyPI did not say: 503",
        ),
        ("G503", {"workflows": (workflow(TOKEN),)}, "the age and the scope of PYPI_TOKEN, not in a commit yet"),
    ],
)
def test_G_does_not_pass_what_could_not_be_seen(code: str, changes: dict[str, object], reason: str) -> None:
    result = asked(code, **changes)

    assert result.status is Status.UNSEEN
    assert result.reason.startswith(reason)


def test_G002_breaks_where_a_check_of_the_version_breaks() -> None:
    odd = replace(PROJECT, workspace=replace(WORKSPACE, source=None))  # type: ignore[arg-type]  # what breaks them

    result = asked("G002", projects=(odd,))

    assert result.status is Status.BROKE
    assert result.reason.startswith("RuntimeError: V003 broke: AttributeError")


def test_G007_asks_for_no_licence_of_what_is_private_and_finds_that_of_the_root_for_a_folder() -> None:
    private = replace(METADATA, license_files=(), classifiers=("Private :: Do Not Upload",))
    below = replace(PROJECT, folder="core", metadata=replace(METADATA, license_files=()))

    assert asked("G007", projects=(replace(PROJECT, metadata=private),)).status is Status.PASSED
    assert asked("G007", projects=(PROJECT, below)).status is Status.PASSED
    assert said(asked("G007", projects=(below,))) == "there is no LICENSE in core"


def test_G009_leaves_a_notation_that_is_none_to_the_build() -> None:
    poetry = replace(METADATA, requires_python="^3.9", classifiers=("Programming Language :: Python :: 3.8",))

    assert asked("G009", projects=(replace(PROJECT, metadata=poetry),)).status is Status.PASSED


@pytest.mark.parametrize(
    ("seen", "cause"),
    [
        (replace(LEFT, standing=None), "git does not say who stands at pre-push"),
        (replace(LEFT, switched_off=("git config --unset x",)), "git's configuration has the hook switched off"),
        (
            replace(LEFT, standing=replace(STANDING, hooks_path=HooksPath("", "global"))),
            "core.hooksPath (global) is empty, so that git looks for no hook",
        ),
        (
            replace(LEFT, standing=replace(STANDING, current=Owner.PREK, legacy=Owner.TAGWARD)),
            "pre-push belongs to prek, and the hook of tagward behind it is not reached",
        ),
        (
            replace(LEFT, standing=replace(STANDING, current=Owner.PREK, legacy=Owner.TAGWARD), runnable=False),
            "pre-push belongs to prek, and the hook of tagward behind it is not executable",
        ),
        (
            replace(LEFT, standing=replace(STANDING, current=Owner.OTHER)),
            "pre-push belongs to another tool, which does not call tagward",
        ),
    ],
)
def test_G101_says_why_a_push_does_not_reach_tagward(seen: HooksSeen, cause: str) -> None:
    result = asked("G101", hooks=seen)

    assert said(result) == f"{cause}: release tags are NOT judged at a push"
    assert result.findings[0].fixes[-1] == "tagward install"


def test_G102_names_no_hook_that_git_does_not_name() -> None:
    dropped = hooks(standing=None, probe=Probe(fired=1))

    assert said(asked("G102", hooks=dropped)).endswith("the hook drops its exit status")


def test_G103_tells_what_is_in_the_way_of_an_installation_and_what_older_gits_need() -> None:
    advice = Advice("husky has the hooks", ".husky/pre-push", ('tagward pre-push "$@"',))
    advised = asked("G103", hooks=hooks(plan=HookPlan((), protected=True, advice=(advice,))))

    blocked = asked("G103", hooks=hooks(plan=None, obstacle=("a folder is there", ("rmdir it",))))

    assert said(blocked) == "tagward install would not work here: a folder is there"
    assert said(advised) == "for gits before 2.54: husky has the hooks"
    assert advised.findings[0].fixes == (".husky/pre-push:", 'tagward pre-push "$@"')


def test_G104_warns_of_a_hook_that_was_moved_aside_and_is_not_called() -> None:
    chained = replace(STANDING, current=Owner.OTHER, chained=True)

    assert said(asked("G104", hooks=hooks(standing=chained))) == (
        ".git/hooks/pre-push.tagward-chained is there, and nothing runs it"
    )
    assert asked("G104", hooks=hooks(standing=replace(chained, current=Owner.TAGWARD))).status is Status.PASSED


def test_G105_takes_hooks_of_your_own_that_call_pre_commit() -> None:
    own = hooks(commit_owner=None, commit_calls=frozenset({"pre-commit run"}))

    assert asked("G105", hooks=own).reason == "your own hooks call pre-commit, which runs the fast checks at commit"


@pytest.mark.parametrize(("stated", "status"), [(__version__, Status.PASSED), ("0.0.1", Status.WARNED)])
def test_G106_compares_the_tagward_of_pre_commit_with_this_one(stated: str, status: Status) -> None:
    assert asked("G106", hooks=hooks(commit_version=stated)).status is status


def test_G205_names_the_event_that_publishes() -> None:
    anybody = workflow(PUBLISHES.replace("release:\n    types: [published]", "pull_request:"))

    assert said(asked("G205", workflows=(anybody,))) == (".github/workflows/pypi-release.yml publishes on pull_request")


def test_G203_says_that_a_filter_which_is_none_starts_nothing() -> None:
    refused = workflow(LISTED.replace("v*", "v[0-9"))

    assert asked("G203", workflows=(workflow(LISTED),)).status is Status.PASSED
    assert said(asked("G203", workflows=(refused,))).startswith("neither a push of the tag v1.5.0 nor its GitHub")


def test_G208_says_what_is_wrong_with_the_workflow_of_the_newest_tag() -> None:
    other = workflow(LISTED.replace("v*", "release-*"))

    assert said(asked("G208", tagged=TaggedSeen("v1.4.0", ()))) == "v1.4.0 holds no workflow that publishes"
    assert said(asked("G208", tagged=TaggedSeen("v1.4.0", (other,)))).startswith("neither a push of v1.4.0")
    assert asked("G208", tagged=TaggedSeen("v1.4.0", (PUBLISHER,))).reason.endswith("its release starts it")


@pytest.mark.parametrize(
    ("token", "status"), [("secrets.GITHUB_TOKEN", Status.WARNED), ("secrets.APP_TOKEN", Status.PASSED)]
)
def test_G209_warns_of_tags_that_start_no_run(token: str, status: Status) -> None:
    makes = workflow(MAKES.replace("TOKEN }}", f"{token} }}}}"), ".github/workflows/tag.yml")

    assert asked("G209", workflows=(PUBLISHER, makes)).status is status


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("permissions: {}\n", ""),
        ("permissions: {}\n", "permissions: {id-token: write}\n"),
        ("    permissions:\n      id-token: write\n", ""),
    ],
    ids=["of the job alone", "of the workflow, whose only job publishes", "of the workflow alone"],
)
def test_G211_passes_least_permissions_wherever_they_are_stated(old: str, new: str) -> None:
    assert asked("G211", workflows=(workflow(PUBLISHES.replace(old, new)),)).status is Status.PASSED


def test_G211_warns_of_permissions_that_nobody_states_or_that_other_jobs_have_too() -> None:
    bare = PUBLISHES.replace("permissions: {}\n", "").replace("    permissions:\n      id-token: write\n", "")
    shared = PUBLISHES.replace("permissions: {}", "permissions: {id-token: write}")
    shared += "  other:\n    runs-on: ubuntu-latest\n    steps:\n      - run: 'true'\n"

    assert said(asked("G211", workflows=(workflow(bare),))).endswith(
        "states no permissions, so that those of the repository hold"
    )
    assert said(asked("G211", workflows=(workflow(shared),))) == (
        "the workflow may ask for an identity, and does not publish"
    )


def test_G301_says_that_the_first_upload_registers_a_name() -> None:
    assert asked("G301", shelves=(replace(SHELF, answer=Answer.ABSENT),)).reason == (
        "PyPI has no acme-demo yet: the first upload registers the name"
    )


def test_G303_counts_the_tags_that_are_here_where_the_remote_did_not_say() -> None:
    unpublished = replace(TAGGED, name="v1.5.0", version="1.5.0")
    remote = replace(unpublished, oid="")

    silent = asked("G303", tags=(TAGGED, unpublished, remote), remote_answer=(RemoteAnswer.SILENT, ""))

    assert said(silent) == "v1.5.0 on PyPI: nothing was published"


def test_G502_names_a_secret_unless_the_project_allows_it() -> None:
    allowed = replace(FOUND, allowed="it was revoked")

    assert said(asked("G502", search=Search((FOUND,), 1, {}))) == "a PyPI token that begins pypi-AgEI is in a.py:3"
    assert asked("G502", search=Search((allowed,), 1, {})).status is Status.PASSED
