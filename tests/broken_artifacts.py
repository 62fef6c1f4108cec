"""Artifacts that PyPI refuses, each beside its nearest neighbour that it takes."""

from __future__ import annotations

import gzip
import struct
import tarfile
import zlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import packaging
from archive_writer import (
    GONE,
    INFO,
    METADATA,
    SDIST_NAME,
    WHEEL_NAME,
    Part,
    Zip,
    changed,
    end64,
    member,
    record_of,
    sdist_bytes,
    sdist_members,
    tar_of,
    wheel_bytes,
    wheel_parts,
)
from packaging.version import Version

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

INIT = "demo/__init__.py"
ARMOR = "__py" + "armor_"
"""In two pieces, because PyPI looks through these tests as well, which our sdist holds."""
GOOD = wheel_parts()
NESTED = (
    ("U-META-CRASH", "U004") if Version(packaging.__version__) < Version("26.4") else ("U-META-REQUIRES-DIST", "U009")
)
"""`packaging` before 26.4 dies of a marker that is nested too deep; since then it refuses it."""
URL = "https://example.org"


@dataclass(frozen=True)
class Case:
    """One artifact that breaks one rule.

    Attributes:
        id: what is wrong.
        code: the check that tells it.
        broken: file name and bytes.
        neighbour: the same of what is nearly the same and taken.
    """

    id: str
    rule: str
    code: str
    broken: Callable[[], tuple[str, bytes]]
    neighbour: Callable[[], tuple[str, bytes]]


def _wheel(metadata: str) -> Callable[[], tuple[str, bytes]]:
    return lambda: (WHEEL_NAME, wheel_bytes(metadata))


def _zip(whole: Zip) -> Callable[[], tuple[str, bytes]]:
    return lambda: (WHEEL_NAME, whole.written())


def _file(name: str, data: Callable[[], bytes]) -> Callable[[], tuple[str, bytes]]:
    return lambda: (name, data())


# Metadata: (what is wrong, rule, code, lines that are refused, lines that are taken)

