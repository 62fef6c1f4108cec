"""tagward's own workflows come from the templates that `init` writes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tagward.workflows.render import RELEASE, TEST, Choices, render

FOLDER = Path(__file__).parents[2] / ".github" / "workflows"
OWN = Choices("", here=".", there="judged/dist/*.whl")
"""It judges itself with its own code, and publishes itself with the very wheel that was judged."""


@pytest.mark.parametrize("name", [RELEASE, TEST])
def test_they_are_what_the_templates_give(name: str) -> None:
    assert (FOLDER / name).read_text(encoding="utf-8") == render(name, OWN)
