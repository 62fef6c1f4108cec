"""Where tracked text still names the previous version."""

from __future__ import annotations

import pytest
from paper_tree import PaperTree, pyproject

from tagward.model.versions import Role
from tagward.sources import find_mentions

STATIC = pyproject("[project]", 'name = "demo"', 'version = "1.3.0"')


def mentioned(**files: str) -> list[str]:
    tree = PaperTree(
        {
            "pyproject.toml": STATIC,
            **{name.replace("__", "/").replace("_dot_", "."): text for name, text in files.items()},
        }
    )
    return [str(entry.place) for entry in find_mentions(tree, "1.2.3")]


@pytest.mark.parametrize(
    "line",
    [
        "pip install demo==1.2.3",
        "![v](https://img.example.org/badge/version-1.2.3-blue)",
        "rev: v1.2.3",
        "uses: a/b@v1.2.3",
    ],
)
def test_a_readme_that_names_the_previous_version_is_told(line: str) -> None:
    column = line.index("1.2.3") + 1

    assert mentioned(README_dot_md=f"# demo\n\n{line}\n") == [f"README.md:3:{column}"]


@pytest.mark.parametrize("text", ["version 1.2.30", "version 11.2.3", "version 1.2.3.4", "version 1.2.3rc1", "1.2.3"])
def test_another_version_or_a_bare_number_is_not(text: str) -> None:
    assert mentioned(README_dot_md=text) == []


def test_readme_comes_before_images_documentation_and_the_rest() -> None:
    found = mentioned(
        tools__x_dot_sh="version=1.2.3",
        docs__a_dot_md="version 1.2.3",
        Dockerfile="LABEL version=1.2.3",
        README_dot_md="version 1.2.3",
    )

    assert found == ["README.md:1:9", "Dockerfile:1:15", "docs/a.md:1:9", "tools/x.sh:1:9"]


def test_history_lock_files_and_tests_are_passed_over() -> None:
    assert (
        mentioned(CHANGELOG_dot_md="version 1.2.3", tests__a_dot_py="version = '1.2.3'", uv_dot_lock="version 1.2.3")
        == []
    )


def test_what_is_declared_is_not_mentioned_again() -> None:
    tree = PaperTree({"pyproject.toml": STATIC, "src/demo/__init__.py": "__version__ = '1.2.3'\n"})

    assert find_mentions(tree, "1.2.3") == ()


def test_no_more_than_twenty_are_told() -> None:
    assert len(mentioned(README_dot_md="version 1.2.3\n" * 50)) == 20


def test_mentions_are_advice() -> None:
    (found,) = find_mentions(PaperTree({"README.md": "demo==1.2.3"}), "1.2.3")

    assert (found.what, found.text, found.role) == ("README", "1.2.3", Role.ADVISORY)


@pytest.mark.parametrize("previous", ["", "latest", "0.0.0", "1.2.3\n"])
def test_a_version_that_means_nothing_is_not_looked_for(previous: str) -> None:
    assert find_mentions(PaperTree({"README.md": f"version {previous}"}), previous) == ()
