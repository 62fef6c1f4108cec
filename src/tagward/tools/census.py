"""One question to the trees of many commits at once: few git processes, and equal files are read once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

from tagward.model.versions import Unreadable
from tagward.tools.objects import LARGEST, read_objects

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from tagward.model.versions import Tree
    from tagward.tools.git import GitRepository

K = TypeVar("K")
R = TypeVar("R")
_LISTING = ""
"""Stands for the list of all files among the paths that a question asks for; no file has this path."""
SAMPLE = 16
"""One commit of so many goes first, to find out what the question asks for."""
_TREE, _SUBMODULE = b"40000", b"160000"


class _Wanting(BaseException):
    """A question needs to know a path; no reader of a tree catches it."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


@dataclass(slots=True)
class _KnownTree:
    """A tree of which some paths are known: what each holds, by object id; None where there is nothing.

    `asked` keeps the paths that were read, in order.
    """

    known: Mapping[str, str | None]
    contents: Mapping[str, bytes | None]
    listings: Mapping[str, Collection[str]]
    asked: dict[str, None] = field(default_factory=dict)

    def read(self, path: str) -> bytes | None:
        if "\n" in path or not path:
            return None
        if path.startswith(("/", "../")) or "/../" in path:
            raise Unreadable(f"{path} leads out of the project")
        oid = self._look(path)
        if oid is None:
            return None
        data = self.contents[oid]
        if data is None:
            raise Unreadable(f"{path} is a link that leads out of the project, too large, missing or damaged")
        return data

    def paths(self) -> Collection[str]:
        return self.listings[self._look(_LISTING) or ""]

    def _look(self, path: str) -> str | None:
        self.asked[path] = None
        if path not in self.known:
            raise _Wanting(path)
        return self.known[path]


@dataclass(slots=True)
class _Step(Generic[R]):
    """What a question asks next, and where each answer leads; or its result, where it asks for nothing more."""

    path: str | None = None
    next: dict[str | None, _Step[R]] = field(default_factory=dict)
    result: list[R] = field(default_factory=list)


@dataclass(slots=True)
class Census(Generic[K, R]):
    """Asks a question of many trees.

    The question reads a tree and a key and must depend on nothing else: commits that answer alike on everything that
    it asks for have the same result, so that it is worked out once for all of them.
    """

    repository: GitRepository
    question: Callable[[Tree, K], R]
    _steps: dict[K, _Step[R]] = field(default_factory=dict)
    _asked: dict[str, None] = field(default_factory=dict)
    _contents: dict[str, bytes | None] = field(default_factory=dict)
    _trees: dict[str, tuple[tuple[str, str, bytes], ...]] = field(default_factory=dict)
    _listings: dict[str, Collection[str]] = field(default_factory=dict)

    def ask(self, asked: Sequence[tuple[str, K]]) -> dict[tuple[str, K], R]:
        """The result for each commit and key.

        A few commits go first: what they ask for is looked up for all the others at once.

        Raises:
            CannotJudge: git cannot read the repository.
        """
        results: dict[tuple[str, K], R] = {}
        for group in (asked[::SAMPLE], asked):
            pending: dict[tuple[str, K], dict[str, str | None]] = {one: {} for one in group if one not in results}
            self._learn({one: tuple(self._asked) for one in pending}, pending)
            while pending:
                wanted: dict[tuple[str, K], tuple[str, ...]] = {}
                for one, known in pending.items():
                    outcome = self._answer(known, one[1])
                    if isinstance(outcome, _Wanting):
                        wanted[one] = (outcome.path,)
                        self._asked[outcome.path] = None
                    else:
                        results[one] = outcome
                self._learn(wanted, pending)
                pending = {one: pending[one] for one in wanted}
        return results

    def _answer(self, known: Mapping[str, str | None], key: K) -> R | _Wanting:
        step = self._steps.setdefault(key, _Step())
        while step.path is not None:
            if step.path not in known:
                return _Wanting(step.path)
            step = step.next.setdefault(known[step.path], _Step())
        return step.result[0] if step.result else self._work_out(known, key)

    def _work_out(self, known: Mapping[str, str | None], key: K) -> R | _Wanting:
        """Ask the question itself, and note the way it took through the answers."""
        tree = _KnownTree(known, self._contents, self._listings)
        outcome: R | _Wanting
        try:
            outcome = self.question(tree, key)
        except _Wanting as wanting:
            outcome = wanting
        step = self._steps[key]
        for path in tree.asked:
            step.path = path
            if path in known:
                step = step.next.setdefault(known[path], _Step())
        if not isinstance(outcome, _Wanting):
            step.result.append(outcome)
        return outcome

    def _learn(
        self, wanted: Mapping[tuple[str, K], Sequence[str]], pending: Mapping[tuple[str, K], dict[str, str | None]]
    ) -> None:
        """Look every wanted path up: one process says which objects they are, two more read those that are new."""
        names = [f"{one[0]}:{path}" for one, paths in wanted.items() for path in paths if path != _LISTING]
        oids = self._looked_up(names)
        self._read({oid for oid in oids.values() if oid})
        listed = [f"{one[0]}^{{tree}}" for one, paths in wanted.items() if _LISTING in paths]
        roots = self._looked_up(listed)
        self._list({oid for oid in roots.values() if oid})
        for one, paths in wanted.items():
            for path in paths:
                pending[one][path] = oids[f"{one[0]}:{path}"] if path != _LISTING else roots[f"{one[0]}^{{tree}}"]

    def _looked_up(self, names: list[str]) -> dict[str, str | None]:
        """The object id of each name; symbolic links are followed inside the tree (git-cat-file(1))."""
        unique = list(dict.fromkeys(names))
        if not unique:
            return {}
        asked = "".join(f"{name}\n" for name in unique).encode("utf-8", "surrogateescape")
        said = self.repository.ask("cat-file", "--buffer", "--batch-check", "--follow-symlinks", stdin=asked).stdout
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
