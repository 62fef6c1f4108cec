"""The page of a project on an index, in JSON and in HTML."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from packaging.utils import canonicalize_name, parse_sdist_filename, parse_wheel_filename

from tagward.model.publication import Shelved
from tagward.tools.answers import ODD

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from packaging.utils import NormalizedName
    from packaging.version import Version

JSON = "application/vnd.pypi.simple.v1+json"
HTML = {"application/vnd.pypi.simple.v1+html", "text/html"}
MAJOR = "1."
"""The version of the repository interface that is understood; another major one must not be read (PEP 629)."""
_SHA256 = re.compile(r"[0-9a-f]{64}")


class PageUnreadable(ValueError):
    """What an index sent is no page of the project."""


@dataclass(frozen=True, slots=True)
class Page:
    """What an index sent.

    Attributes:
        url: where it came from at last.
        kind: the `Content-Type`, with its parameters.
        body: the bytes.
    """

    url: str
    kind: str
    body: bytes


def parse_page(page: Page, project: NormalizedName, version: Version) -> tuple[Shelved, ...]:
    """The files of one release on a page, by the names of the files.

    Raises:
        PageUnreadable: it is no page of this project, or it states no sha256 for a file of the release.
    """
    return releases_in(page, project, [version]).get(version, ())


def releases_in(page: Page, project: NormalizedName, wanted: Collection[Version]) -> dict[Version, tuple[Shelved, ...]]:
    """The files of every release on a page, by the names of the files.

    Raises:
        PageUnreadable: it is no page of this project, or it states no sha256 for a file of a release that is wanted.
    """
    found: dict[Version, list[Shelved]] = {}
    for file in files_in(page, project):
        if (version := version_of(file.file, project)) is not None:
            found.setdefault(version, []).append(file)
    for version in wanted:
        for file in found.get(version, ()):
            if not _SHA256.fullmatch(file.sha256):
                raise PageUnreadable(f"it states no sha256 for {file.file}")
    return {version: tuple(files) for version, files in found.items()}


def version_of(file: str, project: NormalizedName) -> Version | None:
    """The version in the name of an sdist or a wheel of this project; None where it is none."""
    try:
        name, version = parse_wheel_filename(file)[:2] if file.endswith(".whl") else parse_sdist_filename(file)
    except ValueError:  # no such name, or one with a number that Python takes for too long
        return None
    return version if name == project else None


def files_in(page: Page, project: NormalizedName) -> tuple[Shelved, ...]:
    """Every file on the page of a project, of whatever version.

    Raises:
        PageUnreadable: it is neither JSON nor HTML, or no page of this project.
    """
    kind = page.kind.partition(";")[0].strip().lower()
    if kind != JSON and kind not in HTML:
        raise PageUnreadable(f"it is {kind or 'of no stated type'}, neither JSON nor HTML")
    try:
        return tuple(_from_json(page, project) if kind == JSON else _from_html(page))
    except PageUnreadable:
        raise
    except ODD as failure:
        raise PageUnreadable(f"{type(failure).__name__}: {str(failure)[:200]}") from None


def _from_json(page: Page, project: NormalizedName) -> Iterator[Shelved]:
    found = json.loads(page.body)
    if not str(found["meta"]["api-version"]).startswith(MAJOR):
        raise PageUnreadable(f"its api-version is {found['meta']['api-version']!r}")
    if canonicalize_name(str(found["name"])) != project:
        raise PageUnreadable(f"it is the page of {found['name']!r}")
    for file in found["files"]:
        yanked, stated = file.get("yanked", False), file.get("upload-time")
        yield Shelved(
            file=str(file["filename"]),
            sha256=str(file["hashes"].get("sha256", "")).lower(),
            size=None if file.get("size") is None else int(file["size"]),
            uploaded=datetime.fromisoformat(stated).timestamp() if stated else None,
            yanked=yanked if isinstance(yanked, str) else "" if yanked else None,
            url=urldefrag(urljoin(page.url, str(file["url"]))).url,
        )


def _from_html(page: Page) -> Iterator[Shelved]:
    parser = _Links(page.url)
    parser.feed(page.body.decode("utf-8"))
    # What is left begins where a tag has no end. `close` would go through it, in time that grows with its square.
    if parser.rawdata.startswith("<"):
        raise PageUnreadable("it ends within a tag")
    if not parser.version.startswith(MAJOR):
        raise PageUnreadable(f"its repository version is {parser.version!r}")
    for address, yanked in parser.links:
        url, fragment = urldefrag(address)
        # The last part of the path is the file name (PEP 503); what the link is called, nobody else reads.
        file = unquote(urlsplit(url).path.rpartition("/")[2])
        algorithm, _, digest = fragment.partition("=")
        yield Shelved(file, digest.lower() if algorithm == "sha256" else "", None, None, yanked, url)


class _Links(HTMLParser):
    """Collects the links of a page with their `data-yanked`."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self.base = base
        self.version = "1.0"
        self.links: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take what is wanted."""
        found = dict(attrs)
        if tag == "base" and found.get("href"):
            self.base = urljoin(self.base, found["href"] or "")
        elif tag == "meta" and found.get("name") == "pypi:repository-version":
            self.version = found.get("content") or ""
        elif tag == "a" and found.get("href"):
            yanked = (found["data-yanked"] or "") if "data-yanked" in found else None
            self.links.append((urljoin(self.base, found["href"] or ""), yanked))
