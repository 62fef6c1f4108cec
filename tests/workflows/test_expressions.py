"""GitHub's expressions: the answers that its documentation states, or an error."""

from __future__ import annotations

import contextlib
import json
import math
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagward.errors import ConfigError
from tagward.workflows.expressions import Scope, evaluate, holds, interpolate, value
from tagward.workflows.syntax import MAX_DEPTH, MAX_LENGTH, asked, parse
from tagward.workflows.values import CannotEvaluate, Exact, text_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from tagward.model.workflow_run import Value

FRUITS: list[Value] = ["apple", "Pear", 3.0, None]
CONTEXTS: dict[str, Value] = {
    "github": {
        "ref_name": "v1.0.0",
        "event_name": "release",
        "repository": "o/demo",
        "event": {"action": "published", "release": {"prerelease": False}, "fruits": FRUITS},
    },
    "inputs": {"tag": "", "upload": True, "count": 5.0},
    "needs": {"gate": {"result": "success", "outputs": {"pythons": '["3.11", "3.12"]', "test-command": "pytest"}}},
    "steps": {"gate": {"outcome": "failure", "conclusion": "success", "outputs": {"ok": "true"}}},
    "matrix": {"python": "3.12"},
    "secrets": {"TOKEN": "s3cret"},
    "env": Exact({"Name": "Mona"}),
    "runner": {"temp": "/runner/temp"},
}
SCOPE = Scope(CONTEXTS, {"success": True, "failure": False, "always": True, "cancelled": False})
ANSWERS: list[tuple[str, Value]] = [
    # Literals (documentation, "Example of literals").
    ("null", None),
    ("false", False),
    ("true", True),
    ("711", 711.0),
    ("-9.2", -9.2),
    ("0xff", 255.0),
    ("0o17", 15.0),
    ("-2.99e-2", -0.0299),
    (".5", 0.5),
    ("+3", 3.0),
    ("'It''s open source!'", "It's open source!"),
    ("''", ""),
    ("'}}'", "}}"),
    # Properties; one that is not there is nothing, and names are the same in capitals.
    ("github.ref_name", "v1.0.0"),
    ("GitHub.Ref_Name", "v1.0.0"),
    ("github.event.action", "published"),
    ("github.event.release.prerelease", False),
    ("github.event.release.nothing", None),
    ("github.refname", None),
    ("github.event.nothing.at.all", None),
    ("github.ref_name.deeper", None),
    ("github['ref_name']", "v1.0.0"),
    ("github[format('{0}_{1}', 'ref', 'name')]", "v1.0.0"),
    ("github.event.fruits[0]", "apple"),
    ("github.event.fruits['1']", "Pear"),
    ("github.event.fruits[1.9]", "Pear"),
    ("github.event.fruits[4]", None),
    ("github.event.fruits[-1]", None),
    ("github.event.fruits.apple", None),
    ("needs.gate.outputs.test-command", "pytest"),
    ("needs.gate.result", "success"),
    ("steps.gate.outputs.ok", "true"),
    ("steps.gate.outcome", "failure"),
    ("matrix.python", "3.12"),
    ("secrets.TOKEN", "s3cret"),
    ("secrets.UNSET", None),
    ("env.Name", "Mona"),
    ("env.NAME", None),
    ("runner.temp", "/runner/temp"),
    ("(github).ref_name", "v1.0.0"),
    # Not, and what a condition takes for false.
    ("!true", False),
    ("!false", True),
    ("!0", True),
    ("!-0", True),
    ("!''", True),
    ("!null", True),
    ("!'false'", False),
    ("!' '", False),
    ("!1", False),
    ("!github", False),
    ("!!'x'", True),
    ("!github.event.nothing", True),
    # Loose equality.
    ("'a' == 'A'", True),
    ("'a' != 'A'", False),
    ("'a' == 'b'", False),
    ("'ß' == 'SS'", False),
    ("1 == 1.0", True),
    ("1 == '1'", True),
    ("'0x10' == 16", True),
    ("'' == 0", True),
    ("' ' == 0", True),
    ("'x' == 0", False),
    ("null == 0", True),
    ("null == ''", True),
    ("null == false", True),
    ("null == 'null'", False),
    ("true == 1", True),
    ("true == '1'", True),
    ("true == 'true'", False),
    ("false == ''", True),
    ("github == github", True),
    ("fromJSON('[]') == fromJSON('[]')", False),
    ("github == 'Object'", False),
    ("github.event.nothing == ''", True),
    ("1 == 2 == false", True),
    # Order; NaN has none, texts without regard to capitals.
    ("1 < 2", True),
    ("2 <= 2", True),
    ("2 > 10", False),
    ("'2' > '10'", True),
    ("'2' > 10", False),
    ("'a' < 'B'", True),
    ("'B' > 'a'", True),
    ("'x' < 1", False),
    ("'x' >= 1", False),
    ("null < 1", True),
    ("false < true", True),
    ("github < 1", False),
    ("github >= github", True),
    # And, or: they give a value.
    ("'a' && 'b'", "b"),
    ("'' && 'b'", ""),
    ("null && 'b'", None),
    ("'a' || 'b'", "a"),
    ("'' || 'b'", "b"),
    ("inputs.tag || github.ref_name", "v1.0.0"),
    ("false || 0 || ''", ""),
    ("true && false || 'x'", "x"),
    ("true || false && false", True),
    ("(true || false) && false", False),
    ("!true || true", True),
    ("!(true || true)", False),
    ("1 < 2 == true", True),
    ("1 == 1 && 2 == 2", True),
    ("github.event_name == 'push' && fromJSON('no JSON')", False),
    # Functions.
    ("contains('Hello world', 'llo')", True),
    ("contains('Hello world', 'LLO')", True),
    ("contains('Hello world', '')", True),
    ("contains('abc', 'd')", False),
    ("contains(github.event.fruits, 'APPLE')", True),
    ("contains(github.event.fruits, 'app')", False),
    ("contains(github.event.fruits, '3')", True),
    ('contains(fromJSON(\'["push", "release"]\'), github.event_name)', True),
    ("contains(github, 'Object')", False),
    ("contains(123, 2)", True),
    ("startsWith('Hello world', 'He')", True),
    ("startsWith('Hello world', 'hE')", True),
    ("startsWith('Hello world', 'lo')", False),
    ("endsWith('Hello world', 'LD')", True),
    ("endsWith('Hello world', 'x')", False),
    ("format('Hello {0} {1} {2}', 'Mona', 'the', 'Octocat')", "Hello Mona the Octocat"),
    ("format('{{Hello {0} {1} {2}!}}', 'Mona', 'the', 'Octocat')", "{Hello Mona the Octocat!}"),
    ("format('{0}{0}', 'a')", "aa"),
    ("format('{0}', 711)", "711"),
    ("format('{0}', 1.5)", "1.5"),
    ("format('{0}', 1000000000000000)", "1E+15"),
    ("format('{0}', 0.00001)", "1E-05"),
    ("format('{0}', true)", "true"),
    ("format('{0}', null)", ""),
    ("format('{0}', github)", "Object"),
    ("fromJSON('true')", True),
    ("fromJSON('3')", 3.0),
    ("fromJSON(needs.gate.outputs.pythons)", ["3.11", "3.12"]),
    ("fromJSON(needs.gate.outputs.pythons)[1]", "3.12"),
    ('fromJSON(\'{"A": {"b": 1}}\').a.B', 1.0),
    ("toJSON('a\"b')", '"a\\"b"'),
    ("toJSON(null)", "null"),
    ("toJSON(github.event.fruits)", '[\n  "apple",\n  "Pear",\n  3,\n  null\n]'),
    ("TOJSON(true)", "true"),
    # The state of the job.
    ("success()", True),
    ("failure()", False),
    ("always()", True),
    ("cancelled()", False),
    ("!cancelled()", True),
]
FAULTS = [
    "",
    "   ",
    "1 +",
    "1 + 2",
    "a = b",
    "true &",
    "true & false",
    "true and false",
    "'open",
    '"double"',
    "github.",
    "github..ref",
    "github ref",
    "github.*.name",
    "github['ref'",
    "github[]",
    "github.0",
    "'a'.b",
    "1.2.3",
    "0x",
    "0xfffffffff",
    "1a",
    "(true",
    "true)",
    "()",
    "!",
    "== 1",
    "1 ==",
    "1 == == 1",
    "nowhere.at.all",
    "vars.X",
    "NaN",
    "Infinity",
    "True",
    "hashFiles('x')",
    "join(github, ',')",
    "case(true, 1, 2)",
    "contains('a')",
    "contains('a', 'b', 'c')",
    "contains('a', )",
    "contains(, 'a')",
    "success(1)",
    "format('x')",
    "toJSON",
    "${{ github.ref }}",
    "a\N{NO-BREAK SPACE}b",
    "(" * (MAX_DEPTH + 1) + "1" + ")" * (MAX_DEPTH + 1),
    "!" * 1000 + "1",
    "toJSON(" * 100 + "1" + ")" * 100,
    "github[" * 100 + "1" + "]" * 100,
    "'" + "x" * MAX_LENGTH + "'",
]
UNFIT = [
    "fromJSON('')",
    "fromJSON('no')",
    "fromJSON('[1')",
    "fromJSON('NaN')",
    "fromJSON(github.event.nothing)",
    "fromJSON(github)",
    "format('{1}', 'a')",
    "format('{0', 'a')",
    "format('}', 'a')",
    "format('{x}', 'a')",
    "format('{9999}', 'a')",
    "format('{0:x}', 'a')",
    "format('{0}{0}{0}{0}{0}{0}{0}{0}{0}{0}', " * 9 + "'ab'" + ")" * 9,
]


