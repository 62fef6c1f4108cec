"""YAML as it is written, and what is refused of it."""

from __future__ import annotations

import pytest

from tagward._yaml import MAX_LENGTH, YamlError, load


def bomb(leaf: str, form: str, count: int = 40) -> str:
    """Aliases of aliases: each line holds the one before it twice."""
    lines = (f"a{number}: &a{number} " + form.format(f"*a{number - 1}") + "\n" for number in range(1, count))
    return f"a0: &a0 {leaf}\n" + "".join(lines)


def test_scalars_stay_the_text_that_they_are() -> None:
    text = "on: 1.10\nb: [yes, ~, 0x1f, 1:30, 2026-11-29, '']\n"

    assert load(text) == {"on": "1.10", "b": ["yes", "~", "0x1f", "1:30", "2026-11-29", ""]}


def test_aliases_and_merge_keys_count() -> None:
    assert load("a: &a {x: '1'}\nb: {<<: *a, y: *a}\n") == {"a": {"x": "1"}, "b": {"x": "1", "y": {"x": "1"}}}


def test_nothing_is_nothing() -> None:
    assert load("") is None
    assert load(b"# a\n") is None


@pytest.mark.parametrize(
    "text",
    [
        *(f"a: !!{tag}" for tag in ('int ""', "int 1:1", "bool x", "timestamp x", 'float "1:_"', "binary x", "set {}")),
        *("!!python/object/apply:os.system [x]", "[", "? [a]\n: b", "a: *b", "a\n---\nb", "\0", "a: &a [*a]"),
        pytest.param("[" * 5000, id="deep"),
        pytest.param("x" * (MAX_LENGTH + 1), id="long"),
        pytest.param(bomb("x", "[{0}, {0}]"), id="a bomb of lists"),
        pytest.param(bomb("{x: y}", "{{<<: [{0}, {0}]}}"), id="a bomb of merges"),
        pytest.param(f"a: &a {'x' * 4000}\nb: [{'*a, ' * 4000}]\n", id="a bomb of texts"),
    ],
)
def test_what_would_be_something_else_or_too_much_is_refused(text: str) -> None:
    with pytest.raises(YamlError):
        load(text)


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(YamlError):
        load(b"a: \xff")
