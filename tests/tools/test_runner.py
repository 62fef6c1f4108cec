"""Workflows run on this machine as GitHub runs them: small ones, each for one rule."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, replace
from json import dumps as quoted
from pathlib import Path
from textwrap import dedent, indent
from typing import TYPE_CHECKING

import pytest
from conftest import Project, git

from tagward.errors import ConfigError
from tagward.model.workflow_run import Event, JobResult, Outcome, Run
from tagward.tools.runner import run_workflow
from tagward.tools.runner_use import Answer, Ground, Use
from tagward.workflows.pins import PINS
from tagward.workflows.reading import read_workflow

if TYPE_CHECKING:
    from collections.abc import Mapping

SHA = "0" * 40
PUSH = Event.push("refs/heads/main", SHA, "o/demo")
RELEASE = Event.release("v1.0.0", SHA, "o/demo")
SUCCESS, FAILURE, SKIPPED, CANCELLED = Outcome.SUCCESS, Outcome.FAILURE, Outcome.SKIPPED, Outcome.CANCELLED
HERE = f"{sys.version_info[0]}.{sys.version_info[1]}"


def uses(action: str) -> str:
    """An action as a workflow names it."""
    return f"{action}@{PINS[action].commit}"


UPLOAD, DOWNLOAD = uses("actions/upload-artifact"), uses("actions/download-artifact")


@dataclass
class Hub:
    """A ground, and the workflows that are run on it."""

    ground: Ground

    def run(self, jobs: str, event: Event = PUSH, *, head: str = "", earlier: Run | None = None) -> Run:
        """Run a workflow of these jobs."""
        on = "" if "on:" in head else "on: [push, release]"
        text = f"{on}\n{dedent(head)}\njobs:\n{indent(dedent(jobs), '  ')}"
        return run_workflow(read_workflow(text, "w.yml"), event, self.ground, earlier=earlier)

    def steps(self, steps: str, event: Event = PUSH, *, head: str = "", job: str = "") -> JobResult:
        """Run one job of these steps."""
        lines = (
            f"one:\n  runs-on: ubuntu-latest\n{indent(dedent(job), '  ')}\n  steps:\n{indent(dedent(steps), '    ')}"
        )
        return self.run(lines, event, head=head).one("one")

    def script(self, script: str, event: Event = PUSH, *, head: str = "", job: str = "") -> JobResult:
        """Run one job of one script."""
        return self.steps(f"- run: |\n{indent(dedent(script), '    ')}", event, head=head, job=job)


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    return Hub(Ground(tmp_path / "run", f"file://{tmp_path}/hub"))


def _log(result: JobResult, number: int = -1) -> str:
    return result.steps[number].log.rstrip("\n")


def _outcomes(run: Run) -> dict[str, str]:
    return {result.name: result.outcome.value for result in run.jobs}


# What a step is given.


def test_a_step_finds_the_variables_of_GitHub(hub: Hub) -> None:
    expected = {
        "CI": "true",
        "GITHUB_ACTIONS": "true",
        "GITHUB_EVENT_NAME": "release",
        "GITHUB_REF": "refs/tags/v1.0.0",
        "GITHUB_REF_NAME": "v1.0.0",
        "GITHUB_REF_TYPE": "tag",
        "GITHUB_SHA": SHA,
        "GITHUB_REPOSITORY": "o/demo",
        "GITHUB_REPOSITORY_OWNER": "o",
        "GITHUB_SERVER_URL": hub.ground.server,
        "GITHUB_JOB": "one",
        "GITHUB_RUN_ATTEMPT": "1",
        "GITHUB_WORKFLOW": "The release",
        "GITHUB_ACTOR": "rehearsal",
        "RUNNER_OS": "Linux",
    }
    script = "\n".join(f'echo "{name}=${name}"' for name in expected)

    result = hub.script(script, RELEASE, head="name: The release")

    assert dict(line.split("=", 1) for line in _log(result).splitlines()) == expected


def test_a_job_begins_in_an_empty_folder_with_a_home_of_its_own(hub: Hub) -> None:
    script = quoted('test "$PWD" = "$GITHUB_WORKSPACE"; find . "$HOME" "$RUNNER_TEMP" -mindepth 1; touch a "$HOME/b"')
    run = hub.run(f"""
        one: {{runs-on: ubuntu-latest, steps: [{{run: {script}}}, {{run: {script}}}]}}
        two: {{runs-on: ubuntu-latest, steps: [{{run: {script}}}]}}
    """)

    assert _log(run.one("one"), 0) == _log(run.one("two")) == ""
    assert [Path(line).name for line in _log(run.one("one"), 1).splitlines()] == ["a", "b"]
    assert run.outcome is SUCCESS


def test_a_step_finds_the_event_as_a_file(hub: Hub) -> None:
    script = "import json, os; print(json.load(open(os.environ['GITHUB_EVENT_PATH']))['release']['tag_name'])"
    result = hub.steps(f"- run: {script}\n  shell: python", RELEASE)

    assert _log(result) == "v1.0.0"


def test_nothing_of_the_machine_reaches_a_step(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TWINE_PASSWORD", "GITHUB_TOKEN", "TAGWARD_RUNNING", "ACTIONS_ID_TOKEN_REQUEST_TOKEN", "GIT_DIR"):
        monkeypatch.setenv(name, "planted")

    said = _log(hub.script("env"))

    assert "planted" not in said
    assert "TAGWARD_RUNNING" not in said
    assert f"HOME={hub.ground.folder}" in said


def test_the_ground_gives_variables_and_the_workflow_comes_first(hub: Hub) -> None:
    hub.ground = replace(hub.ground, variables={"PIP_NO_INDEX": "1", "A": "ground", "GITHUB_REF": "forged"})

    result = hub.script('echo "$PIP_NO_INDEX $A $GITHUB_REF"', job="env: {A: job}")

    assert _log(result) == "1 job refs/heads/main"


def test_variables_of_step_job_and_workflow_in_this_order(hub: Hub) -> None:
    result = hub.steps(
        """
        - run: |
            echo "$A $B $C ${{ env.A }} ${{ env.B }} ${{ env.C }}"
            echo "B=file" >> "$GITHUB_ENV"
            echo "C=file" >> "$GITHUB_ENV"
            echo "GITHUB_SHA=forged" >> "$GITHUB_ENV"
          env: {C: step}
        - run: echo "$A $B $C ${{ env.B }} $GITHUB_SHA"
        """,
        head="env: {A: workflow, B: workflow, C: workflow}",
        job="env: {B: job, C: job}",
    )

    assert _log(result, 0) == "workflow job step workflow job step"
    assert _log(result, 1) == f"workflow file file file {SHA}"


# The files of a step.


def test_outputs_go_from_step_to_step_and_from_job_to_job(hub: Hub) -> None:
    run = hub.run("""
        first:
          runs-on: ubuntu-latest
          outputs:
            plain: ${{ steps.give.outputs.plain }}
            lines: ${{ steps.give.outputs.lines }}
            none: ${{ steps.give.outputs.none }}
          steps:
            - id: give
              run: |
                echo "plain=a=b<<c" >> "$GITHUB_OUTPUT"
                { echo "lines<<END"; echo "one"; echo; echo "x=two"; echo "END"; } >> "$GITHUB_OUTPUT"
            - run: echo "${{ steps.give.outputs.plain }} $GITHUB_OUTPUT"; test ! -s "$GITHUB_OUTPUT"
        second:
          needs: first
          runs-on: ubuntu-latest
          steps:
            - env:
                LINES: ${{ needs.first.outputs.lines }}
                PLAIN: ${{ needs.first.outputs.plain }}
              run: printf '%s|' "$PLAIN" "$LINES" "${{ needs.first.outputs.none }}" "${{ needs.first.result }}"
    """)

    assert run.one("first").outputs == {"plain": "a=b<<c", "lines": "one\n\nx=two", "none": ""}
    assert _log(run.one("second")) == "a=b<<c|one\n\nx=two||success|"
    assert run.outcome is SUCCESS


def test_folders_for_the_path_come_first_the_last_before_all(hub: Hub) -> None:
    result = hub.steps("""
        - run: |
            for name in a b; do
              mkdir "$name"; printf '#!/bin/sh\\necho %s\\n' "$name" > "$name/hello"; chmod +x "$name/hello"
              echo "$PWD/$name" >> "$GITHUB_PATH"
            done
        - run: hello
    """)

    assert _log(result) == "b"


def test_summary_and_annotations_are_kept(hub: Hub) -> None:
    result = hub.script("""
        echo '# It worked' >> "$GITHUB_STEP_SUMMARY"
        echo '::error file=a.py,line=3,title=tag%2C moved%3A::two%0Alines 100%25'
        echo '  ::warning::careful'
        echo 'not ::notice::this'
        echo '::stop-commands::word'
        echo '::error::never'
        echo '::word::'
        echo '::notice title=last::again'
    """)

    step = result.steps[0]
    assert step.summary == "# It worked\n"
    assert [(one.level, one.message, dict(one.properties)) for one in step.annotations] == [
        ("error", "two\nlines 100%", {"file": "a.py", "line": "3", "title": "tag, moved:"}),
        ("warning", "careful", {}),
        ("notice", "again", {"title": "last"}),
    ]
    assert step.annotations[0].title == "tag, moved:"


@pytest.mark.parametrize("line", ["no value", "=x", "name<<END", "name<<"])
def test_a_file_of_values_that_is_none_fails_the_step(hub: Hub, line: str) -> None:
    result = hub.script(f"echo '{line}' >> \"$GITHUB_OUTPUT\"")

    assert result.outcome is FAILURE
    assert "Unable to process a file of commands: Invalid" in _log(result)


# Shells.


@pytest.mark.parametrize(
    ("shell", "script", "outcome"),
    [
        ("", "false; echo on", FAILURE),
        ("", "false | true", SUCCESS),
        ("", "echo $undefined", SUCCESS),
        ("shell: bash", "false | true", FAILURE),
        ("shell: sh", "false | true", SUCCESS),
        ("shell: sh", "false; echo on", FAILURE),
        ("shell: sh", "[[ a == a ]]", None),
        ("shell: python", "print('x'); raise SystemExit(0)", SUCCESS),
        ("shell: python", "raise SystemExit(7)", FAILURE),
    ],
)
def test_shells_are_started_as_GitHub_does(hub: Hub, shell: str, script: str, outcome: Outcome | None) -> None:
    result = hub.steps(f"- run: {quoted(script)}\n  {shell}")

    assert outcome in {None, result.outcome}


def test_the_exit_status_is_told(hub: Hub) -> None:
    result = hub.script("exit 7")

    assert (result.outcome, result.steps[0].status) == (FAILURE, 7)
    assert _log(result) == "Error: Process completed with exit code 7."


def test_the_working_directory_is_that_of_step_job_or_workflow(hub: Hub) -> None:
    result = hub.steps(
        """
        - run: mkdir -p a b
          working-directory: .
        - run: basename "$PWD"
        - run: basename "$PWD"
          working-directory: ${{ format('{0}', 'b') }}
        - run: echo
          working-directory: nowhere
        """,
        job="defaults: {run: {working-directory: a}}",
    )

    assert [_log(result, 1), _log(result, 2)] == ["a", "b"]
    assert "nowhere is not there" in _log(result, 3)
    assert result.outcome is FAILURE


def test_the_default_shell_holds_unless_the_step_says_otherwise(hub: Hub) -> None:
    steps = "- run: print('from python')\n- run: echo from sh\n  shell: sh"

    result = hub.steps(steps, head="defaults: {run: {shell: bash}}", job="defaults: {run: {shell: python}}")

    assert [_log(result, 0), _log(result, 1)] == ["from python", "from sh"]


def test_expressions_in_a_script_are_put_in_before_it_runs(hub: Hub) -> None:
    assert _log(hub.script("echo '${{ github.ref_name }}'", RELEASE)) == "v1.0.0"


# Which steps run.


def test_after_a_failure_only_those_steps_run_that_ask_for_it(hub: Hub) -> None:
    result = hub.steps("""
        - {id: bad, run: exit 1}
        - {name: plain, run: echo}
        - {name: 'true', if: 'true', run: echo}
        - {name: failure, if: failure(), run: echo}
        - {name: named, if: "failure() && steps.bad.outcome == 'failure'", run: echo}
        - {name: always, if: "${{ always() }}", run: echo}
        - {name: not cancelled, if: "!cancelled()", run: echo}
        - {name: cancelled, if: cancelled(), run: echo}
        - {name: status, if: always(), run: "echo ${{ job.status }}"}
    """)

    assert result.outcome is FAILURE
    assert {step.name for step in result.steps if step.outcome is SUCCESS} == {
        *("failure", "named", "always", "not cancelled", "status")
    }
    assert _log(result) == "failure"


def test_a_step_whose_failure_does_not_count(hub: Hub) -> None:
    result = hub.steps("""
        - {id: bad, run: exit 1, continue-on-error: true}
        - run: echo ${{ steps.bad.outcome }} ${{ steps.bad.conclusion }}
    """)

    assert (result.outcome, result.steps[0].outcome, result.steps[0].conclusion) == (SUCCESS, FAILURE, SUCCESS)
    assert _log(result) == "failure success"


def test_a_condition_may_ask_for_variables(hub: Hub) -> None:
    result = hub.steps("""
        - {run: echo, if: env.ASKED == 'yes', env: {ASKED: 'yes'}}
        - {run: echo, if: env.ASKED == 'yes'}
    """)

    assert [step.outcome for step in result.steps] == [SUCCESS, SKIPPED]


def test_a_value_that_does_not_fit_fails_the_step_and_not_the_rehearsal(hub: Hub) -> None:
    result = hub.steps("- run: echo ${{ fromJSON(env.NOTHING) }}\n- run: echo")

    assert [step.outcome for step in result.steps] == [FAILURE, SKIPPED]
    assert "fromJSON cannot read" in _log(result, 0)


def test_a_step_whose_time_is_over_has_failed(hub: Hub) -> None:
    result = hub.steps("""
        - {run: "echo begun; sleep 600", timeout-minutes: 0.01}
        - {run: echo, if: failure()}
    """)

    assert [step.outcome for step in result.steps] == [FAILURE, SUCCESS]
    assert _log(result, 0) == "begun\nError: The time of this step is over."


def test_a_job_whose_time_is_over_is_cancelled_and_what_runs_always_still_runs(hub: Hub) -> None:
    steps = """
        - run: sleep 600
        - {name: failure, run: echo, if: failure()}
        - {name: always, run: echo, if: always()}
        - {name: cancelled, run: echo, if: cancelled()}
        """
    result = hub.steps(steps, job="timeout-minutes: 0.01")

    assert result.outcome is CANCELLED
    assert [step.outcome for step in result.steps] == [CANCELLED, SKIPPED, SUCCESS, SUCCESS]


@pytest.mark.parametrize("minutes", ["0", "-1", "soon", "${{ fromJSON('[]') }}"])
def test_a_time_that_is_none_fails(hub: Hub, minutes: str) -> None:
    result = hub.steps(f"- {{run: echo, timeout-minutes: {minutes!r}}}")

    assert "timeout-minutes" in _log(result)
    assert result.outcome is FAILURE


# Jobs.


def _chain(**conditions: str) -> str:
    """Three jobs, each of which needs the one before; the first fails."""
    lines = ""
    before = ""
    for name in ("first", "second", "third"):
        lines += f"{name}:\n  runs-on: ubuntu-latest\n"
        lines += f"  needs: {before}\n" if before else ""
        lines += f"  if: {conditions[name]}\n" if name in conditions else ""
        lines += f"  steps: [run: {'exit 1' if name == 'first' and 'first' not in conditions else 'echo'}]\n"
        before = name
    return lines.replace("[run", "[{run").replace("]", "}]")


@pytest.mark.parametrize(
    ("conditions", "outcomes"),
    [
        ({}, ["failure", "skipped", "skipped"]),
        ({"second": "always()"}, ["failure", "success", "skipped"]),
        ({"second": "always()", "third": "'true'"}, ["failure", "success", "skipped"]),
        ({"third": "always()"}, ["failure", "skipped", "success"]),
        ({"third": "failure()"}, ["failure", "skipped", "success"]),
        ({"second": "failure()", "third": "failure()"}, ["failure", "success", "success"]),
        ({"third": "always() && needs.second.result == 'skipped'"}, ["failure", "skipped", "success"]),
        ({"first": "'false' == 'true'"}, ["skipped", "skipped", "skipped"]),
        ({"first": "github.event_name == 'push'"}, ["success", "success", "success"]),
    ],
)
def test_jobs_wait_for_the_jobs_they_need(hub: Hub, conditions: Mapping[str, str], outcomes: list[str]) -> None:
    run = hub.run(_chain(**{name: f'"{text}"' for name, text in conditions.items()}))

    assert [result.outcome.value for result in run.jobs] == outcomes


def test_the_reason_is_told_why_a_job_did_not_run(hub: Hub) -> None:
    run = hub.run(_chain(third='"failure() && false"'))

    assert [result.reason for result in run.jobs] == ["", "first did not succeed", "first did not succeed"]
    assert run.outcome is FAILURE


def test_jobs_run_after_what_they_need_wherever_they_stand(hub: Hub) -> None:
    run = hub.run("""
        last: {needs: [middle, first], runs-on: ubuntu-latest, steps: [{run: echo}]}
        middle: {needs: first, runs-on: ubuntu-latest, steps: [{run: echo}]}
        first: {runs-on: ubuntu-latest, steps: [{run: echo}]}
    """)

    assert [result.job for result in run.jobs] == ["first", "middle", "last"]


MATRIX = """
    list:
      runs-on: ubuntu-latest
      outputs: {pythons: "${{ steps.list.outputs.pythons }}"}
      steps: [{id: list, env: {LIST: %s}, run: 'echo "pythons=$LIST" >> "$GITHUB_OUTPUT"'}]
    test:
      name: Python ${{ matrix.python }} on ${{ matrix.system }}
      needs: list
      runs-on: ubuntu-latest
      strategy:
        fail-fast: %s
        matrix:
          python: ${{ fromJSON(needs.list.outputs.pythons) }}
          system: [a, b]
      outputs: {last: "${{ matrix.python }}"}
      steps: [{run: 'echo "$P"; test "$P" != 3.12', env: {P: "${{ matrix.python }}"}}]
    after: {needs: test, runs-on: ubuntu-latest, steps: [{run: "echo ${{ needs.test.outputs.last }}"}]}
