"""What feeds the build: one static and one undecided or faulty case for each backend."""

from __future__ import annotations

import pytest
from paper_tree import PaperTree, pyproject

from tagward.model.versions import Role
from tagward.sources import find_source

PROJECT = ("[project]", 'name = "demo"')
DYNAMIC = (*PROJECT, 'dynamic = ["version"]')
SETUPTOOLS = "setuptools.build_meta"

STATIC = {
    "project-version": (
        {"pyproject.toml": pyproject(*PROJECT, 'version = "1.2.3"')},
        ("hatchling", "1.2.3", "pyproject.toml:6:12"),
    ),
    "uv-build": (
        {"pyproject.toml": pyproject(*PROJECT, "version = '1.2.3'", backend="uv_build")},
        ("uv_build", "1.2.3", "pyproject.toml:6:12"),
    ),
    "inline-table": (
        {"pyproject.toml": 'project = { name = "demo", version = "1.2.3" }\n'},
        ("setuptools", "1.2.3", "pyproject.toml:1:39"),
    ),
    "hatch-path": (
        {
            "pyproject.toml": pyproject(*DYNAMIC, "[tool.hatch.version]", 'path = "src/demo/about.py"'),
            "src/demo/about.py": '"""About."""\n\n__version__ = "v1.2.3"\n__version__ = "9.9"\n',
        },
        ("hatchling", "1.2.3", "src/demo/about.py:3:17"),
    ),
    "hatch-pattern": (
        {
            "pyproject.toml": pyproject(
                *DYNAMIC, "[tool.hatch.version]", 'path = "demo.h"', 'pattern = \'#define V "(?P<version>[^"]+)"\''
            ),
            "demo.h": '#define V "1.2.3"\n',
        },
        ("hatchling", "1.2.3", "demo.h:1:12"),
    ),
    "hatch-toml-wins": (
        {
            "pyproject.toml": pyproject(*DYNAMIC, "[tool.hatch.version]", 'path = "old.py"'),
            "hatch.toml": '[version]\npath = "new.py"\n',
            "old.py": '__version__ = "0.1"\n',
            "new.py": "VERSION = '1.2.3'\n",
        },
        ("hatchling", "1.2.3", "new.py:1:12"),
    ),
    "hatch-code": (
        {
            "pyproject.toml": pyproject(*DYNAMIC, "[tool.hatch.version]", 'source = "code"', 'path = "demo.py"'),
            "demo.py": '__version__: str = "1.2.3"\n',
        },
        ("hatchling", "1.2.3", "demo.py:1:21"),
    ),
    "hatch-nodejs": (
        {
            "pyproject.toml": pyproject(*DYNAMIC, "[tool.hatch.version]", 'source = "nodejs"'),
            "package.json": '{"engines": {"version": "9"},\n "version": "1.2.3"}\n',
        },
        ("hatchling", "1.2.3", "package.json:2:14"),
    ),
    "uv-dynamic-from-file": (
        {
            "pyproject.toml": pyproject(
                *DYNAMIC,
                "[tool.hatch.version]",
                'source = "uv-dynamic-versioning"',
                "[tool.uv-dynamic-versioning]",
                'from-file = { source = "VERSION" }',
            ),
            "VERSION": "\nv1.2.3\n",
        },
        ("hatchling", "1.2.3", "VERSION:2:1"),
    ),
    "setuptools-attr": (
        {
            "pyproject.toml": pyproject(
                *DYNAMIC, "[tool.setuptools.dynamic]", 'version = { attr = "demo.__version__" }', backend=SETUPTOOLS
            ),
            "src/demo/__init__.py": 'import os\n__version__ = "1.2.3"\n__version__ = "9.9"\n',
        },
        ("setuptools", "1.2.3", "src/demo/__init__.py:2:16"),
    ),
    "setuptools-attr-followed": (
        {
            "pyproject.toml": pyproject(
                *DYNAMIC, "[tool.setuptools.dynamic]", 'version = { attr = "demo.__version__" }', backend=SETUPTOOLS
            ),
            "demo/__init__.py": "from demo._version import V as __version__\n",
            "demo/_version.py": "V = (1, 2, 3)\n",
        },
        ("setuptools", "1.2.3", "demo/_version.py:1:5"),
    ),
    "setuptools-file": (
        {
            "pyproject.toml": pyproject(
                *DYNAMIC, "[tool.setuptools.dynamic]", 'version = { file = ["VERSION"] }', backend=SETUPTOOLS
            ),
            "VERSION": "  1.2.3\r\n",
        },
        ("setuptools", "1.2.3", "VERSION:1:3"),
    ),
    "setup-cfg": (
        {"setup.cfg": "[metadata]\nname = demo\nversion = 1.2.3\n[options]\nversion = 9\n"},
        ("setuptools", "1.2.3", "setup.cfg:3:11"),
    ),
    "setup-cfg-attr": (
        {
            "setup.cfg": "[metadata]\nversion = attr: demo.__version__\n[options]\npackage_dir =\n    = lib\n",
            "lib/demo.py": '__version__ = "1.2.3"\n',
        },
        ("setuptools", "1.2.3", "lib/demo.py:1:16"),
    ),
    "setup-cfg-file": (
        {"setup.cfg": "[metadata]\nversion = file: VERSION.txt\n", "VERSION.txt": "1.2.3"},
        ("setuptools", "1.2.3", "VERSION.txt:1:1"),
    ),
    "setup-py-before-setup-cfg": (
        {
            "setup.py": "from setuptools import setup\nsetup(version='1.2.3')\n",
            "setup.cfg": "[metadata]\nversion = 9.9\n",
        },
        ("setuptools", "1.2.3", "setup.py:2:16"),
    ),
    "egg-info-tag": (
        {"setup.cfg": "[metadata]\nversion = 1.2.3\n[egg_info]\ntag_build = .dev\ntag_date = 1\n"},
        ("setuptools", "1.2.3.dev", "setup.cfg:4:13"),
    ),
    "egg-info-tag-on-static": (
        {
            "pyproject.toml": pyproject(*PROJECT, 'version = "1.2.3"', backend=SETUPTOOLS),
            "setup.cfg": "[egg_info]\ntag_build = .post\n",
        },
        ("setuptools", "1.2.3.post", "setup.cfg:2:13"),
    ),
    "poetry-1": (
        {"pyproject.toml": pyproject("[tool.poetry]", 'version = "1.2.3"', backend="poetry.core.masonry.api")},
        ("poetry-core", "1.2.3", "pyproject.toml:5:12"),
    ),
    "poetry-2": (
        {
            "pyproject.toml": pyproject(
                "[tool.poetry]", 'version = "0.1"', *PROJECT, 'version = "1.2.3"', backend="poetry.core.masonry.api"
            )
        },
        ("poetry-core", "1.2.3", "pyproject.toml:8:12"),
    ),
    "flit": (
        {
            "pyproject.toml": pyproject(*DYNAMIC, backend="flit_core.buildapi"),
            "demo.py": '"""Doc."""\n__version__ = "1.2.3"\n',
        },
        ("flit-core", "1.2.3", "demo.py:2:16"),
    ),
    "flit-old": (
        {
            "pyproject.toml": pyproject("[tool.flit.metadata]", 'module = "demo"', backend="flit_core.buildapi"),
            "src/demo/__init__.py": "__version__ = '1.2.3'\n",
        },
        ("flit-core", "1.2.3", "src/demo/__init__.py:1:16"),
    ),
    "pdm-file": (
        {
            "pyproject.toml": pyproject(
                *DYNAMIC, "[tool.pdm.version]", 'source = "file"', 'path = "demo.py"', backend="pdm.backend"
            ),
            "demo.py": "__version__ = '1.2.3'  # now\n",
        },
        ("pdm-backend", "1.2.3", "demo.py:1:16"),
    ),
    "maturin": (
        {
            "pyproject.toml": pyproject(*DYNAMIC, backend="maturin"),
            "Cargo.toml": '[dependencies]\nx = { version = "9" }\n[package]\nname = "demo"\nversion = "1.2.3-rc.1"\n',
        },
        ("maturin", "1.2.3-rc.1", "Cargo.toml:5:12"),
    ),
    "scikit-regex": (
        {
            "pyproject.toml": pyproject(
                *DYNAMIC,
                "[tool.scikit-build.metadata.version]",
                'provider = "scikit_build_core.metadata.regex"',
                'input = "demo.py"',
                backend="scikit_build_core.build",
            ),
            "demo.py": '__version__: str = "1.2.3"\n',
        },
        ("scikit-build-core", "1.2.3", "demo.py:1:21"),
    ),
    "meson": (
        {
            "pyproject.toml": pyproject(*DYNAMIC, backend="mesonpy"),
            "meson.build": "# project('no', version: '9')\nproject('demo', 'c', # version: '8'\n  version: '1.2.3')\n",
        },
        ("meson-python", "1.2.3", "meson.build:3:13"),
    ),
    "meson-file": (
        {
            "pyproject.toml": pyproject(*DYNAMIC, backend="mesonpy"),
            "meson.build": "project('demo', version: files('VERSION'))\n",
            "VERSION": "1.2.3\n",
        },
        ("meson-python", "1.2.3", "VERSION:1:1"),
    ),
    "incremental": (
        {
            "pyproject.toml": pyproject(
                *DYNAMIC, "[tool.incremental]", backend=SETUPTOOLS, requires='"setuptools", "incremental>=24"'
            ).replace("[tool.incremental]", '[tool.incremental]\nname = "demo"'),
            "src/demo/_version.py": '__version__ = Version("demo", 1, 2, 3, release_candidate=1)\n',
        },
        ("setuptools", "1.2.3.rc1", "src/demo/_version.py:1:15"),
    ),
    "scm-table-without-requirement": (
        {
            "pyproject.toml": pyproject("[tool.setuptools_scm]", backend=SETUPTOOLS, requires='"setuptools"'),
            "setup.cfg": "[metadata]\nversion = 1.2.3\n",
        },
        ("setuptools", "1.2.3", "setup.cfg:2:11"),
    ),
    "wrapper-in-tree": (
        {
            "pyproject.toml": pyproject(
                "[tool.hatch.version]", 'path = "demo.py"', *DYNAMIC, backend="wrapper", requires='"hatchling"'
            ).replace('build-backend = "wrapper"', 'build-backend = "wrapper"\nbackend-path = ["."]'),
            "demo.py": '__version__ = "1.2.3"\n',
        },
        ("hatchling", "1.2.3", "demo.py:1:16"),
    ),
}


