"""The run as the summary of a job: markdown, as GitHub shows it."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING
from urllib.parse import quote

from tagward.model.distributions import Kind
from tagward.model.findings import Outcome, Status
from tagward.report.marked import as_code as _code
from tagward.report.marked import escaped as _text
from tagward.report.words import plural, printable, size

if TYPE_CHECKING:
    from tagward.model.github import Job
    from tagward.model.places import Place
    from tagward.model.record import Record, TagRecord, Told

MAX_BYTES = 900_000
"""GitHub refuses a summary above 1 MiB for a step."""
_MARKS = {
    Status.PASSED: "✅",
    Status.WARNED: "⚠️",
    Status.FAILED: "❌",
    Status.BROKE: "❌",
    Status.SKIPPED: "➖",
    Status.UNSEEN: "❔",
    Status.IGNORED: "➖",
}


def summary(record: Record, job: Job) -> str:
    """The whole summary, at most 900 kB: the longest lists are cut first, which is said.

    Args:
        record: the run.
        job: where it ran.
    """
    parts: list[str] = []
    for tag in record.tags:
        parts += _tag(tag, job)
    for name, told in record.strangers:
        parts.append(f"## ❌ {_text(name)}\n\n{_problem(told, None, job)}")
    for name, form in record.others:
        parts.append(
            f"{_code(name)} is not a release tag ({_code(form)}): nothing was checked, and nothing is published.\n"
        )
    if not parts:
        parts.append("There was no tag to judge.\n")
    return "\n".join(_cut(parts))


def _tag(tag: TagRecord, job: Job) -> list[str]:
    parts = [f"## {_title(tag)}\n", _stages(tag)]
    parts += [_problem(told, tag, job) for told in tag.told]
    parts += [f"> [!CAUTION]\n> {one.check.code} broke: {_text(one.reason)}; please report it\n" for one in tag.broke]
    if tag.trouble:
        parts.append(f"> [!WARNING]\n> **not checked**: {_text(tag.trouble.message)}\n")
    parts += [f"{_code(code)} is ignored: {_text(reason)}\n" for code, reason in (tag.ignored or {}).items()]
    if tag.compared:
        said = "".join(f"- {_text(note)}\n" for note in tag.compared)
        parts.append(f"### Against what was judged elsewhere\n\n{said}")
    for file in tag.files:
        rows = "".join(f"{html.escape(printable(name))}\n" for name in sorted(file.members))
        kind = "Wheel" if file.kind is Kind.WHEEL else "Sdist"
        parts.append(_details(f"{kind} contents, {plural(len(file.members), 'file')}", rows))
    for name, text in (tag.logs or {}).items():
        lines = "".join(f"{html.escape(printable(line, 2000))}\n" for line in text.splitlines())
        parts.append(_details(f"Log of {name}, {plural(lines.count(chr(10)), 'line')}", lines))
    parts.append(_foot(tag))
    return parts


def _title(tag: TagRecord) -> str:
    name = f"{_text(tag.receipt.project if tag.receipt else tag.name)} {_text(tag.version)}"
    if tag.outcome is Outcome.PASSED:
        return f"✅ {name} is ready to publish"
    if tag.outcome is Outcome.NOT_CHECKED:
        return f"❌ {name} was not checked"
    return f"❌ {name} was refused: {' '.join(dict.fromkeys(told.check.code for told in tag.errors))}"


def _stages(tag: TagRecord) -> str:
    rows = [
        f"| {_MARKS[stage.status] if stage.status else '➖'} | {stage.name} | "
        f"{_text(stage.note) if stage.status else 'not reached'} | {stage.seconds:.1f} s |\n"
        for stage in tag.stages
    ]
    return "| | stage | result | time |\n|-|-|-|-:|\n" + "".join(rows)


def _problem(told: Told, tag: TagRecord | None, job: Job) -> str:
    finding = told.finding
    at = f" · {_link(finding.place, tag, job)}" if finding.place else ""
    lines = [
        f"> [!{'CAUTION' if told.status.blocks else 'WARNING'}]",
        f"> **{told.check.code}** {_text(finding.message)}{at}",
        ">",
        f"> Why: {_text(finding.why or told.check.why)}",
    ]
    lines += [f"> Note: {_text(note)}" for note in finding.notes]
    lines += [">", *(f"> Fix: {_code(fix)}  " for fix in finding.fixes or (told.check.fix,))]
    return "\n".join(lines) + "\n"


def _link(place: Place, tag: TagRecord | None, job: Job) -> str:
    if not (tag and tag.commit and job.server and job.repository) or ".whl" in place.path or ".tar.gz" in place.path:
        return _code(str(place))
    path = quote(place.path.encode("utf-8", "surrogateescape"))
    line = f"#L{place.line}" if place.line else ""
    return f"[{_code(str(place))}]({job.server}/{quote(job.repository)}/blob/{tag.commit}/{path}{line})"


def _foot(tag: TagRecord) -> str:
    said = [f"{_code(file.file)} {size(file.size)} sha256 {_code(file.sha256)}  \n" for file in tag.files]
    tools = ", ".join(
        f"{_text(name)} {_text(version)}" for name, version in (tag.receipt.tools if tag.receipt else {}).items()
    )
    said.append(f"<sub>commit {tag.commit[:7]}{' · ' if tools else ''}{tools} · all checks ran here</sub>\n")
    return "".join(said)


def _details(title: str, lines: str) -> str:
    return f"<details><summary>{html.escape(printable(title))}</summary>\n\n<pre>\n{lines}</pre>\n\n</details>\n"


def _cut(parts: list[str]) -> list[str]:
    """Shorten the longest parts until all of them fit; every one that lost lines says so."""
    parts = list(parts)
    while (total := sum(len(part.encode()) + 1 for part in parts)) > MAX_BYTES:
        at = max(range(len(parts)), key=lambda number: len(parts[number]))
        lines = parts[at].splitlines()
        keep = max(4, len(lines) // 2)
        if keep >= len(lines):
            room = max(0, len(parts[at].encode()) - (total - MAX_BYTES) - 200)
            parts[at] = (
                "```\n" + parts[at].encode()[: room // 2].decode(errors="ignore").replace("`", "'") + "\n```\n(cut)\n"
            )
            continue
        tail = ["</pre>", "", "</details>"] if "</details>" in lines else []
        parts[at] = "\n".join([*lines[:keep], f"({len(lines) - keep} lines are left out)", *tail]) + "\n"
    return parts
