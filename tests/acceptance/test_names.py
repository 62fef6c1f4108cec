"""Names, platforms, sizes, and the marks of the standard library."""

from __future__ import annotations

import pytest
from archive_writer import METADATA
from hypothesis import given
from hypothesis import strategies as st

from tagward.acceptance import names, platforms
from tagward.acceptance.forms import Form, read_form
from tagward.acceptance.rules import RULES, refusal


def rules(file: str, metadata: str = METADATA) -> set[str]:
    form = read_form(metadata.encode())
    judged = names.judge_wheel(file, form) if file.endswith(".whl") else names.judge_sdist(file, form)
    return {one.rule for one in judged}


@pytest.mark.parametrize(("size", "refused"), [(100 << 20, False), ((100 << 20) + 1, True)])
def test_a_hundred_megabytes_are_the_limit(size: int, *, refused: bool) -> None:
    found = list(names.judge_file("demo-1.0.tar.gz", size, "demo"))

    assert [one.rule for one in found] == ["U-FILE-SIZE"] * refused
    assert not refused or found[0].sentence == "File too large. Limit for project 'demo' is 100 MB."


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("demo-1.0-py3-none-any.whl", set()),
        ("demo-1.0.0-py3-none-any.whl", set()),
        ("demo-1.0-1-py2.py3-none-any.whl", set()),
        ("demo-1.0-py3-none-any.linux_x86_64.whl", {"U-WHEEL-PLATFORM"}),
        ("Demo-1.0-py3-none-any.whl", {"U-WHEEL-NAME"}),
        ("demo-1.0.post1-py3-none-any.whl", {"U-WHEEL-VERSION"}),
        ("demo-1.0.tar.gz", set()),
        ("demo-1.0.0.tar.gz", {"U-SDIST-NAME"}),
        ("demo-1.0-1.tar.gz", {"U-SDIST-NAME-PROJECT"}),
    ],
)
def test_names_against_metadata(file: str, expected: set[str]) -> None:
    assert rules(file) == expected


def test_without_metadata_a_name_is_judged_by_itself() -> None:
    assert not list(names.judge_sdist("demo-1.0.tar.gz", Form()))
    assert not list(names.judge_wheel("demo-1.0-py3-none-any.whl", None))


@pytest.mark.parametrize(
    ("name", "taken"),
    [
        ("asyncio", True),
        ("os-path", True),
        ("XML.dom", True),
        ("thread", True),
        ("codecs-cn", True),
        ("requests", False),
    ],
)
def test_names_of_the_standard_library(name: str, *, taken: bool) -> None:
    assert names.standard_library_name(name) is taken


@given(st.text(max_size=30))
def test_any_platform_has_an_answer_and_advice(tag: str) -> None:
    assert platforms.is_taken(tag) in {True, False}
    assert platforms.advice(tag)


@given(st.text(max_size=40))
def test_any_file_name_has_an_answer(name: str) -> None:
    form = read_form(METADATA.encode())
    for file in (name, f"{name}.whl", f"{name}.tar.gz", f"demo-{name}-py3-none-any.whl"):
        found = [*names.judge_file(file, 1, "demo"), *names.judge_sdist(file, form), *names.judge_wheel(file, form)]
        assert all(one.rule in RULES for one in found)


def test_every_rule_says_what_it_is() -> None:
    for rule in RULES.values():
        assert rule.id.startswith(("U-", "O-"))
        assert refusal(rule.id, file="f", said="s", detail="d", value="v", field="f").sentence


def test_a_long_value_is_quoted_in_part() -> None:
    assert len(refusal("U-META-CLASSIFIER", value="x" * 10_000).sentence) < 300
