"""The changelog: headings with versions, the unreleased part, fragments left over."""

from __future__ import annotations

import pytest
from packaging.version import Version
from paper_tree import PaperTree

from tagward.sources import find_changelog

STYLES = {
    "keep-a-changelog": ("# Changelog\n\n## [1.2.3] - 2026-11-22\n- x\n", "3:5"),
    "plain": ("# Changes\n\n## 1.2.3\n", "3:4"),
    "link": ("## [v1.2.3](https://example.org/compare/v1.2.2...v1.2.3) (2026-11-22)\n", "1:6"),
    "underline": ("1.2.3 (2026-11-22)\n==================\n\n* x\n", "1:1"),
    "underline-and-date-first": ("2026-11-22 Version 1.2.3\n------------------------\n", "1:20"),
    "bare": ("Changes\n\n1.2.3, 2026-11-22\n  - x\n", "3:1"),
    "bare-v": ("v1.2.3\n\n  * x\n", "1:2"),
    "windows": ("## 1.2.3\r\n\r\n- x\r\n", "1:4"),
    "name-before": ("# demo 1.2.3 (2026-11-22)\n", "1:8"),
    "name-with-a-digit": ("## h2 1.2.3\n", "1:7"),
}


@pytest.mark.parametrize(("text", "place"), STYLES.values(), ids=STYLES)
def test_a_heading_names_its_version_and_place(text: str, place: str) -> None:
    changelog = find_changelog(PaperTree({"CHANGELOG.md": text}))

    assert changelog is not None
    assert [(entry.version, str(entry.place)) for entry in changelog.headings] == [
        (Version("1.2.3"), f"CHANGELOG.md:{place}")
    ]


@pytest.mark.parametrize("spelling", ["1.2.3rc1", "1.2.3-rc.1", "1.2.3.rc1", "v1.2.3-rc1"])
def test_a_pre_release_is_read_whole(spelling: str) -> None:
    changelog = find_changelog(PaperTree({"CHANGES": f"## {spelling}\n"}))

    assert changelog is not None
    assert [entry.version for entry in changelog.headings] == [Version("1.2.3rc1")]


def test_entries_under_unreleased_are_counted_up_to_the_next_release() -> None:
    text = "# Changelog\n\n## [Unreleased]\n\n### Added\n\n- one\n- two\n  - inner\n\n### Fixed\n\n* three\n"
    text += "\n## 1.2.3\n\n- old\n"

    changelog = find_changelog(PaperTree({"CHANGELOG.md": text}))

    assert changelog is not None
    assert (str(changelog.unreleased), changelog.pending) == ("CHANGELOG.md:3:4", 4)


def test_a_changelog_without_unreleased_part_has_nothing_pending() -> None:
    changelog = find_changelog(PaperTree({"CHANGELOG.md": "## 1.2.3\n- x\n"}))

    assert changelog is not None
    assert (changelog.unreleased, changelog.pending) == (None, 0)


def test_a_version_that_is_not_out_yet_is_marked() -> None:
    changelog = find_changelog(PaperTree({"HISTORY.rst": "1.2.3 (unreleased)\n------------------\n\n- x\n"}))

    assert changelog is not None
    assert [entry.unreleased for entry in changelog.headings] == [True]


def test_a_changelog_in_the_documentation_is_found() -> None:
    changelog = find_changelog(PaperTree({"docs/changelog.rst": "1.0\n===\n"}))

    assert changelog is not None
    assert changelog.path == "docs/changelog.rst"


def test_fragments_of_towncrier_are_left_over() -> None:
    toml = '[tool.towncrier]\nfilename = "NEWS.rst"\ndirectory = "news"\n'
    files = {
        "news/12.feature.rst": "",
        "news/+x.bugfix.md": "",
        "news/README.rst": "",
        "news/template.jinja": "",
        "src/1.misc": "",
    }

    changelog = find_changelog(PaperTree({"pyproject.toml": toml, "NEWS.rst": "1.0\n===\n", "CHANGES": "2.0", **files}))

    assert changelog is not None
    assert changelog.path == "NEWS.rst"
    assert changelog.fragments == ("news/+x.bugfix.md", "news/12.feature.rst")


def test_no_changelog_is_none() -> None:
    assert find_changelog(PaperTree({"README.md": "## 1.2.3\n"})) is None


def test_a_changelog_that_cannot_be_read_gives_way_to_the_next() -> None:
    changelog = find_changelog(PaperTree({"CHANGELOG.md": None, "HISTORY.md": "## 1.2.3\n"}))

    assert changelog is not None
    assert changelog.path == "HISTORY.md"


def test_a_changelog_stands_in_the_folder_of_its_project() -> None:
    changelog = find_changelog(PaperTree({"CHANGELOG.md": "## 9\n", "a/CHANGELOG.md": "## 1.2.3\n"}), "a")

    assert changelog is not None
    assert changelog.path == "a/CHANGELOG.md"


def test_a_table_of_dashes_is_no_heading() -> None:
    changelog = find_changelog(PaperTree({"CHANGELOG.md": "## 1.2.3\n\n| a | 4.5.6 |\n|---|---|\n"}))

    assert changelog is not None
    assert len(changelog.headings) == 1
