"""The run as one JSON document."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tagward.report.words import printable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tagward.model.record import Record, TagRecord, Told

SCHEMA_VERSION = 1


def render(record: Record, context: Mapping[str, object]) -> str:
    """The document: stable order of keys, relative paths, no colour, ASCII.

    Args:
        record: the run.
        context: what the door knows of its circumstances, among it `tool`.
    """
    document = {
        "schema_version": SCHEMA_VERSION,
        **context,
        "verdict": record.outcome.value,
        "exit_code": record.exit_code,
        "seconds": round(record.seconds, 2),
        "tags": [_tag(tag) for tag in record.tags],
        "strangers": [{"name": printable(name), **_finding(told)} for name, told in record.strangers],
        "not_releases": [printable(name) for name, _ in record.others],
        "notices": list(record.notices),
    }
    return json.dumps(document, indent=2)


def _tag(tag: TagRecord) -> dict[str, object]:
    trouble = tag.trouble
    return {
        "name": printable(tag.name),
        "version": tag.version,
        "commit": tag.commit,
        "verdict": tag.outcome.value,
        "remembered": tag.remembered is not None,
        "seconds": round(tag.seconds, 2),
        "stages": [
            {
                "name": stage.name,
                "status": stage.status.value if stage.status else "not-reached",
                "seconds": round(stage.seconds, 2),
                "note": printable(stage.note),
            }
            for stage in tag.stages
        ],
        "findings": [_finding(told) for told in tag.told],
        "checks": dict(tag.checks or {}),
        "ignored": dict(tag.ignored or {}),
        "skipped": dict(tag.skipped or {}),
        "broke": {result.check.code: result.reason for result in tag.broke},
        "distributions": [
            {"file": file.file, "kind": file.kind.value, "size": file.size, "sha256": file.sha256} for file in tag.files
        ],
        "notes": [printable(note) for note in tag.notes],
        "trouble": trouble and {"message": printable(trouble.message), "why": trouble.why, "fix": list(trouble.fixes)},
    }


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
