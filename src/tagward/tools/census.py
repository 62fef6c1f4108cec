"""One question to the trees of many commits at once: few git processes, and equal files are read once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

from tagward.model.versions import Unreadable
from tagward.tools.objects import LARGEST, read_objects

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from tagward.model.versions import Tree
    from tagward.tools.git import GitRepository

K = TypeVar("K")
R = TypeVar("R")
_LISTING = ""
"""Stands for the list of all files among the paths that a question asks for; no file has this path."""
_TREE, _SUBMODULE = b"40000", b"160000"


class _Wanting(BaseException):
    """A question needs to know a path; no reader of a tree catches it."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


@dataclass(slots=True)
class _KnownTree:
    """A tree of which some paths are known: what each holds, by object id; None where there is nothing."""

    known: Mapping[str, str | None]
    contents: Mapping[str, bytes | None]
    listings: Mapping[str, Collection[str]]

    def read(self, path: str) -> bytes | None:
        if "\n" in path or not path:
            return None
        if path.startswith(("/", "../")) or "/../" in path:
            raise Unreadable(f"{path} leads out of the project")
        if path not in self.known:
            raise _Wanting(path)
        oid = self.known[path]
        if oid is None:
            return None
        data = self.contents[oid]
        if data is None:
            raise Unreadable(f"{path} is a link that leads out of the project, too large, missing or damaged")
        return data

    def paths(self) -> Collection[str]:
        if _LISTING not in self.known:
            raise _Wanting(_LISTING)
        return self.listings[self.known[_LISTING] or ""]


@dataclass(slots=True)
class Census(Generic[K, R]):
    """Asks a question of many trees.

    The question reads a tree and a key and must depend on nothing else: commits that answer alike on everything that
    it asked for have the same result, so that it is worked out once for all of them.
    """

    repository: GitRepository
    question: Callable[[Tree, K], R]
    _contents: dict[str, bytes | None] = field(default_factory=dict)
    _trees: dict[str, tuple[tuple[str, str, bytes], ...]] = field(default_factory=dict)
    _listings: dict[str, Collection[str]] = field(default_factory=dict)

    def ask(self, asked: Iterable[tuple[str, K]]) -> dict[tuple[str, K], R]:
        """The result for each commit and key.

        Raises:
            CannotJudge: git cannot read the repository.
        """
        pending: dict[tuple[str, K], dict[str, str | None]] = {one: {} for one in asked}
        results: dict[tuple[str, K], R] = {}
        while pending:
            wanted: dict[tuple[str, K], str] = {}
            outcomes: dict[tuple[K, frozenset[tuple[str, str | None]]], R | _Wanting] = {}
            for one, known in pending.items():
                alike = (one[1], frozenset(known.items()))
                if alike not in outcomes:
                    outcomes[alike] = self._answer(known, one[1])
                outcome = outcomes[alike]
                if isinstance(outcome, _Wanting):
                    wanted[one] = outcome.path
                else:
                    results[one] = outcome
            self._learn(wanted, pending)
            pending = {one: pending[one] for one in wanted}
        return results

    def _answer(self, known: Mapping[str, str | None], key: K) -> R | _Wanting:
        try:
            return self.question(_KnownTree(known, self._contents, self._listings), key)
        except _Wanting as wanting:
            return wanting

    def _learn(
        self, wanted: Mapping[tuple[str, K], str], pending: Mapping[tuple[str, K], dict[str, str | None]]
    ) -> None:
        """Look every wanted path up: one process says which objects they are, two more read those that are new."""
        paths = {one: path for one, path in wanted.items() if path != _LISTING}
        names = [f"{commit}:{path}" for (commit, _), path in paths.items()]
        oids = self._looked_up(names)
        for one, path in paths.items():
            pending[one][path] = oids[f"{one[0]}:{path}"]
        self._read({oid for oid in oids.values() if oid})
        listed = [one for one, path in wanted.items() if path == _LISTING]
        roots = self._looked_up([f"{commit}^{{tree}}" for commit, _ in listed])
        self._list({oid for oid in roots.values() if oid})
        for one in listed:
            pending[one][_LISTING] = roots[f"{one[0]}^{{tree}}"]

    def _looked_up(self, names: list[str]) -> dict[str, str | None]:
        """The object id of each name; symbolic links are followed inside the tree (git-cat-file(1))."""
        unique = list(dict.fromkeys(names))
        if not unique:
            return {}
        asked = "".join(f"{name}\n" for name in unique).encode("utf-8", "surrogateescape")
        said = self.repository.ask("cat-file", "--batch-check", "--follow-symlinks", stdin=asked).stdout
        found: dict[str, str | None] = {}
        lines = iter(said.split(b"\n"))
        for name in unique:
            words = next(lines, b"").decode("utf-8", "surrogateescape").split(" ")
            special = len(words) == 2 and words[0] in {"symlink", "loop", "dangling", "notdir"}  # noqa: PLR2004
            if special:
                next(lines, b"")  # the rest of the path follows on a line of its own
            if len(words) == 3 and words[1] in {"blob", "tree"} and words[2].isdigit():  # noqa: PLR2004
                oid = words[0]
                found[name] = oid if words[1] == "blob" or name.endswith("^{tree}") else None
                if int(words[2]) > LARGEST:
                    self._contents[oid] = None
            elif special and words[0] in {"symlink", "loop"}:
                found[name] = _OUTSIDE
                self._contents[_OUTSIDE] = None
            else:
                found[name] = None
        return found

    def _read(self, oids: set[str]) -> None:
        new = [oid for oid in oids if oid not in self._contents]
        read = read_objects(self.repository, new) if new else {}
        for oid in new:
            self._contents[oid] = read[oid].data if oid in read else None

    def _list(self, roots: set[str]) -> None:
        """List trees by reading each subtree once, however many commits share it (git tree objects, gitformat-pack)."""
        wanted = {oid for oid in roots if oid not in self._trees}
        while wanted:
            read = read_objects(self.repository, wanted)
            size = 20 if self.repository.object_format == "sha1" else 32
            for oid in wanted:
                data = read[oid].data if oid in read else None
                self._trees[oid] = tuple(_entries(data or b"", size))
            below = {one for oid in wanted for _, one, mode in self._trees[oid] if mode == _TREE}
            wanted = {oid for oid in below if oid not in self._trees}
        for oid in roots:
            if oid not in self._listings:
                self._listings[oid] = frozenset(self._below(oid, ""))

    def _below(self, oid: str, prefix: str) -> Iterable[str]:
        for name, one, mode in self._trees[oid]:
            if mode == _TREE:
                yield from self._below(one, f"{prefix}{name}/")
            elif mode != _SUBMODULE:
                yield prefix + name


_OUTSIDE = "outside"
"""Stands for the object behind a link that leads out of the tree."""


def _entries(data: bytes, size: int) -> Iterable[tuple[str, str, bytes]]:
    start = 0
    while start < len(data):
        end = data.index(b"\0", start)
        mode, _, name = data[start:end].partition(b" ")
        yield name.decode("utf-8", "surrogateescape"), data[end + 1 : end + 1 + size].hex(), mode
        start = end + 1 + size
