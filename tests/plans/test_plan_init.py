"""How a project is set up: what is inserted where, and what is left alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import tomli
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tagward import __version__
from tagward.errors import ConfigError
from tagward.model.config import Config, ProjectRules
from tagward.model.hooks import Advice, HookPlan, Move, Owner, Role, Write
from tagward.model.plan import Command, InitPlan
from tagward.model.setup import HookFacts, ProjectFacts, Publisher, Remote, Setup, TagFacts, Wanted
from tagward.plans.choices import choices
from tagward.plans.init import plan_init
from tagward.plans.insertion import inserted, lines_of
from tagward.plans.precommit import FILES, entry, with_hook
from tagward.plans.settings import with_settings
from tagward.plans.suite import suite_settings, tool_of
from tagward.plans.tags import patterns, rules_of
from tagward.plans.updates import ENTRY, NEW, has_updates, with_updates
from tagward.sources.precommit import has_hook
from tagward.workflows.render import RELEASE, Choices, Publish, Trigger, render

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tagward.plans.insertion import Node
    from tagward.plans.settings import Value

ITEM: Mapping[str, Node] = {"repo": "local", "hooks": ({"id": "ours", "stages": "[a, b]"},)}
VALUE = {"repo": "local", "hooks": [{"id": "ours", "stages": ["a", "b"]}]}
OURS = "  - repo: local\n    hooks:\n      - id: ours\n        stages: [a, b]\n"
OURS_WIDE = "-   repo: local\n    hooks:\n    -   id: ours\n        stages: [a, b]\n"
OURS_FLUSH = "- repo: local\n  hooks:\n  - id: ours\n    stages: [a, b]\n"

# Before, the entry, after: what the file says stands on both sides of it.
LISTS = {
    "at the end": ("repos:\n  - repo: x\n    hooks:\n      - id: a\n", OURS, ""),
    "without a line end": ("repos:\n  - repo: x\n    hooks:\n      - id: a", "\n" + OURS, ""),
    "as pre-commit's sample": (
        "# c\nrepos:\n-   repo: x\n    rev: 'v1'\n    hooks:\n    -   id: a  # c\n        # args: []\n",
        OURS_WIDE,
        "\n# end\nci:\n    a: 1\n",
    ),
    "set off by empty lines": (
        "repos:\n- repo: x\n  hooks:\n  - id: a\n\n# second\n- repo: y\n  hooks:\n  - id: b\n",
        "\n" + OURS_FLUSH,
        "\n\nci: {}\n",
    ),
    "behind a block scalar": (
        "repos:\n  - repo: x\n    hooks:\n      - id: a\n        entry: |\n          foo\n          # no comment\n",
        OURS,
        "ci: 1\n",
    ),
    "behind a folded scalar without a line end": (
        "repos:\n  - repo: x\n    hooks:\n      - id: a\n        entry: >-\n          foo",
        "\n" + OURS,
        "",
    ),
    "behind an alias": ("repos:\n  - &a\n    repo: x\n    hooks:\n      - id: a\n  - *a # again\n", OURS, "ci: 1\n"),
    "behind an entry in one line": (
        "repos:\n  - repo: x\n    hooks:\n      - id: a\n  - {repo: y, hooks: [{id: b}]}  # z\n",
        OURS,
        "  # end\n",
    ),
    "behind an empty value": ("repos:\n  - repo: x\n    hooks:\n      - id: a\n        x:\n", OURS, "ci: 1\n"),
    "before what is switched off": (
        "repos:\n  - repo: x\n    hooks:\n      - id: a\n",
        OURS,
        "  # - repo: y\n  #   hooks: []\n",
    ),
    "quoted keys": ('"repos":\n  - \'repo\': "x"\n    "hooks":\n      - id: "a\n          b"\n', OURS, ""),
    "an ended document": ("---\nrepos:\n  - repo: x\n    hooks: []\n", OURS, "...\n"),
    "umlauts": ("# äöü 🙂\nrepos:\n  - repo: 'é'\n    hooks:\n      - id: a\n", OURS, "# ü\n"),
}


@pytest.mark.parametrize("eol", ["\n", "\r\n"])
@pytest.mark.parametrize(("before", "ours", "after"), LISTS.values(), ids=LISTS)
def test_an_entry_is_the_last_of_its_list_and_no_other_byte_changes(
    before: str, ours: str, after: str, eol: str
) -> None:
    text = (before + after).replace("\n", eol)

    done = inserted(text, "repos", ITEM)

    assert done is not None
    assert done[0] == (before + ours + after).replace("\n", eol)
    assert done[0].splitlines()[done[1] - 1].lstrip().replace("   ", " ") == "- repo: local"
    assert yaml.safe_load(done[0])["repos"] == [*yaml.safe_load(text)["repos"], VALUE]


@pytest.mark.parametrize(
    "text",
    [
        "repos: []\n",
        "repos:\n",
        "repos:\n  - {repo: x, hooks: [{id: a}]}\n",
        "repos: [{repo: x}]\n",
        "repos: !!seq\n  - repo: x\n",
        "repos: &all\n  - repo: x\n    hooks: []\nother: *all\n",
        "repos:\n  - repo: x\n    hooks: []\n---\na: 1\n",
        "- repo: x\n",
        "repos:\n\t- x\n",
        "other: 1\n",
        "inner:\n  repos:\n    - repo: x\n      hooks: []\n",
        "x\n",
        "",
    ],
)
def test_a_list_that_is_not_plain_is_left_alone(text: str) -> None:
    assert inserted(text, "repos", ITEM) is None


words = st.text("ab:#-|>'\" \t\n&*[]{}é", max_size=8)
values = st.recursive(
    words | st.none() | st.booleans() | st.integers(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=8,
)


@given(
    st.lists(st.dictionaries(st.sampled_from(["repo", "hooks", "rev"]), values, min_size=1), min_size=1, max_size=3),
    values,
    st.sampled_from([True, False, None]),
)
def test_whatever_yaml_a_file_holds_an_insertion_adds_one_entry_or_is_not_made(
    repos: list[object], other: object, flow: bool | None
) -> None:
    text = yaml.safe_dump({"repos": repos, "zoo": other}, default_flow_style=flow, allow_unicode=True)

    done = inserted(text, "repos", ITEM)

    assert flow is not False or done is not None, text
    if done is not None:
        assert yaml.safe_load(done[0]) == {"repos": [*repos, VALUE], "zoo": other}
        ahead = next((place for place, (a, b) in enumerate(zip(text, done[0], strict=False)) if a != b), len(text))
        assert done[0].endswith(text[ahead:])


# The settings of tagward.

PLAIN = '[project]\nname = "a"\n'
KEYS: Mapping[str, Value] = {"tag": "v{version}", "test-extras": ("a", "b")}
LINES = 'tag = "v{version}"\ntest-extras = ["a", "b"]\n'
DOCUMENTS = {
    "no table": (PLAIN, "\n[tool.tagward]\n" + LINES, ""),
    "no line end": (PLAIN[:-1], "\n\n[tool.tagward]\n" + LINES, ""),
    "an empty line at the end": (PLAIN + "\n", "[tool.tagward]\n" + LINES, ""),
    "nothing": ("", "[tool.tagward]\n" + LINES, ""),
    "a table": (PLAIN + "[tool.tagward]\n", LINES, 'strict = true\n[tool.x]\ntag = "y"\n'),
    "a table with a comment": (PLAIN + "[ tool . tagward ] # [x]\n", LINES, ""),
    "a table without a line end": (PLAIN + "[tool.tagward]", "\n" + LINES, ""),
    "a header inside a string": ('x = """\n[tool.tagward]\n"""\n[tool.tagward]\n', LINES, "strict = true\n"),
    "a table below it": (PLAIN + '[tool.tagward.ignore]\nI001 = "x"\n', "\n[tool.tagward]\n" + LINES, ""),
    "dotted keys": (
        PLAIN + "[tool]\n",
        'tagward.tag = "v{version}"\ntagward.test-extras = ["a", "b"]\n',
        "tagward.strict = true\n",
    ),
}


@pytest.mark.parametrize("eol", ["\n", "\r\n"])
@pytest.mark.parametrize(("before", "ours", "after"), DOCUMENTS.values(), ids=DOCUMENTS)
def test_keys_are_put_in_and_no_other_byte_changes(before: str, ours: str, after: str, eol: str) -> None:
    text = (before + after).replace("\n", eol)
    # A text without any line end has none to keep.
    wanted = (before + ours + after).replace("\n", eol if "\n" in text else "\n")

    done = with_settings(text, KEYS)

    assert done == wanted
    own = tomli.loads(done)["tool"]["tagward"]
    assert (own["tag"], own["test-extras"]) == ("v{version}", ["a", "b"])


@pytest.mark.parametrize(
    "text",
    ["tool = {tagward = {strict = true}}\n", "tool.tagward.strict = true\n", "[tool]\ntagward = {strict = true}\n"],
)
def test_a_table_that_takes_no_insertion_is_refused_with_the_lines_to_paste(text: str) -> None:
    with pytest.raises(ConfigError, match="nothing can be added to") as refused:
        with_settings(text, KEYS)

    assert 'tag = "v{version}"' in refused.value.fixes


def test_projects_are_tables_of_their_own() -> None:
    projects = [{"path": "a", "tag": "{name}-v{version}"}, {"path": "b", "tag": "b-{version}"}]

    done = with_settings(PLAIN + "[tool.tagward]\nstrict = true\n", {}, projects)

    assert done.startswith(PLAIN + "[tool.tagward]\nstrict = true\n\n[[tool.tagward.project]]\n")
    assert tomli.loads(done)["tool"]["tagward"] == {"strict": True, "project": projects}


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), st.lists(st.text("a\"\\'é\x7f", max_size=60)))
def test_any_text_is_a_value(text: str, listed: list[str]) -> None:
    done = tomli.loads(with_settings("", {"one": text, "many": tuple(listed)}))

    assert done["tool"]["tagward"] == {"one": text, "many": listed}


def test_what_is_there_is_not_written_again() -> None:
    assert with_settings("x = 1", {}) == "x = 1"


# What the tests need.


@pytest.mark.parametrize(
    ("command", "tool"),
    [
        ("pytest -q", "pytest"),
        ("python -m pytest tests", "pytest"),
        ("python3.12 -m Nox_X", "nox-x"),
        ("python tests/run.py", ""),
        ("FOO=1 pytest", ""),
        ("./run-tests", ""),
        ("pytest 'x", ""),
        ("", ""),
    ],
)
def test_the_tool_is_the_first_word_or_the_module(command: str, tool: str) -> None:
    assert tool_of(command) == tool


EXTRAS = {"docs": ("pytest",), "dev": ("demo[Tests]", "ruff"), "tests": ("PyTest>=8",), "test": ("coverage",)}


def test_the_extra_that_holds_the_tool_is_taken_by_the_usual_names_in_their_order() -> None:
    assert suite_settings("pytest", "demo", EXTRAS, {}) == {"test-command": "pytest", "test-extras": ("tests",)}


def test_an_extra_may_bring_the_tool_through_another_one() -> None:
    extras = {"dev": ("Demo[all]",), "all": ("demo[dev, run]",), "run": ("pytest",)}

    assert suite_settings("pytest", "demo", extras, {})["test-extras"] == ("dev",)


def test_a_group_is_flattened() -> None:
    groups = {
        "Dev": ["ruff", {"include-group": "run-er"}, "ruff"],
        "run_er": ["pytest>=8", {"include-group": "BASE"}],
        "base": ["x"],
    }

    assert suite_settings("pytest", "demo", {"dev": ("ruff",)}, groups)["test-requires"] == ("ruff", "pytest>=8", "x")


@pytest.mark.parametrize(
    ("groups", "says"),
    [
        ({"test": ["a", {"include-group": "b"}], "b": [{"include-group": "Test"}]}, "test and b include each other"),
        ({"test": [{"include-group": "b"}]}, "no dependency group 'b', which test includes"),
        ({"test": [{"path": "."}]}, "which is no requirement"),
    ],
)
def test_a_group_that_cannot_be_flattened_is_refused(groups: dict[str, object], says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        suite_settings("pytest", "demo", {}, groups)


def test_without_both_the_tool_itself_is_required() -> None:
    groups = {"test": ["coverage"], "docs": ["pytest"]}

    assert suite_settings("pytest", "", {}, groups) == {"test-command": "pytest", "test-requires": ("pytest",)}
    assert suite_settings("./run", "", {}, groups) == {"test-command": "./run"}


# The entry for the fast checks, and the one for actions.


def test_the_pattern_of_files_is_that_of_our_own_hook() -> None:
    ours = yaml.safe_load((Path(__file__).parents[2] / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))[0]
    hook = yaml.safe_load("\n".join(lines_of(entry())))[0]["hooks"][0]

    assert hook["files"] == FILES == ours["files"]
    assert {key: hook[key] for key in ("entry", "pass_filenames", "require_serial", "stages", "language")} == {
        key: ours[key] for key in ("entry", "pass_filenames", "require_serial", "stages", "language")
    }
    assert hook["additional_dependencies"] == [f"tagward=={__version__}"]


def test_a_tagward_that_no_index_has_is_taken_from_the_path_and_that_is_said() -> None:
    plan = plan_init(replace(FACTS, on_index=False), Wanted())
    config = next(edit.write.after.decode() for edit in plan.edits if edit.write.path == ".pre-commit-config.yaml")
    hook = yaml.safe_load(config)["repos"][-1]["hooks"][0]

    assert hook["language"] == "system"
    assert "additional_dependencies" not in hook
    assert [note for note in plan.notes if f"tagward=={__version__}, which an index must have before" in note]
    assert not [note for note in plan_init(FACTS, Wanted()).notes if "an index must have" in note]


def test_other_files_that_state_the_version_start_the_hook_too() -> None:
    places = ("pyproject.toml", "uv.lock", "it's/a: file #1", "src/x/__init__.py")

    hook = yaml.safe_load("\n".join(lines_of(entry(places))))[0]["hooks"][0]

    assert hook["files"] == FILES.removesuffix(")$") + r"|uv\.lock|it's/a:\ file\ \#1)$"


@pytest.mark.parametrize(
    ("text", "has"),
    [
        ("repos:\n- repo: https://example.org/t\n  hooks: [{id: tagward}]\n", True),
        ("repos:\n- repo: local\n  hooks: [{id: x, entry: uvx tagward check --fast}]\n", True),
        ("repos:\n- repo: local\n  hooks: [{id: x}]\n- {repo: y}\n- z\n", False),
        ("repos: 3\n", False),
        ("[", False),
        ('repos: !!int ""\n', False),
    ],
)
def test_a_hook_that_is_there_is_seen(text: str, has: bool) -> None:
    assert has_hook(text) is has


def test_an_entry_for_actions_is_put_in_where_it_is_missing() -> None:
    text = "version: 2\nupdates:\n- package-ecosystem: pip\n  schedule:\n    interval: daily\n"

    done = with_updates(text)

    assert done is not None
    assert done[0].startswith(text + "- package-ecosystem: github-actions\n  directory: /\n  schedule:\n    interval:")
    assert has_updates(done[0])
    assert not has_updates(text)
    assert has_updates(NEW)
    assert not has_updates("[")
    assert yaml.safe_load(NEW)["updates"] == [yaml.safe_load("\n".join(lines_of(ENTRY)))[0]]


# The whole plan.

ROOT = ProjectFacts("", "acme", "1.3.0", "hatchling", "src layout", "v{version}", ("pyproject.toml",))
GITHUB = Remote("github.com", "acme", "demo")
IN_PLACE = HookFacts(HookPlan((), protected=True), (("pre-commit", Owner.PRE_COMMIT),))
FACTS = Setup(
    (ROOT,),
    TagFacts(("v{version}",), 7, "v1.3.0"),
    remote=GITHUB,
    remote_name="origin",
    branch="main",
    files={"pyproject.toml": PLAIN.encode()},
    hooks=IN_PLACE,
    testpypi="address",
)
CHOICES = Choices("acme/demo", testpypi_address="address")
WORKFLOW = f".github/workflows/{RELEASE}"


def _writes(plan: InitPlan) -> dict[str, str]:
    return {write.path: write.after.decode() for write in plan.writes}


def _after(setup: Setup, plan: InitPlan) -> Setup:
    """The facts once the plan is carried out."""
    files = {**setup.files, **{write.path: write.after for write in plan.writes}}
    table = tomli.loads(files["pyproject.toml"].decode())["tool"]["tagward"]
    updater = setup.updater or ".github/dependabot.yml"
    return replace(setup, files=files, stated=frozenset(table), config=Config.of(table), updater=updater)


@pytest.mark.parametrize("publish", [*Publish, ""])
@pytest.mark.parametrize("trigger", [*Trigger, ""])
@pytest.mark.parametrize("testpypi", [True, False, None])
@pytest.mark.parametrize("python", ["", "3.13"])
def test_what_a_plan_has_done_is_done_whether_it_is_said_again_or_not(
    publish: str, trigger: str, testpypi: bool | None, python: str
) -> None:
    wanted = Wanted(publish, trigger, testpypi, "pytest", python)

    plan = plan_init(FACTS, wanted)

    after = _after(FACTS, plan)
    for again in (wanted, Wanted()):
        second = plan_init(after, again)
        assert (second.changes, second.kept, second.missing, second.notes) == (False, (), (), ())


def test_choices_that_are_not_said_are_read_from_an_edited_workflow_of_ours() -> None:
    made = replace(CHOICES, publish=Publish.TRUSTED, trigger=Trigger.TAG, testpypi=True, python="3.13")
    edited = render(RELEASE, made).replace("ubuntu-latest", "ubuntu-24.04")

    read = choices(replace(FACTS, files={WORKFLOW: edited.encode()}), Wanted())
    other = choices(replace(FACTS, files={WORKFLOW: edited.encode()}), Wanted(trigger="release"))
    foreign = choices(
        replace(FACTS, files={WORKFLOW: edited.replace("# Written by tagward", "# By").encode()}), Wanted()
    )

    assert read == made
    assert other == replace(made, trigger=Trigger.RELEASE)
    assert foreign == CHOICES


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (render(RELEASE, CHOICES) + "# mine\n", "it was edited, or written for other choices"),
        (
            render(RELEASE, CHOICES).replace(f"tagward {__version__}.", "tagward 0.0.1."),
            "it is of tagward 0.0.1, or was",
        ),
        ("name: mine\n", "tagward did not write it"),
    ],
)
def test_a_workflow_that_differs_is_kept_with_the_reason_and_taken_by_force(text: str, why: str) -> None:
    facts = replace(FACTS, files={**FACTS.files, WORKFLOW: text.encode()})

    kept, forced = plan_init(facts, Wanted()), plan_init(facts, Wanted(force=True))

    assert [one.write.path for one in kept.kept] == [WORKFLOW]
    assert kept.kept[0].why.startswith(why)
    assert WORKFLOW not in _writes(kept)
    assert _writes(forced)[WORKFLOW] == render(RELEASE, CHOICES)


def test_a_second_publisher_is_refused_and_said_when_it_is_forced() -> None:
    facts = replace(FACTS, publishers=(Publisher(".github/workflows/p.yml", "twine upload"),))

    kept, forced = plan_init(facts, Wanted()), plan_init(facts, Wanted(force=True))

    assert [one.write.path for one in kept.kept] == [WORKFLOW]
    assert not kept.notes
    assert WORKFLOW in _writes(forced)
    assert forced.notes == (".github/workflows/p.yml publishes too (twine upload): take that out, or both publish",)


def test_of_several_forms_the_one_in_use_comes_first_and_the_others_stay_releases() -> None:
    tags = TagFacts(("v{version}", "release-{version}"), 3, "v2.0")

    written = _writes(plan_init(replace(FACTS, tags=tags), Wanted()))["pyproject.toml"]

    own = tomli.loads(written)["tool"]["tagward"]
    assert own == {"tag": "v{version}", "legacy-tags": ["release-{version}"]}


MEMBERS = (
    ProjectFacts("packages/core", "acme-core", "1.0", form="acme-core-v{version}"),
    ProjectFacts("packages/Cli", "Acme_CLI", "2.0"),
)


def test_several_projects_get_a_table_each_in_the_form_that_one_of_them_uses() -> None:
    plan = plan_init(replace(FACTS, projects=MEMBERS, files={}, tags=TagFacts()), Wanted())

    own = tomli.loads(_writes(plan)["pyproject.toml"])["tool"]["tagward"]
    assert own["project"] == [
        {"path": "packages/core", "tag": "{name}-v{version}"},
        {"path": "packages/Cli", "tag": "{name}-v{version}"},
    ]
    assert "a token of PyPI is for one project or for all: for several, take --publish trusted" in plan.notes
    assert "alone" not in plan.once[0].title


def test_a_project_below_another_is_one_of_its_own_only_if_tags_name_it() -> None:
    plan = plan_init(replace(FACTS, projects=(ROOT, *MEMBERS)), Wanted())

    own = tomli.loads(_writes(plan)["pyproject.toml"])["tool"]["tagward"]
    assert own == {"tag": "v{version}", "project": [{"path": "packages/core", "tag": "{name}-v{version}"}]}


@pytest.mark.parametrize(
    ("setup", "expected"),
    [
        (FACTS, ("v[0-9]*",)),
        (replace(FACTS, tags=TagFacts()), ("v[0-9]*",)),
        (replace(FACTS, config=Config("a+b/{version}-x"), stated=frozenset({"tag"})), ("a*b/[0-9]*-x",)),
        (
            replace(FACTS, projects=MEMBERS, tags=TagFacts()),
            ("acme-core-v[0-9]*", "acme_core-v[0-9]*", "Acme_CLI-v[0-9]*", "acme-cli-v[0-9]*", "acme_cli-v[0-9]*"),
        ),
        (
            replace(FACTS, config=Config("v{version}", projects=(ProjectRules("p", "{name}/{version}", "core"),))),
            ("v[0-9]*", "core/[0-9]*"),
        ),
    ],
)
def test_patterns_hold_every_form_of_every_project(setup: Setup, expected: tuple[str, ...]) -> None:
    assert patterns(setup) == expected


def test_another_test_command_stays_and_is_said() -> None:
    facts = replace(FACTS, stated=frozenset({"tag", "test-command"}), config=Config("v{version}", test_command="tox"))

    plan = plan_init(facts, Wanted(tests="pytest"))

    assert "pyproject.toml" not in _writes(plan)
    assert plan.missing[0].lines == ('test-command = "pytest"',)


def test_a_test_command_of_two_lines_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"--tests.* test-command must be one line"):
        plan_init(FACTS, Wanted(tests="pytest\nrm"))


def test_hooks_are_run_pre_commits_first_and_what_stays_is_said(tmp_path: Path) -> None:
    hook = tmp_path / "pre-push"
    steps = (Move(hook, tmp_path / "x"), Write(hook, Role.HOOKDIR, "x"))
    facts = HookFacts(HookPlan(steps, protected=True), (("pre-commit", Owner.OTHER), ("commit-msg", Owner.NOBODY)))

    plan = plan_init(replace(FACTS, hooks=facts), Wanted())

    assert [(run.command, run.what) for run in plan.runs] == [
        (Command.PRE_COMMIT, ".git/hooks/pre-commit, .git/hooks/commit-msg; the hook that is there still runs"),
        (Command.TAGWARD, ".git/hooks/pre-push; the hook that is there still runs"),
    ]


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        (replace(FACTS, hooks_path="h", manager=""), "To ask the fast checks at commit, add to your pre-commit hook:"),
        (
            replace(FACTS, hooks_path="h", files={".pre-commit-config.yaml": b"repos: []\n"}),
            "core.hooksPath is h, so `pre-commit install` refuses; in your pre-commit hook, run:",
        ),
        (
            replace(FACTS, hooks=replace(IN_PLACE, commit=(("pre-commit", Owner.LEFTHOOK),))),
            "The hook pre-commit is not pre-commit's; there, run:",
        ),
        (
            replace(FACTS, hooks=HookFacts(HookPlan((), protected=False, advice=(Advice("so", "there", ("x",)),)))),
            "Release tags are NOT judged at a push until then: so; there:",
        ),
        (
            replace(FACTS, updater=".github/dependabot.yml", files={".github/dependabot.yml": b"updates: []\n"}),
            ".github/dependabot.yml takes no insertion: add this to `updates`:",
        ),
    ],
)
def test_what_only_people_may_do_is_said(facts: Setup, says: str) -> None:
    assert says in [task.title for task in plan_init(facts, Wanted()).missing]


@pytest.mark.parametrize(
    ("facts", "wanted", "says"),
    [
        (replace(FACTS, remote=None), Wanted(), "no remote is on GitHub; the workflows run there and nowhere else"),
        (
            replace(FACTS, remote=Remote("git.acme.example", "a", "b")),
            Wanted("trusted"),
            "PyPI trusts the identities of GitHub itself, and the remote is on git.acme.example",
        ),
        (
            replace(FACTS, ignored=frozenset({WORKFLOW})),
            Wanted(),
            f"git ignores {WORKFLOW}, so that it reaches nobody: take it out of .gitignore",
        ),
    ],
)
def test_what_a_reader_should_know_is_said(facts: Setup, wanted: Wanted, says: str) -> None:
    assert says in plan_init(facts, wanted).notes


def test_the_form_of_a_trusted_publisher_is_filled_in_to_the_letter() -> None:
    plan = plan_init(FACTS, Wanted("trusted", testpypi=True))

    lines = [line for task in plan.once for line in task.lines]
    form = "Owner  acme     Repository  demo     Workflow  {}     Environment  {}"
    assert lines[:3] == [
        form.format("pypi-release.yml", "pypi"),
        form.format("pypi-release.yml", "testpypi"),
        form.format("test-pypi-release.yml", "testpypi"),
    ]
    assert not any("secret" in line for line in lines)


def test_the_project_at_the_root_is_meant_where_it_has_a_form_and_a_wrong_folder_is_named() -> None:
    config = Config(tag="v{version}", projects=(ProjectRules("packages/core", "core-v{version}"),))

    assert rules_of(config, "", "tagward release 1.0").path == ""
    assert rules_of(config, "packages/core", "tagward release 1.0").path == "packages/core"
    with pytest.raises(ConfigError, match=r"no project of \[tool\.tagward\] stands in packages/xx"):
        rules_of(config, "packages/xx", "tagward release 1.0")


def test_a_token_goes_into_the_environment_and_never_onto_a_command_line() -> None:
    plan = plan_init(FACTS, Wanted())

    lines = [line for task in plan.once for line in task.lines]
    assert "gh secret set PYPI_API_TOKEN --env pypi --repo acme/demo" in lines
    assert not any("--body" in line for line in lines)


def test_a_file_that_is_no_text_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"\.pre-commit-config\.yaml is no UTF-8"):
        plan_init(replace(FACTS, files={".pre-commit-config.yaml": b"\xff"}), Wanted())


def test_with_hook_holds_what_it_inserts() -> None:
    assert with_hook("repos: []\n", entry()) is None
