"""What git says on a pre-push hook's standard input, as values (githooks(5), "pre-push")."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass

TAGS, HEADS = "refs/tags/", "refs/heads/"
FIELDS = 4
_OID = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


class MalformedPush(ValueError):
    """A line of the hook's input that git does not write."""


@dataclass(frozen=True, slots=True)
class PushedRef:
    """One line: which object is to become which ref on the remote.

    Names are decoded as Python decodes file names (PEP 383), since git takes any bytes; object ids are hexadecimal.
    """

    local_ref: str
    local_oid: str
    remote_ref: str
    remote_oid: str

    @classmethod
    def parse(cls, line: bytes) -> PushedRef:
        """Read a line, from its right end, because the local side may hold spaces (`HEAD^{/fix the}`).

        Raises:
            MalformedPush: it does not have the four fields, or an object id is none.
        """
        fields = [os.fsdecode(field) for field in line.rsplit(b" ", FIELDS - 1)]
        if len(fields) != FIELDS:
            raise MalformedPush(f"a line of {len(fields)} fields")
        local_ref, local_oid, remote_ref, remote_oid = fields
        if not (_OID.fullmatch(local_oid) and _OID.fullmatch(remote_oid) and remote_ref):
            raise MalformedPush("an object id that is none")
        return cls(local_ref, local_oid, remote_ref, remote_oid)

    @property
    def deletes(self) -> bool:
        """Whether the remote ref is to go: an object id of zeros only, of either hash's length."""
        return not self.local_oid.strip("0")

    @property
    def replaces(self) -> bool:
        """Whether the remote has this ref already."""
        return bool(self.remote_oid.strip("0"))

    @property
    def tag(self) -> str | None:
        """The name of the tag as the remote will know it; None where the ref is no tag."""
        return self.remote_ref.removeprefix(TAGS) if self.remote_ref.startswith(TAGS) else None


@dataclass(frozen=True, slots=True)
class Push:
    """A push about to happen: the remote's name (or its address, as typed), its address, and the refs."""

    remote: str
    url: str
    refs: tuple[PushedRef, ...]

    @property
    def over_ssh(self) -> bool:
        """Whether the connection that waits for the hook is one of SSH (git-push(1), "GIT URLS")."""
        scheme, separator, _ = self.url.partition("://")
        if separator:
            return scheme in {"ssh", "git+ssh", "ssh+git"}
        host, colon, path = self.url.partition("/")[0].partition(":")
        return bool(colon) and not path.startswith(":") and len(host) > 1  # no helper, and no drive of Windows

    @classmethod
    def parse(cls, remote: str, url: str, data: bytes) -> Push:
        """Read the whole standard input of the hook; empty lines mean nothing.

        Raises:
            MalformedPush: a line is not one that git writes.
        """
        return cls(remote, url, tuple(PushedRef.parse(line) for line in data.split(b"\n") if line))


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag as it is about to stand on the remote.

    Attributes:
        name: as the remote will know it.
        oid: the object that is pushed: a tag object, or for a lightweight tag what it points at.
        commit: the commit it peels to; empty where it leads to something else.
        kind: the type of the object it peels to: `commit`, `tree`, `blob`; `missing` where it cannot be read.
        annotated: whether `oid` is a tag object.
        signed: whether that tag object carries a signature.
        headers: the names that the tag objects on the way give themselves, outermost first.
        moved: whether the remote has this tag already, at another object.
        pretended: whether a commit is judged as if it had this tag, which nobody has made yet.
    """

    name: str
    oid: str
    commit: str
    kind: str
    annotated: bool = False
    signed: bool = False
    headers: tuple[str, ...] = ()
    moved: bool = False
    pretended: bool = False
