"""What changed between two releases: files, metadata, dependencies."""

from __future__ import annotations

from dataclasses import replace

import pytest
from paper import WHEEL

from tagward.model.artifact import Artifact, Member, MemberKind
from tagward.model.change import Change, Difference, Release, change_since

INFO = "acme_demo-{}.dist-info"


def _members(version: str, **digests: str) -> dict[str, str]:
    info = INFO.format(version)
    files = {f"{info}/METADATA": version, f"{info}/RECORD": version, f"{info}/WHEEL": "same"}
    return files | {f"acme_demo/{name}.py": digest for name, digest in digests.items()}


def _change(then: dict[str, tuple[str, ...]], now: dict[str, tuple[str, ...]]) -> Change:
    files = _members("1.4.0", a="1", b="2", c="3", d="")
    members = tuple(Member(name, MemberKind.FILE, 1, sha256=digest) for name, digest in files.items())
    wheel = replace(WHEEL, metadata=now, artifact=Artifact(WHEEL.file, 1, "", members))
    old = {
        name.removeprefix("acme_demo-1.3.0"): digest
        for name, digest in _members("1.3.0", a="1", b="x", d="y", e="4").items()
    }
    change = change_since(Release("1.3.0", "PyPI", "w", members=old, metadata=then), wheel)
    assert change is not None
    return change


def test_files_with_other_bytes_are_told_and_what_follows_from_the_version_is_not() -> None:
    change = _change({}, {})

    assert (change.new, change.gone, change.changed) == (
        ("acme_demo/c.py",),
        ("acme_demo/e.py",),
        ("acme_demo/b.py",),
    )


def test_of_a_field_only_what_came_and_went_is_told() -> None:
    then = {"Version": ("1.3.0",), "Summary": ("old",), "Classifier": ("A", "B"), "License": ("MIT",)}
    now = {"Version": ("1.4.0",), "Summary": ("new",), "Classifier": ("B", "C"), "Keywords": ("k",)}

    assert _change(then, now).metadata == (
        Difference("Classifier", "A", "C"),
        Difference("Keywords", "", "k"),
        Difference("License", "MIT", ""),
        Difference("Summary", "old", "new"),
    )


@pytest.mark.parametrize(
    ("then", "now", "told"),
    [
        pytest.param(["six"], [], [("six", "any", "")], id="gone"),
        pytest.param([], ["attrs >= 23"], [("attrs", "", ">=23")], id="new"),
        pytest.param(["Click>=7"], ["click>=8,<9"], [("click", ">=7", "<9,>=8")], id="other-versions"),
        pytest.param(["a.b (>=1)"], ["A-B>=1"], [], id="other-spelling"),
        pytest.param(["a"], ["a[x]"], [("a", "any", ""), ("a[x]", "", "any")], id="extra"),
        pytest.param(
            ["a; os_name=='nt'"], ["a; os_name=='posix'"],
            [('a ; os_name == "nt"', "any", ""), ('a ; os_name == "posix"', "", "any")], id="marker",
        ),
        pytest.param(["no requirement!"], ["no requirement!"], [], id="unreadable"),
        pytest.param([f"a; {'(' * 5000}os_name == 'x'{')' * 5000}"], ["a"], None, id="beyond-reason"),
    ],
)  # fmt: skip
def test_dependencies_are_compared_by_what_they_say(
    then: list[str], now: list[str], told: list[tuple[str, str, str]] | None
) -> None:
    name = {"Name": ("acme-demo",)}
    change = _change({**name, "Requires-Dist": tuple(then)}, {**name, "Requires-Dist": tuple(now)})

    assert not change.metadata
    if told is not None:
        assert change.dependencies == tuple(Difference(*one) for one in told)


def test_where_the_metadata_of_one_are_not_known_nothing_is_said_of_them() -> None:
    change = _change({}, {"Summary": ("new",), "Requires-Dist": ("attrs",)})

    assert (change.metadata, change.dependencies) == ((), ())
