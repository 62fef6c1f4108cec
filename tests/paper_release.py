"""A release on paper: the smallest good values of what is seen before one."""

from __future__ import annotations

from dataclasses import replace

from packaging.version import Version

from tagward.model.index_state import Answer, IndexState
from tagward.model.plan import BumpPlan, Write
from tagward.model.release import CommitHabits, Hub, ReleaseFacts, RemoteSeen, WorkingState
from tagward.model.setup import Remote

HEAD, TAG = "3d97393" + "0" * 33, "7" * 40
ORIGIN = RemoteSeen("origin", "refs/heads/main", tip=HEAD)
FREE = IndexState(Answer.HERE, "PyPI", "", "acme-demo")
HUB = Hub(Remote("github.com", "acme", "demo"), ".github/workflows/pypi-release.yml", "release", gh=True)
FACTS = ReleaseFacts(
    project="acme-demo",
    version=Version("1.4.0"),
    tag="v1.4.0",
    stated="1.3.0",
    folder="",
    working=WorkingState(HEAD, "main"),
    remote=ORIGIN,
    tag_here="",
    judged="",
    bump=BumpPlan((Write("pyproject.toml", b"1.3.0", b"1.4.0"),), (), ()),
    habits=CommitHabits("Release 1.4.0", ("pre-commit",)),
    index=FREE,
    hub=HUB,
)
SENT = replace(FACTS, remote=replace(ORIGIN, tag=TAG, commit=HEAD), judged=TAG, tag_here=TAG)
