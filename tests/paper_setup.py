"""A set-up on paper: the smallest good values of what `doctor` looks at."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from paper import OID, SDIST, WHEEL, WORKSPACE
from paper_tree import PaperTree

from tagward.model.changelog import Changelog
from tagward.model.hooks import HookPlan, Owner, Standing
from tagward.model.index_state import Answer
from tagward.model.inspection import (
    HooksSeen,
    Inspection,
    Metadata,
    Probe,
    ProjectSeen,
    Rehearsed,
    ShelfSeen,
    TagState,
    WorkflowSeen,
)
from tagward.model.publication import Shelved
from tagward.model.setup import Remote
from tagward.model.standing import Answer as RemoteAnswer
from tagward.model.standing import TagSeen
from tagward.tools.inspection import _workflows

NOW = 1_795_000_000.0
RELEASE = ".github/workflows/pypi-release.yml"
PUBLISHES = """\
on:
  release:
    types: [published]
permissions: {}
jobs:
  publish:
    runs-on: ubuntu-latest
    environment: pypi
    permissions:
      id-token: write
    steps:
      - run: tagward check "$TAG" && twine upload dist/*
"""
STATED = frozenset({"description", "readme", "requires-python", "license"})
METADATA = Metadata("pyproject.toml", STATED, requires_python=">=3.11", license_files=("LICENSE",), build_system=True)
PROJECT = ProjectSeen("", replace(WORKSPACE, changelog=Changelog("CHANGELOG.md", ())), METADATA, ("v1.5.0",))
STANDING = Standing(Path(".git"), Path(), (2, 39), None, None, Owner.TAGWARD, Owner.NOBODY, chained=False)
GATED = HooksSeen(
    STANDING,
    Probe(fired=1, stopped=True),
    HookPlan((), protected=True),
    commit_hook=True,
    commit_owner=Owner.PRE_COMMIT,
)
FILES = tuple(Shelved(one.file, one.sha256, 1, NOW, None, "") for one in (SDIST, WHEEL))
SHELF = ShelfSeen("PyPI", "acme-demo", Answer.HERE, files={"1.4.0": FILES})
TAGGED = TagState("v1.4.0", "1.4.0", "", OID, TagSeen(RemoteAnswer.HERE, OID))


def workflow(text: str = PUBLISHES, path: str = RELEASE) -> WorkflowSeen:
    """A workflow, read as `doctor` reads it."""
    (seen,) = _workflows(PaperTree({path: text}), None)
    return seen


INSPECTION = Inspection(
    offline=False,
    now=NOW,
    projects=(PROJECT,),
    remote=Remote("github.com", "acme", "demo"),
    hooks=GATED,
    workflows=(workflow(),),
    shelves=(SHELF,),
    own=ShelfSeen("PyPI", "tagward", Answer.HERE),
    tags=(TAGGED,),
    remote_answer=(RemoteAnswer.HERE, ""),
    rehearsed=Rehearsed("c" * 40, passed=True, head="c" * 40),
)
