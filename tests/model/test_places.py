"""Places, and versions as plain ASCII."""

from __future__ import annotations

import pytest
from packaging.version import Version

from tagward._toml import TomlError, decode, locate, parse, table
from tagward.model.places import Place, line_at, place_at
from tagward.model.versions import parse_version

TOML = """\
[tool.commitizen]
version = "9.9.9"

[project]  # the one
name = "demo"
version = "1.3.0"

[[package]]
name = "other"
version = "1.3.0"
"""


def test_a_place_has_line_column_width_and_quote() -> None:
    assert place_at("f", "a\r\nbcd\r\n", 4, 6) == Place("f", 2, 2, 2, "bcd")
    assert str(Place("f", 2, 2)) == "f:2:2"
    assert str(Place("f")) == "f"


def test_a_line_is_told_without_what_makes_it_an_item_and_one_that_is_not_there_is_the_file() -> None:
    assert line_at("f", "steps:\n  - uses: a \n", 2) == Place("f", 2, 5, 7, "  - uses: a ")
    assert line_at("f", "steps:\n", 2) == Place("f")
    assert line_at("f", "steps:\n", 0) == Place("f")


@pytest.mark.parametrize(
    ("text", "keys", "place"),
    [
        pytest.param(TOML, ("project", "version"), "f:6:12", id="not the first version"),
        pytest.param(TOML, ("tool", "commitizen", "version"), "f:2:12", id="another table"),
        pytest.param(TOML, ("package", 0, "version"), "f:10:12", id="array of tables"),
        pytest.param("project = { name = 'x', version = '1' }", ("project", "version"), "f:1:36", id="inline"),
        pytest.param('project.version = "1"', ("project", "version"), "f:1:20", id="dotted"),
        pytest.param('[project]\n"version" = "1"', ("project", "version"), "f:2:14", id="quoted key"),
        pytest.param("[project]\nversion = '''1'''", ("project", "version"), "f:2:14", id="multi-line literal"),
        pytest.param(
            '[project]\nx = """\nversion = "2"\n"""\nversion = "1"', ("project", "version"), "f:5:12", id="in a string"
        ),
        pytest.param('[project]\n# version = "2"\nversion = "1"', ("project", "version"), "f:3:12", id="in a comment"),
        pytest.param("[project]\nname = 'x'", ("project", "version"), "f", id="absent"),
    ],
)
def test_toml_values_are_located(text: str, keys: tuple[str | int, ...], place: str) -> None:
    assert str(locate("f", text, keys)) == place


@pytest.mark.parametrize(
    ("data", "message", "line"),
    [
        (b"\xef\xbb\xbfa = 1", "byte-order mark", 1),
        ("a = 1".encode("utf-16"), "byte-order mark", 1),
        (b"a = 1\nb = '\xe9'", "no UTF-8", 2),
        (b"a" * (2 << 20), "more than", 0),
    ],
    ids=["bom", "utf-16", "latin-1", "large"],
)
def test_bytes_that_are_no_toml_are_refused_with_the_place(data: bytes, message: str, line: int) -> None:
    with pytest.raises(TomlError, match=message) as caught:
        decode(data)

    assert caught.value.line == line


@pytest.mark.parametrize(
    "text", ["a = ", "a = " + "[" * 100_000, "a = " + "1" * 5000, "a." * 2000 + "b = 1", "a = 1\na = 2"], ids=len
)
def test_hostile_toml_is_refused_and_nothing_else_happens(text: str) -> None:
    with pytest.raises(TomlError):
        parse(text)


def test_a_table_that_is_none_is_empty() -> None:
    assert table({"tool": {"x": {"y": 1}}}, "tool", "x") == {"y": 1}
    assert table({"tool": 3}, "tool", "x") == {}


@pytest.mark.parametrize("text", ["1.0.0\u00a0", " 1.0", "1.0\n", "１.０", "", "1.0.x", "1" * 300])
def test_what_is_no_plain_version_is_none(text: str) -> None:
    assert parse_version(text) is None


def test_equal_versions_are_equal() -> None:
    assert parse_version("1.0") == Version("1.0.0")
