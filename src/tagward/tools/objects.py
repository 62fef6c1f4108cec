"""Git objects by their ids: where they are, what they hold, and whether that is what their id says."""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tagward.errors import CannotJudge

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tagward.tools.git import GitRepository

LARGEST = 20 * 1024 * 1024
"""Bytes of the largest file that is read; versions, metadata and notes are far smaller."""

SMALL, FEW = 1 << 16, 64
"""Bytes of an object that is remembered, and how many are."""

FETCH_SECONDS = 600.0
"""How long a remote may take: one that does not answer must not keep a push for ever."""

_COMMITTER = re.compile(rb"^committer .*? (\d+) [+-]\d{4}$", re.MULTILINE)
_SIGNATURES = (
    b"-----BEGIN PGP SIGNATURE-----",
    b"-----BEGIN PGP MESSAGE-----",
    b"-----BEGIN SSH SIGNATURE-----",
    b"-----BEGIN SIGNED MESSAGE-----",
)


@dataclass(frozen=True, slots=True)
class GitObject:
    """An object of the repository: its type, its size, and its content, None where that is too large."""

    kind: str
    size: int
    data: bytes | None


def genuine(oid: str, kind: str, data: bytes) -> bool:
    """Whether content belongs to its id: git itself prints an exchanged object without a word (git-cat-file(1))."""
    digest = hashlib.new("sha1" if len(oid) == 40 else "sha256", usedforsecurity=False)  # noqa: PLR2004 - git's lengths
    digest.update(b"%s %d\0" % (kind.encode(), len(data)))
    digest.update(data)
    return digest.hexdigest() == oid


def read_objects(repository: GitRepository, oids: Iterable[str]) -> dict[str, GitObject]:
    """Read objects by id, in two processes; what is missing or damaged is left out (git-cat-file(1), BATCH OUTPUT).

    A few small ones are remembered, for the gate asks for them again.
    """
    wanted = list(dict.fromkeys(oids))
    known = {oid: repository.seen[oid] for oid in wanted if oid in repository.seen}
    found = _read(repository, [oid for oid in wanted if oid not in known])
    for oid, one in found.items():
        if one.size <= SMALL and len(repository.seen) < FEW:
            repository.seen[oid] = one
    return {**known, **found}


def _read(repository: GitRepository, oids: list[str]) -> dict[str, GitObject]:
    if not oids:
        return {}
    large: dict[str, GitObject] = {}
    small: list[str] = []
    asked = repository.ask("cat-file", "--buffer", "--batch-check", stdin=_lines(oids), check=False)
    for line in asked.text.splitlines():
        oid, _, header = line.partition(" ")
        kind, _, size = header.partition(" ")
        if size.isdigit() and int(size) > LARGEST:
            large[oid] = GitObject(kind, int(size), None)
        elif size.isdigit():
            small.append(oid)
    return {**large, **_contents(repository, small)} if small else large


def _contents(repository: GitRepository, oids: Iterable[str]) -> dict[str, GitObject]:
    output = repository.ask("cat-file", "--buffer", "--batch", stdin=_lines(oids), check=False).stdout
    found, start = {}, 0
    while (end := output.find(b"\n", start)) >= 0:
        oid, kind, size = [*output[start:end].decode("ascii", "replace").split(" "), "", ""][:3]
        if not size.isdigit():
            start = end + 1
            continue
        data = output[end + 1 : end + 1 + int(size)]
        if genuine(oid, kind, data):
            found[oid] = GitObject(kind, len(data), data)
        start = end + 1 + int(size) + 1
    return found


def _lines(oids: Iterable[str]) -> bytes:
    return "".join(f"{oid}\n" for oid in dict.fromkeys(oids)).encode()


def tag_header(data: bytes) -> tuple[str, str]:
    """The object a tag object is at, and the name it gives itself; empty where it is none (git-mktag(1))."""
    fields = dict(line.partition(b" ")[::2] for line in data.split(b"\n\n", 1)[0].split(b"\n"))
    return os.fsdecode(fields.get(b"object", b"")), os.fsdecode(fields.get(b"tag", b""))


