"""X009 and on: what the wheel brings besides its own package, and what it is silent about."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

from tagward.checks._check import Skip, check
from tagward.model.distributions import Kind
from tagward.model.findings import Finding
from tagward.model.installation import Installation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tagward.model.installation import Loaded, Misfit

MAX_NAMED = 3
MAX_TOLD = 5
SHORT = 3
_REQUIRED = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_NOT_SET_UP = ("django.core.exceptions.ImproperlyConfigured", "django.core.exceptions.AppRegistryNotReady")
"""What a host says of settings that only a program with it has; every application of it is imported that way."""

_KNOWN_AS = {"pil": "pillow", "cv2": "opencv", "bs4": "beautifulsoup4", "sklearn": "scikitlearn", "git": "gitpython"}


@check("X009", Installation, fix="ship what is missing, or take out what imports it", warns=True)
def own_module_missing(installation: Installation) -> Iterator[Finding]:
    """What public modules import of the project itself is in the wheel

    Whoever imports such a module meets an error. It warns, because releases that nobody has complained about for
    years carry modules that never worked anywhere.
    """
    yield from (_lost(loaded, installation) for loaded in _losing(installation) if not loaded.notes)


@check("X019", Installation, fix="commit what is missing, and make the tag anew on that commit")
def own_module_not_committed(installation: Installation) -> Iterator[Finding]:
    """What public modules import of the project itself is in the commit, where the developer has it

    It works on the developer's machine and nowhere else: the file is on that disk, and not in the commit.
    """
    yield from (_lost(loaded, installation) for loaded in _losing(installation) if loaded.notes)


def _losing(installation: Installation) -> list[Loaded]:
    """The modules that miss a module of the project's own."""
    _installed(installation)
    return [one for one in installation.modules if one.missing and _is_own(one.missing, installation)]


def _lost(loaded: Loaded, installation: Installation) -> Finding:
    missing = loaded.missing.replace(".", "/")
    wheel = installation.distributions.of(Kind.WHEEL)[0].file
    return Finding(
        f"`import {loaded.name}` fails in a fresh environment: {loaded.error}",
        loaded.place,
        label="the wheel does not bring it",
        notes=(f"{wheel} holds no {missing}.py and no {missing}/__init__.py", *loaded.notes),
    )


@check("X010", Installation, fix="declare it, as an extra where only some want it", warns=True)
def module_import_failed(installation: Installation) -> Iterator[Finding]:
    """The public modules import, with an extra where they want one

    Documentation, type checkers and users import them one by one; a program that they are plug-ins of may bring what
    they miss, and if none does, they are broken.
    """
    _installed(installation)
    groups: dict[str, list[Loaded]] = {}
    for loaded in installation.modules:
        if loaded.error and not _is_excused(loaded, installation):
            top = loaded.missing.partition(".")[0]
            groups.setdefault(top or loaded.error, []).append(loaded)
    for group in list(groups.values())[:MAX_TOLD]:
        names = _listed([loaded.name for loaded in group])
        first = group[0]
        said = f"wants {first.missing}, which nothing required brings" if first.missing else f"fails: {first.error}"
        yield Finding(
            f"import of {names} {said}",
            first.place,
            fixes=() if first.missing else ("let the module import, or begin its name with an underscore",),
        )
    if len(groups) > MAX_TOLD:
        yield Finding(f"{len(groups) - MAX_TOLD} more reasons keep public modules from being imported")


@check("X011", Installation, fix="let it answer --help or --version with exit status 0", warns=True)
def script_silent(installation: Installation) -> Iterator[Finding]:
    """Console scripts answer --help or --version

    It is what people try first, and what shows that a script can not only be loaded but run.
    """
    _installed(installation)
    for script in installation.answers:
        if script.error and not _names_extra(script, installation):
            yield Finding(f"{script.name} does not answer ({script.error})", notes=script.notes)


@check("X012", Installation, fix="let the requirements agree: pip check shows them")
def requirements_conflict(installation: Installation) -> Iterator[Finding]:
    """What is installed meets all requirements, as pip check sees it

    Installers refuse such a set, or leave out what another distribution needs.
    """
    _installed(installation)
    for conflict in installation.conflicts:
        yield Finding(conflict)


@check("X013", Installation, fix="name an extra that the dependency has", warns=True)
def extra_absent(installation: Installation) -> Iterator[Finding]:
    """The extras that it asks of its dependencies exist

    Installers say nothing or a word, and go on without what the extra was to bring.
    """
    _installed(installation)
    for absent in installation.absent_extras:
        yield Finding(f"the wheel requires {absent}")


@check("X014", Installation, fix="declare it among the dependencies", warns=True)
def dependency_borrowed(installation: Installation) -> Iterator[Finding]:
    """What is imported is required, not only brought along by something else

    It is gone as soon as the distribution that requires it does without it.
    """
    _installed(installation)
    for one in installation.study.borrowed:
        owners = " or ".join(one.owners)
        yield Finding(
            f"{one.module} is imported, but {owners} is not among the requirements",
            one.place,
            label="there by luck",
            notes=(f"{owners} is installed because something else requires it",),
            fixes=(f'dependencies = ["{one.owners[0]}"]',),
        )