@pytest.mark.parametrize(("files", "expected"), STATIC.values(), ids=STATIC)
def test_a_static_version_is_read_with_its_place(
    files: dict[str, str | bytes | None], expected: tuple[str, ...]
) -> None:
    source = find_source(PaperTree(files))

    assert source.declaration is not None, source.reason
    assert (source.backend, source.declaration.text, str(source.declaration.place)) == expected
    assert source.declaration.role is Role.FEEDS


SCM = {
    "hatch-vcs": ({"pyproject.toml": pyproject(*DYNAMIC, "[tool.hatch.version]", 'source = "vcs"')}, "hatch-vcs"),
    "setuptools-scm": (
        {
            "pyproject.toml": pyproject(
                *DYNAMIC, "[tool.setuptools_scm]", backend=SETUPTOOLS, requires='"setuptools_scm[toml]>=8"'
            )
        },
        "setuptools-scm",
    ),
    "setuptools-scm-simple": (
        {"pyproject.toml": pyproject(*DYNAMIC, backend=SETUPTOOLS, requires='"setuptools-scm[simple]"')},
        "setuptools-scm",
    ),
    "use-scm-version": (
        {"setup.py": "from setuptools import setup\nsetup(name='demo', use_scm_version=True)\n"},
        "setuptools-scm",
    ),
    "versioningit": (
        {
            "pyproject.toml": pyproject(
                *DYNAMIC, "[tool.versioningit]", backend=SETUPTOOLS, requires='"setuptools", "versioningit"'
            )
        },
        "versioningit",
    ),
    "poetry-dynamic-versioning": (
        {
            "pyproject.toml": pyproject(
                "[tool.poetry]",
                'version = "0.0.0"',
                "[tool.poetry-dynamic-versioning]",
                "enable = true",
                backend="poetry_dynamic_versioning.backend",
            )
        },
        "poetry-dynamic-versioning",
    ),
    "uv-dynamic-versioning": (
        {"pyproject.toml": pyproject(*DYNAMIC, "[tool.hatch.version]", 'source = "uv-dynamic-versioning"')},
        "uv-dynamic-versioning",
    ),
    "pdm-scm": (
        {"pyproject.toml": pyproject(*DYNAMIC, "[tool.pdm.version]", 'source = "scm"', backend="pdm.backend")},
        "pdm-backend",
    ),
    "pbr": ({"setup.py": "import setuptools\nsetuptools.setup(setup_requires=['pbr'], pbr=True)\n"}, "pbr"),
    "versioneer": (
        {"setup.py": "import versioneer\nfrom setuptools import setup\nsetup(version=versioneer.get_version())\n"},
        "versioneer",
    ),
}


