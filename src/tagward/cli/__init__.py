"""The doors: words of the command line become values, outcomes become exit codes, and every error is said here."""

from __future__ import annotations

import argparse
import atexit
import gc
import importlib
import os
import sys
from typing import TYPE_CHECKING, NoReturn

from tagward import __doc__ as purpose
from tagward import __version__
from tagward.cli._errors import of_the_machine, reader_gone, say_bug, say_interrupted, say_trouble
from tagward.errors import CannotJudge, ConfigError, Trouble
from tagward.tools.signals import interruptible

if TYPE_CHECKING:
    from collections.abc import Sequence

VERBS = {
    "check": "judge release tags as a push would, without pushing",
    "pre-push": "judge the release tags of a push (git runs this)",
    "at-tag": "look at a tag that is about to be made (git runs this)",
    "init": "set a project up: configuration, workflows, hooks",
    "install": "put the pre-push hook in place, beside whatever is there",
    "uninstall": "take the hook out and leave everything as it was",
    "release": "a whole release: judged, then sent, followed and verified; its plan comes first",
    "rehearse": "a whole release on throwaway ground, refusals included",
    "publish": "upload what was judged, and only that, until the index shows every digest",
    "versions": "every place that states the version; --all-tags: every tag",
    "bump": "set the version everywhere, or nowhere",
    "verify": "where a release stands: tag, index, and what is the one safe next step",
    "doctor": "whether everything is in place that a release needs",
    "explain": "what a code means, why it matters and how to repair",
    "completion": "the completions of bash, zsh or tcsh, to be sourced",
}


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise ConfigError(message, fixes=(f"{self.prog} --help",))


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code (0 good, 1 findings, 2 usage, 3 could not judge, 130 interrupted)."""
    words = list(sys.argv[1:] if argv is None else argv)
    try:
        with interruptible():
            return _dispatch(words)
    except Trouble as trouble:
        return say_trouble(trouble)
    except KeyboardInterrupt:
        return say_interrupted()
    except BrokenPipeError:
        return reader_gone()
    except Exception as failure:  # noqa: BLE001  # the one handler: any other exception is a bug of ours, never a pass
        refusal = of_the_machine(failure)
        return say_trouble(refusal) if refusal else say_bug(failure)


def whole_parser() -> argparse.ArgumentParser:
    """All commands in one parser, as the completions of shells need it; a run makes that of its own command alone."""
    parser = argparse.ArgumentParser(prog="tagward", description=purpose, allow_abbrev=False)
    parser.add_argument("--version", action="version", version=f"tagward {__version__}")
    commands = parser.add_subparsers()
    for verb, what in VERBS.items():
        own = commands.add_parser(verb, help=what, description=what, allow_abbrev=False)
        importlib.import_module(f"tagward.cli.{verb.replace('-', '_')}").add_arguments(own)
    return parser


def _dispatch(words: list[str]) -> int:
    parser = _Parser(prog="tagward", description=purpose, allow_abbrev=False)
    parser.add_argument("--version", action="version", version=f"tagward {__version__}")
    if words and words[0] in VERBS:
        verb = importlib.import_module(f"tagward.cli.{words[0].replace('-', '_')}")
        own = _Parser(prog=f"tagward {words[0]}", description=VERBS[words[0]].capitalize(), allow_abbrev=False)
        verb.add_arguments(own)
        status: int = verb.run(own.parse_args(words[1:]))
        return status
    if words and not words[0].startswith("-"):
        import difflib  # noqa: PLC0415  # only a wrong word needs it

        near = difflib.get_close_matches(words[0], VERBS, 1)
        raise ConfigError(
            f"tagward does not know the command {words[0]!r}" + (f"; did you mean {near[0]}?" if near else ""),
            fixes=("tagward --help",),
        )
    commands = "\n".join(f"  {verb:<10} {what}" for verb, what in VERBS.items())
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.usage = "tagward COMMAND [OPTION …]"
    parser.epilog = f"commands:\n{commands}\n\ntagward COMMAND --help says more."
    parser.parse_args(words)
    parser.print_help()
    return 0


def run() -> NoReturn:
    """Run as a program."""
    gc.set_threshold(50_000)  # most of what is made is imported and stays: to look for garbage in it takes long
    _open_streams()
    status = main()
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError as failure:
        # Without this Python would print a second error at shutdown.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(failure, BrokenPipeError):  # a reader who has gone has read enough
            status = say_trouble(CannotJudge(f"standard output cannot be written: {failure.strerror}"))
    atexit._run_exitfuncs()  # noqa: SLF001  # as in multiprocessing.popen_fork
    os._exit(status)  # to take hundreds of modules apart would keep git waiting


def _open_streams() -> None:
    """Open what we were started without, so that no other file gets its number.

    Standard input and output are opened the wrong way round: whoever needs them gets an error, in place of an empty
    list of a push or a document that nobody receives.
    """
    for number, name, way in ((0, "stdin", os.O_WRONLY), (1, "stdout", os.O_RDONLY), (2, "stderr", os.O_WRONLY)):
        if getattr(sys, name) is None:
            opened = os.open(os.devnull, way)
            if opened != number:
                os.dup2(opened, number)
                os.close(opened)
            setattr(sys, name, open(number, "w" if number else "r", encoding="utf-8", errors="backslashreplace"))  # noqa: PTH123, SIM115  # a descriptor, which stays