@check("X015", Installation, fix="raise requires-python, or write it as that Python understands it")
def syntax_too_new(installation: Installation) -> Iterator[Finding]:
    """What an import runs compiles on every Python that Requires-Python allows

    Installers on that Python take the release, and every import of it ends in a SyntaxError.
    """
    _installed(installation)
    return _misfits(installation, wanted=lambda one: one.syntax and one.certain)


@check("X016", Installation, fix="raise requires-python, or ask for sys.version_info first", warns=True)
def python_too_old(installation: Installation) -> Iterator[Finding]:
    """Shipped code runs on every Python that Requires-Python allows

    The release is installed where some of it cannot run. Where it is only used after a question for the version, the
    question is best asked in the module itself.
    """
    _installed(installation)
    return _misfits(installation, wanted=lambda one: not (one.syntax and one.certain))


@check("X017", Installation, fix="do it in a function, when it is asked for", warns=True)
def import_reaches_out(installation: Installation) -> Iterator[Finding]:
    """An import writes no file and opens no connection

    It makes importing slow, and fails where the folder is read-only or the network is closed, as in a build.
    """
    _installed(installation)
    for one in installation.effects[:MAX_TOLD]:
        yield Finding(f"`import {one.name}` {one.error}", one.place)
    if len(installation.effects) > MAX_TOLD:
        yield Finding(f"{len(installation.effects) - MAX_TOLD} more imports do such things")


@check("X018", Installation, fix="try the rest by hand", warns=True)
def not_everything_tried(installation: Installation) -> Iterator[Finding]:
    """All of the wheel was tried within the time

    What was not tried is not known to work.
    """
    _installed(installation)
    for said in (*installation.untried, installation.study.untried):
        if said:
            yield Finding(said)


def _installed(installation: Installation) -> None:
    if installation.failure:
        raise Skip("the wheel does not install")


def _is_own(missing: str, installation: Installation) -> bool:
    """Whether a module that is missing would stand within a package of the wheel, which everything in it is for.

    A wheel for one platform leaves out what it has for the others; and what stands in a namespace package may come from
    another distribution.
    """
    wheels = installation.distributions.of(Kind.WHEEL)
    if not wheels or not wheels[0].file.endswith("-any.whl") or _is_declared(missing, installation):
        return False
    parts = missing.split(".")
    above = ["/".join(parts[:depth]) for depth in range(1, len(parts))]
    return any(f"{folder}/__init__.py" in wheels[0].members for folder in above)


def _is_excused(loaded: Loaded, installation: Installation) -> bool:
    """Whether what failed is told elsewhere, is meant for another platform, or wants an extra that is declared."""
    missing = loaded.missing
    if missing:
        return (
            missing.partition(".")[0] in sys.stdlib_module_names
            or _is_own(missing, installation)
            or _is_declared(missing, installation)
            or any(loaded.name == plugin or plugin.startswith(f"{loaded.name}.") for plugin in installation.plugins)
        )
    if loaded.error.startswith(_NOT_SET_UP):
        return True
    said = _plain(loaded.error)
    extras = [_plain(name) for name in _required(installation, with_marker=True)]
    return any(len(name) >= SHORT and name in said for name in extras)


def _names_extra(script: Loaded, installation: Installation) -> bool:
    """Whether a script itself says which extra it wants."""
    said = " ".join(script.notes)
    return any(f"[{extra}]" in said for wheel in installation.distributions.of(Kind.WHEEL) for extra in wheel.extras)


def _is_declared(module: str, installation: Installation) -> bool:
    """Whether a requirement, under whatever marker, seems to bring a module; names are all there is to go by."""
    top = _plain(module.partition(".")[0])
    spellings = {_plain(module), _KNOWN_AS.get(top, top)}
    return any(
        name in spellings or (len(top) >= SHORT and "." not in module and top in name)
        for name in map(_plain, _required(installation))
    )


def _required(installation: Installation, *, with_marker: bool = False) -> list[str]:
    found = []
    for line in installation.requires:
        match = _REQUIRED.match(line)
        if match and (";" in line or not with_marker):
            found.append(match[0])
    return found


def _misfits(installation: Installation, wanted: Callable[[Misfit], bool]) -> Iterator[Finding]:
    study = installation.study
    causes: dict[tuple[str, str, bool], list[Misfit]] = {}
    for one in study.misfits:
        if wanted(one):
            causes.setdefault((one.what, one.since, one.gone), []).append(one)
    for (what, since, gone), places in causes.items():
        allowed = f"Requires-Python allows {since if gone else study.lowest}"
        there = f"is not there since Python {since}" if gone else f"is there since Python {since} only"
        notes = (f"also {_listed([str(one.place) for one in places[1:]])}",) if len(places) > 1 else ()
        yield Finding(f"{what} {there}, but {allowed}", places[0].place, notes=notes)


def _listed(names: list[str]) -> str:
    rest = len(names) - MAX_NAMED
    return ", ".join(names[:MAX_NAMED]) + (f" and {rest} more" if rest > 0 else "")


def _plain(name: str) -> str:
    return re.sub(r"[-_.]", "", name).lower()


CHECKS = (
    own_module_missing,
    own_module_not_committed,
    module_import_failed,
    script_silent,
    requirements_conflict,
    extra_absent,
    dependency_borrowed,
    syntax_too_new,
    python_too_old,
    import_reaches_out,
    not_everything_tried,
)
