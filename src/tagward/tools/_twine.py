"""Runs in a process of its own: `twine check` of the files that standard input names, as a list in JSON.

It is a process, because twine sets up the logging of all that it is in, and renders what comes from outside; and it is
not twine's own command, because most of that is imports, half of them for uploads, and these here are made before the
files are there.
"""

import json
import logging
import sys

from twine import cli, exceptions
from twine.commands import check  # noqa: F401  # the command imports it by its name, when the files are there

files = json.load(sys.stdin)
try:
    status = bool(cli.dispatch(["--no-color", "check", *files]))
except exceptions.TwineException as failure:  # as twine's own command says it
    logging.getLogger("twine.__main__").error("%s: %s", type(failure).__name__, failure.args[0])  # noqa: TRY400
    status = True
sys.exit(status)
