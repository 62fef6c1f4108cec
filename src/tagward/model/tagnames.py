"""The names of tags: which version stands in one, behind which prefix, and which forms a repository uses."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tagward.model.versions import parse_version

if TYPE_CHECKING:
    from collections.abc import Iterable

    from packaging.version import Version

PLACEHOLDER = "{version}"
DEFAULT_FORMS = ("v{version}", "{version}")
MAX_LENGTH = 250
_BEGINNINGS = re.compile(r"(?<![0-9.!])\d")
_SEPARATORS = "-_/@=."
_WORDS = frozenset({"", "release", "releases", "rel", "version", "ver", "tag", "tags"})
_PLAIN = re.compile(r"[A-Za-z0-9._+!/@=~,-]+")


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a version in a name.

    Attributes:
        form: the name with `{version}` in place of the version.
        label: what stands before it, without separators and a leading `v`.
        version: the version.
        text: the version as written.
    """

    form: str
    label: str
    version: Version
    text: str

    @property
    def is_plain(self) -> bool:
        """Whether nothing but a word for "release" stands before the version."""
        return self.label.lower() in _WORDS


def readings(name: str) -> tuple[Reading, ...]:
    """Every way to read a version at the end of a name, the longest version first; none in a name of odd characters.

    Underscores count as dots where the version has no dot (`rel_1_19_1`), as such projects mean them.
    """
    if len(name) > MAX_LENGTH or not _PLAIN.fullmatch(name):
        return ()
    found = []
    for beginning in _BEGINNINGS.finditer(name):
        before, text = name[: beginning.start()], name[beginning.start() :]
        label = before.removesuffix("v").removesuffix("V") if before[-1:] in {"v", "V"} else before
        if label and label[-1] not in _SEPARATORS:
            continue
        version = version_of(text)
        if version is not None:
            found.append(Reading(before + PLACEHOLDER, label.rstrip(_SEPARATORS), version, text))
    return tuple(found)


def version_of(text: str) -> Version | None:
    """The version that a part of a tag's name means; None where it is none."""
    if text[:1] in {"v", "V"}:
        return None
    return parse_version(text) or (parse_version(text.replace("_", ".")) if "." not in text else None)


def version_by_form(name: str, form: str) -> Version | None:
    """The version in a name of the form; None where the name has another."""
    before, _, after = form.partition(PLACEHOLDER)
    if len(name) <= len(before) + len(after) or not (name.startswith(before) and name.endswith(after)):
        return None
    return version_of(name[len(before) : len(name) - len(after)])


def learned_forms(names: Iterable[str]) -> tuple[str, ...]:
    """The forms in which the tags of a repository name releases, the commonest first, and the default ones.

    Only names with a dotted version behind nothing, or behind a word for "release", teach a form: a label may be
    another project, an event or a date.
    """
    forms: Counter[str] = Counter()
    for name in names:
        for reading in readings(name)[:1]:
            if reading.is_plain and len(reading.version.release) > 1:
                forms[reading.form] += 1
    return tuple(dict.fromkeys([*(form for form, _ in forms.most_common()), *DEFAULT_FORMS]))


def tag_for(version: Version | str, form: str, known: Iterable[str] = ()) -> str:
    """The name of the tag that releases a version, spelled as the tags that are known."""
    text = str(version)
    before, _, after = form.partition(PLACEHOLDER)
    written = [name[len(before) :] for name in known if version_by_form(name, form)]
    if written and all("_" in text and "." not in text for text in written):
        text = text.replace(".", "_")
    return before + text + after
