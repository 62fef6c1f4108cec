"""What a setup.py passes to `setup()`, read and never run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagward.model.places import Place, place_at
from tagward.sources.interpret import Reader
from tagward.sources.project import FROM_TAGS, feeds
from tagward.sources.python import as_version
from tagward.sources.reading import Stopped
from tagward.sources.values import UNKNOWN, Raised, Text, Unknown, Unsure

if TYPE_CHECKING:
    import ast

    from tagward.model.versions import Declaration
    from tagward.sources.files import Files
    from tagward.sources.project import Project
    from tagward.sources.python import Module

SCRIPT = "setup.py"


def script_arguments(files: Files) -> dict[str, object] | None:
    """The arguments of `setup()`, unknown ones as `UNKNOWN`; None where there is no setup.py or no such call.

    Raises:
        Faulty: setup.py cannot be read.
    """
    if SCRIPT not in files.notes:
        files.notes[SCRIPT] = _read_arguments(files)
    found = files.notes[SCRIPT]
    return found if isinstance(found, dict) else None


def _read_arguments(files: Files) -> dict[str, object] | None:
    module = files.module(SCRIPT)
    if module is None:
        return None
    reader = Reader(files)
    reader.names.update({"__file__": SCRIPT, "__name__": "__main__"})
    reader.module = module
    try:
        reader.run(module.body)
    except Raised:
        # What comes after is not reached in this reading; calls before that hold.
        reader.calls.append({"version": UNKNOWN})
    except (Stopped, Unsure):
        pass
    except RecursionError:
        reader.calls.append({"version": UNKNOWN})
    return _agreed(reader.calls)


def _agreed(calls: list[dict[str, object]]) -> dict[str, object] | None:
    """One set of arguments out of several calls in branches: what differs is unknown."""
    if not calls:
        return None
    keys = {key for call in calls for key in call}
    return {
        key: calls[0].get(key) if all(call.get(key) == calls[0].get(key) for call in calls) else UNKNOWN for key in keys
    }


def script_argument(files: Files, name: str) -> object:
    """One argument of `setup()`; None where it is not known.

    Raises:
        Faulty: setup.py cannot be read.
    """
    value = (script_arguments(files) or {}).get(name)
    return None if isinstance(value, Unknown) else value


def script_version(project: Project) -> Declaration | str | None:
    """The version that setup.py gives, or why only running it tells; None where it gives none.

    Raises:
        Faulty: setup.py cannot be read.
    """
    arguments = script_arguments(project.files)
    if arguments is None:
        return None
    for key, reason in _KEYWORDS.items():
        if arguments.get(key):
            return reason
    value = arguments.get("version")
    if value is None:
        return None
    text = as_version(value) if not isinstance(value, Unknown) else None
    if text is None:
        return _reason(project)
    return feeds("setup(version=…)", str(text), _place(project, value))


# Keywords that plug-ins bring to `setup()`.
_KEYWORDS = {
    "use_scm_version": f"setuptools-scm{FROM_TAGS}",
    "pbr": f"pbr{FROM_TAGS}",
    "use_incremental": "incremental computes it",
    "use_vcs_version": f"a plug-in of setuptools{FROM_TAGS}",
    "setuptools_git_versioning": f"setuptools-git-versioning{FROM_TAGS}",
}


def _reason(project: Project) -> str:
    module = project.files.module(SCRIPT)
    text = module.text if module else ""
    if "versioneer" in text:
        return f"versioneer{FROM_TAGS}"
    return "setup.py computes it, and only running it would tell"


def _place(project: Project, value: object) -> Place:
    if isinstance(value, Text):
        return place_at(value.path, value.source, value.start, value.start + len(value))
    module = project.files.module(SCRIPT)
    node = _keyword(module) if module else None
    return module.place(node) if module and node is not None else Place(project.files.path(SCRIPT))


def _keyword(module: Module) -> ast.expr | None:
    import ast  # noqa: PLC0415

    for statement in module.body:
        for node in ast.walk(statement):
            if isinstance(node, ast.keyword) and node.arg == "version":
                return node.value
    return None