"""


def test_a_job_runs_once_for_each_combination(hub: Hub) -> None:
    run = hub.run(MATRIX % (quoted('["3.11", "3.13"]'), "true"))

    assert list(_outcomes(run)) == [
        "list",
        *(f"Python {python} on {system}" for python in ("3.11", "3.13") for system in "ab"),
        "after",
    ]
    assert _log(run.one("after")) == "3.13"
    assert dict(run.of("test")[0].matrix) == {"python": "3.11", "system": "a"}


def test_the_first_failure_cancels_the_other_combinations_unless_told_otherwise(hub: Hub) -> None:
    fast = hub.run(MATRIX % (quoted('["3.11", "3.12", "3.13"]'), "true"))
    hub.ground = replace(hub.ground, folder=hub.ground.folder / "slow")
    slow = hub.run(MATRIX % (quoted('["3.11", "3.12", "3.13"]'), "${{ false }}"))

    assert [result.outcome for result in fast.of("test")] == [SUCCESS, SUCCESS, FAILURE, *[CANCELLED] * 3]
    assert [result.outcome for result in slow.of("test")] == [SUCCESS, SUCCESS, FAILURE, FAILURE, SUCCESS, SUCCESS]
    assert fast.one("after").outcome is slow.one("after").outcome is SKIPPED


@pytest.mark.parametrize("pythons", ["", "[]", "no", '"3.11"', "{}"])
def test_a_matrix_without_values_fails_the_job(hub: Hub, pythons: str) -> None:
    run = hub.run(MATRIX % (quoted(pythons), "true"))

    assert (run.one("test").outcome, run.one("after").outcome, run.outcome) == (FAILURE, SKIPPED, FAILURE)
    assert run.one("test").reason


def test_a_name_that_does_not_tell_the_combination_gets_it(hub: Hub) -> None:
    run = hub.run("""
        test: {runs-on: ubuntu-latest, strategy: {matrix: {python: ["3.11"], x: [a]}}, steps: [{run: echo}]}
    """)

    assert run.one("test").name == "test (3.11, a)"


def test_other_systems_cannot_be_rehearsed_and_say_so(hub: Hub) -> None:
    run = hub.run("one: {runs-on: macos-latest, steps: [{run: echo}]}")

    assert (run.one("one").outcome, run.one("one").steps) == (FAILURE, ())
    assert "macos-latest" in run.one("one").reason


# Secrets.

TELL = '{run: "echo ${#A}-${#B}", env: {A: "${{ secrets.EVERYWHERE }}", B: "${{ secrets.GUARDED }}"}}'


def test_secrets_reach_only_jobs_whose_environment_has_them(hub: Hub) -> None:
    hub.ground = replace(
        hub.ground,
        secrets={"EVERYWHERE": "x" * 10},
        environments={"pypi": {"GUARDED": "y" * 20}, "other": {"EVERYWHERE": "z" * 30}},
    )
    run = hub.run(f"""
        plain: {{runs-on: ubuntu-latest, steps: [{TELL}]}}
        guarded: {{runs-on: ubuntu-latest, environment: pypi, steps: [{TELL}]}}
        other: {{runs-on: ubuntu-latest, environment: {{name: "${{{{ format('o{{0}}', 'ther') }}}}"}}, steps: [{TELL}]}}
        unknown: {{runs-on: ubuntu-latest, environment: PyPI, steps: [{TELL}]}}
    """)

    assert {result.job: _log(result) for result in run.jobs} == {
        "plain": "10-0",
        "guarded": "10-20",
        "other": "30-0",
        "unknown": "10-0",
    }


def test_secrets_are_masked_wherever_they_come_out(hub: Hub) -> None:
    hub.ground = replace(hub.ground, secrets={"TOKEN": "pypi-secret", "LINES": "first line\nsecond line\n"})
    result = hub.steps(
        """
        - name: Print ${{ secrets.TOKEN }}
          id: one
          env: {TOKEN: "${{ secrets.TOKEN }}", LINES: "${{ secrets.LINES }}", OWN: "${{ github.token }}"}
          run: |
            echo "a${TOKEN}b $OWN"
            echo "$LINES"
            echo "::error title=$TOKEN::it is $TOKEN"
            echo "$TOKEN" >> "$GITHUB_STEP_SUMMARY"
            echo "::add-mask::made up"
            echo "it is made up"
            echo "token=x$TOKEN" >> "$GITHUB_OUTPUT"
        - run: echo "made up ${{ steps.one.outputs.token }}"
        """,
        job='outputs: {token: "${{ steps.one.outputs.token }}", other: fine}',
    )

    told = result.steps[0]
    assert told.log.splitlines()[:3] == ["a***b ***", "***", "::error title=***::it is ***"]
    assert "pypi-secret" not in told.log + told.summary + told.name + repr(told.annotations)
    assert _log(result) == "*** x***"
    assert result.outputs == {"other": "fine"}
    assert result.reason == "the output token holds a secret and was left out"


def test_the_token_of_a_run_opens_nothing_and_is_no_variable(hub: Hub) -> None:
    result = hub.steps(
        "- run: echo \"[$GITHUB_TOKEN]\"\n- run: 'test ${{ github.token }} = ${{ secrets.GITHUB_TOKEN }}'"
    )

    assert _log(result, 0) == "[]"
    assert result.outcome is SUCCESS


# Actions.


def test_an_action_is_used_as_the_table_has_it_or_not_at_all(hub: Hub) -> None:
    for use, words in (
        ("softprops/action-gh-release@" + SHA, "does not know the action"),
        ("./action", "does not know the action"),
        ("actions/checkout@v7", "is used at v7"),
        ("actions/checkout@" + SHA, "tagward knows it at " + PINS["actions/checkout"].commit),
        ("actions/checkout", "is used at no commit"),
        (uses("actions/checkout") + "\n  with: {fetch-dept: 0}", "is given `fetch-dept`"),
        (uses("pypa/gh-action-pypi-publish"), "nothing stands in for pypa/gh-action-pypi-publish"),
    ):
        with pytest.raises(ConfigError, match=r"^w\.yml:8: ") as caught:
            hub.steps(f"- uses: {use}")
        assert words in str(caught.value)
    assert not hub.ground.folder.exists()


def test_whoever_runs_a_workflow_can_bring_stand_ins_along(hub: Hub) -> None:
    seen: list[Use] = []

    def publish(use: Use) -> Answer:
        seen.append(use)
        return Answer("uploaded", outputs={"count": "2"}, variables={"DONE": "yes"})

    hub.ground = replace(hub.ground, actions={"pypa/gh-action-pypi-publish": publish})
    result = hub.steps(f"""
        - id: publish
          uses: {uses("pypa/gh-action-pypi-publish")}
          with: {{packages-dir: "judged/${{{{ 'dist' }}}}", attestations: false}}
        - run: echo "${{{{ steps.publish.outputs.count }}}} $DONE"
    """)

    assert _log(result) == "2 yes"
    assert dict(seen[0].inputs) == {"packages-dir": "judged/dist", "attestations": "false"}
    assert seen[0].env["GITHUB_ACTIONS"] == "true"


def test_what_does_not_start_is_not_run(hub: Hub) -> None:
    with pytest.raises(ConfigError, match="not started by this event"):
        hub.run("one: {runs-on: ubuntu-latest, steps: [{run: echo}]}", Event.dispatch("refs/heads/main", SHA, "o/demo"))


def test_inputs_of_a_dispatch_have_their_types(hub: Hub) -> None:
    head = "on: {workflow_dispatch: {inputs: {tag: {required: true}, upload: {type: boolean}}}}"
    job = "if: inputs.upload == true && inputs.tag == github.event.inputs.tag"
    event = Event.dispatch("refs/heads/main", SHA, "o/demo", {"tag": "v1", "upload": "true"})

    assert hub.steps("- run: echo", event, head=head, job=job).outcome is SUCCESS
    with pytest.raises(ConfigError, match="`tag` is required"):
        hub.steps("- run: echo", replace(event, inputs={}), head=head)


# Artifacts.


def _handed_over(hub: Hub, make: str, paths: str, more: str = "") -> tuple[Run, list[str]]:
    """What a job makes, uploaded, and what another job finds of it."""
    run = hub.run(f"""
        give:
          runs-on: ubuntu-latest
          steps:
            - run: {quoted(make)}
            - name: up
              uses: {UPLOAD}
              with: {{name: judged, path: {quoted(paths)}, retention-days: 30 {more}}}
        take:
          needs: give
          runs-on: ubuntu-latest
          steps:
            - {{name: down, uses: {DOWNLOAD}, with: {{name: judged, path: judged}}}}
            - run: cd judged && find . -type f | sort
    """)
    took = run.one("take")
    return run, _log(took).split() if took.outcome is SUCCESS else []


@pytest.mark.parametrize(
    ("make", "paths", "found"),
    [
        # The rule of the least common ancestor (upload-artifact, README).
        ("mkdir -p dist; touch dist/a dist/b receipt.json", "dist\nreceipt.json", "dist/a dist/b receipt.json"),
        ("mkdir -p dist/sub; touch dist/a dist/sub/b", "dist", "a sub/b"),
        ("mkdir -p dist; touch dist/a", "dist/", "a"),
        ("mkdir -p dist; touch dist/a", "./dist/a", "a"),
        ("mkdir -p dist/x; touch dist/a dist/x/b", "dist/a\ndist/x", "a x/b"),
        ("mkdir -p dist; touch dist/a receipt.json", "dist\ndist/a", "a"),
        ("mkdir -p dist; touch dist/a", "dist\nreceipt.json", "dist/a"),
        ("mkdir -p dist; touch dist/a", "\n  dist  \n\n", "a"),
        # Hidden files and empty folders stay behind.
        ("mkdir -p d/.git d/empty; touch d/a d/.hidden d/.git/config", "d", "a"),
    ],
)
def test_artifacts_hold_what_upload_artifact_would_put_there(hub: Hub, make: str, paths: str, found: str) -> None:
    _, there = _handed_over(hub, make, paths)

    assert there == sorted(f"./{name}" for name in found.split())


def test_artifacts_lose_the_modes_of_files(hub: Hub) -> None:
    _handed_over(hub, "touch a; chmod 755 a", "a")

    assert (hub.ground.folder / "artifacts/judged/a").stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize(
    ("make", "paths", "more", "words"),
    [
        ("true", "dist", ", if-no-files-found: error", "No files were found"),
        ("mkdir dist; touch dist/.hidden", "dist", ", if-no-files-found: error", "No files were found"),
        ("true", "dist", ", if-no-files-found: perhaps", "if-no-files-found"),
        ("touch a", "a", ", name: a/b", "a second time"),
        ("touch a", "*", "", "no patterns"),
        ("touch a", "!a", "", "no patterns"),
        ("touch a", "", "", "not supplied: path"),
    ],
)
def test_an_upload_that_cannot_be_fails(hub: Hub, make: str, paths: str, more: str, words: str) -> None:
    if "name:" in more:
        with pytest.raises(ConfigError, match=words):
            _handed_over(hub, make, paths, more)
        return

    run, found = _handed_over(hub, make, paths, more)

    assert run.one("give").outcome is FAILURE
    assert words in run.one("give").step("up").log
    assert found == []


def test_nothing_to_upload_is_only_a_warning_by_default(hub: Hub) -> None:
    run, _ = _handed_over(hub, "true", "dist")

    assert (run.one("give").outcome, run.one("take").outcome) == (SUCCESS, FAILURE)
    assert "Artifact not found for name: judged" in run.one("take").step("down").log


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [
        ("{name: x, path: a}", "{name: x, path: a}", "uploaded in this run already"),
        ("{name: x, path: a}", "{name: 'a:b', path: a}", "not valid"),
        ("{name: x, path: a}", "{name: y, path: a, retention-days: 91}", "from 1 to 90"),
        ("{name: x, path: a}", "{name: y, path: a, retention-days: 0}", "from 1 to 90"),
    ],
)
def test_names_are_unique_and_artifacts_do_not_stay_for_ever(hub: Hub, first: str, second: str, words: str) -> None:
    result = hub.steps(f"- run: touch a\n- {{uses: {UPLOAD}, with: {first}}}\n- {{uses: {UPLOAD}, with: {second}}}")

    assert [step.outcome for step in result.steps] == [SUCCESS, SUCCESS, FAILURE]
    assert words in _log(result)


def test_between_two_jobs_a_test_can_tamper(hub: Hub) -> None:
    heard: list[str] = []

    def between(job: str, artifacts: Path) -> None:
        heard.append(job)
        if job == "take":
            (artifacts / "judged" / "a").write_text("tampered")

    hub.ground = replace(hub.ground, between=between)
    run = hub.run(f"""
        skipped: {{if: 'false', runs-on: ubuntu-latest, steps: [{{run: echo}}]}}
        give:
          runs-on: ubuntu-latest
          steps: [{{run: echo good > a}}, {{uses: {UPLOAD}, with: {{name: judged, path: a}}}}]
        take:
          needs: give
          runs-on: ubuntu-latest
          steps: [{{uses: {DOWNLOAD}, with: {{name: judged}}}}, {{run: cat a}}]
    """)

    assert _log(run.one("take")) == "tampered"
    assert heard == ["give", "take"]


# A second attempt.

AGAIN = f"""
    sound:
      runs-on: ubuntu-latest
      outputs: {{said: "${{{{ steps.say.outputs.said }}}}"}}
      steps:
        - {{id: say, run: 'echo "said=$GITHUB_RUN_ATTEMPT" >> "$GITHUB_OUTPUT"; echo $GITHUB_RUN_ATTEMPT > a'}}
        - {{uses: {UPLOAD}, with: {{name: judged, path: a}}}}
    left-out: {{if: 'false', runs-on: ubuntu-latest, steps: [{{run: echo}}]}}
    broken:
      needs: sound
      runs-on: ubuntu-latest
      strategy: {{fail-fast: false, matrix: {{n: [a, b]}}}}
      steps:
        - run: echo here > b
        - {{uses: {UPLOAD}, with: {{name: "mine-${{{{ matrix.n }}}}", path: b}}}}
        - {{uses: {DOWNLOAD}, with: {{name: judged}}}}
        - run: 'echo "${{{{ needs.sound.outputs.said }}}} $(cat a) $GITHUB_RUN_ATTEMPT $GITHUB_RUN_ID"'
        - run: test $GITHUB_RUN_ATTEMPT = 2 || test ${{{{ matrix.n }}}} = a
    after: {{needs: broken, runs-on: ubuntu-latest, steps: [{{run: echo}}]}}