def committer_time(data: bytes) -> int | None:
    """When a commit was made, in seconds since the epoch; None where it does not say (git-commit-tree(1))."""
    found = _COMMITTER.search(data.partition(b"\n\n")[0])
    return int(found[1]) if found else None


def is_signed(data: bytes) -> bool:
    """Whether a tag object carries a signature: OpenPGP, SSH or X.509 (gitformat-signature(5))."""
    head, _, message = data.partition(b"\n\n")
    lines = message.split(b"\n")
    return any(line.startswith(_SIGNATURES) for line in lines) or b"\ngpgsig" in head


def object_stores(repository: GitRepository) -> tuple[str, ...]:
    """Where the objects may be; in a server's hook that is also the quarantine (git-receive-pack(1))."""
    environment = repository.environment()
    current = environment.get("GIT_OBJECT_DIRECTORY", "")
    others = _path_list(environment.get("GIT_ALTERNATE_OBJECT_DIRECTORIES", ""))
    stores = (current, f"{repository.common_dir}/objects", environment.get("GIT_QUARANTINE_PATH", ""), *others)
    base = repository.top or repository.git_dir  # where git runs: relative paths mean that
    return tuple(dict.fromkeys(os.path.normpath(base / store) for store in stores if store))


def _path_list(value: str) -> list[str]:
    """The paths of a list with colons, of which some may stand in quotes (git(1), GIT_ALTERNATE_OBJECT_DIRECTORIES)."""
    found = re.finditer(r'"((?:[^"\\]|\\.)*)"|([^:]+)', value)
    return [re.sub(r"\\(.)", r"\1", each[1]) if each[1] is not None else each[2] for each in found]


def verify_objects(repository: GitRepository, commit: str) -> None:
    """Read every object of a commit: `git checkout` passes over what is missing or exchanged, and ends with 0.

    Raises:
        CannotJudge: an object is missing or damaged.
    """
    verified = repository.ask("rev-list", "--objects", "--verify-objects", "--no-walk", commit, check=False)
    if verified.status or verified.stderr:  # git exits with 0 after "hash mismatch"
        missing = _missing(repository, commit)
        raise damaged(f"the object {missing[0]} is missing" if missing else verified.error.strip())


def fetch_missing(repository: GitRepository, commit: str) -> None:
    """Fetch what a partial clone has left out of a commit.

    Raises:
        CannotJudge: its remote does not give it.
    """
    if not _missing(repository, commit):
        return
    # It reads every file, export-ignored ones too; the filter would look for content that is fetched elsewhere, and
    # maintenance would go on in the user's repository.
    off = ("filter.lfs.process=", "filter.lfs.smudge=", "filter.lfs.required=false", "gc.auto=0")
    unfiltered = [word for setting in (*off, "maintenance.auto=false") for word in ("-c", setting)]
    archive = ("archive", "--format=tar", "-o", os.devnull, commit)
    fetched = repository.ask(*unfiltered, *archive, check=False, timeout=FETCH_SECONDS)
    if fetched.status or _missing(repository, commit):
        raise CannotJudge(
            "this partial clone lacks files of the commit, and its remote does not give them",
            why=fetched.error.strip(),
            fixes=("try again when the remote can be reached",),
        )


def _missing(repository: GitRepository, commit: str) -> list[str]:
    listed = repository.ask("rev-list", "--objects", "--missing=print", "--no-walk", commit, check=False)
    if listed.status:
        raise damaged(listed.error.strip())
    return [line[1:] for line in listed.text.splitlines() if line.startswith("?")]


def is_partial(repository: GitRepository) -> bool:
    """Whether the repository may lack objects, and fetches them when they are read (git-clone(1), `--filter`)."""
    key = r"^(extensions\.partialclone|remote\..*\.promisor)$"
    return not repository.ask("config", "--get-regexp", key, check=False).status


def damaged(detail: str) -> CannotJudge:
    """The error for a repository that does not have what it should."""
    return CannotJudge(
        "the repository is damaged",
        why=detail,
        fixes=("git fsck --full", "fetch the missing objects from a clone that has them, or clone anew"),
    )