FIELDS = [
    ("a character in the name", "U-NAME-GRAMMAR", "U004", "Name: de!mo\n", "Name: demo\n"),
    ("a name that ends in a dot", "U-NAME-GRAMMAR", "U004", "Name: demo.\n", "Name: demo\n"),
    ("a name that is not ASCII", "U-NAME-GRAMMAR", "U004", "Name: démo\n", "Name: demo\n"),
    ("a name with an emoji", "U-NAME-GRAMMAR", "U004", "Name: demo\U0001f600\n", "Name: demo\n"),
    ("a name with a right-to-left mark", "U-NAME-GRAMMAR", "U004", "Name: demo\u202e\n", "Name: Demo\n"),
    ("no name", "U-NAME-MISSING", "U004", "Name: \n", "Name: demo\n"),
    ("an unknown name", "U-NAME-MISSING", "U004", "Name: UNKNOWN\n", "Name: demo\n"),
    ("two summaries", "U-META-REPEATED", "U004", "Summary: a\nSummary: b\n", "Summary: a\n"),
    ("two licences", "U-META-REPEATED", "U004", "License: a\nLicense: b\n", "License: a\n"),
    (
        "one label for two URLs",
        "U-META-REPEATED",
        "U004",
        f"Project-URL: a, {URL}\nProject-URL: a, {URL}/b\n",
        f"Project-URL: a, {URL}\nProject-URL: A, {URL}/b\n",
    ),
    ("a version that is none", "U-META-VERSION", "U004", "Version: one\n", "Version: 1.0\n"),
    ("no version", "U-META-VERSION", "U004", "Version: \n", "Version: 1.0\n"),
    ("metadata of the future", "U-META-MV", "U004", "Metadata-Version: 2.6\n", "Metadata-Version: 2.5\n"),
    ("metadata 2.0", "U-META-MV", "U004", "Metadata-Version: 2.0\n", "Metadata-Version: 2.1\n"),
    ("no metadata version", "U-META-MV", "U004", "Metadata-Version: \n", "Metadata-Version: 1.0\n"),
    (
        "an expression before its time",
        "U-META-FIELD-AGE",
        "U004",
        "Metadata-Version: 2.3\nLicense-Expression: MIT\n",
        "Metadata-Version: 2.4\nLicense-Expression: MIT\n",
    ),
    (
        "an extra before its time",
        "U-META-FIELD-AGE",
        "U004",
        "Metadata-Version: 1.2\nProvides-Extra: a\n",
        "Metadata-Version: 2.1\nProvides-Extra: a\n",
    ),
    (
        "a dynamic field before its time",
        "U-META-FIELD-AGE",
        "U004",
        "Metadata-Version: 2.1\nDynamic: Summary\n",
        "Metadata-Version: 2.2\nDynamic: Summary\n",
    ),
    (
        "a classifier before its time",
        "U-META-FIELD-AGE",
        "U004",
        "Metadata-Version: 1.0\nClassifier: Typing :: Typed\n",
        "Metadata-Version: 1.1\nClassifier: Typing :: Typed\n",
    ),
    ("two lines of summary", "U-META-SUMMARY-LINE", "U004", "Summary: a\n b\n", "Summary: a b\n"),
    ("a long summary", "U-META-SUMMARY-LENGTH", "U004", f"Summary: {'é' * 513}\n", f"Summary: {'é' * 512}\n"),
    ("a dynamic name", "U-META-DYNAMIC", "U004", "Dynamic: Name\n", "Dynamic: Summary\n"),
    ("a dynamic nothing", "U-META-DYNAMIC", "U004", "Dynamic: Nothing\n", "Dynamic: License-File\n"),
    ("a dynamic Dynamic", "U-META-DYNAMIC-PYPI", "U004", "Dynamic: Dynamic\n", "Dynamic: dESCRIPTION\n"),
    ("an extra with a blank", "U-META-EXTRA", "U004", "Provides-Extra: a b\n", "Provides-Extra: a_b\n"),
    ("an extra with two faults", "U-META-EXTRA", "U004", "Provides-Extra: -\n", "Provides-Extra: a-b\n"),
    ("a Python that is none", "U-META-REQUIRES-PYTHON", "U004", "Requires-Python: 3.8+\n", "Requires-Python: >=3.8\n"),
    (
        "an import that is a keyword",
        "U-META-IMPORT-NAME",
        "U004",
        "Metadata-Version: 2.5\nImport-Name: class\n",
        "Metadata-Version: 2.5\nImport-Name: klass; private\n",
    ),
    (
        "an import that is no name",
        "U-META-IMPORT-NAME",
        "U004",
        "Metadata-Version: 2.5\nImport-Namespace: a-b\n",
        "Metadata-Version: 2.5\nImport-Namespace: a.b\n",
    ),
    ("a local version", "U-META-LOCAL-VERSION", "U004", "Version: 1.0+cu121\n", "Version: 1.0\n"),
    ("a version of the wrong blanks", "O-META-ASCII", "U004", "Version: 1.0\u00a0\n", "Version: 1.0\n"),
    (
        "a summary that only newer rules refuse",
        "O-META-NEWER",
        "U019",
        "Summary: a\u2028b\n",
        "Summary: a \u2014 b\n",
    ),
    (
        "a classifier of one's own",
        "U-META-CLASSIFIER",
        "U005",
        "Classifier: My :: Own\n",
        "Classifier: Typing :: Typed\n",
    ),
    (
        "a classifier in another case",
        "U-META-CLASSIFIER",
        "U005",
        "Classifier: programming language :: python :: 3\n",
        "Classifier: Programming Language :: Python :: 3\n",
    ),
    (
        "a private classifier",
        "U-META-CLASSIFIER",
        "U005",
        "Classifier: Private :: Do Not Upload\n",
        "Classifier: Development Status :: 1 - Planning\n",
    ),
    (
        "a classifier that was replaced",
        "U-META-CLASSIFIER-OLD",
        "U005",
        "Classifier: Natural Language :: Ukranian\n",
        "Classifier: Natural Language :: Ukrainian\n",
    ),
    (
        "a licence that is no expression",
        "U-META-LICENSE-EXPR",
        "U006",
        "License-Expression: My Licence\n",
        "License-Expression: LicenseRef-My-Licence\n",
    ),
    (
        "an expression that is not closed",
        "U-META-LICENSE-EXPR",
        "U006",
        "License-Expression: (MIT OR Apache-2.0\n",
        "License-Expression: (mit or apache-2.0)\n",
    ),
    (
        "both kinds of licence",
        "U-META-LICENSE-BOTH",
        "U006",
        "License: MIT\nLicense-Expression: MIT\n",
        "License-Expression: MIT\nClassifier: License :: OSI Approved :: MIT License\n",
    ),
    (
        "a content type that is none",
        "U-META-CONTENT-TYPE",
        "U007",
        "Description-Content-Type: text/html\n",
        "Description-Content-Type: TEXT/Markdown\n",
    ),
    (
        "a content type without a slash",
        "U-META-CONTENT-TYPE",
        "U007",
        "Description-Content-Type: markdown\n",
        "Description-Content-Type: text/markdown\n",
    ),
    (
        "a charset in lower case",
        "U-META-CHARSET",
        "U007",
        "Description-Content-Type: text/markdown; charset=utf-8\n",
        "Description-Content-Type: text/markdown; charset=UTF-8\n",
    ),
    (
        "another charset",
        "U-META-CHARSET",
        "U007",
        "Description-Content-Type: text/plain; charset=latin-1\n",
        "Description-Content-Type: text/plain; charset=UTF-8\n",
    ),
    (
        "a variant that is none",
        "U-META-VARIANT",
        "U007",
        "Description-Content-Type: text/markdown; variant=gfm\n",
        "Description-Content-Type: text/markdown; variant=GFM\n",
    ),
    (
        "a content type that kills its parser",
        "U-META-CRASH",
        "U004",
        "Description-Content-Type: text/plain; x*\n",
        "Description-Content-Type: text/plain; x=y\n",
    ),
    (
        "an address without a dot",
        "U-META-EMAIL",
        "U008",
        "Author-email: a@localhost\n",
        "Author-email: a@example.org\n",
    ),
    ("an address under .local", "U-META-EMAIL", "U008", "Author-email: a@x.local\n", "Author-email: a@x.org\n"),
    ("an address with two dots", "U-META-EMAIL", "U008", "Author-email: a..b@x.org\n", "Author-email: a.b@x.org\n"),
    (
        "the address of a maintainer",
        "U-META-EMAIL",
        "U008",
        "Maintainer-email: Ann <ann@example.test>\n",
        "Maintainer-email: Foo, Bar <a@x.test>\n",
    ),
    ("a page without a scheme", "U-META-URL", "U008", "Home-page: example.org\n", f"Home-page: {URL}\n"),
    ("a page without a host and a scheme", "U-META-URL", "U008", "Home-page: //x.org\n", "Home-page: http:foo\n"),
    (
        "a download by FTP",
        "U-META-URL",
        "U008",
        "Download-URL: ftp://example.org\n",
        "Download-URL: HTTPS://x.org/a b\n",
    ),
    ("a port beyond ports", "U-META-URL", "U008", "Home-page: http://x.org:99999\n", "Home-page: http://x.org:9999\n"),
    ("a URL without a label", "U-META-PURL-LABEL", "U008", f"Project-URL: , {URL}\n", f"Project-URL: a, {URL}\n"),
    (
        "a label of 33 characters",
        "U-META-PURL-LENGTH",
        "U008",
        f"Project-URL: {'a' * 33}, {URL}\n",
        f"Project-URL: {'a' * 32}, {URL}\n",
    ),
    (
        "a label that leads nowhere",
        "U-META-PURL-EMPTY",
        "U008",
        "Project-URL: Source\n",
        f"Project-URL: Source, {URL}\n",
    ),
    (
        "a label that leads to git",
        "U-META-PURL-URL",
        "U008",
        "Project-URL: Source, git://example.org/x\n",
        "Project-URL: Source, http://example.org/x,y\n",
    ),
    (
        "a mail address as URL",
        "U-META-PURL-URL",
        "U008",
        "Project-URL: Mail, mailto:a@x.org\n",
        f"Project-URL: Mail, {URL}\n",
    ),
    ("a requirement that is none", "U-META-REQUIRES-DIST", "U009", "Requires-Dist: a b\n", "Requires-Dist: a (<2)\n"),
    (
        "a marker that is none",
        "U-META-REQUIRES-DIST",
        "U009",
        "Requires-Dist: a; python = 3\n",
        "Requires-Dist: a; python_version < '3'\n",
    ),
    (
        "a marker nested beyond reason",
        *NESTED,
        f"Requires-Dist: a; {'(' * 5000}os_name == 'x'{')' * 5000}\n",
        f"Requires-Dist: a; {'(' * 20}os_name == 'x'{')' * 20}\n",
    ),
    (
        "a dependency on a URL",
        "U-META-DIRECT-REF",
        "U009",
        "Requires-Dist: a @ git+https://example.org/a\n",
        "Requires-Dist: a==1.0\n",
    ),
    ("a replacement by a URL", "U-META-DIRECT-REF", "U009", f"Obsoletes-Dist: a @ {URL}/a\n", "Obsoletes-Dist: a\n"),
    ("a replacement that is none", "U-META-DIST-PARSE", "U009", "Provides-Dist: a b\n", "Provides-Dist: a<2\n"),
    (
        "a licence file above the folder",
        "U-META-LICENSE-FILE",
        "U006",
        "License-File: ../LICENSE\n",
        "Metadata-Version: 2.3\nLicense-File: ../LICENSE\n",
    ),
    (
        "a pattern of licence files",
        "U-META-LICENSE-FILE",
        "U006",
        "License-File: LICEN*\n",
        "Metadata-Version: 2.1\nLicense-File: LICEN*\n",
    ),
    (
        "an absolute licence file",
        "U-META-LICENSE-FILE",
        "U006",
        "License-File: /LICENSE\n",
        "Metadata-Version: 2.1\nLicense-File: /LICENSE\n",
    ),
    (
        "a licence file with a backslash",
        "U-META-LICENSE-FILE",
        "U006",
        "License-File: a\\LICENSE\n",
        "Metadata-Version: 2.1\nLicense-File: a\\LICENSE\n",
    ),
    (
        "a licence file that is not there",
        "U-WHEEL-LICENSE-FILE",
        "U006",
        "License-File: LICENSE\n",
        "Metadata-Version: 2.2\nLicense-File: LICENSE\n",
    ),
]
"""A line of a field that the base has replaces that line; every other line is added."""

