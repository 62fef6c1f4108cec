"""What is tried in a fresh environment besides the import of the project's own package."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from fresh_install import installed, make_wheel

from tagward.checks import _modules as x
from tagward.model.findings import Status
from tagward.tools import modules as walk
from tagward.tools import scripts
from tagward.tools.modules import public_modules

if TYPE_CHECKING:
    from pathlib import Path

    from tagward.model.installation import Installation

INIT = {"acme_demo/__init__.py": ""}


def _statuses(found: Installation) -> dict[str, Status]:
    return {check.info.code: check(found).status for check in x.CHECKS if check(found).status is not Status.PASSED}


@pytest.mark.parametrize(
    ("member", "public"),
    [
        ("acme/a.py", True),
        ("acme/sub/__init__.py", True),
        ("acme/sub/deep.py", True),
        ("acme/_a.py", False),
        ("acme/_sub/a.py", False),
        ("acme/__main__.py", False),
        ("acme/sub/tests/a.py", False),
        ("acme/sub/test_a.py", False),
        ("acme/templates/a.py", False),
        ("acme/a-b.py", False),
        ("acme/a.txt", False),
        ("other/a.py", False),
        ("acme-1.dist-info/a.py", False),
    ],
)
def test_a_public_module_is_what_an_import_statement_of_a_user_can_name(member: str, *, public: bool) -> None:
    members = ["acme/__init__.py", "acme/sub/__init__.py", member]

    found = set(public_modules(members, ["acme"])) - {"acme.sub"}

    assert bool(found or member.endswith("sub/__init__.py")) is public


def test_all_public_modules_of_a_good_wheel_import_and_nothing_is_said(tmp_path: Path) -> None:
    files = {
        **INIT,
        "acme_demo/a.py": "import json\nfrom acme_demo.sub import b\nprint('noise')\n",
        "acme_demo/sub/__init__.py": "",
        "acme_demo/sub/b.py": "import tempfile\nwith tempfile.TemporaryFile() as file: file.write(b'x')\n",
        "acme_demo/cli.py": "import sys\ndef main(): sys.exit('--help' not in sys.argv)\n",
    }

    found = installed(tmp_path, files, "acme = acme_demo.cli:main", "Requires-Python: >=3.8\n")

    assert [one.name for one in found.modules] == [f"acme_demo.{name}" for name in ("a", "cli", "sub", "sub.b")]
    assert [(one.name, one.error) for one in found.answers] == [("acme", "")]
    assert _statuses(found) == {}


def test_a_module_that_dies_blocks_or_exits_costs_the_others_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(walk, "MODULE_SECONDS", 1.0)
    files = {
        **INIT,
        "acme_demo/a.py": "import os; os._exit(7)",
        "acme_demo/b.py": "import threading; threading.Event().wait()",
        "acme_demo/c.py": "raise SystemExit(3)",
        "acme_demo/d.py": "",
        "acme_demo/e/__init__.py": "raise RuntimeError('e')",
        "acme_demo/e/below.py": "",
        "acme_demo/f.py": "import os; os.kill(os.getpid(), 9)",
        "acme_demo/g.py": "",
    }

    found = installed(tmp_path, files)

    assert {one.name.removeprefix("acme_demo."): one.error for one in found.modules} == {
        "a": "the interpreter ended (exit 7)",
        "b": "it did not end within 1 s",
        "c": "SystemExit: 3",
        "d": "",
        "e": "RuntimeError: e",
        "f": "the interpreter ended (signal 9)",
        "g": "",
    }
    assert _statuses(found) == {"X010": Status.WARNED}


def test_nothing_is_held_against_a_module_that_an_earlier_import_did(tmp_path: Path) -> None:
    files = {
        **INIT,
        "acme_demo/a.py": "import sys; sys.spoilt = 1",
        "acme_demo/b.py": "import sys; assert not hasattr(sys, 'spoilt')",
    }

    assert [one.error for one in installed(tmp_path, files).modules] == ["", ""]


def test_what_there_is_no_time_for_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walk, "WALK_SECONDS", 0.0)
    monkeypatch.setattr(scripts, "ALL_SECONDS", 0.0)
    files = {**INIT, "acme_demo/a.py": "def main(): pass"}

    found = installed(tmp_path, files, "acme = acme_demo.a:main")

    assert _statuses(found) == {"X018": Status.WARNED}
    assert [finding.message for finding in x.not_everything_tried(found).findings] == [
        "1 of 1 modules were not imported, acme_demo.a the first",
        "1 scripts were not asked for --help, acme the first",
    ]


def test_a_module_of_its_own_that_the_wheel_leaves_out_is_told(tmp_path: Path) -> None:
    found = installed(tmp_path, {**INIT, "acme_demo/a.py": "\nfrom acme_demo.gone import x\n"})

    (finding,) = x.own_module_missing(found).findings

    assert str(finding.place) == "acme_demo/a.py:2:1"
    assert finding.notes[0].endswith("holds no acme_demo/gone.py and no acme_demo/gone/__init__.py")
    assert _statuses(found) == {"X009": Status.WARNED}


def test_a_plug_in_may_miss_its_host(tmp_path: Path) -> None:
    files = {**INIT, "acme_demo/plugin.py": "import a_host", "acme_demo/other.py": "import another_host"}

    found = installed(tmp_path, files, entry_points="[a_host]\nacme = acme_demo.plugin\n")

    assert [finding.message for finding in x.module_import_failed(found).findings] == [
        "import of acme_demo.other wants another_host, which nothing required brings"
    ]


@pytest.mark.parametrize(
    ("text", "event"),
    [
        ("open('acme.log', 'w')", "writes into the current folder: acme.log"),
        ("open(__file__ + '.lock', 'w')", "writes into the folder it is installed in: acme_demo/a.py.lock"),
        ("import os; os.mkdir('made')", "writes into the current folder: made"),
        # A datagram socket that is connected sends nothing.
        (
            "import socket\nwith socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s: s.connect(('203.0.113.7', 9))",
            "opens a connection to 203.0.113.7",
        ),
    ],
    ids=["writes", "writes-beside-itself", "makes-a-folder", "connects"],
)
def test_an_import_that_reaches_out_is_told_with_its_line(tmp_path: Path, text: str, event: str) -> None:
    found = installed(tmp_path, {**INIT, "acme_demo/a.py": f"try:\n    pass\nfinally:\n    pass\n{text}\n"})

    (effect,) = found.effects

    assert (effect.name, effect.error) == ("acme_demo.a", event)
    assert effect.place is not None
    assert effect.place.path == "acme_demo/a.py"
    assert effect.place.line >= 5
    assert _statuses(found)["X017"] is Status.WARNED


def test_an_import_may_read_and_speak_to_its_own_machine(tmp_path: Path) -> None:
    text = "import socket\nopen(__file__).close()\nsocket.socketpair()[0].close()\n"
    text += "with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s: s.connect(('127.0.0.1', 9))\n"

    assert installed(tmp_path, {"acme_demo/__init__.py": text}).effects == ()


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ("sys.exit(0)", ""),
        ("sys.exit('--help' in sys.argv)", ""),
        ("sys.exit('no such thing')", "--help: exit 1, --version: exit 1"),
        ("__import__('time').sleep(30)", "--help did not end within 2 s"),
    ],
    ids=["help", "version", "neither", "blocks"],
)
def test_a_script_answers_one_of_two_questions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str, error: str
) -> None:
    monkeypatch.setattr(scripts, "SCRIPT_SECONDS", 2.0)
    files = {"acme_demo/__init__.py": f"import sys\ndef main(): {body}\n"}

    found = installed(tmp_path, files, "acme = acme_demo:main")

    assert [one.error for one in found.answers] == [error]
    assert (x.script_silent(found).status is Status.WARNED) is bool(error)


def test_neither_windows_are_opened_nor_commands_run_twice(tmp_path: Path) -> None:
    files = {"acme_demo/__init__.py": "def main(): raise SystemExit(4)\n"}
    gui = "[gui_scripts]\nwindow = acme_demo:main\n"

    found = installed(tmp_path, files, "acme = acme_demo:main", entry_points=gui, commands=("acme now",))

    assert [one.name for one in found.scripts] == ["acme", "window"]
    assert found.answers == ()


def test_a_dependency_that_only_another_one_requires_is_borrowed(tmp_path: Path) -> None:
    make_wheel(tmp_path, "upper", {"upper/__init__.py": "import lower"}, "Requires-Dist: lower\n")
    make_wheel(tmp_path, "lower", {"lower/__init__.py": ""})
    files = {"acme_demo/__init__.py": "import upper\nif upper:\n    import lower\n", "acme_demo/a.py": "import lower\n"}

    found = installed(tmp_path, files, metadata="Requires-Dist: upper\n")

    assert [(one.module, one.owners, str(one.place)) for one in found.study.borrowed] == [
        ("lower", ("lower",), "acme_demo/a.py:1:1")
    ]
    assert _statuses(found) == {"X014": Status.WARNED}


def test_a_dependency_that_is_declared_is_not_borrowed(tmp_path: Path) -> None:
    make_wheel(tmp_path, "lower", {"lower/__init__.py": ""})
    files = {"acme_demo/__init__.py": "import lower\n"}

    assert installed(tmp_path, files, metadata="Requires-Dist: Lower\n").study.borrowed == ()


def test_an_extra_that_the_dependency_does_not_have_is_told(tmp_path: Path) -> None:
    make_wheel(tmp_path, "lower", {"lower/__init__.py": ""}, "Provides-Extra: fast\n")

    found = installed(tmp_path, INIT, metadata="Requires-Dist: lower[fast,quick]\n")

    assert found.absent_extras == ("lower[quick]: lower 1.4.0 has no such extra",)
    assert _statuses(found) == {"X013": Status.WARNED}


def test_syntax_of_a_later_python_refuses_where_an_import_meets_it(tmp_path: Path) -> None:
    match = "def f(x):\n    match x:\n        case _: pass\n"
    files = {"acme_demo/__init__.py": "from . import a", "acme_demo/a.py": match, "acme_demo/b.py": match}

    found = installed(tmp_path, files, metadata="Requires-Python: >=3.9\n")

    (certain,) = x.syntax_too_new(found).findings
    (possible,) = x.python_too_old(found).findings
    assert certain.message == "Pattern matching is there since Python 3.10 only, but Requires-Python allows 3.9"
    assert (str(certain.place), str(possible.place)) == ("acme_demo/a.py:2", "acme_demo/b.py:2")
