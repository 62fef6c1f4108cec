"""The files of a commit, of the index or of a folder, read and never run."""

from __future__ import annotations

import os
import re
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tagward.errors import ConfigError
from tagward.model.versions import Unreadable
from tagward.tools.objects import LARGEST, GitObject, damaged, read_objects

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
    from pathlib import Path

    from tagward.tools.git import GitRepository

    Objects = Callable[[Sequence[str]], Mapping[str, GitObject]]

DEPTH = 2
MAX_LIKELY = 40
_LIKELY = re.compile(
    r"(^|/)(pyproject\.toml|setup\.(cfg|py)|hatch\.toml|__init__\.py|_?version\.py|__about__\.py|conf\.py|CITATION\.cff"
    r"|(package|codemeta|server|\.release-please-manifest)\.json|(uv|Cargo)\.lock|Cargo\.toml|meson\.build"
    r"|\.bumpversion\.(cfg|toml)|(tbump|towncrier)\.toml|VERSION(\.txt)?|(CHANGE|NEWS|HISTORY)[^/]*)$",
    re.IGNORECASE,
)
_LINKS = 40  # as many as Linux follows (path_resolution(7))
_LINK, _SUBMODULE = "120000", "160000"
_EMPTY_BLOBS = (
    "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391",
    "473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813",
)


@dataclass(frozen=True, slots=True)
class Entry:
    """What a tree or the index holds at a path: the mode in octal, and the object's id."""

    mode: str
    oid: str


class GitTree:
    """The files of a commit or of the index (a `Tree`): symbolic links are followed inside it, submodules are none."""

    __slots__ = ("_cache", "_entries", "_name", "_objects")

    def __init__(self, name: str, entries: Mapping[str, Entry], objects: Objects) -> None:
        self._name = name
        self._entries = {path: entry for path, entry in entries.items() if entry.mode != _SUBMODULE}
        self._objects = objects
        self._cache: dict[str, GitObject] = {}

    def paths(self) -> Collection[str]:
        """Every tracked file; submodules are not files."""
        return self._entries.keys()

    def read(self, path: str) -> bytes | None:
        """The content of the file at a path; None where there is none.

        Raises:
            Unreadable: it is larger than `LARGEST`, or a symbolic link that leads out of the tree or in a circle.
            CannotJudge: the object is missing or damaged.
        """
        place = self._place(path)
        return None if place is None else self._blob(place)

    def read_many(self, paths: Iterable[str]) -> dict[str, bytes]:
        """The contents of those files that are there and can be read, with few processes whatever their number.

        Raises:
            CannotJudge: an object is missing or damaged.
        """
        wanted = list(paths)
        known = [self._entries[path].oid for path in wanted if path in self._entries]
        self._cache.update(self._objects([oid for oid in known if oid not in self._cache]))
        contents = {}
        for path in wanted:
            try:
                data = self.read(path)
            except Unreadable:
                continue
            if data is not None:
                contents[path] = data
        return contents

    def _place(self, path: str) -> str | None:
        """The path of the regular file that a path leads to, followed part by part (path_resolution(7))."""
        if path.startswith("/"):
            raise Unreadable(f"{path} leads out of the project")
        rest = path.split("/")
        done: list[str] = []
        links = 0
        while rest:
            part = rest.pop(0)
            here = "/".join([*done, part])
            if part == "..":
                if not done:
                    raise Unreadable(f"{path} leads out of the project")
                done.pop()
            elif here in self._entries and self._entries[here].mode == _LINK:
                links += 1
                target = os.fsdecode(self._blob(here))
                if target.startswith("/"):
                    raise Unreadable(f"{here} is a symbolic link that leads out of the project")
                if links > _LINKS:
                    raise Unreadable(f"{path} is a symbolic link in a circle")
                rest = [*target.split("/"), *rest]
            elif part not in ("", "."):
                done.append(part)
        place = "/".join(done)
        return place if place in self._entries else None

    def _blob(self, path: str) -> bytes:
        oid = self._entries[path].oid
        if oid not in self._cache:
            self._cache.update(self._objects([oid]))
        found = self._cache.get(oid)
        if found is None:
            raise damaged(f"{path} of {self._name}: its object {oid} is missing or damaged")
        if found.data is None:
            raise Unreadable(f"{path} is too large to be read ({found.size} bytes)")
        return found.data


