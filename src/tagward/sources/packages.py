"""The import packages that a wheel would ship, found from the tool's configuration or the layout."""

from __future__ import annotations

import fnmatch
import posixpath
from typing import TYPE_CHECKING

from tagward.model.names import normalize
from tagward.sources.files import Faulty
from tagward.sources.project import read_project

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tagward.sources.files import Files
    from tagward.sources.project import Project

# setuptools.discovery: FlatLayoutPackageFinder.DEFAULT_EXCLUDE, and FlatLayoutModuleFinder's.
NO_PACKAGES = frozenset({
    "benchmark", "benchmarks", "bin", "build", "changelog", "ci", "debian", "doc", "docs", "documentation",
    "example", "examples", "exercise", "exercises", "ext", "htmlcov", "manpages", "news", "newsfragments", "python",
    "scripts", "test", "testing", "tests", "tools", "unit_test", "unit_tests", "util", "utils",
})  # fmt: skip
NO_MODULES = frozenset({
    "benchmark", "benchmarks", "bootstrap", "build", "conftest", "distribute_setup", "dodo", "example", "examples",
    "exercise", "exercises", "ez_setup", "fabfile", "manage", "noxfile", "pavement", "runtests", "setup",
    "site_scons", "tasks", "test", "tests", "toxfile", "versioneer",
})  # fmt: skip


def read_packages(files: Files, name: str | None) -> tuple[str, ...]:
    """Paths of import packages and single modules, from the root of the repository, sorted and each once."""
    try:
        project = read_project(files)
        stated = [path for path in _stated(project, name) if _is_code(files, path)]
    except Faulty:
        stated = []
    found = [part for path in stated or _from_layout(files, name) for part in _within(files.names, path.strip("/"))]
    return tuple(sorted({posixpath.normpath(posixpath.join(files.folder, path)) for path in found}))


def _within(names: Iterable[str], path: str, depth: int = 3) -> list[str]:
    """The packages in a namespace package, a folder of packages without an `__init__` of its own (PEP 420)."""
    modules = [
        other[len(path) + 1 :].split("/") for other in names if other.startswith(path + "/") and other.endswith(".py")
    ]
    if path.endswith(".py") or ["__init__.py"] in modules or any(len(parts) == 1 for parts in modules) or not depth:
        return [path]
    inner = sorted({parts[0] for parts in modules if parts[0].isidentifier()})
    return [part for name in inner for part in _within(names, f"{path}/{name}", depth - 1)]


def _is_code(files: Files, path: str) -> bool:
    names = files.names
    return path in names or any(
        other.startswith(path + "/") and other.endswith((".py", ".pyi", ".so")) for other in names
    )


def _from_layout(files: Files, name: str | None) -> list[str]:
    for root in ("src/", "lib/", "python/", ""):
        tops = list(_tops(files.names, root))
        wanted = [path for path in tops if is_named(path, name)]
        if wanted:
            # Beside a package in the root of the repository stands much that is not shipped.
            return wanted if not root else tops
        if tops and root in {"src/", ""}:
            return tops
    return []


def _tops(names: Iterable[str], root: str) -> Iterator[str]:
    """Top-level packages and modules below `root`, leaving out what is not the project's code by its name."""
    seen: set[str] = set()
    for path in sorted(path for path in names if path.startswith(root) and path.endswith(".py")):
        head, *rest = path[len(root) :].split("/")
        stem = head.removesuffix(".py")
        # Below `src`, a folder without `__init__` is a namespace package.
        package = rest == ["__init__.py"] or (bool(rest) and root == "src/")
        wanted = stem not in NO_MODULES if not rest else package and stem not in NO_PACKAGES
        if wanted and stem.isidentifier() and head not in seen:
            seen.add(head)
            yield root + head


def is_named(path: str, name: str | None) -> bool:
    """Whether an import package carries the project's name, or the greater part of it."""
    parts = path.removesuffix(".py").split("/")
    stems = {normalize("-".join(parts[start:])).replace("-", "") for start in range(len(parts))}
    bare = normalize(name or "").replace("-", "")
    return bool(bare) and not stems.isdisjoint({bare, bare.removeprefix("python"), bare.removeprefix("py")} - {""})


