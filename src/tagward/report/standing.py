"""Where a release stands, as people and programs read it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tagward.model.standing import Answer, Match
from tagward.report.words import ago, plural, printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import TextIO

    from tagward.model.standing import FileSeen, NextStep, Standing, TagSeen
    from tagward.report.words import Style

SCHEMA_VERSION = 1
SHORT = 7
_GOOD, _BAD, _WARN, _UNKNOWN, _LEFT = ("✓", "good"), ("✗", "bad"), ("!", "warn"), ("?", "warn"), ("–", "dim")
_BELOW = ("", "")
_Mark = tuple[str, str]
_ON_INDEX = {
    Match.SAME: (_GOOD, "the bytes that were judged"),
    Match.REBUILT: (_GOOD, "another build with the same files inside"),
    Match.DIFFERENT: (_BAD, "other bytes than were judged"),
    Match.MISSING: (_BAD, "not there"),
    Match.UNJUDGED: (_BAD, "nobody judged it"),
    Match.UNCOMPARED: (_UNKNOWN, "compared with nothing"),
}


def text(standing: Standing, step: NextStep, style: Style, stream: TextIO, *, quiet: int = 0) -> None:
    """Write the facts, what they mean, and what to do next; the conclusion alone where it should be quiet."""
    if quiet > 1 or (quiet and not step.condition.exit_code):
        return
    lines = [] if quiet else [style.text(f"tagward: where {standing.project} {standing.version} stands")]
    for (glyph, colour), name, said in () if quiet else _facts(standing):
        if glyph:
            lines.append(f"  {style.paint(style.mark(glyph), colour)} {name:<8} {style.text(printable(said))}")
        else:
            lines.append(f"      {style.text(printable(said))}")
    glyph, colour = {0: _GOOD, 1: _BAD}.get(step.condition.exit_code, _UNKNOWN)
    lines.append(
        f"{style.paint(style.mark(glyph).strip(), colour)} {style.text(printable(step.sentence, 1000))}"
        f" {style.text(f'({step.condition})')}"
    )
    lines += [style.text(f"  = note: {printable(note)}") for note in step.notes]
    if step.command:
        lines.append(style.text(f"  next: {printable(step.command, 2000)}"))
    stream.write("\n".join(lines) + "\n")
    stream.flush()


def _facts(standing: Standing) -> Iterator[tuple[_Mark, str, str]]:
    yield _tag(standing.local, standing.tag)
    yield _remote(standing)
    yield from _index(standing)
    if standing.files or standing.basis:
        yield _receipt(standing)
    if standing.trial or standing.published:
        yield from _trial(standing)


def _tag(seen: TagSeen, name: str) -> tuple[_Mark, str, str]:
    if seen.answer is Answer.UNASKED:
        return _LEFT, "tag", seen.trouble or "not asked"
    if seen.answer is Answer.SILENT:
        return _UNKNOWN, "tag", f"{name}: {seen.trouble}"
    if seen.answer is Answer.ABSENT:
        return _WARN, "tag", f"no {name} here"
    kind = "signed" if seen.signed else "annotated" if seen.annotated else "lightweight"
    leads = f" at commit {seen.commit[:SHORT]}" if seen.commit else ", which leads to no commit"
    return _GOOD, "tag", f"{name} here{leads} ({kind})"


def _remote(standing: Standing) -> tuple[_Mark, str, str]:
    seen, local = standing.remote, standing.local
    if seen.answer is Answer.SILENT:
        return _UNKNOWN, "remote", f"origin did not answer: {seen.trouble}"
    if seen.answer is Answer.UNASKED:
        return _LEFT, "remote", seen.trouble or "not asked"
    if seen.answer is Answer.ABSENT:
        return _WARN, "remote", f"no {standing.tag} on origin"
    if local.answer is not Answer.HERE:
        return _GOOD, "remote", f"{standing.tag} on origin at {seen.commit[:SHORT]}"
    if local.oid == seen.oid:
        return _GOOD, "remote", f"{standing.tag} on origin, the same"
    return _BAD, "remote", f"{standing.tag} on origin is another: {seen.oid[:SHORT]}, here {local.oid[:SHORT]}"


def _index(standing: Standing) -> Iterator[tuple[_Mark, str, str]]:
    published = standing.published
    if standing.silence:
        yield _UNKNOWN, "index", standing.silence
        return
    if not published:
        yield _WARN, "index", f"nothing of {standing.version} on {standing.index}"
        return
    age = f", the first {ago(standing.age)}" if standing.age is not None else ""
    taken_back = any(file.shelved and file.shelved.yanked is not None for file in published)
    mark = _BAD if taken_back or standing.of(Match.MISSING, Match.DIFFERENT, Match.UNJUDGED) else _GOOD
    yanked = ", yanked" if taken_back else ""
    yield mark, "index", f"{plural(len(published), 'file')} on {standing.index}{age}{yanked}"
    for file in published:
        yield _BELOW, "", file.file
        yield _BELOW, "", f"  sha256:{file.shelved.sha256 if file.shelved else ''}"


def _receipt(standing: Standing) -> tuple[_Mark, str, str]:
    basis = standing.basis
    if basis is None:
        return _UNKNOWN, "compared", "with nothing: no receipt, and no build of the tag"
    if standing.silence:
        return _UNKNOWN, "compared", f"with nothing yet: {plural(len(basis.files), 'file')} by {basis.origin}"
    for match in (Match.DIFFERENT, Match.UNJUDGED, Match.MISSING):
        if found := standing.of(match):
            return _BAD, "compared", f"{found[0].file}: {_ON_INDEX[match][1]} (by {basis.origin})"
    what = Match.REBUILT if standing.of(Match.REBUILT) else Match.SAME
    return _GOOD, "compared", f"{plural(len(basis.files), 'file')}: {_ON_INDEX[what][1]} (by {basis.origin})"


def _trial(standing: Standing) -> Iterator[tuple[_Mark, str, str]]:
    trial = standing.trial
    if trial is None:
        yield _LEFT, "install", "not tried"
        return
    if trial.trouble:
        yield _UNKNOWN, "install", trial.trouble
    elif trial.failure:
        yield _BAD, "install", trial.failure
    else:
        names = ", ".join(["", *(f"import {one.name}" for one in trial.imports)])
        yield _GOOD, "install", f"from {standing.index} into a fresh Python {trial.python}{names}"
    if trial.trouble or trial.failure:
        yield from ((_BELOW, "", f"|  {line}") for line in trial.excerpt)


def render(standing: Standing, step: NextStep, context: Mapping[str, object]) -> str:
    """The same as one JSON document: stable order of keys, ASCII.

    Args:
        standing: the facts.
        step: what they mean.
        context: what the door knows of its circumstances.
    """
    document = {
        "schema_version": SCHEMA_VERSION,
        **context,
        "project": standing.project,
        "version": standing.version,
        "condition": step.condition.value,
        "exit_code": step.condition.exit_code,
        "sentence": printable(step.sentence, 1000),
        "notes": [printable(note) for note in step.notes],
        "next": printable(step.command, 2000),
        "tag": {"name": printable(standing.tag), "local": _seen(standing.local), "remote": _seen(standing.remote)},
        "index": {
            "name": printable(standing.index),
            "trouble": printable(standing.silence),
            "age": standing.age and round(standing.age),
            "files": [_file(file) for file in standing.files],
        },
        "basis": _basis(standing),
        "install": _install(standing),
    }
    return json.dumps(document, indent=2)


def _seen(seen: TagSeen) -> dict[str, object]:
    return {
        "answer": seen.answer.value,
        "oid": seen.oid,
        "commit": seen.commit,
        "annotated": seen.annotated,
        "signed": seen.signed,
        "trouble": printable(seen.trouble),
    }


def _file(file: FileSeen) -> dict[str, object]:
    shelved, sealed = file.shelved, file.sealed
    return {
        "file": printable(file.file),
        "match": file.match.value,
        "sha256": shelved and printable(shelved.sha256),
        "size": shelved and shelved.size,
        "uploaded": shelved and shelved.uploaded,
        "yanked": shelved and (shelved.yanked if shelved.yanked is None else printable(shelved.yanked)),
        "judged_sha256": sealed and sealed.sha256,
    }


def _basis(standing: Standing) -> dict[str, object] | None:
    basis = standing.basis
    if basis is None:
        return None
    return {
        "origin": printable(basis.origin),
        "exact": basis.exact,
        "oid": basis.oid,
        "commit": basis.commit,
        "files": [sealed.file for sealed in basis.files],
    }


def _install(standing: Standing) -> dict[str, object] | None:
    trial = standing.trial
    if trial is None:
        return None
    return {
        "python": trial.python,
        "version": printable(trial.version),
        "trouble": printable(trial.trouble),
        "failure": printable(trial.failure),
        "imports": {printable(one.name): printable(one.error or one.outside) for one in trial.imports},
    }
