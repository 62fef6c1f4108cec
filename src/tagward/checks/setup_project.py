"""G0: the project says what a release needs to be built, found and trusted."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from tagward.checks import version
from tagward.checks._check import Skip, check
from tagward.model.findings import Finding, Status
from tagward.model.inspection import Inspection
from tagward.model.places import Place

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from tagward.model.inspection import Metadata, ProjectSeen

_PYTHON = "Programming Language :: Python :: "
_WANTED = ("description", "readme", "requires-python", "license")


@check("G001", Inspection, fix="run it in the repository of a project, or repair pyproject.toml", essential=True)
def setup_unreadable(inspection: Inspection) -> Generator[Finding, None, str]:
    """There is a project, and its configuration can be read

    Neither hook nor workflow judges a release whose rules nobody can read.
    """
    if inspection.fault:
        message, fixes, place = inspection.fault
        yield Finding(message, place, fixes=fixes)
    names = [
        f"{one.name or 'a project without a name'} ({one.workspace.source.backend})" for one in inspection.projects
    ]
    return ", ".join(names)


@check("G002", Inspection, fix="set the version: tagward bump VERSION", essential=True)
def version_places_differ(inspection: Inspection) -> Generator[Finding, None, str]:
    """The version is stated, and what feeds the build or ships with it agrees

    The next tag would be refused, or would release something under another number.
    """
    seen = []
    for project in _projects(inspection):
        for one in version.CHECKS:
            result = one(project.workspace)
            if result.status is Status.BROKE:
                raise RuntimeError(f"{result.check.code} broke: {result.reason}")
            if result.status is Status.FAILED:
                yield from map(_untagged, result.findings)
        seen.append(_stated(project))
    return "; ".join(seen)


@check("G003", Inspection, fix="set it to the version of the project: tagward bump VERSION", warns=True)
def version_mentions_differ(inspection: Inspection) -> Iterator[Finding]:
    """What readers of the repository find says the version of the project

    Lock files, citations and documentation would name another release.
    """
    for project in _projects(inspection):
        for one in version.CHECKS:
            result = one(project.workspace)
            if result.status is Status.WARNED:
                yield from map(_untagged, result.findings)


@check("G004", Inspection, fix="state it under [project] in pyproject.toml", warns=True)
def metadata_incomplete(inspection: Inspection) -> Generator[Finding, None, str]:
    """Description, README, Python versions and licence are stated

    Without them PyPI shows an empty page, and installers offer the release to a Python that cannot run it.
    """
    described = _described(inspection)
    for _, metadata in described:
        if missing := [name for name in _WANTED if name not in metadata.stated and not _licensed(name, metadata)]:
            yield Finding(f"{metadata.where} does not state {_listed(missing)}", Place(metadata.where))
    return "description, readme, requires-python and license are stated"


@check("G005", Inspection, fix="name a build backend under [build-system] in pyproject.toml", warns=True)
def build_system_missing(inspection: Inspection) -> Iterator[Finding]:
    """A build system is named

    Without one every tool falls back to setuptools, in whatever version it finds (PEP 517).
    """
    for project, metadata in _described(inspection):
        if not metadata.build_system:
            yield Finding(
                f"{_path(project)} has no [build-system]",
                Place(_path(project)),
                fixes=("[build-system]", 'requires = ["hatchling"]', 'build-backend = "hatchling.build"'),
            )


@check("G006", Inspection, fix="commit the file, or correct its name")
def named_file_missing(inspection: Inspection) -> Iterator[Finding]:
    """Files that the metadata name are there

    The build stops without them.
    """
    for _, metadata in _described(inspection):
        for field, name in metadata.missing_files:
            yield Finding(f"{field} names {name}, and there is no such file", Place(metadata.where))


@check("G007", Inspection, fix="put the text of the licence into LICENSE", warns=True)
def licence_file_missing(inspection: Inspection) -> Generator[Finding, None, str]:
    """The text of the licence ships with the project

    Most licences ask for it, and distributors refuse a project without.
    """
    found: list[str] = []
    for project, metadata in _described(inspection):
        if "Private :: Do Not Upload" in metadata.classifiers:
            continue
        root = _root_licences(inspection) if project.folder else ()
        found += metadata.license_files or root
        if not (metadata.license_files or root) and not any(
            field.startswith("license") for field, _ in metadata.missing_files
        ):
            where = project.folder or "the root of the repository"
            yield Finding(f"there is no LICENSE in {where}")
    return f"{', '.join(dict.fromkeys(found))} {'are' if len(set(found)) > 1 else 'is'} there"


@check("G008", Inspection, fix="begin CHANGELOG.md, or say that none is wanted: changelog = false", warns=True)
def changelog_absent(inspection: Inspection) -> Generator[Finding, None, str]:
    """There is a changelog

    Users have nothing to decide by whether to upgrade, and the release notes nothing to stand on.
    """
    if not inspection.config.changelog_checked:
        raise Skip("the configuration wants none")
    found = []
    for project in _projects(inspection):
        if project.workspace.changelog is None:
            yield Finding("there is no CHANGELOG.md" + (f" in {project.folder}" if project.folder else ""))
        else:
            found.append(project.workspace.changelog.path)
    return f"{', '.join(found)} {'are' if len(found) > 1 else 'is'} there"


@check("G009", Inspection, fix="let classifiers and requires-python name the same versions of Python", warns=True)
def classifiers_differ_from_python(inspection: Inspection) -> Iterator[Finding]:
    """The classifiers name Pythons that requires-python allows

    The page on PyPI would promise a Python on which pip refuses to install the release.
    """
    for _, metadata in _described(inspection):
        try:
            allowed = SpecifierSet(metadata.requires_python)
        except InvalidSpecifier:
            continue  # poetry's own notation, or an error that the build tells
        stated = [one.removeprefix(_PYTHON) for one in metadata.classifiers if one.startswith(_PYTHON)]
        wrong = [one for one in stated if one.count(".") == 1 and not _allows(allowed, one)]
        if wrong:
            yield Finding(
                f"classifiers name Python {_listed(wrong)}, and requires-python is {metadata.requires_python}",
                Place(metadata.where),
            )


def _allows(allowed: SpecifierSet, minor: str) -> bool:
    """Whether any patch release of a Python is allowed."""
    return any(allowed.contains(f"{minor}.{patch}") for patch in (0, 1, 5, 10, 50))


def _projects(inspection: Inspection) -> tuple[ProjectSeen, ...]:
    if not inspection.projects:
        raise Skip("there is no project that can be read")
    return inspection.projects


def _described(inspection: Inspection) -> list[tuple[ProjectSeen, Metadata]]:
    found = [(project, project.metadata) for project in _projects(inspection) if project.metadata]
    if not found:
        raise Skip("only a run of setup.py knows it")
    return found


def _untagged(finding: Finding) -> Finding:
    """What a check of a release says, said of a project that nobody tags now."""
    return replace(finding, message=finding.message.replace("the tag says", "the project says"), fixes=())


def _stated(project: ProjectSeen) -> str:
    declaration = project.workspace.source.declaration
    if declaration is None:
        return f"the version is not written down: {project.workspace.source.reason}"
    others = len(project.workspace.declarations)
    also = f", and {others} other place{'s agree' if others > 1 else ' agrees'}" if others else ""
    return f"{declaration.text} stands in {declaration.place.path}{also}"


def _licensed(name: str, metadata: Metadata) -> bool:
    """Whether the licence is stated another way: as files, or by a classifier, as before PEP 639."""
    stated = "license-files" in metadata.stated or any(one.startswith("License ::") for one in metadata.classifiers)
    return name == "license" and stated


def _root_licences(inspection: Inspection) -> tuple[str, ...]:
    return next((one.metadata.license_files for one in inspection.projects if one.metadata and not one.folder), ())


def _path(project: ProjectSeen) -> str:
    return f"{project.folder}/pyproject.toml" if project.folder else "pyproject.toml"


def _listed(words: list[str]) -> str:
    *front, last = words
    return f"{', '.join(front)} and {last}" if front else last


CHECKS = (
    setup_unreadable,
    version_places_differ,
    version_mentions_differ,
    metadata_incomplete,
    build_system_missing,
    named_file_missing,
    licence_file_missing,
    changelog_absent,
    classifiers_differ_from_python,
)
