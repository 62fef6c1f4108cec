"""The deeper checks of the installed wheel, through a real push."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from push_support import accepted, refused
from support import release

if TYPE_CHECKING:
    from conftest import Project

pytestmark = pytest.mark.e2e


def test_X019_a_module_that_is_not_committed_is_named_with_the_line_that_wants_it(guarded: Project) -> None:
    guarded.write(".gitignore", "gone.py\n")
    guarded.write("src/demo/gone.py", "")
    guarded.write("src/demo/used.py", "from demo.gone import x\n")
    release(guarded)

    said = refused(guarded, "v1.0.0")

    assert "error[X019]: `import demo.used` fails in a fresh environment: No module named 'demo.gone'" in said
    assert "--> src/demo/used.py:1:1" in said
    assert "src/demo/gone.py exists in your working tree but is not in the commit" in said


def test_X010_and_X017_warn_and_let_the_release_go(guarded: Project) -> None:
    guarded.write("src/demo/plugin.py", "import a_host_program\n")
    guarded.write("src/demo/writes.py", "open('demo.log', 'w').close()\n")
    release(guarded)

    said = accepted(guarded, "v1.0.0")

    assert "warning[X010]: import of demo.plugin wants a_host_program" in said
    assert "warning[X017]: `import demo.writes` writes into the current folder: demo.log" in said
    assert "--> src/demo/writes.py:1:1" in said
