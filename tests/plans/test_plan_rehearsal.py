"""What a rehearsal releases: the next version that is free, and what can be planted into the project."""

from __future__ import annotations

import pytest
from packaging.version import Version
from paper_tree import PaperTree

from tagward.errors import ConfigError
from tagward.model.config import Config, ProjectRules
from tagward.model.rehearsal import FORGOTTEN, Flaw, Scene
from tagward.plans.rehearsal import for_real, plan_scene

PYPROJECT = """[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "acme-demo"
version = "1.4.0"
readme = "README.md"
"""
INIT = "src/acme_demo/__init__.py"
FILES = {"pyproject.toml": PYPROJECT, INIT: '__version__ = "1.4.0"\n'}
FROM_GIT = PYPROJECT.replace('version = "1.4.0"', 'dynamic = ["version"]') + '[tool.hatch.version]\nsource = "vcs"\n'


def scene(
    files: dict[str, str] | None = None, tags: tuple[str, ...] = (), config: Config | None = None, **more: object
) -> Scene:
    return plan_scene(PaperTree(files or FILES), config or Config(), tags, **more)  # type: ignore[arg-type]  # its own


@pytest.mark.parametrize(
    ("stated", "tags", "published", "version"),
    [
        ("1.4.0", (), (), "1.4.0"),
        ("1.4.0", ("v1.3.0",), (), "1.4.0"),
        ("1.4.0", ("v1.4.0",), (), "1.4.1"),
        ("1.4.0", (), ("1.4.0",), "1.4.1"),
        ("1.4.0", ("v1.4.0",), ("1.4.1",), "1.4.2"),
        ("1.4", ("v1.4",), (), "1.5"),
        ("2026.11", ("v2026.11",), (), "2026.12"),
        ("1!2.0", ("v1!2.0",), (), "1!2.1"),
        ("1.4.0rc1", ("v1.4.0rc1",), (), "1.4.0rc2"),
    ],
)
def test_the_next_version_is_the_stated_one_or_the_first_free_one_after_it(
    stated: str, tags: tuple[str, ...], published: tuple[str, ...], version: str
) -> None:
    files = {name: text.replace("1.4.0", stated) for name, text in FILES.items()}
    found = scene(files, tags, published=tuple(map(Version, published)))

    assert found.version == version
    assert found.tag == f"v{version}"


def test_wrong_tags_are_versions_that_nothing_states_and_no_tag_has() -> None:
    found = scene(tags=("v1.3.0", "v1.4.0", "v1.4.2"))

    assert (found.version, found.wrong, found.wrong_code) == ("1.4.1", ("v1.4.3", "v1.4.4", "v1.4.5"), "V001")
    assert found.before == "1.4.2"


def test_a_version_from_git_comes_after_the_newest_tag_and_wrong_tags_are_misspelt() -> None:
    found = scene({**FILES, "pyproject.toml": FROM_GIT}, ("v1.4.0",))

    assert (found.version, found.stated, found.wrong, found.wrong_code) == (
        "1.4.1",
        "",
        ("v1.4.O", "v1.4.l", "v1.4.I"),
        "T101",
    )
    assert scene({**FILES, "pyproject.toml": FROM_GIT}).version == "0.1.0"


def test_a_version_that_was_asked_for_is_taken_and_one_that_has_a_tag_is_not() -> None:
    assert scene(tags=("v1.4.0",), wanted=Version("2.0.0")).tag == "v2.0.0"
    with pytest.raises(ConfigError, match=r"1\.4\.0 has a tag already, v1\.4\.0"):
        scene(tags=("v1.4.0",), wanted=Version("1.4.0"))


def test_of_several_projects_one_must_be_named_and_its_tags_carry_its_name() -> None:
    files = {f"packages/{name}/{path}": text for name in ("one", "two") for path, text in FILES.items()}
    rules = Config(projects=tuple(ProjectRules(f"packages/{name}", "{name}-v{version}") for name in ("one", "two")))

    with pytest.raises(ConfigError, match="several projects") as failure:
        scene(files, config=rules)
    found = scene(files, ("acme-demo-v1.4.0",), rules, folder="packages/two")

    assert failure.value.fixes == ("tagward rehearse --folder packages/one", "tagward rehearse --folder packages/two")
    assert (found.tag, found.folder, found.module) == ("acme-demo-v1.4.1", "packages/two", f"packages/two/{INIT}")
    assert "--folder packages/two" in for_real(found)[0]


def test_a_project_without_a_name_cannot_be_rehearsed() -> None:
    with pytest.raises(ConfigError, match="what the project is called"):
        scene({"pyproject.toml": '[build-system]\nrequires = []\nbuild-backend = "x"\n'})


def test_what_cannot_be_planted_is_spared_with_its_reason() -> None:
    bare = {"pyproject.toml": PYPROJECT.replace('readme = "README.md"\n', "")}
    found = scene(bare)

    assert found.module == ""
    assert set(found.spared) == set(map(str, Flaw))
    assert "README" in found.spared[str(Flaw.README)]
    assert scene().spared == {}


@pytest.mark.parametrize(
    ("config", "spared"),
    [
        (Config(ignore={"V002": "history"}), {FORGOTTEN: "V002 is not asked: history"}),
        (Config(ignore={"X002": "history"}), {str(Flaw.UNDECLARED): "X002 is not asked: history"}),
        (
            Config(ignore={"U001": "so", "U007": "so"}),
            {str(Flaw.README): "U001 is not asked: so"},
        ),
    ],
)
def test_what_the_project_does_not_ask_is_spared_unless_something_else_tells_it(
    config: Config, spared: dict[str, str]
) -> None:
    assert scene(config=config).spared == spared


def test_what_is_left_out_by_select_is_spared() -> None:
    assert set(scene(config=Config(select=("V", "X"))).spared) == {str(Flaw.README), str(Flaw.SECRET)}


def test_the_commands_of_the_real_release() -> None:
    assert for_real(scene(tags=("v1.4.0",))) == (
        "tagward bump 1.4.1",
        'git commit -am "Release 1.4.1"',
        "git tag -a v1.4.1 -m v1.4.1",
        "git push --atomic origin main v1.4.1",
        "gh release create v1.4.1 --verify-tag --generate-notes",
    )
    assert for_real(scene()) == (
        "git tag -a v1.4.0 -m v1.4.0",
        "git push --atomic origin main v1.4.0",
        "gh release create v1.4.0 --verify-tag --generate-notes",
    )
    assert for_real(scene(wanted=Version("1.5.0rc1")))[-1].endswith(" --prerelease")
