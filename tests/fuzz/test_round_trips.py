"""Whatever tagward writes is read back as it was, whatever stands in it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reader_texts import RECEIPT

from tagward.model.change import Release
from tagward.model.github import Job
from tagward.model.hooks import Owner, Role
from tagward.model.receipt import Receipt, Sealed, parse, render
from tagward.model.refs import TAGS
from tagward.model.tagmessage import stated, tag_message
from tagward.report.github import annotation, folded
from tagward.tools import hook_file
from tagward.tools.github import write_outputs
from tagward.tools.hook_note import Note
from tagward.tools.memory import Memory
from tagward.tools.previous import _keep, _recalled
from tagward.tools.standing import _read_tags
from tagward.workflows.commands import file_values, spoken

if TYPE_CHECKING:
    from pathlib import Path

in_folder = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
texts = st.text(max_size=30)
shown = st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1)
plain = st.characters(exclude_categories=["Cs"], exclude_characters="\0\r\n")
words = st.text("abcXYZ019.-", min_size=1, max_size=12)
digests = st.text("0123456789abcdef", min_size=64, max_size=64)
files = st.lists(
    st.builds(Sealed, words, st.integers(0, 10**15 - 1), digests, st.just("") | digests),
    min_size=1,
    max_size=5,
    unique_by=lambda one: one.file,
).map(tuple)
receipts = st.builds(
    Receipt,
    *[texts] * 5,
    files=files,
    checks=st.dictionaries(texts, texts),
    ignored=st.dictionaries(texts, texts),
    tools=st.dictionaries(texts, texts),
    imports=st.lists(texts).map(tuple),
    judged=texts,
)
values = st.recursive(st.none() | st.booleans() | st.integers() | texts, lambda inner: st.lists(inner, max_size=3))


@given(receipts)
def test_a_receipt(receipt: Receipt) -> None:
    assert parse(render(receipt), "receipt.json") == receipt


@given(files, st.dictionaries(words, words, max_size=5))
def test_what_the_message_of_a_tag_says_was_judged(sealed: tuple[Sealed, ...], tools: dict[str, str]) -> None:
    receipt = replace(RECEIPT, files=sealed, tools=tools)

    there = stated(tag_message(receipt, "acme-demo"), receipt)

    assert there is not None
    assert (there.files, there.tools) == (sealed, tools)


@in_folder
@given(record=st.dictionaries(texts.filter(lambda key: key not in {"at", "key", "verdict"}), values), tag=texts)
def test_a_pass_that_is_remembered(record: dict[str, object], tag: str, tmp_path: Path) -> None:
    memory = Memory(tmp_path / "passed", 1_000_000.0)
    assert memory.keep(tag, "a" * 40, record)

    recalled = memory.recall(tag, "a" * 40)

    assert recalled is not None
    assert recalled.items() >= {key: value for key, value in record.items() if key != "age"}.items()


@in_folder
@given(note=st.builds(Note, texts, st.booleans(), texts))
def test_the_note_of_an_installation(note: Note, tmp_path: Path) -> None:
    note.write(tmp_path / "state")

    assert Note.read(tmp_path / "state") == note


@in_folder
@given(
    release=st.builds(
        Release,
        *[texts] * 3,
        members=st.dictionaries(texts, texts),
        scripts=st.lists(texts).map(tuple),
        metadata=st.dictionaries(texts, st.lists(texts).map(tuple)),
        sizes=st.dictionaries(texts, st.integers()),
    )
)
def test_the_release_before(release: Release, tmp_path: Path) -> None:
    _keep(tmp_path / "kept.json", release)

    assert _recalled(tmp_path / "kept.json") == release


@in_folder
@given(outputs=st.dictionaries(words, st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r"))))
def test_the_outputs_of_a_step(outputs: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "outputs").unlink(missing_ok=True)
    write_outputs(Job(outputs=tmp_path / "outputs"), outputs)

    assert not outputs or file_values((tmp_path / "outputs").read_text("utf-8")) == outputs


@given(shown, shown, st.text() | shown)
def test_an_annotation_is_one_command_and_a_folded_log_is_none(message: str, title: str, log: str) -> None:
    said = spoken(f"{folded(title, log)}\n{annotation('error', message, title)}")

    (one,) = said.annotations
    assert said.masks == ()
    assert (one.level, one.message, one.title) == ("error", message, title)


@in_folder
@given(role=st.sampled_from(Role), python=st.text(plain))
def test_a_hook_of_ours_is_known_as_ours(role: Role, python: str, tmp_path: Path) -> None:
    (tmp_path / "pre-push").write_bytes(hook_file.render(role, python, "pre-push.tagward-chained"))

    assert hook_file.owner_of(tmp_path / "pre-push") is Owner.TAGWARD


@given(st.dictionaries(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1), st.just("a" * 40)))
def test_the_tags_that_git_lists_of_a_remote(tags: dict[str, str]) -> None:
    listing = "".join(f"{oid}\t{TAGS}{name}\n{'b' * 40}\t{TAGS}{name}^{{}}\n" for name, oid in tags.items())

    assert _read_tags(listing) == {name: (oid, "b" * 40) for name, oid in tags.items()}
