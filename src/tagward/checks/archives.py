"""D0: what neither an sdist nor a wheel may hold."""

from __future__ import annotations

import posixpath
import re
import stat
import unicodedata
from collections import defaultdict
from typing import TYPE_CHECKING

from tagward.acceptance.forms import FormError, form_of
from tagward.checks._archives import readable, some
from tagward.checks._check import Skip, check
from tagward.checks._links import relative_links
from tagward.model.artifact import Artifact, Member, MemberKind
from tagward.model.distributions import Distributions, Kind
from tagward.model.findings import Finding
from tagward.model.places import Place

if TYPE_CHECKING:
    from collections.abc import Iterator

_DRIVE = re.compile(r"[A-Za-z]:")
_LITTER_PARTS = {
    "__pycache__": "bytecode", ".git": "a repository of git", ".hg": "a repository of Mercurial",
    ".svn": "a working copy of Subversion", ".pytest_cache": "a cache", ".mypy_cache": "a cache",
    ".ruff_cache": "a cache", ".hypothesis": "a cache", ".tox": "environments", ".nox": "environments",
    ".venv": "an environment", ".ipynb_checkpoints": "a cache", ".idea": "settings of an editor",
    "__MACOSX": "litter of an archiver", ".DS_Store": "litter of a file manager",
    "Thumbs.db": "litter of a file manager", "desktop.ini": "litter of a file manager", ".coverage": "a measurement",
}  # fmt: skip
_LITTER_ENDS = {
    ".pyc": "bytecode", ".pyo": "bytecode", "~": "a copy of an editor", ".swp": "a copy of an editor",
    ".swo": "a copy of an editor", ".orig": "a copy that a tool left", ".rej": "what a patch left",
}  # fmt: skip
_KEPT = frozenset({"package.json.orig"})
"""The builder of extensions for JupyterLab ships it on purpose."""
_BUILT = re.compile(r"[^/]+/(?:dist/[^/]+\.(?:whl|tar\.gz)|build/(?:lib|bdist)[^/]*/.+)")
_COMPARED = {
    "requires_dist": "Requires-Dist",
    "requires_python": "Requires-Python",
    "provides_extra": "Provides-Extra",
    "license_expression": "License-Expression",
    "summary": "Summary",
    "description": "Description",
}


@check(
    "D001", Distributions, fix="look at what the build packs: a release has plain files in one folder", essential=True
)
def unsafe_member(distributions: Distributions) -> Iterator[Finding]:
    """No member of an archive leaves the folder that it is unpacked into, or is anything but a plain file

    PyPI takes it. pip refuses such a wheel, uv leaves the member out in silence, and unpacking it by hand writes
    somewhere else.
    """
    for file, artifact in readable(distributions):
        faults: dict[str, list[str]] = defaultdict(list)
        for member in artifact.members:
            if fault := _unsafe(member, artifact):
                faults[fault].append(member.name)
        for fault, names in faults.items():
            yield Finding(f"{file.file} holds {fault}: {some(map(_plain, names))}", Place(file.file))


def _unsafe(member: Member, artifact: Artifact) -> str:  # noqa: PLR0911  # one for each kind
    name = member.name
    if name.startswith("/") or _DRIVE.match(name):
        return "a member with an absolute name"
    if ".." in name.split("/"):
        return "a member with `..` in its name"
    if "\\" in name:
        return "a member with a backslash in its name"
    if any(unicodedata.category(character) == "Cc" for character in name):
        return "a member with a control character in its name"
    if member.kind in {MemberKind.DEVICE, MemberKind.FIFO, MemberKind.OTHER}:
        return "a device, a pipe or a socket"
    if member.kind in {MemberKind.SYMLINK, MemberKind.HARDLINK}:
        if artifact.is_zip:
            return "a symbolic link, which no installer of wheels makes"
        if _leads_out(member):
            return "a link that leads out of it"
    # Folders often carry setgid from the folder they were made in, and unpackers drop it.
    if member.kind is MemberKind.FILE and member.mode & (stat.S_ISUID | stat.S_ISGID):
        return "a file that would run with the rights of its owner (setuid or setgid)"
    return ""


def _leads_out(link: Member) -> bool:
    """Whether a link of a tar leaves the top folder; a hard link names its target from the root of the archive."""
    target = link.target
    if target.startswith("/") or _DRIVE.match(target) or "\\" in target:
        return True
    base = "" if link.kind is MemberKind.HARDLINK else posixpath.dirname(link.name)
    path = posixpath.normpath(posixpath.join(base, target))
    return path.partition("/")[0] != posixpath.normpath(link.name).partition("/")[0]


def _plain(name: str) -> str:
    return ascii(name)[1:-1] if any(unicodedata.category(one).startswith("C") for one in name) else name


@check("D002", Distributions, fix="look at what the build packs: every path once, and no file where a folder is")
def member_collision(distributions: Distributions) -> Iterator[Finding]:
    """Every member of an archive has a place of its own

    Which of two is installed depends on the installer. A zip that has a name twice is refused by PyPI itself (U012).
    """
    for file, artifact in readable(distributions):
        contents: dict[str, set[str]] = defaultdict(set)
        for member in artifact.members:
            if member.kind is not MemberKind.DIRECTORY:
                contents[member.name].add(member.sha256 or member.target)
        twice = sorted(name for name, found in contents.items() if len(found) > 1)
        if twice:
            yield Finding(f"{file.file} has members twice, with different contents: {some(twice)}", Place(file.file))
        folders = {above for name in artifact.names for above in _above(name)}
        folders |= {one.name.rstrip("/") for one in artifact.members if one.kind is MemberKind.DIRECTORY}
        both = sorted(folders.intersection(contents))
        if both:
            yield Finding(f"{file.file} has members that are a file and a folder: {some(both)}", Place(file.file))


