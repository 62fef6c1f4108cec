"""All that PyPI has against an upload, in the order in which it looks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagward.acceptance import description, forms, metadata, names, records
from tagward.acceptance.rules import refusal
from tagward.model.artifact import MemberKind, Refusal, RefusalKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from tagward.model.artifact import Artifact, Described


def judge(artifact: Artifact, described: Described | None = None) -> tuple[Refusal, ...]:
    """Everything that PyPI's rules say of one file.

    PyPI answers with the first that is a refusal or a crash (see `tagward.acceptance.rules.first`); all are told, so
    that they can be repaired together. Where a family of rules dies of the file, that is told as well, because what
    could not be judged has not passed.

    Args:
        artifact: the file.
        described: what the renderer made of its description; None where there is nothing to render.
    """
    try:
        form = forms.form_of(artifact)
    except forms.FormError as failure:
        return (*artifact.refusals, Refusal("", "U004", RefusalKind.BROKE, f"the metadata cannot be read: {failure}"))
    found: list[Refusal] = []
    if form:
        found += _guarded("U004", lambda: metadata.judge_metadata(form))
        found += _guarded("U007", lambda: description.judge_description(form, described))
    project = form.text("name") if form else ""
    found += _guarded("U003", lambda: names.judge_file(artifact.file, artifact.size, project))
    found += _guarded("U011", lambda: _archive(artifact))
    licences = form.texts("license_files") if form else ()
    if artifact.is_wheel:
        found += _guarded("U003", lambda: names.judge_wheel(artifact.file, form))
        found += _wheel(artifact, licences)
    elif form:
        found += _guarded("U003", lambda: names.judge_sdist(artifact.file, form))
        found += _guarded("U006", lambda: _sdist_licences(artifact, licences))
    return tuple(found)


def _guarded(code: str, family: Callable[[], Iterable[Refusal]]) -> list[Refusal]:
    try:
        return list(family())
    except Exception as bug:  # noqa: BLE001  # a rule that dies says nothing of the file, and must not pass it
        reason = str(bug) if type(bug) is ValueError else f"{type(bug).__name__}: {bug}"
        return [Refusal("", code, RefusalKind.BROKE, reason)]


def _archive(artifact: Artifact) -> Iterator[Refusal]:
    """What reading it brought up, and what its member list says."""
    yield from artifact.refusals
    if artifact.fault:
        return
    if artifact.is_wheel:
        yield from records.judge_marker(artifact)
    else:
        yield from _top(artifact)


def _top(artifact: Artifact) -> Iterator[Refusal]:
    """One folder at the top of an sdist, and PKG-INFO in it."""
    try:
        top = forms.top_of(artifact)
    except ValueError:
        yield refusal("U-TAR-MIXED", detail="some members have absolute names, and some have not")
        return
    if top in {"", ".", "/"}:
        tops = sorted({name.partition("/")[0] for name in artifact.names})
        yield refusal("U-TAR-TOP", detail=f"at the top: {', '.join(tops[:5]) or 'nothing'}")
        return
    wanted = f"{top}/PKG-INFO"
    found = [member for member in artifact.members if member.name == wanted]
    if not found:
        yield refusal("U-TAR-PKG-INFO", value=wanted)
    elif found[-1].kind is not MemberKind.FILE:
        yield refusal("O-PKG-INFO", detail=f"PKG-INFO is a {found[-1].kind} and no file", member=wanted)


def _wheel(artifact: Artifact, licences: tuple[str, ...]) -> Iterator[Refusal]:
    if artifact.fault:
        return
    yield from _guarded("U006", lambda: records.judge_licence_files(artifact, licences, ""))
    yield from _guarded("U016", lambda: records.judge_record(artifact))
    yield from _guarded("U017", lambda: records.judge_entry_points(artifact))
    yield from _guarded("U015", lambda: records.judge_metadata_file(artifact))


def _sdist_licences(artifact: Artifact, licences: tuple[str, ...]) -> Iterator[Refusal]:
    if not artifact.fault and licences:
        yield from records.judge_licence_files(artifact, licences, forms.top_of(artifact))
