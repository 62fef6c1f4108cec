"""`python -m tagward`."""

from tagward.cli import run

run()