def _above(name: str) -> Iterator[str]:
    while name := posixpath.dirname(name.rstrip("/")):
        if name == "/":
            return
        yield name


@check("D003", Distributions, fix="rename one of them", warns=True)
def case_collision(distributions: Distributions) -> Iterator[Finding]:
    """Names in an archive differ in more than upper and lower case or the spelling of Unicode

    On macOS and Windows they are one file, and the second overwrites the first.
    """
    for file, artifact in readable(distributions):
        spellings: dict[str, set[str]] = defaultdict(set)
        for name in artifact.names:
            parts = name.rstrip("/")
            spellings[unicodedata.normalize("NFC", parts).casefold()].add(parts)
        for names in sorted(sorted(found) for found in spellings.values() if len(found) > 1):
            yield Finding(f"{file.file} has names that are one on macOS and Windows: {some(names)}", Place(file.file))


@check("D004", Distributions, fix="exclude it from what the build packs, and from git", warns=True)
def litter(distributions: Distributions) -> Iterator[Finding]:
    """Archives hold no caches, repositories, editor's copies or results of builds

    It is of no use to anybody who installs the release, and may say more of a machine than its owner wants.
    """
    for file, artifact in readable(distributions):
        found: dict[str, list[str]] = defaultdict(list)
        for member in artifact.members:
            if member.kind is not MemberKind.DIRECTORY and (what := _litter(member.name, file.kind)):
                found[what].append(member.name)
        for what, names in found.items():
            yield Finding(f"{file.file} holds {what}: {some(sorted(names))}", Place(file.file))


def _litter(name: str, kind: Kind) -> str:
    parts = name.split("/")
    word = next((_LITTER_PARTS[part] for part in parts if part in _LITTER_PARTS), "")
    if not word and parts[-1] not in _KEPT:
        word = next((said for end, said in _LITTER_ENDS.items() if name.endswith(end)), "")
    if not word and kind is Kind.SDIST and _BUILT.fullmatch(name):
        word = "results of a build"
    if not word and kind is Kind.WHEEL and parts[0].endswith((".egg-info", ".egg-link")):
        word = "what an editable installation leaves"
    return word


@check(
    "D005", Distributions, fix="let the backend compute them alike, or list them as dynamic in [project]", warns=True
)
def metadata_disagree(distributions: Distributions) -> Iterator[Finding]:
    """The sdist and the wheel say the same of the release

    Since Metadata 2.2, installers may believe what the sdist says without building it, but for what it lists as
    dynamic (core metadata, "Dynamic"); PyPI shows what the first file says.
    """
    pairs = {file.kind: artifact for file, artifact in readable(distributions)}
    if set(pairs) != {Kind.SDIST, Kind.WHEEL}:
        raise Skip("there are no two files to compare")
    try:
        sdist, wheel = form_of(pairs[Kind.SDIST]), form_of(pairs[Kind.WHEEL])
    except FormError as failure:
        raise Skip(f"U004 tells it: {failure}") from None
    if sdist is None or wheel is None:
        raise Skip("one of them has no metadata that can be read")
    open_fields = {name.lower() for name in sdist.texts("dynamic")}
    promised = sdist.text("metadata_version") not in {"1.0", "1.1", "1.2", "2.0", "2.1"}
    for field, title in _COMPARED.items():
        if not promised or title.lower() in open_fields:
            continue
        texts, others = sdist.texts(field), wheel.texts(field)
        same = sdist.text(field).strip() == wheel.text(field).strip() if not (texts or others) else False
        if not same and sorted(map(_spelled, texts)) != sorted(map(_spelled, others)):
            only = (*(f"only in the sdist: {one}" for one in sorted(set(texts) - set(others))[:3]),
                    *(f"only in the wheel: {one}" for one in sorted(set(others) - set(texts))[:3]))  # fmt: skip
            yield Finding(f"{title} differs between the sdist and the wheel, and is not dynamic", notes=only)
        elif not same and not (texts or others):
            yield Finding(f"{title} differs between the sdist and the wheel, and is not dynamic")


def _spelled(requirement: str) -> str:
    return "".join(requirement.split()).lower().replace("'", '"')


@check("D006", Distributions, fix="write the whole address, https://…, in the README", warns=True)
def relative_link(distributions: Distributions) -> Iterator[Finding]:
    """Links of the description lead somewhere from PyPI too

    PyPI shows the description on its own page, where a path in the repository is no address.
    """
    artifact = next(artifact for _, artifact in readable(distributions))
    try:
        form = form_of(artifact)
    except FormError as failure:
        raise Skip(f"U004 tells it: {failure}") from None
    if form is None or not form.text("description"):
        raise Skip("there is no description")
    found = list(relative_links(form.text("description"), form.text("description_content_type")))
    if not found:
        return
    readme = distributions.contents.readme if distributions.contents else None
    place = Place(artifact.file)
    if readme:
        lines = readme.content.splitlines()
        number = next((at for at, line in enumerate(lines, 1) if found[0][1] in line), 0)
        quote = lines[number - 1] if number else ""
        column = quote.find(found[0][1]) + 1
        place = Place(readme.path, number, column, len(found[0][1]) if number else 0, quote)
    targets = list(dict.fromkeys(target for _, target in found))
    more = f" and {len(targets) - 1} more" if len(targets) > 1 else ""
    notes = (f"also {some(targets[1:])}",) if more else ()
    yield Finding(f"the description links to {targets[0]}{more}, which PyPI does not have", place, notes=notes)


CHECKS = (unsafe_member, member_collision, case_collision, litter, metadata_disagree, relative_link)
