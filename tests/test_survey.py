"""From a tree to a workspace: what the configuration names has to be there."""

from __future__ import annotations

from dataclasses import replace

import pytest
from paper import CANDIDATE
from paper_tree import PaperTree

from tagward.model.config import Config
from tagward.survey import rules, survey

PROJECT = '[project]\nname = "acme-demo"\nversion = "1.4.0"\n'


@pytest.mark.parametrize(
    ("config", "fault"),
    [
        (Config(changelog="NEWS.rst"), "NEWS.rst: [tool.tagward] names it as the changelog, but there is no such"),
        (Config(version_files=("gone.py:V",)), "gone.py: version-files names it, but the commit does not hold it"),
        (Config(version_files=("README.md:V",)), "README.md: version-files names it, but it states no V"),
    ],
    ids=["changelog", "file", "name"],
)
def test_what_is_named_and_not_there_is_a_fault(config: Config, fault: str) -> None:
    tree = PaperTree({"pyproject.toml": PROJECT, "README.md": "# Acme\n"})

    (found,) = survey(replace(CANDIDATE, config=config), tree).faults

    assert str(found).startswith(fault)


def test_what_is_named_and_there_is_read() -> None:
    news, deploy = "1.4.0\n=====\n\n- All.\n", "image:\n  tag: 1.3\n"
    tree = PaperTree({"pyproject.toml": PROJECT, "NEWS.rst": news, "deploy.yaml": deploy})
    config = Config(changelog="NEWS.rst", version_files=("deploy.yaml:image.tag",))

    found = survey(replace(CANDIDATE, config=config), tree)

    assert found.faults == ()
    assert found.changelog is not None
    (named,) = found.declarations
    assert (named.what, named.text, str(named.place)) == ("image.tag", "1.3", "deploy.yaml:2:8")


def test_a_file_that_is_no_toml_is_a_fault_and_not_a_wrong_configuration() -> None:
    tree = PaperTree({"pyproject.toml": "[project\n"})

    assert rules(tree, "pyproject.toml") == Config()
    assert [fault.place.line for fault in survey(CANDIDATE, tree).faults] == [1]
