"""What passed before on this machine; it imports little, because the second push is to be instant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagward.model.findings import Outcome
from tagward.model.index_state import CLOSED
from tagward.model.record import TagRecord
from tagward.tools.memory import Memory
from tagward.tools.tags import dated_tags_at

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tagward.model.index_state import IndexState
    from tagward.model.refs import PushedRef
    from tagward.tools.git import GitRepository

FRESH = 600.0
"""Seconds for which an answer of the index holds."""

PATIENCE = 3.0
"""Seconds until the index has to answer again; the push goes on without, as it would have the first time."""


def recall(repository: GitRepository, refs: Sequence[PushedRef]) -> dict[PushedRef, TagRecord]:
    """The tags of the push that passed before; one that the remote has already is always judged anew.

    A version that comes from git's tags was judged with those that stood on the commit then, and holds for no others.
    An answer of the index holds for ten minutes; then the index is asked once more.
    """
    memory = Memory.of(repository.common_dir)
    known = {}
    for ref in refs:
        if ref.tag and not ref.deletes and not ref.replaces and (record := memory.recall(ref.tag, ref.local_oid)):
            others = record.get("beside")
            if others is not None and others != beside(repository, str(record.get("commit"))):
                continue
            if not _still_free(memory, ref.tag, ref.local_oid, record):
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


def asked(state: IndexState | None, files: Mapping[str, str]) -> dict[str, object] | None:
    """What the index was asked for a release, in the form that a record keeps; None where it was not.

    Args:
        state: what it said.
        files: the sha256 of the files that were judged, by name.
    """
    if state is None or not state.read:
        return None
    return {
        "name": state.index,
        "read": state.read,
        "project": state.project,
        "at": state.now,
        "files": dict(files),
    }


def _still_free(memory: Memory, tag: str, oid: str, record: dict[str, object]) -> bool:
    """Whether the index still has nothing against a release that passed; where it does not answer, nobody knows."""
    question = record.get("index")
    if question is None:
        return True
    try:
        if not isinstance(question, dict):
            return False
        if 0 <= memory.now - float(question["at"]) <= FRESH:
            return True
        state = _ask(question, str(record["version"]))
        files = dict(question["files"])
    except (KeyError, TypeError, ValueError):
        return False
    other = any(files.get(one.file) != one.sha256 for one in state.files)
    closed = state.closed and len(state.files) < len(files)
    if other or closed or state.status in CLOSED:
        return False
    kept = {name: value for name, value in record.items() if name != "age"}
    # Silence is remembered as well, so that a second push without a network does not wait again.
    memory.keep(tag, oid, {**kept, "index": {**question, "at": memory.now}})
    return True


def _ask(question: Mapping[str, object], version: str) -> IndexState:
    from packaging.version import Version  # noqa: PLC0415  # only an old answer needs it

    from tagward.tools.index import Index  # noqa: PLC0415
    from tagward.tools.index_state import project_state  # noqa: PLC0415

    index = Index(str(question["name"]), "", str(question["read"]))
    return project_state(index, str(question["project"]), Version(version), PATIENCE)
