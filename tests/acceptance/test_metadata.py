"""Metadata as PyPI judges them: what is sent, in what order it is judged, and what it says."""

from __future__ import annotations

import pytest
from archive_writer import METADATA
from hypothesis import given
from hypothesis import strategies as st

from tagward.acceptance.addresses import the_address, url_fault
from tagward.acceptance.forms import FIELDS, FormError, read_form
from tagward.acceptance.metadata import judge_metadata, titled
from tagward.acceptance.rules import RULES


def told(lines: str) -> list[str]:
    own = {line.partition(":")[0] for line in lines.splitlines()}
    base = "".join(line for line in METADATA.splitlines(keepends=True) if line.partition(":")[0] not in own)
    return [one.sentence for one in judge_metadata(read_form((base + lines).encode()))]


def test_what_pypi_would_show_first_stands_first() -> None:
    lines = "Metadata-Version: 9\nName: !\nVersion: x\nRequires-Dist: a b\nClassifier: X\n"
    lines += "License: a\nLicense-Expression: !\n"

    name, *others = told(lines)

    assert name.startswith("'!' is an invalid value for Name. Error: Start and end with a letter or numeral")
    assert others == [
        "'9' is not a valid metadata version.",
        "'x' is invalid for 'version'.",
        "'!' is invalid for 'license-expression'.",
        "'a b' is invalid for 'requires-dist'.",
        "'X' is not a valid classifier.",
        "License is deprecated when License-Expression is present. Only License-Expression should be present.",
    ]


def test_all_entries_that_are_wrong_are_told() -> None:
    found = told("Requires-Dist: a b\nRequires-Dist: good\nRequires-Dist: c d\nRequires-Dist: e @ https://x.org/e\n")

    assert found[:2] == ["'a b' is invalid for 'requires-dist'.", "'c d' is invalid for 'requires-dist'."]
    assert found[2].startswith("Can't have direct dependency: e")


def test_twine_sends_no_licence_files_before_2_4() -> None:
    old, new = (
        read_form(f"Metadata-Version: {version}\nName: a\nLicense-File: L\n".encode()) for version in ("2.1", "2.4")
    )

    assert (old.texts("license_files"), new.texts("license_files")) == ((), ("L",))
    assert old.unsent == {"license_files": ("L",)}


def test_unknown_values_are_dropped_as_pypi_drops_them() -> None:
    form = read_form(b"Name: a\nLicense: UNKNOWN\nPlatform: a\nPlatform: UNKNOWN\nClassifier: UNKNOWN\nClassifier: b\n")

    assert form.text("license") == ""
    assert form.texts("platforms") == ()
    assert form.texts("classifiers") == ("UNKNOWN", "b")


def test_a_repeated_field_is_malformed() -> None:
    assert read_form(b"Name: a\nName: b\nSummary: c\nHome-Made: d\n").malformed == ("name",)


@pytest.mark.parametrize(
    ("value", "address"),
    [
        ("a@x.org", "a@x.org"),
        ("Ann <a@x.org>", "a@x.org"),
        ('"Foo, Bar" <a@x.org>', "a@x.org"),
        ("Foo, Bar <a@x.org>", ""),
        ("a@x.org, b@x.org", ""),
        ("(a@x.org", ""),
        ("", ""),
    ],
)
def test_one_address_is_judged_and_several_are_not(value: str, address: str) -> None:
    assert the_address(value) == address


@pytest.mark.parametrize(
    ("url", "good"),
    [
        ("https://example.org", True),
        ("HTTP://EXAMPLE.ORG/a b?c#d", True),
        ("https:", True),
        ("http:foo", True),
        ("example.org", False),
        ("//x.org", False),
        ("ftp://x.org", False),
        ("git+https://x.org", False),
        ("mailto:a@x.org", False),
        ("http://x.org:99999", False),
        ("", False),
    ],
)
def test_urls_as_pypi_takes_them(url: str, *, good: bool) -> None:
    assert (url_fault(url) == "") is good


def test_the_message_of_a_replaced_classifier_names_the_new_one() -> None:
    (said,) = told("Classifier: Natural Language :: Ukranian\n")

    assert said.endswith("has been deprecated, use one of ['Natural Language :: Ukrainian'] instead.")


@given(st.dictionaries(st.sampled_from(sorted(FIELDS)), st.text(max_size=60), max_size=6))
def test_any_metadata_have_an_answer(fields: dict[str, str]) -> None:
    lines = "".join(f"{titled(name)}: {value}\n" for name, value in fields.items())
    try:
        form = read_form(lines.encode("utf-8", "surrogatepass"))
    except FormError:
        return

    assert all(one.rule in RULES for one in judge_metadata(form))


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        form = read_form(data)
    except FormError:
        return

    assert all(one.rule in RULES for one in judge_metadata(form))
