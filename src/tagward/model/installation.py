"""The fourth state: a fresh environment with the wheel in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tagward.model.distributions import Distributions
    from tagward.model.places import Place


@dataclass(frozen=True, slots=True)
class Loaded:
    """What happened when a module was imported, or a script's target loaded, in the fresh environment.

    Attributes:
        name: the module, or the script.
        error: the exception's type and text; empty where it loaded.
        missing: the module that was not found, where that was the reason.
        place: the line of the project that asked for what failed, as a path of the repository where it can be told.
        module_version: `__version__` of the module, where that is text.
        outside: the file it came from, where that is not the installed wheel.
        with_extra: the extras that make it load, where the wheel alone does not.
        required: whether the release is broken without it.
    """

    name: str
    error: str = ""
    missing: str = ""
    place: Place | None = None
    module_version: str = ""
    outside: str = ""
    with_extra: tuple[str, ...] = ()
    required: bool = True
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Borrowed:
    """An import of a distribution that is there only because another one requires it.

    Attributes:
        module: the name that is imported.
        owners: the distributions that bring it, normalised.
        place: the import.
    """

    module: str
    owners: tuple[str, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Misfit:
    """Shipped code that some Python which `Requires-Python` allows cannot run.

    Attributes:
        what: the syntax, the module or the name.
        since: the first Python that has it, as `3.11`; with `gone`, the first that does not.
        gone: whether it was taken out of Python.
        certain: the file is read by whoever imports the project or starts one of its scripts.
        syntax: the file cannot be compiled, so that nothing of it can be used.
    """

    what: str
    since: str
    place: Place
    gone: bool = False
    certain: bool = False
    syntax: bool = False


@dataclass(frozen=True, slots=True)
class Study:
    """What the shipped code says of itself, read and not run.

    Attributes:
        lowest: the lowest Python that `Requires-Python` allows, as `3.9`; empty where it sets no bound.
        untried: why not all of it was read; empty where it was.
    """

    lowest: str = ""
    borrowed: tuple[Borrowed, ...] = ()
    misfits: tuple[Misfit, ...] = ()
    untried: str = ""


@dataclass(frozen=True, slots=True)
class Installation:
    """A fresh environment with the wheel and what it requires.

    Attributes:
        python: the version of its interpreter.
        failure: why the wheel could not be installed, in pip's words; empty where it could.
        version: what `importlib.metadata.version` says.
        imports: the import packages of the project.
        scripts: its console and GUI scripts.
        commands: the command lines that the project asks to be run.
        requires: `Requires-Dist` of the wheel, as written.
        modules: the public modules below the import packages; one below another that failed is not tried.
        plugins: the modules that its entry points hand to other programs.
        effects: modules whose import wrote a file or went to the network; `error` says what it did first.
        answers: the console scripts that load, asked for `--help` and then `--version`; `error` where neither worked.
        conflicts: requirements of what is installed that what is installed does not meet.
        absent_extras: extras that the wheel asks of what it requires, and that those do not have.
        study: what reading the shipped code brought up.
        untried: what there was no time for, as sentences.
    """

    distributions: Distributions
    python: str
    failure: str = ""
    excerpt: tuple[str, ...] = ()
    log: str = ""
    version: str = ""
    imports: tuple[Loaded, ...] = ()
    scripts: tuple[Loaded, ...] = ()
    commands: tuple[Loaded, ...] = ()
    requires: tuple[str, ...] = ()
    modules: tuple[Loaded, ...] = ()
    plugins: tuple[str, ...] = ()
    effects: tuple[Loaded, ...] = ()
    answers: tuple[Loaded, ...] = ()
    conflicts: tuple[str, ...] = ()
    absent_extras: tuple[str, ...] = ()
    study: Study = Study()
    untried: tuple[str, ...] = ()
