"""The changelog: its headings with their versions, what is not released yet, and fragments left over."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from tagward.model.changelog import Changelog, Heading
from tagward.model.places import place_at
from tagward.model.versions import parse_version
from tagward.sources.files import Faulty, File
from tagward.sources.project import PYPROJECT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagward.model.places import Fault
    from tagward.sources.files import Files

_STEMS = ("changelog", "changes", "history", "news", "release_notes", "releasenotes", "release-notes", "whatsnew")
_SUFFIXES = ("", ".md", ".rst", ".txt", ".markdown")
_FOLDERS = ("", "docs/", "doc/", "docs/source/", ".github/", "docs/src/", "docs/changelog/")
_HEADING = re.compile(r"^(?P<marks>#{1,6}|={1,6})[ \t]+(?P<title>\S.*?)[ \t]*#*\r?$", re.MULTILINE)
_UNDERLINED = re.compile(r"^(?P<title>\S[^\n]*?)[ \t]*\r?\n(?P<line>([=\-~^*+#\"'.:_`])\3{2,})[ \t]*\r?$", re.MULTILINE)
_BARE = re.compile(
    r"^(?P<title>(?:[Vv]ersion[ \t]+|[Vv])?\d+\.\d[\w.+!-]*(?:[ \t]*[(:\-\u2013,][^\n]{0,60})?)\r?$", re.MULTILINE
)
_VERSION = re.compile(
    r"(?<![\w.])[vV]?(?P<version>\d+!?(?:\.\d+)+(?:[-_.]?[A-Za-z]+[-_.]?\d*)*(?:\+[\w.]+)?|\d+(?=\s*$|\s*[(\]]))"
)
_UNRELEASED = re.compile(
    r"\b(?:unreleased|upcoming|not yet released|next release|in development|development version)\b|^\W*next\W*$",
    re.IGNORECASE,
)
_ENTRY = re.compile(r"^[ \t]{0,3}(?:[-*+\u2022]|\d+[.)])[ \t]+\S", re.MULTILINE)
_FRAGMENT = re.compile(
    r"^[+\w-][\w.+-]*\.(?:feature|bugfix|doc|removal|misc|security|added|changed|fixed|deprecated|removed|breaking|[a-z]{2,12})(?:\.\d+)?(?:\.(?:md|rst|txt))?$"
)
_NO_FRAGMENT = re.compile(r"^(?:readme|template|towncrier|_|\.|index|changelog)", re.IGNORECASE)
_DATE = re.compile(r"\d{4}[-./]\d{1,2}[-./]\d{1,2}")
MAX_HEADINGS = 5000


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


def _parsed(file: File, fragments: tuple[str, ...]) -> Changelog:
    spots = _titles(file.text)
    headings: list[Heading] = []
    unreleased: tuple[int, int] | None = None
    for start, end in spots[:MAX_HEADINGS]:
        title = file.text[start:end]
        version = _VERSION.search(_DATE.sub(lambda found: " " * len(found[0]), title))
        value = parse_version(version["version"]) if version else None
        open_ = bool(_UNRELEASED.search(title))
        if version and value:
            span = (start + version.start("version"), start + version.end("version"))
            headings.append(Heading(value, version["version"], place_at(file.path, file.text, *span), open_))
        elif open_ and unreleased is None:
            unreleased = (start, end)
    if unreleased is None:
        return Changelog(file.path, tuple(headings), fragments=fragments)
    ends = min(
        (start for start, _ in spots if start > unreleased[0] and _names_version(file.text, start)),
        default=len(file.text),
    )
    pending = len(_ENTRY.findall(file.text, unreleased[1], ends))
    return Changelog(file.path, tuple(headings), place_at(file.path, file.text, *unreleased), pending, fragments)


def _names_version(text: str, start: int) -> bool:
    end = text.find("\n", start)
    return _VERSION.search(text, start, len(text) if end < 0 else end) is not None


def _titles(text: str) -> list[tuple[int, int]]:
    """The spans of all headings, in order: marked, underlined, and bare lines that begin with a version."""
    found = {match.span("title") for match in _HEADING.finditer(text)}
    found |= {match.span("title") for match in _UNDERLINED.finditer(text)}
    if not any(_VERSION.search(text, *span) for span in found):
        found |= {match.span("title") for match in _BARE.finditer(text)}
    return sorted(found)
