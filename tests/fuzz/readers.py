"""Every way by which text from outside comes in, as a function of bytes that must give a value or its own error.

A reader fails an input with any other exception, or by a check that breaks.
"""

from __future__ import annotations

import gzip
import os
import sys
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[1]))

from archive_writer import INFO, SDIST_NAME, WHEEL_NAME, wheel_bytes
from packaging.version import Version
from paper import CANDIDATE, DISTRIBUTIONS
from paper_setup import INSPECTION, RELEASE
from paper_tree import PaperTree
from reader_texts import RECEIPT

from tagward import survey
from tagward._toml import TomlError
from tagward._toml import parse as parse_toml
from tagward._yaml import YamlError, load
from tagward.acceptance.upload import judge
from tagward.checks import checks_of
from tagward.errors import CannotJudge, ConfigError
from tagward.model.artifact import Described, Rendered
from tagward.model.candidate import Stranger
from tagward.model.config import Config
from tagward.model.findings import Status
from tagward.model.index_state import Answer, IndexState
from tagward.model.pythons import supported
from tagward.model.receipt import parse, render
from tagward.model.refs import MalformedPush, Push
from tagward.model.tagmessage import stated
from tagward.model.tagnames import DEFAULT_FORMS, readings
from tagward.plans.bump import plan_bump
from tagward.plans.precommit import entry, with_hook
from tagward.plans.settings import with_settings
from tagward.plans.updates import has_updates, with_updates
from tagward.secrets.scanner import scan
from tagward.sources import find_import_packages
from tagward.sources.metadata import read_metadata
from tagward.sources.precommit import has_hook, hook_version
from tagward.tools import objects, twine
from tagward.tools.answers import answers_in
from tagward.tools.archives import read_distribution
from tagward.tools.build import builders_in, failure_in
from tagward.tools.environment import import_names
from tagward.tools.github import _announced
from tagward.tools.hook_file import owner_of
from tagward.tools.hook_note import NOTE, Note
from tagward.tools.imports import study
from tagward.tools.index_state import _read
from tagward.tools.inspection import _workflows
from tagward.tools.installers import unreachable
from tagward.tools.pages import HTML, JSON, Page, PageUnreadable
from tagward.tools.previous import _recalled
from tagward.tools.publishers import uploads
from tagward.tools.requirements import Shelf, needs_others
from tagward.tools.scripts import plugins_of
from tagward.tools.setup import _hook_types
from tagward.tools.standing import _read_tags
from tagward.workflows.commands import Malformed, file_values, spoken
from tagward.workflows.reading import read_workflow

if TYPE_CHECKING:
    from collections.abc import Callable

    from tagward.model.distributions import Distribution

VERSION = Version("1.4.0")
KINDS = (JSON, *sorted(HTML))
DOCUMENTS = (*(f"{INFO}/{name}" for name in ("METADATA", "WHEEL", "RECORD", "entry_points.txt")), "demo/code.py")
FILES = ("pyproject.toml", "setup.cfg", "setup.py", "demo/__init__.py", "package.json", "CITATION.cff", "CHANGELOG.md")
"""The files of a project, and those of a wheel, in one text with NULs between them."""


@dataclass(frozen=True)
class Reader:
    """One way by which text comes in.

    Attributes:
        read: takes any bytes, and a folder for what has to stand in a file.
        own: what it may raise.
    """

    read: Callable[[bytes, Path], object]
    own: tuple[type[Exception], ...] = ()


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def _hold(subject: object, kind: str) -> None:
    """No check breaks; where a rule says that it could not judge, nothing has passed, and all is well."""
    for check in checks_of(kind):
        result = check(subject)
        if result.status is Status.BROKE and not result.reason.startswith("Unjudged"):
            raise AssertionError(f"{result.check.code}: {result.reason}")


def push(data: bytes, folder: Path) -> None:
    """The lines of the hook's input, and what is made of their names."""
    del folder
    for ref in Push.parse("origin", "git@example.org:a/b", data).refs:
        if ref.tag is not None:
            readings(ref.tag)
            version = Config().version_in(ref.tag, DEFAULT_FORMS)
            if version is None:
                _hold(Stranger(ref.tag, DEFAULT_FORMS), "Stranger")
            else:
                tag = replace(CANDIDATE.tag, name=ref.tag)
                _hold(replace(CANDIDATE, tag=tag, version=version, text=ref.tag), "Candidate")


def project(data: bytes, folder: Path) -> None:
    """The files of a project: its configuration, its version, its metadata, its packages, and a bump of it all."""
    files: dict[str, str | bytes | None] = dict(zip(FILES, data.split(b"\0"), strict=False))
    tree = PaperTree(files)
    try:
        config = survey.rules(tree, "here")
        if "[tool.tagward]" not in (text := _text(tree.read("pyproject.toml") or b"")):
            with suppress(TomlError):
                parse_toml(text)
                config = survey.rules(PaperTree({"pyproject.toml": with_settings(text, {"tag": "v{version}"})}), "here")
                assert config.tag == "v{version}"
    except ConfigError:
        config = Config()
    read_metadata(tree)
    find_import_packages(tree)
    workspace = survey.survey(replace(CANDIDATE, config=config), tree, folder)
    _hold(workspace, "Workspace")
    survey.next_release(tree, config)
    with suppress(ConfigError):
        after = dict(files)
        after |= {write.path: write.after for write in plan_bump(tree, VERSION, "2026-11-29").writes}
        source = survey.survey(CANDIDATE, PaperTree(after)).source
        if source.declaration is not None and source.declaration.version != VERSION:
            raise AssertionError(f"a bump to {VERSION} left {source.declaration}")


