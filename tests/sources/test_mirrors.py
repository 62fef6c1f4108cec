"""Files that repeat the version for other readers, and the state of tools that raise it."""

from __future__ import annotations

import pytest
from paper_tree import PaperTree, pyproject

from tagward.model.versions import Role
from tagward.sources import find_declarations, find_faults

STATIC = pyproject("[project]", 'name = "acme-demo"', 'version = "1.2.3"')
UV_LOCK = """\
version = 1

[[package]]
name = "acme-demo"
version = "9.9"
source = { registry = "https://example.org/simple" }

[[package]]
name = "acme-demo"
version = "1.2.2"
source = { editable = "." }
dependencies = [
    { name = "other", version = "3" },
]

[[package]]
name = "other"
version = "3"
source = { editable = "other" }
"""

MIRRORS = {
    "uv-lock": ({"uv.lock": UV_LOCK}, "uv.lock:10:12"),
    "uv-lock-virtual": (
        {"uv.lock": UV_LOCK.replace("editable", "virtual").replace("acme-demo", "Acme.Demo")},
        "uv.lock:10:12",
    ),
    "citation": ({"CITATION.cff": 'title: x\nversion: "1.2.2"\nreferences:\n  - version: 9\n'}, "CITATION.cff:2:11"),
    "citation-plain": ({"CITATION.cff": "version: 1.2.2 # now\n"}, "CITATION.cff:1:10"),
    "package-json": ({"package.json": '{"name": "@acme/acme_demo", "version": "1.2.2"}'}, "package.json:1:41"),
    "codemeta": ({"codemeta.json": '{\n  "version": "1.2.2"\n}'}, "codemeta.json:2:15"),
    "server-json": (
        {"server.json": '{"packages": [{"identifier": "acme-demo", "version": "1.2.2"}]}'},
        "server.json:1:55",
    ),
    "docs": ({"docs/conf.py": "version = '1.2'\nrelease = '1.2.2'\n"}, "docs/conf.py:2:12"),
    "docs-version-alone": ({"doc/source/conf.py": "version = '1.2.2'\n"}, "doc/source/conf.py:1:12"),
    "meta-yaml": (
        {"recipe/meta.yaml": '{% set name = "acme-demo" %}\n{% set version = "1.2.2" %}\n'},
        "recipe/meta.yaml:2:19",
    ),
    "recipe-yaml": ({"recipe.yaml": "package:\n  name: acme-demo\n  version: 1.2.2\n"}, "recipe.yaml:3:12"),
    "bumpversion": ({".bumpversion.cfg": "[bumpversion]\ncurrent_version = 1.2.2\n"}, ".bumpversion.cfg:2:19"),
    "bumpversion-in-setup-cfg": ({"setup.cfg": "[bumpversion]\ncurrent_version: 1.2.2\n"}, "setup.cfg:2:18"),
    "bumpversion-toml": (
        {"pyproject.toml": STATIC + '[tool.bumpversion]\ncurrent_version = "1.2.2"\n'},
        "pyproject.toml:8:20",
    ),
    "commitizen": ({"pyproject.toml": STATIC + '[tool.commitizen]\nversion = "1.2.2"\n'}, "pyproject.toml:8:12"),
    "commitizen-own-file": ({".cz.toml": '[tool.commitizen]\nversion = "1.2.2"\n'}, ".cz.toml:2:12"),
    "commitizen-json": ({".cz.json": '{"commitizen": {"version": "1.2.2"}}'}, ".cz.json:1:29"),
    "tbump": ({"tbump.toml": '[version]\ncurrent = "1.2.2"\n'}, "tbump.toml:2:12"),
    "release-please": ({".release-please-manifest.json": '{".": "1.2.2"}'}, ".release-please-manifest.json:1:8"),
}


@pytest.mark.parametrize(("files", "place"), MIRRORS.values(), ids=MIRRORS)
def test_a_repeated_version_is_read_with_its_place(files: dict[str, str | bytes | None], place: str) -> None:
    (found,) = find_declarations(PaperTree({"pyproject.toml": STATIC, **files}))

    assert (found.text, str(found.place), found.role) == ("1.2.2", place, Role.READ)


FOREIGN = {
    "lock-of-a-registry": {"uv.lock": UV_LOCK.replace('{ editable = "." }', '{ registry = "x" }')},
    "lock-of-another-folder": {"uv.lock": UV_LOCK.replace('editable = "."', 'editable = "packages/demo"')},
    "lock-without-version": {"uv.lock": UV_LOCK.replace('version = "1.2.2"\n', "")},
    "other-package-json": {"package.json": '{"name": "frontend", "version": "0.1"}'},
    "workspace-package-json": {"package.json": '{"name": "acme-demo", "version": "0", "workspaces": ["a"]}'},
    "other-server": {"server.json": '{"version": "1", "packages": [{"identifier": "other", "version": "1"}]}'},
    "other-recipe": {"meta.yaml": '{% set name = "other" %}\n{% set version = "0.1" %}\n'},
    "documentation-that-computes": {"docs/conf.py": "import demo\nrelease = demo.__version__\n"},
    "documentation-that-decides-late": {"docs/conf.py": "release = '1'\nif x:\n    release = '2'\n"},
    "short-version": {"docs/conf.py": "version = '1.2'\n"},
    "commitizen-of-another-provider": {
        "pyproject.toml": STATIC + '[tool.commitizen]\nversion = "0"\nversion_provider = "pep621"\n'
    },
    "manifest-of-another-folder": {".release-please-manifest.json": '{"other": "1.2.2"}'},
}


