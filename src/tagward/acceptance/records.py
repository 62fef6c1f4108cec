"""The files in the `.dist-info` folder of a wheel: that they are there, and what they say."""

from __future__ import annotations

import configparser
import csv
import re
from typing import TYPE_CHECKING

from tagward.acceptance.rules import refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagward.model.artifact import Artifact, Refusal

MAX_NAMED = 5
_NAME = re.compile(r"[\w.-]+")


def folder_of(file: str) -> str:
    """The folder that PyPI looks into: name and version exactly as in the name of the wheel."""
    return "-".join(file.split("-")[:2]) + ".dist-info"


def judge_marker(artifact: Artifact) -> Iterator[Refusal]:
    """The file WHEEL, which PyPI takes as the mark of a wheel."""
    wanted = f"{folder_of(artifact.file)}/WHEEL"
    if wanted not in artifact.names:
        others = sorted(name for name in artifact.names if name.endswith(".dist-info/WHEEL"))
        detail = f"there is {others[0]}" if others else ""
        yield refusal("U-ARCH-WHEEL-FILE", value=wanted, detail=detail)


def judge_record(artifact: Artifact) -> Iterator[Refusal]:
    """RECORD (PEP 376, PEP 427): that it is there, can be read, and lists what the wheel holds."""
    wanted = f"{folder_of(artifact.file)}/RECORD"
    if _is_broken(artifact, wanted):
        return
    data = _document(artifact, wanted)
    if data is None:
        yield refusal("U-WHEEL-RECORD", file=artifact.file, said=wanted, detail="it is not there")
        return
    try:
        rows = list(csv.reader(data.decode().splitlines()))
    except (UnicodeDecodeError, csv.Error) as failure:
        yield refusal("U-WHEEL-RECORD", file=artifact.file, said=wanted, detail=f"it cannot be read: {failure}")
        return
    if not all(rows):
        line = next(number for number, row in enumerate(rows, 1) if not row)
        yield refusal("U-WHEEL-RECORD-BLANK", detail=f"line {line} of RECORD is empty", member=wanted)
        return
    listed = {row[0].replace("\\", "/") for row in rows}
    exempt = {f"{wanted}.jws", f"{wanted}.p7s"}
    held = {name for name in artifact.names if not name.endswith(("/", "\\"))} - exempt
    parts = [_some(word, names) for word, names in (("lacks", held - listed), ("invents", listed - held)) if names]
    if parts:
        detail = f"RECORD {' and '.join(parts)}"
        yield refusal("U-WHEEL-RECORD-SET", file=artifact.file, detail=detail, member=wanted)


def _some(word: str, names: set[str]) -> str:
    rest = len(names) - MAX_NAMED
    return f"{word} {', '.join(sorted(names)[:MAX_NAMED])}" + (f" and {rest} more" if rest > 0 else "")


def _document(artifact: Artifact, name: str) -> bytes | None:
    """The bytes of a member, None where it is not there.

    Raises:
        ValueError: it is there and was not kept, because it is too large.
    """
    if name in artifact.documents or name not in artifact.names:
        return artifact.documents.get(name)
    raise ValueError(f"{name} is too large to be read")


def _is_broken(artifact: Artifact, name: str) -> bool:
    """Whether a member is there and cannot be unpacked, which reading it has told already."""
    return any(member.name == name and member.fault for member in artifact.members)


def judge_entry_points(artifact: Artifact) -> Iterator[Refusal]:
    """entry_points.txt (entry points specification, "File format"): an INI file, and what names a script can have."""
    name = f"{folder_of(artifact.file)}/entry_points.txt"
    data = None if _is_broken(artifact, name) else _document(artifact, name)
    if data is None:
        return
    parser = configparser.ConfigParser(delimiters=("=",))
    parser.optionxform = str  # type: ignore[assignment, method-assign]  # names of entry points keep their case
    try:
        parser.read_string(data.decode())
    except UnicodeDecodeError as failure:
        detail = f"it is no UTF-8, at byte {failure.start}"
    except configparser.Error as failure:
        detail = "it begins with a byte-order mark" if data.startswith(b"\xef\xbb\xbf") else _first_line(failure)
    else:
        groups = [group for group in ("console_scripts", "gui_scripts") if parser.has_section(group)]
        wrong = [(key, group) for group in groups for key in parser[group] if not _NAME.fullmatch(key)]
        if not wrong:
            return
        detail = f"{wrong[0][0]!r} in [{wrong[0][1]}] is no name of a script: letters, digits, '_', '.' and '-'"
    yield refusal("U-WHEEL-ENTRY-POINTS", file=artifact.file, detail=detail, member=name)


def _first_line(failure: Exception) -> str:
    return " ".join(str(failure).split())


def judge_metadata_file(artifact: Artifact) -> Iterator[Refusal]:
    """METADATA, which PyPI also serves beside the wheel (PEP 658)."""
    wanted = f"{folder_of(artifact.file)}/METADATA"
    if wanted not in artifact.names:
        yield refusal("U-WHEEL-METADATA", file=artifact.file, said=wanted)


def judge_licence_files(artifact: Artifact, files: tuple[str, ...], top: str) -> Iterator[Refusal]:
    """Licence files (PEP 639): what the metadata name has to be there."""
    rule = "U-WHEEL-LICENSE-FILE" if artifact.is_wheel else "U-SDIST-LICENSE-FILE"
    folder = f"{folder_of(artifact.file)}/licenses" if artifact.is_wheel else top
    for file in files:
        wanted = f"{folder}/{file}"
        if wanted not in artifact.names:
            yield refusal(rule, file=artifact.file, value=file, said=wanted, field="License-File")
