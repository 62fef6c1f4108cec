"""Files that repeat the version for other readers: lock files, citation, documentation, other registries' manifests."""

from __future__ import annotations

import posixpath
import re
from functools import partial
from typing import TYPE_CHECKING

from tagward.model.names import normalize
from tagward.model.places import Place, place_at
from tagward.model.versions import Declaration, Role
from tagward.sources.files import MAX_LOCK, Faulty
from tagward.sources.project import read_project

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tagward.model.places import Fault
    from tagward.sources.files import Files

_LOCK_NAME = re.compile(r"""^name = "([^"\n]*)"\r?$""", re.MULTILINE)
_LOCK_VERSION = re.compile(r"""^version = "([^"\n]*)"\r?$""", re.MULTILINE)
_LOCK_OWN = re.compile(r"""^source = \{[^}\n]*\b(?:editable|virtual|directory) = "([^"\n]*)\"""", re.MULTILINE)
_BEFORE = 64
_CITED = re.compile(
    r"""^version:[ \t]+(?P<quote>["']?)(?P<version>[\w.+!-]+)(?P=quote)[ \t]*(?:[ \t]#.*)?\r?$""", re.MULTILINE
)
_FLOW = re.compile(r"^(?:[{\[]|\.\.\.|--- +\S)|\n---", re.MULTILINE)
"""What may hold a line that begins with a key and is none of the top: flow collections, and further documents."""
_JINJA = re.compile(r"""\{%-?\s*set\s+version\s*=\s*(["'])([^"'\n]*)\1""")
_YAML_VERSION = re.compile(r"""^  version:[ \t]*(["']?)([^\s"'#{}]+)\1""", re.MULTILINE)
DOCS = ("docs/conf.py", "doc/conf.py", "docs/source/conf.py", "doc/source/conf.py")
RECIPES = (
    "meta.yaml",
    "recipe/meta.yaml",
    "conda/meta.yaml",
    "conda.recipe/meta.yaml",
    "recipe.yaml",
    "recipe/recipe.yaml",
)


def read_mirrors(files: Files, name: str | None, faults: list[Fault]) -> Iterator[Declaration]:
    """What other tools and people read of the version, each place once; files at fault are told in `faults`."""
    for reader in _READERS:
        try:
            yield from reader(files, name)
        except Faulty as failure:
            faults.append(failure.fault)


def _read(what: str, text: str, place: Place) -> Declaration:
    return Declaration(what, text, place, Role.READ)


def _uv_lock(files: Files, name: str | None) -> Iterator[Declaration]:
    """The own entry of uv.lock: the project's name, and a source in the folder itself."""
    for lock in _locks(files, "uv.lock"):
        yield from _lock_entry(lock, files.folder, name, own=True)


def _locks(files: Files, lock: str) -> Iterator[tuple[str, str, str]]:
    # The lock of a workspace stands in an outer folder.
    depth = 0 if files.folder == "." else files.folder.count("/") + 1
    for level in range(depth + 1):
        found = files.bytes("/".join([*[".."] * level, lock]), MAX_LOCK)
        if found:
            yield found[0], found[1].decode(errors="replace"), posixpath.dirname(found[0])
            return


def _lock_entry(lock: tuple[str, str, str], folder: str, name: str | None, *, own: bool) -> Iterator[Declaration]:
    path, text, base = lock
    for found in _LOCK_NAME.finditer(text):
        if not name or normalize(found[1]) != normalize(name) or not _heads_package(text, found.start()):
            continue
        end = text.find("\n[", found.end())
        end = len(text) if end < 0 else end
        version = _LOCK_VERSION.search(text, found.end(), end)
        source = _LOCK_OWN.search(text, found.end(), end)
        here = posixpath.normpath(posixpath.join(base, source[1])) if source else None
        if version and (here == posixpath.normpath(folder) if own else "source = " not in text[found.end() : end]):
            yield _read(posixpath.basename(path), version[1], place_at(path, text, *version.span(1)))


def _heads_package(text: str, start: int) -> bool:
    return text[max(0, start - _BEFORE) : start].rstrip().endswith("[[package]]")


def _citation(files: Files, _name: str | None) -> Iterator[Declaration]:
    # A key at the beginning of a line is one of the top; loading a YAML parser costs a tenth of the fast checks.
    plain = files.text("CITATION.cff")
    lines = _CITED.findall(plain.text) if plain and not _FLOW.search(plain.text) else []
    if plain and len(lines) == 1 and (line := _CITED.search(plain.text)):
        yield _read("CITATION.cff version", line["version"], place_at(plain.path, plain.text, *line.span("version")))
        return
    file = files.yaml("CITATION.cff")
    found = file.find("version") if file else None
    if found and found[0]:
        yield _read("CITATION.cff version", *found)


