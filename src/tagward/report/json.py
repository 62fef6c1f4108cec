"""The run as one JSON document."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tagward.model.distributions import Kind
from tagward.report.files import packed_files
from tagward.report.words import printable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tagward.model.change import Change, Difference
    from tagward.model.distributions import Distribution
    from tagward.model.record import Record, TagRecord, Told

SCHEMA_VERSION = 1


def render(record: Record, context: Mapping[str, object], most: int | None = None) -> str:
    """The document: stable order of keys, relative paths, no colour, ASCII.

    Args:
        record: the run.
        context: what the door knows of its circumstances, among it `tool`.
        most: so many paths a list has at most, and in one line; None: all of them, for people to read too.
    """
    document = {
        "schema_version": SCHEMA_VERSION,
        **context,
        "verdict": record.outcome.value,
        "exit_code": record.exit_code,
        "seconds": round(record.seconds, 2),
        "tags": [_tag(tag, most) for tag in record.tags],
        "strangers": [{"name": printable(name), **_finding(told)} for name, told in record.strangers],
        "not_releases": [printable(name) for name, _ in record.others],
        "notices": list(record.notices),
        "released_before": [
            {"index": one.index, "project": one.project, "tags": [printable(name) for name in one.tags]}
            for one in record.swept.settled
        ],
        "refused_besides": {printable(name): codes.split() for name, codes in record.swept.refused},
        "not_built": [printable(name) for name in record.swept.left],
    }
    return json.dumps(document, indent=2 if most is None else None)


def _tag(tag: TagRecord, most: int | None) -> dict[str, object]:
    trouble = tag.trouble
    return {
        "name": printable(tag.name),
        "version": tag.version,
        "commit": tag.commit,
        "verdict": tag.outcome.value,
        "remembered": tag.remembered is not None,
        "previous": tag.before.version or None if tag.before else None,
        "seconds": round(tag.seconds, 2),
        "stages": [
            {
                "name": stage.name,
                "status": stage.status.value if stage.status else "not-reached",
                "seconds": round(stage.seconds, 2),
                "note": printable(stage.note),
                "spans": [
                    {"what": span.what, "began": round(span.began, 3), "seconds": round(span.seconds, 3)}
                    for span in stage.spans
                ],
            }
            for stage in tag.stages
        ],
        "findings": [_finding(told) for told in tag.told],
        "checks": dict(tag.checks or {}),
        "ignored": dict(tag.ignored or {}),
        "skipped": dict(tag.skipped or {}),
        "broke": {result.check.code: result.reason for result in tag.broke},
        "distributions": [_distribution(file, tag, most) for file in tag.files],
        "diff": _diff(tag.change, most) if tag.change else None,
        "unshipped": _paths(tag.unshipped, most),
        "builders": {name: printable(version) for name, version in tag.builders.items()},
        "notes": [printable(note) for note in tag.notes],
        "trouble": trouble and {"message": printable(trouble.message), "why": trouble.why, "fix": list(trouble.fixes)},
    }


def _distribution(file: Distribution, tag: TagRecord, most: int | None) -> dict[str, object]:
    files = packed_files(file, tag.change if file.kind is Kind.WHEEL else None)
    shown = files[:most]
    return {
        "file": file.file,
        "kind": file.kind.value,
        "size": file.size,
        "sha256": file.sha256,
        "files": [{"path": printable(one.path), "size": one.size, "change": one.change or None} for one in shown],
        "files_left_out": len(files) - len(shown),
    }


def _diff(change: Change, most: int | None) -> dict[str, object]:
    def told(differences: Sequence[Difference], name: str) -> list[dict[str, str]]:
        return [
            {name: printable(one.name), "old": printable(one.old, 2000), "new": printable(one.new, 2000)}
            for one in differences[:most]
        ]

    return {
        "since": change.since,
        "added": _paths(change.new, most),
        "removed": _paths(change.gone, most),
        "changed": _paths(change.changed, most),
        "metadata": told(change.metadata, "field"),
        "dependencies": told(change.dependencies, "name"),
    }


def _paths(paths: Sequence[str], most: int | None) -> list[str]:
    return [printable(path) for path in paths[:most]]


def _finding(told: Told) -> dict[str, object]:
    finding, place = told.finding, told.finding.place
    return {
        "code": told.check.code,
        "check": told.check.name,
        "severity": "error" if told.status.blocks else "warning",
        "stage": told.group,
        "message": printable(finding.message, 2000),
        "file": place and printable(place.path),
        "line": place and (place.line or None),
        "column": place and (place.column or None),
        "end_column": place and (place.column + place.width if place.column else None),
        "why": printable(finding.why or told.check.why, 2000),
        "notes": [printable(note) for note in finding.notes],
        "fix": [printable(fix, 2000) for fix in finding.fixes or (told.check.fix,)],
    }
