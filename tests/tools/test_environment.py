"""Which import packages a wheel brings, and what happens to them in a fresh environment."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from fresh_install import installed
from paper import WHEEL

from tagward.tools.environment import import_names

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("members", "names"),
    [
        (["acme_demo/__init__.py", "acme_demo/a.py"], ("acme_demo",)),
        (["acme.py"], ("acme",)),
        (["_acme.cpython-311-x86_64-linux-gnu.so", "acme/__init__.py"], ("acme", "_acme")),
        (["google/cloud/demo/__init__.py"], ("google.cloud.demo",)),
        (["acme/core/__init__.py", "acme/more/__init__.py"], ("acme.core", "acme.more")),
        (["zebra/__init__.py", "acme_demo/__init__.py", "aaa.py"], ("acme_demo", "aaa", "zebra")),
        (["acme_demo/__init__.cpython-311-darwin.so"], ("acme_demo",)),
        (["acme_demo-1.4.0.dist-info/METADATA", "acme_demo-1.4.0.data/scripts/x.py"], ()),
        (["acme/data.json", "acme/__init__.pyi"], ()),
        (["acme/a.py", "acme/b.py"], ("acme.a", "acme.b")),
        (["small/__init__.py", "zbig/__init__.py", "zbig/a.py"], ("zbig", "small")),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_import_packages_are_read_from_the_members(members: list[str], names: tuple[str, ...]) -> None:
    assert import_names(replace(WHEEL, members=tuple(members))) == names


def test_import_names_of_the_metadata_come_first() -> None:
    assert import_names(replace(WHEEL, import_names=("acme", "acme._c; private"))) == ("acme",)


def test_a_good_wheel_is_installed_imported_and_its_script_loaded(tmp_path: Path) -> None:
    files = {"acme_demo/__init__.py": '__version__ = "1.4.0"\ndef main(): print("hello")\n'}

    found = installed(tmp_path, files, "acme = acme_demo:main", commands=("acme",))

    assert (found.failure, found.version) == ("", "1.4.0")
    assert [(one.name, one.error, one.module_version, one.outside) for one in found.imports] == [
        ("acme_demo", "", "1.4.0", "")
    ]
    assert [(one.name, one.error) for one in (*found.scripts, *found.commands)] == [("acme", ""), ("acme", "")]


def test_a_version_constant_beside_the_one_for_something_else_is_enough(tmp_path: Path) -> None:
    compatible = '__version__ = "2.2.8"\n'
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()

    (plain,) = installed(tmp_path / "one", {"acme_demo/__init__.py": compatible}).imports
    (told,) = installed(tmp_path / "two", {"acme_demo/__init__.py": f'{compatible}VERSION_STRING = "1.4.0"\n'}).imports

    assert (plain.module_version, told.module_version) == ("2.2.8", "")


def test_a_missing_module_is_reported_with_the_line_that_wants_it(tmp_path: Path) -> None:
    files = {
        "acme_demo/__init__.py": "from acme_demo import model\n",
        "acme_demo/model.py": "\n\nimport attr_of_nobody\n",
    }

    (loaded,) = installed(tmp_path, files).imports

    assert loaded.error == "No module named 'attr_of_nobody'"
    assert loaded.missing == "attr_of_nobody"
    assert str(loaded.place) == "acme_demo/model.py:3:1"
    assert loaded.place is not None
    assert loaded.place.quote == "import attr_of_nobody"


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("import sys; sys.exit(3)", "SystemExit: 3"),
        ("import os; os._exit(3)", "the interpreter ended (exit 3)"),
        ("import os; os.kill(os.getpid(), 9)", "the interpreter ended (signal 9)"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt"),
        ("def f(:", "SyntaxError: invalid syntax"),
    ],
    ids=["exits", "dies", "killed", "interrupts", "syntax"],
)
def test_whatever_a_module_does_on_import_is_its_own_fault(tmp_path: Path, text: str, error: str) -> None:
    (loaded,) = installed(tmp_path, {"acme_demo/__init__.py": text}).imports

    assert loaded.error == error


def test_what_stands_beside_the_package_is_not_required(tmp_path: Path) -> None:
    files = {"acme_demo/__init__.py": "", "pytest_plugin_of_acme.py": "import a_host_program"}

    found = {one.name: one for one in installed(tmp_path, files).imports}

    assert found["acme_demo"].required
    assert not found["pytest_plugin_of_acme"].required
    assert found["pytest_plugin_of_acme"].error


def test_what_the_project_names_is_required(tmp_path: Path) -> None:
    files = {"acme_demo/__init__.py": "", "beside.py": "raise RuntimeError('x')"}

    found = installed(tmp_path, files, imports=("beside",)).imports

    assert [(one.name, one.required, one.error) for one in found] == [("beside", True, "RuntimeError: x")]


def test_a_script_without_its_target_does_not_load(tmp_path: Path) -> None:
    found = installed(
        tmp_path, {"acme_demo/__init__.py": "x = 1"}, "a = acme_demo:main\nb = acme_demo:x\nc = gone:main"
    )

    assert [bool(one.error) for one in found.scripts] == [True, True, True]
    assert "has no attribute 'main'" in found.scripts[0].error
    assert "is not callable" in found.scripts[1].error


def test_a_command_that_fails_is_told_with_its_last_words(tmp_path: Path) -> None:
    files = {"acme_demo/__init__.py": "def main(): raise SystemExit('no such thing')"}

    (command,) = installed(tmp_path, files, "acme = acme_demo:main", commands=("acme --version",)).commands

    assert (command.error, command.notes) == ("exit 1", ("no such thing",))


def test_a_requirement_that_nobody_has_is_a_fault_of_the_release(tmp_path: Path) -> None:
    found = installed(tmp_path, {"acme_demo/__init__.py": ""}, metadata="Requires-Dist: nobody-has-this==9\n")

    assert "nobody-has-this" in found.failure
    assert found.imports == ()


def test_the_module_of_the_working_folder_is_not_the_one_that_is_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "acme_demo.py").write_text("raise RuntimeError('the source tree')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))

    (loaded,) = installed(tmp_path, {"acme_demo/__init__.py": ""}).imports

    assert (loaded.error, loaded.outside) == ("", "")
