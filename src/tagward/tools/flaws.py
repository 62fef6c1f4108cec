"""What a rehearsal writes into a project to see it refused."""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
import zlib
from base64 import urlsafe_b64encode
from typing import TYPE_CHECKING

from tagward.model.rehearsal import README_LINE, Flaw

if TYPE_CHECKING:
    from pathlib import Path

HELPER, ABSENT, SECRET, README = (
    "tagward_rehearsal_helper",
    "tagward_rehearsal_undeclared",
    "tagward_rehearsal_secret",
    "tagward-rehearsal.rst",
)
SOMETHING = "# Something new."
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_BROKEN = "A README\n========\n\n.. no-such-directive:: of reStructuredText\n"


def plant(flaw: Flaw, project: Path, module: Path) -> tuple[Path, ...]:
    """Write a flaw, and return what the commit is to hold of it.

    Args:
        flaw: which.
        project: the folder of the project.
        module: the file that runs when the project is imported.
    """
    if flaw is Flaw.README:
        described = project / "pyproject.toml"
        text = described.read_bytes().decode()
        described.write_bytes(README_LINE.sub(f'readme = "{README}"', text, count=1).encode())
        (project / README).write_text(_BROKEN, encoding="utf-8")
        return described, project / README
    if flaw is Flaw.SECRET:
        file = module.with_name(f"{SECRET}.py")
        file.write_text(f'TOKEN = "{made_up_token()}"\n', encoding="utf-8")
        return (file,)
    if flaw is Flaw.UNCOMMITTED:
        module.with_name(f"{HELPER}.py").write_text("", encoding="utf-8")
        append(module, f"from . import {HELPER}" if module.name == "__init__.py" else f"import {HELPER}")
    else:
        append(module, f"import {ABSENT}")
    return (module,)


def append(file: Path, line: str) -> None:
    """Put a line at the end of a file."""
    data = file.read_bytes()
    end = b"" if not data or data.endswith(b"\n") else b"\n"
    file.write_bytes(data + end + line.encode() + b"\n")


def tampered(wheel: bytes) -> bytes:
    """A wheel with another line in one of its modules, and a RECORD that fits: only its digest tells (PEP 427)."""
    with zipfile.ZipFile(io.BytesIO(wheel)) as archive:
        members = {info: archive.read(info) for info in archive.infolist()}
    module = next(info for info in members if info.filename.endswith(".py"))
    record = next(info for info in members if info.filename.endswith(".dist-info/RECORD"))
    members[module] += f"{SOMETHING}\n".encode()
    digest = urlsafe_b64encode(hashlib.sha256(members[module]).digest()).rstrip(b"=").decode()
    rows = list(csv.reader(io.StringIO(members[record].decode())))
    changed = [module.filename, f"sha256={digest}", str(len(members[module]))]
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows(changed if row[:1] == changed[:1] else row for row in rows)
    members[record] = written.getvalue().encode()
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for info, data in members.items():
            archive.writestr(info, data)
    return made.getvalue()


def made_up_token() -> str:
    """A token as GitHub makes them, with a checksum that fits, which opens nothing; always the same one."""
    number = int.from_bytes(hashlib.sha256(b"tagward rehearses").digest(), "big")
    body = _written(number, 30)
    return f"ghp_{body}{_written(zlib.crc32(body.encode()), 6)}"


def _written(number: int, length: int) -> str:
    digits = ""
    for _ in range(length):
        number, digit = divmod(number, len(_DIGITS))
        digits = _DIGITS[digit] + digits
    return digits
