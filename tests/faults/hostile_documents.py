"""TOML that is none, and project files and workflows that are built to harm whoever reads them."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_VALUES = (
    "", "tru", "True", "nil", "+", "-", "01", "1__0", "_1", "1_", "0x", "0xg", "0b2", "0o8", "+0x1", "1.", ".5", "1.e5", "1e",
    "1e_5", "infinity", "NaN", "1.2.3", "'", "'a", '"', '"a', '"\\q"', '"\\u12"', '"\\ud800"', '"\\U00110000"', '"a\x01b"', "'a\x7fb'",
    '"a\nb"', "'a\nb'", '"""a', "'''a", '"""a""""""', "''''a'''''''", "[", "[1", "[1,,2]", "[,1]", "[1 2]", "[[]", "{", "{a}", "{a=1",
    "{a=1,,b=2}", "{a=1 b=2}", "{,a=1}", "{a=1, a=2}", "{a.b=1, a=2}", "1979-13-01", "1979-02-30", "1979-1-1", "1979-01-01T",
    "1979-01-01T25:00:00", "1979-01-01T00:60:00", "00:00:99", "24:00:00", "1979-01-01T00:00:00+25:00", "1 # a\x01", "a b", "#", "\\",
    "1\r2", "1\x0c", "\u00a01", "1979-01-01 T00:00:00", '"\\x1"', "0x_1", "--1", "++1", "- 1", "1e1.5",
)  # fmt: skip
_KEYS = (
    "=", "= 1", "a", "a =", "a b = 1", "a. = 1", ".a = 1", "a..b = 1", '"a = 1', "'a = 1", '"""a""" = 1', "a = 1 b = 2", "[", "[]",
    "[a", "[a]]", "[[a]", "[[a] ]", "[ [a]]", "[a..b]", "[.a]", "[a.]", "[a] b = 1", "[a]\n[a]", "[a]\nb = 1\n[a.b]", "a = 1\na = 2",
    "a = 1\na.b = 2", "a.b = 1\na = 2", "a = 1\n[a]", "a = {}\n[a]", "a = {}\na.b = 1", "a = []\n[[a]]", "[[a]]\n[a]", "[a]\n[[a]]",
    "[a.b]\n[a]\nb = 1", "a = [1]\na.b = 1", "[a]\nb.c = 1\n[a.b]", "[a.b.c]\n[a]\nb.c.d = 1", "[[a.b]]\n[a]\nb.c = 1", "é = 1", "a\n= 1",
    "a =\n1", "{} = 1", "[a]=1", "a = 1, b = 2", "\x00 = 1", "a = 1\x00", "a\rb = 1", "'a'b = 1", "a = 1 ; x", "[a;b]", "!", "a = 1 // x",
    "a: 1", "[a = 1]", "[\n]", "[a\n]", '["a]', "[[]]", "\\n = 1", "a = 1 [b]",
)  # fmt: skip


def invalid_toml() -> Iterator[bytes]:
    """Documents that no reader of TOML may take, by the grammar of TOML 1.1."""
    for value in _VALUES:
        yield f"a = {value}".encode()
    for text in _KEYS:
        yield text.encode()
    yield b"a = '\xff'"
    yield b"# \xff"
    yield b"\xef\xbb\xbfa = 1"
    yield "a = 1".encode("utf-16")
    yield b"a = '\xed\xa0\x80'"


_HEAD = '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
_PROJECT = _HEAD + '[project]\nname = "demo"\nversion = "1.0.0"\n'
_RUN = "__import__('os').system('touch pwned')"


def pyprojects() -> Iterator[tuple[str, bytes]]:
    """What is hostile, and the file."""
    nested = {"arrays": "[" * 100_000, "tables": "{a=" * 10_000, "closed arrays": "[" * 5000 + "]" * 5000}
    for what, text in nested.items():
        yield f"nested {what}", f"{_PROJECT}[tool.x]\ny = {text}\n".encode()
    yield "a key of many parts", f"{_PROJECT}[tool]\n{'.'.join('a' * 100_000)} = 1\n".encode()
    yield "a header of many parts", f"{_PROJECT}[tool.{'.'.join('a' * 100_000)}]\n".encode()
    yield "a million digits", f"{_PROJECT}[tool.x]\ny = {'9' * 900_000}\n".encode()
    yield "two megabytes", f"{_PROJECT}# {'x' * 2_000_000}\n".encode()
    yield "many tables", (_PROJECT + "".join(f"[tool.t{number}]\n" for number in range(40_000))).encode()
    for field, value in product(
        ("name", "version", "description", "readme", "license", "dynamic", "dependencies"),
        ("1", "[[]]", "{a = {b = 1}}"),
    ):
        lines = [line for line in _PROJECT.splitlines() if not line.startswith(f"{field} =")]
        yield f"{field} = {value}", ("\n".join(lines) + f"\n{field} = {value}\n").encode()
    versions = {
        "a version of many parts": "1." * 100_000 + "1",
        "a local version of many parts": "1+" + ".".join("a" * 100_000),
        "a version of many digits": "9" * 200_000,
        "a version with a bidi mark": "1.0.0\u202e",
        "a version that is a command": "$(touch pwned)",
        "a version with an escape": "\\u001b[2J1.0.0",
    }
    for what, text in versions.items():
        yield what, (_HEAD + f'[project]\nname = "demo"\nversion = "{text}"\n').encode()
    settings = {
        "hatch: code": f'[tool.hatch.version]\nsource = "code"\npath = "evil.py"\nexpression = "{_RUN}"\n',
        "hatch: a path that leaves": '[tool.hatch.version]\npath = "../../../etc/passwd"\n',
        "hatch: a pattern without end": '[tool.hatch.version]\npath = "src/demo/__init__.py"\npattern = "(a+)+$"\n',
        "setuptools: attr": '[tool.setuptools.dynamic]\nversion = {attr = "evil.version"}\n',
        "setuptools: file that leaves": '[tool.setuptools.dynamic]\nversion = {file = "/etc/passwd"}\n',
        "setuptools_scm: a command": '[tool.setuptools_scm]\ngit_describe_command = "touch pwned"\n',
        "setuptools_scm: a pattern": "[tool.setuptools_scm]\ntag_regex = '^(a|a)*$'\n",
        "pdm: a call": '[tool.pdm.version]\nsource = "call"\ngetter = "evil:version"\n',
        "poetry: a version of an object": "[tool.poetry]\nversion = {a = 1}\n",
        "tagward: a changelog that leaves": '[tool.tagward]\nchangelog = "../../../etc/passwd"\n',
        "tagward: a tag that is a pattern": '[tool.tagward]\ntag = "(v+)+{version}"\n',
        "tagward: a command": '[tool.tagward]\ncommands = ["touch pwned"]\n',
        "tagward: files that leave": '[tool.tagward]\nversion-files = ["/etc/passwd:root"]\n',
        "tagward: files without end": '[tool.tagward]\nversion-files = ["**/**/**/**/**/*:x"]\n',
        "towncrier: fragments that leave": '[tool.towncrier]\ndirectory = "../../.."\nfilename = "/etc/passwd"\n',
    }
    for what, text in settings.items():
        yield what, (_HEAD + '[project]\nname = "demo"\ndynamic = ["version"]\n' + text).encode()
    yield "a build path that leaves", _PROJECT.replace('["."]', '["../.."]').encode()
    yield "a name with an escape", _PROJECT.replace('"demo"', '"\\u001b]0;x\\u0007demo"').encode()
    yield "a name with a line feed", _PROJECT.replace('"demo"', '"demo\\n::error::x"').encode()
    yield "no UTF-8", _PROJECT.encode() + b"# \xff\n"
    yield "zeros", bytes(1000)
    yield "nothing", b""


_JOB = "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: {}\n"


def workflows() -> Iterator[tuple[str, bytes]]:
    """What is hostile, and the file."""
    bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{two}: &{two} [{','.join(f'*{one}' for _ in range(9))}]\n"
        for one, two in zip("abcdefgh", "bcdefghi", strict=True)
    )
    yield "a bomb of aliases", bomb.encode()
    step = "on: push\njobs:\n  a:\n    steps:\n    - {uses: a/b@c, run: *i, with: {x: *i}, env: {y: *i}}\n"
    yield "a bomb of aliases in a step", (bomb + step).encode()
    merged = "".join(
        f"{two}: &{two} {{<<: [{','.join(f'*{one}' for _ in range(9))}]}}\n"
        for one, two in zip("abcdefgh", "bcdefghi", strict=True)
    )
    yield "a bomb of merges", ("a: &a {x: 1}\n" + merged + "on: push\njobs: {}\n").encode()
    yield "many empty lines", b"[\n" + b"\n" * 200_000
    yield "a list that holds itself", b"on: push\njobs: &a [*a]\n"
    yield "a table that holds itself", b"on: push\njobs: &a\n  b: *a\n"
    yield "a merge of itself", b"on: push\njobs: &a\n  <<: *a\n"
    yield "nested lists", b"on: " + b"[" * 5000
    yield "nested tables", b"on: " + b"{a: " * 5000
    yield "nested by indentation", "".join(f"{' ' * depth}a:\n" for depth in range(1500)).encode()
    for tag in (
        "python/object/apply:os.system ['touch pwned']",
        "python/name:os.system",
        "python/module:os",
        "!map",
        "binary aGk=",
    ):
        yield f"the tag !!{tag[:20]}", f"on: push\njobs: !!{tag}\n".encode()
    expressions = (
        "(" * 5000,
        "!" * 5000,
        "a." * 5000 + "a",
        "'" + "x" * 200_000,
        "format('" + "{0}" * 20_000 + "', 1)",
        "1 ==" * 3000 + " 1",
    )
    for number, text in enumerate(expressions):
        yield f"expression {number}", _JOB.format("${{ " + text + " }}").encode()
        yield (
            f"condition {number}",
            f"on: push\njobs:\n  a:\n    if: {text!r}\n    runs-on: x\n    steps: []\n".encode(),
        )
    yield (
        "jobs that need each other",
        b"on: push\njobs:\n"
        + b"".join(f"  a{n}: {{runs-on: x, needs: a{(n + 1) % 500}, steps: []}}\n".encode() for n in range(500)),
    )
    yield "many jobs", b"on: push\njobs:\n" + b"".join(b"  a%d: {runs-on: x, steps: []}\n" % n for n in range(3000))
    yield (
        "a wide matrix",
        (
            "on: push\njobs:\n  a:\n    strategy: {matrix: {"
            + ", ".join(f"k{n}: [1,2,3,4,5,6,7,8,9]" for n in range(9))
            + "}}\n    runs-on: x\n    steps: []\n"
        ).encode(),
    )
    yield (
        "patterns without end",
        b"on: {push: {tags: ['" + b"*" * 300 + b"x', '(a+)+$', '[a-[a-[a-']}}\njobs: {a: {runs-on: x, steps: []}}\n",
    )
    for text in (
        "",
        "a",
        "[]",
        "1",
        "~",
        "on:",
        "on: {push: 1}",
        "jobs: 1",
        "on: push\njobs: []",
        "on: push\njobs: {a: 1}",
        "on: push\njobs: {a: {steps: {}}}",
    ):
        yield f"{text!r}", text.encode()
    yield "no UTF-8", b"on: push # \xff\n"
    yield "a byte-order mark", b"\xef\xbb\xbfon: push\n"
    yield "UTF-16", _JOB.format("x").encode("utf-16")
    yield "two documents", b"on: push\n---\non: push\n"
    yield "an escape in a name", b'on: push\nname: "\\e[2J\\x07"\njobs: {a: {runs-on: x, steps: []}}\n'
    yield "three megabytes", b"on: push\n" + b"# x\n" * 800_000
    yield "keys twice", b"on: push\non: pull_request\njobs: {a: {runs-on: x, steps: []}}\n"
    yield "a key that is a list", b"on: push\n? [a, b]\n: c\n"
    yield "a tab", b"on: push\njobs:\n\ta: 1\n"
    yield "zeros", bytes(500)
