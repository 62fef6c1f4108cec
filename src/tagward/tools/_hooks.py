"""Runs inside a build environment: imports the backend once, and calls each hook in a fork of its own.

Called as `python _hooks.py MODULE …`. Front ends call each hook in a fresh process, "so that backends are free to
change process global state" (PEP 517); a fork is one, and only the import of the backend is shared. Requests are lines
of JSON on standard input, a socket: what a front end would have started, and where its output goes. The exit status is
the answer.
"""

import json
import os
import sys
from importlib import import_module


def _serve(modules: list[str]) -> str:
    """Answer requests in the parent; in each fork, return the script that it is to run."""
    del sys.path[0]  # this folder, which is none of the environment's
    control = os.dup(0)
    requests = os.fdopen(control, "rb")
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    for module in modules:
        try:  # noqa: SIM105  # nothing more is imported than needed
            import_module(module)
        except BaseException:  # noqa: BLE001, S110  # other versions have other modules; and each hook tries again
            pass
    for line in requests:
        job = json.loads(line)
        child = os.fork()
        if not child:
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
            return sys.argv[0]
        _, status = os.waitpid(child, 0)
        os.write(control, b"%d\n" % os.waitstatus_to_exitcode(status))
    os._exit(0)


script = _serve(sys.argv[1:])
with open(script, "rb") as file:  # noqa: PTH123  # nothing more is imported than needed
    code = compile(file.read(), script, "exec")
sys.path.insert(0, os.path.dirname(script))  # noqa: PTH120  # as if it had been started
exec(code, {"__name__": "__main__", "__file__": script, "__builtins__": __builtins__})  # noqa: S102  # build's own script
