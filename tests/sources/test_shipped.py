"""What the shipped wheel says of its version."""

from __future__ import annotations

import pytest
from paper_tree import PaperTree, pyproject

from tagward.model.versions import Role
from tagward.sources import find_declarations, find_faults

STATIC = pyproject("[project]", 'name = "demo"', 'version = "1.2.3"')
VCS = pyproject("[project]", 'name = "demo"', 'dynamic = ["version"]', "[tool.hatch.version]", 'source = "vcs"')


def told(toml: str, **modules: str) -> list[tuple[str, str, str, Role]]:
    files: dict[str, str | bytes | None] = {f"src/demo/{name}.py": text for name, text in modules.items()}
    found = find_declarations(PaperTree({"pyproject.toml": toml, "src/demo/__init__.py": "", **files}))
    return [(entry.what, entry.text, str(entry.place), entry.role) for entry in found]


@pytest.mark.parametrize(
    ("module", "line"),
    [
        pytest.param("__init__", '__version__ = "1.2.3"', id="version"),
        pytest.param("__init__", '__version__: str = "1.2.3"', id="annotated"),
        pytest.param("_version", "version = '1.2.3'", id="version-module"),
        pytest.param("__about__", "VERSION = u'1.2.3'", id="prefix"),
    ],
)
def test_a_literal_in_the_own_package_is_shipped(module: str, line: str) -> None:
    ((_, text, place, role),) = told(STATIC, **{module: f"{line}\n"})

    assert (text, role) == ("1.2.3", Role.SHIPPED)
    assert place == f"src/demo/{module}.py:1:{line.index('1') + 1}"


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("__version__ = version('demo')", id="metadata"),
        pytest.param(
            "try:\n    from x import __version__\nexcept ImportError:\n    __version__ = '0.0.0'", id="fallback"
        ),
        pytest.param("__version__ = 'unknown'", id="word"),
        pytest.param("def f():\n    __version__ = '9'", id="function"),
        pytest.param("class C:\n    __version__ = '9'", id="class"),
        pytest.param("__version__ = '9'\n__version__ += '1'", id="augmented"),
        pytest.param("__version__ = '9'\nif x:\n    __version__ = '8'", id="branch"),
        pytest.param("version_info = (1, 2)", id="series"),
        pytest.param("version = '2'", id="another-name-in-init"),
    ],
)
def test_what_is_no_version_of_the_project_is_left_out(line: str) -> None:
    assert told(STATIC, __init__=f"{line}\n") == []


def test_a_reexported_version_is_told_where_it_stands() -> None:
    ((what, text, place, _),) = told(STATIC, __init__="from .core import V as __version__\n", core="V = '1.2'\n")

    assert (what, text, place) == ("__version__", "1.2", "src/demo/core.py:1:6")


@pytest.mark.parametrize("text", ["0.0.0", "0.0.dev0", "0.dev0+unknown"])
def test_a_placeholder_beside_a_version_out_of_tags_claims_nothing(text: str) -> None:
    assert told(VCS, __init__=f"__version__ = '{text}'\n") == []


def test_a_placeholder_beside_a_static_version_is_a_claim() -> None:
    assert [entry[1] for entry in told(STATIC, __init__="__version__ = '0.0.0'\n")] == ["0.0.0"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("(1, 2, 3)", "1.2.3"),
        ("(1, 2, 3, 'final', 0)", "1.2.3"),
        ("(1, 2, 3, None)", "1.2.3"),
        ("(1, 2, 3, 'beta', 2)", "1.2.3b2"),
        ("(1, 2, 3, 'candidate', 1)", "1.2.3rc1"),
    ],
)
def test_a_tuple_is_read_as_a_version(value: str, text: str) -> None:
    assert [entry[1] for entry in told(STATIC, __init__=f"version_info = {value}\n")] == [text]


def test_a_tuple_that_agrees_with_the_source_is_shipped() -> None:
    assert [entry[3] for entry in told(STATIC, __init__="version_info = (1, 2, 3)\n")] == [Role.SHIPPED]


