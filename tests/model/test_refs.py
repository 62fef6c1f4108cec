"""What git says to the hook, read from bytes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagward.model.refs import MalformedPush, Push, PushedRef

OID, NONE = b"a" * 40, b"0" * 40
names = st.binary(min_size=1, max_size=60).filter(lambda name: not set(name) & set(b"\n \x00"))
oids = st.sampled_from([40, 64]).flatmap(lambda size: st.text("0123456789abcdef", min_size=size, max_size=size))


@given(local=st.binary(min_size=1, max_size=60).filter(lambda name: b"\n" not in name), oid=oids, name=names, old=oids)
def test_a_line_is_read_from_its_right_end(local: bytes, oid: str, name: bytes, old: str) -> None:
    ref = PushedRef.parse(b" ".join([local, oid.encode(), b"refs/tags/" + name, old.encode()]))

    assert ref.local_ref.encode("utf-8", "surrogateescape") == local
    assert (ref.local_oid, ref.remote_oid) == (oid, old)
    assert ref.tag is not None
    assert ref.tag.encode("utf-8", "surrogateescape") == name


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        push = Push.parse("origin", "address", data)
    except MalformedPush:
        return
    assert len(push.refs) == len([line for line in data.split(b"\n") if line])


@pytest.mark.parametrize("zeros", [40, 64])
def test_zeros_of_either_hash_delete(zeros: int) -> None:
    ref = PushedRef.parse(b"(delete) " + b"0" * zeros + b" refs/tags/v1 " + OID)

    assert ref.deletes
    assert ref.replaces


def test_a_new_ref_replaces_nothing() -> None:
    assert not PushedRef.parse(b"refs/tags/v1 " + OID + b" refs/tags/v1 " + NONE).replaces


def test_a_branch_is_no_tag_even_if_its_local_side_names_one() -> None:
    assert PushedRef.parse(b"refs/tags/v1 " + OID + b" refs/heads/v1 " + NONE).tag is None


@pytest.mark.parametrize(
    "line",
    [b"x", b"a b c", b"refs/tags/v1 zzz refs/tags/v1 " + NONE, b"a " + OID + b" refs/tags/v1 " + OID[:39]],
    ids=["one field", "three fields", "no object id", "a short one"],
)
def test_other_lines_are_refused(line: bytes) -> None:
    with pytest.raises(MalformedPush):
        PushedRef.parse(line)


def test_empty_lines_mean_nothing() -> None:
    line = b"refs/tags/v1 " + OID + b" refs/tags/v1 " + NONE

    assert len(Push.parse("o", "u", b"\n" + line + b"\n\n").refs) == 1


@pytest.mark.parametrize(
    ("url", "over_ssh"),
    [
        ("ssh://git@example.org/a/b.git", True),
        ("git+ssh://example.org/a", True),
        ("git@example.org:a/b.git", True),
        ("example.org:b.git", True),
        ("https://example.org/a/b.git", False),
        ("file:///a/b", False),
        ("/a/b:c.git", False),
        ("./a:b", False),
        ("../b.git", False),
        ("C:/a/b.git", False),
        ("ext::sh -c x", False),
    ],
)
def test_a_connection_of_ssh_is_known_by_the_address(url: str, *, over_ssh: bool) -> None:
    assert Push("origin", url, ()).over_ssh is over_ssh
