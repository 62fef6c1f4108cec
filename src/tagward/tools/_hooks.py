"""Runs inside a build environment: imports the backend once, and calls each hook in a fork of its own.

Called as `python _hooks.py MODULE …`. Front ends call each hook in a fresh process, "so that backends are free to
change process global state" (PEP 517); a fork is one, and only the import of the backend is shared. Requests are lines
of JSON on standard input, a socket: what a front end would have started, and where its output goes. The exit status is
the answer. `null` asks for nothing, and is answered when everything is imported.
"""

import sys

del sys.path[0]  # this folder, which is none of the environment's

import gc  # noqa: E402

gc.disable()  # until a hook runs: nearly all of it is imports, and all of that stays

import atexit  # noqa: E402
import json  # noqa: E402
import os  # noqa: E402
import threading  # noqa: E402
from importlib import import_module  # noqa: E402

OF_THE_SCRIPT = ("glob", "importlib.machinery", "re", "shutil", "traceback", "warnings")
"""What the script of pyproject-hooks imports before it calls a hook."""


def _serve(modules: list[str]) -> object:
    """Answer requests in the parent; in each fork, return the code that it is to run."""
    control = os.dup(0)
    requests = os.fdopen(control, "rb")
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    for module in (*OF_THE_SCRIPT, *modules):
        try:  # noqa: SIM105  # nothing more is imported than needed
            import_module(module)
        except BaseException:  # noqa: BLE001, S110  # other versions have other modules; and each hook tries again
            pass
    gc.freeze()
    codes: dict[str, object] = {}
    for line in requests:
        job = json.loads(line)
        if job is None:
            os.write(control, b"0\n")
            continue
        script = job["argv"][0]
        if script not in codes:
            with open(script, "rb") as file:  # noqa: PTH123  # nothing more is imported than needed
                codes[script] = compile(file.read(), script, "exec")
        child = os.fork()
        if not child:
            gc.enable()
            os.close(control)
            log = os.open(job["log"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
            os.dup2(log, 1)
            os.dup2(log, 2)
            os.close(log)
            os.umask(job["umask"])
            os.chdir(job["cwd"])
            os.environ.clear()
            os.environ.update(job["env"])
            sys.argv = job["argv"]
            return codes[script]
        _, status = os.waitpid(child, 0)
        os.write(control, b"%d\n" % os.waitstatus_to_exitcode(status))
    os._exit(0)


code = _serve(sys.argv[1:])
sys.path.insert(0, os.path.dirname(sys.argv[0]))  # noqa: PTH120  # as if it had been started
exec(code, {"__name__": "__main__", "__file__": sys.argv[0], "__builtins__": __builtins__})  # type: ignore[arg-type]  # noqa: S102  # build's own script
# What Python does at the end of a program, but for taking its modules apart, which takes as long as a hook.
threading._shutdown()  # type: ignore[attr-defined]  # noqa: SLF001  # as in multiprocessing.popen_fork
atexit._run_exitfuncs()  # noqa: SLF001  # likewise
sys.stdout.flush()
sys.stderr.flush()
os._exit(0)
