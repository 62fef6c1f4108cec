"""Core metadata, as PyPI judges the form: what cannot be read, what the format forbids, and what PyPI itself forbids.

The second is left to `packaging`, which is what PyPI does. Where the version that PyPI runs (26.2) and newer ones
differ, the rule stands here.
"""

from __future__ import annotations

import re
from email.message import EmailMessage
from typing import TYPE_CHECKING, NamedTuple, cast

from packaging.metadata import InvalidMetadata, Metadata, RawMetadata
from packaging.requirements import InvalidRequirement, Requirement
from packaging.version import InvalidVersion, Version

from tagward.acceptance import addresses, classifiers
from tagward.acceptance.forms import FILE_NAMES
from tagward.acceptance.rules import refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagward.acceptance.forms import Form, Value
    from tagward.model.artifact import Refusal

VERSIONS = ("1.0", "1.1", "1.2", "2.1", "2.2", "2.3", "2.4", "2.5")
MAX_SUMMARY = 512
MAX_TOLD = 20
CONTENT_TYPES = ("text/plain", "text/x-rst", "text/markdown")
VARIANTS = ("GFM", "CommonMark")
_NAME = re.compile(r"[A-Z0-9]|[A-Z0-9][A-Z0-9._-]*[A-Z0-9]", re.IGNORECASE | re.ASCII)
_FIRST = ("metadata-version", "name", "version")
_BY_FIELD = {
    "metadata-version": "U-META-MV",
    "version": "U-META-VERSION",
    "summary": "U-META-SUMMARY-LINE",
    "dynamic": "U-META-DYNAMIC",
    "provides-extra": "U-META-EXTRA",
    "requires-python": "U-META-REQUIRES-PYTHON",
    "requires-dist": "U-META-REQUIRES-DIST",
    "license-expression": "U-META-LICENSE-EXPR",
    "license-file": "U-META-LICENSE-FILE",
    "import-name": "U-META-IMPORT-NAME",
    "import-namespace": "U-META-IMPORT-NAME",
}
_UNASKED = frozenset({"metadata_version", "name", "description", "keywords"})
"""Judged here, or by nobody."""


def judge_metadata(form: Form) -> list[Refusal]:
    """Everything PyPI has against a form, in the order in which it would say it.

    PyPI shows one: of the first phase that finds something, that of Metadata-Version, else Name, else Version, else the
    field that is first in the alphabet.
    """
    found = list(_name(form))
    for phase in (_unreadable, _core, _own):
        found += sorted(phase(form), key=_place)
    return _limited([*found, *_unsent(form)])


def _place(one: Refusal) -> tuple[int, str]:
    name = one.field.lower()
    return (_FIRST.index(name) if name in _FIRST else len(_FIRST)), name


def _limited(found: list[Refusal]) -> list[Refusal]:
    """Of a rule that is broken again and again, the first times."""
    count: dict[str, int] = {}
    kept = []
    for one in found:
        count[one.rule] = count.get(one.rule, 0) + 1
        if count[one.rule] <= MAX_TOLD:
            kept.append(one)
    return kept


def titled(name: str) -> str:
    """The name of a field as people write it: `Requires-Dist`, `Project-URL`."""
    return "-".join("URL" if word == "url" else word.capitalize() for word in name.split("-"))


def _name(form: Form) -> Iterator[Refusal]:
    name = form.text("name")
    if not name and "name" not in form.malformed:
        yield refusal("U-NAME-MISSING", field="Name")
    elif name and not _NAME.fullmatch(name):
        yield refusal("U-NAME-GRAMMAR", field="Name", value=name)


def _unreadable(form: Form) -> Iterator[Refusal]:
    for name in form.malformed:
        detail = "the field is given more than once, or is no UTF-8"
        if name == "project-url":
            detail = "two entries have one label"
        yield refusal("U-META-REPEATED", field=titled(name), said=_form_name(name), detail=detail)


def _form_name(name: str) -> str:
    return name.replace("-", "_") + ("s" if name == "project-url" else "")


def _core(form: Form) -> Iterator[Refusal]:
    """What the format itself forbids."""
    version = form.text("metadata_version")
    if version not in VERSIONS and "metadata-version" not in form.malformed:
        yield refusal("U-META-MV", field="Metadata-Version", value=version, said=repr(version or None))
    for name, value in {"version": "", **form.fields}.items():
        if name not in _UNASKED and FILE_NAMES[name] not in form.malformed:
            yield from _field(name, value, version)
    text = form.text("version")
    if not text.isascii():
        yield refusal("O-META-ASCII", field="Version", value=text, detail="a version has ASCII characters only")


def _unsent(form: Form) -> Iterator[Refusal]:
    """Import-Name and Import-Namespace, which other clients send: twine does not, but refuses the file itself."""
    for name in ("import_names", "import_namespaces"):
        if name in form.unsent:
            yield from _field(name, form.unsent[name], form.text("metadata_version"))


def _field(name: str, value: Value, version: str) -> Iterator[Refusal]:
    """Turn what `packaging` says of one field into broken rules."""
    field = FILE_NAMES[name]
    title = titled(field)
    found = _complaints(name, value, version if version in VERSIONS else VERSIONS[-1])
    known = isinstance(value, str) and not any("introduced in" in one.said for one in found)
    own = list(_content_type(value)) if name == "description_content_type" and isinstance(value, str) and known else []
    yield from own
    for one in found:
        if one.crash:
            yield refusal("U-META-CRASH", detail=f"{title} cannot be parsed ({one.said})", value=one.value, field=title)
        elif "introduced in metadata version" in one.said:
            if version in VERSIONS:
                yield refusal("U-META-FIELD-AGE", said=one.said, value=one.value, field=title)
        elif name == "description_content_type" or (name == "summary" and "\n" not in one.value):
            if not own:
                yield refusal("O-META-NEWER", value=one.value, detail=one.said, field=title)
        else:
            yield refusal(_BY_FIELD.get(field, "U-META-OTHER"), said=one.said, value=one.value, field=title)


