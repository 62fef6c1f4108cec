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
class Installation:
    """A fresh environment with the wheel and what it requires.

    Attributes:
        python: the version of its interpreter.
        failure: why the wheel could not be installed, in pip's words; empty where it could.
        version: what `importlib.metadata.version` says.
        imports: the import packages of the project.
        scripts: its console and GUI scripts.
        commands: the command lines that the project asks to be run.
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