_QUOTES = "\n\n".join(" " * depth + "x" for depth in range(400))
DESCRIPTIONS = [
    ("an unknown role", "U-DESC-RST", "text/x-rst", ":doc:`x`", "``x``"),
    ("an unknown directive", "U-DESC-RST", "text/x-rst", ".. nothing::\n\n   x", ".. code-block:: nothing\n\n   x"),
    ("a substitution that is not defined", "U-DESC-RST", "text/x-rst", "|x|", "|x|\n\n.. |x| replace:: y\n"),
    ("a reference to nothing", "U-DESC-RST", "text/x-rst", "see text_", "see text\\_"),
    ("emphasis that does not end", "U-DESC-RST", "text/x-rst", "a *b", "a *b*"),
    ("an empty note", "U-DESC-RST", "text/x-rst", ".. note::\n", ".. note:: x\n"),
    ("a file to include", "U-DESC-RST", "text/x-rst", "x\n\n.. include:: a.txt\n", "x\n\n.. image:: a.png\n"),
    ("raw HTML", "U-DESC-RST", "text/x-rst", ".. raw:: html\n\n   <b>x</b>", ".. container:: html\n\n   x"),
    ("nothing but a title", "U-DESC-RST", "text/x-rst", "Title\n=====\n", "Title\n=====\n\nText\n"),
    ("nothing but a comment", "U-DESC-RST", "text/x-rst", ".. nothing", "x\n\n.. nothing"),
    ("quotes in quotes", "U-DESC-CRASH", "text/x-rst", _QUOTES, "x\n\n x\n\n  x"),
    ("Markdown without its type", "U-DESC-DEFAULT", "", "# Title\n\n```python\nx = `1`\n*a\n", "Title\n\n*a*\n"),
    ("Markdown of blanks", "U-DESC-MD-EMPTY", "text/markdown", "\n \n\n", "\n.\n"),
    ("Markdown of link definitions", "U-DESC-MD-EMPTY", "text/markdown", f"[a]: {URL}\n", f"[a]\n\n[a]: {URL}\n"),
]
"""What is wrong, rule, content type, text that is refused, text that is taken."""

