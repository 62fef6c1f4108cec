"""PyPI's rules as data: id, the check that tells it, since when, what comes of it, and PyPI's own sentence.

The rules are those of PyPI's upload endpoint as of `DATE`, in the order in which PyPI applies them. Rules whose id
begins with `O-` are ours: PyPI takes such a file, and those who install it are harmed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tagward.model.artifact import RULES_DATE, Refusal, RefusalKind

if TYPE_CHECKING:
    from collections.abc import Iterable

DATE = RULES_DATE
REFUSE, CRASH, MAIL, OURS, WARN = (
    RefusalKind.REFUSE,
    RefusalKind.CRASH,
    RefusalKind.MAIL,
    RefusalKind.OURS,
    RefusalKind.WARN,
)
INVALID = "Invalid distribution file. "
ZIP = f"{INVALID}ZIP archive not accepted: "
CRASHED = "500 Internal Server Error"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule.

    Attributes:
        id: its name, stable.
        code: the check that tells it; a check of another family where that one tells the same cause.
        sentence: PyPI's answer, with places for values as `str.format` has them; our own sentence for rules of ours.
        since: the day PyPI began to enforce it; empty where that is before 2025-07 or unknown.
    """

    id: str
    code: str
    sentence: str
    since: str = ""
    kind: RefusalKind = REFUSE


