"""What a build, twine and pip say, read from their words."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tagward.errors import CannotJudge
from tagward.model.distributions import Rendering
from tagward.tools import twine
from tagward.tools.build import build, builders_in, failure_in
from tagward.tools.installers import failing_machine, find_installers, unreachable
from tagward.tools.run import Completed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

HATCHLING = """\
* Creating isolated environment: venv+uv...
* Installing packages in isolated environment:
  - hatchling
* Installed build dependency versions:
  - hatchling==1.33.0
* Building sdist...
Traceback (most recent call last):
  File "/x/site-packages/pyproject_hooks/_in_process/_in_process.py", line 341, in build_sdist
    return backend.build_sdist(sdist_directory, config_settings)
           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  File "/tmp/env/lib/site-packages/hatchling/metadata/core.py", line 553, in readme
    raise OSError(message)
OSError: Readme file does not exist: README.md

TIP pass --env-dir and --sdist-extract-dir to keep the build environment
ERROR Backend subprocess exited when trying to invoke build_sdist
"""
UNSATISFIABLE = """\
* Creating isolated environment: venv+uv...
* Installing packages in isolated environment:
  - hatchlink
> uv pip install hatchlink --python env/bin/python
< Using Python 3.11.7 environment at: env
< error: No solution found when resolving dependencies
<   cause: Because hatchlink was not found in the package registry and you require hatchlink
Traceback (most recent call last):
  File "/x/build/env.py", line 234, in install
subprocess.CalledProcessError: Command '['uv']' returned non-zero exit status 1.

ERROR Command '['uv']' returned non-zero exit status 1.
"""


def test_the_last_error_is_the_reason_and_the_front_end_is_left_out() -> None:
    failure = failure_in(HATCHLING, "build.log")

    assert failure.reason == "Readme file does not exist: README.md"
    assert failure.stage == "sdist"
    assert failure.excerpt[-3:] == (
        '  File "/tmp/env/lib/site-packages/hatchling/metadata/core.py", line 553, in readme',
        "    raise OSError(message)",
        "OSError: Readme file does not exist: README.md",
    )
    assert not any("pyproject_hooks" in line or "backend.build_sdist" in line for line in failure.excerpt)


def test_a_failure_after_the_sdist_is_one_of_the_wheel() -> None:
    assert failure_in("* Building sdist...\n* Building wheel from sdist\nValueError: no", "x").stage == "wheel"


def test_an_installer_that_finds_no_requirement_is_quoted() -> None:
    failure = failure_in(UNSATISFIABLE, "build.log")

    assert failure.reason.startswith("No solution found when resolving dependencies Because hatchlink was not found")
    assert failure.excerpt[0].startswith("< error:")


def test_a_silent_failure_says_so() -> None:
    assert failure_in("", "x").reason == "the build said nothing"


def test_an_excerpt_is_short() -> None:
    log = "".join(f"line {number}\n" for number in range(500)) + "ValueError: no"

    failure = failure_in(log, "x")

    assert len(failure.excerpt) == 15
    assert failure.above == 486


def test_the_backend_is_the_first_requirement() -> None:
    assert next(iter(builders_in(HATCHLING).items())) == ("hatchling", "1.33.0")
    assert builders_in("") == {}


@pytest.mark.parametrize(
    "line",
    [
        "< WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError(…)'",
        "<   cause: dns error",
        "urllib3.exceptions.NameResolutionError: Temporary failure in name resolution",
        "OSError: [Errno 28] No space left on device",
    ],
)
def test_the_network_and_the_machine_are_told_from_the_release(line: str) -> None:
    assert unreachable(f"one\n{line}\ntwo") == line.strip(" <>")


def test_the_machine_is_told_from_the_network() -> None:
    assert (
        failing_machine("one\n< OSError: [Errno 5] Input/output error\ntwo") == "OSError: [Errno 5] Input/output error"
    )
    assert failing_machine("<   cause: dns error") == ""


def test_a_faulty_release_is_not_blamed_on_the_network() -> None:
    assert unreachable(HATCHLING) == ""
    assert unreachable(UNSATISFIABLE) == ""


def test_twine_is_read_file_by_file() -> None:
    said = (
        "Checking a/demo-1.0-py3-none-any.whl: PASSED with warnings\n"
        "WARNING  `long_description_content_type` missing. defaulting to `text/x-rst`.\n"
        "WARNING  `long_description` missing.\n"
        "Checking a/demo-1.0.tar.gz: FAILED\n"
        "ERROR    `long_description` has syntax errors in markup\n"
        "         line 1: Warning: Inline interpreted text\n"
        "Checking a/demo-1.0-cp311-cp311-linux_x86_64.whl: PASSED\n"
    )

    warned, refused, passed = twine._read(said)

    assert warned.warnings[1] == "`long_description` missing."
    assert not warned.errors
    assert refused.errors == (
        "`long_description` has syntax errors in markup",
        "line 1: Warning: Inline interpreted text",
    )
    assert passed == Rendering("demo-1.0-cp311-cp311-linux_x86_64.whl")


def test_twine_without_files_is_not_asked(tmp_path: Path) -> None:
    assert twine.check([], {}, tmp_path / "log") == ()


def test_an_address_with_a_password_is_withheld_and_named_without_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", "https://me:s3cret@private.example/simple http://127.0.0.1:9/simple")
    installers = replace(find_installers(), uv=None)
    monkeypatch.setattr("tagward.tools.build.run", _unreachable)

    with pytest.raises(CannotJudge) as caught:
        build(tmp_path, tmp_path / "dist", {"PATH": ""}, installers, tmp_path / "log")

    assert "s3cret" not in str(installers)
    assert installers.settings["PIP_EXTRA_INDEX_URL"] == "http://127.0.0.1:9/simple"
    assert caught.value.fixes[-1].startswith("the index private.example/simple carries a password")


def _unreachable(words: Sequence[object], *, log: Path, **settings: object) -> Completed:
    assert settings
    log.write_text("<   cause: dns error\n")
    return Completed(tuple(map(str, words)), 1, b"", b"")