PLATFORMS = [
    ("linux_x86_64", "manylinux2014_x86_64"),
    ("linux_i686", "linux_armv7l"),
    ("linux_aarch64", "manylinux_2_17_aarch64"),
    ("manylinux1_aarch64", "manylinux1_i686"),
    ("manylinux2010_s390x", "manylinux2010_x86_64"),
    ("manylinux2014_riscv64", "manylinux2014_ppc64le"),
    ("manylinux_2_17_mips64", "manylinux_2_17_ppc64"),
    ("musllinux_1_1_ppc64", "musllinux_1_1_riscv64"),
    ("macosx_11_3_arm64", "macosx_11_0_arm64"),
    ("macosx_16_0_arm64", "macosx_26_0_arm64"),
    ("macosx_27_0_arm64", "macosx_15_0_universal2"),
    ("macosx_10_9_sparc", "macosx_10_9_intel"),
    ("win_arm", "win_arm64"),
    ("win64", "win32"),
    ("freebsd_13_0_amd64", "win_ia64"),
    ("ios_13_0_armv7_iphoneos", "ios_13_0_arm64_iphoneos"),
    ("android_21_mips", "android_21_arm64_v8a"),
    ("emscripten_3_1_58_wasm32", "pyemscripten_2026_0_wasm32"),
    ("manylinux2014_x86_64.linux_x86_64", "manylinux2014_x86_64.manylinux_2_17_x86_64"),
]


def _field_cases() -> Iterator[Case]:
    for what, rule, code, broken, good in FIELDS:
        yield Case(what, rule, code, _wheel(_with(broken)), _wheel(_with(good)))


def _with(lines: str) -> str:
    """The base metadata with other lines."""
    own = {line.partition(":")[0] for line in lines.splitlines()}
    kept = [line for line in METADATA.splitlines() if line.partition(":")[0] not in own]
    return "\n".join(kept) + "\n" + lines


def _description_cases() -> Iterator[Case]:
    for what, rule, kind, broken, good in DESCRIPTIONS:
        head = METADATA + (f"Description-Content-Type: {kind}\n" if kind else "") + "\n"
        yield Case(what, rule, "U007", _wheel(head + broken), _wheel(head + good))


def _name_cases() -> Iterator[Case]:
    for broken, good in PLATFORMS:
        yield Case(
            f"a wheel for {broken}",
            "U-WHEEL-PLATFORM",
            "U018",
            _file(f"demo-1.0-cp311-cp311-{broken}.whl", wheel_bytes),
            _file(f"demo-1.0-cp311-cp311-{good}.whl", wheel_bytes),
        )
    good_wheel, good_sdist = _file(WHEEL_NAME, wheel_bytes), _file(SDIST_NAME, sdist_bytes)
    wheels = [
        ("a control character in the name", "U-FILE-CTRL", "U003", "demo\x7f-1.0-py3-none-any.whl"),
        ("a backslash in the name", "U-FILE-SLASH", "U003", "demo\\-1.0-py3-none-any.whl"),
        ("an egg", "U-FILE-EXT", "U003", "demo-1.0-py3.11.egg"),
        ("an extension in capitals", "U-FILE-EXT-TYPE", "U003", "demo-1.0-py3-none-any.WHL"),
        ("two parts of a name", "U-ARCH-WHEEL-PARTS", "B003", "demo-1.0.whl"),
        ("four parts of a name", "U-WHEEL-NAME-PARSE", "B003", "demo-1.0-py3-none.whl"),
        ("a version that is none in the name", "U-WHEEL-NAME-PARSE", "B003", "demo-one-py3-none-any.whl"),
        ("a build tag without a digit", "U-WHEEL-NAME-PARSE", "B003", "demo-1.0-b1-py3-none-any.whl"),
        ("two underscores in the name", "U-WHEEL-NAME-PARSE", "B003", "de__mo-1.0-py3-none-any.whl"),
        ("the name of another project", "U-WHEEL-NAME-PROJECT", "M101", "omed-1.0-py3-none-any.whl"),
        ("another version in the name", "U-WHEEL-VERSION", "V101", "demo-1.1-py3-none-any.whl"),
        ("another spelling of dist-info", "U-ARCH-WHEEL-FILE", "U015", "demo-1.0.0-py3-none-any.whl"),
        ("METADATA where nobody looks", "U-WHEEL-METADATA", "U015", "demo-1.0.0-py3-none-any.whl"),
        ("RECORD where nobody looks", "U-WHEEL-RECORD", "U016", "demo-1.0.0-py3-none-any.whl"),
    ]
    for what, rule, code, name in wheels:
        yield Case(what, rule, code, _file(name, wheel_bytes), good_wheel)
    upper = METADATA.replace("demo", "Demo.Pkg")
    info = "Demo.Pkg-1.0.dist-info"
    yield Case(
        "a name that is not normalised",
        "U-WHEEL-NAME",
        "U003",
        _file("Demo.Pkg-1.0-py3-none-any.whl", Zip(wheel_parts(upper, info=info)).written),
        _file("demo_pkg-1.0-py3-none-any.whl", Zip(wheel_parts(upper, info="demo_pkg-1.0.dist-info")).written),
    )
    long = "d" * (247 - len("-1.0-py3-none-any.whl"))
    yield Case(
        "a name without room for .metadata",
        "U-WHEEL-NAME-LENGTH",
        "U003",
        _file(f"{long}-1.0-py3-none-any.whl", _long(long)),
        _file(f"{long[:-1]}-1.0-py3-none-any.whl", _long(long[:-1])),
    )
    sdists = [
        ("a plain tar by name", "U-FILE-EXT", "U003", "demo-1.0.tar"),
        ("a tgz", "U-FILE-EXT", "U003", "demo-1.0.tgz"),
        ("a tar.bz2", "U-FILE-EXT", "U003", "demo-1.0.tar.bz2"),
        ("an sdist in capitals", "U-FILE-EXT-TYPE", "U003", "demo-1.0.TAR.GZ"),
        ("no version in the name of an sdist", "U-SDIST-NAME-PARSE", "B003", "demo.tar.gz"),
        ("a version that is none in an sdist", "U-SDIST-NAME-PARSE", "B003", "demo-one.tar.gz"),
        ("an sdist of another project", "U-SDIST-NAME-PROJECT", "M101", "omed-1.0.tar.gz"),
        ("an sdist with a longer version", "U-SDIST-NAME", "U003", "demo-1.0.0.tar.gz"),
        ("an sdist with a capital", "U-SDIST-NAME", "U003", "Demo-1.0.tar.gz"),
    ]
    for what, rule, code, name in sdists:
        yield Case(what, rule, code, _file(name, sdist_bytes), good_sdist)
    dashed = METADATA.replace("demo", "demo-pkg")
    yield Case(
        "a dash in the name of an sdist",
        "U-SDIST-NAME",
        "U003",
        _file("demo-pkg-1.0.tar.gz", lambda: sdist_bytes(dashed)),
        _file("demo_pkg-1.0.tar.gz", lambda: sdist_bytes(dashed)),
    )
    post = METADATA.replace("1.0", "1.0.post1")
    yield Case(
        "a dash in the version of an sdist",
        "U-SDIST-NAME",
        "U003",
        _file("demo-1.0-1.tar.gz", lambda: sdist_bytes(post)),
        _file("demo-1.0.post1.tar.gz", lambda: sdist_bytes(post)),
    )
    zipped = Zip((Part(b"demo-1.0/PKG-INFO", METADATA.encode()), Part(b"demo-1.0/a.py")))
    yield Case("an sdist that is a zip", "U-SDIST-NAME", "U003", _file("demo-1.0.zip", zipped.written), good_sdist)


