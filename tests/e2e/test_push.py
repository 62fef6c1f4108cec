"""The whole way: tag, push, gate, remote."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Project

pytestmark = pytest.mark.e2e


def test_a_good_tag_goes_out(guarded: Project) -> None:
    guarded.tag("v1.0.0")

    done = guarded.push("main", "v1.0.0")

    assert done.returncode == 0, done.stderr
    assert "refs/tags/v1.0.0" in guarded.on_remote()
    assert "✓ v1.0.0 is ready" in done.stderr
