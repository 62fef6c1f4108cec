"""A release in one command: published by its workflow, and verified on the index."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from conftest import git, tagward
from release_support import make_forge

from tagward.tools.localindex import local_index

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.e2e
SAID = """  ✓ push      main and v0.2.0 are on origin
  ✓ local     v0.2.0 is here too, and on main
  ✓ release   https://github.com/acme/tagward-sandbox/releases/tag/v0.2.0
  ✓ workflow  pypi-release.yml: success, https://github.com/run/7
""".splitlines()


def test_the_sandbox_goes_from_0_1_0_to_a_published_and_verified_0_2_0_in_one_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with local_index(tmp_path / "index") as index:
        forge = make_forge(tmp_path, monkeypatch, index)
        root = forge.project.root
        assert tagward("install", cwd=root).returncode == 0

        done = tagward("release", "0.2.0", "--execute", "--wait", "300", cwd=root)

        assert (done.returncode, done.stdout) == (0, ""), done.stderr
        lines = done.stderr.splitlines()
        assert [line for line in SAID if not any(said.startswith(line) for said in lines)] == []
        assert "✓ v0.2.0 is ready, remembered from" in done.stderr
        assert lines[-1] == "✓ tagward-sandbox 0.2.0 is published and sound (published)"
        again = tagward("release", "0.2.0", "--execute", "--wait", "0", cwd=root)
        assert (again.returncode, "push" in again.stderr) == (0, False), again.stderr
    assert {path.name for path in (tmp_path / "index").glob("*0.2.0*")} == {
        "tagward_sandbox-0.2.0.tar.gz",
        "tagward_sandbox-0.2.0-py3-none-any.whl",
    }
    assert "the message of the tag states the digests of these very files" in (forge.folder / "run.log").read_text()
    assert git("status", "--porcelain", "-b", cwd=root).stdout == "## main...origin/main\n"
    assert git("log", "--format=%s%d", "-2", cwd=root).stdout.splitlines() == [
        "Release 0.2.0 (HEAD -> main, tag: v0.2.0, origin/main)",
        "Release 0.1.0 (tag: v0.1.0)",
    ]
    assert sum(words.startswith("release create") for words in forge.asked()) == 1
