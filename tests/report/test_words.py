"""Words: what may reach a terminal, and how much of it the terminal can show."""

from __future__ import annotations

import io
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagward.report.words import Style, ago, animated, plural, printable, size, style_of


@given(st.text())
def test_nothing_invisible_is_printable(text: str) -> None:
    shown = printable(text)

    assert all(unicodedata.category(one) not in {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"} for one in shown)
    shown.encode("utf-8")


@given(st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=126)))
def test_plain_text_stays(text: str) -> None:
    assert printable(text, 10_000) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x1b[31mb", "a\\x1b[31mb"),
        ("v1\udcff", "v1\\xff"),
        ("a\u202eb", "a\\u202eb"),
        ("a\u200bb", "a\\u200bb"),
        ("a\u00a0b", "a\\xa0b"),
        ("ünï", "ünï"),
        ("a\nb", "a\\nb"),
        ("x" * 500, "x" * 400 + "…"),
    ],
    ids=ascii,
)
def test_escapes_say_what_was_there(text: str, shown: str) -> None:
    assert printable(text) == shown


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        """It is one."""
        return True


@pytest.mark.parametrize(
    ("choice", "environ", "wanted"),
    [
        ("auto", {}, True),
        ("auto", {"NO_COLOR": "1"}, False),
        ("auto", {"NO_COLOR": ""}, True),
        ("auto", {"NO_COLOR": "1", "FORCE_COLOR": "1"}, False),
        ("auto", {"TERM": "dumb"}, False),
        ("never", {"FORCE_COLOR": "1"}, False),
        ("always", {"NO_COLOR": "1"}, True),
    ],
)
def test_colours_follow_option_then_environment_then_terminal(
    choice: str, environ: dict[str, str], wanted: bool
) -> None:
    assert style_of(Terminal(), choice, environ).colour is wanted


def test_a_pipe_has_no_colours_and_nothing_moves_there() -> None:
    assert not style_of(io.StringIO(), "auto", {}).colour
    assert not animated(io.StringIO(), {})


@pytest.mark.parametrize("name", ["CI", "PRE_COMMIT", "GITHUB_ACTIONS"])
def test_nothing_moves_where_somebody_records(name: str) -> None:
    assert animated(Terminal(), {})
    assert not animated(Terminal(), {name: "1"})


def test_an_ascii_stream_gets_words_for_marks() -> None:
    assert Style(ascii=True).text("✓ ✗ – → …") == "ok FAIL skip -> ..."
    assert Style(ascii=True).text("é").isascii()


def test_counts_sizes_and_times() -> None:
    assert (plural(1, "tag"), plural(2, "tag")) == ("1 tag", "2 tags")
    assert (size(999), size(24_100), size(9_800_000)) == ("999 B", "24.1 kB", "9.8 MB")
    assert (ago(3), ago(185), ago(7300), ago(90_000)) == ("3 s ago", "3 min ago", "2 h ago", "1 d ago")
