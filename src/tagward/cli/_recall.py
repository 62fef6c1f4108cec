"""What passed before on this machine; it imports little, because the second push is to be instant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagward.model.findings import Outcome
from tagward.model.record import TagRecord
from tagward.tools.memory import Memory
from tagward.tools.tags import dated_tags_at

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tagward.model.refs import PushedRef
    from tagward.tools.git import GitRepository


def recall(repository: GitRepository, refs: Sequence[PushedRef]) -> dict[PushedRef, TagRecord]:
    """The tags of the push that passed before; one that the remote has already is always judged anew.

    A version that comes from git's tags was judged with those that stood on the commit then, and holds for no others.
    """
    memory = Memory.of(repository.common_dir)
    known = {}
    for ref in refs:
        if ref.tag and not ref.deletes and not ref.replaces and (record := memory.recall(ref.tag, ref.local_oid)):
            others = record.get("beside")
            if others is not None and others != beside(repository, str(record.get("commit"))):
                continue
            known[ref] = TagRecord(
                ref.tag,
                str(record.get("version")),
                str(record.get("commit")),
                Outcome.PASSED,
                remembered=float(str(record["age"])),
            )
    return known


def beside(repository: GitRepository, commit: str) -> list[list[object]]:
    """The tags on a commit, in the form that a record keeps: `git describe` chooses among them by kind and date."""
    return [list(tag) for tag in dated_tags_at(repository, commit)]