def _long(name: str) -> Callable[[], bytes]:
    return lambda: Zip(wheel_parts(METADATA.replace("demo", name), info=f"{name}-1.0.dist-info")).written()


def _content_cases() -> Iterator[Case]:
    record = f"{INFO}/RECORD"
    points = f"{INFO}/entry_points.txt"
    listed = record_of([INIT, f"{INFO}/METADATA", f"{INFO}/WHEEL"])

    def case(what: str, rule: str, code: str, broken: dict[str, str | bytes], taken: dict[str, str | bytes]) -> Case:
        return Case(
            what,
            rule,
            code,
            _file(WHEEL_NAME, lambda: wheel_bytes(METADATA, broken)),
            _file(WHEEL_NAME, lambda: wheel_bytes(METADATA, taken)),
        )

    yield case("no RECORD", "U-WHEEL-RECORD", "U016", {record: GONE}, {record: listed})
    yield case("a RECORD in Latin-1", "U-WHEEL-RECORD", "U016", {record: b"\xe9,,\n"}, {record: listed})
    yield case("a field beyond CSV", "U-WHEEL-RECORD", "U016", {record: "x" * 200_000}, {record: listed})
    yield case("an empty line in RECORD", "U-WHEEL-RECORD-BLANK", "U016", {record: listed + "\n"}, {record: listed})
    yield case(
        "a RECORD without itself", "U-WHEEL-RECORD-SET", "U016", {record: listed.replace(record, "x")}, {record: listed}
    )
    yield case(
        "a file that RECORD does not list",
        "U-WHEEL-RECORD-SET",
        "U016",
        {"demo/b.py": "", record: listed},
        {"demo/b.py": "", record: listed + "demo\\b.py,,\n"},
    )
    yield case(
        "a file that RECORD invents",
        "U-WHEEL-RECORD-SET",
        "U016",
        {record: listed + "demo/b.py,,\n"},
        {f"{INFO}/RECORD.jws": "", record: listed},
    )
    yield case("no WHEEL", "U-ARCH-WHEEL-FILE", "U015", {f"{INFO}/WHEEL": GONE}, {})
    scripts = "[console_scripts]\ndemo = demo:main\n"
    for what, code, broken, taken in (
        (
            "a script with a slash",
            "U017",
            scripts.replace("demo =", "../demo ="),
            scripts.replace("demo =", "d.e-m_o ="),
        ),
        ("a window with a blank", "U017", "[gui_scripts]\na b = x:y\n", "[other]\na b = x:y\n"),
        ("a name in all groups", "U017", scripts + "[DEFAULT]\na/b = x\n", scripts + "[DEFAULT]\na = x\n"),
        ("no section", "B003", "demo = demo:main\n", scripts),
        ("a key without a value", "B003", scripts + "other\n", scripts + "other =\n"),
        ("a script twice", "U017", scripts + "demo = demo:other\n", scripts + "Demo = demo:other\n"),
        ("a group twice", "U017", scripts + "[console_scripts]\n", scripts + "[x]\n"),
        ("a colon in place of =", "B003", scripts.replace(" =", ":"), scripts),
    ):
        yield case(f"entry points: {what}", "U-WHEEL-ENTRY-POINTS", code, {points: broken}, {points: taken})
    for what, data in (("Latin-1", b"[x]\na = \xe9\n"), ("a byte-order mark", b"\xef\xbb\xbf" + scripts.encode())):
        yield case(f"entry points: {what}", "U-WHEEL-ENTRY-POINTS", "B003", {points: data}, {points: scripts})
    for mark in (f"{ARMOR}_(__name__, __file__,", f"{ARMOR}enter__", f"{ARMOR}exit__", f"{ARMOR}assert__"):
        yield case(f"source with {mark}", "U-ARCH-OBFUSCATED", "U014", {"demo/a.py": mark}, {"demo/a.txt": mark})
    pye = "---BEGIN{0}\nx\n---END{0}\n".format(" PYE" + " FILE---")
    yield case("SourceDefender", "U-ARCH-OBFUSCATED", "U014", {"demo/a.PYE": pye}, {"demo/a.pye": pye[:30]})
    yield Case(
        "an sdist with PyArmor",
        "U-ARCH-OBFUSCATED",
        "U014",
        _file(SDIST_NAME, lambda: sdist_bytes(METADATA, {"demo-1.0/a.py": f"{ARMOR}bcc__"})),
        _file(SDIST_NAME, lambda: sdist_bytes(METADATA, {"demo-1.0/a.pyc": f"{ARMOR}bcc__"})),
    )
    yield Case(
        "a licence file that an sdist lacks",
        "U-SDIST-LICENSE-FILE",
        "U006",
        _file(SDIST_NAME, lambda: sdist_bytes(METADATA + "License-File: LICENSE\n")),
        _file(SDIST_NAME, lambda: sdist_bytes(METADATA + "License-File: LICENSE\n", {"demo-1.0/LICENSE": "x"})),
    )
    licensed = METADATA + "License-File: LICENSE\n"
    yield Case(
        "a licence file in the wrong folder",
        "U-WHEEL-LICENSE-FILE",
        "U006",
        _file(WHEEL_NAME, lambda: wheel_bytes(licensed, {f"{INFO}/LICENSE": "x"})),
        _file(WHEEL_NAME, lambda: wheel_bytes(licensed, {f"{INFO}/licenses/LICENSE": "x"})),
    )


