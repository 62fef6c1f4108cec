"""The completions, tried in the shells themselves."""

from __future__ import annotations

import shutil
import subprocess

import pytest
from conftest import tagward

from tagward.cli import VERBS
from tagward.cli.completion import SHELLS

ASK = """\
source "$1"
COMP_WORDS=($2)
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
COMP_LINE=$2
COMP_POINT=${#COMP_LINE}
_shtab_tagward
printf '%s\\n' "${COMPREPLY[@]}"
"""


def _script(shell: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("completion")
    done = tagward("completion", shell, cwd=folder)
    assert done.returncode == 0, done.stderr
    file = folder / "tagward"
    file.write_text(done.stdout)
    return str(file)


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("tagward do", {"doctor"}),
        ("tagward un", {"uninstall"}),
        ("tagward doctor --of", {"--offline"}),
        ("tagward doctor --format m", {"markdown"}),
        ("tagward init --publish t", {"token", "trusted"}),
        ("tagward completion ", set(SHELLS)),
    ],
)
def test_bash_offers(typed: str, offered: set[str], tmp_path_factory: pytest.TempPathFactory) -> None:
    words = ["bash", "-c", ASK, "ask", _script("bash", tmp_path_factory), typed]
    if typed.endswith(" "):
        words[2] = ASK.replace("COMP_WORDS=($2)", 'COMP_WORDS=($2 "")')

    done = subprocess.run(words, capture_output=True, text=True, check=True, timeout=30)

    assert {word.strip() for word in done.stdout.split()} == offered


def test_bash_offers_every_command(tmp_path_factory: pytest.TempPathFactory) -> None:
    words = ["bash", "-c", ASK.replace("($2)", '(tagward "")'), "ask", _script("bash", tmp_path_factory), "tagward "]

    done = subprocess.run(words, capture_output=True, text=True, check=True, timeout=30)

    assert set(VERBS) <= set(done.stdout.split())


@pytest.mark.parametrize("shell", SHELLS)
def test_every_shell_reads_its_script(shell: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    script = _script(shell, tmp_path_factory)
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not on PATH")

    subprocess.run([shell, "-n", script], check=True, capture_output=True, timeout=30)