def _package_json(files: Files, name: str | None) -> Iterator[Declaration]:
    """package.json, where it describes the same project."""
    file = files.json("package.json")
    stated, version = (file.get("name"), file.get("version")) if file else (None, None)
    if file is None or not name or not isinstance(stated, str) or not isinstance(version, str):
        return
    if normalize(stated.rpartition("/")[2]) == normalize(name) and file.get("workspaces") is None:
        yield _read("package.json version", version, file.place("version"))


def _server_json(files: Files, name: str | None) -> Iterator[Declaration]:
    """server.json of an MCP server: its version, and that of its package on the Python index."""
    file = files.json("server.json")
    if file is None:
        return
    packages = file.get("packages")
    entries = list(enumerate(packages)) if isinstance(packages, list) else []
    mine = False
    for index, entry in entries:
        stated = entry.get("identifier", entry.get("name")) if isinstance(entry, dict) else None
        version = entry.get("version") if isinstance(entry, dict) else None
        if name and isinstance(stated, str) and normalize(stated) == normalize(name):
            mine = True
            if isinstance(version, str):
                yield _read("server.json packages version", version, file.place("packages", index, "version"))
    version = file.get("version")
    if mine and isinstance(version, str):
        yield _read("server.json version", version, file.place("version"))


def _codemeta(files: Files, _name: str | None) -> Iterator[Declaration]:
    file = files.json("codemeta.json")
    for key in ("version", "softwareVersion"):
        version = file.get(key) if file else None
        if file and isinstance(version, str):
            yield _read(f"codemeta.json {key}", version, file.place(key))


def _docs(path: str, files: Files, _name: str | None) -> Iterator[Declaration]:
    """`release` of the documentation, and `version` where it is as long (Sphinx: `version` may be the short form)."""
    from tagward.sources.python import assignments, literal, rebound  # noqa: PLC0415  # see Files.module

    module = files.module(path)
    values = {key: node for key, node in assignments(module) if key in {"version", "release"}} if module else {}
    for key, node in values.items():
        text = literal(node)
        whole = key == "release" or (isinstance(text, str) and text.count(".") > 1)
        if module and isinstance(text, str) and text and whole and not rebound(module, key):
            yield _read(f"{key} of the documentation", text, module.place(node))


def _recipe(path: str, files: Files, name: str | None) -> Iterator[Declaration]:
    """A Conda recipe: the Jinja variable of meta.yaml, or the version of the package or context."""
    file = files.text(path)
    if file is None or not name or not _is_about(file.text, name):
        return
    found = _JINJA.search(file.text) or _YAML_VERSION.search(file.text)
    if found:
        yield _read(f"{posixpath.basename(path)} version", found[2], place_at(file.path, file.text, *found.span(2)))


def _is_about(text: str, name: str) -> bool:
    return any(normalize(word) == normalize(name) for word in re.findall(r"[A-Za-z0-9][A-Za-z0-9._-]*", text[:4000]))


def _cargo(files: Files, name: str | None) -> Iterator[Declaration]:
    """Under maturin: the crate, which is shipped where it does not feed the build, and its entry in Cargo.lock."""
    from tagward.sources.maturin import crate_version, manifest  # noqa: PLC0415  # only for this backend

    project = read_project(files)
    if project.backend != "maturin":
        return
    found = crate_version(project)
    crate = manifest(project)
    if found and not (found[1][0] == "workspace" and "version" in project.pyproject.table("project")):
        file, keys = found
        yield Declaration("Cargo.toml version", file.string(*keys) or "", file.place(*keys), Role.SHIPPED)
    stated = crate[1].table("package").get("name") if crate else name
    for lock in _locks(files, posixpath.join(posixpath.dirname(crate[0]), "Cargo.lock") if crate else "Cargo.lock"):
        yield from _lock_entry(lock, files.folder, stated if isinstance(stated, str) else None, own=False)


_READERS: tuple[Callable[[Files, str | None], Iterator[Declaration]], ...] = (
    _uv_lock,
    _cargo,
    _citation,
    _package_json,
    _server_json,
    _codemeta,
    *(partial(_docs, path) for path in DOCS),
    *(partial(_recipe, path) for path in RECIPES),
)