_RULES = (
    # The form, before anything else.
    Rule("U-NAME-MISSING", "U004", "'' is an invalid value for Name. Error: This field is required."),
    Rule(
        "U-NAME-GRAMMAR",
        "U004",
        "{value!r} is an invalid value for Name. Error: Start and end with a letter or numeral containing only ASCII "
        "numeric and '.', '_' and '-'.",
    ),
    # Fields that cannot be read.
    Rule("U-META-REPEATED", "U004", "{said!r} has invalid data."),
    # Core metadata.
    Rule("U-META-MV", "U004", "{said} is not a valid metadata version."),
    Rule("U-META-VERSION", "U004", "{said}."),
    Rule("U-META-FIELD-AGE", "U004", "{said}."),
    Rule("U-META-SUMMARY-LINE", "U004", "{said}."),
    Rule("U-META-CONTENT-TYPE", "U007", "{said}."),
    Rule("U-META-CHARSET", "U007", "{said}."),
    Rule("U-META-VARIANT", "U007", "{said}."),
    Rule("U-META-DYNAMIC", "U004", "{said}."),
    Rule("U-META-EXTRA", "U004", "{said}."),
    Rule("U-META-REQUIRES-PYTHON", "U004", "{said}."),
    Rule("U-META-REQUIRES-DIST", "U009", "{said}."),
    Rule("U-META-LICENSE-EXPR", "U006", "{said}.", "2024-11"),
    Rule("U-META-LICENSE-FILE", "U006", "{said}.", "2024-11"),
    Rule("U-META-IMPORT-NAME", "U004", "{said}.", "2026-02-17"),
    Rule("U-META-OTHER", "U004", "{said}."),
    Rule("U-META-CRASH", "U004", CRASHED, kind=CRASH),
    # PyPI's own demands on metadata.
    Rule("U-META-LOCAL-VERSION", "U004", "The use of local versions in '{value}' is not allowed."),
    Rule("U-META-SUMMARY-LENGTH", "U004", "'summary' field must be 512 characters or less."),
    Rule("U-META-EMAIL", "U008", "{value!r} is not a valid email address: {said}."),
    Rule("U-META-CLASSIFIER", "U005", "{value!r} is not a valid classifier."),
    Rule("U-META-CLASSIFIER-OLD", "U005", "The classifier {value!r} has been deprecated{said}."),
    Rule("U-META-URL", "U008", "{value!r} is not a valid url."),
    Rule("U-META-PURL-LABEL", "U008", "Must have a label."),
    Rule("U-META-PURL-LENGTH", "U008", "{value!r} must be 32 characters or less."),
    Rule("U-META-PURL-EMPTY", "U008", "Must have a URL."),
    Rule("U-META-PURL-URL", "U008", "{value!r} is not a valid url."),
    Rule("U-META-DIST-PARSE", "U009", "{value!r} is invalid: {said}."),
    Rule("U-META-DIRECT-REF", "U009", "Can't have direct dependency: {said}."),
    Rule("U-META-DYNAMIC-PYPI", "U004", "Dynamic field {value!r} is not a valid dynamic field."),
    Rule(
        "U-META-LICENSE-BOTH",
        "U006",
        "License is deprecated when License-Expression is present. Only License-Expression should be present.",
        "2024-11",
    ),
    # The description.
    Rule("U-DESC-RST", "U007", "The description failed to render for {value!r}."),
    Rule("U-DESC-DEFAULT", "U007", "The description failed to render in the default format of reStructuredText."),
    Rule("U-DESC-MD-EMPTY", "U007", "The description failed to render for {value!r}."),
    Rule("U-DESC-CRASH", "U007", CRASHED, kind=CRASH),
    # The file.
    Rule(
        "U-FILE-CTRL",
        "U003",
        "Cannot upload a file with non-printable characters (ordinals 0-31) or the DEL character (ordinal 127) in the "
        "name.",
        "2023-04",
    ),
    Rule("U-FILE-SLASH", "U003", "Cannot upload a file with '/' or '\\' in the name."),
    Rule("U-FILE-EXT", "U003", "Invalid file extension: Use .tar.gz, .whl or .zip extension."),
    Rule(
        "U-FILE-EXT-TYPE",
        "U003",
        "Invalid file extension: Extension {value} is invalid for filetype {said}.",
    ),
    Rule("U-FILE-SIZE", "U010", "File too large. Limit for project {value!r} is {said} MB."),
    Rule("U-FILE-EXISTS", "U020", "File already exists ({value!r}, with blake2_256 hash '…')."),
    # The archive.
    Rule("U-ARCH-POLYGLOT", "U011", f"{INVALID}File is both a zip and a tar file", "2026-03-09"),
    Rule("U-ARCH-NOT-ZIP", "B003", f"{INVALID}File is not a zipfile"),
    Rule("U-ARCH-BAD-ZIP", "U011", f"{INVALID}None"),
    Rule("U-ARCH-CRASH", "U011", CRASHED, kind=CRASH),
    Rule("U-ARCH-RATIO", "U011", f"{INVALID}File exceeds compression ratio of 50"),
    Rule("U-ARCH-METHOD", "U011", f"{INVALID}File does not use a supported compression type", "2024-11"),
    Rule("U-ARCH-WHEEL-PARTS", "B003", f"{INVALID}Unable to parse name and version from wheel filename"),
    Rule("U-ARCH-WHEEL-FILE", "U015", INVALID + "WHEEL not found at {value}"),
    Rule("U-TAR-NOT-TAR", "B003", f"{INVALID}File is not a tarfile"),
    Rule("U-TAR-STREAM", "U013", f"{INVALID}None"),
    Rule("U-TAR-SPARSE", "U013", f"{INVALID}tar archive not accepted: Sparse members are not allowed.", "2026-08-17"),
    Rule("U-TAR-TOP", "U013", f"{INVALID}Incorrect number of top-level directories in sdist"),
    Rule("U-TAR-MIXED", "U013", CRASHED, kind=CRASH),
    Rule("U-TAR-PKG-INFO", "B003", INVALID + "PKG-INFO not found at {value}"),
    Rule(
        "U-ARCH-OBFUSCATED",
        "U014",
        INVALID + "{value}-encrypted content is not allowed.",
        "2026-03-02",
    ),
    # Zip framing, in the order of the walk.
    Rule("U-ZIP-MALFORMED", "U012", f"{ZIP}Malformed zip file.", "2025-08-07"),
    Rule("U-ZIP-UNKNOWN", "U012", f"{ZIP}Unknown record signature.", "2025-08-07"),
    Rule("U-ZIP-NAME-CHARS", "U012", f"{ZIP}Invalid character in filename.", "2025-10-21"),
    Rule("U-ZIP-EXTRA-SHAPE", "U012", f"{ZIP}Malformed zip file.", "2025-08-07"),
    Rule("U-ZIP-EXTRA-TWICE", "U012", f"{ZIP}Invalid duplicate extra in local file.", "2025-10-21"),
    Rule("U-ZIP-EXTRA-64", "U012", f"{ZIP}Malformed zip file.", "2025-08-07"),
    Rule("U-ZIP-EXTRA-UTF8", "U012", ZIP + "{said}.", "2025-10-21"),
    Rule("U-ZIP-DESCRIPTOR", "U012", f"{ZIP}ZIP contains a data descriptor.", "2025-08-07"),
    Rule("U-ZIP-NAME-UTF8", "U012", f"{ZIP}Filename not unicode.", "2025-08-07"),
    Rule("U-ZIP-NOT-IN-CD", "U012", f"{ZIP}Filename not in central directory.", "2025-08-07"),
    Rule("U-ZIP-SIZE", "U012", ZIP + "{said}.", "2026-04-06"),
    Rule("U-ZIP-LFH-TWICE", "U012", f"{ZIP}Duplicate filename in local headers.", "2025-08-07"),
    Rule("U-ZIP-COMMENT", "U012", f"{ZIP}Comment in central directory.", "2025-10-21"),
    Rule("U-ZIP-CD-CHARS", "U012", f"{ZIP}Invalid character in filename.", "2025-10-21"),
    Rule("U-ZIP-CD-TWICE", "U012", f"{ZIP}Duplicate filename in central directory.", "2025-08-07"),
    Rule("U-ZIP-NOT-LOCAL", "U012", f"{ZIP}Missing filename in local headers.", "2025-08-07"),
    Rule("U-ZIP-EOCD64", "U012", ZIP + "{said}.", "2025-08-07"),
    Rule("U-ZIP-LOCATOR", "U012", f"{ZIP}Malformed zip file.", "2025-08-07"),
    Rule("U-ZIP-EOCD-DISKS", "U012", f"{ZIP}Malformed zip file.", "2025-08-07"),
    Rule("U-ZIP-COUNT", "U012", f"{ZIP}Mismatched central directory records.", "2025-08-07"),
    Rule("U-ZIP-OFFSET", "U012", f"{ZIP}Mismatched central directory offset.", "2025-08-07"),
    Rule("U-ZIP-CD-SIZE", "U012", f"{ZIP}Mismatched central directory size.", "2025-08-07"),
    Rule("U-ZIP-SETS", "U012", f"{ZIP}Mis-matched local headers and central directory.", "2025-08-07"),
    Rule("U-ZIP-TRAILING", "U012", f"{ZIP}Trailing data.", "2025-08-07"),
    # The name of an sdist, and what its metadata promise.
    Rule("U-SDIST-NAME-PARSE", "B003", "Invalid source distribution filename: {value}"),
    Rule("U-SDIST-NAME-PROJECT", "M101", "Start filename for {value!r} with {said!r}."),
    Rule("U-SDIST-NAME", "U003", "Filename {value!r} is invalid, should be {said!r}.", "2025-10-23"),
    Rule(
        "U-SDIST-LICENSE-FILE",
        "U006",
        "License-File {value} does not exist in distribution file {file} at {said}",
        "2024-11",
    ),
    # The name of a wheel, and what lies in it.
    Rule("U-WHEEL-NAME-PARSE", "B003", "{said}"),
    Rule("U-WHEEL-PLATFORM", "U018", "Binary wheel '{file}' has an unsupported platform tag '{value}'."),
    Rule("U-WHEEL-NAME-PROJECT", "M101", "Start filename for {value!r} with {said!r}."),
    Rule(
        "U-WHEEL-NAME",
        "U003",
        "Filename {file!r} should contain the normalized project name {said!r}, not {value!r}.",
        "2025-10-23",
    ),
    Rule("U-WHEEL-VERSION", "V101", "Version in filename should be {said!r} not {value!r}.", "2024-04"),
    Rule(
        "U-WHEEL-LICENSE-FILE",
        "U006",
        "License-File {value} does not exist in distribution file {file} at {said}",
        "2024-11",
    ),
    Rule("U-WHEEL-RECORD", "U016", "Wheel '{file}' does not contain the required RECORD file: {said}"),
    Rule("U-WHEEL-RECORD-BLANK", "U016", CRASHED, "2025-08-07", CRASH),
    Rule(
        "U-WHEEL-RECORD-SET",
        "U016",
        "an e-mail to everyone in the project: the RECORD of '{file}' does not list what the wheel contains",
        "2025-08-07",
        MAIL,
    ),
    Rule(
        "U-WHEEL-ENTRY-POINTS",
        "U017",
        "Wheel '{file}' has invalid entry points defined in the entry_points.txt file",
        "2026-05-18",
    ),
    Rule("U-WHEEL-METADATA", "U015", "Wheel '{file}' does not contain the required METADATA file: {said}", "2023-05"),
    Rule("U-WHEEL-NAME-LENGTH", "U003", "Filename is too long: '{file}'", "2025-09-09"),
    # Ours.
    Rule("O-UNREAD", "U011", "PyPI takes it, and installers fail on it", kind=OURS),
    Rule("O-ZIP-OFFSET", "U012", "PyPI takes it, and readers of zips disagree on what is in it", kind=OURS),
    Rule("O-ZIP-UNICODE-PATH", "U012", "PyPI takes it, and readers of zips disagree on its names", kind=OURS),
    Rule("O-TAR-END", "U013", "PyPI takes it, and readers of tars disagree on what is in it", kind=OURS),
    Rule("O-PKG-INFO", "B003", "PyPI takes it, and nobody can read its metadata", kind=OURS),
    Rule("O-META-ASCII", "U004", "PyPI takes it, and readers of versions disagree on what it is", kind=OURS),
    Rule("O-META-NEWER", "U019", "PyPI takes it today; newer versions of its own library refuse it", kind=WARN),
)
RULES = {rule.id: rule for rule in _RULES}
"""Every rule by its id, in PyPI's order."""