def _archive_cases() -> Iterator[Case]:
    good = _zip(Zip(GOOD))
    tar_block = tar_of(sdist_members())[:1024]
    zeros = b"\0" * (65 << 20)

    def case(what: str, rule: str, code: str, broken: Zip, taken: Zip | None = None) -> Case:
        return Case(what, rule, code, _zip(broken), _zip(taken) if taken else good)

    yield Case("no zip", "U-ARCH-NOT-ZIP", "B003", _file(WHEEL_NAME, lambda: b"PK, but not really"), good)
    yield Case("an empty file", "U-ARCH-NOT-ZIP", "B003", _file(WHEEL_NAME, bytes), good)
    yield Case("a zip cut off", "U-ARCH-NOT-ZIP", "B003", _file(WHEEL_NAME, lambda: wheel_bytes()[:-30]), good)
    yield case("a tar and a zip", "U-ARCH-POLYGLOT", "U011", Zip(GOOD, prefix=tar_block))
    bomb = (*GOOD, Part(b"demo/zeros.bin", zeros))
    yield case("a bomb", "U-ARCH-RATIO", "B003", Zip(bomb), _listing(Zip(_stored_too(bomb))))
    yield case("bzip2 in a wheel", "U-ARCH-METHOD", "U011", Zip(changed(GOOD, INIT, method=12, packed=b"BZh")))
    yield case("deflate64 in a wheel", "U-ARCH-METHOD", "U011", Zip(changed(GOOD, INIT, method=9)))
    yield case("a wrong checksum", "U-ARCH-BAD-ZIP", "U011", Zip(changed(GOOD, INIT, checksum=1)))
    yield case("an encrypted member", "U-ARCH-CRASH", "U011", Zip(changed(GOOD, INIT, flags=1)))
    broken = changed(GOOD, INIT, packed=b"\xff\xff\xff\xff")
    yield case("a stream that is none", "U-ARCH-CRASH", "U011", Zip(broken))
    yield case(
        "a format of the future",
        "U-ARCH-CRASH",
        "B003",
        Zip(changed(GOOD, INIT, version=64)),
        Zip(changed(GOOD, INIT, version=63)),
    )
    data = (*GOOD[:-1], Part(b"demo/data.bin", b"abc"), replace(GOOD[-1], data=GOOD[-1].data + b"demo/data.bin,,\n"))
    yield case(
        "data that nobody reads at PyPI", "O-UNREAD", "U011", Zip(changed(data, "demo/data.bin", checksum=1)), Zip(data)
    )
    extra = struct.pack("<HHB", 0x7075, 1, 1)
    yield case("a Unicode path cut off", "U-ARCH-BAD-ZIP", "B003", Zip(changed(GOOD, INIT, extra=extra)))
    over = struct.pack("<HH", 9, 9)
    yield case("an extra field cut off", "U-ARCH-BAD-ZIP", "B003", Zip(changed(GOOD, INIT, extra=over)))
    yield case("a locator without its record", "U-ARCH-BAD-ZIP", "B003", Zip(GOOD, wide={"at": 5}), Zip(GOOD, wide={}))
    yield case("disks in a locator", "U-ARCH-BAD-ZIP", "B003", Zip(GOOD, wide={"size": 1}), Zip(GOOD, wide={}))


