"""Which workflow publishes, where another one beside it cannot be read."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from packaging.version import Version
from paper_setup import PUBLISHES, RELEASE
from paper_tree import PaperTree

from tagward.cli._release_facts import _started
from tagward.cli._scenes import _workflow

if TYPE_CHECKING:
    from tagward.tools.git import GitRepository

TREE = PaperTree({".github/workflows/a-link.yml": None, RELEASE: PUBLISHES})


def test_a_release_is_announced_by_the_workflow_that_can_be_read() -> None:
    assert set(_started(TREE, "v1.4.0", Version("1.4.0"))) == {(RELEASE, "release")}


def test_a_rehearsal_takes_the_workflow_that_can_be_read() -> None:
    never_asked = cast("GitRepository", None)
    other = PaperTree({".github/workflows/a-link.yml": None, ".github/workflows/z.yml": PUBLISHES})

    assert _workflow(never_asked, other) == (".github/workflows/z.yml", "")