def archive(data: bytes, folder: Path) -> None:
    """A wheel, or what is in the stream of an sdist: its members, PyPI's rules, and every check of them."""
    wheel = data.startswith(b"PK") or b"PK\5\6" in data
    path = folder / (WHEEL_NAME if wheel else SDIST_NAME)
    path.write_bytes(data if wheel else gzip.compress(data, 1, mtime=0))
    _judged(path)


def documents(data: bytes, folder: Path) -> None:
    """The texts of a wheel, and a module in it."""
    path = folder / WHEEL_NAME
    path.write_bytes(wheel_bytes(files=dict(zip(DOCUMENTS, data.split(b"\0"), strict=False))))
    wheel = _judged(path)
    if not wheel.fault:
        plugins_of(wheel), supported(wheel), import_names(wheel), needs_others(wheel.requires)
        study(wheel, ("demo", "demo.code"), Shelf({}, "demo"))


def _judged(path: Path) -> Distribution:
    file = read_distribution(path)
    assert file.artifact is not None
    file = replace(file, refusals=judge(file.artifact, Described(Rendered.SHOWN)))
    _hold(replace(DISTRIBUTIONS, files=(file,)), "Distributions")
    return file


def workflow(data: bytes, folder: Path) -> None:
    """A workflow: what uploads there, and what every check of a set-up says of it."""
    del folder
    uploads(data)
    tree = PaperTree({RELEASE: data})
    _hold(replace(INSPECTION, workflows=tuple(_workflows(tree, tree))), "Inspection")
    with suppress(ConfigError):
        read_workflow(data, "w.yml")


def yaml(data: bytes, folder: Path) -> None:
    """The configurations of pre-commit and of Dependabot, and what is put into them."""
    del folder
    text = _text(data)
    has_updates(text), has_hook(text), hook_version(text), _hook_types(data)
    for done in (with_updates(text), with_hook(text, entry())):
        if done is not None:
            load(done[0])
    load(data)


def page(data: bytes, folder: Path) -> None:
    """The page of a project on an index; the first byte says of what type it claims to be."""
    del folder
    kind = KINDS[data[0] % len(KINDS)] if data else ""
    state = IndexState(Answer.HERE, "PyPI", "", "acme-demo")
    _read(Page("http://127.0.0.1/simple/acme-demo/", kind, data[1:]), state, [VERSION])


def git_object(data: bytes, folder: Path) -> None:
    """A tag or commit object."""
    del folder
    objects.tag_header(data), objects.committer_time(data), objects.is_signed(data)


def message(data: bytes, folder: Path) -> None:
    """The message of a tag, and a receipt."""
    del folder
    stated(_text(data), RECEIPT)
    with suppress(ConfigError):
        receipt = parse(_text(data), "receipt.json")
        assert parse(render(receipt), "receipt.json") == receipt


def log(data: bytes, folder: Path) -> None:
    """What builds and steps print."""
    del folder
    text = _text(data)
    builders_in(text), failure_in(text, "build.log"), spoken(text), unreachable(text), twine._read(text)


def state(data: bytes, folder: Path) -> None:
    """What GitHub, a runner and this machine keep in files: an event, outputs, notes, hooks, a release before."""
    file = folder / NOTE
    file.write_bytes(data)
    Note.read(folder)
    owner_of(file)
    answers_in(data)
    _recalled(file)
    with suppress(CannotJudge):
        _announced({"GITHUB_EVENT_NAME": "release", "GITHUB_EVENT_PATH": os.fspath(file)})
    with suppress(Malformed):
        file_values(_text(data))


def listing(data: bytes, folder: Path) -> None:
    """What git says of the tags of a remote."""
    del folder
    _read_tags(_text(data))


def secret(data: bytes, folder: Path) -> None:
    """A file that may hold a secret."""
    del folder
    scan(data)


TARGETS = {
    "refs": Reader(push, (MalformedPush,)),
    "pyproject": Reader(project),
    "archives": Reader(archive),
    "workflow": Reader(workflow),
}
"""What `guided.py` searches when it is told nothing."""
READERS = TARGETS | {
    "documents": Reader(documents),
    "YAML": Reader(yaml, (YamlError,)),
    "index": Reader(page, (PageUnreadable,)),
    "git objects": Reader(git_object),
    "tag messages and receipts": Reader(message),
    "logs": Reader(log),
    "notes": Reader(state),
    "remote tags": Reader(listing),
    "secrets": Reader(secret),
}