def _spelled(answer: Value) -> str:
    return json.dumps(answer, default=dict, sort_keys=True)


@pytest.mark.parametrize(("text", "answer"), ANSWERS, ids=[text for text, _ in ANSWERS])
def test_expressions_give_what_the_documentation_says(text: str, answer: Value) -> None:
    assert _spelled(evaluate(parse(text), SCOPE)) == _spelled(answer)


def test_toJSON_writes_whole_numbers_without_a_point() -> None:
    assert value("${{ toJSON(fromJSON('[3, 0.5]')) }}", SCOPE) == "[\n  3,\n  0.5\n]"


@pytest.mark.parametrize("text", FAULTS, ids=[text[:20] for text in FAULTS])
def test_what_is_not_known_here_is_an_error(text: str) -> None:
    with pytest.raises(ConfigError):
        evaluate(parse(text), SCOPE)


@pytest.mark.parametrize("text", UNFIT, ids=[text[:20] for text in UNFIT])
def test_values_that_do_not_fit_are_told_from_faults_of_writing(text: str) -> None:
    node = parse(text)

    with pytest.raises(CannotEvaluate):
        evaluate(node, SCOPE)


def test_deep_JSON_is_an_error_and_no_crash() -> None:
    with pytest.raises(CannotEvaluate):
        value("${{ fromJSON(github.deep) }}", Scope({"github": {"deep": "[" * 200_000}}))


