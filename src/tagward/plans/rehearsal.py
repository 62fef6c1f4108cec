"""What a rehearsal releases, and how the same is done for real."""

from __future__ import annotations

import posixpath
from itertools import islice
from typing import TYPE_CHECKING

from packaging.version import Version

from tagward.errors import ConfigError
from tagward.model.rehearsal import CODES, FORGOTTEN, README_LINE, Flaw, Scene
from tagward.model.tagnames import PLACEHOLDER, tag_for, version_by_form
from tagward.model.versions import Role
from tagward.plans.tags import forms_of, rules_of
from tagward.sources import survey

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from tagward.model.config import Config
    from tagward.model.versions import Tree
    from tagward.sources.constellation import Constellation

FIRST = "0.1.0"
LOOK_ALIKES = "OlI"
"""Letters that are read as digits; none of them can stand in a version."""


def plan_scene(
    tree: Tree,
    config: Config,
    tags: Sequence[str],
    *,
    published: Collection[Version] = (),
    wanted: Version | None = None,
    folder: str = "",
) -> Scene:
    """What is released: the version that was asked for, else the next one that is free.

    Args:
        tree: the files of the commit.
        config: its rules.
        tags: the names of all tags.
        published: the versions that the index has.
        wanted: the version that was asked for.
        folder: where the project stands.

    Raises:
        ConfigError: nothing says what the project or its next version is.
    """
    rules = rules_of(config, folder, "tagward rehearse")
    found = survey(tree, rules.path)
    if not found.name:
        raise ConfigError("nothing but a build says what the project is called", fixes=('[project] name = "…"',))
    forms = forms_of(config, rules, found.name, tags)
    known = {version for tag in tags for form in forms if (version := version_by_form(tag, form))}
    declared = found.source.declaration
    stated = declared.version if declared else None
    version = wanted or _next(stated, known | set(published))
    if version in known:
        name = next(tag for tag in tags if any(version_by_form(tag, form) == version for form in forms))
        raise ConfigError(f"{version} has a tag already, {name}", fixes=("tagward rehearse --version VERSION",))
    after = list(islice((one for one in _after(version) if one not in known), 3))
    tag, module = tag_for(version, forms[0], tags), _module(tree, config, found)
    plain = not forms[0].partition(PLACEHOLDER)[0].strip("vV")
    misnamed = tuple(f"{tag[:-1]}{letter}" for letter in LOOK_ALIKES) if plain else ()
    return Scene(
        project=found.name,
        version=str(version),
        tag=tag,
        following=str(after[0]),
        wrong=tuple(tag_for(one, forms[0], tags) for one in after) if stated else misnamed,
        wrong_code="V001" if stated else "T101",
        stated=str(stated or ""),
        before=str(max(known)) if known else "",
        folder=rules.path,
        forgettable=_forgettable(found),
        module=module,
        imports=config.imports,
        spared=_out_of_reach(tree, rules.path, module) | _ignored(config),
    )


def for_real(scene: Scene) -> tuple[str, ...]:
    """The commands of the real release, to be pasted one after the other."""
    bump = (f"tagward bump {scene.version}", f'git commit -am "Release {scene.version}"')
    if scene.folder:
        bump = (f"{bump[0]} --folder {scene.folder}", bump[1])
    marked = " --prerelease" if Version(scene.version).is_prerelease else ""
    return (
        *(bump if scene.stated and scene.stated != scene.version else ()),
        f"git tag -a {scene.tag} -m {scene.tag}",
        f"git push --atomic origin {scene.branch} {scene.tag}",
        f"gh release create {scene.tag} --verify-tag --generate-notes{marked}",
    )


def _next(stated: Version | None, taken: Collection[Version]) -> Version:
    """The stated version where it is not out yet, else the next one after it, or after the newest."""
    if stated is None:
        return next(_after(max(taken))) if taken else Version(FIRST)
    return stated if stated not in taken else next(one for one in _after(stated) if one not in taken)


def _after(version: Version) -> Iterator[Version]:
    """The versions that come after one: its last number goes up, of a pre-release that of the pre-release."""
    epoch = f"{version.epoch}!" if version.epoch else ""
    while True:
        if version.pre:
            kind, number = version.pre
            version = Version(f"{epoch}{version.base_version.rpartition('!')[2]}{kind}{number + 1}")
        else:
            *rest, last = version.release
            version = Version(epoch + ".".join(map(str, (*rest, last + 1))))
        yield version


def _forgettable(found: Constellation) -> str:
    """A file with a version that the wheel ships, beside the one that feeds the build."""
    source = found.source.declaration
    if source is None:
        return ""
    shipped = (one.place.path for one in found.declarations if one.role is Role.SHIPPED)
    return next((path for path in shipped if path != source.place.path), "")


def _module(tree: Tree, config: Config, found: Constellation) -> str:
    """The file that runs when the first import package is imported; empty where none is known."""
    wanted = [name.replace(".", "/") for name in config.imports[:1]]
    paths = [path for path in found.packages if not wanted or path.removesuffix(".py").endswith(wanted[0])]
    files = set(tree.paths())
    candidates = (path if path.endswith(".py") else posixpath.join(path, "__init__.py") for path in paths)
    return next((path for path in candidates if path in files), "")


def _out_of_reach(tree: Tree, folder: str, module: str) -> dict[str, str]:
    """Why a flaw cannot be planted into this project."""
    reason = "nothing says which file an import of it runs"
    found = {} if module else {str(flaw): reason for flaw in (Flaw.UNCOMMITTED, Flaw.UNDECLARED, Flaw.SECRET)}
    stated = tree.read(posixpath.join(folder, "pyproject.toml")) or b""
    if not README_LINE.search(stated.decode(errors="replace")):
        found[str(Flaw.README)] = "no line of pyproject.toml names its README"
    return found


def _ignored(config: Config) -> dict[str, str]:
    """What the project has said that it does not ask, with its reason, by the flaw that nothing else would tell."""
    found = {}
    for flaw, codes in ((FORGOTTEN, ("V002",)), *((flaw, CODES[flaw]) for flaw in Flaw)):
        said = [_unasked(config, code) for code in codes]
        if all(said):
            found[str(flaw)] = f"{codes[0]} is not asked: {said[0]}"
    return found


def _unasked(config: Config, code: str) -> str:
    if config.select and not code.startswith(config.select):
        return "[tool.tagward] select leaves it out"
    return config.ignore.get(code, "")
