"""Runs in a process of its own: `twine check` of the files that standard input names, as a list in JSON.

It is a process, because twine sets up the logging of all that it is in, and renders what comes from outside; and it is
not twine's own command, because most of that is imports, half of them for uploads, and these here are made before the
files are there.
"""

import gc
import json
import logging
import os
import sys

gc.disable()  # nearly all of it is imports

from twine import cli, exceptions  # noqa: E402
from twine.commands import check  # noqa: E402, F401  # the command imports it by its name, when the files are there

files = json.load(sys.stdin)
try:
    status = bool(cli.dispatch(["--no-color", "check", *files]))
except exceptions.TwineException as failure:  # as twine's own command says it
    logging.getLogger("twine.__main__").error("%s: %s", type(failure).__name__, failure.args[0])  # noqa: TRY400
    status = True
logging.shutdown()
sys.stdout.flush()
sys.stderr.flush()
os._exit(status)  # to take all of it apart takes as long as the check itself
