"""The JSON schema of `[tool.tagward]` says what the configuration says, in its own way."""

from __future__ import annotations

import dataclasses
import importlib.metadata
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import jsonschema
import pytest

from tagward.errors import ConfigError
from tagward.model.config import _READERS, Config, _spelled
from tagward.schema import tool_schema

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).parents[1]
SCHEMA = tool_schema("tagward")
GOOD: list[dict[str, object]] = [
    {},
    {"tag": "v{version}"},
    {"legacy-tags": ["rel-{version}", "{version}"], "ignore-tags": ["nightly-*"]},
    {"project": [{"path": "packages/core", "tag": "{name}-v{version}"}, {"path": "."}]},
    {"changelog": False},
    {"changelog": "NEWS.rst", "version-files": ["deploy.yaml:image.tag"], "strict": True, "allow-delete": True},
    {"import": ["acme_demo", "acme.plugins"], "commands": ["acme --version"], "timeout": 60, "max-builds": 1},
    {"test-command": "pytest -q", "test-requires": ["pytest>=8"], "test-extras": ["test"]},
    {"select": ["ALL", "V", "B001"], "ignore": {"T001": "made on the release page"}},
    {"secrets-allowed": {"0" * 64: "a key that the tests make up"}},
]
BAD: list[dict[str, object]] = [
    {"tga": "v{version}"},
    {"tag": "v1"},
    {"tag": "{version}{version}"},
    {"tag": "vé{version}"},
    {"tag": 1},
    {"legacy-tags": "v{version}"},
    {"ignore-tags": [""]},
    {"project": [{"tag": "v{version}"}]},
    {"project": [{"path": "../x"}]},
    {"project": [{"path": "x", "tga": "y"}]},
    {"changelog": True},
    {"changelog": ""},
    {"strict": "yes"},
    {"import": ["acme-demo"]},
    {"commands": "x"},
    {"test-command": "a\nb"},
    {"test-command": " "},
    {"test-extras": ["-x"]},
    {"select": ["v"]},
    {"ignore": {"T001": " "}},
    {"ignore": {"t1": "x"}},
    {"ignore": ["T001"]},
    {"secrets-allowed": {"0f": "x"}},
    {"timeout": 0},
    {"timeout": True},
    {"max-builds": 1.5},
]


def _fits(table: Mapping[str, object]) -> bool:
    return bool(jsonschema.Draft7Validator(SCHEMA).is_valid(table))


@pytest.mark.parametrize("table", GOOD, ids=str)
def test_what_the_configuration_takes_the_schema_takes(table: dict[str, object]) -> None:
    Config.of(table)

    assert _fits(table)


@pytest.mark.parametrize("table", BAD, ids=str)
def test_what_the_configuration_refuses_the_schema_refuses(table: dict[str, object]) -> None:
    with pytest.raises(ConfigError):
        Config.of(table)

    assert not _fits(table)


def test_it_knows_every_key_and_no_other() -> None:
    properties = SCHEMA["properties"]

    assert isinstance(properties, dict)
    assert set(properties) == {_spelled(one.name) for one in dataclasses.fields(Config) if one.name in _READERS}
    assert all(one.get("description") for one in properties.values())


def test_it_is_a_schema_and_the_readme_fits_it() -> None:
    jsonschema.Draft7Validator.check_schema(SCHEMA)
    blocks = (ROOT / "README.md").read_text(encoding="utf-8").split("```toml\n")[1:]
    tables = [tomllib.loads(block.split("```")[0].replace("0f3a…", "0" * 64)) for block in blocks]

    assert len(tables) >= 2
    assert all(_fits(table["tool"]["tagward"]) for table in tables)


def test_validate_pyproject_finds_it_and_reports_a_misspelt_key(tmp_path: Path) -> None:
    entry = {one.name: one for one in importlib.metadata.entry_points(group="validate_pyproject.tool_schema")}[
        "tagward"
    ]
    assert entry.load() is tool_schema
    file = tmp_path / "pyproject.toml"
    project = '[project]\nname = "demo"\nversion = "1.0"\n[tool.tagward]\n'

    file.write_text(project + 'tag = "v{version}"\n')
    good = _validated(file)
    file.write_text(project + 'tga = "v{version}"\n')
    bad = _validated(file)

    assert good.returncode == 0, good.stdout + good.stderr
    assert bad.returncode != 0
    assert "tga" in bad.stdout + bad.stderr


def _validated(file: Path) -> subprocess.CompletedProcess[str]:
    words = [str(Path(sys.executable).parent / "validate-pyproject"), str(file)]
    return subprocess.run(words, capture_output=True, text=True, check=False, timeout=60)