class _Complaint(NamedTuple):
    """What `packaging` says of a value, or the exception that it dies of."""

    said: str
    value: str
    crash: bool = False


def _complaints(name: str, value: Value, version: str) -> list[_Complaint]:
    """What `packaging` says of one field; entry by entry, where there are several and not all are good."""
    if isinstance(value, str):
        return _ask(name, value, value, version)
    if name == "project_urls":
        return _ask(name, {"label": "url"}, "", version)  # PyPI's own phase judges the entries
    if not _ask(name, list(value), "", version):
        return []
    found: dict[str, _Complaint] = {}
    for entry in value:
        for one in _ask(name, [entry], entry, version):
            found.setdefault(one.said, one)
        if len(found) > MAX_TOLD:
            break
    return list(found.values())


def _ask(name: str, value: object, text: str, version: str) -> list[_Complaint]:
    """Ask `packaging` about one field beside the three that must be there."""
    raw = {"metadata_version": version, "name": "a", "version": "0", name: value}
    try:
        Metadata.from_raw(cast("RawMetadata", raw))
    except ExceptionGroup as group:
        return [_Complaint(str(one), text) for one in group.exceptions if isinstance(one, InvalidMetadata)]
    except (RecursionError, LookupError, ValueError, AttributeError, TypeError, MemoryError) as failure:
        return [_Complaint(type(failure).__name__, text, crash=True)]
    return []


def _content_type(value: str) -> Iterator[Refusal]:
    """The type of the description, by the rules of packaging 26.2: newer ones take `utf-8` and refuse more."""
    if not value:
        return
    field = "Description-Content-Type"
    message = EmailMessage()
    try:
        message["content-type"] = value
        found = message.get_content_type().lower()
        parameters = message["content-type"].params
    except (ValueError, LookupError, AttributeError, TypeError, RecursionError) as failure:
        yield refusal(
            "U-META-CRASH", field=field, value=value, detail=f"it cannot be parsed ({type(failure).__name__})"
        )
        return
    name = "'description-content-type'"
    if found not in CONTENT_TYPES or found not in value.lower():
        said = f"{name} must be one of {list(CONTENT_TYPES)}, not {value!r}"
        yield refusal("U-META-CONTENT-TYPE", field=field, value=value, said=said)
        return
    charset, variant = parameters.get("charset", "UTF-8"), parameters.get("variant", "GFM")
    if charset != "UTF-8":
        said = f"{name} can only specify the UTF-8 charset, not {charset!r}"
        fix = "write charset=UTF-8, in capitals" if charset.lower() == "utf-8" else ""
        yield refusal("U-META-CHARSET", field=field, value=value, said=said, fix=fix)
    elif found == "text/markdown" and variant not in VARIANTS:
        said = f"valid Markdown variants for {name} are {list(VARIANTS)}, not {variant!r}"
        yield refusal("U-META-VARIANT", field=field, value=value, said=said)


def _own(form: Form) -> Iterator[Refusal]:
    """What PyPI forbids beyond the format."""
    yield from _local_version(form.text("version"))
    summary = form.text("summary")
    if len(summary) > MAX_SUMMARY:
        detail = f"it has {len(summary)} characters"
        yield refusal("U-META-SUMMARY-LENGTH", field="Summary", value=summary, detail=detail)
    yield from addresses.judge_addresses(form)
    yield from classifiers.judge_classifiers(form.texts("classifiers"))
    yield from _references(form)
    for name in form.texts("dynamic"):
        if name.lower() == "dynamic":
            yield refusal("U-META-DYNAMIC-PYPI", field="Dynamic", value=name.lower())
    if form.text("license") and form.text("license_expression"):
        detail = f"License-Expression is {form.text('license_expression')!r}"
        yield refusal("U-META-LICENSE-BOTH", field="License", value=form.text("license"), detail=detail)


def _local_version(text: str) -> Iterator[Refusal]:
    try:
        version = Version(text)
    except (InvalidVersion, ValueError):
        return
    if version.local:
        detail = f"+{version.local} is for builds that are not published"
        yield refusal("U-META-LOCAL-VERSION", field="Version", value=str(version), detail=detail)


def _references(form: Form) -> Iterator[Refusal]:
    """Dependencies on a URL, and the two fields of requirements that `packaging` does not look at."""
    for name in ("requires_dist", "provides_dist", "obsoletes_dist"):
        field = titled(FILE_NAMES[name])
        for text in form.texts(name):
            try:
                requirement = Requirement(text)
            except InvalidRequirement as failure:
                if name != "requires_dist":
                    yield refusal("U-META-DIST-PARSE", field=field, value=text, said=str(failure).partition("\n")[0])
                continue
            except (RecursionError, ValueError) as failure:
                if name != "requires_dist":
                    said = type(failure).__name__
                    yield refusal("U-META-CRASH", field=field, value=text, detail=f"it cannot be parsed ({said})")
                continue
            if requirement.url is not None:
                said = str(requirement) if name == "requires_dist" else repr(text)
                yield refusal("U-META-DIRECT-REF", field=field, value=text, said=said)