@pytest.mark.parametrize(("files", "tool"), SCM.values(), ids=SCM)
def test_a_version_out_of_tags_is_left_to_its_tool(files: dict[str, str | bytes | None], tool: str) -> None:
    source = find_source(PaperTree(files))

    assert source.declaration is None
    assert source.reason == f"{tool} computes it from git's tags"


UNDECIDED = {
    "nothing": ({}, "there is no pyproject.toml, setup.cfg or setup.py"),
    "no-toml": ({"pyproject.toml": "[project\n"}, "pyproject.toml:1:9: it is no TOML"),
    "byte-order-mark": ({"pyproject.toml": b"\xef\xbb\xbf[project]\n"}, "pyproject.toml:1:1: it is no TOML: it begins"),
    "utf-16": ({"pyproject.toml": "[project]\n".encode("utf-16")}, "byte-order mark"),
    "unreadable": ({"pyproject.toml": None}, "pyproject.toml: it is a link that leads out of the tree"),
    "given-twice": (
        {"pyproject.toml": pyproject(*DYNAMIC, 'version = "1"')},
        "pyproject.toml:7:12: the version is given and listed in `dynamic`",
    ),
    "no-string": (
        {"pyproject.toml": pyproject(*PROJECT, "version = 1.10")},
        "`project.version` must be a string, not float",
    ),
    "project-is-no-table": (
        {"pyproject.toml": pyproject().replace("[build", "project = 1\n[build")},
        "`project` must be a table",
    ),
    "neither": ({"pyproject.toml": pyproject(*PROJECT)}, "`project` has no version and does not list it in `dynamic`"),
    "unknown-backend": (
        {"pyproject.toml": pyproject(*DYNAMIC, backend="strange.api")},
        "tagward does not know the build backend `strange.api`",
    ),
    "hatch-without-table": ({"pyproject.toml": pyproject(*DYNAMIC)}, "`tool.hatch.version` is missing"),
    "hatch-hook": (
        {"pyproject.toml": pyproject(*DYNAMIC, "[tool.hatch.metadata.hooks.custom]")},
        "a metadata hook of hatch sets it",
    ),
    "hatch-no-file": (
        {"pyproject.toml": pyproject(*DYNAMIC, "[tool.hatch.version]", 'path = "demo.py"')},
        "pyproject.toml:8:9: there is no file demo.py",
    ),
    "hatch-out-of-the-repository": (
        {"pyproject.toml": pyproject(*DYNAMIC, "[tool.hatch.version]", 'path = "../../etc/passwd"')},
        "../../etc/passwd: this path leads out of the repository",
    ),
    "hatch-no-match": (
        {
            "pyproject.toml": pyproject(*DYNAMIC, "[tool.hatch.version]", 'path = "demo.py"'),
            "demo.py": '__version__: str = "1.2.3"\n',
        },
        "demo.py: the pattern of pyproject.toml:8:9 finds no version in it",
    ),
    "hatch-no-group": (
        {
            "pyproject.toml": pyproject(*DYNAMIC, "[tool.hatch.version]", 'path = "demo.py"', 'pattern = "(.+)"'),
            "demo.py": "1.2.3\n",
        },
        "the pattern has no group `version`",
    ),
    "hatch-env": (
        {"pyproject.toml": pyproject(*DYNAMIC, "[tool.hatch.version]", 'source = "env"', 'variable = "V"')},
        "hatch reads it from the environment variable V",
    ),
    "hatch-code-runs": (
        {
            "pyproject.toml": pyproject(*DYNAMIC, "[tool.hatch.version]", 'source = "code"', 'path = "demo.py"'),
            "demo.py": "__version__ = compute()\n",
        },
        "hatch runs demo.py and evaluates `__version__`",
    ),
    "hatch-plugin": (
        {"pyproject.toml": pyproject(*DYNAMIC, "[tool.hatch.version]", 'source = "odd"')},
        "the hatch plugin `odd` decides it",
    ),
    "attr-computed": (
        {
            "setup.cfg": "[metadata]\nversion = attr: demo.__version__\n",
            "demo.py": "__version__ = '.'.join(['1', '2'])\n",
        },
        "demo.py computes `__version__`, so setuptools imports it",
    ),
    "attr-nowhere": ({"setup.cfg": "[metadata]\nversion = attr: demo.v\n"}, "setup.cfg:2:11: there is no module demo"),
    "file-nowhere": ({"setup.cfg": "[metadata]\nversion = file: V\n"}, "setup.cfg:2:11: there is no file V"),
    "two-files": (
        {"setup.cfg": "[metadata]\nversion = file: A, B\n", "A": "1", "B": "2"},
        "several files cannot make one version",
    ),
    "tag-date": (
        {"setup.cfg": "[metadata]\nversion = 1.2.3\n[egg_info]\ntag_date = true\n"},
        "[egg_info] tag_date in setup.cfg appends the day of the build to it",
    ),
    "no-ini": ({"setup.cfg": "version = 1\n"}, "setup.cfg:1: it is no INI file"),
    "nothing-for-setuptools": ({"setup.cfg": "[metadata]\nname = demo\n"}, "nothing gives setuptools a version"),
    "poetry-without": (
        {"pyproject.toml": pyproject("[tool.poetry]", 'name = "x"', backend="poetry.core.masonry.api")},
        "neither `project.version` nor `tool.poetry.version` is there",
    ),
    "flit-computed": (
        {"pyproject.toml": pyproject(*DYNAMIC, backend="flit_core.buildapi"), "demo.py": "__version__ = v()\n"},
        "demo.py computes `__version__`, so flit imports it",
    ),
    "flit-no-module": (
        {"pyproject.toml": pyproject(*DYNAMIC, backend="flit_core.buildapi")},
        "there is no module demo",
    ),
    "pdm-call": (
        {
            "pyproject.toml": pyproject(
                *DYNAMIC, "[tool.pdm.version]", 'source = "call"', 'getter = "v:g"', backend="pdm.backend"
            )
        },
        "pdm-backend calls v:g",
    ),
    "pdm-without": ({"pyproject.toml": pyproject(*DYNAMIC, backend="pdm.backend")}, "0.0.0 would be built"),
    "maturin-without": ({"pyproject.toml": pyproject(*DYNAMIC, backend="maturin")}, "there is no Cargo.toml"),
    "maturin-no-version": (
        {"pyproject.toml": pyproject(*DYNAMIC, backend="maturin"), "Cargo.toml": "[package]\nversion = 1\n"},
        "Cargo.toml: `package.version` is no string, and no workspace gives it",
    ),
    "scikit-without": (
        {"pyproject.toml": pyproject(*DYNAMIC, backend="scikit_build_core.build")},
        "has no provider",
    ),
    "meson-command": (
        {
            "pyproject.toml": pyproject(*DYNAMIC, backend="mesonpy"),
            "meson.build": "project('x', version: run_command('x'))",
        },
        "meson.build computes it",
    ),
    "meson-without": (
        {"pyproject.toml": pyproject(*DYNAMIC, backend="mesonpy"), "meson.build": "project('x')\nfoo(version: '1')"},
        "`project()` gives no version",
    ),
    "uv-build-dynamic": (
        {"pyproject.toml": pyproject(*DYNAMIC, backend="uv_build")},
        "uv_build knows no dynamic version",
    ),
}


