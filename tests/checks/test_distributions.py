"""D: what is in the sdist and in the wheel."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from paper import DISTRIBUTIONS, SDIST, WHEEL

from tagward.acceptance.forms import MAX_FIELDS
from tagward.checks import archives, change, checks_of, sdist, wheel
from tagward.checks._links import relative_links
from tagward.model.artifact import Artifact, Member, MemberKind
from tagward.model.change import Change, Release, change_since, members_of
from tagward.model.contents import Contents, Lost, LostKind, Text
from tagward.model.findings import Result, Status

if TYPE_CHECKING:
    from tagward.model.distributions import Distribution, Distributions

TOP = "acme_demo-1.4.0"
INFO = f"{TOP}.dist-info"
METADATA = "Metadata-Version: 2.4\nName: acme-demo\nVersion: 1.4.0\nSummary: A demo\n"
WHEEL_FILE = "Wheel-Version: 1.0\nGenerator: x\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


def _member(name: str, data: bytes = b"x") -> Member:
    return Member(name, MemberKind.FILE, len(data), len(data), 0o644, sha256=hashlib.sha256(data).hexdigest())


def _with(distribution: Distribution, members: list[Member], documents: dict[str, bytes]) -> Distribution:
    artifact = Artifact(distribution.file, distribution.size, distribution.sha256, tuple(members), documents)
    names = tuple(one.name for one in members if one.kind is not MemberKind.DIRECTORY)
    return replace(distribution, members=names, artifact=artifact)


def _artifact(distribution: Distribution) -> Artifact:
    assert distribution.artifact is not None
    return distribution.artifact


def a_wheel(
    *names: str, file: str = "", more: tuple[Member, ...] = (), record: str = "", **documents: str
) -> Distribution:
    """A wheel with a package, further files by name, and the documents METADATA and WHEEL."""
    texts = {"METADATA": METADATA, "WHEEL": WHEEL_FILE, **documents}
    members = [_member(name) for name in ("acme_demo/__init__.py", *names)] + list(more)
    members += [_member(f"{INFO}/{name}", text.encode()) for name, text in texts.items()]
    rows = [f"{one.name},sha256={_digest(one)},{one.size}" for one in members] + [f"{INFO}/RECORD,,"]
    listing = record or "\n".join(rows)
    members.append(_member(f"{INFO}/RECORD", listing.encode()))
    data = {f"{INFO}/{name}": text.encode() for name, text in {**texts, "RECORD": listing}.items()}
    path = WHEEL.path.with_name(file) if file else WHEEL.path
    return _with(replace(WHEEL, path=path), members, data)


def an_sdist(*names: str, more: tuple[Member, ...] = (), metadata: str = METADATA) -> Distribution:
    """An sdist with PKG-INFO, pyproject.toml, and further files by name."""
    data = {f"{TOP}/PKG-INFO": metadata.encode(), f"{TOP}/pyproject.toml": b""}
    members = [_member(name, text) for name, text in data.items()] + [_member(f"{TOP}/{name}") for name in names]
    return _with(SDIST, [*members, *more], data)


def _digest(member: Member) -> str:
    return base64.urlsafe_b64encode(bytes.fromhex(member.sha256)).decode().rstrip("=")


GOOD = replace(DISTRIBUTIONS, files=(an_sdist(), a_wheel()), contents=Contents())
D = [check for check in checks_of("Distributions") if check.info.code.startswith("D")]


def built(wheel: Distribution | None = None, sdist: Distribution | None = None, **more: object) -> Distributions:
    """Good distributions with another wheel or sdist."""
    files = (sdist or an_sdist(), wheel or a_wheel())
    return replace(GOOD, files=files, **more)  # type: ignore[arg-type]  # fields of Distributions


def said(result: Result) -> str:
    """The first finding of a result."""
    assert result.findings, result.reason
    return result.findings[0].message


def test_D_has_nothing_against_good_distributions() -> None:
    before = Release("1.3.0", "PyPI", "w", members=members_of(a_wheel()), sizes={"sdist": 24000, "wheel": 18000})

    results = {check.info.code: check(replace(GOOD, before=before)) for check in D}

    assert results.pop("D006").reason == "there is no description"
    assert results.pop("D202").status is Status.SKIPPED
    assert {result.status for result in results.values()} == {Status.PASSED}, results


def test_D_is_skipped_where_no_archive_can_be_read() -> None:
    nothing = replace(DISTRIBUTIONS, files=())

    assert {check(nothing).status for check in D} == {Status.SKIPPED}


UNSAFE = {
    "parent": _member("../x"),
    "parent inside": _member("acme_demo/../../x"),
    "absolute": _member("/etc/x"),
    "drive": _member("C:/x"),
    "backslash": _member("acme_demo\\x"),
    "control character": _member("acme_demo/\x1b[2J"),
    "device": Member("acme_demo/x", MemberKind.DEVICE, 0),
    "pipe": Member("acme_demo/x", MemberKind.FIFO, 0),
    "link": Member("acme_demo/x", MemberKind.SYMLINK, 0, target="y"),
    "setuid": replace(_member("acme_demo/x"), mode=0o4755),
}


@pytest.mark.parametrize("member", UNSAFE.values(), ids=UNSAFE)
def test_D001_refuses_a_member_that_is_no_plain_file_in_its_place(member: Member) -> None:
    result = archives.unsafe_member(built(a_wheel(more=(member,))))

    assert result.status is Status.FAILED
    assert len(result.findings) == 1
    assert "\x1b" not in said(result)


@pytest.mark.parametrize("target", ["/etc/passwd", "../../x", "../.."])
@pytest.mark.parametrize("kind", [MemberKind.SYMLINK, MemberKind.HARDLINK])
def test_D001_refuses_a_link_that_leaves_the_sdist(target: str, kind: MemberKind) -> None:
    link = Member(f"{TOP}/docs/x", kind, 0, target=target if kind is MemberKind.SYMLINK else f"{TOP}/{target}")
    link = replace(link, target=target) if target.startswith("/") else link

    assert archives.unsafe_member(built(sdist=an_sdist(more=(link,)))).status is Status.FAILED


def test_D001_lets_a_link_inside_the_sdist_and_a_setgid_folder_be() -> None:
    link = Member(f"{TOP}/docs/x", MemberKind.SYMLINK, 0, target="../README.md")
    hard = Member(f"{TOP}/docs/y", MemberKind.HARDLINK, 0, target=f"{TOP}/README.md")
    folder = Member(f"{TOP}/docs", MemberKind.DIRECTORY, 0, mode=0o2755)

    assert archives.unsafe_member(built(sdist=an_sdist(more=(folder, link, hard)))).status is Status.PASSED


def test_D002_refuses_two_contents_for_one_path_and_a_file_that_is_a_folder() -> None:
    twice = an_sdist(more=(_member(f"{TOP}/a", b"1"), _member(f"{TOP}/a", b"2")))
    both = a_wheel("acme_demo/a", "acme_demo/a/b")
    folder = a_wheel("acme_demo/a", more=(Member("acme_demo/a/", MemberKind.DIRECTORY, 0),))
    same = an_sdist(more=(_member(f"{TOP}/a"), _member(f"{TOP}/a")))

    assert archives.member_collision(built(sdist=twice)).status is Status.FAILED
    assert archives.member_collision(built(both)).status is Status.FAILED
    assert archives.member_collision(built(folder)).status is Status.FAILED
    assert archives.member_collision(built(sdist=same)).status is Status.PASSED


def test_D002_compares_absolute_names_too() -> None:
    assert archives.member_collision(built(a_wheel("/etc/acme"))).status is Status.PASSED
    assert archives.member_collision(built(a_wheel("/etc", "/etc/acme"))).status is Status.FAILED


@pytest.mark.parametrize("names", [("a/Readme", "a/README"), ("a/caf\u00e9", "a/cafe\u0301")])
def test_D003_warns_of_names_that_are_one_elsewhere(names: tuple[str, str]) -> None:
    assert archives.case_collision(built(a_wheel(*names))).status is Status.WARNED
    assert archives.case_collision(built(a_wheel(names[0]))).status is Status.PASSED


@pytest.mark.parametrize(
    "name",
    [
        "acme_demo/__pycache__/a.cpython-311.pyc",
        "acme_demo/.DS_Store",
        "acme_demo/a.py~",
        "acme_demo/a.py.orig",
        "acme_demo.egg-info/x",
    ],
)
def test_D004_warns_of_litter_in_a_wheel(name: str) -> None:
    assert archives.litter(built(a_wheel(name))).status is Status.WARNED


def test_D004_knows_what_belongs_into_an_sdist() -> None:
    good = an_sdist(
        "package.json.orig", "acme_demo.egg-info/PKG-INFO", ".gitignore", ".github/workflows/x.yml", "build/x.py"
    )

    assert archives.litter(built(sdist=good)).status is Status.PASSED
    assert archives.litter(built(sdist=an_sdist("dist/acme_demo-1.0.tar.gz"))).status is Status.WARNED
    assert archives.litter(built(sdist=an_sdist(".git/config"))).status is Status.WARNED


def test_D005_warns_of_metadata_that_differ_unless_they_are_dynamic() -> None:
    other = an_sdist(metadata=METADATA + "Requires-Dist: attrs\n")
    dynamic = an_sdist(metadata=METADATA + "Requires-Dist: attrs\nDynamic: requires-dist\n")
    old = an_sdist(metadata=METADATA.replace("2.4", "2.1") + "Requires-Dist: attrs\n")
    summary = an_sdist(metadata=METADATA.replace("A demo", "Another"))

    result = archives.metadata_disagree(built(sdist=other))

    assert said(result) == "Requires-Dist differs between the sdist and the wheel, and is not dynamic"
    assert result.findings[0].notes == ("only in the sdist: attrs",)
    assert archives.metadata_disagree(built(sdist=dynamic)).status is Status.PASSED
    assert archives.metadata_disagree(built(sdist=old)).status is Status.PASSED
    assert archives.metadata_disagree(built(sdist=summary)).status is Status.WARNED


def test_D005_takes_two_spellings_of_one_requirement_for_one() -> None:
    one, other = (
        METADATA + "Requires-Dist: attrs >= 23 ; extra == 'x'\n",
        METADATA + 'Requires-Dist: attrs>=23; extra == "x"\n',
    )

    assert archives.metadata_disagree(built(a_wheel(METADATA=other), an_sdist(metadata=one))).status is Status.PASSED


def test_D005_and_D006_leave_metadata_that_cannot_be_read_to_U004() -> None:
    broken = built(sdist=an_sdist(metadata="".join(f"X-{number}: y\n" for number in range(MAX_FIELDS + 1))))
    lacking = built(replace(a_wheel(), artifact=replace(_artifact(a_wheel()), documents={})))

    assert archives.metadata_disagree(broken).reason.startswith("U004 tells it: ")
    assert archives.relative_link(broken).reason.startswith("U004 tells it: ")
    assert archives.metadata_disagree(lacking).reason == "one of them has no metadata that can be read"


def test_D006_names_the_file_where_the_readme_is_not_known() -> None:
    described = an_sdist(metadata=METADATA + "\n.. image:: logo.png\n")
    absolute = an_sdist(metadata=METADATA + "\n.. image:: https://example.org/logo.png\n")

    (finding,) = archives.relative_link(built(sdist=described)).findings

    assert str(finding.place) == SDIST.file
    assert archives.relative_link(built(sdist=absolute)).status is Status.PASSED


def test_D006_names_the_line_of_a_relative_link() -> None:
    described = METADATA + "Description-Content-Type: text/markdown\n\n# Demo\n\nsee [how](docs/how.md)\n"
    readme = Text("README.md", "# Demo\n\nsee [how](docs/how.md)\n")

    result = archives.relative_link(built(sdist=an_sdist(metadata=described), contents=Contents(readme=readme)))

    assert result.status is Status.WARNED
    assert str(result.findings[0].place) == "README.md:3:11"
    assert archives.relative_link(GOOD).status is Status.SKIPPED


MARKDOWN = {
    "[a](docs/x.md)": ["docs/x.md"],
    "![a](logo.png 'title')": ["logo.png"],
    '<img src="docs/a.svg" width=3>': ["docs/a.svg"],
    "[a]: docs/x.md": ["docs/x.md"],
    "[a](#part) [b](https://example.org/x) [c](mailto:a@b.c) [d](//example.org)": [],
    "`[a](docs/x.md)`": [],
    "```\n[a](docs/x.md)\n```\n": [],
    "<!-- [a](docs/x.md)\n[b](y) -->": [],
    "[^1]: words of a footnote": [],
    "- [ ] (todo)": [],
    f"{'x' * 4000} [a](docs/x.md)": [],
}
RST = {
    ".. image:: docs/a.png": ["docs/a.png"],
    "`text <docs/a.rst>`_": ["docs/a.rst"],
    ".. _a: docs/a.rst": ["docs/a.rst"],
    ".. _a: b_": [],
    "`text <https://example.org>`__ `me <a@example.org>`_": [],
    ".. |logo| image:: https://example.org/a.png": [],
}


@pytest.mark.parametrize(
    ("text", "kind", "found"),
    [*((text, "text/markdown", found) for text, found in MARKDOWN.items()), *((t, "", f) for t, f in RST.items())],
)
def test_D006_sees_relative_links_and_no_others(text: str, kind: str, found: list[str]) -> None:
    assert [target for _, target in relative_links(text, kind)] == found


@pytest.mark.parametrize(
    ("path", "what"),
    [
        ("tests/__init__.py", 'package "tests"'),
        ("docs/conf.py", 'folder "docs"'),
        ("setup.py", 'module "setup.py"'),
        (f"{TOP}.data/purelib/examples/a.py", 'folder "examples"'),
    ],
)
def test_D101_refuses_what_belongs_to_nobody(path: str, what: str) -> None:
    assert said(wheel.foreign_top_level(built(a_wheel(path)))) == f"the wheel carries the top-level {what}"


def test_D101_lets_a_project_carry_its_own_name() -> None:
    own = replace(a_wheel("build/__init__.py"), name="build", project="build")

    assert wheel.foreign_top_level(built(own)).status is Status.PASSED
    assert wheel.foreign_top_level(built(a_wheel("acme_demo/tests/__init__.py"))).status is Status.PASSED
    assert wheel.foreign_top_level(built(a_wheel(f"{TOP}.data/data/docs/x"))).status is Status.PASSED


@pytest.mark.parametrize(
    ("row", "what"),
    [
        (f"acme_demo/__init__.py,sha256={'A' * 43},1", "other contents"),
        ("acme_demo/__init__.py,sha256=LXEWQrcmsEQBYnyp-6wy9chTD7GQPMTbAiWHF5IaSIE,2", "other contents"),
        ("acme_demo/__init__.py,,", "no digest"),
        ("acme_demo/__init__.py,md5=AAAA,1", "none of SHA-2"),
    ],
)
def test_D102_refuses_a_record_that_states_something_else(row: str, what: str) -> None:
    result = wheel.record_mismatch(built(a_wheel(record=row)))

    assert result.status is Status.FAILED
    assert what in said(result)


def test_D102_leaves_what_record_does_not_list_to_U016() -> None:
    assert wheel.record_mismatch(built(a_wheel(record=f"{INFO}/RECORD,,"))).status is Status.PASSED


@pytest.mark.parametrize("record", ["caf\udce9,,", f'"{"x" * 200_000}",,'], ids=["no UTF-8", "a field without end"])
def test_D102_leaves_a_record_that_cannot_be_read_to_U016(record: str) -> None:
    data = {**_artifact(a_wheel()).documents, f"{INFO}/RECORD": record.encode(errors="surrogateescape")}
    unreadable = replace(a_wheel(), artifact=replace(_artifact(a_wheel()), documents=data))

    assert wheel.record_mismatch(built(unreadable)).reason.startswith("RECORD cannot be read: ")


@pytest.mark.parametrize("text", ["Wheel-Version: 2.0\n", "Wheel-Version: 1\n", "Tag: py3-none-any\n"])
def test_D103_refuses_a_wheel_that_pip_does_not_know(text: str) -> None:
    assert wheel.wheel_version_unknown(built(a_wheel(WHEEL=text))).status is Status.FAILED
    assert wheel.wheel_version_unknown(GOOD).status is Status.PASSED


def test_D104_compares_the_tags_inside_and_outside() -> None:
    several = a_wheel(file=f"{TOP}-py2.py3-none-any.whl", WHEEL=WHEEL_FILE + "Tag: py2-none-any\n")
    packed = a_wheel(file=f"{TOP}-py2.py3-none-any.whl", WHEEL=WHEEL_FILE.replace("py3", "py2.py3"))
    other = a_wheel(file=f"{TOP}-py2.py3-none-any.whl")

    assert wheel.wheel_tags_disagree(built(several)).status is Status.PASSED
    assert wheel.wheel_tags_disagree(built(packed)).status is Status.PASSED
    assert wheel.wheel_tags_disagree(built(other)).status is Status.WARNED


def test_D104_tells_a_tag_that_is_none_and_has_no_word_on_a_name_that_is_none() -> None:
    odd = a_wheel(WHEEL=WHEEL_FILE + "Tag: py3\n")

    assert said(wheel.wheel_tags_disagree(built(odd))).endswith("says it is py3, py3-none-any inside")
    assert wheel.wheel_tags_disagree(built(a_wheel(file=f"{TOP}-none.whl"))).reason.startswith("U003 tells it: ")


def test_D105_warns_of_a_compiled_module_for_every_platform() -> None:
    native = a_wheel("acme_demo/_a.cpython-311-x86_64-linux-gnu.so", file=f"{TOP}-cp311-cp311-linux_x86_64.whl")

    assert wheel.compiled_for_any(built(a_wheel("acme_demo/_a.abi3.so"))).status is Status.WARNED
    assert wheel.compiled_for_any(built(native)).status is Status.PASSED
    assert wheel.compiled_for_any(built(a_wheel("acme_demo/libdata.so"))).status is Status.PASSED


def test_D106_refuses_a_wheel_without_the_package_of_the_project() -> None:
    missing = replace(GOOD, contents=Contents(packages=("src/acme_demo",)))

    assert said(wheel.package_missing(missing)) == "the wheel has nothing of src/acme_demo"
    assert wheel.package_missing(replace(GOOD, contents=None)).status is Status.SKIPPED


def test_D107_and_D108_say_where_a_file_was_lost() -> None:
    lost = (
        Lost("src/acme_demo/plugins/__init__.py", LostKind.MODULE, packed=True),
        Lost("src/acme_demo/a.json", LostKind.DATA, packed=False),
    )
    found = replace(GOOD, contents=Contents(lost=lost))

    module, data = wheel.module_left_out(found), wheel.data_left_out(found)

    assert said(module) == "the wheel lacks the module src/acme_demo/plugins/__init__.py"
    assert module.findings[0].notes == ()
    assert data.findings[0].notes == ("the sdist lacks it already, and the wheel is built from the sdist",)
    assert wheel.typed_marker_lost(found).status is Status.PASSED


def test_D109_refuses_a_lost_marker_and_D110_keeps_silent_then() -> None:
    lost = Contents(lost=(Lost("src/acme_demo/py.typed", LostKind.MARKER, packed=True),))
    promised = replace(a_wheel(), classifiers=("Typing :: Typed",))

    assert wheel.typed_marker_lost(built(promised, contents=lost)).status is Status.FAILED
    assert wheel.typed_promise_broken(built(promised, contents=lost)).status is Status.PASSED
    assert wheel.typed_promise_broken(built(promised)).status is Status.WARNED
    assert wheel.typed_promise_broken(built(replace(a_wheel("acme_demo/py.typed"), classifiers=("Typing :: Typed",)))
    ).status is Status.PASSED  # fmt: skip


def test_D111_warns_of_a_text_at_the_top() -> None:
    assert wheel.top_level_text(built(a_wheel("README.md"))).status is Status.WARNED
    assert wheel.top_level_text(built(a_wheel("acme_demo/README.md", "six.py"))).status is Status.PASSED


def test_D201_refuses_an_sdist_without_its_pyproject() -> None:
    lacking = replace(GOOD, contents=Contents(unpacked=("pyproject.toml",)))

    assert said(sdist.build_file_missing(lacking)) == "the sdist lacks pyproject.toml"
    assert sdist.build_file_missing(GOOD).status is Status.PASSED
    assert sdist.build_file_missing(replace(GOOD, contents=None)).status is Status.SKIPPED


def test_D301_tells_of_a_file_that_grew_many_times() -> None:
    large = replace(an_sdist(more=(replace(_member(f"{TOP}/docs/video.mp4"), size=9_700_000),)), size=9_800_000)
    before = Release("1.3.0", "PyPI", sizes={"sdist": 31_000, "wheel": 18_000})

    result = change.size_jump(built(sdist=large, before=before))

    assert said(result) == "the sdist grew from 31 kB to 9.8 MB since 1.3.0"
    assert "docs/video.mp4 9.7 MB" in result.findings[0].notes[0]
    assert change.size_jump(replace(GOOD, before=before)).status is Status.PASSED
    doubled = Release("1.3.0", "PyPI", sizes={"sdist": 4_900_000})
    assert change.size_jump(built(sdist=large, before=doubled)).status is Status.PASSED
    small = Release("1.3.0", "PyPI", sizes={"sdist": 1_000, "wheel": 1_000})
    assert change.size_jump(replace(GOOD, before=small)).status is Status.PASSED
    assert change.size_jump(replace(GOOD, before=Release(first=True))).status is Status.SKIPPED


def test_D302_tells_of_code_that_runs_at_every_start() -> None:
    started = a_wheel("acme.pth", "acme_demo/weights.pth")
    known = Release("1.3.0", "PyPI", "w", members=members_of(started))
    unknown = Release("1.3.0", "PyPI", "w", members=members_of(a_wheel()))

    assert (
        said(change.startup_code(built(started, before=unknown)))
        == "acme.pth runs whenever Python starts, and is new since 1.3.0"
    )
    assert change.startup_code(built(started)).status is Status.WARNED
    assert change.startup_code(built(started, before=known)).status is Status.PASSED
    assert change.startup_code(built(a_wheel("acme_demo/weights.pth"))).status is Status.PASSED


def test_D303_tells_of_names_that_are_gone() -> None:
    members = members_of(a_wheel("old_demo/__init__.py", "_private.py"))
    before = Release("1.3.0", "PyPI", "w", members=members, scripts=("old-demo",))

    result = change.import_gone(replace(GOOD, before=before))

    assert [one.message for one in result.findings] == [
        "the import old_demo is gone since 1.3.0",
        "the script old-demo is gone since 1.3.0",
    ]
    assert change.import_gone(replace(GOOD, before=Release("1.3.0", reason="too large"))).reason == "too large"


def test_the_change_is_told_without_the_version_in_names() -> None:
    then = {name.replace("1.4.0", "1.3.0"): digest for name, digest in members_of(a_wheel("acme_demo/b.py")).items()}
    now = replace(a_wheel("acme_demo/c.py", "extra.py"), entry_points={"demo": "acme_demo:main"})

    assert change_since(Release("1.3.0", "PyPI", "w", members=then), now) == Change(
        "1.3.0", ("acme_demo/c.py", "extra.py"), ("acme_demo/b.py",), (), ("extra",), (), ("demo",)
    )
    assert change_since(Release("1.3.0", "PyPI"), now) is None


def test_D202_tells_how_the_wheel_of_the_commit_differs() -> None:
    differing = Contents(
        differing=("acme_demo/a.json comes from the commit alone", "acme_demo/b.py has other contents")
    )
    lost = (Lost("src/acme_demo/a.json", LostKind.DATA, packed=False),)

    assert said(sdist.wheel_differs(replace(GOOD, contents=differing))).endswith(
        "acme_demo/a.json comes from the commit alone, acme_demo/b.py has other contents"
    )
    assert "a.json" not in said(sdist.wheel_differs(replace(GOOD, contents=replace(differing, lost=lost))))
    assert sdist.wheel_differs(replace(GOOD, contents=Contents(differing=()))).status is Status.PASSED
    assert sdist.wheel_differs(GOOD).status is Status.SKIPPED
