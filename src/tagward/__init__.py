"""tagward stops a bad Python release before its tag leaves the machine."""

__version__ = "0.1.0"