def test_the_deepest_that_is_allowed_can_be_read() -> None:
    assert evaluate(parse("(" * MAX_DEPTH + "1" + ")" * MAX_DEPTH), SCOPE) == 1.0


def test_long_chains_are_no_depth() -> None:
    assert evaluate(parse(" && ".join(["true"] * 2000)), SCOPE) is True
    assert evaluate(parse("github" + ".a" * 2000), SCOPE) is None
    assert evaluate(parse(" == ".join(["true"] * 2000)), SCOPE) is True


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("plain", "plain"),
        ("", ""),
        ("refs/tags/${{ inputs.tag || github.ref_name }}", "refs/tags/v1.0.0"),
        ("${{ github.ref_name }}${{ matrix.python }}", "v1.0.03.12"),
        ("${{ '}}' }}", "}}"),
        ("${{ 'it''s }}' }}!", "it's }}!"),
        ("a ${{ github.event.nothing }} b", "a  b"),
        ("${{ inputs.upload }}", "true"),
        ("${{ inputs.count }}", "5"),
        ("$ {{ no }} ${ {", "$ {{ no }} ${ {"),
    ],
)
def test_texts_hold_expressions(text: str, answer: str) -> None:
    assert interpolate(text, SCOPE) == answer


@pytest.mark.parametrize("text", ["${{ github.ref", "${{ 'open }}", "${{ }}", "${{", "a ${{ b }", "${{ ${{ 1 }} }}"])
def test_an_expression_that_is_not_closed_is_an_error(text: str) -> None:
    with pytest.raises(ConfigError):
        interpolate(text, SCOPE)


