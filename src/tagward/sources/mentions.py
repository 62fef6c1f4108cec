"""Places that still name the previous version: advice, never a refusal."""

from __future__ import annotations

import posixpath
import re
from itertools import islice
from typing import TYPE_CHECKING

from tagward.model.places import Fault, place_at
from tagward.model.versions import Declaration, Role, parse_version
from tagward.sources.constellation import read_declarations
from tagward.sources.files import Faulty, Files
from tagward.sources.names import read_name
from tagward.sources.source import read_source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagward.model.versions import Tree

MAX_MENTIONS = 20
MAX_FILES = 400
MAX_BYTES = 1 << 18
_TEXT = (
    ".md",
    ".rst",
    ".txt",
    ".py",
    ".toml",
    ".cfg",
    ".ini",
    ".yml",
    ".yaml",
    ".json",
    ".sh",
    ".html",
    ".nix",
    ".spec",
)
_HISTORY = re.compile(
    r"(?i)(?:^|/)(?:changelog|changes|history|news|release|authors|whatsnew|migrat)|\.lock$|lock\.json$"
)
_FOREIGN = re.compile(
    r"(?i)(?:^|/)(?:tests?|vendor|_vendor|vendored|node_modules|third_party|fixtures|testdata|newsfragments)/"
)
_DOCKER = re.compile(r"(?i)(?:^|/)(?:dockerfile|containerfile)[^/]*$")
_RANKS = (
    (re.compile(r"(?i)(?:^|/)readme[^/]*$"), "README"),
    (_DOCKER, "Dockerfile"),
    (re.compile(r"(?i)(?:^|/)docs?/"), "documentation"),
)
_MARKS = re.compile(r"(?i)version|==|\brev\b|\btag\b|badge|@v?\d|/v?\d|label|release")


def read_mentions(tree: Tree, previous: str, folder: str = "") -> tuple[Declaration, ...]:
    """Where tracked text still names the version `previous`: README first, then images, documentation and the rest."""
    version = parse_version(previous)
    if version is None or not any(version.release):
        return ()
    files = Files(tree, folder)
    faults: list[Fault] = []
    source, name = read_source(files), read_name(files)
    known = {str(found.place) for found in read_declarations(files, source, name, faults)}
    known |= {str(source.declaration.place)} if source.declaration else set()
    after = r"(?!\w|\.\w|-(?:rc|alpha|beta|dev|pre)\b)"
    pattern = re.compile(rf"(?<![\w.])v?(?P<version>{re.escape(previous)}){after}", re.ASCII)
    found: list[Declaration] = []
    for path in _ranked(files):
        found.extend(mention for mention in _mentions(files, path, pattern, name) if str(mention.place) not in known)
        if len(found) >= MAX_MENTIONS:
            break
    return tuple(found[:MAX_MENTIONS])


def _ranked(files: Files) -> list[str]:
    wanted = [
        path
        for path in files.names
        if (path.lower().endswith(_TEXT) or _DOCKER.search(path) or _rank(path) == 0)
        and not _HISTORY.search(path)
        and not _FOREIGN.search(path)
    ]
    return sorted(wanted, key=lambda path: (_rank(path), path.count("/"), path))[:MAX_FILES]


def _rank(path: str) -> int:
    return next((rank for rank, (pattern, _) in enumerate(_RANKS) if pattern.search(path)), len(_RANKS))


def _mentions(files: Files, path: str, pattern: re.Pattern[str], name: str | None) -> Iterator[Declaration]:
    try:
        file = files.text(path, MAX_BYTES)
    except Faulty:
        return
    for found in islice(pattern.finditer(file.text), MAX_MENTIONS * 5) if file else ():
        place = place_at(file.path, file.text, *found.span("version")) if file else None
        if place and (_MARKS.search(place.quote[:500]) or (name and name.lower() in place.quote[:500].lower())):
            what = _RANKS[_rank(path)][1] if _rank(path) < len(_RANKS) else posixpath.basename(path)
            yield Declaration(what, found["version"], place, Role.ADVISORY)
