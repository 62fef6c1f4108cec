"""Bad input never raises and never hangs: it is a reason, a fault, or nothing."""

from __future__ import annotations

import time

import pytest
from paper_tree import PaperTree, pyproject

from tagward.model.prediction import TagAtCommit
from tagward.sources import find_changelog, find_mentions, survey
from tagward.sources.files import Faulty, File
from tagward.sources.formats import parse_json, parse_yaml
from tagward.sources.metadata import read_metadata
from tagward.sources.precommit import hook_version
from tagward.sources.prediction import predict

DYNAMIC = ("[project]", 'name = "demo"', 'dynamic = ["version"]')
FILES = [
    "pyproject.toml",
    "hatch.toml",
    "setup.cfg",
    "setup.py",
    "src/demo/__init__.py",
    "Cargo.toml",
    "Cargo.lock",
    "meson.build",
    "package.json",
    "CITATION.cff",
    "docs/conf.py",
    ".bumpversion.cfg",
    "tbump.toml",
    "meta.yaml",
    "uv.lock",
    "CHANGELOG.md",
    "README.md",
    "server.json",
]
CONTENTS: dict[str, str | bytes | None] = {
    "empty": "",
    "nul": b"\0\0\0",
    "utf-16": "version = '1'".encode("utf-16"),
    "byte-order-mark": b"\xef\xbb\xbfversion = '1'",
    "latin-1": "é = 1".encode("latin-1"),
    "binary": bytes(range(256)) * 20,
    "symlink-out": None,
    "nested": "[" * 20_000,
    "nested-parentheses": "x = " + "(" * 100_000,
    "nested-objects": '{"a":' * 50_000,
    "nested-mappings": "a: {" * 20_000,
    "million-digits": "version = " + "9" * 100_000,
    "long-literal": 'version = "' + "1" * 5_000_000 + '"',
    "long-name": "a." * 100_000 + "b = 1",
    "lone-returns": "a = 1\rversion = '1.2.3'\r",
    "unknown-encoding": "# coding: no-such\n__version__ = '1'",
    "alias-bomb": "a: &a [x]\nb: &b [*a, *a]\nc: [*b, *b]\nversion: *a\n",
    "many-operators": "x = " + "-" * 50_000 + "1",
    "many-sums": "x = 1" + "+1" * 50_000,
    "wrong-types": "project = 1\ntool = []\n",
    "wrong-json": '{"name": [], "version": {}, "packages": [1, null], ".": 7}',
    "spaces": "version =" + " " * 200_000 + "\n",
    "headings": "=\n" * 100_000,
    "surrogate": b"version: \xed\xa0\x80",
}


@pytest.mark.parametrize("content", CONTENTS.values(), ids=CONTENTS)
def test_any_file_may_hold_anything(content: str | bytes | None) -> None:
    begun = time.monotonic()

    for path in FILES:
        toml = (
            {} if path == "pyproject.toml" else {"pyproject.toml": pyproject(*DYNAMIC, backend="setuptools.build_meta")}
        )
        files = PaperTree({**toml, path: content})
        assert survey(files).source.declaration is None or path in {"setup.cfg", "setup.py"}
        find_changelog(files)
        find_mentions(files, "1.2.3")

    assert time.monotonic() - begun < 20


TABLES = [
    "project",
    "project.version",
    "project.dynamic",
    "project.name",
    "build-system",
    "build-system.requires",
    "build-system.build-backend",
    "tool",
    "tool.hatch",
    "tool.hatch.version",
    "tool.hatch.version.path",
    "tool.hatch.version.pattern",
    "tool.hatch.build",
    "tool.hatch.build.targets",
    "tool.hatch.build.targets.wheel.packages",
    "tool.setuptools.dynamic.version",
    "tool.setuptools.packages",
    "tool.setuptools.package-dir",
    "tool.setuptools_scm",
    "tool.setuptools_scm.tag",
    "tool.poetry.version",
    "tool.poetry.packages",
    "tool.poetry-dynamic-versioning",
    "tool.pdm.version",
    "tool.flit.module",
    "tool.maturin.manifest-path",
    "tool.scikit-build.metadata.version",
    "tool.scikit-build.generate",
    "tool.uv.build-backend",
    "tool.uv-dynamic-versioning.from-file",
    "tool.versioningit",
    "tool.towncrier",
    "tool.commitizen",
    "tool.bumpversion",
]
BACKENDS = ["hatchling.build", "setuptools.build_meta", "poetry.core.masonry.api", "flit_core.buildapi", "pdm.backend"]
BACKENDS += ["maturin", "scikit_build_core.build", "mesonpy", "uv_build", "pbr.build", "odd"]


