"""Runs inside the fresh environment: imports or loads what it is told to, and writes what happened.

Called as `python -I _probe.py RESULT JOB`. It is a script of its own, because nothing of tagward can be imported there,
and what it imports is the project's code, which may print, exit or crash. The result therefore goes into a file, a line
for each thing that was tried, and no line means that the interpreter died of it.
"""

import faulthandler
import importlib
import json
import linecache
import os
import sys
import traceback
import types  # noqa: TC003  # `typing` costs more

NETWORK = {"socket.connect": 1, "socket.sendto": 1, "socket.getaddrinfo": 0, "socket.gethostbyname": 0}
"""Audit events by the argument that says where to (Python documentation, "Audit events table")."""
WRITING = {"os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.link", "os.symlink", "os.truncate"}
OTHERS = ("VERSION", "VERSION_STRING", "version")
"""Constants beside `__version__` that may say the version of the release."""

HERE = ("localhost", "127.", "::1", "0.0.0.0")  # noqa: S104  # names of this machine, to which nothing is bound


class Watch:
    """Notes the first thing that an import does to the world outside the process."""

    def __init__(self, prefix: str, temporary: str) -> None:
        self.prefix, self.temporary = prefix, temporary
        self.watching = False
        self.seen: dict[str, object] = {}

    def __call__(self, event: str, arguments: tuple[object, ...]) -> None:
        """Hear an audit event; what goes wrong in here must not reach the project's code."""
        if not self.watching or self.seen:
            return
        if event == "open" or event in WRITING or event in NETWORK:
            self.watching = False
            try:
                what = self._network(event, arguments) if event in NETWORK else self._writing(event, arguments)
                if what:
                    self.seen = {"error": what, "frame": self._frame()}
            except Exception:  # noqa: BLE001, S110  # a path or an address of an unknown shape is not judged
                pass
            self.watching = True

    def _network(self, event: str, arguments: tuple[object, ...]) -> str:
        address = arguments[NETWORK[event]]
        host = address[0] if isinstance(address, tuple) else address
        if isinstance(host, bytes):
            host = host.decode()
        if (
            not isinstance(host, str)
            or not host
            or host.startswith(HERE)
            or (event == "socket.connect" and "/" in host)
        ):
            return ""
        verb = "asks for the address of" if event.startswith("socket.get") else "opens a connection to"
        return f"{verb} {host}"

    def _writing(self, event: str, arguments: tuple[object, ...]) -> str:
        path = arguments[0]
        reads = event == "open" and not int(arguments[2]) & (os.O_WRONLY | os.O_RDWR)  # type: ignore[call-overload]  # flags
        if reads or not isinstance(path, (str, bytes)):
            return ""  # what is open already has no path
        if not os.path.isabs(path) and self._is_elsewhere(event, arguments):  # noqa: PTH117  # pathlib is not imported
            return ""
        full = os.path.abspath(os.fsdecode(path))  # noqa: PTH100  # the same
        if "__pycache__" in full or full.startswith(("/dev/", "/proc/")) or _is_below(full, self.temporary):
            return ""
        if _is_below(full, self.prefix):
            return f"writes into the folder it is installed in: {full[len(self.prefix) :].lstrip(os.sep)}"
        if _is_below(full, os.getcwd()):  # noqa: PTH109  # the same
            return f"writes into the current folder: {os.path.relpath(full)}"
        return f"writes {full}"

    @staticmethod
    def _is_elsewhere(event: str, arguments: tuple[object, ...]) -> bool:
        """Whether a relative path may begin at a folder that is open, and not at the current one."""
        if event == "open":
            return arguments[1] is None  # os.open, whose event does not tell its dir_fd
        folders = arguments[2:] if event in {"os.rename", "os.link"} else arguments[-1:]
        return any(isinstance(one, int) and one >= 0 for one in folders)

    def _frame(self) -> dict[str, object]:
        current: types.FrameType | None = sys._getframe(2)  # noqa: SLF001  # the documented way to the callers
        while current is not None and not _is_below(current.f_code.co_filename, self.prefix):
            current = current.f_back
        return _said(current.f_code.co_filename, current.f_lineno, self.prefix) if current else {}


def _is_below(path: str, folder: str) -> bool:
    return bool(folder) and (path == folder or path.startswith(folder + os.sep))


def _said(file: str, line: int, prefix: str) -> dict[str, object]:
    return {"file": file[len(prefix) :].lstrip("/\\"), "line": line, "quote": linecache.getline(file, line)}


def _own_frame(error: BaseException, prefix: str) -> dict[str, object]:
    """The innermost frame inside the environment that is not the import machinery."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.startswith(prefix)]
    return _said(frames[-1].filename, frames[-1].lineno or 0, prefix) if frames else {}


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
        "others": [other for name in OTHERS if isinstance(other := getattr(imported, name, None), str)],
        "file": next((place for place in places if place), ""),
    }


def _tried(job: dict[str, str], watch: Watch) -> dict[str, object]:
    result: dict[str, object]
    watch.seen, watch.watching = {}, True
    try:
        result = _load(job)
    except BaseException as error:  # noqa: BLE001  # SystemExit too: a module that exits on import does not import
        watch.watching = False
        missing = getattr(error, "name", "") if isinstance(error, ModuleNotFoundError) else ""
        text = "".join(traceback.format_exception_only(type(error), error)).strip().splitlines()
        said = text[-1] if text else type(error).__name__
        result = {"error": said.removeprefix("ModuleNotFoundError: "), "missing": missing or ""}
        result["frame"] = _own_frame(error, job["prefix"])
    watch.watching = False
    if watch.seen:
        result["effect"] = watch.seen
    return result


def main() -> None:
    """Do the jobs of the command line, one after the other; one below a module that failed is left out."""
    result_path, job = sys.argv[1], json.loads(sys.argv[2])
    watch = Watch(job["prefix"], job.get("temporary", ""))
    sys.addaudithook(watch)
    modules = job.pop("modules", None)
    failed: list[str] = []
    with open(result_path, "w", encoding="utf-8") as file:  # noqa: PTH123  # nothing more is imported than needed
        for module in modules or [""]:
            if module.startswith(tuple(f"{above}." for above in failed)):
                result: dict[str, object] = {"skipped": True}
            elif modules:
                # The project's code may block where no signal reaches it; this ends the process from another thread.
                faulthandler.dump_traceback_later(job["seconds"], exit=True)
                result = _tried({**job, "module": module}, watch)
                faulthandler.cancel_dump_traceback_later()
                failed += [module] if "error" in result else []
            else:
                result = _tried(job, watch)
            file.write(json.dumps(result) + "\n")
            file.flush()
    if modules:
        os._exit(0)  # threads and exit handlers that an import left behind are nothing to wait for


main()
