"""The changelog: its headings with their versions, what is not released yet, and fragments left over."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tagward.model.changelog import Changelog, Heading
from tagward.model.places import Place
from tagward.model.versions import parse_version
from tagward.sources.files import Faulty
from tagward.sources.project import PYPROJECT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagward.model.places import Fault
    from tagward.sources.files import File, Files

_STEMS = ("changelog", "changes", "history", "news", "release_notes", "releasenotes", "release-notes", "whatsnew")
_SUFFIXES = ("", ".md", ".rst", ".txt", ".markdown")
_FOLDERS = ("", "docs/", "doc/", "docs/source/", ".github/", "docs/src/", "docs/changelog/")
_MARKED = re.compile(r"(?:#{1,6}|={1,6})[ \t]+")
_RULE = re.compile(r"([=\-~^*+#\"'.:_`])\1{2,}")
_BARE = re.compile(r"(?:[Vv]ersion[ \t]+|[Vv])?\d+\.\d[\w.+!-]*(?:[ \t]*[(:\-\u2013,].{0,60})?")
_VERSION = re.compile(
    r"(?<![\w.])[vV]?(?P<version>(?:\d+!)?\d+(?:\.\d+)+(?:[-_.]?[A-Za-z]+[-_.]?\d*){0,4}(?:\+[\w.]+)?|\d+(?=\s*$|\s*[(\]]))"
)
_UNRELEASED = re.compile(
    r"\b(?:unreleased|upcoming|not yet released|next release|in development|development version)\b|^\W*next\W*$",
    re.IGNORECASE,
)
_ENTRY = re.compile(r"[ \t]{0,3}(?:[-*+\u2022]|\d+[.)])[ \t]+\S")
_FRAGMENT = re.compile(
    r"^[+\w-][\w.+-]*\.(?:feature|bugfix|doc|removal|misc|security|added|changed|fixed|deprecated|removed|breaking|[a-z]{2,12})(?:\.\d+)?(?:\.(?:md|rst|txt))?$"
)
_NO_FRAGMENT = re.compile(r"^(?:readme|template|towncrier|_|\.|index|changelog)", re.IGNORECASE)
_DATE = re.compile(r"\d{4}[-./]\d{1,2}[-./]\d{1,2}")
MAX_HEADINGS = 5000
MAX_LINE = 500


def read_changelog(files: Files, faults: list[Fault]) -> Changelog | None:
    """The changelog of the project in a folder; None where there is none."""
    settings, directory = _towncrier(files)
    fragments = _fragments(files, directory) if directory else ()
    for name in _candidates(files, settings):
        try:
            file = files.text(name)
        except Faulty as failure:
            faults.append(failure.fault)
            continue
        if file is not None:
            return _parsed(file, fragments)
    return None


def read_changelog_at(files: Files, name: str) -> Changelog | None:
    """The changelog in a file that the project names; None where there is none, or none that can be read."""
    try:
        file = files.text(name)
    except Faulty:
        return None
    return _parsed(file, ()) if file else None


def _candidates(files: Files, stated: str | None) -> Iterator[str]:
    if stated:
        yield stated
    by_fold = {name.lower(): name for name in sorted(files.names, reverse=True)}
    for folder in _FOLDERS:
        for stem in _STEMS:
            for suffix in _SUFFIXES:
                name = by_fold.get(f"{folder}{stem}{suffix}")
                if name:
                    yield name


def _towncrier(files: Files) -> tuple[str | None, str]:
    """The changelog and the folder of fragments that towncrier is set to (towncrier documentation, "Configuration")."""
    for name, keys in (("towncrier.toml", ("tool", "towncrier")), (PYPROJECT, ("tool", "towncrier"))):
        try:
            file = files.toml(name)
        except Faulty:
            continue
        table = file.table(*keys) if file else {}
        if table:
            stated, directory, package = table.get("filename"), table.get("directory"), table.get("package")
            root = table.get("package_dir", ".")
            if not isinstance(directory, str):
                parts = [part for part in (root, package) if isinstance(part, str)]
                directory = posixpath.join(*parts, "newsfragments") if package and parts else "newsfragments"
            return stated if isinstance(stated, str) else None, posixpath.normpath(directory)
    return None, ""


def _fragments(files: Files, directory: str) -> tuple[str, ...]:
    found = []
    for name in sorted(files.names):
        base = posixpath.basename(name)
        if name.startswith(f"{directory}/") and _FRAGMENT.match(base) and not _NO_FRAGMENT.match(base):
            found.append(posixpath.normpath(posixpath.join(files.folder, name)))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Title:
    """A heading: its line, from 1, the column of its text, from 1, the text, and the whole line."""

    line: int
    column: int
    text: str
    quote: str

    def place(self, path: str, start: int, end: int) -> Place:
        return Place(path, self.line, self.column + start, end - start, self.quote)

    @property
    def version(self) -> re.Match[str] | None:
        return _VERSION.search(_DATE.sub(lambda found: " " * len(found[0]), self.text))


def _parsed(file: File, fragments: tuple[str, ...]) -> Changelog:
    lines = [line.rstrip("\r") for line in file.text.split("\n")]
    headings: list[Heading] = []
    unreleased: _Title | None = None
    ends = len(lines)
    for title in _titles(lines)[:MAX_HEADINGS]:
        found = title.version
        version = parse_version(found["version"]) if found else None
        open_ = bool(_UNRELEASED.search(title.text))
        if found and version:
            headings.append(Heading(version, found["version"], title.place(file.path, *found.span("version")), open_))
            ends = min(ends, title.line) if unreleased else ends
        elif open_ and unreleased is None:
            unreleased = title
    if unreleased is None:
        return Changelog(file.path, tuple(headings), fragments=fragments)
    pending = sum(bool(_ENTRY.match(line[:MAX_LINE])) for line in lines[unreleased.line : ends])
    place = unreleased.place(file.path, 0, len(unreleased.text))
    return Changelog(file.path, tuple(headings), place, pending, fragments)


def _titles(lines: list[str]) -> list[_Title]:
    """All headings, in order: marked and underlined ones, and bare lines with a version where no other has one."""
    found: list[_Title] = []
    bare: list[_Title] = []
    # One line at a time, and no long one: patterns over lines would take for ever on hostile text.
    for number, line in enumerate(lines):
        if not line or line[0].isspace() or len(line) > MAX_LINE:
            continue
        marked = _MARKED.match(line)
        below = lines[number + 1] if number + 1 < len(lines) else ""
        start = marked.end() if marked else 0
        title = _Title(number + 1, start + 1, line[start:].rstrip(" \t#" if marked else " \t"), line)
        if marked or (
            len(below) <= MAX_LINE and _RULE.fullmatch(below.rstrip()) and not _RULE.fullmatch(line.rstrip())
        ):
            found.append(title)
        elif _BARE.fullmatch(title.text):
            bare.append(title)
    return found if any(title.version for title in found) else sorted([*found, *bare], key=lambda title: title.line)
