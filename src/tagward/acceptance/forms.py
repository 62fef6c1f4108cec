"""The form that goes with an upload: what twine makes of the metadata in a file, which is what PyPI judges."""

from __future__ import annotations

import os.path
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from packaging.metadata import parse_email

from tagward.model.artifact import MemberKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tagward.model.artifact import Artifact

    Value = str | tuple[str, ...]

MAX_FIELDS = 500
SINGLE = {
    "metadata-version": "metadata_version",
    "name": "name",
    "version": "version",
    "summary": "summary",
    "description": "description",
    "description-content-type": "description_content_type",
    "keywords": "keywords",
    "home-page": "home_page",
    "download-url": "download_url",
    "author": "author",
    "author-email": "author_email",
    "maintainer": "maintainer",
    "maintainer-email": "maintainer_email",
    "license": "license",
    "license-expression": "license_expression",
    "requires-python": "requires_python",
}
"""Fields that are given once, by their names in a file and in the form."""
MULTIPLE = {
    "dynamic": "dynamic",
    "platform": "platforms",
    "supported-platform": "supported_platforms",
    "classifier": "classifiers",
    "license-file": "license_files",
    "import-name": "import_names",
    "import-namespace": "import_namespaces",
    "requires": "requires",
    "provides": "provides",
    "obsoletes": "obsoletes",
    "requires-dist": "requires_dist",
    "provides-dist": "provides_dist",
    "obsoletes-dist": "obsoletes_dist",
    "requires-external": "requires_external",
    "provides-extra": "provides_extra",
    "project-url": "project_urls",
}
"""Fields that are given as often as one likes."""
FIELDS = {**SINGLE, **MULTIPLE}
"""Every field of core metadata: its name in a file, in lower case, and in `packaging.metadata.RawMetadata`."""
FILE_NAMES = {raw: name for name, raw in FIELDS.items()}


class FormError(ValueError):
    """The metadata cannot be read at all; the text says why."""


@dataclass(frozen=True, slots=True)
class Form:
    """What is uploaded beside the file.

    Attributes:
        fields: text or texts by the name that `packaging.metadata.RawMetadata` gives the field. Project-URL has its
            entries as texts. Empty fields are not there, as PyPI takes them for absent.
        malformed: known fields that cannot be read: repeated ones, and ones that are no UTF-8; names as in a file.
        unsent: what the file has and twine does not send.
    """

    fields: Mapping[str, Value] = field(default_factory=dict)
    malformed: tuple[str, ...] = ()
    unsent: Mapping[str, Value] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """A field that is given once; empty where it is absent."""
        value = self.fields.get(name, "")
        return value if isinstance(value, str) else ""

    def texts(self, name: str) -> tuple[str, ...]:
        """A field that is given several times; empty where it is absent."""
        value = self.fields.get(name, ())
        return value if isinstance(value, tuple) else ()


def read_form(metadata: bytes) -> Form:
    """What twine 7 sends for a file with these metadata, after what PyPI does to every form.

    twine drops License-File where Metadata-Version is below 2.4, joins the keywords, and does not know Import-Name.
    PyPI drops what is `UNKNOWN` and escapes NUL; of a field with several values it looks at the last one only.

    Raises:
        FormError: the metadata cannot be read.
    """
    head = metadata.partition(b"\n\n")[0].partition(b"\r\n\r\n")[0]
    if len({line.lower() for line in re.findall(rb"(?m)^[^\s:]+(?=:)", head)}) > MAX_FIELDS:
        raise FormError(f"it has more than {MAX_FIELDS} different fields")
    try:
        raw, unparsed = parse_email(metadata)
    except (ValueError, AssertionError, RecursionError, LookupError) as failure:
        raise FormError(str(failure) or type(failure).__name__) from None
    fields: dict[str, Value] = {}
    unsent: dict[str, Value] = {}
    old = not _at_least_2_4(raw.get("metadata_version", "0"))
    for name, value in raw.items():
        if isinstance(value, dict):
            kept = _cleaned(tuple(f"{label}, {url}" for label, url in value.items()))
        elif isinstance(value, list):
            kept = _cleaned(", ".join(map(str, value)) if name == "keywords" else tuple(map(str, value)))
        else:
            kept = _cleaned(str(value))
        if kept:
            dropped = (name == "license_files" and old) or name in {"import_names", "import_namespaces"}
            (unsent if dropped else fields)[name] = kept
    known = sorted(name for name in unparsed if name in FIELDS and not (name == "license-file" and old))
    return Form(fields, tuple(known), unsent)


def _at_least_2_4(version: str) -> bool:
    found = re.fullmatch(r"(\d{1,9})\.(\d{1,9})", version.strip(), re.ASCII)
    return found is not None and (int(found[1]), int(found[2])) >= (2, 4)


def _cleaned(value: Value) -> Value:
    last = value if isinstance(value, str) else (value[-1] if value else "")
    if last.strip() == "UNKNOWN" or value in {"", ("",)}:
        return ""
    if "\0" in last:
        escaped = last.replace("\0", "\\x00")
        return escaped if isinstance(value, str) else (escaped,)
    return value


def metadata_member(artifact: Artifact) -> tuple[str, str]:
    """The member of an archive that holds its core metadata, or the reason why there is none."""
    if artifact.is_wheel:
        found = sorted(name for name in artifact.names if name.endswith(".dist-info/METADATA") and name.count("/") == 1)
        if len(found) != 1:
            return "", f"{len(found)} files *.dist-info/METADATA, and not one"
        return found[0], ""
    found = [one.name for one in artifact.members if one.kind is MemberKind.FILE and _is_pkg_info(one.name)]
    return (found[-1], "") if found else ("", "no PKG-INFO in its top folder")


def _is_pkg_info(name: str) -> bool:
    return name.endswith("/PKG-INFO") and name.count("/") == 1


def form_of(artifact: Artifact) -> Form | None:
    """The form of an archive; None where nobody can say what would be sent.

    Raises:
        FormError: see `read_form`.
    """
    member, _ = metadata_member(artifact)
    data = artifact.documents.get(member)
    return None if data is None else read_form(data)


def top_of(artifact: Artifact) -> str:
    """The folder in which everything in an sdist lies, as PyPI computes it; empty, `.` or `/` where there is none.

    Raises:
        ValueError: some names are absolute, and some are not.
    """
    names = [member.name.rstrip("/") if artifact.is_zip else member.name for member in artifact.members]
    return os.path.commonpath(names) if names else ""
