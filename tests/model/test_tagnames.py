"""Versions in the names of tags."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagward.model.tagnames import learned_forms, readings, tag_for, version_by_form


@pytest.mark.parametrize(
    ("name", "form", "label", "version"),
    [
        ("v1.2.3", "v{version}", "", "1.2.3"),
        ("1.2.3rc1", "{version}", "", "1.2.3rc1"),
        ("V1.2.3", "V{version}", "", "1.2.3"),
        ("rel_1_19_1", "rel_{version}", "rel", "1.19.1"),
        ("rel_1_2_0b1", "rel_{version}", "rel", "1.2.0b1"),
        ("release-7.2.2", "release-{version}", "release", "7.2.2"),
        ("lxml-5.1.0-2", "lxml-{version}", "lxml", "5.1.0.post2"),
        ("my-pkg-2-1.0.0", "my-pkg-2-{version}", "my-pkg-2", "1.0.0"),
        ("pkg==1.2.3", "pkg=={version}", "pkg", "1.2.3"),
        ("pkg/v1.2", "pkg/v{version}", "pkg", "1.2"),
        ("agents@v0.2.0-rc.1", "agents@v{version}", "agents", "0.2.0rc1"),
        ("v2024.01.05", "v{version}", "", "2024.1.5"),
        ("v1!2.0", "v{version}", "", "1!2.0"),
    ],
)
def test_the_first_reading_is_the_one_that_is_meant(name: str, form: str, label: str, version: str) -> None:
    reading = readings(name)[0]

    assert (reading.form, reading.label, str(reading.version)) == (form, label, version)


@pytest.mark.parametrize(
    "name", ["nightly", "v1.4.O", "8.0.x", "v.1.2.3", "v1.0.0$(id)", "v1.0 ", "x" * 300 + "1.0", ""]
)
def test_other_names_have_no_reading(name: str) -> None:
    assert readings(name) == ()


@given(st.text(max_size=40))
def test_any_name_is_read_or_not(name: str) -> None:
    for reading in readings(name):
        assert version_by_form(name, reading.form) == reading.version


def test_labels_and_aliases_teach_no_form() -> None:
    names = ["rel_1_19_1", "rel_1_19_0", "v3", "core-1.0", "nightly-2026-01-05", "2.0"]

    assert learned_forms(names) == ("rel_{version}", "{version}", "v{version}")
    assert learned_forms([]) == ("v{version}", "{version}")


def test_a_new_tag_is_spelled_as_the_others() -> None:
    assert tag_for("1.20.0", "rel_{version}", ["rel_1_19_1"]) == "rel_1_20_0"
    assert tag_for("1.20.0", "rel_{version}", ["rel_1.19.1", "rel_1_2"]) == "rel_1.20.0"
    assert tag_for("1.20.0", "v{version}") == "v1.20.0"