class FolderTree:
    """Given files under a folder (a `Tree`); a symbolic link is followed only to another of them."""

    __slots__ = ("_paths", "_root")

    def __init__(self, root: Path, paths: Iterable[str]) -> None:
        self._root = root.resolve()
        self._paths = frozenset(paths)

    def paths(self) -> Collection[str]:
        """The files it was given."""
        return self._paths

    def read(self, path: str) -> bytes | None:
        """The content of the file at a path; None where it is not one of the given files, or is not there.

        Raises:
            Unreadable: it is too large, not a regular file, or a symbolic link that leads out or in a circle.
        """
        if path.startswith("/") or ".." in path.split("/"):
            raise Unreadable(f"{path} leads out of the project")
        try:
            place = (self._root / path).resolve()
        except ValueError:  # no file has a name with a NUL
            return None
        except (OSError, RuntimeError) as failure:
            raise Unreadable(f"{path} cannot be read: {failure}") from failure
        if not place.is_relative_to(self._root):
            raise Unreadable(f"{path} is a symbolic link that leads out of the project")
        if path not in self._paths and place.relative_to(self._root).as_posix() not in self._paths:
            return None
        return _regular(path, place)


def _regular(path: str, place: Path) -> bytes | None:
    try:
        mode = place.lstat().st_mode
        if stat.S_ISDIR(mode):
            return None
        if not stat.S_ISREG(mode):
            raise Unreadable(f"{path} is not a regular file")
        with place.open("rb") as file:
            data = file.read(LARGEST + 1)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as failure:
        raise Unreadable(f"{path} cannot be read: {failure.strerror}") from failure
    if len(data) > LARGEST:
        raise Unreadable(f"{path} is too large to be read")
    return data


def open_commit_tree(repository: GitRepository, commit: str) -> GitTree:
    """The files of a commit, listed by one process (git-ls-tree(1)).

    Raises:
        CannotJudge: the commit or one of its trees is missing or damaged.
    """
    listed = repository.ask("ls-tree", "-r", "-z", "--full-tree", "--end-of-options", commit, check=False)
    if listed.status:
        raise damaged(listed.error.strip() or f"the files of {commit} cannot be listed")
    entries = {}
    for record in listed.text.split("\0"):
        meta, _, path = record.partition("\t")
        if path:
            mode, _, oid = meta.split(" ")
            entries[path] = Entry(mode, oid)
    return GitTree(commit[:12], entries, _reader(repository))


def open_index_tree(repository: GitRepository) -> GitTree:
    """The files as `git commit` would take them now, also in the middle of `git commit -a` (git-ls-files(1)).

    Raises:
        CannotJudge: the index cannot be read.
    """
    listed = repository.ask("ls-files", "--stage", "-z", "--full-name")
    entries = {}
    for record in listed.text.split("\0"):
        meta, _, path = record.partition("\t")
        if path:
            mode, oid, stage = meta.split(" ")
            if stage == "0":  # the others are sides of a conflict, which cannot be committed
                entries[path] = Entry(mode, oid)
    if repository.top and any(entry.oid in _EMPTY_BLOBS for entry in entries.values()):
        # `git add --intent-to-add` lists a file as empty, and a commit leaves it out (git-add(1)).
        intended = repository.ask("diff-files", "--name-only", "--diff-filter=A", "-z").text.split("\0")
        entries = {path: entry for path, entry in entries.items() if path not in intended}
    return GitTree("the index", entries, _reader(repository))


def _reader(repository: GitRepository) -> Objects:
    return lambda oids: read_objects(repository, oids) if oids else {}


def prefetched(tree: GitTree) -> GitTree:
    """The tree, with the files that usually state a version read at once: a process for each would cost more."""
    likely = [path for path in tree.paths() if path.count("/") <= DEPTH and _LIKELY.search(path)]
    tree.read_many(likely[:MAX_LIKELY])
    return tree


def open_working_tree(repository: GitRepository) -> FolderTree:
    """The tracked files as they are on the disk now, and those that git does not ignore (git-ls-files(1)).

    Raises:
        ConfigError: the repository has no working tree.
    """
    if repository.top is None:
        raise ConfigError("this repository has no working tree", fixes=("name a TAG",))
    listed = repository.ask("ls-files", "-z", "--full-name", "--cached", "--others", "--exclude-standard").text
    return FolderTree(repository.top, [path for path in listed.split("\0") if path])
