"""The JSON schema of `[tool.tagward]`, for editors and for validate-pyproject (its documentation, "Schemas")."""

from __future__ import annotations

import importlib.resources
import json

SCHEMA = "tagward.schema.json"


def tool_schema(tool: str) -> dict[str, object]:
    """What validate-pyproject asks for: the schema of the table of a tool, which is `tagward`."""
    text = importlib.resources.files("tagward").joinpath(SCHEMA).read_text(encoding="utf-8")
    found: dict[str, object] = json.loads(text)
    del tool
    return found