@pytest.mark.parametrize("key", TABLES)
@pytest.mark.parametrize("value", ["1", "[]", "{}", "[[1]]", "''", "true", "1979-05-27", "[{}]"])
def test_any_setting_may_be_of_a_wrong_type(key: str, value: str) -> None:
    for backend in BACKENDS:
        head = (
            ""
            if key.startswith("build-system")
            else f'build-system = {{ requires = [], build-backend = "{backend}" }}\n'
        )
        files = PaperTree({"pyproject.toml": f"{head}{key} = {value}\n", "src/x/__init__.py": ""})
        source = survey(files).source
        predict(source, files, [TagAtCommit("v1")], "v1")

        assert source.declaration is None or source.declaration.text in {"", "1"}


@pytest.mark.parametrize("path", ["../../../etc/passwd", "/etc/passwd", "a/../../x", "..", "a\0b"])
def test_no_path_leads_out_of_the_repository(path: str) -> None:
    escaped = path.replace("\0", "\\u0000")
    files = PaperTree(
        {
            "pyproject.toml": pyproject(*DYNAMIC, "[tool.hatch.version]", f'path = "{escaped}"'),
            "setup.py": f"from setuptools import setup\nsetup(version=open({path!r}).read())\n",
        }
    )

    assert survey(files).source.declaration is None
    assert all(not asked.startswith(("/", "..")) for asked in files.asked)


@pytest.mark.parametrize(
    "pattern",
    ["(a+)+b", "(a*)*b", "(a|a)*b", "(a|aa)+$", "(.*a){20}", "([a-z]+)*x", "(x+x+)+y", "(?:a?){30}a{30}", "(\\\\d+)*z"],
)
def test_a_pattern_that_would_never_end_is_not_run(pattern: str) -> None:
    files = PaperTree(
        {
            "pyproject.toml": pyproject(
                *DYNAMIC, "[tool.hatch.version]", 'path = "v"', f'pattern = "(?P<version>{pattern})"'
            ),
            "v": "a" * 5000 + "1" * 5000,
        }
    )
    begun = time.monotonic()

    assert survey(files).source.declaration is None
    assert time.monotonic() - begun < 2


@pytest.mark.parametrize("pattern", [r"(?P<version>\d+(\.\d+)*)", r"(?P<version>[\w.]+)", r"v = (?P<version>\S+)"])
def test_an_ordinary_pattern_is_run(pattern: str) -> None:
    files = PaperTree(
        {
            "pyproject.toml": pyproject(*DYNAMIC, "[tool.hatch.version]", 'path = "v"', f"pattern = '{pattern}'"),
            "v": "v = 1.2.3\n",
        }
    )

    assert survey(files).source.declaration is not None


def test_a_key_of_several_parts_is_no_name_and_takes_no_room() -> None:
    lines = (f"a{number}: &a{number} [*a{number - 1}, *a{number - 1}]\n" for number in range(1, 60))
    bomb = "a0: &a0 [x, x]\n" + "".join(lines) + '? *a59\n: x\n? *a58\n: {y: z}\n"version": 1.0\n'
    files = PaperTree({"pyproject.toml": pyproject("[project]", 'name = "x"', 'version = "1.0"'), "CITATION.cff": bomb})

    assert [one.text for one in survey(files).declarations] == ["1.0"]


@pytest.mark.parametrize("readme", ["../README.md", "/README.md", "a/../../README.md"])
def test_a_readme_outside_of_the_repository_is_not_there(readme: str) -> None:
    text = pyproject("[project]", 'name = "x"', f'readme = "{readme}"', "dynamic = [[], 'version']")
    metadata = read_metadata(PaperTree({"pyproject.toml": text, "README.md": ""}))

    assert metadata is not None
    assert metadata.missing_files == (("readme", readme),)
    assert "version" in metadata.stated


def test_what_is_nested_beyond_reading_is_no_document() -> None:
    deep = "[" * 5000

    with pytest.raises(Faulty, match="no YAML that can be read"):
        parse_yaml(File("CITATION.cff", deep))
    with pytest.raises(Faulty, match="no JSON that can be read"):
        parse_json(File("package.json", deep * 10))
    assert hook_version(deep) == ""
