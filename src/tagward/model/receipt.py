"""What was judged: the receipt that one run of the gate writes, and that nobody trusts before comparing it."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from tagward.errors import ConfigError
from tagward.model.names import normalize

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tagward.model.findings import Verdict

SCHEMA = 1
MAX_BYTES = 1 << 20
_SHA256 = re.compile(r"[0-9a-f]{64}")
_FILE = re.compile(r"[\w.+!-]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Sealed:
    """One file as it was judged.

    Attributes:
        file: the file name, without a folder.
        size: bytes.
        sha256: hexadecimal digest of the bytes.
        content: hexadecimal digest of the names and contents of the files inside, without times and compression; two
            builds of one commit agree in it even where their bytes differ.
    """

    file: str
    size: int
    sha256: str
    content: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """One release as it was judged and passed.

    Attributes:
        tag: the name of the tag.
        oid: the object that the tag named: a tag object, or a commit.
        commit: the commit that was built.
        project: the normalized name (PEP 503).
        version: in canonical form.
        files: what was built, sdist first.
        checks: the outcome of every check, by its code.
        ignored: the reasons of what was ignored, by code.
        tools: versions of the programs that took part, by name.
        imports: the import packages that were tried.
        judged: when, in ISO 8601 and UTC.
    """

    tag: str
    oid: str
    commit: str
    project: str
    version: str
    files: tuple[Sealed, ...]
    checks: Mapping[str, str]
    ignored: Mapping[str, str]
    tools: Mapping[str, str]
    imports: tuple[str, ...] = ()
    judged: str = ""

    @classmethod
    def of(cls, verdict: Verdict, tools: Mapping[str, str], judged: str) -> Receipt | None:
        """The receipt for a verdict; None where the candidate did not pass, so that there is nothing to publish.

        Args:
            verdict: on one candidate.
            tools: versions of the programs that took part, besides those of the build.
            judged: when, in ISO 8601 and UTC.
        """
        installation, candidate = verdict.released, verdict.candidate
        if installation is None or not verdict.sealed or verdict.outcome.value != "passed":
            return None
        distributions = installation.distributions
        return cls(
            tag=candidate.tag.name,
            oid=candidate.tag.oid,
            commit=candidate.tag.commit,
            project=normalize(distributions.files[0].name),
            version=str(candidate.version),
            files=verdict.sealed,
            checks={result.check.code: result.status.value for result in verdict.results},
            ignored={one.check.code: one.reason for one in verdict.results if one.status.value == "ignored"},
            tools={"python": installation.python, **tools, **distributions.builders},
            imports=tuple(one.name for one in installation.imports if one.required and not one.error),
            judged=judged,
        )

    @property
    def digests(self) -> dict[str, str]:
        """The sha256 of every file, by its name."""
        return {sealed.file: sealed.sha256 for sealed in self.files}


def render(receipt: Receipt) -> str:
    """The receipt as JSON, in a stable order."""
    return json.dumps({"schema_version": SCHEMA, **asdict(receipt)}, indent=2) + "\n"


def parse(text: str, origin: str) -> Receipt:
    """Read a receipt.

    Args:
        text: the JSON.
        origin: what to call it in an error, as the path of its file.

    Raises:
        ConfigError: it is none.
    """
    try:
        return _receipt(text)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as failure:
        raise ConfigError(
            f"{origin} is no receipt: {type(failure).__name__}: {failure}",
            why="only files that a gate has judged are published, and the receipt says which they are",
            fixes=("tagward check TAG --receipt receipt.json --dist dist",),
        ) from None


def _receipt(text: str) -> Receipt:
    if len(text) > MAX_BYTES:
        raise ValueError("it is larger than a receipt can be")
    found = json.loads(text)
    if found.pop("schema_version") != SCHEMA:
        raise ValueError("its schema_version is of another tagward")
    receipt = Receipt(
        tag=_text(found.pop("tag")),
        oid=_text(found.pop("oid")),
        commit=_text(found.pop("commit")),
        project=_text(found.pop("project")),
        version=_text(found.pop("version")),
        files=tuple(_sealed(one) for one in found.pop("files")),
        checks=_texts(found.pop("checks")),
        ignored=_texts(found.pop("ignored")),
        tools=_texts(found.pop("tools")),
        imports=tuple(_text(name) for name in found.pop("imports")),
        judged=_text(found.pop("judged")),
    )
    if found or len(receipt.digests) != len(receipt.files) or not receipt.files:
        raise ValueError("it has other fields, no files, or one file twice")
    return receipt


def _sealed(found: dict[str, object]) -> Sealed:
    sealed = Sealed(_text(found["file"]), _number(found["size"]), _text(found["sha256"]), _text(found["content"]))
    if not _FILE.fullmatch(sealed.file) or not _SHA256.fullmatch(sealed.sha256):
        raise ValueError(f"{sealed.file!r} with {sealed.sha256!r} is no file and its digest")
    return sealed


def _text(found: object) -> str:
    if not isinstance(found, str):
        raise TypeError(f"{found!r} is no text")
    return found


def _number(found: object) -> int:
    if not isinstance(found, int) or isinstance(found, bool) or found < 0:
        raise TypeError(f"{found!r} is no size")
    return found


def _texts(found: Mapping[str, object]) -> dict[str, str]:
    return {_text(key): _text(value) for key, value in found.items()}


def differences(here: Receipt, there: Receipt) -> tuple[str, ...]:
    """In what another receipt for the same tag differs from ours, file by file, and what may explain it.

    Args:
        here: the one that was made just now.
        there: the one to compare with.
    """
    said = []
    if here.commit != there.commit:
        said.append(f"it is of commit {there.commit[:7]}, and {here.commit[:7]} was judged here")
    ours, theirs = ({one.file: one for one in receipt.files} for receipt in (here, there))
    said += [f"{file} was not built here" for file in theirs if file not in ours]
    said += [f"{file} was not built there" for file in ours if file not in theirs]
    for file, one in ours.items():
        other = theirs.get(file)
        if other is None or one.sha256 == other.sha256:
            continue
        same = one.content and one.content == other.content
        what = "the same files inside, other bytes around them" if same else "other files inside"
        said.append(f"{file} differs: {what} ({one.size} bytes here, {other.size} there)")
    if said:
        said += [
            f"{tool} {here.tools.get(tool, 'none')} here, {there.tools.get(tool, 'none')} there"
            for tool in sorted({*here.tools, *there.tools})
            if here.tools.get(tool) != there.tools.get(tool)
        ]
    return tuple(said)