@pytest.mark.parametrize(("files", "reason"), UNDECIDED.values(), ids=UNDECIDED)
def test_what_is_not_static_or_faulty_says_why(files: dict[str, str | bytes | None], reason: str) -> None:
    source = find_source(PaperTree(files))

    assert source.declaration is None
    assert reason in source.reason


def test_a_cargo_workspace_gives_the_version_of_its_member() -> None:
    files = PaperTree(
        {
            "Cargo.toml": '[workspace.package]\nversion = "1.2.3"\n',
            "crates/demo/Cargo.toml": '[package]\nname = "demo"\nversion.workspace = true\n',
            "crates/demo/pyproject.toml": pyproject(*DYNAMIC, backend="maturin"),
        }
    )

    declaration = find_source(files, "crates/demo").declaration

    assert declaration is not None
    assert (declaration.text, str(declaration.place)) == ("1.2.3", "Cargo.toml:2:12")


def test_the_project_of_another_folder_is_read_there() -> None:
    files = PaperTree(
        {"pyproject.toml": pyproject(*PROJECT, 'version = "9"'), "a/b/setup.cfg": "[metadata]\nversion = 1.2.3\n"}
    )

    declaration = find_source(files, "a/b").declaration

    assert declaration is not None
    assert str(declaration.place) == "a/b/setup.cfg:2:11"


def test_a_static_version_asks_for_one_file_only() -> None:
    files = PaperTree({"pyproject.toml": pyproject(*PROJECT, 'version = "1.2.3"')})

    find_source(files)

    assert files.asked == ["pyproject.toml"]


def test_the_quote_shows_the_line_and_the_width_of_the_value() -> None:
    declaration = find_source(PaperTree({"pyproject.toml": pyproject(*PROJECT, 'version = "1.2.3" # now')})).declaration

    assert declaration is not None
    assert (declaration.place.quote, declaration.place.width) == ('version = "1.2.3" # now', 5)


def test_equal_files_of_several_tags_give_equal_answers() -> None:
    first, other = (
        PaperTree({"pyproject.toml": pyproject(*PROJECT, f'version = "{text}"')}) for text in ("1.2.3", "1.2.4")
    )

    texts = [source.declaration.text for source in map(find_source, (first, other, first)) if source.declaration]

    assert texts == ["1.2.3", "1.2.4", "1.2.3"]
