"""Every check of what was built and installed, failing on a project that fails it, through a real push."""

from __future__ import annotations

import sys
import zipfile
from typing import TYPE_CHECKING

import pytest
from conftest import PYPROJECT, Project, git, tagward
from push_support import accepted, refused
from support import backend, release, rules

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.e2e

CALLABLE = "def main():\n    return 0\n"


def project_table(project: Project, *lines: str) -> None:
    """Write more into `[project]`."""
    project.write("pyproject.toml", PYPROJECT.format(version="1.0.0") + "\n".join(lines) + "\n")


def helper_wheel(folder: Path) -> str:
    """A folder that serves as an index, with a wheel of the project `helper` in it."""
    folder.mkdir()
    with zipfile.ZipFile(folder / "helper-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr("helper.py", "")
        wheel.writestr("helper-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: helper\nVersion: 1.0\n")
        wheel.writestr("helper-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr("helper-1.0.dist-info/RECORD", "")
    return str(folder)


def test_B001_a_build_that_fails_says_its_reason_first(guarded: Project) -> None:
    backend(guarded, sdist='print("before")\nraise OSError("file does not exist: src/nope.py")')
    release(guarded)

    said = refused(guarded, "v1.0.0")

    assert "error[B001]: the sdist of v1.0.0 does not build: file does not exist: src/nope.py" in said
    assert "contents, upload, install: not reached" in said or "install: not reached" in said
    assert sum(line.startswith("   |  ") for line in said.splitlines()) <= 16
    assert f"{guarded.root}/.git/tagward/last/v1.0.0/build.log" in said


def test_B001_the_wheel_is_built_from_the_sdist(guarded: Project) -> None:
    backend(guarded, wheel='raise ValueError("no wheel today")')
    release(guarded)

    assert "error[B001]: the wheel of v1.0.0 does not build: no wheel today" in refused(guarded, "v1.0.0")


@pytest.mark.parametrize("ignored", ["src/nope.py", ""], ids=["ignored", "untracked"])
def test_B001_names_the_file_that_only_the_working_tree_has(guarded: Project, ignored: str) -> None:
    backend(guarded, sdist='open("src/nope.py")')
    guarded.write(".gitignore", f"# generated\n{ignored}\n")
    release(guarded)
    guarded.write("src/nope.py", "")

    said = refused(guarded, "v1.0.0")

    where = " (.gitignore:2)" if ignored else ""
    assert f"= note: src/nope.py exists in your working tree but is not in the commit{where}" in said.replace(
        "\n           ", " "
    )
    assert f"= fix:  git add {'-f ' if ignored else ''}src/nope.py" in said


def test_B002_more_than_one_sdist(guarded: Project) -> None:
    second = "import shutil\nshutil.copy(os.path.join(directory, _build_sdist(directory)), "
    backend(guarded, wheel=second + 'os.path.join(directory, "demo-1.0.tar.gz"))')
    release(guarded)

    assert "error[B002]: the build made 2 sdists and 1 wheels: " in refused(guarded, "v1.0.0")


def test_B003_an_archive_that_is_none(guarded: Project) -> None:
    more = "def build_wheel(directory, *settings, **named):\n"
    more += "    open(os.path.join(directory, 'demo-1.0.0-py3-none-any.whl'), 'wb').write(b'PK, but not really')\n"
    backend(guarded, more=more + "    return 'demo-1.0.0-py3-none-any.whl'\n")
    release(guarded)

    assert "error[B003]: demo-1.0.0-py3-none-any.whl cannot be read: " in refused(guarded, "v1.0.0")


def test_B003_a_wheel_without_metadata(guarded: Project) -> None:
    more = "def build_wheel(directory, *settings, **named):\n"
    more += "    name = 'demo-1.0.0-py3-none-any.whl'\n"
    more += "    with zipfile.ZipFile(os.path.join(directory, name), 'w') as wheel:\n"
    more += "        wheel.writestr('demo/__init__.py', '')\n    return name\n"
    backend(guarded, more=more)
    release(guarded)

    said = refused(guarded, "v1.0.0")

    assert "error[B003]: demo-1.0.0-py3-none-any.whl cannot be read: 0 files *.dist-info/METADATA, and not one" in said


def test_V101_a_build_of_another_version(guarded: Project) -> None:
    backend(
        guarded,
        more='VERSION = "0.9"\n_old = _metadata\ndef _metadata():\n    return _old().replace("1.0.0", "0.9", 1)\n',
    )
    release(guarded)

    said = refused(guarded, "v1.0.0")

    assert "error[V101]: the build made version 0.9, but the tag says 1.0.0" in said
    assert "in its file name (demo-0.9.tar.gz)" in said.replace("\n           ", " ")


def test_V101_metadata_of_another_version_than_the_file_name(guarded: Project) -> None:
    backend(guarded, more='_old = _metadata\ndef _metadata():\n    return _old().replace("1.0.0", "0.9", 1)\n')
    release(guarded)

    assert "error[V101]: the build made version 0.9, but the tag says 1.0.0" in refused(guarded, "v1.0.0")


def test_M101_a_build_of_another_name(guarded: Project) -> None:
    backend(guarded, more='_old = _metadata\ndef _metadata():\n    return _old().replace("demo", "omed", 1)\n')
    release(guarded)

    said = refused(guarded, "v1.0.0")

    assert "error[M101]: the distributions do not agree on the project's name: demo in the source, omed in " in said


def test_U001_what_twine_alone_refuses(guarded: Project) -> None:
    backend(guarded, more='_old = _metadata\ndef _metadata():\n    return "Home-Made: x\\n" + _old()\n')
    release(guarded)

    said = refused(guarded, "v1.0.0")

    assert "error[U001]: twine check refuses demo-1.0.0-py3-none-any.whl and demo-1.0.0.tar.gz: " in said
    assert "unrecognized or malformed field 'home-made'" in said.replace("\n           ", " ")


def test_U005_a_classifier_that_pypi_does_not_know(guarded: Project) -> None:
    backend(guarded, more='_old = _metadata\ndef _metadata():\n    return "Classifier: My :: Own\\n" + _old()\n')
    project_table(guarded, 'classifiers = ["My :: Own"]')
    release(guarded)

    said = refused(guarded, "v1.0.0")

    files = "demo-1.0.0.tar.gz and demo-1.0.0-py3-none-any.whl"
    assert f"error[U005]: PyPI refuses {files}: 'My :: Own' is not a valid classifier" in said
    assert "--> pyproject.toml:" in said
    assert 'classifiers = ["My :: Own"]' in said
    assert "U-META-CLASSIFIER (PyPI's rules as of 2026-08-21)" in said


def test_U007_a_readme_that_cannot_be_rendered(guarded: Project) -> None:
    guarded.write("README.rst", "Title\n==\n\n.. nothing::\n\n``open\n")
    project_table(guarded, "[tool.x]")
    text = (guarded.root / "pyproject.toml").read_text(encoding="utf-8").replace("README.md", "README.rst")
    guarded.write("pyproject.toml", text)
    release(guarded)

    said = refused(guarded, "v1.0.0")

    files = "demo-1.0.0.tar.gz and demo-1.0.0-py3-none-any.whl"
    assert f"error[U007]: PyPI refuses {files}: The description failed to render for 'text/x-rst'" in said
    assert "error[U001]" not in said


def test_U002_a_project_without_a_readme_warns(guarded: Project) -> None:
    text = (guarded.root / "pyproject.toml").read_text(encoding="utf-8").replace('readme = "README.md"\n', "")
    guarded.write("pyproject.toml", text)
    release(guarded)

    assert "warning[U002]: twine check: " in accepted(guarded, "v1.0.0")


def test_X001_a_dependency_that_nobody_has(guarded: Project, tmp_path: Path) -> None:
    project_table(guarded, 'dependencies = ["helper>=2"]')
    release(guarded)

    said = refused(guarded, "v1.0.0", PIP_NO_INDEX="1", PIP_FIND_LINKS=helper_wheel(tmp_path / "index"))

    assert "error[X001]: the wheel does not install in a fresh environment: " in said
    assert "helper>=2" in said


def test_a_dependency_comes_from_where_the_user_says(guarded: Project, tmp_path: Path) -> None:
    project_table(guarded, 'dependencies = ["helper"]')
    guarded.write("src/demo/__init__.py", "import helper\n")
    release(guarded)

    accepted(guarded, "v1.0.0", PIP_NO_INDEX="1", PIP_FIND_LINKS=helper_wheel(tmp_path / "index"))


def test_X002_an_import_that_no_dependency_brings(guarded: Project) -> None:
    guarded.write("src/demo/__init__.py", '__version__ = "1.0.0"\nfrom demo.model import x\n')
    guarded.write("src/demo/model.py", '"""A model."""\n\nimport nobody_has_this\n\nx = 1\n')
    release(guarded)

    said = refused(guarded, "v1.0.0")

    assert "error[X002]: `import demo` fails in a fresh environment: No module named 'nobody_has_this'" in said
    assert "  --> src/demo/model.py:3:1\n   |\n 3 | import nobody_has_this\n   | ^^^^^^" in said


def test_X002_a_module_that_is_not_in_the_commit(guarded: Project) -> None:
    guarded.write("src/demo/__init__.py", "from demo.model import x\n")
    guarded.write(".gitignore", "model.py\n")
    release(guarded)
    guarded.write("src/demo/model.py", "x = 1\n")

    said = refused(guarded, "v1.0.0").replace("\n           ", " ")

    assert "error[X002]: `import demo` fails" in said
    assert "src/demo/model.py exists in your working tree but is not in the commit (.gitignore:1)" in said


def test_X002_a_wheel_without_a_package(guarded: Project) -> None:
    git("rm", "-rq", "src", cwd=guarded.root)
    release(guarded)

    said = refused(guarded, "v1.0.0")

    assert "error[X002]: the wheel brings no import package, so that nothing of it can be used" in said


def test_X002_what_tagwards_own_environment_has_is_not_there(guarded: Project) -> None:
    guarded.write("src/demo/__init__.py", "import packaging\n")
    release(guarded)

    assert "No module named 'packaging'" in refused(guarded, "v1.0.0")


def test_X003_another_package_that_does_not_import_warns(guarded: Project) -> None:
    guarded.write("src/plugin/__init__.py", "import nobody_has_this\n")
    release(guarded)

    assert "warning[X003]: `import plugin` fails in a fresh environment" in accepted(guarded, "v1.0.0")


@pytest.mark.parametrize("target", ["demo:nope", "demo.cli:main"])
def test_X004_a_script_that_leads_nowhere(guarded: Project, target: str) -> None:
    project_table(guarded, "[project.scripts]", f'demo = "{target}"')
    release(guarded)

    assert "error[X004]: the script demo does not start: " in refused(guarded, "v1.0.0")


def test_X005_a_module_that_is_not_the_wheels(guarded: Project) -> None:
    rules(guarded, 'import = ["demo", "json"]')
    release(guarded)

    assert "error[X005]: import json came from " in refused(guarded, "v1.0.0")


def test_X006_a_version_that_only_running_shows(guarded: Project) -> None:
    guarded.write("src/demo/__init__.py", '__version__ = ".".join(["0", "9"])\n')
    release(guarded)

    assert "error[X006]: demo.__version__ is 0.9, but the tag says 1.0.0" in refused(guarded, "v1.0.0")


def test_X007_a_script_that_wants_an_extra_warns(guarded: Project, tmp_path: Path) -> None:
    project_table(
        guarded, "[project.scripts]", 'demo = "demo.cli:main"', "[project.optional-dependencies]", 'cli = ["helper"]'
    )
    guarded.write("src/demo/cli.py", f"import helper\n\n\n{CALLABLE}")
    release(guarded)

    said = accepted(guarded, "v1.0.0", PIP_NO_INDEX="1", PIP_FIND_LINKS=helper_wheel(tmp_path / "index"))

    assert "warning[X007]: the script demo starts only with the extra cli: No module named 'helper'" in said


def test_X008_a_command_that_fails(guarded: Project) -> None:
    rules(guarded, "commands = [\"python -c 'raise SystemExit(7)'\"]")
    release(guarded)

    assert "error[X008]: the command \"python -c 'raise SystemExit(7)'\" fails: exit 7" in refused(guarded, "v1.0.0")


def test_several_findings_of_one_state_come_together(guarded: Project) -> None:
    project_table(guarded, "[project.scripts]", 'demo = "demo:nope"')
    guarded.write("src/demo/__init__.py", "import nobody_has_this\n")
    release(guarded)

    said = refused(guarded, "v1.0.0")

    assert "✗ push stopped: 2 problems in v1.0.0 (X002 X004). Nothing was sent." in said


def test_what_a_build_requires_and_cannot_get_is_not_the_fault_of_the_release(guarded: Project) -> None:
    text = (
        (guarded.root / "pyproject.toml").read_text(encoding="utf-8").replace("requires = []", 'requires = ["helper"]')
    )
    guarded.write("pyproject.toml", text)
    release(guarded)

    said = refused(guarded, "v1.0.0", PIP_INDEX_URL="http://127.0.0.1:9/simple")

    assert "error: v1.0.0 was not checked: what the build requires could not be brought in (" in said
    assert "✗ push stopped: v1.0.0 was not checked (this says nothing about the release)" in said


def test_what_a_wheel_requires_and_cannot_get_is_not_the_fault_of_the_release(guarded: Project) -> None:
    project_table(guarded, 'dependencies = ["helper"]')
    release(guarded)

    done = tagward("check", "v1.0.0", cwd=guarded.root, PIP_INDEX_URL="http://127.0.0.1:9/simple", PIP_RETRIES="0")

    assert (done.returncode, done.stdout) == (3, "")
    assert "error: v1.0.0 was not checked: what the wheel requires could not be brought in (" in done.stderr


def test_a_release_for_another_python_is_not_checked(guarded: Project) -> None:
    project_table(guarded, f'requires-python = "<{sys.version_info.major}"')
    release(guarded)

    said = refused(guarded, "v1.0.0")

    assert f"was not checked: the release wants Python <{sys.version_info.major}, and this is Python" in said
