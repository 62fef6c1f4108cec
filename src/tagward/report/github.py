"""The run as GitHub reads it: annotations, folded logs and outputs (its documentation, "Workflow commands")."""

from __future__ import annotations

import json
import secrets
from typing import TYPE_CHECKING

from tagward.model.distributions import Kind
from tagward.model.findings import Outcome
from tagward.model.pythons import supported
from tagward.report.words import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagward.model.record import Record, TagRecord, Told

MOST = 9
"""Of each level: GitHub shows ten for a step and drops the others without a word; the last one says how many."""
MAX_LOG = 200_000


def annotated(record: Record) -> list[str]:
    """A line for each problem, errors first, and one for those that GitHub would not show."""
    errors = [_finding(told) for told in _told(record) if told.status.blocks]
    errors += [_trouble(tag) for tag in record.tags if tag.trouble]
    errors += [
        annotation("error", f"{result.check.code} broke: {result.reason}", f"{result.check.code} {result.check.name}")
        for tag in record.tags
        for result in tag.broke
    ]
    warnings = [_finding(told) for told in _told(record) if not told.status.blocks]
    warnings += [annotation("warning", notice, "tagward") for notice in record.notices]
    return [*_at_most(errors, "error"), *_at_most(warnings, "warning")]


def annotation(level: str, message: str, title: str, **place: str | int) -> str:
    """One workflow command; nothing in it can end it or begin another."""
    properties = {**place, "title": title}
    written = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items() if value)
    return f"::{level} {written}::{_data(message)}"


def folded(title: str, text: str) -> str:
    """A log that GitHub shows folded, in which no line is taken for a command."""
    token = secrets.token_hex(16)
    cut = text[-MAX_LOG:]
    lines = [printable(line, 2000) for line in cut.splitlines()]
    if len(cut) < len(text):
        lines.insert(0, f"({len(text) - len(cut)} characters before this are left out)")
    return "\n".join([f"::group::{_data(title)}", f"::stop-commands::{token}", *lines, f"::{token}::", "::endgroup::"])


def outputs(record: Record) -> dict[str, str]:
    """What the jobs after the gate need to know; `ok` is `true` only where one tag passed with a receipt."""
    tag = record.tags[0] if len(record.tags) == 1 else None
    if record.exit_code or tag is None or tag.outcome is not Outcome.PASSED or tag.receipt is None or tag.rules is None:
        return {"ok": "false"}
    receipt, rules = tag.receipt, tag.rules
    wheels = [file for file in tag.files if file.kind is Kind.WHEEL]
    return {
        "ok": "true",
        "tag": receipt.tag,
        "tag-object": receipt.oid,
        "commit": receipt.commit,
        "version": receipt.version,
        "digests": "\n".join(f"{sha256}  {file}" for file, sha256 in receipt.digests.items()),
        "pythons": json.dumps(sorted({python for wheel in wheels for python in supported(wheel)}, key=_minor)),
        "imports": " ".join(receipt.imports),
        "test-command": rules.test_command,
        "test-requires": "\n".join(rules.test_requires),
        "test-extras": f"[{','.join(rules.test_extras)}]" if rules.test_extras else "",
    }


def logs_of(tag: TagRecord) -> Iterator[str]:
    """The logs of a tag, each folded."""
    for name, text in (tag.logs or {}).items():
        yield folded(f"{tag.name}: {name}", text)


def _minor(python: str) -> int:
    return int(python.partition(".")[2])


def _told(record: Record) -> Iterator[Told]:
    for tag in record.tags:
        yield from tag.told
    for _, told in record.strangers:
        yield told


def _finding(told: Told) -> str:
    finding, place = told.finding, told.finding.place
    where: dict[str, str | int] = {}
    if place and "/" not in place.path[:1] and ".whl" not in place.path and ".tar.gz" not in place.path:
        where = {"file": place.path, "line": place.line or 0, "col": place.column or 0}
    fixes = "; ".join(finding.fixes or (told.check.fix,))
    at = f"{place}: " if place else ""
    message = f"{at}{told.check.code} {finding.message}\nfix: {fixes}"
    level = "error" if told.status.blocks else "warning"
    return annotation(level, message, f"{told.check.code} {told.check.name}", **where)


def _trouble(tag: TagRecord) -> str:
    trouble = tag.trouble
    why = f"\n{trouble.why}" if trouble and trouble.why else ""
    return annotation("error", f"{tag.name} was not checked: {trouble.message if trouble else ''}{why}", "not checked")


def _at_most(lines: list[str], level: str) -> list[str]:
    if len(lines) <= MOST:
        return lines
    return [*lines[: MOST - 1], annotation(level, f"and {len(lines) - MOST + 1} more, see the summary", "tagward")]


def _data(text: str) -> str:
    lines = "\n".join(printable(line, 2000) for line in text.split("\n"))
    return lines.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
