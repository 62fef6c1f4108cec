"""What the message of a release tag says, and what is read from any message."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tagward.model.receipt import Receipt, Sealed, differences
from tagward.model.tagmessage import stated, tag_message

RECEIPT = Receipt(
    tag="v1.4.0",
    oid="a" * 40,
    commit="b" * 40,
    project="acme-demo",
    version="1.4.0",
    files=(
        Sealed("acme_demo-1.4.0.tar.gz", 24101, "1" * 64, "2" * 64),
        Sealed("acme_demo-1.4.0-py3-none-any.whl", 18602, "3" * 64, "4" * 64),
    ),
    checks={"T001": "passed", "C001": "warned", "I001": "skipped"},
    ignored={},
    tools={"python": "3.11.7", "build": "1.6.1", "hatchling": "1.33.0", "twine": "7.0.0", "packaging": "26.4"},
    judged="2026-11-29T13:31:28Z",
)
MESSAGE = f"""Acme.Demo 1.4.0

Judged by tagward before this tag was made: 2 checks,
2026-11-29T13:31:28Z.

Judged-File: acme_demo-1.4.0.tar.gz, 24101 bytes
 sha256:{"1" * 64}
 inside:{"2" * 64}
Judged-File: acme_demo-1.4.0-py3-none-any.whl, 18602 bytes
 sha256:{"3" * 64}
 inside:{"4" * 64}
Judged-With: build 1.6.1, hatchling 1.33.0, packaging 26.4, python
 3.11.7, twine 7.0.0
"""


def test_the_message_is_for_people_and_ends_in_trailers() -> None:
    assert tag_message(RECEIPT, "Acme.Demo") == MESSAGE
    assert max(map(len, MESSAGE.splitlines())) <= 72


@pytest.mark.parametrize("after", ["", "-----BEGIN SSH SIGNATURE-----\nU1NIU0lH\n-----END SSH SIGNATURE-----\n"])
def test_what_is_written_is_read_signed_or_not(after: str) -> None:
    there = stated(MESSAGE + after, RECEIPT)

    assert there is not None
    assert (there.files, there.tools) == (RECEIPT.files, RECEIPT.tools)
    assert differences(RECEIPT, there) == ()


def test_a_file_whose_inside_nobody_has_read_is_stated_by_its_bytes_alone() -> None:
    receipt = replace(RECEIPT, files=(replace(RECEIPT.files[0], content=""),))

    there = stated(tag_message(receipt, "acme-demo"), receipt)

    assert there is not None
    assert there.files == receipt.files


def test_a_difference_is_explained_by_what_is_inside_and_by_the_tools() -> None:
    wheel = replace(RECEIPT.files[1], sha256="5" * 64, size=18700)
    here = replace(RECEIPT, files=(RECEIPT.files[0], wheel), tools={**RECEIPT.tools, "hatchling": "1.34.0"})

    there = stated(MESSAGE, here)

    assert there is not None
    assert differences(here, there) == (
        (
            "acme_demo-1.4.0-py3-none-any.whl differs: the same files inside, other bytes around them "
            "(18700 bytes here, 18602 there)"
        ),
        "hatchling 1.34.0 here, 1.33.0 there",
    )


@pytest.mark.parametrize(
    "message",
    [
        "",
        "v1.4.0\n",
        "Judged-File: ../../etc/passwd, 1 bytes\n sha256:" + "1" * 64,
        "Judged-File: a.whl, 1 bytes\n sha256:" + "g" * 64,
        "Judged-File: a.whl, 1 bytes\n sha256:" + "1" * 63,
        "Judged-File: a.whl, 1 bytes\nsha256:" + "1" * 64,
        "Judged-File: a.whl, 99999999999999999999999 bytes\n sha256:" + "1" * 64,
        "  Judged-File: a.whl, 1 bytes\n sha256:" + "1" * 64,
        f"Judged-File: a.whl, 1 bytes\n sha256:{'1' * 64}\n" * 1001,
        "Judged-With: python 3.11\n",
        "Judged-File:" + "\n " * 100_000,
        "Judged-With: " + "a, " * 100_000,
    ],
)
def test_a_message_that_states_no_digest_states_nothing(message: str) -> None:
    assert stated(message, RECEIPT) is None


def test_no_tool_whose_name_or_version_is_odd_reaches_the_message_or_comes_out_of_it() -> None:
    assert "evil" not in tag_message(replace(RECEIPT, tools={"evil\nJudged-File": "1"}), "x")
    there = stated(MESSAGE + "Judged-With: a\x1b[2J 1, b 2 3, c\n", RECEIPT)

    assert there is not None
    assert set(there.tools) == set(RECEIPT.tools)
