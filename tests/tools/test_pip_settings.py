"""pip's configuration, held against what pip itself says of it."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tagward.errors import CannotJudge
from tagward.tools.installers import find_installers
from tagward.tools.pip_settings import index_of_pip, is_set, read_settings

ASK = """
from pip._internal.commands import create_command
from pip._internal.models.index import PyPI
values = create_command("install").parser.get_default_values()
print([values.index_url, values.extra_index_urls, values.find_links, values.no_index, values.cert, PyPI.simple_url])
"""


WORDS = (
    b"[global]",
    b"[install]",
    b"[",
    b"]",
    b"\n",
    b"\n ",
    b"index-url",
    b"no-index",
    b" = ",
    b":",
    b"%(x)s",
    b"#",
    b"yes",
)


def of_pip() -> list[object]:
    """What `pip install` would go by: index, further ones, links, no index, certificates; and PyPI's address."""
    done = subprocess.run([sys.executable, "-I", "-c", ASK], env=os.environ, capture_output=True, text=True, check=True)
    found: list[object] = ast.literal_eval(done.stdout)
    return found


def ours() -> list[object]:
    """The same, as we read it."""
    found = read_settings()
    lists = [found.get(name, "").split() for name in ("extra-index-url", "find-links")]
    return [
        found.get("index-url", index_of_pip()),
        *lists,
        is_set(found, "no-index"),
        found.get("cert"),
        index_of_pip(),
    ]


@pytest.fixture
def pip(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """No variable of pip's; the files of the machine stay, and both read them."""
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    return monkeypatch


USER = {
    "nothing": {},
    "user": {".config/pip/pip.conf": "[global]\nindex-url = http://127.0.0.1:1/a\n"},
    "legacy": {".pip/pip.conf": "[global]\nindex_url = http://127.0.0.1:1/a\nNO-INDEX = yes\n"},
    "both": {
        ".pip/pip.conf": "[global]\nindex-url = http://127.0.0.1:1/a\ncert = /x\n",
        ".config/pip/pip.conf": "[global]\nindex-url = http://127.0.0.1:1/b\n",
    },
    "the command's own": {
        ".pip/pip.conf": "[install]\nindex-url = http://127.0.0.1:1/a\n",
        ".config/pip/pip.conf": "[global]\nindex-url = http://127.0.0.1:1/b\n[download]\nno-index = true\n",
    },
    "lists and empty ones": {
        ".config/pip/pip.conf": "[global]\nextra-index-url =\n  http://127.0.0.1:1/a\n  http://127.0.0.1:1/b\n"
        "[install]\nextra-index-url =\nfind-links = /one\n"
    },
}
VARIABLES = {
    "none": {},
    "index": {"PIP_INDEX_URL": "http://127.0.0.1:1/v", "PIP_NO_INDEX": "0"},
    "empty": {"PIP_INDEX_URL": "", "PIP_FIND_LINKS": "/two /three"},
    "another file": {"PIP_CONFIG_FILE": "named.conf"},
    "a file that is not there": {"PIP_CONFIG_FILE": "absent.conf"},
    "no file at all": {"PIP_CONFIG_FILE": os.devnull},
}


@pytest.mark.parametrize("variables", VARIABLES.values(), ids=VARIABLES)
@pytest.mark.parametrize("files", USER.values(), ids=USER)
def test_it_is_read_as_pip_reads_it(pip: pytest.MonkeyPatch, files: dict[str, str], variables: dict[str, str]) -> None:
    home = Path(os.environ["HOME"])
    pip.chdir(home)
    for name, text in {**files, "named.conf": "[global]\nindex-url = http://127.0.0.1:1/named\n"}.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(text)
    for name, value in variables.items():
        pip.setenv(name, value)

    assert ours() == of_pip()


def test_a_file_that_pip_cannot_read_is_named(pip: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "pip.conf").write_text("no section\n")
    pip.setenv("PIP_CONFIG_FILE", str(tmp_path / "pip.conf"))

    with pytest.raises(CannotJudge, match=r"pip.conf cannot be read"):
        read_settings()


def test_a_switch_that_is_none_is_no_switch() -> None:
    with pytest.raises(CannotJudge, match="no-index = perhaps"):
        is_set({"no-index": "perhaps"}, "no-index")


def test_uv_is_told_what_pip_is_configured_to_do(pip: pytest.MonkeyPatch) -> None:
    assert "UV_CONFIG_FILE" not in find_installers().settings
    for name, value in {"NO_INDEX": "yes", "TRUSTED_HOST": "a.example", "UPLOADED_PRIOR_TO": "2026-01-01"}.items():
        pip.setenv(f"PIP_{name}", value)

    settings = find_installers().settings

    assert Path(settings["UV_CONFIG_FILE"]).read_text().endswith("no-index = true\n")
    assert settings["UV_INSECURE_HOST"] == "a.example"
    assert settings["UV_EXCLUDE_NEWER"] == "2026-01-01"


def test_an_index_beside_the_first_is_a_doubt(pip: pytest.MonkeyPatch) -> None:
    pip.setenv(
        "PIP_EXTRA_INDEX_URL",
        "file:///wheels https://user:secret@a.example/simple http://b.example/ http://b.example/x",
    )
    (said,) = find_installers().doubts
    assert "another index (a.example, b.example)" in said
    assert "secret" not in said

    pip.setenv("PIP_EXTRA_INDEX_URL", "file:///wheels")
    assert find_installers().doubts == ()


@pytest.mark.parametrize("variables", [{}, {"XDG_CACHE_HOME": "/x/cache"}, {"UV_CACHE_DIR": "/x/uv"}], ids=str)
def test_the_cache_of_uv_is_where_uv_says(pip: pytest.MonkeyPatch, variables: dict[str, str]) -> None:
    pip.delenv("UV_CACHE_DIR", raising=False)
    for name, value in variables.items():
        pip.setenv(name, value)
    installers = find_installers()
    assert installers.uv is not None

    done = subprocess.run([installers.uv, "cache", "dir"], capture_output=True, text=True, check=True)

    assert installers.settings["UV_CACHE_DIR"] == done.stdout.strip()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=100) | st.lists(st.sampled_from(WORDS), max_size=20).map(b"".join))
def test_any_file_is_read_or_told_as_what_pip_cannot_read(
    pip: pytest.MonkeyPatch, tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "pip.conf").write_bytes(content)
    pip.setenv("PIP_CONFIG_FILE", str(tmp_path / "pip.conf"))
    try:
        found = read_settings()
    except CannotJudge:
        return

    assert all(isinstance(value, str) for value in found.values())
