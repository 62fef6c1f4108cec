"""What can keep tagward from judging, sorted by who is at fault."""

from __future__ import annotations


class Trouble(Exception):
    """An expected failure: one sentence, perhaps the reason and the way out, and the exit code of the process.

    Attributes:
        why: what it means, in one sentence; empty where the message says it all.
        fixes: commands or sentences that lead out, in order.
        log: path of the file with everything the failing tool said; empty without one.
    """

    exit_code = 3

    def __init__(self, message: str, *, why: str = "", fixes: tuple[str, ...] = (), log: str = "") -> None:
        super().__init__(message)
        self.why = why
        self.fixes = fixes
        self.log = log


class CannotJudge(Trouble):
    """The machine, the network or the time limit kept tagward from judging; this says nothing about the release."""


class CommandFailed(CannotJudge):
    """A program that tagward needs could not be started, or failed where it must not.

    Attributes:
        output: what the program printed, both streams in order.
    """

    def __init__(self, message: str, *, output: str = "", why: str = "", fixes: tuple[str, ...] = ()) -> None:
        super().__init__(message, why=why, fixes=fixes)
        self.output = output


class ConfigError(Trouble):
    """The configuration or the command line is wrong."""

    exit_code = 2


class Interrupted(Trouble):
    """The user broke off what cannot be taken back any more."""

    exit_code = 130
