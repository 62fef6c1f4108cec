"""What is asked to know where a release stands: tags here and on the remote, the index, and a build of the tag."""

from __future__ import annotations

import re
import tarfile
import zipfile
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from tagward.errors import CannotJudge
from tagward.model.events import Notify, silence
from tagward.model.receipt import Sealed
from tagward.model.refs import TAGS
from tagward.model.standing import Answer, Basis, FileSeen, Match, Standing, TagSeen
from tagward.tools.archives import content_digest
from tagward.tools.index import download, release_files
from tagward.tools.notes import notes
from tagward.tools.scratch import scratch
from tagward.tools.workshop import LocalWorkshop

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from tagward.model.candidate import Candidate
    from tagward.model.publication import Shelved
    from tagward.model.receipt import Receipt
    from tagward.tools.git import GitRepository
    from tagward.tools.index import Index
    from tagward.tools.run import Completed

REMOTE = "origin"
REMOTE_SECONDS = 60
_PEELED = "^{}"
_USER_INFO = re.compile(r"//[^/\s@]*@")


@dataclass(frozen=True, slots=True)
class RemoteTags:
    """What the remote said of its tags.

    Attributes:
        answer: HERE where it answered, SILENT where it did not, UNASKED where there is none.
        tags: the object that each tag names, and the commit that it leads to.
        trouble: why there is no answer.
    """

    answer: Answer
    tags: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    trouble: str = ""

    def seen(self, name: str) -> TagSeen:
        """One tag."""
        if self.answer is not Answer.HERE:
            return TagSeen(self.answer, trouble=self.trouble)
        if name not in self.tags:
            return TagSeen(Answer.ABSENT)
        oid, commit = self.tags[name]
        return TagSeen(Answer.HERE, oid, commit, annotated=oid != commit)


def ask_remote(repository: GitRepository) -> RemoteTags:
    """All tags of `origin` (git-ls-remote(1)); no answer is told as that, and never as "no tags"."""
    if not repository.remote_url(REMOTE):
        return RemoteTags(Answer.UNASKED, trouble=f"this repository has no remote {REMOTE}")
    try:
        done = repository.ask("ls-remote", "--tags", REMOTE, timeout=REMOTE_SECONDS, check=False)
    except CannotJudge as failure:
        return RemoteTags(Answer.SILENT, trouble=str(failure))
    if done.status:
        return RemoteTags(Answer.SILENT, trouble=complaint(done))
    return RemoteTags(Answer.HERE, _read_tags(done.text))


def complaint(done: Completed) -> str:
    """The line in which git says why a remote did not answer, without a name or a password from its address."""
    lines = [line for line in done.error.splitlines() if line.strip()]
    fatal = [line for line in lines if line.startswith(("fatal:", "ERROR:"))]
    said = (fatal or lines or ["git said nothing"])[0]
    return _USER_INFO.sub("//", said).removeprefix("fatal: ")


def _read_tags(listing: str) -> dict[str, tuple[str, str]]:
    oids = {}
    for line in listing.split("\n"):  # a name may hold what `splitlines` takes for a line end, as U+2028
        oid, _, ref = line.partition("\t")
        if ref.startswith(TAGS):
            oids[ref.removeprefix(TAGS)] = oid
    return {name: (oid, oids.get(name + _PEELED, oid)) for name, oid in oids.items() if not name.endswith(_PEELED)}


def seen_here(repository: GitRepository, name: str) -> TagSeen:
    """The tag of exactly this name in a repository."""
    oid = dict(repository.tags()).get(name)
    if oid is None:
        return TagSeen(Answer.ABSENT)
    tag = repository.tag(name, oid)
    return TagSeen(Answer.HERE, oid, tag.commit, tag.annotated, tag.signed)


def rebuild(repository: GitRepository, candidate: Candidate, notify: Notify = silence) -> Basis:
    """Build the commit of a tag anew, as the gate does, and say what the files inside are.

    Raises:
        CannotJudge: it does not build, or the machine failed.
    """
    tag = candidate.tag
    workshop = LocalWorkshop(repository, notes(repository.common_dir) / "last", notify)
    with workshop.export(candidate) as workspace:
        built = workshop.build(workspace)
        if built.failure or not built.files:
            reason = built.failure.reason if built.failure else "it made nothing"
            raise CannotJudge(f"{tag.name} does not build here: {reason}", fixes=(f"tagward check {tag.name}",))
        files = tuple(Sealed(one.file, one.size, one.sha256, content_digest(one.path)) for one in built.files)
    return Basis(f"a build of {tag.name} here", files, tag.oid, tag.commit)


def basis_of(receipt: Receipt, path: str = "") -> Basis:
    """What the files have to be by a receipt: the very bytes where it was named, and else the same files inside.

    A receipt that a gate on this machine left is of another build than the one that the workflow published.
    """
    origin = path or "the gate on this machine"
    return Basis(
        origin, receipt.files, receipt.oid, receipt.commit, path, exact=bool(path), imports=tuple(receipt.imports)
    )


@dataclass(frozen=True, slots=True)
class Question:
    """Which release is asked for, and what is known of it already.

    Attributes:
        known: the standing without anything that the index says.
        index: where it should be.
    """

    known: Standing
    index: Index

    def ask(self, now: float) -> Standing:
        """Ask the index, and compare what it has.

        Args:
            now: seconds since the epoch.
        """
        known = self.known
        try:
            shelved = release_files(self.index, known.project, known.version)
            files = tuple(self._compared(shelved, known.basis))
        except CannotJudge as failure:
            return replace(known, silence=str(failure))
        times = [one.uploaded for one in shelved if one.uploaded is not None]
        return replace(known, files=files, age=max(0.0, now - min(times)) if times else None)

    def _compared(self, shelved: Sequence[Shelved], basis: Basis | None) -> Iterator[FileSeen]:
        if basis is None:
            yield from (FileSeen(one.file, Match.UNCOMPARED, one) for one in shelved)
            return
        there = {one.file: one for one in shelved}
        for sealed in basis.files:
            one = there.pop(sealed.file, None)
            match = Match.MISSING if one is None else self._match(one, sealed, exact=basis.exact)
            yield FileSeen(sealed.file, match, one, sealed)
        yield from (FileSeen(one.file, Match.UNJUDGED, one) for one in there.values())

    def _match(self, shelved: Shelved, sealed: Sealed, *, exact: bool) -> Match:
        if shelved.sha256 == sealed.sha256:
            return Match.SAME
        if exact or not sealed.content:
            return Match.DIFFERENT
        with scratch("verify") as folder:
            copy = folder / sealed.file
            download(self.index, shelved, copy)
            return Match.REBUILT if _content(copy) == sealed.content else Match.DIFFERENT


def _content(path: Path) -> str:
    try:
        return content_digest(path)
    except (OSError, EOFError, ValueError, RuntimeError, zipfile.BadZipFile, tarfile.TarError):
        return ""
