"""X: the wheel installs, imports and runs where nothing of the developer's machine is at hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagward.checks._check import Skip, check
from tagward.checks._modules import CHECKS as DEEPER
from tagward.model.findings import Finding
from tagward.model.installation import Installation
from tagward.model.versions import parse_version

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagward.model.installation import Loaded


DECLARE = "declare what it imports, or ship what is missing"


@check("X001", Installation, fix="correct the dependencies or the wheel", essential=True)
def install_failed(installation: Installation) -> Iterator[Finding]:
    """The wheel installs with what it requires

    Nobody could install the release.
    """
    if installation.failure:
        yield Finding(
            f"the wheel does not install in a fresh environment: {installation.failure}",
            excerpt=installation.excerpt,
            log=installation.log,
        )


@check("X002", Installation, fix=DECLARE)
def import_failed(installation: Installation) -> Iterator[Finding]:
    """The project's import packages import

    It works where the developer's environment helps out; after pip install it will not.
    """
    _installed(installation)
    if not installation.imports:
        yield Finding(
            "the wheel brings no import package, so that nothing of it can be used",
            fixes=("[tool.tagward] import = […] names the modules that must import",),
        )
    for loaded in installation.imports:
        if loaded.error and loaded.required:
            yield _import_finding(loaded)


@check("X003", Installation, fix="ship it in a package of its own, or not at all", warns=True)
def side_import_failed(installation: Installation) -> Iterator[Finding]:
    """What else stands at the top level of the wheel imports

    It may want a host program or an extra; if not, it is broken.
    """
    _installed(installation)
    for loaded in installation.imports:
        if loaded.error and not loaded.required:
            yield _import_finding(loaded)


@check("X004", Installation, fix="point the script at a callable that the wheel brings")
def script_broken(installation: Installation) -> Iterator[Finding]:
    """Every script that the wheel installs can start

    Its users would see a traceback.
    """
    _installed(installation)
    for script in installation.scripts:
        if script.error and not script.with_extra:
            yield Finding(
                f"the script {script.name} does not start: {script.error}",
                script.place,
                label=_unbrought(script),
                notes=script.notes,
                fixes=(DECLARE,) if script.missing else (),
            )


@check("X005", Installation, fix="remove what shadows it", essential=True)
def imported_from_elsewhere(installation: Installation) -> Iterator[Finding]:
    """What was imported is what was installed

    The check of the import would say nothing about the wheel.
    """
    _installed(installation)
    for loaded in installation.imports:
        if loaded.outside and not loaded.error:
            yield Finding(f"import {loaded.name} came from {loaded.outside}, not from the wheel")


@check("X006", Installation, fix="set __version__ to the version of the release, or read it from importlib.metadata")
def installed_version_mismatch(installation: Installation) -> Iterator[Finding]:
    """The installed project says the version of the tag

    Users and bug reports would name a version that was never installed.
    """
    _installed(installation)
    wanted = installation.distributions.workspace.candidate.version
    if parse_version(installation.version) != wanted:
        yield Finding(f"importlib.metadata.version says {installation.version or 'nothing'}, but the tag says {wanted}")
    for loaded in installation.imports:
        stated = parse_version(loaded.module_version)
        if loaded.required and stated is not None and stated != wanted:
            yield Finding(f"{loaded.name}.__version__ is {loaded.module_version}, but the tag says {wanted}")


@check("X007", Installation, fix="say in the README which extra it wants", warns=True)
def script_wants_extra(installation: Installation) -> Iterator[Finding]:
    """Scripts start without an extra

    Whoever installs the project without it sees a traceback.
    """
    _installed(installation)
    for script in installation.scripts:
        if script.with_extra:
            yield Finding(
                f"the script {script.name} starts only with the extra {' or '.join(script.with_extra)}: {script.error}"
            )


@check("X008", Installation, fix="repair the command, or take it out of commands in [tool.tagward]")
def command_failed(installation: Installation) -> Iterator[Finding]:
    """The commands that the project asks for succeed in the fresh environment

    The project named them as proof that the release works.
    """
    _installed(installation)
    for command in installation.commands:
        if command.error:
            yield Finding(f"the command {command.name!r} fails: {command.error}", notes=command.notes)


def _installed(installation: Installation) -> None:
    if installation.failure:
        raise Skip("the wheel does not install")


def _unbrought(loaded: Loaded) -> str:
    return f'no dependency of the project brings "{loaded.missing}"' if loaded.missing else ""


def _import_finding(loaded: Loaded) -> Finding:
    return Finding(
        f"`import {loaded.name}` fails in a fresh environment: {loaded.error}",
        loaded.place,
        label=_unbrought(loaded),
        notes=loaded.notes,
    )


CHECKS = (
    install_failed,
    import_failed,
    side_import_failed,
    script_broken,
    imported_from_elsewhere,
    installed_version_mismatch,
    script_wants_extra,
    command_failed,
    *DEEPER,
)
