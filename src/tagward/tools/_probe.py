"""Runs inside the fresh environment: imports or loads one thing, and writes what happened.

Called as `python -I _probe.py RESULT JOB`. It is a script of its own, because nothing of tagward can be imported there,
and what it imports is the project's code, which may print, exit or crash. The result therefore goes into a file, and no
file means that the interpreter died.
"""

import importlib
import importlib.metadata
import json
import linecache
import sys
import traceback


def _own_frame(error: BaseException, prefix: str) -> dict[str, object]:
    """The innermost frame inside the environment that is not the import machinery."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.startswith(prefix)]
    if not frames:
        return {}
    last = frames[-1]
    quote = linecache.getline(last.filename, last.lineno or 0)
    return {"file": last.filename[len(prefix) :].lstrip("/\\"), "line": last.lineno, "quote": quote}


def _load(job: dict[str, str]) -> dict[str, object]:
    if "script" in job:
        module, _, attribute = job["script"].partition(":")
        found = importlib.import_module(module)
        for part in filter(None, attribute.split(".")):
            found = getattr(found, part)
        if attribute and not callable(found):
            raise TypeError(f"{job['script']} is not callable")
        return {}
    imported = importlib.import_module(job["module"])
    stated = getattr(imported, "__version__", "")
    places = [getattr(imported, "__file__", None) or "", *map(str, getattr(imported, "__path__", []))]
    return {
        "version": stated if isinstance(stated, str) else "",
        "file": next((place for place in places if place), ""),
    }


def main() -> None:
    """Do the job of the command line."""
    result_path, job = sys.argv[1], json.loads(sys.argv[2])
    result: dict[str, object]
    try:
        result = _load(job)
    except BaseException as error:  # noqa: BLE001  # SystemExit too: a module that exits on import does not import
        missing = getattr(error, "name", "") if isinstance(error, ModuleNotFoundError) else ""
        text = "".join(traceback.format_exception_only(type(error), error)).strip().splitlines()
        said = text[-1] if text else type(error).__name__
        result = {"error": said.removeprefix("ModuleNotFoundError: "), "missing": missing or ""}
        result["frame"] = _own_frame(error, job["prefix"])
    if "project" in job:
        try:
            result["installed"] = importlib.metadata.version(job["project"])
        except importlib.metadata.PackageNotFoundError:
            result["installed"] = ""
    with open(result_path, "w", encoding="utf-8") as file:  # noqa: PTH123  # nothing more is imported than needed
        json.dump(result, file)


main()
