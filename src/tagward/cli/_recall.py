"""What passed before on this machine; it imports little, because the second push is to be instant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagward.model.findings import Outcome
from tagward.model.record import TagRecord
from tagward.tools.memory import Memory

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tagward.model.refs import PushedRef


def recall(common_dir: Path, refs: Sequence[PushedRef]) -> dict[PushedRef, TagRecord]:
    """The tags of the push that passed before; one that the remote has already is always judged anew."""
    memory = Memory.of(common_dir)
    known = {}
    for ref in refs:
        if ref.tag and not ref.deletes and not ref.replaces and (record := memory.recall(ref.tag, ref.local_oid)):
            known[ref] = TagRecord(
                ref.tag,
                str(record.get("version")),
                str(record.get("commit")),
                Outcome.PASSED,
                remembered=float(str(record["age"])),
            )
    return known