def refusal(
    rule: str,
    *,
    file: str = "",
    said: str = "",
    detail: str = "",
    member: str = "",
    field: str = "",
    value: str = "",
    fix: str = "",
    kind: RefusalKind | None = None,
) -> Refusal:
    """A file breaks a rule.

    Args:
        rule: the id.
        file: the name of the file, for the sentence.
        said: what else the sentence quotes.
        detail: what is and what should be.
        member: the member of the archive.
        field: the metadata field.
        value: its value, which sentences quote.
        fix: a cure for this case.
        kind: what comes of it, where that is not what comes of it usually.
    """
    broken = RULES[rule]
    sentence = broken.sentence.format(file=file, said=said.rstrip("."), field=field.lower(), value=shortened(value))
    return Refusal(
        rule, broken.code, kind or broken.kind, sentence, broken.since, detail, member, field, shortened(value), fix
    )


def first(refusals: Iterable[Refusal]) -> Refusal | None:
    """The one that PyPI would show, of all that it has against a file; None where it shows none."""
    return next((one for one in refusals if one.kind in {REFUSE, CRASH}), None)


def shortened(text: str, limit: int = 200) -> str:
    """A long text, its middle left out."""
    return text if len(text) <= limit else f"{text[: limit // 2]}…{text[-limit // 2 :]}"
