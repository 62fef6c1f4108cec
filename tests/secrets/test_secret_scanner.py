"""Bytes in pieces of any size: nothing is missed at a seam, nothing is told twice, and it takes its time alone once."""

from __future__ import annotations

import random

import pytest
from made_secrets import checksummed, drawn, private_keys, pypi_token

from tagward.model.secrets import Hit
from tagward.secrets import scanner
from tagward.secrets.paths import HEAD, judge_named
from tagward.secrets.rules import AFTER, RULES, Rule
from tagward.secrets.scanner import BEFORE, MAX_HITS, WINDOW, Scanner, scan


def fed(content: bytes, size: int) -> list[tuple[str, int]]:
    """What is found where, when the content comes in pieces."""
    one = Scanner()
    for start in range(0, len(content), size):
        one.feed(content[start : start + size])
    return [(hit.sha256, hit.line) for hit in one.finish()]


@pytest.mark.parametrize("size", [1, 7, 64, 1000, 1 << 16])
def test_pieces_of_any_size_give_the_same(size: int) -> None:
    text = f"one\n{pypi_token()}\ntwo\n{private_keys()['rsa-pkcs8']}\n{checksummed('ghp')}\n".encode()

    assert fed(text, size) == [(hit.sha256, hit.line) for hit in scan(text)]
    assert next(line for _, line in fed(text, size)) == 2


@pytest.mark.parametrize("shift", [-3000, -1000, -200, -30, -1, 0, 1, 30, 200])
@pytest.mark.parametrize("edge", [WINDOW, WINDOW - AFTER], ids=["window", "limit"])
def test_nothing_is_missed_where_two_windows_meet(shift: int, edge: int) -> None:
    key = private_keys()["rsa-traditional"].encode()
    before = (b"x" * 79 + b"\n") * ((edge + shift) // 80)
    content = before + key + b"\n" + (b"y" * 79 + b"\n") * 30_000

    ((_, line),) = fed(content, 1 << 18)
    assert line == before.count(b"\n") + 1


def test_a_word_is_not_cut_in_two_where_a_window_begins() -> None:
    """What is the end of a longer word there was its end before, too."""
    before, token = WINDOW - AFTER - BEFORE, checksummed("ghp").encode()

    for edge, count in ((b"z", 0), (b" ", 1)):
        assert len(fed(b" " * (before - 1) + edge + token + b" " * WINDOW, WINDOW)) == count


def test_a_secret_at_the_end_of_a_large_file_is_found_once_with_its_line() -> None:
    filler = random.Random(1).randbytes(3 * WINDOW).replace(b"\n", b" ") + b"\n" * 10  # noqa: S311  # filler

    assert [line for _, line in fed(filler + pypi_token().encode(), 1 << 18)] == [11]


def test_the_same_value_is_told_once_in_a_file() -> None:
    token = pypi_token()

    assert len(scan(f"{token}\n{token}\n".encode())) == 1


def test_a_list_of_tokens_is_told_by_its_first_ones() -> None:
    text = "\n".join(pypi_token() for _ in range(MAX_HITS + 20))

    assert len(scan(text.encode())) == MAX_HITS


@pytest.mark.parametrize("coding", ["utf-16", "utf-16-le", "utf-8-sig"])
def test_other_encodings_hide_nothing(coding: str) -> None:
    text = f"token = {pypi_token()}\n"
    mark = b"\xff\xfe" if coding == "utf-16-le" else b""

    (hit,) = scan(mark + text.encode(coding))
    assert hit.sha256 == scan(text.encode())[0].sha256


def test_binary_files_are_searched_too() -> None:
    noise = random.Random(2).randbytes(5000)  # noqa: S311  # noise

    assert len(scan(noise + b"\0" + pypi_token().encode() + b"\0" + noise)) == 1
    assert not scan(noise * 100)


def test_what_was_searched_before_is_not_searched_again(monkeypatch: pytest.MonkeyPatch) -> None:
    content, known = pypi_token().encode(), dict[bytes, tuple[Hit, ...]]()
    first = Scanner(known)
    first.feed(content)
    before = first.finish()
    monkeypatch.setattr(scanner, "RULES", ())
    second = Scanner(known)
    second.feed(content)

    assert second.finish() == before
    assert len(before) == 1


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: str(rule.what))
def test_no_rule_takes_long_over_hostile_text(rule: Rule) -> None:
    """Patterns that go back and forth would take minutes over these; all of them are done in well under a second."""
    shapes = [
        literal + filler * 20_000
        for literal in rule.literals
        for filler in (
            b"a",
            b" ",
            b"\n",
            b"A1",
            literal,
            b"-----BEGIN PRIVATE KEY-----\n",
            b"machine a login b password ",
        )
    ]

    for content in shapes:
        assert len(scan(content[: 1 << 20])) <= MAX_HITS


HEADER = "PuTTY-User-Key-File-2: ssh-rsa\nEncryption: none\n"


def test_headers_without_a_key_take_no_time() -> None:
    begin = f"-----BEGIN RSA {'PRIVATE'} KEY-----\n"

    for text in (HEADER, begin, "[pypi]\n", "machine a login b password\n", "://a:" + "b" * 119):
        assert not scan((text * 20_000)[:WINDOW].encode())


@pytest.mark.parametrize(
    "path",
    [".env", ".npmrc", ".netrc", ".pypirc", ".git-credentials", ".aws/credentials", "id_rsa", ".dockercfg",
     "credentials.json", "a.tfstate", ".htpasswd"],
)  # fmt: skip
def test_files_of_credentials_take_no_time_either(path: str) -> None:
    words = (
        "SECRET",
        "_auth",
        "password",
        "login a password ",
        "https://",
        '"password"',
        "a:",
        " ",
        "\n",
        "PRIVATE KEY-----",
    )

    for word in words:
        assert len(judge_named(path, (word * HEAD)[:HEAD].encode())) <= 1


def test_made_up_words_are_random_enough_for_these_tests() -> None:
    assert len(set(drawn(36))) > 12
