"""`python -m tagward`, and the program `tagward`."""

import signal

if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
    # Until the handlers of a command stand, an interrupt ends the process at once and without a traceback.
    signal.signal(signal.SIGINT, signal.SIG_DFL)

from tagward.cli import run  # the signal first: this import takes most of the start-up

if __name__ == "__main__":
    run()