def _stored_too(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """With as much that does not shrink as keeps the whole above a fiftieth."""
    noise = b"".join(zlib.crc32(struct.pack("<L", number)).to_bytes(4, "little") for number in range(400_000))
    return (*parts, Part(b"demo/noise.bin", noise, method=0))


def _listing(whole: Zip) -> Zip:
    """With a RECORD that lists all members."""
    names = [part.name.decode() for part in whole.parts if not part.name.endswith(b"/RECORD")]
    record = Part(f"{INFO}/RECORD".encode(), record_of(names).encode())
    return replace(whole, parts=(*(part for part in whole.parts if not part.name.endswith(b"/RECORD")), record))


def _framing_cases() -> Iterator[Case]:
    good = Zip(GOOD)
    first = GOOD[0]
    wide = struct.pack("<HHQQ", 1, 16, len(first.data), len(first.stream()))

    def case(what: str, rule: str, broken: Zip, taken: Zip = good) -> Case:
        return Case(what, rule, "U012", _zip(broken), _zip(taken))

    def one(**more: object) -> Zip:
        return Zip(changed(GOOD, INIT, **more))

    yield case("bytes in front", "U-ZIP-UNKNOWN", Zip(GOOD, prefix=b"#!python\n"))
    yield case("a gap", "U-ZIP-UNKNOWN", Zip(GOOD, before_directory=b"gap!"))
    yield case("a data descriptor record", "U-ZIP-UNKNOWN", Zip(GOOD, before_directory=b"PK\7\x08" + b"\0" * 12))
    yield case("bytes behind", "U-ZIP-TRAILING", Zip(GOOD, trailing=b"\n"), Zip(GOOD, comment=b"a comment"))
    yield case(
        "a zip behind a comment", "U-ZIP-TRAILING", Zip(GOOD, comment=b"a", trailing=b"bc"), Zip(GOOD, comment=b"abc")
    )
    long = (1 << 20, 1 << 20)
    yield case("a member beyond the end", "U-ZIP-MALFORMED", one(method=0, sizes=long))
    control = changed(GOOD, INIT, name=b"demo/\x01.py")
    yield case(
        "a control character in a name",
        "U-ZIP-NAME-CHARS",
        Zip(control),
        _listing(Zip(changed(GOOD, INIT, name=b"demo/a b.py"))),
    )
    yield case("DEL in a name", "U-ZIP-NAME-CHARS", one(local_name=b"demo/\x7f.py"))
    yield case("NUL in a name", "U-ZIP-NAME-CHARS", one(name=b"demo/a.py\0.txt"))
    yield case("a name in the directory alone", "U-ZIP-CD-CHARS", Zip((*GOOD, Part(b"a\tb", in_front=False))))
    yield case(
        "half an extra field",
        "U-ZIP-EXTRA-SHAPE",
        one(local_extra=b"abc"),
        one(local_extra=struct.pack("<HHL", 9, 4, 0)),
    )
    yield case("an extra field that runs over", "U-ZIP-EXTRA-SHAPE", one(local_extra=struct.pack("<HHB", 9, 4, 0)))
    twice = struct.pack("<HH", 9, 0) * 2
    yield case("ZIP64 twice", "U-ZIP-EXTRA-TWICE", one(local_extra=wide * 2), one(local_extra=twice))
    path = struct.pack("<HHBL", 0x7075, 9, 1, 0) + b"demo"
    yield case("a Unicode path twice", "U-ZIP-EXTRA-TWICE", one(local_extra=path * 2), one(local_extra=path))
    yield case(
        "ZIP64 of 12 bytes", "U-ZIP-EXTRA-64", one(local_extra=struct.pack("<HHQL", 1, 12, 0, 0)), one(local_extra=wide)
    )
    full = (0xFFFFFFFF, 0xFFFFFFFF)
    yield case(
        "ZIP64 of nothing",
        "U-ZIP-EXTRA-64",
        one(local_extra=struct.pack("<HH", 1, 0), local_sizes=full),
        one(local_extra=struct.pack("<HH", 1, 0)),
    )
    eight = struct.pack("<HHQ", 1, 8, len(first.data))
    yield case("ZIP64 of one size", "U-ZIP-EXTRA-64", one(local_extra=eight), one(local_extra=eight, method=0))
    yield case(
        "a control character in a Unicode path",
        "U-ZIP-EXTRA-UTF8",
        one(local_extra=path[:-1] + b"\n"),
        one(local_extra=path),
    )
    yield case(
        "a Unicode path that is none", "U-ZIP-EXTRA-UTF8", one(local_extra=path[:-1] + b"\xff"), one(local_extra=path)
    )
    yield case("a data descriptor", "U-ZIP-DESCRIPTOR", one(flags=8), one(flags=4))
    yield case("a name that is no UTF-8", "U-ZIP-NAME-UTF8", one(local_name=b"demo/\xff.py"))
    latin = "demo/é.py".encode()
    plain, marked = (Zip(changed(GOOD, INIT, name=latin, flags=flags)) for flags in (0, 0x800))
    yield case("UTF-8 without its mark", "U-ZIP-NOT-IN-CD", plain, _listing(marked))
    yield case("a member that is not listed", "U-ZIP-NOT-IN-CD", Zip((*GOOD, Part(b"hidden.py", listed=False))))
    yield case("another compressed size", "U-ZIP-SIZE", one(local_sizes=(1, len(first.data))))
    yield case("another size", "U-ZIP-SIZE", one(local_sizes=(len(first.stream()), 1)))
    yield case(
        "another size in ZIP64",
        "U-ZIP-SIZE",
        one(local_extra=struct.pack("<HHQQ", 1, 16, 1, len(first.stream())), local_sizes=full),
        one(local_extra=wide, local_sizes=full),
    )


def _directory_cases() -> Iterator[Case]:
    good = Zip(GOOD)
    first = GOOD[0]

    def case(what: str, rule: str, broken: Zip, taken: Zip = good) -> Case:
        return Case(what, rule, "U012", _zip(broken), _zip(taken))

    def one(**more: object) -> Zip:
        return Zip(changed(GOOD, INIT, **more))

    same = replace(first, listed=False)
    yield case("a member twice", "U-ZIP-LFH-TWICE", Zip((same, *GOOD)))
    yield case("a comment on a member", "U-ZIP-COMMENT", one(comment=b"hello"))
    yield case("a member listed twice", "U-ZIP-CD-TWICE", Zip((*GOOD, replace(first, in_front=False))))
    yield case("a member that is listed only", "U-ZIP-NOT-LOCAL", Zip((*GOOD, Part(b"ghost.py", in_front=False))))
    yield case("disks in ZIP64", "U-ZIP-EOCD64", Zip(GOOD, before_directory=end64(disks=1)), Zip(GOOD, wide={}))
    yield case(
        "data in the ZIP64 end", "U-ZIP-EOCD64", Zip(GOOD, before_directory=end64(length=50)), Zip(GOOD, wide={})
    )
    yield case("a ZIP64 end without locator", "U-ZIP-LOCATOR", Zip(GOOD, before_directory=end64()), Zip(GOOD, wide={}))
    yield case("disks in the end record", "U-ZIP-EOCD-DISKS", Zip(GOOD, end={"disks": 7}))
    yield case("another count", "U-ZIP-COUNT", Zip(GOOD, end={"count": 7, "disks": 7}))
    yield case("another offset", "U-ZIP-OFFSET", Zip(GOOD, end={"offset": 7}))
    yield case("a header elsewhere", "O-ZIP-OFFSET", _decoy(), good)
    renamed = struct.pack("<HHBL", 0x7075, 14, 1, zlib.crc32(INIT.encode())) + b"setup.pyx"
    kept = struct.pack("<HHBL", 0x7075, 5 + len(INIT), 1, zlib.crc32(INIT.encode())) + INIT.encode()
    yield case(
        "a second name in an extra field",
        "O-ZIP-UNICODE-PATH",
        one(extra=renamed, local_extra=b""),
        one(extra=kept, local_extra=b""),
    )


def _decoy() -> Zip:
    """The directory leads to a header of the same name in the content of another member."""
    hidden = Part(INIT.encode(), b'"""Another."""\n', method=0)
    parts = _listing(Zip((Part(b"demo/a.bin", hidden.local(), method=0), *GOOD))).parts
    at = 30 + len(b"demo/a.bin")
    return Zip(changed(parts, INIT, method=0, data=b'"""Another."""\n', offset=at))


def _tar_cases() -> Iterator[Case]:
    good = _file(SDIST_NAME, sdist_bytes)
    whole = tar_of(sdist_members())
    packed = sdist_bytes()

    def case(what: str, rule: str, code: str, data: Callable[[], bytes]) -> Case:
        return Case(what, rule, code, _file(SDIST_NAME, data), good)

    def tarred(*members: tuple[tarfile.TarInfo, bytes], form: int = tarfile.PAX_FORMAT) -> Callable[[], bytes]:
        return lambda: gzip.compress(tar_of(list(members), form), mtime=0)

    own = sdist_members()
    yield case("no tar", "U-TAR-NOT-TAR", "B003", lambda: b"no tar")
    yield case("an empty sdist", "U-TAR-NOT-TAR", "B003", bytes)
    yield case("gzip of something else", "U-TAR-NOT-TAR", "B003", lambda: gzip.compress(b"no tar" * 100))
    yield case("a tar that is not compressed", "U-TAR-STREAM", "B003", lambda: whole)
    yield case("an sdist cut off", "U-TAR-STREAM", "B003", lambda: packed[: len(packed) // 2])
    yield case("a wrong checksum of gzip", "U-TAR-STREAM", "B003", lambda: packed[:-8] + b"\0" * 8)
    negative = member("demo-1.0/x")
    negative.size = -512
    block = negative.tobuf(tarfile.GNU_FORMAT)
    yield case("a negative size", "U-TAR-STREAM", "B003", lambda: gzip.compress(whole[:1536] + block + b"\0" * 1024))
    yield case("no member", "U-TAR-TOP", "B003", lambda: gzip.compress(b"\0" * 10240))
    yield case("two folders", "U-TAR-TOP", "U013", tarred(*own, (member("other/x"), b"")))
    yield case("PKG-INFO at the top", "U-TAR-TOP", "B003", tarred((member("PKG-INFO"), b""), (member("x"), b"")))
    yield case("absolute and relative names", "U-TAR-MIXED", "U013", tarred(*own, (member("/etc/x"), b"")))
    yield case("no PKG-INFO", "U-TAR-PKG-INFO", "B003", tarred((member("demo-1.0/x"), b"")))
    dotted = [(member(f"./{info.name}"), data) for info, data in own]
    yield case("a dot in front of PKG-INFO", "U-TAR-PKG-INFO", "B003", tarred(*dotted))
    folder = member("demo-1.0/PKG-INFO", tarfile.DIRTYPE)
    yield case("a folder PKG-INFO", "O-PKG-INFO", "B003", tarred((folder, b""), (member("demo-1.0/x"), b"")))
    link = member("demo-1.0/PKG-INFO", tarfile.SYMTYPE, "x")
    yield case("a link PKG-INFO", "O-PKG-INFO", "B003", tarred((link, b""), (member("demo-1.0/x"), b"")))
    sparse = member("demo-1.0/holes")
    sparse.pax_headers = {
        "GNU.sparse.major": "0",
        "GNU.sparse.minor": "1",
        "GNU.sparse.map": "0,1",
        "GNU.sparse.size": "9",
    }
    yield case("a sparse file", "U-TAR-SPARSE", "U013", tarred(*own, (sparse, b"x")))
    old = member("demo-1.0/holes", tarfile.GNUTYPE_SPARSE)
    yield case("an old sparse file", "U-TAR-SPARSE", "U013", tarred(*own, (old, b""), form=tarfile.GNU_FORMAT))
    yield case("a tar behind the tar", "O-TAR-END", "U013", lambda: gzip.compress(whole + whole))
    header = bytearray(tar_of([*own, (member("demo-1.0/x"), b"")]))
    header[1536 + 3] ^= 1
    yield case("a header with a wrong checksum", "O-TAR-END", "U013", lambda: gzip.compress(bytes(header)))


def _all() -> Iterator[Case]:
    yield from _field_cases()
    yield from _description_cases()
    yield from _name_cases()
    yield from _content_cases()
    yield from _archive_cases()
    yield from _framing_cases()
    yield from _directory_cases()
    yield from _tar_cases()


CASES = tuple(_all())
