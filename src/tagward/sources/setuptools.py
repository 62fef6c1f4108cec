"""Setuptools: pyproject.toml, setup.py and setup.cfg in the order in which they win, and what changes the result."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagward.model.places import Place, place_at
from tagward.sources.files import Faulty, NoVersion
from tagward.sources.project import FROM_TAGS, feeds
from tagward.sources.python import as_version, assignments, follow, literal, module_files

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagward.model.versions import Declaration
    from tagward.sources.formats import Ini
    from tagward.sources.project import Project

SCM = f"setuptools-scm{FROM_TAGS}"
_TRUE = {"y", "yes", "t", "true", "on", "1"}


def setuptools_version(project: Project) -> Declaration | str:
    """The version that setuptools builds.

    `[tool.setuptools.dynamic]` wins where `dynamic` lists the version; then the argument of `setup()`, then setup.cfg,
    which fills only what is not set yet (`setuptools.config.setupcfg`, `ConfigHandler.__setitem__`).

    Raises:
        Faulty: a file or setting it leads to is wrong.
    """
    plugin = plugin_reason(project)
    if plugin:
        return plugin
    if "incremental" in project.requires and "incremental" in project.pyproject.table("tool"):
        from tagward.sources.incremental import incremental_version  # noqa: PLC0415  # rare

        return incremental_version(project)
    if project.dynamic:
        table = project.pyproject.table("tool", "setuptools", "dynamic")
        if "version" in table:
            return tagged(project, _from_pyproject(project))
    return tagged(project, _from_script_or_config(project))


def plugin_reason(project: Project) -> str:
    """Why a plug-in that the build requires computes the version; empty where none does.

    A `[tool.setuptools_scm]` whose distribution the build does not require has no effect.
    """
    tools = project.pyproject.table("tool")
    required = project.requires.get("setuptools-scm")
    if required is not None and ("setuptools_scm" in tools or "vcs-versioning" in tools or "simple" in required):
        return SCM
    if "versioningit" in tools and "versioningit" in project.requires:
        return f"versioningit{FROM_TAGS}"
    if "setuptools-git-versioning" in tools and "setuptools-git-versioning" in project.requires:
        return f"setuptools-git-versioning{FROM_TAGS}"
    return ""


def _from_pyproject(project: Project) -> Declaration | str:
    file = project.pyproject
    keys = ("tool", "setuptools", "dynamic", "version")
    table = file.table(*keys)
    if "attr" in table:
        return _attribute(project, file.string(*keys, "attr") or "", file.place(*keys, "attr"))
    named = table.get("file")
    names = [named] if isinstance(named, str) else named
    if isinstance(names, list) and names and all(isinstance(name, str) for name in names):
        return _file(project, [str(name) for name in names], file.place(*keys, "file"))
    raise Faulty(Place(file.path), f"`{'.'.join(keys)}` has neither attr nor file")


def _from_script_or_config(project: Project) -> Declaration | str:
    from tagward.sources.setup_script import script_version  # noqa: PLC0415  # few projects have a setup.py

    found = script_version(project)
    if found is not None:
        return found
    config = project.files.ini("setup.cfg")
    value = config.get("metadata", "version") if config else None
    if config is None or not value:
        if config and "pbr" in project.requires:
            return f"pbr{FROM_TAGS}"
        alone = not project.dynamic and set(project.requires) <= {"setuptools", "wheel"}
        raise (NoVersion if alone else Faulty)(Place(project.pyproject.path), "nothing gives setuptools a version")
    return _from_config(project, config, value)


def _from_config(project: Project, config: Ini, value: str) -> Declaration | str:
    place = config.place("metadata", "version")
    if value.startswith("attr:"):
        return _attribute(project, value.removeprefix("attr:").strip(), place)
    if value.startswith("file:"):
        return _file(project, [name.strip() for name in value.removeprefix("file:").split(",")], place)
    return feeds("[metadata] version", value.strip(), place)


def _attribute(project: Project, dotted: str, asked: Place) -> Declaration | str:
    module, _, attribute = dotted.strip().rpartition(".")
    for name in attribute_files(project, module or "__init__"):
        if project.files.module(name) is None:
            continue
        found = follow(project.files, name, attribute)
        if found:
            return feeds(attribute, found.text, found.place)
        return _number(project, name, attribute) or f"{name} computes `{attribute}`, so setuptools imports it"
    raise Faulty(asked, f"there is no module {module}")


def _number(project: Project, name: str, attribute: str) -> Declaration | None:
    # `__version__ = 1.10` becomes "1.1", as it does in setuptools.
    module = project.files.module(name)
    for target, node in assignments(module) if module else ():
        value = literal(node)
        if module and target == attribute and isinstance(value, int | float) and as_version(value) is None:
            return feeds(attribute, str(value), module.place(node))
    return None


def attribute_files(project: Project, module: str) -> Iterator[str]:
    """The files that may be `module`, honouring package directories (`setuptools.config.expand.find_package_path`)."""
    mapping = package_directories(project)
    parts = module.split(".")
    for count in range(len(parts), 0, -1):
        folder = mapping.get(".".join(parts[:count]))
        if folder is not None:
            stem = "/".join([folder, *parts[count:]])
            yield from (f"{stem}.py", f"{stem}/__init__.py")
    roots = tuple(dict.fromkeys([mapping.get("", ""), "", "src"]))
    yield from module_files(module, roots)


def package_directories(project: Project) -> dict[str, str]:
    """The mapping from packages to folders, "" being the folder of all (`package-dir`, `package_dir`)."""
    table = project.pyproject.table("tool", "setuptools")
    found = {key: _folder(value) for key, value in _strings(table.get("package-dir"))}
    where = project.pyproject.table("tool", "setuptools", "packages", "find").get("where")
    if isinstance(where, list) and where and isinstance(where[0], str):
        found.setdefault("", _folder(where[0]))
    config = project.files.ini("setup.cfg")
    for line in (config.get("options", "package_dir") or "").splitlines() if config else ():
        key, _, value = line.partition("=")
        if value.strip():
            found.setdefault(key.strip(), _folder(value.strip()))
    return found


def _strings(value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        yield from ((key, entry) for key, entry in value.items() if isinstance(key, str) and isinstance(entry, str))


def _folder(text: str) -> str:
    return "" if text in {".", "./"} else text.strip("/").removeprefix("./")


def _file(project: Project, names: list[str], asked: Place) -> Declaration:
    files = [(name, project.files.text(name)) for name in names if name]
    missing = next((name for name, file in files if file is None), None)
    if missing:
        raise Faulty(asked, f"there is no file {missing}")
    filled = [file for _, file in files if file and file.text.strip()]
    if len(filled) != 1:
        raise Faulty(asked, "no file has a version" if not filled else "several files cannot make one version")
    text = filled[0].text
    start = len(text) - len(text.lstrip())
    value = text.strip()
    return feeds(filled[0].path.rpartition("/")[2], value, place_at(filled[0].path, text, start, start + len(value)))


def tagged(project: Project, found: Declaration | str) -> Declaration | str:
    """The version with what `[egg_info]` of setup.cfg appends to it (`setuptools.command.egg_info`, `InfoCommon`)."""
    config = project.files.ini("setup.cfg") if not isinstance(found, str) else None
    if config is None or isinstance(found, str):
        return found
    suffix = (config.get("egg_info", "tag_build") or "").strip()
    dated = (config.get("egg_info", "tag_date") or "").strip().lower() in _TRUE
    if suffix and not found.text.endswith(suffix):
        text = found.text + suffix
        return feeds(f"{found.what} + [egg_info] tag_build", text, config.place("egg_info", "tag_build"))
    if dated:
        return "[egg_info] tag_date in setup.cfg appends the day of the build to it"
    return found