def test_a_tuple_that_stands_alone_may_be_a_compatibility_constant() -> None:
    assert [entry[3] for entry in told(STATIC, __init__="version_info = (1, 4, 0, 'final', 0)\n")] == [Role.READ]


def test_of_several_versions_in_a_module_the_one_that_agrees_is_its_own() -> None:
    found = told(STATIC, __init__="VERSION = '1.2.3'\n__version__ = '2.2.8'\n")

    assert {entry[1]: entry[3] for entry in found} == {"2.2.8": Role.READ, "1.2.3": Role.SHIPPED}


def test_of_several_versions_beside_tags_the_usual_name_is_its_own() -> None:
    found = told(VCS, __init__="VERSION = '2.2.8'\n__version__ = '1.2.3'\n")

    assert {entry[1]: entry[3] for entry in found} == {"2.2.8": Role.READ, "1.2.3": Role.SHIPPED}


def test_a_constant_in_the_module_that_feeds_the_build_is_only_read() -> None:
    toml = pyproject(
        "[project]",
        'name = "demo"',
        'dynamic = ["version"]',
        "[tool.setuptools.dynamic]",
        'version = { attr = "demo.VERSION_STRING" }',
        backend="setuptools.build_meta",
    )

    found = told(toml, __init__="VERSION_STRING = '1.2.0'\n__version__ = '2.2.8'\n")

    assert found == [("__version__", "2.2.8", "src/demo/__init__.py:2:16", Role.READ)]


def test_what_feeds_the_build_is_not_listed_again() -> None:
    toml = pyproject("[project]", 'name = "demo"', 'dynamic = ["version"]', backend="flit_core.buildapi")

    assert told(toml, __init__='"""Doc."""\n__version__ = "1.2.3"\n') == []


@pytest.mark.parametrize(
    "settings",
    [
        pytest.param('[tool.hatch.build.hooks.vcs]\nversion-file = "src/demo/_version.py"', id="hatch-vcs"),
        pytest.param('[tool.setuptools_scm]\nversion_file = "src/demo/_version.py"', id="setuptools-scm"),
        pytest.param('[tool.versioningit.write]\nfile = "src/demo/_version.py"', id="versioningit"),
    ],
)
def test_a_file_that_the_build_writes_anew_is_only_read(settings: str) -> None:
    ((what, _, _, role),) = told(f"{VCS}{settings}\n", _version="__version__ = '1.2.2'\n")

    assert (what, role) == ("__version__ (written anew by the build)", Role.READ)


def test_a_stale_literal_beside_a_version_out_of_tags_is_shipped() -> None:
    assert [entry[3] for entry in told(VCS, __init__="__version__ = '1.2.2'\n")] == [Role.SHIPPED]


def test_another_package_of_the_same_wheel_does_not_speak_for_the_project() -> None:
    files = PaperTree(
        {
            "pyproject.toml": STATIC,
            "src/demo/__init__.py": "",
            "src/bundled/__init__.py": "__version__ = '9.9'\n",
        }
    )

    assert find_declarations(files) == ()


def test_a_module_that_cannot_be_read_is_a_fault_with_its_place() -> None:
    files = PaperTree({"pyproject.toml": STATIC, "src/demo/__init__.py": "x = 1\ndef (:\n"})

    (fault,) = find_faults(files)

    assert str(fault.place).startswith("src/demo/__init__.py:2:")
    assert fault.message.startswith("it is no Python source: ")


def test_a_column_counts_characters_and_not_bytes() -> None:
    ((_, _, place, _),) = told(STATIC, __init__='ä = "ü"; __version__ = "1.2.3"\n')

    assert place == "src/demo/__init__.py:1:25"


def test_windows_line_ends_and_old_ones_keep_the_line() -> None:
    ((_, _, place, _),) = told(STATIC, __init__='"""a\r\nb"""\r\n__version__ = "1.2.3"\r\n')

    assert place == "src/demo/__init__.py:3:16"


def test_a_table_of_data_is_told_and_not_read() -> None:
    files = PaperTree({"pyproject.toml": STATIC, "src/demo/__init__.py": "x = [" + "1," * 60_000 + "]\n"})

    assert [fault.message for fault in find_faults(files)] == ["it is too much code to be read for a version"]