@pytest.mark.parametrize("files", FOREIGN.values(), ids=FOREIGN)
def test_what_speaks_of_something_else_is_left_out(files: dict[str, str | bytes | None]) -> None:
    assert find_declarations(PaperTree({"pyproject.toml": STATIC, **files})) == ()


def test_the_lock_and_manifest_of_a_workspace_stand_in_an_outer_folder() -> None:
    files = PaperTree(
        {
            "packages/demo/pyproject.toml": STATIC,
            "uv.lock": UV_LOCK.replace('editable = "."', 'editable = "packages/demo"'),
            ".release-please-manifest.json": '{"packages/demo": "1.2.2"}',
        }
    )

    found = [str(entry.place) for entry in find_declarations(files, "packages/demo")]

    assert found == ["uv.lock:10:12", ".release-please-manifest.json:1:20"]


def test_a_crate_under_a_static_version_is_shipped_and_its_lock_is_read() -> None:
    files = PaperTree(
        {
            "pyproject.toml": pyproject("[project]", 'name = "demo"', 'version = "1.2.3"', backend="maturin"),
            "Cargo.toml": '[package]\nname = "demo-core"\nversion = "1.2.2"\n',
            "Cargo.lock": '[[package]]\nname = "demo-core"\nversion = "1.2.1"\n\n[[package]]\nname = "x"\n',
        }
    )

    found = {str(entry.place): entry.role for entry in find_declarations(files)}

    assert found == {"Cargo.toml:3:12": Role.SHIPPED, "Cargo.lock:3:12": Role.READ}


def test_a_crate_of_the_same_name_from_a_registry_is_not_the_own_one() -> None:
    files = PaperTree(
        {
            "pyproject.toml": pyproject("[project]", 'name = "demo"', 'dynamic = ["version"]', backend="maturin"),
            "Cargo.toml": '[package]\nname = "demo"\nversion = "1.2.3"\n',
            "Cargo.lock": '[[package]]\nname = "demo"\nversion = "0.1"\nsource = "registry+x"\n',
        }
    )

    assert find_declarations(files) == ()


FAULTY = {
    "CITATION.cff": ("version: [\n", "CITATION.cff:2:1"),
    "package.json": ("{,}", "package.json:1:2"),
    "docs/conf.py": ("(", "docs/conf.py:1:1"),
    "tbump.toml": ("x", "tbump.toml:1:2"),
    ".bumpversion.cfg": ("[a]\n[a]\n", ".bumpversion.cfg:2"),
    "codemeta.json": ("[]", "codemeta.json"),
    "uv.lock": (None, "uv.lock"),
}


@pytest.mark.parametrize(("path", "content", "place"), [(path, *rest) for path, rest in FAULTY.items()], ids=FAULTY)
def test_a_file_at_fault_is_told_and_the_others_are_read(path: str, content: str | None, place: str) -> None:
    files = PaperTree({"pyproject.toml": STATIC, path: content, ".cz.toml": '[tool.commitizen]\nversion = "1.2.2"\n'})

    assert [str(fault.place) for fault in find_faults(files)] == [place]
    assert [entry.text for entry in find_declarations(files)] == ["1.2.2"]


def test_a_long_lock_file_is_read_without_being_parsed() -> None:
    entry = '\n[[package]]\nname = "p{0}"\nversion = "{0}"\nsource = {{ registry = "x" }}\n'
    lock = "".join(entry.format(number) for number in range(20_000)) + UV_LOCK

    (found,) = find_declarations(PaperTree({"pyproject.toml": STATIC, "uv.lock": lock}))

    assert found.place.line == 100_010


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('title: "a: b"\nversion: "1.0.0"  # now\n', ["CITATION.cff:2:11"]),
        ("version: 1.10\r\n", ["CITATION.cff:1:10"]),
        ("abstract: |\n  version: 9\nversion: v1.0\n", ["CITATION.cff:3:10"]),
        ("{version: 1.0}\n", ["CITATION.cff:1:11"]),
        ("{\nversion: 1.0\n}\n", ["CITATION.cff:2:10"]),
        ("version:\n  1.0\n", ["CITATION.cff:2:3"]),
        ("version: [1]\n", []),
        ("a: 1\n---\nversion: 1.0\n", []),
    ],
    ids=ascii,
)
def test_a_citation_is_read_with_a_parser_or_without_one_and_means_the_same(text: str, found: list[str]) -> None:
    project = '[project]\nname = "demo"\nversion = "1.0"\n'

    declarations = find_declarations(PaperTree({"pyproject.toml": project, "CITATION.cff": text}))

    assert [str(one.place) for one in declarations] == found