def _stated(project: Project, name: str | None) -> Iterator[str]:
    pyproject = project.pyproject
    match project.backend:
        case "hatchling":
            yield from _hatch(project)
        case "poetry-core":
            yield from _poetry(pyproject.table("tool", "poetry").get("packages"))
        case "flit-core":
            module = pyproject.table("tool", "flit", "module").get("name") or pyproject.table(
                "tool", "flit", "metadata"
            ).get("module")
            yield from _module(module if isinstance(module, str) else name)
        case "setuptools":
            yield from _setuptools(project)
        case "maturin":
            source = pyproject.table("tool", "maturin").get("python-source")
            if isinstance(source, str):
                yield from _tops(project.files.names, source.strip("/") + "/")
        case "uv_build":
            yield from _uv(pyproject.table("tool", "uv", "build-backend"), name)
        case _:
            yield from _module(name)


def _module(name: str | None) -> Iterator[str]:
    stem = (name or "").replace("-", "_").replace(".", "/")
    if stem:
        for root in ("", "src/"):
            yield f"{root}{stem}"
            yield f"{root}{stem}.py"


def _uv(table: dict[str, object], name: str | None) -> Iterator[str]:
    root = table.get("module-root", "src")
    names = table.get("module-name", normalize(name or "").replace("-", "_"))
    for module in names if isinstance(names, list) else [names]:
        if isinstance(root, str) and isinstance(module, str) and module:
            yield posixpath.normpath(posixpath.join(root, module.replace(".", "/").removesuffix("-stubs")))


def _hatch(project: Project) -> Iterator[str]:
    from tagward.sources.hatch import hatch_setting  # noqa: PLC0415  # only for this backend

    found = hatch_setting(project, "build")
    if found is None:
        return
    file, keys = found
    for table in (file.table(*keys, "targets", "wheel"), file.table(*keys)):
        stated = table.get("packages") or table.get("only-include")
        if isinstance(stated, list) and stated:
            yield from (entry.strip("/") for entry in stated if isinstance(entry, str))
            return


def _poetry(packages: object) -> Iterator[str]:
    for entry in packages if isinstance(packages, list) else []:
        include = entry.get("include") if isinstance(entry, dict) else None
        if isinstance(include, str) and entry.get("format") in {None, "wheel"}:
            root = entry.get("from")
            top = include.split("*", 1)[0].strip("/")
            if top:
                yield posixpath.join(root, top) if isinstance(root, str) else top


def _setuptools(project: Project) -> Iterator[str]:
    from tagward.sources.setuptools import package_directories  # noqa: PLC0415  # only for this backend

    directories = package_directories(project)
    root = directories.get("", "")
    table = project.pyproject.table("tool", "setuptools")
    packages = table.get("packages")
    config = project.files.ini("setup.cfg")
    listed = list(packages) if isinstance(packages, list) else []
    modules = table.get("py-modules")
    listed_modules = list(modules) if isinstance(modules, list) else []
    if config:
        listed = listed or [
            line for line in (config.get("options", "packages") or "").split() if not line.startswith("find")
        ]
        listed_modules = listed_modules or (config.get("options", "py_modules") or "").split()
    for dotted in (entry for entry in listed if isinstance(entry, str)):
        top = dotted.split(".")[0]
        yield directories.get(top) or posixpath.join(root, top)
    for module in (entry for entry in listed_modules if isinstance(entry, str)):
        yield posixpath.join(root, module.replace(".", "/") + ".py")
    find = project.pyproject.table("tool", "setuptools", "packages", "find")
    if not listed and not listed_modules and (find or root):
        yield from _found(project, find, root)


def _found(project: Project, find: dict[str, object], root: str) -> Iterator[str]:
    include, exclude = find.get("include"), find.get("exclude")
    for path in _tops(project.files.names, f"{root}/" if root else ""):
        top = posixpath.basename(path)
        wanted = not isinstance(include, list) or any(fnmatch.fnmatch(top, str(glob)) for glob in include)
        unwanted = isinstance(exclude, list) and any(fnmatch.fnmatch(top, str(glob)) for glob in exclude)
        if wanted and not unwanted and not path.endswith(".py"):
            yield path