"""


def test_failed_jobs_run_again_with_what_the_others_gave(hub: Hub) -> None:
    first = hub.run(AGAIN)
    second = hub.run(AGAIN, earlier=first)

    assert [(one.name, one.outcome, one.attempt) for one in first.jobs] == [
        ("sound", SUCCESS, 1),
        ("left-out", SKIPPED, 1),
        ("broken (a)", SUCCESS, 1),
        ("broken (b)", FAILURE, 1),
        ("after", SKIPPED, 1),
    ]
    assert [(one.name, one.outcome, one.attempt) for one in second.jobs] == [
        ("sound", SUCCESS, 1),
        ("left-out", SKIPPED, 1),
        ("broken (a)", SUCCESS, 1),
        ("broken (b)", SUCCESS, 2),
        ("after", SUCCESS, 2),
    ]
    assert second.of("broken")[1].steps[3].log == f"1 1 2 {first.number}\n"
    assert (second.attempt, second.number, second.outcome) == (2, first.number, SUCCESS)


def test_an_artifact_of_a_second_attempt_takes_the_place_of_the_first(hub: Hub) -> None:
    jobs = f"""
        give:
          runs-on: ubuntu-latest
          steps:
            - run: mkdir d; touch d/attempt-$GITHUB_RUN_ATTEMPT d/both
            - {{uses: {UPLOAD}, with: {{name: judged, path: d}}}}
            - run: test $GITHUB_RUN_ATTEMPT = 2
    """

    assert hub.run(jobs, earlier=hub.run(jobs)).outcome is SUCCESS
    assert {path.name for path in (hub.ground.folder / "artifacts/judged").iterdir()} == {"attempt-2", "both"}


def test_where_nothing_failed_nothing_runs_again(hub: Hub) -> None:
    jobs = "one: {runs-on: ubuntu-latest, steps: [{run: echo}]}"

    with pytest.raises(ConfigError, match="no job failed"):
        hub.run(jobs, earlier=hub.run(jobs))


def test_a_ground_holds_one_run(hub: Hub) -> None:
    jobs = "one: {runs-on: ubuntu-latest, steps: [{run: exit 1}]}"
    first = hub.run(jobs)

    with pytest.raises(ConfigError, match="holds attempt 1 of a run already"):
        hub.run(jobs)
    hub.run(jobs, earlier=first)
    with pytest.raises(ConfigError, match="holds attempt 2 of a run already"):
        hub.run(jobs, earlier=first)


# Checkout.


@dataclass
class Source:
    """A repository on the hub, with a branch of three commits and an annotated tag on the second."""

    project: Project
    tag: str
    commits: list[str]

    @property
    def event(self) -> Event:
        """The release of the tag."""
        return Event.release("v1.0.0", self.commits[1], "o/demo")


@pytest.fixture
def source(tmp_path: Path, project: Project) -> Source:
    remote = tmp_path / "hub" / "o" / "demo"
    remote.parent.mkdir(parents=True)
    project.remote.rename(remote)
    git("remote", "set-url", "origin", str(remote), cwd=project.root)
    commits = []
    for number in range(3):
        project.write("number", str(number))
        commits.append(project.commit(f"commit {number}"))
        if number == 1:
            project.tag("v1.0.0")
            git("tag", "light", cwd=project.root)
    git("push", "-q", "origin", "main", "v1.0.0", "light", cwd=project.root)
    return Source(project, git("rev-parse", "v1.0.0", cwd=project.root).stdout.strip(), commits)


CHECKOUT = uses("actions/checkout")


def _checked_out(hub: Hub, event: Event, inputs: str, script: str) -> JobResult:
    return hub.steps(f"- {{name: out, uses: {CHECKOUT}, with: {inputs}}}\n- run: {quoted(script)}", event)


@pytest.mark.parametrize("inputs", ["{}", "{ref: refs/tags/v1.0.0}", "{ref: v1.0.0, persist-credentials: false}"])
def test_checkout_brings_the_tag_of_the_event_as_the_object_it_is(hub: Hub, source: Source, inputs: str) -> None:
    script = "git rev-parse HEAD refs/tags/v1.0.0; git rev-list --count HEAD; git tag; git status --porcelain"

    result = _checked_out(hub, source.event, inputs, script)

    assert _log(result).splitlines() == [source.commits[1], source.tag, "1", "v1.0.0"]


def test_checkout_with_depth_0_brings_all_branches_and_tags(hub: Hub, source: Source) -> None:
    script = "git rev-list --count HEAD; git tag; git branch -r; git rev-parse refs/tags/v1.0.0"

    result = _checked_out(hub, source.event, "{fetch-depth: 0}", script)

    assert _log(result).split() == ["3", "light", "v1.0.0", "origin/main", source.tag]


@pytest.mark.parametrize("depth", ["", ", fetch-depth: 0", ", fetch-depth: 2, fetch-tags: true"])
def test_checkout_of_a_commit_of_a_branch_and_of_a_short_name(hub: Hub, source: Source, depth: str) -> None:
    first, _, last = source.commits
    for ref, commit, head in ((first, first, "HEAD"), ("refs/heads/main", last, "main"), ("main", last, "main")):
        script = f"test $(git rev-parse HEAD) = {commit}; git rev-parse --abbrev-ref HEAD; rm -rf .git"
        result = _checked_out(hub, source.event, f"{{ref: {ref}{depth}}}", script)
        assert _log(result) == head
        hub.ground = replace(hub.ground, folder=hub.ground.folder / "next")


@pytest.mark.parametrize("depth", ["{}", "{fetch-depth: 0}"])
def test_a_branch_is_checked_out_at_the_commit_of_the_event(hub: Hub, source: Source, depth: str) -> None:
    event = Event.push("refs/heads/main", source.commits[1], "o/demo")

    result = _checked_out(hub, event, depth, "git rev-parse HEAD; git branch --show-current")

    assert _log(result).split() == [source.commits[1], "main"]


def test_checkout_into_a_folder(hub: Hub, source: Source) -> None:
    result = _checked_out(hub, source.event, "{path: sub/here}", "ls; cat sub/here/number")

    assert _log(result).split() == ["sub", "1"]


@pytest.mark.parametrize(
    ("inputs", "words"),
    [
        ("{ref: nowhere}", "the name 'nowhere' could not be found"),
        ("{ref: refs/tags/nowhere}", "refs/tags/nowhere"),
        (f"{{ref: '{'1' * 40}'}}", "1111111"),
        ("{repository: o/other}", "no other repository here than o/demo"),
        ("{fetch-depth: all}", "must be a number"),
        ("{persist-credentials: no}", "must be true or false"),
    ],
)
def test_a_checkout_that_cannot_be_fails_the_step(hub: Hub, source: Source, inputs: str, words: str) -> None:
    result = _checked_out(hub, source.event, inputs, "echo")

    assert [step.outcome for step in result.steps] == [FAILURE, SKIPPED]
    assert words in _log(result, 0)


def test_a_script_reaches_the_remote_as_on_GitHub(hub: Hub, source: Source) -> None:
    result = hub.script('git ls-remote "$GITHUB_SERVER_URL/$GITHUB_REPOSITORY" refs/tags/v1.0.0', source.event)

    assert _log(result).split() == [source.tag, "refs/tags/v1.0.0"]


# Python.

PYTHON = uses("actions/setup-python")


def test_the_running_python_brings_tagward_and_environments_made_from_it_do_not(hub: Hub) -> None:
    result = hub.steps(f"""
        - {{id: python, uses: {PYTHON}, with: {{python-version: "{HERE}"}}}}
        - run: command -v python pip tagward
        - run: python -c 'import sys; print("%d.%d" % sys.version_info[:2])'; echo "$pythonLocation"
        - run: tagward --version && python -m pip install --no-index "tagward==$(tagward --version | cut -d" " -f2)"
        - run: pip --version
        - run: python -m venv "$RUNNER_TEMP/env"
        - run: '"$RUNNER_TEMP/env/bin/python" -c "import tagward"'
    """)

    folder = hub.ground.folder / f"jobs/1-one-0/steps/0/python-{HERE}"
    assert _log(result, 1).split() == [f"{folder}/bin/{name}" for name in ("python", "pip", "tagward")]
    assert _log(result, 2).split() == [HERE, str(folder)]
    assert "already satisfied: tagward==" in _log(result, 3)
    assert "pip" in _log(result, 4)
    assert [step.outcome for step in result.steps] == [*[SUCCESS] * 6, FAILURE]
    assert "No module named 'tagward'" in _log(result)
    assert result.steps[0].notes == ()


def test_a_python_that_this_machine_does_not_have_is_replaced_and_that_is_said(hub: Hub) -> None:
    result = hub.steps(f"""
        - {{uses: {PYTHON}, with: {{python-version: "3.99"}}}}
        - run: python -c 'import sys; print("%d.%d" % sys.version_info[:2])'
    """)

    note = f"there is no Python 3.99 on this machine: {HERE} took its place"
    assert result.steps[0].notes == (note,)
    assert note in _log(result, 0)
    assert _log(result) == HERE


def test_a_python_that_is_there_is_taken(hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = tmp_path / "bin" / "python3.98"
    fake.parent.mkdir()
    fake.write_text(
        f'#!/bin/sh\ncase "$*" in *version_info*) echo 3.98;; *) exec "{sys.executable}" "$@";; esac\n',
        encoding="utf-8",
    )
    fake.chmod(0o755)
    placeholder = fake.with_name("python3.97")
    placeholder.write_text("#!/bin/sh\necho 'command not found' >&2\nexit 127\n", encoding="utf-8")
    placeholder.chmod(0o755)
    monkeypatch.setenv("PATH", f"{fake.parent}{os.pathsep}{os.environ['PATH']}")
    result = hub.steps(f"""
        - {{uses: {PYTHON}, with: {{python-version: "3.98"}}}}
        - {{run: "python -c 'import tagward'", continue-on-error: true}}
        - {{uses: {PYTHON}, with: {{python-version: "3.97"}}}}
    """)

    assert str(fake) in _log(result, 0)
    assert result.steps[0].notes == ()
    assert result.steps[1].outcome is FAILURE
    assert result.steps[2].notes


REACH = """
import http.client, socket, sys
from urllib.parse import urlsplit
from twine import utils
for address in (utils.DEFAULT_REPOSITORY, utils.TEST_REPOSITORY):
    host = urlsplit(address).hostname
    proxy = http.client.HTTPSConnection("127.0.0.1", 1)
    proxy.set_tunnel(host)
    proxy.sock = open(sys.argv[1], "ab")
    proxy.sock.sendall = proxy.sock.write
    for ask in (lambda: socket.getaddrinfo(host, 443), proxy._tunnel):
        try:
            ask()
        except OSError as failure:
            print(failure)
"""


def test_no_rehearsal_reaches_a_place_that_packages_are_uploaded_to(hub: Hub, tmp_path: Path) -> None:
    script, sent = tmp_path / "reach.py", tmp_path / "sent"
    script.write_text(REACH, encoding="utf-8")
    result = hub.steps(f"""
        - {{uses: {PYTHON}, with: {{python-version: "{HERE}"}}}}
        - run: python -I '{script}' '{sent}'
        - run: echo "$TWINE_REPOSITORY_URL"
    """)

    assert _log(result, 1).splitlines() == ["this is a rehearsal: nothing is sent to a real index"] * 4
    assert not sent.read_bytes()
    assert _log(result).startswith("http://127.0.0.1:")


@pytest.mark.parametrize("version", ["", "3", "3.x", "pypy3.10", "3.12.1", "3.11 3.12"])
def test_a_version_that_is_none_fails(hub: Hub, version: str) -> None:
    result = hub.steps(f"- {{uses: {PYTHON}, with: {{python-version: '{version}'}}}}")

    assert result.outcome is FAILURE
    assert f"not '{version}'" in _log(result)