def test_one_single_expression_keeps_its_type_and_a_text_does_not() -> None:
    assert value("  ${{ fromJSON('[1]') }} ", SCOPE) == [1.0]
    assert value("${{ inputs.upload }}", SCOPE) is True
    assert value("x${{ inputs.upload }}", SCOPE) == "xtrue"


@pytest.mark.parametrize(
    ("text", "success", "failure"),
    [
        ("", True, False),
        ("true", True, False),
        ("${{ true }}", True, False),
        ("false", False, False),
        ("github.event.action == 'published'", True, False),
        ("always()", True, True),
        ("${{ always() }}", True, True),
        ("failure()", False, True),
        ("!failure()", True, False),
        ("!cancelled()", True, True),
        ("failure() || true", True, True),
        ("contains('success()', 'x')", False, False),
        ("'success()' != ''", True, False),
        ("steps.gate.outcome == 'failure'", True, False),
    ],
)
def test_a_condition_asks_for_success_unless_it_asks_for_the_status(text: str, *, success: bool, failure: bool) -> None:
    def scope(*, failed: bool) -> Scope:
        return Scope(CONTEXTS, {"success": not failed, "failure": failed, "always": True, "cancelled": False})

    assert holds(text, scope(failed=False)) is success
    assert holds(text, scope(failed=True)) is failure


@pytest.mark.parametrize("text", ["${{ true }} && false", "x ${{ true }}", "${{ true }}${{ false }}"])
def test_a_condition_that_would_always_be_true_is_an_error(text: str) -> None:
    with pytest.raises(ConfigError, match="always true"):
        holds(text, SCOPE)


def test_the_status_is_asked_in_conditions_only() -> None:
    with pytest.raises(ConfigError, match=r"success\(\)"):
        interpolate("${{ success() }}", Scope(CONTEXTS))


def test_an_expression_tells_what_it_asks() -> None:
    node = parse("needs.gate.outputs['x'] || fromJSON(steps.a.b)[github.event[inputs.tag].c] && !matrix")

    assert {path for path in asked(node) if len(path) > 1} == {
        ("needs", "gate", "outputs", "x"),
        ("steps", "a", "b"),
        ("github", "event"),
        ("inputs", "tag"),
    }
    assert ("matrix",) in set(asked(node))


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0.0, "0"),
        (-0.0, "-0"),
        (711.0, "711"),
        (1e21, "1E+21"),
        (0.1, "0.1"),
        (math.inf, "Infinity"),
        (math.nan, "NaN"),
    ],
)
def test_numbers_as_text(number: float, text: str) -> None:
    assert text_of(number) == text


PIECES = st.sampled_from(
    [
        *("()[].,!<>='|& \n\x00é\ud800"),
        *("&&", "||", "==", "${{", "}}", "'a'", "1", "-1", "0x1", "'{0}'", "'[1]'", "true", "null"),
        *("github", "event", "needs", "format", "fromJSON", "toJSON", "contains", "success"),
    ]
)


@given(st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=25).map("".join)))
def test_any_text_gives_a_value_or_an_error_of_ours(text: str) -> None:
    readings: list[Callable[[], object]] = [
        lambda: evaluate(parse(text), SCOPE),
        lambda: interpolate(text, SCOPE),
        lambda: holds(text, SCOPE),
    ]
    for reading in readings:
        with contextlib.suppress(ConfigError):
            found = reading()
            assert found is None or isinstance(found, bool | float | str | list | dict)


@given(st.recursive(st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | st.text(), st.lists))
def test_what_toJSON_writes_fromJSON_reads(thing: Value) -> None:
    assert value("${{ fromJSON(toJSON(github.x)) }}", Scope({"github": {"x": thing}})) == thing
